### Every word of the pages, in English. de.ftl has the same ids.
### Names of people, addresses and amounts come in as $variables; a $count chooses between one and many.

## The frame

skip-to-content = Skip to the content
menu-open = Menu
menu-close = Close
menu-navigation = Navigation
menu-hello = Hello, { $name }!
menu-account = Account
menu-log-in = Log in
menu-register = Register
menu-forgotten-password = Forgotten password
menu-account-details = Account Details
menu-user-management = User Management
menu-contacts = Contacts
menu-email-history = Email History
menu-your-profile = Your Profile
menu-security = Security
menu-switch-account = Switch Account
menu-logout = Logout
menu-home = Home
menu-tickets = Support tickets
footer-mailbox = Mailbox of this demo

## Words used in many places

optional = optional
cancel = Cancel
edit = Edit
remove = Remove
copy = Copy
copied = Copied
never = Never
save-changes = Save Changes
go-home = Go to the start page
valid-until = Valid until
column-actions = Actions
role-owner = Owner
role-user = User
badge-you = You
two-factor-on = On
two-factor-off = Off
search-button = Search
search-clear = Clear
nothing-found-title = Nothing found
nothing-found-text = Nothing here matches “{ $query }”. Try fewer or other words.
pager-label = Pages
pager-previous = Previous
pager-next = Next
pager-range = { $first } to { $last } of { $total }
pager-many = More than { $most }
pager-count = { $count ->
    [one] 1 entry
   *[other] { $count } entries
}
errors-summary = { $count ->
    [one] One thing needs your attention:
   *[other] { $count } things need your attention:
}

## Fields

field-email = Email address
field-password = Password
field-body = Message
field-priority = Priority
field-password-help = At least 10 characters. A sentence that only you know is easy to keep and hard to guess.
field-current-password = Current password
field-new-password = New password
field-code = Code
field-name = Name
field-company = Company
field-first-name = First name
field-last-name = Last name
field-phone = Phone
field-address1 = Address
field-address2 = Address, second line
field-city = City
field-state = State or region
field-postcode = Postcode
field-country = Country
field-country-blank = Choose a country
field-tax-id = Tax ID
field-tax-id-help = Printed on your invoices.

## Log in

login-title = Log in
login-submit = Log in
login-forgotten = Forgotten password
login-no-account = New here?
login-register = Register
second-factor-title = One more step
second-factor-lead = Your password is right. Now enter the code that your authenticator app shows.
second-factor-help = Six digits from the app, or one of your recovery codes.
second-factor-submit = Log in
second-factor-back = Back to log in
second-factor-lost = Lost both? Our support can help you.

## Register and confirm the address

register-title = Register
register-lead = Your account holds everything you have with us, and you are its owner.
register-have-login = Registered already?
register-submit = Submit
register-done-title = Please confirm your email address
register-done-text = We have sent a mail to { $email }. Open the link in it and you are ready.
register-done-hint = Nothing there after a few minutes? Look in the spam folder, or log in and have it sent again.
verify-asked = Please confirm your email address: open the link in the mail that we have sent to { $email }.
verify-resend = Send the mail again
verify-ask-title = Is this your email address?
verify-ask-text = Somebody registered { $email } here. If it was you, confirm it; if not, close this page, and nothing happens.
verify-ask-button = Yes, confirm it
verify-ok-title = Your email address is confirmed
verify-ok-text = Thank you. { $email } is yours, and nothing more is to be done.
verify-expired-title = This link has expired
verify-expired-text = Nothing is lost. Log in, and we will send you a new one.
verify-used-title = This link has been used
verify-used-text = The email address it belongs to is confirmed already, or a later mail has replaced this one.

## Forgotten password

forgot-title = Forgotten password
forgot-lead = Tell us your email address, and we will send you a link to choose a new password.
forgot-submit = Send the link
forgot-back = Back to log in
forgot-sent-title = Look in your mailbox
forgot-sent-text = If { $email } has a log-in here, a mail with a link is on its way.
forgot-sent-hint = The link works once, for one hour. Nothing there? Check the spelling of the address and the spam folder.
reset-title = Choose a new password
reset-lead = For { $email }. You will be logged out on all other devices.
reset-submit = Save the password
reset-again = Ask for a new link
reset-expired-title = This link has expired
reset-expired-text = For your safety a link to a new password works for one hour only. Your password is unchanged.
reset-used-title = This link has been used
reset-used-text = Each link works once. If it was not you who used it, ask for a new one now and choose another password.

## Accounts: choose, switch, open, leave

choose-account-title = Choose Account
choose-account-lead = You have access to several accounts. Which one would you like to work in?
switch-account-title = Switch Account
switch-account-lead = Every account that you can reach. They stay apart: nothing of one is seen in another.
switch-account-new = Create a New Account
accounts-search = Search accounts
accounts-none-found-title = No account found
accounts-none-found-text = None of your accounts matches “{ $query }”.
account-current = Current
no-accounts-title = No account yet
no-accounts-lead = You can log in, but you have access to no account. Accept an invite, or create an account of your own.
new-account-title = Create a New Account
new-account-lead = A new account has its own services, invoices and users, and you own it.
new-account-submit = Create Account
leave-link = Leave
leave-title = Leave { $account }?
leave-text = You lose access to { $account } at once. Only its owner can invite you again. Your log-in and your other accounts are not affected.
leave-submit = Leave this account
leave-stay = Stay
waits-tickets-answered = { $count ->
    [one] 1 ticket answered
   *[other] { $count } tickets answered
}

## Invites that wait for the reader

invites-waiting-title = Invites for you
invites-waiting-none = No invite waits for { $email }. Ask the account's owner to invite exactly this address.
invites-waiting-from = From { $name }
invites-waiting-verify = Confirm your email address first; then you can accept.

## The invite page

invite-title = Join { $account }
invite-lead = { $inviter } invites { $email } to the account { $account }.
invite-may = You may use
invite-accept = Accept
invite-decline = Decline
invite-create-help = Choose a name and a password for { $email }. You will log in with them from now on.
invite-log-in-help = { $email } has a log-in here. Enter its password to accept.
invite-other-text = This invite was sent to { $invited }. You are logged in as { $current }.
invite-other-switch = Log out and accept as { $email }
invite-other-accept = Accept as { $email }
invite-other-ask = Ask to accept as { $email }
invite-other-ask-help = We ask the owner's consent by mail: the owner of { $account } allows it with one click.
invite-consent-requested-title = The owner has been asked
invite-consent-requested-text = The owner of { $account } has a mail that asks for consent that you accept as { $email }. We write to you as soon as they agree.
invite-expired-title = This invite has expired
invite-expired-text = Invites are valid for a limited time. Ask the person who invited you to send it again.
invite-used-title = This invite has been used
invite-used-text = Each invite works once. If you accepted it, just log in. If you did not, tell the person who invited you.
invite-cancelled-title = This invite has been cancelled
invite-cancelled-text = It was withdrawn or replaced by a newer one. Look for a later mail, or ask the person who invited you.
invite-declined-title = You have declined this invite
invite-declined-text = Nothing has changed, and you got no access. Was it a mistake? Ask the person who invited you to send it again.
consent-ask-title = May they join with another address?
consent-ask-text = You invited { $invited } to { $account }. { $name } ({ $email }) has the link and asks to accept with their own log-in.
consent-may = They may use
consent-allow = Allow
consent-refuse = Refuse
consent-allowed-title = Allowed
consent-allowed-text = { $name } ({ $email }) can now accept the invite to { $account } that was sent to { $invited }. We have told them.
consent-refused-title = Refused
consent-refused-text = { $name } ({ $email }) gets no access to { $account }. The invite to { $invited } stays open for that address.
consent-expired-title = Nothing to decide any more
consent-expired-text = This question has been answered already, or the invite is no longer open.

## Permissions

permissions-legend = Permissions
permissions-all = All permissions
permissions-none = No permissions
permissions-scope-all = All Permissions
permissions-scope-all-help = Everything below.
permissions-scope-all-but-forbidden = Everything below except what is locked.
permissions-scope-choose = Choose Permissions
permissions-scope-choose-help = Only what you tick.
permissions-presets = Quick choice
permissions-defaults-missing = The suggested ticks could not be loaded. Please choose the permissions yourself.
permission-always = Always given.
permission-never = Cannot be given.
permission-group-account = Account
permission-group-services = Services
permission-group-domains = Domains
permission-group-billing = Billing
permission-group-support = Support
permission-profile = Modify Master Account Profile
permission-profile-short = Account Details
permission-profile-help = See and change the account's details and its email preferences.
permission-contacts = View & Manage Contacts
permission-contacts-short = Contacts
permission-contacts-help = See, add, change and remove contacts and which emails they get.
permission-products = View Products & Services
permission-products-short = Services
permission-products-help = See services and addons with their details.
permission-manageproducts = View & Modify Product Passwords
permission-manageproducts-short = Service passwords
permission-manageproducts-help = Change a service's password and use its other actions. Needs “View Products & Services”.
permission-productsso = Perform Single Sign-On
permission-productsso-short = Single sign-on
permission-productsso-help = Open a service's control panel with one click, without its password. Needs “View Products & Services”.
permission-domains = View Domains
permission-domains-short = Domains
permission-domains-help = See domain registrations with their details.
permission-managedomains = Manage Domain Settings
permission-managedomains-short = Domain settings
permission-managedomains-help = Change nameservers, DNS records, contacts, lock and renewal, and get the transfer code. Needs “View Domains”.
permission-invoices = View & Pay Invoices
permission-invoices-short = Invoices
permission-invoices-help = See, print and pay invoices, and add credit.
permission-quotes = View & Accept Quotes
permission-quotes-short = Quotes
permission-quotes-help = See quotes and accept them; an accepted quote becomes an invoice.
permission-tickets = View & Open Support Tickets
permission-tickets-short = Tickets
permission-tickets-help = See all tickets of the account, open new ones, reply and close them.
permission-affiliates = View & Manage Affiliate Account
permission-affiliates-short = Affiliates
permission-affiliates-help = See the affiliate figures and the referral link, and ask for a withdrawal.
permission-emails = View Emails
permission-emails-short = E-mails
permission-emails-help = Read every email that was sent to this account.
permission-orders = Place New Orders/Upgrades/Cancellations
permission-orders-short = Orders
permission-orders-help = Order, upgrade or downgrade, and ask for cancellation.

## User Management

users-title = User Management
users-lead = The people who can log in to { $account }, and what each of them may do.
users-people-title = Users
users-people-count = { $count ->
    [one] 1 person
   *[other] { $count } people
}
users-column-person = Person
users-column-permissions = Permissions
users-column-last-login = Last log-in
users-column-two-factor = Two-factor
users-column-sent = Sent
users-column-expires = Expires
users-owner-note = Always everything
users-manage = Manage Permissions
users-remove = Remove Access
users-resend = Resend
users-cancel = Cancel
users-pending-title = Pending invites
users-pending-count = { $count ->
    [0] none
    [one] 1 invite
   *[other] { $count } invites
}
users-pending-none = No invite is waiting for an answer.
users-invite-title = Invite New User
users-invite-lead = They get an email with a link. With it they log in, or choose a password if they are new here.
users-invite-placeholder = name@example.com
users-invite-submit = Send Invite
permissions-title = Permissions of { $name }
permissions-lead = What { $name } ({ $email }) may do in { $account }. Changes count from their next click.
remove-title = Remove { $name }?
remove-text = { $name } ({ $email }) loses access to { $account } at once, wherever they are logged in, and is told by email. Their tickets and replies stay.
remove-keep = Keep access
invite-cancel-title = Cancel the invite to { $email }?
invite-cancel-text = The link in the mail to { $email } stops working at once. You can invite them again at any time.
invite-cancel-submit = Cancel the invite
invite-cancel-keep = Keep it

## Home

home-title = Home
home-lead-owner = You own this account.
home-lead-user = You have access to this account as a user.
home-waiting-title = Waiting for you
home-waiting-none = Nothing. All is done here.
home-see-all = See all
home-tickets-title = Latest tickets
home-tickets-none = No tickets yet. If something is not right, open one, and we will answer.
home-people-title = People
home-people-count = { $count ->
    [one] Only you have access to this account.
   *[other] { $count } people have access to this account.
}
home-people-pending = { $count ->
    [one] One invite is waiting for an answer.
   *[other] { $count } invites are waiting for an answer.
}
home-security-title = Your log-in
home-security-on = Two-factor authentication protects your log-in.
home-security-off = A second factor keeps others out, even if they learn your password.
waiting-ticket-answered = Ticket { $reference } was answered: { $subject }

## Account Details

account-title = Account Details
account-lead = Contact information of the account. It is no log-in: users log in with their own address.
account-locale = Language of emails
account-currency = Currency
account-currency-note = our support can change it
account-preferences-title = Email preferences of the account
account-preferences-lead = Which emails go to { $email }. Others can get them as contacts. Security mail always goes to the user concerned.
account-preferences-save = Save Preferences

## The six kinds of mail

category-general = General
category-general-help = News about the account and everything that fits nowhere else.
category-invoice = Invoice
category-invoice-help = Invoices, reminders and receipts.
category-support = Support
category-support-help = Tickets and their replies.
category-product = Product
category-product-help = Services: set-up, changes, suspension.
category-domain = Domain
category-domain-help = Registration, renewal and transfer of domains.
category-affiliate = Affiliate
category-affiliate-help = Commissions and withdrawals.
category-security = Security

## Contacts

contacts-title = Contacts
contacts-lead = Contacts get the emails you choose for them. They cannot log in.
contacts-search = Search contacts
contacts-column-contact = Contact
contacts-column-categories = Gets
contacts-no-mail = No emails
contacts-empty-title = No contacts yet
contacts-empty-text = Send invoices straight to your bookkeeper, or ticket mail to your developer, without giving them a log-in.
contact-new-title = Add Contact
contact-new-submit = Add Contact
contact-edit-title = Change Contact
contact-categories = Emails that this contact gets
contact-remove-title = Remove { $email }?
contact-remove-text = { $email } gets no more emails of this account. What was sent already stays sent.
contact-remove-submit = Remove Contact
contact-remove-keep = Keep it

## Your Profile

profile-title = Your Profile
profile-lead = You as a person, the same in all your accounts.
profile-locale = Language
profile-time-zone = Time zone
profile-time-zone-help = Dates and times are shown in it.
profile-email-lead = You log in with it. A change counts once you open the link that we send to the new address; the old one is told.
profile-email-now = Now
profile-email-verified = Confirmed
profile-email-unverified = Not confirmed
profile-email-new = New email address
profile-email-submit = Change Email Address
profile-email-pending = We have sent a link to { $email }. Until you open it, your present address stays.
profile-email-cancel = Keep the present address
preferences-title = Your Email Preferences
preferences-lead = Which emails of { $account } you want yourself, at { $email }. You never get the same one twice.
preferences-security-note = Mail about your password, two-factor authentication and access always reaches you.

## Security

security-title = Security
security-lead = How your log-in is protected, and where you are logged in.
security-password-title = Password
security-password-note = You stay logged in here, and are logged out on all other devices.
security-password-submit = Change Password
security-two-factor-title = Two-factor authentication
security-two-factor-since = On since
security-two-factor-lead = Besides your password you enter a code from an app on your phone. Nobody gets in with the password alone.
security-codes-left = { $count ->
    [0] None left: make new ones now
    [one] 1 left: make new ones soon
   *[other] { $count } left
}
security-codes-renew = New recovery codes
security-sessions-title = Where you are logged in
security-sessions-count = { $count ->
    [one] 1 device
   *[other] { $count } devices
}
security-sessions-lead = Is there one that you do not know? End it, and change your password.
security-session-this = This device
security-session-seen = last used
security-session-begun = since
security-session-end = Log out
security-sessions-end-all = Log out everywhere
security-sessions-end-all-help = On this device too. You log in again with your password.
session-device = { $browser } on { $system }
session-device-unknown = Unknown device
two-factor-title = Set up two-factor authentication
two-factor-lead = It takes two minutes and an authenticator app on your phone.
two-factor-set-up = Set it up
two-factor-turn-off = Turn off
two-factor-qr = QR code for your authenticator app
two-factor-step-app = Open your authenticator app. Any app for one-time codes will do.
two-factor-step-scan = Scan the picture, or type the text below it.
two-factor-step-code = Enter the six digits that the app shows now.
two-factor-secret = The same as text:
two-factor-code-help = Six digits. A new code appears every 30 seconds.
two-factor-submit = Turn on
confirm-off-title = Turn off two-factor authentication
confirm-off-text = From then on your password alone is enough to log in. Your recovery codes stop working.
confirm-codes-title = New recovery codes
confirm-codes-text = You get ten new codes. The old ones stop working.
confirm-codes-submit = Make new codes
recovery-codes-title = Recovery codes
recovery-codes-lead = Each of them lets you in once, when your phone is out of reach.
recovery-codes-once = Keep them now, in a password manager or on paper. They are not shown again.
recovery-codes-done = I have kept them

## Tickets

tickets-title = Support tickets
tickets-lead = Everything that { $account } has asked us, whoever asked.
tickets-filter = Which tickets
tickets-show-open = Open
tickets-show-answered = Waiting for you
tickets-show-closed = Closed
tickets-show-all = All
tickets-show-waiting = Waiting for us
tickets-search = Search tickets
tickets-all-departments = All departments
tickets-column-subject = Subject
tickets-column-status = Status
tickets-column-opener = Opened by
tickets-column-updated = Last change
tickets-column-account = Account
tickets-replies = { $count ->
    [0] no replies
    [one] 1 reply
   *[other] { $count } replies
}
tickets-empty-open-title = No open tickets
tickets-empty-answered-title = No ticket waits for you
tickets-empty-closed-title = No closed tickets
tickets-empty-all-title = No tickets yet
tickets-empty-text = Tell us what you need or what is not right. The answer comes here and by email.
ticket-new-title = Open Ticket
ticket-new-lead = One ticket for one matter: so that the right person answers.
ticket-new-submit = Open Ticket
ticket-department = Department
ticket-subject = Subject
ticket-message = Message
ticket-message-help = What did you do, what did you expect, what happened? Please never send passwords.
ticket-priority = Priority
priority-low = Low
priority-medium = Medium
priority-high = High
ticket-cc = Copied addresses
ticket-cc-add = Copy somebody else
ticket-cc-help = They get every mail about this ticket and can answer by mail. Separate addresses by commas or lines.
ticket-cc-submit = Save addresses
ticket-attachments = Attachments
ticket-attachments-help = Up to { $count } files of up to { $size } MB each: pictures, documents, texts and archives.
ticket-quoted = Show quoted text
ticket-who-got = Who got this?
ticket-mail-show = Show the mail as it came
ticket-mail-title = A mail on ticket { $reference }
ticket-mail-download = Download the mail
ticket-mail-note = Nothing in it is loaded from elsewhere.
ticket-mail-empty = There is no text in this mail that can be shown.
ticket-rate = Rate this answer
ticket-rate-legend = How good was it? 1 is poor, 5 is very good.
ticket-rate-comment = What we should know
ticket-rate-submit = Send rating
ticket-rated = Rated { $stars } of 5.
ticket-reopen = Reopen Ticket
ticket-follow-up = Open a follow-up
ticket-closed-reopens = This ticket is closed. A reply opens it again, as does the button.
markdown-help = Markdown works: **bold**, lists, `code`, links.
markdown-preview = Preview
ticket-opened = Opened
ticket-reply-title = Reply
ticket-reply-submit = Send Reply
ticket-note = Note
ticket-note-title = Write a Note
ticket-note-help = For staff only: customers never see it, and get no mail about it.
ticket-note-submit = Save Note
ticket-close = Close Ticket
ticket-closed = This ticket is closed and takes no more replies. Is there something else? Open a new one.
ticket-status-open = Open
ticket-status-answered = Answered
ticket-status-customer-reply = Customer-Reply
ticket-status-on-hold = On Hold
ticket-status-in-progress = In Progress
ticket-status-closed = Closed
badge-operator = Operator
badge-owner = Owner
badge-authorized = Authorized User
badge-sub_account = Sub-account
badge-registered = Registered User
badge-external = External User
badge-guest = Guest
goes-not-to = { $who } gets none:
goes-to-suppressed = mail to that address comes back, or its owner complained.
goes-to-declined = they switched mail about tickets off.
goes-to-nobody = Nobody gets a mail about this reply.
goes-to = { $count ->
    [one] Goes to 1 person:
   *[other] Goes to { $count } people:
}
goes-to-staff = our support team

## Admin area

admin-badge = Staff
admin-login-title = Staff log in
admin-login-customer = Are you a customer? Log in here.
admin-menu-home = Home
admin-menu-accounts = Accounts
admin-menu-tickets = Tickets
admin-menu-hooks = Hooks
admin-home-title = Home
admin-home-lead = { $count ->
    [0] No ticket waits for an answer.
    [one] One ticket waits for an answer.
   *[other] { $count } tickets wait for an answer.
}
admin-home-tickets = { $count ->
    [one] ticket waits for us
   *[other] tickets wait for us
}
admin-home-accounts = { $count ->
    [one] account
   *[other] accounts
}
admin-home-users = { $count ->
    [one] user
   *[other] users
}
admin-home-waiting = Waiting longest
admin-home-waiting-none = Every customer has an answer.
admin-accounts-title = Accounts
admin-accounts-search = Search name or email address
admin-accounts-column-account = Account
admin-accounts-column-users = Users
admin-accounts-column-created = Since
admin-accounts-empty-title = No accounts yet
admin-accounts-empty-text = The first customer who registers appears here.
admin-account-since = Customer since
admin-account-parts = Parts of this page
admin-account-users = Users
admin-account-events = What happened
admin-account-events-none = Nothing is recorded about this account.
admin-user-since = User since
admin-user-no-accounts = This user has access to no account.
admin-user-reset = Reset two-factor
admin-user-reset-title = Take away the second factor of { $name }?
admin-user-reset-text = { $email } can then log in with the password alone and set up two-factor again. They are told by email. Be sure that it is really this person who asks.
admin-tickets-empty-title = No tickets here
admin-ticket-closed = This ticket is closed and takes no more replies.
admin-hooks-title = Hooks
admin-hooks-lead = { $count ->
    [0] Every hook is in service.
    [one] One hook is out of service.
   *[other] { $count } hooks are out of service.
}
admin-hooks-in = Works
admin-hooks-unused = Has not run yet
admin-hooks-failing = Fails at times
admin-hooks-out = Out of service
admin-hooks-trial = Is tried with its next event
admin-hooks-out-since = Out since
admin-hooks-retry-at = Next try
admin-hooks-counted = { $runs ->
    [one] One run
   *[other] { $runs } runs
}, { $failures ->
    [0] none failed
    [one] one failed
   *[other] { $failures } failed
}
admin-hooks-since = since
admin-hooks-last-failure = Last failure
admin-hooks-event = Event
admin-hooks-try = Try again now
admin-hooks-dead = { $count ->
    [one] One event was given up
   *[other] { $count } events were given up
}
admin-hooks-again = Run again
admin-hooks-webhooks = { $count ->
    [one] One web-hook was given up
   *[other] { $count } web-hooks were given up
}
admin-hooks-refused = { $count ->
    [one] One effect was refused
   *[other] { $count } effects were refused
}
admin-hooks-try-means = Try again now ends the pause: the hook is tried with its next event.
admin-hooks-again-means = Run again takes up what was given up, with the script of today.
admin-hooks-empty-title = No hooks
admin-hooks-empty-text = Scripts of the folder hooks/ appear here as soon as they are saved.
flash-hook-tried = { $hook } is tried with its next event.
flash-hook-again = { $count ->
    [0] Nothing was given up.
    [one] One run waits to be run again.
   *[other] { $count } runs wait to be run again.
}

## Mail templates, for staff

admin-menu-templates = Mail templates

templates-title = Mail templates
templates-lead = What mail says, in each language. A language in which a message is not written gets the one that the arrow names.
templates-name = Message
templates-event = Tells of
templates-no-event = sent by hooks
templates-parts = Layout and parts
templates-parts-lead = Messages are made of these: a change shows in all that use them.
templates-state-fine = Fine
templates-state-warning = Have a look
templates-state-error = Error
templates-state-missing = Missing
templates-write = write it
templates-edited = Edited
templates-own = Your own
templates-old = From an earlier release
templates-diverged = Release has changed it
templates-shipped = As shipped
templates-new = Not written yet
templates-new-text = This language has no such message yet. The one that serves in its place stands below, to begin with; saving makes a file for this language.
templates-diverged-text = This template was edited here, and the release ships another version than the one that it was made from. Yours goes on being sent.
templates-diverged-look = See both changes
templates-merging-text = Below stand your edits and those of the release, joined. Look it over, then save.
templates-languages = Languages
templates-source = Source
templates-save = Save and send from now on
templates-preview = Preview
templates-history = History
templates-problems = What is wrong
templates-line = Line { $line }
templates-looks = What it looks like
templates-on = Shown on
templates-sample = Sample { $number }
templates-kind = For
templates-kind-user = a user
templates-kind-contact = a contact
templates-kind-account = the account's own address
templates-kind-staff = staff
templates-kind-address = somebody outside
templates-shown-as = Shown by the message “{ $name }”, which uses it.
templates-subject = Subject
templates-from = From
templates-test = Send it to yourself
templates-test-lead = As it stands in the editor, by the mail server that sends all mail. It is in no history, and its links lead nowhere.
templates-test-to = Email address
templates-test-do = Send a test
templates-test-ask = Send this mail to { $email } now?
templates-test-send = Send it
templates-test-not = Do not send it
templates-test-sent = Sent to { $email } by { $relay }. The server says: { $answer }
templates-test-kept = No mail server is configured: the mail to { $email } stands in /dev/mailbox.
templates-test-refused = The server refuses the mail to { $email }: { $why }
templates-test-later = No server takes the mail to { $email } now: { $why }. Try again later.
templates-test-unknown = Whether the mail to { $email } arrived is not known: { $why }. Look into its mailbox.
templates-test-address = Not sent: that is no email address. Write one such as name@example.com.
templates-test-wrong = Not sent: the template cannot be shown as it stands. What is wrong stands above.
templates-width = Width
templates-width-desk = Desk
templates-width-phone = Phone
templates-width-text = Plain text
templates-changed-title = The file has changed meanwhile
templates-changed-text = From the file as it is now to what you have written. Saving once more writes yours over it.
templates-changed-trouble = Not saved: somebody else has saved this template since you opened it. Nothing that you typed is lost.
templates-not-saved = Not saved: something is wrong. What went out so far still goes out.
templates-not-written = Not saved: { $file } cannot be written ({ $why }). Give the user that runs the server the right to write there.
templates-versions = Versions
templates-versions-lead = Those that were live, the newest first. Open one to see what going back to it would change.
templates-live = Live
templates-by-edit = Saved by { $who }
templates-by-restore = Brought back by { $who }
templates-by-shipped = Set to the shipped version by { $who }
templates-by-merge = Joined with the release by { $who }
templates-by-file = Changed in the folder
templates-release = Your edits and the release's
templates-release-text = The release has changed this template since yours was made.
templates-shipped-version = The shipped version
templates-shipped-version-text = As this release brings it.
templates-your-edits = Your edits
templates-base-guessed = What yours was made from is not known for sure: it was edited before the server first ran.
templates-release-edits = What the release has changed
templates-conflicts = The two changes meet. Joined, the places are marked with <<<<<<< and >>>>>>>: choose there before you save.
templates-no-conflicts = The two changes do not meet: they can be joined as they are.
templates-join = Join both in the editor
templates-keep-mine = Keep mine as it is
templates-would-change = What this would change
templates-use-shipped = Use the shipped one again
templates-use-version = Use this version again
templates-cancel = Leave it as it is
templates-same = It is the same as the present one.
flash-template-saved = { $file } is saved. The next mail is made with it.
flash-template-restored = { $file } is as that version. The next mail is made with it.
flash-template-settled = { $file } stays as it is.

## Mailbox of the demo

mailbox-title = Mailbox
mailbox-lead = No mail server is configured, so every mail stays here, just as it would have been sent.
mailbox-search = Search address or subject
mailbox-refresh = Refresh
mailbox-empty-title = No mail yet
mailbox-empty-text = Invite somebody or open a ticket, then look here again.
mailbox-from = From
mailbox-to = To
mailbox-at = Sent
mailbox-links = Links
mailbox-html = As a mail program shows it
mailbox-text = Text part
mailbox-headers = Headers

## Error pages

error-number = Error { $status }
error-request-id = If you ask us about this, please quote
error-retry = { $seconds ->
    [one] Try again in one second.
   *[other] Try again in { $seconds } seconds.
}
error-400-title = We could not understand that
error-400-text = The request was incomplete or damaged, so nothing was changed. Go back, reload the page and try once more.
error-401-title = Please log in
error-401-text = Your log-in has ended, so nothing was changed. Log in and send it once more.
error-403-title = You may not open this
error-403-text = The request did not come from a page of ours, or your log-in does not allow it. Nothing was changed. Reload the page and try once more.
error-403-permission = The permission “{ $permission }” is missing.
error-403-permission-next = The account's owner can grant it under User Management.
error-403-owner = Only the account's owner can do this.
error-404-title = There is nothing here
error-404-text = The address is wrong, or what was here is gone or belongs to another account. If you have several accounts, switch and try again.
error-405-title = That does not work this way
error-405-text = This address exists, but not for this kind of request. Nothing was changed.
error-410-title = This is gone
error-410-text = The link was valid once and is no longer. Ask for a new one where you got it.
error-413-title = That was too large
error-413-text = What you sent is larger than we accept, so nothing was saved. Go back, make it shorter and send it again.
error-429-title = Too many attempts
error-429-text = For everybody's safety we take a short break here. Nothing was changed.
error-500-title = Something went wrong on our side
error-500-text = It was not your doing. What you sent last may not have been saved; look before you send it again. We have a record of this.
error-503-title = We will be back in a moment
error-503-text = We cannot reach our data just now. Nothing of yours is lost. Please try again shortly.

## What an act answers

flash-logged-out = You are logged out.
flash-logged-out-everywhere = You are logged out on all devices.
flash-verify-sent = We have sent a mail to { $email }. Open the link in it.
flash-password-reset = Your new password is saved. Log in with it.
flash-password-changed = Your password is changed. Your other devices are logged out.
flash-account-switched = You are now in { $account }.
flash-account-created = { $account } is created, and you own it.
flash-account-left = You have left { $account }.
flash-account-saved = The account details are saved.
flash-preferences-saved = The email preferences are saved.
flash-invite-sent = Invite sent to { $email }. It is valid until { $until }.
flash-invite-resent = Invite sent again to { $email }. The earlier link no longer works; the new one is valid until { $until }.
flash-invite-cancelled = The invite to { $email } is cancelled.
flash-invite-accepted = Welcome! You now have access to { $account }.
flash-invite-declined = You have declined the invite.
flash-permissions-saved = The permissions of { $name } are saved: { $permissions }.
flash-permissions-same = Nothing was changed: { $name } had exactly these permissions.
flash-user-removed = { $name } ({ $email }) no longer has access.
flash-contact-added = { $email } is now a contact.
flash-contact-saved = The contact { $email } is saved.
flash-contact-removed = { $email } is no longer a contact.
flash-profile-saved = Your profile is saved.
flash-email-change-sent = We have sent a link to { $email }. Open it to make the change.
flash-email-change-cancelled = Your email address stays { $email }.
flash-two-factor-off = Two-factor authentication is off.
flash-session-ended = That device is logged out.
flash-ticket-opened = Ticket { $reference } is open. We will answer here and by email.
flash-ticket-replied = Your reply is sent.
flash-ticket-noted = The note is saved.
flash-ticket-closed = Ticket { $reference } is closed.
flash-ticket-reopened = Ticket { $reference } is open again.
flash-ticket-cc = The copied addresses are saved.
flash-ticket-rated = Thank you: your rating is saved.
flash-two-factor-reset = The second factor of { $email } is taken away. They have been told.

## What is wrong with a field

invalid-required = { $label }: please fill this in.
invalid-too-long = { $label }: this is too long. Please shorten it.
invalid-choice = { $label }: please choose one of the list.
invalid-email = This is not a complete email address. It looks like name@example.com.
invalid-password-short = Please use at least { $min } characters.
invalid-password-long = Please use at most { $max } characters.
invalid-password-same = This is your present password. Please choose another one.
invalid-login = This email address and password do not go together. Check both, or use “Forgotten password”.
invalid-current-password = This is not your current password.
invalid-code = This code is not valid. Codes change every 30 seconds; enter the newest one.
invalid-code-stale = Too much time has passed. Please log in again.
invalid-throttled = { $minutes ->
    [one] Too many attempts. Please try again in one minute.
   *[other] Too many attempts. Please try again in { $minutes } minutes.
}
invalid-locked = { $label } cannot be changed here. { $reason }
invalid-rules-missing = Permissions cannot be given at the moment, because a rule of this site does not work. Please try again later, or ask our support.
invalid-refused = A rule of ours does not allow this. Please ask our support.
invalid-permissions-none = Tick at least one permission, or choose “All Permissions”.
invalid-permission-forbidden = “{ $permission }” cannot be given. { $reason }
invalid-permission-required = “{ $permission }” cannot be taken away. { $reason }
invalid-permission-unknown = There is no permission “{ $permission }”.
invalid-invite-has-access = { $email } already has access. You can change the permissions above.
invalid-invite-pending = { $email } has an invite already. Use “Resend” above to send it again.
invalid-invite-self = This is your own address, and you have access already.
invalid-contact-exists = { $email } is a contact already.
invalid-email-of-house = This address is one of our own. Please give an address of yours.
invalid-email-same = This is your present address.
invalid-email-taken = This address cannot be used. Please choose another one.
invalid-ticket-closed = This ticket was closed in the meantime and takes no more replies. What you wrote is still below.
invalid-ticket-open = This ticket is open already.
invalid-ticket-too-old = This ticket was closed too long ago. Please open a follow-up.
invalid-ticket-merged = This ticket is part of another one now.
invalid-ticket-changed = Somebody else changed this ticket at the same moment. Please look again.
invalid-already-rated = This answer was rated already.
invalid-attachment-empty = “{ $name }” is empty.
invalid-attachment-size = “{ $name }” is larger than { $size } MB. Please send a smaller file, or a link to it.
invalid-attachment-type = “{ $name }” is of a kind that we do not take. Allowed are: { $types }.
invalid-attachment-mismatch = “{ $name }” is not what its name says, or would run as a programme. Please send it in another form, such as a picture or a PDF.
invalid-attachment-count = At most { $count } files can come with one message. Send the others with the next one.
invalid-attachment-gone = An attachment is not there any more. Please choose it again.
invalid-password-common = Many people use this password, so it is among the first that others try. Please choose another one.
invalid-password-is-email = Your email address is no password. Please choose another one.
invalid-time-zone = { $label }: please choose one of the list.
invalid-too-many = { $label }: that is too many.
invalid-too-many-tries = Too many attempts. Please wait some minutes and try again.
invalid-too-many-mails = Several such mails are on their way already. Look in the spam folder too, and try again in an hour.
invalid-email-verified = Your email address is confirmed already.
invalid-email-unverified = Please confirm your own email address first.
invalid-already-has-access = You have access to this account already.
invalid-consent-needed = The owner has not agreed yet that you accept with another address.
invalid-consent-needless = This invite was sent to you: just accept it.
invalid-inviter-left = Whoever invited you does not own the account any more. Ask its owner for a new invite.
invalid-two-factor-on = Two-factor authentication is on already.
invalid-two-factor-off = Two-factor authentication is not on.
invalid-two-factor-not-begun = Please scan the picture anew: it has changed in the meantime.

## Dates and times; the month and the weekday are the messages below

date = { $day } { $month } { $year }
date-time = { $day } { $month } { $year }, { $time }
date-long = { $weekday }, { $day } { $month }
date-exact = { $weekday }, { $day } { $month } { $year }, { $time } { $zone }
ago-now = just now
ago-minutes = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] 1 day ago
   *[other] { $count } days ago
}
in-minutes = { $count ->
    [one] in 1 minute
   *[other] in { $count } minutes
}
in-hours = { $count ->
    [one] in 1 hour
   *[other] in { $count } hours
}
in-days = { $count ->
    [one] in 1 day
   *[other] in { $count } days
}
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

## Languages, each in its own words

language-en = English
language-de = Deutsch

## Countries, by their ISO 3166 code

country-AD = Andorra
country-AE = United Arab Emirates
country-AF = Afghanistan
country-AG = Antigua & Barbuda
country-AI = Anguilla
country-AL = Albania
country-AM = Armenia
country-AO = Angola
country-AQ = Antarctica
country-AR = Argentina
country-AS = American Samoa
country-AT = Austria
country-AU = Australia
country-AW = Aruba
country-AX = Åland Islands
country-AZ = Azerbaijan
country-BA = Bosnia & Herzegovina
country-BB = Barbados
country-BD = Bangladesh
country-BE = Belgium
country-BF = Burkina Faso
country-BG = Bulgaria
country-BH = Bahrain
country-BI = Burundi
country-BJ = Benin
country-BL = St. Barthélemy
country-BM = Bermuda
country-BN = Brunei
country-BO = Bolivia
country-BQ = Caribbean Netherlands
country-BR = Brazil
country-BS = Bahamas
country-BT = Bhutan
country-BV = Bouvet Island
country-BW = Botswana
country-BY = Belarus
country-BZ = Belize
country-CA = Canada
country-CC = Cocos (Keeling) Islands
country-CD = Congo - Kinshasa
country-CF = Central African Republic
country-CG = Congo - Brazzaville
country-CH = Switzerland
country-CI = Côte d’Ivoire
country-CK = Cook Islands
country-CL = Chile
country-CM = Cameroon
country-CN = China
country-CO = Colombia
country-CR = Costa Rica
country-CU = Cuba
country-CV = Cape Verde
country-CW = Curaçao
country-CX = Christmas Island
country-CY = Cyprus
country-CZ = Czechia
country-DE = Germany
country-DJ = Djibouti
country-DK = Denmark
country-DM = Dominica
country-DO = Dominican Republic
country-DZ = Algeria
country-EC = Ecuador
country-EE = Estonia
country-EG = Egypt
country-EH = Western Sahara
country-ER = Eritrea
country-ES = Spain
country-ET = Ethiopia
country-FI = Finland
country-FJ = Fiji
country-FK = Falkland Islands
country-FM = Micronesia
country-FO = Faroe Islands
country-FR = France
country-GA = Gabon
country-GB = United Kingdom
country-GD = Grenada
country-GE = Georgia
country-GF = French Guiana
country-GG = Guernsey
country-GH = Ghana
country-GI = Gibraltar
country-GL = Greenland
country-GM = Gambia
country-GN = Guinea
country-GP = Guadeloupe
country-GQ = Equatorial Guinea
country-GR = Greece
country-GS = South Georgia & South Sandwich Islands
country-GT = Guatemala
country-GU = Guam
country-GW = Guinea-Bissau
country-GY = Guyana
country-HK = Hong Kong SAR China
country-HM = Heard & McDonald Islands
country-HN = Honduras
country-HR = Croatia
country-HT = Haiti
country-HU = Hungary
country-ID = Indonesia
country-IE = Ireland
country-IL = Israel
country-IM = Isle of Man
country-IN = India
country-IO = British Indian Ocean Territory
country-IQ = Iraq
country-IR = Iran
country-IS = Iceland
country-IT = Italy
country-JE = Jersey
country-JM = Jamaica
country-JO = Jordan
country-JP = Japan
country-KE = Kenya
country-KG = Kyrgyzstan
country-KH = Cambodia
country-KI = Kiribati
country-KM = Comoros
country-KN = St. Kitts & Nevis
country-KP = North Korea
country-KR = South Korea
country-KW = Kuwait
country-KY = Cayman Islands
country-KZ = Kazakhstan
country-LA = Laos
country-LB = Lebanon
country-LC = St. Lucia
country-LI = Liechtenstein
country-LK = Sri Lanka
country-LR = Liberia
country-LS = Lesotho
country-LT = Lithuania
country-LU = Luxembourg
country-LV = Latvia
country-LY = Libya
country-MA = Morocco
country-MC = Monaco
country-MD = Moldova
country-ME = Montenegro
country-MF = St. Martin
country-MG = Madagascar
country-MH = Marshall Islands
country-MK = North Macedonia
country-ML = Mali
country-MM = Myanmar (Burma)
country-MN = Mongolia
country-MO = Macao SAR China
country-MP = Northern Mariana Islands
country-MQ = Martinique
country-MR = Mauritania
country-MS = Montserrat
country-MT = Malta
country-MU = Mauritius
country-MV = Maldives
country-MW = Malawi
country-MX = Mexico
country-MY = Malaysia
country-MZ = Mozambique
country-NA = Namibia
country-NC = New Caledonia
country-NE = Niger
country-NF = Norfolk Island
country-NG = Nigeria
country-NI = Nicaragua
country-NL = Netherlands
country-NO = Norway
country-NP = Nepal
country-NR = Nauru
country-NU = Niue
country-NZ = New Zealand
country-OM = Oman
country-PA = Panama
country-PE = Peru
country-PF = French Polynesia
country-PG = Papua New Guinea
country-PH = Philippines
country-PK = Pakistan
country-PL = Poland
country-PM = St. Pierre & Miquelon
country-PN = Pitcairn Islands
country-PR = Puerto Rico
country-PS = Palestinian Territories
country-PT = Portugal
country-PW = Palau
country-PY = Paraguay
country-QA = Qatar
country-RE = Réunion
country-RO = Romania
country-RS = Serbia
country-RU = Russia
country-RW = Rwanda
country-SA = Saudi Arabia
country-SB = Solomon Islands
country-SC = Seychelles
country-SD = Sudan
country-SE = Sweden
country-SG = Singapore
country-SH = St. Helena
country-SI = Slovenia
country-SJ = Svalbard & Jan Mayen
country-SK = Slovakia
country-SL = Sierra Leone
country-SM = San Marino
country-SN = Senegal
country-SO = Somalia
country-SR = Suriname
country-SS = South Sudan
country-ST = São Tomé & Príncipe
country-SV = El Salvador
country-SX = Sint Maarten
country-SY = Syria
country-SZ = Eswatini
country-TC = Turks & Caicos Islands
country-TD = Chad
country-TF = French Southern Territories
country-TG = Togo
country-TH = Thailand
country-TJ = Tajikistan
country-TK = Tokelau
country-TL = Timor-Leste
country-TM = Turkmenistan
country-TN = Tunisia
country-TO = Tonga
country-TR = Türkiye
country-TT = Trinidad & Tobago
country-TV = Tuvalu
country-TW = Taiwan
country-TZ = Tanzania
country-UA = Ukraine
country-UG = Uganda
country-UM = U.S. Outlying Islands
country-US = United States
country-UY = Uruguay
country-UZ = Uzbekistan
country-VA = Vatican City
country-VC = St. Vincent & Grenadines
country-VE = Venezuela
country-VG = British Virgin Islands
country-VI = U.S. Virgin Islands
country-VN = Vietnam
country-VU = Vanuatu
country-WF = Wallis & Futuna
country-WS = Samoa
country-XK = Kosovo
country-YE = Yemen
country-YT = Mayotte
country-ZA = South Africa
country-ZM = Zambia
country-ZW = Zimbabwe

# What stands in messages and notes about the mail that they came by
mail-in-no-subject = (no subject)
mail-in-no-text = (This mail has no text that can be read.)
mail-in-not-kept = Not kept as a file: { $name } ({ $why })
mail-in-why-empty = it is empty
mail-in-why-size = it is larger than { $size } MB
mail-in-why-type = files of this kind are not taken
mail-in-why-mismatch = it is not what its name says
mail-in-why-count = a message can have { $count } files
mail-in-why-private = it holds what was meant for its sender alone
mail-in-cut = Only the beginning of this mail was kept; the rest of its text and its files are missing
mail-in-text-goes-on = The text goes on: all of it is in the file mail.txt
mail-in-text-goes-on-and-is-cut = The text goes on: what was kept of it is in the file mail.txt
mail-in-files-left-out = There were more files than can be taken; the rest were left out
mail-in-bad-encoding = Part of this mail could not be decoded
mail-in-encrypted = This mail is encrypted, so that its text cannot be shown here
mail-in-tnef = Outlook packed what was sent into winmail.dat, which is not opened
mail-in-claims = The sender's address is known to: { $accounts }. Nobody has proved that it is theirs, or it is known to several; so this ticket belongs to no account. You can give it to one, under Customer.
mail-in-outsiders = The mail names others in copy: { $addresses }. They get no mail of this ticket, since anybody may have written this mail in the sender's name. Copy them if that is right.

# Mail that was not taken
admin-rejected-title = Rejected mail
admin-rejected-lead = Mail that opened no ticket and answered none, with the reason. You can take each of them all the same; if only the beginning of one was kept, its page says so.
admin-rejected-search = Search in senders, subjects, reasons and texts
admin-rejected-column-mail = Mail
admin-rejected-column-reason = Reason
admin-rejected-column-at = When
admin-rejected-no-subject = (no subject)
admin-rejected-no-sender = unknown sender
admin-rejected-no-text = There is no text in it that can be read.
admin-rejected-empty-title = No rejected mail
admin-rejected-empty-text = Mail that opens no ticket appears here, with the reason: automatic answers, mailing lists, mail that a hook refuses.
admin-rejected-text = Text
admin-rejected-files = Attachments
admin-rejected-headers = Header
admin-rejected-accept = Accept anyway
admin-rejected-accepted = { $name } accepted this mail.
admin-rejected-gone = The mail itself is no longer kept; this is what the log has of it.
admin-rejected-cut = Of this mail, only the first { $kept } KB of { $size } KB were kept. If you accept it, the rest is missing, and the message says so.
flash-mail-accepted = The mail is on ticket { $reference } now.
flash-mail-not-accepted = The mail could not be accepted; its page says why.
error-mail = There is no such mail in the log.
error-mail-accepted = Somebody has accepted this mail already.
error-mail-unreadable = No ticket can be made of this mail: it cannot be read, names no sender, or only reports on another mail.
error-mail-gone = The mail itself is no longer kept.
mail-reason-unreadable = Cannot be read
mail-reason-automatic = A program sent it by itself
mail-reason-list = It came by a mailing list
mail-reason-own = It is one of our own
mail-reason-hops = It came through too many servers, as in a circle
mail-reason-no-sender = It names no sender
mail-reason-clients-only = The department takes mail of customers only
mail-reason-replies-only = The department takes answers only
mail-reason-sender-rate = The sender sent too many within the hour
mail-reason-ticket-rate = Its ticket got too many within the hour
mail-reason-ticket-closed = The ticket takes no more replies
mail-reason-refused = A hook refused it
mail-reason-invalid = It cannot be stored as a ticket
mail-reason-bounce-unknown = A mail came back, but it does not say which

## Words that events carry in English, by themselves: status, priority, badge; then why somebody gets a mail (it follows their address)

word-open = Open
word-answered = Answered
word-customer-reply = Customer-Reply
word-on-hold = On Hold
word-in-progress = In Progress
word-closed = Closed
word-low = Low
word-medium = Medium
word-high = High
word-operator = Operator
word-owner = Owner
word-authorized-user = Authorized User
word-sub-account = Sub-account
word-registered-user = Registered User
word-external-user = External User
word-guest = Guest

word-belongs-to-the-department = belongs to the department
word-created-the-account = created the account
word-has-the-ticket = has the ticket
word-is-copied-on-the-ticket = is copied on the ticket
word-is-the-account-s-own-address = is the account's own address
word-looks-after-the-server = looks after the server
word-is-who-our-staff-opened-the-ticket-for = is who our staff opened the ticket for
word-opened-the-ticket = opened the ticket
word-owns-the-account = owns the account
word-may-open-tickets = may open tickets
word-is-a-contact-for-support = is a contact for Support
word-is-a-contact-for-general-mail = is a contact for general mail
word-is-a-contact-for-invoice-mail = is a contact for invoice mail
word-is-a-contact-for-support-mail = is a contact for support mail
word-is-a-contact-for-product-mail = is a contact for product mail
word-is-a-contact-for-domain-mail = is a contact for domain mail
word-is-a-contact-for-affiliate-mail = is a contact for affiliate mail
word-asked-to-accept-the-invite = asked to accept the invite
word-was-invited = was invited
word-is-to-become-a-log-in-address = is to become a log-in address
word-was-the-log-in-address-so-far = was the log-in address so far
word-is-the-log-in-that-this-is-about = is the log-in that this is about
word-asked-for-general-mail = asked for general mail
word-asked-for-invoice-mail = asked for invoice mail
word-asked-for-support-mail = asked for support mail
word-asked-for-product-mail = asked for product mail
word-asked-for-domain-mail = asked for domain mail
word-asked-for-affiliate-mail = asked for affiliate mail
word-did-it = did it
word-gets-it-already = gets it already
word-gets-it-already-as-staff = gets it already, as staff
word-its-address-is-named-already = its address is named already
word-no-script-named-them = no script named them
word-has-no-e-mail-address = has no email address
word-has-no-permission-for-tickets = has no permission for tickets
word-has-no-permission-for-invoices = has no permission for invoices
word-has-no-permission-for-products = has no permission for products
word-has-no-permission-for-domains = has no permission for domains
word-has-no-permission-for-affiliates = has no permission for affiliates
word-has-not-ticked-general-mail = has not ticked general mail
word-has-switched-general-mail-off = has switched general mail off
word-the-reader-switched-general-mail-off-for-this-address = the reader switched general mail off for this address
word-has-not-ticked-invoice-mail = has not ticked invoice mail
word-has-switched-invoice-mail-off = has switched invoice mail off
word-the-reader-switched-invoice-mail-off-for-this-address = the reader switched invoice mail off for this address
word-has-not-ticked-support-mail = has not ticked support mail
word-has-switched-support-mail-off = has switched support mail off
word-the-reader-switched-support-mail-off-for-this-address = the reader switched support mail off for this address
word-has-not-ticked-product-mail = has not ticked product mail
word-has-switched-product-mail-off = has switched product mail off
word-the-reader-switched-product-mail-off-for-this-address = the reader switched product mail off for this address
word-has-not-ticked-domain-mail = has not ticked domain mail
word-has-switched-domain-mail-off = has switched domain mail off
word-the-reader-switched-domain-mail-off-for-this-address = the reader switched domain mail off for this address
word-has-not-ticked-affiliate-mail = has not ticked affiliate mail
word-has-switched-affiliate-mail-off = has switched affiliate mail off
word-the-reader-switched-affiliate-mail-off-for-this-address = the reader switched affiliate mail off for this address
word-asked-for-its-mail-in-digests = asked for its mail in digests
word-had-its-share-of-mail-for-the-hour = had its share of mail for the hour, so this came together
word-had-several-mails-about-the-ticket-within-a-minute = had several mails about the ticket within a minute, so these came together
word-no-script-named-them-nor-did-they-ask-for-general-mail = no script named them, nor did they ask for general mail
word-no-script-named-them-nor-did-they-ask-for-invoice-mail = no script named them, nor did they ask for invoice mail
word-no-script-named-them-nor-did-they-ask-for-support-mail = no script named them, nor did they ask for support mail
word-no-script-named-them-nor-did-they-ask-for-product-mail = no script named them, nor did they ask for product mail
word-no-script-named-them-nor-did-they-ask-for-domain-mail = no script named them, nor did they ask for domain mail
word-no-script-named-them-nor-did-they-ask-for-affiliate-mail = no script named them, nor did they ask for affiliate mail
word-has-the-ticket-now = has the ticket now

## The desk, for staff

admin-menu-departments = Departments
admin-menu-statuses = Ticket statuses
admin-menu-canned = Canned answers
admin-menu-staff = Staff
role-admin = Admin
role-agent = Agent
position = Place
position-help = Lists are in this order; 1 comes first.
tickets-show-mine = Mine
tickets-show-unassigned = Unassigned
tickets-all-states = All statuses
tickets-column-assignee = Assigned to
tickets-column-waiting = Waiting since
ticket-nobody = Nobody
admin-tickets-empty-waiting = Every customer has an answer.
admin-tickets-empty-mine = No open ticket is yours. Take one from the queue.
admin-tickets-empty-unassigned = Every open ticket has somebody.
admin-tickets-empty-open = When a customer writes, the ticket appears here.
admin-tickets-empty-closed = Tickets that are settled appear here.
admin-tickets-empty-all = When a customer writes, the ticket appears here.
bulk-choose = Choose
bulk-choose-one = Choose { $reference }
bulk-title = With the chosen tickets
bulk-nothing = Tick at least one ticket, and say what to do with it. Nothing was changed.
bulk-close = Close
bulk-assign = Assign
bulk-assign-to = Assign to …
bulk-close-title = { $count ->
    [one] Close this ticket?
   *[other] Close these { $count } tickets?
}
bulk-close-text = Customers are told as your hooks decide, and can open a ticket again for some time.
bulk-assign-title = { $count ->
    [one] Give this ticket to { $name }?
   *[other] Give these { $count } tickets to { $name }?
}
bulk-unassign-title = { $count ->
    [one] Give this ticket to nobody?
   *[other] Give these { $count } tickets to nobody?
}
bulk-assign-text = Whoever had them before has them no more.
flash-bulk-closed = { $count ->
    [0] No ticket was closed.
    [one] One ticket is closed.
   *[other] { $count } tickets are closed.
}
flash-bulk-assigned = { $count ->
    [0] No ticket was assigned.
    [one] One ticket is assigned.
   *[other] { $count } tickets are assigned.
}
ticket-about = About this ticket
ticket-customer = Customer
ticket-no-account = No account
ticket-others = Other open tickets
ticket-new-for-account = Open another ticket for them
ticket-take = Assign to me
ticket-change-submit = Save
ticket-canned = Canned answer
ticket-canned-none = Choose …
ticket-canned-insert = Insert
ticket-canned-empty = There are no canned answers yet.
ticket-reply-status = Status afterwards
ticket-reply-status-usual = Answered
ticket-reply-close = Send and Close
ticket-send-anyway = Send Anyway
ticket-fresh = New since you began to write
ticket-overtaken = { $names } wrote while you were writing. Your reply is not sent yet: read what is new, change yours if need be, and send it anyway.
ticket-is-part = { $reference } is part of { $into } now: its messages stand here.
ticket-merge = Merge …
ticket-merge-title = Merge another ticket into { $reference }
ticket-merge-lead = For two tickets about one matter. Only tickets of the same customer can become one.
ticket-merge-reference = Reference of the other ticket
ticket-merge-look = Look
ticket-merge-choose = Choose
ticket-merge-none = This customer has no other ticket.
ticket-merge-ask = Merge { $reference }, “{ $subject }”?
ticket-merge-will-move = { $count ->
    [one] Its message comes to { $into }, among the others by its time, with its files and notes.
   *[other] Its { $count } messages come to { $into }, among the others by their time, with their files and notes.
}
ticket-merge-will-close = { $reference } is closed, and leads to { $into }: links and mails that answer it go there.
ticket-merge-will-lead = { $reference } stays closed, and leads to { $into }: links and mails that answer it go there.
ticket-merge-will-copy = Whoever opened it or was copied on it is copied from now on.
ticket-merge-for-good = This cannot be undone.
ticket-merge-submit = Merge Tickets
ticket-merge-another = Choose another
ticket-give = Give to an account …
ticket-unproved = By mail, sender not proved
ticket-related = Related service or domain
ticket-related-help = Which of your services or domains it is about, if it is about one.
ticket-take-back = Take back …
ticket-account-title = Give { $reference } to an account
ticket-account-lead = { $email } wrote it, and it belongs to no account yet.
ticket-account-known = Accounts that name this address
ticket-account-known-none = No account names { $email }.
ticket-account-own = Account’s own address
ticket-account-others = Other accounts
ticket-account-ask = Give it to { $account }?
ticket-account-unknown = { $email } is not known to { $account }. Whoever writes from there still gets its mail, as its opener.
ticket-account-unproved = Nobody has proved that { $email } belongs to { $account }: anybody can register with an address, or enter it. Give the ticket to this account only if you know that its people wrote it.
ticket-account-will-read = { $count ->
    [one] From now on its message, with its files, can be read by:
   *[other] From now on its { $count } messages, with their files, can be read by:
}
ticket-account-will-mail = Answers are mailed to the people of this account, too; what was sent before is not sent again.
ticket-account-will-keep = Notes stay with staff, and badges stay as they were when the messages were written.
ticket-account-submit = Give the Ticket
ticket-account-back-title = Take { $reference } back from { $account }
ticket-account-back-will = Nobody of { $account } sees it any more; it belongs to no account, and only its opener and the addresses that were copied before it was given get its mail.
ticket-account-back-stays = What they have read, wrote, or got by mail meanwhile stays.
ticket-account-back-submit = Take It Back
told-given = { $by } gave it to the account { $account }.
told-taken-back = { $by } took it back from the account { $account }.
flash-ticket-given = { $reference } belongs to { $account } now.
flash-ticket-taken-back = { $reference } belongs to no account now; { $account } had it.
invalid-ticket-has-account = This ticket belongs to an account already. If it was given to the wrong one, take it back first.
invalid-ticket-not-given = This ticket was opened for its account; nobody gave it to it. If it is about something else, open another one.
ticket-split = Split …
ticket-split-title = Split { $reference }
ticket-split-lead = Messages about another matter become a ticket of their own, with their files. The others stay here.
ticket-replies = Messages
ticket-split-subject = Subject of the new ticket
ticket-split-submit = Split Ticket
ticket-for-title = For whom is the ticket?
ticket-for-lead = For a customer who telephoned, say. They see the ticket as theirs.
ticket-for-guest = Somebody without an account
ticket-for-whom = For
ticket-new-for = For { $name }.
ticket-new-for-guest = For somebody without an account, who answers by mail.
presence-looking = { $count ->
    [one] { $names } is looking at this ticket, too.
   *[other] { $names } are looking at this ticket, too.
}
presence-writing = { $count ->
    [one] { $names } is writing an answer.
   *[other] { $names } are writing answers.
}
presence-newer = { $name } has written meanwhile. Reload the page to read it; what you typed is safe if you send it: you are asked first.
told-taken = { $by } took it.
told-assigned = { $by } gave it to { $to }.
told-unassigned = { $by } took it from { $from }.
told-moved = { $by } moved it from { $from } to { $to }.
told-priority = { $by } changed the priority from { $from } to { $to }.
told-status = { $by } changed the status from { $from } to { $to }.
told-cc = { $by } changed the copied addresses: { $cc }
told-merged = { $by } merged { $reference } into it.
told-split-from = { $by } split it from { $reference }.
told-split-to = { $by } made a part of it { $reference }.
flash-ticket-changed = { $reference } is saved.
flash-ticket-merged = { $reference } is part of { $into } now.
flash-ticket-split = { $reference } was made of messages of { $from }.
flash-ticket-opened-for = Ticket { $reference } is open for { $name }.
keys-title = Keys
keys-show = Keyboard
keys-close = Close tickets
keys-close-one = To “Close Ticket”
keys-move = Up and down the list
keys-messages = Next and previous message
keys-open = Open the ticket
keys-pick = Tick it
keys-new = Open a ticket for a customer
keys-search = Search
keys-reply = Reply
keys-note = Write a note
keys-back = Back to the queue
keys-help = These keys
keys-done = Done
departments-lead = Where tickets go. Customers choose among them, and each has an address for mail.
department-new-title = Add Department
department-email-help = Mail to it opens tickets, and answers come from it.
department-description = What it is for
department-description-help = A sentence that helps customers to choose.
department-rules = Rules
department-hidden = Hidden
department-hidden-help = Customers cannot choose it; staff can move tickets there.
department-clients-only = Customers only
department-clients-only-help = Mail opens a ticket only if we know the sender's address.
department-replies-only = Answers only
department-replies-only-help = Mail answers tickets and opens none.
department-members = Who serves it
department-members-help = Agents who serve no department see all tickets. If nobody is ticked, everybody serves it.
department-everybody = Everybody
department-remove-title = Remove { $name }?
department-remove-text = Its tickets, open and closed, go to another department. Mail to its address opens no tickets any more.
department-remove-to = Its tickets go to
flash-department-saved = { $name } is saved.
flash-removed = { $name } is removed.
statuses-lead = Where a ticket stands, and who is to do something next.
status-new-title = Add Status
status-ours = Built in
status-ours-lock = The server itself gives this status: its name and meaning stay.
status-change-lead = Tickets that have this status follow what you change.
status-colour = Colour
status-waits = Tickets of this status
status-waits-staff = wait for us
status-waits-customer = wait for the customer
status-waits-nobody = are closed
status-remove-title = Remove { $name }?
status-remove-text = Tickets that have this status get another one.
status-remove-to = They get
flash-status-saved = { $name } is saved.
canned-lead = What staff write again and again: insert it into a reply, then make it fit.
canned-new-title = Add Answer
canned-title-help = Staff choose it by this; customers never see it.
canned-placeholders = Filled in when the answer is inserted:
canned-empty-title = No canned answers yet
canned-empty-text = Write down what you answer most often. It can be inserted into every reply.
canned-remove-title = Remove “{ $title }”?
canned-remove-text = Replies that were written with it stay as they are.
flash-canned-saved = “{ $title }” is saved.
field-title = Title
staff-lead = Who works here. Admins may everything; agents answer the tickets of their departments.
staff-new-title = Add Member
staff-role = Role
staff-role-help = Agents see tickets and customers. Admins also see hooks, templates, departments and staff.
staff-name-help = Customers see it on answers.
staff-password-help = Leave it empty to keep the present one. A new one logs them out everywhere.
staff-all-departments = All
staff-remove-title = Remove { $name }?
staff-remove-text = They can log in no more, and their open tickets belong to nobody. What they wrote stays, with their name.
flash-staff-added = { $name } can log in now.
flash-staff-saved = { $name } is saved.
error-admin-only = Only admins may do this. Ask one of them.
invalid-last-admin = Somebody must be left who may everything: make somebody else an admin first.
invalid-department-address-taken = Another department has this address.
invalid-cc-of-house = This address is one of our own: whoever is to hear of the ticket there does so anyway.
invalid-attachment-waiting = Too many files of yours came within an hour and wait for a message. Please send what you have, or try again later.
invalid-email-of-customer = This is a customer’s log-in. Members of staff need an address of their own, so that their mail is not taken for the customer’s.
invalid-cc-unverified = Please confirm your own email address first; until then nobody can be copied.
invalid-new-addresses = No more than { $most } new addresses can be added within an hour. Please try again after { $until } with those that are left, or ask our support.
invalid-department-taken = There is a department of this name already.
invalid-department-used = It has tickets: choose where they go.
invalid-department-last = This is the only department, and tickets must go somewhere. Add another one first.
invalid-status-taken = There is a status of this name already.
invalid-status-ours = The server itself gives this status, so it stays.
invalid-status-used = Tickets have this status: choose which one they get.
invalid-canned-taken = There is an answer of this title already.
invalid-ticket-same = This is the same ticket.
invalid-ticket-unknown = There is no ticket of this reference, or none that you may see.
invalid-ticket-other-account = This ticket is another customer's: only tickets of one customer can be merged. One of no account can be given to this one’s account first.

# Mail that goes out.
admin-menu-mail = Mail
admin-mail-title = Mail
admin-mail-count-waiting = { $count ->
    [0] nothing waits
    [one] one mail waits
   *[other] { $count } mails wait
}
admin-mail-count-dead = { $count ->
    [0] none was given up
    [one] one was given up
   *[other] { $count } were given up
}
admin-mail-count-suppressed = { $count ->
    [0] none was held back for good
    [one] one was held back for good
   *[other] { $count } were held back for good
}
admin-mail-relays = Mail servers
admin-mail-relays-none = No mail server is configured. Mail stays in the built-in mailbox.
admin-mail-relay-away = Away
admin-mail-relay-there = In service
admin-mail-relay-back = Tried again
admin-mail-relay-from = for senders of
admin-mail-relay-per-second = at most { $count } a second
admin-mail-relay-per-minute = at most { $count } a minute
admin-mail-filter = Which mail to show
admin-mail-search = The recipient’s whole address
admin-mail-column-mail = Mail
admin-mail-column-to = To
admin-mail-column-state = State
admin-mail-column-when = When
admin-mail-tries = { $count } tries
admin-mail-nothing-text = No mail to { $query } is kept in this list.
admin-mail-empty-title = No mail here
admin-mail-empty-text = Mail of this state appears here.
admin-mail-newest = Newest
admin-mail-older = Older
admin-mail-again = Send again
admin-mail-again-now = Send now
admin-mail-drop = Drop
admin-mail-suppressed = This address gets no mail
admin-mail-unsure-text = After one try no answer came: this mail may have been sent. Sending it again may deliver it twice, with the same Message-ID.
admin-mail-template = Template
admin-mail-event = Event
admin-mail-asked = Asked for
admin-mail-next = Next try
admin-mail-answer = The server’s answer
admin-mail-error = What went wrong
admin-mail-tries-title = Tries that failed
mail-state-waiting = Waiting
mail-state-held = Held back
mail-state-dead = Given up
mail-state-suppressed = Not sent
mail-state-sent = Sent
mail-state-dropped = Dropped
mail-state-digested = Within a digest
mail-state-declined = Switched off by the reader
mail-state-all = All
mail-state-bounced = Came back
mail-state-unsure = May have been sent
mail-try-later = Not taken, to be tried again
mail-try-refused = Refused for good
mail-try-unknown = No answer: it may have been sent
mail-try-template = The mail could not be made
suppression-bounce = Mail came back
suppression-complaint = Called a mail spam
suppression-hand = Entered by hand
admin-suppressions-title = Addresses without mail
admin-suppressions-lead = Mail to these addresses is not sent, except what the person asks for, such as a link for a new password.
admin-suppressions-until = until
admin-suppressions-for-ever = until it is lifted
admin-suppressions-lift = Lift
admin-suppressions-mail = The mail
admin-suppressions-search = Part of an address
admin-suppressions-empty-title = Every address gets its mail
admin-suppressions-empty-text = Addresses whose mail comes back, or whose owners complain, appear here.
admin-suppressions-add = Send no more mail to an address
admin-suppressions-email = Address
admin-suppressions-why = Why
admin-suppressions-why-help = Shown wherever the address is.
flash-mail-again = The mail to { $email } is being sent.
flash-mail-dropped = The mail to { $email } is not sent.
flash-suppression-added = { $email } gets no more mail.
flash-suppression-lifted = { $email } gets mail again.
invalid-suppressed = This address gets no mail already.
invalid-email-settled = This mail does not wait any more, or is being sent right now.
invalid-email-under-way = This mail is being sent right now.
invalid-email-link-gone = This mail shows a link that works once and is forgotten. The person has to ask for another one.

## Who gets which mail

mail-why-always = Your host has switched this on for everybody.
mail-why-never = Your host sends no mail of this kind.
mail-why-host = Your host's default; nobody has changed it.
mail-why-chosen-account = Chosen for this account.
mail-why-unsubscribed = The reader at this address switched it off on { $date }. A tick switches it on again.
mail-why-you-off = You chose this.
mail-why-you-on = You chose this.
preferences-role-note = Where you change nothing, you get what concerns you, for example as owner or on your own tickets.
mail-pace-of = How soon: { $category }
mail-pace-now = At once
mail-pace-hourly = Once an hour
mail-pace-daily = Once a day, at 8:00
mail-choice-of = What you get: { $category }
mail-choice-role = Where it concerns me
mail-choice-get = As the account says
mail-choice-on = All of it
mail-choice-off = None
unsubscribe-title = Your emails
unsubscribe-ask-title = Stop { $category } emails?
unsubscribe-ask-text = { $email } will get no more { $category } emails about the account { $account }. Nothing has changed yet.
unsubscribe-ask-text-alone = { $email } will get no more { $category } emails. Nothing has changed yet.
unsubscribe-done-title = { $category } emails are stopped
unsubscribe-done-text = { $email } gets no more { $category } emails about the account { $account }. Other emails still come.
unsubscribe-done-text-alone = { $email } gets no more { $category } emails. Other emails still come.
unsubscribe-kept-title = { $category } emails come again
unsubscribe-kept-text = { $email } gets { $category } emails about the account { $account } as before.
unsubscribe-kept-text-alone = { $email } gets { $category } emails as before.
unsubscribe-fixed-title = { $category } emails cannot be stopped
unsubscribe-fixed-text = Our { $category } emails about the account { $account } go to everybody whom they concern, and so to { $email }.
unsubscribe-fixed-text-alone = Our { $category } emails go to everybody whom they concern, and so to { $email }.
unsubscribe-submit = Stop these emails
unsubscribe-undo = Undo
unsubscribe-more = All kinds of email, and how often
unsubscribe-more-note = This counts for this address and this account. Emails about log-in and access always arrive.

## Email History

emails-title = Email History
emails-lead = What we sent to the people of { $account }, each message as it went out.
emails-search = Search subject or address
emails-category = Kind
emails-category-all = All kinds
emails-column-subject = Subject
emails-column-to = To
emails-column-state = Status
emails-column-at = Date
emails-not-made = (not sent yet)
emails-never-made = (it was never made)
emails-nothing-found = No email matches. Try other words, or all kinds.
emails-empty-title = No emails yet
emails-empty-text = Everything that we send to your account, its contacts and its users will be kept here.
emails-newest = Newest
emails-older = Older
emails-reason = Why
emails-next = Goes out
emails-digest = Digest
emails-digest-open = See the email in which it went out
emails-html-note = As it went out. Links that work once are left out.
emails-state-waiting = Waiting
emails-state-held = Waiting for a digest
emails-state-sent = Sent
emails-state-digested = Sent within a digest
emails-state-declined = Not sent: switched off by the reader
emails-state-bounced = Came back
emails-state-suppressed = Not sent: the address takes no mail
emails-state-dead = Could not be sent
emails-state-dropped = Not sent

## Why somebody got a mail

explain-title = Who got it, and why
explain-lead = Enter an address: what it was named for, whether it got the mail, and which line of which script decided.
explain-search = Search by address
explain-empty-text = Nothing named { $query } here: no mail was meant for it, or the trace is gone.
explain-empty-so-far = Nothing named { $query } so far; older runs of scripts are not looked through yet.
explain-looked-to = Runs of scripts were looked through back to
explain-further = Look further back
explain-mails = All mails to { $query }
recipients-title = Recipients
recipients-open = Who got mail about this event, and who did not
recipients-forgotten = The event of this message is no longer kept, or it had none. The mails to an address stand under Mail.
recipients-waits = The scripts have not met this event yet.
recipients-empty-title = Nobody was named
recipients-empty-text = No mail came of this event, or its trace is gone.
recipients-no-template = No message is about { $event }. A template whose front matter says “event: { $event }” would be one, and route hooks would say who gets it.
recipients-column-who = Who
recipients-column-mail = Email
recipients-column-gets = Outcome
recipients-column-why = Why
recipients-gets = Gets it
recipients-left-out = Left out
recipients-cut = Of those whom no script named, the first { $count } are kept.

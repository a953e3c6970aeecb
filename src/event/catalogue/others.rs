//! Events of people, accounts, invites, staff, mail, hooks and schedules.

use super::*;
use crate::event::{data::*, sample};

catalogue! {
    OTHERS;

    /// Somebody registered, or accepted an invite without having a user: a new user exists.
    "user.registered" UserRegistered {
        /// The new user.
        user: User = sample::owner(),
    } also sample::without_account;
    /// A user asked for (or needs) a mail that confirms their address.
    "user.verification_requested" UserVerificationRequested {
        /// The user.
        user: User = sample::owner(),
    } links { verify: "Confirms the address; works once, for three days." } also sample::without_account;
    /// A user's address was confirmed.
    "user.email_verified" UserEmailVerified {
        /// The user.
        user: User = sample::owner(),
    } also sample::without_account;
    /// A user asked to log in with another address from now on; nothing has changed yet.
    "user.email_change_requested" UserEmailChangeRequested {
        /// The user, still with the present address.
        user: User = sample::owner(),
        /// The address asked for.
        new_email: String = "owner@bakery-mill.example".into(),
    } links { verify: "Confirms the new address; works once, for three days." } also sample::without_account;
    /// A user's log-in address changed.
    "user.email_changed" UserEmailChanged {
        /// The user, with the new address.
        user: User = sample::owner(),
        /// The address before.
        old_email: String = "baker@bakery.example".into(),
    } also sample::without_account;
    /// A user changed their name, language or time zone.
    "user.profile_changed" UserProfileChanged {
        /// The user, after the change.
        user: User = sample::owner(),
        /// What changed.
        changes: Vec<Change> = vec![sample::change()],
    } also sample::without_account;
    /// A user chose which mail of the account they want.
    "user.preferences_changed" UserPreferencesChanged {
        /// The user, after the change.
        user: User = sample::accountant(),
    };
    /// A user logged in.
    "user.logged_in" UserLoggedIn {
        /// The user.
        user: User = sample::owner(),
        /// Where from.
        session: Session = sample::session(),
    } also sample::without_account;
    /// A log-in failed: wrong password or second factor. Unknown addresses emit nothing.
    "user.login_failed" UserLoginFailed {
        /// The user whose log-in failed.
        user: User = sample::owner(),
        /// Where from.
        session: Session = sample::session(),
    } also sample::without_account;
    /// A user logged out.
    "user.logged_out" UserLoggedOut {
        /// The user.
        user: User = sample::owner(),
    } also sample::without_account;
    /// A user ended sessions of theirs: one of the list, or all.
    "user.sessions_ended" UserSessionsEnded {
        /// The user.
        user: User = sample::owner(),
    } also sample::without_account;
    /// A user turned to another of their accounts, which is the event's account.
    "user.switched_account" UserSwitchedAccount {
        /// The user.
        user: User = sample::designer(),
    };
    /// Somebody asked for a new password for a user.
    "user.password_reset_requested" UserPasswordResetRequested {
        /// The user.
        user: User = sample::owner(),
    } links { reset: "Sets a new password; works once, for one hour." } also sample::without_account;
    /// A user's password changed.
    "user.password_changed" UserPasswordChanged {
        /// The user.
        user: User = sample::owner(),
    } also sample::without_account;
    /// A user's log-in asks for a second factor from now on.
    "user.two_factor_enabled" UserTwoFactorEnabled {
        /// The user.
        user: User = sample::owner(),
    } also sample::without_account;
    /// A user's log-in asks for no second factor any more; the actor is staff if staff helped.
    "user.two_factor_disabled" UserTwoFactorDisabled {
        /// The user.
        user: User = sample::owner(),
    } also sample::without_account;
    /// A user logged in with a recovery code, which is used up now.
    "user.recovery_code_used" UserRecoveryCodeUsed {
        /// The user.
        user: User = sample::owner(),
        /// How many codes are left.
        left: i64 = 9,
    } also sample::without_account;
    /// A user made new recovery codes; the old ones are dead.
    "user.recovery_codes_renewed" UserRecoveryCodesRenewed {
        /// The user.
        user: User = sample::owner(),
    } also sample::without_account;

    /// A user got access to the account.
    "user.added" UserAdded {
        /// The user who has access now.
        user: User = sample::accountant(),
        /// The invite that was accepted.
        invite: Invite = sample::invite(),
    };
    /// A user's permissions on the account changed.
    "user.permissions_changed" UserPermissionsChanged {
        /// The user, with the permissions held now.
        user: User = sample::accountant(),
        /// Permission keys granted by this change.
        granted: Vec<String> as PERMISSION = vec!["orders".into()],
        /// Permission keys taken away by this change.
        revoked: Vec<String> as PERMISSION = vec!["emails".into()],
    };
    /// A user lost access to the account, or left it.
    "user.removed" UserRemoved {
        /// The user, who has no permissions here any more.
        user: User = sample::former_user(),
        /// True if the user left of their own will.
        left: bool = false,
    };

    /// An account was created; its owner stands in `event.account.owner`.
    "account.created" AccountCreated {
        /// The owner.
        user: User = sample::owner(),
    };
    /// The account's details changed.
    "account.details_changed" AccountDetailsChanged {
        /// What changed.
        changes: Vec<Change> = vec![sample::change()],
    };
    /// Which mail the account's own address gets was changed.
    "account.preferences_changed" AccountPreferencesChanged {
        /// Categories ticked before.
        before: Vec<String> as CATEGORY = vec!["general".into(), "invoice".into()],
    };

    /// An owner invited somebody; the mail with the link is on its way.
    "invite.sent" InviteSent {
        /// The invite.
        invite: Invite = sample::invite(),
    } links { invite: "Where the invitee accepts or declines; works once." };
    /// An owner sent a pending invite again; the earlier link is dead.
    "invite.resent" InviteResent {
        /// The invite, with its new date of expiry.
        invite: Invite = sample::invite(),
    } links { invite: "Where the invitee accepts or declines; works once." };
    /// An owner cancelled a pending invite.
    "invite.cancelled" InviteCancelled {
        /// The invite.
        invite: Invite = sample::invite(),
    };
    /// The invitee accepted.
    "invite.accepted" InviteAccepted {
        /// The invite.
        invite: Invite = sample::invite(),
        /// The user who has access now.
        user: User = sample::accountant(),
    };
    /// The invitee declined.
    "invite.declined" InviteDeclined {
        /// The invite.
        invite: Invite = sample::invite(),
    };
    /// A pending invite ran out.
    "invite.expired" InviteExpired {
        /// The invite.
        invite: Invite = sample::invite(),
    };
    /// Somebody logged in with another address than the invited one asks to accept with it.
    "invite.consent_requested" InviteConsentRequested {
        /// The invite.
        invite: Invite = sample::invite(),
        /// The user who wants to accept.
        user: User = sample::designer(),
    } links { consent: "Where the owner agrees; works once." };
    /// The owner agreed that another user than the invited one may accept.
    "invite.consent_given" InviteConsentGiven {
        /// The invite.
        invite: Invite = sample::invite(),
        /// The user who may accept now.
        user: User = sample::designer(),
    };

    /// The owner did not agree that another user than the invited one may accept.
    "invite.consent_refused" InviteConsentRefused {
        /// The invite, which stays open for its address.
        invite: Invite = sample::invite(),
        /// The user who asked.
        user: User = sample::designer(),
    };

    /// A contact was added to the account.
    "contact.added" ContactAdded {
        /// The contact.
        contact: Contact = sample::contact(),
    };
    /// A contact was changed.
    "contact.changed" ContactChanged {
        /// The contact, after the change.
        contact: Contact = sample::contact(),
        /// What changed.
        changes: Vec<Change> = vec![sample::change()],
    };
    /// A contact was removed from the account.
    "contact.removed" ContactRemoved {
        /// The contact as it was.
        contact: Contact = sample::contact(),
    };

    /// A member of staff was added.
    "staff.added" StaffAdded {
        /// Who was added.
        staff: Person = sample::staff(),
    } also sample::without_account;
    /// A member of staff logged in.
    "staff.logged_in" StaffLoggedIn {
        /// Who.
        staff: Person = sample::staff(),
        /// Where from.
        session: Session = sample::session(),
    } also sample::without_account;
    /// A member of staff logged out.
    "staff.logged_out" StaffLoggedOut {
        /// Who.
        staff: Person = sample::staff(),
    } also sample::without_account;

    /// A mail could not be delivered and will not be tried again.
    "email.failed" EmailFailed {
        /// The address that it was for.
        to: String as ADDRESS = "accountant@bakery.example".into(),
        /// Name of its template.
        template: String = "invite".into(),
        /// What the mail server said last.
        error: String = "550 5.1.1 no such mailbox".into(),
    } also sample::without_account;
    /// A mail that had been taken came back: the server of its recipient did not take it, or will not.
    "email.bounced" EmailBounced {
        /// The address that it was for.
        to: String as ADDRESS = "accountant@bakery.example".into(),
        /// Name of its template.
        template: String = "invite".into(),
        /// True if that server will never take it; false if it may later.
        permanent: bool = true,
        /// What that server said.
        error: String = "550 5.1.1 no such mailbox".into(),
        /// True if the address gets no mail from now on.
        suppressed: bool = true,
    } also sample::without_account;
    /// Somebody called a mail spam: their address gets no mail from now on.
    "email.complained" EmailComplained {
        /// The address that it was for.
        to: String as ADDRESS = "accountant@bakery.example".into(),
        /// Name of its template.
        template: String = "ticket-replied".into(),
        /// What the report said.
        detail: String = "abuse".into(),
    } also sample::without_account;
    /// A mail was held back because its address gets none.
    "email.suppressed" EmailSuppressed {
        /// The address that it was for.
        to: String as ADDRESS = "accountant@bakery.example".into(),
        /// Name of its template.
        template: String = "invite".into(),
        /// Why the address gets no mail: `bounce`, `complaint` or `hand`.
        reason: String as SUPPRESSED = "bounce".into(),
        /// What the other server said, or what the person who did it wrote.
        detail: String = "550 5.1.1 no such mailbox".into(),
    } also sample::without_account;
    /// Staff said that an address gets no mail.
    "email.suppression_added" EmailSuppressionAdded {
        /// The address.
        to: String as ADDRESS = "accountant@bakery.example".into(),
    } also sample::without_account;
    /// Staff let an address get mail again.
    "email.suppression_lifted" EmailSuppressionLifted {
        /// The address.
        to: String as ADDRESS = "accountant@bakery.example".into(),
        /// Why it got none: `bounce`, `complaint` or `hand`.
        reason: String as SUPPRESSED = "bounce".into(),
    } also sample::without_account;
    /// The reader at an address chose which mail of the account they want none of, and which in digests.
    "email.preferences_changed" EmailPreferencesChanged {
        /// The address.
        to: String as ADDRESS = "accountant@bakery.example".into(),
        /// Kinds of mail of which it wants none from now on.
        declined: Vec<String> as CATEGORY = vec!["general".into()],
        /// Kinds that it gets in one mail an hour.
        hourly: Vec<String> as CATEGORY = vec!["support".into()],
        /// Kinds that it gets in one mail a day.
        daily: Vec<String> as CATEGORY = vec![],
    } also sample::without_account;
    /// Staff gave up a mail that waited: it is not sent.
    "email.dropped" EmailDropped {
        /// The address that it was for.
        to: String as ADDRESS = "accountant@bakery.example".into(),
        /// Name of its template.
        template: String = "invite".into(),
    } also sample::without_account;
    /// Staff had a mail sent again: one that failed, or one that was sent.
    "email.retried" EmailRetried {
        /// The address that it is for.
        to: String as ADDRESS = "accountant@bakery.example".into(),
        /// Name of its template.
        template: String = "invite".into(),
    } also sample::without_account;
    /// A hook failed for good on an event: what it would have asked for on that event does not happen.
    "hook.failed" HookFailed {
        /// What failed, and where.
        failure: Failure = sample::failure(),
    } also sample::without_account;
    /// A hook kept failing and is out: it does not run until its file changes, or until a later try works.
    "hook.quarantined" HookQuarantined {
        /// Its last failure.
        failure: Failure = sample::failure(),
        /// How often it ran since its file last changed.
        runs: i64 = 40,
        /// How many of those runs failed.
        failures: i64 = 31,
        /// When it is tried again by itself.
        retry_at: Time = sample::soon(),
        /// Those of the staff who look after the server.
        staff: Vec<Person> = sample::admins(),
    } also sample::without_account;
    /// A hook that was out is back.
    "hook.recovered" HookRecovered {
        /// The hook's id.
        hook: String = "vip.rhai:ticket.replied:1".into(),
        /// Its file, below the data folder.
        file: String = "hooks/vip.rhai".into(),
        /// What brought it back.
        reason: String = "its file changed".into(),
    } also sample::without_account;
    /// A new set of hooks, templates, messages and settings went live.
    "hooks.activated" HooksActivated {
        /// Hash of the bundle that is live now.
        bundle: String = "3f2a9c51d0b7".into(),
        /// Files that did not load, and run in their last good version.
        failed: Vec<String> = vec!["hooks/vip.rhai".into()],
    } also sample::without_account;
    /// The time of an `every` hook has come: once, or once for each subject that it goes over. Only
    /// that hook runs on it: no `on` or `route` hook hears it, and no template is its mail.
    "schedule.due" ScheduleDue {
        /// Id of the hook whose time has come.
        hook: String = "close-quiet.rhai:every 1 hour over ticket:1".into(),
        /// The time that the schedule names; the event may come later.
        due_at: Time = sample::AT,
        /// With `over: "ticket"`: an open ticket, as it is now.
        ticket: Ticket = sample::quiet_ticket(),
        /// With `over: "invite"`: a pending invite.
        invite: Invite = sample::invite(),
    } also sample::without_subjects;
    /// An event of the operator's own, by the name that `emit("custom.…")` gave it.
    "custom.*" CustomEvent {
        /// What `emit` was given.
        data: Value = serde_json::json!({ "note": "anything that the hook said" }),
    } also sample::without_account;
    /// A mail could not be made because its template failed.
    "template.failed" TemplateFailed {
        /// What failed, and where.
        failure: Failure = sample::failure(),
    } also sample::without_account;
}

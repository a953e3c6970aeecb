//! Actions that a hook may refuse or amend before they happen.
//!
//! A model verb takes [`Approved<D>`], and the only way to get one is [`ask`]: no door (page,
//! program, mail, command line, effect) can go round a guard. Guards run on a read, before the
//! write transaction opens; the verb checks again, inside, what may have changed meanwhile.

mod ask;

pub use ask::{
    Answer, Approved, Asked, Context, Defaults, Gate, Lock, Refusal, ask, cut, too_long, with_context,
};

use super::data::*;
use super::sample;
use super::shape::{Described, Field};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// One guarded action.
#[derive(Debug)]
pub struct GuardKind {
    /// The dotted name, as a verb.
    pub name: &'static str,
    /// When it is asked, in a sentence.
    pub doc: &'static str,
    /// What the draft carries, beside `at`, `actor`, `account` and `composing`.
    pub fields: &'static [Field],
    /// The fields that a hook may set.
    pub amends: &'static [&'static str],
    /// True if the action has a form, which also asks (`draft.composing`).
    pub form: bool,
    /// Realistic drafts, as scripts see them.
    pub samples: fn() -> Vec<Value>,
}

impl GuardKind {
    /// True if it changes something that is stored, so that a hook can lock fields: they stay as they are.
    pub fn keeps(&self) -> bool {
        matches!(self.name, "account.change_details" | "user.change_permissions" | "contact.save")
    }
}

/// The draft of a guarded action: what somebody wants to do.
pub trait Draft: Serialize + DeserializeOwned + Send + Sync {
    /// The action.
    const KIND: &'static GuardKind;
}

macro_rules! guards {
    ($(
        $(#[doc = $doc:literal])+
        $name:literal $draft:ident { $( $(#[doc = $fdoc:literal])+ $field:ident : $ty:ty $(as $words:ident)? = $sample:expr ),* $(,)? }
        amends [$($amend:ident),*] form $form:literal $(also $($more:path),+)? ;
    )+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
            #[serde(default)]
            pub struct $draft { $( $(#[doc = $fdoc])+ pub $field: $ty, )* }
            impl Draft for $draft {
                const KIND: &'static GuardKind = &GuardKind {
                    name: $name,
                    doc: concat!($($doc),+),
                    fields: &[ $( Field::new(stringify!($field), concat!($($fdoc),+), <$ty as Described>::KIND)$(.of(super::words::$words))? ),* ],
                    amends: &[$(stringify!($amend)),*],
                    form: $form,
                    samples: || {
                        let full = sample_draft(&$draft { $( $field: $sample ),* });
                        #[allow(unused_mut, reason = "only some drafts have further samples")]
                        let mut all = vec![full];
                        if $form { all.push(composing(&all[0])); }
                        $($( all.push($more(&all[0])); )+)?
                        all
                    },
                };
            }
        )+
        /// Every action that asks hooks first.
        pub static GUARDS: &[&GuardKind] = &[ $( <$draft as Draft>::KIND ),+ ];
    };
}

guards! {
    /// Somebody registers an account and its owner, or a user opens a further account.
    "account.register" AccountRegister {
        /// Company; may be empty.
        company: String = "Blue Bakery".into(),
        /// First name.
        first_name: String = "Olive".into(),
        /// Last name.
        last_name: String = "Baker".into(),
        /// E-mail address of the account and its owner.
        email: String = "owner@bakery.example".into(),
        /// Phone number as typed.
        phone: String = "+49 30 1234567".into(),
        /// Street and number.
        address1: String = "Mill Lane 1".into(),
        /// Second line of the address.
        address2: String = String::new(),
        /// City.
        city: String = "Berlin".into(),
        /// State or region.
        state: String = String::new(),
        /// Post code.
        postcode: String = "10115".into(),
        /// Two-letter country code.
        country: String as COUNTRY = "DE".into(),
        /// Tax id as typed.
        tax_id: String = "DE123456789".into(),
        /// Three-letter currency code.
        currency: String as CURRENCY = "EUR".into(),
        /// Language.
        locale: String = "en".into(),
    } amends [company, first_name, last_name, phone, address1, address2, city, state, postcode, country, tax_id, currency, locale] form true also sample::without_account;
    /// Somebody changes Account Details.
    "account.change_details" AccountChangeDetails {
        /// Company; may be empty.
        company: String = "Blue Bakery & Mill".into(),
        /// First name.
        first_name: String = "Olive".into(),
        /// Last name.
        last_name: String = "Baker".into(),
        /// The account's own e-mail address.
        email: String = "hello@bakery.example".into(),
        /// Phone number as typed.
        phone: String = "+49 30 1234567".into(),
        /// Street and number.
        address1: String = "Mill Lane 1".into(),
        /// Second line of the address.
        address2: String = String::new(),
        /// City.
        city: String = "Berlin".into(),
        /// State or region.
        state: String = String::new(),
        /// Post code.
        postcode: String = "10115".into(),
        /// Two-letter country code.
        country: String as COUNTRY = "DE".into(),
        /// Tax id as typed.
        tax_id: String = "DE123456789".into(),
        /// Three-letter currency code.
        currency: String as CURRENCY = "EUR".into(),
        /// Language.
        locale: String = "en".into(),
        /// Names of the fields that differ from what is stored.
        changed: Vec<String> = vec!["company".into()],
    } amends [company, first_name, last_name, email, phone, address1, address2, city, state, postcode, country, tax_id, currency, locale] form true;
    /// An owner sends an invite, or sends it again.
    "invite.send" InviteSend {
        /// The address to invite.
        email: String = "accountant@bakery.example".into(),
        /// Permission keys that accepting will give.
        permissions: Vec<String> as PERMISSION = vec!["invoices".into(), "quotes".into(), "emails".into()],
        /// True if "All Permissions" was chosen.
        all_permissions: bool = false,
        /// How long the link will work.
        expires_in: Span = Span(7 * 86_400_000),
        /// True if a user with this address exists already.
        known: bool = false,
        /// True if a pending invite is sent again.
        resend: bool = false,
    } amends [permissions, expires_in] form true;
    /// Somebody accepts an invite.
    "invite.accept" InviteAccept {
        /// The invite.
        invite: Invite = sample::invite(),
        /// The address of the user who accepts.
        email: String = "accountant@bakery.example".into(),
        /// Permission keys that the user will get.
        permissions: Vec<String> as PERMISSION = vec!["invoices".into(), "quotes".into(), "emails".into()],
    } amends [permissions] form false;
    /// A user logs in; asked after password and second factor were right.
    "user.log_in" UserLogIn {
        /// The user.
        user: User = sample::owner(),
        /// Where from.
        session: Session = sample::session(),
    } amends [] form false also sample::without_account;
    /// An owner changes what a user may do.
    "user.change_permissions" UserChangePermissions {
        /// The user, with the permissions held so far.
        user: User = sample::accountant(),
        /// Permission keys that the user will hold.
        permissions: Vec<String> as PERMISSION = vec!["invoices".into(), "orders".into()],
    } amends [permissions] form true;
    /// An owner takes a user's access away, or a user leaves.
    "user.remove" UserRemove {
        /// The user.
        user: User = sample::accountant(),
        /// True if the user leaves of their own will.
        left: bool = false,
    } amends [] form true;
    /// Somebody adds or changes a contact.
    "contact.save" ContactSave {
        /// The name.
        name: String = "Accounts Payable".into(),
        /// The address.
        email: String = "bills@bakery.example".into(),
        /// Mail categories to tick.
        categories: Vec<String> as CATEGORY = vec!["invoice".into()],
        /// True if the contact is new.
        adding: bool = true,
    } amends [name, categories] form true;
    /// Somebody opens a ticket.
    "ticket.open" TicketOpen {
        /// Subject as typed.
        subject: String = "The shop is slow since the update".into(),
        /// The message.
        body: String = "Pages take eight seconds since Friday.".into(),
        /// Name of the department.
        department: String = "Support".into(),
        /// `Low`, `Medium` or `High`.
        priority: String as PRIORITIES = "Medium".into(),
        /// Copied addresses.
        cc: Vec<String> = vec![],
        /// The service or domain that it is about, as typed; may be empty.
        related: String = "bakery.example".into(),
        /// Where it comes from: `web`, `mail`, `hook` or `api`.
        origin: String as ORIGINS = "web".into(),
        /// Files that are to come with the message.
        attachments: Vec<Attachment> = vec![sample::attachment()],
    } amends [subject, priority, cc, related] form true also sample::without_account;
    /// Somebody writes on a ticket.
    "ticket.reply" TicketReply {
        /// The ticket, before the reply.
        ticket: Ticket = sample::ticket(),
        /// The message.
        body: String = "Can you have a look?".into(),
        /// Where it comes from: `web`, `mail`, `hook` or `api`.
        origin: String as ORIGINS = "web".into(),
        /// Files that are to come with the message.
        attachments: Vec<Attachment> = vec![sample::attachment()],
    } amends [body] form false also sample::without_account;
}

/// The draft that `permission_defaults` hooks get: an invite form, or "Manage Permissions".
pub static DEFAULTS: &[Field] = &[
    Field::new(
        "email",
        "The address to invite, empty while the form is still blank; or the user's.",
        String::KIND,
    ),
    Field::new("managing", "True on \"Manage Permissions\", where `preselect` does not count.", bool::KIND),
    Field::new("user", "The user whose permissions are managed; empty for an invite.", User::KIND),
];

/// Fields that every draft has.
pub static CONTEXT: &[Field] = &[
    Field::new("at", "The clock.", Time::KIND),
    Field::new("actor", "Who wants to do it.", Person::KIND),
    Field::new("account", "The account it is about; empty if none.", Account::KIND),
    Field::new("composing", "True while a form is only being shown.", bool::KIND),
];

/// Drafts on which `permission_defaults` hooks are tried.
pub fn defaults_samples() -> Vec<Value> {
    let blank = json!({"email": "", "managing": false, "user": User::default(), "at": sample::AT,
        "actor": sample::person(&sample::owner()), "account": sample::account(), "composing": true});
    let mut typed = blank.clone();
    typed["email"] = json!("accountant@bakery.example");
    typed["composing"] = json!(false);
    let mut managing = typed.clone();
    managing["managing"] = json!(true);
    managing["user"] = json!(sample::accountant());
    vec![blank, typed, managing]
}

fn sample_draft(draft: &impl Serialize) -> Value {
    sample_context(draft, &sample::account())
}

fn sample_context(draft: &impl Serialize, account: &Account) -> Value {
    with_context(
        draft,
        &Context {
            at: sample::AT,
            actor: sample::person(&sample::owner()),
            account: account.clone(),
            composing: false,
        },
    )
}

fn composing(draft: &Value) -> Value {
    let mut draft = draft.clone();
    draft["composing"] = json!(true);
    draft
}

/// The action of this name.
pub fn find(name: &str) -> Option<&'static GuardKind> {
    GUARDS.iter().find(|kind| kind.name == name).copied()
}

impl PartialEq for GuardKind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl GuardKind {
    /// The field of this name: its own, or one that every draft has.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        CONTEXT.iter().chain(self.fields).find(|field| field.name == name)
    }
}

//! Who wrote: the badge of a message, fixed when it is written.

use crate::{
    db::Tx,
    error::Result,
    event::{
        data::{Account, Person},
        outbox::Act,
    },
    model::{email_key, user},
};

/// What the author of a message is to the ticket's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Badge {
    /// Staff, or the house itself. The label is historical.
    Operator,
    /// The owner of the account.
    Owner,
    /// A user of the account.
    AuthorizedUser,
    /// An address among the account's contacts.
    SubAccount,
    /// A user without access to this account.
    RegisteredUser,
    /// None of these, on an account's ticket.
    ExternalUser,
    /// None of these, on a ticket without an account.
    Guest,
}

impl Badge {
    /// All badges, in the order in which they are tried.
    pub const ALL: [Badge; 7] = [
        Badge::Operator,
        Badge::Owner,
        Badge::AuthorizedUser,
        Badge::SubAccount,
        Badge::RegisteredUser,
        Badge::ExternalUser,
        Badge::Guest,
    ];

    /// The label, as events carry it and people know it.
    pub const fn label(self) -> &'static str {
        match self {
            Badge::Operator => "Operator",
            Badge::Owner => "Owner",
            Badge::AuthorizedUser => "Authorized User",
            Badge::SubAccount => "Sub-account",
            Badge::RegisteredUser => "Registered User",
            Badge::ExternalUser => "External User",
            Badge::Guest => "Guest",
        }
    }

    /// The key in message files (`badge-KEY`) and in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Badge::Operator => "operator",
            Badge::Owner => "owner",
            Badge::AuthorizedUser => "authorized",
            Badge::SubAccount => "sub_account",
            Badge::RegisteredUser => "registered",
            Badge::ExternalUser => "external",
            Badge::Guest => "guest",
        }
    }

    /// The badge of this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|badge| badge.key() == key)
    }
}

/// The badge of what `author` writes on a ticket of `account` (empty if it has none): by log-in or by
/// address, the first that applies. `registered` if the author is a user, or their address is a user's.
pub fn badge(author: &Person, account: &Account, registered: bool) -> Badge {
    let key = email_key(&author.email);
    let is = |id: &str, email: &str| {
        (author.kind == "user" && !id.is_empty() && author.id == id)
            || (!key.is_empty() && key == email_key(email))
    };
    if ["staff", "system"].contains(&author.kind.as_str()) {
        Badge::Operator
    } else if account.owner.exists && is(&account.owner.id, &account.owner.email) {
        Badge::Owner
    } else if account.users.iter().any(|user| is(&user.id, &user.email)) {
        Badge::AuthorizedUser
    } else if account.contacts.iter().any(|contact| is("", &contact.email)) {
        Badge::SubAccount
    } else if registered {
        Badge::RegisteredUser
    } else if account.exists {
        Badge::ExternalUser
    } else {
        Badge::Guest
    }
}

/// The badge of what this person writes now.
pub(super) async fn author_badge(tx: &mut Tx, author: &Person, account: &Account) -> Result<Badge> {
    let registered = author.kind == "user" || user::lookup_by_email(&mut *tx, &author.email).await?.is_some();
    Ok(badge(author, account, registered))
}

/// The label of whoever acts, for events.
pub(super) async fn badge_of(tx: &mut Tx, act: &Act, account: &Account) -> Result<String> {
    Ok(author_badge(tx, &act.actor, account).await?.label().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::sample;

    fn by_mail(email: &str) -> Person {
        Person { exists: true, kind: "guest".into(), email: email.into(), ..Person::default() }
    }

    #[test]
    fn the_first_that_applies_is_the_badge() {
        let (bakery, nobody) = (sample::account(), Account::default());
        let stranger = Person { id: "usr_elsewhere".into(), ..sample::person(&sample::owner()) };
        let stranger = Person { email: "sam@elsewhere.example".into(), ..stranger };
        let mut both = bakery.clone();
        both.contacts[0].email = "OWNER@bakery.example".into();
        both.contacts[1].email = "accountant@bakery.example".into();
        let table = [
            // By log-in.
            (sample::staff(), &bakery, false, Badge::Operator),
            (sample::staff(), &nobody, false, Badge::Operator),
            (sample::system(), &bakery, false, Badge::Operator),
            (sample::person(&sample::owner()), &bakery, true, Badge::Owner),
            (sample::person(&sample::accountant()), &bakery, true, Badge::AuthorizedUser),
            (stranger.clone(), &bakery, true, Badge::RegisteredUser),
            (stranger, &nobody, true, Badge::RegisteredUser),
            // By address, whatever the capitals.
            (by_mail("Owner@Bakery.example"), &bakery, true, Badge::Owner),
            (by_mail("DEVELOPER@bakery.example"), &bakery, true, Badge::AuthorizedUser),
            (by_mail("Bills@bakery.example"), &bakery, false, Badge::SubAccount),
            (by_mail("bills@bakery.example"), &bakery, true, Badge::SubAccount),
            (by_mail("sam@elsewhere.example"), &bakery, true, Badge::RegisteredUser),
            (by_mail("sam@elsewhere.example"), &bakery, false, Badge::ExternalUser),
            (by_mail("sam@elsewhere.example"), &nobody, false, Badge::Guest),
            (by_mail(""), &nobody, false, Badge::Guest),
            (by_mail(""), &bakery, false, Badge::ExternalUser),
            // Who is a user and a contact is a user.
            (by_mail("owner@bakery.example"), &both, true, Badge::Owner),
            (by_mail("accountant@bakery.example"), &both, true, Badge::AuthorizedUser),
        ];
        for (author, account, registered, expected) in table {
            assert_eq!(badge(&author, account, registered), expected, "{author:?} on {:?}", account.name);
        }
    }

    #[test]
    fn a_staff_address_alone_makes_no_operator() {
        assert_eq!(badge(&by_mail("staff@host.example"), &sample::account(), false), Badge::ExternalUser);
    }

    #[test]
    fn badges_are_read_back() {
        assert!(Badge::ALL.into_iter().all(|badge| Badge::from_key(badge.key()) == Some(badge)));
    }
}

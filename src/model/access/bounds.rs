//! What hooks say about the thirteen boxes, and holding to it.

use crate::{
    error::{Error, Kind, Result},
    event::{
        data::{self, Time},
        guard::{Defaults, Gate},
        outbox::Act,
    },
    model::email_key,
    permission::{Permission, Permissions, UnknownPermission},
};
use serde_json::json;

/// Bytes of the longest e-mail address that there is.
const LONGEST_EMAIL: usize = 254;

/// The permission defaults that hooks gave for one invite, or for one user who is managed. Verbs
/// that set permissions take them, and only the hooks make them: no door can go round what the
/// form shows.
#[derive(Clone, Debug)]
pub struct Bounds {
    account_id: String,
    about: String,
    defaults: Defaults,
}

impl Bounds {
    /// What hooks say about an invite to this address, which is empty while the form is still blank.
    /// `composing` while a form is only being shown.
    pub async fn for_invite(
        gate: &dyn Gate,
        act: &Act,
        account: &data::Account,
        email: &str,
        composing: bool,
    ) -> Self {
        // What is longer than an address is none, and hooks need not look at it.
        let typed = Some(email.trim()).filter(|email| email.len() <= LONGEST_EMAIL).unwrap_or_default();
        let draft = json!({"email": typed, "managing": false, "user": data::User::default(),
            "at": Time(act.at), "actor": act.actor, "account": account, "composing": composing});
        Self { account_id: account.id.clone(), about: email_key(email), defaults: gate.defaults(draft).await }
    }

    /// What hooks say about the permissions of a user who has access already. Nothing is preselected then.
    pub async fn for_user(
        gate: &dyn Gate,
        act: &Act,
        account: &data::Account,
        user: &data::User,
        composing: bool,
    ) -> Self {
        let draft = json!({"email": user.email, "managing": true, "user": user,
            "at": Time(act.at), "actor": act.actor, "account": account, "composing": composing});
        let defaults = Defaults { preselect: Vec::new(), ..gate.defaults(draft).await };
        Self { account_id: account.id.clone(), about: user.id.clone(), defaults }
    }

    /// The answer itself: locks with their reasons, presets, whether a hook failed.
    pub fn defaults(&self) -> &Defaults {
        &self.defaults
    }

    /// True if nobody may get this permission. What is forbidden stays forbidden where another hook requires it.
    pub fn forbids(&self, permission: Permission) -> bool {
        self.defaults.forbid.iter().any(|(forbidden, _)| *forbidden == permission)
    }

    /// True if whoever has access has this permission.
    pub fn requires(&self, permission: Permission) -> bool {
        !self.forbids(permission) && self.defaults.require.iter().any(|(required, _)| *required == permission)
    }

    /// "All Permissions": all that are not forbidden.
    pub fn all(&self) -> Permissions {
        Permission::ALL.into_iter().filter(|permission| !self.forbids(*permission)).collect()
    }

    /// The boxes that are ticked while nobody has chosen yet.
    pub fn preselected(&self) -> Permissions {
        self.bound(&self.defaults.preselect.iter().copied().collect())
    }

    /// What somebody gets who is to get `wanted`: with what is required, without what is forbidden.
    pub fn bound(&self, wanted: &Permissions) -> Permissions {
        let mut bound: Permissions = wanted.iter().filter(|permission| !self.forbids(*permission)).collect();
        Permission::ALL
            .into_iter()
            .filter(|permission| self.requires(*permission))
            .for_each(|required| bound.insert(required));
        bound
    }

    /// Makes sure that every hook that may bind permissions had its say; asked before any is given.
    ///
    /// # Errors
    /// [`Kind::Refused`](crate::error::Kind::Refused) `rules-missing` if one of them failed.
    pub(in crate::model) fn are_sure(&self) -> Result<()> {
        if self.defaults.unsure { Err(Error::new(Kind::Refused, "rules-missing")) } else { Ok(()) }
    }

    /// Makes sure that hooks were asked about just this address or user of just this account.
    pub(in crate::model) fn are_about(&self, account_id: &str, about: &str) -> Result<()> {
        if self.account_id == account_id && self.about == about {
            Ok(())
        } else {
            Err(Error::internal(format!(
                "permission defaults of {} on {} were given for {about} on {account_id}",
                self.about, self.account_id
            )))
        }
    }
}

/// Reads permission keys as forms and hooks give them.
///
/// # Errors
/// Names the field `permissions` if a key is none of the thirteen.
pub(in crate::model) fn parse(keys: &[String]) -> Result<Permissions> {
    let permission = |key: &String| {
        key.parse().map_err(|unknown: UnknownPermission| {
            Error::field("permissions", "permission-unknown").detail(unknown.to_string())
        })
    };
    keys.iter().map(permission).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Permission::{Emails, Invoices, Orders, Tickets};

    fn bounds() -> Bounds {
        let because = |permission| (permission, String::from("because"));
        let defaults = Defaults {
            preselect: vec![Invoices, Orders],
            require: vec![because(Emails), because(Orders)],
            forbid: vec![because(Orders)],
            ..Defaults::default()
        };
        Bounds { account_id: "acc_1".into(), about: "a@b.example".into(), defaults }
    }

    #[test]
    fn what_is_required_is_added_and_what_is_forbidden_goes() {
        let bound = bounds().bound(&[Tickets, Orders].into_iter().collect());
        assert_eq!(bound, [Tickets, Emails].into_iter().collect());
        assert_eq!(bounds().preselected(), [Invoices, Emails].into_iter().collect());
    }

    #[test]
    fn all_permissions_are_all_that_are_not_forbidden() {
        assert_eq!(bounds().all().iter().count(), 12);
        assert!(!bounds().all().has(Orders));
    }

    #[test]
    fn bounds_hold_for_nobody_else() {
        assert!(bounds().are_about("acc_1", "a@b.example").is_ok());
        assert!(
            bounds().are_about("acc_2", "a@b.example").is_err()
                && bounds().are_about("acc_1", "usr_1").is_err()
        );
    }
}

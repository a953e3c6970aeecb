//! The thirteen permissions, as a type.
//!
//! Keys are stable: they stand in hooks, in the database and in the interface for programs. Labels
//! are in the message files (`permission-KEY`), because operators may reword them.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! permissions {
    ($($(#[doc = $doc:literal])+ $name:ident = $key:literal in $group:ident $(needs $needs:ident)?;)+) => {
        /// What a user may do on an account.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Permission { $($(#[doc = $doc])+ #[serde(rename = $key)] $name,)+ }

        impl Permission {
            /// All of them, in the order in which people know them.
            pub const ALL: [Permission; 13] = [$(Permission::$name),+];

            /// The stable key, such as `tickets`.
            pub const fn key(self) -> &'static str { match self { $(Permission::$name => $key,)+ } }

            /// The group under which forms show it.
            pub const fn group(self) -> Group { match self { $(Permission::$name => Group::$group,)+ } }

            /// The permission without which this one is of no use.
            pub const fn needs(self) -> Option<Permission> {
                match self { $($(Permission::$name => Some(Permission::$needs),)?)+ _ => None }
            }
        }
    };
}

permissions! {
    /// See and change Account Details, and the account's own e-mail preferences.
    Profile = "profile" in Account;
    /// List, add, change and remove contacts.
    Contacts = "contacts" in Account;
    /// List services and addons with their details.
    Products = "products" in Services;
    /// Change a service's password, and other service actions.
    ManageProducts = "manageproducts" in Services needs Products;
    /// One click into the service's panel without its password.
    ProductSso = "productsso" in Services needs Products;
    /// List domain registrations with their details.
    Domains = "domains" in Domains;
    /// Nameservers, DNS records, WHOIS contact, lock, auto-renew, transfer code.
    ManageDomains = "managedomains" in Domains needs Domains;
    /// List, view, print and pay invoices.
    Invoices = "invoices" in Billing;
    /// List, view and accept quotes.
    Quotes = "quotes" in Billing;
    /// List, view, open, answer, close and rate tickets.
    Tickets = "tickets" in Support;
    /// Affiliate figures, referral link, withdrawals.
    Affiliates = "affiliates" in Billing;
    /// The account's e-mail history.
    Emails = "emails" in Account;
    /// Order, upgrade or downgrade, request cancellation.
    Orders = "orders" in Billing;
}

/// A heading under which forms show permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The account itself.
    Account,
    /// Hosting services.
    Services,
    /// Domain registrations.
    Domains,
    /// Money.
    Billing,
    /// Help.
    Support,
}

impl Group {
    /// All groups, in the order in which forms show them.
    pub const ALL: [Group; 5] =
        [Group::Account, Group::Services, Group::Domains, Group::Billing, Group::Support];

    /// The key in message files: `permission-group-KEY`.
    pub const fn key(self) -> &'static str {
        match self {
            Group::Account => "account",
            Group::Services => "services",
            Group::Domains => "domains",
            Group::Billing => "billing",
            Group::Support => "support",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// A word that is no permission key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPermission(pub String);

impl fmt::Display for UnknownPermission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no permission; the keys are ", self.0)?;
        for (i, permission) in Permission::ALL.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            f.write_str(permission.key())?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownPermission {}

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(key: &str) -> Result<Self, UnknownPermission> {
        Permission::ALL.into_iter().find(|p| p.key() == key).ok_or_else(|| UnknownPermission(key.to_owned()))
    }
}

/// A set of permissions; in the database, the keys separated by commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions(std::collections::BTreeSet<Permission>);

impl Permissions {
    /// All thirteen.
    pub fn all() -> Self {
        Self(Permission::ALL.into_iter().collect())
    }

    /// True if `permission` is in the set.
    pub fn has(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }

    /// Adds one.
    pub fn insert(&mut self, permission: Permission) {
        self.0.insert(permission);
    }

    /// Takes one away.
    pub fn remove(&mut self, permission: Permission) {
        self.0.remove(&permission);
    }

    /// The permissions in the order in which people know them.
    pub fn iter(&self) -> impl Iterator<Item = Permission> {
        self.0.iter().copied()
    }

    /// True if nothing is granted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True if all thirteen are granted.
    pub fn is_all(&self) -> bool {
        self.0.len() == Permission::ALL.len()
    }

    /// The keys, as events and scripts carry them.
    pub fn keys(&self) -> Vec<String> {
        self.iter().map(|p| p.key().to_owned()).collect()
    }

    /// The form that the database stores.
    pub fn to_column(&self) -> String {
        self.keys().join(",")
    }

    /// Reads what [`Permissions::to_column`] wrote; words that are no key are left out, so that a
    /// permission retired by a later release does not lock anybody out.
    pub fn from_column(text: &str) -> Self {
        text.split(',').filter_map(|key| key.parse().ok()).collect()
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}

/// The six kinds of mail that people may switch on and off, and the one that they may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Anything that fits nowhere else.
    General,
    /// Invoices and payments.
    Invoice,
    /// Tickets.
    Support,
    /// Services.
    Product,
    /// Domain registrations.
    Domain,
    /// The affiliate programme.
    Affiliate,
    /// Passwords, second factors, invites, ownership: cannot be switched off.
    Security,
}

impl Category {
    /// The six that people choose from.
    pub const CHOICES: [Category; 6] = [
        Category::General,
        Category::Invoice,
        Category::Support,
        Category::Product,
        Category::Domain,
        Category::Affiliate,
    ];

    /// The stable key, such as `invoice`.
    pub const fn key(self) -> &'static str {
        match self {
            Category::General => "general",
            Category::Invoice => "invoice",
            Category::Support => "support",
            Category::Product => "product",
            Category::Domain => "domain",
            Category::Affiliate => "affiliate",
            Category::Security => "security",
        }
    }

    /// The category of this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::CHOICES.into_iter().chain([Category::Security]).find(|c| c.key() == key)
    }

    /// Reads the list that the database stores; unknown words are left out.
    pub fn from_column(text: &str) -> Vec<Self> {
        text.split(',').filter_map(Self::from_key).filter(|c| *c != Category::Security).collect()
    }

    /// The form that the database stores.
    pub fn to_column(list: &[Self]) -> String {
        list.iter().map(|c| c.key()).collect::<Vec<_>>().join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_back() {
        for permission in Permission::ALL {
            assert_eq!(permission.key().parse(), Ok(permission));
        }
        assert_eq!(Permissions::from_column(&Permissions::all().to_column()), Permissions::all());
    }

    #[test]
    fn an_unknown_key_names_the_thirteen() {
        let error = "ticket".parse::<Permission>().unwrap_err().to_string();
        assert!(error.contains("\"ticket\" is no permission") && error.contains("managedomains"), "{error}");
    }
}

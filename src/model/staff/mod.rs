//! People who work for the hosting company, and log in under `/admin`.

mod change;
mod store;

pub use change::{remove, rename, set_password, set_role};

use super::{email_address, email_key, required_line, user};
use crate::{
    db::{Query, Tx},
    error::{Error, Result},
    event::{
        catalogue::StaffAdded,
        data::{Account, Person},
        outbox::{Act, emit},
    },
    id,
};
use sqlx::FromRow;
use std::fmt;

/// A member of staff.
#[derive(Clone, FromRow)]
pub struct Staff {
    /// Stable id, `stf_…`.
    pub id: String,
    /// Log-in address.
    pub email: String,
    /// The name that customers see.
    pub name: String,
    /// What [`Passwords::hash`](crate::secret::Passwords::hash) gave.
    pub password_hash: String,
    /// What they may do.
    #[sqlx(try_from = "String")]
    pub role: Role,
    /// When they last logged in.
    pub last_login_at: Option<i64>,
    /// When they were added.
    pub created_at: i64,
}

impl fmt::Debug for Staff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Staff({}, {}, {})", self.id, self.email, self.role.key())
    }
}

/// What a member of staff may do. To add a role, add it here; routes name it as `staff:KEY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Admin,
    /// Tickets of their departments, and the customers who write them.
    Agent,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 2] = [Role::Admin, Role::Agent];

    /// The stable key, such as `admin`.
    pub const fn key(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::Agent => "agent",
        }
    }

    /// True if whoever has this role may do what `needed` may.
    pub fn covers(self, needed: Role) -> bool {
        self == Role::Admin || self == needed
    }

    /// The role of this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }
}

impl TryFrom<String> for Role {
    type Error = Error;

    fn try_from(key: String) -> Result<Self> {
        Self::from_key(&key).ok_or_else(|| Error::internal(format!("{key:?} is no role of staff")))
    }
}

/// Somebody to add to the staff.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// Log-in address, as typed.
    pub email: String,
    /// The name that customers see, as typed.
    pub name: String,
    /// What [`password::hashed`](super::user::password::hashed) gave.
    pub password_hash: String,
    /// What they may do.
    pub role: Role,
}

/// Adds a member of staff.
///
/// # Errors
/// [`Invalid`](crate::error::Kind::Invalid) naming `email` or `name`; `email-taken` if a member of staff has that address,
/// `email-of-customer` if it is the confirmed log-in of a customer, whose mail would seem to be of staff from then on.
pub async fn create(tx: &mut Tx, act: &Act, typed: NewStaff) -> Result<Staff> {
    let staff = Staff {
        id: id::new("stf", act.at),
        email: email_address("email", &typed.email)?,
        name: required_line("name", &typed.name, 100)?,
        password_hash: typed.password_hash,
        role: typed.role,
        last_login_at: None,
        created_at: act.at,
    };
    let customer = user::lookup_by_email(&mut *tx, &staff.email).await?;
    if customer.is_some_and(|user| user.email_verified()) {
        return Err(Error::conflict("email-of-customer").and_field("email", "email-of-customer"));
    }
    if !store::insert(tx, &staff, &email_key(&staff.email)).await? {
        return Err(Error::conflict("email-taken").and_field("email", "email-taken"));
    }
    emit(tx, act, &Account::default(), &StaffAdded { staff: person(&staff) }, &[]).await?;
    Ok(staff)
}

/// The member of staff of this id.
///
/// # Errors
/// `staff` if there is none.
pub async fn find(q: impl Query, id: &str) -> Result<Staff> {
    store::by_id(q, id).await?.ok_or_else(|| Error::not_found("staff"))
}

/// The member of staff with this address, whatever its capitals.
///
/// # Errors
/// If the database is away.
pub async fn lookup_by_email(q: impl Query, email: &str) -> Result<Option<Staff>> {
    store::by_email_key(q, &email_key(email)).await
}

/// All members of staff, by name.
///
/// # Errors
/// If the database is away.
pub async fn list(q: impl Query) -> Result<Vec<Staff>> {
    store::list(q).await
}

/// The member of staff as actors and authors are shown.
pub fn person(staff: &Staff) -> Person {
    Person {
        exists: true,
        kind: "staff".into(),
        id: staff.id.clone(),
        name: staff.name.clone(),
        email: staff.email.clone(),
    }
}

/// Notes that they logged in.
pub(super) async fn logged_in(tx: &mut Tx, id: &str, at: i64) -> Result<()> {
    store::logged_in(tx, id, at).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::testing::{House, NOW};

    #[tokio::test]
    async fn a_customers_confirmed_address_makes_no_member_of_staff() {
        let bakery = crate::model::bakery::Bakery::new().await;
        let new = |email: &str| NewStaff {
            email: email.into(),
            name: "Stef".into(),
            password_hash: "x".into(),
            role: Role::Agent,
        };
        let mut tx = bakery.house.db.begin().await.unwrap();
        let error = create(&mut tx, &bakery.act_of_staff(), new("Owner@bakery.example")).await.unwrap_err();
        assert_eq!(error.code, "email-of-customer");
        // Or whoever registers with an address could keep its owner from the staff.
        tx.execute("UPDATE users SET email_verified_at = NULL", Vec::new()).await.unwrap();
        assert!(create(&mut tx, &bakery.act_of_staff(), new("owner@bakery.example")).await.is_ok());
    }

    #[tokio::test]
    async fn two_members_of_staff_never_share_an_address() {
        let house = House::new().await;
        let new = |email: &str| NewStaff {
            email: email.into(),
            name: "Stef".into(),
            password_hash: "x".into(),
            role: Role::Admin,
        };
        let mut tx = house.db.begin().await.unwrap();
        let staff = create(&mut tx, &house.guest(), new("staff@host.example")).await.unwrap();
        assert_eq!(
            create(&mut tx, &house.guest(), new("Staff@Host.example")).await.unwrap_err().code,
            "email-taken"
        );
        tx.commit().await.unwrap();
        assert_eq!(lookup_by_email(&house.db, "STAFF@host.example").await.unwrap().unwrap().id, staff.id);
        assert_eq!(find(&house.db, &staff.id).await.unwrap().created_at, NOW);
        assert_eq!(list(&house.db).await.unwrap().len(), 1);
        assert_eq!(house.events().await, ["staff.added"]);
    }
}

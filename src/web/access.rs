//! Who may come in. A handler's first argument says it, as a type; the table of routes reads the
//! same type, so that the two cannot differ.
//!
//! To guard a page, take one of these first: [`Anonymous`], [`Anyone`], [`LoggedIn`],
//! [`InAccount`], [`Can<P>`], [`Owner`], [`AnyStaff`], [`StaffOnly`].

use super::{Web, pager, trouble::Trouble, visit::Visit};
use crate::{
    error::{Error, Kind},
    model::{
        session::{Entered, Who},
        staff::{Role, Staff},
        user::User,
    },
    permission::Permission,
};
use axum::{
    extract::FromRequestParts,
    http::{Method, StatusCode, request::Parts},
};
use std::{fmt, marker::PhantomData, ops::Deref};

/// Who may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Whoever is logged in.
    User,
    /// Whoever is logged in and has chosen an account.
    Account,
    /// Whoever holds this permission on the chosen account.
    Permission(Permission),
    /// The owner of the chosen account.
    Owner,
    /// Staff of this role, and admins.
    Staff(Role),
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Access::Public => f.write_str("public"),
            Access::User => f.write_str("user"),
            Access::Account => f.write_str("account"),
            Access::Permission(permission) => write!(f, "permission:{permission}"),
            Access::Owner => f.write_str("owner"),
            Access::Staff(role) => write!(f, "staff:{}", role.key()),
        }
    }
}

/// What the first argument of every handler is.
pub trait Entry: Sized + Send {
    /// Who may come in.
    const ACCESS: Access;
    /// False for pages that are the same for everybody: they cost no read of the database.
    const ASKS: bool = true;
    /// Lets the visit in, or says why not.
    ///
    /// # Errors
    /// The page, or the redirect, that it gets instead.
    fn admit(visit: Visit) -> Result<Self, Trouble>;
}

async fn enter<E: Entry>(parts: &Parts) -> Result<E, Trouble> {
    let visit = parts.extensions.get::<Visit>().cloned();
    let visit = visit.ok_or_else(|| Error::internal("a route stands outside the door"))?;
    if E::ASKS {
        visit.authenticate().await?;
        visit.furnish().await?;
    }
    let can_come_back = matches!(parts.method, Method::GET | Method::HEAD);
    E::admit(visit.clone()).map_err(|trouble| match E::ACCESS {
        Access::Public => trouble,
        _ if visit.current().is_some() => trouble,
        _ if !can_come_back => Trouble::status(StatusCode::UNAUTHORIZED),
        _ => Trouble::redirect(log_in(&visit)),
    })
}

/// The log-in page of the visit's area, which leads back here.
fn log_in(visit: &Visit) -> String {
    let area = if visit.in_admin() { "/admin/login" } else { "/login" };
    match visit.path_and_query() {
        "/" | "/admin" => area.to_owned(),
        path => format!("{area}?{}", pager::encode(&[("next", path.to_owned())])),
    }
}

fn nobody() -> Trouble {
    Trouble::status(StatusCode::UNAUTHORIZED)
}

fn chosen(visit: &Visit) -> Result<&Entered, Trouble> {
    let current = visit.current().ok_or_else(nobody)?;
    if let Some(account) = current.account() {
        return Ok(account);
    }
    Err(Trouble::redirect(match (&current.who, visit.path_and_query()) {
        (Who::User { accounts: 0, .. }, _) => "/no-accounts".to_owned(),
        (_, "/") => "/choose-account".to_owned(),
        (_, path) => format!("/choose-account?{}", pager::encode(&[("next", path.to_owned())])),
    }))
}

macro_rules! entries {
    ($($(#[$doc:meta])+ $name:ident: $access:expr, asks $asks:literal, $check:expr;)+) => { $(
        $(#[$doc])+
        #[derive(Clone, Debug)]
        pub struct $name(Visit);

        impl Entry for $name {
            const ACCESS: Access = $access;
            const ASKS: bool = $asks;
            fn admit(visit: Visit) -> Result<Self, Trouble> {
                let check: fn(&Visit) -> Result<(), Trouble> = $check;
                check(&visit)?;
                Ok(Self(visit))
            }
        }

        impl Deref for $name {
            type Target = Visit;
            fn deref(&self) -> &Visit { &self.0 }
        }

        impl FromRequestParts<Web> for $name {
            type Rejection = Trouble;
            async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Trouble> { enter(parts).await }
        }
    )+ };
}

entries! {
    /// Anybody, and it does not matter who.
    Anonymous: Access::Public, asks false, |_| Ok(());
    /// Anybody; who is logged in is known.
    Anyone: Access::Public, asks true, |_| Ok(());
    /// Whoever is logged in.
    LoggedIn: Access::User, asks true, |visit| visit.user().map(|_| ()).ok_or_else(nobody);
    /// Whoever is logged in and has chosen an account.
    InAccount: Access::Account, asks true, |visit| chosen(visit).map(|_| ());
    /// The owner of the chosen account.
    Owner: Access::Owner, asks true, |visit| if chosen(visit)?.owner { Ok(()) } else { Err(Trouble::owner_only()) };
    /// Staff of any role: what agents may open, too.
    AnyStaff: Access::Staff(Role::Agent), asks true, |visit| member(visit, Role::Agent);
    /// Staff who may everything.
    StaffOnly: Access::Staff(Role::Admin), asks true, |visit| member(visit, Role::Admin);
}

fn member(visit: &Visit, needed: Role) -> Result<(), Trouble> {
    let staff = visit.staff().ok_or_else(nobody)?;
    if staff.role.covers(needed) { Ok(()) } else { Err(Trouble::admin_only()) }
}

/// Whoever holds a permission on the chosen account.
#[derive(Clone, Debug)]
pub struct Can<P>(Visit, PhantomData<fn() -> P>);

/// A permission, as a type.
pub trait Needs: Send + 'static {
    /// Which one.
    const PERMISSION: Permission;
}

macro_rules! permissions {
    ($($name:ident)+) => {
        /// Permissions for handlers' signatures: `Can<may::Tickets>`. To guard a page by another of the
        /// thirteen, add its name below.
        pub mod may { $(
            #[doc = concat!("The permission [`", stringify!($name), "`](crate::permission::Permission::", stringify!($name), ").")]
            #[derive(Clone, Copy, Debug)]
            pub struct $name;
            impl super::Needs for $name {
                const PERMISSION: crate::permission::Permission = crate::permission::Permission::$name;
            }
        )+ }
    };
}

permissions! { Profile Contacts Tickets Emails }

impl<P: Needs> Entry for Can<P> {
    const ACCESS: Access = Access::Permission(P::PERMISSION);

    fn admit(visit: Visit) -> Result<Self, Trouble> {
        if chosen(&visit)?.may(P::PERMISSION) {
            Ok(Self(visit, PhantomData))
        } else {
            Err(Trouble::permission(P::PERMISSION))
        }
    }
}

impl<P: Needs> FromRequestParts<Web> for Can<P> {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Trouble> {
        enter(parts).await
    }
}

impl<P> Deref for Can<P> {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.0
    }
}

/// A visit of which it is known that a user is logged in.
pub trait Me: Deref<Target = Visit> {
    /// The user.
    ///
    /// # Errors
    /// Never, once the visit was admitted.
    fn me(&self) -> crate::error::Result<&User> {
        self.user().ok_or_else(|| Error::new(Kind::Unauthorized, "log-in"))
    }
}

/// A visit of which it is known that an account is chosen.
pub trait Here: Deref<Target = Visit> {
    /// The account.
    ///
    /// # Errors
    /// Never, once the visit was admitted.
    fn here(&self) -> crate::error::Result<&Entered> {
        self.account().ok_or_else(|| Error::new(Kind::Unauthorized, "account"))
    }
}

/// A visit of which it is known that a member of staff is logged in.
pub trait OnDuty: Deref<Target = Visit> {
    /// The member of staff.
    ///
    /// # Errors
    /// Never, once the visit was admitted.
    fn me(&self) -> crate::error::Result<&Staff> {
        self.staff().ok_or_else(|| Error::new(Kind::Unauthorized, "log-in"))
    }
}

impl OnDuty for AnyStaff {}
impl OnDuty for StaffOnly {}
impl Me for LoggedIn {}
impl Me for InAccount {}
impl Me for Owner {}
impl<P> Me for Can<P> {}
impl Here for InAccount {}
impl Here for Owner {}
impl<P> Here for Can<P> {}

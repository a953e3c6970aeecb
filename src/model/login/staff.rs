//! The log-in of staff.

use super::{Keys, Needs, take};
use crate::{
    error::Result,
    event::{
        catalogue::StaffLoggedIn,
        data::Account,
        outbox::{Act, emit},
    },
    model::{
        email_key,
        session::{self, Begins, Session, Visitor},
        staff::{self, Staff},
        throttle,
    },
    secret::{self, Token},
};

/// What came of a log-in of staff.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of these in a log-in")]
pub enum StaffOutcome {
    /// The password is wrong, or there is no such member of staff: nobody learns which.
    Wrong,
    /// Too many failures: nothing was tried.
    Throttled {
        /// When the next try is heard.
        until: i64,
    },
    /// They are logged in.
    In {
        /// Goes into the cookie of the admin area.
        token: Token,
        /// The session.
        session: Session,
        /// Who.
        staff: Staff,
    },
}

/// Logs a member of staff in by address and password.
///
/// # Errors
/// [`Unavailable`](crate::error::Kind::Unavailable) if the database is away.
pub async fn check_staff_password(
    needs: &Needs<'_>,
    act: &Act,
    visitor: &Visitor,
    email: &str,
    password: &str,
) -> Result<StaffOutcome> {
    let keys = Keys {
        address: throttle::address_key(&visitor.ip),
        person: format!("staff:{}", secret::hash(&email_key(email))),
    };
    if let Some(until) = take(needs.db, &keys, &throttle::USER, act.at).await? {
        return Ok(StaffOutcome::Throttled { until });
    }
    let staff = staff::lookup_by_email(needs.db, email).await?;
    let right =
        needs.passwords.verify(password, staff.as_ref().map(|staff| staff.password_hash.as_str())).await?;
    let Some(mut staff) = staff.filter(|_| right) else { return Ok(StaffOutcome::Wrong) };
    let mut tx = needs.db.begin().await?;
    throttle::give_back(&mut tx, &keys.address).await?;
    throttle::clear(&mut tx, &keys.person).await?;
    let (token, session) = session::start(&mut tx, act, visitor, Begins::Staff { id: &staff.id }).await?;
    staff::logged_in(&mut tx, &staff.id, act.at).await?;
    staff.last_login_at = Some(act.at);
    let person = staff::person(&staff);
    let act = Act { actor: person.clone(), ..act.clone() };
    emit(&mut tx, &act, &Account::default(), &StaffLoggedIn { staff: person, session: visitor.data() }, &[])
        .await?;
    tx.commit().await?;
    Ok(StaffOutcome::In { token, session, staff })
}

//! The second step of a log-in: the code of an authenticator, or a recovery code.

use super::{Entrance, Keys, Needs, Outcome, ask, fail, let_in, take};
use crate::{
    db::Tx,
    error::{Error, Result},
    event::{
        guard::{Approved, UserLogIn},
        outbox::Act,
    },
    model::{
        session::{self, Session, Visitor},
        throttle,
        user::{User, acting, second_factor},
    },
};

/// The second step; session and user are what [`session::awaiting`] gave.
///
/// # Errors
/// [`Refused`](crate::error::Kind::Refused) with a hook's message; `session` if the session was used or ended meanwhile.
pub async fn check_second_factor(
    needs: &Needs<'_>,
    act: &Act,
    visitor: &Visitor,
    (session, user): &(Session, User),
    typed: &str,
) -> Result<Outcome> {
    let keys = Keys { address: throttle::address_key(&visitor.ip), person: format!("factor:{}", user.id) };
    if let Some(until) = take(needs.db, &keys, &throttle::FACTOR, act.at).await? {
        return Ok(Outcome::Throttled { until });
    }
    // Committed before hooks are asked: a code that was right once is used up, whatever they say.
    let mut tx = needs.db.begin().await?;
    let right = second_factor::check(&mut tx, &acting(act, user), &user.id, typed).await?;
    if right {
        throttle::give_back(&mut tx, &keys.address).await?;
        throttle::clear(&mut tx, &keys.person).await?;
    }
    tx.commit().await?;
    if !right {
        return fail(needs.db, act, visitor, Some(user), &keys).await;
    }
    let approved = ask(needs, act, visitor, user).await?;
    let mut tx = needs.db.begin().await?;
    let entrance = exchange(&mut tx, act, visitor, session, user, &approved).await?;
    tx.commit().await?;
    Ok(Outcome::In(Box::new(entrance)))
}

/// The session that awaited the factor ends, and one with another token begins.
async fn exchange(
    tx: &mut Tx,
    act: &Act,
    visitor: &Visitor,
    session: &Session,
    user: &User,
    approved: &Approved<UserLogIn>,
) -> Result<Entrance> {
    let over = || Error::not_found("session");
    if !session::drop_one(tx, &session.id).await? {
        return Err(over());
    }
    let_in(tx, act, visitor, user, approved, None).await?.ok_or_else(over)
}

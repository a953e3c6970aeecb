//! What a customer thinks of an answer.

use super::{Scope, badge::badge_of, held, replies, store};
use crate::{
    db::Tx,
    error::{Error, Result},
    event::{
        catalogue::TicketRated,
        outbox::{self, Act},
    },
    model::line,
};
use sqlx::FromRow;

/// How long a comment may be, in characters.
pub const LONGEST_COMMENT: usize = 1_000;

/// What a customer thinks of an answer.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Rating {
    pub(super) reply_id: String,
    /// From 1, poor, to 5, very good.
    pub stars: i64,
    /// What they said; may be empty.
    pub comment: String,
    /// Who said it.
    pub rater_name: String,
}

/// Rates an answer of staff, once: by whoever of the account comes first.
///
/// # Errors
/// As [`find`](super::find); [`Kind::NotFound`](crate::error::Kind::NotFound) `reply` if the ticket has no
/// such answer of staff; [`Kind::Invalid`](crate::error::Kind::Invalid) naming `stars` or `comment`;
/// [`Kind::Conflict`](crate::error::Kind::Conflict) `already-rated`; else as
/// [`hold`](crate::model::account::hold).
pub async fn rate(
    tx: &mut Tx,
    act: &Act,
    scope: Scope<'_>,
    reference: &str,
    reply_id: &str,
    stars: i64,
    comment: &str,
) -> Result<()> {
    let (ticket, account) = held(tx, scope, reference).await?;
    let all = replies(&mut *tx, &ticket).await?;
    let reply = all.iter().find(|reply| reply.id == reply_id && reply.author_kind == "staff");
    let reply = reply.ok_or_else(|| Error::not_found("reply"))?;
    if !(1..=5).contains(&stars) {
        return Err(Error::field("stars", "choice"));
    }
    let comment = line("comment", comment, LONGEST_COMMENT)?;
    let rating = Rating { reply_id: reply.id.clone(), stars, comment, rater_name: act.actor.name.clone() };
    if !store::insert_rating(tx, &ticket.id, &rating, act).await? {
        return Err(Error::conflict("already-rated"));
    }
    let event = TicketRated {
        ticket: ticket.seen(&mut *tx, act.at).await?,
        reply: reply.seen(),
        stars,
        comment: rating.comment,
        badge: badge_of(tx, act, &account).await?,
    };
    outbox::emit(tx, act, &account, &event, &[]).await.map(drop)
}

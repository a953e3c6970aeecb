//! How a pending invite ends other than by being accepted.

use super::{Invite, Opened, State, look, over, store};
use crate::{
    db::Tx,
    error::{Error, Result},
    event::{
        catalogue::{InviteCancelled, InviteDeclined, InviteExpired},
        data::Person,
        outbox::{self, Act},
    },
    model::{access, account},
};

/// Withdraws a pending invite; its link is dead.
///
/// # Errors
/// [`Kind::Forbidden`](crate::error::Kind::Forbidden) `owner-only`; else as [`find`](super::find) and [`account::hold`].
pub async fn cancel(mut tx: &mut Tx, act: &Act, account_id: &str, invite_id: &str) -> Result<Invite> {
    account::hold(tx, account_id).await?;
    access::only_owner(tx, act, account_id).await?;
    let invite = super::find(&mut *tx, account_id, invite_id).await?;
    if !store::cancel(tx, &invite.id, act.at).await? {
        return Err(over(State::Used));
    }
    let known = store::known(&mut tx, &invite).await?;
    let seen = account::snapshot(&mut *tx, account_id).await?;
    outbox::emit(tx, act, &seen, &InviteCancelled { invite: invite.seen(known) }, &[]).await?;
    Ok(invite)
}

/// The invitee declines; nobody has to be logged in for that who has the link.
///
/// # Errors
/// As [`open`](look::open) and [`account::hold`].
pub async fn decline(mut tx: &mut Tx, act: &Act, opened: Opened<'_>) -> Result<Invite> {
    let account_id = look::open(tx, opened, act.at).await?.account_id;
    account::hold(tx, &account_id).await?;
    let invite = look::open(tx, opened, act.at).await?;
    if !store::decline(tx, &invite.id, act.at).await? {
        return Err(over(State::Used));
    }
    let known = store::known(&mut tx, &invite).await?;
    let seen = account::snapshot(&mut *tx, &account_id).await?;
    outbox::emit(tx, &by_invitee(act, &invite), &seen, &InviteDeclined { invite: invite.seen(known) }, &[])
        .await?;
    Ok(invite)
}

/// A guest who has the link is whoever reads the invited address's mail.
fn by_invitee(act: &Act, invite: &Invite) -> Act {
    if act.actor.kind != "guest" {
        return act.clone();
    }
    Act { actor: Person { email: invite.email.clone(), ..act.actor.clone() }, ..act.clone() }
}

/// Announces, once each, up to `limit` pending invites whose links have run out; gives how many.
/// They stay pending, so that they can be sent again.
///
/// # Errors
/// If the database is away.
pub async fn expire_due(mut tx: &mut Tx, act: &Act, limit: i64) -> Result<usize> {
    let mut due = store::due(&mut tx, act.at, limit).await?;
    // Always in the same order, so that two sweeps at once wait for each other and not both for ever.
    due.sort_by(|one, other| (&one.account_id, &one.id).cmp(&(&other.account_id, &other.id)));
    let mut announced = 0;
    for invite in due {
        match account::hold(tx, &invite.account_id).await {
            Ok(_) => {}
            // Nobody is told about an account that is closed.
            Err(Error { code: "account-closed", .. }) => {
                store::expire(tx, &invite.id, act.at).await?;
                continue;
            }
            Err(error) => return Err(error),
        }
        if !store::expire(tx, &invite.id, act.at).await? {
            continue;
        }
        let known = store::known(&mut tx, &invite).await?;
        let seen = account::snapshot(&mut *tx, &invite.account_id).await?;
        outbox::emit(tx, act, &seen, &InviteExpired { invite: invite.seen(known) }, &[]).await?;
        announced += 1;
    }
    Ok(announced)
}

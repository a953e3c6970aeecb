//! Lists of tickets, the last touched first.

use super::{Scope, store};
use crate::{
    db::Query,
    error::Result,
    model::{
        account,
        page::{Listed, Page},
    },
    permission::{Permission, Permissions},
};
use sqlx::FromRow;
use std::collections::BTreeMap;

/// A line of a list of tickets.
#[derive(Clone, Debug, FromRow)]
pub struct Line {
    /// Stable id.
    pub id: String,
    /// What is printed in subjects and addresses of pages.
    pub reference: String,
    /// Subject as typed.
    pub subject: String,
    /// As [`Ticket::status`](super::Ticket::status).
    pub status: String,
    /// `Low`, `Medium` or `High`.
    pub priority: String,
    /// The department's name.
    pub department: String,
    /// The name of who opened it.
    pub opener_name: String,
    /// The account, unless a guest opened it.
    pub account_id: Option<String>,
    company: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    account_email: Option<String>,
    /// When it was opened.
    pub opened_at: i64,
    /// When somebody last wrote, or changed the status.
    pub changed_at: i64,
    /// How many messages it has beside the first.
    pub replies: i64,
}

impl Line {
    /// The account's name; empty for a guest's ticket.
    pub fn account_name(&self) -> String {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        account::name(
            &text(&self.company),
            &text(&self.first_name),
            &text(&self.last_name),
            &text(&self.account_email),
        )
    }
}

/// Which tickets a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// All that are not closed.
    #[default]
    Open,
    /// Those that wait for staff: not closed, and a customer wrote last.
    Waiting,
    /// Closed ones.
    Closed,
    /// All.
    All,
}

impl Show {
    /// The choice as it stands in addresses.
    pub const fn key(self) -> &'static str {
        match self {
            Show::Open => "open",
            Show::Waiting => "waiting",
            Show::Closed => "closed",
            Show::All => "all",
        }
    }

    /// The choice of this key.
    pub fn from_key(key: &str) -> Option<Self> {
        [Show::Open, Show::Waiting, Show::Closed, Show::All].into_iter().find(|show| show.key() == key)
    }
}

/// The tickets of an account, or of all for staff; all, or those whose reference, subject or opener
/// holds the words of `search`.
///
/// # Errors
/// If the database is away.
pub async fn list(
    mut q: impl Query,
    scope: Scope<'_>,
    show: Show,
    search: &str,
    page: &Page,
) -> Result<Listed<Line>> {
    store::list(&mut q, scope, show, search, page).await
}

/// How many tickets staff have answered last, for each account that the user can enter and whose
/// tickets they may see; accounts without any are left out.
///
/// # Errors
/// If the database is away.
pub async fn answered(mut q: impl Query, user_id: &str) -> Result<BTreeMap<String, i64>> {
    let rows = store::answered(&mut q, user_id).await?;
    let seen = rows
        .into_iter()
        .filter(|row| row.owner || Permissions::from_column(&row.permissions).has(Permission::Tickets));
    Ok(seen.map(|row| (row.account_id, row.tickets)).collect())
}

/// Answered tickets of one account, and what the user may do there.
#[derive(FromRow)]
pub(super) struct Answered {
    account_id: String,
    owner: bool,
    permissions: String,
    tickets: i64,
}

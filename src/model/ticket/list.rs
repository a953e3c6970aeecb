//! Lists of tickets, the last touched first.

use super::{Scope, Waits, store};
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
    waits: String,
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
    /// The name of the member of staff who has it.
    pub assignee: Option<String>,
    /// When somebody last wrote, or changed the status.
    pub changed_at: i64,
    /// How many messages it has beside the first.
    pub replies: i64,
}

impl Line {
    /// For whom it waits.
    pub fn waits(&self) -> Waits {
        Waits::from_key(&self.waits).unwrap_or(Waits::Staff)
    }

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
    /// Those that wait for staff.
    Waiting,
    /// Those that wait for the customer.
    Customer,
    /// Closed ones.
    Closed,
    /// All.
    All,
}

impl Show {
    /// All choices, in the order in which pages offer them.
    pub const ALL: [Show; 5] = [Show::Open, Show::Waiting, Show::Customer, Show::Closed, Show::All];

    /// The choice as it stands in addresses.
    pub const fn key(self) -> &'static str {
        match self {
            Show::Open => "open",
            Show::Waiting => "waiting",
            Show::Customer => "answered",
            Show::Closed => "closed",
            Show::All => "all",
        }
    }

    /// The choice of this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|show| show.key() == key)
    }
}

/// Who has the tickets that a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Assigned<'a> {
    /// Whoever.
    #[default]
    Any,
    /// Nobody.
    Nobody,
    /// The member of staff of this id.
    To(&'a str),
}

/// Which tickets a list shows: those that are all of this.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Open, waiting, closed.
    pub show: Show,
    /// Id of a department; empty for all.
    pub department: &'a str,
    /// Exactly this status; empty for all.
    pub status: &'a str,
    /// Who has them; only staff ask.
    pub assigned: Assigned<'a>,
    /// The longest untouched first, rather than the last touched.
    pub oldest_first: bool,
    /// Words that messages, subject, reference or authors begin with; empty for all.
    pub search: &'a str,
}

impl<'a> Filter<'a> {
    /// These tickets, if they hold the words.
    pub fn new(show: Show, search: &'a str) -> Self {
        Self { show, search, ..Self::default() }
    }
}

/// The tickets of an account, or of all for staff, that pass the filter. Long lists are counted up to
/// [`MOST_COUNTED`](crate::model::page::MOST_COUNTED).
///
/// # Errors
/// If the database is away.
pub async fn list(
    mut q: impl Query,
    scope: Scope<'_>,
    filter: &Filter<'_>,
    page: &Page,
) -> Result<Listed<Line>> {
    store::list(&mut q, scope, filter, page).await
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

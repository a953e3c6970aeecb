//! The queues, with how much stands in each.

use super::scope;
use crate::{
    error::Result,
    model::{
        staff,
        ticket::{self, Assigned, Counts, Department, Filter, Line, MOST_IN_QUEUE, Scope, Show, Status},
    },
    web::{
        access::{AnyStaff, OnDuty},
        client::tickets::{line, status},
        pager::{ListQuery, encode},
        trouble::Answer,
    },
};
use axum::extract::Query;
use minijinja::{Value, context};

/// What staff look at. To add a view, add it here and a message `tickets-show-KEY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Waiting,
    Mine,
    Unassigned,
    Open,
    Closed,
    All,
}

const VIEWS: [(View, &str); 6] = [
    (View::Waiting, "waiting"),
    (View::Mine, "mine"),
    (View::Unassigned, "unassigned"),
    (View::Open, "open"),
    (View::Closed, "closed"),
    (View::All, "all"),
];

impl View {
    /// The view that the address names; what waits for us, if it names none.
    fn of(query: &ListQuery) -> Self {
        VIEWS.iter().find(|(_, key)| *key == query.status).map_or(View::Waiting, |(view, _)| *view)
    }

    fn key(self) -> &'static str {
        VIEWS.iter().find(|(view, _)| *view == self).map_or("", |(_, key)| key)
    }

    fn show(self) -> Show {
        match self {
            View::Waiting => Show::Waiting,
            View::Mine | View::Unassigned | View::Open => Show::Open,
            View::Closed => Show::Closed,
            View::All => Show::All,
        }
    }

    /// Who waits longest comes first, where somebody waits.
    fn oldest_first(self) -> bool {
        matches!(self, View::Waiting | View::Unassigned)
    }

    fn count(self, counts: &Counts) -> Option<i64> {
        match self {
            View::Waiting => Some(counts.waiting()),
            View::Mine => Some(counts.mine),
            View::Unassigned => Some(counts.unassigned),
            View::Open => Some(counts.sum(|_| true)),
            View::Closed | View::All => None,
        }
    }
}

/// `GET /admin/tickets`
pub async fn list(visit: AnyStaff, Query(query): Query<ListQuery>) -> Answer {
    let (db, me) = (&visit.app().db, visit.me()?);
    let served = ticket::served(db, me).await?;
    let mut departments = ticket::departments(db).await?;
    departments.retain(|one| served.has(&one.id));
    let statuses = ticket::statuses(db).await?;
    let (view, search) = (View::of(&query), query.search());
    let department = departments.iter().find(|one| one.name == query.department);
    let state = statuses.iter().find(|one| one.name == query.state);
    let filter = Filter {
        show: view.show(),
        department: department.map_or("", |one| one.id.as_str()),
        status: state.map_or("", |one| one.name.as_str()),
        assigned: match view {
            View::Mine => Assigned::To(&me.id),
            View::Unassigned => Assigned::Nobody,
            _ => Assigned::Any,
        },
        oldest_first: view.oldest_first(),
        search: &search,
    };
    // A department that one serves, and one's own tickets, have indexes of their own.
    let scope = if department.is_some() || view == View::Mine { Scope::Staff } else { scope(&visit)? };
    let listed = ticket::list(db, scope, &filter, &query.page()).await?;
    let counts = ticket::counts(db, &served, &me.id).await?;
    let here = Here { view, query: &query, department, state };
    let values = context! {
        tickets => listed.rows.iter().map(|row| row_of(row, &statuses)).collect::<Vec<_>>(),
        views => VIEWS.map(|(view, _)| here.view_tab(view, &counts)),
        departments => departments.iter().map(|one| here.department_tab(one, &counts)).collect::<Vec<_>>(),
        states => here.state_tabs(&statuses, &counts),
        all_departments => here.href(view, None, state.map(|one| one.name.as_str())),
        all_states => here.href(view, department.map(|one| one.name.as_str()), None),
        department => department.map_or("", |one| one.name.as_str()),
        state => state.map_or("", |one| one.name.as_str()),
        show => view.key(),
        oldest_first => view.oldest_first(),
        query => search,
        back => visit.path_and_query(),
        staff => members(&visit).await?,
        pager => query.pager("/admin/tickets", &listed),
    };
    visit.page("admin/tickets.html", values)
}

/// Members of staff to choose from.
pub(super) async fn members(visit: &AnyStaff) -> Result<Vec<Value>> {
    let all = staff::list(&visit.app().db).await?;
    Ok(all.iter().map(|one| context! { value => &one.id, label => &one.name }).collect())
}

fn row_of(row: &Line, statuses: &[Status]) -> Value {
    let colour = statuses.iter().find(|one| one.name == row.status).map_or("", |one| one.colour.as_str());
    context! {
        assignee => row.assignee.clone().unwrap_or_default(),
        priority => row.priority.to_lowercase(),
        colour,
        ..line(row)
    }
}

/// Where the reader is in the queues.
struct Here<'a> {
    view: View,
    query: &'a ListQuery,
    department: Option<&'a Department>,
    state: Option<&'a Status>,
}

impl Here<'_> {
    fn href(&self, view: View, department: Option<&str>, state: Option<&str>) -> String {
        let kept = [
            ("status", view.key().to_owned()),
            ("department", department.unwrap_or_default().to_owned()),
            ("state", state.unwrap_or_default().to_owned()),
            ("q", self.query.search()),
        ];
        let kept: Vec<_> = kept.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        format!("/admin/tickets?{}", encode(&kept))
    }

    fn view_tab(&self, view: View, counts: &Counts) -> Value {
        let count = view.count(counts).map(short).unwrap_or_default();
        let href = self.href(view, self.department.map(|one| one.name.as_str()), None);
        context! { key => view.key(), href, count, current => view == self.view }
    }

    fn department_tab(&self, one: &Department, counts: &Counts) -> Value {
        let current = self.department.is_some_and(|chosen| chosen.id == one.id);
        let count = short(counts.sum(|counted| counted.department_id == one.id));
        let href = self.href(self.view, Some(&one.name), self.state.map(|state| state.name.as_str()));
        context! { name => &one.name, href, count, current }
    }

    /// Statuses that open tickets of the department have, each with its number.
    fn state_tabs(&self, statuses: &[Status], counts: &Counts) -> Vec<Value> {
        let inside = |department_id: &str| self.department.is_none_or(|one| one.id == department_id);
        let tabs = statuses.iter().filter_map(|one| {
            let counted = counts.sum(|c| c.status == one.name && inside(&c.department_id));
            let current = self.state.is_some_and(|state| state.name == one.name);
            (counted > 0 || current).then(|| {
                let department = self.department.map(|one| one.name.as_str());
                let href = self.href(View::Open, department, Some(&one.name));
                context! { status => status(&one.name, one.waits()), colour => &one.colour, href, count => short(counted), current }
            })
        });
        tabs.collect()
    }
}

/// A number that has room in a tab.
fn short(count: i64) -> String {
    if count > MOST_IN_QUEUE { format!("{MOST_IN_QUEUE}+") } else { count.to_string() }
}

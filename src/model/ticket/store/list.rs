//! The SQL of lists of tickets: one statement for each queue, so that each goes along an index in
//! order and reads no more rows than it shows. Counting stops at [`MOST_COUNTED`].

use super::search::{self, matching};
use crate::{
    args,
    db::{Query, Value},
    error::Result,
    model::{
        page::{Key, Listed, MOST_COUNTED, Page, Place},
        ticket::{
            Assigned, Filter, Line, Scope, Show,
            served::{self, Served},
        },
    },
};

/// `$1` is whose, `$2` a department, `$3` a status, `$4` an assignee, `$5` words, `$6` and `$7` the key, `$8` how many.
macro_rules! found {
    ($whose:expr, $show:expr, $tail:literal) => {
        concat!(
            " FROM tickets t JOIN departments d ON d.id = t.department_id LEFT JOIN accounts a ON a.id = t.account_id
             WHERE ",
            $whose,
            " AND ",
            $show,
            " AND ($2 = '' OR t.department_id = $2) AND ($3 = '' OR t.status = $3)
              AND ($4 = '' OR t.assignee_id = $4 OR ($4 = '-' AND t.assignee_id IS NULL))",
            $tail
        )
    };
}
macro_rules! lines {
    ($whose:expr, $show:expr, $tail:literal) => {
        concat!(
            "SELECT t.id, t.reference, t.subject, t.status, t.waits, t.priority, d.name AS department, t.opener_name,
               t.account_id, a.company, a.first_name, a.last_name, a.email AS account_email, t.opened_at, t.changed_at,
               (SELECT s.name FROM staff s WHERE s.id = t.assignee_id) AS assignee,
               (SELECT CASE WHEN COUNT(*) > 0 THEN COUNT(*) - 1 ELSE 0 END FROM ticket_replies r WHERE r.ticket_id = t.id) AS replies",
            found!($whose, $show, $tail)
        )
    };
}
macro_rules! counted {
    ($whose:expr, $show:expr, $tail:literal) => {
        concat!("SELECT COUNT(*) FROM (SELECT 1", found!($whose, $show, $tail), ") AS found")
    };
}

/// Tickets that the agent `$1` serves, as a condition on `t`; the same as [`served`](crate::model::ticket::served).
macro_rules! served {
    () => {
        "(t.assignee_id = $1
          OR EXISTS (SELECT 1 FROM department_members m WHERE m.staff_id = $1 AND m.department_id = t.department_id)
          OR NOT EXISTS (SELECT 1 FROM department_members m WHERE m.department_id = t.department_id)
          OR NOT EXISTS (SELECT 1 FROM department_members m WHERE m.staff_id = $1))"
    };
}

/// Tickets of the agent `$1`, who belongs to some department, in others.
macro_rules! elsewhere {
    () => {
        "t.assignee_id = $1 AND $5 = ''
          AND NOT EXISTS (SELECT 1 FROM department_members m WHERE m.staff_id = $1 AND m.department_id = t.department_id)
          AND EXISTS (SELECT 1 FROM department_members m WHERE m.department_id = t.department_id)"
    };
}

/// The statements of a queue, the last touched first.
struct Queue {
    forward: &'static str,
    backward: &'static str,
    preceding: &'static str,
    following: &'static str,
    total: &'static str,
}

impl Queue {
    /// The same queue, the longest untouched first.
    fn reversed(self) -> Self {
        Self {
            forward: self.backward,
            backward: self.forward,
            preceding: self.following,
            following: self.preceding,
            total: self.total,
        }
    }
}

macro_rules! queue {
    ($whose:expr, $show:expr) => {
        Queue {
            forward: lines!(
                $whose,
                $show,
                " AND (t.changed_at, t.id) < ($6, $7) ORDER BY t.changed_at DESC, t.id DESC LIMIT $8"
            ),
            backward: lines!(
                $whose,
                $show,
                " AND (t.changed_at, t.id) > ($6, $7) ORDER BY t.changed_at, t.id LIMIT $8"
            ),
            preceding: counted!($whose, $show, " AND (t.changed_at, t.id) > ($6, $7) LIMIT $8"),
            following: counted!($whose, $show, " AND (t.changed_at, t.id) < ($6, $7) LIMIT $8"),
            total: counted!($whose, $show, " LIMIT $6"),
        }
    };
}
macro_rules! queues {
    ($whose:expr, $asked:expr) => {
        match $asked {
            Show::Open => queue!($whose, "t.closed_at IS NULL"),
            Show::Waiting => queue!($whose, "t.waits = 'staff'"),
            Show::Customer => queue!($whose, "t.waits = 'customer'"),
            Show::Closed => queue!($whose, "t.closed_at IS NOT NULL"),
            Show::All => queue!($whose, "TRUE"),
        }
    };
}

/// Without words: all are looked at, in order. With words: those that the index of words names.
fn queue_of(scope: Scope<'_>, filter: &Filter<'_>, searched: bool, sqlite: bool) -> Queue {
    let show = filter.show;
    match (scope, searched, sqlite) {
        (Scope::Account(_), false, _) => queues!("t.account_id = $1 AND $5 = ''", show),
        (Scope::Account(_), true, true) => {
            queues!(concat!("t.account_id = $1 AND ", matching!(sqlite)), show)
        }
        (Scope::Account(_), true, false) => {
            queues!(concat!("t.account_id = $1 AND ", matching!(postgres of "$1")), show)
        }
        (Scope::Staff, true, true) => queues!(concat!("$1 = '' AND ", matching!(sqlite)), show),
        (Scope::Staff, true, false) => queues!(concat!("$1 = '' AND ", matching!(postgres)), show),
        (Scope::Desk(_), true, true) => queues!(concat!(served!(), " AND ", matching!(sqlite)), show),
        (Scope::Desk(_), true, false) => queues!(concat!(served!(), " AND ", matching!(postgres)), show),
        (Scope::Desk(_), false, _) => match filter.assigned {
            Assigned::To(_) => queues!(concat!("t.assignee_id = $4 AND $5 = '' AND ", served!()), show),
            Assigned::Any | Assigned::Nobody => queues!(elsewhere!(), show),
        },
        (Scope::Staff, false, _) => match filter.assigned {
            Assigned::To(_) => queues!("t.assignee_id = $1 AND $5 = ''", show),
            Assigned::Nobody if filter.department.is_empty() => {
                queues!("t.assignee_id IS NULL AND $1 = '' AND $5 = ''", show)
            }
            Assigned::Nobody => queues!("t.assignee_id IS NULL AND t.department_id = $1 AND $5 = ''", show),
            Assigned::Any if !filter.department.is_empty() => {
                queues!("t.department_id = $1 AND $5 = ''", show)
            }
            Assigned::Any => queues!("$1 = '' AND $5 = ''", show),
        },
    }
}

/// What `$1` to `$5` are.
fn values(scope: Scope<'_>, filter: &Filter<'_>, words: Option<&str>) -> Vec<Value> {
    let assigned = match filter.assigned {
        Assigned::Any => "",
        Assigned::Nobody => "-",
        Assigned::To(staff_id) => staff_id,
    };
    let whose = match (scope, words, filter.assigned) {
        (Scope::Account(account_id), _, _) => account_id,
        (Scope::Desk(staff_id), _, _) => staff_id,
        (Scope::Staff, Some(_), _) => "",
        (Scope::Staff, None, Assigned::To(staff_id)) => staff_id,
        (Scope::Staff, None, _) => filter.department,
    };
    args![whose, filter.department, filter.status, assigned, words.unwrap_or_default()]
}

/// Each queue that pages show, and the index along which SQLite is to read it.
#[cfg(test)]
pub(in crate::model::ticket) fn paths() -> Vec<(&'static str, &'static str, Vec<Value>)> {
    let (account, staff) = (Scope::Account("acc_x"), Scope::Staff);
    let of = |show| Filter { show, ..Filter::default() };
    let department = |show| Filter { department: "dep_x", ..of(show) };
    let nobodys = |show| Filter { assigned: Assigned::Nobody, ..of(show) };
    let mine = |show| Filter { assigned: Assigned::To("stf_x"), ..of(show) };
    let table = [
        (account, of(Show::Open), "ticket_account_open"),
        (account, of(Show::Customer), "ticket_account_waits"),
        (account, of(Show::All), "ticket_by_account"),
        (staff, of(Show::Open), "ticket_open_by_change"),
        (staff, of(Show::Closed), "ticket_closed_by_change"),
        (staff, of(Show::Waiting), "ticket_waiting"),
        (staff, of(Show::All), "ticket_by_change"),
        (staff, department(Show::Open), "ticket_department_open"),
        (staff, department(Show::Waiting), "ticket_department_waits"),
        (staff, department(Show::All), "ticket_by_department"),
        (staff, nobodys(Show::Open), "ticket_nobodys"),
        (staff, mine(Show::Open), "ticket_open_by_assignee"),
        // What agents have where they do not serve; the rest of theirs are departments' queues.
        (Scope::Desk("stf_x"), of(Show::Open), "ticket_open_by_assignee"),
        (Scope::Desk("stf_x"), of(Show::All), "ticket_by_assignee"),
    ];
    let mut paths = Vec::new();
    for (scope, filter, index) in table {
        let queue = queue_of(scope, &filter, false, true);
        let with = [values(scope, &filter, None), args![i64::MAX, "", 50]].concat();
        paths.extend([(queue.forward, index, with.clone()), (queue.backward, index, with)]);
    }
    paths
}

/// A queue, and what `$1` to `$5` are in it.
type Part = (Queue, Vec<Value>);

/// The queues that together hold what is asked for: one; but an agent reads one for each department that they serve, and what
/// they have elsewhere, since one queue of all would lead them through all that others serve.
async fn parts(q: &mut impl Query, scope: Scope<'_>, filter: &Filter<'_>) -> Result<Vec<Part>> {
    let sqlite = q.is_sqlite();
    let account_id = if let Scope::Account(id) = scope { Some(id) } else { None };
    let words = search::query(sqlite, filter.search, account_id);
    let part = |scope, filter: &Filter<'_>| {
        let queue = queue_of(scope, filter, words.is_some(), sqlite);
        let queue = if filter.oldest_first { queue.reversed() } else { queue };
        (queue, values(scope, filter, words.as_deref()))
    };
    let whole = (filter.assigned, words.is_some());
    let (Scope::Desk(me), Assigned::Any | Assigned::Nobody, false) = (scope, whole.0, whole.1) else {
        return Ok(vec![part(scope, filter)]);
    };
    let Served::These(departments) = served::by(q, me).await? else {
        return Ok(vec![part(Scope::Staff, filter)]);
    };
    let asked = departments.iter().filter(|id| filter.department.is_empty() || *id == filter.department);
    let mut parts: Vec<Part> =
        asked.map(|id| part(Scope::Staff, &Filter { department: id, ..*filter })).collect();
    if filter.assigned == Assigned::Any {
        parts.push(part(scope, filter));
    }
    Ok(parts)
}

async fn sum(
    q: &mut impl Query,
    parts: &[Part],
    which: fn(&Queue) -> &'static str,
    tail: Vec<Value>,
) -> Result<i64> {
    let mut sum = 0;
    for (queue, values) in parts {
        sum += q.number(which(queue), [values.clone(), tail.clone()].concat()).await?;
    }
    Ok(sum.min(MOST_COUNTED + 1))
}

pub(in crate::model::ticket) async fn list(
    q: &mut impl Query,
    scope: Scope<'_>,
    filter: &Filter<'_>,
    page: &Page,
) -> Result<Listed<Line>> {
    let parts = parts(q, scope, filter).await?;
    let begins = if filter.oldest_first { i64::MIN } else { i64::MAX };
    let tail = |key: &Key, limit: i64| args![key.sort.parse().unwrap_or(begins), &key.id, limit];
    let key = |row: &Line| Key { sort: row.changed_at.to_string(), id: row.id.clone() };
    let back = matches!(page.place, Place::Before(_));
    // One more than is shown tells whether there is a further page.
    let (from, limit) = match &page.place {
        Place::Before(key) => (key.clone(), page.size),
        Place::After(key) => (key.clone(), page.size + 1),
        Place::Start => (Key::default(), page.size + 1),
    };
    let mut rows: Vec<Line> = Vec::new();
    for (queue, values) in &parts {
        let sql = if back { queue.backward } else { queue.forward };
        let more: Vec<Line> = q.all(sql, [values.clone(), tail(&from, limit)].concat()).await?;
        rows.extend(more);
    }
    if parts.len() > 1 {
        rows.sort_by(|one, other| (one.changed_at, &one.id).cmp(&(other.changed_at, &other.id)));
        if filter.oldest_first == back {
            rows.reverse();
        }
    }
    let more = back || rows.len() as i64 > page.size;
    rows.truncate(usize::try_from(page.size).unwrap_or(usize::MAX));
    if back {
        rows.reverse();
    }
    let before = match rows.first() {
        Some(first) if page.place != Place::Start => {
            sum(q, &parts, |queue| queue.preceding, tail(&key(first), MOST_COUNTED + 1)).await?
        }
        _ => 0,
    };
    let total = sum(q, &parts, |queue| queue.total, args![MOST_COUNTED + 1]).await?;
    let previous = rows.first().filter(|_| before > 0).map(|row| key(row).to_cursor());
    let next = rows.last().filter(|_| more).map(|row| key(row).to_cursor());
    rows.shrink_to_fit();
    Ok(Listed { rows, total, before, previous, next })
}

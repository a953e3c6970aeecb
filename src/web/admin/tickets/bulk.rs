//! Several tickets at once: closed, or given to somebody. It asks first.

use super::{find, scope};
use crate::{
    error::Result,
    model::{staff, ticket},
    web::{
        access::AnyStaff,
        client::tickets::whole,
        fields::{Fields, Wrong},
        next,
        trouble::Answer,
    },
};
use minijinja::{Value, context};

/// No more than stand on a page.
const MOST: usize = 100;

/// What is done with each.
enum Act {
    Close,
    /// To the member of staff of this id and name, or to nobody.
    Assign(Option<(String, String)>),
}

impl Act {
    async fn of(visit: &AnyStaff, fields: &Fields) -> Result<Option<Self>> {
        Ok(match (fields.get("act"), fields.get("assignee")) {
            ("close", _) => Some(Act::Close),
            ("assign", "nobody") => Some(Act::Assign(None)),
            ("assign", id) if !id.is_empty() => {
                let member = staff::find(&visit.app().db, id).await?;
                Some(Act::Assign(Some((member.id, member.name))))
            }
            _ => None,
        })
    }
}

/// `POST /admin/tickets/bulk`
pub async fn bulk(visit: AnyStaff, fields: Fields) -> Answer {
    let back = next::safe(fields.get("back")).filter(|path| path.starts_with("/admin/tickets"));
    let back = back.unwrap_or("/admin/tickets");
    let mut references = fields.all("ticket");
    references.truncate(MOST);
    let Some(act) = Act::of(&visit, &fields).await?.filter(|_| !references.is_empty()) else {
        return Ok(visit.go_saying(back, "warning", visit.text("bulk-nothing", &[])));
    };
    if fields.get("confirm") == "yes" {
        return carry_out(&visit, &references, &act, back).await;
    }
    let mut tickets: Vec<Value> = Vec::new();
    for reference in &references {
        tickets.push(whole(&find(&visit, reference).await?));
    }
    let (name, assignee) = match &act {
        Act::Close => ("close", String::new()),
        Act::Assign(to) => ("assign", to.as_ref().map_or(String::new(), |(_, name)| name.clone())),
    };
    let values = context! { tickets, act => name, assignee, to => fields.get("assignee"), back };
    visit.page("admin/tickets-bulk.html", values)
}

/// Each in a transaction of its own: what one refuses does not undo the others.
async fn carry_out(visit: &AnyStaff, references: &[String], act: &Act, back: &str) -> Answer {
    let (mut done, mut refused): (i64, Vec<String>) = (0, Vec::new());
    for reference in references {
        match one(visit, reference, act).await {
            Ok(()) => done += 1,
            Err(error) => {
                let why = Wrong::from_error(&visit.reader(), error)?.first();
                refused.push(format!("{reference}: {why}"));
            }
        }
    }
    let id = match act {
        Act::Close => "flash-bulk-closed",
        Act::Assign(_) => "flash-bulk-assigned",
    };
    let said = visit.text(id, &[("count", done.into())]);
    if refused.is_empty() {
        return Ok(visit.go_saying(back, "success", said));
    }
    Ok(visit.go_saying(back, "warning", format!("{said} {}", refused.join(" "))))
}

async fn one(visit: &AnyStaff, reference: &str, act: &Act) -> Result<()> {
    find(visit, reference).await?;
    let mut tx = visit.begin().await?;
    match act {
        Act::Close => drop(ticket::close(&mut tx, &visit.act(), scope(visit)?, reference).await?),
        Act::Assign(to) => {
            let to = to.as_ref().map(|(id, _)| id.as_str());
            ticket::assign(&mut tx, &visit.act(), reference, to).await?;
        }
    }
    tx.commit().await
}

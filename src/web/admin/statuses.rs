//! Statuses of tickets: six are ours, staff have more beside them.

use crate::{
    error::{Error, Result},
    model::ticket::{self, NewStatus, Status, Waits},
    web::{
        access::StaffOnly,
        client::tickets::status,
        fields::{Echo, Fields, Wrong},
        pager::percent,
        trouble::Answer,
    },
};
use axum::extract::Path;
use minijinja::{Value, context};

const LIST: &str = "/admin/statuses";
/// The colour of a status that nobody gave one.
const GREY: &str = "#525b66";

/// `GET /admin/statuses`
pub async fn list(visit: StaffOnly) -> Answer {
    let statuses = ticket::statuses(&visit.app().db).await?;
    let statuses = statuses.iter().map(|one| {
        context! {
            status => status(&one.name, one.waits()), colour => &one.colour, waits => one.waits().key(),
            ours => one.ours, href => href(&one.name),
        }
    });
    let statuses: Vec<Value> = statuses.collect();
    visit.page("admin/statuses.html", context! { statuses })
}

fn href(name: &str) -> String {
    format!("{LIST}/{}", percent(name).replace('/', "%2F"))
}

/// `GET /admin/statuses/new`
pub async fn show_new(visit: StaffOnly) -> Answer {
    let all = ticket::statuses(&visit.app().db).await?;
    let last = all.iter().map(|one| one.position).max().unwrap_or_default();
    let echo = Echo::default().with("colour", GREY).with("position", last + 1).with("waits", "staff");
    form(&visit, None, echo, &Wrong::nothing())
}

/// `POST /admin/statuses/new`
pub async fn add(visit: StaffOnly, fields: Fields) -> Answer {
    save(&visit, None, &fields).await
}

/// `GET /admin/statuses/{name}`
pub async fn show(visit: StaffOnly, Path(name): Path<String>) -> Answer {
    let one = find(&visit, &name).await?;
    let echo = Echo::default()
        .with("name", one.name.as_str())
        .with("colour", one.colour.as_str())
        .with("position", one.position)
        .with("waits", one.waits().key());
    form(&visit, Some(&one), echo, &Wrong::nothing())
}

/// `POST /admin/statuses/{name}`
pub async fn change(visit: StaffOnly, Path(name): Path<String>, fields: Fields) -> Answer {
    let one = find(&visit, &name).await?;
    save(&visit, Some(&one), &fields).await
}

async fn find(visit: &StaffOnly, name: &str) -> Result<Status> {
    let all = ticket::statuses(&visit.app().db).await?;
    all.into_iter().find(|one| one.name == name).ok_or_else(|| Error::not_found("status"))
}

fn form(visit: &StaffOnly, one: Option<&Status>, form: Echo, wrong: &Wrong) -> Answer {
    let waits = Waits::ALL.map(
        |waits| context! { value => waits.key(), label => visit.text(&format!("status-waits-{}", waits.key()), &[]) },
    );
    let values = context! {
        form,
        waits,
        name => one.map_or("", |one| one.name.as_str()),
        ours => one.is_some_and(|one| one.ours),
        href => one.map_or_else(|| format!("{LIST}/new"), |one| href(&one.name)),
    };
    visit.form("admin/status.html", values, wrong)
}

async fn save(visit: &StaffOnly, one: Option<&Status>, fields: &Fields) -> Answer {
    let typed = NewStatus {
        // Ours keep their names, whatever was sent.
        name: one.filter(|one| one.ours).map_or(fields.get("name"), |one| &one.name).to_owned(),
        colour: fields.get("colour").to_owned(),
        position: fields.get("position").trim().parse().unwrap_or_default(),
        waits: Waits::from_key(fields.get("waits")).unwrap_or(Waits::Staff),
    };
    match store(visit, one, &typed).await {
        Ok(name) => Ok(visit.done(LIST, "flash-status-saved", &[("name", name.into())])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            form(visit, one, fields.echo(&["name", "colour", "position", "waits"]), &wrong)
        }
    }
}

async fn store(visit: &StaffOnly, one: Option<&Status>, typed: &NewStatus) -> Result<String> {
    let act = visit.act();
    let mut tx = visit.begin().await?;
    let saved = match one {
        Some(one) if !one.ours => ticket::rename_status(&mut tx, &act, &one.name, typed).await?,
        Some(_) => ticket::save_status(&mut tx, &act, typed).await?,
        None => ticket::add_status(&mut tx, &act, typed).await?,
    };
    tx.commit().await?;
    Ok(saved.name)
}

/// `GET /admin/statuses/{name}/remove`
pub async fn show_remove(visit: StaffOnly, Path(name): Path<String>) -> Answer {
    ask(&visit, &name, &Wrong::nothing()).await
}

async fn ask(visit: &StaffOnly, name: &str, wrong: &Wrong) -> Answer {
    let one = find(visit, name).await?;
    let all = ticket::statuses(&visit.app().db).await?;
    let others = all.iter().filter(|other| other.name != name);
    let others = others.map(|one| context! { value => &one.name, label => visit.reader().word(&one.name) });
    let values = context! {
        title => visit.text("status-remove-title", &[("name", one.name.as_str().into())]),
        text => visit.text("status-remove-text", &[]),
        label => visit.text("status-remove-to", &[]),
        choices => others.collect::<Vec<_>>(),
        action => format!("{}/remove", href(name)),
        back => LIST,
    };
    visit.form("admin/remove.html", values, wrong)
}

/// `POST /admin/statuses/{name}/remove`
pub async fn remove(visit: StaffOnly, Path(name): Path<String>, fields: Fields) -> Answer {
    find(&visit, &name).await?;
    let mut tx = visit.begin().await?;
    let to = Some(fields.get("to")).filter(|to| !to.is_empty());
    match ticket::remove_status(&mut tx, &visit.act(), &name, to).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(visit.done(LIST, "flash-removed", &[("name", name.into())]))
        }
        Err(error) => {
            drop(tx);
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            ask(&visit, &name, &wrong).await
        }
    }
}

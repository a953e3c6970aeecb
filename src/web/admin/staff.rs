//! Who works here, and what they may do.

use crate::{
    error::{Error, Result},
    model::{
        staff::{self, NewStaff, Role, Staff},
        ticket,
        user::password,
    },
    web::{
        access::{OnDuty, StaffOnly},
        fields::{Echo, Fields, Wrong},
        trouble::Answer,
    },
};
use axum::extract::Path;
use minijinja::{Value, context};
use std::collections::BTreeMap;

const LIST: &str = "/admin/staff";

/// `GET /admin/staff`
pub async fn list(visit: StaffOnly) -> Answer {
    let db = &visit.app().db;
    let mut serves: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for department in ticket::departments(db).await? {
        for member in ticket::members(db, &department.id).await? {
            serves.entry(member.id).or_default().push(department.name.clone());
        }
    }
    let me = &visit.me()?.id;
    let all = staff::list(db).await?;
    let members = all.iter().map(|one| {
        context! {
            departments => serves.get(&one.id).cloned().unwrap_or_default(), you => one.id == *me, ..shown(one)
        }
    });
    let members: Vec<Value> = members.collect();
    visit.page("admin/staff.html", context! { members })
}

fn shown(one: &Staff) -> Value {
    context! {
        id => &one.id,
        name => &one.name,
        email => &one.email,
        role => one.role.key(),
        last_login_at => one.last_login_at,
    }
}

fn roles(visit: &StaffOnly) -> Vec<Value> {
    let label = |role: Role| visit.text(&format!("role-{}", role.key()), &[]);
    Role::ALL.iter().rev().map(|role| context! { value => role.key(), label => label(*role) }).collect()
}

fn role(fields: &Fields) -> Result<Role> {
    Role::from_key(fields.get("role")).ok_or_else(|| Error::field("role", "choice"))
}

/// `GET /admin/staff/new`
pub async fn show_new(visit: StaffOnly) -> Answer {
    form(&visit, None, Echo::default().with("role", Role::Agent.key()), &Wrong::nothing())
}

fn form(visit: &StaffOnly, one: Option<&Staff>, form: Echo, wrong: &Wrong) -> Answer {
    visit.form(
        "admin/staff-member.html",
        context! { form, roles => roles(visit), member => one.map(shown) },
        wrong,
    )
}

/// `POST /admin/staff/new`
pub async fn add(visit: StaffOnly, fields: Fields) -> Answer {
    match create(&visit, &fields).await {
        Ok(member) => Ok(visit.done(LIST, "flash-staff-added", &[("name", member.name.into())])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            form(&visit, None, fields.echo(&["name", "email", "role"]), &wrong)
        }
    }
}

async fn create(visit: &StaffOnly, fields: &Fields) -> Result<Staff> {
    let (email, role) = (fields.get("email"), role(fields)?);
    let passwords = &visit.app().passwords;
    let password_hash = password::hashed(passwords, "password", fields.get("password"), email).await?;
    let typed =
        NewStaff { email: email.to_owned(), name: fields.get("name").to_owned(), password_hash, role };
    let mut tx = visit.begin().await?;
    let member = staff::create(&mut tx, &visit.act(), typed).await?;
    tx.commit().await?;
    Ok(member)
}

/// `GET /admin/staff/{id}`
pub async fn show(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    let one = staff::find(&visit.app().db, &id).await?;
    let echo = Echo::default().with("name", one.name.as_str()).with("role", one.role.key());
    form(&visit, Some(&one), echo, &Wrong::nothing())
}

/// `POST /admin/staff/{id}`
pub async fn change(visit: StaffOnly, Path(id): Path<String>, fields: Fields) -> Answer {
    let one = staff::find(&visit.app().db, &id).await?;
    match apply(&visit, &one, &fields).await {
        Ok(()) => Ok(visit.done(LIST, "flash-staff-saved", &[("name", one.name.into())])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            form(&visit, Some(&one), fields.echo(&["name", "role"]), &wrong)
        }
    }
}

async fn apply(visit: &StaffOnly, one: &Staff, fields: &Fields) -> Result<()> {
    let (act, role, typed) = (visit.act(), role(fields)?, fields.get("password"));
    let hash = match typed {
        "" => None,
        typed => Some(password::hashed(&visit.app().passwords, "password", typed, &one.email).await?),
    };
    let mut tx = visit.begin().await?;
    staff::rename(&mut tx, &act, &one.id, fields.get("name")).await?;
    staff::set_role(&mut tx, &act, &one.id, role).await?;
    if let Some(hash) = hash {
        let keep = visit.current().map(|current| current.session.id.as_str());
        staff::set_password(&mut tx, &act, &one.id, &hash, keep).await?;
    }
    tx.commit().await
}

/// `GET /admin/staff/{id}/remove`
pub async fn show_remove(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    ask(&visit, &id, &Wrong::nothing()).await
}

async fn ask(visit: &StaffOnly, id: &str, wrong: &Wrong) -> Answer {
    let one = staff::find(&visit.app().db, id).await?;
    let values = context! {
        title => visit.text("staff-remove-title", &[("name", one.name.into())]),
        text => visit.text("staff-remove-text", &[]),
        label => "",
        choices => Vec::<Value>::new(),
        action => format!("{LIST}/{id}/remove"),
        back => LIST,
    };
    visit.form("admin/remove.html", values, wrong)
}

/// `POST /admin/staff/{id}/remove`
pub async fn remove(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    let mut tx = visit.begin().await?;
    match staff::remove(&mut tx, &visit.act(), &id).await {
        Ok(gone) => {
            tx.commit().await?;
            Ok(visit.done(LIST, "flash-removed", &[("name", gone.name.into())]))
        }
        Err(error) => {
            drop(tx);
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            ask(&visit, &id, &wrong).await
        }
    }
}

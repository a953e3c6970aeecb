//! Departments, which staff edit.

use crate::{
    error::{Error, Result},
    model::{
        staff,
        ticket::{self, Department, NewDepartment},
    },
    web::{
        access::StaffOnly,
        fields::{Echo, Fields, Wrong},
        trouble::Answer,
    },
};
use axum::extract::Path;
use minijinja::{Value, context};

/// `GET /admin/departments`
pub async fn list(visit: StaffOnly) -> Answer {
    let db = &visit.app().db;
    let mut departments: Vec<Value> = Vec::new();
    for one in ticket::departments(db).await? {
        let members = ticket::members(db, &one.id).await?;
        let names: Vec<String> = members.into_iter().map(|person| person.name).collect();
        departments.push(context! { members => names, ..shown(&one) });
    }
    visit.page("admin/departments.html", context! { departments })
}

fn shown(one: &Department) -> Value {
    context! {
        id => &one.id,
        name => &one.name,
        email => &one.email,
        description => &one.description,
        hidden => one.hidden,
        clients_only => one.clients_only,
        replies_only => one.replies_only,
    }
}

/// `GET /admin/departments/new`
pub async fn show_new(visit: StaffOnly) -> Answer {
    let rules = Echo::default().with("hidden", false).with("clients_only", false).with("replies_only", false);
    form(&visit, "", rules, &[], &Wrong::nothing()).await
}

/// `POST /admin/departments/new`
pub async fn add(visit: StaffOnly, fields: Fields) -> Answer {
    save(&visit, "", &fields).await
}

/// `GET /admin/departments/{id}`
pub async fn show(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    let one = find(&visit, &id).await?;
    let members = ticket::members(&visit.app().db, &id).await?;
    let members: Vec<String> = members.into_iter().map(|person| person.id).collect();
    let echo = Echo::default()
        .with("name", one.name)
        .with("email", one.email)
        .with("description", one.description)
        .with("position", one.position)
        .with("hidden", one.hidden)
        .with("clients_only", one.clients_only)
        .with("replies_only", one.replies_only);
    form(&visit, &id, echo, &members, &Wrong::nothing()).await
}

/// `POST /admin/departments/{id}`
pub async fn change(visit: StaffOnly, Path(id): Path<String>, fields: Fields) -> Answer {
    find(&visit, &id).await?;
    save(&visit, &id, &fields).await
}

async fn find(visit: &StaffOnly, id: &str) -> Result<Department> {
    let all = ticket::departments(&visit.app().db).await?;
    all.into_iter().find(|one| one.id == id).ok_or_else(|| Error::not_found("department"))
}

async fn form(visit: &StaffOnly, id: &str, form: Echo, members: &[String], wrong: &Wrong) -> Answer {
    let staff = staff::list(&visit.app().db).await?;
    let staff = staff.iter().map(
        |one| context! { id => &one.id, name => &one.name, email => &one.email, checked => members.contains(&one.id) },
    );
    let staff: Vec<Value> = staff.collect();
    visit.form("admin/department.html", context! { id, form, staff }, wrong)
}

fn typed(fields: &Fields) -> NewDepartment {
    NewDepartment {
        name: fields.get("name").to_owned(),
        email: fields.get("email").to_owned(),
        description: fields.get("description").to_owned(),
        position: fields.get("position").trim().parse().unwrap_or_default(),
        hidden: fields.has("hidden"),
        clients_only: fields.has("clients_only"),
        replies_only: fields.has("replies_only"),
        members: fields.all("members"),
    }
}

async fn save(visit: &StaffOnly, id: &str, fields: &Fields) -> Answer {
    let typed = typed(fields);
    match store(visit, id, &typed).await {
        Ok(name) => Ok(visit.done("/admin/departments", "flash-department-saved", &[("name", name.into())])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            let echo = fields
                .echo(&["name", "email", "description", "position"])
                .with("hidden", typed.hidden)
                .with("clients_only", typed.clients_only)
                .with("replies_only", typed.replies_only);
            form(visit, id, echo, &typed.members, &wrong).await
        }
    }
}

async fn store(visit: &StaffOnly, id: &str, typed: &NewDepartment) -> Result<String> {
    let act = visit.act();
    let mut tx = visit.begin().await?;
    let saved = match id {
        "" => ticket::add_department(&mut tx, &act, typed).await?,
        id => ticket::change_department(&mut tx, &act, id, typed).await?,
    };
    tx.commit().await?;
    Ok(saved.name)
}

/// `GET /admin/departments/{id}/remove`
pub async fn show_remove(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    ask(&visit, &id, &Wrong::nothing()).await
}

async fn ask(visit: &StaffOnly, id: &str, wrong: &Wrong) -> Answer {
    let one = find(visit, id).await?;
    let all = ticket::departments(&visit.app().db).await?;
    let others = all.iter().filter(|other| other.id != id);
    let others: Vec<Value> = others.map(|one| context! { value => &one.id, label => &one.name }).collect();
    let values = context! {
        title => visit.text("department-remove-title", &[("name", one.name.into())]),
        text => visit.text("department-remove-text", &[]),
        label => visit.text("department-remove-to", &[]),
        choices => others,
        action => format!("/admin/departments/{id}/remove"),
        back => "/admin/departments",
    };
    visit.form("admin/remove.html", values, wrong)
}

/// `POST /admin/departments/{id}/remove`
pub async fn remove(visit: StaffOnly, Path(id): Path<String>, fields: Fields) -> Answer {
    let one = find(&visit, &id).await?;
    let mut tx = visit.begin().await?;
    let to = Some(fields.get("to")).filter(|to| !to.is_empty());
    match ticket::remove_department(&mut tx, &visit.act(), &id, to).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(visit.done("/admin/departments", "flash-removed", &[("name", one.name.into())]))
        }
        Err(error) => {
            drop(tx);
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            ask(&visit, &id, &wrong).await
        }
    }
}

//! Contacts: who else gets mail of the account.

use super::{choices, outreach};
use crate::{
    error::Result,
    event::guard::ContactSave,
    model::{
        account,
        contact::{self, Contact},
        preference,
    },
    permission::Category,
    web::{
        access::{Can, Here, may::Contacts},
        drafts::compose,
        fields::{Echo, Fields, Wrong},
        pager::ListQuery,
        trouble::Answer,
    },
};
use axum::extract::{Path, Query};
use minijinja::{Value, context};

/// `GET /contacts`
pub async fn list(visit: Can<Contacts>, Query(query): Query<ListQuery>) -> Answer {
    let search = query.search();
    let listed = contact::list(&visit.app().db, &visit.here()?.id, &search, &query.page()).await?;
    let pager = query.pager("/contacts", &listed);
    let contacts: Vec<Value> = listed.rows.iter().map(line).collect();
    visit.page("client/contacts.html", context! { contacts, query => search, pager })
}

/// A contact as pages show it.
pub fn line(contact: &Contact) -> Value {
    context! { id => &contact.id, name => &contact.name, email => &contact.email, categories => keys(&contact.categories()) }
}

fn keys(categories: &[Category]) -> Vec<String> {
    categories.iter().map(|category| category.key().to_owned()).collect()
}

/// `GET /contacts/new`
pub async fn show_new(visit: Can<Contacts>) -> Answer {
    let draft = ContactSave {
        categories: vec![Category::General.key().to_owned()],
        adding: true,
        ..ContactSave::default()
    };
    form(&visit, "", &draft, &Wrong::nothing()).await
}

/// `GET /contacts/{id}`
pub async fn show(visit: Can<Contacts>, Path(id): Path<String>) -> Answer {
    let contact = contact::find(&visit.app().db, &visit.here()?.id, &id).await?;
    let chosen = preference::choices(&visit.app().db, &visit.here()?.id, &contact.email).await?;
    let shown = choices::shown(&contact.categories(), &chosen);
    let categories = shown.into_iter().map(str::to_owned).collect();
    let draft = ContactSave { name: contact.name, email: contact.email, categories, adding: false };
    form(&visit, &id, &draft, &Wrong::nothing()).await
}

async fn form(visit: &Can<Contacts>, id: &str, draft: &ContactSave, wrong: &Wrong) -> Answer {
    let account = account::snapshot(&visit.app().db, &visit.here()?.id).await?;
    let composed = compose(visit, &account, draft).await;
    let form = Echo::default()
        .with("name", draft.name.as_str())
        .with("email", draft.email.as_str())
        .with("categories", draft.categories.clone());
    let stored = account.contacts.iter().find(|contact| contact.id == id);
    let email = stored.map_or("", |contact| &contact.email);
    let choices = preference::choices(&visit.app().db, &account.id, email).await?;
    let beside = choices::beside(visit, &choices, |_| String::new());
    let values = context! { id, form, locks => composed.locks, refused => composed.refused, beside };
    visit.form("client/contact.html", values, wrong)
}

/// `POST /contacts/new`
pub async fn add(visit: Can<Contacts>, fields: Fields) -> Answer {
    save(&visit, "", &fields).await
}

/// `POST /contacts/{id}`
pub async fn change(visit: Can<Contacts>, Path(id): Path<String>, fields: Fields) -> Answer {
    save(&visit, &id, &fields).await
}

async fn save(visit: &Can<Contacts>, id: &str, fields: &Fields) -> Answer {
    let draft = ContactSave {
        name: fields.get("name").to_owned(),
        email: fields.get("email").trim().to_owned(),
        categories: keys(&fields.categories()),
        adding: id.is_empty(),
    };
    match store(visit, id, draft.clone(), fields).await {
        Ok(contact) => {
            let message = if id.is_empty() { "flash-contact-added" } else { "flash-contact-saved" };
            Ok(visit.done("/contacts", message, &[("email", contact.email.into())]))
        }
        Err(error) => {
            let exists = error.fields.iter().any(|field| field.code == "contact-exists");
            let wrong = match exists {
                true => Wrong::field(
                    "email",
                    visit.text("invalid-contact-exists", &[("email", draft.email.as_str().into())]),
                ),
                false => Wrong::from_error(&visit.reader(), error)?,
            };
            form(visit, id, &draft, &wrong).await
        }
    }
}

async fn store(visit: &Can<Contacts>, id: &str, draft: ContactSave, fields: &Fields) -> Result<Contact> {
    let db = &visit.app().db;
    let account = account::snapshot(db, &visit.here()?.id).await?;
    // Who enters an address says nothing about what its reader chose before.
    let (mut ticked, mut wanted) = choices::resolved(fields, &[], &[]);
    if !id.is_empty() {
        let before = contact::find(db, &account.id, id).await?;
        if before.email == draft.email {
            let chosen = preference::choices(db, &account.id, &before.email).await?;
            (ticked, wanted) = choices::resolved(fields, &before.categories(), &chosen);
        }
    }
    let draft = ContactSave { categories: keys(&ticked), ..draft };
    let approved = visit.ask(&account, draft).await?;
    let mut tx = visit.begin().await?;
    outreach(visit, &account.id)?.name(&mut tx, "email", &[approved.draft().email.clone()]).await?;
    let contact = match id {
        "" => contact::add(&mut tx, &visit.act(), &approved).await?,
        id => contact::change(&mut tx, &visit.act(), id, &approved).await?,
    };
    let policy = visit.app().mail_policy();
    preference::set(&mut tx, &visit.act(), &policy, &account.id, &contact.email, &wanted).await?;
    tx.commit().await?;
    Ok(contact)
}

/// `GET /contacts/{id}/remove`
pub async fn show_remove(visit: Can<Contacts>, Path(id): Path<String>) -> Answer {
    let contact = contact::find(&visit.app().db, &visit.here()?.id, &id).await?;
    visit.page("client/contact-remove.html", context! { contact => line(&contact) })
}

/// `POST /contacts/{id}/remove`
pub async fn remove(visit: Can<Contacts>, Path(id): Path<String>) -> Answer {
    let mut tx = visit.begin().await?;
    let contact = contact::remove(&mut tx, &visit.act(), &visit.here()?.id, &id).await?;
    tx.commit().await?;
    Ok(visit.done("/contacts", "flash-contact-removed", &[("email", contact.email.into())]))
}

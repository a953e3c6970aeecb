//! A contact for the event's account.

use super::{Job, Outcome};
use crate::{
    error::Result,
    event::guard::ContactSave,
    model::{self, contact, email_key},
};

pub(super) async fn add(
    job: &Job<'_>,
    name: String,
    email: String,
    categories: Vec<String>,
) -> Result<Outcome> {
    const THERE: Outcome = Outcome::Nothing("the account has a contact with that address already");
    let account = job.account().await?;
    if account.contacts.iter().any(|contact| email_key(&contact.email) == email_key(&email)) {
        return Ok(THERE);
    }
    let draft = ContactSave { name, email, categories, adding: true };
    let approved = model::ask(&*job.app.gate, &job.act, &account, draft).await?;
    let Some(mut tx) = job.begin().await? else { return Ok(Outcome::Done) };
    match contact::add(&mut tx, &job.act, &approved).await {
        Ok(_) => tx.commit().await.map(|()| Outcome::Done),
        // Somebody was faster.
        Err(error) if error.fields.iter().any(|field| field.code == "contact-exists") => Ok(THERE),
        Err(error) => Err(error),
    }
}

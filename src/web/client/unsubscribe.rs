//! The link in the foot of mails, and what mail programs post with one click (RFC 8058): no log-in, since the link
//! itself shows that it is the reader.

use super::choices;
use crate::{
    error::Result,
    model::{
        account,
        preference::{self, Addressed, Standing, UnsubscribeKey, Wanted},
    },
    permission::Category,
    web::{
        access::Anonymous,
        fields::Fields,
        trouble::{Answer, Trouble},
        upload::Upload,
    },
};
use axum::extract::Path;
use minijinja::context;

fn addressed(visit: &Anonymous, token: &str) -> std::result::Result<(Addressed, Category), Trouble> {
    let found = UnsubscribeKey::of(&visit.app().key).open(token).ok_or_else(Trouble::not_found)?;
    let category = Category::from_key(&found.category).ok_or_else(Trouble::not_found)?;
    Ok((found, category))
}

/// `GET /unsubscribe/{token}`: asks, and changes nothing, since programs follow links before people do.
pub async fn show(visit: Anonymous, Path(token): Path<String>) -> Answer {
    page(&visit, &token, "").await
}

async fn page(visit: &Anonymous, token: &str, said: &str) -> Answer {
    let (of, category) = addressed(visit, token)?;
    let (db, policy) = (&visit.app().db, visit.app().mail_policy());
    let choices = preference::choices(db, &of.account, &of.email).await?;
    let off = choices.iter().any(|choice| choice.category == category && choice.off_at.is_some());
    let account = match of.account.as_str() {
        "" => None,
        id => account::lookup(db, id).await?,
    };
    let state = match (said, off) {
        _ if policy.of(category) == Standing::Always => "fixed",
        ("kept", false) => "kept",
        (_, true) => "done",
        _ => "ask",
    };
    let values = context! {
        state,
        saved => said == "saved",
        token,
        category => category.key(),
        email => of.email,
        account => account.map(|account| account.name()).unwrap_or_default(),
        rows => choices::rows(visit, &policy, &choices, &[]),
    };
    visit.page("entry/unsubscribe.html", values)
}

/// `POST /unsubscribe/{token}`: stops mail of this kind, or with `undo` lets it come again. Mail programs post a form of either kind;
/// whatever they post, they mean that it stops.
pub async fn stop(
    visit: Anonymous,
    Path(token): Path<String>,
    posted: std::result::Result<Upload, Trouble>,
) -> Answer {
    let (of, category) = addressed(&visit, &token)?;
    let fields = posted.map(|posted| posted.fields).unwrap_or_default();
    let undo = fields.has("undo");
    keep(&visit, &of, &[Wanted { category, off: Some(!undo), pace: None }]).await?;
    page(&visit, &token, if undo { "kept" } else { "" }).await
}

/// `POST /unsubscribe/{token}/choices`: all kinds at once.
pub async fn choose(visit: Anonymous, Path(token): Path<String>, fields: Fields) -> Answer {
    let (of, _) = addressed(&visit, &token)?;
    keep(&visit, &of, &choices::wanted(&fields)).await?;
    page(&visit, &token, "saved").await
}

async fn keep(visit: &Anonymous, of: &Addressed, wanted: &[Wanted]) -> Result<()> {
    let mut act = visit.act();
    act.actor.email.clone_from(&of.email);
    let mut tx = visit.begin().await?;
    preference::set(&mut tx, &act, &visit.app().mail_policy(), &of.account, &of.email, wanted).await?;
    tx.commit().await
}

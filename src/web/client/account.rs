//! Account Details, the account's own mail preferences, and the reader's own for this account.

use super::details;
use crate::{
    error::Result,
    model::{access, account},
    permission::Category,
    web::{
        access::{Can, Here, InAccount, Me, may::Profile},
        drafts::compose,
        fields::{Echo, Fields, Wrong},
        trouble::Answer,
    },
};
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// `GET /account`
pub async fn show(visit: Can<Profile>) -> Answer {
    page(&visit, None, &Wrong::nothing()).await
}

async fn page(visit: &Can<Profile>, typed: Option<&Fields>, wrong: &Wrong) -> Answer {
    let db = &visit.app().db;
    let stored = account::find(db, &visit.here()?.id).await?;
    let seen = account::snapshot(db, &stored.id).await?;
    let draft = typed.map_or_else(|| stored.details(), |typed| details::changing(&stored.details(), typed));
    let composed = compose(visit, &seen, &draft).await;
    // What is typed is shown again as it was typed.
    let all = serde_json::to_value(&draft).unwrap_or_default();
    let shown = details::FIELDS.into_iter().chain(["locale"]).fold(Echo::default(), |form, name| {
        form.with(
            name,
            typed
                .filter(|typed| typed.has(name))
                .map_or(all[name].as_str().unwrap_or_default(), |typed| typed.get(name)),
        )
    });
    let values = context! {
        form => shown,
        locks => composed.locks,
        refused => composed.refused,
        countries => details::countries(visit),
        locales => details::locales(visit),
        currency => &stored.currency,
        categories => keys(&stored.categories()),
        category_locks => nothing_locked(),
    };
    visit.form("client/account.html", values, wrong)
}

fn keys(categories: &[Category]) -> Vec<&'static str> {
    categories.iter().map(|category| category.key()).collect()
}

/// No guard is asked about preferences: whoever may see them may choose.
fn nothing_locked() -> Value {
    Value::from(BTreeMap::<String, String>::new())
}

/// `POST /account`
pub async fn save(visit: Can<Profile>, fields: Fields) -> Answer {
    match change(&visit, &fields).await {
        Ok(()) => Ok(visit.done("/account", "flash-account-saved", &[])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            page(&visit, Some(&fields), &wrong).await
        }
    }
}

async fn change(visit: &Can<Profile>, fields: &Fields) -> Result<()> {
    let db = &visit.app().db;
    let stored = account::find(db, &visit.here()?.id).await?.details();
    let mut draft = details::changing(&stored, fields);
    draft.changed = account::differing(&stored, &draft);
    let seen = account::snapshot(db, &visit.here()?.id).await?;
    let approved = visit.ask(&seen, draft).await?;
    let mut tx = visit.begin().await?;
    account::change_details(&mut tx, &visit.act(), &approved).await?;
    tx.commit().await
}

/// `POST /account/preferences`
pub async fn save_preferences(visit: Can<Profile>, fields: Fields) -> Answer {
    let mut tx = visit.begin().await?;
    account::change_preferences(&mut tx, &visit.act(), &visit.here()?.id, &fields.categories()).await?;
    tx.commit().await?;
    Ok(visit.done("/account", "flash-preferences-saved", &[]))
}

/// `GET /preferences`
pub async fn show_own(visit: InAccount) -> Answer {
    let categories = keys(&visit.here()?.categories);
    visit.page("client/preferences.html", context! { categories, category_locks => nothing_locked() })
}

/// `POST /preferences`
pub async fn save_own(visit: InAccount, fields: Fields) -> Answer {
    let mut tx = visit.begin().await?;
    let (account, user) = (visit.here()?, visit.me()?);
    access::change_preferences(&mut tx, &visit.act(), &account.id, &user.id, &fields.categories()).await?;
    tx.commit().await?;
    Ok(visit.done("/preferences", "flash-preferences-saved", &[]))
}

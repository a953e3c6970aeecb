//! Account Details, and the account's own mail preferences.

use super::{choices, details, outreach};
use crate::{
    error::Result,
    model::{
        account,
        preference::{self, Choice},
    },
    web::{
        access::{Can, Here, may::Profile},
        drafts::compose,
        fields::{Echo, Fields, Wrong},
        trouble::Answer,
    },
};
use minijinja::context;

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
    let (policy, choices) = (stored.policy(), preference::choices(db, &stored.id, &stored.email).await?);
    let chosen = stored.has_chosen();
    let why = |choice: &Choice| choices::why_account(visit, &policy, chosen, choice.category);
    let beside = choices::beside(visit, &choices, why);
    let values = context! {
        form => shown,
        locks => composed.locks,
        refused => composed.refused,
        countries => details::countries(visit),
        locales => details::locales(visit),
        currency => &stored.currency,
        categories => choices::shown(&stored.categories(), &choices),
        category_locks => choices::locked(visit, &policy),
        beside,
    };
    visit.form("client/account.html", values, wrong)
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
    outreach(visit, &seen.id)?.name(&mut tx, "email", &[approved.draft().email.clone()]).await?;
    account::change_details(&mut tx, &visit.act(), &approved).await?;
    tx.commit().await
}

/// `POST /account/preferences`
pub async fn save_preferences(visit: Can<Profile>, fields: Fields) -> Answer {
    let mut tx = visit.begin().await?;
    let (act, id) = (visit.act(), &visit.here()?.id);
    let stored = account::find(&mut tx, id).await?;
    let chosen = preference::choices(&mut tx, id, &stored.email).await?;
    let (ticked, wanted) = choices::resolved(&fields, &stored.categories(), &chosen);
    account::change_preferences(&mut tx, &act, id, &ticked).await?;
    preference::set(&mut tx, &act, &visit.app().mail_policy(), id, &stored.email, &wanted).await?;
    tx.commit().await?;
    Ok(visit.done("/account", "flash-preferences-saved", &[]))
}

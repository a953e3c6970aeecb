//! How the hooks fare, and help for those that are out.

use crate::{
    effect::{self, store::Lost},
    health::{self, Health},
    hook::Hook,
    web::{access::StaffOnly, fields::Fields, trouble::Answer},
};
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// `GET /admin/hooks`
pub async fn list(visit: StaffOnly) -> Answer {
    let app = visit.app();
    let bundle = app.bundle();
    let rows = health::store::list(&app.db).await?;
    let rows: BTreeMap<&str, &Health> = rows.iter().map(|row| (row.hook.as_str(), row)).collect();
    let dead = effect::store::given_up(&app.db).await?;
    let lost = effect::store::lost(&app.db).await?;
    let fares = |hook: &Hook| {
        // A row of another version says nothing about this one.
        rows.get(hook.id.as_str()).copied().filter(|row| row.version == bundle.version(&hook.file))
    };
    let mut hooks: Vec<_> = bundle.hooks.hooks().iter().map(|hook| (hook, fares(hook))).collect();
    hooks.sort_by_key(|(_, row)| !row.is_some_and(|row| row.out_at.is_some()));
    let out_count = hooks.iter().filter(|(_, row)| row.is_some_and(|row| row.out_at.is_some())).count();
    let now = visit.at();
    let hooks: Vec<Value> = hooks
        .into_iter()
        .map(|(hook, row)| {
            let lost = lost.get(&hook.id).copied().unwrap_or_default();
            line(hook, row, (dead.get(&hook.id).copied().unwrap_or(0), lost), now)
        })
        .collect();
    visit.page("admin/hooks.html", context! { hooks, out_count })
}

fn line(hook: &Hook, row: Option<&Health>, (dead, lost): (i64, Lost), now: i64) -> Value {
    let row = row.cloned().unwrap_or_default();
    let state = match row.out_at {
        Some(_) if row.retry_at <= now => "trial",
        Some(_) => "out",
        None if row.runs == 0 => "unused",
        None if row.failures > 0 => "failing",
        None => "in",
    };
    let failure = row.last_failure().unwrap_or_default();
    context! {
        id => &hook.id,
        verb => hook.verb.to_string(),
        point => hook.point.to_string(),
        place => format!("{}:{}", hook.file, hook.line),
        label => &hook.label,
        state,
        runs => row.runs,
        failures => row.failures,
        since => row.since,
        dead,
        webhooks => lost.webhooks,
        refused => lost.refused,
        out_at => row.out_at,
        retry_at => row.out_at.map(|_| row.retry_at),
        failed_at => row.failed_at,
        report => row.report.unwrap_or_default(),
        event => failure.event_id,
    }
}

/// `POST /admin/hooks/try`
pub async fn try_now(visit: StaffOnly, fields: Fields) -> Answer {
    let hook = fields.get("hook");
    let mut tx = visit.begin().await?;
    health::try_now(&mut tx, Some(hook), visit.at()).await?;
    tx.commit().await?;
    visit.app().learn_who_is_out().await?;
    Ok(visit.done("/admin/hooks", "flash-hook-tried", &[("hook", hook.into())]))
}

/// `POST /admin/hooks/again`
pub async fn again(visit: StaffOnly, fields: Fields) -> Answer {
    let mut tx = visit.begin().await?;
    let (hook, now) = (Some(fields.get("hook")), visit.at());
    let count = effect::store::run_again(&mut tx, hook, None, now).await?
        + effect::store::carry_again(&mut tx, hook, None, now).await?;
    tx.commit().await?;
    Ok(visit.done("/admin/hooks", "flash-hook-again", &[("count", count.into())]))
}

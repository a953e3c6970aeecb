//! New versions of scripts beside the live ones: they see live events, ask for nothing, and what they would have
//! done otherwise is kept to be looked at.
//!
//! All of it happens after the live transaction. Whatever goes wrong here is logged and costs a difference, never mail.

pub mod store;

use super::unit::{self, Stores, Unit};
use crate::{
    app::App,
    bundle::{Bundle, Source},
    effect::{
        compare::{Difference, Side, compare},
        store::{Detail, Run},
    },
    error::{Error, Result},
    event::outbox::StoredEvent,
    hook::{Role, role},
    report::Severity,
    secret,
};
use std::{collections::HashMap, sync::Arc};
use store::Shadow;
use tokio::sync::Mutex;

/// Shadows that are kept compiled.
const KEPT: usize = 16;

/// Compiled shadows, by the live bundle beside which they run and the text that is tried; or why one does not load.
#[derive(Debug, Default)]
pub struct Cache(Mutex<HashMap<String, std::result::Result<Arc<Bundle>, String>>>);

/// An event as the live scripts met it.
#[derive(Debug)]
pub(super) struct Seen {
    event: StoredEvent,
    stores: Stores,
    live: Vec<(Run, Detail)>,
}

impl Seen {
    pub(super) fn new(event: StoredEvent, stores: &Stores, units: &[Unit]) -> Self {
        let live = units.iter().map(|unit| (unit.run.clone(), unit.detail().clone())).collect();
        Self { event, stores: stores.clone(), live }
    }
}

/// The shadows that there are. Trouble means none: live events do not wait for it.
pub(super) async fn active(app: &App) -> Vec<Shadow> {
    store::list(&app.db).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "shadows cannot be read");
        Vec::new()
    })
}

/// Lets each shadow meet the events that the live scripts have met, and keeps what differs.
pub(super) async fn look(app: &App, live: &Arc<Bundle>, shadows: Vec<Shadow>, seen: Vec<Seen>) {
    let seen = Arc::new(seen);
    for shadow in shadows {
        if let Err(error) = one(app, live, &shadow, &seen).await {
            tracing::warn!(%error, shadow = %shadow.name, "a shadow missed events");
        }
    }
}

async fn one(app: &App, live: &Arc<Bundle>, shadow: &Shadow, seen: &Arc<Vec<Seen>>) -> Result<()> {
    let bundle = compiled(app, live, shadow).await;
    let (found, error) = match bundle {
        Ok(bundle) => {
            let seen = Arc::clone(seen);
            let work = tokio::task::spawn_blocking(move || differences(&bundle, &seen));
            (work.await.map_err(|e| Error::internal(format!("shadow: {e}")))??, None)
        }
        Err(why) => (Vec::new(), Some(why)),
    };
    let met = if error.is_none() { i64::try_from(seen.len()).unwrap_or_default() } else { 0 };
    let mut tx = app.db.begin().await?;
    store::met(&mut tx, shadow, met, error.as_deref()).await?;
    for difference in &found {
        store::keep(&mut tx, shadow, difference).await?;
    }
    tx.commit().await
}

fn differences(bundle: &Bundle, seen: &[Seen]) -> Result<Vec<Difference>> {
    let mut found = Vec::new();
    for Seen { event, stores, live } in seen {
        let waiting = |hook: &str| live.iter().any(|(run, _)| run.state == "waiting" && run.hook == hook);
        let units = unit::rehearse(bundle, event, None, stores)?;
        let then: Vec<Side<'_>> = live
            .iter()
            .filter(|(run, _)| run.state != "waiting")
            .map(|(run, detail)| Side { run, detail })
            .collect();
        let now: Vec<Side<'_>> = units
            .iter()
            .filter(|unit| !waiting(&unit.run.hook))
            .map(|unit| Side { run: &unit.run, detail: unit.detail() })
            .collect();
        found.extend(compare(event, &then, &now).difference);
    }
    Ok(found)
}

async fn compiled(
    app: &App,
    live: &Arc<Bundle>,
    shadow: &Shadow,
) -> std::result::Result<Arc<Bundle>, String> {
    let key = format!("{} {} {}", live.hash, shadow.file, secret::hash(&shadow.body));
    let mut cache = app.shadows.0.lock().await;
    if let Some(known) = cache.get(&key) {
        return known.clone();
    }
    if cache.len() >= KEPT {
        cache.clear();
    }
    let made = beside(live, &app.config.outgoing.allow, &shadow.file, &shadow.body).map(Arc::new);
    cache.insert(key, made.clone());
    made
}

/// The live bundle with another version of one script.
///
/// # Errors
/// The reports, if that does not load.
pub fn beside(
    live: &Bundle,
    outgoing_allow: &[String],
    file: &str,
    body: &str,
) -> std::result::Result<Bundle, String> {
    let mut source = Source {
        files: live.files.clone(),
        settings: serde_json::from_str(&live.settings_json()).unwrap_or_default(),
        plugins: live.plugins.clone(),
        outgoing_allow: outgoing_allow.to_vec(),
        unreadable: Vec::new(),
        last_settings: None,
    };
    source.files.retain(|path, _| role(path) != Role::Ignored);
    source.files.insert(file.to_owned(), Arc::from(body));
    let bundle = live.with_scripts(&source);
    let wrong: Vec<String> = bundle
        .reports
        .iter()
        .filter(|report| report.severity == Severity::Error && report.file == file)
        .map(ToString::to_string)
        .collect();
    if wrong.is_empty() { Ok(bundle) } else { Err(wrong.join("\n")) }
}

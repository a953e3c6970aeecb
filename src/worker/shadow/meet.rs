//! What a shadow would have done with what the live scripts have met.

use super::store::Found;
use crate::{
    app::App,
    bundle::Bundle,
    effect::{
        compare::{Side, compare},
        store::{Detail, Run},
    },
    error::{Error, Result},
    event::{data::Person, outbox::StoredEvent},
    hook::{Hook, Verb},
    plugin,
    trace::{
        DEFAULTS, GuardRun,
        compare::{Asked, Difference},
    },
    worker::unit::{self, Stores, Unit},
};
use std::{collections::BTreeSet, sync::Arc};

/// The verbs of hooks that decide on acts.
const SPEAK: [Verb; 2] = [Verb::Before, Verb::PermissionDefaults];

/// An event as the live scripts met it.
#[derive(Debug)]
pub(in crate::worker) struct Seen {
    event: StoredEvent,
    stores: Stores,
    live: Vec<(Run, Detail)>,
}

impl Seen {
    pub(in crate::worker) fn new(event: StoredEvent, stores: &Stores, units: &[Unit]) -> Self {
        let live = units.iter().map(|unit| (unit.run.clone(), unit.detail().clone())).collect();
        Self { event, stores: stores.clone(), live }
    }
}

/// An act on which the live guards spoke, with the id of its trace.
#[derive(Debug)]
pub(in crate::worker) struct Heard {
    id: String,
    run: GuardRun,
}

impl Heard {
    /// Nothing if hooks decided nothing on it, or while another bundle than this was live.
    pub(in crate::worker) fn new(id: String, run: GuardRun, live: &Bundle) -> Option<Self> {
        let heard = Self { id, run };
        let is_act = heard.asked(&Person::default()).is_act();
        (is_act && heard.run.bundle == live.hash).then_some(heard)
    }

    fn asked<'a>(&'a self, actor: &'a Person) -> Asked<'a> {
        let GuardRun { action, at, draft, answer, steps, .. } = &self.run;
        Asked { run: &self.id, action, at: *at, actor, draft, answer, steps }
    }
}

/// What was met, of one kind.
#[derive(Debug)]
pub(in crate::worker) enum Met {
    Events(Vec<Seen>),
    Acts(Vec<Heard>),
}

impl Met {
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Events(seen) => seen.len(),
            Self::Acts(heard) => heard.len(),
        }
    }
}

/// What the bundle, which holds the shadow of `file`, would have done otherwise.
///
/// # Errors
/// If the database is away, or an event is damaged.
pub(super) async fn differences(
    app: &App,
    bundle: Arc<Bundle>,
    live: &Arc<Bundle>,
    file: &str,
    met: &Arc<Met>,
) -> Result<Vec<Found>> {
    let around = match &**met {
        Met::Events(_) => None,
        // What hooks of events store between an act and this moment is seen; what the live guards read is known.
        Met::Acts(_) => {
            let hooks = bundle.hooks.hooks().iter().filter(|hook| SPEAK.contains(&hook.verb));
            let stores = plugin::stores_for(&app.db, hooks).await?;
            Some((stores, app.breaker.known_out(bundle.hooks.hooks(), |file| bundle.version(file))))
        }
    };
    let (live, met, file) = (Arc::clone(live), Arc::clone(met), file.to_owned());
    let work = tokio::task::spawn_blocking(move || match (&*met, around) {
        (Met::Events(seen), _) => events(&bundle, seen),
        (Met::Acts(heard), around) => {
            let (stores, out) = around.unwrap_or_default();
            let concerned = |heard: &&Heard| {
                let action = heard.run.action;
                [&bundle, &live].iter().any(|bundle| serving(bundle, action).any(|hook| hook.file == file))
            };
            let heard = heard.iter().filter(concerned);
            Ok(heard.filter_map(|heard| act(&bundle, heard, &stores, &out)).map(Found::Act).collect())
        }
    });
    work.await.map_err(|e| Error::internal(format!("shadow: {e}")))?
}

fn serving<'a>(bundle: &'a Bundle, action: &str) -> impl Iterator<Item = &'a Arc<Hook>> {
    let verb = if action == DEFAULTS { Verb::PermissionDefaults } else { Verb::Before };
    bundle.hooks.serving(verb, action)
}

fn events(bundle: &Bundle, seen: &[Seen]) -> Result<Vec<Found>> {
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
        found.extend(compare(event, &then, &now).difference.map(Found::Event));
    }
    Ok(found)
}

fn act(bundle: &Bundle, heard: &Heard, stores: &Stores, out: &BTreeSet<String>) -> Option<Difference> {
    let actor = heard.run.actor();
    let asked = heard.asked(&actor);
    let mut stores = stores.clone();
    let (mut read, looked_for) = asked.stored();
    for (store, key) in looked_for {
        let was = read.get_mut(&store).and_then(|store| store.remove(&key));
        let values = stores.entry(store).or_default();
        match was {
            Some(value) => drop(values.insert(key, value)),
            None => drop(values.remove(&key)),
        }
    }
    // Hooks that were out are no matter of the shadow's; one that had its trial with this act was not.
    let failed =
        |hook: &String| heard.run.steps.iter().any(|step| step.hook == *hook && step.outcome == "failed");
    let out = out.iter().filter(|hook| failed(hook)).cloned().collect();
    let given = bundle.hooks.given().with_stores(stores).without(out);
    let (now, _) = asked.again((&bundle.hooks, &bundle.hash), &given)?;
    asked.compare(&now)
}

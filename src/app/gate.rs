//! How the model asks the live hooks, and what these are given.

use crate::{
    bundle::Bundle,
    clock::Clock,
    db::Db,
    event::guard::{Answer, Asked, Defaults, Gate, GuardKind},
    health::{Breaker, Occasion},
    hook::{Given, RunRecord, Verb},
    plugin,
    trace::{GuardRun, Traces},
};
use arc_swap::ArcSwap;
use serde_json::Value;
use std::sync::Arc;

/// Asks the live hooks, off the threads that serve requests.
pub(super) struct Hooks {
    pub bundle: Arc<ArcSwap<Bundle>>,
    pub db: Db,
    pub clock: Clock,
    pub breaker: Arc<Breaker>,
    pub traces: Arc<Traces>,
}

/// What hooks of that verb are given. Without the database there are no stored values, and a hook that must
/// have them fails, which is then dealt with as any failure. `trial` if a hook that is out may be tried by this run.
pub(super) async fn surroundings(
    db: &Db,
    breaker: &Breaker,
    now: i64,
    bundle: &Bundle,
    (verb, name): (Verb, &str),
    trial: bool,
) -> Given {
    let serving = || bundle.hooks.serving(verb, name);
    let stores = plugin::stores_for(db, serving()).await;
    let stores = stores.inspect_err(|error| tracing::error!(%error, "stored values cannot be read"));
    let version = |file: &str| bundle.version(file);
    let out = if trial {
        let out = breaker.out_of(db, now, serving(), version).await;
        let out = out.inspect_err(|error| tracing::error!(%error, "no hook that is out can be tried again"));
        out.unwrap_or_default().into_keys().collect()
    } else {
        // The one run that tries a hook must be one that counts.
        breaker.known_out(serving(), version)
    };
    bundle.hooks.given().with_stores(stores.unwrap_or_default()).without(out)
}

impl Hooks {
    async fn given(&self, bundle: &Bundle, what: (Verb, &str), draft: &Value) -> Given {
        surroundings(&self.db, &self.breaker, self.clock.now(), bundle, what, !is_shown(draft)).await
    }
}

/// Tallies runs that are no event's; `seen` is the draft or page that the hooks saw.
pub(super) fn tally(breaker: &Breaker, bundle: &Bundle, verb: Verb, records: &[RunRecord], seen: &Value) {
    let named = ["/account/id", "/actor/id", "/actor/email"].iter();
    let mut named = named.filter_map(|path| seen.pointer(path)?.as_str()).filter(|name| !name.is_empty());
    let occasion = match is_shown(seen) {
        true => Occasion::Form,
        false => Occasion::Act(named.next().unwrap_or("guest")),
    };
    records.iter().for_each(|record| breaker.note(&bundle.hash, verb, record, occasion));
}

/// True if a form is only being shown.
fn is_shown(draft: &Value) -> bool {
    draft["composing"] == true
}

fn keep(traces: &Traces, run: GuardRun) {
    if run.tells() {
        traces.keep(run);
    }
}

impl Gate for Hooks {
    fn ask<'a>(&'a self, kind: &'static GuardKind, draft: Value) -> Asked<'a, Answer> {
        let (bundle, breaker) = (self.bundle.load_full(), Arc::clone(&self.breaker));
        Box::pin(async move {
            let given = self.given(&bundle, (Verb::Before, kind.name), &draft).await;
            let (traces, at) = (Arc::clone(&self.traces), self.clock.now());
            let asked = tokio::task::spawn_blocking(move || {
                let run = bundle.hooks.before(kind, draft.clone(), &given);
                tally(&breaker, &bundle, Verb::Before, &run.records, &draft);
                keep(&traces, GuardRun::before(kind, draft, &run.answer, &run.records, &bundle.hash, at));
                run.answer
            });
            // Only a server that is stopping gets here; refusing loses nothing.
            asked.await.unwrap_or_else(|_| Answer {
                denied: Some("The server is stopping. Please try again.".to_owned()),
                ..Answer::default()
            })
        })
    }

    fn defaults<'a>(&'a self, draft: Value) -> Asked<'a, Defaults> {
        let (bundle, breaker) = (self.bundle.load_full(), Arc::clone(&self.breaker));
        Box::pin(async move {
            let given = self.given(&bundle, (Verb::PermissionDefaults, "permission_defaults"), &draft).await;
            let (traces, at) = (Arc::clone(&self.traces), self.clock.now());
            let asked = tokio::task::spawn_blocking(move || {
                let run = bundle.hooks.permission_defaults(draft.clone(), &given);
                tally(&breaker, &bundle, Verb::PermissionDefaults, &run.records, &draft);
                keep(&traces, GuardRun::defaults(draft, &run.defaults, &run.records, &bundle.hash, at));
                run.defaults
            });
            asked.await.unwrap_or_else(|_| Defaults { incomplete: true, unsure: true, ..Defaults::default() })
        })
    }
}

//! The same answers on any number of threads, and on a machine that has no time.

use super::*;
use crate::event::{driver, page};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// The shipped scripts, with all of `available/` enabled.
fn everything() -> Arc<HookSet> {
    let active =
        embedded().into_iter().map(|(path, text)| (path.replace("/available/", "/"), text)).collect();
    load(&active, &Files::new(), &Files::new(), &names(), None).set
}

/// What hooks said, and which of them were asked.
#[derive(Default)]
struct Said {
    answers: Vec<String>,
    ran: BTreeSet<String>,
}

impl Said {
    fn note(&mut self, answer: impl std::fmt::Debug, records: &[RunRecord]) {
        let steps: Vec<_> =
            records.iter().map(|record| (&record.hook, &record.error, record.operations)).collect();
        self.answers.push(format!("{answer:?} {steps:?}"));
        self.ran.extend(records.iter().map(|record| record.hook.clone()));
    }

    /// What hooks say about an event that has happened.
    fn hear(&mut self, set: &HookSet, input: &Arc<Input>) {
        let route = set.route(input, &notice("ticket-reply", Category::Support), &settings());
        self.note(route.routing, &route.records);
        for hook in set.for_event(input) {
            let run = set.run_on(hook, input, &settings());
            self.note(run.plan, &[run.record]);
        }
    }
}

/// What hooks say about every sample there is, and the scheduled ones when their time has come.
fn answers(set: &HookSet) -> Said {
    let mut said = Said::default();
    for kind in catalogue::EVENTS {
        for sample in (kind.samples)() {
            if kind.name == "custom.*" {
                for hook in set.hooks().iter().filter(|hook| hook.verb == Verb::On) {
                    let Point::Exactly(name) = &hook.point else { continue };
                    if name.starts_with("custom.") {
                        let mut own = sample.clone();
                        own["name"] = name.as_str().into();
                        said.hear(set, &Input::of(kind, own));
                    }
                }
            }
            if kind.name == "schedule.due" {
                for (hook, _) in set.scheduled() {
                    let mut due = sample.clone();
                    due["hook"] = hook.id.as_str().into();
                    said.hear(set, &Input::of(kind, due));
                }
            }
            said.hear(set, &Input::of(kind, sample));
        }
    }
    for kind in guard::GUARDS {
        for sample in (kind.samples)() {
            let run = set.before(kind, sample, &settings());
            said.note(run.answer, &run.records);
        }
    }
    for form in guard::defaults_samples() {
        let run = set.permission_defaults(form, &settings());
        said.note(run.defaults, &run.records);
    }
    for view in page::samples() {
        for menu in page::MENUS {
            let run = set.menu(menu.name, view.clone(), &settings());
            said.note(run.menu, &run.records);
        }
        for spot in page::PANELS {
            let run = set.panels(spot.name, view.clone(), &settings());
            said.note(run.panels, &run.records);
        }
    }
    drive(set, &mut said);
    said
}

/// What both halves of drivers say, the second one of a system that answers.
fn drive(set: &HookSet, said: &mut Said) {
    for hook in set.drivers() {
        let Point::Driver(half) = &hook.point else { continue };
        let action = driver::find(half.kind).and_then(|kind| kind.action(half.action)).expect("an action");
        for request in (action.samples)() {
            if half.done {
                let response = serde_json::json!({ "status": 200, "json": {}, "text": "{}", "error": "" });
                let run =
                    set.drive_done(half.kind, &half.name, half.action, (request, response), &settings());
                let run = run.expect("a second half");
                said.note(run.answer, &[run.record]);
            } else {
                let run = set.drive(half.kind, &half.name, half.action, request, &settings());
                let run = run.expect("a first half");
                said.note(run.request, &[run.record]);
            }
        }
    }
}

/// The shipped hooks that no sample ever reached.
fn idle(set: &HookSet, said: &Said) -> Vec<String> {
    let all = set.hooks().iter().map(|hook| hook.id.clone());
    all.filter(|id| !said.ran.contains(id)).collect()
}

#[test]
fn two_threads_and_sixteen_give_the_same_answers() {
    let set = everything();
    let alone = answers(&set);
    assert_eq!(idle(&set, &alone), [""; 0], "no answer of these was compared");
    for threads in [2, 16] {
        let all: Vec<_> = thread::scope(|scope| {
            let running: Vec<_> = (0..threads).map(|_| scope.spawn(|| answers(&set))).collect();
            running.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        for said in all {
            assert_eq!(said.answers, alone.answers, "on {threads} threads");
        }
    }
}

#[test]
fn a_name_means_in_a_script_what_it_means_there_however_often_a_library_has_run() {
    let script = "import \"lib/l\" as l;\nfn who() { \"script\" }\non(\"user.added\", |event| { log(who()); log(l::named()); });";
    let files = files(&[
        ("hooks/lib/l.rhai", "fn who() { \"library\" }\nfn named() { who() }"),
        ("hooks/a.rhai", script),
    ]);
    let loaded = load(&files, &Files::new(), &Files::new(), &names(), None);
    assert!(loaded.reports.is_empty(), "{}", shown(&loaded.reports));
    for _ in 0..5 {
        assert_eq!(run(&loaded.set, &event("user.added", 0)).record.log, ["script", "library"]);
    }
}

#[test]
fn a_run_leaves_nothing_to_the_next_whatever_became_of_it() {
    let set = one(
        "before(\"invite.send\", |draft| {\n let n = 0; for i in 0..40 { n += i; }\n log(n);\n if draft.email == \"bad@example.com\" { deny(\"no\"); }\n if draft.email == \"worse@example.com\" { log([1][draft.email.len()]); }\n});",
    );
    let ask = |email: &str| ask(&set, "invite.send", |draft| draft["email"] = email.into());
    let first = ask("good@example.com");
    for _ in 0..3 {
        assert_eq!(ask("bad@example.com").answer.denied.as_deref(), Some("no"));
        assert_eq!(ask("worse@example.com").records[0].outcome, Outcome::Failed);
        let again = ask("good@example.com");
        assert_eq!(format!("{:?}", again.answer), format!("{:?}", first.answer));
        assert_eq!(again.records[0].operations, first.records[0].operations);
    }
}

/// Threads that hold every core for as long as it lives.
struct Busy(Arc<AtomicBool>);

impl Busy {
    fn machine() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let cores = thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..4 * cores {
            let stop = stop.clone();
            thread::spawn(move || while !stop.load(Ordering::Relaxed) {});
        }
        Self(stop)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn guards_on_a_busy_machine_say_what_they_say_on_an_idle_one() {
    // Most of the steps that a run may take: work for longer than the clock allows where cores are shared.
    let set = one(
        "before(\"invite.send\", #{ on_failure: \"allow\" }, |draft| {\n let n = 0; for i in 0..30000 { n += i % 7; }\n if n > 0 { deny(`no ${n}`); }\n});",
    );
    let verdict = || {
        let run = ask(&set, "invite.send", |_| {});
        (run.answer.denied, run.records[0].operations)
    };
    let idle = verdict();
    assert!(idle.0.as_deref().is_some_and(|said| said.starts_with("no ")), "{idle:?}");
    assert!(idle.1 > 130_000, "{}", idle.1);
    let _busy = Busy::machine();
    thread::scope(|scope| {
        let asked: Vec<_> =
            (0..8).map(|_| scope.spawn(|| (0..3).map(|_| verdict()).collect::<Vec<_>>())).collect();
        for said in asked.into_iter().flat_map(|thread| thread.join().expect("no panic")) {
            assert_eq!(said, idle);
        }
    });
}

//! The same answers on any number of threads, and on a machine that has no time.

use super::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// The shipped scripts, with all of `available/` enabled.
fn everything() -> Arc<HookSet> {
    let active =
        embedded().into_iter().map(|(path, text)| (path.replace("/available/", "/"), text)).collect();
    load(&active, &Files::new(), &Files::new(), &names(), None).set
}

/// What hooks say about every sample there is.
fn answers(set: &HookSet) -> Vec<String> {
    let mut said = Vec::new();
    for kind in catalogue::EVENTS {
        for sample in (kind.samples)() {
            let input = Input::of(kind, sample);
            let route = set.route(&input, &notice("ticket-reply", Category::Support), &settings());
            said.push(format!("{:?}", route.routing));
            for hook in set.for_event(&input) {
                let run = set.run_on(hook, &input, &settings());
                said.push(format!("{:?} {:?} {}", run.plan, run.record.error, run.record.operations));
            }
        }
    }
    for kind in guard::GUARDS {
        for sample in (kind.samples)() {
            said.push(format!("{:?}", set.before(kind, sample, &settings()).answer));
        }
    }
    for form in guard::defaults_samples() {
        said.push(format!("{:?}", set.permission_defaults(form, &settings()).defaults));
    }
    said
}

#[test]
fn two_threads_and_sixteen_give_the_same_answers() {
    let set = everything();
    let alone = answers(&set);
    assert!(alone.len() > 50, "{}", alone.len());
    for threads in [2, 16] {
        let all: Vec<_> = thread::scope(|scope| {
            let running: Vec<_> = (0..threads).map(|_| scope.spawn(|| answers(&set))).collect();
            running.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        for said in all {
            assert_eq!(said, alone, "on {threads} threads");
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

use super::*;
use crate::{hook::RunError, report::Report};

const NOW: i64 = 1_795_426_200_000;

fn tally(runs: i64, failures: i64) -> Tally {
    let failure = Failure { subject: "h".into(), message: "no field".into(), ..Failure::default() };
    let last = (failures > 0).then(|| Last { failure, report: "hooks/a.rhai:1".into() });
    Tally {
        verb: "on".into(),
        file: "hooks/a.rhai".into(),
        runs,
        failures,
        good: runs - failures,
        last,
        ..Tally::default()
    }
}

fn fresh() -> Health {
    Health::fresh("h", "v1", NOW)
}

/// A hook that was just put out.
fn out() -> Health {
    let mut row = fresh();
    assert_eq!(row.fold(&tally(5, 5), "v1", NOW), Turn::Out);
    row
}

/// A trial of it that ends so.
fn tried(row: &mut Health, failures: i64, now: i64) -> Turn {
    row.trial_until = now + TRIAL;
    row.fold(&tally(1, failures), "v1", now)
}

#[test]
fn it_takes_both_a_number_and_a_share_of_failures() {
    for (runs, failures, turn) in [
        (4, 4, Turn::None),
        (5, 5, Turn::Out),
        (10, 5, Turn::Out),
        (11, 5, Turn::None),
        (1_000, 499, Turn::None),
        (1_000, 500, Turn::Out),
    ] {
        assert_eq!(fresh().fold(&tally(runs, failures), "v1", NOW), turn, "{failures} of {runs}");
    }
}

#[test]
fn failures_of_long_ago_are_forgotten() {
    let mut row = fresh();
    assert_eq!(row.fold(&tally(4, 4), "v1", NOW), Turn::None);
    assert_eq!(row.clone().fold(&tally(1, 1), "v1", NOW + 2 * MINUTE), Turn::Out);
    assert_eq!(row.clone().fold(&tally(1, 1), "v1", NOW + HALF), Turn::Out, "the half before it counts");
    assert_eq!(row.fold(&tally(1, 1), "v1", NOW + 2 * HALF), Turn::None);
    assert_eq!((row.runs, row.failures), (5, 5), "the sum since the last change stays");
}

#[test]
fn a_trial_that_works_brings_it_back_and_one_that_fails_keeps_it_out_for_longer() {
    let mut row = out();
    assert_eq!(row.retry_at, NOW + 5 * MINUTE);
    assert_eq!(row.fold(&tally(3, 0), "v1", NOW + 1), Turn::None, "runs that were under way decide nothing");

    let mut now = row.retry_at;
    for minutes in [10, 20, 40, 80, 160, 320, 360, 360] {
        assert_eq!(tried(&mut row, 1, now), Turn::StillOut);
        assert_eq!(row.retry_at - now, minutes * MINUTE);
        now = row.retry_at;
    }
    assert_eq!(tried(&mut row, 0, now), Turn::Back(TRIED));
    assert_eq!((row.out_at, row.hook.as_str(), row.version.as_str()), (None, "h", "v1"));
    assert!(row.runs > 0 && row.report.is_some(), "its history stays");
}

#[test]
fn a_trial_that_only_the_clock_stopped_decides_nothing() {
    let mut row = out();
    let (before, now) = (row.clone(), row.retry_at);
    row.trial_until = now + TRIAL;
    let stopped = Tally { good: 0, ..tally(1, 0) };
    assert_eq!(row.fold(&stopped, "v1", now), Turn::None);
    assert_eq!((row.out_at, row.outs, row.retry_at), (before.out_at, before.outs, before.retry_at));
    assert_eq!(tried(&mut row, 0, now + TRIAL), Turn::Back(TRIED), "the next one may decide");
}

#[test]
fn a_hook_that_comes_and_goes_is_out_for_longer_each_time() {
    let mut row = out();
    let now = row.retry_at;
    assert_eq!(tried(&mut row, 0, now), Turn::Back(TRIED));
    let mut steady = row.clone();
    let now = row.back_at + MINUTE;
    assert_eq!(row.fold(&tally(5, 5), "v1", now), Turn::Out);
    assert_eq!(row.retry_at, now + 10 * MINUTE);
    let now = steady.back_at + STEADY;
    assert_eq!(steady.fold(&tally(5, 5), "v1", now), Turn::Out);
    assert_eq!(steady.retry_at, now + 5 * MINUTE);
}

#[test]
fn another_version_is_another_beginning() {
    let mut row = out();
    assert_eq!(row.fold(&tally(1, 0), "v2", NOW + 1), Turn::Back(MENDED));
    assert_eq!((row.runs, row.failures, row.out_at, row.since), (1, 0, None, NOW + 1));
    let mut row = fresh();
    row.fold(&tally(4, 4), "v1", NOW);
    assert_eq!(row.fold(&tally(4, 4), "v2", NOW), Turn::None, "what the other version did does not count");
}

fn record(failed: Option<(&str, bool)>) -> RunRecord {
    let error = failed.map(|(code, passing)| RunError {
        report: Report::error("hooks/a.rhai", "boom()", 1, 1, code, "it failed"),
        trace: Vec::new(),
        passing,
    });
    RunRecord {
        hook: "h".into(),
        file: "hooks/a.rhai".into(),
        line: 1,
        outcome: if failed.is_some() { Outcome::Failed } else { Outcome::Ok },
        error,
        operations: 1,
        micros: 1,
        log: Vec::new(),
        settings_read: BTreeMap::new(),
        stored_read: BTreeMap::new(),
    }
}

#[test]
fn what_did_not_run_and_what_the_clock_stopped_is_no_failure() {
    let breaker = Breaker::default();
    breaker.note("b", Verb::On, &record(None), Occasion::Act(""));
    breaker.note("b", Verb::On, &record(Some(("limit", true))), Occasion::Act(""));
    breaker.note("b", Verb::On, &record(Some(("quarantine", false))), Occasion::Act(""));
    breaker.note("b", Verb::On, &record(Some(("failed", false))), Occasion::Act(""));
    let taken = breaker.take();
    let tally = &taken[&("h".to_owned(), "b".to_owned())];
    assert_eq!((tally.runs, tally.failures, tally.good, tally.unsaid), (3, 1, 1, true));
    assert!(tally.last.as_ref().unwrap().report.contains("it failed"));
    assert!(breaker.take().is_empty());
}

fn of(verb: &str, whose: &[&str], failures: i64) -> Tally {
    let whose = whose.iter().map(|&who| who.to_owned()).collect();
    Tally { verb: verb.into(), whose, ..tally(failures, failures) }
}

#[test]
fn one_account_alone_puts_no_guard_and_no_route_out_for_all() {
    for verb in ["before", "route"] {
        let mut row = fresh();
        assert_eq!(row.fold(&of(verb, &["acc_1"], 50), "v1", NOW), Turn::None, "{verb}");
        assert_eq!(row.fold(&of(verb, &["acc_2"], 1), "v1", NOW), Turn::Out, "{verb}");
    }
    assert_eq!(fresh().fold(&of("permission_defaults", &["a", "b", "c"], 50), "v1", NOW), Turn::None);
    assert_eq!(fresh().fold(&of("on", &["acc_1"], 5), "v1", NOW), Turn::Out, "its events wait for it");
}

#[test]
fn a_hook_that_leaks_is_out_at_once() {
    let tally = Tally { leaks: true, ..of("before", &["acc_1"], 1) };
    assert_eq!(fresh().fold(&tally, "v1", NOW), Turn::Out);
}

#[test]
fn forms_that_are_shown_and_guards_at_their_limits_count_as_no_failure() {
    let breaker = Breaker::default();
    for _ in 0..20 {
        breaker.note("b", Verb::Before, &record(None), Occasion::Form);
        breaker.note("b", Verb::Before, &record(Some(("failed", false))), Occasion::Form);
        breaker.note("b", Verb::Before, &record(Some(("limit", false))), Occasion::Act("acc_1"));
    }
    breaker.note("b", Verb::Before, &record(Some(("failed", false))), Occasion::Act("acc_2"));
    let taken = breaker.take();
    let tally = &taken[&("h".to_owned(), "b".to_owned())];
    assert_eq!((tally.runs, tally.failures), (21, 1));
    assert_eq!(tally.whose.iter().collect::<Vec<_>>(), ["acc_2"]);
    assert!(tally.unsaid, "operators are told all the same");
}

//! Which version of which file runs, when some are broken.

use super::*;

const GOOD: &str = "on(\"user.added\", |e| log(\"first\"));";
const BETTER: &str = "on(\"user.added\", |e| log(\"second\"));";
const BROKEN: &str = "on(\"user.added\", |e| log(\"second\";";

fn step(files: &Files, last: &Loaded) -> Loaded {
    load(files, &last.effective, &embedded(), &names(), Some(&last.set))
}

fn first(pairs: &[(&str, &str)]) -> Loaded {
    let loaded = load(&files(pairs), &Files::new(), &embedded(), &names(), None);
    assert!(loaded.reports.is_empty(), "{}", shown(&loaded.reports));
    loaded
}

/// What all `on` hooks log, in order.
fn logs(set: &HookSet) -> Vec<String> {
    let event = event("user.added", 0);
    set.on_for("user.added").flat_map(|hook| set.run_on(hook, &event, &settings()).record.log).collect()
}

#[test]
fn a_broken_file_runs_in_its_last_good_version_while_others_go_live() {
    let before = first(&[("hooks/a.rhai", GOOD), ("hooks/b.rhai", GOOD)]);
    let after =
        step(&files(&[("hooks/a.rhai", BROKEN), ("hooks/b.rhai", BETTER), ("hooks/c.rhai", GOOD)]), &before);
    assert_eq!(logs(&after.set), ["first", "second", "first"]);
    assert_eq!(after.runs["hooks/a.rhai"], Runs::LastGood);
    assert_eq!((after.reports.len(), after.reports[0].file.as_str()), (1, "hooks/a.rhai"));
    assert_eq!(&*after.effective["hooks/a.rhai"], GOOD);
    // And again after a restart, from what was effective.
    let restarted = load(&files(&[("hooks/a.rhai", BROKEN)]), &after.effective, &embedded(), &names(), None);
    assert_eq!(logs(&restarted.set), ["first"]);
    // Mended, it runs as it stands.
    let mended = step(&files(&[("hooks/a.rhai", BETTER)]), &restarted);
    assert_eq!(logs(&mended.set), ["second"]);
    assert_eq!(mended.runs["hooks/a.rhai"], Runs::Present);
}

#[test]
fn a_file_that_the_check_refuses_counts_as_broken() {
    let before = first(&[("hooks/a.rhai", GOOD)]);
    let after =
        step(&files(&[("hooks/a.rhai", "on(\"user.added\", |e| { if false { log(e.usr) } });")]), &before);
    assert_eq!(logs(&after.set), ["first"]);
}

#[test]
fn a_broken_file_without_a_good_version_does_not_run() {
    let loaded = load(
        &files(&[("hooks/a.rhai", BROKEN), ("hooks/b.rhai", GOOD)]),
        &Files::new(),
        &embedded(),
        &names(),
        None,
    );
    assert_eq!(logs(&loaded.set), ["first"]);
    assert_eq!(loaded.runs["hooks/a.rhai"], Runs::Nothing);
    assert!(!loaded.effective.contains_key("hooks/a.rhai"));
}

#[test]
fn a_broken_shipped_file_is_replaced_by_the_embedded_one() {
    let loaded =
        load(&files(&[("hooks/invite-form.rhai", BROKEN)]), &Files::new(), &embedded(), &names(), None);
    assert_eq!(loaded.runs["hooks/invite-form.rhai"], Runs::Embedded);
    assert!(
        !loaded
            .set
            .permission_defaults(guard::defaults_samples().swap_remove(0), &settings())
            .defaults
            .preselect
            .is_empty()
    );
}

#[test]
fn a_deleted_file_is_off() {
    let before = first(&[("hooks/a.rhai", GOOD), ("hooks/ticket-mail.rhai", GOOD)]);
    let after = step(&files(&[("hooks/a.rhai", GOOD)]), &before);
    assert_eq!(logs(&after.set), ["first"]);
    assert!(!after.effective.contains_key("hooks/ticket-mail.rhai"));
}

#[test]
fn unchanged_files_are_not_compiled_again() {
    let before = first(&[("hooks/a.rhai", GOOD), ("hooks/b.rhai", GOOD)]);
    let after = step(&files(&[("hooks/a.rhai", GOOD), ("hooks/b.rhai", BETTER)]), &before);
    assert!(Arc::ptr_eq(&before.set.scripts["hooks/a.rhai"], &after.set.scripts["hooks/a.rhai"]));
    assert!(!Arc::ptr_eq(&before.set.scripts["hooks/b.rhai"], &after.set.scripts["hooks/b.rhai"]));
}

const LIBRARY: &str = "fn say() { \"old\" }";
const IMPORTER: &str = "import \"lib/x\" as x; on(\"user.added\", |e| log(x::say()));";

#[test]
fn a_new_library_reaches_importers_that_did_not_change() {
    let before = first(&[("hooks/lib/x.rhai", LIBRARY), ("hooks/a.rhai", IMPORTER)]);
    let after =
        step(&files(&[("hooks/lib/x.rhai", "fn say() { \"new\" }"), ("hooks/a.rhai", IMPORTER)]), &before);
    assert_eq!((logs(&before.set), logs(&after.set)), (vec!["old".to_owned()], vec!["new".to_owned()]));
}

#[test]
fn importers_of_a_broken_library_keep_its_last_good_version_and_go_live_themselves() {
    let before = first(&[("hooks/lib/x.rhai", LIBRARY), ("hooks/a.rhai", IMPORTER)]);
    let importer = IMPORTER.replace("log(x::say())", "log(x::say() + \"!\")");
    let after = step(&files(&[("hooks/lib/x.rhai", "fn say( {"), ("hooks/a.rhai", &importer)]), &before);
    assert_eq!(logs(&after.set), ["old!"]);
    assert_eq!((after.runs["hooks/lib/x.rhai"], after.runs["hooks/a.rhai"]), (Runs::LastGood, Runs::Present));
    assert_eq!(after.reports.iter().map(|r| r.file.as_str()).collect::<Vec<_>>(), ["hooks/lib/x.rhai"]);
}

#[test]
fn a_library_that_takes_away_what_an_importer_needs_stays_in_its_last_good_version() {
    let before = first(&[("hooks/lib/x.rhai", LIBRARY), ("hooks/a.rhai", IMPORTER), ("hooks/b.rhai", GOOD)]);
    let after = step(
        &files(&[
            ("hooks/lib/x.rhai", "fn tell() { \"new\" }"),
            ("hooks/a.rhai", IMPORTER),
            ("hooks/b.rhai", BETTER),
        ]),
        &before,
    );
    assert_eq!(logs(&after.set), ["old", "second"]);
    assert_eq!((after.runs["hooks/lib/x.rhai"], after.runs["hooks/a.rhai"]), (Runs::LastGood, Runs::Present));
    let report = &after.reports[0];
    assert_eq!(
        (report.file.as_str(), report.code.as_str()),
        ("hooks/lib/x.rhai", "breaks-importer"),
        "{}",
        shown(&after.reports)
    );
    assert!(report.message.contains("hooks/a.rhai does not load"), "{report}");
    // Both together are fine.
    let both = step(
        &files(&[
            ("hooks/lib/x.rhai", "fn tell() { \"new\" }"),
            ("hooks/a.rhai", &IMPORTER.replace("say", "tell")),
        ]),
        &after,
    );
    assert_eq!(logs(&both.set), ["new"]);
}

#[test]
fn a_missing_library_breaks_only_who_imports_it() {
    let loaded = load(
        &files(&[("hooks/a.rhai", IMPORTER), ("hooks/b.rhai", GOOD)]),
        &Files::new(),
        &embedded(),
        &names(),
        None,
    );
    assert_eq!(logs(&loaded.set), ["first"]);
    assert!(
        loaded.reports[0].message.contains("there is no script hooks/lib/x.rhai"),
        "{}",
        shown(&loaded.reports)
    );
}

#[test]
fn libraries_may_import_each_other_but_not_in_a_circle_and_they_register_nothing() {
    let fine = first(&[
        ("hooks/lib/x.rhai", "import \"lib/y\" as y; fn say() { y::word() }"),
        ("hooks/lib/y.rhai", "fn word() { \"deep\" }"),
        ("hooks/a.rhai", IMPORTER),
        ("hooks/b.rhai", IMPORTER),
    ]);
    assert_eq!(logs(&fine.set), ["deep", "deep"]);
    let circle = load(
        &files(&[
            ("hooks/lib/x.rhai", "import \"lib/y\" as y; fn say() { 1 }"),
            ("hooks/lib/y.rhai", "import \"lib/x\" as x;"),
            ("hooks/a.rhai", IMPORTER),
        ]),
        &Files::new(),
        &embedded(),
        &names(),
        None,
    );
    assert!(logs(&circle.set).is_empty());
    assert!(
        circle.reports.iter().any(|r| r.message.contains("imports this file in turn")),
        "{}",
        shown(&circle.reports)
    );
    let registers = load(
        &files(&[
            ("hooks/lib/x.rhai", "on(\"user.added\", |e| {}); fn say() { 1 }"),
            ("hooks/a.rhai", IMPORTER),
        ]),
        &Files::new(),
        &embedded(),
        &names(),
        None,
    );
    assert!(
        registers.reports.iter().any(|r| r.message.contains("does not work in lib/")),
        "{}",
        shown(&registers.reports)
    );
    assert!(registers.set.hooks().is_empty());
}

#[test]
fn names_and_folders_decide_what_runs() {
    let loaded = first(&[
        ("hooks/a.rhai", GOOD),
        ("hooks/plug/b.rhai", GOOD),
        ("hooks/_off.rhai", GOOD),
        ("hooks/.hidden.rhai", GOOD),
        ("hooks/#a.rhai#", GOOD),
        ("hooks/a.rhai~", GOOD),
        ("hooks/available/c.rhai", BROKEN),
        ("hooks/tests/d.rhai", BROKEN),
        ("hooks/plug/deeper/e.rhai", GOOD),
        ("hooks/_plug/f.rhai", GOOD),
        ("hooks/notes.txt", BROKEN),
        ("email-templates/g.rhai", BROKEN),
    ]);
    let ran: Vec<_> = loaded.set.hooks().iter().map(|hook| hook.file.as_str()).collect();
    assert_eq!(ran, ["hooks/a.rhai", "hooks/plug/b.rhai"]);
}

#[test]
fn a_double_id_keeps_the_later_file_in_its_last_good_version() {
    let before = first(&[("hooks/b.rhai", "on(\"user.added\", #{ id: \"b\" }, |e| log(\"b\"));")]);
    let after = step(
        &files(&[
            ("hooks/a.rhai", "on(\"user.added\", #{ id: \"x\" }, |e| log(\"a\"));"),
            ("hooks/b.rhai", "on(\"user.added\", #{ id: \"x\" }, |e| log(\"b2\"));"),
        ]),
        &before,
    );
    assert_eq!(logs(&after.set), ["a", "b"]);
}

#[test]
fn a_hook_in_flight_finishes_on_the_set_with_which_it_began() {
    let before = first(&[("hooks/a.rhai", GOOD)]);
    let kept = before.set.clone();
    let after = step(&files(&[("hooks/a.rhai", BETTER)]), &before);
    drop(before);
    assert_eq!((logs(&kept), logs(&after.set)), (vec!["first".to_owned()], vec!["second".to_owned()]));
}

#[test]
fn only_what_is_another_or_stands_on_another_is_tried_again() {
    let lib = |text| ("hooks/lib/x.rhai", text);
    let importer = ("hooks/a.rhai", "import \"lib/x\" as x;\non(\"user.added\", |e| log(x::word()));");
    let before =
        first(&[lib("fn word() { \"first\" }"), importer, ("hooks/b.rhai", GOOD), ("hooks/c.rhai", GOOD)]);
    let to_try = |after: &Loaded, earlier| after.set.to_try(earlier).into_iter().collect::<Vec<_>>();
    assert_eq!(to_try(&before, None), ["hooks/a.rhai", "hooks/b.rhai", "hooks/c.rhai"]);
    assert_eq!(to_try(&before, Some(&before.set)), Vec::<String>::new());

    let one = [lib("fn word() { \"first\" }"), importer, ("hooks/b.rhai", BETTER), ("hooks/c.rhai", GOOD)];
    assert_eq!(to_try(&step(&files(&one), &before), Some(&before.set)), ["hooks/b.rhai"]);
    let library = [lib("fn word() { \"other\" }"), importer, ("hooks/b.rhai", GOOD), ("hooks/c.rhai", GOOD)];
    assert_eq!(to_try(&step(&files(&library), &before), Some(&before.set)).len(), 3);

    let same =
        files(&[lib("fn word() { \"first\" }"), importer, ("hooks/b.rhai", GOOD), ("hooks/c.rhai", GOOD)]);
    let other = Settings::default();
    let names = Names { settings: Some(&other), ..names() };
    let after = load(&same, &before.effective, &embedded(), &names, Some(&before.set));
    assert_eq!(to_try(&after, Some(&before.set)).len(), 3, "settings are others");
    let fewer = Names { templates: &names.templates[1..], ..super::names() };
    let after = load(&same, &before.effective, &embedded(), &fewer, Some(&before.set));
    assert_eq!(to_try(&after, Some(&before.set)).len(), 3, "templates are others");
}

//! What scripts do, told as short stories over the catalogue's samples.

mod errors;
mod folders;
mod guards;
mod handbook;
mod hostile;
mod loading;
mod plans;
mod policies;
mod property;
mod routes;
mod same;
mod shipped;
mod verbs;

use super::*;
use crate::event::{catalogue, guard, sample};

/// Files from pairs of path and text.
fn files(pairs: &[(&str, &str)]) -> Files {
    pairs.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))).collect()
}

/// One script, loaded; it must load.
fn one(text: &str) -> Arc<HookSet> {
    let loaded = load_one(text);
    assert!(loaded.reports.is_empty(), "{}", shown(&loaded.reports));
    loaded.set
}

/// One script, loaded although the check objects, as a last good version is: for what happens when it runs.
fn rough(text: &str) -> Arc<HookSet> {
    let files = files(&[("hooks/a.rhai", text)]);
    let loaded = load(&files, &files, &Files::new(), &names(), None);
    assert_eq!(loaded.runs["hooks/a.rhai"], Runs::LastGood, "the check has nothing against it");
    loaded.set
}

/// One script, loaded whether the check objects or not.
fn loose(text: &str) -> Arc<HookSet> {
    let files = files(&[("hooks/a.rhai", text)]);
    load(&files, &files, &Files::new(), &names(), None).set
}

fn load_one(text: &str) -> Loaded {
    load(&files(&[("hooks/a.rhai", text)]), &Files::new(), &Files::new(), &names(), None)
}

/// Names as the demo has them.
fn names() -> Names<'static> {
    static TEMPLATES: std::sync::LazyLock<Vec<Template>> = std::sync::LazyLock::new(|| {
        let template = |name: &str, event: Option<&str>, category| Template {
            name: name.into(),
            event: event.map(Into::into),
            category,
            vars: vec![],
            fields: vec![],
            presumes: vec![],
        };
        vec![
            template("ticket-reply", Some("ticket.replied"), Category::Support),
            template("ticket-opened", Some("ticket.opened"), Category::Support),
            template("ticket-assigned", Some("ticket.assigned"), Category::Support),
            template("mail-rejected", Some("ticket.mail_rejected"), Category::Support),
            template("invite", Some("invite.sent"), Category::Security),
            template("invite-accepted", Some("invite.accepted"), Category::General),
            template("password-changed", Some("user.password_changed"), Category::Security),
            template("hook-quarantined", Some("hook.quarantined"), Category::General),
            template("welcome-colleague", None, Category::General),
            template("message", None, Category::General),
            template("ticket-message", None, Category::Support),
        ]
    });
    static SETTINGS: std::sync::LazyLock<Settings> = std::sync::LazyLock::new(all_settings);
    static HOSTS: std::sync::LazyLock<Vec<String>> = std::sync::LazyLock::new(|| vec!["crm.example".into()]);
    Names { templates: &TEMPLATES, settings: Some(&SETTINGS), outgoing_allow: &HOSTS, ..Names::default() }
}

fn settings() -> Given {
    all_settings().into()
}

fn all_settings() -> Settings {
    let pairs = [
        ("crm_url", "https://crm.example/in"),
        ("chat_url", "https://crm.example/chat"),
        ("invite_domain", "example.com"),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}

/// What is wrong with these files, none of which may make the engine itself fail.
fn unpanicked(files: &Files) -> Vec<crate::report::Report> {
    let reports = check(files, &names());
    for report in &reports {
        assert_ne!(report.code, "panic", "{report}");
    }
    reports
}

fn shown(reports: &[crate::report::Report]) -> String {
    reports.iter().map(|report| format!("{report}\n")).collect()
}

/// A sample of an event, by name and number.
fn event(name: &str, number: usize) -> Arc<Input> {
    let kind = catalogue::find(name).expect("an event of the catalogue");
    Input::of(kind, (kind.samples)().swap_remove(number))
}

/// An event that a test has changed.
fn changed(name: &str, number: usize, change: impl FnOnce(&mut Value)) -> Arc<Input> {
    let kind = catalogue::find(name).expect("an event of the catalogue");
    let mut event = (kind.samples)().swap_remove(number);
    change(&mut event);
    Input::of(kind, event)
}

fn notice(template: &str, category: Category) -> Notice {
    Notice { template: template.into(), category, fixed: vec![] }
}

/// Who gets it, as `address: reason`.
fn who(routing: &Routing) -> Vec<String> {
    routing.recipients.iter().map(|r| format!("{}: {}", r.target.email, r.reason)).collect()
}

fn addresses(routing: &Routing) -> Vec<&str> {
    routing.recipients.iter().map(|r| r.target.email.as_str()).collect()
}

/// Runs the only `on` hook of a set.
fn run(set: &HookSet, event: &Arc<Input>) -> OnRun {
    let hook = set.on_for(event.kind().name).next().expect("an on hook");
    set.run_on(hook, event, &settings())
}

/// What an `on` hook with this body logs, over an event.
fn logged(name: &str, body: &str) -> Vec<String> {
    let set = one(&format!("on(\"{name}\", |event| {{ {body} }});"));
    let run = run(&set, &event(name, 0));
    assert_eq!(run.record.error.as_ref().map(ToString::to_string), None);
    run.record.log
}

/// A sample draft.
fn draft(name: &str, change: impl FnOnce(&mut Value)) -> (&'static guard::GuardKind, Value) {
    let kind = guard::find(name).expect("an action of the catalogue");
    let mut draft = (kind.samples)().swap_remove(0);
    change(&mut draft);
    (kind, draft)
}

fn ask(set: &HookSet, name: &str, change: impl FnOnce(&mut Value)) -> GuardRun {
    let (kind, draft) = draft(name, change);
    set.before(kind, draft, &settings())
}

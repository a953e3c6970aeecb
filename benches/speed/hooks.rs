//! Hooks over events, without a database: our call against Rhai's own.

use super::measure::{against, alone, median, once};
use innkeeper::event::catalogue;
use innkeeper::hook::{Files, Given, HookSet, Input, Names, Verb, load};
use rhai::{Dynamic, Engine, ImmutableString, Scope};
use serde_json::{Value, json};
use std::hint::black_box;
use std::sync::Arc;

const BODY: &str = r#"
    let account = event.account;
    if account.country == "DE" && account.currency == "EUR" && account.company != "" { true } else { false }
"#;
const WIDE: &str = r#"
    let data = event.data;
    if data.f7 == 7 && data.f11 == 11 && data.f13 == 13 { true } else { false }
"#;

/// All figures.
pub fn all() {
    call("15 fields, 3 read", "account.details_changed", BODY, account_event(), 4_000);
    call("200 fields, 3 read", "custom.wide", WIDE, wide_event(200), 400);
    many_hooks();
    unrelated();
    prepare();
    cores();
}

fn account_event() -> Value {
    let kind = catalogue::find("account.details_changed").unwrap();
    let mut event = (kind.samples)().swap_remove(0);
    event["account"]["country"] = json!("DE");
    event["account"]["currency"] = json!("EUR");
    event["account"]["company"] = json!("Example");
    event
}

fn wide_event(fields: usize) -> Value {
    let mut event = account_event();
    event["name"] = json!("custom.wide");
    event["data"] =
        (0..fields).map(|n| (format!("f{n}"), json!(n))).collect::<serde_json::Map<_, _>>().into();
    event
}

fn set(scripts: impl Iterator<Item = (String, String)>) -> Arc<HookSet> {
    let files: Files = scripts.map(|(path, text)| (path, Arc::from(text))).collect();
    let loaded = load(&files, &Files::new(), &Files::new(), &Names::default(), None);
    if let Some(report) = loaded.reports.first() {
        panic!("{report}");
    }
    loaded.set
}

fn on(point: &str, body: &str) -> String {
    format!("on(\"{point}\", |event| {{ {body} }});")
}

fn run(set: &HookSet, input: &Arc<Input>, given: &Given) {
    for hook in set.for_event(input) {
        let done = set.run_on(hook, input, given);
        assert!(done.record.error.is_none());
        black_box(done);
    }
}

fn call(what: &str, point: &str, body: &str, event: Value, times: usize) {
    let set = set([("hooks/a.rhai".to_owned(), on(point, body))].into_iter());
    let input = Input::new(event.clone()).unwrap();
    let given = Given::default();
    let bare = bare_engine();
    let ast = bare.compile(format!("fn hook(event) {{ {body} }}")).unwrap();
    let handle = Dynamic::from(handle(&event));
    let map = rhai::serde::to_dynamic(&event).unwrap();
    let call = |engine: &Engine, event: &Dynamic| {
        let options = rhai::CallFnOptions::new().eval_ast(false);
        let done: Dynamic =
            engine.call_fn_with_options(options, &mut Scope::new(), &ast, "hook", (event.clone(),)).unwrap();
        assert!(black_box(done).as_bool().unwrap());
    };
    let (ours, theirs, ratio) = against(times, || run(&set, &input, &given), || call(&bare, &handle));
    println!(
        "one hook, {what}: {ours:.0} ns ours, {theirs:.0} ns bare Rhai over handles: {ratio:.2} x (goal 1.25)"
    );
    // What we do to the bare call itself, given back to it: a getter for each field, so that no access asks the indexer.
    let mut quick = bare_engine();
    for field in FIELDS {
        quick
            .register_get(field, move |handle: &mut Handle| handle.0.get(field).cloned().unwrap_or_default());
    }
    let (_, theirs, ratio) = against(times, || run(&set, &input, &given), || call(&quick, &handle));
    println!("one hook, {what}: {theirs:.0} ns bare Rhai over handles with our getters: {ratio:.2} x");
    let (_, theirs, ratio) = against(times / 4, || run(&set, &input, &given), || call(&bare, &map));
    println!("one hook, {what}: {theirs:.0} ns bare Rhai over maps: {ratio:.2} x");
}

/// Fields that the bodies read.
const FIELDS: [&str; 8] = ["account", "country", "currency", "company", "data", "f7", "f11", "f13"];

/// Bare Rhai with objects behind a pointer, as cheap as one can make them.
#[derive(Clone)]
struct Handle(Arc<std::collections::BTreeMap<ImmutableString, Dynamic>>);

fn handle(json: &Value) -> Handle {
    let Value::Object(map) = json else { panic!("an object is expected") };
    let entry = |(key, value): (&String, &Value)| {
        let value = match value {
            Value::Object(inner) if key == "account" => Dynamic::from(handle(&Value::Object(inner.clone()))),
            other => rhai::serde::to_dynamic(other).unwrap(),
        };
        (ImmutableString::from(key), value)
    };
    Handle(Arc::new(map.iter().map(entry).collect()))
}

/// The same packages and no limits.
fn bare_engine() -> Engine {
    use rhai::packages::{
        BasicArrayPackage, BasicMapPackage, CorePackage, LogicPackage, MoreStringPackage, Package,
    };
    let mut engine = Engine::new_raw();
    CorePackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicArrayPackage::new().register_into_engine(&mut engine);
    BasicMapPackage::new().register_into_engine(&mut engine);
    MoreStringPackage::new().register_into_engine(&mut engine);
    engine.set_optimization_level(rhai::OptimizationLevel::None);
    engine.register_type_with_name::<Handle>("Handle");
    engine.register_indexer_get(|handle: &mut Handle, name: &str| {
        handle.0.get(name).cloned().unwrap_or_default()
    });
    engine
}

fn many_hooks() {
    let given = Given::default();
    let input = Input::new(account_event()).unwrap();
    let of = |count: usize| {
        set((0..count).map(|n| (format!("hooks/h{n:05}.rhai"), on("account.details_changed", BODY))))
    };
    let one = of(1);
    for count in [10, 100] {
        let many = of(count);
        let (all, single, ratio) = against(40, || run(&many, &input, &given), || run(&one, &input, &given));
        println!(
            "{count} hooks on one event: {all:.0} ns against {single:.0} ns for one: {:.2} x each",
            ratio / count as f64
        );
    }
}

fn unrelated() {
    let given = Given::default();
    let input = Input::new(account_event()).unwrap();
    let of = |others: usize| {
        let names: Vec<_> = catalogue::EVENTS
            .iter()
            .map(|kind| kind.name)
            .filter(|name| {
                !name.starts_with("account.") && !name.contains('*') && !name.starts_with("schedule")
            })
            .collect();
        let other =
            move |n: usize| (format!("hooks/o{n:05}.rhai"), on(names[n % names.len()], "log(event.id);"));
        let own = ("hooks/a.rhai".to_owned(), on("account.details_changed", BODY));
        set(std::iter::once(own).chain((0..others).map(other)))
    };
    let one = of(0);
    // A folder holds 2,000 files at most; each file may hold 100 hooks.
    for others in [100, 1_000] {
        let many = of(others);
        let (_, _, ratio) = against(1_000, || run(&many, &input, &given), || run(&one, &input, &given));
        println!("{others} hooks on other points: {ratio:.2} x (goal 1.00)");
        let (_, _, ratio) = against(
            20_000,
            || assert_eq!(black_box(&many).serving(Verb::On, "ticket.nothing").count(), 0),
            || assert_eq!(black_box(&one).serving(Verb::On, "ticket.nothing").count(), 0),
        );
        println!("{others} hooks on other points, none on this: {ratio:.2} x");
    }
    let wide = wide_set(10_000);
    let (_, _, ratio) = against(1_000, || run(&wide, &input, &given), || run(&one, &input, &given));
    println!("10000 hooks on other points: {ratio:.2} x (goal 1.00)");
}

/// A hook on the account, and `others` elsewhere, a hundred in a file.
fn wide_set(others: usize) -> Arc<HookSet> {
    let many = |_| format!("{}\n", on("ticket.replied", "log(event.id);"));
    let file = |n: usize| (format!("hooks/w{n:05}.rhai"), (0..100).map(many).collect::<String>());
    let own = ("hooks/a.rhai".to_owned(), on("account.details_changed", BODY));
    set(std::iter::once(own).chain((0..others / 100).map(file)))
}

fn prepare() {
    let event = account_event();
    let ns = alone(1_000, || {
        black_box(Input::new(event.clone()).unwrap());
    });
    let copy = alone(1_000, || {
        black_box(event.clone());
    });
    println!("an event made ready: {:.0} ns beyond the copy of its JSON ({copy:.0} ns)", ns - copy);
}

/// Pure hook runs on one thread and on two.
fn cores() {
    let set = set([("hooks/a.rhai".to_owned(), on("account.details_changed", BODY))].into_iter());
    let work = |threads: usize| {
        let (_, time) = once(|| {
            std::thread::scope(|scope| {
                for _ in 0..threads {
                    let builder = std::thread::Builder::new().stack_size(innkeeper::hook::THREAD_STACK);
                    let work = || {
                        let input = Input::new(account_event()).unwrap();
                        let given = Given::default();
                        for _ in 0..50_000 {
                            run(&set, &input, &given);
                        }
                    };
                    builder.spawn_scoped(scope, work).unwrap();
                }
            });
        });
        threads as f64 * 50_000.0 / time.as_secs_f64()
    };
    let mut rounds = Vec::new();
    for _ in 0..9 {
        rounds.push((work(1), work(2)));
    }
    let ratio = median(rounds.iter().map(|(one, two)| two / one).collect());
    println!(
        "hook runs a second: {:.0} on one thread, {:.0} on two: {ratio:.2} x",
        median(rounds.iter().map(|r| r.0).collect()),
        median(rounds.iter().map(|r| r.1).collect())
    );
}

//! What a test file may call.

use super::ran::Ran;
use super::snapshot::{self, Snapshots};
use super::{Ask, Failure, Given, Perform, Setup, Test, TestFile, fits, sample as samples};
use crate::hook::{fail, node::no_field, register::frozen, value};
use crate::report::Report;
use rhai::{Dynamic, Engine, EvalAltResult, FnPtr, ImmutableString, Map, NativeCallContext, Position};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

type Fails<T> = Result<T, Box<EvalAltResult>>;

/// The engine of tests: that of hooks, and [`super::FUNCTIONS`].
pub(super) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let mut engine = crate::hook::engine::build();
        register(&mut engine);
        engine
    })
}

/// The state of a file or of one test; stands in the tag of its evaluation.
#[derive(Clone)]
pub(super) struct Stage(Arc<State>);

struct State {
    perform: Perform,
    /// Name of the test; empty at the file's top level.
    test: String,
    kept: Snapshots,
    accept: bool,
    now: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    setup: Setup,
    tests: Vec<Test>,
    failure: Option<(Position, String, String, String)>,
    last: Option<Ran>,
    taken: Snapshots,
    /// The line and text of the snapshots that differ.
    differs: Option<(Position, String, String, String)>,
}

impl Stage {
    pub fn of_file(perform: &Perform) -> Self {
        Self::new(perform, Setup::default(), "", Snapshots::new(), false)
    }

    pub fn of_test(perform: &Perform, setup: Setup, test: &str, kept: Snapshots, accept: bool) -> Self {
        Self::new(perform, setup, test, kept, accept)
    }

    fn new(perform: &Perform, setup: Setup, test: &str, kept: Snapshots, accept: bool) -> Self {
        let now = Mutex::new(Now { setup, ..Now::default() });
        Stage(Arc::new(State { perform: Arc::clone(perform), test: test.to_owned(), kept, accept, now }))
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.0.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the file registered.
    pub fn tests(&self) -> Vec<Test> {
        std::mem::take(&mut self.now().tests)
    }

    /// What the `.snap` would have to say.
    pub fn snapshots(&self) -> Snapshots {
        self.now().taken.clone()
    }

    /// The run that was asked for last, as text.
    pub fn last(&self) -> String {
        self.now().last.as_ref().map(Ran::text).unwrap_or_default()
    }

    /// The expectation that was not met.
    pub fn failure(&self, file: &TestFile) -> Option<Failure> {
        let mut now = self.now();
        let (position, message, expected, found) = now.failure.take().or_else(|| now.differs.take())?;
        let (line, column) = (position.line().unwrap_or(0), position.position().unwrap_or(0));
        let report = Report::error(&file.path, &file.text, line, column, "expectation", message);
        Some(Failure { report, expected, found, trace: Vec::new(), run: String::new() })
    }

    fn of(context: &NativeCallContext<'_>) -> Fails<Self> {
        let stage = context.tag().and_then(|tag| tag.read_lock::<Stage>().map(|stage| stage.clone()));
        stage.ok_or_else(|| fail(format!("{}() works in tests only", context.fn_name())))
    }

    fn in_test(context: &NativeCallContext<'_>) -> Fails<Self> {
        let stage = Self::of(context)?;
        if stage.0.test.is_empty() {
            let name = context.fn_name();
            return Err(fail(format!("{name}() works inside a test: test(\"what must be\", || {{ … }});")));
        }
        Ok(stage)
    }

    fn perform(&self, ask: &Ask) -> Fails<Given> {
        let setup = self.now().setup.clone();
        (self.0.perform)(&setup, ask).map_err(fail)
    }

    fn ran(&self, ask: &Ask) -> Fails<Ran> {
        match self.perform(ask)? {
            Given::Ran(ran) => {
                self.now().last = Some((*ran).clone());
                Ok(*ran)
            }
            Given::Over(_) => Err(fail("nothing ran")),
        }
    }

    /// Ends the test; no `try` of a script catches it.
    fn not_as_expected(
        &self,
        context: &NativeCallContext<'_>,
        message: impl Into<String>,
        expected: String,
        found: String,
    ) -> Box<EvalAltResult> {
        self.now().failure = Some((context.call_position(), message.into(), expected, found));
        Box::new(EvalAltResult::ErrorTerminated(Dynamic::UNIT, context.call_position()))
    }
}

fn json_of(what: &Dynamic) -> Fails<Value> {
    value::json(what).map_err(fail)
}

fn test(context: &NativeCallContext<'_>, name: &str, function: &FnPtr) -> Fails<()> {
    let stage = Stage::of(context)?;
    if !stage.0.test.is_empty() {
        return Err(fail("test() stands at the top level of the file, not inside another test"));
    }
    let name = name.trim();
    if name.is_empty() || name.contains('\n') {
        return Err(fail(
            "a test has a name that says what must be: test(\"a reply goes to the owner\", || { … });",
        ));
    }
    let mut now = stage.now();
    if let Some(other) = now.tests.iter().find(|test| test.name == name) {
        let line = other.position.line().unwrap_or(0);
        return Err(fail(format!(
            "the test {name:?} stands in line {line} already; give each a name of its own"
        )));
    }
    let setup = now.setup.clone();
    now.tests.push(Test {
        name: name.to_owned(),
        function: frozen(function),
        state: context.global_runtime_state().clone(),
        position: context.call_position(),
        setup,
    });
    Ok(())
}

fn run(context: &NativeCallContext<'_>, input: &Map, only: Option<&str>) -> Fails<Ran> {
    let stage = Stage::in_test(context)?;
    let input = json_of(&Dynamic::from_map(input.clone()))?;
    let name = input.get("point").or_else(|| input.get("name")).and_then(Value::as_str);
    let Some(name) = name else {
        return Err(fail(
            "run() takes an event or a draft: let event = sample(\"ticket.replied\"); run(event)",
        ));
    };
    let point = samples::point(name).map_err(fail)?;
    fits::input_fits(point.fields(), &input).map_err(fail)?;
    stage.ran(&Ask::Run { input, only: only.map(str::to_owned) })
}

fn due(context: &NativeCallContext<'_>, hook: &str, parts: &Map) -> Fails<Dynamic> {
    let stage = Stage::of(context)?;
    let parts = json_of(&Dynamic::from_map(parts.clone()))?;
    match stage.perform(&Ask::Over(hook.to_owned()))? {
        Given::Over(over) => Ok(value::dynamic(samples::due(hook, over, &parts))),
        Given::Ran(_) => Err(fail("nothing is due")),
    }
}

/// Lays values over those that stand there, which is what `settings` and `stored` do.
fn set(
    context: &NativeCallContext<'_>,
    plugin: &str,
    values: &Map,
    choose: fn(&mut Setup) -> &mut std::collections::BTreeMap<String, serde_json::Map<String, Value>>,
) -> Fails<()> {
    let stage = Stage::of(context)?;
    let values = json_of(&Dynamic::from_map(values.clone()))?;
    let mut now = stage.now();
    let place = choose(&mut now.setup).entry(plugin.to_owned()).or_default();
    place.extend(values.as_object().cloned().unwrap_or_default());
    Ok(())
}

fn use_script(context: &NativeCallContext<'_>, name: &str, alone: bool) -> Fails<()> {
    let stage = Stage::of(context)?;
    let mut now = stage.now();
    now.setup.alone |= alone;
    if !now.setup.scripts.iter().any(|known| known == name) {
        now.setup.scripts.push(name.to_owned());
    }
    Ok(())
}

fn expect(context: &NativeCallContext<'_>, held: bool, words: &str) -> Fails<()> {
    let stage = Stage::in_test(context)?;
    if held {
        return Ok(());
    }
    let message = if words.is_empty() { "expected true, found false" } else { words };
    Err(stage.not_as_expected(context, message, String::new(), String::new()))
}

fn compare(
    context: &NativeCallContext<'_>,
    found: &Dynamic,
    expected: &Dynamic,
    equal: bool,
    words: &str,
) -> Fails<()> {
    let stage = Stage::in_test(context)?;
    let (found, expected) = (plain(found)?, plain(expected)?);
    let same = match (found.as_f64(), expected.as_f64()) {
        (Some(one), Some(other)) => one == other,
        _ => found == expected,
    };
    if same == equal {
        return Ok(());
    }
    let (found, expected) = (pretty(&found), pretty(&expected));
    if equal {
        let message = if words.is_empty() { "not what was expected" } else { words };
        return Err(stage.not_as_expected(context, message, expected, found));
    }
    let message = if words.is_empty() { "expected something else than this" } else { words };
    Err(stage.not_as_expected(context, message, String::new(), found))
}

fn plain(what: &Dynamic) -> Fails<Value> {
    match what.read_lock::<Ran>() {
        Some(ran) => Ok(json!(ran.text())),
        None => json_of(what),
    }
}

fn pretty(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains('\n') => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}

/// Compares with what is kept. A test goes on after a difference, so that one `--update` takes all of them.
fn snapshot(context: &NativeCallContext<'_>, what: &Dynamic) -> Fails<()> {
    let stage = Stage::in_test(context)?;
    let text = match what.read_lock::<Ran>() {
        Some(ran) => ran.text(),
        None => pretty(&json_of(what)?),
    };
    let text = snapshot::trimmed(&text);
    let mut now = stage.now();
    let key = snapshot::key(&stage.0.test, now.taken.len() + 1);
    let kept = stage.0.kept.get(&key);
    if !stage.0.accept && kept != Some(&text) && now.differs.is_none() {
        let (message, kept) = match kept {
            Some(kept) => ("not as in the snapshot; if it is right, accept it with --update", kept.clone()),
            None => ("there is no snapshot yet; if this is right, accept it with --update", String::new()),
        };
        now.differs = Some((context.call_position(), message.to_owned(), kept, text.clone()));
    }
    now.taken.insert(key, text);
    Ok(())
}

fn field(ran: &Ran, name: &str) -> Fails<Dynamic> {
    let all = serde_json::to_value(ran).map_err(|e| fail(e.to_string()))?;
    let known = || all.as_object().into_iter().flat_map(serde_json::Map::keys).map(String::as_str);
    match all.get(name) {
        Some(value) => Ok(value::dynamic(value.clone())),
        None => Err(no_field("a run", name, known())),
    }
}

fn answer(context: &NativeCallContext<'_>, asked: &Ran, response: &Map) -> Fails<Ran> {
    let stage = Stage::in_test(context)?;
    let mut response = json_of(&Dynamic::from_map(response.clone()))?;
    fits::input_fits(crate::hook::node::Fields::Response, &response).map_err(fail)?;
    for (field, empty) in
        [("status", json!(200)), ("json", json!(null)), ("text", json!("")), ("error", json!(""))]
    {
        if response.get(field).is_none() {
            response[field] = empty;
        }
    }
    stage.ran(&Ask::Answer { asked: Box::new(asked.clone()), response })
}

type Context<'a> = NativeCallContext<'a>;

fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Ran>("Run");
    engine.register_fn("test", |c: Context<'_>, name: &str, function: FnPtr| test(&c, name, &function));
    engine.register_fn("sample", |name: &str| -> Fails<Dynamic> {
        samples::sample(name, 1).map(value::dynamic).map_err(fail)
    });
    engine.register_fn("sample", |name: &str, number: i64| -> Fails<Dynamic> {
        samples::sample(name, number).map(value::dynamic).map_err(fail)
    });
    engine.register_fn("due", |c: Context<'_>, hook: &str| due(&c, hook, &Map::new()));
    engine.register_fn("due", |c: Context<'_>, hook: &str, parts: Map| due(&c, hook, &parts));
    engine.register_fn("run", |c: Context<'_>, input: Map| run(&c, &input, None));
    engine.register_fn("run", |c: Context<'_>, input: Map, only: &str| run(&c, &input, Some(only)));
    engine.register_fn("answer", |c: Context<'_>, asked: Ran, response: Map| answer(&c, &asked, &response));
    engine.register_fn("settings", |c: Context<'_>, values: Map| set(&c, "", &values, |s| &mut s.settings));
    engine.register_fn("settings", |c: Context<'_>, plugin: &str, values: Map| {
        set(&c, plugin, &values, |s| &mut s.settings)
    });
    engine.register_fn("stored", |c: Context<'_>, values: Map| set(&c, "", &values, |s| &mut s.stored));
    engine.register_fn("stored", |c: Context<'_>, store: &str, values: Map| {
        set(&c, store, &values, |s| &mut s.stored)
    });
    engine.register_fn("use_script", |c: Context<'_>, name: &str| use_script(&c, name, false));
    engine.register_fn("only_script", |c: Context<'_>, name: &str| use_script(&c, name, true));
    engine.register_fn("expect", |c: Context<'_>, held: bool| expect(&c, held, ""));
    engine.register_fn("expect", |c: Context<'_>, held: bool, words: &str| expect(&c, held, words));
    for (name, equal) in [("expect_eq", true), ("expect_ne", false)] {
        engine.register_fn(name, move |c: Context<'_>, found: Dynamic, expected: Dynamic| {
            compare(&c, &found, &expected, equal, "")
        });
        engine.register_fn(name, move |c: Context<'_>, found: Dynamic, expected: Dynamic, words: &str| {
            compare(&c, &found, &expected, equal, words)
        });
    }
    engine.register_fn("snapshot", |c: Context<'_>, what: Dynamic| snapshot(&c, &what));
    engine.register_indexer_get(|ran: &mut Ran, name: &str| field(ran, name));
    engine.register_fn("mailed", |ran: Ran, address: &str| ran.mailed(address));
    engine
        .register_fn("asked", |ran: Ran, kind: &str| ran.effects.iter().any(|effect| effect["kind"] == kind));
    for name in ["to_string", "print", "to_debug", "debug"] {
        engine.register_fn(name, |ran: Ran| -> ImmutableString { ran.text().into() });
    }
}

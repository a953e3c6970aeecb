//! The one Rhai engine: what scripts may use, and nothing else. No clock, no randomness, no files.
//!
//! It holds no state: what a run or a load needs stands in the tag of its evaluation.

use super::call::Call;
use super::node::{METHODS, View};
use super::{
    defaults, draft, drive, effects, fail, library, limits, mail, memory, menu, meter, register, sealed,
    time, value,
};
use crate::event::catalogue;
use crate::event::driver::{DRIVERS, RESPONSE};
use crate::event::guard::{CONTEXT, DEFAULTS, GUARDS};
use crate::event::page::VIEW;
use rhai::packages::{
    BasicArrayPackage, BasicMapPackage, CorePackage, LogicPackage, MoreStringPackage, Package,
};
use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString, Map};
use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The engine.
pub fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(build)
}

/// Every function that scripts can call, with the numbers of values that it takes (the one before
/// the dot counted).
pub fn functions() -> &'static BTreeMap<String, BTreeSet<usize>> {
    static FUNCTIONS: OnceLock<BTreeMap<String, BTreeSet<usize>>> = OnceLock::new();
    FUNCTIONS.get_or_init(|| {
        let listed = without_fields().gen_fn_metadata_to_json(true).unwrap_or_default();
        let listed: serde_json::Value = serde_json::from_str(&listed).unwrap_or_default();
        let mut found: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for function in listed["functions"].as_array().into_iter().flatten() {
            let name =
                function["baseName"].as_str().or_else(|| function["name"].as_str()).unwrap_or_default();
            if let Some(name) = name.strip_prefix("get$").or_else(|| name.strip_prefix("set$")) {
                found.entry(name.to_owned()).or_default();
            } else if !name.is_empty() {
                let count = function["numParams"].as_u64().unwrap_or_default();
                found.entry(name.to_owned()).or_default().insert(usize::try_from(count).unwrap_or_default());
            }
        }
        found
    })
}

/// An engine with everything that hooks may use.
pub fn build() -> Engine {
    let mut engine = without_fields();
    fields(&mut engine);
    engine
}

/// The same, whose objects give their fields to the indexer alone.
fn without_fields() -> Engine {
    let mut engine = Engine::new_raw();
    CorePackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicArrayPackage::new().register_into_engine(&mut engine);
    BasicMapPackage::new().register_into_engine(&mut engine);
    MoreStringPackage::new().register_into_engine(&mut engine);
    limit(&mut engine);
    handles(&mut engine);
    time::register(&mut engine);
    objects(&mut engine);
    texts(&mut engine);
    lists(&mut engine);
    numbers(&mut engine);
    printing(&mut engine);
    draft::register(&mut engine);
    defaults::register(&mut engine);
    mail::register(&mut engine);
    effects::register(&mut engine);
    sealed::register(&mut engine);
    menu::register(&mut engine);
    drive::register(&mut engine);
    register::register(&mut engine);
    engine.set_module_resolver(library::Resolver);
    #[cfg(test)]
    for_tests(&mut engine);
    engine
}

/// How often tests called `count_for_tests`.
#[cfg(test)]
pub static ATTEMPTS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

/// What no script of a server can do: shows that the engine survives it.
#[cfg(test)]
fn for_tests(engine: &mut Engine) {
    engine.register_fn("panic_for_tests", || -> i64 { panic!("on purpose") });
    engine.register_fn("work_for_tests", |ms: i64| {
        let until = meter::used() + std::time::Duration::from_millis(ms.unsigned_abs());
        while meter::used() < until {}
    });
    engine.register_fn("count_for_tests", || {
        ATTEMPTS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    });
}

fn limit(engine: &mut Engine) {
    engine
        // Our meter counts callbacks as well, and so is first; this is the net below it.
        .set_max_operations(2 * limits::OPERATIONS)
        // The call of a hook's function is a level, too.
        .set_max_call_levels(limits::CALLS + 1)
        .set_max_expr_depths(limits::DEPTH, limits::DEPTH)
        .set_max_string_size(limits::TEXT)
        .set_max_array_size(limits::LIST)
        .set_max_map_size(limits::MAP)
        .set_max_variables(limits::VARIABLES)
        .set_max_functions(limits::FUNCTIONS)
        .set_max_modules(limits::MODULES)
        .set_strict_variables(true)
        .set_fail_on_invalid_map_property(true)
        .set_optimization_level(rhai::OptimizationLevel::None)
        .disable_symbol("eval");
    engine.on_progress(|_| meter::step().map(|_| Dynamic::UNIT));
    engine.on_print(meter::print);
    engine.on_debug(|text, _, _| meter::print(text));
    // The core package brings a `sleep`, which would hold a thread beyond any limit.
    for_numbers(engine, "sleep");
}

fn for_numbers(engine: &mut Engine, name: &'static str) {
    let refuse = move || -> Result<(), Box<EvalAltResult>> {
        Err(fail(format!("there is no `{name}`: a hook does not wait")))
    };
    engine.register_fn(name, move |_: i64| refuse());
    engine.register_fn(name, move |_: f64| refuse());
}

/// Handles are answered by value, so that Rhai does not turn them into locked cells when a closure
/// captures them: `event.account.users.filter(|u| u.email != event.actor.email)` just works.
fn handles(engine: &mut Engine) {
    let handles = [
        TypeId::of::<View>(),
        TypeId::of::<draft::Draft>(),
        TypeId::of::<mail::Mail>(),
        TypeId::of::<defaults::Form>(),
        TypeId::of::<menu::Handle>(),
        TypeId::of::<Call>(),
    ];
    #[expect(deprecated, reason = "Rhai marks what it may change later this way; the version is pinned")]
    engine.on_var(move |name, index, context| {
        let scope = context.scope();
        // The parser's index counts from the end, as `iter_raw` does.
        let value = if index > 0 {
            scope.iter_raw().nth(index - 1).map(|(_, _, value)| value)
        } else {
            scope.get(name)
        };
        let handle = |value: &&Dynamic| value.is_variant() && handles.contains(&value.type_id());
        Ok(value.filter(handle).cloned())
    });
}

fn objects(engine: &mut Engine) {
    engine.register_type_with_name::<View>("Object");
    // For names that no object has, and `event["field"]`.
    engine.register_indexer_get(|view: &mut View, name: &str| view.read(name));
    engine.register_fn("==", |a: View, b: View| a.same(&b));
    engine.register_fn("!=", |a: View, b: View| !a.same(&b));
    for method in METHODS {
        engine.register_fn(method.name, move |view: View, word: &str| view.call(method, word));
    }
}

/// Every field of any object is a getter, too: Rhai looks for one first, and where there is none makes an error, with its text, at
/// each access, before it asks the indexer.
fn fields(engine: &mut Engine) {
    let events = catalogue::EVENTS.iter().flat_map(|kind| kind.fields);
    let guards = GUARDS.iter().flat_map(|kind| kind.fields);
    let drivers = DRIVERS.iter().flat_map(|kind| kind.actions).flat_map(|action| action.request);
    let shapes = catalogue::shapes().into_iter().flat_map(|shape| shape.fields);
    let own = events.chain(guards).chain(drivers).chain(shapes);
    let common = catalogue::ENVELOPE.iter().chain(CONTEXT).chain(DEFAULTS).chain(VIEW).chain(RESPONSE);
    let names: BTreeSet<&'static str> = own.chain(common).map(|field| field.name).collect();
    for name in names {
        engine.register_get(name, move |view: &mut View| view.read(name));
    }
}

/// Rhai's `trim` and `replace` change the text in place and return nothing, which surprises everybody.
fn texts(engine: &mut Engine) {
    engine.register_fn("trim", |text: &str| -> ImmutableString { text.trim().into() });
    // Every form, since the core package's allocate whatever comes of it, and a process does not survive that.
    engine.register_fn("replace", |text: &str, find: &str, put: &str| replaced(text, find, put));
    engine.register_fn("replace", |text: &str, find: &str, put: char| {
        replaced(text, find, put.encode_utf8(&mut [0; 4]))
    });
    engine.register_fn("replace", |text: &str, find: char, put: &str| {
        replaced(text, find.encode_utf8(&mut [0; 4]), put)
    });
    engine.register_fn("replace", |text: &str, find: char, put: char| {
        replaced(text, find.encode_utf8(&mut [0; 4]), put.encode_utf8(&mut [0; 4]))
    });
    engine.register_fn("domain", |address: &str| -> String {
        address.rsplit_once('@').map(|(_, domain)| domain.trim().to_lowercase()).unwrap_or_default()
    });
    engine.register_fn("join", |list: Array, between: &str| -> Result<String, Box<EvalAltResult>> {
        let mut text = String::new();
        for (n, entry) in list.iter().enumerate() {
            if n > 0 {
                text.push_str(between);
            }
            text.push_str(&value::shown(entry));
            // Looked at as it grows: nothing stops a native function but itself.
            if text.len() > limits::TEXT {
                return Err(fail(format!("the text would be longer than {} bytes", limits::TEXT)));
            }
        }
        Ok(text)
    });
    engine.register_fn("parse_int", |text: &str| -> Result<i64, Box<EvalAltResult>> {
        text.trim().parse().map_err(|_| fail(format!("{text:?} is no whole number")))
    });
}

fn replaced(text: &str, find: &str, put: &str) -> Result<String, Box<EvalAltResult>> {
    let times = text.matches(find).count();
    if text.len().saturating_add(times.saturating_mul(put.len())) > limits::TEXT {
        return Err(fail(format!("the text would be longer than {} bytes", limits::TEXT)));
    }
    Ok(text.replace(find, put))
}

/// Rhai's `pad` looks at the sizes of lists, maps and texts, and not at what a function pointer carries.
fn lists(engine: &mut Engine) {
    engine.register_fn(
        "pad",
        |list: &mut Array, length: i64, item: Dynamic| -> Result<(), Box<EvalAltResult>> {
            let more = usize::try_from(length).unwrap_or(0).saturating_sub(list.len());
            if list.len() + more > limits::LIST {
                return Err(fail(format!("the list would have more than {} items", limits::LIST)));
            }
            let held = memory::held();
            let copy = item.clone();
            let size = usize::try_from(memory::held() - held).unwrap_or(0) + size_of::<Dynamic>();
            drop(copy);
            if size.saturating_mul(more) > limits::TEXT.max(limits::LIST * size_of::<Dynamic>()) {
                return Err(fail("the list would take too much memory"));
            }
            list.resize(list.len() + more, item);
            Ok(())
        },
    );
}

/// The mathematics package is left out for its `log`, which is ours.
fn numbers(engine: &mut Engine) {
    engine.register_fn("to_int", |number: f64| number as i64);
    engine.register_fn("to_int", |number: i64| number);
    engine.register_fn("to_float", |number: i64| number as f64);
    engine.register_fn("round", |number: f64| number.round());
    engine.register_fn("floor", |number: f64| number.floor());
    engine.register_fn("ceiling", |number: f64| number.ceil());
}

/// Rhai prints nested data by recursion without end; ours is cut at a depth.
fn printing(engine: &mut Engine) {
    for name in ["to_string", "print", "to_debug", "debug"] {
        engine.register_fn(name, |list: Array| value::shown(&Dynamic::from_array(list)));
        engine.register_fn(name, |map: Map| value::shown(&Dynamic::from_map(map)));
        engine.register_fn(name, |view: View| match view.text("name") {
            name if name.is_empty() => format!("({})", view.fields().title()),
            name => name,
        });
    }
}

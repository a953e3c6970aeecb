//! What a file's top level calls: the verbs, which register hooks and do nothing else.

use super::call::Verb;
use super::{error, fail, library::Loading, limits};
use crate::event::{catalogue, guard};
use crate::report::did_you_mean;
use rhai::{
    Array, Dynamic, Engine, EvalAltResult, FnPtr, GlobalRuntimeState, Map, NativeCallContext, Position,
};

/// Where a hook stands: one event or action, a family of them, or the permission boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Point {
    /// The event or action of this name.
    Exactly(String),
    /// Every event or action whose first word is this.
    Family(String),
    /// The permission boxes.
    Boxes,
}

impl Point {
    /// True if the hook serves the event or action of this name.
    pub fn serves(&self, name: &str) -> bool {
        match self {
            Point::Exactly(own) => own == name,
            Point::Family(word) => name.split('.').next() == Some(word),
            Point::Boxes => false,
        }
    }
}

impl std::fmt::Display for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Point::Exactly(name) => f.write_str(name),
            Point::Family(word) => write!(f, "{word}.*"),
            Point::Boxes => f.write_str("permission_defaults"),
        }
    }
}

/// What happens to an action when its guard fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// It goes on as if the hook were not there.
    Allow,
    /// It is refused.
    Deny,
}

/// The options that a hook was registered with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Its identity, if it names one.
    pub id: Option<String>,
    /// Its place in the order; 100 if unset.
    pub priority: Option<i64>,
    /// What lists call it.
    pub label: String,
    /// Guards only.
    pub on_failure: Option<OnFailure>,
}

/// Names of the options.
pub const OPTIONS: &[&str] = &["id", "priority", "label", "on_failure"];

/// A registration as it was made.
pub struct Registered {
    /// The verb.
    pub verb: Verb,
    /// What for.
    pub point: Point,
    /// With what.
    pub options: Options,
    /// The function, its captures frozen.
    pub function: FnPtr,
    /// What the function needs to run: the file's functions, imports and constants.
    pub state: GlobalRuntimeState,
    /// Where in the file.
    pub position: Position,
}

/// The point of this name for that verb.
///
/// # Errors
/// A sentence if there is none, with the one that may have been meant.
pub fn point(verb: Verb, name: &str) -> Result<Point, String> {
    let names: Vec<&'static str> = match verb {
        Verb::Before => guard::GUARDS.iter().map(|kind| kind.name).collect(),
        _ => catalogue::EVENTS.iter().map(|kind| kind.name).collect(),
    };
    if let Some(word) = name.strip_suffix(".*") {
        let words = || names.iter().filter_map(|name| name.split('.').next());
        if words().any(|known| known == word) {
            return Ok(Point::Family(word.to_owned()));
        }
        let hint = did_you_mean(word, words())
            .map(|near| format!("; did you mean \"{near}.*\"?"))
            .unwrap_or_default();
        return Err(format!("nothing that `{verb}` serves begins with {word:?}{hint}"));
    }
    if names.contains(&name) {
        return Ok(Point::Exactly(name.to_owned()));
    }
    let what = if verb == Verb::Before { "action" } else { "event" };
    let hint = match (did_you_mean(name, names.iter().copied()), verb) {
        (_, Verb::Before) if catalogue::find(name).is_some() => {
            "; that is an event, which has happened already: use on() or route(), or the action's name"
                .to_owned()
        }
        (_, Verb::On | Verb::Route) if guard::find(name).is_some() => {
            "; that is an action, which has not happened yet: use before(), or the event's name".to_owned()
        }
        (Some(near), _) => format!("; did you mean {near:?}?"),
        (None, _) => String::new(),
    };
    Err(format!("there is no {what} {name:?}{hint}"))
}

fn options(verb: Verb, map: &Map) -> Result<Options, String> {
    let mut options = Options::default();
    for (key, value) in map {
        let text = || value.clone().into_string().map_err(|_| format!("the option `{key}` must be a text"));
        match key.as_str() {
            "id" => {
                let id = text()?;
                if id.trim().is_empty() {
                    return Err("the option `id` must not be empty".into());
                }
                options.id = Some(id);
            }
            "label" => options.label = text()?,
            "priority" => {
                options.priority = Some(
                    value.as_int().map_err(|_| "the option `priority` must be a whole number".to_owned())?,
                );
            }
            "on_failure" if verb != Verb::Before => {
                return Err(format!("the option `on_failure` is for `before` hooks, not for `{verb}`"));
            }
            "on_failure" => {
                options.on_failure = Some(match text()?.as_str() {
                    "allow" => OnFailure::Allow,
                    "deny" => OnFailure::Deny,
                    other => {
                        return Err(format!(
                            "the option `on_failure` is \"allow\" or \"deny\", not {other:?}"
                        ));
                    }
                });
            }
            _ => {
                let hint = did_you_mean(key, OPTIONS.iter().copied())
                    .map(|near| format!("; did you mean `{near}`?"))
                    .unwrap_or_default();
                return Err(format!("there is no option `{key}`{hint}"));
            }
        }
    }
    Ok(options)
}

/// A private copy of what a closure captured: Rhai captures by shared cell, which would carry
/// state from one run to the next and from one thread to another.
fn freeze(value: &Dynamic) -> Dynamic {
    let value = value.flatten_clone();
    if let Some(list) = value.read_lock::<Array>() {
        return Dynamic::from_array(list.iter().map(freeze).collect());
    }
    if let Some(map) = value.read_lock::<Map>() {
        return Dynamic::from_map(map.iter().map(|(key, value)| (key.clone(), freeze(value))).collect());
    }
    if let Some(function) = value.read_lock::<FnPtr>() {
        return Dynamic::from(frozen(&function));
    }
    value
}

fn frozen(function: &FnPtr) -> FnPtr {
    let mut function = function.clone();
    function.iter_curry_mut().for_each(|value| *value = freeze(value));
    function
}

/// How many values a function of the file takes, captured ones not counted.
fn arity(context: &NativeCallContext<'_>, function: &FnPtr) -> Vec<usize> {
    let captured = function.curry().len();
    let all = context.iter_namespaces().flat_map(rhai::Module::iter_script_fn_info);
    all.filter(|(_, _, name, ..)| *name == function.fn_name())
        .map(|(_, _, _, count, _)| count.saturating_sub(captured))
        .collect()
}

fn add(
    context: &NativeCallContext<'_>,
    verb: Verb,
    name: Option<&str>,
    map: &Map,
    function: &FnPtr,
) -> Result<(), Box<EvalAltResult>> {
    let loading = Loading::of(context, verb.word())?;
    let point = match name {
        Some(name) => point(verb, name).map_err(fail)?,
        None => Point::Boxes,
    };
    let options = options(verb, map).map_err(fail)?;
    let takes = arity(context, function);
    if !takes.is_empty() && !takes.contains(&verb.arguments()) {
        let wants = if verb == Verb::Route { "two parameters: |mail, event|" } else { "one parameter" };
        return Err(fail(format!(
            "the function of a `{verb}` hook takes {wants}; this one takes {}",
            takes[0]
        )));
    }
    let registered = Registered {
        verb,
        point,
        options,
        function: frozen(function),
        state: context.global_runtime_state().clone(),
        position: context.call_position(),
    };
    if loading.add(registered) > limits::HOOKS {
        return Err(fail(format!("a file may register {} hooks, no more", limits::HOOKS)));
    }
    Ok(())
}

/// Makes the verbs known to the engine.
pub fn register(engine: &mut Engine) {
    for verb in [Verb::Before, Verb::Route, Verb::On] {
        engine.register_fn(
            verb.word(),
            move |context: NativeCallContext<'_>, name: &str, function: FnPtr| {
                add(&context, verb, Some(name), &Map::new(), &function)
            },
        );
        engine.register_fn(
            verb.word(),
            move |context: NativeCallContext<'_>, name: &str, options: Map, function: FnPtr| {
                add(&context, verb, Some(name), &options, &function)
            },
        );
    }
    let verb = Verb::PermissionDefaults;
    engine.register_fn(verb.word(), move |context: NativeCallContext<'_>, function: FnPtr| {
        add(&context, verb, None, &Map::new(), &function)
    });
    engine.register_fn(verb.word(), move |context: NativeCallContext<'_>, options: Map, function: FnPtr| {
        add(&context, verb, None, &options, &function)
    });
    for later in ["every", "driver", "menu", "panel"] {
        engine.register_fn(later, move |_: &str, _: Dynamic| -> Result<(), Box<EvalAltResult>> {
            Err(error::not_yet(later))
        });
        engine.register_fn(later, move |_: &str, _: Dynamic, _: Dynamic| -> Result<(), Box<EvalAltResult>> {
            Err(error::not_yet(later))
        });
    }
}

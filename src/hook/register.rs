//! What a file's top level calls: the verbs, which register hooks and do nothing else.

use super::call::Verb;
use super::schedule::{self, Schedule};
use super::{fail, library::Loading, limits};
use crate::event::catalogue::{self, EventKind};
use crate::event::{driver, guard, page};
use crate::report::did_you_mean;
use rhai::{
    Array, Dynamic, Engine, EvalAltResult, FnPtr, GlobalRuntimeState, Map, NativeCallContext, Position,
};

/// Where a hook stands: one event, action or page, a family of them, the permission boxes, a
/// schedule, or an outside system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Point {
    /// The event or action of this name.
    Exactly(String),
    /// Every event or action whose first word is this.
    Family(String),
    /// The permission boxes.
    Boxes,
    /// A schedule.
    Schedule(Schedule),
    /// One half of what an outside system is asked.
    Driver(Half),
}

/// One half of an action of a driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Half {
    /// The kind of driver, such as `provisioning`.
    pub kind: &'static str,
    /// The driver's own name, such as `whm`.
    pub name: String,
    /// The action, such as `single_sign_on`.
    pub action: &'static str,
    /// True for the second half, which reads the answer.
    pub done: bool,
}

impl Point {
    /// True if the hook serves the event or action of this name.
    pub fn serves(&self, name: &str) -> bool {
        match self {
            Point::Exactly(own) => own == name,
            Point::Family(word) => name.split('.').next() == Some(word),
            Point::Boxes => name == "permission_defaults",
            Point::Schedule(_) | Point::Driver(_) => false,
        }
    }

    /// True if the hook may run on events of this kind.
    pub fn serves_kind(&self, kind: &EventKind) -> bool {
        match self {
            Point::Exactly(own) => catalogue::find(own).is_some_and(|known| known.name == kind.name),
            Point::Schedule(_) => kind.name == "schedule.due",
            _ => self.serves(kind.name),
        }
    }

    /// How often and over what, if it is a schedule.
    pub fn schedule(&self) -> Option<&Schedule> {
        match self {
            Point::Schedule(schedule) => Some(schedule),
            _ => None,
        }
    }
}

impl std::fmt::Display for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Point::Exactly(name) => f.write_str(name),
            Point::Family(word) => write!(f, "{word}.*"),
            Point::Boxes => f.write_str("permission_defaults"),
            Point::Schedule(schedule) => {
                write!(f, "every {}", schedule.text)?;
                schedule.over.map_or(Ok(()), |over| write!(f, " over {over}"))
            }
            Point::Driver(half) => {
                write!(f, "{}/{}.{}", half.kind, half.name, half.action)?;
                f.write_str(if half.done { "_done" } else { "" })
            }
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
    /// Schedules only: what it goes over.
    pub over: Option<&'static str>,
}

/// Names of the options, and the verb that alone has each, if one does.
pub const OPTIONS: &[(&str, Option<Verb>)] = &[
    ("id", None),
    ("priority", None),
    ("label", None),
    ("on_failure", Some(Verb::Before)),
    ("over", Some(Verb::Every)),
];

/// Each option: its name, the verb that alone has it, and what it is for, in a sentence.
pub fn option_words() -> impl Iterator<Item = (&'static str, Option<Verb>, &'static str)> {
    OPTIONS.iter().map(|(name, only)| {
        let doc = match *name {
            "id" => "Its identity in traces and lists; the file, the point and a number if left out.",
            "priority" => "Lower runs first; 100 if left out. Ties go by file name, then by place in the file.",
            "label" => "What lists call it.",
            "on_failure" => "`\"allow\"` or `\"deny\"`: what happens to the action when the hook fails.",
            "over" => "Runs once for each open `\"ticket\"`, `\"account\"` or pending `\"invite\"`, with its snapshot.",
            _ => "",
        };
        (*name, *only, doc)
    })
}

/// Names of all options.
pub fn option_names() -> impl Iterator<Item = &'static str> {
    OPTIONS.iter().map(|(name, _)| *name)
}

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
        Verb::Menu => page::MENUS.iter().map(|place| place.name).collect(),
        Verb::Panel => page::PANELS.iter().map(|place| place.name).collect(),
        _ => catalogue::heard().map(|kind| kind.name).collect(),
    };
    let of_events = matches!(verb, Verb::On | Verb::Route);
    if of_events && matches!(name, "schedule.due" | "schedule.*") {
        return Err(format!(
            "no `{verb}` hook hears {name:?}: it runs the `every` hook whose time has come; write every(\"1 hour\", #{{ over: \"ticket\" }}, |event| {{ … }})"
        ));
    }
    if of_events && catalogue::is_custom(name) {
        return Ok(Point::Exactly(name.to_owned()));
    }
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
    let what = match verb {
        Verb::Before => "action",
        Verb::Menu => "menu",
        Verb::Panel => "place for a panel",
        _ => "event",
    };
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
            name if OPTIONS
                .iter()
                .any(|(own, only)| *own == name && only.is_some_and(|only| only != verb)) =>
            {
                let only = OPTIONS.iter().find_map(|(own, only)| (*own == name).then_some(*only).flatten());
                let only = only.map_or("", Verb::word);
                return Err(format!("the option `{name}` is for `{only}` hooks, not for `{verb}`"));
            }
            "over" => options.over = Some(schedule::over(&text()?)?),
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
                let hint = did_you_mean(key, option_names())
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

/// A function that shares nothing with the place where it was made.
pub fn frozen(function: &FnPtr) -> FnPtr {
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
    let options = options(verb, map).map_err(fail)?;
    let point = match (verb, name) {
        (Verb::Every, Some(text)) => Point::Schedule(Schedule {
            text: text.trim().to_owned(),
            period: schedule::period(text).map_err(fail)?,
            over: options.over,
        }),
        (_, Some(name)) => point(verb, name).map_err(fail)?,
        (_, None) => Point::Boxes,
    };
    keep(context, &loading, verb, point, options, function)
}

fn keep(
    context: &NativeCallContext<'_>,
    loading: &Loading,
    verb: Verb,
    point: Point,
    options: Options,
    function: &FnPtr,
) -> Result<(), Box<EvalAltResult>> {
    let takes = arity(context, function);
    let wanted = parameters(verb, &point);
    if !takes.is_empty() && !takes.contains(&wanted.len()) {
        return Err(fail(wrong_arity(verb, &wanted, takes[0])));
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

/// What the parameters of a hook's function are called.
pub fn parameters(verb: Verb, point: &Point) -> Vec<&'static str> {
    let second = matches!(point, Point::Driver(half) if half.done);
    verb.parameters().iter().copied().chain(second.then_some("response")).collect()
}

/// The sentence for a function that takes another number of values.
pub fn wrong_arity(verb: Verb, wanted: &[&str], takes: usize) -> String {
    let count =
        if wanted.len() == 1 { "one parameter".to_owned() } else { format!("{} parameters", wanted.len()) };
    let count = count.replace("2 parameters", "two parameters");
    let article = super::check::article(verb.word());
    format!(
        "the function of {article} `{verb}` hook takes {count}: |{}|; this one takes {takes}",
        wanted.join(", ")
    )
}

/// The halves that a driver's map names.
///
/// # Errors
/// A sentence if the kind, or one of the keys, is unknown, or a first half lacks its second.
pub fn halves(kind: &str, name: &str, keys: &[&str]) -> Result<Vec<Half>, String> {
    let kinds = || driver::DRIVERS.iter().map(|kind| kind.name);
    let known = driver::find(kind).ok_or_else(|| {
        let hint = did_you_mean(kind, kinds()).map(|near| format!("; did you mean {near:?}?"));
        let all = kinds().collect::<Vec<_>>().join(", ");
        format!("there is no kind of driver {kind:?}{}", hint.unwrap_or_else(|| format!("; there is {all}")))
    })?;
    if name.trim().is_empty() {
        return Err("a driver has a name: driver(\"provisioning\", \"whm\", #{ … })".into());
    }
    let half = |key: &&str| {
        let (action, done) = key.strip_suffix("_done").map_or((*key, false), |action| (action, true));
        let Some(action) = known.action(action) else {
            let all: Vec<String> = known.keys().collect();
            let hint = did_you_mean(key, all.iter().map(String::as_str))
                .map(|near| format!("; did you mean `{near}`?"));
            let hint = hint.unwrap_or_else(|| format!("; it has {}", all.join(", ")));
            return Err(format!("a {kind} driver has no `{key}`{hint}"));
        };
        Ok(Half { kind: known.name, name: name.to_owned(), action: action.name, done })
    };
    let halves: Vec<Half> = keys.iter().map(half).collect::<Result<_, _>>()?;
    let lacking = halves
        .iter()
        .find(|half| !halves.iter().any(|other| other.action == half.action && other.done != half.done));
    match lacking {
        Some(half) if half.done => {
            Err(format!("`{0}_done` reads the answer to `{0}`, which is not there", half.action))
        }
        Some(half) => Err(format!("`{0}` asks, and no `{0}_done` reads the answer", half.action)),
        None => Ok(halves),
    }
}

fn driver(
    context: &NativeCallContext<'_>,
    kind: &str,
    name: &str,
    map: &Map,
) -> Result<(), Box<EvalAltResult>> {
    let loading = Loading::of(context, Verb::Driver.word())?;
    let keys: Vec<&str> = map.keys().map(rhai::Identifier::as_str).collect();
    for half in halves(kind, name, &keys).map_err(fail)? {
        let key = format!("{}{}", half.action, if half.done { "_done" } else { "" });
        let function = map.get(key.as_str()).and_then(|value| value.read_lock::<FnPtr>().map(|f| f.clone()));
        let Some(function) = function else {
            return Err(fail(format!("`{key}` of a driver is a function: {key}: |request| …")));
        };
        let options = Options { id: Some(format!("{kind}/{name}.{key}")), ..Options::default() };
        keep(context, &loading, Verb::Driver, Point::Driver(half), options, &function)?;
    }
    Ok(())
}

/// Makes the verbs known to the engine.
pub fn register(engine: &mut Engine) {
    for verb in [Verb::Before, Verb::Route, Verb::On, Verb::Every, Verb::Menu, Verb::Panel] {
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
    engine.register_fn(
        Verb::Driver.word(),
        move |context: NativeCallContext<'_>, kind: &str, name: &str, map: Map| {
            driver(&context, kind, name, &map)
        },
    );
}

//! Samples for tests: the catalogue's, as maps that a test may change.

use crate::event::catalogue::{self, EventKind};
use crate::event::driver::{self, DriverAction};
use crate::event::guard::{self, GuardKind};
use crate::event::page;
use crate::hook::node::Fields;
use crate::report::did_you_mean;
use serde_json::{Value, json};

/// What an input is for.
#[derive(Clone, Copy, Debug)]
pub enum Point {
    /// An event.
    Event(&'static EventKind),
    /// A guarded action.
    Guard(&'static GuardKind),
    /// The permission boxes.
    Defaults,
    /// A menu.
    Menu(&'static str),
    /// A place for panels.
    Panel(&'static str),
    /// What a kind of driver is asked.
    Driver(&'static str, &'static DriverAction),
}

impl Point {
    /// Which fields its inputs have.
    pub fn fields(self) -> Fields {
        match self {
            Point::Event(kind) => Fields::Event(kind),
            Point::Guard(kind) => Fields::Draft(kind),
            Point::Defaults => Fields::Defaults,
            Point::Menu(_) | Point::Panel(_) => Fields::Page,
            Point::Driver(_, action) => Fields::Request(action),
        }
    }

    /// The catalogue's samples of such an input.
    pub fn samples(self) -> Vec<Value> {
        match self {
            Point::Event(kind) => (kind.samples)(),
            // The form that is only being shown is the same draft with `composing`: a test sets it if it means it.
            Point::Guard(kind) => {
                let mut samples = (kind.samples)();
                samples.sort_by_key(|draft| draft["composing"] == true);
                samples
            }
            Point::Defaults => guard::defaults_samples(),
            Point::Menu(_) | Point::Panel(_) => page::samples(),
            Point::Driver(_, action) => (action.samples)(),
        }
    }
}

/// What the name stands for: an event, an action, `permission_defaults`, a menu, a place for panels, or a kind of
/// driver with what it is asked (`provisioning.single_sign_on`).
///
/// # Errors
/// A sentence if it is none of those.
pub fn point(name: &str) -> Result<Point, String> {
    let of_driver = || {
        let (kind, action) = name.split_once('.')?;
        let kind = driver::find(kind)?;
        Some(Point::Driver(kind.name, kind.action(action)?))
    };
    let place =
        |places: &'static [page::Place]| places.iter().map(|place| place.name).find(|own| *own == name);
    if let Some(kind) = catalogue::find(name) {
        return Ok(Point::Event(kind));
    }
    let found = guard::find(name)
        .map(Point::Guard)
        .or_else(|| (name == "permission_defaults").then_some(Point::Defaults))
        .or_else(|| place(page::MENUS).map(Point::Menu))
        .or_else(|| place(page::PANELS).map(Point::Panel))
        .or_else(of_driver);
    found.ok_or_else(|| {
        let near = did_you_mean(name, names().iter().map(String::as_str)).map(str::to_owned);
        let hint = near.map(|near| format!("; did you mean {near:?}?"));
        format!("there is no event, action or place {name:?}{}", hint.unwrap_or_default())
    })
}

fn names() -> Vec<String> {
    let events = catalogue::EVENTS.iter().map(|kind| kind.name.to_owned());
    let guards = guard::GUARDS.iter().map(|kind| kind.name.to_owned());
    let places = page::MENUS.iter().chain(page::PANELS).map(|place| place.name.to_owned());
    let asked = driver::DRIVERS
        .iter()
        .flat_map(|kind| kind.actions.iter().map(|action| format!("{}.{}", kind.name, action.name)));
    let all = events.chain(guards).chain(places).chain(asked);
    all.chain(["permission_defaults".to_owned()]).collect()
}

/// A sample of the point of this name, counted from 1. All but events carry their `point`.
///
/// # Errors
/// A sentence if there is no such point, or it has fewer samples.
pub fn sample(name: &str, number: i64) -> Result<Value, String> {
    let point = point(name)?;
    let mut samples = point.samples();
    let count = samples.len();
    let place = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    let Some(place) = place.filter(|place| *place < count) else {
        return Err(format!("{name} has {count} samples, counted from 1; there is no number {number}"));
    };
    let mut sample = samples.swap_remove(place);
    if catalogue::is_custom(name) {
        sample["name"] = json!(name);
    }
    if !matches!(point, Point::Event(_)) {
        sample["point"] = json!(name);
    }
    Ok(sample)
}

/// The event on which an `every` hook runs. `parts` is laid over the sample, field by field.
pub fn due(hook: &str, over: Option<&str>, parts: &Value) -> Value {
    let mut samples = Point::Event(<catalogue::ScheduleDue as catalogue::Payload>::KIND).samples();
    // The first has all subjects, the second none.
    let (full, mut event) = (samples.remove(0), samples.remove(0));
    event["hook"] = json!(hook);
    for (field, word) in [("ticket", "ticket"), ("account", "account"), ("invite", "invite")] {
        let named = over == Some(word) || parts.get(field).is_some();
        // What goes over tickets or invites has their account, too.
        if named || (field == "account" && over.is_some()) {
            event[field] = full[field].clone();
        }
    }
    lay_over(&mut event, parts);
    event
}

fn lay_over(base: &mut Value, parts: &Value) {
    match (base, parts) {
        (Value::Object(base), Value::Object(parts)) => {
            for (key, part) in parts {
                lay_over(base.entry(key.clone()).or_insert(Value::Null), part);
            }
        }
        (base, parts) => *base = parts.clone(),
    }
}

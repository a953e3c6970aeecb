//! Objects of an event or draft, as scripts see them: handles whose fields are decoded when a
//! script first mentions them.

use super::time::{Length, Moment};
use super::value;
use crate::event::catalogue::{ENVELOPE, EventKind};
use crate::event::data::{Account, Contact, Person, User};
use crate::event::driver::{DriverAction, RESPONSE};
use crate::event::guard::{CONTEXT, DEFAULTS, GuardKind};
use crate::event::page::VIEW;
use crate::event::shape::{Field, Kind, Shape};
use crate::report::did_you_mean;
use rhai::{Dynamic, EvalAltResult, Position};
use serde_json::{Map, Value};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Which fields an object has.
#[derive(Clone, Copy, Debug)]
pub enum Fields {
    /// An event of this kind.
    Event(&'static EventKind),
    /// The draft of this action.
    Draft(&'static GuardKind),
    /// What `permission_defaults` hooks get.
    Defaults,
    /// What `menu` and `panel` hooks see of the page.
    Page,
    /// What a driver is asked.
    Request(&'static DriverAction),
    /// What an outside system answered.
    Response,
    /// An object inside one of those.
    Shape(&'static Shape),
}

impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other) && self.title() == other.title()
    }
}

impl Fields {
    /// All fields, own ones first.
    pub fn all(self) -> impl Iterator<Item = &'static Field> {
        let (own, common): (&'static [Field], &'static [Field]) = match self {
            Fields::Event(kind) => (kind.fields, ENVELOPE),
            Fields::Draft(kind) => (kind.fields, CONTEXT),
            Fields::Defaults => (DEFAULTS, CONTEXT),
            Fields::Page => (VIEW, &[]),
            Fields::Request(action) => (action.request, &[]),
            Fields::Response => (RESPONSE, &[]),
            Fields::Shape(shape) => (shape.fields, &[]),
        };
        own.iter().chain(common)
    }

    /// The field of this name.
    pub fn field(self, name: &str) -> Option<&'static Field> {
        self.all().find(|field| field.name == name)
    }

    /// What messages call such an object.
    pub fn title(self) -> &'static str {
        match self {
            Fields::Event(kind) => kind.name,
            Fields::Draft(kind) => kind.name,
            Fields::Defaults => "permission_defaults",
            Fields::Page => "view",
            Fields::Request(_) => "request",
            Fields::Response => "response",
            Fields::Shape(shape) => shape.name,
        }
    }

    /// True if objects of this kind have the shape of that name.
    pub fn is(self, shape: &Shape) -> bool {
        matches!(self, Fields::Shape(own) if own.name == shape.name)
    }
}

/// A handle on an object: cheap to copy, safe to share, never changed.
#[derive(Clone)]
pub struct View(Arc<Node>);

struct Node {
    fields: Fields,
    slots: Vec<(&'static Field, Slot)>,
}

/// A field's value: JSON until somebody asks for it, then what scripts see.
struct Slot {
    raw: Mutex<Option<Value>>,
    made: OnceLock<Dynamic>,
    /// True while nobody has asked for what stands here ready.
    unread: AtomicBool,
}

impl Slot {
    fn new(raw: Option<Value>) -> Self {
        Self { raw: Mutex::new(raw), made: OnceLock::new(), unread: AtomicBool::new(false) }
    }

    fn get(&self, kind: &Kind) -> &Dynamic {
        if self.unread.load(Ordering::Relaxed) {
            self.unread.store(false, Ordering::Relaxed);
        }
        self.made.get_or_init(|| decode(kind, self.raw.lock().unwrap_or_else(PoisonError::into_inner).take()))
    }
}

impl View {
    /// An object of these fields. What the JSON lacks (an event stored by an earlier release) is empty.
    pub fn new(fields: Fields, json: Value) -> Self {
        let json = match json {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        let mut slots: Vec<_> = fields.all().map(|field| (field, Slot::new(None))).collect();
        let mut next = 0;
        for (name, value) in json {
            // What we wrote ourselves comes in the order of the shape.
            let at = match slots.get(next) {
                Some((field, _)) if field.name == name => Some(next),
                _ => slots.iter().position(|(field, _)| field.name == name),
            };
            if let Some(at) = at {
                slots[at].1 = Slot::new(Some(value));
                next = at + 1;
            }
        }
        View(Arc::new(Node { fields, slots }))
    }

    /// As [`View::new`], with one field decoded already, and shared with others that have the same.
    pub fn sharing(fields: Fields, json: Value, name: &str, shared: View) -> Self {
        let View(node) = Self::new(fields, json);
        if let Some((_, slot)) = node.slots.iter().find(|(field, _)| field.name == name) {
            slot.raw.lock().unwrap_or_else(PoisonError::into_inner).take();
            // A slot that was just made is empty.
            let _ = slot.made.set(Dynamic::from(shared));
            slot.unread.store(true, Ordering::Relaxed);
        }
        View(node)
    }

    /// Which fields it has.
    pub fn fields(&self) -> Fields {
        self.0.fields
    }

    /// The value of a field, if there is such a field.
    pub fn get(&self, name: &str) -> Option<Dynamic> {
        self.0
            .slots
            .iter()
            .find(|(field, _)| field.name == name)
            .map(|(field, slot)| slot.get(&field.kind).clone())
    }

    /// The value of a field, or the error that a script's author sees.
    pub fn read(&self, name: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        self.get(name).ok_or_else(|| {
            no_field(&format!("`{}`", self.0.fields.title()), name, self.0.fields.all().map(|f| f.name))
        })
    }

    /// The text of a field; empty if it has none.
    pub fn text(&self, name: &str) -> String {
        self.get(name).and_then(|value| value.into_string().ok()).unwrap_or_default()
    }

    /// True if a yes-or-no field says yes.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.as_bool().unwrap_or_default())
    }

    /// The object in a field.
    pub fn object(&self, name: &str) -> Option<View> {
        self.get(name)?.try_cast()
    }

    /// The objects of a list field.
    pub fn objects(&self, name: &str) -> Vec<View> {
        let list = self.get(name).and_then(|list| list.into_array().ok()).unwrap_or_default();
        list.into_iter().filter_map(Dynamic::try_cast).collect()
    }

    /// True if a list-of-text field has this item.
    pub fn lists(&self, name: &str, item: &str) -> bool {
        let list = self.get(name).and_then(|list| list.into_array().ok()).unwrap_or_default();
        list.iter()
            .any(|entry| entry.read_lock::<rhai::ImmutableString>().is_some_and(|text| text.as_str() == item))
    }

    /// False for the empty object that stands where nobody is.
    pub fn exists(&self) -> bool {
        self.0.fields.field("exists").is_none() || self.flag("exists")
    }

    /// The fields that somebody has read, as paths from `name` on: `event.ticket.subject`, `event.account.users[].email`.
    /// An object that was only looked at stands there by itself.
    pub fn mentioned(&self, name: &str) -> std::collections::BTreeSet<String> {
        let mut found = std::collections::BTreeSet::new();
        let read = self.0.slots.iter().filter(|(_, slot)| !slot.unread.load(Ordering::Relaxed));
        let read = read.filter_map(|(field, slot)| Some((field, slot.made.get()?)));
        for (field, value) in read {
            let path = format!("{name}.{}", field.name);
            let mut below = std::collections::BTreeSet::new();
            if let Some(view) = value.read_lock::<View>() {
                below = view.mentioned(&path);
            } else if let Some(list) = value.read_lock::<rhai::Array>() {
                let views = list.iter().filter_map(|one| one.read_lock::<View>().map(|view| view.clone()));
                below = views.flat_map(|view| view.mentioned(&format!("{path}[]"))).collect();
            }
            if below.is_empty() {
                below.insert(path);
            }
            found.extend(below);
        }
        found
    }

    /// True if both are the same person or thing: by id, or by e-mail address in any spelling.
    pub fn same(&self, other: &View) -> bool {
        let (id, email) = (self.text("id"), self.text("email"));
        (!id.is_empty() && id == other.text("id"))
            || (!email.is_empty() && same_address(&email, &other.text("email")))
    }

    /// The object as JSON, for what leaves the script.
    pub fn json(&self) -> Value {
        let entry = |(field, slot): &(&'static Field, Slot)| {
            let raw = slot.raw.lock().unwrap_or_else(PoisonError::into_inner).clone();
            // What stands ready counts; the rest as it came, without decoding it.
            let json = match (slot.made.get(), raw) {
                (None, Some(raw)) => raw,
                _ => value::json(slot.get(&field.kind)).unwrap_or_default(),
            };
            (field.name.to_owned(), json)
        };
        Value::Object(self.0.slots.iter().map(entry).collect())
    }
}

/// Two addresses are one if they differ in case only.
pub fn same_address(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim(), b.trim());
    a.eq_ignore_ascii_case(b) || (!(a.is_ascii() && b.is_ascii()) && a.to_lowercase() == b.to_lowercase())
}

/// The error for a field that is not there, with the one that may have been meant.
pub fn no_field<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Box<EvalAltResult> {
    let hint = did_you_mean(name, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Box::new(EvalAltResult::ErrorRuntime(
        format!("{what} has no field `{name}`{hint}").into(),
        Position::NONE,
    ))
}

/// JSON of a field as scripts see it; what is missing or of another kind is empty.
fn decode(kind: &Kind, json: Option<Value>) -> Dynamic {
    let json = json.unwrap_or_default();
    match kind {
        Kind::Text => json.as_str().unwrap_or_default().into(),
        Kind::Int => json.as_i64().unwrap_or_default().into(),
        Kind::Bool => json.as_bool().unwrap_or_default().into(),
        Kind::Time => Dynamic::from(Moment::new(json.as_i64().unwrap_or_default())),
        Kind::Span => Dynamic::from(Length(json.as_i64().unwrap_or_default())),
        Kind::Object(shape) => Dynamic::from(View::new(Fields::Shape(shape), json)),
        Kind::List(item) => match json {
            Value::Array(list) => {
                list.into_iter().map(|entry| decode(item, Some(entry))).collect::<rhai::Array>().into()
            }
            _ => rhai::Array::new().into(),
        },
        Kind::Any => value::dynamic(json),
    }
}

/// A function of some objects: its name, whose it is, what it takes, what it says.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// The name.
    pub name: &'static str,
    /// Shapes that have it.
    pub of: &'static [&'static Shape],
    /// What its one argument is, for the check.
    pub takes: Argument,
    /// What it gives.
    pub gives: Kind,
}

/// What a word in a script must be one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A permission key.
    Permission,
    /// A mail category.
    Category,
}

/// Every function of objects.
pub static METHODS: &[Method] = &[
    Method {
        name: "users_with",
        of: &[&Account::SHAPE],
        takes: Argument::Permission,
        gives: Kind::List(&Kind::Object(&User::SHAPE)),
    },
    Method {
        name: "users_for",
        of: &[&Account::SHAPE],
        takes: Argument::Category,
        gives: Kind::List(&Kind::Object(&User::SHAPE)),
    },
    Method {
        name: "contacts_for",
        of: &[&Account::SHAPE],
        takes: Argument::Category,
        gives: Kind::List(&Kind::Object(&Contact::SHAPE)),
    },
    Method { name: "may", of: &[&User::SHAPE], takes: Argument::Permission, gives: Kind::Bool },
    Method {
        name: "wants",
        of: &[&Account::SHAPE, &User::SHAPE, &Contact::SHAPE],
        takes: Argument::Category,
        gives: Kind::Bool,
    },
];

impl View {
    /// Calls one of [`METHODS`].
    pub fn call(&self, method: &Method, word: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        if !method.of.iter().any(|shape| self.0.fields.is(shape)) {
            let of: Vec<_> = method.of.iter().map(|shape| shape.name).collect();
            return Err(super::fail(format!(
                "`{}` has no function `{}`: that is one of {}",
                self.0.fields.title(),
                method.name,
                of.join(", ")
            )));
        }
        value::word(method.takes, word).map_err(super::fail)?;
        let those = |list: &str, field: &str| {
            let found = self.objects(list).into_iter().filter(|one| one.lists(field, word));
            Dynamic::from_array(found.map(Dynamic::from).collect())
        };
        Ok(match method.name {
            "users_with" => those("users", "permissions"),
            "users_for" => those("users", "categories"),
            "contacts_for" => those("contacts", "categories"),
            "may" => self.lists("permissions", word).into(),
            _ => self.lists("categories", word).into(),
        })
    }
}

/// True for shapes of which mail can be sent to somebody.
pub fn is_somebody(fields: Fields) -> bool {
    [&Account::SHAPE, &User::SHAPE, &Contact::SHAPE, &Person::SHAPE, &crate::event::data::Department::SHAPE]
        .iter()
        .any(|shape| fields.is(shape))
}

//! What a template sees: `event`, `to`, `reason`, `vars`, `brand`, `links`.

use super::date::Language;
use crate::{
    effect::Target,
    event::{Part, Whole},
};
use minijinja::value::{Enumerator, Object, ObjectRepr, Serde, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The accent of a host that has set none, or none that is a colour.
const ACCENT: &str = "#1d6f5f";
/// The same on dark pages.
const ACCENT_DARK: &str = "#5cc4ae";
/// A name that no template can write, under which filters find the reader's language and zone.
pub(super) const READER: &str = "the reader";

/// Everything that one mail to one recipient is made from.
#[derive(Clone, Debug, Default)]
pub struct MessageContext {
    /// The event, as stored.
    pub event: Whole,
    /// Who gets it; the locale chooses the language, the time zone the dates.
    pub to: Target,
    /// Why, in words that follow the recipient's address, such as "may open tickets".
    pub reason: String,
    /// What `email()` passed; an empty object otherwise.
    pub vars: Json,
    /// The host.
    pub brand: Arc<Brand>,
    /// Links with a secret, by name; only those that the event declares.
    pub links: BTreeMap<String, String>,
    /// Messages in the recipient's language, by id: `permission-KEY` for `| permission`, `word-…` for `| word`.
    pub words: Arc<BTreeMap<String, String>>,
    /// Where the recipient says which mail they get; empty if nothing can be switched off.
    pub preferences: String,
}

/// The host as mails show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brand {
    /// The host's name.
    pub name: String,
    /// Address of the client area, without a slash at the end.
    pub url: String,
    /// Address of a logo; empty if there is none.
    pub logo_url: String,
    /// The one colour, as `#rrggbb`; anything else is shown as the usual green.
    pub accent: String,
    /// The same on dark pages.
    pub accent_dark: String,
    /// The name that mail comes from, where a template says nothing else.
    pub sender_name: String,
    /// The address that mail comes from.
    pub sender_email: String,
    /// Where answers go if not to the sender; may be empty.
    pub reply_to: String,
    /// The last line of every mail, such as the postal address; may be empty.
    pub footer: String,
    /// The language in which `default/` is written, for its dates; empty means English.
    pub locale: String,
}

/// Fields of `brand`, with a sentence each.
pub(super) const BRAND_FIELDS: &[(&str, &str)] = &[
    ("name", "The host's name."),
    ("url", "Address of the client area, without a slash at the end."),
    ("logo_url", "Address of a logo; empty if there is none."),
    ("accent", "The host's colour, as `#rrggbb`."),
    ("accent_text", "Black or white: what is readable on the accent."),
    ("accent_dark", "The host's colour on dark pages."),
    ("accent_dark_text", "Black or white: what is readable on it."),
    ("sender_name", "The name that mail comes from."),
    ("sender_email", "The address that mail comes from."),
    ("reply_to", "Where answers go; may be empty."),
    ("footer", "The last line of every mail, such as the postal address; may be empty."),
];

/// Fields of `to`, with a sentence each.
pub(super) const TO_FIELDS: &[(&str, &str)] = &[
    ("kind", "`user`, `contact`, `account`, `staff` or `address`."),
    ("id", "Id of the recipient; empty for an address."),
    ("name", "The recipient's name; may be empty."),
    ("email", "Where this mail goes."),
    ("locale", "The recipient's language; empty if unknown."),
    ("time_zone", "The recipient's time zone; empty if unknown."),
    ("preferences", "Where the recipient says which mail they get; empty for security mail and for staff."),
];

/// The host, each of whose fields becomes a value of the engine when a template mentions it.
#[derive(Debug)]
struct House(Arc<Brand>);

impl Object for House {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        let brand = &self.0;
        let accent = || if is_colour(&brand.accent) { brand.accent.as_str() } else { ACCENT };
        let dark = || if is_colour(&brand.accent_dark) { brand.accent_dark.as_str() } else { ACCENT_DARK };
        Some(Value::from(match name {
            "name" => brand.name.as_str(),
            "url" => &brand.url,
            "logo_url" => &brand.logo_url,
            "accent" => accent(),
            "accent_text" => readable_on(accent()),
            "accent_dark" => dark(),
            "accent_dark_text" => readable_on(dark()),
            "sender_name" => &brand.sender_name,
            "sender_email" => &brand.sender_email,
            "reply_to" => &brand.reply_to,
            "footer" => &brand.footer,
            _ => return None,
        }))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        names(BRAND_FIELDS)
    }
}

/// Who gets the mail, in the same way.
#[derive(Debug)]
struct Recipient {
    to: Target,
    preferences: String,
}

impl Object for Recipient {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        let to = &self.to;
        Some(Value::from(match name {
            "kind" => to.kind.as_str(),
            "id" => &to.id,
            "name" => &to.name,
            "email" => &to.email,
            "locale" => &to.locale,
            "time_zone" => &to.time_zone,
            "preferences" => &self.preferences,
            _ => return None,
        }))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        names(TO_FIELDS)
    }
}

fn names(fields: &[(&str, &str)]) -> Enumerator {
    Enumerator::Values(fields.iter().map(|(name, _)| Value::from(*name)).collect())
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Black or white, whichever has more contrast on `accent`, which is `#rrggbb`.
fn readable_on(accent: &str) -> &'static str {
    let channel = |at: usize| {
        let byte =
            accent.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or_default();
        let part = f64::from(byte) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
    // At 0.179 black and white have equal contrast.
    if luminance > 0.179 { "#000000" } else { "#ffffff" }
}

impl MessageContext {
    /// The context as the engine reads it, for a template written in `language`.
    pub(super) fn value(&self, language: Language) -> Value {
        let reader = Reader {
            language,
            zone: self.to.time_zone.clone(),
            words: self.words.clone(),
            written: AtomicUsize::new(0),
        };
        Value::from_object(Root {
            event: Value::from_object(Event(self.event.clone())),
            to: Value::from_object(Recipient { to: self.to.clone(), preferences: self.preferences.clone() }),
            reason: Value::from(self.reason.as_str()),
            // A missing object reads as an empty one: a missing field of it is then what gets reported.
            vars: match self.vars.is_null() {
                true => Value::from(Serde(serde_json::Map::new())),
                false => Value::from(Serde(&self.vars)),
            },
            brand: Value::from_object(House(Arc::clone(&self.brand))),
            links: Value::from(Serde(&self.links)),
            reader: Value::from_object(reader),
        })
    }
}

/// What a template can name. A map of the engine would be searched from its beginning each time.
#[derive(Debug)]
struct Root {
    event: Value,
    to: Value,
    reason: Value,
    vars: Value,
    brand: Value,
    links: Value,
    reader: Value,
}

impl Object for Root {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        let value = match name {
            "event" => &self.event,
            "to" => &self.to,
            "reason" => &self.reason,
            "vars" => &self.vars,
            "brand" => &self.brand,
            "links" => &self.links,
            READER => &self.reader,
            _ => return None,
        };
        Some(value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(&["event", "to", "reason", "vars", "brand", "links"])
    }
}

/// Language and zone for the filters, and how much this mail has printed so far.
#[derive(Debug)]
pub(super) struct Reader {
    /// Language of the template.
    pub language: Language,
    /// Time zone of the recipient; empty if unknown.
    pub zone: String,
    /// Messages by id, for words that are to be translated.
    pub words: Arc<BTreeMap<String, String>>,
    written: AtomicUsize,
}

impl Reader {
    /// Counts printed bytes, wherever they are printed to; gives the sum.
    pub fn wrote(&self, bytes: usize) -> usize {
        self.written.fetch_add(bytes, Ordering::Relaxed) + bytes
    }
}

impl Object for Reader {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
}

/// The event, of which only that becomes a value of the engine at which the template looks: an event carries its account's
/// thousands of members, of which a mail prints a name.
#[derive(Debug)]
struct Event(Whole);

impl Object for Event {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        self.0.part(name).map(Node::value)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.names().map(Value::from).collect())
    }
}

/// A list or an object within the event.
struct Node(Part);

impl Node {
    fn value(part: Part) -> Value {
        match part.get() {
            Json::Object(_) | Json::Array(_) => Value::from_object(Self(part)),
            Json::String(text) => Value::from(text.as_str()),
            plain => Value::from(Serde(plain)),
        }
    }

    fn here(&self) -> &Json {
        self.0.get()
    }

    /// What `find` finds in it.
    fn step(&self, find: impl for<'a> FnOnce(&'a Json) -> Option<&'a Json>) -> Option<Value> {
        self.0.try_map_project_cloned(|here, _| find(here).ok_or(())).ok().map(Self::value)
    }
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.here().fmt(f)
    }
}

impl Object for Node {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        if self.here().is_array() { ObjectRepr::Seq } else { ObjectRepr::Map }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match (key.as_str(), key.as_usize()) {
            (Some(name), _) => self.get_value_by_str(name),
            (None, Some(index)) => self.step(|json| json.get(index)),
            _ => None,
        }
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        self.step(|json| json.get(name))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match self.here() {
            Json::Array(items) => Enumerator::Seq(items.len()),
            Json::Object(fields) => {
                Enumerator::Values(fields.keys().map(|key| Value::from(key.as_str())).collect())
            }
            _ => Enumerator::Empty,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_on_the_accent_is_readable() {
        assert_eq!(
            (readable_on("#2457c5"), readable_on("#ffd400"), readable_on("#ffffff")),
            ("#ffffff", "#000000", "#000000")
        );
    }

    #[test]
    fn an_accent_that_is_no_colour_never_reaches_a_style() {
        let brand = Brand { accent: "red;background:url(x)".into(), ..Brand::default() };
        assert_eq!(
            Value::from_object(House(Arc::new(brand))).get_attr("accent").unwrap().as_str(),
            Some(ACCENT)
        );
    }
}

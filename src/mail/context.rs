//! What a template sees: `event`, `to`, `reason`, `vars`, `brand`, `links`.

use super::date::Language;
use crate::effect::Target;
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
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct MessageContext {
    /// The event, as stored.
    pub event: Arc<Json>,
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
    #[serde(default)]
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

impl Brand {
    fn value(&self) -> Value {
        let accent = if is_colour(&self.accent) { &self.accent } else { ACCENT };
        let dark = if is_colour(&self.accent_dark) { &self.accent_dark } else { ACCENT_DARK };
        Value::from_pairs([
            ("name", self.name.as_str()),
            ("url", self.url.as_str()),
            ("logo_url", self.logo_url.as_str()),
            ("accent", accent),
            ("accent_text", readable_on(accent)),
            ("accent_dark", dark),
            ("accent_dark_text", readable_on(dark)),
            ("sender_name", self.sender_name.as_str()),
            ("sender_email", self.sender_email.as_str()),
            ("reply_to", self.reply_to.as_str()),
            ("footer", self.footer.as_str()),
        ])
    }
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
    fn recipient(&self) -> Value {
        let to = &self.to;
        Value::from_pairs([
            ("kind", to.kind.as_str()),
            ("id", to.id.as_str()),
            ("name", to.name.as_str()),
            ("email", to.email.as_str()),
            ("locale", to.locale.as_str()),
            ("time_zone", to.time_zone.as_str()),
            ("preferences", self.preferences.as_str()),
        ])
    }

    /// The context as the engine reads it, for a template written in `language`.
    pub(super) fn value(&self, language: Language) -> Value {
        let reader = Reader {
            language,
            zone: self.to.time_zone.clone(),
            words: self.words.clone(),
            written: AtomicUsize::new(0),
        };
        Value::from_pairs([
            ("event", Node::value(&self.event, Vec::new(), &self.event)),
            ("to", self.recipient()),
            ("reason", Value::from(self.reason.as_str())),
            // A missing object reads as an empty one: a missing field of it is then what gets reported.
            (
                "vars",
                if self.vars.is_null() {
                    Value::from(Serde(serde_json::Map::new()))
                } else {
                    Value::from(Serde(&self.vars))
                },
            ),
            ("brand", self.brand.value()),
            ("links", Value::from(Serde(&self.links))),
            (READER, Value::from_object(reader)),
        ])
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

/// A part of the event, decoded only where the template looks: an event carries its account's
/// thousands of members, of which a mail prints a name.
#[derive(Debug)]
struct Node {
    root: Arc<Json>,
    path: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Index(usize),
}

impl Node {
    fn value(root: &Arc<Json>, path: Vec<Step>, here: &Json) -> Value {
        match here {
            Json::Object(_) | Json::Array(_) => Value::from_object(Node { root: root.clone(), path }),
            plain => Value::from(Serde(plain)),
        }
    }

    fn here(&self) -> Option<&Json> {
        self.path.iter().try_fold(&*self.root, |json, step| match step {
            Step::Key(key) => json.get(key),
            Step::Index(index) => json.get(index),
        })
    }
}

impl Object for Node {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        if self.here().is_some_and(Json::is_array) { ObjectRepr::Seq } else { ObjectRepr::Map }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let step = match (key.as_str(), key.as_usize()) {
            (Some(name), _) => Step::Key(name.to_owned()),
            (None, Some(index)) => Step::Index(index),
            _ => return None,
        };
        let found = match &step {
            Step::Key(name) => self.here()?.get(name)?,
            Step::Index(index) => self.here()?.get(index)?,
        };
        Some(Self::value(&self.root, self.path.iter().cloned().chain([step]).collect(), found))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match self.here() {
            Some(Json::Array(items)) => Enumerator::Seq(items.len()),
            Some(Json::Object(fields)) => {
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
        assert_eq!(brand.value().get_attr("accent").unwrap().as_str(), Some(ACCENT));
    }
}

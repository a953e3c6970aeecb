//! The functions by which a hook asks for something, reads a setting, or leaves a note.

use super::call::Call;
use super::function::{EFFECTFUL, EFFECTS, Function, Takes};
use super::node::View;
use super::recipient::{complete, targets};
use super::sealed::Sealed;
use super::{fail, limits, value};
use crate::config::permitted;
use crate::effect::{Effect, Target};
use crate::event::catalogue;
use crate::event::data::{Ticket, User};
use crate::event::shape::Shape;
use crate::report::did_you_mean;
use rhai::{Dynamic, Engine, EvalAltResult, ImmutableString, Map, NativeCallContext};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A problem in words, to follow the function's name.
type Wrong = String;

/// What a function was called with, by name.
struct Given<'a> {
    function: &'static Function,
    values: BTreeMap<&'static str, &'a Dynamic>,
    account: Option<View>,
}

impl<'a> Given<'a> {
    fn of_map(function: &'static Function, map: &'a Map, account: Option<View>) -> Result<Self, Wrong> {
        let mut values = BTreeMap::new();
        for (key, value) in map {
            let names = || function.values().iter().map(|value| value.name);
            let Some(name) = names().find(|name| *name == key.as_str()) else {
                let hint = match did_you_mean(key, names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it knows {}", names().collect::<Vec<_>>().join(", ")),
                };
                return Err(format!(" has no option `{key}`; {hint}"));
            };
            values.insert(name, value);
        }
        match function.values().iter().find(|value| value.needed && !values.contains_key(value.name)) {
            Some(missing) => Err(format!(" asks for `{}`", missing.name)),
            None => Ok(Self { function, values, account }),
        }
    }

    fn get(&self, name: &str) -> Option<&'a Dynamic> {
        self.values.get(name).copied()
    }

    fn wrong(&self, name: &str, what: &str) -> Wrong {
        match self.function.takes {
            Takes::Map(_) => format!(": `{name}`: {what}"),
            Takes::Values(_) => format!(": {what}"),
        }
    }

    fn text(&self, name: &str) -> Result<String, Wrong> {
        let Some(value) = self.get(name) else { return Ok(String::new()) };
        let text = value.read_lock::<ImmutableString>().map(|text| text.to_string());
        text.ok_or_else(|| self.wrong(name, &format!("expected a text, found {}", value::kind_of(value))))
    }

    /// A text that says something.
    fn words(&self, name: &str) -> Result<String, Wrong> {
        let text = self.text(name)?;
        if text.trim().is_empty() { Err(self.wrong(name, "it is empty")) } else { Ok(text) }
    }

    fn people(&self, name: &str) -> Result<Vec<Target>, Wrong> {
        let Some(value) = self.get(name) else { return Ok(Vec::new()) };
        let mut people = targets(value).map_err(|problem| self.wrong(name, &problem))?;
        people.iter_mut().for_each(|target| complete(target, self.account.as_ref()));
        Ok(people)
    }

    fn json(&self, name: &str) -> Result<Value, Wrong> {
        self.get(name)
            .map_or(Ok(Value::Null), |v| value::json(v).map_err(|problem| self.wrong(name, &problem)))
    }

    fn map(&self, name: &str) -> Result<Value, Wrong> {
        match self.get(name) {
            None => Ok(json!({})),
            Some(map) if map.is_map() => self.json(name),
            Some(other) => {
                Err(self.wrong(name, &format!("expected a map #{{…}}, found {}", value::kind_of(other))))
            }
        }
    }

    fn headers(&self, name: &str) -> Result<BTreeMap<String, Value>, Wrong> {
        let Some(given) = self.get(name) else { return Ok(BTreeMap::new()) };
        let Some(map) = given.read_lock::<Map>() else {
            return Err(self.wrong(name, &format!("expected a map #{{…}}, found {}", value::kind_of(given))));
        };
        headers(&map).map_err(|problem| self.wrong(name, &problem))
    }

    /// The id of an object of that shape.
    fn id(&self, name: &str, shape: &'static Shape) -> Result<String, Wrong> {
        let value = self.get(name);
        let view = value.and_then(|value| value.read_lock::<View>().map(|view| view.clone()));
        match view.filter(|view| view.fields().is(shape)) {
            Some(view) if view.exists() => Ok(view.text("id")),
            Some(_) => Err(format!(": there is no {name} here; ask `{name}.exists` first")),
            None => {
                let found = value.map_or("nothing", value::kind_of);
                Err(self.wrong(name, &format!("expected a {name} such as event.{name}, found {found}")))
            }
        }
    }

    fn permissions(&self, name: &str) -> Result<Vec<String>, Wrong> {
        let Some(given) = self.get(name) else { return Ok(Vec::new()) };
        let keys = value::permissions(given).map_err(|problem| self.wrong(name, &problem))?;
        Ok(keys.into_iter().map(|key| key.key().to_owned()).collect())
    }

    fn categories(&self, name: &str) -> Result<Vec<String>, Wrong> {
        let Some(given) = self.get(name) else { return Ok(Vec::new()) };
        let keys = value::texts(given).map_err(|problem| self.wrong(name, &problem))?;
        keys.iter().try_for_each(|key| value::category(key).map(|_| ())).map_err(|e| self.wrong(name, &e))?;
        Ok(keys)
    }

    fn url(&self, name: &str) -> Result<String, Wrong> {
        let url = self.text(name)?;
        if url.starts_with("https://") || url.starts_with("http://") {
            return Ok(url);
        }
        Err(self.wrong(name, &format!("{url:?} is no web address; it begins with https://")))
    }

    /// `Medium` if nothing is said.
    fn priority(&self, name: &str) -> Result<String, Wrong> {
        const KNOWN: [&str; 3] = ["Low", "Medium", "High"];
        let word = self.text(name)?;
        match word.as_str() {
            "" => Ok("Medium".to_owned()),
            word if KNOWN.contains(&word) => Ok(word.to_owned()),
            word => Err(self.wrong(name, &format!("{word:?} is none of {}", KNOWN.join(", ")))),
        }
    }

    fn custom(&self, name: &str) -> Result<String, Wrong> {
        let event = self.text(name)?;
        if catalogue::is_custom(&event) {
            return Ok(event);
        }
        Err(self.wrong(
            name,
            &format!("{event:?} is no name for an event of your own; it is `custom.` and a word in small letters, such as \"custom.vip_lost\""),
        ))
    }

    fn store_key(&self, name: &str) -> Result<String, Wrong> {
        let key = self.words(name)?;
        if key.len() <= limits::STORE_KEY {
            return Ok(key);
        }
        Err(self.wrong(name, &format!("a key has {} bytes at most", limits::STORE_KEY)))
    }

    fn small(&self, name: &str) -> Result<Value, Wrong> {
        let value = self.json(name)?;
        if value.to_string().len() <= limits::STORE_VALUE {
            return Ok(value);
        }
        Err(self.wrong(name, &format!("a stored value has {} bytes at most", limits::STORE_VALUE)))
    }

    /// The effect that the call asks for.
    fn effect(&self, store: &str) -> Result<Effect, Wrong> {
        Ok(match self.function.name {
            "email" => Effect::Email {
                template: self.words("template")?,
                to: self.people("to")?,
                vars: self.map("vars")?,
                reason: self.text("reason")?,
            },
            "webhook" => Effect::Webhook {
                url: self.url("url")?,
                body: if self.get("body").is_some() { self.json("body")? } else { json!({}) },
                headers: self.headers("headers")?,
            },
            "ticket_note" => {
                Effect::TicketNote { ticket: self.id("ticket", &Ticket::SHAPE)?, body: self.words("text")? }
            }
            "ticket_reply" => {
                Effect::TicketReply { ticket: self.id("ticket", &Ticket::SHAPE)?, body: self.words("text")? }
            }
            "open_ticket" => Effect::OpenTicket {
                department: self.words("department")?,
                subject: self.words("subject")?,
                body: self.words("body")?,
                priority: self.priority("priority")?,
                opener: self.people("opener")?.into_iter().next(),
            },
            "set_status" => Effect::SetStatus {
                ticket: self.id("ticket", &Ticket::SHAPE)?,
                status: self.words("status")?,
            },
            "grant" => Effect::Grant {
                user: self.id("user", &User::SHAPE)?,
                permissions: self.permissions("permissions")?,
            },
            "revoke" => Effect::Revoke {
                user: self.id("user", &User::SHAPE)?,
                permissions: self.permissions("permissions")?,
            },
            "add_contact" => Effect::AddContact {
                name: self.words("name")?,
                email: self.words("email")?,
                categories: self.categories("categories")?,
            },
            "store_set" => Effect::StoreSet {
                plugin: store.to_owned(),
                key: self.store_key("key")?,
                value: self.small("value")?,
            },
            _ => Effect::Emit { name: self.custom("name")?, data: self.small("data")? },
        })
    }
}

/// Headers of a request: a text each, or a secret.
///
/// # Errors
/// A sentence that names the header that is neither.
pub fn headers(map: &Map) -> Result<BTreeMap<String, Value>, String> {
    let header = |(key, value): (&rhai::Identifier, &Dynamic)| {
        let text = value.read_lock::<ImmutableString>().map(|text| json!(text.as_str()));
        let text = text.or_else(|| value.read_lock::<Sealed>().map(|sealed| json!(sealed.0)));
        Ok((key.to_string(), text.ok_or_else(|| format!("`{key}` must be a text or secret(\"name\")"))?))
    };
    map.iter().map(header).collect()
}

fn ask(
    context: &NativeCallContext<'_>,
    function: &'static Function,
    given: impl FnOnce(Option<View>) -> Result<Effect, Wrong>,
) -> Result<(), Box<EvalAltResult>> {
    let call = Call::of(context)?;
    call.must_be(&EFFECTFUL, function.name)?;
    call.must_be_allowed(function.name)?;
    let account = call.event().and_then(|event| event.view().object("account"));
    let effect = given(account).map_err(|problem| fail(format!("{}(){problem}", function.name)))?;
    if let (Effect::Webhook { url, .. }, Some(manifest)) = (&effect, call.manifest())
        && permitted(url, &manifest.may.hosts).is_err()
    {
        return Err(fail(format!(
            "the plugin {} may not call that host: its plugin.toml does not name it under [may] hosts",
            manifest.name
        )));
    }
    call.ask(effect)
}

fn in_order(
    context: &NativeCallContext<'_>,
    function: &'static Function,
    given: &[Dynamic],
) -> Result<(), Box<EvalAltResult>> {
    let store = Call::of(context)?.store().to_owned();
    ask(context, function, |account| {
        let values = function.values().iter().zip(given).map(|(value, given)| (value.name, given)).collect();
        Given { function, values, account }.effect(&store)
    })
}

fn setting(call: &Call, name: &str) -> Result<Dynamic, Box<EvalAltResult>> {
    call.setting(name).ok_or_else(|| {
        let near = did_you_mean(name, call.setting_names());
        fail(match (near, call.plugin()) {
            (Some(near), _) => format!("there is no setting {name:?}; did you mean {near:?}?"),
            (None, Some(plugin)) => {
                format!("there is no setting {name:?}; declare it in hooks/{plugin}/plugin.toml")
            }
            (None, None) => {
                format!("there is no setting {name:?}; add it under [settings] in innkeeper.toml")
            }
        })
    })
}

/// Makes the functions known to the engine.
pub fn register(engine: &mut Engine) {
    for function in EFFECTS {
        match function.takes {
            Takes::Map(_) => {
                engine.register_fn(function.name, move |context: NativeCallContext<'_>, map: Map| {
                    let store = Call::of(&context)?.store().to_owned();
                    ask(&context, function, |account| Given::of_map(function, &map, account)?.effect(&store))
                });
            }
            Takes::Values(values) => {
                if values.iter().filter(|value| value.needed).count() == 1 {
                    engine.register_fn(function.name, move |context: NativeCallContext<'_>, one: Dynamic| {
                        in_order(&context, function, &[one])
                    });
                }
                engine.register_fn(
                    function.name,
                    move |context: NativeCallContext<'_>, one: Dynamic, two: Dynamic| {
                        in_order(&context, function, &[one, two])
                    },
                );
            }
        }
    }
    engine.register_fn("setting", |context: NativeCallContext<'_>, name: &str| {
        setting(&Call::of(&context)?, name)
    });
    engine.register_fn("setting", |context: NativeCallContext<'_>, name: &str, otherwise: Dynamic| {
        Call::of(&context).map(|call| call.setting(name).unwrap_or(otherwise))
    });
    engine.register_fn("store_get", |context: NativeCallContext<'_>, key: &str| {
        Call::of(&context).map(|call| call.stored(key).unwrap_or(Dynamic::UNIT))
    });
    engine.register_fn("store_get", |context: NativeCallContext<'_>, key: &str, otherwise: Dynamic| {
        Call::of(&context).map(|call| call.stored(key).unwrap_or(otherwise))
    });
    engine.register_fn("log", |context: NativeCallContext<'_>, what: Dynamic| {
        Call::of(&context)?.log(&value::shown(&what));
        Ok::<_, Box<EvalAltResult>>(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_effect_takes_what_its_registration_can_give() {
        for function in EFFECTS {
            if let Takes::Values(values) = function.takes {
                assert!((1..=2).contains(&values.len()), "{}", function.name);
            }
            assert!(function.values().iter().any(|value| value.needed), "{}", function.name);
        }
    }
}

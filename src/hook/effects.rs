//! The functions by which a hook asks for something, reads a setting, or leaves a note.

use super::call::{Call, Verb};
use super::recipient::{complete, targets};
use super::{fail, value};
use crate::effect::Effect;
use crate::report::did_you_mean;
use rhai::{Dynamic, Engine, EvalAltResult, Map, NativeCallContext};

/// Keys of the map that `email` takes.
pub const EMAIL_KEYS: &[&str] = &["template", "to", "vars", "reason"];
/// Keys of the map that `webhook` takes.
pub const WEBHOOK_KEYS: &[&str] = &["url", "body"];

fn known_keys(function: &str, map: &Map, known: &[&str]) -> Result<(), Box<EvalAltResult>> {
    match map.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => {
            let hint = match did_you_mean(key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it knows {}", known.join(", ")),
            };
            Err(fail(format!("{function}() has no option `{key}`; {hint}")))
        }
    }
}

fn text(function: &str, map: &Map, key: &str) -> Result<String, Box<EvalAltResult>> {
    match map.get(key) {
        Some(value) if value.is_string() => Ok(value.clone().into_string().unwrap_or_default()),
        Some(value) => {
            Err(fail(format!("{function}(): `{key}` must be a text, not {}", value::kind_of(value))))
        }
        None => Err(fail(format!("{function}() asks for `{key}`"))),
    }
}

fn email(call: &Call, map: &Map) -> Result<(), Box<EvalAltResult>> {
    call.must_be(Verb::On, "email")?;
    known_keys("email", map, EMAIL_KEYS)?;
    let template = text("email", map, "template")?;
    let to = map
        .get("to")
        .ok_or_else(|| fail("email() asks for `to`: a person, an address, or a list of those"))?;
    let mut to = targets(to).map_err(|problem| fail(format!("email(): `to`: {problem}")))?;
    let account = call.event().and_then(|event| event.view().object("account"));
    to.iter_mut().for_each(|target| complete(target, account.as_ref()));
    let vars = match map.get("vars") {
        None => serde_json::json!({}),
        Some(vars) if vars.is_map() => {
            value::json(vars).map_err(|problem| fail(format!("email(): `vars`: {problem}")))?
        }
        Some(vars) => {
            return Err(fail(format!("email(): `vars` must be a map #{{…}}, not {}", value::kind_of(vars))));
        }
    };
    let reason = if map.contains_key("reason") { text("email", map, "reason")? } else { String::new() };
    call.ask(Effect::Email { template, to, vars, reason })
}

fn webhook(call: &Call, map: &Map) -> Result<(), Box<EvalAltResult>> {
    call.must_be(Verb::On, "webhook")?;
    known_keys("webhook", map, WEBHOOK_KEYS)?;
    let url = text("webhook", map, "url")?;
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(fail(format!("webhook(): {url:?} is no web address; it begins with https://")));
    }
    let body = map
        .get("body")
        .map(value::json)
        .transpose()
        .map_err(|problem| fail(format!("webhook(): `body`: {problem}")))?;
    call.ask(Effect::Webhook { url, body: body.unwrap_or_else(|| serde_json::json!({})) })
}

fn setting(call: &Call, name: &str) -> Result<Dynamic, Box<EvalAltResult>> {
    call.setting(name).ok_or_else(|| {
        fail(match did_you_mean(name, call.setting_names()) {
            Some(near) => format!("there is no setting {name:?}; did you mean {near:?}?"),
            None => format!("there is no setting {name:?}; add it under [settings] in innkeeper.toml"),
        })
    })
}

/// Makes the functions known to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("email", |context: NativeCallContext<'_>, map: Map| email(&Call::of(&context)?, &map));
    engine.register_fn("webhook", |context: NativeCallContext<'_>, map: Map| {
        webhook(&Call::of(&context)?, &map)
    });
    engine.register_fn("setting", |context: NativeCallContext<'_>, name: &str| {
        setting(&Call::of(&context)?, name)
    });
    engine.register_fn("setting", |context: NativeCallContext<'_>, name: &str, otherwise: Dynamic| {
        Call::of(&context).map(|call| call.setting(name).unwrap_or(otherwise))
    });
    engine.register_fn("log", |context: NativeCallContext<'_>, what: Dynamic| {
        Call::of(&context)?.log(&value::shown(&what));
        Ok::<_, Box<EvalAltResult>>(())
    });
}

//! Secrets of a plugin's, as scripts hand them on: a name in a wrapper, opened only when a request
//! leaves the house.

use super::call::Call;
use super::fail;
use crate::effect::Secret;
use rhai::{Engine, EvalAltResult, NativeCallContext};

/// What `secret("name")` gives.
#[derive(Clone, Debug)]
pub struct Sealed(pub Secret);

fn secret(call: &Call, name: &str) -> Result<Sealed, Box<EvalAltResult>> {
    let Some(manifest) = call.manifest() else {
        return Err(fail(
            "secret() works in plugins only, whose plugin.toml declares a setting of type \"secret\"",
        ));
    };
    if !manifest.has_secret(name) {
        let near = crate::report::did_you_mean(name, manifest.secrets());
        let hint = near.map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
        return Err(fail(format!("the plugin {} has no secret {name:?}{hint}", manifest.name)));
    }
    let (plugin, secret) = (manifest.name.clone(), name.to_owned());
    Ok(Sealed(Secret { plugin, secret, before: String::new(), after: String::new() }))
}

/// Makes `secret` known to the engine; it can be joined with text and do nothing else.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Sealed>("Secret");
    engine.register_fn("secret", |context: NativeCallContext<'_>, name: &str| {
        secret(&Call::of(&context)?, name)
    });
    engine.register_fn("+", |before: &str, mut sealed: Sealed| {
        sealed.0.before.insert_str(0, before);
        sealed
    });
    engine.register_fn("+", |mut sealed: Sealed, after: &str| {
        sealed.0.after.push_str(after);
        sealed
    });
    for name in ["to_string", "print", "to_debug", "debug"] {
        engine.register_fn(name, |_: Sealed| -> Result<String, Box<EvalAltResult>> {
            Err(fail("a secret cannot be printed or put into a text; join it with +, as in \"Bearer \" + secret(\"token\")"))
        });
    }
}

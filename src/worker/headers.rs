//! What a web-hook needs when it leaves: its plugin's consent to the host, and its headers in the clear.

use crate::{
    app::App,
    config::permitted,
    effect::{
        Secret,
        store::{self, WaitingEffect},
    },
    error::Result,
    hook,
    outgoing::webhook::Failure,
    plugin,
};
use serde_json::Value;

/// The headers of a web-hook, secrets opened; or why it may not leave, in words.
///
/// # Errors
/// If the database is away.
pub async fn open(
    app: &App,
    effect: &WaitingEffect,
    url: &str,
    headers: &Value,
) -> Result<std::result::Result<Vec<(String, String)>, Failure>> {
    if let Some(why) = refused_by_plugin(app, effect, url).await? {
        return Ok(Err(Failure::Reject(why)));
    }
    let mut plain = Vec::new();
    for (name, value) in headers.as_object().into_iter().flatten() {
        let text = match value {
            Value::String(text) => text.clone(),
            sealed => match reveal(app, sealed).await? {
                Ok(text) => text,
                // Once it is set, the web-hook goes.
                Err(why) => {
                    let why = format!("the header {name}: {why}");
                    return Ok(Err(Failure::Retry { why, after: None }));
                }
            },
        };
        plain.push((name.clone(), text));
    }
    Ok(Ok(plain))
}

/// True if a header holds a secret.
pub fn sealed(headers: &Value) -> bool {
    headers.as_object().into_iter().flatten().any(|(_, value)| !value.is_string())
}

async fn reveal(app: &App, sealed: &Value) -> Result<std::result::Result<String, String>> {
    let Ok(secret) = serde_json::from_value::<Secret>(sealed.clone()) else {
        return Ok(Err("it is neither a text nor a secret".to_owned()));
    };
    let Secret { plugin, secret, before, after } = secret;
    Ok(match plugin::store::secret(&app.db, &plugin, &secret, &app.key).await {
        Ok(Some(text)) => Ok(format!("{before}{text}{after}")),
        Ok(None) => Err(format!(
            "the secret {secret} of {plugin} is not set; run `innkeeper plugins set {plugin} {secret}`"
        )),
        Err(error) if error.kind == crate::error::Kind::Internal => {
            Err(format!("{}; run `innkeeper plugins set {plugin} {secret}`", error.detail))
        }
        Err(error) => return Err(error),
    })
}

/// Why the plugin that asked may not call this address, if its manifest does not name the host.
async fn refused_by_plugin(app: &App, effect: &WaitingEffect, url: &str) -> Result<Option<String>> {
    let runs = store::runs(&app.db, &effect.event_id).await?;
    let Some(run) = runs.into_iter().find(|run| run.hook == effect.hook) else {
        return Ok(Some("the trace of its hook is gone, so nobody knows what it may call".to_owned()));
    };
    let Some(folder) = hook::plugin::of(&run.file) else { return Ok(None) };
    // What the plugin may do now; once it was removed, what it might when it asked.
    let (live, then) = (app.bundle(), app.bundle_of(&run.bundle).await?);
    let manifest = [&live, &then]
        .into_iter()
        .find_map(|bundle| bundle.hooks.manifests().find(|manifest| manifest.name == folder).cloned());
    let Some(manifest) = manifest else { return Ok(None) };
    Ok(permitted(url, &manifest.may.hosts).err().map(|_| {
        // The rest of the address may hold a token, and stays out of the trace.
        let after = url.split_once("://").map_or(url, |(_, after)| after);
        let host =
            after.split(['/', '?', '#']).next().unwrap_or_default().rsplit('@').next().unwrap_or_default();
        format!("the plugin {folder} may not call {host}: its plugin.toml does not name it under [may] hosts")
    }))
}

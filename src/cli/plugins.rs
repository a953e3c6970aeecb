//! `innkeeper plugins`: what plugins there are, what they may do, and their secrets.

use super::{Done, Trouble, load_config, show};
use crate::{
    app,
    bundle::{Bundle, Files, Source},
    clock::{Clock, utc},
    config::{Config, Paths},
    db::Db,
    error::Result,
    hook::plugin::{Manifest, SettingKind},
    plugin::store,
    report::did_you_mean,
};
use clap::{Args, Subcommand};
use std::{
    io::{IsTerminal, Read},
    process::ExitCode,
    sync::Arc,
};

/// Lists plugins, and sets their secrets.
#[derive(Debug, Args)]
pub(super) struct Plugins {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the plugins: what each may do, its settings, and which secrets are not set yet
    List,
    /// Set a secret of a plugin; it is asked for, or read from standard input, and never an argument
    Set {
        /// The plugin: its folder below hooks/
        plugin: String,
        /// The secret, as its plugin.toml names it
        name: String,
        /// Read the secret from standard input, without the line end after it
        #[arg(long)]
        stdin: bool,
    },
    /// Forget a secret of a plugin
    Unset {
        /// The plugin: its folder below hooks/
        plugin: String,
        /// The secret
        name: String,
    },
}

impl Plugins {
    pub(super) async fn run(self, paths: Paths) -> Done {
        super::folder(&paths)?;
        let config = load_config(&paths)?;
        let bundle = Bundle::build(&Source::read(&paths.data, &config)?, &Files::new(), None);
        let manifests: Vec<Arc<Manifest>> = bundle.hooks.manifests().cloned().collect();
        match self.command {
            Command::List => list(&paths, &config, &bundle, &manifests).await,
            Command::Set { plugin, name, stdin } => {
                known(&manifests, &plugin, &name)?;
                let secret = if stdin { piped()? } else { typed(&plugin, &name)? };
                if secret.is_empty() {
                    return Err(Trouble::new(format!(
                        "the secret is empty; to forget it, run `innkeeper plugins unset {plugin} {name}`"
                    )));
                }
                set(&paths, &config, &plugin, &name, &secret).await
            }
            Command::Unset { plugin, name } => unset(&paths, &config, &plugin, &name).await,
        }
    }
}

async fn list(paths: &Paths, config: &Config, bundle: &Bundle, manifests: &[Arc<Manifest>]) -> Done {
    if manifests.is_empty() {
        tell("No plugins: a plugin is a folder hooks/NAME/ with a plugin.toml.");
    }
    let secrets = set_secrets(paths, config).await?;
    for manifest in manifests {
        tell(format!("{} {}  {}", manifest.name, manifest.version, manifest.description).trim_end());
        tell(format!("  may ask for  {}", or_nothing(&manifest.may.effects)));
        tell(format!("  may call     {}", or_nothing(&manifest.may.hosts)));
        let own = bundle.plugins.get(&manifest.name).and_then(serde_json::Value::as_object);
        let (settings, _) = manifest.settings(own);
        for (name, setting) in &manifest.settings {
            let state = if setting.kind == SettingKind::Secret {
                match secrets.iter().find(|(plugin, key, _)| *plugin == manifest.name && key == name) {
                    Some((_, _, at)) => format!("secret, set on {}", utc(*at)),
                    None => format!("secret, NOT SET: innkeeper plugins set {} {name}", manifest.name),
                }
            } else {
                let origin = if own.is_some_and(|own| own.contains_key(name)) { "" } else { " (default)" };
                format!("{}{origin}", settings.get(name).cloned().unwrap_or_default())
            };
            tell(format!(
                "  {name:<12} {state}{}{}",
                if setting.doc.is_empty() { "" } else { "  # " },
                setting.doc
            ));
        }
    }
    for (plugin, name, _) in secrets {
        if !manifests.iter().any(|manifest| manifest.name == plugin && manifest.has_secret(&name)) {
            tell(format!(
                "{plugin}: the secret {name} is kept, and no plugin.toml names it; `innkeeper plugins unset {plugin} {name}` forgets it"
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn or_nothing(list: &[String]) -> String {
    if list.is_empty() { "nothing".to_owned() } else { list.join(", ") }
}

/// Makes sure that a plugin has a secret of this name.
fn known(manifests: &[Arc<Manifest>], plugin: &str, name: &str) -> std::result::Result<(), Trouble> {
    let hint = |near: Option<&str>| near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    let Some(manifest) = manifests.iter().find(|manifest| manifest.name == plugin) else {
        let near = did_you_mean(plugin, manifests.iter().map(|manifest| manifest.name.as_str()));
        return Err(Trouble::new(format!(
            "there is no plugin {plugin}: no hooks/{plugin}/plugin.toml{}",
            hint(near)
        )));
    };
    if manifest.has_secret(name) {
        return Ok(());
    }
    if manifest.settings.contains_key(name) {
        return Err(Trouble::new(format!(
            "{name} is no secret: write it in innkeeper.toml, under [plugins.{plugin}]"
        )));
    }
    let near = did_you_mean(name, manifest.secrets());
    Err(Trouble::new(format!("{plugin} has no secret {name}{}", hint(near))))
}

fn piped() -> std::result::Result<String, Trouble> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn typed(plugin: &str, name: &str) -> std::result::Result<String, Trouble> {
    if !std::io::stdin().is_terminal() {
        return Err(Trouble::new("there is no terminal to ask at; pipe the secret in, with --stdin"));
    }
    Ok(rpassword::prompt_password(format!("{name} of {plugin} (not shown): "))?)
}

async fn set(paths: &Paths, config: &Config, plugin: &str, name: &str, secret: &str) -> Done {
    let key = app::sealing_key(&paths.data, config)?;
    let db = app::open(paths, config).await?;
    let mut tx = db.begin().await?;
    store::set_secret(&mut tx, plugin, name, secret, &key, Clock::system().now()).await?;
    tx.commit().await?;
    db.close().await;
    tell(format!(
        "{name} of {plugin} is set, sealed with the server's key. Requests that leave from now on carry it."
    ));
    Ok(ExitCode::SUCCESS)
}

async fn unset(paths: &Paths, config: &Config, plugin: &str, name: &str) -> Done {
    let mut forgotten = false;
    if let Some(db) = database(paths, config).await? {
        let mut tx = db.begin().await?;
        forgotten = store::unset_secret(&mut tx, plugin, name).await?;
        tx.commit().await?;
    }
    if !forgotten {
        return Err(Trouble::new(format!("{name} of {plugin} is not set; see `innkeeper plugins list`")));
    }
    tell(format!("{name} of {plugin} is forgotten."));
    Ok(ExitCode::SUCCESS)
}

/// The database, if it is there: looking must not make one.
async fn database(paths: &Paths, config: &Config) -> Result<Option<Db>> {
    match super::missing_database(paths, config) {
        Some(_) => Ok(None),
        None => Db::connect(&config.database_url(&paths.data)).await.map(Some),
    }
}

/// Which secrets are set: plugin, name, and when.
pub(super) async fn set_secrets(paths: &Paths, config: &Config) -> Result<Vec<(String, String, i64)>> {
    match database(paths, config).await? {
        Some(db) => store::secrets(&db).await,
        None => Ok(Vec::new()),
    }
}

/// A line that may hold what a manifest says: whoever wrote that has no power over the terminal.
fn tell(line: impl AsRef<str>) {
    show::line(show::clean(line.as_ref()));
}

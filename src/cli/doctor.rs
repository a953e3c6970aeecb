//! `innkeeper doctor`: what is misconfigured, and the mend.

use super::{Done, load_config, say};
use crate::{
    bundle::{self, Bundle, Files, Source, store},
    config::{Config, Paths},
    db::{Db, without_password},
    effect, health,
    mail::Smtp,
    model::staff,
    report::Severity,
};
use std::{fs, process::ExitCode};

/// What was found; only `Bad` makes the exit code 1.
enum Finding {
    Fine(String),
    Look(String),
    Bad(String),
}
use Finding::{Bad, Fine, Look};

pub(super) async fn run(paths: Paths) -> Done {
    let mut found = Vec::new();
    match load_config(&paths) {
        Err(trouble) => found.push(Bad(trouble.to_string())),
        Ok(config) => {
            found.extend(settings(&paths, &config));
            found.push(mail(&config));
            found.extend(database(&paths, &config).await);
            found.extend(files(&paths, &config).await);
        }
    }
    let mut bad = 0;
    for finding in found {
        match finding {
            Fine(text) => say(format!("ok    {text}")),
            Look(text) => say(format!("look  {text}")),
            Bad(text) => {
                bad += 1;
                say(format!("bad   {text}"));
            }
        }
    }
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn settings(paths: &Paths, config: &Config) -> Vec<Finding> {
    let mut found = vec![if paths.config.exists() {
        Fine(format!("{} is understood", paths.config.display()))
    } else {
        Look(format!(
            "there is no {}; every setting is at its default. `innkeeper init` writes one to begin with",
            paths.config.display()
        ))
    }];
    if !config.bind.ip().is_loopback() && !config.is_https() {
        found.push(Look(format!("bind: {} is reached from other machines, and public_url does not begin with https://: cookies travel in clear. Put a proxy with TLS before it and set public_url", config.bind)));
    }
    if config.public_url.is_empty() {
        found.push(Look(format!(
            "public_url: not set; links in mail begin with {}, which only works on this machine",
            config.public_url()
        )));
    }
    if config.is_https() && config.trusted_proxies.is_empty() {
        found.push(Look("trusted_proxies: empty; if a proxy stands before the server, name its network, or all failures to log in seem to come from one address".to_owned()));
    }
    if !config.mail_redirect_to.is_empty() {
        found.push(Look(format!(
            "mail_redirect_to: ALL mail goes to {}; clear it outside staging",
            config.mail_redirect_to
        )));
    }
    if !config.outgoing.allow.is_empty() {
        found.push(Fine(format!(
            "outgoing: hooks may call {}; receivers check signatures with the secret that `innkeeper outgoing secret` shows",
            config.outgoing.allow.join(", ")
        )));
    }
    if !config.outgoing.webhook_secret_previous.is_empty() {
        found.push(Look("outgoing.webhook_secret_previous: web-hooks carry two signatures; clear it once all receivers know the present secret".to_owned()));
    }
    found
}

fn mail(config: &Config) -> Finding {
    match config.smtp_url.as_str() {
        "" if config.is_local() => {
            Look("smtp_url: not set; no mail leaves, it is kept for /dev/mailbox".to_owned())
        }
        "" => Bad("smtp_url: not set, and other machines reach this server: every mail would show at /dev/mailbox without log-in. Set smtp_url".to_owned()),
        url => match Smtp::new(url) {
            Ok(_) => Fine("smtp_url is understood".to_owned()),
            Err(why) => Bad(why),
        },
    }
}

async fn database(paths: &Paths, config: &Config) -> Vec<Finding> {
    let url = config.database_url(&paths.data);
    let shown = without_password(&url);
    if let Some(file) = url.strip_prefix("sqlite://")
        && !std::path::Path::new(file).exists()
    {
        return vec![Look(format!("database: {file} is not there yet; `innkeeper serve` makes it"))];
    }
    let db = match Db::connect(&url).await {
        Ok(db) => db,
        Err(error) => return vec![Bad(error.detail)],
    };
    match staff::list(&db).await {
        Err(_) => vec![Bad(format!(
            "database: {shown} answers, and its schema is not up to date; run `innkeeper migrate`"
        ))],
        Ok(list) if list.is_empty() => vec![
            Fine(format!("database: {shown} answers")),
            Look(
                "staff: nobody can log in under /admin; run `innkeeper staff add you@host.example`"
                    .to_owned(),
            ),
        ],
        Ok(_) => vec![Fine(format!("database: {shown} answers"))],
    }
}

async fn files(paths: &Paths, config: &Config) -> Vec<Finding> {
    let source = match Source::read(&paths.data, config) {
        Ok(source) => source,
        Err(error) => return vec![Bad(format!("{}: {error}", paths.data.display()))],
    };
    let bundle = Bundle::tried(&source, &Files::new(), None).await;
    let errors = bundle.reports.iter().filter(|report| report.severity == Severity::Error).count();
    let mut found = vec![if errors == 0 {
        Fine(format!("hooks, templates and messages: {} files are fine", bundle.files.len()))
    } else {
        Bad(format!(
            "hooks, templates and messages: {errors} to mend in {}; see `innkeeper check`",
            bundle.failed().join(", ")
        ))
    }];
    for folder in bundle::FOLDERS {
        if !paths.data.join(folder).is_dir() && folder != "messages" {
            found.push(Look(format!(
                "{folder}/: not in {}; the shipped ones run from the binary",
                paths.data.display()
            )));
        }
    }
    let shipped = bundle::shipped();
    let is_active = |path: &String| path.starts_with("hooks/") && path.matches('/').count() == 1;
    for path in shipped.keys().filter(|path| is_active(path) && !source.files.contains_key(*path)) {
        found.push(Look(format!("{path}: shipped and switched off here; what it decided nobody decides now, unless another script does")));
    }
    for (path, text) in shipped.iter().filter(|(path, _)| !path.starts_with("hooks/available/")) {
        if fs::read_to_string(paths.data.join(path)).is_ok_and(|own| own != **text) {
            found.push(Fine(format!(
                "{path}: edited here, or from another release; it runs as it stands in the folder"
            )));
        }
    }
    found.extend(live(paths, config, &bundle).await);
    for (hook, why) in out_of_service(paths, config, &bundle).await {
        found.push(Bad(format!("the hook {hook} is out of service: {why}. Mend its file, or try it with `innkeeper hooks retry --hook {hook:?}`")));
    }
    found.extend(given_up(paths, config).await);
    found
}

/// Whether the files on disk are what runs.
async fn live(paths: &Paths, config: &Config, bundle: &Bundle) -> Option<Finding> {
    let db = looked_at(paths, config).await?;
    let stored = store::latest(&db).await.ok()??;
    let runs = paths.data.join(super::reload::PID_FILE).exists();
    (runs && stored.hash != bundle.hash).then(|| {
        Look(format!(
            "bundle {} is live and the folder holds {}; run `innkeeper reload`",
            stored.hash, bundle.hash
        ))
    })
}

/// The database, if it is there: looking must not make one.
async fn looked_at(paths: &Paths, config: &Config) -> Option<Db> {
    let url = config.database_url(&paths.data);
    if url.strip_prefix("sqlite://").is_some_and(|file| !std::path::Path::new(file).exists()) {
        return None;
    }
    Db::connect(&url).await.ok()
}

/// Hooks that kept failing in the version that is on disk, each with what it said last.
pub(super) async fn out_of_service(paths: &Paths, config: &Config, bundle: &Bundle) -> Vec<(String, String)> {
    let Some(db) = looked_at(paths, config).await else { return Vec::new() };
    let rows = health::store::list(&db).await.unwrap_or_default();
    let out = rows.into_iter().filter(|row| row.out_at.is_some() && row.version == bundle.version(&row.file));
    out.map(|row| {
        let failure = row.last_failure().unwrap_or_default();
        let why = format!("{}:{}: {}", failure.file, failure.line, failure.message);
        (row.hook, format!("it failed in {} of {} runs, last with {why}", row.failures, row.runs))
    })
    .collect()
}

async fn given_up(paths: &Paths, config: &Config) -> Option<Finding> {
    let db = looked_at(paths, config).await?;
    let count: i64 = effect::store::given_up(&db).await.ok()?.values().sum();
    (count > 0).then(|| {
        Look(format!("runs of hooks: {count} were given up; once their cause is mended, `innkeeper hooks retry` runs them again"))
    })
}

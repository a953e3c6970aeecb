//! `innkeeper doctor`: what is misconfigured, and the mend.

use super::{Done, load_config, open_database, show};
use crate::{
    bundle::{
        self, Bundle, Files, Source,
        history::{self, Standing},
        store,
    },
    config::{Config, Paths},
    db::{Db, without_password},
    effect, health,
    mail::{self as mails, Relays, dkim::Signer},
    model::staff,
};
use clap::Args;
use serde::Serialize;
use std::{collections::BTreeMap, fs, process::ExitCode};

/// Looks for what is misconfigured.
#[derive(Debug, Args)]
#[command(after_help = "Exit code 1 if something is bad; 0 if there is only something to look at.")]
pub(super) struct Doctor {
    #[command(flatten)]
    output: show::Output,
}

/// What was found; only `Bad` makes the exit code 1.
enum Finding {
    Fine(String),
    Look(String),
    Bad(String),
}
use Finding::{Bad, Fine, Look};

/// A finding, as `doctor --format json` says it.
#[derive(Serialize)]
struct Row {
    /// `ok`, `look` or `bad`.
    severity: &'static str,
    message: String,
}

impl Doctor {
    pub(super) async fn run(self, paths: Paths) -> Done {
        super::folder(&paths)?;
        let mut found = Vec::new();
        match load_config(&paths) {
            Err(trouble) => found.push(Bad(trouble.to_string())),
            Ok(config) => {
                found.extend(settings(&paths, &config));
                found.extend(super::pending::words(&paths).map(Look));
                found.extend(mail(&paths, &config).await);
                let (db, about) = database(&paths, &config).await;
                found.extend(about);
                found.extend(files(&paths, &config, db.as_ref()).await);
            }
        }
        let rows: Vec<Row> = found.into_iter().map(Row::from).collect();
        let code =
            if rows.iter().any(|row| row.severity == "bad") { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        if self.output.is_json() {
            show::json(&rows)?;
            return Ok(code);
        }
        for row in &rows {
            let tone = match row.severity {
                "ok" => show::Tone::Good,
                "look" => show::Tone::Look,
                _ => show::Tone::Bad,
            };
            show::line(format!(
                "{}  {}",
                show::paint(tone, format!("{:<4}", row.severity)),
                show::clean(&row.message)
            ));
        }
        Ok(code)
    }
}

impl From<Finding> for Row {
    fn from(finding: Finding) -> Self {
        let (severity, message) = match finding {
            Fine(text) => ("ok", text),
            Look(text) => ("look", text),
            Bad(text) => ("bad", text),
        };
        Self { severity, message }
    }
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

async fn mail(paths: &Paths, config: &Config) -> Vec<Finding> {
    if !config.has_mail_server() {
        return vec![match config.is_local() {
            true => Look("smtp_url: not set; no mail leaves, it is kept for /dev/mailbox".to_owned()),
            false => Bad("smtp_url: not set, and other machines reach this server: every mail would show at /dev/mailbox without log-in. Set smtp_url".to_owned()),
        }];
    }
    let mut found = match Relays::new(config) {
        Err(why) => vec![Bad(why)],
        Ok(relays) => relays.probe().await.into_iter().map(|(name, said)| relay(&name, said)).collect(),
    };
    if config.mail_from == Config::default().mail_from {
        found.push(Look(format!(
            "mail_from: not set; mail leaves as {}, which is a placeholder: nobody can answer it, and receivers doubt it",
            config.mail_from
        )));
    }
    found.push(signature(paths, config));
    found
}

fn relay(name: &str, said: Result<String, String>) -> Finding {
    match said {
        Ok(words) if name == "smtp_url" => Fine(format!("smtp_url: {words}")),
        Ok(words) => Fine(format!("relays: {name}: {words}")),
        Err(why) => Bad(format!("{why}. Mail waits until a mail server answers")),
    }
}

fn signature(paths: &Paths, config: &Config) -> Finding {
    let from = config.sender_domain();
    match Signer::read(&config.dkim, &paths.data) {
        Err(why) => Bad(why),
        Ok(None) => Look(
            "dkim.domain: not set; mail is not signed, unless the mail server does it. `innkeeper mail dkim --new` makes a key"
                .to_owned(),
        ),
        Ok(Some(signer)) if from != signer.domain && !from.ends_with(&format!(".{}", signer.domain)) => {
            Look(format!(
                "dkim.domain: {} signs mail from {from}, which receivers do not count as its own (DMARC)",
                signer.domain
            ))
        }
        Ok(Some(signer)) => Fine(format!(
            "dkim: mail is signed by {}; `innkeeper mail dkim` prints what its DNS must say",
            signer.record_name()
        )),
    }
}

/// What there is to say about the database, and the database if it can be read.
async fn database(paths: &Paths, config: &Config) -> (Option<Db>, Vec<Finding>) {
    let shown = without_password(&config.database_url(&paths.data));
    if let Some(file) = super::missing_database(paths, config) {
        return (None, vec![Look(format!("database: {file} is not there yet; `innkeeper serve` makes it"))]);
    }
    let db = match open_database(paths, config).await {
        Ok(db) => db,
        Err(trouble) => return (None, vec![Bad(trouble.to_string())]),
    };
    let found = match staff::list(&db).await {
        Err(_) => {
            let stale = format!(
                "database: {shown} answers, and its schema is not up to date; run `innkeeper migrate`"
            );
            return (None, vec![Bad(stale)]);
        }
        Ok(list) if list.is_empty() => vec![
            Fine(format!("database: {shown} answers")),
            Look(
                "staff: nobody can log in under /admin; run `innkeeper staff add you@host.example`"
                    .to_owned(),
            ),
        ],
        Ok(_) => vec![Fine(format!("database: {shown} answers"))],
    };
    (Some(db), found)
}

async fn files(paths: &Paths, config: &Config, db: Option<&Db>) -> Vec<Finding> {
    let mut source = match Source::read(&paths.data, config) {
        Ok(source) => source,
        Err(error) => return vec![Bad(format!("{}: {error}", paths.data.display()))],
    };
    let stored = match db {
        Some(db) => store::list(db, 1).await.unwrap_or_default(),
        None => Vec::new(),
    };
    let last_good = match (db, stored.first()) {
        (Some(db), Some(live)) => store::files(db, live).await.unwrap_or_default(),
        _ => Files::new(),
    };
    source.last_settings = stored.first().map(store::StoredBundle::last_settings);
    let stands = match db {
        Some(db) => history::standings(db, &source.files).await.unwrap_or_default(),
        None => BTreeMap::new(),
    };
    let bundle = Bundle::tried(&source, &last_good, None).await;
    let mut found = mistakes(&bundle, &source, &last_good);
    for folder in bundle::FOLDERS {
        if !paths.data.join(folder).is_dir() && folder != "messages" {
            found.push(Look(format!(
                "{folder}/: not in {}; the shipped ones run from the binary",
                paths.data.display()
            )));
        }
    }
    if paths.data.join("email-templates").is_dir() {
        found.extend(carried(&source.carried_templates(&paths.data)));
    }
    let shipped = bundle::shipped();
    let is_active = |path: &String| path.starts_with("hooks/") && path.matches('/').count() == 1;
    for path in shipped.keys().filter(|path| is_active(path) && !source.files.contains_key(*path)) {
        let name = path.trim_start_matches("hooks/").trim_end_matches(".rhai");
        found.push(Look(format!("{path}: shipped and switched off here; what it decided nobody decides now, unless another script does. `innkeeper hooks enable {name}` brings it back")));
    }
    let waits = |path: &str| path.starts_with("hooks/available/") || path.starts_with("hooks/tests/");
    for (path, text) in shipped.iter().filter(|(path, _)| !waits(path)) {
        if let Ok(own) = fs::read_to_string(paths.data.join(path))
            && own != **text
        {
            found.push(edited(path, stands.get(path)));
        }
    }
    if let Some(live) = stored.first() {
        let runs = super::reload::server(paths).is_some();
        if runs && live.hash != bundle.hash {
            found.push(Look(format!(
                "bundle {} is live and the folder holds {}; `innkeeper bundle diff` shows what differs, `innkeeper reload` lets it go live",
                live.hash, bundle.hash
            )));
        }
    }
    found.extend(secrets(db, &bundle).await);
    if let Some(db) = db {
        for (hook, why) in out_of_service(db, &bundle).await {
            found.push(Bad(format!("the hook {hook} is out of service: {why}. Mend its file, or try it with `innkeeper hooks retry --hook {hook:?}`")));
        }
        found.extend(given_up(db).await);
        found.extend(lost(db).await);
    }
    found
}

/// Templates that the folder lacks.
fn carried(paths: &[&str]) -> Option<Finding> {
    let shown = match paths {
        [] => return None,
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!("{first}, {second}, {third} and {} more", rest.len())
        }
        few => few.join(", "),
    };
    let is = if paths.len() == 1 { "is" } else { "are" };
    Some(Look(format!(
        "{shown} {is} not here: the shipped text is sent, from the binary. To stop a mail, disable the script that routes it; `innkeeper mail list` has all messages"
    )))
}

/// Files that do not run as they stand, each with what runs instead.
fn mistakes(bundle: &Bundle, source: &Source, last_good: &Files) -> Vec<Finding> {
    let failed = bundle.failed();
    if failed.is_empty() {
        return vec![Fine(format!("hooks, templates and messages: {} files are fine", bundle.files.len()))];
    }
    let instead = |file: &String| match (bundle.files.get(file), source.files.get(file)) {
        (None, _) => "nothing of it runs",
        (in_use, on_disk) if in_use == on_disk => "it runs all the same",
        (in_use, _) if in_use == last_good.get(file) => "its last good version runs",
        _ => "the shipped version runs",
    };
    failed
        .iter()
        .map(|file| {
            match bundle.reports.iter().find(|report| report.file == *file && report.code == "settings") {
                Some(report) => Bad(format!("{file}: {}; {}", report.message, report.help)),
                None => Bad(format!("{file}: has a mistake; {}. See `innkeeper check`", instead(file))),
            }
        })
        .collect()
}

/// Secrets that plugins declare and that nobody has set.
async fn secrets(db: Option<&Db>, bundle: &Bundle) -> Vec<Finding> {
    let set = match db {
        Some(db) => crate::plugin::store::secrets(db).await.unwrap_or_default(),
        None => Vec::new(),
    };
    let missing =
        |name: &str, secret: &str| !set.iter().any(|(plugin, key, _)| plugin == name && key == secret);
    let mut found = Vec::new();
    for manifest in bundle.hooks.manifests() {
        for secret in manifest.secrets().filter(|secret| missing(&manifest.name, secret)) {
            found.push(Look(format!(
                "plugin {0}: its secret {secret} is not set: web-hooks that need it wait, and drivers that need it fail; run `innkeeper plugins set {0} {secret}`",
                manifest.name
            )));
        }
    }
    found
}

/// A shipped file that differs here.
fn edited(path: &str, stands: Option<&Standing>) -> Finding {
    let both = match mails::name_of(path).map(|(locale, name)| (name, locale)) {
        Some((name, locale)) => {
            format!("`innkeeper mail diff {name} --locale {locale}` shows both changes and how they join")
        }
        None => "`innkeeper bundle diff disk shipped` shows how it differs".to_owned(),
    };
    match stands {
        Some(Standing::Old) => Look(format!(
            "{path}: as an earlier release shipped it, and this release ships another version; `innkeeper bundle diff disk shipped` shows what the release changed"
        )),
        Some(Standing::Diverged { known }) => Look(format!(
            "{path}: edited here, and this release ships another version than the one it was made from{}; it runs as it stands. {both}",
            if *known { "" } else { " (as far as is known)" }
        )),
        _ => Fine(format!(
            "{path}: edited here; it runs as it stands. `innkeeper bundle diff shipped disk` shows how it differs"
        )),
    }
}

/// Hooks that kept failing in the version that is on disk, each with what it said last.
pub(super) async fn out_of_service(db: &Db, bundle: &Bundle) -> Vec<(String, String)> {
    let rows = health::store::list(db).await.unwrap_or_default();
    let out = rows.into_iter().filter(|row| row.out_at.is_some() && row.version == bundle.version(&row.file));
    out.map(|row| {
        let failure = row.last_failure().unwrap_or_default();
        let why = format!("{}:{}: {}", failure.file, failure.line, failure.message);
        (row.hook, format!("it failed in {} of {} runs, last with {why}", row.failures, row.runs))
    })
    .collect()
}

async fn given_up(db: &Db) -> Option<Finding> {
    let count: i64 = effect::store::given_up(db).await.ok()?.values().sum();
    (count > 0).then(|| {
        Look(format!("runs of hooks: {count} were given up; once their cause is mended, `innkeeper hooks retry` runs them again"))
    })
}

/// Effects that were not carried out.
async fn lost(db: &Db) -> Option<Finding> {
    let lost = effect::store::lost(db).await.ok()?;
    let size = |n: i64| usize::try_from(n).unwrap_or_default();
    let each = lost.iter().map(|(hook, lost)| {
        let said =
            |n: i64, noun: &str, end: &str| (n > 0).then(|| format!("{} {end}", show::count(size(n), noun)));
        let parts = [said(lost.webhooks, "web-hook", "given up"), said(lost.refused, "effect", "refused")];
        format!("{hook}: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    });
    (!lost.is_empty()).then(|| {
        Look(format!(
            "effects of hooks: {}. `innkeeper events list` has the events and `innkeeper events show ID` the reasons; once those are mended, `innkeeper hooks retry --hook ID` carries them out",
            each.collect::<Vec<_>>().join("; ")
        ))
    })
}

//! What every part of the running server shares: built once, cloned into web and workers.

mod files;
mod gate;
mod open;

pub use open::{open, sealing_key};

pub use files::FILES;

use crate::{
    bundle::{Bundle, Files, Source, history, store},
    clock::Clock,
    config::{Config, Paths},
    db::Db,
    effect::Recipient,
    error::{Error, Kind, Result},
    event::{
        catalogue::{HooksActivated, Payload},
        data::{Account, Person},
        guard::Gate,
        outbox::{self, Act},
        page::{Menu, Panel},
    },
    health::{self, Breaker},
    hook::{Input, Notice, Verb},
    mail::{Relays, dkim::Signer, route},
    metrics::Metrics,
    model::{
        email_key, fact,
        preference::{FACT, Policy},
    },
    outgoing::Client,
    plugin,
    report::Severity,
    secret::{Passwords, SealingKey},
    trace::{GuardRun, Traces},
    worker::Stop,
};
use arc_swap::ArcSwap;
use gate::{Hooks, surroundings, tally};
use open::{last_live, node, read};
use serde_json::Value;
use std::{collections::HashMap, sync::Arc};
use tokio::sync::Mutex;

/// How long reading the data folder may take.
const READING: std::time::Duration = std::time::Duration::from_secs(20);

/// A handle on the running server; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// What the operator set.
    pub config: Arc<Config>,
    /// Where the operator's files are.
    pub paths: Arc<Paths>,
    /// Seals second factors and waiting links.
    pub key: SealingKey,
    /// Hashes and compares passwords.
    pub passwords: Passwords,
    /// How the model asks the hooks.
    pub gate: Arc<dyn Gate>,
    /// Where mail goes.
    pub mailer: Arc<Mailer>,
    /// Signs mail, if the operator has a key.
    pub signer: Option<Arc<Signer>>,
    /// Calls other hosts on behalf of hooks.
    pub outgoing: Client,
    /// Which hooks keep failing.
    pub breaker: Arc<Breaker>,
    /// What guards saw and said, until it is written.
    pub traces: Arc<Traces>,
    /// How often hooks are asked about forms that are only shown.
    pub forms: Arc<crate::web::Pace>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// This process among others on the same database.
    pub node: Arc<str>,
    /// The threads on which mail is made.
    pub makers: Arc<crate::worker::deliver::Makers>,
    /// Accounts and events that were read a moment ago.
    pub recent: Arc<crate::worker::recent::Recent>,
    /// What new versions of scripts that run beside the live ones are still to meet.
    pub shadows: Arc<crate::worker::shadow::Queue>,
    bundle: Arc<ArcSwap<Bundle>>,
    /// Held while a new bundle is read, tried and made live.
    reloading: Arc<Mutex<()>>,
    /// Held while the data folder is read.
    reading: Arc<Mutex<()>>,
    /// Bundles that are not live any more, for runs that began with them.
    earlier: Arc<Mutex<HashMap<String, Arc<Bundle>>>>,
}

/// Where mail goes.
#[derive(Debug)]
pub enum Mailer {
    /// To the built-in mailbox, because no mail server is configured.
    Mailbox,
    /// To mail servers.
    Smtp(Box<Relays>),
}

impl App {
    /// Opens everything: key, database (migrated), mail server, and the bundle of the data folder.
    ///
    /// # Errors
    /// [`Kind::Unavailable`] with words that name the key or the file, and the mend.
    pub async fn build(paths: Paths, config: Config, clock: Clock) -> Result<Self> {
        let key = sealing_key(&paths.data, &config)?;
        let db = open(&paths, &config).await?;
        let wrong = |why: String| Error::new(Kind::Unavailable, "smtp").detail(why);
        let mailer = match config.has_mail_server() {
            false => Mailer::Mailbox,
            true => Mailer::Smtp(Box::new(Relays::new(&config).map_err(wrong)?)),
        };
        let signer = Signer::read(&config.dkim, &paths.data).map_err(wrong)?.map(Arc::new);
        let outgoing = Client::new(&config.outgoing)
            .map_err(|e| Error::new(Kind::Unavailable, "outgoing").detail(e.to_string()))?;
        let mut source = read(&paths.data, &config)?;
        let last_good;
        (last_good, source.last_settings) = last_live(&db).await?;
        let bundle = Arc::new(ArcSwap::from_pointee(Bundle::tried(&source, &last_good, None).await));
        let breaker = Arc::<Breaker>::default();
        let traces = Arc::<Traces>::default();
        let app = Self {
            gate: Arc::new(Hooks {
                bundle: Arc::clone(&bundle),
                db: db.clone(),
                clock: clock.clone(),
                breaker: Arc::clone(&breaker),
                traces: Arc::clone(&traces),
            }),
            traces,
            node: node(&paths.data, clock.now())?.into(),
            key,
            db,
            clock,
            config: Arc::new(config),
            paths: Arc::new(paths),
            passwords: Passwords::new(),
            mailer: Arc::new(mailer),
            signer,
            outgoing,
            breaker,
            forms: Arc::default(),
            metrics: Arc::default(),
            makers: Arc::default(),
            recent: Arc::default(),
            shadows: Arc::default(),
            bundle,
            reloading: Arc::default(),
            reading: Arc::default(),
            earlier: Arc::default(),
        };
        app.announce(&app.bundle()).await?;
        app.learn_who_is_out().await?;
        Ok(app)
    }

    /// The set that is live now; whoever begins with it finishes with it.
    pub fn bundle(&self) -> Arc<Bundle> {
        self.bundle.load_full()
    }

    /// The message `id` with these values, in the nearest language that there is.
    pub fn say(&self, locale: &str, id: &str, values: &[(&'static str, String)]) -> String {
        let values = values.iter().map(|(name, value)| (*name, value.as_str()));
        self.bundle().messages.text(locale, id, &values.collect())
    }

    /// What the operator lays down about mail, as it is live now.
    pub fn mail_policy(&self) -> Policy {
        Policy::of_setting(self.bundle().settings.get("mail"))
    }

    /// The set that was live as `hash`, or the present one if nobody knows it any more.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn bundle_of(&self, hash: &str) -> Result<Arc<Bundle>> {
        let live = self.bundle();
        if hash.is_empty() || hash == live.hash {
            return Ok(live);
        }
        if let Some(bundle) = self.earlier.lock().await.get(hash) {
            return Ok(Arc::clone(bundle));
        }
        let Some(stored) = store::lookup(&self.db, hash).await? else { return Ok(live) };
        let files = store::files(&self.db, &stored).await?;
        let source = Source {
            files,
            settings: serde_json::from_str(&stored.settings).unwrap_or_default(),
            plugins: serde_json::from_str(&stored.plugins).unwrap_or_default(),
            outgoing_allow: self.config.outgoing.allow.clone(),
            ..Source::default()
        };
        let bundle = Arc::new(Bundle::build(&source, &Files::new(), None));
        self.earlier.lock().await.insert(hash.to_owned(), Arc::clone(&bundle));
        Ok(bundle)
    }

    /// Reads the data folder again and lets what changed go live, atomically; gives the bundle that
    /// is live then. What does not load runs in its last good version, and is reported.
    ///
    /// # Errors
    /// If the folder or the database is away; the live bundle stays.
    pub async fn reload(&self) -> Result<Arc<Bundle>> {
        // Not the lock of `earlier`, for which runs wait that are tried again: reading and trying may take long.
        let _alone = self.reloading.lock().await;
        let live = self.bundle();
        let config = self
            .paths
            .load(std::env::vars())
            .map_err(|e| Error::new(Kind::Invalid, "config").detail(e.to_string()))?;
        let mut source = self.read_in_time(config).await?;
        source.last_settings = Some(live.last_settings());
        let next = Bundle::tried(&source, &live.files, Some(&live)).await;
        if next.hash == live.hash && next.reports == live.reports {
            return Ok(live);
        }
        let next = Arc::new(next);
        // Before it is live: what the database does not know would never be announced, since nothing changes any more.
        self.announce(&next).await?;
        let mut earlier = self.earlier.lock().await;
        self.bundle.store(Arc::clone(&next));
        if next.hash != live.hash {
            // A handful is enough for runs that are still to be tried again; older ones are rebuilt from the database.
            if earlier.len() >= 8 {
                earlier.clear();
            }
            earlier.insert(live.hash.clone(), Arc::clone(&live));
        }
        Ok(next)
    }

    /// Reads the data folder, which may lie on a disk that does not answer.
    async fn read_in_time(&self, config: Config) -> Result<Source> {
        let busy = || {
            Error::new(Kind::Unavailable, "folder").detail(format!(
                "the data folder {} does not answer; an earlier read of it is still under way",
                self.paths.data.display()
            ))
        };
        // Goes with the thread that reads: a disk that hangs costs one thread and no more.
        let reading = Arc::clone(&self.reading).try_lock_owned().map_err(|_| busy())?;
        let paths = Arc::clone(&self.paths);
        let read = tokio::task::spawn_blocking(move || {
            let source = read(&paths.data, &config);
            drop(reading);
            source
        });
        let read = tokio::time::timeout(READING, read).await.map_err(|_| busy())?;
        read.map_err(|e| Error::internal(format!("reading: {e}")))?
    }

    /// Says that a bundle is live: in the log, in the database, and as an event.
    async fn announce(&self, bundle: &Bundle) -> Result<()> {
        for report in &bundle.reports {
            match report.severity {
                Severity::Error => tracing::error!("{report}"),
                Severity::Warning => tracing::warn!("{report}"),
            }
        }
        let now = self.clock.now();
        let failed = bundle.failed();
        let mut tx = self.db.begin().await?;
        // What stands in for a broken file says nothing about where that file is from.
        let sound = bundle.files.iter().filter(|(path, _)| !failed.contains(path));
        let sound = sound.map(|(path, text)| (path.clone(), Arc::clone(text))).collect();
        history::note(&mut tx, &sound, now).await?;
        let setting = bundle.settings.get("mail");
        for mistake in Policy::mistakes(setting) {
            tracing::warn!("innkeeper.toml: {mistake}");
        }
        let policy = Policy::of_setting(setting).to_column();
        if fact::get(&mut tx, FACT).await?.as_deref() != Some(policy.as_str()) {
            fact::set(&mut tx, FACT, &policy).await?;
        }
        tx.commit().await?;
        let known = store::latest(&self.db).await?.is_some_and(|stored| stored.hash == bundle.hash);
        if known && failed.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        if !known {
            store::activate(&mut tx, bundle, now).await?;
        }
        tracing::info!(bundle = %bundle.hash, hooks = bundle.hooks.hooks().len(), ?failed, "hooks, templates, messages and settings are live");
        let event = HooksActivated { bundle: bundle.hash.clone(), failed };
        outbox::emit(&mut tx, &self.act_of_system(&bundle.hash, 0), &Account::default(), &event, &[]).await?;
        tx.commit().await?;
        self.metrics.bundles_activated.inc();
        Ok(())
    }

    /// Who would be mailed if `payload` happened now: whom the live `route` hooks choose, held to the
    /// leak guard and to preferences just as when it does happen. Nothing is kept.
    ///
    /// # Errors
    /// If the server is stopping.
    pub async fn goes_to<P: Payload>(
        &self,
        act: &Act,
        account: &Account,
        payload: &P,
    ) -> Result<Vec<Recipient>> {
        let (bundle, event) = (self.bundle(), outbox::imagined(act, account, payload)?);
        let routes = bundle.hooks.serving(Verb::Route, P::KIND.name);
        let given = bundle.hooks.given().with_stores(plugin::stores_for(&self.db, routes).await?);
        let given = given.without(self.breaker.known_out(bundle.hooks.hooks(), |file| bundle.version(file)));
        let asked = tokio::task::spawn_blocking(move || {
            let subjects = route::Subjects::of(&event);
            let input = Input::of(P::KIND, event);
            let mut told: Vec<Recipient> = Vec::new();
            for info in bundle.templates.notifications(P::KIND.name) {
                let fixed = subjects.concerned(info.category);
                let notice = Notice { template: info.name.clone(), category: info.category, fixed };
                let routing = bundle.hooks.route(&input, &notice, &given).routing;
                let settled = route::settle(&subjects, info.category, routing.recipients, routing.left_out);
                let known: Vec<String> = told.iter().map(|one| email_key(&one.target.email)).collect();
                told.extend(
                    settled
                        .recipients
                        .into_iter()
                        .filter(|one| !known.contains(&email_key(&one.target.email))),
                );
            }
            told
        });
        asked.await.map_err(|e| Error::internal(format!("route hooks: {e}")))
    }

    /// Lets the `menu` hooks of a bundle speak on a menu; what failed is kept as a trace.
    ///
    /// # Errors
    /// If the database is away, or the server is stopping.
    pub async fn menu(&self, bundle: &Arc<Bundle>, name: &str, view: Value) -> Result<Menu> {
        let given =
            surroundings(&self.db, &self.breaker, self.clock.now(), bundle, (Verb::Menu, name), true).await;
        let (app, bundle, name) = (self.clone(), Arc::clone(bundle), name.to_owned());
        let asked = tokio::task::spawn_blocking(move || {
            let run = bundle.hooks.menu(&name, view.clone(), &given);
            tally(&app.breaker, &bundle, Verb::Menu, &run.records, &view);
            app.trace(GuardRun::shown(
                "menu",
                view,
                serde_json::json!(run.menu),
                &run.records,
                &bundle.hash,
                app.clock.now(),
            ));
            run.menu
        });
        asked.await.map_err(|e| Error::internal(format!("menu hooks: {e}")))
    }

    /// Asks the `panel` hooks of a bundle what to show in a place; what failed is kept as a trace.
    ///
    /// # Errors
    /// If the database is away, or the server is stopping.
    pub async fn panels(&self, bundle: &Arc<Bundle>, place: &str, view: Value) -> Result<Vec<Panel>> {
        let given =
            surroundings(&self.db, &self.breaker, self.clock.now(), bundle, (Verb::Panel, place), true).await;
        let (app, bundle, place) = (self.clone(), Arc::clone(bundle), place.to_owned());
        let asked = tokio::task::spawn_blocking(move || {
            let run = bundle.hooks.panels(&place, view.clone(), &given);
            tally(&app.breaker, &bundle, Verb::Panel, &run.records, &view);
            app.trace(GuardRun::shown(
                "panel",
                view,
                serde_json::json!(run.panels),
                &run.records,
                &bundle.hash,
                app.clock.now(),
            ));
            run.panels
        });
        asked.await.map_err(|e| Error::internal(format!("panel hooks: {e}")))
    }

    fn trace(&self, run: Option<GuardRun>) {
        if let Some(run) = run {
            self.traces.keep(run);
        }
    }

    /// What the server does of its own accord, because of `correlation`.
    pub fn act_of_system(&self, correlation: &str, depth: i64) -> Act {
        let actor = Person {
            exists: true,
            kind: "system".to_owned(),
            name: "Innkeeper".to_owned(),
            ..Person::default()
        };
        Act { actor, at: self.clock.now(), correlation: correlation.to_owned(), depth, key: self.key.clone() }
    }

    /// Reads from the database which hooks are out.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn learn_who_is_out(&self) -> Result<()> {
        self.breaker.learn(health::store::out(&self.db).await?);
        Ok(())
    }

    /// Works until nothing waits: events, runs, web-hooks, mail that is due. For tests, in place of sleeping.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn settle(&self) -> Result<()> {
        crate::worker::settle(self).await
    }

    /// Takes back what an earlier process on this data folder had claimed; for the one that serves it.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn take_back(&self) -> Result<()> {
        crate::worker::take_back(self).await
    }

    /// Starts the workers; they end when `stop` is asked for.
    pub fn start_workers(&self, stop: &Stop) -> tokio::task::JoinSet<()> {
        crate::worker::start(self, stop)
    }
}

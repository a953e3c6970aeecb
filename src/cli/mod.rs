//! The command line: a file for each command.
//!
//! To add one, add a variant with its help and a file with `run`. Output for people goes to stdout;
//! what went wrong goes to stderr by way of [`Trouble`], with exit code 1, or 2 if the command line was wrong.
//! [`show`] says how to print.

mod backup;
mod bundle;
mod check;
mod doctor;
mod events;
mod explain;
mod hooks;
mod init;
mod log;
mod mail;
mod migrate;
mod outgoing;
mod pending;
mod pipe;
mod plugins;
mod reload;
mod routes;
mod serve;
mod show;
mod staff;

use crate::{
    config::{Config, Paths},
    db::Db,
};
use clap::{Args, CommandFactory, Parser, Subcommand};
use show::line as say;
use std::{fmt, path::PathBuf, process::ExitCode};

/// A client area for hosting companies. What it tells whom, what its mail says and which permissions
/// people get by default are scripts and templates in the data folder; editing them takes effect at once.
#[derive(Debug, Parser)]
#[command(
    name = "innkeeper",
    version,
    about,
    after_help = "Begin with a look around:\n  innkeeper serve --demo\n\nOr set up your own:\n  innkeeper init /srv/innkeeper\n  innkeeper staff add --data /srv/innkeeper you@host.example\n  innkeeper serve --data /srv/innkeeper"
)]
pub struct Cli {
    #[command(flatten)]
    places: Places,
    #[command(subcommand)]
    command: Command,
}

/// Where everything is.
#[derive(Debug, Args)]
struct Places {
    /// The data folder: innkeeper.toml, hooks/, email-templates/, messages/, and the database unless it is PostgreSQL
    #[arg(long, global = true, value_name = "DIR", env = "INNKEEPER_DATA", default_value = "data")]
    data: PathBuf,
    /// The configuration file [default: innkeeper.toml in the data folder]
    #[arg(long, global = true, value_name = "FILE", env = "INNKEEPER_CONFIG")]
    config: Option<PathBuf>,
    /// When to use colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    color: show::Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Serve),
    /// Make a data folder: a commented innkeeper.toml, and the shipped hooks and templates, ready to edit
    Init(init::Init),
    /// Bring the database up to date (serve does so, too)
    Migrate,
    /// Say what is wrong with hooks, templates and messages, before they go live; needs no database
    Check(check::Check),
    /// Let the running server read hooks, templates and messages again, and say what came of it
    Reload,
    /// List hook scripts, switch them on and off, begin a new one, help editors
    Hooks(hooks::Hooks),
    /// Look at the sets of files that were live: list, show and compare them, and go back to one
    Bundle(bundle::Bundles),
    /// Look at what happened: list events, show what came of one, follow them, print their schema
    Events(events::Events),
    /// List plugins with their settings, and set their secrets
    Plugins(plugins::Plugins),
    /// Messages: list, show, try, compare with the shipped ones. Mail: queue, retry, drop, addresses that get none, DKIM
    Mail(mail::Mail),
    /// Say why somebody gets a mail, or does not, down to file and line
    Explain(explain::Explain),
    /// Show what web-hooks are signed with, and try one
    Outgoing(outgoing::Outgoing),
    /// Take a mail from standard input, for a mail server's alias; see docs/mail-in.md
    Pipe(pipe::Pipe),
    /// List every route of the web area, with who may use it
    Routes(routes::Routes),
    /// Manage those who log in under /admin
    Staff(staff::Staff),
    /// Copy the database (SQLite) and the files of tickets to a folder while the server runs; says what to run for PostgreSQL
    Backup(backup::Backup),
    /// Say what is misconfigured, and the mend
    Doctor(doctor::Doctor),
    /// Print shell completions, such as: innkeeper completions bash > /etc/bash_completion.d/innkeeper
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Try hooks and templates on samples, with limited memory (the server calls this itself)
    #[command(hide = true)]
    TrySamples,
    /// Render one mail with limited memory (the server calls this itself)
    #[command(hide = true)]
    TryMail,
}

/// What went wrong, in words for the person at the terminal.
#[derive(Debug)]
pub struct Trouble {
    words: String,
    code: u8,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names and answers from outside may stand in it.
        f.write_str(&show::clean(&self.words))
    }
}

macro_rules! trouble_from {
    ($($error:ty),+) => { $( impl From<$error> for Trouble { fn from(error: $error) -> Self { Self::new(error.to_string()) } } )+ };
}
trouble_from!(crate::config::ConfigError, std::io::Error, serde_json::Error);

impl From<crate::error::Error> for Trouble {
    fn from(error: crate::error::Error) -> Self {
        // The words are for people; the code stands only where there are none.
        if error.detail.is_empty() || error.source.is_some() {
            Self::new(error.to_string())
        } else {
            Self::new(error.detail)
        }
    }
}

impl Trouble {
    /// Something is wrong: exit code 1.
    fn new(words: impl Into<String>) -> Self {
        Self { words: words.into(), code: 1 }
    }

    /// The command line itself is wrong: exit code 2, as for an unknown option.
    fn usage(words: impl Into<String>) -> Self {
        Self { words: words.into(), code: 2 }
    }

    /// With what code the process ends.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

/// How a command ends that did not fail to run.
type Done = Result<ExitCode, Trouble>;

/// Runs a command.
///
/// # Errors
/// [`Trouble`], in words.
pub fn run(cli: Cli) -> Done {
    // The database, its backups and the configuration hold secrets: nobody else's to read.
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    cli.places.color.hold();
    let paths = Paths::new(cli.places.data, cli.places.config);
    match cli.command {
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "innkeeper", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
        Command::TrySamples => check::try_samples(),
        Command::TryMail => check::try_mail(),
        Command::Init(init) => init.run(),
        Command::Check(check) => check.run(&paths),
        Command::Routes(routes) => routes.run(),
        Command::Hooks(hooks) => hooks.run(&paths),
        Command::Bundle(bundle) => bundle.run(paths),
        Command::Events(events) => events.run(&paths),
        Command::Mail(mail) => mail.run(&paths),
        Command::Explain(explain) => block_on(explain.run(&paths)),
        Command::Outgoing(outgoing) => outgoing.run(&paths),
        Command::Serve(serve) => serve.run(paths),
        Command::Migrate => block_on(migrate::run(paths)),
        Command::Reload => block_on(reload::run(paths)),
        Command::Pipe(pipe) => pipe.run(paths),
        Command::Plugins(plugins) => block_on(plugins.run(paths)),
        Command::Staff(staff) => block_on(staff.run(paths)),
        Command::Backup(backup) => block_on(backup.run(paths)),
        Command::Doctor(doctor) => block_on(doctor.run(paths)),
    }
}

fn load_config(paths: &Paths) -> Result<Config, Trouble> {
    Ok(paths.load(std::env::vars())?)
}

/// What to add to a command, to be copied, so that it is about the same data folder.
fn data_option(paths: &Paths) -> String {
    let usual = paths.data.as_os_str() == "data" || std::env::var_os("INNKEEPER_DATA").is_some();
    if usual { String::new() } else { format!(" --data {}", paths.data.display()) }
}

/// Makes sure that the data folder is there: without it every answer would be about the shipped files.
fn folder(paths: &Paths) -> Result<(), Trouble> {
    if paths.data.is_dir() {
        return Ok(());
    }
    Err(Trouble::new(format!(
        "there is no folder {}; make one with `innkeeper init`, or name it with --data",
        paths.data.display()
    )))
}

/// Opens the database to read from it; makes none, and changes no schema.
async fn open_database(paths: &Paths, config: &Config) -> Result<Db, Trouble> {
    has_database(paths, config)?;
    Ok(Db::connect(&config.database_url(&paths.data)).await?)
}

/// Refuses to make a database for a command that looks for what is in one.
fn has_database(paths: &Paths, config: &Config) -> Result<(), Trouble> {
    match missing_database(paths, config) {
        None => Ok(()),
        Some(file) => Err(Trouble::new(format!(
            "there is no database at {file}; `innkeeper serve` makes it, or name the data folder with --data"
        ))),
    }
}

/// The file of the database, if it is a file that is not there: connecting would make it.
fn missing_database(paths: &Paths, config: &Config) -> Option<String> {
    let url = config.database_url(&paths.data);
    let file = url.strip_prefix("sqlite://")?;
    (!std::path::Path::new(file).exists()).then(|| file.to_owned())
}

fn block_on(command: impl Future<Output = Done>) -> Done {
    block_on_value(command)?
}

/// As [`block_on`], for something that is no command.
fn block_on_value<T>(work: impl Future<Output = T>) -> Result<T, Trouble> {
    // Hooks run on these threads: with room for the deepest of them, none needs a stack of its own.
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().thread_stack_size(crate::hook::THREAD_STACK);
    Ok(builder.build()?.block_on(work))
}

//! `innkeeper hooks enable` and `disable`.

use super::{
    folder::{bare, contents, copy, names, place, remove, script},
    hooks_folder, lost,
};
use crate::{
    bundle::{self, Bundle, Files, Source},
    cli::{Done, Trouble, load_config, reload, say, show},
    config::Paths,
    report::{Report, Severity, did_you_mean},
};
use clap::Args;
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// The scripts that decide which customers are mailed about tickets: one at a time, as a rule.
const POLICIES: [&str; 4] = ["ticket-mail", "wp-net", "hostupon", "classic"];

/// Switches a script or a plugin on.
#[derive(Debug, Args)]
pub(super) struct Enable {
    /// Its name, such as invite-domain
    name: String,
    /// Switch this one off in the same step, so that no event falls between two policies
    #[arg(long, value_name = "OTHER")]
    instead_of: Option<String>,
}

/// Switches a script or a plugin off.
#[derive(Debug, Args)]
pub(super) struct Disable {
    /// Its name, such as invite-domain
    name: String,
}

impl Enable {
    pub(super) fn run(self, paths: &Paths) -> Done {
        let folder = hooks_folder(paths)?;
        let name = bare(&self.name);
        let Some(other) = &self.instead_of else {
            let to = destination(&folder, name);
            if to.exists() {
                say(format!("{name} is on already: {}.", to.display()));
                return Ok(ExitCode::SUCCESS);
            }
            let done = format!("{} to {}", switch_on(&folder, name)?, to.display());
            let also: Vec<&str> = POLICIES
                .into_iter()
                .filter(|other| *other != name && POLICIES.contains(&name) && place(&folder, other).exists())
                .collect();
            let outcome = outcome(paths, name, &done)?;
            if let Some(other) = also.first() {
                say(format!(
                    "\n{name} and {} both say now which customers are mailed about tickets: whomever one of them names. `innkeeper hooks disable {other}` leaves it to {name}.",
                    also.join(" and ")
                ));
            }
            return Ok(outcome);
        };
        instead_of(paths, &folder, name, Switch::of(&folder, other)?)
    }
}

/// Switches one on and another off. The new one stands there before the old one goes: for a moment both decide, and never nobody.
fn instead_of(paths: &Paths, folder: &Path, name: &str, other: Switch) -> Done {
    if other.name == name {
        return Err(Trouble::new(format!("{name} cannot stand in its own place")));
    }
    let way = other.way()?;
    let before = today(paths)?;
    let to = destination(folder, name);
    let was_on = to.exists();
    let done = match was_on {
        true => "it was on already".to_owned(),
        false => format!("{} to {}", switch_on(folder, name)?, to.display()),
    };
    let reports = own_reports(&today(paths)?, name);
    if reports.iter().any(|report| report.severity == Severity::Error) {
        if !was_on {
            remove(&to)?;
        }
        say(format!("{name} would not run, so {} stays on and nothing was changed:", other.name));
        show_all(&reports);
        return Ok(ExitCode::FAILURE);
    }
    other.off(way)?;
    say(format!("{name} is on instead of {}: {done}; {0} waits in {}.", other.name, other.off.display()));
    show_all(&reports);
    for words in lost::between(&before, &today(paths)?, &other.on) {
        say(words);
    }
    say(told(paths));
    Ok(ExitCode::SUCCESS)
}

/// Where a script or a plugin stands when it is on.
fn destination(folder: &Path, name: &str) -> PathBuf {
    let from = place(&folder.join("available"), name);
    if from.is_dir() { folder.join(name) } else { script(folder, name) }
}

/// Puts a script or a plugin there; says from where.
fn switch_on(folder: &Path, name: &str) -> Result<String, Trouble> {
    let available = folder.join("available");
    let (from, to) = (place(&available, name), destination(folder, name));
    // A shipped script that somebody deleted comes back from the binary.
    let shipped = bundle::shipped();
    let carried = [format!("hooks/{name}.rhai"), format!("hooks/available/{name}.rhai")]
        .into_iter()
        .find_map(|path| shipped.get(&path));
    match carried {
        _ if from.exists() => {
            copy(&from, &to)?;
            Ok(format!("{} was copied", from.display()))
        }
        Some(text) => {
            fs::write(&to, text.as_bytes())?;
            Ok("the shipped script was written".to_owned())
        }
        None => Err(unknown(name, &available)?),
    }
}

impl Disable {
    pub(super) fn run(self, paths: &Paths) -> Done {
        let switch = Switch::of(&hooks_folder(paths)?, &self.name)?;
        let way = switch.way()?;
        let before = today(paths)?;
        switch.off(way)?;
        say(format!("{} is off; it waits in {}. {}", switch.name, switch.off.display(), told(paths)));
        let lost = lost::between(&before, &today(paths)?, &switch.on);
        if !lost.is_empty() {
            say(format!(
                "\n{}\nIf another script is to say who is, `innkeeper hooks enable NAME --instead-of {}` does both in one step.",
                lost.join("\n"),
                switch.name
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A script or a plugin that is on, and where it waits when it is off.
struct Switch {
    name: String,
    on: PathBuf,
    off: PathBuf,
}

/// How it goes.
enum Way {
    /// It is the only copy.
    Move,
    /// The same waits there already.
    Remove,
}

impl Switch {
    fn of(folder: &Path, typed: &str) -> Result<Self, Trouble> {
        let name = bare(typed);
        if typed.trim_start_matches("hooks/").contains('/') {
            return Err(Trouble::new(format!(
                "{typed:?} stands in a folder of its own; rename it so that its name begins with _, which switches it off"
            )));
        }
        let on = place(folder, name);
        let off = folder.join("available").join(on.file_name().unwrap_or_default());
        if !on.exists() {
            let known = names(folder)?;
            let hint = match did_you_mean(name, known.iter().map(String::as_str)) {
                Some(near) => format!("; did you mean {near}?"),
                None if off.exists() => "; it is off".to_owned(),
                None => "; `innkeeper hooks list` has all names".to_owned(),
            };
            return Err(Trouble::new(format!("{name} is not on: there is no {}{hint}", on.display())));
        }
        Ok(Self { name: name.to_owned(), on, off })
    }

    fn way(&self) -> Result<Way, Trouble> {
        if !self.off.exists() {
            return Ok(Way::Move);
        }
        if contents(&self.on)? == contents(&self.off)? {
            return Ok(Way::Remove);
        }
        Err(Trouble::new(format!(
            "{} was edited since it was switched on, and {} is another version. Rename the first to _{}, which switches it off and keeps it.",
            self.on.display(),
            self.off.display(),
            self.on.file_name().unwrap_or_default().display()
        )))
    }

    fn off(&self, way: Way) -> Result<(), Trouble> {
        match way {
            Way::Move => {
                if let Some(folder) = self.off.parent() {
                    fs::create_dir_all(folder)?;
                }
                fs::rename(&self.on, &self.off)?;
            }
            Way::Remove => remove(&self.on)?,
        }
        Ok(())
    }
}

fn unknown(name: &str, available: &Path) -> io::Result<Trouble> {
    let mut known = names(available)?;
    let shipped = bundle::shipped();
    known.extend(shipped.keys().filter(|path| path.starts_with("hooks/")).map(|path| bare(path).to_owned()));
    let hint = did_you_mean(name, known.iter().map(String::as_str))
        .map_or("`innkeeper hooks list` has all names".to_owned(), |near| format!("did you mean {near}?"));
    Ok(Trouble::new(format!("there is no script {name} in {}; {hint}", available.display())))
}

/// The scripts as they stand on disk.
fn today(paths: &Paths) -> Result<Bundle, Trouble> {
    let source = Source::read(&paths.data, &load_config(paths)?)?;
    Ok(Bundle::build(&source, &Files::new(), None))
}

/// What the check says about a script or a plugin.
fn own_reports(bundle: &Bundle, name: &str) -> Vec<Report> {
    let (file, folder) = (format!("hooks/{name}.rhai"), format!("hooks/{name}/"));
    let own = |report: &&Report| report.file == file || report.file.starts_with(&folder);
    bundle.reports.iter().filter(own).cloned().collect()
}

fn show_all(reports: &[Report]) {
    for report in reports {
        say(format!("\n{}", show::report(report)));
    }
}

/// Says what came of switching a script on: whether it runs, and what is wrong with it otherwise.
fn outcome(paths: &Paths, name: &str, done: &str) -> Done {
    let reports = own_reports(&today(paths)?, name);
    let runs = reports.iter().all(|report| report.severity != Severity::Error);
    say(match runs {
        true => format!("{name} is on: {done}."),
        false => format!("{name} does not run yet: {done}, and this stands in the way."),
    });
    show_all(&reports);
    if runs {
        say(told(paths));
        return Ok(ExitCode::SUCCESS);
    }
    say("\nOnce that is mended, it runs; `innkeeper check` tells whether it is.");
    Ok(ExitCode::FAILURE)
}

fn told(paths: &Paths) -> String {
    match reload::server(paths) {
        Some(_) => {
            "The running server takes it up within seconds; `innkeeper reload` waits for it.".to_owned()
        }
        None => "It takes effect when a server runs on this folder.".to_owned(),
    }
}

//! `innkeeper hooks enable` and `disable`.

use super::{
    folder::{bare, contents, copy, names, place, remove, script},
    hooks_folder,
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

/// Switches a script or a plugin on.
#[derive(Debug, Args)]
pub(super) struct Enable {
    /// Its name, such as invite-domain
    name: String,
    /// Switches this one off in the same moment, so that no event falls between two policies
    #[arg(long, value_name = "NAME")]
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
        let (name, available) = (bare(&self.name), folder.join("available"));
        let from = place(&available, name);
        let to = if from.is_dir() { folder.join(name) } else { script(&folder, name) };
        let other = self.instead_of.as_deref().map(|other| Switch::of(&folder, other)).transpose()?;
        if other.as_ref().is_some_and(|other| other.name == name) {
            return Err(Trouble::new(format!("{name} cannot take its own place")));
        }
        if to.exists() {
            if let Some(other) = other {
                other.off()?;
                say(format!("{} is off.", other.name));
            }
            say(format!("{name} is on already: {}.", to.display()));
            return Ok(ExitCode::SUCCESS);
        }
        // A shipped script that somebody deleted comes back from the binary.
        let shipped = bundle::shipped();
        let carried = [format!("hooks/{name}.rhai"), format!("hooks/available/{name}.rhai")]
            .into_iter()
            .find_map(|path| shipped.get(&path));
        let whence = match carried {
            _ if from.exists() => {
                copy(&from, &to)?;
                format!("{} was copied", from.display())
            }
            Some(text) => {
                fs::write(&to, text.as_bytes())?;
                "the shipped script was written".to_owned()
            }
            None => return Err(unknown(name, &available)?),
        };
        // Both before anybody is told: for a moment both are on, and each reader gets one mail all the same.
        let mut done = format!("{whence} to {}", to.display());
        if let Some(other) = other {
            if let Err(trouble) = other.off() {
                remove(&to)?;
                return Err(trouble);
            }
            done.push_str(&format!(", and {} is off", other.name));
        }
        outcome(paths, name, &done)
    }
}

impl Disable {
    pub(super) fn run(self, paths: &Paths) -> Done {
        let switch = Switch::of(&hooks_folder(paths)?, &self.name)?;
        switch.off()?;
        say(format!("{} is off; it waits in {}. {}", switch.name, switch.off.display(), told(paths)));
        Ok(ExitCode::SUCCESS)
    }
}

/// A script or a plugin that is on, and where it waits when it is off.
struct Switch {
    name: String,
    on: PathBuf,
    off: PathBuf,
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

    fn off(&self) -> Result<(), Trouble> {
        if !self.off.exists() {
            if let Some(folder) = self.off.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::rename(&self.on, &self.off)?;
        } else if contents(&self.on)? == contents(&self.off)? {
            remove(&self.on)?;
        } else {
            return Err(Trouble::new(format!(
                "{} was edited since it was switched on, and {} is another version. Rename the first to _{}, which switches it off and keeps it.",
                self.on.display(),
                self.off.display(),
                self.on.file_name().unwrap_or_default().display()
            )));
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

/// Says what came of switching a script on: whether it runs, and what is wrong with it otherwise.
fn outcome(paths: &Paths, name: &str, done: &str) -> Done {
    let source = Source::read(&paths.data, &load_config(paths)?)?;
    let (file, folder) = (format!("hooks/{name}.rhai"), format!("hooks/{name}/"));
    let own = |report: &&Report| report.file == file || report.file.starts_with(&folder);
    let bundle = Bundle::build(&source, &Files::new(), None);
    let reports: Vec<&Report> = bundle.reports.iter().filter(own).collect();
    let runs = reports.iter().all(|report| report.severity != Severity::Error);
    say(match runs {
        true => format!("{name} is on: {done}."),
        false => format!("{name} does not run yet: {done}, and this stands in the way."),
    });
    for report in &reports {
        say(format!("\n{}", show::report(report)));
    }
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

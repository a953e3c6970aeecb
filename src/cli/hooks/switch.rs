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
use std::{fs, io, path::Path, process::ExitCode};

/// Switches a script or a plugin on.
#[derive(Debug, Args)]
pub(super) struct Enable {
    /// Its name, such as invite-domain
    name: String,
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
        if to.exists() {
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
        outcome(paths, name, &format!("{whence} to {}", to.display()))
    }
}

impl Disable {
    pub(super) fn run(self, paths: &Paths) -> Done {
        let folder = hooks_folder(paths)?;
        let name = bare(&self.name);
        if self.name.trim_start_matches("hooks/").contains('/') {
            return Err(Trouble::new(format!(
                "{:?} stands in a folder of its own; rename it so that its name begins with _, which switches it off",
                self.name
            )));
        }
        let on = place(&folder, name);
        let off = folder.join("available").join(on.file_name().unwrap_or_default());
        if !on.exists() {
            let known = names(&folder)?;
            let hint = match did_you_mean(name, known.iter().map(String::as_str)) {
                Some(near) => format!("; did you mean {near}?"),
                None if off.exists() => "; it is off".to_owned(),
                None => "; `innkeeper hooks list` has all names".to_owned(),
            };
            return Err(Trouble::new(format!("{name} is not on: there is no {}{hint}", on.display())));
        }
        if !off.exists() {
            fs::create_dir_all(folder.join("available"))?;
            fs::rename(&on, &off)?;
        } else if contents(&on)? == contents(&off)? {
            remove(&on)?;
        } else {
            return Err(Trouble::new(format!(
                "{} was edited since it was switched on, and {} is another version. Rename the first to _{}, which switches it off and keeps it.",
                on.display(),
                off.display(),
                on.file_name().unwrap_or_default().display()
            )));
        }
        say(format!("{name} is off; it waits in {}. {}", off.display(), told(paths)));
        Ok(ExitCode::SUCCESS)
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

//! `innkeeper hooks`: which scripts are on, and switching shipped ones on and off.

mod replay;
mod run;
mod shadow;
mod test;

use super::{Done, Trouble, load_config, say};
use crate::{
    bundle::{Bundle, Files, Source},
    config::Paths,
    report::did_you_mean,
};
use clap::{Args, Subcommand};
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Lists, enables and disables hook scripts.
#[derive(Debug, Args)]
pub(super) struct Hooks {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List all hooks in the order in which they run, and the scripts that wait in available/
    List,
    /// Switch a script of hooks/available/ on: copies it to hooks/
    Enable {
        /// Its name, such as invite-domain
        name: String,
    },
    /// Switch a script off: moves it to hooks/available/, or removes the copy if it is the one from there
    Disable {
        /// Its name, such as invite-domain
        name: String,
    },
    /// Run your own tests of the hooks, in hooks/tests/
    Test(test::Test),
    /// Run one script on one event, and say what it read, decided and asked for; sends and stores nothing
    Run(run::Run),
    /// Say what the scripts on disk would have done to real history; sends and stores nothing
    Replay(replay::Replay),
    /// Try a new version of a script on live events, beside the live one and without any effect
    Shadow(shadow::Shadows),
}

impl Hooks {
    pub(super) fn run(self, paths: &Paths) -> Done {
        let folder = paths.data.join("hooks");
        if !folder.is_dir() {
            return Err(Trouble::new(format!(
                "there is no folder {}; make one with `innkeeper init`",
                folder.display()
            )));
        }
        match self.command {
            Command::List => list(paths, &folder),
            Command::Enable { name } => enable(&folder, &name),
            Command::Disable { name } => disable(&folder, &name),
            Command::Test(test) => test.run(paths),
            Command::Shadow(shadow) => super::block_on(shadow.run(paths)),
            Command::Run(run) => super::block_on(run.run(paths)),
            Command::Replay(replay) => super::block_on(replay.run(paths)),
        }
    }
}

fn list(paths: &Paths, folder: &Path) -> Done {
    let bundle = Bundle::build(&Source::read(&paths.data, &load_config(paths)?)?, &Files::new(), None);
    say("On, in the order in which they run:");
    for hook in bundle.hooks.hooks() {
        let point = hook.point.to_string();
        say(format!(
            "  {:<19} {:<24} {}:{}{}",
            hook.verb.to_string(),
            point,
            hook.file,
            hook.line,
            if hook.label.is_empty() { String::new() } else { format!("  {}", hook.label) }
        ));
    }
    for file in bundle.failed().iter().filter(|file| file.starts_with("hooks/")) {
        say(format!("  {file} has an error and is off; see `innkeeper check`"));
    }
    say("\nOff, to be switched on with `innkeeper hooks enable NAME`:");
    for name in names(&folder.join("available"))? {
        if !script(folder, &name).exists() {
            say(format!("  {:<24} {}", name, first_line(&script(&folder.join("available"), &name))));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn enable(folder: &Path, name: &str) -> Done {
    let (from, to) = (script(&folder.join("available"), bare(name)), script(folder, bare(name)));
    if to.exists() {
        say(format!("{} is on already.", bare(name)));
        return Ok(ExitCode::SUCCESS);
    }
    if !from.exists() {
        let known = names(&folder.join("available"))?;
        let hint = did_you_mean(bare(name), known.iter().map(String::as_str))
            .map(|near| format!("; did you mean {near}?"));
        return Err(Trouble::new(format!("there is no {}{}", from.display(), hint.unwrap_or_default())));
    }
    fs::copy(&from, &to)?;
    say(format!(
        "{} is on: {} was copied to {}. A running server has taken it up by now.",
        bare(name),
        from.display(),
        to.display()
    ));
    Ok(ExitCode::SUCCESS)
}

fn disable(folder: &Path, name: &str) -> Done {
    let (on, off) = (script(folder, bare(name)), script(&folder.join("available"), bare(name)));
    if !on.exists() {
        return Err(Trouble::new(format!("{} is not on: there is no {}", bare(name), on.display())));
    }
    match fs::read(&off) {
        Ok(kept) if kept == fs::read(&on)? => fs::remove_file(&on)?,
        Ok(_) => {
            return Err(Trouble::new(format!(
                "{} was edited since it was switched on, and {} is another version. Rename the first to _{}.rhai, which switches it off and keeps it.",
                on.display(),
                off.display(),
                bare(name)
            )));
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder.join("available"))?;
            fs::rename(&on, &off)?;
        }
        Err(e) => return Err(e.into()),
    }
    say(format!("{} is off; it waits in {}.", bare(name), off.display()));
    Ok(ExitCode::SUCCESS)
}

fn bare(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.strip_suffix(".rhai").unwrap_or(name)
}

fn script(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.rhai"))
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".rhai").map(str::to_owned))
        .filter(|name| !name.starts_with(['_', '.', '#']))
        .collect();
    names.sort();
    Ok(names)
}

/// What a script says about itself in its first comment line.
fn first_line(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix("//"))
        .unwrap_or_default()
        .trim_start_matches('/')
        .trim()
        .to_owned()
}

//! `innkeeper hooks`: which scripts are on, and switching shipped ones on and off.

mod test;

use super::{Done, Trouble, load_config, say};
use crate::{
    bundle::{Bundle, Files, Source},
    config::Paths,
    hook::plugin::FILE as MANIFEST,
    report::did_you_mean,
};
use clap::{Args, Subcommand};
use std::{
    collections::BTreeMap,
    ffi::OsString,
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
    /// Switch a script or plugin of hooks/available/ on: copies it to hooks/
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
        if !place(folder, &name).exists() {
            say(format!("  {:<29} {}", name, first_line(&place(&folder.join("available"), &name))));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn enable(folder: &Path, name: &str) -> Done {
    let name = bare(name);
    let from = place(&folder.join("available"), name);
    let to = if from.is_dir() { folder.join(name) } else { script(folder, name) };
    if to.exists() {
        say(format!("{name} is on already."));
        return Ok(ExitCode::SUCCESS);
    }
    if !from.exists() {
        let known = names(&folder.join("available"))?;
        let hint = did_you_mean(name, known.iter().map(String::as_str))
            .map(|near| format!("; did you mean {near}?"));
        return Err(Trouble::new(format!("there is no {}{}", from.display(), hint.unwrap_or_default())));
    }
    copy(&from, &to)?;
    say(format!(
        "{name} is on: {} was copied to {}. A running server has taken it up by now.",
        from.display(),
        to.display()
    ));
    Ok(ExitCode::SUCCESS)
}

fn disable(folder: &Path, name: &str) -> Done {
    let name = bare(name);
    let on = place(folder, name);
    if !on.exists() {
        return Err(Trouble::new(format!("{name} is not on: there is no {}", on.display())));
    }
    let off = folder.join("available").join(on.file_name().unwrap_or_default());
    if !off.exists() {
        fs::create_dir_all(folder.join("available"))?;
        fs::rename(&on, &off)?;
    } else if contents(&on)? == contents(&off)? {
        if on.is_dir() { fs::remove_dir_all(&on)? } else { fs::remove_file(&on)? }
    } else {
        let hidden = on.with_file_name(format!("_{}", on.file_name().unwrap_or_default().display()));
        return Err(Trouble::new(format!(
            "{} was edited since it was switched on, and {} is another version. Rename the first to {}, which switches it off and keeps it.",
            on.display(),
            off.display(),
            hidden.file_name().unwrap_or_default().display()
        )));
    }
    say(format!("{name} is off; it waits in {}.", off.display()));
    Ok(ExitCode::SUCCESS)
}

fn bare(name: &str) -> &str {
    let name = name.trim_end_matches('/');
    let name = name.rsplit('/').next().unwrap_or(name);
    name.strip_suffix(".rhai").unwrap_or(name)
}

fn script(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.rhai"))
}

/// Where the script of that name stands, or the plugin's folder.
fn place(folder: &Path, name: &str) -> PathBuf {
    if is_plugin(&folder.join(name)) { folder.join(name) } else { script(folder, name) }
}

fn is_plugin(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file()
}

/// Copies a script, or the files of a plugin's folder.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(|_| ());
    }
    // Beside it first, under a name that is passed over: a running server never sees half a plugin.
    let aside = to.with_file_name(format!(".{}", to.file_name().unwrap_or_default().display()));
    fs::create_dir_all(&aside)?;
    for (name, bytes) in contents(from)? {
        fs::write(aside.join(name), bytes)?;
    }
    fs::rename(aside, to)
}

/// What a script says, or each file of a plugin's folder.
fn contents(place: &Path) -> io::Result<BTreeMap<OsString, Vec<u8>>> {
    if !place.is_dir() {
        return Ok([(OsString::new(), fs::read(place)?)].into());
    }
    fs::read_dir(place)?
        .map(|entry| entry.and_then(|entry| Ok((entry.file_name(), fs::read(entry.path())?))))
        .collect()
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let name = |entry: fs::DirEntry| {
        let name = entry.file_name();
        let name = name.to_str()?;
        let plugin = is_plugin(&entry.path()).then_some(name);
        plugin.or_else(|| name.strip_suffix(".rhai")).map(str::to_owned)
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok().and_then(name))
        .filter(|name| !name.starts_with(['_', '.', '#']))
        .collect();
    names.sort();
    Ok(names)
}

/// What a script, or a plugin's manifest, says about itself in its first comment line.
fn first_line(place: &Path) -> String {
    let file = if place.is_dir() { place.join(MANIFEST) } else { place.to_owned() };
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix("//").or_else(|| line.strip_prefix('#')))
        .unwrap_or_default()
        .trim_start_matches('/')
        .trim()
        .to_owned()
}

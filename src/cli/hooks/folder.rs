//! The scripts and plugins of a folder by name.

use crate::hook::plugin::FILE as MANIFEST;
use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

/// The name without folder and ending, as people write it in any way.
pub(super) fn bare(name: &str) -> &str {
    let name = name.trim_end_matches('/');
    let name = name.rsplit('/').next().unwrap_or(name);
    name.strip_suffix(".rhai").unwrap_or(name)
}

/// Where the script of this name stands in a folder.
pub(super) fn script(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.rhai"))
}

/// Where the script of this name stands, or the plugin's folder.
pub(super) fn place(folder: &Path, name: &str) -> PathBuf {
    if is_plugin(&folder.join(name)) { folder.join(name) } else { script(folder, name) }
}

fn is_plugin(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file()
}

/// Copies a script, or the files of a plugin's folder.
///
/// # Errors
/// If a file cannot be read or written.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
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

/// Takes a script, or a plugin's folder, away.
///
/// # Errors
/// If it cannot be removed.
pub(super) fn remove(place: &Path) -> io::Result<()> {
    if place.is_dir() { fs::remove_dir_all(place) } else { fs::remove_file(place) }
}

/// What a script says, or each file of a plugin's folder.
///
/// # Errors
/// If a file cannot be read.
pub(super) fn contents(place: &Path) -> io::Result<BTreeMap<OsString, Vec<u8>>> {
    if !place.is_dir() {
        return Ok([(OsString::new(), fs::read(place)?)].into());
    }
    fs::read_dir(place)?
        .map(|entry| entry.and_then(|entry| Ok((entry.file_name(), fs::read(entry.path())?))))
        .collect()
}

/// Names of the scripts and plugins in a folder, in order; those that are switched off by their names left out.
pub(super) fn names(folder: &Path) -> io::Result<Vec<String>> {
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
pub(super) fn about(text: &str) -> String {
    let first = text.lines().find_map(|line| line.strip_prefix("//").or_else(|| line.strip_prefix('#')));
    first.unwrap_or_default().trim_start_matches('/').trim().to_owned()
}

//! The scripts of a folder by name.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The name without folder and ending, as people write it in any way.
pub(super) fn bare(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.strip_suffix(".rhai").unwrap_or(name)
}

/// Where the script of this name stands in a folder.
pub(super) fn script(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.rhai"))
}

/// Names of the scripts in a folder, in order; those that are switched off by their names left out.
pub(super) fn names(folder: &Path) -> io::Result<Vec<String>> {
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
pub(super) fn about(text: &str) -> String {
    let first = text.lines().find_map(|line| line.strip_prefix("//"));
    first.unwrap_or_default().trim_start_matches('/').trim().to_owned()
}

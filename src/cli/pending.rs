//! What the running server was started with, and which keys wait for it to start again.

use super::reload;
use crate::config::{self, Paths};
use std::{collections::BTreeMap, fs, io};

/// Where a running server leaves hashes of the configuration with which it started, in the data folder.
const FILE: &str = ".serve.keys";

/// Notes with what the server starts.
///
/// # Errors
/// If the file cannot be written.
pub(super) fn note(paths: &Paths, started_with: &BTreeMap<String, String>) -> io::Result<()> {
    fs::write(paths.data.join(FILE), serde_json::to_string(started_with)?)
}

/// What to say of keys that were changed since the running server started; nothing if none was, or none runs.
pub(super) fn words(paths: &Paths) -> Option<String> {
    let process = reload::server(paths)?;
    let text = fs::read_to_string(paths.data.join(FILE)).ok()?;
    let then: BTreeMap<String, String> = serde_json::from_str(&text).ok()?;
    let changed = config::changed(&then, &config::values(&paths.config));
    let (differ, they) = if changed.len() == 1 { ("differs", "it takes") } else { ("differ", "they take") };
    (!changed.is_empty()).then(|| {
        format!(
            "{}: {} {differ} from what the running server (process {process}) was started with; {they} effect when it is started again",
            paths.config.display(),
            changed.join(", ")
        )
    })
}

//! Log lines: structured, to stderr, for people or as JSON.

use super::Trouble;
use crate::config::{Config, LogFormat};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts logging as the configuration says.
pub(super) fn start(config: &Config) -> Result<(), Trouble> {
    // A folder that is gone is watched no more: the watcher would warn of what is as it should be.
    let filter = EnvFilter::try_new(format!("notify=error,{}", config.log))
        .map_err(|e| Trouble::new(format!("log: {:?} is no filter: {e}", config.log)))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match config.log_format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        LogFormat::Text => builder.with_target(false).try_init(),
    };
    started.map_err(|e| Trouble::new(format!("the log does not start: {e}")))
}

//! `innkeeper mail intake-key`: the address that providers post mail to.

use super::{Done, load_config};
use crate::{app, cli::say, config::Paths, intake};
use std::process::ExitCode;

pub(super) fn run(paths: &Paths) -> Done {
    let config = load_config(paths)?;
    let key = app::sealing_key(&paths.data, &config)?;
    say(format!("{}/intake/mail/{}", config.public_url(), intake::key(&key, config.intake.key)));
    Ok(ExitCode::SUCCESS)
}

//! `innkeeper migrate`: brings the database up to date, as `serve` does at its start.

use super::{Done, load_config, say};
use crate::{app, config::Paths, db::without_password};
use std::process::ExitCode;

pub(super) async fn run(paths: Paths) -> Done {
    let config = load_config(&paths)?;
    let db = app::open(&paths, &config).await?;
    db.close().await;
    say(format!("{} is up to date.", without_password(&config.database_url(&paths.data))));
    Ok(ExitCode::SUCCESS)
}

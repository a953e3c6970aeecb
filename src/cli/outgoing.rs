//! `innkeeper outgoing`: what web-hooks are signed with, and whether a receiver takes one.

use super::{Done, Trouble, block_on, load_config, say};
use crate::{
    app,
    clock::Clock,
    config::Paths,
    id,
    outgoing::{
        Client,
        webhook::{self, Message, Webhooks},
    },
};
use clap::{Args, Subcommand};
use serde_json::json;
use std::process::ExitCode;

/// Shows what web-hooks are signed with, and tries one.
#[derive(Debug, Args)]
pub(super) struct Outgoing {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the secret that receivers check the signatures of web-hooks with
    Secret,
    /// Send a signed test web-hook just as a hook would, and say what came of it
    Test {
        /// Where to, such as <https://crm.example.com/in>
        url: String,
    },
}

impl Outgoing {
    pub(super) fn run(self, paths: &Paths) -> Done {
        let config = load_config(paths)?;
        let key = app::sealing_key(&paths.data, &config)?;
        match self.command {
            Command::Secret => {
                say(webhook::secret(&config.outgoing, &key));
                Ok(ExitCode::SUCCESS)
            }
            Command::Test { url } if !url.starts_with("https://") && !url.starts_with("http://") => {
                Err(Trouble::usage(format!(
                    "{url:?} is no web address: it begins with https:// (or http://, if [outgoing] allow names it with its port)"
                )))
            }
            Command::Test { url } => block_on(async move {
                let client = Client::new(&config.outgoing).map_err(|e| Trouble::new(e.to_string()))?;
                let now = Clock::system().now();
                let body = json!({ "type": "innkeeper.test", "data": {} });
                let webhooks = Webhooks::new(client, &config.outgoing, &key);
                let id = id::new("eff", now);
                match webhooks
                    .send(Message { id: &id, url: &url, headers: &[], sealed: false, body: &body }, now)
                    .await
                {
                    Ok(status) => say(format!("taken: the receiver says {status}")),
                    Err(failure) => return Err(Trouble::new(format!("not taken: {failure}"))),
                }
                Ok(ExitCode::SUCCESS)
            }),
        }
    }
}

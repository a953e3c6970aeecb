//! `innkeeper events schema`: JSON Schema, made from the catalogue; needs no data folder.

use crate::{
    cli::{Done, Trouble, show},
    event::{catalogue::EVENTS, guard::GUARDS, schema},
    report::did_you_mean,
};
use clap::Args;
use std::process::ExitCode;

/// Prints a schema.
#[derive(Debug, Args)]
pub(super) struct Schema {
    /// An event (ticket.replied), a guarded action (ticket.reply), permission_defaults, a place (client.home) or what a driver is asked (provisioning.single_sign_on); all events and actions if left out
    name: Option<String>,
}

impl Schema {
    pub(super) fn run(self) -> Done {
        let Some(name) = self.name else {
            show::json(&schema::all())?;
            return Ok(ExitCode::SUCCESS);
        };
        let Some(schema) = schema::one(&name) else {
            let names = EVENTS.iter().map(|kind| kind.name).chain(GUARDS.iter().map(|kind| kind.name));
            let further = schema::further();
            let names = names.chain(further.iter().map(String::as_str));
            let hint = did_you_mean(&name, names)
                .map_or("`innkeeper events schema` prints all".to_owned(), |near| {
                    format!("did you mean {near}?")
                });
            return Err(Trouble::usage(format!("there is no event, action or other point {name:?}; {hint}")));
        };
        show::json(&schema)?;
        Ok(ExitCode::SUCCESS)
    }
}

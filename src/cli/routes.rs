//! `innkeeper routes`: every route with who may use it, from the table that the router is made of.

use super::{Done, Format, say};
use crate::web;
use clap::Args;
use std::process::ExitCode;

/// Lists routes.
#[derive(Debug, Args)]
pub(super) struct Routes {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Routes {
    pub(super) fn run(self) -> Done {
        let routes = web::routes::list();
        match self.format {
            Format::Json => say(serde_json::to_string_pretty(&routes)?),
            Format::Text => {
                let width = routes.iter().map(|route| route.path.len()).max().unwrap_or(0);
                for route in &routes {
                    say(format!("{:<6} {:<width$}  {}", route.method, route.path, route.access));
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

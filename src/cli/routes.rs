//! `innkeeper routes`: every route with who may use it, from the table that the router is made of.

use super::{Done, show};
use crate::web;
use clap::Args;
use std::process::ExitCode;

/// Lists routes.
#[derive(Debug, Args)]
pub(super) struct Routes {
    #[command(flatten)]
    output: show::Output,
}

impl Routes {
    pub(super) fn run(self) -> Done {
        show::List::of(&web::routes::list())
            .columns(&["METHOD", "PATH", "WHO MAY"], |route| {
                vec![show::faint(route.method), show::strong(route.path), show::plain(&route.access)]
            })
            .print(&self.output)?;
        Ok(ExitCode::SUCCESS)
    }
}

//! `innkeeper hooks definitions`: what editors need to complete and explain scripts.

use crate::{
    cli::{Done, Trouble, say},
    hook::definitions,
};
use clap::Args;
use std::{fs, path::PathBuf, process::ExitCode};

/// Writes definition files.
#[derive(Debug, Args)]
pub(super) struct Definitions {
    /// The folder to write them to; they go to standard output if left out
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Definitions {
    pub(super) fn run(self) -> Done {
        let files = definitions::files();
        let Some(out) = self.out else {
            for (name, text) in files {
                say(format!("// {name}\n{text}"));
            }
            return Ok(ExitCode::SUCCESS);
        };
        let trouble = |e: std::io::Error| {
            Trouble::new(format!("{}: {e}; name another folder with --out", out.display()))
        };
        fs::create_dir_all(&out).map_err(trouble)?;
        for (name, text) in &files {
            fs::write(out.join(name), text).map_err(trouble)?;
            say(out.join(name).display());
        }
        say("Open the data folder in an editor with Rhai's language server; docs/editor.md says how.");
        Ok(ExitCode::SUCCESS)
    }
}

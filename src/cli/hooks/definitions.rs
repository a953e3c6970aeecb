//! `innkeeper hooks definitions`: what editors need to complete and explain scripts.

use crate::{
    cli::{Done, Trouble, say},
    hook::definitions,
};
use clap::Args;
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

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
        if let Some(hooks) = hooks_above(&out) {
            return Err(Trouble::usage(format!(
                "{} is inside {}, where every .rhai file is a script that runs, and definitions are none; name a folder beside it, such as {}",
                out.display(),
                hooks.display(),
                hooks.with_file_name(".rhai").display()
            )));
        }
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

/// The folder of hooks in which this one is, or would be, unless its name keeps it out of the way.
fn hooks_above(out: &Path) -> Option<PathBuf> {
    let out = std::path::absolute(out).ok()?;
    let hooks = out.ancestors().find(|folder| {
        let beside = |name: &str| folder.with_file_name(name).exists();
        folder.file_name().is_some_and(|name| name == "hooks")
            && (beside("innkeeper.toml") || beside("email-templates"))
    })?;
    let below = out.strip_prefix(hooks).ok()?;
    let passed_over = |part: std::path::Component<'_>| {
        part.as_os_str().to_str().is_some_and(|name| name.starts_with(['.', '_', '#']))
    };
    (!below.components().any(passed_over)).then(|| hooks.to_owned())
}

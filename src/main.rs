//! `innkeeper`: parse, call, print the error.

use clap::Parser;
use innkeeper::cli::{Cli, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(trouble) => {
            #[expect(clippy::print_stderr, reason = "the command line's way to say what went wrong")]
            {
                eprintln!("innkeeper: {trouble}");
            }
            trouble.code()
        }
    }
}

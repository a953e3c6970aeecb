//! The command line, as an operator or a script sees it.

use std::{ffi::OsStr, path::Path, process::Stdio, time::Duration};

use tokio::process::Command;

/// How long a command may take. None of them waits for people.
const LIMIT: Duration = Duration::from_secs(60);

/// What a command that has ended leaves.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// Standard output, of a command that must have worked.
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self.stdout
    }

    /// Standard error, of a command that must have failed with this exit code.
    pub fn failed_with(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self.stderr
    }
}

/// Runs `innkeeper` with these arguments, to its end.
pub async fn innkeeper<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Outcome {
    run(binary().args(arguments)).await
}

/// Runs a command to its end, and ends it after a minute.
pub async fn run(command: &mut Command) -> Outcome {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let running = child.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")).wait_with_output();
    let Ok(output) = tokio::time::timeout(LIMIT, running).await else {
        panic!("{command:?} did not end within {} s", LIMIT.as_secs());
    };
    let output = output.unwrap();
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The binary under test, without what the caller's environment would tell it.
pub fn binary() -> Command {
    let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_innkeeper")));
    for (key, _) in std::env::vars_os() {
        if key.as_encoded_bytes().starts_with(b"INNKEEPER_") {
            command.env_remove(key);
        }
    }
    command
}

#[tokio::test]
async fn an_outcome_has_both_outputs_and_the_code() {
    let outcome = run(Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"])).await;
    assert_eq!(outcome.stdout, "one\n");
    assert_eq!(outcome.failed_with(3), "two\n");
}

#[tokio::test]
async fn help_is_asked_of_the_real_binary() {
    assert!(innkeeper(["--help"]).await.ok().contains("innkeeper"));
}

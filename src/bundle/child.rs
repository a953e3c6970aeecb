//! A process of our own in which a bomb hurts nobody: limited in memory and time, asked by JSON, answering in JSON.
//!
//! Its time is the processor's, which does not pass while others have the machine: what is well on an idle machine is
//! not at fault on a loaded one. How long its parent waits for it bounds what the machine may do to both.

use serde::{Serialize, de::DeserializeOwned};
use std::{io, path::PathBuf, process::ExitStatus, process::Stdio, time::Duration};
use tokio::io::AsyncWriteExt;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// What was asked needs more than it may, or ends the process, in words.
    Asked(String),
    /// The machine had no room or no time for the process, in words. Nothing is known about what was asked.
    Machine(String),
}

/// Runs in the child: so much memory beyond what it begins with, in bytes, and so much time of the processor.
///
/// # Errors
/// If a limit cannot be set.
pub fn limit(memory: u64, time: Duration) -> io::Result<()> {
    let (soft, hard) = rlimit::Resource::AS.get()?;
    // Address space counts what is mapped and never touched, too: start from what there is already.
    let base = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<u64>().ok())
        .map_or(memory, |pages| pages * 4096);
    let limit = (base + memory).min(soft);
    rlimit::Resource::AS.set(limit, hard.min(limit.max(1)))?;
    let (soft, hard) = rlimit::Resource::CPU.get()?;
    rlimit::Resource::CPU.set(time.as_secs().min(soft), hard)
}

/// Asks a child that runs `innkeeper COMMAND`, which limits itself to `time` of the processor; `patience` is how long
/// the machine may take about it.
///
/// # Errors
/// Why there is no answer.
pub async fn ask<T: DeserializeOwned>(
    command: &str,
    question: &impl Serialize,
    time: Duration,
    patience: Duration,
) -> Result<T, Failed> {
    let text = serde_json::to_vec(question).map_err(|e| Failed::Asked(e.to_string()))?;
    let late = || {
        let (waited, own) = (patience.as_secs(), time.as_secs());
        Failed::Machine(format!(
            "the machine is overloaded: in {waited} seconds it has not found {own} of processor time"
        ))
    };
    let answer = tokio::time::timeout(patience, answer(command, &text, time)).await.map_err(|_| late())??;
    serde_json::from_slice(&answer)
        .map_err(|e| Failed::Asked(format!("the child process answered nonsense: {e}")))
}

async fn answer(command: &str, question: &[u8], time: Duration) -> Result<Vec<u8>, Failed> {
    let machine = |what: &str, e: &io::Error| Failed::Machine(format!("{what}: {e}"));
    let mut child = tokio::process::Command::new(program().map_err(|e| machine("no child process", &e))?)
        .arg(command)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|e| machine("the child process does not start", &e))?;
    if let Some(mut stdin) = child.stdin.take() {
        // One that has ended before it heard all says below why.
        let _ = stdin.write_all(question).await;
    }
    let output =
        child.wait_with_output().await.map_err(|e| machine("the child process cannot be heard", &e))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let last = String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
    Err(match signal(output.status) {
        Some(XCPU) => Failed::Asked(format!("they took more than {} s of processor time", time.as_secs())),
        // Nothing of ours sends it: the system does, when its memory ends.
        Some(KILL) => Failed::Machine("the system has killed the child process".to_owned()),
        _ => Failed::Asked(format!("the child process ended with {}: {last}", output.status)),
    })
}

const KILL: i32 = rustix::process::Signal::KILL.as_raw();
const XCPU: i32 = rustix::process::Signal::XCPU.as_raw();

/// The signal that ended it.
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

/// This program; tests, which are another program, name it in the environment.
fn program() -> io::Result<PathBuf> {
    // Cargo puts the program above the folder with the tests of the library.
    #[cfg(test)]
    if let Some(folder) = std::env::current_exe().ok().as_deref().and_then(|tests| tests.ancestors().nth(2)) {
        return Ok(folder.join("innkeeper"));
    }
    match option_env!("CARGO_BIN_EXE_innkeeper") {
        Some(path) => Ok(path.into()),
        None => std::env::var_os("INNKEEPER_TEST_PROGRAM")
            .map_or_else(std::env::current_exe, |path| Ok(path.into())),
    }
}

//! A process of our own in which a bomb hurts nobody: limited in memory and time, asked by JSON, answering in JSON.

use serde::{Serialize, de::DeserializeOwned};
use std::{io, path::PathBuf, process::Stdio, time::Duration};
use tokio::io::AsyncWriteExt;

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
    // The parent's patience ends it sooner; this is for a parent that has died.
    let (soft, hard) = rlimit::Resource::CPU.get()?;
    rlimit::Resource::CPU.set((time.as_secs() + 10).min(soft), hard)
}

/// Asks a child that runs `innkeeper COMMAND`.
///
/// # Errors
/// Why there is no answer, in words.
pub async fn ask<T: DeserializeOwned>(
    command: &str,
    question: &impl Serialize,
    patience: Duration,
) -> Result<T, String> {
    let text = serde_json::to_vec(question).map_err(|e| e.to_string())?;
    match tokio::time::timeout(patience, answer(command, &text)).await {
        Ok(Ok(answer)) => {
            serde_json::from_slice(&answer).map_err(|e| format!("the child process answered nonsense: {e}"))
        }
        Ok(Err(why)) => Err(why),
        Err(_) => Err(format!("they did not end within {} seconds", patience.as_secs())),
    }
}

async fn answer(command: &str, question: &[u8]) -> Result<Vec<u8>, String> {
    let mut child = tokio::process::Command::new(program()?)
        .arg(command)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|e| format!("the child process does not start: {e}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(question).await.map_err(|e| e.to_string())?;
    }
    let output = child.wait_with_output().await.map_err(|e| e.to_string())?;
    if !output.status.success() {
        let last = String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
        return Err(format!("the child process ended with {}: {last}", output.status));
    }
    Ok(output.stdout)
}

/// This program; tests, which are another program, name it in the environment.
fn program() -> Result<PathBuf, String> {
    // Cargo puts the program above the folder with the tests of the library.
    #[cfg(test)]
    if let Some(folder) = std::env::current_exe().ok().as_deref().and_then(|tests| tests.ancestors().nth(2)) {
        return Ok(folder.join("innkeeper"));
    }
    match option_env!("CARGO_BIN_EXE_innkeeper") {
        Some(path) => Ok(path.into()),
        None => std::env::var_os("INNKEEPER_TEST_PROGRAM")
            .map_or_else(|| std::env::current_exe().map_err(|e| e.to_string()), |path| Ok(path.into())),
    }
}

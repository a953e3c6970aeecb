//! Cleaning up after a test run that may end in any way: a panic, an interrupt, `kill -9`.
//!
//! A shell waits on a pipe that only this process holds open. When the pipe closes, by [`AtExit`] being dropped
//! or by this process being gone, the shell does what it was told. It stands in a process group of its own, so
//! that the interrupt key does not reach it.

use std::{
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
};

/// A shell command that runs once, when this is dropped or the process ends.
pub struct AtExit {
    shell: Child,
}

impl AtExit {
    /// Runs `script` later, with `arguments` as `$1`, `$2` and so on.
    ///
    /// The script may call `kill_tree PID`, which ends a process and all its children, each by its id.
    pub fn run(script: &str, arguments: &[&str]) -> Self {
        let script = format!(
            "kill_tree() {{ for child in $(cat /proc/\"$1\"/task/*/children 2>/dev/null); do kill_tree \"$child\"; \
             done; kill -9 \"$1\" 2>/dev/null; }}\n\
             cat >/dev/null\n{script}"
        );
        let shell = Command::new("sh")
            .args(["-c", &script, "at-exit"])
            .args(arguments)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("`sh` is on every machine");
        Self { shell }
    }

    /// Forgets the command: what it would have ended is gone already.
    pub fn disarm(mut self) {
        // Without the shell, nothing acts on the pipe; the drop that follows only reaps it.
        let _ = self.shell.kill();
    }
}

impl Drop for AtExit {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

#[test]
fn a_dropped_guard_has_done_its_work() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("it's done");
    let guard = AtExit::run("echo yes > \"$1\"", &[file.to_str().unwrap()]);
    assert!(!file.exists(), "it waits");
    drop(guard);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "yes\n");
}

#[test]
fn a_disarmed_guard_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("done");
    AtExit::run("echo yes > \"$1\"", &[file.to_str().unwrap()]).disarm();
    assert!(!file.exists());
}

#[test]
fn a_process_is_ended_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("pid");
    let mut parent = Command::new("sh")
        .args([
            "-c",
            "sleep 600 & echo $! > \"$1.part\"; mv \"$1.part\" \"$1\"; wait",
            "parent",
            note.to_str().unwrap(),
        ])
        .spawn()
        .unwrap();
    let guard = AtExit::run("kill_tree \"$1\"", &[&parent.id().to_string()]);
    while !note.exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let sleeper = std::fs::read_to_string(&note).unwrap();
    let state = format!("/proc/{}/stat", sleeper.trim());
    assert!(std::path::Path::new(&state).exists());

    drop(guard);
    parent.wait().unwrap();
    // A process that nobody has waited for yet is a zombie: ended all the same. Dying takes it a moment.
    let ended = || std::fs::read_to_string(&state).map_or(true, |line| line.contains(") Z "));
    let patience = std::time::Instant::now() + super::wait::PATIENCE;
    while !ended() {
        assert!(std::time::Instant::now() < patience, "the child lives on");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

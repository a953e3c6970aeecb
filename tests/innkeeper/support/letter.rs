//! Mail that people send us, and the doors by which it comes in.

use super::{client, command, server::Server};
use std::{
    io::Write,
    process::{Command, Stdio},
};

/// A mail as it comes in; `more` are further lines of its header, each with its end.
pub fn letter(from: &str, to: &str, subject: &str, id: &str, more: &str, body: &str) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\nDate: Mon, 23 Nov 2026 09:30:00 +0000\r\n{more}\r\n{body}\r\n"
    )
    .into_bytes()
}

/// Runs `innkeeper pipe` on a server's folder and database, as its mail server does; gives the exit code and what it said.
pub async fn pipe(server: &Server, arguments: &[&str], raw: &[u8]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_innkeeper"));
    command.arg("pipe").arg("--data").arg(server.data()).args(arguments);
    command.env("INNKEEPER_DATABASE_URL", server.database().url());
    fed(command, raw).await
}

/// Runs a command that reads this mail; gives the exit code and what it said.
pub async fn fed(mut command: Command, raw: &[u8]) -> (Option<i32>, String) {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let raw = raw.to_vec();
    let run = move || {
        let mut child = command.spawn().unwrap();
        // One that ends at once reads nothing.
        let _ = child.stdin.take().unwrap().write_all(&raw);
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

/// Where providers post mail to a server.
pub async fn intake_url(server: &Server) -> String {
    let mut asked = command::binary();
    asked.args(["mail", "intake-key", "--data"]).arg(server.data());
    asked.env("INNKEEPER_DATABASE_URL", server.database().url());
    let address = command::run(&mut asked).await.ok();
    let (_, path) = address.trim().split_once("/intake/").expect("it prints an address");
    format!("{}/intake/{path}", server.url())
}

/// Posts a mail there, as a provider does; gives what came of it, such as `opened`, and the ticket's reference or the reason.
pub async fn post(url: &str, raw: Vec<u8>) -> (String, String) {
    let request = client::plain().post(url).header("content-type", "message/rfc822").body(raw);
    let answer = request.send().await.unwrap().error_for_status().unwrap();
    let told: serde_json::Value = answer.json().await.unwrap();
    let part = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    (part("outcome"), part("detail"))
}

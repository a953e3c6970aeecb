//! `innkeeper pipe`, as mail servers call it: each way in which it ends, with the number that tells them what to do.

use crate::{
    intake::SUPPORT,
    support::{
        command,
        letter::{fed, letter as mail, pipe},
        server::Server,
        wait,
    },
};
use innkeeper::db::Db;
use std::{fs, path::Path, process::Command};

const TAKEN: Option<i32> = Some(0);
const DATA: Option<i32> = Some(65);
const NO_USER: Option<i32> = Some(67);
const UNAVAILABLE: Option<i32> = Some(69);
const TRY_AGAIN: Option<i32> = Some(75);
const NO_PERMISSION: Option<i32> = Some(77);

fn letter() -> Vec<u8> {
    mail("a@b.example", SUPPORT, "x", "q1@b.example", "", "x")
}

/// `innkeeper pipe` on a folder of its own, without what the caller's environment would tell it.
fn piping(data: &Path) -> Command {
    let mut command = command::binary().into_std();
    command.arg("pipe").arg("--data").arg(data);
    command
}

/// Runs it with and without `--tempfail`.
async fn ends(made: impl Fn() -> Command) -> [(Option<i32>, String); 2] {
    let mut tempfail = made();
    tempfail.arg("--tempfail");
    [fed(made(), &letter()).await, fed(tempfail, &letter()).await]
}

fn codes(ends: &[(Option<i32>, String); 2]) -> [Option<i32>; 2] {
    [ends[0].0, ends[1].0]
}

#[tokio::test(flavor = "multi_thread")]
async fn pipe_works_beside_a_running_server_and_ends_as_mail_servers_expect() {
    let server = Server::demo().start().await;
    let raw = mail("Olive <owner@bakery.example>", SUPPORT, "By pipe", "p1@bakery.example", "", "Piped.");
    assert_eq!(pipe(&server, &[], &raw).await, (TAKEN, String::new()));
    // The server was told: the receipt goes out.
    let sent = wait::within(wait::PATIENCE, || async {
        let count =
            server.database().count("SELECT COUNT(*) FROM dev_mails WHERE subject LIKE '%By pipe%'").await;
        (count > 0).then_some(())
    });
    assert!(sent.await.is_some(), "no mail went out:\n{}", server.log());
    assert_eq!(pipe(&server, &["--to", SUPPORT], &raw).await.0, TAKEN, "the same mail once more");
    assert_eq!(server.database().count("SELECT COUNT(*) FROM tickets WHERE subject = 'By pipe'").await, 1);

    let (code, words) = pipe(
        &server,
        &["--to", "nobody@host.example"],
        &mail("a@b.example", SUPPORT, "x", "p2@b.example", "", "x"),
    )
    .await;
    assert_eq!(code, NO_USER, "{words}");
    assert_eq!(pipe(&server, &[], b"no mail at all").await.0, DATA);
    let bounce = mail("MAILER-DAEMON@b.example", SUPPORT, "Hello", "p3@b.example", "", "x");
    assert_eq!(pipe(&server, &["--from", ""], &bounce).await.0, TAKEN, "a rejected mail is ours");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_is_named_and_not_there_lets_the_mail_come_again() {
    let server = Server::demo().start().await;
    let nowhere = ["--config", "/nonexistent/innkeeper.toml"];
    let (code, words) = pipe(&server, &nowhere, &letter()).await;
    assert_eq!(code, TRY_AGAIN, "{words}");
    assert!(words.contains("there is no configuration file /nonexistent/innkeeper.toml"), "{words}");
    assert_eq!(server.database().count("SELECT COUNT(*) FROM incoming_mails").await, 0);
    // All other commands say so, too, instead of going on with what is set nowhere.
    for arguments in [["migrate"].as_slice(), &["hooks", "list"], &["mail", "queue"], &["check"]] {
        let mut command = command::binary();
        command.args(arguments).args(nowhere).arg("--data").arg(server.data());
        let said = command::run(&mut command).await.failed_with(1);
        assert!(said.contains("there is no configuration file"), "{arguments:?}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_as_this_release_wants_it_the_mail_is_to_come_again() {
    let folder = tempfile::tempdir().unwrap();
    let away = || {
        let mut command = piping(folder.path());
        command.env("INNKEEPER_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
        command
    };
    assert_eq!(codes(&ends(away).await), [UNAVAILABLE, TRY_AGAIN]);

    let none = ends(|| piping(folder.path())).await;
    assert_eq!(codes(&none), [UNAVAILABLE, TRY_AGAIN]);
    assert!(none[0].1.contains("there is no database"), "{none:?}");

    fs::write(folder.path().join("innkeeper.db"), "").unwrap();
    let empty = ends(|| piping(folder.path())).await;
    assert_eq!(codes(&empty), [UNAVAILABLE, TRY_AGAIN]);
    assert!(empty[0].1.contains("innkeeper migrate"), "{empty:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_somebody_else_holds_is_busy_and_not_away() {
    let folder = tempfile::tempdir().unwrap();
    let mut migrate = command::binary();
    command::run(migrate.arg("migrate").arg("--data").arg(folder.path())).await.ok();
    let db =
        Db::connect(&format!("sqlite://{}", folder.path().join("innkeeper.db").display())).await.unwrap();
    let held = db.begin().await.unwrap();
    let (code, words) = fed(piping(folder.path()), &letter()).await;
    assert_eq!(code, TRY_AGAIN, "{words}");
    assert!(words.contains("locked"), "{words}");
    drop(held);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_may_not_be_read_is_told_apart() {
    use rustix::process::{Uid, getuid};
    use std::os::unix::{fs::PermissionsExt, process::CommandExt};
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0)).unwrap();
    let made = || {
        let mut command = piping(&data);
        // Root may read everything; so it is done as nobody.
        if getuid() == Uid::ROOT {
            command.uid(65_534);
        }
        command
    };
    let ends = ends(made).await;
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(codes(&ends), [NO_PERMISSION, TRY_AGAIN], "{ends:?}");
    assert!(ends[0].1.contains("cannot be read"), "{ends:?}");
}

//! The command line as a newcomer uses it, mistakes included.

use crate::support::{
    command::{self, innkeeper},
    server::Server,
};
use std::fs;

fn text(path: &std::path::Path) -> String {
    path.to_string_lossy().into_owned()
}

#[tokio::test]
async fn init_makes_a_folder_that_check_finds_fine_and_refuses_a_full_one() {
    let folder = tempfile::tempdir().unwrap();
    let data = text(&folder.path().join("inn"));
    innkeeper(["init", &data]).await.ok();
    let said = innkeeper(["check", "--data", &data]).await.ok();
    assert!(said.contains("All hooks, templates and messages are fine."), "{said}");
    assert_eq!(innkeeper(["check", "--data", &data, "--format", "json"]).await.ok().trim(), "[]");
    let refused = innkeeper(["init", &data]).await.failed_with(1);
    assert!(refused.contains("not empty") && refused.contains("nothing was written"), "{refused}");
}

#[tokio::test]
async fn check_names_file_line_and_column_and_the_mend() {
    let folder = tempfile::tempdir().unwrap();
    let data = text(folder.path());
    fs::create_dir_all(folder.path().join("hooks")).unwrap();
    let script = "on(\"ticket.replied\", |event| {\n    if event.ticket.subjet == \"x\" { log(1); }\n});\non(\"ticket.replyed\", |event| { log(1); });\n";
    fs::write(folder.path().join("hooks/a.rhai"), script).unwrap();
    let outcome = innkeeper(["check", "--data", &data, "--format", "json"]).await;
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let reports: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let found = |line: u64, word: &str| {
        reports.as_array().unwrap().iter().any(|report| {
            report["file"] == "hooks/a.rhai"
                && report["line"] == line
                && report["severity"] == "error"
                && report.to_string().contains(word)
        })
    };
    assert!(found(2, "did you mean `subject`?"), "{reports}");
    assert!(found(4, "ticket.replied"), "{reports}");
    let shown = innkeeper(["check", "--data", &data]).await;
    assert!(shown.stdout.contains("--> hooks/a.rhai:4:") && shown.stdout.contains('^'), "{}", shown.stdout);
}

#[tokio::test]
async fn a_wrong_key_is_named_with_the_right_one() {
    let server = Server::empty().file("innkeeper.toml", "smtp_ulr = \"smtp://localhost\"\n").fails().await;
    let said = server.failed_with(1);
    assert!(
        said.contains("smtp_ulr") && said.contains("did you mean `smtp_url`?") && said.contains("line 1"),
        "{said}"
    );
}

#[tokio::test]
async fn a_port_in_use_and_a_missing_folder_are_said_in_words() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let said = innkeeper(["serve", "--data", &text(folder.path()), "--bind", &address]).await.failed_with(1);
    assert!(said.contains(&address) && said.contains("another program listens there"), "{said}");
    let said = innkeeper(["serve", "--data", "nowhere/at/all", "--bind", "127.0.0.1:0"]).await.failed_with(1);
    assert!(said.contains("innkeeper init"), "{said}");
}

#[tokio::test]
async fn the_demo_keeps_away_from_other_data_and_from_the_world() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letters.txt"), "mine").unwrap();
    let said = innkeeper(["serve", "--demo", "--data", &text(folder.path())]).await.failed_with(1);
    assert!(said.contains("not a demo's") && said.contains("nothing was changed"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let fresh = text(&folder.path().join("d"));
    let said = innkeeper(["serve", "--demo", "--data", &fresh, "--bind", "0.0.0.0:0"]).await.failed_with(1);
    assert!(said.contains("--expose"), "{said}");
}

#[tokio::test]
async fn a_backup_has_the_database_and_the_files_and_never_overwrites() {
    let folder = tempfile::tempdir().unwrap();
    let data = text(&folder.path().join("inn"));
    innkeeper(["init", &data]).await.ok();
    innkeeper(["migrate", "--data", &data]).await.ok();
    for name in ["attachments", "mail"] {
        let blobs = innkeeper::blob::Blobs::below(&folder.path().join("inn"), name);
        blobs.put(name.into(), 1).await.unwrap();
    }
    let copy = folder.path().join("copy");
    let said = innkeeper(["backup", &text(&copy), "--data", &data]).await.ok();
    assert!(said.contains("2 files"), "{said}");
    assert!(fs::read(copy.join("innkeeper.db")).unwrap().starts_with(b"SQLite format 3"));
    for name in ["attachments", "mail"] {
        let hash = innkeeper::blob::sha256(name.as_bytes());
        let kept = innkeeper::blob::Blobs::below(&copy, name).get(&hash).await.unwrap();
        assert_eq!(kept.as_deref(), Some(name.as_bytes()));
    }
    let said = innkeeper(["backup", &text(&copy), "--data", &data]).await.failed_with(1);
    assert!(said.contains("exists"), "{said}");

    // The way back, as the handbook has it.
    let restored = text(&folder.path().join("restored"));
    innkeeper(["init", &restored]).await.ok();
    for part in ["innkeeper.db", "attachments", "mail"] {
        fs::rename(copy.join(part), folder.path().join("restored").join(part)).unwrap();
    }
    innkeeper(["migrate", "--data", &restored]).await.ok();
}

#[tokio::test]
async fn a_member_of_staff_is_added_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = text(&folder.path().join("inn"));
    innkeeper(["init", &data]).await.ok();
    let said = innkeeper(["staff", "add", "sam@host.example", "--data", &data]).await.ok();
    assert!(said.contains("Password: "), "{said}");
    let said = innkeeper(["staff", "add", "SAM@host.example", "--data", &data]).await.failed_with(1);
    assert!(said.contains("already"), "{said}");
    let said = innkeeper(["staff", "add", "nonsense", "--data", &data]).await.failed_with(1);
    assert!(said.contains("no e-mail address"), "{said}");
}

#[tokio::test]
async fn a_shipped_script_is_switched_on_and_off() {
    let folder = tempfile::tempdir().unwrap();
    let data = text(&folder.path().join("inn"));
    innkeeper(["init", &data]).await.ok();
    innkeeper(["hooks", "enable", "permission-presets", "--data", &data]).await.ok();
    assert!(folder.path().join("inn/hooks/permission-presets.rhai").exists());
    let said = innkeeper(["hooks", "list", "--data", &data]).await.ok();
    assert!(said.contains("permission-presets.rhai"), "{said}");
    innkeeper(["hooks", "disable", "permission-presets", "--data", &data]).await.ok();
    assert!(!folder.path().join("inn/hooks/permission-presets.rhai").exists());
    let said = innkeeper(["hooks", "enable", "permision-presets", "--data", &data]).await.failed_with(1);
    assert!(said.contains("did you mean permission-presets?"), "{said}");
}

#[tokio::test]
async fn a_shipped_plugin_is_switched_on_and_off_as_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = text(&folder.path().join("inn"));
    innkeeper(["init", &data]).await.ok();
    let said = innkeeper(["hooks", "list", "--data", &data]).await.ok();
    assert!(said.contains("whm ") && said.contains("Single sign-on into cPanel"), "{said}");
    innkeeper(["hooks", "enable", "whm", "--data", &data]).await.ok();
    let on = folder.path().join("inn/hooks/whm");
    assert!(on.join("plugin.toml").exists() && on.join("single-sign-on.rhai").exists());
    innkeeper(["check", "--data", &data]).await.ok();
    let said = innkeeper(["hooks", "list", "--data", &data]).await.ok();
    assert!(said.contains("provisioning/whm.single_sign_on_done"), "{said}");
    // What the operator wrote is never thrown away.
    fs::write(on.join("plugin.toml"), "name = \"whm\"\nversion = \"1.0.1\"\n").unwrap();
    let said = innkeeper(["hooks", "disable", "whm", "--data", &data]).await.failed_with(1);
    assert!(said.contains("was edited") && said.contains("_whm"), "{said}");
    fs::copy(folder.path().join("inn/hooks/available/whm/plugin.toml"), on.join("plugin.toml")).unwrap();
    innkeeper(["hooks", "disable", "whm", "--data", &data]).await.ok();
    assert!(!on.exists());
}

#[tokio::test]
async fn reload_says_what_came_of_it() {
    let server = Server::demo().start().await;
    fs::write(server.data().join("hooks/x.rhai"), "on(\"user.added\", #{ id: \"x\" }, |event| { log(1); });")
        .unwrap();
    let mut command = command::binary();
    command
        .args(["reload", "--data", &text(server.data())])
        .env("INNKEEPER_DATABASE_URL", server.database().url());
    let said = command::run(&mut command).await.ok();
    assert!(said.contains("is live"), "{said}");
}

#[tokio::test]
async fn mail_never_shows_to_the_world_for_want_of_a_mail_server() {
    let said = Server::empty().env("PUBLIC_URL", "https://my.host.example").fails().await.failed_with(1);
    assert!(said.contains("smtp_url is not set") && said.contains("dev_mailbox"), "{said}");
}

#[tokio::test]
async fn a_line_that_holds_a_password_is_not_shown() {
    let said = Server::empty()
        .file("innkeeper.toml", "smtp_url = \"smtp://u:sesame@h:25\n")
        .fails()
        .await
        .failed_with(1);
    assert!(said.contains("line 1") && !said.contains("sesame"), "{said}");
}

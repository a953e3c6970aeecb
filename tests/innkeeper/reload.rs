//! Editing hooks and templates while the server runs: at once, atomically, and never half a set.

use crate::support::{client::Client, server::Server, wait};
use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

fn deny(message: &str) -> String {
    format!("before(\"invite.send\", |draft| {{ if !draft.composing {{ deny(\"{message}\"); }} }});\n")
}

/// What the owner is told who invites somebody; each time somebody else.
async fn told(owner: &Client) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let email = format!("anna{}@example.com", NEXT.fetch_add(1, Ordering::SeqCst));
    let page = owner.get("/users").await;
    page.form("Send Invite").fill("Email address", &email).forge("scope", "all").submit().await.text()
}

async fn is_told(owner: &Client, words: &str) {
    wait::until(format!("the owner is told {words:?}"), || async {
        told(owner).await.contains(words).then_some(())
    })
    .await;
}

/// As editors do it: a new file that takes the old one's name.
fn rename_over(file: &Path, text: &str) {
    let beside = file.with_extension("rhai~");
    fs::write(&beside, text).unwrap();
    fs::rename(&beside, file).unwrap();
}

async fn demo() -> (Server, Client) {
    let server = Server::demo().start().await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    (server, owner)
}

#[tokio::test]
async fn an_edited_script_decides_at_once_and_a_deleted_one_no_more() {
    let (server, owner) = demo().await;
    let file = server.data().join("hooks/gate.rhai");
    fs::write(&file, deny("first words")).unwrap();
    is_told(&owner, "first words").await;
    rename_over(&file, &deny("second words"));
    is_told(&owner, "second words").await;
    fs::remove_file(&file).unwrap();
    is_told(&owner, "Invite sent to anna").await;
}

#[tokio::test]
async fn a_broken_script_keeps_its_last_good_version_while_others_go_live() {
    let (mut server, owner) = demo().await;
    let gate = server.data().join("hooks/gate.rhai");
    fs::write(&gate, deny("good words")).unwrap();
    is_told(&owner, "good words").await;
    fs::write(&gate, "before(\"invite.send\", |draft| { deny(\"broken\" ").unwrap();
    fs::write(
        server.data().join("hooks/other.rhai"),
        "on(\"user.added\", #{ id: \"other\" }, |event| { log(1); });",
    )
    .unwrap();
    server.logged("hooks/gate.rhai:1").await;
    wait::until("the other script is live", || async { server.log().contains("hooks=14").then_some(()) })
        .await;
    is_told(&owner, "good words").await;
    // The database keeps it: a restart does not lose it.
    server.stop().await;
    server.start_again().await;
    is_told(&Client::logged_in(&server, "owner@bakery.example").await, "good words").await;
}

#[tokio::test]
async fn a_template_is_edited_and_a_broken_one_is_never_used() {
    let (server, owner) = demo().await;
    let mailbox = crate::support::mailbox::Mailbox::of(&server);
    let file = server.data().join("email-templates/default/invite.html");
    let shipped = fs::read_to_string(&file).unwrap();
    let subject = shipped.lines().find(|line| line.starts_with("subject:")).unwrap();
    fs::write(&file, shipped.replace(subject, "subject: Welcome aboard, {{ event.invite.email }}")).unwrap();
    wait::until("the edited template is live", || async {
        (server.log().matches("are live bundle").count() == 2).then_some(())
    })
    .await;
    let page = owner.get("/users").await;
    page.form("Send Invite").fill("Email address", "a@example.com").forge("scope", "all").submit().await;
    mailbox.wait_for("a@example.com", "Welcome aboard, a@example.com").await;
    fs::write(&file, shipped.replace(subject, "subject: {{ event.invite.emial }}")).unwrap();
    server.logged("emial").await;
    let page = owner.get("/users").await;
    page.form("Send Invite").fill("Email address", "b@example.com").forge("scope", "all").submit().await;
    mailbox.wait_for("b@example.com", "Welcome aboard, b@example.com").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_is_a_link_can_be_swapped() {
    let (server, owner) = demo().await;
    let hooks = server.data().join("hooks");
    let (one, two) = (server.data().join("set-1"), server.data().join("set-2"));
    fs::rename(&hooks, &one).unwrap();
    fs::create_dir(&two).unwrap();
    fs::write(two.join("gate.rhai"), deny("the second set")).unwrap();
    std::os::unix::fs::symlink(&one, &hooks).unwrap();
    let fresh = server.data().join("hooks.new");
    std::os::unix::fs::symlink(&two, &fresh).unwrap();
    fs::rename(&fresh, &hooks).unwrap();
    is_told(&owner, "the second set").await;
    fs::write(two.join("gate.rhai"), deny("edited behind the link")).unwrap();
    is_told(&owner, "edited behind the link").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_files_at_once_are_one_change_and_no_request_fails() {
    let (server, owner) = demo().await;
    let stop = Arc::new(AtomicBool::new(false));
    let visitor = tokio::spawn({
        let (owner, stop) = (owner.clone(), Arc::clone(&stop));
        async move {
            let mut pages = 0;
            while !stop.load(Ordering::SeqCst) {
                let page = owner.get("/users").await;
                assert_eq!(page.status(), 200, "{page}");
                pages += 1;
            }
            pages
        }
    });
    for n in 0..200 {
        fs::write(
            server.data().join(format!("hooks/z{n:03}.rhai")),
            format!("on(\"user.added\", #{{ id: \"z{n}\" }}, |event| {{ log({n}); }});"),
        )
        .unwrap();
    }
    wait::until("two hundred more hooks are live", || async {
        server.log().contains("hooks=211").then_some(())
    })
    .await;
    stop.store(true, Ordering::SeqCst);
    assert!(visitor.await.unwrap() > 0);
}

/// Scripts that would take all memory, all time or all of the stack, the moment they are loaded, parsed or tried.
fn bombs() -> Vec<(&'static str, String)> {
    let after = "\nbefore(\"contact.save\", |draft| { deny(\"bomb\"); });\n";
    let tried = |body: &str| format!("before(\"contact.save\", |draft| {{ {body} deny(\"bomb\"); }});\n");
    vec![
        (
            "memory",
            format!(
                "let t = \"0123456789\"; let all = []; loop {{ all.push(t + all.len()); t += t; }}{after}"
            ),
        ),
        ("memory in one call", format!("let a = [\"x\"]; a.pad(999999999, \"0123456789\");{after}")),
        (
            "many texts",
            format!(
                "let all = []; for n in 0..999999999 {{ all.push(`text ${{n}} {}`); }}{after}",
                "x".repeat(5_000)
            ),
        ),
        ("an endless loop", format!("loop {{ }}{after}")),
        ("a deep recursion", format!("fn deep(n) {{ 1 + deep(n + 1) }}\ndeep(0);{after}")),
        ("a deep recursion of functions", format!("let f = |g, n| g.call(g, n + 1); f.call(f, 0);{after}")),
        ("a deep expression", format!("let x = {}1{};{after}", "(".repeat(20_000), ")".repeat(20_000))),
        ("a deep list", format!("let x = {}{};{after}", "[".repeat(20_000), "]".repeat(20_000))),
        ("a long sum", format!("let x = 0{};{after}", " + 1".repeat(15_000))),
        ("an endless loop when it is tried", tried("loop { }")),
        (
            "memory when it is tried",
            tried(
                "let all = []; loop { all.push(all.len().to_string() + \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"); }",
            ),
        ),
        ("recursion when it is tried", tried("let f = |g| g.call(g); f.call(f);")),
    ]
}

#[tokio::test]
async fn a_bomb_leaves_the_server_live_with_the_last_good_set() {
    let (server, owner) = demo().await;
    let file = server.data().join("hooks/gate.rhai");
    let said = async || {
        let fields = [("name", "Anna"), ("email", "anna@example.com"), ("categories", "general")];
        owner.post("/contacts/new", &fields).await.text()
    };
    let save = async |words: &str| {
        rename_over(&file, &deny(words).replace("invite.send", "contact.save"));
        wait::until(format!("the owner is told {words:?}"), || async {
            said().await.contains(words).then_some(())
        })
        .await;
    };
    let pid = server.pid();
    save("good words").await;
    let mut good = "good words".to_owned();
    for (n, (what, bomb)) in bombs().into_iter().enumerate() {
        let reports = || server.log().matches("gate.rhai").count();
        let before = reports();
        rename_over(&file, &bomb);
        wait::until(format!("{what} is reported"), || async { (reports() > before).then_some(()) }).await;
        assert!(said().await.contains(&good), "{what}");
        // What is saved next is not held up by it.
        good = format!("words after {n}.");
        save(&good).await;
    }
    assert_eq!(server.pid(), pid);
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

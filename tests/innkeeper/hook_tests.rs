//! `hooks test` and `hooks run`, as an operator uses them, mistakes included.

use crate::support::command::{Outcome, innkeeper};
use serde_json::Value;
use std::{fs, path::PathBuf};

struct House(tempfile::TempDir);

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        innkeeper(["init", folder.path().join("inn").to_str().unwrap()]).await.ok();
        Self(folder)
    }

    /// Without the shipped tests.
    async fn bare() -> Self {
        let house = Self::new().await;
        fs::remove_dir_all(house.path("hooks/tests")).unwrap();
        house
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join("inn").join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    async fn run(&self, arguments: &[&str]) -> Outcome {
        let data = self.path("");
        innkeeper([arguments, &["--data", data.to_str().unwrap()]].concat()).await
    }
}

#[tokio::test]
async fn the_shipped_tests_pass() {
    let house = House::new().await;
    let said = house.run(&["hooks", "test"]).await.ok();
    let files = fs::read_dir(house.path("hooks/tests")).unwrap();
    let tests =
        files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|end| end == "rhai"));
    assert!(said.contains(&format!("passed, in {} files.", tests.count())), "{said}");
}

#[tokio::test]
async fn a_failure_says_where_what_and_what_the_run_came_to() {
    let house = House::bare().await;
    house.write(
        "hooks/tests/vip.rhai",
        "fn owner() { \"owner@bakery.example\" }\n\ntest(\"the owner hears of replies\", || {\n    let event = sample(\"ticket.replied\");\n    event.actor = event.account.owner;\n    let run = run(event);\n    expect(run.mailed(owner()));\n});\n\ntest(\"two effects\", || {\n    let run = run(sample(\"ticket.replied\"));\n    expect_eq(run.effects.len(), 2);\n});\n",
    );
    let outcome = house.run(&["hooks", "test"]).await;
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let expected = "hooks/tests/vip.rhai
  failed  the owner hears of replies
  failed  two effects

the owner hears of replies
error[expectation]: expected true, found false
  --> hooks/tests/vip.rhai:7:5
   |
 7 |     expect(run.mailed(owner()));
   |     ^

  The run that it looked at:
  ticket.replied
  mail:
";
    assert!(outcome.stdout.starts_with(expected), "{}", outcome.stdout);
    for line in [
        "    owner@bakery.example: did it (hooks/ticket-staff-mail.rhai)\n",
        "error[expectation]: not what was expected\n  --> hooks/tests/vip.rhai:12:5\n",
        "  expected  2\n  found     0\n",
        "\n2 failed, 0 passed, in 1 file.\n",
    ] {
        assert!(outcome.stdout.contains(line), "{line:?} is not in\n{}", outcome.stdout);
    }
    let said: Value =
        serde_json::from_str(&house.run(&["hooks", "test", "--format", "json"]).await.stdout).unwrap();
    assert_eq!((&said["failed"], &said["tests"][0]["failure"]["report"]["line"]), (&2.into(), &7.into()));
}

#[tokio::test]
async fn a_snapshot_is_asked_for_accepted_and_compared() {
    let house = House::bare().await;
    house
        .write("hooks/tests/snap.rhai", "test(\"a reply\", || snapshot(run(sample(\"ticket.replied\"))));\n");
    let outcome = house.run(&["hooks", "test"]).await;
    assert_eq!(outcome.code, Some(1));
    assert!(
        outcome.stdout.contains("there is no snapshot yet") && outcome.stdout.contains("--update"),
        "{outcome:?}"
    );
    let said = house.run(&["hooks", "test", "--update"]).await.ok();
    assert!(said.contains("hooks/tests/snap.snap was written"), "{said}");
    house.run(&["hooks", "test"]).await.ok();
    let script = fs::read_to_string(house.path("hooks/ticket-mail.rhai")).unwrap();
    house.write("hooks/ticket-mail.rhai", &script.replace("\"owns the account\"", "\"owns it\""));
    let outcome = house.run(&["hooks", "test", "snap"]).await;
    assert_eq!(outcome.code, Some(1));
    let diff = (
        outcome.stdout.contains("\n-  "),
        outcome.stdout.contains("\n+  "),
        outcome.stdout.contains("owns it"),
    );
    assert_eq!(diff, (true, true, true), "{}", outcome.stdout);
}

#[tokio::test]
async fn mistakes_in_tests_are_said_in_words() {
    let house = House::bare().await;
    let said = house.run(&["hooks", "test"]).await.failed_with(2);
    assert!(said.contains("there is no test") && said.contains("hooks/tests/NAME.rhai"), "{said}");
    for (body, words) in [
        ("sample(\"ticket.replyed\")", "did you mean \"ticket.replied\"?"),
        ("sample(\"ticket.replied\", 9)", "has 3 samples"),
        ("let e = sample(\"ticket.replied\"); e.ticket.subjet = \"x\"; run(e)", "did you mean `subject`?"),
        ("let e = sample(\"ticket.replied\"); e.ticket.subject = 3; run(e)", "which is no text"),
        ("run(#{})", "takes an event or a draft"),
        ("run(sample(\"ticket.replied\"), \"tiket-mail\")", "no script the name"),
        (
            "use_script(\"available/invite-domian\"); run(sample(\"invite.send\"))",
            "did you mean \"available/invite-domain\"?",
        ),
        ("run(sample(\"ticket.replied\")).recipient", "did you mean `recipients`?"),
        ("due(\"nothing\")", "there is none at all"),
        ("email(#{})", "works inside a hook's function"),
        ("expct(true)", "did you mean `expect`?"),
        ("loop {}", "steps"),
    ] {
        house.write("hooks/tests/wrong.rhai", &format!("test(\"wrong\", || {{ {body}; }});\n"));
        let outcome = house.run(&["hooks", "test"]).await;
        assert_eq!(outcome.code, Some(1), "{body}: {outcome:?}");
        assert!(outcome.stdout.contains(words), "{body}: {}", outcome.stdout);
        assert!(outcome.stdout.contains("--> hooks/tests/wrong.rhai:1"), "{body}: {}", outcome.stdout);
    }
    house.write("hooks/tests/wrong.rhai", "test(\"wrong\", || {");
    let outcome = house.run(&["hooks", "test"]).await;
    assert!(outcome.code == Some(1) && outcome.stdout.contains("the file does not run"), "{outcome:?}");
    let said = house.run(&["hooks", "test", "wrnog"]).await.failed_with(2);
    assert!(said.contains("did you mean wrong?"), "{said}");
}

#[tokio::test]
async fn a_script_runs_on_a_sample_a_file_and_a_draft() {
    let house = House::new().await;
    let said = house.run(&["hooks", "run", "ticket-mail", "--event", "sample"]).await.ok();
    assert!(said.contains("event.ticket.opener") && said.contains("mail:"), "{said}");
    let draft = house.path("draft.json");
    fs::write(&draft, "{\"point\": \"invite.send\", \"email\": \"a@else.example\"}").unwrap();
    house.write("innkeeper.toml", "[settings]\ninvite_domain = \"bakery.example\"\n");
    let arguments = ["hooks", "run", "invite-domain", "--event", draft.to_str().unwrap(), "--format", "json"];
    let said: Value = serde_json::from_str(&house.run(&arguments).await.ok()).unwrap();
    assert_eq!(said["denied"], "Only addresses at bakery.example can be invited.");
    assert_eq!(said["hooks"][0]["settings_read"]["invite_domain"], "bakery.example");
    fs::write(&draft, "{\"point\": \"invite.send\", \"emial\": \"a@else.example\"}").unwrap();
    let said = house.run(&arguments).await.failed_with(1);
    assert!(said.contains("did you mean `email`?"), "{said}");
    let said = house.run(&["hooks", "run", "nothing", "--event", "sample"]).await.failed_with(1);
    assert!(said.contains("there is no script nothing"), "{said}");
}

#[tokio::test]
async fn hooks_of_ones_own_make_no_shipped_test_fail() {
    let house = House::new().await;
    house.write(
        "hooks/a-vip.rhai",
        r#"route("ticket.*", #{ id: "vip", priority: 900 }, |mail, event| {
    log("looked at");
    mail.to("boss@host.example", "hears of everything");
    mail.remove(event.account.owner, "is spared");
});
route("account.*", |mail, event| mail.drop("Nobody needs it."));
route("invite.*", |mail, event| mail.remove(event.account.owner, "is spared"));
on("ticket.replied", |event| ticket_note(event.ticket, "Seen."));
permission_defaults(|invite| { invite.preselect(["orders"]); invite.forbid(["emails"], "Not here."); });
before("invite.send", |draft| deny("Nobody is invited."));
"#,
    );
    house.run(&["hooks", "test"]).await.ok();
    house.run(&["hooks", "new", "more", "--point", "ticket.replied", "--verb", "route"]).await.ok();
    house.run(&["hooks", "test"]).await.ok();
}

#[tokio::test]
async fn the_name_of_a_file_is_no_word_of_other_files_tests() {
    let house = House::bare().await;
    house.write("hooks/tests/urgent.rhai", "test(\"one\", || expect(true));\n");
    house.write("hooks/tests/other.rhai", "test(\"what is urgent waits\", || expect(true));\n");
    let said = house.run(&["hooks", "test", "urgent"]).await.ok();
    assert!(said.contains("1 passed, in 1 file.") && !said.contains("waits"), "{said}");
    let said = house.run(&["hooks", "test", "is urgent"]).await.ok();
    assert!(said.contains("what is urgent waits"), "{said}");
}

#[tokio::test]
async fn a_misspelt_script_or_event_of_a_run_is_named_with_the_right_one() {
    let house = House::bare().await;
    house.write("hooks/urgent.rhai", "on(\"ticket.opened\", |event| log(1));\n");
    let said = house.run(&["hooks", "run", "urgnt", "--event", "sample"]).await.failed_with(1);
    assert!(said.contains("did you mean urgent?"), "{said}");
    let said = house.run(&["hooks", "run", "urgent", "--event", "ticket.openned"]).await.failed_with(2);
    assert!(said.contains("did you mean \"ticket.opened\"?"), "{said}");
}

#[tokio::test]
async fn a_script_saved_with_a_mark_at_its_start_is_a_script() {
    let house = House::bare().await;
    house.write("hooks/marked.rhai", "\u{feff}on(\"ticket.opened\", #{ id: \"marked\" }, |event| log(1));\n");
    house.write(
        "hooks/tests/marked.rhai",
        "\u{feff}test(\"it runs\", || expect_eq(run(sample(\"ticket.opened\"), \"marked\").log, [\"1\"]));\n",
    );
    house.write(
        "email-templates/default/marked.html",
        "\u{feff}---\nsubject: Marked\ncategory: general\n---\n<p>Hello.</p>\n",
    );
    assert_eq!(house.run(&["check", "--format", "json"]).await.ok().trim(), "[]");
    house.run(&["hooks", "test"]).await.ok();
    house.run(&["hooks", "run", "marked", "--event", "sample"]).await.ok();
}

#[tokio::test]
async fn a_script_that_is_switched_on_and_lacks_its_setting_does_not_run_yet() {
    let house = House::new().await;
    let outcome = house.run(&["hooks", "enable", "invite-domain"]).await;
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let said = outcome.stdout;
    assert!(said.starts_with("invite-domain does not run yet: ") && said.contains("invite_domain"), "{said}");
    assert!(!said.contains("is on"), "{said}");
}

#[tokio::test]
async fn what_fails_on_a_sample_is_shown_with_its_line() {
    let house = House::bare().await;
    house.write(
        "hooks/zz.rhai",
        "on(\"ticket.opened\", |event| {\n    let list = [];\n    log(list[3]);\n});\n",
    );
    let said = house.run(&["check"]).await.stdout;
    assert!(said.contains("3 |     log(list[3]);\n") && said.contains('^'), "{said}");
    assert!(!said.contains("in the function called at"), "{said}");
}

#[tokio::test]
async fn definitions_are_not_written_where_they_would_run() {
    let house = House::bare().await;
    let inside = house.path("hooks/defs");
    let said = house.run(&["hooks", "definitions", "--out", inside.to_str().unwrap()]).await.failed_with(2);
    assert!(said.contains("every .rhai file is a script that runs") && !inside.exists(), "{said}");
    for fine in ["hooks/.defs", ".rhai"] {
        house.run(&["hooks", "definitions", "--out", house.path(fine).to_str().unwrap()]).await.ok();
    }
}

#[tokio::test]
async fn what_is_to_be_copied_names_the_same_folder() {
    let house = House::new().await;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("elsewhere");
    let data = data.to_str().unwrap();
    innkeeper(["init", data]).await.ok();
    let said = innkeeper(["hooks", "new", "vip", "--point", "ticket.replied", "--data", data]).await.ok();
    assert!(said.contains(&format!("innkeeper check --data {data}")), "{said}");
    let said = house.run(&["outgoing", "test", "127.0.0.1:9099/in"]).await.failed_with(2);
    assert!(said.contains("begins with https://"), "{said}");
    house.write("innkeeper.toml", "[outgoing]\nallow = \"x\"\n");
    let said = house.run(&["check"]).await.failed_with(1);
    assert!(said.contains("expected a list"), "{said}");
}

#[tokio::test]
async fn a_plan_that_may_not_be_fails_where_it_is_tried_as_it_does_live() {
    let house = House::bare().await;
    house.write(
        "hooks/strip.rhai",
        "on(\"ticket.replied\", #{ id: \"strip\" }, |event| {\n    for user in event.account.users { revoke(user, [\"orders\"]); }\n});\n",
    );
    house.write(
        "hooks/tests/strip.rhai",
        "test(\"it strips\", || {\n    let run = run(sample(\"ticket.replied\"), \"strip\");\n    expect(run.error.contains(\"owns Blue Bakery\"));\n    expect_eq(run.effects.len(), 0);\n});\n",
    );
    house.run(&["hooks", "test"]).await.ok();
    let said = house.run(&["hooks", "run", "strip", "--event", "ticket.replied"]).await;
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("failed  strip") && said.stdout.contains("owns Blue Bakery"), "{said:?}");
    let said = house.run(&["check"]).await;
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("forbidden-effect"), "{said:?}");
    assert!(said.stdout.contains("(on a sample of ticket.replied)"), "{said:?}");
}

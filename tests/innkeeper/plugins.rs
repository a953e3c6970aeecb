//! Plugins: their secrets, and the hosts that they may call.

use crate::support::{
    command::{self, innkeeper},
    house::{House, NOW},
    wait,
};
use innkeeper::{
    db::Query,
    effect::store,
    event::outbox,
    plugin,
    worker::{Stopper, dispatch, headers},
};
use serde_json::{Value, json};
use std::process::Stdio;
use tokio::io::AsyncWriteExt;

const MANIFEST: &str = "name = \"whm\"\nversion = \"1.0.0\"\n[may]\nhosts = [\"panel.example.com\"]\neffects = [\"webhook\"]\n\
    [settings.token]\ntype = \"secret\"\n[settings.region]\ntype = \"text\"\ndefault = \"eu\"\n";
const SCRIPT: &str = "on(\"custom.go\", #{ id: \"go\" }, |event| webhook(#{ url: \"https://panel.example.com/\" + event.data, headers: #{ Authorization: \"Bearer \" + secret(\"token\") } }));";

async fn house() -> House {
    let files = [("hooks/whm/plugin.toml", MANIFEST), ("hooks/whm/go.rhai", SCRIPT)];
    House::configured(&files, |config| config.outgoing.allow = vec!["panel.example.com".into()]).await
}

#[tokio::test]
async fn a_secret_is_opened_when_the_request_leaves_and_stands_nowhere_else() {
    let house = house().await;
    house.emit("custom.go").await;
    dispatch::drain(&house.app).await.unwrap();
    let mut tx = house.app.db.begin().await.unwrap();
    let effect = store::claim_effects(&mut tx, "test", NOW, 1, 1).await.unwrap().remove(0);
    tx.commit().await.unwrap();
    let body: Value = serde_json::from_str(&effect.body).unwrap();
    let url = body["url"].as_str().unwrap();
    let open = async || headers::open(&house.app, &effect, url, &body["headers"]).await.unwrap();
    let missing = open().await.unwrap_err().to_string();
    assert!(missing.contains("run `innkeeper plugins set whm token`"), "{missing}");

    let mut tx = house.app.db.begin().await.unwrap();
    plugin::store::set_secret(&mut tx, "whm", "token", "sesame", &house.app.key, NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(open().await.unwrap(), [("Authorization".to_owned(), "Bearer sesame".to_owned())]);
    assert!(!effect.body.contains("sesame"));
    assert_eq!(house.count("SELECT COUNT(*) FROM plugin_secrets WHERE sealed LIKE '%sesame%'").await, 0);
    let elsewhere = headers::open(&house.app, &effect, "https://evil.example/", &json!({})).await.unwrap();
    assert!(elsewhere.unwrap_err().to_string().contains("the plugin whm may not call evil.example"));
}

#[tokio::test]
async fn a_web_hook_whose_secret_is_missing_waits_and_says_so() {
    let house = house().await;
    house.emit("custom.go").await;
    house.settle().await;
    let effects = house.effects("go").await;
    assert_eq!(effects[0].1, "waiting", "{effects:?}");
    assert!(effects[0].2.contains("innkeeper plugins set whm token"), "{effects:?}");
}

async fn set(data: &str, plugin: &str, name: &str, secret: &str) -> (bool, String) {
    let mut command = command::binary();
    command.args(["plugins", "set", plugin, name, "--stdin", "--data", data]);
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    child.stdin.take().unwrap().write_all(secret.as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.success(), said)
}

#[tokio::test]
async fn secrets_are_set_listed_and_forgotten_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("inn").to_string_lossy().into_owned();
    innkeeper(["init", &data]).await.ok();
    std::fs::create_dir(folder.path().join("inn/hooks/whm")).unwrap();
    std::fs::write(folder.path().join("inn/hooks/whm/plugin.toml"), MANIFEST).unwrap();
    let list = async || innkeeper(["plugins", "list", "--data", &data]).await.ok();
    let said = list().await;
    assert!(said.contains("NOT SET: innkeeper plugins set whm token"), "{said}");
    assert!(said.contains("panel.example.com") && said.contains("\"eu\" (default)"), "{said}");
    assert!(!folder.path().join("inn/innkeeper.db").exists(), "looking makes no database");
    assert!(innkeeper(["doctor", "--data", &data]).await.stdout.contains("its secret token is not set"));

    for (plugin, name, word) in [
        ("wmh", "token", "did you mean whm?"),
        ("whm", "tokn", "did you mean token?"),
        ("whm", "region", "is no secret: write it in innkeeper.toml"),
    ] {
        let (fine, said) = set(&data, plugin, name, "sesame").await;
        assert!(!fine && said.contains(word), "{said}");
    }
    assert!(!set(&data, "whm", "token", "\n").await.0, "an empty secret is none");
    let unasked = innkeeper(["plugins", "set", "whm", "token", "--data", &data]).await.failed_with(1);
    assert!(unasked.contains("--stdin"), "{unasked}");
    let (fine, said) = set(&data, "whm", "token", "sesame\n").await;
    assert!(fine && !said.contains("sesame"), "{said}");
    let said = list().await;
    assert!(said.contains("secret, set on 20") && !said.contains("sesame"), "{said}");
    assert!(!innkeeper(["doctor", "--data", &data]).await.stdout.contains("its secret token"));
    innkeeper(["plugins", "unset", "whm", "token", "--data", &data]).await.ok();
    let said = innkeeper(["plugins", "unset", "whm", "token", "--data", &data]).await.failed_with(1);
    assert!(said.contains("token of whm is not set"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn hooks_that_count_on_many_streams_at_once_lose_no_count() {
    let script = "on(\"custom.go\", #{ id: \"count\" }, |event| {\n    let n = store_get(\"n\");\n    store_set(\"n\", if n == () { 1 } else { n + 1 });\n    log(n);\n});";
    let house = House::with(&[("hooks/count.rhai", script)]).await;
    let mut db = &house.app.db;
    let accounts: Vec<(String,)> =
        db.all("SELECT id FROM accounts ORDER BY id LIMIT 6", Vec::new()).await.unwrap();
    let act = house.act_of("owner@bakery.example").await;
    for (id,) in &accounts {
        let account = innkeeper::model::account::snapshot(&house.app.db, id).await.unwrap();
        let mut tx = house.app.db.begin().await.unwrap();
        for _ in 0..40 {
            outbox::emit_custom(&mut tx, &act, &account, "custom.go", &Value::Null).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    let all = i64::try_from(accounts.len() * 40).unwrap();
    assert!(all >= 80, "streams of one account each");
    let (stopper, stop) = Stopper::new();
    let work = tokio::spawn(dispatch::run(house.app.clone(), stop));
    wait::until("all events are done", || async {
        (house.count("SELECT COUNT(*) FROM hook_runs WHERE hook = 'count' AND state = 'done'").await == all)
            .then_some(())
    })
    .await;
    stopper.stop();
    work.await.unwrap();
    let kept = house
        .count("SELECT CAST(value AS BIGINT) FROM plugin_values WHERE plugin = 'count.rhai' AND key = 'n'")
        .await;
    assert_eq!(kept, all);
}

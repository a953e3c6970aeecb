//! What is done when the database, or a template, fails at the worst moment.

use super::{
    make::{Made, caught},
    marks::Mark,
    surely,
};
use crate::{
    app::App,
    clock::Clock,
    config::{Config, Paths},
    db::Query,
    mail::{
        Composed,
        store::{self, WaitingEmail},
        suppression::store::pretend_sent,
    },
    report::Report,
    worker::Stop,
};
use std::sync::Arc;

const NOW: i64 = 1_795_426_200_000;

struct House {
    app: App,
    _folder: tempfile::TempDir,
}

impl House {
    /// A house with mails of these ids that are on their way.
    async fn with(ids: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::new(folder.path().to_owned(), None);
        let app = App::build(paths, Config::default(), Clock::held_at(NOW)).await.unwrap();
        let house = Self { app, _folder: folder };
        let mut tx = house.app.db.begin().await.unwrap();
        for id in ids {
            pretend_sent(&mut tx, id, &format!("{id}@x.example"), NOW).await.unwrap();
        }
        tx.commit().await.unwrap();
        house.run("UPDATE emails SET state = 'waiting', sent_at = NULL").await;
        house
    }

    async fn run(&self, sql: &'static str) {
        let mut tx = self.app.db.begin().await.unwrap();
        tx.execute(sql, Vec::new()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// That a server took this mail.
    fn mark(&self, id: &str) -> Mark {
        let mail =
            WaitingEmail { id: id.into(), to_email: format!("{id}@x.example"), ..WaitingEmail::default() };
        let message = Composed {
            raw: Vec::new(),
            from: "no-reply@host.example".into(),
            to: mail.to_email.clone(),
            headers: Vec::new(),
        };
        let made = Made {
            subject: "Subject".into(),
            html: "x".repeat(200_000),
            text: String::new(),
            message,
            secrets: Vec::new(),
            parts: Vec::new(),
        };
        Mark::of(&self.app, Arc::new(mail), made, None)
    }

    async fn sent(&self) -> i64 {
        (&self.app.db).number("SELECT COUNT(*) FROM emails WHERE state = 'sent'", Vec::new()).await.unwrap()
    }
}

/// Has it written that these mails were taken.
async fn hand_over(house: &House, ids: &[&str]) {
    let marks: Vec<Mark> = ids.iter().map(|id| house.mark(id)).collect();
    surely(&house.app, &marks, 0, &Stop::never()).await;
}

#[tokio::test]
async fn that_a_mail_was_taken_is_written_down_once_the_database_is_back() {
    let house = House::with(&["em_1", "em_2"]).await;
    // The disk is full for this connection, which SQLite and the driver give up with the first try.
    house.run("PRAGMA max_page_count = 1").await;
    hand_over(&house, &["em_1", "em_2"]).await;
    assert_eq!(house.sent().await, 2);
}

#[tokio::test]
async fn a_mark_that_cannot_be_written_takes_no_other_with_it() {
    let house = House::with(&["em_1", "em_bad", "em_2"]).await;
    house
        .run(
            "CREATE TRIGGER bad BEFORE UPDATE ON emails WHEN NEW.id = 'em_bad' BEGIN SELECT RAISE(ABORT, 'no'); END",
        )
        .await;
    hand_over(&house, &["em_1", "em_bad", "em_2"]).await;
    assert_eq!(house.sent().await, 2);
}

#[tokio::test]
async fn a_mail_that_was_not_begun_is_free_again_and_nobody_elses_is() {
    let house = House::with(&["em_1", "em_2"]).await;
    let claim = async |node: &str| {
        let mut tx = house.app.db.begin().await.unwrap();
        let taken = store::claim(&mut tx, node, NOW + 1, 1_000, 10).await.unwrap();
        tx.commit().await.unwrap();
        taken.into_iter().map(|mail| (mail.id, mail.unsure, mail.claims)).collect::<Vec<_>>()
    };
    let node: &str = &house.app.node;
    assert_eq!(claim(node).await.len(), 2);
    for (id, node) in [("em_1", node), ("em_2", "another")] {
        let mut tx = house.app.db.begin().await.unwrap();
        store::give_back(&mut tx, id, node).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(claim("another").await, [("em_1".to_owned(), false, 0)]);
}

#[test]
fn a_template_that_panics_is_one_that_fails() {
    let report = caught("welcome", || -> Result<(), Report> { panic!("of the engine") }).unwrap_err();
    assert_eq!(report.file, "email-templates/default/welcome.html");
    assert!(report.message.contains("panic"), "{report}");
}

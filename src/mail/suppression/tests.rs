use super::*;
use crate::{
    clock::HOUR,
    db::{Db, Query},
    event::data::Person,
    secret::SealingKey,
};

const NOW: i64 = 1_795_426_200_000;

fn key() -> SealingKey {
    SealingKey::parse(&"A".repeat(43)).unwrap()
}

/// The Message-ID of the mail `id`, as a report names it.
fn named(id: &str) -> String {
    format!("<{}>", MessageKey::of(&key()).message_id(id, "host.example"))
}

/// A database, and mails to addresses in it that were sent.
struct Post {
    db: Db,
    _folder: tempfile::TempDir,
}

impl Post {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::connect(&format!("sqlite://{}", folder.path().join("db").display())).await.unwrap();
        db.migrate().await.unwrap();
        Self { db, _folder: folder }
    }

    fn act(at: i64) -> Act {
        let key = key();
        let actor = Person { name: "Sam Staff".into(), ..Person::default() };
        Act { actor, at, correlation: "req".into(), depth: 0, key }
    }

    async fn sent(&self, id: &str, to: &str) {
        let mut tx = self.db.begin().await.unwrap();
        store::pretend_sent(&mut tx, id, to, NOW).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn bounce(&self, id: &str, permanent: bool, at: i64) -> Noted {
        self.reported(&named(id), permanent, "550 5.1.1\r\n no such user", at).await
    }

    async fn reported(&self, message_id: &str, permanent: bool, detail: &str, at: i64) -> Noted {
        let mut tx = self.db.begin().await.unwrap();
        let returned = Returned { message_id, to: "x@y.example", permanent, detail };
        let noted = record_bounce(&mut tx, &Self::act(at), &returned).await.unwrap();
        tx.commit().await.unwrap();
        noted
    }

    async fn find(&self, email: &str, now: i64) -> Option<Suppression> {
        store::lookup(&self.db, &email_key(email), now).await.unwrap()
    }

    async fn events(&self) -> Vec<String> {
        let rows: Vec<(String,)> =
            (&self.db).all("SELECT name FROM events ORDER BY seq", vec![]).await.unwrap();
        rows.into_iter().map(|row| row.0).collect()
    }
}

#[tokio::test]
async fn an_address_that_does_not_exist_gets_no_mail_for_half_a_year() {
    let post = Post::new().await;
    post.sent("eml_1", "Ada@Bakery.example").await;
    assert_eq!(post.bounce("eml_1", true, NOW).await, Noted::Suppressed);
    let row = post.find("ada@bakery.EXAMPLE", NOW + 179 * DAY).await.unwrap();
    assert_eq!((row.reason.as_str(), row.detail.as_str()), ("bounce", "550 5.1.1 no such user"));
    assert_eq!(row.email_id.as_deref(), Some("eml_1"));
    assert!(post.find("ada@bakery.example", NOW + 181 * DAY).await.is_none());
    assert_eq!(post.bounce("eml_1", true, NOW + HOUR).await, Noted::Ignored, "a report counts once");
    assert_eq!(post.events().await, ["email.bounced"]);
}

#[tokio::test]
async fn a_full_mailbox_is_left_alone_only_when_it_stays_full() {
    let post = Post::new().await;
    for n in 1..=FULL_COUNT {
        let id = format!("eml_{n}");
        post.sent(&id, "ada@bakery.example").await;
        let noted = post.bounce(&id, false, NOW + n * HOUR).await;
        assert_eq!(noted, if n < FULL_COUNT { Noted::Kept } else { Noted::Suppressed }, "{n}");
    }
    let row = post.find("ada@bakery.example", NOW).await.unwrap();
    assert_eq!(row.until_at, Some(NOW + FULL_COUNT * HOUR + FULL_LASTS));
}

#[tokio::test]
async fn mails_that_came_back_long_ago_do_not_count() {
    let post = Post::new().await;
    for n in 1..=FULL_COUNT + 2 {
        let id = format!("eml_{n}");
        post.sent(&id, "ada@bakery.example").await;
        assert_eq!(post.bounce(&id, false, NOW + n * 4 * DAY).await, Noted::Kept, "{n}");
    }
}

#[tokio::test]
async fn a_report_about_no_mail_of_ours_stops_nobodys_mail() {
    let post = Post::new().await;
    post.sent("eml_1", "x@y.example").await;
    // The id of a mail that was sent stands in addresses of pages: knowing it proves nothing.
    for forged in [&named("eml_9"), "eml_1", "<eml_1@host.example>", "<made-up@evil.example>", "", "acc_1"] {
        assert_eq!(post.reported(forged, true, "5.1.1", NOW).await, Noted::Ignored, "{forged}");
    }
    assert!(post.find("x@y.example", NOW).await.is_none());
    assert!(post.events().await.is_empty());
}

#[tokio::test]
async fn a_mail_that_came_back_for_what_it_was_says_nothing_about_its_address() {
    let post = Post::new().await;
    for (n, detail) in ["5.2.2 552 full", "5.3.4 552 too large", "5.7.1 554 spam", ""].into_iter().enumerate()
    {
        let id = format!("eml_{n}");
        post.sent(&id, "ada@bakery.example").await;
        assert_eq!(post.reported(&named(&id), true, detail, NOW).await, Noted::Kept, "{detail}");
    }
    post.sent("eml_9", "ada@bakery.example").await;
    assert_eq!(post.reported(&named("eml_9"), true, "5.2.2 552 full", NOW).await, Noted::Suppressed);
    assert_eq!(post.find("ada@bakery.example", NOW).await.unwrap().until_at, Some(NOW + FULL_LASTS));
}

#[tokio::test]
async fn no_report_silences_staff() {
    let post = Post::new().await;
    post.sent("eml_1", "staff@host.example").await;
    let mut tx = post.db.begin().await.unwrap();
    tx.execute("UPDATE emails SET to_kind = 'staff'", vec![]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(post.bounce("eml_1", true, NOW).await, Noted::Kept);
    let name = named("eml_1");
    let returned = Returned { message_id: &name, to: "", permanent: true, detail: "abuse" };
    let mut tx = post.db.begin().await.unwrap();
    assert_eq!(record_complaint(&mut tx, &Post::act(NOW), &returned).await.unwrap(), Noted::Ignored);
    tx.commit().await.unwrap();
    assert!(post.find("staff@host.example", NOW).await.is_none());
}

#[tokio::test]
async fn a_complaint_lasts_until_it_is_lifted() {
    let post = Post::new().await;
    post.sent("eml_1", "ada@bakery.example").await;
    post.bounce("eml_1", true, NOW).await;
    let name = named("eml_1");
    let returned = Returned { message_id: &name, to: "", permanent: true, detail: "abuse" };
    let mut tx = post.db.begin().await.unwrap();
    assert_eq!(record_complaint(&mut tx, &Post::act(NOW), &returned).await.unwrap(), Noted::Suppressed);
    assert_eq!(record_complaint(&mut tx, &Post::act(NOW), &returned).await.unwrap(), Noted::Ignored);
    tx.commit().await.unwrap();
    assert!(post.find("ada@bakery.example", NOW + 10_000 * DAY).await.unwrap().until_at.is_none());
    let mut tx = post.db.begin().await.unwrap();
    assert!(lift(&mut tx, &Post::act(NOW), " ADA@bakery.example").await.unwrap());
    assert!(!lift(&mut tx, &Post::act(NOW), "ada@bakery.example").await.unwrap());
    tx.commit().await.unwrap();
    assert!(post.find("ada@bakery.example", NOW).await.is_none());
    assert_eq!(post.events().await, ["email.bounced", "email.complained", "email.suppression_lifted"]);
}

#[tokio::test]
async fn staff_enter_an_address_once_and_find_it_by_a_part() {
    let post = Post::new().await;
    let mut tx = post.db.begin().await.unwrap();
    for email in ["ada@bakery.example", "a_b@x.example"] {
        add(&mut tx, &Post::act(NOW), email, "asked by phone").await.unwrap();
    }
    assert!(add(&mut tx, &Post::act(NOW), "Ada@bakery.example", "again").await.is_err());
    assert!(add(&mut tx, &Post::act(NOW), "nobody", "").await.is_err());
    tx.commit().await.unwrap();
    let found = |part| store::list(&post.db, NOW, part, None, 10);
    assert_eq!(found("BAKERY").await.unwrap().len(), 1);
    assert_eq!(found("_").await.unwrap().len(), 1, "a mark of the database's is a letter here");
    let first = store::list(&post.db, NOW, "", None, 1).await.unwrap().remove(0);
    assert_eq!((first.by_name.as_str(), first.detail.as_str()), ("Sam Staff", "asked by phone"));
    let rest = store::list(&post.db, NOW, "", Some((first.since, first.to_key)), 10).await.unwrap();
    assert_eq!(rest.len(), 1);
}

#[test]
fn only_what_was_asked_for_just_now_goes_out_all_the_same() {
    assert!(goes_all_the_same("security", "user.password_reset_requested"));
    assert!(!goes_all_the_same("security", "invite.sent"));
    assert!(!goes_all_the_same("general", "user.password_reset_requested"));
}

#[test]
fn an_answer_says_whether_the_address_exists() {
    assert!(says_no_such_address("550 5.1.1 no such mailbox"));
    assert!(says_no_such_address("5.1.1 550 5.1.1 no such mailbox"), "as reports have it");
    for other in ["550 5.7.1 spam", "450 4.1.1 later", "550 no", "", "552 5.2.2 full"] {
        assert!(!says_no_such_address(other), "{other}");
    }
}

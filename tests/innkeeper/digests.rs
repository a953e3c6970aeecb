//! Mail that goes out together: what readers want by the hour or the day, and what was too much.

use crate::support::{
    house::House,
    smtp::{Fault, SmtpSink, Step},
    wait,
};
use innkeeper::{
    clock::{HOUR, MINUTE},
    event::{catalogue::UserPasswordChanged, data::Account, outbox},
    mail::{gather, queue, store},
    model::preference::{self, Pace, Policy, Wanted},
    permission::Category,
};

const OWNER: &str = "owner@bakery.example";

async fn wants(house: &House, email: &str, off: Option<bool>, pace: Option<Pace>) {
    let account = house.bakery().await;
    let act = house.act_of(OWNER).await;
    let wanted = [Wanted { category: Category::Support, off, pace }];
    let mut tx = house.app.db.begin().await.unwrap();
    preference::set(&mut tx, &act, &house.app.mail_policy(), &account.id, email, &wanted).await.unwrap();
    tx.commit().await.unwrap();
    house.settle().await;
}

fn of_owner(state: &str) -> String {
    format!(
        "SELECT COUNT(*) FROM emails WHERE to_key = '{OWNER}' AND template = 'ticket-replied' AND state = '{state}'"
    )
}

#[tokio::test]
async fn replies_of_an_hour_come_in_one_mail_and_in_their_order() {
    let house = House::with(&[]).await;
    wants(&house, OWNER, None, Some(Pace::Hourly)).await;
    let before = house.count(of_owner("sent")).await;
    for text in ["First of all.", "Secondly.", "In the end."] {
        house.write(text).await;
        house.pass(MINUTE).await;
    }
    assert_eq!(house.count(of_owner("waiting")).await, 3);
    assert_eq!(house.count(of_owner("sent")).await, before);
    house.pass(30 * MINUTE).await;
    assert_eq!((house.count(of_owner("digested")).await, house.count(of_owner("waiting")).await), (3, 0));
    let to_owner = queue::Filter { to: OWNER.to_owned(), ..queue::Filter::default() };
    let mails = queue::store::list(&house.app.db, &to_owner, None, 50).await.unwrap();
    let digest = mails.iter().find(|mail| mail.template == "digest").unwrap();
    let digest = queue::find(&house.app.db, &digest.id).await.unwrap();
    let subject = digest.line.subject.clone().unwrap();
    let reference = house.ticket().await.reference;
    assert_eq!(subject, format!("[{reference}] 3 messages: The shop is slow since the update"));
    let text = digest.body_text.unwrap();
    let places: Vec<_> = ["First of all.", "Secondly.", "In the end."].map(|part| text.find(part)).to_vec();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{text}");
    let headers = digest.headers.unwrap();
    assert!(headers.contains("List-Unsubscribe") && headers.contains("In-Reply-To"), "{headers}");
    assert!(
        !text.contains("/unsubscribe/ey") && headers.contains("/unsubscribe/…"),
        "the history keeps no token: {headers}"
    );
    let part = mails.iter().find(|mail| mail.digest_id.is_some()).unwrap();
    let part = queue::find(&house.app.db, &part.id).await.unwrap();
    assert_eq!(part.line.sent_at, digest.line.sent_at);
    assert!(part.body_text.is_some_and(|text| !text.is_empty()), "each keeps what it said");
    house.pass(HOUR).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM emails WHERE template = 'digest'").await, 1);
}

#[tokio::test]
async fn of_twelve_replies_within_a_minute_three_come_at_once_and_nine_as_one_mail() {
    let house = House::with(&[]).await;
    house.pass(MINUTE).await;
    let before = house.count(of_owner("sent")).await;
    for n in 1..=12 {
        house.write(&format!("Answer {n:02}.")).await;
    }
    house.settle().await;
    assert_eq!(
        (house.count(of_owner("sent")).await, house.count(of_owner("waiting")).await),
        (before + 3, 9)
    );
    house.pass(MINUTE).await;
    assert_eq!((house.count(of_owner("digested")).await, house.count(of_owner("waiting")).await), (9, 0));
    let mails = store::dev_mails(&house.app.db, 100).await.unwrap();
    let digest =
        mails.iter().find(|mail| mail.recipient == OWNER && mail.subject.contains("9 messages")).unwrap();
    let places: Vec<_> = (4..=12).map(|n| digest.body_text.find(&format!("Answer {n:02}."))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{}", digest.body_text);
    // Later it is as before.
    house.pass(2 * MINUTE).await;
    house.write("Answer 13.").await;
    house.settle().await;
    assert_eq!(house.count(of_owner("sent")).await, before + 4);
}

#[tokio::test]
async fn what_waited_goes_to_nobody_who_may_read_it_no_more() {
    let contact = "bills@bakery.example";
    for (email, gone) in [
        (OWNER, "UPDATE tickets SET account_id = NULL".to_owned()),
        (
            OWNER,
            format!("DELETE FROM access WHERE user_id = (SELECT id FROM users WHERE email_key = '{OWNER}')"),
        ),
        (contact, format!("DELETE FROM contacts WHERE email_key = '{contact}'")),
    ] {
        let house = House::with(&[]).await;
        house
            .database
            .execute(format!("UPDATE contacts SET categories = 'support' WHERE email_key = '{contact}'"))
            .await;
        wants(&house, email, None, Some(Pace::Hourly)).await;
        for text in ["In confidence.", "More of it."] {
            house.write(text).await;
        }
        house.settle().await;
        let of = |state: &str| of_owner(state).replace(OWNER, email);
        let before = house.count(of("sent")).await;
        assert_eq!(house.count(of("waiting")).await, 2, "{email}");
        house.database.execute(gone.clone()).await;
        house.pass(HOUR).await;
        assert_eq!((house.count(of("sent")).await, house.count(of("declined")).await), (before, 2), "{gone}");
    }
}

#[tokio::test]
async fn one_mail_alone_goes_out_as_it_is() {
    let house = House::with(&[]).await;
    wants(&house, OWNER, None, Some(Pace::Hourly)).await;
    let before = house.count(of_owner("sent")).await;
    house.write("Only this.").await;
    house.settle().await;
    assert_eq!(house.count(of_owner("waiting")).await, 1);
    house.pass(31 * MINUTE).await;
    assert_eq!(house.count(of_owner("sent")).await, before + 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM emails WHERE template = 'digest'").await, 0);
}

#[tokio::test]
async fn a_digest_that_was_gathered_when_the_server_died_goes_out_once() {
    let house = House::with(&[]).await;
    gathered(&house).await;
    let again = house.again(&[]).await;
    again.settle().await;
    again.settle().await;
    assert_eq!(
        again.count("SELECT COUNT(*) FROM emails WHERE template = 'digest' AND state = 'sent'").await,
        1
    );
    assert_eq!(again.count(of_owner("digested")).await, 2);
    let mails = store::dev_mails(&again.app.db, 100).await.unwrap();
    let bodies =
        mails.iter().filter(|mail| mail.recipient == OWNER && mail.body_text.contains("Two.")).count();
    assert_eq!(bodies, 1);
}

/// Two mails of a day, gathered into a digest when its time has come, and nobody left to send it.
async fn gathered(house: &House) {
    wants(house, OWNER, None, Some(Pace::Daily)).await;
    house.write("One.").await;
    house.write("Two.").await;
    house.settle().await;
    house.app.clock.advance(24 * HOUR);
    let key = gather::key_of(Some(&house.bakery().await.id), "support");
    let now = house.app.clock.now();
    let mut tx = house.app.db.begin().await.unwrap();
    let parts = gather::store::gather(&mut tx, OWNER, &key, "em_digest", now).await.unwrap();
    assert_eq!(parts.len(), 2);
    gather::store::queue(&mut tx, "em_digest", &parts[0], "asked", now).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn who_switched_a_kind_off_is_left_out_with_the_reason_whatever_their_part() {
    let house = House::with(&[]).await;
    wants(&house, OWNER, Some(true), None).await;
    let account = house.bakery().await;
    assert_eq!(
        (account.declined[0].email.as_str(), account.declined[0].category.as_str()),
        (OWNER, "support")
    );
    let before = house.count(format!("SELECT COUNT(*) FROM emails WHERE to_key = '{OWNER}'")).await;
    house.write("Nobody is to hear of this.").await;
    house.settle().await;
    assert_eq!(house.count(format!("SELECT COUNT(*) FROM emails WHERE to_key = '{OWNER}'")).await, before);
    let said = "SELECT COUNT(*) FROM hook_runs WHERE detail LIKE '%the reader switched support mail off for this address%'";
    assert_eq!(house.count(said).await, 1);
    wants(&house, OWNER, Some(false), None).await;
    house.write("This they hear.").await;
    house.settle().await;
    assert_eq!(
        house.count(format!("SELECT COUNT(*) FROM emails WHERE to_key = '{OWNER}'")).await,
        before + 1
    );
    assert_eq!(house.events("email.preferences_changed").await.len(), 2);
}

#[tokio::test]
async fn what_waited_when_its_kind_was_switched_off_is_not_sent() {
    let house = House::with(&[]).await;
    wants(&house, OWNER, None, Some(Pace::Daily)).await;
    house.write("One.").await;
    house.write("Two.").await;
    house.settle().await;
    wants(&house, OWNER, Some(true), None).await;
    house.pass(24 * HOUR).await;
    assert_eq!((house.count(of_owner("declined")).await, house.count(of_owner("waiting")).await), (2, 0));
}

#[tokio::test]
async fn what_the_operator_sends_to_everybody_nobody_can_switch_off() {
    let always = toml::toml! { support = "always" };
    let house = House::configured(&[], |config| {
        config.settings.insert("mail".into(), always.into());
    })
    .await;
    wants(&house, OWNER, Some(true), None).await;
    assert!(house.bakery().await.declined.is_empty());
    assert_eq!(house.app.mail_policy(), Policy::of_setting(Some(&serde_json::json!({"support": "always"}))));
    let before = house.count(of_owner("sent")).await;
    house.write("All hear this.").await;
    house.settle().await;
    assert_eq!(house.count(of_owner("sent")).await, before + 1);
    let headers = "SELECT COUNT(*) FROM emails JOIN email_copies ON email_id = id WHERE headers LIKE '%List-Unsubscribe%' AND sent_at >= created_at AND template = 'ticket-replied' AND body_text LIKE '%All hear this%'";
    assert_eq!(house.count(headers).await, 0);
}

#[tokio::test]
async fn what_waited_while_no_mail_server_was_there_comes_in_one_mail() {
    let mut sink = SmtpSink::start().await;
    let house = House::configured(&[], |config| config.smtp_url = sink.url()).await;
    sink.stop().await;
    // Three come in one; a fourth may have been the one with which we asked whether the server is there.
    for text in ["First of all.", "Secondly.", "Thirdly.", "In the end."] {
        house.write(text).await;
        house.pass(MINUTE).await;
    }
    // Somebody who gets one mail gets it as it is; security mail waits for nobody.
    let act = house.act_of(OWNER).await;
    let account = house.bakery().await;
    let mut tx = house.app.db.begin().await.unwrap();
    for _ in 0..3 {
        let changed = UserPasswordChanged { user: account.owner.clone() };
        outbox::emit(&mut tx, &act, &Account::default(), &changed, &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
    house.pass(HOUR).await;
    assert!(sink.messages().is_empty());
    sink.start_again().await;
    wait::until("the mail server to be found again", || async {
        house.pass(MINUTE).await;
        (house.count("SELECT COUNT(*) FROM emails WHERE state = 'waiting'").await == 0).then_some(())
    })
    .await;
    let to_owner: Vec<_> = sink.messages().into_iter().filter(|mail| mail.to == [OWNER]).collect();
    let digests: Vec<_> = to_owner.iter().filter(|mail| mail.subject().contains(" messages: ")).collect();
    let security = to_owner.iter().filter(|mail| mail.subject().contains("password")).count();
    let alone = to_owner.len() - digests.len() - security;
    assert_eq!((security, digests.len()), (3, 1), "{to_owner:#?}");
    let parts =
        ["First of all.", "Secondly.", "Thirdly.", "In the end."].map(|part| digests[0].text().find(part));
    let together = parts.iter().flatten().count();
    assert_eq!((together + alone, alone <= 1), (4, true), "{to_owner:#?}");
    assert!(parts.iter().flatten().is_sorted());
    assert_eq!(house.count("SELECT COUNT(*) FROM emails WHERE unsure").await, 0);
}

#[tokio::test]
async fn what_a_digest_is_to_hold_is_kept_until_it_went_out() {
    let house = House::with(&[]).await;
    gathered(&house).await;
    let now = house.app.clock.now();
    let mut tx = house.app.db.begin().await.unwrap();
    // Both are older than anything is kept.
    outbox::forget(&mut tx, now + HOUR, 10_000).await.unwrap();
    store::forget(&mut tx, now + HOUR, 10_000).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(house.count(of_owner("digested")).await, 2);
    house.settle().await;
    let sent = "SELECT COUNT(*) FROM emails WHERE template = 'digest' AND state = 'sent'";
    assert_eq!(house.count(sent).await, 1);
    let mut tx = house.app.db.begin().await.unwrap();
    store::forget(&mut tx, now + HOUR, 10_000).await.unwrap();
    outbox::forget(&mut tx, now + HOUR, 10_000).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(house.count(of_owner("digested")).await, 0);
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE name = 'ticket.replied'").await, 0);
}

/// Announces something on Blue Bakery that a script of a test answers with mails to the owner.
async fn go(house: &House) {
    house.emit("custom.go").await;
    house.settle().await;
}

const GO: (&str, &str) = (
    "hooks/go.rhai",
    "on(\"custom.go\", #{ id: \"go\" }, |event| { for name in [\"one\", \"two\", \"three\"] { email(#{ template: name, to: event.account.owner, reason: \"asked\" }); } });",
);
const ONE: (&str, &str) =
    ("email-templates/default/one.html", "---\nsubject: One\ncategory: support\n---\n<p>The first.</p>\n");
const TWO: (&str, &str) =
    ("email-templates/default/two.html", "---\nsubject: Two\ncategory: invoice\n---\n<p>The second.</p>\n");
const THREE: (&str, &str) = (
    "email-templates/default/three.html",
    "---\nsubject: Three\ncategory: support\nvars: {\"n\": [1]}\n---\n<p>The {% if vars.n is defined %}{{ vars.n[0] }}{% else %}third.{% endif %}</p>\n",
);

async fn flooded(house: &House) -> String {
    // The owner has had their share of this hour of the account's mail.
    let (hour, account) = (house.app.clock.now() / HOUR, house.bakery().await.id);
    house
        .database
        .execute(format!(
            "INSERT INTO mail_hours (to_key, hour, mails) VALUES ('{OWNER} {account}', {hour}, 60)"
        ))
        .await;
    go(house).await;
    let held =
        "SELECT COUNT(*) FROM emails WHERE cause LIKE '%/go' AND state = 'waiting' AND held IS NOT NULL";
    assert_eq!(house.count(held).await, 3);
    house.app.clock.advance(HOUR);
    "SELECT COUNT(*) FROM emails WHERE cause LIKE '%/go' AND state = ".to_owned()
}

#[tokio::test]
async fn a_digest_of_several_kinds_goes_out_whichever_of_the_others_its_reader_declined() {
    let house = House::with(&[GO, ONE, TWO, THREE]).await;
    let state = flooded(&house).await;
    let id = house.bakery().await.id;
    let off = |category: &str| {
        format!(
            "INSERT INTO mail_choices (account_id, to_key, category, off_at, pace) VALUES ('{id}', '{OWNER}', '{category}', 1, '')"
        )
    };
    house.database.execute(off("general")).await;
    house.settle().await;
    assert_eq!(house.count(format!("{state} 'digested' AND sent_at IS NOT NULL")).await, 3);
}

#[tokio::test]
async fn what_was_declined_since_it_waited_stays_out_of_the_digest() {
    let house = House::with(&[GO, ONE, TWO, THREE]).await;
    let state = flooded(&house).await;
    let id = house.bakery().await.id;
    let off = format!(
        "INSERT INTO mail_choices (account_id, to_key, category, off_at, pace) VALUES ('{id}', '{OWNER}', 'invoice', 1, '')"
    );
    house.database.execute(off).await;
    house.settle().await;
    assert_eq!(
        (house.count(format!("{state} 'digested'")).await, house.count(format!("{state} 'declined'")).await),
        (2, 1)
    );
}

#[tokio::test]
async fn a_mail_that_cannot_be_made_holds_up_no_other_of_its_digest() {
    let house = House::with(&[GO, ONE, TWO, THREE]).await;
    let state = flooded(&house).await;
    house.database.execute("UPDATE emails SET template = 'gone' WHERE template = 'three'").await;
    house.settle().await;
    assert_eq!(house.count(format!("{state} 'digested' AND sent_at IS NOT NULL")).await, 2);
    let alone = "SELECT COUNT(*) FROM emails WHERE template = 'gone' AND state = 'waiting' AND attempts = 1 AND digest_id IS NULL";
    assert_eq!(house.count(alone).await, 1, "it fails for itself");

    // Of two, one alone is no digest.
    let house = House::with(&[GO, ONE, TWO, THREE]).await;
    let state = flooded(&house).await;
    house.database.execute("UPDATE emails SET template = 'gone' WHERE template IN ('three', 'two')").await;
    house.settle().await;
    assert_eq!(house.count(format!("{state} 'sent' AND template = 'one'")).await, 1);
    assert_eq!(
        house.count("SELECT COUNT(*) FROM emails WHERE template = 'digest' AND state = 'dropped'").await,
        1
    );
}

#[tokio::test]
async fn what_was_to_go_out_within_a_digest_shares_its_end_and_its_return() {
    let sink = SmtpSink::start().await;
    let house = House::configured(&[GO, ONE, TWO, THREE], |config| config.smtp_url = sink.url()).await;
    let state = flooded(&house).await;
    sink.at(Step::Data, Fault::Reply(554));
    house.settle().await;
    assert_eq!(house.count(format!("{state} 'dead' AND error LIKE '554%'")).await, 3);
    sink.heal();
    let dead = queue::Filter { state: Some(queue::State::Dead), to: OWNER.to_owned() };
    let dead = queue::store::list(&house.app.db, &dead, None, 9).await.unwrap();
    let digest = dead.iter().find(|mail| mail.template == "digest").unwrap();
    let act = house.act_of(OWNER).await;
    let mut tx = house.app.db.begin().await.unwrap();
    queue::send_again(&mut tx, &act, &digest.id).await.unwrap();
    tx.commit().await.unwrap();
    house.settle().await;
    assert_eq!(house.count(format!("{state} 'digested' AND sent_at IS NOT NULL")).await, 3);
    // Sent once more, it holds them all again, and they stay what they were.
    let mut tx = house.app.db.begin().await.unwrap();
    let again = queue::send_again(&mut tx, &act, &digest.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_ne!(again, digest.id);
    house.settle().await;
    let mails = sink.messages();
    assert_eq!((mails.len(), mails[0].text()), (2, mails[1].text()));
    let mail = &mails[0];
    let parts = ["The first.", "The second.", "The third."].map(|part| mail.text().find(part));
    assert!(parts.iter().all(Option::is_some), "{}", mail.text());
}

#[tokio::test]
async fn a_digest_says_each_thing_once() {
    let house = House::with(&[]).await;
    wants(&house, OWNER, None, Some(Pace::Hourly)).await;
    house.write("First of all.").await;
    house.write("Secondly.").await;
    house.settle().await;
    house.pass(31 * MINUTE).await;
    let mails = store::dev_mails(&house.app.db, 100).await.unwrap();
    let digest = mails.iter().find(|mail| mail.subject.contains("2 messages")).unwrap();
    let reference = house.ticket().await.reference;
    let count = |words: &str| digest.body_text.matches(words).count();
    assert_eq!(count("Open the ticket"), 1, "{}", digest.body_text);
    assert_eq!((count("Priority"), count("Why you get this")), (0, 1), "{}", digest.body_text);
    assert_eq!(count(&format!("/tickets/{reference}")), 1, "{}", digest.body_text);
    assert!(count("Innkeeper") <= 2, "{}", digest.body_text);
    assert!(digest.html.contains(&format!("/tickets/{reference}\"")), "a button, and no text");
}

#[tokio::test]
async fn what_staff_are_to_do_waits_for_no_customers_digest() {
    let house = House::with(&[]).await;
    let staff = innkeeper::demo::STAFF;
    wants(&house, staff, Some(true), Some(Pace::Daily)).await;
    house.write("Please.").await;
    house.settle().await;
    let sent = format!(
        "SELECT COUNT(*) FROM emails WHERE to_key = '{staff}' AND template = 'ticket-replied' AND state = 'sent'"
    );
    assert_eq!(house.count(sent).await, 1);
}

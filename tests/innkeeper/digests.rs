//! Mail that goes out together: what readers want by the hour or the day, and what was too much.

use crate::support::house::House;
use innkeeper::{
    clock::{HOUR, MINUTE},
    mail::{queue, store},
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
    assert!(headers.contains("List-Unsubscribe=One-Click") && headers.contains("In-Reply-To"), "{headers}");
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
    wants(&house, OWNER, None, Some(Pace::Daily)).await;
    house.write("One.").await;
    house.write("Two.").await;
    house.settle().await;
    house.app.clock.advance(24 * HOUR);
    // Gathered, and nobody left to send it.
    let key = preference_key(&house).await;
    let mut tx = house.app.db.begin().await.unwrap();
    let now = house.app.clock.now();
    let parts = innkeeper::mail::gather::store::gather(&mut tx, OWNER, &key, "em_digest", now).await.unwrap();
    assert_eq!(parts.len(), 2);
    innkeeper::mail::gather::store::queue(&mut tx, "em_digest", &parts[0], "asked", now).await.unwrap();
    tx.commit().await.unwrap();
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

async fn preference_key(house: &House) -> String {
    innkeeper::mail::gather::key_of(Some(&house.bakery().await.id), "support")
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
    let headers = "SELECT COUNT(*) FROM emails WHERE headers LIKE '%List-Unsubscribe%' AND sent_at >= created_at AND template = 'ticket-replied' AND body_text LIKE '%All hear this%'";
    assert_eq!(house.count(headers).await, 0);
}

//! A guest's ticket that staff give to the account that it is about, and who sees, finds and hears of it then.

use crate::{
    intake::{SUPPORT, bodies, opened, take},
    support::{
        house::{House, NOW},
        letter::letter as mail,
    },
};
use innkeeper::{
    args,
    error::Result,
    event::{data::Person, guard::TicketReply, outbox::Act},
    intake::Outcome,
    model::{
        self, account, intake,
        page::Page,
        staff,
        ticket::{self, Filter, Scope, Show, Ticket},
        user,
    },
};

const CONTACT: &str = "bills@bakery.example";
const BOOKS: &str = "owner@books.example";

async fn account_id(house: &House, owner: &str) -> String {
    let user = user::lookup_by_email(&house.app.db, owner).await.unwrap().unwrap();
    let all = intake::accounts_of(&house.app.db, owner).await.unwrap();
    assert!(user.email_verified() && all.len() == 1, "{all:?}");
    all[0].clone()
}

async fn staffs(house: &House) -> Act {
    let member = staff::lookup_by_email(&house.app.db, "staff@host.example").await.unwrap().unwrap();
    house.act(staff::person(&member))
}

async fn give(house: &House, ticket: &Ticket, account_id: &str) -> Result<Option<Ticket>> {
    let act = staffs(house).await;
    let mut tx = house.app.db.begin().await?;
    let given = ticket::give_to(&mut tx, &act, &ticket.reference, account_id).await?;
    tx.commit().await?;
    Ok(given)
}

async fn sees(house: &House, account_id: &str, ticket: &Ticket) -> (bool, i64) {
    let (db, scope) = (&house.app.db, Scope::Account(account_id));
    let found = ticket::find(db, scope, &ticket.reference).await.is_ok();
    let listed =
        ticket::list(db, scope, &Filter::new(Show::All, "sourdough"), &Page::default()).await.unwrap();
    (found, listed.total)
}

async fn answer(house: &House, actor: Person, ticket: &Ticket, body: &str) -> Result<Ticket> {
    let act = house.act(actor);
    let account = match &ticket.account_id {
        Some(id) => account::snapshot(&house.app.db, id).await?,
        None => Default::default(),
    };
    let seen = ticket::snapshot(&house.app.db, ticket, act.at).await?;
    let draft =
        TicketReply { ticket: seen, body: body.into(), origin: "web".into(), ..TicketReply::default() };
    let approved = model::ask(&*house.app.gate, &act, &account, draft).await?;
    let mut tx = house.app.db.begin().await?;
    let ticket = ticket::reply(&mut tx, &act, &approved).await?;
    tx.commit().await?;
    Ok(ticket)
}

async fn mailed(house: &House, text: &str) -> Vec<String> {
    house.settle().await;
    let rows: Vec<(String,)> = innkeeper::db::Query::all(
        &mut &house.app.db,
        "SELECT recipient FROM dev_mails WHERE body_text LIKE $1 ORDER BY recipient",
        vec![format!("%{text}%").into()],
    )
    .await
    .unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contacts_ticket_becomes_their_accounts_when_staff_say_so_and_nobody_elses() {
    let house = House::with(&[]).await;
    let (bakery, books) = (account_id(&house, "owner@bakery.example").await, account_id(&house, BOOKS).await);
    let new = mail(CONTACT, SUPPORT, "Sourdough", "g1@bakery.example", "", "Our sourdough page is down.");
    let ticket = opened(&house, new).await;
    assert_eq!(ticket.account_id, None);
    assert_eq!(sees(&house, &bakery, &ticket).await, (false, 0));
    house.settle().await;

    let given = give(&house, &ticket, &bakery).await.unwrap().unwrap();
    assert_eq!(sees(&house, &bakery, &ticket).await, (true, 1));
    assert_eq!(sees(&house, &books, &ticket).await, (false, 0));
    let back = ticket::find(&house.app.db, Scope::Staff, &ticket.reference).await.unwrap();
    assert_eq!(back.cc(), Vec::<String>::new());
    assert_eq!((given.opener().kind.as_str(), given.opener().email.as_str()), ("contact", CONTACT));
    assert_eq!(bodies(&house, &given).await[0].0, "Guest", "what they were when they wrote it");
    let event = house.newest("ticket.account_changed").await;
    assert_eq!(event["account"]["id"], bakery.as_str());
    assert_eq!((&event["actor"]["kind"], &event["badge"]), (&"staff".into(), &"Operator".into()));
    assert_eq!(event["ticket"]["participants"].as_array().unwrap().len(), 1, "{event}");
    let told = ticket::history(&house.app.db, &given).await.unwrap();
    assert_eq!((told[0].name.as_str(), told[0].account.as_str()), ("ticket.account_changed", "Blue Bakery"));
    assert!(give(&house, &ticket, &bakery).await.unwrap().is_none(), "it is theirs already");
    assert_eq!(give(&house, &ticket, &books).await.unwrap_err().code, "ticket-has-account");

    // From now on its mail goes to the account's people, and they answer.
    let sam = staffs(&house).await.actor;
    answer(&house, sam, &given, "Baked again, says Sam.").await.unwrap();
    assert_eq!(mailed(&house, "Baked again, says Sam").await, [CONTACT, "owner@bakery.example"]);
    let tag = format!("Re: [{}] Sourdough", ticket.reference);
    let more = mail(CONTACT, SUPPORT, &tag, "g2@bakery.example", "", "Thank you.");
    assert_eq!(take(&house, more).await, Outcome::Replied(ticket.reference.clone()));
    assert_eq!(bodies(&house, &given).await[2].0, "Sub-account");
    let foreign = mail(BOOKS, SUPPORT, &tag, "g3@books.example", "", "Let me in.");
    assert!(matches!(take(&house, foreign).await, Outcome::Opened(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_who_opened_a_ticket_is_its_opener_in_the_classic_policy_and_hears_of_no_other() {
    let classic = innkeeper::bundle::shipped()["hooks/available/classic.rhai"].to_string();
    let house = House::with(&[("hooks/ticket-mail.rhai", &classic)]).await;
    let bakery = account_id(&house, "owner@bakery.example").await;
    let sam = staffs(&house).await.actor;
    let theirs = opened(&house, mail(CONTACT, SUPPORT, "Rye", "c1@bakery.example", "", "No rye.")).await;
    let theirs = give(&house, &theirs, &bakery).await.unwrap().unwrap();
    answer(&house, sam.clone(), &theirs, "Rye is back.").await.unwrap();
    assert!(mailed(&house, "Rye is back").await.contains(&CONTACT.to_owned()));
    let own =
        opened(&house, mail("owner@bakery.example", SUPPORT, "Oats", "c2@bakery.example", "", "No oats."))
            .await;
    answer(&house, sam, &own, "Oats are back.").await.unwrap();
    let told = mailed(&house, "Oats are back").await;
    assert!(!told.is_empty() && !told.contains(&CONTACT.to_owned()), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_was_given_to_the_wrong_account_is_taken_back() {
    let house = House::with(&[]).await;
    let (bakery, books) = (account_id(&house, "owner@bakery.example").await, account_id(&house, BOOKS).await);
    // Somebody who works for both: nothing says for which they wrote.
    let new = mail("designer@demo.example", SUPPORT, "Sourdough", "t1@demo.example", "", "Which sourdough?");
    let ticket = opened(&house, new).await;
    assert_eq!(ticket.account_id, None);
    let given = give(&house, &ticket, &books).await.unwrap().unwrap();
    let owner = user::lookup_by_email(&house.app.db, BOOKS).await.unwrap().unwrap();
    answer(&house, user::person(&owner), &given, "Not about us.").await.unwrap();
    // Whom the wrong ones copy is theirs, too.
    let copies = ["partner@elsewhere.example".to_owned()];
    let mut tx = house.app.db.begin().await.unwrap();
    let (act, scope) = (house.act(user::person(&owner)), Scope::Account(&books));
    ticket::change_cc(&mut tx, &act, scope, &ticket.reference, &copies).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    house.settle().await;

    let act = staffs(&house).await;
    let mut tx = house.app.db.begin().await.unwrap();
    ticket::take_back(&mut tx, &act, &ticket.reference).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sees(&house, &books, &ticket).await, (false, 0));
    let event = house.newest("ticket.account_changed").await;
    assert_eq!(
        (&event["account"]["exists"], &event["before"]["id"]),
        (&false.into(), &books.as_str().into())
    );

    let given = give(&house, &ticket, &bakery).await.unwrap().unwrap();
    assert_eq!(
        (sees(&house, &bakery, &given).await, sees(&house, &books, &given).await),
        ((true, 1), (false, 0))
    );
    // Who wrote on it as a user of the other account is none of this one.
    let tag = format!("Re: [{}] Sourdough", ticket.reference);
    let late = mail(BOOKS, SUPPORT, &tag, "t2@books.example", "", "Still here?");
    assert!(matches!(take(&house, late).await, Outcome::Opened(_)));

    // A ticket that was opened for its account is nobody's to take.
    let own = house.ticket().await;
    let mut tx = house.app.db.begin().await.unwrap();
    let error = ticket::take_back(&mut tx, &act, &own.reference).await.unwrap_err();
    assert_eq!(error.code, "ticket-not-given");
    let customer = house.act(user::person(&owner));
    let error = ticket::give_to(&mut tx, &customer, &ticket.reference, &books).await.unwrap_err();
    assert_eq!(error.code, "staff-only");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_while_a_ticket_is_given_away_is_written_for_whoever_has_it() {
    let house = House::with(&[]).await;
    let bakery = account_id(&house, "owner@bakery.example").await;
    let sam = staffs(&house).await.actor;
    for n in 0..6 {
        let new = mail(CONTACT, SUPPORT, "Sourdough", &format!("r{n}@bakery.example"), "", "Racing.");
        let ticket = opened(&house, new).await;
        let (given, answered) =
            tokio::join!(give(&house, &ticket, &bakery), answer(&house, sam.clone(), &ticket, "At once."));
        assert!(given.is_ok(), "{given:?}");
        if let Err(error) = answered {
            assert_eq!(error.code, "conflict", "{error:?}");
        }
    }
    // Nothing is told in the name of nobody once the account has it.
    let late =
        "SELECT COUNT(*) FROM events r JOIN events c ON c.name = 'ticket.account_changed' AND c.seq < r.seq
        WHERE r.name = 'ticket.replied' AND r.account_id IS NULL AND r.correlation <> c.correlation
          AND EXISTS (SELECT 1 FROM ticket_history h JOIN tickets t ON t.id = h.ticket_id
            WHERE h.event_id = c.id AND r.body LIKE '%' || t.id || '%')";
    assert_eq!(house.count(late).await, 0);
    assert!(house.app.clock.now() > NOW);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_taken_out_of_the_account_answers_as_a_stranger_whatever_token_they_have() {
    let house = House::with(&[]).await;
    let opening = mail("owner@bakery.example", SUPPORT, "The oven", "k1@bakery.example", "", "Cold.");
    let ticket = opened(&house, opening).await;
    let tag = format!("Re: [{}] The oven", ticket.reference);
    take(&house, mail("developer@bakery.example", SUPPORT, &tag, "k2@bakery.example", "", "Yes.")).await;
    let key = innkeeper::mail::inbound::ReplyKey::of(&house.app.key);
    let token = |email: &str| key.token(&ticket.reference, email, innkeeper::mail::inbound::Reader::Customer);
    let address = |email: &str| innkeeper::mail::inbound::plus(SUPPORT, &token(email)).unwrap();
    let by = |email: &str, id: &str| mail(email, &address(email), "Re: x", id, "", "By token.");
    let developer = "developer@bakery.example";
    assert_eq!(take(&house, by(developer, "k3@x.example")).await, Outcome::Replied(ticket.reference.clone()));
    let sql = "DELETE FROM access WHERE user_id = (SELECT id FROM users WHERE email_key = $1)";
    let mut tx = house.app.db.begin().await.unwrap();
    tx.execute(sql, vec![developer.into()]).await.unwrap();
    tx.commit().await.unwrap();
    let own = opened(&house, by(developer, "k4@x.example")).await;
    assert_eq!(own.account_id, None);
    // A reader whom a script told of it has no log-in, and answers on.
    let told = "manager@elsewhere.example";
    assert_eq!(take(&house, by(told, "k5@x.example")).await, Outcome::Replied(ticket.reference.clone()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_nobody_confirmed_makes_nobody_the_opener() {
    let house = House::with(&[]).await;
    let books = account_id(&house, BOOKS).await;
    let mut tx = house.app.db.begin().await.unwrap();
    tx.execute("UPDATE users SET email_verified_at = NULL WHERE email_key = $1", args![BOOKS]).await.unwrap();
    tx.commit().await.unwrap();
    let ticket = opened(&house, mail(BOOKS, SUPPORT, "Sourdough", "u1@books.example", "", "Which?")).await;
    assert_eq!(ticket.account_id, None);
    let account = account::snapshot(&house.app.db, &books).await.unwrap();
    assert!(!ticket::is_proved(&ticket, &account));
    let given = give(&house, &ticket, &books).await.unwrap().unwrap();
    let opener = given.opener();
    assert_eq!((opener.kind.as_str(), opener.id.as_str()), ("guest", ""));
}

//! The way in, and those who should not come through it: whose mail is whose, who may write on what, and how much is taken.

use crate::{
    intake::{SUPPORT, bodies, header_of_mail_to, opened, take},
    support::{client, house::House, letter::letter as mail, server::Server},
};
use innkeeper::{
    clock::{DAY, HOUR},
    event::{
        data::Account,
        guard::{AccountChangeDetails, AccountRegister, ContactSave},
    },
    intake::{self, Outcome},
    mail::inbound::{Reader, Reason, ReplyKey},
    model::{
        self, account,
        account::Owner,
        contact,
        intake::{find, rejected},
        page::Page,
        ticket::{self, Scope, Ticket},
        user,
    },
};

async fn sql(house: &House, sql: &'static str, values: Vec<innkeeper::db::Value>) {
    let mut tx = house.app.db.begin().await.unwrap();
    tx.execute(sql, values).await.unwrap();
    tx.commit().await.unwrap();
}

async fn notes(house: &House, ticket: &Ticket) -> String {
    let notes = ticket::notes(&house.app.db, ticket).await.unwrap();
    notes.into_iter().map(|note| note.body).collect::<Vec<_>>().join("\n")
}

/// Somebody registers with any address, and confirms nothing.
async fn register(house: &House, email: &str) -> innkeeper::error::Result<()> {
    let app = &house.app;
    let draft = AccountRegister {
        company: "Curious".into(),
        first_name: "Cu".into(),
        last_name: "Rious".into(),
        email: email.into(),
        country: "DE".into(),
        currency: "EUR".into(),
        locale: "en".into(),
        ..AccountRegister::default()
    };
    let act = app.act_of_system("test", 0);
    let approved = model::ask(&*app.gate, &act, &Account::default(), draft).await?;
    let mut tx = app.db.begin().await?;
    let owner = Owner::New { password_hash: "x".into(), time_zone: String::new() };
    account::register(&mut tx, &act, &approved, owner).await?;
    tx.commit().await
}

/// Blue Bakery's owner adds a contact for tickets.
async fn add_contact(house: &House, email: &str) -> innkeeper::error::Result<()> {
    let (app, act) = (&house.app, house.act_of("owner@bakery.example").await);
    let draft = ContactSave {
        name: "Somebody".into(),
        email: email.into(),
        categories: vec!["support".into()],
        adding: true,
    };
    let approved = model::ask(&*app.gate, &act, &house.bakery().await, draft).await?;
    let mut tx = app.db.begin().await?;
    contact::add(&mut tx, &act, &approved).await?;
    tx.commit().await
}

fn field(error: &innkeeper::error::Error) -> (&str, &str) {
    (error.fields[0].field.as_str(), error.fields[0].code)
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_is_filed_only_where_its_senders_address_was_proved() {
    let house = House::with(&[]).await;
    register(&house, "victim@corp.example").await.unwrap();
    add_contact(&house, "prospect@corp.example").await.unwrap();
    for (from, claims) in [("victim@corp.example", "Curious"), ("prospect@corp.example", "Blue Bakery")] {
        let ticket =
            opened(&house, mail(from, SUPPORT, "Our offer", &format!("p-{from}"), "", "In confidence."))
                .await;
        assert_eq!(ticket.account_id, None, "{from} is anybody's who typed it");
        assert_eq!(bodies(&house, &ticket).await[0].1, "In confidence.");
        assert!(notes(&house, &ticket).await.contains(claims), "{}", notes(&house, &ticket).await);
    }
    let bakery = house.bakery().await.id;
    let ours =
        opened(&house, mail("owner@bakery.example", SUPPORT, "Oven", "p3@x.example", "", "Cold.")).await;
    assert_eq!((notes(&house, &ours).await.as_str(), ours.account_id), ("", Some(bakery)));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_customer_has_an_address_of_the_house() {
    let house = House::with(&[]).await;
    for ours in ["Staff@host.example", "billing@host.example"] {
        let error = add_contact(&house, ours).await.unwrap_err();
        assert_eq!(field(&error), ("email", "email-of-house"), "{ours}");
        assert_eq!(field(&register(&house, ours).await.unwrap_err()), ("email", "email-of-house"));
        let act = house.act_of("owner@bakery.example").await;
        let mut tx = house.app.db.begin().await.unwrap();
        let change = user::address::request_email_change(&mut tx, &act, &act.actor.id, ours).await;
        assert_eq!(field(&change.unwrap_err()), ("email", "email-of-house"));
        let bakery = house.bakery().await;
        let stored = account::find(&mut tx, &bakery.id).await.unwrap().details();
        let draft = AccountChangeDetails { email: ours.into(), ..stored };
        drop(tx);
        let approved = model::ask(&*house.app.gate, &act, &bakery, draft).await.unwrap();
        let mut tx = house.app.db.begin().await.unwrap();
        let change = account::change_details(&mut tx, &act, &approved).await;
        assert_eq!(field(&change.unwrap_err()), ("email", "email-of-house"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_customer_was_told_makes_nobody_staff() {
    let house = House::with(&[]).await;
    let ticket = house.ticket().await;
    let write = |to: String, id: &str, more: &str| {
        mail("Sam <staff@host.example>", &to, "Re: x", id, more, "I am staff.")
    };
    // A token and a mail that went to that address because a customer typed it somewhere, as once was possible.
    let key = ReplyKey::of(&house.app.key);
    let address = |reader| {
        let token = key.token(&ticket.reference, "staff@host.example", reader);
        format!("support+{token}@host.example")
    };
    let forged = take(&house, write(address(Reader::Customer), "f1@x.example", "")).await;
    assert_eq!(forged, Outcome::Replied(ticket.reference.clone()));
    house.write("Anything new?").await;
    let id = header_of_mail_to(&house, "owner@bakery.example", "Message-ID").await;
    sql(
        &house,
        "UPDATE emails SET to_email = 'staff@host.example', to_kind = 'contact' WHERE to_email = 'owner@bakery.example'",
        vec![],
    )
    .await;
    take(&house, write(SUPPORT.to_owned(), "f2@x.example", &format!("In-Reply-To: {id}\r\n"))).await;
    let written = bodies(&house, &ticket).await;
    let badges: Vec<&str> =
        written.iter().filter(|(_, body)| body == "I am staff.").map(|(badge, _)| badge.as_str()).collect();
    assert_eq!(badges, ["External User"], "the second is a ticket of its own");
    // What staff were told does.
    take(&house, write(address(Reader::Staff), "f3@x.example", "")).await;
    assert_eq!(bodies(&house, &ticket).await.last().unwrap().0, "Operator");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_keeps_somebody_out_with_mail_in_their_name() {
    let house = House::configured(&[], |config| config.intake.per_sender_per_hour = 3).await;
    let ticket = house.ticket().await;
    let token =
        ReplyKey::of(&house.app.key).token(&ticket.reference, "owner@bakery.example", Reader::Customer);
    let address = format!("support+{token}@host.example");
    let big = "x".repeat(300_000);
    let forged = |n: u8| {
        mail("owner@bakery.example", SUPPORT, &format!("Forged {n}"), &format!("k{n}@x.example"), "", &big)
    };
    for n in 0..3 {
        assert!(matches!(take(&house, forged(n)).await, Outcome::Opened(_)), "{n}");
    }
    assert_eq!(take(&house, forged(3)).await, Outcome::Rejected(Reason::SenderRate));
    // Who is merely busy loses nothing: staff can take it all the same.
    let listed = rejected(&house.app.db, "forged 3", &Page::default()).await.unwrap();
    assert!(intake::original(&house.app, &listed.rows[0]).await.unwrap().len() > 300_000);
    let real =
        |n: u8| mail("owner@bakery.example", &address, "Re: x", &format!("o{n}@x.example"), "", "Real.");
    for n in 0..3 {
        assert_eq!(take(&house, real(n)).await, Outcome::Replied(ticket.reference.clone()));
    }
    // A loop of theirs ends all the same.
    assert_eq!(take(&house, real(3)).await, Outcome::Rejected(Reason::SenderRate));
    house.app.clock.advance(HOUR - 20_000);
    assert_eq!(take(&house, forged(4)).await, Outcome::Rejected(Reason::SenderRate));
    house.app.clock.advance(60_000);
    assert!(matches!(take(&house, forged(5)).await, Outcome::Opened(_)), "what was rejected does not count");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_in_a_ticket_is_needed_for_all_that_is_no_token() {
    let house = House::with(&[]).await;
    let ticket = house.ticket().await;
    let before = bodies(&house, &ticket).await;
    let subject = format!("Re: [{}] The shop", ticket.reference);
    // She has the permission for invoices; he, a contact, is ticked for invoices.
    for from in ["accountant@bakery.example", "bills@bakery.example"] {
        let own = opened(&house, mail(from, SUPPORT, &subject, &format!("t-{from}"), "", "Let me in.")).await;
        assert_ne!(own.reference, ticket.reference);
    }
    let header = format!("References: <{}@host.example>\r\n", ticket.id);
    opened(&house, mail("stranger@evil.example", SUPPORT, "Re: y", "s1@evil.example", &header, "Hi.")).await;
    assert_eq!(bodies(&house, &ticket).await, before);
    // Whoever may see it may.
    let raw = mail("developer@bakery.example", SUPPORT, "Re: y", "s2@bakery.example", &header, "Hello.");
    assert_eq!(take(&house, raw).await, Outcome::Replied(ticket.reference));
}

#[tokio::test(flavor = "multi_thread")]
async fn outsiders_are_copied_only_where_the_sender_is_proved() {
    let copies = "Cc: spy@evil.example, Devon <developer@bakery.example>, support@host.example\r\n";
    let house = House::configured(&[], |config| config.intake.authserv_id = "mx.host.example".into()).await;
    let write = |id: &str, more: &str| {
        let more = format!("{copies}{more}");
        mail("owner@bakery.example", SUPPORT, "My invoices", id, &more, "Please send them.")
    };
    let forged = opened(&house, write("c1@x.example", "")).await;
    assert_eq!(forged.cc(), ["developer@bakery.example"]);
    let told = notes(&house, &forged).await;
    assert!(told.contains("spy@evil.example") && !told.contains("developer"), "{told}");
    let passed = "Authentication-Results: mx.host.example; dmarc=pass header.from=bakery.example\r\n";
    let real = opened(&house, write("c2@x.example", passed)).await;
    assert_eq!(real.cc(), ["spy@evil.example", "developer@bakery.example"]);
    assert_eq!(notes(&house, &real).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_opens_a_ticket_of_whoever_wrote_it() {
    let house = House::with(&[]).await;
    let old = house.ticket().await;
    let act = house.act_of("owner@bakery.example").await;
    let mut tx = house.app.db.begin().await.unwrap();
    let copied = ["stranger@elsewhere.example".to_owned()];
    ticket::change_cc(&mut tx, &act, Scope::Staff, &old.reference, &copied).await.unwrap();
    ticket::close(&mut tx, &act, Scope::Staff, &old.reference).await.unwrap();
    tx.commit().await.unwrap();
    house.app.clock.advance(60 * DAY);
    let subject = format!("Re: [{}] The shop", old.reference);
    let late = |from: &str| mail(from, SUPPORT, &subject, &format!("l-{from}"), "", "By the way.");
    let strangers = opened(&house, late("stranger@elsewhere.example")).await;
    assert_eq!(strangers.account_id, None, "the account of the old ticket is not theirs");
    assert_eq!(opened(&house, late("owner@bakery.example")).await.account_id, old.account_id);
    // Nor does a closed account make the mail server try for days.
    sql(
        &house,
        "UPDATE accounts SET closed_at = $1 WHERE id = $2",
        vec![house.app.clock.now().into(), old.account_id.clone().unwrap().into()],
    )
    .await;
    let again = opened(&house, late("developer@bakery.example")).await;
    assert_eq!(again.account_id, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_of_any_length_is_kept_and_its_reader_is_told() {
    let house = House::with(&[]).await;
    let log = "line of a log\r\n".repeat(8_000);
    let body = format!("Here it is:\r\n{log}The question at the end?");
    let ticket =
        opened(&house, mail("owner@bakery.example", SUPPORT, "Log", "l1@bakery.example", "", &body)).await;
    let replies = ticket::replies(&house.app.db, &ticket).await.unwrap();
    assert!(replies[0].body.ends_with("[The text goes on: all of it is in the file mail.txt]"));
    let file = &replies[0].attachments[0];
    assert_eq!(file.name, "mail.txt");
    let whole = String::from_utf8(house.app.file(file).await.unwrap()).unwrap();
    assert!(whole.trim_end().ends_with("The question at the end?"), "{} bytes", whole.len());

    // Nor is a mail lost whose files have long names.
    let name = "n".repeat(110);
    let parts: String = (0..50)
        .map(|n| format!("--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}{n}.exe\"\r\n\r\nMZ\r\n"))
        .collect();
    let more = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";
    let body = format!("--b\r\n\r\n{body}\r\n{parts}--b--");
    let ticket =
        opened(&house, mail("owner@bakery.example", SUPPORT, "Files", "l2@bakery.example", more, &body))
            .await;
    let text = &ticket::replies(&house.app.db, &ticket).await.unwrap()[0].body;
    assert!(text.starts_with("Here it is") && text.contains(&format!("[Not kept as a file: {name}49.exe (")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_finds_its_ticket_when_the_department_has_another_address() {
    let house = House::with(&[]).await;
    let ticket = house.ticket().await;
    sql(
        &house,
        "UPDATE departments SET email = 'help@host.example' WHERE email = 'support@host.example'",
        vec![],
    )
    .await;
    let token =
        ReplyKey::of(&house.app.key).token(&ticket.reference, "owner@bakery.example", Reader::Customer);
    let to = format!("support+{token}@host.example");
    let answer = mail("owner@bakery.example", &to, "Re: x", "d1@bakery.example", "", "Still slow.");
    assert_eq!(take(&house, answer).await, Outcome::Replied(ticket.reference));
    let other = mail("owner@bakery.example", SUPPORT, "New", "d2@bakery.example", "", "To nobody.");
    assert_eq!(take(&house, other).await, Outcome::NoDepartment);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_too_much_rejected_mail_only_the_beginning_is_kept() {
    let house = House::configured(&[], |config| config.intake.rejected_mb = 1).await;
    let body = "x".repeat(700_000);
    for (n, kept) in [(0, 700_000), (1, 700_000), (2, 64 << 10)] {
        let id = format!("a{n}@bakery.example");
        let away = mail("owner@bakery.example", SUPPORT, &id, &id, "Auto-Submitted: auto-replied\r\n", &body);
        assert_eq!(take(&house, away).await, Outcome::Rejected(Reason::Automatic));
        let listed = rejected(&house.app.db, &id, &Page::default()).await.unwrap();
        let row = find(&house.app.db, &listed.rows[0].id).await.unwrap();
        let size = intake::original(&house.app, &row).await.unwrap().len();
        assert!((kept..kept + 1_000).contains(&size), "{n}: {size}");
    }
    let cut = rejected(&house.app.db, "a2@bakery.example", &Page::default()).await.unwrap().rows.remove(0);
    let act = house.act_of("owner@bakery.example").await;
    let Outcome::Opened(reference) = intake::accept(&house.app, &act, &cut.id).await.unwrap() else {
        panic!()
    };
    let ticket = ticket::find(&house.app.db, Scope::Staff, &reference).await.unwrap();
    let said = bodies(&house, &ticket).await.remove(0).1;
    assert!(said.contains("[Only the beginning of this mail was kept"), "{}", said.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_which_messages_anybody_may_have_written() {
    let house = House::configured(&[], |config| config.intake.authserv_id = "mx.host.example".into()).await;
    let ticket = house.ticket().await;
    let (owner, tag) = ("owner@bakery.example", format!("Re: [{}] The shop", ticket.reference));
    let token = ReplyKey::of(&house.app.key).token(&ticket.reference, owner, Reader::Customer);
    let passed = "Authentication-Results: mx.host.example; dmarc=pass header.from=bakery.example\r\n";
    for (n, to, more) in [
        (1, SUPPORT.to_owned(), ""),
        (2, format!("support+{token}@host.example"), ""),
        (3, SUPPORT.to_owned(), passed),
    ] {
        let raw = mail(owner, &to, &tag, &format!("u{n}@x.example"), more, &format!("Number {n}."));
        assert_eq!(take(&house, raw).await, Outcome::Replied(ticket.reference.clone()), "{n}");
        house.settle().await;
    }
    let replies = ticket::replies(&house.app.db, &ticket).await.unwrap();
    let marks: Vec<_> = replies.iter().rev().take(3).map(|one| one.unproved).collect();
    assert_eq!(marks, [false, false, true], "the tag alone proves nothing");
    let told = "SELECT COUNT(*) FROM dev_mails WHERE body_text LIKE '%sender not proved%'";
    let to = "AND recipient = 'staff@host.example' AND body_text LIKE '%Number 1.%'";
    assert_eq!(house.count(format!("{told} {to}")).await, 1);
    assert_eq!(house.count(told).await, 1, "customers and proved mail have no such line");
    // Of a stranger nothing is claimed.
    let stranger =
        opened(&house, mail("gus@elsewhere.example", SUPPORT, "Hi", "u9@x.example", "", "Hi.")).await;
    assert!(!ticket::replies(&house.app.db, &stranger).await.unwrap()[0].unproved);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_in_copy_of_a_mail_are_told_as_staff_alone() {
    let house = House::with(&[]).await;
    let more = "Cc: staff@host.example, developer@bakery.example\r\n";
    let raw = mail("owner@bakery.example", SUPPORT, "Copies", "v1@bakery.example", more, "For all of you.");
    let ticket = opened(&house, raw).await;
    assert_eq!(ticket.cc(), ["developer@bakery.example"]);
    assert_eq!(notes(&house, &ticket).await, "");
    let act = house.act_of("owner@bakery.example").await;
    let mut tx = house.app.db.begin().await.unwrap();
    for ours in ["Staff@host.example", SUPPORT] {
        let typed = [ours.to_owned()];
        let error =
            ticket::change_cc(&mut tx, &act, Scope::Staff, &ticket.reference, &typed).await.unwrap_err();
        assert_eq!((error.fields[0].code, error.detail.as_str()), ("cc-of-house", ours));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guards_see_nothing_that_lets_them_act_as_the_reader() {
    let script =
        "before(\"ticket.reply\", |draft| { if draft.body.contains(\"kxb204815\") { deny(\"seen\"); } });";
    let house = House::with(&[("hooks/looks.rhai", script)]).await;
    let ticket = house.ticket().await;
    let body = "I answer support+kxb204815abcdefghijkmnpqr@host.example here.";
    let tag = format!("Re: [{}] The shop", ticket.reference);
    let raw = mail("owner@bakery.example", SUPPORT, &tag, "w1@bakery.example", "", body);
    assert_eq!(take(&house, raw).await, Outcome::Replied(ticket.reference));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_not_taken_for_programs() {
    let house = House::with(&[]).await;
    let desk = "X-Auto-Response-Suppress: All\r\n";
    opened(
        &house,
        mail("desk@corp.example", SUPPORT, "A case of ours", "h1@corp.example", desk, "Please look."),
    )
    .await;
    let subject = "Undeliverable mail to our clients";
    let person = mail("postmaster@corp.example", SUPPORT, subject, "h2@corp.example", "", "Since Monday.");
    opened(&house, person).await;
    // A bounce of nothing that we know can be taken all the same.
    let bounce = mail(
        "MAILER-DAEMON@mx.example",
        SUPPORT,
        "failure notice",
        "h3@mx.example",
        "",
        "<a@b.example>:\r\nno.",
    );
    assert_eq!(take(&house, bounce).await, Outcome::Rejected(Reason::BounceUnknown));
    let listed = rejected(&house.app.db, "failure notice", &Page::default()).await.unwrap();
    let act = house.act_of("owner@bakery.example").await;
    let outcome = intake::accept(&house.app, &act, &listed.rows[0].id).await.unwrap();
    assert!(matches!(outcome, Outcome::Opened(_)), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_providers_are_read_byte_by_byte_and_for_each_recipient() {
    let server = Server::demo().start().await;
    let mut command = crate::support::command::binary();
    command.args(["mail", "intake-key", "--data"]).arg(server.data());
    command.env("INNKEEPER_DATABASE_URL", server.database().url());
    let address = crate::support::command::run(&mut command).await.ok();
    let path = address.trim().split_once("/intake/").unwrap().1.to_owned();
    let url = format!("{}/intake/{path}", server.url());
    let http = client::plain();
    let encoded = |raw: &[u8]| raw.iter().map(|byte| format!("%{byte:02X}")).collect::<String>();

    let mut raw = mail(
        "owner@bakery.example",
        SUPPORT,
        "Latin",
        "u1@bakery.example",
        "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n",
        "Die Gr",
    );
    raw.truncate(raw.len() - 2);
    raw.extend(b"\xf6\xdfe");
    let form =
        format!("recipient=nobody%40host.example%2C+support%40host.example&body-mime={}", encoded(&raw));
    let post = |form: String| {
        http.post(&url).header("content-type", "application/x-www-form-urlencoded").body(form).send()
    };
    assert_eq!(post(form).await.unwrap().status(), 200);
    let stored = "SELECT COUNT(*) FROM ticket_replies WHERE body = 'Die Größe'";
    assert_eq!(server.database().count(stored).await, 1);

    let envelope = "{\"to\":[\"someone@host.example\",\"support@host.example\"],\"from\":\"a@b.example\"}";
    let raw = mail("a@b.example", "someone@host.example", "Two", "u2@b.example", "", "Two.");
    let form = format!("envelope={}&email={}", encoded(envelope.as_bytes()), encoded(&raw));
    assert!(post(form).await.unwrap().text().await.unwrap().contains("opened"));

    // What is too large is in the log all the same.
    let large = mail("a@b.example", SUPPORT, "Large", "u3@b.example", "", &"x".repeat(33 << 20));
    let answer = http.post(&url).header("content-type", "message/rfc822").body(large).send().await.unwrap();
    assert_eq!(answer.status(), 413);
    let logged = "SELECT COUNT(*) FROM incoming_mails WHERE subject = 'Large' AND reason = 'unreadable'";
    assert_eq!(server.database().count(logged).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_one_reader_comes_back_to_others_neither_in_a_text_nor_in_a_file() {
    let house = House::with(&[]).await;
    let token = ReplyKey::of(&house.app.key).token("KXB-204815", "su@host.example", Reader::Staff);
    let id = innkeeper::mail::MessageKey::of(&house.app.key)
        .message_id("em_01jd3v6s7mz4k2w8q5x9c0b1nt", "host.example");
    let header = format!("Message-ID: <{id}>\r\nReply-To: support+{token}@host.example\r\n");
    let more = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";
    let body = format!(
        "--b\r\nContent-Type: text/plain\r\n\r\nThis came:\r\n{header}\r\n--b\r\nContent-Type: text/plain\r\n\
         Content-Disposition: attachment; filename=\"mail.txt\"\r\n\r\n{header}\r\n--b--"
    );
    let ticket =
        opened(&house, mail("owner@bakery.example", SUPPORT, "Look", "s1@bakery.example", more, &body)).await;
    let replies = ticket::replies(&house.app.db, &ticket).await.unwrap();
    let file = house.app.file(&replies[0].attachments[0]).await.unwrap();
    for text in [&replies[0].body, &String::from_utf8(file).unwrap()] {
        assert!(text.contains("Message-ID") && text.contains("support+…@host.example"), "{text}");
        assert!(!text.contains(&token) && !text.contains(&id), "{text}");
    }
}

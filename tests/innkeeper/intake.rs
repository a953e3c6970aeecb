//! Mail that comes in: whose it is, what becomes of it, and what does not go round and round.

use crate::support::{
    client,
    house::House,
    letter::{intake_url, letter as mail},
    server::Server,
};
use innkeeper::{
    clock::{DAY, HOUR},
    db::Query,
    error::Kind,
    intake::{self, Door, Outcome},
    mail::inbound::Reason,
    model::{
        intake::{find, rejected},
        page::Page,
        staff,
        ticket::{self, Scope, Ticket},
    },
};

pub const SUPPORT: &str = "support@host.example";

pub async fn take(house: &House, raw: Vec<u8>) -> Outcome {
    // Messages of one moment have no order.
    house.app.clock.advance(1_000);
    intake::take(&house.app, Door::Pipe, raw, None, None).await.unwrap()
}

/// Takes a mail that opens a ticket.
pub async fn opened(house: &House, raw: Vec<u8>) -> Ticket {
    let Outcome::Opened(reference) = take(house, raw).await else { panic!("no ticket was opened") };
    ticket::find(&house.app.db, Scope::Staff, &reference).await.unwrap()
}

/// A header of the newest mail that went to an address.
pub async fn header_of_mail_to(house: &House, to: &str, name: &str) -> String {
    house.settle().await;
    let sql = "SELECT headers FROM dev_mails WHERE recipient = $1 ORDER BY at DESC, id DESC LIMIT 1";
    let mut db = &house.app.db;
    let row: Option<(String,)> = db.optional(sql, vec![to.into()]).await.unwrap();
    let headers: Vec<(String, String)> = serde_json::from_str(&row.unwrap().0).unwrap();
    headers.into_iter().find(|(known, _)| known == name).unwrap().1
}

pub async fn bodies(house: &House, ticket: &Ticket) -> Vec<(String, String)> {
    let replies = ticket::replies(&house.app.db, ticket).await.unwrap();
    replies.iter().map(|one| (one.badge().unwrap().label().to_owned(), one.body.clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_by_mail_goes_on_the_right_ticket_by_the_right_people() {
    let house = House::with(&[]).await;
    let opening = mail(
        "Olive <owner@bakery.example>",
        SUPPORT,
        "The oven is cold",
        "m1@bakery.example",
        "",
        "Please help.",
    );
    let ticket = opened(&house, opening).await;
    assert_eq!(ticket.account_id, house.ticket().await.account_id, "it is the bakery's");

    // Staff answer by mail, to the address of their own that the mail to them named.
    let to_staff = header_of_mail_to(&house, "staff@host.example", "Reply-To").await;
    assert!(to_staff.starts_with("support+"), "{to_staff}");
    let answer = mail(
        "Sam <staff@host.example>",
        &to_staff,
        "Re: x",
        "m2@host-office.example",
        "",
        "Try again.\r\n\r\n> Please help.",
    );
    assert_eq!(take(&house, answer).await, Outcome::Replied(ticket.reference.clone()));

    // Her program shows the answer below her own mail; nobody else is told its id.
    let chain = header_of_mail_to(&house, "owner@bakery.example", "References").await;
    assert!(chain.contains("<m1@bakery.example>") && chain.contains("<tkt_"), "{chain}");
    let parent = header_of_mail_to(&house, "owner@bakery.example", "In-Reply-To").await;
    assert_eq!(parent, "<m1@bakery.example>");
    assert!(!header_of_mail_to(&house, "staff@host.example", "References").await.contains("m1@bakery"));

    // The owner answers by the Message-ID, from a program that drops the address.
    let id = header_of_mail_to(&house, "owner@bakery.example", "Message-ID").await;
    let more = format!("In-Reply-To: {id}\r\n");
    let reply = mail(
        "owner@bakery.example",
        SUPPORT,
        "Re: y",
        "m3@bakery.example",
        &more,
        "Warm now.\r\n-- \r\nOlive",
    );
    assert_eq!(take(&house, reply).await, Outcome::Replied(ticket.reference.clone()));

    // A colleague knows the subject only, and has a part in the account.
    let subject = format!("AW: [{}] The oven", ticket.reference);
    let colleague =
        mail("developer@bakery.example", SUPPORT, &subject, "m4@bakery.example", "", "Confirmed.");
    assert_eq!(take(&house, colleague).await, Outcome::Replied(ticket.reference.clone()));

    let expected = [
        ("Owner", "Please help."),
        ("Operator", "Try again."),
        ("Owner", "Warm now."),
        ("Authorized User", "Confirmed."),
    ];
    assert_eq!(
        bodies(&house, &ticket).await,
        expected.map(|(badge, body)| (badge.to_owned(), body.to_owned()))
    );
    let event = house.newest("ticket.replied").await;
    assert_eq!(
        (event["reply"]["origin"].as_str(), event["actor"]["kind"].as_str()),
        (Some("mail"), Some("user"))
    );
    let matched = "SELECT COUNT(*) FROM incoming_mails WHERE matched IN ('new', 'token', 'thread', 'tag')";
    assert_eq!(house.count(matched).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_only_what_is_printed_gets_a_ticket_of_their_own() {
    let house = House::with(&[]).await;
    let bakery = house.ticket().await;
    let before = bodies(&house, &bakery).await;
    let subject = format!("Re: [{}] The shop", bakery.reference);
    // Neither a stranger nor somebody who writes the address of the staff into a mail.
    for (n, from) in ["stranger@elsewhere.example", "staff@host.example"].iter().enumerate() {
        let other =
            opened(&house, mail(from, SUPPORT, &subject, &format!("s{n}@x.example"), "", "Let me in.")).await;
        assert_eq!(
            (other.account_id.as_deref(), bodies(&house, &other).await[0].0.as_str()),
            (None, "Guest")
        );
    }
    // A token that was made for somebody else, or made up.
    let stolen = "support+abc123456abcdefghjkmnpqrs@host.example";
    let guess = mail("x@elsewhere.example", stolen, "hello", "s9@x.example", "", "Guess.");
    assert!(matches!(take(&house, guess).await, Outcome::Opened(_)));
    assert_eq!(bodies(&house, &bakery).await, before, "nothing came to the bakery's ticket");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_comes_twice_is_answered_once() {
    let house = House::with(&[]).await;
    let raw = mail("owner@bakery.example", SUPPORT, "Twice", "t1@bakery.example", "", "Once.");
    opened(&house, raw.clone()).await;
    assert_eq!(take(&house, raw.clone()).await, Outcome::Twice);
    // Another server on the way writes more into the header.
    let again = [b"Received: from a by b; Mon, 23 Nov 2026 09:31:00 +0000\r\n".as_slice(), &raw].concat();
    assert_eq!(take(&house, again).await, Outcome::Twice);
    assert_eq!(house.count("SELECT COUNT(*) FROM tickets WHERE subject = 'Twice'").await, 1);

    // At once, from several processes.
    let racing = mail("owner@bakery.example", SUPPORT, "Racing", "t2@bakery.example", "", "Race.");
    let all = (0..6).map(|_| {
        let (app, raw) = (house.app.clone(), racing.clone());
        tokio::spawn(async move { intake::take(&app, Door::Http, raw, None, None).await.unwrap() })
    });
    let mut outcomes = Vec::new();
    for one in all.collect::<Vec<_>>() {
        outcomes.push(one.await.unwrap());
    }
    assert_eq!(outcomes.iter().filter(|one| matches!(one, Outcome::Opened(_))).count(), 1, "{outcomes:?}");
    assert_eq!(house.count("SELECT COUNT(*) FROM tickets WHERE subject = 'Racing'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rejected_is_kept_and_staff_can_take_it_all_the_same() {
    let house = House::with(&[]).await;
    let more = "Auto-Submitted: auto-replied\r\n";
    let away = mail("owner@bakery.example", SUPPORT, "Away", "r1@bakery.example", more, "I am away.");
    assert_eq!(take(&house, away).await, Outcome::Rejected(Reason::Automatic));
    let listed = rejected(&house.app.db, "i am away", &Page::default()).await.unwrap();
    assert_eq!((listed.total, listed.rows[0].reason.as_str()), (1, "automatic"));
    let event = house.newest("ticket.mail_rejected").await;
    assert_eq!(event["mail"]["reason"], "automatic");
    assert_eq!(event["mail"]["answerable"], false);

    let member = staff::lookup_by_email(&house.app.db, "staff@host.example").await.unwrap().unwrap();
    let act = house.act(staff::person(&member));
    let outcome = intake::accept(&house.app, &act, &listed.rows[0].id).await.unwrap();
    let Outcome::Opened(reference) = outcome else { panic!("{outcome:?}") };
    let ticket = ticket::find(&house.app.db, Scope::Staff, &reference).await.unwrap();
    assert_eq!(bodies(&house, &ticket).await, [("Owner".to_owned(), "I am away.".to_owned())]);
    let row = find(&house.app.db, &listed.rows[0].id).await.unwrap();
    assert_eq!((row.state.as_str(), row.accepted_by.as_str()), ("accepted", member.name.as_str()));
    assert_eq!(intake::accept(&house.app, &act, &row.id).await.unwrap_err().kind, Kind::Conflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_speaks_for_mail_too_and_its_words_are_kept() {
    let script = "before(\"ticket.open\", |draft| { if draft.origin == \"mail\" && draft.subject.contains(\"casino\") { deny(\"No gambling here.\"); } });";
    let house = House::with(&[("hooks/no-casino.rhai", script)]).await;
    let spam = mail("x@casino.example", SUPPORT, "casino bonus", "g1@casino.example", "", "Win.");
    assert_eq!(take(&house, spam).await, Outcome::Rejected(Reason::Refused));
    let listed = rejected(&house.app.db, "", &Page::default()).await.unwrap();
    assert_eq!(listed.rows[0].detail, "No gambling here.");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_answer_by_themselves_come_to_an_end() {
    let script = "fn thanks(event) { if event.actor.kind == \"guest\" { email(#{ template: \"message\", to: event.actor, reason: \"wrote\", vars: #{ subject: \"We got it\", text: \"Thank you\" } }); } } on(\"ticket.opened\", |event| thanks(event)); on(\"ticket.replied\", |event| thanks(event));";
    let house = House::with(&[("hooks/answers.rhai", script)]).await;
    let mut sent = 0;
    let mut taken = 0;
    // The other side answers every mail of ours with a new one that bears no mark of a program.
    for round in 0..200 {
        house.settle().await;
        let ours =
            house.count("SELECT COUNT(*) FROM dev_mails WHERE recipient = 'robot@elsewhere.example'").await;
        if round > 0 && ours == sent {
            break;
        }
        sent = ours;
        let robot = mail(
            "robot@elsewhere.example",
            SUPPORT,
            "Re: We got it",
            &format!("loop{round}@elsewhere.example"),
            "",
            "Thank you for your mail.",
        );
        taken += usize::from(!matches!(take(&house, robot).await, Outcome::Rejected(_)));
        house.app.clock.advance(60_000);
    }
    assert!((1..=20).contains(&taken), "{taken} mails were taken");
    // As long as it goes on, it stays out.
    house.app.clock.advance(HOUR / 2);
    let robot =
        mail("robot@elsewhere.example", SUPPORT, "Re: We got it", "later@elsewhere.example", "", "Again.");
    assert_eq!(take(&house, robot).await, Outcome::Rejected(Reason::SenderRate));
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_for_customers_only_tell_strangers_so_once_a_day_if_policy_says_so() {
    let script = innkeeper::bundle::shipped()["hooks/available/answer-rejected-mail.rhai"].to_string();
    let house = House::with(&[("hooks/answer-rejected-mail.rhai", &script)]).await;
    let mut tx = house.app.db.begin().await.unwrap();
    let support = ticket::departments(&mut tx).await.unwrap().remove(0);
    let typed = ticket::NewDepartment {
        name: support.name.clone(),
        email: support.email.clone(),
        clients_only: true,
        ..ticket::NewDepartment::default()
    };
    let act = house.app.act_of_system("test", 0);
    ticket::change_department(&mut tx, &act, &support.id, &typed).await.unwrap();
    tx.commit().await.unwrap();

    let ask = |n: i64| {
        mail(
            "gus@elsewhere.example",
            SUPPORT,
            "Do you host shops?",
            &format!("c{n}@elsewhere.example"),
            "",
            &format!("Question {n}"),
        )
    };
    for n in 0..3 {
        assert_eq!(take(&house, ask(n)).await, Outcome::Rejected(Reason::ClientsOnly));
    }
    house.settle().await;
    let mails = "SELECT COUNT(*) FROM dev_mails WHERE recipient = 'gus@elsewhere.example'";
    assert_eq!(house.count(mails).await, 1);
    house.pass(DAY + HOUR).await;
    assert_eq!(take(&house, ask(9)).await, Outcome::Rejected(Reason::ClientsOnly));
    house.settle().await;
    assert_eq!(house.count(mails).await, 2);
    // Customers are let in.
    opened(&house, mail("bills@bakery.example", SUPPORT, "Bill", "c8@bakery.example", "", "Where is it?"))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_ours_passes_on_what_people_write_and_nothing_else() {
    let house = House::configured(&[], |config| {
        config.intake.lists = vec!["<Support.lists.host.example>".to_owned()];
    })
    .await;
    let by = |list: &str, id: &str, more: &str| {
        let more = format!(
            "List-Id: Our group <{list}>\r\nPrecedence: bulk\r\nList-Unsubscribe: <mailto:x@y.example>\r\n{more}"
        );
        mail("owner@bakery.example", "group@host.example", "By a list", id, &more, "Please help.")
    };
    let take = async |raw| {
        intake::take(&house.app, Door::Pipe, raw, Some(SUPPORT), Some("bounces@host.example")).await.unwrap()
    };
    let ours = "support.lists.host.example";
    assert!(matches!(take(by(ours, "l1@x.example", "")).await, Outcome::Opened(_)));
    let away = by(ours, "l2@x.example", "Auto-Submitted: auto-replied\r\n");
    assert_eq!(take(away).await, Outcome::Rejected(Reason::Automatic));
    let other = by("news.elsewhere.example", "l3@x.example", "");
    assert_eq!(take(other).await, Outcome::Rejected(Reason::List));
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_came_back_stops_mail_to_that_address() {
    let house = House::with(&[]).await;
    opened(&house, mail("owner@bakery.example", SUPPORT, "Bounce me", "b1@bakery.example", "", "x")).await;
    let id = header_of_mail_to(&house, "owner@bakery.example", "Message-ID").await;
    let report = format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.bakery.example\r\nTo: no-reply@host.example\r\nSubject: Undelivered Mail\r\nMessage-ID: <dsn@mx.bakery.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; owner@bakery.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 unknown\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {id}\r\n--b--\r\n"
    );
    assert_eq!(take(&house, report.clone().into_bytes()).await, Outcome::Noted);
    assert_eq!(house.newest("email.bounced").await["to"], "owner@bakery.example");
    // A report on a mail that we never sent changes nothing.
    let forged = report.replace(&id, "<em_01jd3v6s7mz4k2w8q5x9c0b1nt@host.example>").replace("dsn@", "dsn2@");
    assert_eq!(take(&house, forged.into_bytes()).await, Outcome::Noted);
    assert_eq!(house.events("email.bounced").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_may_come_do_and_others_are_named() {
    let house = House::with(&[]).await;
    let more = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";
    let body = "--b\r\n\r\nTwo files.\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=notes.txt\r\n\r\nnotes\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=virus.exe\r\nContent-Transfer-Encoding: base64\r\n\r\nTVqQAAM=\r\n--b--";
    let ticket =
        opened(&house, mail("owner@bakery.example", SUPPORT, "Files", "f1@bakery.example", more, body)).await;
    let replies = ticket::replies(&house.app.db, &ticket).await.unwrap();
    assert_eq!(replies[0].attachments.len(), 1);
    assert_eq!(house.app.file(&replies[0].attachments[0]).await.unwrap(), b"notes");
    assert!(
        replies[0].body.ends_with("[Not kept as a file: virus.exe (files of this kind are not taken)]"),
        "{}",
        replies[0].body
    );
    // The mail itself is kept, and goes when its time has come.
    let raw = replies[0].raw_path.clone().unwrap();
    assert!(house.app.paths.data.join(&raw).exists(), "{raw}");
    house.pass(91 * DAY).await;
    intake::sweep(&house.app, house.app.clock.now() - 90 * DAY, 100).await.unwrap();
    assert!(!house.app.paths.data.join(&raw).exists(), "{raw}");
    assert_eq!(house.count("SELECT COUNT(*) FROM incoming_mails").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_write_at_once_by_mail_and_web_and_nothing_is_lost() {
    let house = House::configured(&[], |config| {
        config.intake.per_sender_per_hour = 1_000;
        config.intake.per_ticket_per_hour = 1_000;
    })
    .await;
    let bakery = house.ticket().await;
    let before = ticket::replies(&house.app.db, &bakery).await.unwrap().len();
    let subject = format!("Re: [{}] x", bakery.reference);
    let mut writers = Vec::new();
    for writer in 0..4 {
        let (app, subject) = (house.app.clone(), subject.clone());
        let from = ["owner@bakery.example", "developer@bakery.example"][writer % 2];
        writers.push(tokio::spawn(async move {
            for n in 0..8 {
                let raw = mail(
                    from,
                    SUPPORT,
                    &subject,
                    &format!("w{writer}-{n}@bakery.example"),
                    "",
                    &format!("mail {writer} {n}"),
                );
                let outcome = intake::take(&app, Door::Pipe, raw, None, None).await.unwrap();
                assert!(matches!(outcome, Outcome::Replied(_)), "{outcome:?}");
            }
        }));
    }
    for n in 0..8 {
        house.write(&format!("web {n}")).await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let replies = ticket::replies(&house.app.db, &bakery).await.unwrap();
    assert_eq!(replies.len() - before, 40);
    // They are announced in the order in which they stand, each writer's own in the order in which they were sent.
    let events = house.events("ticket.replied").await;
    let told: Vec<String> = events
        .iter()
        .map(|event| event.whole().unwrap()["reply"]["body"].as_str().unwrap().to_owned())
        .collect();
    let shown: Vec<&String> = replies[before..].iter().map(|reply| &reply.body).collect();
    assert_eq!(told[told.len() - shown.len()..].iter().collect::<Vec<_>>(), shown);
    for writer in ["mail 0 ", "mail 1 ", "mail 2 ", "mail 3 ", "web "] {
        let own: Vec<&String> = told.iter().filter(|body| body.starts_with(writer)).collect();
        assert!(own.len() == 8 && own.is_sorted(), "{own:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn providers_post_mail_with_the_secret_key() {
    let server = Server::demo().start().await;
    let url = intake_url(&server).await;
    let raw = |n: u8| {
        mail("owner@bakery.example", SUPPORT, "Posted", &format!("h{n}@bakery.example"), "", "Posted.")
    };
    let http = client::plain();
    let answer = http.post(&url).header("content-type", "message/rfc822").body(raw(1)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.unwrap().contains("opened"));
    // A form, as SendGrid and Mailgun have it, larger than any form of ours.
    let filler = "filler filler\r\n".repeat(60_000);
    for (n, field) in [(2, "email"), (3, "body-mime")] {
        let mut form = b"--B\r\nContent-Disposition: form-data; name=\"recipient\"\r\n\r\nsupport@host.example\r\n--B\r\nContent-Disposition: form-data; name=\"".to_vec();
        form.extend(format!("{field}\"\r\n\r\n").as_bytes());
        form.extend(raw(n));
        form.extend(filler.as_bytes());
        form.extend(b"\r\n--B--\r\n");
        let sent = http
            .post(&url)
            .header("content-type", "multipart/form-data; boundary=B")
            .body(form)
            .send()
            .await
            .unwrap();
        assert_eq!(sent.status(), 200, "{field}");
    }
    let again = http.post(&url).body(raw(1)).send().await.unwrap();
    assert!(again.text().await.unwrap().contains("twice"));
    let nobody = http.post(format!("{}/intake/mail/guess", server.url())).body(raw(4)).send().await.unwrap();
    assert_eq!(nobody.status(), 404);
    assert_eq!(http.post(&url).body("no mail").send().await.unwrap().status(), 406);
    assert_eq!(server.database().count("SELECT COUNT(*) FROM tickets WHERE subject = 'Posted'").await, 3);
}

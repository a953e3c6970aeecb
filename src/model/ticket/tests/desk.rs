//! What staff do with tickets, and what customers do beside writing.

use super::*;
use crate::{clock::DAY, config::Tickets, model::attachment};

async fn ticket(bakery: &Bakery) -> Ticket {
    let ticket = open_by(bakery, &bakery.act(), slow()).await.unwrap();
    bakery.news().await;
    ticket
}

fn staff(bakery: &Bakery) -> Act {
    Act { at: NOW + HOUR, ..bakery.act_of_staff() }
}

#[tokio::test]
async fn a_ticket_is_assigned_moved_and_made_urgent_once() {
    let bakery = house().await;
    add_staff(&bakery).await;
    let (ticket, act) = (ticket(&bakery).await, staff(&bakery));
    let billing = bakery
        .commit(async |tx| ensure_department(tx, "Billing", "billing@host.example", NOW).await)
        .await
        .unwrap();
    for changed in [true, false] {
        let done = bakery
            .commit(async |tx| assign(tx, &act, &ticket.reference, Some("stf_sam")).await)
            .await
            .unwrap();
        assert_eq!(done.is_some(), changed);
        let done =
            bakery.commit(async |tx| move_to(tx, &act, &ticket.reference, &billing.id).await).await.unwrap();
        assert_eq!(done.is_some(), changed);
        let done =
            bakery.commit(async |tx| set_priority(tx, &act, &ticket.reference, "High").await).await.unwrap();
        assert_eq!(done.is_some(), changed);
    }
    let events: Vec<_> =
        bakery.happened().await.into_iter().map(|e| (e.name.clone(), e.whole().unwrap())).collect();
    let names: Vec<_> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["ticket.assigned", "ticket.moved", "ticket.priority_changed"]);
    assert_eq!(events[0].1["ticket"]["assignee"]["email"], "staff@host.example");
    assert_eq!(events[0].1["before"]["exists"], false);
    assert_eq!(
        (&events[1].1["before"]["name"], &events[1].1["ticket"]["department"]["name"]),
        (&json!("Support"), &json!("Billing"))
    );
    assert_eq!(
        (&events[2].1["before"], &events[2].1["ticket"]["priority"], &events[2].1["badge"]),
        (&json!("Medium"), &json!("High"), &json!("Operator"))
    );
    let nobody = bakery.commit(async |tx| assign(tx, &act, &ticket.reference, None).await).await.unwrap();
    assert!(nobody.unwrap().assignee_id.is_none());
    assert_eq!(bakery.only_event("ticket.assigned").await["before"]["id"], "stf_sam");
}

#[tokio::test]
async fn customers_cannot_do_what_staff_do() {
    let bakery = house().await;
    let (ticket, act) = (ticket(&bakery).await, bakery.act());
    let errors = [
        bakery.commit(async |tx| assign(tx, &act, &ticket.reference, None).await).await.unwrap_err(),
        bakery.commit(async |tx| move_to(tx, &act, &ticket.reference, "dep_x").await).await.unwrap_err(),
        bakery.commit(async |tx| set_priority(tx, &act, &ticket.reference, "High").await).await.unwrap_err(),
        bakery.commit(async |tx| merge(tx, &act, &ticket.reference, "AAA-000000").await).await.unwrap_err(),
        bakery.commit(async |tx| split(tx, &act, &ticket.reference, &[], "x").await).await.unwrap_err(),
    ];
    assert!(errors.iter().all(|error| error.code == "staff-only"), "{errors:?}");
    assert!(bakery.news().await.is_empty());
}

#[tokio::test]
async fn the_members_of_a_department_are_its_staff() {
    let bakery = house().await;
    add_staff(&bakery).await;
    let sql = "INSERT INTO staff (id, email, email_key, name, password_hash, role, created_at)
               VALUES ('stf_bea', 'bea@host.example', 'bea@host.example', 'Bea Bills', 'x', 'admin', 0)";
    bakery.house.run(sql, Vec::new()).await;
    let (ticket, staff_act) = (ticket(&bakery).await, staff(&bakery));
    let staff = async || -> Vec<String> {
        let seen = snapshot(&bakery.house.db, &ticket, NOW).await.unwrap();
        seen.staff.into_iter().map(|person| person.name).collect()
    };
    assert_eq!(staff().await, ["Bea Bills", "Sam Staff"], "nobody belongs to it: all do");
    bakery
        .commit(async |tx| {
            let support = NewDepartment {
                name: "Support".into(),
                email: "support@host.example".into(),
                members: vec!["stf_sam".into()],
                ..NewDepartment::default()
            };
            change_department(tx, &staff_act, ticket.department_id(), &support).await
        })
        .await
        .unwrap();
    assert_eq!(staff().await, ["Sam Staff"]);
}

#[tokio::test]
async fn copied_addresses_change_and_the_event_says_how() {
    let bakery = house().await;
    let ticket = ticket(&bakery).await;
    let scope = Scope::Account(&bakery.id);
    let typed = ["Agency@partner.example".to_owned(), "new@partner.example".to_owned(), " ".to_owned()];
    let change = async || {
        bakery.commit(async |tx| change_cc(tx, &bakery.act(), scope, &ticket.reference, &typed).await).await
    };
    assert_eq!(change().await.unwrap().unwrap().cc(), ["Agency@partner.example", "new@partner.example"]);
    let event = bakery.only_event("ticket.cc_changed").await;
    assert_eq!((&event["added"], &event["removed"]), (&json!(["new@partner.example"]), &json!([])));
    assert!(change().await.unwrap().is_none());
    let wrong = ["nobody".to_owned()];
    let error = bakery
        .commit(async |tx| change_cc(tx, &bakery.act(), scope, &ticket.reference, &wrong).await)
        .await
        .unwrap_err();
    assert_eq!(error.fields[0].field, "cc");
    assert!(bakery.news().await.is_empty());
}

#[tokio::test]
async fn an_answer_of_staff_is_rated_once() {
    let bakery = house().await;
    let ticket = ticket(&bakery).await;
    reply_by(&bakery, &staff(&bakery), &ticket).await.unwrap();
    bakery.news().await;
    let messages = replies(&bakery.house.db, &ticket).await.unwrap();
    let scope = Scope::Account(&bakery.id);
    let rate = async |reply: &Reply, stars| {
        let act = bakery.act();
        bakery
            .commit(async |tx| rate(tx, &act, scope, &ticket.reference, &reply.id, stars, " Kind. ").await)
            .await
            .map_err(|error| error.code)
    };
    assert_eq!(rate(&messages[0], 5).await, Err("reply"), "her own message");
    assert_eq!(rate(&messages[1], 6).await, Err("invalid"));
    assert_eq!(rate(&messages[1], 4).await, Ok(()));
    assert_eq!(rate(&messages[1], 1).await, Err("already-rated"));
    let event = bakery.only_event("ticket.rated").await;
    assert_eq!(
        (&event["stars"], &event["comment"], &event["badge"]),
        (&json!(4), &json!("Kind."), &json!("Owner"))
    );
    let messages = replies(&bakery.house.db, &ticket).await.unwrap();
    assert_eq!(messages[1].rating.as_ref().map(|rating| rating.stars), Some(4));
}

#[tokio::test]
async fn a_customers_reply_opens_a_closed_ticket_again_for_a_while() {
    let bakery = house().await;
    let ticket = ticket(&bakery).await;
    bakery.commit(async |tx| close(tx, &bakery.act(), Scope::Staff, &ticket.reference).await).await.unwrap();
    bakery.news().await;
    let arrival = Arrival::of(&Tickets { reopen_days: 3 });
    let write = async |act: &Act| {
        let approved = approved_reply(&bakery, act, &bakery.account().await, &ticket).await;
        bakery.commit(async |tx| reply_from(tx, act, &approved, &arrival).await).await
    };
    let late = bakery.act_after(3 * DAY + 1);
    assert_eq!(write(&late).await.unwrap_err().code, "ticket-closed");
    assert_eq!(write(&staff(&bakery)).await.unwrap_err().code, "ticket-closed", "staff open it by hand");
    let again = write(&bakery.act_after(3 * DAY)).await.unwrap();
    assert_eq!(
        (again.status.as_str(), again.is_closed(), again.waits()),
        ("Customer-Reply", false, Waits::Staff)
    );
    assert_eq!(bakery.news().await, ["ticket.replied", "ticket.reopened"]);
}

#[tokio::test]
async fn a_button_opens_a_ticket_again() {
    let bakery = house().await;
    let ticket = ticket(&bakery).await;
    let (scope, rules) = (Scope::Account(&bakery.id), Tickets { reopen_days: 3 });
    let reopen = async |act: Act, scope| {
        let done = bakery.commit(async |tx| reopen(tx, &act, scope, &ticket.reference, &rules).await).await;
        done.map(|ticket| ticket.status).map_err(|error| error.code)
    };
    assert_eq!(reopen(bakery.act(), scope).await, Err("ticket-open"));
    bakery.commit(async |tx| close(tx, &bakery.act(), scope, &ticket.reference).await).await.unwrap();
    bakery.news().await;
    assert_eq!(reopen(bakery.act_after(4 * DAY), scope).await, Err("ticket-too-old"));
    assert_eq!(reopen(bakery.act_after(DAY), scope).await.as_deref(), Ok("Open"));
    assert_eq!(bakery.news().await, ["ticket.status_changed", "ticket.reopened"]);
    bakery.commit(async |tx| close(tx, &bakery.act(), scope, &ticket.reference).await).await.unwrap();
    let late = Act { at: NOW + 40 * DAY, ..bakery.act_of_staff() };
    assert_eq!(reopen(late, Scope::Staff).await.as_deref(), Ok("Open"), "staff always may");
}

#[tokio::test]
async fn a_merged_ticket_brings_everything_and_leads_on() {
    let bakery = house().await;
    add_staff(&bakery).await;
    let dev = bakery.colleague("dev@bakery.example", "tickets").await;
    let first = ticket(&bakery).await;
    let draft = TicketOpen { subject: "Oven cold".into(), body: "Brrr".into(), ..slow() };
    let second = open_by(&bakery, &bakery.act_of(&dev), draft).await.unwrap();
    bakery.news().await;
    let act = staff(&bakery);
    let into =
        bakery.commit(async |tx| merge(tx, &act, &first.reference, &second.reference).await).await.unwrap();
    assert!(into.cc().contains(&"dev@bakery.example".to_owned()), "its opener goes on hearing of it");
    let event = bakery.only_event("ticket.merged").await;
    assert_eq!((&event["merged"]["id"], &event["ticket"]["id"]), (&json!(second.id), &json!(first.id)));
    let db = &bakery.house.db;
    assert_eq!(replies(db, &into).await.unwrap().len(), 2);
    let gone = find(db, Scope::Staff, &second.reference).await.unwrap();
    assert!(gone.is_closed());
    assert_eq!(standing(db, gone).await.unwrap().id, first.id);
    let found = list(db, Scope::Staff, &Filter::new(Show::All, "brrr"), &Page::default()).await.unwrap();
    assert_eq!(found.rows.iter().map(|row| &row.id).collect::<Vec<_>>(), [&first.id]);
    let again = bakery.commit(async |tx| merge(tx, &act, &first.reference, &second.reference).await).await;
    assert_eq!(again.unwrap_err().code, "ticket-merged");
    let open = bakery
        .commit(async |tx| set_status(tx, &act, &data::Account::default(), &second.id, "Open").await)
        .await;
    assert_eq!(open.unwrap_err().code, "ticket-merged");
}

#[tokio::test]
async fn what_waits_for_us_waits_on_after_a_merger() {
    for closed in [false, true] {
        let bakery = house().await;
        add_staff(&bakery).await;
        let (into, from) = (ticket(&bakery).await, ticket(&bakery).await);
        let act = staff(&bakery);
        reply_by(&bakery, &act, &into).await.unwrap();
        if closed {
            bakery.commit(async |tx| close(tx, &act, Scope::Staff, &into.reference).await).await.unwrap();
        }
        bakery.news().await;
        let merged = bakery.commit(async |tx| merge(tx, &act, &into.reference, &from.reference).await).await;
        assert_eq!(
            (merged.unwrap().status.as_str(), bakery.news().await.pop().as_deref()),
            ("Customer-Reply", Some("ticket.merged"))
        );
        let now = find(&bakery.house.db, Scope::Staff, &into.reference).await.unwrap();
        assert_eq!((now.waits(), now.is_closed()), (Waits::Staff, false), "closed before: {closed}");
        let gone = bakery.commit(async |tx| set_priority(tx, &act, &from.reference, "High").await).await;
        assert_eq!(gone.unwrap_err().code, "ticket-merged");
    }
}

#[tokio::test]
async fn what_a_script_says_is_no_answer() {
    let bakery = house().await;
    let ticket = ticket(&bakery).await;
    let house = Act {
        actor: Person { exists: true, kind: "system".into(), ..Person::default() },
        at: NOW + HOUR,
        ..bakery.act()
    };
    let answered = reply_by(&bakery, &house, &ticket).await.unwrap();
    assert_eq!((answered.status.as_str(), answered.waits()), (OPEN, Waits::Staff));
    let later = Act { at: NOW + 2 * HOUR, ..bakery.act() };
    bakery.news().await;
    reply_by(&bakery, &later, &ticket).await.unwrap();
    let event = bakery.only_event("ticket.replied").await;
    assert_eq!(event["ticket"]["quiet_for"], json!(2 * HOUR), "nobody had written since it was opened");
}

#[tokio::test]
async fn messages_become_a_ticket_of_their_own() {
    let bakery = house().await;
    let dev = bakery.colleague("dev@bakery.example", "tickets").await;
    let ticket = ticket(&bakery).await;
    let later = Act { at: NOW + MINUTE, ..bakery.act_of(&dev) };
    reply_by(&bakery, &later, &ticket).await.unwrap();
    bakery.news().await;
    let db = &bakery.house.db;
    let messages: Vec<_> = replies(db, &ticket).await.unwrap().into_iter().map(|reply| reply.id).collect();
    let act = staff(&bakery);
    let split = async |ids: &[String]| {
        bakery.commit(async |tx| split(tx, &act, &ticket.reference, ids, "Another matter").await).await
    };
    assert_eq!(split(&messages).await.unwrap_err().fields[0].field, "replies", "something must stay");
    assert_eq!(split(&[]).await.unwrap_err().fields[0].field, "replies");
    let own = split(&messages[1..]).await.unwrap();
    assert_eq!((own.subject.as_str(), own.opener().id), ("Another matter", dev.id.clone()));
    assert_eq!((replies(db, &ticket).await.unwrap().len(), replies(db, &own).await.unwrap().len()), (1, 1));
    assert_eq!(bakery.only_event("ticket.split").await["from"]["id"], json!(ticket.id));
}

#[tokio::test]
async fn files_come_with_the_message_that_names_them() {
    let bakery = house().await;
    let rules = crate::config::Attachments::default();
    let file = attachment::check(&rules, "slow.txt", b"eight seconds").unwrap();
    let act = bakery.act();
    let kept = bakery.commit(async |tx| attachment::announce(tx, &act, &file, "aa").await).await.unwrap();
    let draft = TicketOpen { attachments: vec![kept.seen()], ..slow() };
    let (stranger, _) = bakery.books().await;
    let stolen = open_by(&bakery, &bakery.act_of(&stranger), draft.clone()).await.unwrap_err();
    assert_eq!(stolen.fields[0].code, "attachment-gone");
    let ticket = open_by(&bakery, &act, draft.clone()).await.unwrap();
    let event = bakery.only_event("ticket.opened").await;
    assert_eq!(event["reply"]["attachments"][0]["name"], "slow.txt");
    let twice = open_by(&bakery, &act, draft).await.unwrap_err();
    assert_eq!(twice.fields[0].code, "attachment-gone");
    let db = &bakery.house.db;
    assert_eq!(replies(db, &ticket).await.unwrap()[0].attachments[0].id, kept.id);
    assert!(attachment::find(db, &ticket, &kept.id).await.is_ok());
    let other = open_by(&bakery, &act, slow()).await.unwrap();
    assert_eq!(attachment::find(db, &other, &kept.id).await.unwrap_err().kind, Kind::NotFound);
}

#[tokio::test]
async fn a_message_knows_the_mail_that_it_was() {
    let bakery = house().await;
    let arrival = Arrival {
        message_id: Some("abc@mail.example".into()),
        raw_path: Some("mail/ab/abc.eml".into()),
        quoted: "> Since Friday.".into(),
        ..Arrival::default()
    };
    let act = bakery.act();
    let draft = TicketOpen { origin: "mail".into(), ..slow() };
    let approved = bakery.ask(&act, draft).await.unwrap();
    let ticket =
        bakery.commit(async |tx| open_from(tx, &act, &act.actor, &approved, &arrival).await).await.unwrap();
    assert_eq!(bakery.only_event("ticket.opened").await["reply"]["origin"], "mail");
    let db = &bakery.house.db;
    assert_eq!(by_message_id(db, "abc@mail.example").await.unwrap().unwrap().id, ticket.id);
    assert!(by_message_id(db, "other@mail.example").await.unwrap().is_none());
    let messages = replies(db, &ticket).await.unwrap();
    assert_eq!((messages[0].quoted.as_str(), messages[0].origin.as_str()), ("> Since Friday.", "mail"));
}

#[tokio::test]
async fn statuses_are_data_and_ours_stay() {
    let bakery = house().await;
    let ticket = ticket(&bakery).await;
    let solved =
        NewStatus { name: "Solved".into(), colour: "#00AA00".into(), position: 9, waits: Waits::Nobody };
    bakery.commit(async |tx| save_status(tx, &staff(&bakery), &solved).await).await.unwrap();
    assert_eq!(bakery.news().await, ["ticket_status.saved"]);
    let act = staff(&bakery);
    let set = async |name: &'static str| {
        bakery
            .commit(async |tx| set_status(tx, &act, &data::Account::default(), &ticket.id, name).await)
            .await
            .unwrap()
            .unwrap()
    };
    let done = set("solved").await;
    assert_eq!((done.status.as_str(), done.is_closed()), ("Solved", true));
    assert_eq!(bakery.news().await, ["ticket.status_changed", "ticket.closed"]);
    let remove = async |name: &'static str| {
        bakery.commit(async |tx| remove_status(tx, &act, name, None).await).await.map_err(|error| error.code)
    };
    assert_eq!(remove("Solved").await, Err("status-used"));
    assert_eq!(remove("Answered").await, Err("status-ours"));
    assert_eq!(remove("Nonsense").await, Err("status"));
    // Waits for the customer from now on: so does every ticket that has it.
    bakery
        .commit(async |tx| {
            save_status(tx, &staff(&bakery), &NewStatus { waits: Waits::Customer, ..solved.clone() }).await
        })
        .await
        .unwrap();
    let found = find(&bakery.house.db, Scope::Staff, &ticket.reference).await.unwrap();
    assert_eq!((found.waits(), found.is_closed()), (Waits::Customer, false));
    set("Open").await;
    assert_eq!(remove("Solved").await, Ok(()));
    let ours =
        NewStatus { name: "closed".into(), colour: "#000000".into(), position: 1, waits: Waits::Staff };
    let kept = bakery.commit(async |tx| save_status(tx, &staff(&bakery), &ours).await).await.unwrap();
    assert_eq!((kept.waits(), kept.colour.as_str(), kept.ours), (Waits::Nobody, "#000000", true));
}

#[tokio::test]
async fn departments_are_edited_and_go_only_when_they_are_empty() {
    let bakery = house().await;
    let ticket = ticket(&bakery).await;
    let typed = NewDepartment {
        name: "Billing".into(),
        email: "billing@host.example".into(),
        hidden: true,
        clients_only: true,
        ..NewDepartment::default()
    };
    let billing = bakery.commit(async |tx| add_department(tx, &staff(&bakery), &typed).await).await.unwrap();
    let again =
        bakery.commit(async |tx| add_department(tx, &staff(&bakery), &typed).await).await.unwrap_err();
    assert_eq!(again.code, "department-taken");
    let renamed = NewDepartment { name: "Support".into(), ..typed.clone() };
    let taken =
        bakery.commit(async |tx| change_department(tx, &staff(&bakery), &billing.id, &renamed).await).await;
    assert_eq!(taken.unwrap_err().code, "department-taken");
    let renamed = NewDepartment { name: "Bills".into(), hidden: false, ..typed };
    bakery
        .commit(async |tx| change_department(tx, &staff(&bakery), &billing.id, &renamed).await)
        .await
        .unwrap();
    let all = departments(&bakery.house.db).await.unwrap();
    let shown: Vec<_> = all.iter().map(|d| (d.name.as_str(), d.hidden, d.clients_only)).collect();
    assert_eq!(shown, [("Support", false, false), ("Bills", false, true)]);
    let remove = async |id: &str, to: Option<&str>| {
        let act = staff(&bakery);
        let removed = bakery.commit(async |tx| remove_department(tx, &act, id, to).await).await;
        removed.map_err(|error| error.code)
    };
    let support = ticket.department_id();
    assert_eq!(remove(support, None).await, Err("department-used"));
    assert_eq!(remove(support, Some(support)).await, Err("department-used"));
    assert_eq!(remove(support, Some(&billing.id)).await, Ok(()));
    let moved = find(&bakery.house.db, Scope::Staff, &ticket.reference).await.unwrap();
    assert_eq!((moved.department.as_str(), moved.department_id()), ("Bills", billing.id.as_str()));
    assert_eq!(remove(&billing.id, None).await, Err("department-last"));
    assert_eq!(remove("dep_none", None).await, Err("department"));
    assert_eq!(bakery.news().await, ["department.added", "department.changed", "department.removed"]);
}

#[tokio::test]
async fn who_took_part_is_told_in_the_order_of_their_first_words() {
    let bakery = house().await;
    add_staff(&bakery).await;
    let dev = bakery.colleague("dev@bakery.example", "tickets").await;
    let ticket = ticket(&bakery).await;
    for act in [staff(&bakery), Act { at: NOW + 2 * HOUR, ..bakery.act_of(&dev) }, staff(&bakery)] {
        reply_by(&bakery, &act, &ticket).await.unwrap();
    }
    let seen = snapshot(&bakery.house.db, &ticket, NOW).await.unwrap();
    let names: Vec<_> = seen.participants.iter().map(|person| person.email.as_str()).collect();
    assert_eq!(names, ["owner@bakery.example", "staff@host.example", "dev@bakery.example"]);
}

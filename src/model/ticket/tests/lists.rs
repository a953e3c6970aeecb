//! Lists and search, and how much they read.

use super::*;

async fn found(bakery: &Bakery, scope: Scope<'_>, search: &str) -> Vec<String> {
    let filter = Filter::new(Show::All, search);
    let listed = list(&bakery.house.db, scope, &filter, &Page::default()).await.unwrap();
    assert_eq!(listed.total, listed.rows.len() as i64);
    listed.rows.into_iter().map(|row| row.subject).collect()
}

#[tokio::test]
async fn words_of_all_messages_find_a_ticket_and_notes_only_for_staff() {
    let bakery = house().await;
    let ticket = open_by(&bakery, &bakery.act(), slow()).await.unwrap();
    open_by(&bakery, &bakery.act(), TicketOpen { subject: "Größe der Öfen".into(), ..slow() }).await.unwrap();
    reply_by(&bakery, &bakery.act_of_staff(), &ticket).await.unwrap();
    let account = bakery.account().await;
    let noted = bakery.commit(async |tx| {
        note(tx, &bakery.act_of_staff(), &account, &ticket.id, "Their cache is off").await
    });
    noted.await.unwrap();
    let (_, books) = bakery.books().await;
    let both = ["Größe der Öfen", "The shop is slow"];
    let reference = ticket.reference.to_lowercase();
    let table: &[(&str, &[&str], &[&str])] = &[
        ("friday", &both, &both),
        ("FRI look", &both, &both),
        ("any news", &both[1..], &both[1..]),
        (&reference, &both[1..], &both[1..]),
        ("größe", &both[..1], &both[..1]),
        ("ÖFEN", &both[..1], &both[..1]),
        ("cache", &[], &both[1..]),
        ("lower", &[], &[]),
        ("friday nonsense", &[], &[]),
        ("\" OR words:*", &[], &[]),
        ("'", &both, &both),
    ];
    for (typed, customer, staff) in table {
        let sorted = |mut subjects: Vec<String>| {
            subjects.sort();
            subjects
        };
        assert_eq!(sorted(found(&bakery, Scope::Account(&bakery.id), typed).await), *customer, "{typed}");
        assert_eq!(sorted(found(&bakery, Scope::Staff, typed).await), *staff, "{typed}");
        assert!(found(&bakery, Scope::Account(&books), typed).await.is_empty(), "{typed}");
    }
}

#[tokio::test]
async fn queues_are_by_department_status_and_assignee() {
    let bakery = house().await;
    add_staff(&bakery).await;
    let billing = bakery
        .commit(async |tx| ensure_department(tx, "Billing", "billing@host.example", NOW).await)
        .await
        .unwrap();
    let mut tickets = Vec::new();
    for number in 0..4 {
        let department = if number < 2 { "Support" } else { "Billing" };
        let draft = TicketOpen { subject: format!("{number}"), department: department.into(), ..slow() };
        tickets.push(open_by(&bakery, &bakery.act_after(number * MINUTE), draft).await.unwrap());
    }
    let act = Act { at: NOW + HOUR, ..bakery.act_of_staff() };
    let mine = &tickets[3].reference;
    bakery.commit(async |tx| assign(tx, &act, mine, Some("stf_sam")).await).await.unwrap();
    reply_by(&bakery, &act, &tickets[0]).await.unwrap();
    let numbers = async |scope: Scope<'_>, filter: Filter<'_>| -> String {
        let listed = list(&bakery.house.db, scope, &filter, &Page::default()).await.unwrap();
        listed.rows.into_iter().map(|row| row.subject).collect()
    };
    let all = Filter { show: Show::All, ..Filter::default() };
    let table = [
        (all, "0321"),
        (Filter { department: &billing.id, ..all }, "32"),
        (Filter { department: &billing.id, search: "friday", ..all }, "32"),
        (Filter { status: "Answered", ..all }, "0"),
        (Filter { assigned: Assigned::To("stf_sam"), ..all }, "3"),
        (Filter { assigned: Assigned::To("stf_sam"), search: "friday", ..all }, "3"),
        (Filter { assigned: Assigned::Nobody, ..all }, "021"),
        (Filter { show: Show::Customer, ..all }, "0"),
        (Filter { show: Show::Waiting, ..all }, "321"),
        (Filter { show: Show::Waiting, assigned: Assigned::Nobody, department: &billing.id, ..all }, "2"),
    ];
    for (filter, expected) in table {
        assert_eq!(numbers(Scope::Staff, filter).await, expected, "{filter:?}");
        assert_eq!(numbers(Scope::Account(&bakery.id), filter).await, expected, "{filter:?}");
    }
}

/// Many tickets, made by the database itself.
async fn fill(bakery: &Bakery, many: i64) {
    let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
        INSERT INTO tickets (id, reference, account_id, department_id, subject, status, waits, priority, opener_kind,
          opener_id, opener_name, opener_email, opened_at, changed_at, closed_at)
        SELECT 'tkt_x' || i, 'X-' || i, $2, (SELECT id FROM departments LIMIT 1), 'Old matter',
          CASE WHEN i % 1000 = 0 THEN 'Open' ELSE 'Closed' END,
          CASE WHEN i % 1000 = 0 THEN 'staff' ELSE 'nobody' END, 'Low', 'user', 'usr_x', 'Xenia', 'x@bakery.example', i, i,
          CASE WHEN i % 1000 = 0 THEN NULL ELSE i END FROM n";
    bakery.house.run(numbers, crate::args![many, bakery.id.clone()]).await;
}

#[tokio::test]
async fn every_queue_goes_along_its_own_index_and_sorts_nothing() {
    let bakery = house().await;
    if !bakery.house.db.is_sqlite() {
        return;
    }
    for (sql, index, values) in store::paths() {
        let asked: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {sql}").into_boxed_str());
        let plan: Vec<(i64, i64, i64, String)> = (&bakery.house.db).all(asked, values).await.unwrap();
        let plan: Vec<String> = plan.into_iter().map(|row| row.3).collect();
        let tickets = plan.iter().find(|step| step.contains(" t ")).unwrap();
        assert!(tickets.contains(&format!("INDEX {index} ")), "{index}: {plan:?}");
        assert!(plan.iter().all(|step| !step.contains("TEMP B-TREE")), "{index}: {plan:?}");
    }
}

#[tokio::test]
async fn a_page_of_many_tickets_is_counted_up_to_an_end() {
    let bakery = house().await;
    fill(&bakery, 20_000).await;
    let db = &bakery.house.db;
    for scope in [Scope::Staff, Scope::Account(&bakery.id)] {
        for (show, total) in
            [(Show::Open, 20), (Show::Closed, 10_001), (Show::Waiting, 20), (Show::All, 10_001)]
        {
            let listed = list(db, scope, &Filter::new(show, ""), &Page::default()).await.unwrap();
            assert_eq!(listed.total, total, "counting ends somewhere: {show:?}");
            assert_eq!(listed.rows.len() as i64, total.min(50));
        }
    }
    let mut place = Place::Start;
    let (mut seen, mut pages) = (0, 0);
    while pages < 30 {
        let page = Page { place, size: 400 };
        let listed = list(db, Scope::Staff, &Filter::new(Show::Closed, ""), &page).await.unwrap();
        assert_eq!(listed.before, seen.min(10_001));
        (seen, pages) = (seen + listed.rows.len() as i64, pages + 1);
        place = Place::from_cursors(listed.next.as_deref(), None);
        assert!(listed.next.is_some(), "there are more after {seen}");
    }
    assert_eq!(seen, 12_000, "one gets past where counting ends");
}

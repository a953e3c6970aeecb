//! The staff's desk: who reaches what, queues, answering together, merging, and what staff edit.

use super::{AGENT, Browser, Got, House, PASSWORD};
use crate::{
    demo,
    event::outbox,
    model::{
        page::Page,
        ticket::{self, Filter, Scope, Show, Ticket},
    },
};
use axum::http::StatusCode;

const OWNER: &str = "owner@bakery.example";

/// The ticket with these words.
async fn ticket(house: &House, words: &str) -> Ticket {
    let db = &house.app.db;
    let found =
        ticket::list(db, Scope::Staff, &Filter::new(Show::All, words), &Page::default()).await.unwrap();
    let row = found.rows.first().unwrap_or_else(|| panic!("no ticket with {words}"));
    ticket::find(db, Scope::Staff, &row.reference).await.unwrap()
}

fn path(ticket: &Ticket) -> String {
    format!("/admin/tickets/{}", ticket.reference)
}

/// What a hidden or text field of the page holds.
fn value(page: &Got, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = page.body.split(&mark).nth(1).unwrap_or_else(|| panic!("no {name}: {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

/// Sends a form that is right, a second later, and gives the page that comes then.
async fn done(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Got {
    browser.house.app.clock.advance(1_000);
    let got = browser.post(path, fields).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{path}: {}", got.body);
    browser.get(got.location()).await
}

#[tokio::test]
async fn an_agent_reaches_the_tickets_of_their_departments_and_their_own() {
    let house = House::new().await;
    let (slow, twice) = (ticket(&house, "slow since").await, ticket(&house, "paid twice").await);
    let admin = house.staff().await;
    // Somebody else serves Support, or everybody would.
    let sam = crate::model::staff::lookup_by_email(&house.app.db, demo::STAFF).await.unwrap().unwrap();
    let agent = house.agent(&["Billing"]).await;
    let support = format!("/admin/departments/{}", slow.department_id());
    let fields = [("name", "Support"), ("email", "support@host.example"), ("members", sam.id.as_str())];
    done(&admin, &support, &fields).await;

    assert_eq!(agent.get(&path(&twice)).await.status, StatusCode::OK);
    for (method, below) in [
        ("GET", ""),
        ("GET", "/merge"),
        ("GET", "/split"),
        ("GET", "/account"),
        ("POST", "/account"),
        ("POST", "/close"),
        ("POST", "/note"),
        ("POST", "/reply"),
        ("POST", "/change"),
        ("POST", "/cc"),
        ("POST", "/presence"),
        ("POST", "/merge"),
        ("POST", "/split"),
        ("POST", "/reopen"),
    ] {
        let there = format!("{}{below}", path(&slow));
        let got = if method == "GET" {
            agent.get(&there).await
        } else {
            agent.post(&there, &[("note", "x"), ("message", "x")]).await
        };
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{method} {there}: {}", got.body);
    }
    let queue = agent.get("/admin/tickets?status=all").await.body;
    assert!(queue.contains("paid twice") && !queue.contains("slow since"), "{queue}");
    let queue = agent.get("/admin/tickets?status=all&department=Support&q=slow").await.body;
    assert!(!queue.contains("The shop is slow"), "{queue}");

    // A ticket of theirs that became part of one of another department leads nowhere for them.
    let mine = ticket(&house, "paid twice").await;
    let sql = "UPDATE tickets SET merged_into = $1 WHERE id = $2";
    let mut tx = house.app.db.begin().await.unwrap();
    tx.execute(sql, crate::args![&slow.id, &mine.id]).await.unwrap();
    tx.commit().await.unwrap();
    let notes = house.events().await.len();
    for (below, fields) in [
        ("", &[][..]),
        ("/reply", &[("message", "x"), ("act", "preview")][..]),
        ("/reply", &[("message", "x"), ("act", "send")][..]),
        ("/note", &[("note", "x")][..]),
    ] {
        let there = format!("{}{below}", path(&mine));
        let got = if below.is_empty() { agent.get(&there).await } else { agent.post(&there, fields).await };
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{there}: {}", got.body);
    }
    assert_eq!(house.events().await.len(), notes, "nothing was written on it");

    // What is given to them they reach, wherever it is.
    let agent_id = crate::model::staff::lookup_by_email(&house.app.db, AGENT).await.unwrap().unwrap().id;
    done(&admin, &format!("{}/change", path(&slow)), &[("assignee", &agent_id)]).await;
    assert_eq!(agent.get(&path(&slow)).await.status, StatusCode::OK);
    assert!(agent.get("/admin/tickets?status=mine").await.body.contains("slow since"));
}

#[tokio::test]
async fn the_queue_says_how_much_waits_where() {
    let house = House::new().await;
    let admin = house.staff().await;
    let page = admin.get("/admin/tickets").await.body;
    let waiting = |page: &str| page.contains("Waiting for us <span class=\"tally\">2</span>");
    assert!(waiting(&page), "{page}");
    let open = admin.get("/admin/tickets?status=open&state=In%20Progress").await.body;
    assert!(open.contains("Certificate") && !open.contains("Move our domain"), "{open}");
    let none = admin.get("/admin/tickets?status=mine").await.body;
    assert!(none.contains("Take one from the queue"), "{none}");
}

#[tokio::test]
async fn several_tickets_are_closed_or_given_to_somebody_after_a_question() {
    let house = House::new().await;
    let admin = house.staff().await;
    let (one, two) = (ticket(&house, "Move our domain").await, ticket(&house, "paid twice").await);
    let sam = crate::model::staff::lookup_by_email(&house.app.db, demo::STAFF).await.unwrap().unwrap();
    let before = house.events().await;
    let chosen = [
        ("ticket", one.reference.as_str()),
        ("ticket", two.reference.as_str()),
        ("act", "close"),
        ("back", "/admin/tickets?status=open"),
    ];
    let asked = admin.post("/admin/tickets/bulk", &chosen).await;
    assert!(
        asked.body.contains("Close these 2 tickets?") && asked.body.contains(&one.reference),
        "{}",
        asked.body
    );
    assert_eq!(house.events().await, before, "asking changes nothing");
    let page = done(&admin, "/admin/tickets/bulk", &[&chosen[..], &[("confirm", "yes")]].concat()).await;
    // The other one was closed already: that is said, and stops nothing.
    assert!(
        page.body.contains("One ticket is closed.") && page.body.contains(&two.reference),
        "{}",
        page.body
    );
    let chosen =
        [("ticket", one.reference.as_str()), ("act", "assign"), ("assignee", &sam.id), ("confirm", "yes")];
    assert!(done(&admin, "/admin/tickets/bulk", &chosen).await.body.contains("One ticket is assigned."));
    let nothing = done(&admin, "/admin/tickets/bulk", &[("act", "close")]).await;
    assert!(nothing.body.contains("Tick at least one ticket"), "{}", nothing.body);
    assert_eq!(
        house.events().await[before.len()..],
        ["ticket.status_changed", "ticket.closed", "ticket.assigned"]
    );
}

#[tokio::test]
async fn a_reply_waits_when_somebody_else_wrote_meanwhile() {
    let house = House::new().await;
    let (admin, agent) = (house.staff().await, house.agent(&[]).await);
    let slow = ticket(&house, "slow since").await;
    let reply = format!("{}/reply", path(&slow));
    let (mine, theirs) = (admin.get(&path(&slow)).await, agent.get(&path(&slow)).await);
    assert!(theirs.body.contains("Sam Keeper is looking at this ticket, too."), "{}", theirs.body);
    done(
        &agent,
        &reply,
        &[("message", "It is the cache."), ("seen", &value(&theirs, "seen")), ("act", "send")],
    )
    .await;
    let said = house.events().await.len();
    let fields = [("message", "It is the disk."), ("seen", &value(&mine, "seen")), ("act", "send")];
    let got = admin.post(&reply, &fields).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in
        ["Alex Helper wrote while you were writing", "It is the disk.", "Send Anyway", "It is the cache."]
    {
        assert!(got.body.contains(text), "{text}: {}", got.body);
    }
    assert_eq!(house.events().await.len(), said, "nothing was sent");
    let page = done(&admin, &reply, &[fields[0], ("seen", &value(&got, "seen")), ("act", "send")]).await;
    assert!(page.body.contains("It is the disk."), "{}", page.body);
    // Nobody waits for themselves.
    let again = [("message", "And another thing."), ("seen", &value(&got, "seen")), ("act", "close")];
    let page = done(&admin, &reply, &again).await;
    assert!(
        page.body.contains("And another thing.") && page.body.contains("changed the status"),
        "{}",
        page.body
    );
    assert!(ticket(&house, "slow since").await.is_closed());
}

#[tokio::test]
async fn two_people_at_one_ticket_see_each_other_until_they_leave() {
    let house = House::new().await;
    let (admin, agent) = (house.staff().await, house.agent(&[]).await);
    let slow = ticket(&house, "slow since").await;
    let presence = format!("{}/presence", path(&slow));
    let seen = value(&admin.get(&path(&slow)).await, "seen");
    agent.post(&presence, &[("state", "writing")]).await;
    let told = admin.post(&presence, &[("state", "looking"), ("seen", &seen)]).await.body;
    assert!(told.contains("Alex Helper is writing an answer.") && told.contains("\"newer\":\"\""), "{told}");
    agent.post(&presence, &[("state", "gone")]).await;
    let told = admin.post(&presence, &[("state", "looking"), ("seen", &seen)]).await.body;
    assert!(told.contains("\"present\":\"\""), "{told}");
    done(&agent, &format!("{}/reply", path(&slow)), &[("message", "Hello")]).await;
    let told = admin.post(&presence, &[("state", "looking"), ("seen", &seen)]).await.body;
    assert!(told.contains("Alex Helper has written meanwhile"), "{told}");
}

#[tokio::test]
async fn a_canned_answer_is_put_into_the_reply_with_the_customers_name() {
    let house = House::new().await;
    let admin = house.staff().await;
    done(
        &admin,
        "/admin/canned/new",
        &[("title", "Hi"), ("body", "Dear [first name] of [account], [my name]")],
    )
    .await;
    let slow = ticket(&house, "slow since").await;
    let page = admin.get(&path(&slow)).await.body;
    let id = page.split("\">Hi</option>").next().unwrap().rsplit('"').next().unwrap().to_owned();
    let fields = [("act", "insert"), ("canned", id.as_str()), ("message", "First."), ("seen", "x")];
    let got = admin.post(&format!("{}/reply", path(&slow)), &fields).await;
    assert!(got.body.contains("First.\n\nDear Devon of Blue Bakery, Sam Keeper"), "{}", got.body);
    let text = admin.get(&format!("{}/canned/{id}", path(&slow))).await.body;
    assert_eq!(text, "Dear Devon of Blue Bakery, Sam Keeper");
    let taken = admin.post("/admin/canned/new", &[("title", "Hi"), ("body", "x")]).await;
    assert!(taken.body.contains("an answer of this title already"), "{}", taken.body);
    done(&admin, &format!("/admin/canned/{id}/remove"), &[]).await;
    assert!(!admin.get(&path(&slow)).await.body.contains(">Hi</option>"));
}

#[tokio::test]
async fn tickets_of_one_customer_are_merged_and_those_of_two_are_not() {
    let house = House::new().await;
    let admin = house.staff().await;
    let (slow, twice, domain) = (
        ticket(&house, "slow since").await,
        ticket(&house, "paid twice").await,
        ticket(&house, "Move our domain").await,
    );
    let merge = format!("{}/merge", path(&slow));
    assert!(admin.get(&merge).await.body.contains("paid twice"));
    let asked = admin.get(&format!("{merge}?other={}", twice.reference.to_lowercase())).await.body;
    assert!(asked.contains("Its 2 messages come to") && asked.contains("stays closed"), "{asked}");
    let foreign = admin.post(&merge, &[("other", &domain.reference)]).await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(foreign.body.contains("another customer&#39;s"), "{}", foreign.body);
    assert!(admin.post(&merge, &[("other", "NONE-1")]).await.body.contains("no ticket of this reference"));
    let page = done(&admin, &merge, &[("other", &twice.reference)]).await.body;
    assert!(page.contains("two payments for one") && page.contains("eight seconds"), "{page}");
    assert!(page.contains(&format!("Sam Keeper merged {} into it.", twice.reference)), "{page}");
    let led = admin.get(&path(&twice)).await;
    assert_eq!(led.location(), path(&slow));
    let owner = house.logged_in(OWNER, "").await;
    let led = owner.get(&format!("/tickets/{}", twice.reference)).await;
    assert_eq!(led.location(), format!("/tickets/{}", slow.reference), "customers are led there, too");
}

#[tokio::test]
async fn a_ticket_of_no_account_is_given_to_one_and_taken_back() {
    let house = House::new().await;
    let admin = house.staff().await;
    let written = "From: Bo <bills@bakery.example>\r\nTo: support@host.example\r\nSubject: Rye\r\n\r\nNo rye today.\r\n";
    crate::intake::take(&house.app, crate::intake::Door::Http, written.into(), None, None).await.unwrap();
    let rye = ticket(&house, "No rye today").await;
    let whose = format!("{}/account", path(&rye));
    assert!(admin.get(&path(&rye)).await.body.contains(&format!("href=\"{whose}\"")));
    let offered = admin.get(&whose).await.body;
    assert!(offered.contains("Blue Bakery") && offered.contains("Sub-account"), "{offered}");
    assert!(!offered.contains("Harbour Books"), "{offered}");
    assert!(admin.get(&format!("{whose}?q=harbour")).await.body.contains("Harbour Books"));
    let bakery = ticket(&house, "slow since").await.account_id.unwrap();
    let asked = admin.get(&format!("{whose}?account={bakery}")).await.body;
    assert!(asked.contains("Give it to Blue Bakery?") && asked.contains("Olive Baker, "), "{asked}");
    assert!(!asked.contains("is not known to"), "{asked}");

    let owner = house.logged_in(OWNER, "").await;
    let theirs = format!("/tickets/{}", rye.reference);
    assert_eq!(owner.get(&theirs).await.status, StatusCode::NOT_FOUND);
    let page = done(&admin, &whose, &[("account", &bakery)]).await.body;
    assert!(page.contains("Sam Keeper gave it to the account Blue Bakery."), "{page}");
    let shown = owner.get(&theirs).await;
    assert!(shown.status == StatusCode::OK && shown.body.contains("No rye today"), "{}", shown.body);
    assert!(admin.get(&whose).await.body.contains("back from Blue Bakery"));
    let page = done(&admin, &whose, &[("account", "none")]).await.body;
    assert!(page.contains("took it back from the account Blue Bakery."), "{page}");
    assert_eq!(owner.get(&theirs).await.status, StatusCode::NOT_FOUND);
    // One that was opened for its account stays there.
    let slow = format!("{}/account", path(&ticket(&house, "slow since").await));
    let refused = done(&admin, &slow, &[("account", "none")]).await.body;
    assert!(refused.contains("was opened for its account"), "{refused}");
}

#[tokio::test]
async fn what_is_missing_is_called_as_the_page_calls_it_and_all_of_it() {
    let house = House::new().await;
    let admin = house.staff().await;
    let slow = path(&ticket(&house, "slow since").await);
    let empty = admin.post(&format!("{slow}/note"), &[("note", " ")]).await.body;
    assert!(empty.contains("Note: please fill this in."), "{empty}");
    let empty = admin.post(&format!("{slow}/reply"), &[("message", ""), ("act", "send")]).await.body;
    assert!(empty.contains("Reply: please fill this in."), "{empty}");
    let owner = house.logged_in(OWNER, "").await;
    let empty = owner.post("/tickets/new", &[("subject", ""), ("message", "")]).await.body;
    assert!(empty.contains("#field-subject") && empty.contains("#field-message"), "{empty}");
    let copies = [("subject", "x"), ("message", "y"), ("cc", "fine@else.example support@host.example")];
    let refused = owner.post("/tickets/new", &copies).await.body;
    assert!(refused.contains("support@host.example: This address is one of our own"), "{refused}");
    let about = [("subject", "Rye bread"), ("message", "y"), ("related", " shop.bakery.example ")];
    done(&owner, "/tickets/new", &about).await;
    let rye = ticket(&house, "Rye bread").await;
    assert_eq!(rye.related_name, "shop.bakery.example");
    assert!(admin.get(&path(&rye)).await.body.contains("shop.bakery.example"));
    assert_eq!(ticket(&house, "shop.bakery").await.reference, rye.reference, "it is found by it");
}

#[tokio::test]
async fn messages_become_a_ticket_of_their_own() {
    let house = House::new().await;
    let admin = house.staff().await;
    let slow = ticket(&house, "slow since").await;
    let split = format!("{}/split", path(&slow));
    let replies = ticket::replies(&house.app.db, &slow).await.unwrap();
    let cache = replies.into_iter().find(|reply| reply.body.contains("the cache was off")).unwrap().id;
    let none = admin.post(&split, &[("subject", "The cache")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        none.body.contains("value=\"The cache\"") && none.body.contains("#field-replies"),
        "{}",
        none.body
    );
    let page = done(&admin, &split, &[("subject", "The cache"), ("replies", &cache)]).await.body;
    assert!(page.contains("The cache") && page.contains("the cache was off"), "{page}");
    assert!(page.contains(&format!("split it from {}", slow.reference)), "{page}");
    let old = admin.get(&path(&slow)).await.body;
    assert!(old.contains("made a part of it") && !old.contains("the cache was off"), "{old}");
}

#[tokio::test]
async fn staff_open_a_ticket_for_a_customer_and_for_somebody_without_an_account() {
    let house = House::new().await;
    let admin = house.staff().await;
    let slow = ticket(&house, "slow since").await;
    let account = slow.account_id.clone().unwrap();
    assert!(admin.get("/admin/tickets/new?q=blue").await.body.contains(&account));
    let form = admin.get(&format!("/admin/tickets/new?account={account}")).await;
    assert!(form.body.contains("Olive Baker"), "{}", form.body);
    let opener = slow.opener().id;
    let typed = [
        ("account", account.as_str()),
        ("opener", &opener),
        ("subject", "By telephone"),
        ("message", "They **called**."),
        ("department", "Support"),
        ("priority", "High"),
    ];
    let page = done(&admin, "/admin/tickets/new", &typed).await.body;
    assert!(page.contains("<strong>called</strong>") && page.contains("is open for Devon Miller"), "{page}");
    let opened = ticket(&house, "By telephone").await;
    assert_eq!((opened.opener().id, opened.priority.as_str()), (slow.opener().id, "High"));
    let stranger =
        crate::model::user::lookup_by_email(&house.app.db, "owner@books.example").await.unwrap().unwrap();
    let mut theirs = typed;
    theirs[1].1 = &stranger.id;
    let refused = admin.post("/admin/tickets/new", &theirs).await;
    assert!(
        refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains("#field-opener"),
        "{}",
        refused.body
    );
    let guest = [
        ("account", "guest"),
        ("email", "new@friends.example"),
        ("name", "Nia"),
        ("subject", "Do you host shops?"),
        ("message", "Asked at the fair."),
        ("department", "Support"),
    ];
    done(&admin, "/admin/tickets/new", &guest).await;
    let opened = ticket(&house, "host shops").await;
    assert_eq!((opened.account_id, opened.opener_name.as_str()), (None, "Nia"));
}

#[tokio::test]
async fn departments_and_statuses_that_are_removed_ask_where_their_tickets_go() {
    let house = House::new().await;
    let admin = house.staff().await;
    let slow = ticket(&house, "slow since").await;
    let remove = format!("/admin/departments/{}/remove", slow.department_id());
    let asked = admin.post(&remove, &[]).await;
    assert!(asked.body.contains("choose where they go"), "{}", asked.body);
    let billing = ticket(&house, "paid twice").await.department_id().to_owned();
    done(&admin, &remove, &[("to", &billing)]).await;
    assert_eq!(ticket(&house, "slow since").await.department, "Billing");
    let last = admin.post(&format!("/admin/departments/{billing}/remove"), &[]).await;
    assert!(last.body.contains("the only department"), "{}", last.body);

    let (supplier, renamed) =
        ("/admin/statuses/Waiting%20for%20a%20supplier", "/admin/statuses/With%20a%20supplier");
    let change = format!("{}/change", path(&slow));
    done(&admin, &change, &[("status", "Waiting for a supplier")]).await;
    let typed = [("name", "With a supplier"), ("colour", "#aa0000"), ("position", "1"), ("waits", "staff")];
    done(&admin, supplier, &typed).await;
    let now = ticket(&house, "slow since").await;
    assert_eq!((now.status.as_str(), now.waits()), ("With a supplier", ticket::Waits::Staff));
    let taken = admin.post(renamed, &[("name", "closed"), ("colour", "#aa0000"), ("waits", "staff")]).await;
    assert!(taken.body.contains("a status of this name already"), "{}", taken.body);
    done(&admin, &format!("{renamed}/remove"), &[("to", "Closed")]).await;
    assert!(ticket(&house, "slow since").await.is_closed());
    let ours = admin.post("/admin/statuses/Closed/remove", &[("to", "Open")]).await;
    assert!(ours.body.contains("The server itself gives this status"), "{}", ours.body);
    let told =
        ["department.removed", "ticket.status_changed", "ticket_status.saved", "ticket_status.removed"];
    let events = house.events().await;
    assert_eq!(events[events.len() - 4..], told);
}

#[tokio::test]
async fn staff_are_added_change_their_password_and_leave() {
    let house = House::new().await;
    let admin = house.staff().await;
    let typed = [("name", "Alex"), ("email", AGENT), ("role", "agent"), ("password", PASSWORD)];
    assert!(done(&admin, "/admin/staff/new", &typed).await.body.contains("Alex can log in now."));
    let alex = house.browser();
    alex.post("/admin/login", &[("email", AGENT), ("password", PASSWORD)]).await;
    let wrong = [("current_password", "nonsense"), ("password", "another long one")];
    let got = alex.post("/admin/profile/password", &wrong).await;
    assert!(got.body.contains("not your current password"), "{}", got.body);
    done(
        &alex,
        "/admin/profile/password",
        &[("current_password", PASSWORD), ("password", "another long one")],
    )
    .await;
    done(&alex, "/admin/profile", &[("name", "Alex Helper")]).await;
    let again =
        house.browser().post("/admin/login", &[("email", AGENT), ("password", "another long one")]).await;
    assert_eq!(again.location(), "/admin");
    let id = crate::model::staff::lookup_by_email(&house.app.db, AGENT).await.unwrap().unwrap().id;
    done(
        &admin,
        &format!("/admin/staff/{id}"),
        &[("name", "Alex Helper"), ("role", "agent"), ("password", "a third long one")],
    )
    .await;
    assert!(alex.get("/admin").await.location().starts_with("/admin/login"), "a new password logs them out");
    let slow = ticket(&house, "slow since").await;
    done(&admin, &format!("{}/change", path(&slow)), &[("assignee", &id)]).await;
    done(&admin, &format!("/admin/staff/{id}/remove"), &[]).await;
    let last = outbox::list(&house.app.db, None, i64::MAX, 2).await.unwrap();
    assert_eq!([&last[1].name, &last[0].name], ["ticket.assigned", "staff.removed"]);
    let me = crate::model::staff::lookup_by_email(&house.app.db, demo::STAFF).await.unwrap().unwrap().id;
    let got = admin.post(&format!("/admin/staff/{me}/remove"), &[]).await;
    assert!(got.body.contains("Somebody must be left"), "{}", got.body);
}

#[tokio::test]
async fn no_two_departments_share_an_address() {
    let house = House::new().await;
    let admin = house.staff().await;
    let typed = [("name", "Sales"), ("email", "SUPPORT@host.example")];
    let got = admin.post("/admin/departments/new", &typed).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(got.body.contains("Another department has this address."), "{}", got.body);
}

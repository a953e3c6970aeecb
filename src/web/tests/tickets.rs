//! Tickets in the client area, beyond opening and answering: files, previews, states, lists.

use super::{Browser, Got, House};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

const PNG: &[u8] = include_bytes!("../../demo/slow-page.png");

/// A form with files, as browsers send it.
async fn send(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Got {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    for (name, bytes) in files {
        body.extend(
            format!("--XX\r\nContent-Disposition: form-data; name=\"attachments\"; filename=\"{name}\"\r\nContent-Type: text/html\r\n\r\n").bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--XX--\r\n");
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=XX")
        .header("host", "127.0.0.1:8080");
    browser.send(request.body(Body::from(body)).unwrap()).await
}

/// The ids of files that the form has kept.
fn kept(page: &Got) -> Vec<String> {
    let marks = page.body.split("name=\"files\" value=\"").skip(1);
    marks.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// Where the first file of a ticket's page is.
fn first_file(page: &Got) -> String {
    let rest =
        page.body.split("<ul class=\"files\"").nth(1).unwrap_or_else(|| panic!("no file: {}", page.body));
    rest.split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

const MESSAGE: [(&str, &str); 3] =
    [("subject", "Slow"), ("message", "Since **Friday**.\nPlease look."), ("department", "Support")];

#[tokio::test]
async fn a_file_comes_with_a_message_and_goes_out_as_a_download() {
    let house = House::new().await;
    let owner = house.logged_in("owner@bakery.example", "").await;
    let files: [(&str, &[u8]); 2] = [("page.log", b"<script>alert(1)</script>"), ("slow.png", PNG)];
    let opened = send(&owner, "/tickets/new", &MESSAGE, &files).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    let page = owner.get(opened.location()).await;
    assert!(page.body.contains("<strong>Friday</strong>.<br>"), "{}", page.body);
    let file = first_file(&page);
    let got = owner.get(&file).await;
    assert_eq!((got.status, got.body.as_str()), (StatusCode::OK, "<script>alert(1)</script>"));
    let said = |name: &str| got.headers[name].to_str().unwrap().to_owned();
    assert_eq!(said("content-type"), "text/plain");
    assert!(said("content-disposition").starts_with("attachment; filename=\"page.log\""));
    assert_eq!(
        (said("x-content-type-options").as_str(), said("content-security-policy").as_str()),
        ("nosniff", "sandbox; default-src 'none'")
    );
    let staff = house.staff().await;
    assert_eq!(staff.get(&format!("/admin{file}")).await.status, StatusCode::OK);
    let stranger = house.logged_in("owner@books.example", "").await;
    assert_eq!(stranger.get(&file).await.status, StatusCode::NOT_FOUND);
    let stolen = [("subject", "x"), ("message", "y"), ("files", file.rsplit('/').next().unwrap())];
    let theirs = send(&stranger, "/tickets/new", &stolen, &[]).await;
    let theirs = stranger.get(theirs.location()).await;
    assert!(!theirs.body.contains("page.log"), "a file of somebody else came along");
}

#[tokio::test]
async fn nothing_typed_or_uploaded_is_lost_when_something_is_wrong() {
    let house = House::new().await;
    let owner = house.logged_in("owner@bakery.example", "").await;
    let files: [(&str, &[u8]); 3] = [("slow.png", PNG), ("run.exe", b"MZ"), ("fake.png", b"no picture")];
    let page = send(&owner, "/tickets/new", &MESSAGE, &files).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in ["run.exe", "fake.png", "Since **Friday**.", "value=\"Slow\""] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let files = kept(&page);
    assert_eq!(files.len(), 1, "the good one is kept");
    let page =
        send(&owner, "/tickets/new", &[("subject", ""), ("message", "m"), ("files", &files[0])], &[]).await;
    assert_eq!((page.status, kept(&page)), (StatusCode::UNPROCESSABLE_ENTITY, files.clone()));
    let opened =
        send(&owner, "/tickets/new", &[("subject", "s"), ("message", "m"), ("files", &files[0])], &[]).await;
    let page = owner.get(opened.location()).await;
    assert_eq!(owner.get(&first_file(&page)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_preview_shows_the_message_and_sends_nothing() {
    let house = House::new().await;
    let owner = house.logged_in("owner@bakery.example", "").await;
    let before = house.events().await;
    let fields = [&MESSAGE[..], &[("act", "preview"), ("priority", "High")]].concat();
    let page = send(&owner, "/tickets/new", &fields, &[("slow.png", PNG)]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("<strong>Friday</strong>") && page.body.contains("value=\"High\" selected"),
        "{}",
        page.body
    );
    assert_eq!(kept(&page).len(), 1);
    assert_eq!(house.events().await, before);
}

#[tokio::test]
async fn too_many_and_too_large_files_are_told_by_name() {
    let mut config = crate::config::Config::default();
    (config.attachments.count, config.attachments.size_mb) = (2, 1);
    let house = House::with(config, super::Hooks::default()).await;
    let owner = house.logged_in("owner@bakery.example", "").await;
    let large = vec![b'a'; 1024 * 1024 + 1];
    let page = send(&owner, "/tickets/new", &MESSAGE, &[("large.txt", &large)]).await;
    assert!(page.body.contains("large.txt") && page.body.contains("larger than 1 MB"), "{}", page.body);
    let three: [(&str, &[u8]); 3] = [("a.txt", b"a"), ("b.txt", b"b"), ("c.txt", b"c")];
    let page = send(&owner, "/tickets/new", &MESSAGE, &three).await;
    assert!(page.body.contains("At most 2 files"), "{}", page.body);
    assert_eq!(kept(&page).len(), 2);
}

#[tokio::test]
async fn a_ticket_is_closed_opened_again_rated_and_copied() {
    let house = House::new().await;
    let owner = house.logged_in("owner@bakery.example", "").await;
    let list = owner.get("/tickets?status=all&q=slow").await;
    let path = list.body.split("<a href=\"/tickets/").find(|part| part.contains("The shop is slow")).unwrap();
    let path = format!("/tickets/{}", path.split('"').next().unwrap());
    let page = owner.get(&path).await;
    let rate = page.body.split("action=\"").find(|part| part.contains("/rate\"")).unwrap();
    let rate = rate.split('"').next().unwrap().to_owned();
    assert_eq!(owner.post(&rate, &[("stars", "4"), ("comment", "Kind.")]).await.location(), path);
    let page = owner.get(&path).await;
    assert!(page.body.contains("Rated 4 of 5.") && !page.body.contains("/rate\""), "{}", page.body);

    let wrong = owner.post(&format!("{path}/cc"), &[("cc", "nobody")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains(">nobody</textarea>"), "{}", wrong.body);
    owner.post(&format!("{path}/cc"), &[("cc", "a@partner.example, b@partner.example")]).await;
    owner.post(&format!("{path}/close"), &[]).await;
    let page = owner.get(&path).await;
    assert!(page.body.contains("Reopen Ticket") && page.body.contains("follows="), "{}", page.body);
    owner.post(&format!("{path}/reopen"), &[]).await;
    owner.post(&format!("{path}/close"), &[]).await;
    let again = owner.post(&format!("{path}/reply"), &[("message", "One more thing.")]).await;
    assert_eq!(again.location(), path, "{}", again.body);
    assert_eq!(
        house.events().await,
        [
            "user.logged_in",
            "ticket.rated",
            "ticket.cc_changed",
            "ticket.status_changed",
            "ticket.closed",
            "ticket.status_changed",
            "ticket.reopened",
            "ticket.status_changed",
            "ticket.closed",
            "ticket.replied",
            "ticket.reopened",
        ]
    );
    let follow = owner.get(&format!("/tickets/new?follows={}", path.rsplit('/').next().unwrap())).await;
    assert!(follow.body.contains("The shop is slow since the update ("), "{}", follow.body);
}

#[tokio::test]
async fn the_list_is_narrowed_by_state_department_and_words() {
    let house = House::new().await;
    let owner = house.logged_in("owner@bakery.example", "").await;
    let table = [
        ("", true, false),
        ("?status=answered", true, false),
        ("?status=closed", false, true),
        ("?status=all", true, true),
        ("?status=all&department=Billing", false, true),
        ("?status=all&department=Billing&q=eight", false, false),
        ("?status=all&q=eight+seconds", true, false),
        ("?status=all&q=paid+twice", false, true),
    ];
    for (query, slow, paid) in table {
        let page = owner.get(&format!("/tickets{query}")).await.body;
        assert_eq!(page.contains("The shop is slow"), slow, "{query}: {page}");
        assert_eq!(page.contains("paid twice"), paid, "{query}");
        assert!(!page.contains("Move our domain"), "another account's ticket: {query}");
    }
}

#[tokio::test]
async fn nobody_has_mail_sent_to_others_before_their_own_address_is_proved() {
    let house = House::new().await;
    let owner = house.logged_in("owner@bakery.example", "").await;
    let mut tx = house.app.db.begin().await.unwrap();
    let sql = "UPDATE users SET email_verified_at = NULL WHERE email_key = 'owner@bakery.example'";
    tx.execute(sql, Vec::new()).await.unwrap();
    tx.commit().await.unwrap();
    let copied = [&MESSAGE[..], &[("cc", "mark@victims.example")]].concat();
    let got = owner.post("/tickets/new", &copied).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(got.body.contains("confirm your own email address first"), "{}", got.body);
    let opened = owner.post("/tickets/new", &MESSAGE).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    let cc = owner.post(&format!("{}/cc", opened.location()), &[("cc", "mark@victims.example")]).await;
    assert_eq!(cc.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn who_opens_tickets_without_end_is_slowed_down_and_loses_nothing() {
    let house = House::new().await;
    let owner = house.logged_in("owner@bakery.example", "").await;
    for _ in 0..30 {
        assert_eq!(owner.post("/tickets/new", &MESSAGE).await.status, StatusCode::SEE_OTHER);
    }
    let got = owner.post("/tickets/new", &MESSAGE).await;
    assert_eq!(got.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(got.body.contains("Please look.</textarea>"), "{}", got.body);
    house.app.clock.advance(crate::clock::HOUR);
    assert_eq!(owner.post("/tickets/new", &MESSAGE).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn forms_that_no_person_fills_in_are_not_read_to_the_end() {
    let house = House::new().await;
    let owner = house.logged_in("owner@bakery.example", "").await;
    let many: Vec<(&str, &str)> = MESSAGE.into_iter().chain([("x", ""); 300]).collect();
    let page = send(&owner, "/tickets/new", &many, &[]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    let name = "n".repeat(6_000);
    let long: Vec<(&str, &str)> = MESSAGE.into_iter().chain([(name.as_str(), ""); 100]).collect();
    assert_eq!(send(&owner, "/tickets/new", &long, &[]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(house.events().await.iter().all(|event| event != "ticket.opened"));
}

#[tokio::test]
async fn files_that_wait_for_a_message_have_an_end() {
    let house = House::new().await;
    let owner = house.logged_in("owner@bakery.example", "").await;
    let preview: Vec<(&str, &str)> = MESSAGE.into_iter().chain([("act", "preview")]).collect();
    let large = vec![b'x'; 9 << 20];
    let mut refused = None;
    for n in 0..15 {
        let page = send(&owner, "/tickets/new", &preview, &[("notes.txt", &large)]).await;
        if page.status == StatusCode::UNPROCESSABLE_ENTITY {
            assert!(page.body.contains("wait for a message"), "{}", page.body);
            refused = Some(n);
            break;
        }
    }
    assert!(refused.is_some_and(|n| n > 10), "a message of ten such files is none too large: {refused:?}");
}

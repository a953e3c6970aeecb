//! Mail as it came, on the pages of its ticket: harmless, and shown to those whose it is.

use super::{Got, House};
use crate::{
    db::Query,
    demo,
    intake::{self, Door, Outcome},
};
use axum::http::StatusCode;

const PAGE: &str = "<html><head><style>p { color: red }</style></head><body><p onclick=\"x()\">It is <b>cold</b>.</p>\
    <script>alert(1)</script><img src=\"cid:oven@x\"><img src=\"https://spy.example/p.png\"><a href=\"https://x.example\">See</a></body></html>";

fn with_page(from: &str, to: &str, id: &str) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: Oven\r\nMessage-ID: <{id}@bakery.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{PAGE}\r\n\
         --r\r\nContent-Type: image/png\r\nContent-ID: <oven@x>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         iVBORw0KGgo=\r\n--r--\r\n"
    )
    .into_bytes()
}

/// Where the mail of the last message on a page is; "" if it has none.
fn link(page: &Got) -> String {
    let last = page.body.rsplit("<article class=\"message").next().unwrap_or_default();
    let found = last.split("class=\"original").nth(1).and_then(|rest| rest.split("href=\"").nth(1));
    found.map_or_else(String::new, |rest| rest.split('"').next().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_mail_is_shown_as_it_came_without_anything_that_acts_or_asks_elsewhere() {
    let house = House::new().await;
    let raw = with_page("owner@bakery.example", "support@host.example", "1");
    let Outcome::Opened(reference) = intake::take(&house.app, Door::Pipe, raw, None, None).await.unwrap()
    else {
        panic!("it opens a ticket")
    };
    let colleague = house.logged_in("developer@bakery.example", "").await;
    let page = colleague.get(&format!("/tickets/{reference}")).await;
    let mail = link(&page);
    assert!(page.body.contains("It is") && !mail.is_empty(), "{}", page.body);

    let staff = house.staff().await;
    for (browser, place) in [(&colleague, mail.clone()), (&staff, format!("/admin{mail}"))] {
        let page = browser.get(&place).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(page.body.contains(&format!("src=\"{place}/html\"")) && page.body.contains("sandbox="));
        assert!(!page.body.contains("alert(1)") && !page.body.contains("spy.example"), "{}", page.body);
        let frame = browser.get(&format!("{place}/html")).await;
        let policy = frame.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("img-src data:;"), "{policy}");
        assert!(policy.contains("sandbox allow-popups ") && !policy.contains("allow-scripts"), "{policy}");
        assert!(frame.body.contains("<b>cold</b>"), "{}", frame.body);
        assert!(frame.body.contains("src=\"data:image/png;base64,iVBORw0KGgo=\""), "{}", frame.body);
        for bad in ["alert", "onclick", "spy.example", "color: red", "cid:"] {
            assert!(!frame.body.contains(bad), "{bad} in {}", frame.body);
        }
    }
    // As a file staff alone have it, and it acts nowhere.
    let raw = format!("/admin{mail}/raw");
    assert!(staff.get(&format!("/admin{mail}")).await.body.contains(&format!("href=\"{raw}\"")));
    let file = staff.get(&raw).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.headers["content-type"], "application/octet-stream");
    let name = file.headers["content-disposition"].to_str().unwrap();
    assert!(
        name.starts_with(&format!("attachment; filename=\"{reference}-rep_")) && name.contains(".eml\""),
        "{name}"
    );
    assert_eq!(file.headers["x-content-type-options"], "nosniff");
    assert_eq!(file.headers["content-security-policy"], "sandbox; default-src 'none'");
    assert!(
        file.body.starts_with("From: owner@bakery.example\r\n") && file.body.contains(PAGE),
        "{}",
        file.body
    );
    assert!(!colleague.get(&mail).await.body.contains("/raw"));
    assert_eq!(colleague.get(&format!("{mail}/raw")).await.status, StatusCode::NOT_FOUND);

    let stranger = house.logged_in("owner@books.example", "").await;
    for place in [mail.clone(), format!("{mail}/html")] {
        assert_eq!(stranger.get(&place).await.status, StatusCode::NOT_FOUND);
    }

    // When it is kept no more, nothing leads there.
    std::fs::remove_dir_all(house.app.paths.data.join(intake::FOLDER)).unwrap();
    let page = staff.get(&format!("/admin/tickets/{reference}")).await;
    assert_eq!((page.status, link(&page)), (StatusCode::OK, String::new()));
    assert_eq!(staff.get(&format!("/admin{mail}")).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn what_staff_wrote_by_mail_only_staff_see_as_it_came() {
    let house = House::new().await;
    let owner = house.logged_in("owner@bakery.example", "").await;
    let fields = [("subject", "Oven"), ("message", "Cold."), ("department", "Support")];
    let opened = owner.post("/tickets/new", &fields).await;
    let (base, reference) = (opened.location(), opened.location().rsplit('/').next().unwrap());
    // Only the mail that told them of the ticket makes what they answer theirs.
    house.app.settle().await.unwrap();
    let sql = "SELECT headers FROM dev_mails WHERE recipient = $1 ORDER BY at DESC, id DESC LIMIT 1";
    let told: Option<(String,)> = (&house.app.db).optional(sql, crate::args![demo::STAFF]).await.unwrap();
    let headers: Vec<(String, String)> = serde_json::from_str(&told.unwrap().0).unwrap();
    let to = headers.into_iter().find(|(name, _)| name == "Reply-To").unwrap().1;
    let raw = with_page(demo::STAFF, &to, "2");
    let taken = intake::take(&house.app, Door::Pipe, raw, None, None).await.unwrap();
    assert_eq!(taken, Outcome::Replied(reference.to_owned()));

    let staff = house.staff().await;
    let mail = link(&staff.get(&format!("/admin{base}")).await);
    let shown = staff.get(&mail).await;
    assert_eq!(shown.status, StatusCode::OK, "{mail}");
    // It holds what makes its writer known as staff.
    assert!(!shown.body.contains("/raw"), "{}", shown.body);
    assert_eq!(staff.get(&format!("{mail}/raw")).await.status, StatusCode::NOT_FOUND);
    let page = owner.get(base).await;
    assert!(page.body.contains("cold"), "{}", page.body);
    assert_eq!(link(&page), "");
    let theirs = mail.strip_prefix("/admin").unwrap();
    assert_eq!(owner.get(theirs).await.status, StatusCode::NOT_FOUND);
    assert_eq!(owner.get(&format!("{theirs}/html")).await.status, StatusCode::NOT_FOUND);
}

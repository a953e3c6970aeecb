//! Invitation links: single use, bound to an address, and each dead one says what it is.

use crate::support::{client::Client, mailbox::Mailbox, server::Server};

async fn invite(server: &Server, email: &str) -> String {
    let owner = Client::logged_in(server, "owner@bakery.example").await;
    let page = owner.get("/users").await;
    let page = page.form("Send Invite").fill("Email address", email).forge("scope", "all").submit().await;
    assert!(page.flash().iter().any(|line| line.contains(email)), "{page}");
    Mailbox::of(server).wait_for(email, "").await.link_with("/invite/")
}

async fn accept_as_new(server: &Server, link: &str) -> u16 {
    let client = Client::new(server.url());
    let fields = [("name", "Nora New"), ("password", "a long enough one")];
    client.post(&format!("{link}/accept"), &fields).await.status()
}

#[tokio::test]
async fn a_new_colleague_sets_a_password_and_is_in() {
    let server = Server::demo().start().await;
    let link = invite(&server, "nora@example.com").await;
    let nora = Client::new(server.url());
    let page = nora.get(&link).await;
    assert!(page.says("nora@example.com") && page.says("Blue Bakery"), "{page}");
    let page =
        page.form("Accept").fill("name", "Nora New").fill("password", "a long enough one").submit().await;
    assert_eq!(page.path(), "/", "{page}");
    assert!(page.says("Blue Bakery") && page.says("Hello, Nora"), "{page}");
    let again = Client::new(server.url()).get(&link).await;
    assert_eq!(again.status(), 410, "{again}");
}

#[tokio::test]
async fn each_dead_link_says_which_it_is() {
    let server = Server::demo().start().await;
    let link = invite(&server, "a@example.com").await;
    let guest = Client::new(server.url());

    let tampered = format!("{}x", &link[..link.len() - 1]);
    let page = guest.get(&tampered).await;
    assert_eq!(page.status(), 404, "{page}");
    assert!(!page.says("Blue Bakery"), "{page}");

    server.database().execute("UPDATE invites SET expires_at = 1 WHERE email_key = 'a@example.com'").await;
    let expired = guest.get(&link).await;
    assert_eq!(expired.status(), 410, "{expired}");
    assert!(expired.says("expired") && !expired.has_button("Accept"), "{expired}");

    let link = invite(&server, "b@example.com").await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    let page = owner.get("/users").await.follow("Cancel b@example.com").await;
    page.form("Cancel the invite").submit().await;
    let cancelled = guest.get(&link).await;
    assert_eq!(cancelled.status(), 410, "{cancelled}");
    assert!(cancelled.says("cancelled"), "{cancelled}");
}

#[tokio::test]
async fn resending_renews_the_link_and_the_old_one_dies() {
    let server = Server::demo().start().await;
    let old = invite(&server, "a@example.com").await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    let page = owner.get("/users").await.form("Resend a@example.com").submit().await;
    assert!(page.flash().iter().any(|line| line.contains("a@example.com")), "{page}");
    let mails = crate::support::wait::until("the second mail", || async {
        let mails = Mailbox::of(&server).to("a@example.com").await;
        (mails.len() == 2).then_some(mails)
    })
    .await;
    let fresh = mails.iter().map(|mail| mail.link_with("/invite/")).find(|link| *link != old).unwrap();
    assert_eq!(Client::new(server.url()).get(&old).await.status(), 410);
    assert_eq!(Client::new(server.url()).get(&fresh).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_accept_at_once_one_does() {
    let server = Server::demo().start().await;
    let link = invite(&server, "race@example.com").await;
    let (one, two) = tokio::join!(accept_as_new(&server, &link), accept_as_new(&server, &link));
    let mut both = [one, two];
    both.sort_unstable();
    assert_eq!(both[0], 200, "{both:?}");
    assert!([409, 410].contains(&both[1]), "{both:?}");
    let access = "SELECT COUNT(*) FROM access a JOIN users u ON u.id = a.user_id WHERE u.email_key = 'race@example.com'";
    assert_eq!(server.database().count(access).await, 1);
}

#[tokio::test]
async fn somebody_else_is_told_both_addresses_and_cannot_accept_without_consent() {
    let server = Server::demo().start().await;
    let link = invite(&server, "new@example.com").await;
    let other = Client::logged_in(&server, "owner@books.example").await;
    let page = other.get(&link).await;
    assert!(page.says("new@example.com") && page.says("owner@books.example"), "{page}");
    let forced = other.post(&format!("{link}/accept"), &[]).await;
    assert_eq!(forced.status(), 403, "{forced}");
    let page = page.form("Log out and accept as new@example.com").submit().await;
    assert!(page.has_button("Accept") && !page.says("owner@books.example"), "{page}");
}

#[tokio::test]
async fn the_owner_can_consent_to_another_address() {
    let server = Server::demo().start().await;
    let link = invite(&server, "work@example.com").await;
    let other = Client::logged_in(&server, "owner@books.example").await;
    let consent = other.post(&format!("{link}/ask-consent"), &[]).await;
    assert_eq!(consent.status(), 200, "{consent}");
    let mail = Mailbox::of(&server).wait_for("owner@bakery.example", "").await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    let page = owner.get(&mail.link_with("/invite-consent/")).await;
    assert!(page.says("work@example.com") && page.says("owner@books.example"), "{page}");
    let answered = owner.post(page.path(), &[("answer", "allow")]).await;
    assert_eq!(answered.status(), 200, "{answered}");
    let page = other.get(&link).await.form("Accept as owner@books.example").submit().await;
    assert_eq!(page.path(), "/", "{page}");
    assert!(page.says("Blue Bakery"), "{page}");
    Mailbox::of(&server).wait_for("owner@books.example", "You may join Blue Bakery").await;
}

#[tokio::test]
async fn removed_access_ends_at_the_next_request() {
    let server = Server::demo().start().await;
    let developer = Client::logged_in(&server, "developer@bakery.example").await;
    assert_eq!(developer.get("/tickets").await.status(), 200);
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    let page = owner.get("/users").await.follow("Remove Access Devon Miller").await;
    assert!(page.says("developer@bakery.example"), "{page}");
    page.form("Remove Access").submit().await;
    assert_ne!(developer.without_redirects().get("/tickets").await.status(), 200);
    Mailbox::of(&server).wait_for("developer@bakery.example", "Blue Bakery").await;
}

#[tokio::test]
async fn whoever_has_not_confirmed_an_address_invites_nobody() {
    let server = Server::demo().start().await;
    let client = Client::new(server.url());
    let fields = [
        ("first_name", "Eve"),
        ("last_name", "Adams"),
        ("email", "eve@example.com"),
        ("password", "a long enough one"),
        ("country", "DE"),
    ];
    client.post("/register", &fields).await;
    client.post("/login", &[("email", "eve@example.com"), ("password", "a long enough one")]).await;
    let page = client.post("/users/invite", &[("email", "victim@example.com"), ("scope", "all")]).await;
    assert!(page.says("Please confirm your own email address first"), "{page}");
    assert_eq!(
        server.database().count("SELECT COUNT(*) FROM invites WHERE email_key = 'victim@example.com'").await,
        0
    );
}

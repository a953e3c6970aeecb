//! Scripts add to the client area as data: entries of the menu, panels on the first page.

use crate::support::{client::Client, server::Server, wait};

const EXTRAS: &str = r#"
menu("client", |menu, view| {
    if view.user.may("tickets") { menu.add("Status <page>", "https://status.example/"); }
    menu.remove("/contacts");
});
panel("client.home", |view| {
    #{
        title: "Your account manager",
        text: `Sam looks after ${view.account.name}.`,
        rows: [#{ label: "Telephone", value: "+49 30 1234567" }],
        links: [#{ label: "Ask Sam", url: "/tickets/new" }],
    }
});
"#;

#[tokio::test]
async fn menus_and_panels_of_scripts_show_at_once_and_are_escaped() {
    let server = Server::demo().start().await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    let accountant = Client::logged_in(&server, "accountant@bakery.example").await;
    assert!(owner.get("/").await.has_link("Contacts"), "before");
    std::fs::write(server.data().join("hooks/extras.rhai"), EXTRAS).unwrap();
    let page = wait::until("the panel", || async {
        let page = owner.get("/").await;
        page.says("Your account manager").then_some(page)
    })
    .await;
    assert!(page.says("Sam looks after Blue Bakery.") && page.says("+49 30 1234567"), "{page}");
    assert!(
        page.has_link("Status <page>") && page.has_link("Ask Sam") && !page.has_link("Contacts"),
        "{page}"
    );
    assert!(page.body().contains("Status &lt;page&gt;"), "{page}");
    // What is not in the menu is still there: permissions guard pages, menus do not.
    assert_eq!(owner.get("/contacts").await.status(), 200);
    let page = accountant.get("/").await;
    assert!(page.says("Your account manager") && !page.has_link("Status <page>"), "{page}");
}

#[tokio::test]
async fn a_panel_that_fails_leaves_the_page_as_it_was_and_a_trace() {
    let server = Server::demo().start().await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    let fails = "panel(\"client.home\", |view| { if view.user.owner && view.account.company == \"Blue Bakery\" && view.account.phone != \"+49 30 1234567\" { parse_int(\"x\"); } #{ title: \"Fine\" } });";
    std::fs::write(server.data().join("hooks/fails.rhai"), fails).unwrap();
    let traced = "SELECT COUNT(*) FROM guard_runs WHERE action = 'panel' AND failed = TRUE AND steps LIKE '%is no whole number%'";
    wait::until("a trace", || async {
        assert_eq!(owner.get("/").await.status(), 200);
        (server.database().count(traced).await > 0).then_some(())
    })
    .await;
}

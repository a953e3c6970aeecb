//! The client against a small house of three rooms, which stands in for the product.

use axum::{
    Form, Router,
    extract::Query,
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Redirect},
    routing::{get, post},
};

use super::{Client, Method, Server};

const FRONT: &str = r##"<!doctype html><html><head><title>Front</title><style>h1 { color: red }</style></head><body>
    <div role="status">Welcome   <b>back</b></div><p>A page</p><a href="/room?number=3">Room three</a>
    <form method="get" action="/room"><label>Number <input name="number" value="5"></label><button>Go</button></form>
    <ul>
      <li>anna@example.com <form method="post" action="/keep"><input type="hidden" name="who" value="anna">
        <button name="act" value="out">Remove</button></form></li>
      <li>berta@example.com <form method="post" action="/keep"><input type="hidden" name="who" value="berta">
        <button name="act" value="out">Remove</button></form></li>
    </ul>
    <form method="post" action="/elsewhere" id="big">
      <label for="mail">E-mail</label><input id="mail" name="email" value="old@example.com">
      <label><input type="checkbox" name="right" value="invoices" checked> Invoices <small>See and pay</small></label>
      <label><input type="checkbox" name="right" value="tickets"> Tickets</label>
      <label><input type="checkbox" name="right" value="orders" disabled checked> Orders</label>
      <label><input type="radio" name="which" value="all" checked> All</label>
      <label><input type="radio" name="which" value="some"> Some</label>
      <label>Country <select name="country"><option value="DE">Germany</option><option value="FR" selected>France</option>
        </select></label>
      <label>Note <textarea name="note">a
b</textarea></label>
    </form>
    <button form="big" formaction="/keep">Save</button></body></html>"##;

async fn keep(headers: HeaderMap, Form(fields): Form<Vec<(String, String)>>) -> impl IntoResponse {
    assert!(headers.get(header::ORIGIN).is_none());
    let kept: Vec<_> = fields.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    ([(header::SET_COOKIE, "kept=yes; Path=/; HttpOnly")], Redirect::to(&format!("/kept?{}", kept.join(";"))))
}

async fn kept(headers: HeaderMap, uri: axum::http::Uri) -> Html<String> {
    let cookie = headers.get(header::COOKIE).map_or("", |value| value.to_str().unwrap());
    Html(format!("<p>{}</p><p>cookie {cookie}</p>", uri.query().unwrap_or_default()))
}

async fn room(Query(fields): Query<Vec<(String, String)>>) -> Html<String> {
    Html(format!("<h1>Room</h1><p>{fields:?}</p>"))
}

async fn house() -> Client {
    let app = Router::new()
        .route("/", get(Html(FRONT)))
        .route("/room", get(room))
        .route("/keep", post(keep))
        .route("/kept", get(kept));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    Client::new(&url)
}

#[tokio::test]
async fn a_page_is_read_as_a_person_reads_it() {
    let page = house().await.get("/").await;
    assert_eq!((page.status(), page.path()), (200, "/"));
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.says("Welcome back A page Room three") && !page.says("color"), "{page}");
    assert_eq!(page.flash(), ["Welcome back"]);
    assert_eq!(page.all("li").len(), 2);
    assert!(page.body().contains("<title>"));
    assert!(page.has_link("Room three") && !page.has_link("Room four"));
    assert!(page.has_button("Save") && !page.has_button("Delete"));
}

#[tokio::test]
async fn links_and_get_forms_lead_on() {
    let front = house().await.get("/").await;
    let room = front.follow("Room three").await;
    assert_eq!(room.url().query(), Some("number=3"));
    let room = front.form("Go").fill("Number", "7 & 8").submit().await;
    assert!(room.says(r#"[("number", "7 & 8")]"#), "{room}");
}

#[tokio::test]
async fn a_form_sends_what_a_browser_would() {
    let front = house().await.get("/").await;
    let form = front.form("Save");
    assert_eq!(form.value("E-mail"), "old@example.com");
    assert!(form.is_ticked("Invoices") && !form.is_ticked("Tickets"));
    assert!(form.is_locked("Orders") && !form.is_locked("Tickets"));
    let as_it_stands = [
        ("email", "old@example.com"),
        ("right", "invoices"),
        ("which", "all"),
        ("country", "FR"),
        ("note", "a\nb"),
    ];
    assert_eq!(form.data(), as_it_stands);

    let form = form.fill("email", "new@example.com").untick("Invoices").tick("Tickets").tick("Some");
    let form = form.choose("Country", "Germany").fill("Note", "").forge("extra", "1");
    let changed = [
        ("email", "new@example.com"),
        ("right", "tickets"),
        ("which", "some"),
        ("country", "DE"),
        ("note", ""),
        ("extra", "1"),
    ];
    assert_eq!(form.data(), changed);
    let kept = form.submit().await;
    assert_eq!(kept.path(), "/kept");
    assert!(kept.says("right=tickets;which=some"), "{kept}");
}

#[tokio::test]
async fn one_of_many_like_buttons_is_found_by_what_stands_beside_it() {
    let front = house().await.get("/").await;
    assert_eq!(front.form("Remove").data(), [("who", "anna"), ("act", "out")]);
    assert_eq!(front.form_beside("berta@example.com", "Remove").data(), [("who", "berta"), ("act", "out")]);
}

#[tokio::test]
async fn cookies_are_kept_and_redirects_followed_or_shown() {
    let client = house().await;
    assert_eq!(client.cookie("kept"), None);
    let shown = client.without_redirects().post("/keep", &[("who", "anna")]).await;
    assert_eq!((shown.status(), shown.header("location")), (303, "/kept?who=anna"));
    assert_eq!(client.cookie("kept").as_deref(), Some("yes"), "the two share their cookies");
    client.set_cookie("second=made up");
    let seen = client.get("/kept").await;
    assert!(seen.says("kept=yes") && seen.says("second=made up"), "{seen}");

    let request = client.request(Method::GET, "/kept").header("accept", "text/html");
    assert_eq!(client.open(request).await.status(), 200);
    assert_eq!(client.fetch("/nowhere").await.status(), 404);
}

#[tokio::test]
async fn one_of_the_cast_logs_in_to_the_demo() {
    let server = Server::demo().start().await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    assert!(owner.get("/").await.says("Blue Bakery"));
}

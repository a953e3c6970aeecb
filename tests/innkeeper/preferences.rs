//! One address, several parts: its mail is decided by what is forced, then by the operator, then by the address itself, then by
//! what the account, the contact and the user are ticked for; and it comes once.

use crate::support::house::House;
use innkeeper::{
    effect::{LeftOut, store},
    event::{
        catalogue::{AccountDetailsChanged, UserPasswordChanged},
        data::Account,
        outbox,
    },
};

/// A user of Blue Bakery, a contact of it, and at times its own address.
const ADDRESS: &str = "accountant@bakery.example";
const BILL: (&str, &str) = (
    "email-templates/default/bill.html",
    "---\nsubject: A bill\ncategory: invoice\nevent: account.details_changed\n---\n<p>Hello.</p>\n",
);

/// How the address stands as one of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// It has no such part.
    Absent,
    /// It has, and nobody ever chose.
    Untouched,
    Ticked,
    Unticked,
}
use Part::{Absent, Ticked, Unticked, Untouched};

const ACCOUNT: &str = "is the account's own address";
const CONTACT: &str = "is a contact for invoice mail";
const USER: &str = "asked for invoice mail";
const TWICE: &str = "its address is named already";
const UNTICKED: &str = "has not ticked invoice mail";
const UNASKED: &str = "no script named them, nor did they ask for invoice mail";
const OFF: &str = "the reader switched invoice mail off for this address";

struct Case {
    /// `[settings.mail] invoice`.
    operator: &'static str,
    /// The account's own address, a contact, a user.
    parts: [Part; 3],
    /// True if the reader switched the kind off for the address.
    declined: bool,
    /// Why it gets the mail; nothing if it does not.
    gets: Option<&'static str>,
    /// Why it does not, or not again.
    not: &'static [&'static str],
}

const fn case(
    operator: &'static str,
    parts: [Part; 3],
    declined: bool,
    gets: Option<&'static str>,
    not: &'static [&'static str],
) -> Case {
    Case { operator, parts, declined, gets, not }
}

const YES: bool = true;
const NO: bool = false;

const CASES: [Case; 22] = [
    // Nothing fixed: each part counts for itself, and the address gets one mail.
    case("on", [Absent, Absent, Unticked], NO, None, &[UNASKED]),
    case("on", [Absent, Absent, Ticked], NO, Some(USER), &[]),
    case("on", [Absent, Ticked, Unticked], NO, Some(CONTACT), &[]),
    case("on", [Absent, Unticked, Ticked], NO, Some(USER), &[]),
    case("on", [Absent, Ticked, Ticked], NO, Some(CONTACT), &[TWICE]),
    case("on", [Untouched, Absent, Unticked], NO, Some(ACCOUNT), &[]),
    case("on", [Unticked, Absent, Unticked], NO, None, &[UNTICKED]),
    case("on", [Unticked, Ticked, Unticked], NO, Some(CONTACT), &[]),
    case("on", [Ticked, Ticked, Ticked], NO, Some(ACCOUNT), &[TWICE, TWICE]),
    // What the reader says of the address comes before all its ticks.
    case("on", [Untouched, Absent, Unticked], YES, None, &[OFF]),
    case("on", [Ticked, Ticked, Ticked], YES, None, &[TWICE, TWICE, OFF]),
    case("on", [Absent, Unticked, Unticked], YES, None, &[OFF]),
    // The operator's beginning holds for the account until somebody chooses.
    case("off", [Untouched, Absent, Unticked], NO, None, &[UNTICKED]),
    case("off", [Ticked, Absent, Unticked], NO, Some(ACCOUNT), &[]),
    case("off", [Untouched, Ticked, Unticked], NO, Some(CONTACT), &[]),
    case("off", [Ticked, Absent, Unticked], YES, None, &[OFF]),
    // What the operator fixed comes before the account and before the reader.
    case("always", [Unticked, Absent, Unticked], NO, Some(ACCOUNT), &[]),
    case("always", [Unticked, Absent, Unticked], YES, Some(ACCOUNT), &[]),
    case("always", [Absent, Ticked, Ticked], YES, Some(CONTACT), &[TWICE]),
    case("always", [Absent, Unticked, Unticked], NO, None, &[UNTICKED]),
    case("never", [Ticked, Ticked, Ticked], NO, None, &[UNTICKED]),
    case("never", [Untouched, Ticked, Ticked], YES, None, &[OFF]),
];

async fn house(operator: &str) -> House {
    let table: toml::Table = toml::from_str(&format!("invoice = \"{operator}\"")).unwrap();
    House::configured(&[BILL], |config| {
        config.settings.insert("mail".into(), table.into());
    })
    .await
}

/// Makes the address stand as the case says, whatever stood there before.
async fn arrange(house: &House, case: &Case) {
    let column = |part: Part| match part {
        Untouched => "*",
        Ticked => "invoice",
        Unticked | Absent => "",
    };
    let [account, contact, user] = case.parts;
    let id = house.bakery().await.id;
    let own = if account == Absent { "hello@bakery.example" } else { ADDRESS };
    let billed = if contact == Absent { "bills@bakery.example" } else { ADDRESS };
    for sql in [
        format!("UPDATE accounts SET email = '{own}', categories = '{}' WHERE id = '{id}'", column(account)),
        format!(
            "UPDATE contacts SET email = '{billed}', categories = '{}' WHERE account_id = '{id}'",
            column(contact)
        ),
        format!(
            "UPDATE access SET categories = '{}' WHERE account_id = '{id}' AND user_id = (SELECT id FROM users WHERE email = '{ADDRESS}')",
            column(user)
        ),
        "DELETE FROM mail_choices".to_owned(),
    ] {
        house.database.execute(sql).await;
    }
    if case.declined {
        let choice = format!(
            "INSERT INTO mail_choices (account_id, to_key, category, off_at, pace) VALUES ('{id}', '{ADDRESS}', 'invoice', 1, '')"
        );
        house.database.execute(choice).await;
    }
}

#[tokio::test]
async fn an_address_with_several_parts_gets_one_mail_by_the_first_word_that_counts() {
    for operator in ["on", "off", "always", "never"] {
        let house = house(operator).await;
        for case in CASES.iter().filter(|case| case.operator == operator) {
            let row = format!("{operator} {:?}, declined: {}", case.parts, case.declined);
            arrange(&house, case).await;
            let account = house.bakery().await;
            let act = house.act_of("owner@bakery.example").await;
            let mut tx = house.app.db.begin().await.unwrap();
            let changed = AccountDetailsChanged { changes: vec![] };
            let event = outbox::emit(&mut tx, &act, &account, &changed, &[]).await.unwrap();
            tx.commit().await.unwrap();
            house.settle().await;
            let runs = store::runs(&house.app.db, &event).await.unwrap();
            let told = runs.iter().find(|run| run.hook == "route:bill").expect("it was routed").told();
            let here = |email: &str| email == ADDRESS;
            let gets: Vec<_> = told.recipients.iter().filter(|one| here(&one.target.email)).collect();
            let reasons: Vec<_> = gets.iter().map(|one| one.reason.as_str()).collect();
            assert_eq!(reasons, case.gets.into_iter().collect::<Vec<_>>(), "{row}");
            let not = told.left_out.iter().chain(&told.unnamed).filter(|one| here(&one.target.email));
            assert_eq!(not.map(|one| one.reason.as_str()).collect::<Vec<_>>(), case.not, "{row}");
            let sent = format!(
                "SELECT COUNT(*) FROM emails WHERE event_id = '{event}' AND to_key = '{ADDRESS}' AND state = 'sent'"
            );
            assert_eq!(house.count(sent).await, i64::from(case.gets.is_some()), "{row}");
        }
    }
}

#[tokio::test]
async fn a_user_who_asks_for_support_mail_needs_not_be_a_contact_too() {
    let house = House::with(&[]).await;
    let told = async || {
        let event = house.write("More of it.").await;
        house.settle().await;
        let runs = store::runs(&house.app.db, &event).await.unwrap();
        runs.iter().find(|run| run.hook == "route:ticket-replied").expect("it was routed").told()
    };
    let why = |list: &[LeftOut], email: &str| {
        list.iter().find(|one| one.target.email == email).map(|one| one.reason.clone()).unwrap_or_default()
    };
    let before = told().await;
    for (email, reason) in [
        ("designer@demo.example", "no script named them, nor did they ask for support mail"),
        (ADDRESS, "has no permission for tickets"),
    ] {
        assert_eq!(why(&before.unnamed, email), reason);
        let ticked = format!(
            "UPDATE access SET categories = 'support' WHERE account_id = '{}' AND user_id = (SELECT id FROM users WHERE email = '{email}')",
            house.bakery().await.id
        );
        house.database.execute(ticked).await;
    }
    let after = told().await;
    let gets = after.recipients.iter().find(|one| one.target.email == "designer@demo.example");
    assert_eq!(gets.map(|one| one.reason.as_str()), Some("asked for support mail"));
    // The same tick opens no ticket to who may not read them.
    assert!(after.recipients.iter().all(|one| one.target.email != ADDRESS));
    assert!(why(&after.left_out, ADDRESS).contains("may not read support mail"), "{:?}", after.left_out);
}

#[tokio::test]
async fn security_mail_comes_before_all_that_anybody_chose() {
    let house = house("never").await;
    arrange(&house, &case("never", [Unticked, Unticked, Unticked], YES, None, &[])).await;
    for category in ["security", "general"] {
        let id = house.bakery().await.id;
        let choice = format!(
            "INSERT INTO mail_choices (account_id, to_key, category, off_at, pace) VALUES ('{id}', '{ADDRESS}', '{category}', 1, 'daily')"
        );
        house.database.execute(choice).await;
    }
    let account = house.bakery().await;
    let user = account.users.iter().find(|user| user.email == ADDRESS).unwrap().clone();
    let mut tx = house.app.db.begin().await.unwrap();
    let changed = UserPasswordChanged { user };
    let event = outbox::emit(&mut tx, &house.act_of(ADDRESS).await, &Account::default(), &changed, &[])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    house.settle().await;
    let sent = format!(
        "SELECT COUNT(*) FROM emails WHERE event_id = '{event}' AND to_key = '{ADDRESS}' AND state = 'sent' AND reason = 'is the log-in that this is about'"
    );
    assert_eq!(house.count(sent).await, 1);
}

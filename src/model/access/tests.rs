//! Who may enter, on a real database.

use super::*;
use crate::{
    args,
    event::guard::{Defaults, UserChangePermissions, UserRemove},
    model::{bakery::Bakery, page::Place, testing::NOW},
    permission::Permission,
};
use serde_json::json;

async fn set(bakery: &Bakery, act: &Act, user: &User, keys: &[&str]) -> Result<Changed> {
    let account = bakery.account().await;
    let user =
        account.users.iter().find(|seen| seen.id == user.id).cloned().unwrap_or_else(|| user::alone(user));
    let bounds = Bounds::for_user(&bakery.rules, act, &account, &user, false).await;
    let permissions = keys.iter().map(|key| (*key).to_owned()).collect();
    let approved = bakery.ask(act, UserChangePermissions { user, permissions }).await?;
    bakery.commit(async |tx| change_permissions(tx, act, &approved, &bounds).await).await
}

async fn take_away(bakery: &Bakery, act: &Act, user: &User, left: bool) -> Result<data::User> {
    let approved = bakery.ask(act, UserRemove { user: user::alone(user), left }).await?;
    bakery
        .commit(
            async |tx| if left { leave(tx, act, &approved).await } else { remove(tx, act, &approved).await },
        )
        .await
}

#[tokio::test]
async fn a_change_of_permissions_says_what_was_granted_and_what_was_revoked() {
    let bakery = Bakery::new().await;
    let ada = bakery.colleague("ada@bakery.example", "invoices,emails").await;
    let changed = set(&bakery, &bakery.act(), &ada, &["orders", "invoices"]).await.unwrap();
    assert_eq!((changed.granted, changed.revoked), (vec![Permission::Orders], vec![Permission::Emails]));
    let event = bakery.only_event("user.permissions_changed").await;
    assert_eq!((&event["granted"], &event["revoked"]), (&json!(["orders"]), &json!(["emails"])));
    assert_eq!(event["user"]["permissions"], json!(["invoices", "orders"]));
    assert_eq!(event["account"]["users"][1]["permissions"], json!(["invoices", "orders"]));
    assert!(set(&bakery, &bakery.act(), &ada, &["invoices", "orders"]).await.unwrap().is_nothing());
    assert!(bakery.news().await.is_empty());
}

#[tokio::test]
async fn what_hooks_require_and_forbid_binds_whatever_is_posted() {
    let mut bakery = Bakery::new().await;
    let ada = bakery.colleague("ada@bakery.example", "invoices").await;
    bakery.rules.defaults = Defaults {
        preselect: vec![Permission::Quotes],
        require: vec![(Permission::Emails, "Everybody reads.".into())],
        forbid: vec![(Permission::Orders, "Purchasing orders.".into())],
        ..Defaults::default()
    };
    set(&bakery, &bakery.act(), &ada, &["orders", "tickets"]).await.unwrap();
    assert_eq!(bakery.permissions_of(&ada).await, "tickets,emails");
    let error = set(&bakery, &bakery.act(), &ada, &["everything"]).await.unwrap_err();
    assert_eq!((error.fields[0].field.as_str(), error.fields[0].code), ("permissions", "permission-unknown"));
}

#[tokio::test]
async fn a_guard_may_amend_permissions_within_the_bounds() {
    let mut bakery = Bakery::new().await;
    let ada = bakery.colleague("ada@bakery.example", "invoices").await;
    bakery.rules.amended = vec![("permissions", json!(["tickets", "orders"]))];
    bakery.rules.defaults.forbid = vec![(Permission::Orders, "no".into())];
    set(&bakery, &bakery.act(), &ada, &["quotes"]).await.unwrap();
    assert_eq!(bakery.permissions_of(&ada).await, "tickets");
}

#[tokio::test]
async fn only_the_owner_manages_and_never_themselves() {
    let bakery = Bakery::new().await;
    let ada = bakery.colleague("ada@bakery.example", "invoices").await;
    let dev = bakery.colleague("dev@bakery.example", "tickets").await;
    let (stranger, _) = bakery.books().await;
    let code = |error: Error| (error.kind, error.code);
    assert_eq!(
        code(set(&bakery, &bakery.act_of(&ada), &dev, &[]).await.unwrap_err()),
        (Kind::Forbidden, "owner-only")
    );
    assert_eq!(
        code(set(&bakery, &bakery.act_of(&stranger), &dev, &[]).await.unwrap_err()),
        (Kind::NotFound, "account")
    );
    assert_eq!(
        code(set(&bakery, &bakery.act(), &bakery.owner, &[]).await.unwrap_err()),
        (Kind::Forbidden, "owner-keeps-all")
    );
    assert_eq!(
        code(set(&bakery, &bakery.act(), &stranger, &[]).await.unwrap_err()),
        (Kind::NotFound, "user")
    );
    assert_eq!(
        code(take_away(&bakery, &bakery.act_of(&ada), &dev, false).await.unwrap_err()),
        (Kind::Forbidden, "owner-only")
    );
    assert_eq!(
        code(take_away(&bakery, &bakery.act(), &bakery.owner, false).await.unwrap_err()),
        (Kind::Forbidden, "owner-stays")
    );
    assert_eq!(
        code(take_away(&bakery, &bakery.act(), &bakery.owner, true).await.unwrap_err()),
        (Kind::Forbidden, "owner-stays")
    );
    assert_eq!(
        code(take_away(&bakery, &bakery.act_of(&dev), &ada, true).await.unwrap_err()),
        (Kind::NotFound, "user")
    );
    assert_eq!(
        code(take_away(&bakery, &bakery.act(), &stranger, false).await.unwrap_err()),
        (Kind::NotFound, "user")
    );
    assert!(bakery.news().await.is_empty());
}

#[tokio::test]
async fn bounds_of_another_user_are_not_taken() {
    let bakery = Bakery::new().await;
    let ada = bakery.colleague("ada@bakery.example", "invoices").await;
    let bounds = bakery.bounds("ada@bakery.example").await;
    let approved = bakery
        .ask(&bakery.act(), UserChangePermissions { user: user::alone(&ada), permissions: vec![] })
        .await
        .unwrap();
    let error = bakery
        .commit(async |tx| change_permissions(tx, &bakery.act(), &approved, &bounds).await)
        .await
        .unwrap_err();
    assert_eq!(error.kind, Kind::Internal);
}

#[tokio::test]
async fn whoever_is_removed_stands_in_the_account_no_more() {
    let bakery = Bakery::new().await;
    let ada = bakery.colleague("ada@bakery.example", "invoices").await;
    bakery
        .house
        .run(
            "INSERT INTO sessions (id, token_hash, user_id, account_id, awaits_second_factor, ip, user_agent, created_at, seen_at, expires_at)
             VALUES ('ses_1', 'h', $1, $2, FALSE, '', '', 0, 0, 0)",
            args![&ada.id, &bakery.id],
        )
        .await;
    take_away(&bakery, &bakery.act(), &ada, false).await.unwrap();
    let event = bakery.only_event("user.removed").await;
    assert_eq!((&event["user"]["permissions"], &event["left"]), (&json!([]), &json!(false)));
    assert_eq!(event["account"]["users"].as_array().unwrap().len(), 1);
    assert_eq!(bakery.number("SELECT COUNT(*) FROM sessions WHERE account_id IS NULL").await, 1);
    assert_eq!(member(&bakery.house.db, &bakery.id, &ada.id).await.unwrap_err().code, "user");
}

#[tokio::test]
async fn a_user_leaves_by_their_own_will() {
    let bakery = Bakery::new().await;
    let ada = bakery.colleague("ada@bakery.example", "invoices").await;
    take_away(&bakery, &bakery.act_of(&ada), &ada, true).await.unwrap();
    assert_eq!(bakery.only_event("user.removed").await["left"], json!(true));
}

#[tokio::test]
async fn a_user_chooses_which_mail_they_want() {
    let bakery = Bakery::new().await;
    let ada = bakery.colleague("ada@bakery.example", "invoices").await;
    let act = bakery.act_of(&ada);
    for _ in 0..2 {
        bakery
            .commit(async |tx| {
                change_preferences(tx, &act, &bakery.id, &ada.id, &[Category::Support, Category::Invoice])
                    .await
            })
            .await
            .unwrap();
    }
    let event = bakery.only_event("user.preferences_changed").await;
    assert_eq!(event["user"]["categories"], json!(["invoice", "support"]));
    let (stranger, _) = bakery.books().await;
    let error = bakery
        .commit(async |tx| {
            change_preferences(tx, &bakery.act_of(&stranger), &bakery.id, &stranger.id, &[]).await
        })
        .await
        .unwrap_err();
    assert_eq!(error.code, "account");
}

#[tokio::test]
async fn own_accounts_stand_first_and_the_rest_by_name() {
    let bakery = Bakery::new().await;
    let designer = bakery.house.user("designer@demo.example").await;
    for (name, permissions) in [("zebra", "*"), ("mill", "tickets"), ("anchor", "tickets"), ("closed", "*")] {
        bakery.house.account(name, &designer, permissions).await;
    }
    bakery.house.run("UPDATE accounts SET closed_at = 1 WHERE company = 'closed'", args![]).await;
    let listed = reachable(&bakery.house.db, &designer.id, "", &Page::default()).await.unwrap();
    let names: Vec<_> = listed.rows.iter().map(|row| (row.name(), row.owner)).collect();
    assert_eq!(names, [("zebra".into(), true), ("anchor".into(), false), ("mill".into(), false)]);
    let found = reachable(&bakery.house.db, &designer.id, "MIL", &Page::default()).await.unwrap();
    assert_eq!((found.total, found.rows[0].permissions().to_column().as_str()), (1, "tickets"));
    // The bakery is nothing to her.
    assert_eq!(reachable(&bakery.house.db, &designer.id, "bakery", &Page::default()).await.unwrap().total, 0);
}

#[tokio::test]
async fn ten_thousand_accounts_are_paged_through_from_end_to_end() {
    let bakery = Bakery::new().await;
    let designer = bakery.house.user("designer@demo.example").await;
    bakery
        .commit(async |tx| {
            for number in 0..10_000_i64 {
                let (id, name) = (format!("acc_{number:05}"), format!("company {:04}", (number * 7919) % 5_000));
                let sql = "INSERT INTO accounts (id, company, email, categories, sort_name, created_at) VALUES ($1, $2, '', '', $2, 0)";
                tx.execute(sql, args![&id, name]).await?;
                store::insert(tx, &id, &designer.id, number % 100 == 0, &Permissions::default(), NOW).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let (mut place, mut seen) = (Place::Start, Vec::new());
    loop {
        let listed =
            reachable(&bakery.house.db, &designer.id, "", &Page { place, size: 1_000 }).await.unwrap();
        assert_eq!((listed.total, listed.before), (10_000, i64::try_from(seen.len()).unwrap()));
        seen.extend(listed.rows.iter().map(|row| (!row.owner, row.name(), row.id.clone())));
        let Some(next) = listed.next else { break };
        place = Place::from_cursors(Some(&next), None);
    }
    assert_eq!(seen.len(), 10_000);
    assert!(seen.is_sorted());
}

//! Invites on a real database, from the owner's click to the colleague's access.

mod accepting;
mod consenting;
mod ending;
mod sending;

use super::*;
use crate::model::{bakery::Bakery, testing::NOW};

const ADA: &str = "ada@bakery.example";

async fn looked(bakery: &Bakery, token: &str, at: i64) -> String {
    match look(&bakery.house.db, token, at).await.unwrap() {
        Looked::Pending(pending) => {
            format!("pending {} {} {}", pending.invite.email, pending.account_name, pending.known)
        }
        other => format!("{other:?}").to_lowercase(),
    }
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> (Kind, &'static str) {
    let error = result.unwrap_err();
    (error.kind, error.code)
}

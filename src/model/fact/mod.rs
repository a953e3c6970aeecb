//! Facts about the installation itself, such as that it is a demo.

mod store;

use crate::{
    db::{Query, Tx},
    error::Result,
};

/// What is known under `key`, if anything.
///
/// # Errors
/// If the database is away.
pub async fn get(q: impl Query, key: &str) -> Result<Option<String>> {
    store::get(q, key).await
}

/// Remembers `value` under `key`, in place of what was there.
///
/// # Errors
/// If the database is away.
pub async fn set(tx: &mut Tx, key: &str, value: &str) -> Result<()> {
    store::set(tx, key, value).await
}

#[cfg(test)]
mod tests {
    use crate::model::testing::House;

    #[tokio::test]
    async fn a_fact_is_what_was_said_last() {
        let house = House::new().await;
        let mut tx = house.db.begin().await.unwrap();
        assert_eq!(super::get(&mut tx, "demo").await.unwrap(), None);
        super::set(&mut tx, "demo", "no").await.unwrap();
        super::set(&mut tx, "demo", "yes").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(super::get(&house.db, "demo").await.unwrap().as_deref(), Some("yes"));
    }
}

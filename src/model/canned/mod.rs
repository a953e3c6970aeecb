//! Answers that staff give again and again: written once, put into a reply with the customer's name in it.
//!
//! Placeholders stand in square brackets. To add one, add it to [`PLACEHOLDERS`] and to [`Filled`].

mod store;

use super::required_line;
use crate::{
    db::{Query, Tx},
    error::{Error, Result},
    event::{
        catalogue::{CannedAnswerRemoved, CannedAnswerSaved},
        data::{self, Account},
        outbox::{Act, emit},
    },
    id,
};
use sqlx::FromRow;

/// How long a title may be, in characters.
pub const LONGEST_TITLE: usize = 80;
/// How long an answer may be, in characters.
pub const LONGEST: usize = 20_000;
/// What is filled in when an answer is put into a reply.
pub const PLACEHOLDERS: [&str; 7] =
    ["[first name]", "[name]", "[account]", "[reference]", "[subject]", "[department]", "[my name]"];

/// An answer that is ready.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Canned {
    /// Stable id, `can_…`.
    pub id: String,
    /// What staff choose it by.
    pub title: String,
    /// The text, in Markdown, with placeholders.
    pub body: String,
    /// When it was last saved.
    pub changed_at: i64,
}

impl Canned {
    fn seen(&self) -> data::CannedAnswer {
        data::CannedAnswer {
            exists: true,
            id: self.id.clone(),
            title: self.title.clone(),
            body: self.body.clone(),
        }
    }
}

/// What placeholders stand for on a ticket.
#[derive(Clone, Debug, Default)]
pub struct Filled<'a> {
    /// The customer's name.
    pub name: &'a str,
    /// The account's name; empty for a guest's ticket.
    pub account: &'a str,
    /// The ticket's reference.
    pub reference: &'a str,
    /// The ticket's subject.
    pub subject: &'a str,
    /// The ticket's department.
    pub department: &'a str,
    /// The name of whoever answers.
    pub me: &'a str,
}

impl Filled<'_> {
    /// The text with all placeholders filled in. What is filled in is not looked through again: a customer
    /// who is called `[account]` stays that.
    pub fn fill(&self, text: &str) -> String {
        let first = self.name.split_whitespace().next().unwrap_or_default();
        let values = [first, self.name, self.account, self.reference, self.subject, self.department, self.me];
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find('[') {
            filled.push_str(&rest[..start]);
            rest = &rest[start..];
            let found = PLACEHOLDERS.iter().zip(values).find(|(name, _)| rest.starts_with(*name));
            let (taken, value) = found.map_or((1, "["), |(name, value)| (name.len(), value));
            filled.push_str(value);
            rest = &rest[taken..];
        }
        filled + rest
    }
}

/// All answers, by title.
///
/// # Errors
/// If the database is away.
pub async fn list(mut q: impl Query) -> Result<Vec<Canned>> {
    store::list(&mut q).await
}

/// The answer of this id.
///
/// # Errors
/// [`NotFound`](crate::error::Kind::NotFound) `canned-answer`.
pub async fn find(mut q: impl Query, id: &str) -> Result<Canned> {
    store::by_id(&mut q, id).await?.ok_or_else(|| Error::not_found("canned-answer"))
}

/// Writes an answer: a further one, or the one of this id anew.
///
/// # Errors
/// As [`find`]; [`Invalid`](crate::error::Kind::Invalid) naming `title` or `body`;
/// [`Conflict`](crate::error::Kind::Conflict) `canned-taken`, on `title`.
pub async fn save(tx: &mut Tx, act: &Act, id: Option<&str>, title: &str, body: &str) -> Result<Canned> {
    let known = match id {
        Some(id) => find(&mut *tx, id).await?.id,
        None => id::new("can", act.at),
    };
    let canned = Canned {
        id: known,
        title: required_line("title", title, LONGEST_TITLE)?,
        body: text(body)?,
        changed_at: act.at,
    };
    if store::titled(&mut &mut *tx, &canned.title).await?.is_some_and(|other| other.id != canned.id) {
        return Err(Error::conflict("canned-taken").and_field("title", "canned-taken"));
    }
    store::save(tx, &canned).await?;
    emit(tx, act, &Account::default(), &CannedAnswerSaved { answer: canned.seen() }, &[]).await?;
    Ok(canned)
}

/// Removes an answer. Replies that were made with it stay.
///
/// # Errors
/// As [`find`].
pub async fn remove(tx: &mut Tx, act: &Act, id: &str) -> Result<Canned> {
    let canned = find(&mut *tx, id).await?;
    store::remove(tx, id).await?;
    emit(tx, act, &Account::default(), &CannedAnswerRemoved { answer: canned.seen() }, &[]).await?;
    Ok(canned)
}

fn text(typed: &str) -> Result<String> {
    let text = typed.replace("\r\n", "\n");
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let text = text.trim().to_owned();
    if text.is_empty() {
        return Err(Error::field("body", "required"));
    }
    if text.chars().count() > LONGEST { Err(Error::field("body", "too-long")) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::testing::House;

    #[test]
    fn placeholders_are_filled_once_and_all_else_stays() {
        let filled =
            Filled { name: "Olive [account] Baker", account: "Blue Bakery", me: "Sam", ..Filled::default() };
        assert_eq!(filled.fill("Dear [first name] of [account],"), "Dear Olive of Blue Bakery,");
        assert_eq!(filled.fill("[name]"), "Olive [account] Baker");
        assert_eq!(
            filled.fill("see [the guide](https://a.example) [x] ["),
            "see [the guide](https://a.example) [x] ["
        );
        assert_eq!(filled.fill("[my name] ü[reference]"), "Sam ü");
    }

    #[tokio::test]
    async fn two_answers_never_share_a_title() {
        let house = House::new().await;
        let act = house.guest();
        let mut tx = house.db.begin().await.unwrap();
        let hello = save(&mut tx, &act, None, " Hello ", "Hi [name],\r\n").await.unwrap();
        assert_eq!((hello.title.as_str(), hello.body.as_str()), ("Hello", "Hi [name],"));
        assert_eq!(save(&mut tx, &act, None, "Hello", "x").await.unwrap_err().code, "canned-taken");
        assert_eq!(save(&mut tx, &act, None, "x", " \n").await.unwrap_err().fields[0].field, "body");
        save(&mut tx, &act, Some(&hello.id), "Hello", "Good morning").await.unwrap();
        assert_eq!(list(&mut tx).await.unwrap()[0].body, "Good morning");
        remove(&mut tx, &act, &hello.id).await.unwrap();
        assert_eq!(remove(&mut tx, &act, &hello.id).await.unwrap_err().code, "canned-answer");
        tx.commit().await.unwrap();
        let told = ["canned_answer.saved", "canned_answer.saved", "canned_answer.removed"];
        assert_eq!(house.events().await, told);
    }
}

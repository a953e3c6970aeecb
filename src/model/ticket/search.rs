//! Finding tickets by the words of their messages. What differs between the databases stands in `store/search.rs`.

use super::{Note, Reply, Ticket, notes, replies, store};
use crate::{db::Tx, error::Result};

/// So many words of a search count.
const MOST_WORDS: usize = 12;

/// Lets a message be found, by everybody who may see the ticket.
pub(super) async fn message(tx: &mut Tx, ticket: &Ticket, reply: &Reply) -> Result<()> {
    let text = format!(
        "{} {} {} {} {} {}",
        ticket.reference,
        ticket.subject,
        ticket.related_name,
        reply.author_name,
        reply.author_email,
        reply.body
    );
    store::search::insert(tx, &ticket.id, ticket.account_id.as_deref(), &plain(&text)).await
}

/// Lets a note be found, by staff alone.
pub(super) async fn note(tx: &mut Tx, ticket: &Ticket, note: &Note) -> Result<()> {
    store::search::insert(tx, &ticket.id, None, &plain(&note.body)).await
}

/// Forgets the words of a ticket.
pub(super) async fn forget(tx: &mut Tx, ticket_id: &str) -> Result<()> {
    store::search::forget(tx, ticket_id).await
}

/// Reads the words of a ticket again, after messages came or went.
pub(super) async fn renew(tx: &mut Tx, ticket: &Ticket) -> Result<()> {
    forget(tx, &ticket.id).await?;
    for reply in replies(&mut *tx, ticket).await? {
        message(tx, ticket, &reply).await?;
    }
    for written in notes(&mut *tx, ticket).await? {
        note(tx, ticket, &written).await?;
    }
    Ok(())
}

/// The words that are searched for, each the beginning of one in the text; none if there is no word in
/// what was typed.
pub(super) fn words(typed: &str) -> Vec<String> {
    plain(typed).split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS).map(str::to_owned).collect()
}

/// Letters and digits in lower case, words apart: so that both databases see the same words.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c.is_alphanumeric() {
            true => plain.push(c),
            false if plain.ends_with(' ') => {}
            false => plain.push(' '),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_words_and_nothing_else() {
        assert_eq!(words("KXT-482913 \"NEAR\" Größe* 'x"), ["kxt", "482913", "near", "größe", "x"]);
        assert!(words(" -- ' ").is_empty());
    }
}

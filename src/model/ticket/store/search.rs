//! The index of words: FTS5 on SQLite, `tsvector` on PostgreSQL.

use crate::{args, db::Tx, error::Result, model::ticket::search};

/// Which tickets hold the words, as a condition on `t`; see [`query`] for `$5`.
macro_rules! matching {
    (sqlite) => {
        "t.id IN (SELECT ticket_id FROM ticket_words WHERE ticket_words MATCH $5)"
    };
    (postgres) => {
        "t.id IN (SELECT w.ticket_id FROM ticket_words w WHERE w.words @@ to_tsquery('simple', $5))"
    };
    // The account is a word, too: so the index finds its messages without reading those of all others.
    (postgres of $account:literal) => {
        concat!(
            "t.id IN (SELECT w.ticket_id FROM ticket_words w WHERE w.words @@
               (to_tsquery('simple', $5) && CAST('''@' || ",
            $account,
            " || '''' AS tsquery)) AND w.account_id = ",
            $account,
            ")"
        )
    };
}
pub(super) use matching;

/// What `$5` is, for what was typed, and for this account's tickets alone if one is named; none if there
/// is no word in it.
pub(super) fn query(sqlite: bool, typed: &str, account_id: Option<&str>) -> Option<String> {
    let words = search::words(typed);
    if words.is_empty() {
        return None;
    }
    Some(if sqlite {
        let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"*")).collect();
        let words = format!("words : ({})", words.join(" AND "));
        match account_id {
            // Ids are letters, digits and `_`; the tokenizer makes a phrase of them.
            Some(id) => format!("ids : \"{id}\" AND {words}"),
            None => words,
        }
    } else {
        words.iter().map(|word| format!("'{word}':*")).collect::<Vec<_>>().join(" & ")
    })
}

/// Words of a message; without an account, customers do not find it.
pub(in crate::model::ticket) async fn insert(
    tx: &mut Tx,
    ticket_id: &str,
    account_id: Option<&str>,
    words: &str,
) -> Result<()> {
    if crate::db::Query::is_sqlite(&&mut *tx) {
        let ids = format!("{ticket_id} {}", account_id.unwrap_or_default());
        let sql = "INSERT INTO ticket_words (ticket_id, ids, words) VALUES ($1, $2, $3)";
        tx.execute(sql, args![ticket_id, ids, words]).await.map(drop)
    } else {
        // No word that anybody types begins with `@`.
        let sql = "INSERT INTO ticket_words (ticket_id, account_id, words) VALUES ($1, $2, to_tsvector('simple', $3)
             || array_to_tsvector(CASE WHEN CAST($2 AS TEXT) IS NULL THEN ARRAY[]::TEXT[] ELSE ARRAY['@' || $2] END))";
        let account_id = account_id.map(str::to_owned);
        tx.execute(sql, args![ticket_id, account_id, words]).await.map(drop)
    }
}

/// Forgets the words of a ticket.
pub(in crate::model::ticket) async fn forget(tx: &mut Tx, ticket_id: &str) -> Result<()> {
    if crate::db::Query::is_sqlite(&&mut *tx) {
        // By the index of words: a condition on `ticket_id`, which has none, would read the whole table.
        let sql = "DELETE FROM ticket_words WHERE rowid IN (SELECT rowid FROM ticket_words WHERE ticket_words MATCH $1)";
        tx.execute(sql, args![format!("ids : \"{ticket_id}\"")]).await.map(drop)
    } else {
        tx.execute("DELETE FROM ticket_words WHERE ticket_id = $1", args![ticket_id]).await.map(drop)
    }
}

//! Many rows in one statement.

use super::{Inner, Postgres, Result, Row, Sqlite, Tx, Value, failure};
use sqlx::AssertSqlSafe;

/// Rows of one statement at most: with some twenty values in a row, far from the 32,766 placeholders that SQLite takes.
/// Below it, statements have powers of two, so that few texts are prepared.
const MOST: usize = 64;

/// A statement for so many rows, each with so many values: `{{rows}}` becomes a list of `row`s, numbered on.
fn statement(sql: &str, row: &str, values: usize, rows: usize) -> String {
    let mut list = String::with_capacity(rows * (row.len() + values));
    for number in 0..rows {
        list.push_str(if number == 0 { "(" } else { ", (" });
        let mut pieces = row.split('$');
        list.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let digits = piece.len() - piece.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (place, rest) = piece.split_at(digits);
            let place = place.parse::<usize>().unwrap_or_default() + number * values;
            list.push_str(&format!("${place}{rest}"));
        }
        list.push(')');
    }
    sql.replace("{{rows}}", &list)
}

impl Tx {
    /// Inserts rows, many at once. `sql` says `VALUES {{rows}}`; `row` is what stands in the brackets of one row, with its own
    /// values as `$1`, `$2`, …. All rows have equally many values. Gives what `RETURNING` gives.
    ///
    /// # Errors
    /// As [`Tx::execute`].
    pub async fn insert_all<T: Row>(
        &mut self,
        sql: &'static str,
        row: &'static str,
        rows: Vec<Vec<Value>>,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        let mut rest = rows.into_iter();
        while rest.len() > 0 {
            let count = (1 << rest.len().ilog2()).min(MOST);
            let values: Vec<Vec<Value>> = rest.by_ref().take(count).collect();
            let text = statement(sql, row, values.first().map_or(0, Vec::len), count);
            let args = values.into_iter().flatten();
            let some: std::result::Result<Vec<T>, sqlx::Error> = match &mut self.inner {
                Inner::Sqlite(tx) => {
                    bound!(sqlx::query_as::<Sqlite, T>(AssertSqlSafe(text)), args).fetch_all(&mut **tx).await
                }
                Inner::Postgres(tx) => {
                    bound!(sqlx::query_as::<Postgres, T>(AssertSqlSafe(text)), args)
                        .fetch_all(&mut **tx)
                        .await
                }
            };
            found.extend(some.map_err(|e| failure(sql, e))?);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::statement;

    #[test]
    fn rows_are_numbered_on() {
        let sql = "INSERT INTO t (a, b, c, d) VALUES {{rows}} RETURNING a";
        assert_eq!(
            statement(sql, "$1, 'x', $2, $2", 2, 3),
            "INSERT INTO t (a, b, c, d) VALUES ($1, 'x', $2, $2), ($3, 'x', $4, $4), ($5, 'x', $6, $6) RETURNING a"
        );
        assert!(statement("{{rows}}", "$1, $12", 12, 2).ends_with("($13, $24)"));
    }
}

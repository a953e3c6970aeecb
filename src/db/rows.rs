//! Many rows in one statement.

use super::{Inner, Postgres, Result, Row, Sqlite, Tx, Value, failure};
use sqlx::AssertSqlSafe;

/// Rows of one statement at most: with some twenty values in a row, far from the 32,766 placeholders that SQLite takes.
/// Below it, statements have powers of two, so that few texts are prepared.
const MOST: usize = 64;

/// What stands in the brackets of one row: text, and between it the places of values.
struct Pattern<'a> {
    before: &'a str,
    /// Each value by its place, with the text after it.
    places: Vec<(usize, &'a str)>,
}

impl<'a> Pattern<'a> {
    fn of(row: &'a str) -> Self {
        let mut pieces = row.split('$');
        let before = pieces.next().unwrap_or_default();
        let place = |piece: &'a str| {
            let digits = piece.len() - piece.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (place, rest) = piece.split_at(digits);
            (place.parse::<usize>().unwrap_or_default(), rest)
        };
        Self { before, places: pieces.map(place).collect() }
    }

    /// A statement for so many rows: `{{rows}}` becomes a list of them. With `numbered`, values of later rows are numbered on from
    /// those of the first, `values` each. Without, each place is a `?`: SQLite looks every numbered one up in a list of all.
    fn statement(&self, sql: &str, values: usize, rows: usize, numbered: bool) -> String {
        let mut list = String::new();
        for number in 0..rows {
            list.push_str(if number == 0 { "(" } else { ", (" });
            list.push_str(self.before);
            for (place, rest) in &self.places {
                match numbered {
                    true => list.push_str(&format!("${}", place + number * values)),
                    false => list.push('?'),
                }
                list.push_str(rest);
            }
            list.push(')');
        }
        sql.replace("{{rows}}", &list)
    }

    /// A row's values in the order in which they stand, as often as they stand.
    fn in_order(&self, row: Vec<Value>) -> impl Iterator<Item = Value> {
        let mut row: Vec<Option<Value>> = row.into_iter().map(Some).collect();
        let next = move |n: usize| {
            let place = self.places[n].0;
            let again = self.places[n + 1..].iter().any(|(later, _)| *later == place);
            // Places count from one.
            let value = row.get_mut(place.checked_sub(1)?)?;
            if again { value.clone() } else { value.take() }
        };
        (0..self.places.len()).filter_map(next)
    }
}

impl Tx {
    /// Runs a statement for many rows at once. `sql` says `VALUES {{rows}}`; `row` is what stands in the brackets of one row, with
    /// its own values as `$1`, `$2`, …. All rows have equally many values. Gives what the statement gives.
    ///
    /// # Errors
    /// As [`Tx::execute`].
    pub async fn for_rows<T: Row>(
        &mut self,
        sql: &'static str,
        row: &'static str,
        rows: Vec<Vec<Value>>,
    ) -> Result<Vec<T>> {
        let pattern = Pattern::of(row);
        let mut found = Vec::new();
        let mut rest = rows.into_iter();
        while rest.len() > 0 {
            let count = (1 << rest.len().ilog2()).min(MOST);
            let rows: Vec<Vec<Value>> = rest.by_ref().take(count).collect();
            let text = |numbered| pattern.statement(sql, rows.first().map_or(0, Vec::len), count, numbered);
            let some: std::result::Result<Vec<T>, sqlx::Error> = match &mut self.inner {
                Inner::Sqlite(tx) => {
                    let text = AssertSqlSafe(text(false));
                    let args = rows.into_iter().flat_map(|row| pattern.in_order(row));
                    bound!(sqlx::query_as::<Sqlite, T>(text), args).fetch_all(&mut **tx).await
                }
                Inner::Postgres(tx) => {
                    let text = AssertSqlSafe(text(true));
                    bound!(sqlx::query_as::<Postgres, T>(text), rows.into_iter().flatten())
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
    use super::{Pattern, Value};

    #[test]
    fn rows_are_numbered_on() {
        let sql = "INSERT INTO t (a, b, c, d) VALUES {{rows}} RETURNING a";
        let pattern = Pattern::of("$1, 'x', $2, $2");
        assert_eq!(
            pattern.statement(sql, 2, 3, true),
            "INSERT INTO t (a, b, c, d) VALUES ($1, 'x', $2, $2), ($3, 'x', $4, $4), ($5, 'x', $6, $6) RETURNING a"
        );
        assert_eq!(pattern.statement("{{rows}}", 2, 2, false), "(?, 'x', ?, ?), (?, 'x', ?, ?)");
        assert!(Pattern::of("$1, $12").statement("{{rows}}", 12, 2, true).ends_with("($13, $24)"));
    }

    #[test]
    fn values_stand_as_often_as_their_places() {
        let row = crate::args![1, 2, 3];
        let found: Vec<Option<i64>> = Pattern::of("$2, 'x', $1, $3, $1")
            .in_order(row)
            .map(|value| match value {
                Value::Int(number) => number,
                _ => None,
            })
            .collect();
        assert_eq!(found, [Some(2), Some(1), Some(3), Some(1)]);
    }
}

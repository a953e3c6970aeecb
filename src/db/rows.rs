//! Many rows in one statement.

use super::{Inner, Result, Tx, Value, failure};
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

/// The statements for many rows, each for some of them, with their values in order.
struct Statements {
    sql: &'static str,
    pattern: Pattern<'static>,
    rest: std::vec::IntoIter<Vec<Value>>,
    on_sqlite: bool,
}

impl Iterator for Statements {
    type Item = (String, Vec<Value>);

    fn next(&mut self) -> Option<Self::Item> {
        let count = (1 << self.rest.len().checked_ilog2()?).min(MOST);
        let rows: Vec<Vec<Value>> = self.rest.by_ref().take(count).collect();
        let values = rows.first().map_or(0, Vec::len);
        let text = self.pattern.statement(self.sql, values, count, !self.on_sqlite);
        let args = match self.on_sqlite {
            true => rows.into_iter().flat_map(|row| self.pattern.in_order(row)).collect(),
            false => rows.into_iter().flatten().collect(),
        };
        Some((text, args))
    }
}

pub(super) fn statements(
    sql: &'static str,
    row: &'static str,
    rows: Vec<Vec<Value>>,
    on_sqlite: bool,
) -> impl Iterator<Item = (String, Vec<Value>)> {
    Statements { sql, pattern: Pattern::of(row), rest: rows.into_iter(), on_sqlite }
}

impl Tx {
    /// As [`Query::for_rows`](super::Query::for_rows), for statements that give nothing.
    ///
    /// # Errors
    /// As [`Tx::execute`].
    pub async fn write_rows(
        &mut self,
        sql: &'static str,
        row: &'static str,
        rows: Vec<Vec<Value>>,
    ) -> Result<()> {
        for (text, args) in statements(sql, row, rows, matches!(self.inner, Inner::Sqlite(_))) {
            let text = AssertSqlSafe(text);
            let written = match &mut self.inner {
                Inner::Sqlite(tx) => bound!(sqlx::query(text), args).execute(&mut **tx).await.map(drop),
                Inner::Postgres(tx) => bound!(sqlx::query(text), args).execute(&mut **tx).await.map(drop),
            };
            written.map_err(|e| failure(sql, e))?;
        }
        Ok(())
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

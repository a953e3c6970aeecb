//! Long lists in pages that keep their place: each page begins after, or ends before, a row that the
//! reader saw, so that nothing is skipped or shown twice when rows come and go meanwhile.
//!
//! To add such a list, write its four statements as a [`Statements`] in the noun's `store.rs`.

use crate::{
    args,
    db::{Query, Row, Value},
    error::Result,
};

/// The row next to which a page begins or ends: what the list sorts by, and the row's id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// What the list sorts by, as text.
    pub sort: String,
    /// Decides between rows that sort alike.
    pub id: String,
}

impl Key {
    /// The form that stands in the address bar.
    pub fn to_cursor(&self) -> String {
        format!("{}~{}", self.id, self.sort)
    }

    /// Reads what [`Key::to_cursor`] wrote.
    pub fn from_cursor(text: &str) -> Option<Self> {
        let (id, sort) = text.split_once('~')?;
        Some(Self { sort: sort.to_owned(), id: id.to_owned() })
    }
}

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// At the list's start.
    #[default]
    Start,
    /// With the row that follows this one.
    After(Key),
    /// So that it ends with the row that precedes this one.
    Before(Key),
}

impl Place {
    /// The place that an address names; the start if it names none, or none that makes sense.
    pub fn from_cursors(after: Option<&str>, before: Option<&str>) -> Self {
        match (after.and_then(Key::from_cursor), before.and_then(Key::from_cursor)) {
            (Some(key), _) => Place::After(key),
            (None, Some(key)) => Place::Before(key),
            (None, None) => Place::Start,
        }
    }
}

/// Which part of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where it begins.
    pub place: Place,
    /// How many rows at most.
    pub size: i64,
}

impl Default for Page {
    fn default() -> Self {
        Self { place: Place::Start, size: 50 }
    }
}

/// Very long lists are counted up to here; a larger number stands for "more than that".
pub const MOST_COUNTED: i64 = 10_000;

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// The rows, in the list's order.
    pub rows: Vec<T>,
    /// How many rows the whole list has.
    pub total: i64,
    /// How many rows stand before the first of these.
    pub before: i64,
    /// The cursor for `before`, if there is a page before this one.
    pub previous: Option<String>,
    /// The cursor for `after`, if there is a page after this one.
    pub next: Option<String>,
}

impl<T> Listed<T> {
    /// The same page, with something else in its rows.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Listed<U> {
        let Self { rows, total, before, previous, next } = self;
        Listed { rows: rows.into_iter().map(change).collect(), total, before, previous, next }
    }
}

/// The statements of a list. Their first values are the list's own; then, but for `total`, come the
/// key's sort value and id, and in `forward` and `backward` the number of rows.
pub(super) struct Statements {
    /// Rows after the key, in the list's order.
    pub forward: &'static str,
    /// Rows before the key, in the opposite order.
    pub backward: &'static str,
    /// The number of rows before the key.
    pub preceding: &'static str,
    /// The number of all rows.
    pub total: &'static str,
    /// What the key's sort text is compared as; for the empty text, what the whole list comes after.
    pub sort: fn(&str) -> Value,
}

impl Statements {
    /// Reads a page.
    pub async fn page<T: Row>(
        &self,
        q: &mut impl Query,
        values: Vec<Value>,
        page: &Page,
        key: impl Fn(&T) -> Key,
    ) -> Result<Listed<T>> {
        let with = |key: &Key| [values.clone(), vec![(self.sort)(&key.sort)], args![&key.id]].concat();
        let rows: Vec<T> = match &page.place {
            Place::Start => q.all(self.forward, [with(&Key::default()), args![page.size]].concat()).await?,
            Place::After(key) => q.all(self.forward, [with(key), args![page.size]].concat()).await?,
            Place::Before(key) => {
                let mut rows = q.all(self.backward, [with(key), args![page.size]].concat()).await?;
                rows.reverse();
                rows
            }
        };
        let before = match rows.first() {
            Some(first) if page.place != Place::Start => q.number(self.preceding, with(&key(first))).await?,
            _ => 0,
        };
        let total = q.number(self.total, values).await?;
        let shown = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let previous = rows.first().filter(|_| before > 0).map(|row| key(row).to_cursor());
        let next = rows.last().filter(|_| before + shown < total).map(|row| key(row).to_cursor());
        Ok(Listed { rows, total, before, previous, next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_whatever_the_name() {
        let key = Key { sort: "1a~b/ö".into(), id: "acc_1".into() };
        assert_eq!(Key::from_cursor(&key.to_cursor()), Some(key));
        assert_eq!(Place::from_cursors(Some("nonsense"), None), Place::Start);
    }
}

//! Long lists, page by page; the place stands in the address bar.

use crate::model::page::{Listed, MOST_COUNTED, Page, Place};
use serde::{Deserialize, Serialize};

/// So many entries stand on a page.
const SIZE: i64 = 25;

/// What the address bar says about a list, or about where to go afterwards.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// What is searched for.
    pub q: String,
    /// Which part of the list: `open`, `closed`, `all`, `waiting`.
    pub status: String,
    /// Which department, by its name.
    pub department: String,
    /// Exactly which status, by its name.
    pub state: String,
    /// Where to go afterwards.
    pub next: String,
    after: Option<String>,
    before: Option<String>,
}

impl ListQuery {
    /// What is searched for, trimmed and not endless.
    pub fn search(&self) -> String {
        self.q.trim().chars().take(200).collect()
    }

    /// The page that is asked for.
    pub fn page(&self) -> Page {
        Page { place: Place::from_cursors(self.after.as_deref(), self.before.as_deref()), size: SIZE }
    }

    /// The foot of the list at `path`.
    pub fn pager<T>(&self, path: &str, listed: &Listed<T>) -> Pager {
        let href = |name: &'static str, cursor: &Option<String>| match cursor {
            None => String::new(),
            Some(cursor) => {
                let kept = [
                    ("q", self.search()),
                    ("status", self.status.clone()),
                    ("department", self.department.clone()),
                    ("state", self.state.clone()),
                    ("next", self.next.clone()),
                    (name, cursor.clone()),
                ];
                let kept: Vec<_> = kept.into_iter().filter(|(_, value)| !value.is_empty()).collect();
                format!("{path}?{}", encode(&kept))
            }
        };
        let shown = i64::try_from(listed.rows.len()).unwrap_or(i64::MAX);
        Pager {
            total: listed.total.min(MOST_COUNTED),
            many: listed.total > MOST_COUNTED,
            first: if shown == 0 { 0 } else { listed.before + 1 },
            last: listed.before + shown,
            previous_href: href("before", &listed.previous),
            next_href: href("after", &listed.next),
        }
    }
}

/// The foot of a list: how many there are, and the ways to the neighbouring pages.
#[derive(Clone, Debug, Serialize)]
pub struct Pager {
    total: i64,
    /// There are more than `total`: nobody counted on.
    many: bool,
    first: i64,
    last: i64,
    previous_href: String,
    next_href: String,
}

impl From<Pager> for minijinja::Value {
    fn from(pager: Pager) -> Self {
        minijinja::Value::from(minijinja::value::Serde(&pager))
    }
}

/// `name=value&…`, encoded for an address.
pub fn encode(pairs: &[(&str, String)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect::<Vec<_>>().join("&")
}

/// A text, encoded for an address or a header.
pub fn percent(text: &str) -> String {
    let safe = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(byte);
    text.bytes()
        .map(|byte| if safe(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(rows: usize, before: i64, total: i64) -> Listed<()> {
        let cursor = |there: bool| there.then(|| "tkt_1~a&b".to_owned());
        Listed {
            rows: vec![(); rows],
            total,
            before,
            previous: cursor(before > 0),
            next: cursor(before + 25 < total),
        }
    }

    #[test]
    fn pages_keep_what_was_searched_for() {
        let query = ListQuery { q: " blue & co ".into(), ..ListQuery::default() };
        let pager = query.pager("/tickets", &listed(25, 25, 60));
        assert_eq!((pager.first, pager.last), (26, 50));
        assert_eq!(pager.previous_href, "/tickets?q=blue%20%26%20co&before=tkt_1~a%26b");
        assert_eq!(pager.next_href, "/tickets?q=blue%20%26%20co&after=tkt_1~a%26b");
    }

    #[test]
    fn an_empty_list_has_no_first_entry() {
        let pager = ListQuery::default().pager("/x", &listed(0, 0, 0));
        assert_eq!((pager.first, pager.last, pager.next_href.as_str()), (0, 0, ""));
    }
}

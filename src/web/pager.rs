//! Long lists, page by page; the page stands in the address bar.

use serde::{Deserialize, Serialize};

/// So many entries stand on a page.
pub const PAGE_SIZE: i64 = 25;

/// What the address bar says about a list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// What is searched for.
    pub q: String,
    /// Which part of the list: `open`, `closed`, `all`, `waiting`.
    pub status: String,
    /// The page, counted from 1.
    pub page: i64,
    /// Where to go afterwards.
    pub next: String,
}

impl ListQuery {
    /// What is searched for, trimmed and not endless.
    pub fn search(&self) -> String {
        self.q.trim().chars().take(200).collect()
    }

    /// How many entries stand before the page.
    pub fn offset(&self) -> i64 {
        (self.page.clamp(1, 1_000_000) - 1) * PAGE_SIZE
    }

    /// The foot of the list at `path`, which has `total` entries.
    pub fn pager(&self, path: &str, total: i64) -> Pager {
        let first = self.offset() + 1;
        let last = (self.offset() + PAGE_SIZE).min(total);
        let href = |page: i64| {
            let mut query = vec![("page", page.to_string())];
            for (name, value) in [("q", self.search()), ("status", self.status.clone()), ("next", self.next.clone())] {
                if !value.is_empty() {
                    query.push((name, value));
                }
            }
            format!("{path}?{}", encode(&query))
        };
        let page = self.offset() / PAGE_SIZE + 1;
        Pager {
            total,
            first: first.min(total),
            last,
            previous_href: if page > 1 { href(page - 1) } else { String::new() },
            next_href: if last < total { href(page + 1) } else { String::new() },
        }
    }
}

/// The foot of a list: how many there are, and the ways to the neighbouring pages.
#[derive(Clone, Debug, Serialize)]
pub struct Pager {
    total: i64,
    first: i64,
    last: i64,
    previous_href: String,
    next_href: String,
}

/// `name=value&…`, encoded for an address.
pub fn encode(pairs: &[(&str, String)]) -> String {
    let safe = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(byte);
    let text = |value: &str| -> String {
        value.bytes().map(|byte| if safe(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
    };
    pairs.iter().map(|(name, value)| format!("{name}={}", text(value))).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_keep_what_was_searched_for() {
        let query = ListQuery { q: " blue & co ".into(), page: 2, ..ListQuery::default() };
        let pager = query.pager("/tickets", 60);
        assert_eq!((pager.first, pager.last), (26, 50));
        assert_eq!(pager.previous_href, "/tickets?page=1&q=blue%20%26%20co");
        assert_eq!(pager.next_href, "/tickets?page=3&q=blue%20%26%20co");
    }

    #[test]
    fn an_empty_list_and_a_wild_page_number_do_no_harm() {
        let pager = ListQuery { page: i64::MAX, ..ListQuery::default() }.pager("/x", 0);
        assert_eq!((pager.total, pager.first, pager.next_href.as_str()), (0, 0, ""));
        assert_eq!(ListQuery { page: -5, ..ListQuery::default() }.offset(), 0);
    }
}

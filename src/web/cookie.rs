//! The few cookies that there are: two kinds of session, and one message for the next page.

use axum::http::{HeaderMap, HeaderValue, header};

/// A cookie of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// A user's session.
    User,
    /// A member of staff's session: only the admin area sees it.
    Staff,
    /// A message for the next page.
    Flash,
}

impl Cookie {
    const fn name(self) -> &'static str {
        match self {
            Cookie::User => "innkeeper",
            Cookie::Staff => "innkeeper_staff",
            Cookie::Flash => "innkeeper_flash",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Cookie::User | Cookie::Flash => "/",
            Cookie::Staff => "/admin",
        }
    }

    /// What the browser sent.
    pub fn read(self, headers: &HeaderMap) -> Option<String> {
        let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs
            .find(|(name, _)| *name == self.name())
            .map(|(_, value)| value.to_owned())
            .filter(|value| !value.is_empty())
    }

    /// The header that sets it for so many seconds. Scripts cannot read it, and other sites' pages
    /// send it only when a person follows a link.
    pub fn set(self, value: &str, seconds: i64, https: bool) -> Option<HeaderValue> {
        let secure = if https { "; Secure" } else { "" };
        let (name, path) = (self.name(), self.path());
        let text = format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&text).ok()
    }

    /// The header that takes it away.
    pub fn unset(self, https: bool) -> Option<HeaderValue> {
        self.set("", 0, https)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("a=b; innkeeper_staff=s; innkeeper=tok-en; innkeeper_flash="),
        );
        assert_eq!(Cookie::User.read(&headers).as_deref(), Some("tok-en"));
        assert_eq!(Cookie::Staff.read(&headers).as_deref(), Some("s"));
        assert_eq!(Cookie::Flash.read(&headers), None);
    }

    #[test]
    fn only_https_makes_a_cookie_secure() {
        let set = |https| Cookie::Staff.set("x", 60, https).unwrap().to_str().unwrap().to_owned();
        assert_eq!(set(false), "innkeeper_staff=x; Path=/admin; Max-Age=60; HttpOnly; SameSite=Lax");
        assert!(set(true).ends_with("; Secure"));
    }
}

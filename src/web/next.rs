//! Where to go after a log-in: a path of ours, and nothing else.

/// `next` if it is a path of ours, else nothing: a link in a mail must not lead through our log-in
/// to somebody else's page.
pub fn safe(next: &str) -> Option<&str> {
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let ours = next.starts_with('/') && !next.starts_with("//");
    let wise = !next.starts_with("/login") && !next.starts_with("/admin/login");
    (plain && ours && wise && next.len() <= 1000).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn a_path_of_ours_is_gone_to() {
        assert_eq!(safe("/tickets?status=open&q=a%20b"), Some("/tickets?status=open&q=a%20b"));
        assert_eq!(safe("/"), Some("/"));
    }

    #[test]
    fn an_address_of_somebody_else_is_not() {
        for evil in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            "",
            "evil",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: x=y",
            "/login?next=/",
        ] {
            assert_eq!(safe(evil), None, "{evil:?}");
        }
    }
}

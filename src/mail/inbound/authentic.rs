//! Whether `From` is true, as the mail server that took the mail says in `Authentication-Results` (RFC 8601).

use super::Incoming;

/// True if the server of this name says that the mail passed DMARC for the domain of its sender. With no name nothing is believed:
/// anybody can write such a header, and only a server's own name is taken off what comes from outside.
pub fn is_authentic(mail: &Incoming, authserv_id: &str) -> bool {
    let Some((_, domain)) = mail.from.email.rsplit_once('@') else { return false };
    let results = mail.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Authentication-Results"));
    // Servers write above what was there before.
    let mut ours = results.filter_map(|(_, value)| {
        let plain = without_comments(value);
        let (id, results) = plain.split_once(';')?;
        let id = id.split_whitespace().next()?;
        (!authserv_id.is_empty() && id.eq_ignore_ascii_case(authserv_id)).then(|| results.to_owned())
    });
    ours.next().is_some_and(|results| results.split(';').any(|result| passes(result, domain)))
}

/// True for `dmarc=pass header.from=DOMAIN`.
fn passes(result: &str, domain: &str) -> bool {
    let mut words = result.split_whitespace();
    words.next().is_some_and(|word| word.eq_ignore_ascii_case("dmarc=pass"))
        && words.any(|word| {
            word.split_once('=').is_some_and(|(name, value)| {
                name.eq_ignore_ascii_case("header.from") && value.eq_ignore_ascii_case(domain)
            })
        })
}

/// Without comments and quoted texts, in which a sender's own words may stand.
fn without_comments(value: &str) -> String {
    let (mut plain, mut depth, mut quoted) = (String::new(), 0_usize, false);
    let mut signs = value.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' if quoted || depth > 0 => drop(signs.next()),
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ if !quoted && depth == 0 => plain.push(sign),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::inbound::{Limits, read};

    #[test]
    fn only_the_named_server_is_believed_and_only_about_the_sender() {
        let table = [
            ("mx.host.example; dmarc=pass (p=reject) header.from=bakery.example", true),
            (
                "mx.host.example 1; spf=pass smtp.mailfrom=x.example; DMARC=pass header.from=Bakery.example",
                true,
            ),
            ("mx.host.example; dmarc=fail header.from=bakery.example", false),
            ("mx.host.example; dmarc=pass header.from=evil.example", false),
            ("mx.host.example; spf=pass smtp.mailfrom=bakery.example", false),
            ("mx.evil.example; dmarc=pass header.from=bakery.example", false),
            (
                "mx.host.example; dmarc=fail (x; dmarc=pass header.from=bakery.example) header.from=a.example",
                false,
            ),
            (
                "mx.host.example; spf=fail smtp.mailfrom=\"x; dmarc=pass header.from=bakery.example\"@evil.example",
                false,
            ),
        ];
        for (results, expected) in table {
            let raw = format!(
                "Authentication-Results: {results}\r\nFrom: Olive <owner@bakery.example>\r\n\r\nx\r\n"
            );
            let mail = read(raw.as_bytes(), &Limits::default()).unwrap();
            assert_eq!(is_authentic(&mail, "mx.host.example"), expected, "{results}");
            assert!(!is_authentic(&mail, ""), "{results}");
        }
        // The header that the sender brought along stands below the server's own.
        let raw = "Authentication-Results: mx.host.example; dmarc=none\r\nAuthentication-Results: mx.host.example; \
                   dmarc=pass header.from=bakery.example\r\nFrom: owner@bakery.example\r\n\r\nx\r\n";
        assert!(!is_authentic(&read(raw.as_bytes(), &Limits::default()).unwrap(), "mx.host.example"));
    }
}

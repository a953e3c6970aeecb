//! What may leave the house on behalf of hooks: `[outgoing]`.
//!
//! [`permitted`] is the one answer to "may hooks call this address?"; `innkeeper check` and the client that calls
//! both ask it. It looks at names. What a name resolves to, the client looks at when it connects (`outgoing/`).

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de::Error};
use std::net::IpAddr;
use url::{Host, Url};

/// What web-hooks and drivers may reach.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outgoing {
    /// Hosts that hooks may call, such as `crm.example.com`, `*.example.com` or `127.0.0.1:9000`.
    pub allow: Vec<String>,
    /// Private networks that the hosts in `allow` may be in.
    #[serde(deserialize_with = "networks")]
    pub private: Vec<IpNet>,
    /// Signs web-hooks (`whsec_…`, Standard Webhooks); one made from the secret key if empty.
    pub webhook_secret: String,
    /// Signs web-hooks, too, while receivers change over to `webhook_secret`.
    pub webhook_secret_previous: String,
}

/// Reads `10.0.0.5` as the network of that one address.
fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let network = |text: &String| {
        let one = text.parse::<IpAddr>().map(IpNet::from);
        one.or_else(|_| text.parse::<IpNet>()).map_err(|_| {
            D::Error::custom(format!("{text:?} is no address or network such as \"10.0.0.0/8\""))
        })
    };
    texts.iter().map(network).collect()
}

impl Outgoing {
    /// The first entry that cannot be understood, by key and with the reason.
    pub(super) fn wrong(&self) -> Option<(&'static str, String)> {
        for entry in &self.allow {
            if let Err(why) = Entry::parse(entry) {
                return Some(("allow", why));
            }
        }
        for (key, secret) in [
            ("webhook_secret", &self.webhook_secret),
            ("webhook_secret_previous", &self.webhook_secret_previous),
        ] {
            if !secret.is_empty() && secret_bytes(secret).is_none() {
                return Some((key, "must be whsec_ and base64 of 24 to 64 random bytes".to_owned()));
            }
        }
        None
    }
}

/// The bytes of a web-hook secret, if it is one that Standard Webhooks allow: 24 to 64 of them.
pub fn secret_bytes(secret: &str) -> Option<Vec<u8>> {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let bytes = BASE64_STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
    (24..=64).contains(&bytes.len()).then_some(bytes)
}

/// Why hooks may not call an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong, in a clause that begins with the host or the address.
    pub why: String,
    /// What the operator can do about it.
    pub mend: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}; {}", self.why, self.mend)
    }
}

/// The address, taken apart, if `allow` lets hooks call it: by https where it names the host, by https or http where it
/// names host and port.
///
/// # Errors
/// [`Refused`], with the reason and the mend.
pub fn permitted(url: &str, allow: &[String]) -> Result<Url, Refused> {
    let refused = |why: String, mend: &str| Err(Refused { why, mend: mend.to_owned() });
    let parsed = match Url::parse(url) {
        Ok(parsed) => parsed,
        // The text itself may hold a token: it is not repeated.
        Err(why) => return refused(format!("this is no web address: {why}"), "it begins with https://"),
    };
    let (Some(host), "http" | "https") = (parsed.host(), parsed.scheme()) else {
        return refused(format!("{}: is no web address", parsed.scheme()), "it begins with https://");
    };
    let port = parsed.port_or_known_default().unwrap_or(0);
    let plain = parsed.scheme() == "https" && parsed.port().is_none();
    let host = host.to_owned();
    let named = |entry: &Entry| entry.names(&host) && entry.port.map_or(plain, |own| own == port);
    if allow.iter().filter_map(|entry| Entry::parse(entry).ok()).any(|entry| named(&entry)) {
        return Ok(parsed);
    }
    let entry = if plain { host.to_string() } else { format!("{host}:{port}") };
    refused(
        format!("the host {entry} is not among those that hooks may call"),
        &format!("add {entry:?} to [outgoing] allow in innkeeper.toml, and restart"),
    )
}

/// One line of `[outgoing] allow`.
struct Entry {
    host: Host<String>,
    /// `*.` stands before the host: every name below it, and not the host itself.
    below: bool,
    port: Option<u16>,
}

impl Entry {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| {
            format!("{text:?} {why}; write \"crm.example.com\", \"*.example.com\" or \"127.0.0.1:9000\"")
        };
        if text.trim_start_matches("*.").contains('*') {
            return Err(wrong("has a star where none works"));
        }
        if text.contains("://") || text.contains('/') {
            return Err(wrong("is an address, and a host is asked for"));
        }
        let (below, rest) = text.strip_prefix("*.").map_or((false, text), |rest| (true, rest));
        let (name, port) = match rest.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => {
                (name, Some(port.parse().map_err(|_| wrong("has a port that is no number"))?))
            }
            _ => (rest, None),
        };
        let host = Host::parse(name).map_err(|_| wrong("is no host"))?;
        if below && !matches!(host, Host::Domain(_)) {
            return Err(wrong("has a star before an address"));
        }
        // `*.com` would allow what the operator cannot have meant.
        if below && !host.to_string().contains('.') {
            return Err(wrong("allows a whole top-level domain"));
        }
        Ok(Self { host, below, port })
    }

    fn names(&self, host: &Host<String>) -> bool {
        match (host, &self.host) {
            (Host::Domain(host), Host::Domain(own)) if self.below => {
                host.strip_suffix(own.as_str()).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
            }
            (host, own) => !self.below && host == own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allow(entries: &[&str]) -> Vec<String> {
        entries.iter().map(|entry| (*entry).to_owned()).collect()
    }

    #[test]
    fn only_what_is_named_may_be_called() {
        let allow =
            allow(&["crm.example.com", "127.0.0.1:9000", "*.hooks.example", "[::1]:9000", "Büro.example"]);
        for url in [
            "https://crm.example.com/in",
            "https://CRM.example.com:443/in",
            "https://user:word@crm.example.com/in",
            "http://127.0.0.1:9000/in",
            "https://127.0.0.1:9000/in",
            "https://a.hooks.example/",
            "https://a.b.hooks.example/",
            "http://[::1]:9000/",
            "https://xn--bro-hoa.example/",
        ] {
            assert!(permitted(url, &allow).is_ok(), "{url}: {:?}", permitted(url, &allow));
        }
        for url in [
            "http://crm.example.com/",
            "https://crm.example.com:8443/",
            "https://crm.example.com.evil.example/",
            "https://crm.example.com./",
            "https://evil.example/crm.example.com",
            "https://crm.example.com@evil.example/",
            "https://evil.example\\@crm.example.com/",
            "https://hooks.example/",
            "https://evilhooks.example/",
            "https://.hooks.example/",
            "http://a.hooks.example/",
            "http://127.0.0.1:9001/",
            "https://127.0.0.1/",
            "file:///etc/passwd",
            "gopher://crm.example.com/",
            "nonsense",
            "",
        ] {
            assert!(permitted(url, &allow).is_err(), "{url}");
        }
    }

    #[test]
    fn an_address_is_the_same_however_it_is_spelt() {
        let allow = allow(&["127.0.0.1:9000"]);
        for url in [
            "http://2130706433:9000/",
            "http://0x7f.1:9000/",
            "http://127.1:9000/",
            "http://017700000001:9000/",
        ] {
            assert_eq!(permitted(url, &allow).unwrap().host_str(), Some("127.0.0.1"), "{url}");
        }
        assert!(permitted("http://[::ffff:127.0.0.1]:9000/", &allow).is_err());
    }

    #[test]
    fn a_refusal_names_what_to_add_and_keeps_the_path_to_itself() {
        let said = permitted("https://crm.example/in?token=sesame", &[]).unwrap_err().to_string();
        assert!(
            said.contains("add \"crm.example\" to [outgoing] allow") && !said.contains("sesame"),
            "{said}"
        );
        let said = permitted("http://crm.example/in", &allow(&["crm.example"])).unwrap_err().to_string();
        assert!(said.contains("add \"crm.example:80\""), "{said}");
    }

    #[test]
    fn an_entry_that_means_nothing_is_said_so() {
        for entry in [
            "https://crm.example",
            "crm.example/in",
            "crm.example:port",
            "*.com",
            "*.10.0.0.1",
            "*",
            "",
            "a b",
        ] {
            assert!(Entry::parse(entry).is_err(), "{entry}");
        }
    }

    #[test]
    fn a_secret_has_the_length_that_the_specification_asks_for() {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let secret = |bytes: usize| format!("whsec_{}", BASE64_STANDARD.encode(vec![7; bytes]));
        assert!(secret_bytes(&secret(24)).is_some() && secret_bytes(&secret(64)).is_some());
        assert!(secret_bytes(&secret(23)).is_none() && secret_bytes(&secret(65)).is_none());
        assert!(secret_bytes("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").is_none(), "whsec_ is missing");
    }
}

//! `smtp_url`: where mail goes.
//!
//! `smtp://host:25`, `smtps://user:password@host:465`, `smtp://user:password@host:587?tls=required`.

use std::fmt;

/// How the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Never: for a server on the same machine.
    Off,
    /// By STARTTLS if the server offers it, whatever its certificate: better than nothing.
    Opportunistic,
    /// By STARTTLS, or no mail is sent; the certificate must be good.
    Required,
    /// From the first byte (port 465); the certificate must be good.
    Implicit,
}

/// A mail server and how to reach it.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    /// Host name or network address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Log-in, if the server wants one.
    pub user: Option<String>,
    /// Its password.
    pub password: String,
    /// Encryption.
    pub tls: Tls,
}

/// Shows everything but the password.
impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpUrl")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("user", &self.user)
            .field("tls", &self.tls)
            .finish()
    }
}

impl SmtpUrl {
    /// Reads the setting.
    ///
    /// # Errors
    /// A sentence that begins with `smtp_url`, and never shows what was written: it may hold a password.
    pub fn parse(text: &str) -> Result<Self, String> {
        const FORMS: &str = "write `smtp://host:25`, `smtps://user:password@host:465` or `smtp://user:password@host:587?tls=required`";
        let wrong = |why: &str| format!("smtp_url {why}; {FORMS}");
        let (scheme, rest) = text.trim().split_once("://").ok_or_else(|| wrong("is no address"))?;
        let implicit = match scheme {
            "smtp" => false,
            "smtps" => true,
            _ => return Err(wrong("begins neither with smtp:// nor with smtps://")),
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (login, place) =
            rest.rsplit_once('@').map_or((None, rest), |(login, place)| (Some(login), place));
        let place = place.strip_suffix('/').unwrap_or(place);
        let (host, port) = match place.rsplit_once(':') {
            // A colon inside brackets belongs to an IPv6 address.
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (place, None),
        };
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        if host.is_empty() || host.contains(['/', '#', ' ', '@']) {
            return Err(wrong("names no host"));
        }
        let (user, password) = match login {
            None => (None, String::new()),
            Some(login) => {
                let (user, password) = login.split_once(':').unwrap_or((login, ""));
                let decode =
                    |part| decoded(part).ok_or_else(|| wrong("has a broken %-code in its user or password"));
                (Some(decode(user)?), decode(password)?)
            }
        };
        let tls = match (implicit, query) {
            (true, "") => Tls::Implicit,
            (true, _) => return Err(wrong("needs no `?tls=` after smtps://, which is always encrypted")),
            (false, "tls=off") => Tls::Off,
            (false, "tls=required") => Tls::Required,
            (false, "tls=opportunistic") if user.is_some() => {
                return Err(wrong("has a password, which opportunistic encryption does not protect"));
            }
            (false, "" | "tls=opportunistic") if user.is_none() => Tls::Opportunistic,
            // A password is not sent in the clear unless somebody asks for it in so many words.
            (false, "") => Tls::Required,
            (false, _) => {
                return Err(wrong(
                    "has an unknown query; the choices are tls=off, tls=opportunistic and tls=required",
                ));
            }
        };
        let usual = match tls {
            Tls::Implicit => 465,
            _ if user.is_some() => 587,
            _ => 25,
        };
        let port = port.map_or(Ok(usual), |port| {
            port.parse().map_err(|_| wrong("has a port that is no number from 1 to 65535"))
        })?;
        Ok(Self { host: host.to_owned(), port, user, password, tls })
    }
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        let (high, low) = (digit(rest.next())?, digit(rest.next())?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_forms_are_read() {
        let plain = SmtpUrl::parse("smtp://127.0.0.1:2525").unwrap();
        assert_eq!(
            (plain.host.as_str(), plain.port, plain.tls, plain.user),
            ("127.0.0.1", 2525, Tls::Opportunistic, None)
        );
        let full = SmtpUrl::parse("smtps://me%40host:p%3Aw@[::1]").unwrap();
        assert_eq!((full.host.as_str(), full.port, full.tls), ("::1", 465, Tls::Implicit));
        assert_eq!((full.user.as_deref(), full.password.as_str()), (Some("me@host"), "p:w"));
        assert_eq!(SmtpUrl::parse("smtp://me:pw@host").unwrap().tls, Tls::Required);
        assert_eq!(SmtpUrl::parse("smtp://me:pw@host:25?tls=off").unwrap().tls, Tls::Off);
        assert_eq!(SmtpUrl::parse("smtp://host/").unwrap().port, 25);
    }

    #[test]
    fn a_mistake_names_the_key_and_never_the_password() {
        for text in [
            "host:25",
            "http://me:s3cret@host",
            "smtp://me:s3cret@host:0x1",
            "smtp://me:s3cret@host?tls=maybe",
            "smtp://me:s3cret%zz@host",
            "smtps://me:s3cret@host?tls=off",
            "smtp://me:s3cret@",
            "smtp://me:s3cret@host?tls=opportunistic",
        ] {
            let error = SmtpUrl::parse(text).unwrap_err();
            assert!(error.starts_with("smtp_url ") && !error.contains("s3cret"), "{error}");
        }
        assert!(!format!("{:?}", SmtpUrl::parse("smtp://me:s3cret@host").unwrap()).contains("s3cret"));
    }
}

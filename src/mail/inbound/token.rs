//! Reply addresses: `support+abc123456…@host.example` says on which ticket its reader answers, and that we
//! wrote it. Nothing is stored: the token is a MAC over the ticket and the address that the mail went to.

use crate::secret::{SealingKey, mac};

/// Signs of a token's last part: no letter that case or type could spoil.
const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Signs of the MAC that are kept: 80 bits, with every guess costing a mail.
const KEPT: usize = 16;
/// Letters and digits of a reference without its dash.
const REFERENCE: usize = 9;

/// Whom a mail with a token went to. Customers can have their own mail sent to any address, and read tokens of theirs: what makes
/// somebody staff is another token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A customer, a guest, or whoever else is around a ticket.
    Customer,
    /// A member of staff.
    Staff,
}

/// Makes and knows reply tokens.
#[derive(Clone)]
pub struct ReplyKey([u8; 32]);

impl std::fmt::Debug for ReplyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReplyKey(…)")
    }
}

impl ReplyKey {
    /// The key that follows from the server's own.
    pub fn of(key: &SealingKey) -> Self {
        Self(key.derive("reply-address"))
    }

    /// The token for the reader at `email` of the ticket with that reference.
    pub fn token(&self, reference: &str, email: &str, reader: Reader) -> String {
        let reference = reference.to_lowercase();
        let email = email.trim().to_lowercase();
        let message = match reader {
            Reader::Customer => format!("{reference}\0{email}"),
            Reader::Staff => format!("staff\0{reference}\0{email}"),
        };
        let signs = mac(&self.0, message.as_bytes());
        let signs = signs.iter().take(KEPT).map(|byte| char::from(SIGNS[usize::from(*byte) % SIGNS.len()]));
        format!("{}{}", reference.replace('-', ""), signs.collect::<String>())
    }

    /// True if the token was made for that reader of that ticket.
    pub fn fits(&self, token: &str, reference: &str, email: &str, reader: Reader) -> bool {
        let made = self.token(reference, email, reader);
        bool::from(subtle::ConstantTimeEq::ct_eq(made.as_bytes(), token.to_lowercase().as_bytes()))
    }
}

/// An address with a token: `support@host.example` becomes `support+TOKEN@host.example`.
pub fn plus(address: &str, token: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let local = local.split('+').next().unwrap_or(local);
    (local.len() + 1 + token.len() <= 64).then(|| format!("{local}+{token}@{domain}"))
}

/// The token in an address, if it is shaped like one of ours: the address without it, the reference that it
/// names, and the token.
pub fn token_in(address: &str) -> Option<(String, String, String)> {
    let (local, domain) = address.trim().rsplit_once('@')?;
    let (name, token) = local.rsplit_once('+')?;
    let token = token.to_lowercase();
    if token.len() != REFERENCE + KEPT || !token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let reference = format!("{}-{}", &token[..3], &token[3..REFERENCE]).to_uppercase();
    Some((format!("{name}@{domain}"), reference, token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_its_ticket_and_its_reader_only() {
        let key = ReplyKey([7; 32]);
        let token = key.token("KXB-204815", "Owner@Bakery.example", Reader::Customer);
        assert!(key.fits(&token, "KXB-204815", "owner@bakery.example", Reader::Customer));
        assert!(key.fits(&token.to_uppercase(), "KXB-204815", "owner@bakery.example", Reader::Customer));
        assert!(!key.fits(&token, "KXB-204816", "owner@bakery.example", Reader::Customer));
        assert!(!key.fits(&token, "KXB-204815", "other@bakery.example", Reader::Customer));
        assert!(!key.fits(&token, "KXB-204815", "owner@bakery.example", Reader::Staff));
        assert!(!ReplyKey([8; 32]).fits(&token, "KXB-204815", "owner@bakery.example", Reader::Customer));
    }

    #[test]
    fn a_reply_address_is_taken_apart_again() {
        let key = ReplyKey([7; 32]);
        let token = key.token("KXB-204815", "owner@bakery.example", Reader::Customer);
        let address = plus("support@host.example", &token).unwrap();
        assert_eq!(
            token_in(&address.to_uppercase()),
            Some(("SUPPORT@HOST.EXAMPLE".into(), "KXB-204815".into(), token))
        );
        assert_eq!(token_in("support+sales@host.example"), None);
        assert_eq!(token_in("support@host.example"), None);
        assert_eq!(plus(&format!("{}@host.example", "x".repeat(61)), "abc"), None);
    }
}

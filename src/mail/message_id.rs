//! Message-IDs of our mail: each ends with a MAC, so that only who got a mail, or carried it, can name it. Reports of servers and
//! answers of readers are believed for that, and ids of rows stand in addresses of pages.

use crate::secret::{SealingKey, mac};

/// Signs of the MAC: no letter that case or type could spoil.
const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Signs that are kept: 80 bits, with every guess costing a mail.
const KEPT: usize = 16;

/// Makes and knows Message-IDs.
#[derive(Clone)]
pub struct MessageKey([u8; 32]);

impl std::fmt::Debug for MessageKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MessageKey(…)")
    }
}

impl MessageKey {
    /// The key that follows from the server's own.
    pub fn of(key: &SealingKey) -> Self {
        Self(key.derive("message-id"))
    }

    /// The Message-ID of the mail `id`, without brackets: the same whenever it is tried again.
    pub fn message_id(&self, id: &str, domain: &str) -> String {
        format!("{id}.{}@{domain}", self.signs(id))
    }

    /// Our id of a mail, from its Message-ID in whatever brackets; nothing if we did not make it.
    pub fn read(&self, message_id: &str) -> Option<String> {
        let inner = message_id.trim().trim_start_matches('<').trim_end_matches('>').to_lowercase();
        let local = inner.split_once('@').map_or(inner.as_str(), |(local, _)| local);
        let (id, signs) = local.split_once('.')?;
        let fits = subtle::ConstantTimeEq::ct_eq(self.signs(id).as_bytes(), signs.as_bytes());
        bool::from(fits).then(|| id.to_owned())
    }

    fn signs(&self, id: &str) -> String {
        let signs = mac(&self.0, id.to_lowercase().as_bytes());
        signs.iter().take(KEPT).map(|byte| char::from(SIGNS[usize::from(*byte) % SIGNS.len()])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_is_known_again_and_cannot_be_made_up() {
        let key = MessageKey([7; 32]);
        let id = "em_01jd3v6s7mz4k2w8q5x9c0b1nt";
        let made = key.message_id(id, "host.example");
        assert_eq!(key.message_id(id, "host.example"), made);
        assert_eq!(key.read(&format!(" <{}> ", made.to_uppercase())).as_deref(), Some(id));
        for other in [
            id.to_owned(),
            format!("{id}@host.example"),
            made.replacen("em_01", "em_02", 1),
            format!("x{made}"),
        ] {
            assert_eq!(key.read(&other), None, "{other}");
        }
        assert_eq!(MessageKey([8; 32]).read(&made), None);
    }
}

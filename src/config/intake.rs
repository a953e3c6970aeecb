//! What the operator sets about mail that comes in.

use serde::Deserialize;

/// How mail comes in.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Intake {
    /// How large one mail may be, in megabytes.
    pub size_mb: i64,
    /// Mails that one sender may send within an hour.
    pub per_sender_per_hour: i64,
    /// Mails that one ticket may get within an hour.
    pub per_ticket_per_hour: i64,
    /// Puts who answers on what into the address that answers go to: support+TOKEN@….
    pub reply_addresses: bool,
    /// Mailing lists, by their `List-Id`, whose mail is taken as if it had come without the list.
    pub lists: Vec<String>,
    /// The name under which the mail server writes `Authentication-Results`; empty to believe none.
    pub authserv_id: String,
    /// Megabytes of rejected mail that are kept whole within a day.
    pub rejected_mb: i64,
    /// Days for which mail that came in is kept as it came, rejected mail among it.
    pub keep_days: i64,
    /// The number of the key in the address that providers post mail to; another number is another key.
    pub key: i64,
}

impl Intake {
    /// How large one mail may be, in bytes.
    pub fn most_bytes(&self) -> usize {
        usize::try_from(self.size_mb.clamp(1, 200)).unwrap_or(32) << 20
    }

    /// How many bytes of rejected mail are kept whole within a day.
    pub fn most_rejected_bytes(&self) -> i64 {
        self.rejected_mb.clamp(0, 1 << 30) << 20
    }
}

impl Default for Intake {
    fn default() -> Self {
        Self {
            size_mb: 32,
            per_sender_per_hour: 20,
            per_ticket_per_hour: 60,
            reply_addresses: true,
            lists: Vec::new(),
            authserv_id: String::new(),
            rejected_mb: 1_024,
            keep_days: 90,
            key: 1,
        }
    }
}

//! How a mail stands, in the same words wherever it is shown.

use super::{Tone, ago, count, moment, paint};
use crate::effect::trace::Mail;

/// What has become of a mail, coloured.
pub(in crate::cli) fn mail_state(mail: &Mail, now: i64) -> String {
    let tries = count(usize::try_from(mail.attempts).unwrap_or_default(), "try");
    let why = mail.error.as_ref().map_or(String::new(), |error| format!(": {error}"));
    let unsure = if mail.unsure { ", may have been sent" } else { "" };
    match mail.state.as_str() {
        "sent" => {
            let at = mail.sent_at.map_or(String::new(), |at| format!(" {}", moment(at, now)));
            let twice = if mail.unsure { ", perhaps twice: after an earlier try no answer came" } else { "" };
            let sent = paint(Tone::Good, format!("sent{at}{twice}"));
            match mail.bounced_at {
                None => sent,
                Some(at) => {
                    let said = mail.bounced.clone().unwrap_or_default();
                    format!("{sent}, {}", paint(Tone::Bad, format!("came back {}: {said}", moment(at, now))))
                }
            }
        }
        "dead" => paint(Tone::Bad, format!("given up after {tries}{unsure}{why}")),
        "suppressed" => paint(Tone::Bad, format!("not sent{why}")),
        "declined" => paint(Tone::Look, format!("not sent{why}")),
        "digested" => {
            let digest = mail.digest_id.clone().unwrap_or_default();
            match mail.sent_at {
                Some(at) => paint(Tone::Good, format!("sent within the digest {digest} {}", moment(at, now))),
                None => paint(Tone::Look, format!("goes out within the digest {digest}")),
            }
        }
        "dropped" => paint(Tone::Look, format!("not sent{unsure}{why}")),
        _ if mail.attempts == 0 && mail.held.is_some() => {
            paint(Tone::Look, format!("waits until {}{why}", moment(mail.next_at, now)))
        }
        _ if mail.attempts == 0 => paint(Tone::Look, format!("waits to go out{unsure}")),
        _ => paint(Tone::Look, format!("waits after {tries}{unsure}, next {}{why}", ago(mail.next_at, now))),
    }
}

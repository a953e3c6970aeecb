//! Mail that opens nothing and answers nothing, whatever the database says: what programs send, and what we sent.

use super::{Incoming, Kind, kind, refer::own_ids};

/// Servers that a mail may have come through; more is a circle.
pub const MOST_HOPS: usize = 25;

/// Why a mail is not taken. The log keeps the key; people read the words in `messages/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is no mail that can be read, or it is too large: see [`super::Unreadable`].
    Unreadable,
    /// A program answered by itself.
    Automatic,
    /// It came by a mailing list.
    List,
    /// It is one of our own.
    Own,
    /// It came through more than [`MOST_HOPS`] servers.
    TooManyHops,
    /// Nobody can be answered: it names no sender, or no address.
    NoSender,
    /// The department takes mail from customers only.
    ClientsOnly,
    /// The department takes answers only.
    RepliesOnly,
    /// Its sender sent too many within the hour.
    SenderRate,
    /// Its ticket got too many within the hour.
    TicketRate,
    /// The ticket that it answers takes no more replies.
    TicketClosed,
    /// A hook refused it; the words are its own.
    Refused,
    /// What it says cannot be stored as a ticket, such as a text that is far too long.
    Invalid,
    /// A mail of ours came back, but says not which.
    BounceUnknown,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Reason; 14] = [
        Reason::Unreadable,
        Reason::Automatic,
        Reason::List,
        Reason::Own,
        Reason::TooManyHops,
        Reason::NoSender,
        Reason::ClientsOnly,
        Reason::RepliesOnly,
        Reason::SenderRate,
        Reason::TicketRate,
        Reason::TicketClosed,
        Reason::Refused,
        Reason::Invalid,
        Reason::BounceUnknown,
    ];

    /// The name by which the log, events and messages know it.
    pub fn key(self) -> &'static str {
        match self {
            Reason::Unreadable => "unreadable",
            Reason::Automatic => "automatic",
            Reason::List => "list",
            Reason::Own => "own",
            Reason::TooManyHops => "hops",
            Reason::NoSender => "no-sender",
            Reason::ClientsOnly => "clients-only",
            Reason::RepliesOnly => "replies-only",
            Reason::SenderRate => "sender-rate",
            Reason::TicketRate => "ticket-rate",
            Reason::TicketClosed => "ticket-closed",
            Reason::Refused => "refused",
            Reason::Invalid => "invalid",
            Reason::BounceUnknown => "bounce-unknown",
        }
    }

    /// The reason of this name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.key() == key)
    }
}

/// What is ours: addresses, ids, lists.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// Addresses that our mail comes from, in small letters: the sender's and the departments'.
    pub addresses: Vec<String>,
    /// What our Message-IDs end with.
    pub domain: String,
    /// Names of mailing lists of ours (their `List-Id`, without angle brackets): what people write to these is for us.
    pub lists: Vec<String>,
}

/// Why this mail is not taken, with a word on how one knows; nothing for a mail that somebody wrote to us, or to a
/// list of ours. Bounces and complaints are no matter of this.
pub fn refusal(incoming: &Incoming, own: &Own) -> Option<(Reason, String)> {
    let from = incoming.from.email.to_lowercase();
    let ours = |address: &str| {
        let bare = match super::token_in(address) {
            Some((bare, _, _)) => bare,
            None => address.to_owned(),
        };
        own.addresses.iter().any(|known| *known == bare.to_lowercase())
    };
    let looped = incoming.loops.iter().any(|value| value.trim().eq_ignore_ascii_case(&own.domain));
    let our_id = !own_ids([incoming.message_id.as_str()], &own.domain).is_empty();
    if looped || our_id || (!from.is_empty() && ours(&from)) {
        let how = if looped {
            "X-Loop"
        } else if our_id {
            "Message-ID"
        } else {
            "From"
        };
        return Some((Reason::Own, how.to_owned()));
    }
    if incoming.hops > MOST_HOPS {
        return Some((Reason::TooManyHops, incoming.hops.to_string()));
    }
    match &incoming.kind {
        Kind::Automatic(how) => return Some((Reason::Automatic, how.key().to_owned())),
        Kind::List(name) if !own.lists.iter().any(|ours| ours.eq_ignore_ascii_case(name)) => {
            return Some((Reason::List, name.clone()));
        }
        Kind::List(_) => {
            if let Some(how) = kind::automatic(incoming, true) {
                return Some((Reason::Automatic, how.key().to_owned()));
            }
        }
        Kind::Message | Kind::Bounce(_) | Kind::Complaint(_) => {}
    }
    let plausible = from.len() <= 254 && email_address::EmailAddress::is_valid(&from);
    (!plausible).then_some((Reason::NoSender, from))
}

//! Any bytes as a mail: they are read, cut, judged and shown, or refused in words.
#![no_main]

use innkeeper::mail::inbound::{self, Limits, Own};
use libfuzzer_sys::fuzz_target;

// The parser's panics are caught, and such mail is broken: only one that is not caught is a find, and ends the search after it is told.
fuzz_target!(init: std::panic::set_hook(Box::new(|panic| eprintln!("{panic}"))), |raw: &[u8]| {
    if let Ok(mail) = inbound::read(raw, &Limits::default()) {
        let _ = inbound::refusal(&mail, &Own { domain: "host.example".to_owned(), ..Own::default() });
        let _ = inbound::safe_html(mail.html.as_deref().unwrap_or_default(), &|_| None);
        let _ = inbound::cut(&mail.whole, mail.is_forwarded());
    }
});

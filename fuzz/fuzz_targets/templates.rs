//! Any text as a mail template: it loads and renders its event's samples, or is reported.
#![no_main]

use innkeeper::{bundle, mail};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

fuzz_target!(|text: &str| {
    let mut files = bundle::shipped();
    files.insert("email-templates/default/ticket-reply.html".to_owned(), Arc::from(text));
    let loaded = mail::load(&files, &bundle::Files::new(), &bundle::shipped());
    let _ = loaded.set.run_samples();
});

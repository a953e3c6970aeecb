//! Any text as a mail template: it loads and renders its event's samples, or is reported.
#![no_main]

use innkeeper::{bundle, mail};
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};

/// The page that messages extend, and the parts that they import: what all others hold is no matter of this one.
static AROUND: LazyLock<bundle::Files> = LazyLock::new(|| {
    let mut files = bundle::shipped();
    files.retain(|path, _| path.ends_with("/default/layout.html") || path.ends_with("/default/_parts.html"));
    files
});
static NOTHING: bundle::Files = bundle::Files::new();

fuzz_target!(|text: &str| {
    let mut files = AROUND.clone();
    files.insert("email-templates/default/ticket-reply.html".to_owned(), Arc::from(text));
    // Without a version to fall back to, a text that does not load is not there at all.
    let loaded = mail::load(&files, &NOTHING, &NOTHING);
    let _ = loaded.set.run_samples();
});

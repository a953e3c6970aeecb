//! Any text as a script: it is checked, loaded and tried on its samples, or reported.
#![no_main]

use innkeeper::hook::{Files, Names, check};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

fuzz_target!(|text: &str| {
    let files = Files::from([("hooks/a.rhai".to_owned(), Arc::from(text))]);
    for report in check(&files, &Names::default()) {
        assert_ne!(report.code, "panic", "{report}");
    }
});

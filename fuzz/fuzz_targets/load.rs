//! Any folder: two scripts, a library, a plugin's manifest, and the versions that were good before.
#![no_main]

use innkeeper::hook::{Files, Names, embedded, load};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

/// Where the parts of the input stand, in order.
const PATHS: [&str; 4] = ["hooks/a.rhai", "hooks/lib/l.rhai", "hooks/p/plugin.toml", "hooks/p/b.rhai"];

fuzz_target!(|text: &str| {
    // The parts are parted by a line; what comes after the files are their earlier versions.
    let parts: Vec<&str> = text.split("\n====\n").take(2 * PATHS.len()).collect();
    let folder = |parts: &[&str]| -> Files {
        PATHS.iter().zip(parts).map(|(path, text)| ((*path).to_owned(), Arc::from(*text))).collect()
    };
    let now = folder(&parts[..parts.len().min(PATHS.len())]);
    let good = folder(parts.get(PATHS.len()..).unwrap_or_default());
    let shipped = embedded();
    let first = load(&now, &good, &shipped, &Names::default(), None);
    let again = load(&now, &good, &shipped, &Names::default(), Some(&first.set));
    assert_eq!(first.effective, again.effective, "what did not change loads as before");
    assert_eq!(format!("{:?}", first.set), format!("{:?}", again.set));
    for report in first.reports {
        assert_ne!(report.code, "panic", "{report}");
    }
});

//! Holds the source to the house's plan: who may use whom, and where SQL, time and chance may stand.
//!
//! The plan is data, in this file; when it changes, ARCHITECTURE.md changes with it. Tests inside `src/` are exempt, since
//! they may stand upon anything; so are comments and doc examples.

use std::path::Path;

mod reader;
mod rules;

/// What each module may use of ours, besides itself. A module that is not built yet is no matter; one that is
/// missing here fails.
const MAY_USE: &[(&str, &[&str])] = &[
    ("clock", BASE),
    ("id", BASE),
    ("secret", BASE),
    ("error", BASE),
    ("config", BASE),
    ("permission", BASE),
    ("report", BASE),
    ("messages", BASE),
    ("markdown", BASE),
    ("metrics", BASE),
    ("db", BASE),
    // Bytes that are too large for the database.
    ("blob", BASE),
    ("event", &["db"]),
    ("model", &["db", "event"]),
    ("hook", &["event", "effect"]),
    ("mail", &["db", "event", "model", "effect"]),
    ("effect", &["db", "event", "model", "mail"]),
    // Which hooks keep failing: tallied by those who run them, kept for all nodes.
    ("health", &["db", "event", "hook", "effect"]),
    // One client for all that leaves the house on behalf of hooks.
    ("outgoing", BASE),
    // Hooks, templates, messages and settings that are live together.
    ("bundle", &["db", "event", "hook", "mail", "messages"]),
    // What plugins keep: values of their own, and secrets.
    ("plugin", &["db", "hook"]),
    // What guards saw and said.
    ("trace", &["db", "event", "hook", "effect"]),
    // `app` is cloned into it; what it sweeps, it sweeps by the verbs of `model`.
    (
        "worker",
        &[
            "app", "intake", "db", "event", "model", "hook", "effect", "mail", "bundle", "plugin", "trace",
            "messages", "metrics", "outgoing", "health",
        ],
    ),
    // What scripts would do: tests, single runs, replay. It runs the worker's own code, and stores nothing.
    ("trial", &["db", "event", "model", "hook", "effect", "bundle", "worker", "trace"]),
    (
        "web",
        &[
            "app", "intake", "model", "db", "hook", "event", "effect", "mail", "messages", "bundle",
            "metrics", "health",
        ],
    ),
    // The door by which mail comes in: what it is, whose it is, what becomes of it.
    ("intake", &["app", "db", "event", "model", "mail", "blob"]),
    ("demo", &["app", "db", "event", "model", "mail", "worker"]),
    ("cli", EVERYTHING),
    ("app", EVERYTHING),
    ("main", EVERYTHING),
    ("lib", &[]),
];

/// What stands below everything: all may use it, and it uses small crates only. `hook` may not use `clock`.
const BASE: &[&str] = &["clock", "id", "secret", "error", "config", "permission", "report", "markdown"];

const EVERYTHING: &[&str] = &["*"];

/// Words that a module never says, and why.
const NEVER: &[(&[&str], &[&str], &str)] = &[
    (
        &["hook"],
        &["crate::clock", "tokio::", "reqwest::", "sqlx::", "std::net::", "std::env::"],
        "hooks are pure and synchronous: they know no clock, database or network",
    ),
    (
        &["model", "event"],
        &[
            "reqwest::",
            "tokio::spawn",
            "tokio::net",
            "TcpStream",
            "UdpSocket",
            "std::env::",
            "std::process::",
        ],
        "a verb changes rows and says so; the outside world is for effects and their workers",
    ),
    (&["web"], &["sqlx::"], "pages ask the model"),
];

/// Libraries that only these modules know, so that a change of theirs stays there.
const ONLY: &[(&str, &[&str])] = &[
    ("rhai::", &["hook"]),
    ("minijinja::", &["mail", "web"]),
    ("lettre::", &["mail"]),
    ("axum::", &["web", "app", "cli"]),
    ("reqwest::", &["outgoing"]),
];

/// Macros that stand at the root of the crate, and the module that owns them.
const MACROS: &[(&str, &str)] = &[("args", "db")];

/// Files that may contain SQL.
const SQL: &[&str] = &["store.rs", "outbox.rs", "db.rs", "store/", "outbox/", "db/"];

/// Files that may look at a clock. A hook's deadline and the age of an idle connection are monotonic time, which no
/// plan can see and no row keeps.
const CLOCK: &[&str] =
    &["src/clock.rs", "src/hook/run", "src/hook/meter.rs", "src/mail/smtp.rs", "src/mail/relay/health.rs"];

/// Files that may be random.
const RANDOM: &[&str] = &["src/id.rs", "src/secret.rs"];

/// The most lines that a file may have. Some hundred are usual, three hundred seldom.
const LINES: usize = 500;

#[test]
fn the_source_is_built_as_planned() {
    let source = reader::files(Path::new(env!("CARGO_MANIFEST_DIR")), "src");
    assert!(source.iter().any(|file| file.path == "src/lib.rs"), "there is no source to read");
    let found: Vec<_> = source.iter().flat_map(rules::broken_by).collect();
    assert!(found.is_empty(), "{} departures from the plan:\n{}", found.len(), found.join("\n"));
}

#[test]
fn no_test_file_is_too_long() {
    let tests = reader::files(Path::new(env!("CARGO_MANIFEST_DIR")), "tests");
    let found: Vec<_> = tests.iter().filter_map(rules::too_long).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

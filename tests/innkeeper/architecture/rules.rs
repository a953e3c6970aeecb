//! The rules, each a function from a file to the sentences about what breaks it.

use super::{BASE, CLOCK, EVERYTHING, LINES, MACROS, MAY_USE, NEVER, ONLY, RANDOM, SQL, reader::Source};

/// All that is wrong with a file, each as `file:line: reason`.
pub fn broken_by(file: &Source) -> Vec<String> {
    let rules = [uses, words, sql, clock, randomness];
    rules.iter().flat_map(|rule| rule(file)).chain(too_long(file)).collect()
}

/// A file that should be two.
pub fn too_long(file: &Source) -> Option<String> {
    let long = file.lines > LINES;
    long.then(|| format!("{}: {} lines are more than {LINES}: split it by subject", file.path, file.lines))
}

fn uses(file: &Source) -> Vec<String> {
    let module = module_of(file);
    let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == module) else {
        return vec![format!(
            "{}: `{module}` is not in the table of tests/innkeeper/architecture: add its row",
            file.path
        )];
    };
    let mut found = Vec::new();
    for (line, used) in used_modules(file) {
        let used = MACROS.iter().find(|(name, _)| *name == used).map_or(used.as_str(), |(_, owner)| owner);
        let ours = MAY_USE.iter().any(|(name, _)| *name == used);
        let may = *allowed == EVERYTHING || used == module || BASE.contains(&used) || allowed.contains(&used);
        if !ours {
            found.push(format!(
                "{}:{line}: `crate::{used}` is no module: use the path where it is defined",
                file.path
            ));
        } else if !may {
            found.push(format!("{}:{line}: `{module}` may not use `{used}`", file.path));
        }
    }
    found
}

fn words(file: &Source) -> Vec<String> {
    let module = module_of(file);
    let mine = NEVER.iter().filter(|(modules, _, _)| modules.contains(&module));
    let mut found: Vec<_> = mine.flat_map(|(_, words, why)| mentions(file, words, why)).collect();
    for (library, _) in ONLY.iter().filter(|(_, modules)| !modules.contains(&module)) {
        found.extend(mentions(file, &[library], "see `ONLY` in tests/innkeeper/architecture for who may"));
    }
    found
}

fn sql(file: &Source) -> Vec<String> {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    if SQL
        .iter()
        .any(|place| name == *place || (place.ends_with('/') && file.path.contains(&format!("/{place}"))))
    {
        return Vec::new();
    }
    let found = file.texts.iter().filter(|(_, text)| is_sql(text));
    let first_words = |text: &str| text.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
    found
        .map(|(line, text)| {
            format!("{}:{line}: SQL (“{} …”) stands in a `store.rs` only", file.path, first_words(text))
        })
        .collect()
}

fn is_sql(text: &str) -> bool {
    let words: Vec<_> = text.split_whitespace().take(3).collect();
    let statement = match words.as_slice() {
        ["SELECT" | "PRAGMA" | "VACUUM", _, ..] | ["INSERT", "INTO" | "OR", _] | ["DELETE", "FROM", _] => {
            true
        }
        ["UPDATE", _, "SET" | "AS"] | ["WITH", _, "AS" | "(" | "AS("] | ["WITH", "RECURSIVE", _] => true,
        ["CREATE" | "ALTER" | "DROP", what, ..] => {
            ["TABLE", "INDEX", "UNIQUE", "DATABASE", "VIEW"].contains(what)
        }
        _ => false,
    };
    statement || text.trim() == "BEGIN IMMEDIATE"
}

fn clock(file: &Source) -> Vec<String> {
    if CLOCK.iter().any(|place| file.path.starts_with(place)) {
        return Vec::new();
    }
    let words = ["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now", "Utc::now"];
    mentions(file, &words, "time comes in as an argument; only src/clock.rs looks at a clock")
}

fn randomness(file: &Source) -> Vec<String> {
    if RANDOM.contains(&file.path.as_str()) {
        return Vec::new();
    }
    let words = ["getrandom", "rand::", "OsRng", "Ulid::generate", "Ulid::from_datetime", "Uuid::new_v4"];
    mentions(file, &words, "ids come from src/id.rs, secrets from src/secret.rs")
}

fn mentions(file: &Source, words: &[&str], why: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in file.code.lines().enumerate() {
        for word in words {
            // `operand::` does not say `rand::`.
            let begins = |place: usize| !line[..place].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if line.match_indices(word).any(|(place, _)| begins(place)) {
                found.push(format!("{}:{}: `{word}` may not stand here: {why}", file.path, number + 1));
            }
        }
    }
    found
}

/// The module at the root of the crate that a file belongs to.
fn module_of(file: &Source) -> &str {
    let below = file.path.strip_prefix("src/").unwrap_or(&file.path);
    let first = below.split('/').next().unwrap_or_default();
    first.strip_suffix(".rs").unwrap_or(first)
}

/// The modules at the root of the crate that the code names, by `crate::` or by enough `super::`.
fn used_modules(file: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for start in ["crate::", "super::", "innkeeper::"] {
        for (place, _) in file.code.match_indices(start) {
            let before = &file.code[..place];
            if before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':' || c == '$') {
                continue;
            }
            let line = before.matches('\n').count() + 1;
            let mut rest = &file.code[place + start.len()..];
            let mut up = 1;
            while let Some(further) = rest.strip_prefix("super::") {
                (rest, up) = (further, up + 1);
            }
            if start != "super::" || up == depth(&file.path) + inline_depth(before) {
                found.extend(first_names(rest).into_iter().map(|name| (line, name)));
            }
        }
    }
    found
}

/// How many `super` lead from a file's module to the root of the crate.
fn depth(path: &str) -> usize {
    let folders = path.matches('/').count();
    if path.ends_with("/mod.rs") { folders - 1 } else { folders }
}

/// How many modules in braces are open where this code ends.
fn inline_depth(code: &str) -> usize {
    let (mut open, mut head) = (Vec::new(), 0);
    for (place, character) in
        code.char_indices().filter(|(_, character)| matches!(character, '{' | '}' | ';'))
    {
        match character {
            '{' => open.push(code[head..place].split_whitespace().rev().nth(1) == Some("mod")),
            '}' => drop(open.pop()),
            _ => {}
        }
        head = place + 1;
    }
    open.into_iter().filter(|is_module| *is_module).count()
}

/// The first name of a path, or of each path in braces: `model` and `db` of `{model::{ticket, user}, db}`.
fn first_names(rest: &str) -> Vec<String> {
    let name = |path: &str| {
        path.trim_start().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("").to_owned()
    };
    let Some(list) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let (mut depth, mut paths) = (0, vec![String::new()]);
    for character in list.chars() {
        match character {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => paths.push(String::new()),
            _ => {}
        }
        if let Some(path) = paths.last_mut().filter(|_| character != ',') {
            path.push(character);
        }
    }
    paths.iter().map(|path| name(path)).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::reader, broken_by};

    fn broken(path: &str, text: &str) -> Vec<String> {
        broken_by(&reader::read(path, text))
    }

    #[test]
    fn a_module_uses_only_what_it_may() {
        assert_eq!(
            broken("src/model/ticket/mod.rs", "use crate::{db::{Tx, Q}, event, error::Error};"),
            [""; 0]
        );
        assert_eq!(
            broken("src/model/ticket/mod.rs", "\nuse crate::{db, web::{client, admin}};"),
            ["src/model/ticket/mod.rs:2: `model` may not use `web`"]
        );
        assert_eq!(
            broken("src/db.rs", "fn f() { crate::model::user::find() }"),
            ["src/db.rs:1: `db` may not use `model`"]
        );
        assert_eq!(
            broken("src/db.rs", "use super::event::Event;"),
            ["src/db.rs:1: `db` may not use `event`"]
        );
        assert_eq!(broken("src/model/user/store.rs", "use super::super::super::hook;").len(), 1);
        assert_eq!(
            broken("src/model/user/store.rs", "use super::super::hook;").len(),
            0,
            "that is model::hook"
        );
        assert_eq!(broken("src/db.rs", "pub mod inner { fn f() { super::own() } }").len(), 0);
        assert_eq!(broken("src/db.rs", "pub mod inner { fn f() { super::super::web::f() } }").len(), 1);
        assert_eq!(broken("src/app.rs", "use crate::{web, model, worker};").len(), 0);
        assert_eq!(broken("src/event/data.rs", "crate::args![1]; use crate::model;").len(), 1);
        assert_eq!(broken("src/web/home.rs", "use crate::Error;").len(), 1, "no names at the root");
        assert_eq!(broken("src/gadget.rs", "").len(), 1, "not in the table");
    }

    #[test]
    fn tests_and_comments_are_free() {
        assert_eq!(
            broken("src/db.rs", "// use crate::web;\n#[cfg(test)]\nmod tests { use crate::web; }").len(),
            0
        );
        assert_eq!(broken("src/db.rs", "#[cfg(test)]\nmod tests;\nuse crate::web;").len(), 1);
    }

    #[test]
    fn hooks_are_pure() {
        assert_eq!(broken("src/hook/load.rs", "use crate::event; use rhai::Engine;").len(), 0);
        assert_eq!(broken("src/hook/load.rs", "use crate::clock::Clock;").len(), 1);
        assert_eq!(broken("src/hook/load.rs", "tokio::spawn(f());").len(), 1);
        assert_eq!(broken("src/web/hooks.rs", "rhai::Engine::new()").len(), 1);
    }

    #[test]
    fn a_library_has_its_place() {
        assert_eq!(broken("src/web/hooks.rs", "rhai::Engine::new()").len(), 1);
        assert_eq!(broken("src/worker/deliver.rs", "use lettre::Message;").len(), 1);
        assert_eq!(broken("src/mail/smtp.rs", "use lettre::Message;").len(), 0);
    }

    #[test]
    fn verbs_do_not_reach_out() {
        assert_eq!(broken("src/model/user.rs", "use std::net::IpAddr;").len(), 0, "an address is data");
        assert_eq!(broken("src/model/user.rs", "use std::net::{IpAddr, TcpStream};").len(), 1);
        assert_eq!(broken("src/web/home.rs", "sqlx::query").len(), 1);
    }

    #[test]
    fn sql_stands_in_stores_only() {
        let query = "q.all(\"SELECT * FROM ticket\")";
        for allowed in [
            "src/model/ticket/store.rs",
            "src/db.rs",
            "src/event/outbox.rs",
            "src/model/ticket/store/list.rs",
        ] {
            assert_eq!(broken(allowed, query).len(), 0, "{allowed}");
        }
        assert_eq!(broken("src/web/tickets.rs", query).len(), 1);
        for statement in
            ["INSERT INTO a VALUES ($1)", "UPDATE a SET b = 1", "DELETE FROM a", "WITH x AS (SELECT 1)"]
        {
            assert_eq!(broken("src/worker/sweep.rs", &format!("f(\"{statement}\")")).len(), 1, "{statement}");
        }
        for sentence in ["Select a file", "UPDATE your password", "DELETE", "WITH love"] {
            assert_eq!(broken("src/worker/sweep.rs", &format!("f(\"{sentence}\")")).len(), 0, "{sentence}");
        }
    }

    #[test]
    fn time_and_chance_have_their_places() {
        assert_eq!(broken("src/clock.rs", "Timestamp::now()").len(), 0);
        assert_eq!(broken("src/hook/run.rs", "Instant::now()").len(), 0);
        assert_eq!(broken("src/hook/check.rs", "Instant::now()").len(), 1);
        assert_eq!(broken("src/web/auth.rs", "std::time::SystemTime::now()").len(), 1);
        assert_eq!(broken("src/worker/deliver.rs", "tokio::time::sleep(d)").len(), 0);
        assert_eq!(broken("src/secret.rs", "getrandom::fill(&mut b)").len(), 0);
        assert_eq!(broken("src/web/auth.rs", "getrandom::fill(&mut b)").len(), 1);
        assert_eq!(broken("src/web/auth.rs", "operand::f()").len(), 0);
    }

    #[test]
    fn a_file_has_an_end() {
        assert_eq!(broken("src/clock.rs", &"\n".repeat(500)).len(), 0);
        assert_eq!(broken("src/clock.rs", &"\n".repeat(501)).len(), 1);
    }
}

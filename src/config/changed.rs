//! Which keys of the configuration file are not what they were when the server started.

use super::KEYS;
use crate::secret;
use std::{collections::BTreeMap, path::Path};

/// Key → hash of its value, for the keys that `file` sets and that need a restart. The environment is left out: a
/// running server's cannot change, and another program has another one.
pub fn values(file: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let table: toml::Table = toml::from_str(&text).unwrap_or_default();
    let mut found = BTreeMap::new();
    for (name, value) in &table {
        match value {
            toml::Value::Table(section) if !KEYS.iter().any(|key| key.path == name) => {
                found.extend(section.iter().map(|(key, value)| (format!("{name}.{key}"), value.to_string())));
            }
            value => {
                found.insert(name.clone(), value.to_string());
            }
        }
    }
    let restart = |path: &String| KEYS.iter().any(|key| key.path == path);
    found
        .into_iter()
        .filter(|(path, _)| restart(path))
        .map(|(path, value)| (path, secret::hash(&value)))
        .collect()
}

/// The keys that differ, in order of name.
pub fn changed(then: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<String> {
    let all: std::collections::BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    all.into_iter().filter(|key| then.get(*key) != now.get(*key)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_need_a_restart_are_compared_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("innkeeper.toml");
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            values(&file)
        };
        let before = read("bind = \"127.0.0.1:1\"\n[outgoing]\nallow = [\"a.example\"]\n[settings]\na = 1\n");
        let same = read("# other words\n[settings]\na = 2\n[outgoing]\nallow = [ \"a.example\" ]\n");
        assert_eq!(changed(&before, &same), ["bind"]);
        let other = read(
            "bind = \"127.0.0.1:1\"\n[outgoing]\nallow = []\n[brand]\nname = \"New\"\n[[relays]]\nname = \"a\"\n",
        );
        assert_eq!(changed(&before, &other), ["brand.name", "outgoing.allow", "relays"]);
        assert!(!format!("{before:?}").contains("a.example"), "only hashes are kept");
    }
}

//! Which set is meant: a bundle by its hash, what is live, what stands on disk, what was shipped.

use crate::{
    bundle::{self, Files, Source, store},
    cli::{Trouble, load_config, open_database},
    config::{Config, Paths},
    db::Db,
};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Where sets come from: the data folder, and its database once somebody asks for it.
pub(super) struct Places<'a> {
    pub(super) paths: &'a Paths,
    pub(super) config: Config,
    db: Option<Db>,
}

/// A set of files and settings.
pub(super) struct Side {
    /// What people call it, such as `live (3f2a9c51d0b7e4a8)`.
    pub(super) name: String,
    pub(super) hash: Option<String>,
    pub(super) files: Files,
    pub(super) settings: Map<String, Value>,
    pub(super) activated_at: Option<i64>,
}

/// How one set differs from another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Change {
    pub(super) added: Vec<String>,
    pub(super) changed: Vec<String>,
    pub(super) removed: Vec<String>,
    pub(super) settings_changed: bool,
}

impl Change {
    pub(super) fn between<T: PartialEq>(old: &BTreeMap<String, T>, new: &BTreeMap<String, T>) -> Self {
        let paths = |keep: &dyn Fn(&String) -> bool, of: &BTreeMap<String, T>| {
            of.keys().filter(|path| keep(path)).cloned().collect()
        };
        Self {
            added: paths(&|path| !old.contains_key(path), new),
            changed: paths(
                &|path| {
                    old.get(path).is_some_and(|text| Some(text) != new.get(path)) && new.contains_key(path)
                },
                new,
            ),
            removed: paths(&|path| !new.contains_key(path), old),
            settings_changed: false,
        }
    }
}

impl<'a> Places<'a> {
    pub(super) fn of(paths: &'a Paths) -> Result<Self, Trouble> {
        Ok(Self { paths, config: load_config(paths)?, db: None })
    }

    pub(super) async fn db(&mut self) -> Result<Db, Trouble> {
        if self.db.is_none() {
            self.db = Some(open_database(self.paths, &self.config).await?);
        }
        self.db.clone().ok_or_else(|| Trouble::new("the database is not open"))
    }

    /// The set that a word means: `live`, `disk`, `shipped`, or the first letters of a hash.
    ///
    /// # Errors
    /// [`Trouble`] if no set, or more than one, is meant.
    pub(super) async fn side(&mut self, word: &str) -> Result<Side, Trouble> {
        match word {
            "disk" => self.disk(),
            "shipped" => Ok(Side {
                name: "shipped".to_owned(),
                hash: None,
                files: in_use(bundle::shipped()),
                settings: Map::new(),
                activated_at: None,
            }),
            "live" => {
                let db = self.db().await?;
                match store::latest(&db).await? {
                    Some(stored) => stored_side(&db, stored, "live ").await,
                    None => Err(Trouble::new(
                        "nothing has been live yet; `innkeeper serve` lets the data folder go live",
                    )),
                }
            }
            hash => {
                let db = self.db().await?;
                let stored = find(&db, hash).await?;
                stored_side(&db, stored, "").await
            }
        }
    }

    /// What stands in the data folder, mistakes included.
    pub(super) fn disk(&self) -> Result<Side, Trouble> {
        let data = &self.paths.data;
        crate::cli::folder(self.paths)?;
        let source = Source::read(data, &self.config)?;
        Ok(Side {
            name: "disk".to_owned(),
            hash: None,
            files: in_use(source.files),
            settings: together(source.settings, source.plugins),
            activated_at: None,
        })
    }
}

/// The stored bundle whose hash begins so.
pub(super) async fn find(db: &Db, start: &str) -> Result<store::StoredBundle, Trouble> {
    let all = store::list(db, 10_000).await?;
    let found: Vec<_> =
        all.into_iter().filter(|bundle| bundle.hash.starts_with(&start.to_lowercase())).collect();
    match found.len() {
        1 => found.into_iter().next().ok_or_else(|| Trouble::new("no bundle")),
        0 => Err(Trouble::new(format!(
            "there is no bundle {start:?}; `innkeeper bundle list` has their hashes, and live, disk and shipped are names, too"
        ))),
        n => Err(Trouble::new(format!("{n} bundles begin with {start:?}; write more letters of the hash"))),
    }
}

async fn stored_side(db: &Db, stored: store::StoredBundle, what: &str) -> Result<Side, Trouble> {
    let files = store::files(db, &stored).await?;
    let lost = hashes(&stored).len() - files.len();
    if lost > 0 {
        return Err(Trouble::new(format!(
            "the database has lost the text of {lost} of the files of bundle {}; it cannot be shown whole",
            stored.hash
        )));
    }
    Ok(Side {
        name: if what.is_empty() { stored.hash.clone() } else { format!("{what}({})", stored.hash) },
        settings: settings(&stored),
        activated_at: Some(stored.activated_at),
        hash: Some(stored.hash),
        files,
    })
}

/// Path → hash of the text.
pub(super) fn hashes(stored: &store::StoredBundle) -> BTreeMap<String, String> {
    serde_json::from_str(&stored.files).unwrap_or_default()
}

fn settings(stored: &store::StoredBundle) -> Map<String, Value> {
    let of = |text: &str| serde_json::from_str(text).unwrap_or_default();
    together(of(&stored.settings), of(&stored.plugins))
}

/// `[settings]`, and those of plugins as `plugins.NAME.KEY`.
fn together(mut settings: Map<String, Value>, plugins: Map<String, Value>) -> Map<String, Value> {
    for (plugin, own) in plugins {
        let Value::Object(own) = own else { continue };
        settings.extend(own.into_iter().map(|(name, value)| (format!("plugins.{plugin}.{name}"), value)));
    }
    settings
}

/// Without the scripts that only wait to be switched on, and tests: they are in no bundle.
fn in_use(mut files: Files) -> Files {
    files.retain(|path, _| !path.starts_with("hooks/available/") && !path.starts_with("hooks/tests/"));
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_tells_added_from_changed_from_removed() {
        let set = |list: &[(&str, &str)]| -> BTreeMap<String, String> {
            list.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
        };
        let change = Change::between(
            &set(&[("same", "1"), ("edited", "1"), ("gone", "1")]),
            &set(&[("same", "1"), ("edited", "2"), ("fresh", "1")]),
        );
        assert_eq!(change.added, ["fresh"]);
        assert_eq!(change.changed, ["edited"]);
        assert_eq!(change.removed, ["gone"]);
    }
}

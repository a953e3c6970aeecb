//! The history of a file: the versions that were live, who saved them, what was shipped, and what it was made from.

pub mod store;

pub use store::{Edit, Origin};

use super::{Files, shipped, store as bundles};
use crate::{
    db::{Db, Tx},
    error::Result,
    secret,
};
use std::collections::{BTreeMap, BTreeSet};

/// How many bundles are looked through for the history of a file.
const MOST: i64 = 1_000;

/// A version of a file.
#[derive(Clone, Debug)]
pub struct Version {
    /// Of its text.
    pub hash: String,
    /// When it went live last.
    pub at: i64,
    /// Who saved it in the admin area, if anybody did.
    pub saved: Option<Edit>,
}

/// How a file of the folder stands to what is shipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No release ships such a file.
    Own,
    /// It is as shipped.
    Shipped,
    /// It was edited, and the release ships what it was made from.
    Edited,
    /// It is as an earlier release shipped it.
    Old,
    /// It was edited, and the release ships another text since.
    Diverged {
        /// False if what it was made from is only the likeliest text.
        known: bool,
    },
}

/// What a file was made from, what it is, and what is shipped now.
#[derive(Clone, Debug)]
pub struct Three {
    /// The shipped text that it was made from.
    pub base: String,
    /// False if that is only the likeliest text.
    pub known: bool,
    /// Its own text.
    pub mine: String,
    /// What this release ships.
    pub theirs: String,
}

impl Three {
    /// Both changes in one text; conflicts are marked as version control marks them, and make it an error.
    ///
    /// # Errors
    /// The text with the marks.
    pub fn merged(&self) -> std::result::Result<String, String> {
        diffy::merge(&self.base, &self.mine, &self.theirs)
    }
}

/// Notes what this release ships, and what each of these files was made from: the shipped text that it equals, or
/// the one that it equalled last.
///
/// # Errors
/// If the database is away.
pub async fn note(tx: &mut Tx, files: &Files, now: i64) -> Result<()> {
    let seen = store::shipped(&mut *tx).await?;
    let known: BTreeSet<(&str, &str)> =
        seen.iter().map(|one| (one.path.as_str(), one.hash.as_str())).collect();
    let ours = in_use(shipped());
    let fresh: Vec<(&str, String, &str)> = ours
        .iter()
        .map(|(path, text)| (path.as_str(), secret::hash(text), &**text))
        .filter(|(path, hash, _)| !known.contains(&(*path, hash.as_str())))
        .collect();
    let origins = store::origins(&mut *tx).await?;
    let origins: BTreeMap<&str, &Origin> = origins.iter().map(|one| (one.path.as_str(), one)).collect();
    let mut noted = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| ours.contains_key(*path)) {
        let hash = secret::hash(text);
        let is_shipped = known.contains(&(path.as_str(), hash.as_str())) || ours.get(path) == Some(text);
        let origin = match origins.get(path.as_str()) {
            _ if is_shipped => Origin { path: path.clone(), hash, known: true },
            Some(_) => continue,
            // Edited before anybody looked: most likely from what was shipped when the folder was made.
            None => {
                let first = seen.iter().find(|one| one.path == *path).map(|one| one.hash.clone());
                let hash = first.unwrap_or_else(|| secret::hash(&ours[path]));
                Origin { path: path.clone(), hash, known: false }
            }
        };
        if origins.get(path.as_str()) != Some(&&origin) {
            noted.push(origin);
        }
    }
    store::keep_shipped(tx, &fresh, now).await?;
    store::keep_origins(tx, &noted, now).await
}

/// Notes that a file takes account of what is shipped now, whatever it was made from.
///
/// # Errors
/// If the database is away.
pub async fn settle(tx: &mut Tx, path: &str, now: i64) -> Result<()> {
    let Some(text) = shipped().get(path).cloned() else { return Ok(()) };
    let origin = Origin { path: path.to_owned(), hash: secret::hash(&text), known: true };
    store::keep_origins(tx, &[origin], now).await
}

/// How each of these files stands to what is shipped; those that no release ships are left out.
///
/// # Errors
/// If the database is away.
pub async fn standings(db: &Db, files: &Files) -> Result<BTreeMap<String, Standing>> {
    let seen = store::shipped(db).await?;
    let origins = store::origins(db).await?;
    let ours = shipped();
    let stands = |path: &String, text: &str| {
        let (hash, now) = (secret::hash(text), secret::hash(ours.get(path)?));
        Some(if hash == now {
            Standing::Shipped
        } else if seen.iter().any(|one| one.path == *path && one.hash == hash) {
            Standing::Old
        } else {
            match origins.iter().find(|one| one.path == *path) {
                Some(origin) if origin.hash != now => Standing::Diverged { known: origin.known },
                _ => Standing::Edited,
            }
        })
    };
    Ok(files.iter().filter_map(|(path, text)| Some((path.clone(), stands(path, text)?))).collect())
}

/// The three versions of an edited file; nothing if it is not shipped.
///
/// # Errors
/// If the database is away.
pub async fn three(db: &Db, path: &str, mine: &str) -> Result<Option<Three>> {
    let Some(theirs) = shipped().get(path).cloned() else { return Ok(None) };
    let origin = store::origins(db).await?.into_iter().find(|one| one.path == path);
    let base = match &origin {
        Some(origin) => store::shipped_text(db, path, &origin.hash).await?,
        None => None,
    };
    let known = base.is_some() && origin.is_some_and(|origin| origin.known);
    let base = base.unwrap_or_else(|| theirs.to_string());
    Ok(Some(Three { base, known, mine: mine.to_owned(), theirs: theirs.to_string() }))
}

/// The versions of a file that were live, the newest first, as far as bundles are kept.
///
/// # Errors
/// If the database is away.
pub async fn versions(db: &Db, path: &str) -> Result<Vec<Version>> {
    let edits = store::edits(db, path).await?;
    let mut versions: Vec<Version> = Vec::new();
    for bundle in bundles::list(db, MOST).await? {
        let files: BTreeMap<String, String> = serde_json::from_str(&bundle.files).unwrap_or_default();
        let Some(hash) = files.get(path) else { continue };
        match versions.last_mut() {
            // The bundles come newest first: the same text further back began to be live then.
            Some(last) if last.hash == *hash => last.at = bundle.activated_at,
            _ => versions.push(Version { hash: hash.clone(), at: bundle.activated_at, saved: None }),
        }
    }
    // An act belongs to the first version of its text that was live after it, else to the last one: another day the same text may
    // have come another way.
    for edit in edits {
        let same = || versions.iter().enumerate().filter(|(_, version)| version.hash == edit.hash);
        let after = same().filter(|(_, version)| version.at >= edit.at).min_by_key(|(_, version)| version.at);
        let its = after.or_else(|| same().max_by_key(|(_, version)| version.at)).map(|(place, _)| place);
        if let Some(place) = its
            && versions[place].saved.as_ref().is_none_or(|known| known.at <= edit.at)
        {
            versions[place].saved = Some(edit);
        }
    }
    Ok(versions)
}

/// Without the scripts that only wait to be switched on, and tests: they are in no bundle.
fn in_use(mut files: Files) -> Files {
    files.retain(|path, _| !path.starts_with("hooks/available/") && !path.starts_with("hooks/tests/"));
    files
}

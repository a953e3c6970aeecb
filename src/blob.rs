//! Bytes that are too large for the database: files below the data folder, each under its hash.
//!
//! The same bytes are kept once. Which of them somebody still needs, rows of the database say.

use crate::error::{Error, Kind, Result};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File, FileTimes},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

/// Bytes that were written within so many milliseconds are left alone: somebody may be about to say
/// that they need them.
pub const FRESH: i64 = 3_600_000;

/// A folder of files by their hashes.
#[derive(Clone, Debug)]
pub struct Blobs {
    folder: PathBuf,
}

/// The hash of these bytes, under which they are kept.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Blobs {
    /// The files below `data/name`.
    pub fn below(data: &Path, name: &str) -> Self {
        Self { folder: data.join(name) }
    }

    /// Keeps these bytes, safe from a power cut, and gives their hash.
    ///
    /// # Errors
    /// [`Kind::Unavailable`] `attachments`, naming the folder, if it cannot be written.
    pub async fn put(&self, bytes: Vec<u8>, at: i64) -> Result<String> {
        let (folder, hash) = (self.folder.clone(), sha256(&bytes));
        let path = self.path(&hash)?;
        let written = tokio::task::spawn_blocking(move || write(&path, &bytes, at)).await;
        match written.unwrap_or_else(|e| Err(io::Error::other(e))) {
            Ok(()) => Ok(hash),
            Err(e) => Err(unusable(&folder, "cannot be written", e)),
        }
    }

    /// The bytes of this hash; none if they are not kept.
    ///
    /// # Errors
    /// [`Kind::Unavailable`] `attachments` if they cannot be read.
    pub async fn get(&self, hash: &str) -> Result<Option<Vec<u8>>> {
        match tokio::fs::read(self.path(hash)?).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(unusable(&self.folder, "cannot be read", e)),
        }
    }

    /// True if the bytes of this hash are kept.
    ///
    /// # Errors
    /// [`Kind::Unavailable`] `attachments` if the folder cannot be read.
    pub async fn has(&self, hash: &str) -> Result<bool> {
        tokio::fs::try_exists(self.path(hash)?).await.map_err(|e| unusable(&self.folder, "cannot be read", e))
    }

    /// Removes bytes that nobody needs, unless they were written a moment ago.
    ///
    /// # Errors
    /// [`Kind::Unavailable`] `attachments` if they cannot be removed.
    pub async fn remove(&self, hash: &str, at: i64) -> Result<()> {
        let path = self.path(hash)?;
        let Ok(about) = tokio::fs::metadata(&path).await else { return Ok(()) };
        let written = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let written = written.and_then(|age| i64::try_from(age.as_millis()).ok()).unwrap_or_default();
        if at - written < FRESH {
            return Ok(());
        }
        tokio::fs::remove_file(&path).await.map_err(|e| unusable(&self.folder, "cannot be written", e))
    }

    /// Copies all of them to another folder, which is made; gives how many. What goes meanwhile is passed by.
    ///
    /// # Errors
    /// If something cannot be read or written.
    pub fn copy_to(&self, folder: &Path) -> io::Result<usize> {
        let mut copied = 0;
        for below in names(&self.folder)? {
            for hash in names(&self.folder.join(&below))?.iter().filter(|name| is_hash(name)) {
                fs::create_dir_all(folder.join(&below))?;
                match fs::copy(self.folder.join(&below).join(hash), folder.join(&below).join(hash)) {
                    Ok(_) => copied += 1,
                    Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                    Err(e) => return Err(e),
                }
            }
        }
        Ok(copied)
    }

    fn path(&self, hash: &str) -> Result<PathBuf> {
        if !is_hash(hash) {
            return Err(Error::internal(format!("{hash:?} is no hash")));
        }
        Ok(self.folder.join(&hash[..2]).join(hash))
    }
}

fn is_hash(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The names in a folder; none if it is not there.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&e.kind()) => {
            return Ok(Vec::new());
        }
        Err(e) => return Err(e),
    };
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// Writes aside, then gives it its name: nobody ever reads half a file.
fn write(path: &Path, bytes: &[u8], at: i64) -> io::Result<()> {
    let now = UNIX_EPOCH + Duration::from_millis(at.unsigned_abs());
    if let Ok(there) = File::options().write(true).open(path) {
        return there.set_times(FileTimes::new().set_modified(now));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let is_new = !folder.exists();
    fs::create_dir_all(folder)?;
    // Two may bring the same bytes at once.
    let aside = path.with_extension(crate::id::new("aside", at));
    let written = File::create(&aside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.set_times(FileTimes::new().set_modified(now))?;
        file.sync_all()?;
        fs::rename(&aside, path)
    });
    if written.is_err() {
        // Half a file helps nobody, least of all on a full disk.
        let _ = fs::remove_file(&aside);
    }
    written?;
    // Names are kept by folders, new folders by those above them.
    for folder in folder.ancestors().take(if is_new { 3 } else { 1 }).filter(|folder| folder.is_dir()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn unusable(folder: &Path, how: &str, error: io::Error) -> Error {
    let detail = format!("{} {how}: {error}", folder.display());
    Error { source: Some(Box::new(error)), ..Error::new(Kind::Unavailable, "attachments").detail(detail) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bytes_are_kept_once_and_go_when_they_are_old() {
        let data = tempfile::tempdir().unwrap();
        let blobs = Blobs::below(data.path(), "attachments");
        let hash = blobs.put(b"hello".to_vec(), 1_000).await.unwrap();
        assert_eq!(blobs.put(b"hello".to_vec(), 2_000).await.unwrap(), hash);
        assert_eq!(blobs.get(&hash).await.unwrap().as_deref(), Some(&b"hello"[..]));
        blobs.remove(&hash, 2_000 + FRESH - 1).await.unwrap();
        assert!(blobs.get(&hash).await.unwrap().is_some(), "somebody brought it again a moment ago");
        blobs.remove(&hash, 2_000 + FRESH).await.unwrap();
        assert_eq!(blobs.get(&hash).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_copy_has_every_file_and_nothing_that_is_being_written() {
        let (data, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let blobs = Blobs::below(data.path(), "attachments");
        assert_eq!(blobs.copy_to(elsewhere.path()).unwrap(), 0, "nothing was ever kept");
        let hashes = [blobs.put(b"a".to_vec(), 1).await.unwrap(), blobs.put(b"b".to_vec(), 1).await.unwrap()];
        let half = blobs.path(&hashes[0]).unwrap().with_extension("aside_1");
        fs::write(half, "hal").unwrap();
        assert_eq!(blobs.copy_to(&elsewhere.path().join("attachments")).unwrap(), 2);
        let copy = Blobs::below(elsewhere.path(), "attachments");
        assert_eq!(copy.get(&hashes[1]).await.unwrap().as_deref(), Some(&b"b"[..]));
    }

    #[tokio::test]
    async fn no_name_leads_out_of_the_folder() {
        let blobs = Blobs::below(Path::new("/nowhere"), "attachments");
        assert_eq!(blobs.get("../../etc/passwd").await.unwrap_err().kind, Kind::Internal);
    }
}

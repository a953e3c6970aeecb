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
const FRESH: i64 = 3_600_000;

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

    fn path(&self, hash: &str) -> Result<PathBuf> {
        if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Error::internal(format!("{hash:?} is no hash")));
        }
        Ok(self.folder.join(&hash[..2]).join(hash))
    }
}

/// Writes aside, then gives it its name: nobody ever reads half a file.
fn write(path: &Path, bytes: &[u8], at: i64) -> io::Result<()> {
    let now = UNIX_EPOCH + Duration::from_millis(at.unsigned_abs());
    if let Ok(there) = File::options().write(true).open(path) {
        return there.set_times(FileTimes::new().set_modified(now));
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // Two may bring the same bytes at once.
    let aside = path.with_extension(crate::id::new("aside", at));
    let mut file = File::create(&aside)?;
    file.write_all(bytes)?;
    file.set_times(FileTimes::new().set_modified(now))?;
    file.sync_all()?;
    fs::rename(&aside, path)
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
    async fn no_name_leads_out_of_the_folder() {
        let blobs = Blobs::below(Path::new("/nowhere"), "attachments");
        assert_eq!(blobs.get("../../etc/passwd").await.unwrap_err().kind, Kind::Internal);
    }
}

//! Files that people send with their messages, from whatever door.

use super::App;
use crate::{
    blob::{Blobs, FRESH, sha256},
    error::{Error, Result},
    event::outbox::Act,
    model::attachment::{self, Attachment},
};

/// Where files of tickets lie, below the data folder.
pub const FILES: &str = "attachments";

impl App {
    /// Keeps a file that whoever acts brings, until a message has it: give what its
    /// [`seen`](Attachment::seen) says to the draft. A row remembers it before its bytes are written.
    ///
    /// # Errors
    /// As [`attachment::check`]; [`Kind::Unavailable`](crate::error::Kind::Unavailable) if the database or
    /// the data folder is away.
    pub async fn keep_file(&self, act: &Act, name: &str, bytes: Vec<u8>) -> Result<Attachment> {
        let file = attachment::check(&self.config.attachments, name, &bytes)?;
        let mut tx = self.db.begin().await?;
        let kept = attachment::announce(&mut tx, act, &file, &sha256(&bytes)).await?;
        tx.commit().await?;
        self.blobs().put(bytes, act.at).await?;
        Ok(kept)
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::error::Kind::NotFound) `attachment` if they are not in the data folder.
    pub async fn file(&self, attachment: &Attachment) -> Result<Vec<u8>> {
        let bytes = self.blobs().get(&attachment.sha256).await?;
        bytes.ok_or_else(|| Error::not_found("attachment"))
    }

    /// Forgets files that no message got in time; gives how many.
    ///
    /// # Errors
    /// If the database or the data folder is away.
    pub async fn sweep_files(&self, limit: i64) -> Result<u64> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let gone = attachment::sweep(&mut tx, now, limit).await?;
        tx.commit().await?;
        self.forget_bytes(&gone, now).await?;
        Ok(gone.len() as u64)
    }

    /// Lets the oldest files go that whoever acts left behind, until fewer than `most` bytes wait for a message; not those
    /// of `keep`, nor those of the last moments, whose bytes stay. False if more wait still.
    ///
    /// # Errors
    /// If the database or the data folder is away.
    pub async fn make_room(&self, act: &Act, keep: &[Attachment], most: i64) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        let (bytes, gone) = attachment::make_room(&mut tx, act, keep, most, act.at - FRESH).await?;
        tx.commit().await?;
        self.forget_bytes(&gone, act.at).await?;
        Ok(bytes < most)
    }

    async fn forget_bytes(&self, hashes: &[String], now: i64) -> Result<()> {
        for hash in hashes {
            if !attachment::is_kept(&self.db, hash).await? {
                self.blobs().remove(hash, now).await?;
            }
        }
        Ok(())
    }

    fn blobs(&self) -> Blobs {
        Blobs::below(&self.paths.data, FILES)
    }
}

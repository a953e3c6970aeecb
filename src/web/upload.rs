//! Messages with files: what was typed, and what came along. Files are kept at once, so that nothing
//! is lost when something else is wrong; the form names them by their ids until the message is written.

use super::{
    Web,
    fields::{Fields, Wrong},
    trouble::Trouble,
    visit::Visit,
};
use crate::{
    error::{Kind, Result},
    model::attachment::{self, Attachment},
};
use axum::{
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::{StatusCode, header},
};
use minijinja::{Value, context};
use std::sync::OnceLock;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Everything typed into such a form has room in so many bytes, names of fields among it.
const LARGEST_TEXT: usize = 512 * 1024;
/// Fields of such a form.
const MOST_FIELDS: usize = 200;
/// Files of all forms that are being read have room in so many KiB, or in twice the largest message.
const MEMORY: usize = 256 << 10;

/// Permits are KiB: without them, a few forms at once could take all memory.
static ROOM: OnceLock<Semaphore> = OnceLock::new();

/// A form as the browser sent it, with files or without.
#[derive(Debug, Default)]
pub struct Upload {
    /// What was typed.
    pub fields: Fields,
    files: Vec<File>,
    /// Given back when the files are no longer in memory.
    _room: Option<SemaphorePermit<'static>>,
}

/// A file as it came: its name, and its bytes unless they are too many.
#[derive(Debug)]
struct File {
    name: String,
    bytes: Option<Vec<u8>>,
}

/// What is left to read of a form.
struct Left {
    /// Bytes of what was typed.
    typed: usize,
    /// Bytes of anything, whether kept or not.
    bytes: usize,
    fields: usize,
    room: Option<SemaphorePermit<'static>>,
    semaphore: &'static Semaphore,
}

impl FromRequest<Web> for Upload {
    type Rejection = Trouble;

    async fn from_request(request: Request, web: &Web) -> std::result::Result<Self, Trouble> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            let fields = Fields::from_request(request, web).await?;
            return Ok(Self { fields, ..Self::default() });
        }
        let bad = |_| Trouble::status(StatusCode::BAD_REQUEST);
        let rules = &web.app.config.attachments;
        let most = usize::try_from(rules.most_bytes()).unwrap_or(usize::MAX);
        let message = most.saturating_mul(rules.count.max(1));
        let mut left = Left {
            typed: LARGEST_TEXT,
            // Somebody who chose files that are too large is told so, and by how much.
            bytes: message.saturating_mul(4).saturating_add(LARGEST_TEXT),
            fields: MOST_FIELDS,
            room: None,
            semaphore: ROOM
                .get_or_init(|| Semaphore::new(MEMORY.max(message / 512).min(Semaphore::MAX_PERMITS))),
        };
        let mut parts = Multipart::from_request(request, web).await.map_err(bad)?;
        let (mut pairs, mut files) = (Vec::new(), Vec::new());
        while let Some(mut part) = parts.next_field().await.map_err(|_| too_large())? {
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(str::to_owned);
            left.field(name.len() + file.as_ref().map_or(0, String::len))?;
            match file {
                // A browser sends an empty one where no file was chosen.
                Some(file) if file.is_empty() => {}
                Some(file) => {
                    // Beyond the number that may come, only names are of use: to say so.
                    let most = if files.len() < rules.count { most } else { 0 };
                    let bytes = left.file(&mut part, most).await?;
                    files.push(File { name: file, bytes });
                    // More than may come at all is no mistake of a person.
                    if files.len() > rules.count.saturating_mul(2) + 10 {
                        return Err(too_large());
                    }
                }
                None => {
                    let bytes = left.text(&mut part).await?;
                    pairs.push((name, String::from_utf8_lossy(&bytes).into_owned()));
                }
            }
        }
        Ok(Self { fields: Fields::from(pairs), files, _room: left.room })
    }
}

fn too_large() -> Trouble {
    Trouble::status(StatusCode::PAYLOAD_TOO_LARGE)
}

impl Left {
    /// Counts a field with names of this length.
    fn field(&mut self, names: usize) -> std::result::Result<(), Trouble> {
        self.fields = self.fields.checked_sub(1).ok_or_else(too_large)?;
        self.typed = self.typed.checked_sub(names).ok_or_else(too_large)?;
        Ok(())
    }

    /// What was typed into a field.
    async fn text(&mut self, part: &mut Field<'_>) -> std::result::Result<Vec<u8>, Trouble> {
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(|_| too_large())? {
            self.typed = self.typed.checked_sub(chunk.len()).ok_or_else(too_large)?;
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// The bytes of a file; none if they are more than `most`, which are read and forgotten.
    async fn file(
        &mut self,
        part: &mut Field<'_>,
        most: usize,
    ) -> std::result::Result<Option<Vec<u8>>, Trouble> {
        let (mut bytes, mut fits, mut has_room) = (Vec::new(), most > 0, 0);
        while let Some(chunk) = part.chunk().await.map_err(|_| too_large())? {
            self.bytes = self.bytes.checked_sub(chunk.len()).ok_or_else(too_large)?;
            fits = fits && bytes.len() + chunk.len() <= most;
            if !fits {
                bytes = Vec::new();
                continue;
            }
            bytes.extend_from_slice(&chunk);
            if bytes.len() > has_room {
                self.make_room()?;
                has_room += STEP;
            }
        }
        Ok(fits.then_some(bytes))
    }

    /// Takes room for [`STEP`] bytes more.
    fn make_room(&mut self) -> std::result::Result<(), Trouble> {
        let permits = u32::try_from(STEP >> 10).unwrap_or(u32::MAX);
        let busy = |_| Trouble::status(StatusCode::SERVICE_UNAVAILABLE);
        let more = self.semaphore.try_acquire_many(permits).map_err(busy)?;
        match &mut self.room {
            Some(room) => room.merge(more),
            None => self.room = Some(more),
        }
        Ok(())
    }
}

/// Room is taken in steps of so many bytes.
const STEP: usize = 256 << 10;

/// A message that is being written.
#[derive(Debug, Default)]
pub struct Writing {
    /// What was typed.
    pub fields: Fields,
    /// Files that will come with it.
    pub files: Vec<Attachment>,
    /// What is wrong with files.
    pub wrong: Wrong,
}

impl Writing {
    /// Keeps what came along, and finds again what came before and is still ticked.
    ///
    /// # Errors
    /// If the database or the data folder is away.
    pub async fn take(visit: &Visit, upload: Upload) -> Result<Self> {
        let app = visit.app();
        let rules = &app.config.attachments;
        let mut files = attachment::pending(&app.db, &visit.act(), &upload.fields.all("files")).await?;
        let mut wrong = Wrong::nothing();
        // As much as the largest message holds, for each person.
        let most_waiting = rules.most_bytes().saturating_mul(i64::try_from(rules.count).unwrap_or(1));
        for file in upload.files {
            let size = ("size", rules.size_mb.into());
            if files.len() >= rules.count {
                let count = i64::try_from(rules.count).unwrap_or(i64::MAX);
                wrong.add("attachments", visit.text("invalid-attachment-count", &[("count", count.into())]));
                break;
            }
            let Some(bytes) = file.bytes else {
                wrong.add(
                    "attachments",
                    visit.text("invalid-attachment-size", &[("name", file.name.into()), size]),
                );
                continue;
            };
            // Previews keep files, too: without a bound anybody could fill the disk.
            if !app.make_room(&visit.act(), &files, most_waiting).await? {
                wrong.add("attachments", visit.text("invalid-attachment-waiting", &[]));
                break;
            }
            match app.keep_file(&visit.act(), &file.name, bytes).await {
                Ok(kept) => files.push(kept),
                Err(error) if error.kind == Kind::Invalid => {
                    let code = error.fields.first().map_or("attachment-type", |field| field.code);
                    let types = rules.types.join(", ");
                    let args = [("name", error.detail.into()), size, ("types", types.into())];
                    wrong.add("attachments", visit.text(&format!("invalid-{code}"), &args));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Self { fields: upload.fields, files, wrong })
    }

    /// True if the message is only to be shown as it will look.
    pub fn is_preview(&self) -> bool {
        self.fields.get("act") == "preview"
    }

    /// What the pieces of the page read: `files`, `preview`, and what may come.
    pub fn values(&self, visit: &Visit) -> Value {
        let rules = &visit.app().config.attachments;
        let preview = if self.is_preview() {
            crate::markdown::to_html(self.fields.get("message"))
        } else {
            String::new()
        };
        context! {
            files => self.files.iter().map(|file| shown(file, "")).collect::<Vec<_>>(),
            preview,
            accept => rules.types.iter().map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(","),
            most_files => rules.count,
            most_size => rules.size_mb,
        }
    }
}

/// A file as pages show it; `base` is the address of its ticket.
pub fn shown(file: &Attachment, base: &str) -> Value {
    context! {
        id => &file.id,
        name => &file.name,
        size => size_words(file.size),
        href => format!("{base}/files/{}", file.id),
        picture => attachment::may_be_shown(&file.media_type),
    }
}

/// A size for people: two digits are enough.
fn size_words(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
        _ => format!("{} MB", (bytes + 500_000) / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::size_words;

    #[test]
    fn sizes_are_short() {
        assert_eq!([812, 1_499, 48_211, 12_400_000].map(size_words), ["812 B", "1 kB", "48 kB", "12 MB"]);
    }
}

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

/// Everything typed into such a form has room in so many bytes.
const LARGEST_TEXT: usize = 512 * 1024;

/// A form as the browser sent it, with files or without.
#[derive(Debug, Default)]
pub struct Upload {
    /// What was typed.
    pub fields: Fields,
    files: Vec<File>,
}

/// A file as it came: its name, and its bytes unless they are too many.
#[derive(Debug)]
struct File {
    name: String,
    bytes: Option<Vec<u8>>,
}

impl FromRequest<Web> for Upload {
    type Rejection = Trouble;

    async fn from_request(request: Request, web: &Web) -> std::result::Result<Self, Trouble> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            let fields = Fields::from_request(request, web).await?;
            return Ok(Self { fields, files: Vec::new() });
        }
        let bad = |_| Trouble::status(StatusCode::BAD_REQUEST);
        let rules = &web.app.config.attachments;
        let most = usize::try_from(rules.most_bytes()).unwrap_or(usize::MAX);
        let mut parts = Multipart::from_request(request, web).await.map_err(bad)?;
        let (mut pairs, mut files, mut typed) = (Vec::new(), Vec::new(), 0);
        while let Some(mut part) = parts.next_field().await.map_err(|_| too_large())? {
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                // A browser sends an empty one where no file was chosen.
                Some(file) if file.is_empty() => {}
                Some(file) => {
                    let bytes = limited(&mut part, most).await?;
                    files.push(File { name: file, bytes });
                    // More than may come at all is no mistake of a person.
                    if files.len() > rules.count.saturating_mul(2) + 10 {
                        return Err(too_large());
                    }
                }
                None => {
                    let bytes = limited(&mut part, LARGEST_TEXT - typed).await?.ok_or_else(too_large)?;
                    typed += bytes.len();
                    pairs.push((name, String::from_utf8_lossy(&bytes).into_owned()));
                }
            }
        }
        Ok(Self { fields: Fields::from(pairs), files })
    }
}

fn too_large() -> Trouble {
    Trouble::status(StatusCode::PAYLOAD_TOO_LARGE)
}

/// The bytes of a part; none if they are more than `most`, which are read and forgotten.
async fn limited(part: &mut Field<'_>, most: usize) -> std::result::Result<Option<Vec<u8>>, Trouble> {
    let (mut bytes, mut fits) = (Vec::new(), true);
    while let Some(chunk) = part.chunk().await.map_err(|_| too_large())? {
        fits = fits && bytes.len() + chunk.len() <= most;
        if fits {
            bytes.extend_from_slice(&chunk);
        } else {
            bytes = Vec::new();
        }
    }
    Ok(fits.then_some(bytes))
}

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
        for file in upload.files {
            let size = ("size", rules.size_mb.into());
            let Some(bytes) = file.bytes else {
                wrong.add(
                    "attachments",
                    visit.text("invalid-attachment-size", &[("name", file.name.into()), size]),
                );
                continue;
            };
            if files.len() >= rules.count {
                let count = i64::try_from(rules.count).unwrap_or(i64::MAX);
                wrong.add("attachments", visit.text("invalid-attachment-count", &[("count", count.into())]));
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

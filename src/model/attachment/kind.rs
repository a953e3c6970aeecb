//! What may come with a message: by its ending and by its first bytes, which must agree.

use crate::{
    config::Attachments,
    error::{Error, Result},
};

/// How long a file's name may be, in characters; its ending stays.
const LONGEST_NAME: usize = 120;

/// What a kind of file is recognised by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// No zero bytes, and no programme's first bytes.
    Text,
    /// One of these is what the first bytes say.
    Bytes(&'static [&'static str]),
}

/// Ending, media type as we serve it, and look. No type here runs or is drawn as a page in a browser.
const KINDS: &[(&str, &str, Look)] = &[
    ("jpg", "image/jpeg", Look::Bytes(&["image/jpeg"])),
    ("jpeg", "image/jpeg", Look::Bytes(&["image/jpeg"])),
    ("png", "image/png", Look::Bytes(&["image/png"])),
    ("gif", "image/gif", Look::Bytes(&["image/gif"])),
    ("webp", "image/webp", Look::Bytes(&["image/webp"])),
    ("heic", "image/heic", Look::Bytes(&["image/heif"])),
    ("pdf", "application/pdf", Look::Bytes(&["application/pdf"])),
    ("txt", "text/plain", Look::Text),
    ("log", "text/plain", Look::Text),
    ("md", "text/plain", Look::Text),
    ("csv", "text/csv", Look::Text),
    ("ics", "text/calendar", Look::Text),
    ("vcf", "text/vcard", Look::Text),
    ("eml", "application/octet-stream", Look::Text),
    ("pem", "application/octet-stream", Look::Text),
    ("crt", "application/octet-stream", Look::Text),
    ("csr", "application/octet-stream", Look::Text),
    ("doc", "application/msword", Look::Bytes(&["application/msword", "application/x-ole-storage"])),
    (
        "xls",
        "application/vnd.ms-excel",
        Look::Bytes(&["application/vnd.ms-excel", "application/x-ole-storage"]),
    ),
    (
        "ppt",
        "application/vnd.ms-powerpoint",
        Look::Bytes(&["application/vnd.ms-powerpoint", "application/x-ole-storage"]),
    ),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ZIP),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", ZIP),
    ("odt", "application/vnd.oasis.opendocument.text", ZIP),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet", ZIP),
    ("odp", "application/vnd.oasis.opendocument.presentation", ZIP),
    ("rtf", "application/rtf", Look::Bytes(&["application/rtf", "text/rtf"])),
    ("zip", "application/zip", ZIP),
    ("gz", "application/gzip", Look::Bytes(&["application/gzip"])),
    ("tgz", "application/gzip", Look::Bytes(&["application/gzip"])),
    ("7z", "application/x-7z-compressed", Look::Bytes(&["application/x-7z-compressed"])),
    ("mp3", "audio/mpeg", Look::Bytes(&["audio/mpeg"])),
    ("mp4", "video/mp4", Look::Bytes(&["video/mp4", "video/x-m4v", "video/quicktime"])),
    ("mov", "video/quicktime", Look::Bytes(&["video/quicktime", "video/mp4"])),
];

/// Office documents are archives, and some of them say only that.
const ZIP: Look = Look::Bytes(&[
    "application/zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
]);

/// A file that may come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Its name, without any folder.
    pub name: String,
    /// What it is.
    pub media_type: &'static str,
    /// How many bytes it has.
    pub size: i64,
}

/// Lets a file come, or says why not.
///
/// # Errors
/// [`Kind::Invalid`](crate::error::Kind::Invalid) naming `attachments`: `attachment-empty`,
/// `attachment-size`, `attachment-type` (its ending is not allowed) or `attachment-mismatch` (its bytes
/// are something else). The detail is its name.
pub fn check(rules: &Attachments, name: &str, bytes: &[u8]) -> Result<Checked> {
    let name = plain_name(name);
    let wrong = |code| Err(Error::field("attachments", code).detail(name.clone()));
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    if size == 0 {
        return wrong("attachment-empty");
    }
    if size > rules.most_bytes() {
        return wrong("attachment-size");
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    if !rules.types.iter().any(|allowed| allowed.eq_ignore_ascii_case(&ending)) {
        return wrong("attachment-type");
    }
    let known = KINDS.iter().find(|(known, _, _)| *known == ending);
    // What the operator allows and we do not know is served as bytes and nothing else.
    let (media_type, look) =
        known.map_or(("application/octet-stream", None), |(_, media, look)| (*media, Some(*look)));
    if !looks_like(look, bytes) {
        return wrong("attachment-mismatch");
    }
    Ok(Checked { name, media_type, size })
}

/// True for pictures that browsers draw and that cannot do anything else.
pub fn may_be_shown(media_type: &str) -> bool {
    ["image/jpeg", "image/png", "image/gif", "image/webp"].contains(&media_type)
}

fn looks_like(look: Option<Look>, bytes: &[u8]) -> bool {
    let found = infer::get(bytes);
    if found.is_some_and(|found| found.matcher_type() == infer::MatcherType::App) {
        return false;
    }
    match look {
        None => true,
        Some(Look::Text) => !bytes.contains(&0),
        Some(Look::Bytes(types)) => found.is_some_and(|found| types.contains(&found.mime_type())),
    }
}

/// The name without folders and without signs that mean something to file systems or headers.
fn plain_name(typed: &str) -> String {
    let last = typed.rsplit(['/', '\\']).next().unwrap_or_default();
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let name: String =
        last.chars().filter(|c| !unseen(*c)).map(|c| if "\"<>|:*?".contains(c) { '_' } else { c }).collect();
    let name = name.trim().trim_start_matches('.').to_owned();
    if name.is_empty() {
        return "file".to_owned();
    }
    if name.chars().count() <= LONGEST_NAME {
        return name;
    }
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    let ending: String = ending.chars().take(12).collect();
    let stem: String = stem.chars().take(LONGEST_NAME - ending.len() - 1).collect();
    format!("{stem}.{ending}")
}

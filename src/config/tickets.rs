//! What the operator sets about tickets and the files that come with them.

use serde::Deserialize;

/// How tickets work.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tickets {
    /// For so many days after it was closed, a customer may open a ticket again.
    pub reopen_days: i64,
}

impl Default for Tickets {
    fn default() -> Self {
        Self { reopen_days: 14 }
    }
}

/// Which files may come with a message.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attachments {
    /// How large one file may be, in megabytes.
    pub size_mb: i64,
    /// How many files may come with one message.
    pub count: usize,
    /// The endings that are allowed.
    pub types: Vec<String>,
}

impl Attachments {
    /// How large one file may be, in bytes.
    pub fn most_bytes(&self) -> i64 {
        self.size_mb.clamp(0, 1024) * 1024 * 1024
    }
}

impl Default for Attachments {
    fn default() -> Self {
        let types = [
            "jpg", "jpeg", "png", "gif", "webp", "heic", "pdf", "txt", "log", "md", "csv", "ics", "vcf",
            "eml", "pem", "crt", "csr", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp",
            "rtf", "zip", "gz", "tgz", "7z", "mp3", "mp4", "mov",
        ];
        Self { size_mb: 10, count: 10, types: types.map(str::to_owned).to_vec() }
    }
}

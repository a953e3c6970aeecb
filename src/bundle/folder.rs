//! Reading the folders of templates and messages; hooks have rules of their own.

use crate::{
    hook::{self, Folder},
    report::Report,
};
use std::{fs, io, path::Path, sync::Arc};

/// Longer files are no templates.
const LARGEST: usize = 256 * 1024;
/// More files than this are a mistake, such as a link to somewhere else.
const MOST: usize = 2_000;

/// Reads the text files of `folder` below `root`. Links are followed, as mounted configuration needs
/// it; names that begin with `.` or `#`, and editors' own files, are passed over.
pub fn read(root: &Path, folder: &str) -> io::Result<Folder> {
    let mut found = Folder::default();
    list(root, folder, 0, &mut found)?;
    Ok(found)
}

fn list(root: &Path, below: &str, depth: usize, found: &mut Folder) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(root.join(below))?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| !name.starts_with(['.', '#'])) else { continue };
        let path = format!("{below}/{name}");
        let Ok(about) = fs::metadata(entry.path()) else { continue };
        if about.is_dir() {
            if depth < 2 {
                list(root, &path, depth + 1, found)?;
            }
        } else if [".html", ".txt", ".ftl"].iter().any(|ending| name.ends_with(ending)) {
            take(&entry.path(), path, found);
        }
    }
    Ok(())
}

fn take(place: &Path, path: String, found: &mut Folder) {
    let mut refuse = |code: &str, message: String, help: &str| {
        found.reports.push(Report::error(&path, "", 0, 0, code, message).help(help));
    };
    match hook::content(place, LARGEST).map(String::from_utf8) {
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => refuse(
            "too-long",
            format!("the file is longer than {} KiB", LARGEST / 1024),
            "split it, or keep pictures elsewhere",
        ),
        Ok(Ok(_)) if found.files.len() >= MOST => {
            refuse("too-many", format!("there are more than {MOST} files"), "remove what is not needed");
        }
        Ok(Ok(text)) => {
            found.files.insert(path, Arc::from(text));
        }
        Ok(Err(_)) => refuse("not-text", "the file is not UTF-8 text".into(), "save it as UTF-8"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => {
            refuse("unreadable", format!("the file cannot be read: {error}"), "check its permissions");
        }
    }
}

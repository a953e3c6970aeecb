//! Which files of the hooks folder count, and as what; reading them.

use super::{Files, limits};
use crate::report::Report;
use include_dir::{Dir, include_dir};
use std::{
    fs,
    io::{self, Read},
    path::Path,
    sync::Arc,
};

/// The shipped scripts, as the binary carries them.
static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/hooks");

/// What a script is for, by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It runs.
    Active,
    /// Others import it.
    Library,
    /// It says what the plugin in whose folder it stands may do.
    Manifest,
    /// Neither: waiting in `available/`, a test, switched off by its name, or no script.
    Ignored,
}

/// What the script at this path below the data folder is for.
pub fn role(path: &str) -> Role {
    let parts: Vec<_> = path.split('/').collect();
    let hidden = |part: &&str| part.starts_with(['_', '.', '#']) || part.is_empty();
    if parts.iter().any(hidden) {
        return Role::Ignored;
    }
    if super::plugin::of(path).is_some() && path.ends_with(&format!("/{}", super::plugin::FILE)) {
        return Role::Manifest;
    }
    if !path.ends_with(".rhai") {
        return Role::Ignored;
    }
    match parts.as_slice() {
        ["hooks", "lib", _, ..] => Role::Library,
        ["hooks", "available" | "tests", ..] => Role::Ignored,
        ["hooks", _] | ["hooks", _, _] => Role::Active,
        _ => Role::Ignored,
    }
}

/// The scripts of a folder.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// Those that count, active ones and libraries.
    pub files: Files,
    /// What could not be taken.
    pub reports: Vec<Report>,
}

/// The shipped scripts: what runs where there is no hooks folder. Those in `available/` are among
/// them; [`load`](super::load) ignores them.
pub fn embedded() -> Files {
    fn add(dir: &Dir<'_>, files: &mut Files) {
        for file in dir.files() {
            if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                files.insert(format!("hooks/{path}"), text.into());
            }
        }
        dir.dirs().for_each(|dir| add(dir, files));
    }
    let mut files = Files::new();
    add(&SHIPPED, &mut files);
    files
}

/// Reads `hooks/` below `root`; links are followed, as mounted configuration needs it. A folder that
/// is not there is empty.
///
/// # Errors
/// If the folder is there and cannot be listed. A single file that cannot be read is a report.
pub fn read_folder(root: &Path) -> io::Result<Folder> {
    let mut folder = Folder::default();
    match list(root, "hooks", &mut folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Folder::default()),
        Err(error) => Err(error),
        Ok(()) => Ok(folder),
    }
}

fn list(root: &Path, below: &str, folder: &mut Folder) -> io::Result<()> {
    let mut names: Vec<_> = fs::read_dir(root.join(below))?.collect::<Result<_, _>>()?;
    names.sort_by_key(fs::DirEntry::file_name);
    for entry in names {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let path = format!("{below}/{name}");
        // Follows links, unlike the entry's own type.
        let Ok(about) = fs::metadata(entry.path()) else { continue };
        if about.is_dir() {
            let known = !name.starts_with(['_', '.', '#'])
                && !matches!(path.as_str(), "hooks/available" | "hooks/tests");
            let deep = path.matches('/').count() > 1 && !path.starts_with("hooks/lib/");
            if known && !deep && path.matches('/').count() < 8 {
                list(root, &path, folder)?;
            }
        } else if role(&path) != Role::Ignored {
            file(&entry.path(), path, folder);
        }
    }
    Ok(())
}

/// With which some editors begin a file of UTF-8.
const MARK: &str = "\u{feff}";

/// A text without the mark with which some editors begin a file.
pub fn unmarked(text: &str) -> &str {
    text.strip_prefix(MARK).unwrap_or(text)
}

/// The bytes of a file, links followed, without such a mark. Neither a pipe, which may never answer, nor a device, which may never end.
///
/// # Errors
/// [`io::ErrorKind::FileTooLarge`] if there are more than `most`; [`io::ErrorKind::InvalidInput`] if it is no plain file.
pub fn content(place: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    // Opening a pipe would wait for whoever writes into it.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default(),
    );
    let file = options.open(place)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no plain file"));
    }
    let mut bytes = Vec::new();
    file.take(most as u64 + 1).read_to_end(&mut bytes)?;
    // Some editors begin a text with a mark that nobody sees.
    if bytes.starts_with(MARK.as_bytes()) {
        bytes.drain(..MARK.len());
    }
    if bytes.len() > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

fn file(place: &Path, path: String, folder: &mut Folder) {
    let refuse =
        |code: &str, message: String, help: &str| Report::error(&path, "", 0, 0, code, message).help(help);
    if folder.files.len() >= limits::FILES {
        return folder.reports.push(refuse(
            "too-many",
            format!("there are more than {} scripts", limits::FILES),
            "remove what is not needed",
        ));
    }
    match content(place, limits::SCRIPT).map(String::from_utf8) {
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            let message = format!("the script is longer than {} KiB", limits::SCRIPT / 1024);
            folder.reports.push(refuse("too-long", message, "split it into several files"));
        }
        Ok(Ok(text)) => {
            folder.files.insert(path, Arc::from(text));
        }
        Ok(Err(_)) => {
            folder.reports.push(refuse("not-text", "the file is not UTF-8 text".into(), "save it as UTF-8"));
        }
        // Deleted between listing and reading: the next scan tells.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => folder.reports.push(refuse(
            "unreadable",
            format!("the file cannot be read: {error}"),
            "check its permissions",
        )),
    }
}

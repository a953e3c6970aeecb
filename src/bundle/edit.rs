//! Saving one file of the data folder: checked first, written at once or not at all, never over what somebody else
//! wrote meanwhile.

use super::{Bundle, FOLDERS, Files, Source, is_carried, shipped};
use crate::{
    report::{Report, Severity},
    secret,
};
use std::{
    fs, io,
    path::{Component, Path},
    sync::{Arc, Mutex, PoisonError},
};

/// The text of a file as the folder holds it; nothing if it is not there and the binary does not stand in for it.
///
/// # Errors
/// If it is there and cannot be read.
pub fn on_disk(data: &Path, path: &str) -> io::Result<Option<String>> {
    match fs::read_to_string(inside(data, path)?) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let theirs = shipped().get(path).filter(|_| is_carried(data, path)).cloned();
            Ok(theirs.map(|text| text.to_string()))
        }
        Err(error) => Err(error),
    }
}

/// What stands for a text in a form, to notice that the file has changed; empty for a file that is not there.
pub fn mark(text: Option<&str>) -> String {
    text.map(|text| secret::hash(text)[..16].to_owned()).unwrap_or_default()
}

/// The errors that the folder would have with this text in this file and does not have without it, samples included.
pub async fn objections(source: &Source, path: &str, text: &str, live: &Bundle) -> Vec<Report> {
    let mut with = source.clone();
    with.last_settings = Some(live.last_settings());
    with.files.insert(path.to_owned(), Arc::from(text));
    let tried = Bundle::tried(&with, &live.files, Some(live)).await;
    let is_error = |report: &Report| report.severity == Severity::Error;
    let others = |report: &Report| report.file == path || !live.reports.contains(report);
    tried.reports.into_iter().filter(|report| is_error(report) && others(report)).collect()
}

/// Held while a file is compared and written.
static WRITING: Mutex<()> = Mutex::new(());

/// As [`write`], but only over the file for which `opened` stands, as [`mark`] gave it, or over the same text; false if somebody else
/// has written meanwhile.
///
/// # Errors
/// As [`write`].
pub fn write_over(data: &Path, path: &str, text: &str, opened: &str) -> io::Result<bool> {
    let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let own = on_disk(data, path)?;
    if mark(own.as_deref()) != opened && own.as_deref() != Some(text) {
        return Ok(false);
    }
    write(data, path, text).map(|()| true)
}

/// Writes a file: beside its place first, then into it at once. A folder that is not there is written whole, because
/// as soon as it exists nothing of it comes from the binary any more.
///
/// # Errors
/// If it cannot be written; the file is as it was then.
pub fn write(data: &Path, path: &str, text: &str) -> io::Result<()> {
    let folder = path.split('/').next().unwrap_or_default();
    if !FOLDERS.contains(&folder) {
        return Err(io::Error::other(format!("{path} is no file of a bundle")));
    }
    if !data.join(folder).is_dir() {
        let prefix = format!("{folder}/");
        let whole: Files = shipped().into_iter().filter(|(path, _)| path.starts_with(&prefix)).collect();
        for (path, text) in whole {
            put(data, &path, &text)?;
        }
    }
    put(data, path, text)
}

fn put(data: &Path, path: &str, text: &str) -> io::Result<()> {
    let place = inside(data, path)?;
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    // Names that begin so are nobody's template and no script.
    let beside = place.with_file_name(format!(".{name}.saving"));
    let written = fs::File::create(&beside).and_then(|mut file| {
        io::Write::write_all(&mut file, text.as_bytes())?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&beside, &place)).inspect_err(|_| {
        let _ = fs::remove_file(&beside);
    })
}

/// The path below `data`; nothing leads out of it.
fn inside(data: &Path, path: &str) -> io::Result<std::path::PathBuf> {
    let plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if plain {
        Ok(data.join(path))
    } else {
        Err(io::Error::other(format!("{path} leads out of the data folder")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_and_nothing_is_left_beside_it() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join("email-templates")).unwrap();
        write(data.path(), "email-templates/de/a.html", "eins").unwrap();
        write(data.path(), "email-templates/de/a.html", "zwei").unwrap();
        assert_eq!(on_disk(data.path(), "email-templates/de/a.html").unwrap().as_deref(), Some("zwei"));
        assert_eq!(fs::read_dir(data.path().join("email-templates/de")).unwrap().count(), 1);
        assert_eq!(on_disk(data.path(), "email-templates/de/b.html").unwrap(), None);
        assert_ne!(mark(Some("eins")), mark(Some("zwei")));
    }

    #[test]
    fn nothing_is_written_over_what_somebody_else_wrote_meanwhile() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join("email-templates")).unwrap();
        let file = "email-templates/de/a.html";
        let opened = mark(None);
        assert!(write_over(data.path(), file, "first", &opened).unwrap());
        assert!(!write_over(data.path(), file, "second", &opened).unwrap());
        assert!(write_over(data.path(), file, "first", &opened).unwrap(), "the same text takes nothing away");
        assert_eq!(on_disk(data.path(), file).unwrap().as_deref(), Some("first"));
    }

    #[test]
    fn a_folder_that_must_be_made_keeps_what_came_from_the_binary() {
        let data = tempfile::tempdir().unwrap();
        write(data.path(), "email-templates/default/own.html", "mine").unwrap();
        let welcome = fs::read_to_string(data.path().join("email-templates/default/welcome.html")).unwrap();
        assert_eq!(welcome, *shipped()["email-templates/default/welcome.html"]);
    }

    #[test]
    fn a_deleted_template_comes_from_the_binary_and_a_deleted_language_does_not() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir_all(data.path().join("email-templates/default")).unwrap();
        fs::write(data.path().join("email-templates/default/invite.html"), "mine").unwrap();
        let source = Source::read(data.path(), &crate::config::Config::default()).unwrap();
        assert_eq!(&*source.files["email-templates/default/invite.html"], "mine");
        let reset = "email-templates/default/password-reset.html";
        assert_eq!(source.files.get(reset), shipped().get(reset));
        assert!(source.carried_templates(data.path()).contains(&reset));
        assert!(!source.files.keys().any(|path| path.starts_with("email-templates/de/")));
    }

    #[test]
    fn nothing_is_written_outside_the_folder() {
        let data = tempfile::tempdir().unwrap();
        for path in ["email-templates/../../out", "innkeeper.toml", "../email-templates/a.html"] {
            assert!(write(data.path(), path, "x").is_err(), "{path}");
        }
    }
}

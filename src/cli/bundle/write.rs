//! Bringing the data folder to a set of files, with what it held before kept aside.

use super::side::Change;
use crate::bundle::{FOLDERS, Files};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// What is to be done, worked out before anything is touched.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Work {
    /// Paths to write, with what they hold on disk moved aside if they exist.
    pub(super) write: Vec<String>,
    /// Paths to move away.
    pub(super) remove: Vec<String>,
}

impl Work {
    /// From what the folder holds to what it shall hold. A folder that is not there and must be made is written
    /// whole: as soon as it exists, nothing of it comes from the binary any more.
    pub(super) fn plan(data: &Path, disk: &Files, target: &Files) -> Self {
        let change = Change::between(disk, target);
        let mut write = [change.added, change.changed].concat();
        for folder in FOLDERS {
            let prefix = format!("{folder}/");
            let touched = write.iter().chain(&change.removed).any(|path| path.starts_with(&prefix));
            if touched && !data.join(folder).is_dir() {
                write.retain(|path| !path.starts_with(&prefix));
                write.extend(target.keys().filter(|path| path.starts_with(&prefix)).cloned());
            }
        }
        write.sort();
        Self { write, remove: change.removed }
    }

    /// True if the folder is as it shall be.
    pub(super) fn is_done(&self) -> bool {
        self.write.is_empty() && self.remove.is_empty()
    }

    /// Carries it out. All new texts are written beside their places first, so that a full disk changes nothing;
    /// then each takes its place at once. What stood there is kept below `aside`.
    ///
    /// # Errors
    /// With the path that could not be written; what was moved until then stands below `aside`.
    pub(super) fn carry_out(&self, data: &Path, target: &Files, aside: &Path) -> io::Result<()> {
        let mut ready: Vec<(PathBuf, PathBuf)> = Vec::new();
        let written = self.write.iter().try_for_each(|path| {
            let place = inside(data, path)?;
            let beside = beside(&place);
            let text = target.get(path).map(|text| text.as_bytes()).unwrap_or_default();
            ready.push((beside.clone(), place.clone()));
            prepare(&beside, text).map_err(|error| named(&place, &error))
        });
        if let Err(error) = written {
            for (beside, _) in &ready {
                let _ = fs::remove_file(beside);
            }
            return Err(error);
        }
        for path in self.write.iter().chain(&self.remove) {
            keep(data, path, aside)?;
        }
        for (beside, place) in &ready {
            fs::rename(beside, place).map_err(|error| named(place, &error))?;
        }
        for path in &self.remove {
            let place = inside(data, path)?;
            match fs::remove_file(&place) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(named(&place, &error)),
                _ => {}
            }
        }
        Ok(())
    }
}

/// A copy of what stands at `path`, below `aside`.
fn keep(data: &Path, path: &str, aside: &Path) -> io::Result<()> {
    let (from, to) = (inside(data, path)?, inside(aside, path)?);
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(|error| named(folder, &error))?;
    }
    match fs::copy(&from, &to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(named(&from, &error)),
        _ => Ok(()),
    }
}

fn prepare(beside: &Path, text: &[u8]) -> io::Result<()> {
    if let Some(folder) = beside.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::File::create(beside)?;
    io::Write::write_all(&mut file, text)?;
    file.sync_all()
}

/// A name in the same folder that no bundle takes up.
fn beside(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}.rollback"))
}

/// The path below `data`: that of a script, template or message. Whoever may write into the database may not write
/// other files with it.
fn inside(data: &Path, path: &str) -> io::Result<PathBuf> {
    let plain = Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    let endings: &[&str] = match path.split_once('/') {
        Some(("hooks", _)) => &[".rhai", "/plugin.toml"],
        Some(("email-templates", _)) => &[".html", ".txt"],
        Some(("messages", _)) => &[".ftl"],
        _ => &[],
    };
    if plain && endings.iter().any(|ending| path.ends_with(ending)) {
        Ok(data.join(path))
    } else {
        Err(io::Error::other(format!("{path}: this is no script, template or message of the data folder")))
    }
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(list: &[(&str, &str)]) -> Files {
        list.iter().map(|(path, text)| ((*path).to_owned(), (*text).into())).collect()
    }

    #[test]
    fn the_folder_holds_the_set_afterwards_and_what_was_there_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (data, aside) = (folder.path().join("data"), folder.path().join("aside"));
        fs::create_dir_all(data.join("hooks/plugin")).unwrap();
        fs::write(data.join("hooks/a.rhai"), "edited").unwrap();
        fs::write(data.join("hooks/late.rhai"), "late").unwrap();
        let disk = set(&[("hooks/a.rhai", "edited"), ("hooks/late.rhai", "late")]);
        let target = set(&[("hooks/a.rhai", "before"), ("hooks/plugin/b.rhai", "back")]);
        let work = Work::plan(&data, &disk, &target);
        assert_eq!(work.write, ["hooks/a.rhai", "hooks/plugin/b.rhai"]);
        assert_eq!(work.remove, ["hooks/late.rhai"]);
        work.carry_out(&data, &target, &aside).unwrap();
        let read = |path: PathBuf| fs::read_to_string(path).unwrap();
        assert_eq!(read(data.join("hooks/a.rhai")), "before");
        assert_eq!(read(data.join("hooks/plugin/b.rhai")), "back");
        assert!(!data.join("hooks/late.rhai").exists());
        assert_eq!(read(aside.join("hooks/a.rhai")), "edited");
        assert_eq!(read(aside.join("hooks/late.rhai")), "late");
        assert_eq!(fs::read_dir(data.join("hooks")).unwrap().count(), 2, "nothing is left beside the files");
    }

    #[test]
    fn a_folder_that_must_be_made_is_written_whole() {
        let folder = tempfile::tempdir().unwrap();
        let disk = set(&[("hooks/a.rhai", "shipped"), ("hooks/b.rhai", "shipped")]);
        let target = set(&[("hooks/a.rhai", "edited"), ("hooks/b.rhai", "shipped")]);
        let work = Work::plan(folder.path(), &disk, &target);
        assert_eq!(work.write, ["hooks/a.rhai", "hooks/b.rhai"], "b would be gone otherwise");
    }

    #[test]
    fn what_cannot_be_written_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir_all(data.join("hooks")).unwrap();
        fs::write(data.join("hooks/a.rhai"), "edited").unwrap();
        // A file stands where a folder is needed.
        fs::write(data.join("hooks/b"), "").unwrap();
        let target = set(&[("hooks/a.rhai", "before"), ("hooks/b/c.rhai", "x"), ("../out", "x")]);
        let work = Work { write: vec!["hooks/a.rhai".into(), "hooks/b/c.rhai".into()], remove: vec![] };
        let error = work.carry_out(&data, &target, &folder.path().join("aside")).unwrap_err();
        assert!(error.to_string().contains("hooks/b/c.rhai"), "{error}");
        assert_eq!(fs::read_to_string(data.join("hooks/a.rhai")).unwrap(), "edited");
        assert_eq!(fs::read_dir(data.join("hooks")).unwrap().count(), 2);
        fs::write(data.join("innkeeper.toml"), "# mine").unwrap();
        for path in
            ["../out", "innkeeper.toml", "hooks/../innkeeper.toml", "secret.key", "hooks/a.sh", "messages"]
        {
            for (write, remove) in [(vec![path.into()], vec![]), (vec![], vec![path.into()])] {
                let work = Work { write, remove };
                assert!(work.carry_out(&data, &target, &folder.path().join("aside")).is_err(), "{path}");
            }
        }
        assert!(!folder.path().join("out").exists());
        assert_eq!(fs::read_to_string(data.join("innkeeper.toml")).unwrap(), "# mine");
    }
}

//! Reading and watching the folder: what counts, and that changes of every kind are noticed.

use super::*;
use crate::hook::watch::Watch;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

const SCRIPT: &str = "on(\"user.added\", |e| log(1));";

fn write(root: &Path, path: &str, text: &str) {
    let place = root.join(path);
    fs::create_dir_all(place.parent().expect("a parent")).expect("a folder");
    fs::write(place, text).expect("a file");
}

fn names_read(root: &Path) -> Vec<String> {
    read_folder(root).expect("a folder").files.into_keys().collect()
}

#[test]
fn only_scripts_that_count_are_read() {
    let root = tempfile::tempdir().expect("a folder");
    for path in [
        "hooks/a.rhai",
        "hooks/plug/b.rhai",
        "hooks/lib/c.rhai",
        "hooks/lib/deep/d.rhai",
        "hooks/available/e.rhai",
        "hooks/tests/f.rhai",
        "hooks/_g.rhai",
        "hooks/.h.rhai",
        "hooks/.a.rhai.swp",
        "hooks/a.rhai~",
        "hooks/#a.rhai#",
        "hooks/a.rhai.bak",
        "hooks/4913",
        "hooks/.git/i.rhai",
        "hooks/plug/deep/j.rhai",
    ] {
        write(root.path(), path, SCRIPT);
    }
    assert_eq!(
        names_read(root.path()),
        ["hooks/a.rhai", "hooks/lib/c.rhai", "hooks/lib/deep/d.rhai", "hooks/plug/b.rhai"]
    );
}

#[test]
fn a_folder_that_is_not_there_is_empty() {
    let root = tempfile::tempdir().expect("a folder");
    assert!(names_read(root.path()).is_empty());
}

#[test]
fn files_that_cannot_be_taken_are_reported_and_the_others_are_read() {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), "hooks/a.rhai", SCRIPT);
    write(root.path(), "hooks/long.rhai", &"x".repeat(70_000));
    fs::write(root.path().join("hooks/noise.rhai"), [0xff, 0xfe, 0x00]).expect("a file");
    symlink("nowhere", root.path().join("hooks/gone.rhai")).expect("a link");
    let folder = read_folder(root.path()).expect("a folder");
    let told: Vec<_> = folder.reports.iter().map(|r| (r.file.as_str(), r.code.as_str())).collect();
    assert_eq!(told, [("hooks/long.rhai", "too-long"), ("hooks/noise.rhai", "not-text")]);
    assert_eq!(folder.files.len(), 1);
}

#[test]
fn mounted_configuration_is_followed_through_its_links() {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), "hooks/..2026/a.rhai", SCRIPT);
    symlink("..2026", root.path().join("hooks/..data")).expect("a link");
    symlink("..data/a.rhai", root.path().join("hooks/a.rhai")).expect("a link");
    assert_eq!(names_read(root.path()), ["hooks/a.rhai"]);
}

#[test]
fn a_circle_of_links_ends() {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), "hooks/lib/a.rhai", SCRIPT);
    symlink("..", root.path().join("hooks/lib/up")).expect("a link");
    assert!(names_read(root.path()).len() < 100);
}

/// Watches, does something, and says how often it was told within the time that a hint may take.
struct Told {
    _watch: Watch,
    told: mpsc::Receiver<()>,
}

impl Told {
    fn watch(root: &Path) -> Self {
        let (tell, told) = mpsc::channel();
        let watch = Watch::start(root, move || _ = tell.send(())).expect("a watch");
        Self { _watch: watch, told }
    }

    fn soon(&self, what: &str) {
        self.told
            .recv_timeout(Duration::from_secs(10))
            .unwrap_or_else(|_| panic!("nothing was told: {what}"));
        while self.told.recv_timeout(Duration::from_millis(400)).is_ok() {}
    }

    fn never(&self, what: &str) {
        assert!(self.told.recv_timeout(Duration::from_millis(600)).is_err(), "{what}");
    }
}

#[test]
fn every_way_to_save_a_file_is_noticed_and_what_editors_leave_about_is_not() {
    let base = tempfile::tempdir().expect("a folder");
    let root = base.path().join("data");
    write(&root, "hooks/a.rhai", SCRIPT);
    write(&root, "email-templates/default/x.html", "x");
    let told = Told::watch(&root);
    write(&root, "hooks/a.rhai", "1");
    told.soon("written in place");
    write(&root, "hooks/.a.rhai.swp", "x");
    write(&root, "hooks/a.rhai~", "x");
    write(&root, "hooks/4913", "x");
    told.never("swap and backup files");
    fs::write(root.join("hooks/new.tmp"), "2").expect("a file");
    fs::rename(root.join("hooks/new.tmp"), root.join("hooks/a.rhai")).expect("renamed");
    told.soon("renamed over");
    fs::rename(root.join("hooks/a.rhai"), root.join("hooks/a.rhai~")).expect("renamed");
    write(&root, "hooks/a.rhai", "3");
    told.soon("moved away and written anew");
    write(&root, "hooks/plug/b.rhai", "4");
    told.soon("a new folder");
    write(&root, "hooks/plug/b.rhai", "5");
    told.soon("in the new folder");
    fs::remove_file(root.join("hooks/plug/b.rhai")).expect("removed");
    told.soon("removed");
    write(&root, "email-templates/default/x.html", "y");
    told.soon("a template");
    write(&root, "messages/en.ftl", "a = b");
    told.soon("a folder that was not there");
    write(&root, "messages/en.ftl", "a = c");
    told.soon("in the folder that was not there");
    write(&root, "innkeeper.db", "x");
    told.never("the database");
}

#[test]
fn links_that_are_swapped_are_noticed_and_followed() {
    let base = tempfile::tempdir().expect("a folder");
    let root = base.path().join("data");
    write(&root, "one/a.rhai", "1");
    write(&root, "two/a.rhai", "2");
    symlink("one", root.join("hooks")).expect("a link");
    let told = Told::watch(&root);
    symlink("two", root.join("hooks.swap")).expect("a link");
    fs::rename(root.join("hooks.swap"), root.join("hooks")).expect("renamed");
    told.soon("the folder's link was swapped");
    write(&root, "two/a.rhai", "3");
    told.soon("a write behind the new link");
    // As Kubernetes does it.
    let root = base.path().join("mounted");
    write(&root, "hooks/..1/a.rhai", "1");
    write(&root, "hooks/..2/a.rhai", "2");
    symlink("..1", root.join("hooks/..data")).expect("a link");
    symlink("..data/a.rhai", root.join("hooks/a.rhai")).expect("a link");
    let told = Told::watch(&root);
    symlink("..2", root.join("hooks/..data_tmp")).expect("a link");
    fs::rename(root.join("hooks/..data_tmp"), root.join("hooks/..data")).expect("renamed");
    told.soon("the data link was swapped");
    assert_eq!(&*read_folder(&root).expect("a folder").files["hooks/a.rhai"], "2");
}

#[test]
fn two_hundred_files_at_once_are_one_hint_or_few() {
    let base = tempfile::tempdir().expect("a folder");
    let root = base.path().join("data");
    write(&root, "hooks/a.rhai", SCRIPT);
    let (tell, told) = mpsc::channel();
    let _watch = Watch::start(&root, move || _ = tell.send(())).expect("a watch");
    for i in 0..200 {
        write(&root, &format!("hooks/f{i}.rhai"), SCRIPT);
    }
    told.recv_timeout(Duration::from_secs(10)).expect("a hint");
    let mut more = 0;
    while told.recv_timeout(Duration::from_millis(400)).is_ok() {
        more += 1;
    }
    // On a machine that has much else to do writing them takes longer than one pause of the watch.
    assert!(more < 40, "{more} more hints");
}

#[test]
fn a_pipe_and_a_device_are_reported_and_hold_nothing_up() {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), "hooks/a.rhai", SCRIPT);
    let pipe = root.path().join("hooks/pipe.rhai");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    symlink("/dev/zero", root.path().join("hooks/zero.rhai")).expect("a link");
    let folder = read_folder(root.path()).expect("a folder");
    let told: Vec<_> = folder.reports.iter().map(|r| (r.file.as_str(), r.code.as_str())).collect();
    assert_eq!(told, [("hooks/pipe.rhai", "unreadable"), ("hooks/zero.rhai", "unreadable")]);
    assert_eq!(folder.files.len(), 1);
}

//! What can be known about scripts before they run.

use super::load::Script;
use super::{Files, Names};
use crate::report::Report;

/// Checks the scripts of a folder.
pub fn check(files: &Files, names: &Names<'_>) -> Vec<Report> {
    super::load(files, &Files::new(), &Files::new(), names, None).reports
}

pub(super) fn script(_path: &str, _script: &Script, _libraries: &Files, _names: &Names<'_>) -> Vec<Report> {
    Vec::new()
}

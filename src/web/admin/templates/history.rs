//! The versions of a template: those that were live, the shipped one, and what a release has changed.

use super::{
    editor::{diff, save, text},
    look::Template,
};
use crate::{
    bundle::{self, edit::mark, history as past},
    error::Result,
    web::{
        access::StaffOnly,
        fields::Fields,
        trouble::{Answer, Trouble},
    },
};
use axum::extract::{Path, Query};
use minijinja::{Value, context};
use serde::Deserialize;

/// Which version is looked at.
#[derive(Debug, Default, Deserialize)]
pub struct Looked {
    /// A hash, `shipped` or `release`.
    #[serde(default)]
    version: String,
}

/// `GET /admin/templates/{locale}/{name}/history`
pub async fn show(
    visit: StaffOnly,
    Path((locale, name)): Path<(String, String)>,
    Query(looked): Query<Looked>,
) -> Answer {
    let template = Template::find(&visit, &locale, &name)?;
    let db = &visit.app().db;
    let own = text(visit.app(), &template.file)?.unwrap_or_default();
    let files = [(template.file.clone(), own.as_str().into())].into();
    let stands = past::standings(db, &files).await?;
    let versions = past::versions(db, &template.file).await?;
    let live = template.live.files.get(&template.file).map(|text| crate::secret::hash(text));
    let line = |(place, one): (usize, &past::Version)| {
        context! {
            hash => &one.hash,
            at => one.at,
            who => one.saved.as_ref().map(|edit| edit.staff_name.clone()).unwrap_or_default(),
            kind => one.saved.as_ref().map(|edit| edit.kind.clone()).unwrap_or_default(),
            live => place == 0 && live.as_ref() == Some(&one.hash),
            current => one.hash == looked.version,
        }
    };
    let three = past::three(db, &template.file, &own).await?;
    let (changes, theirs, merged, conflicts, known) = match (looked.version.as_str(), three) {
        ("release", Some(three)) => {
            let (merged, conflicts) = match three.merged() {
                Ok(text) => (text, false),
                Err(text) => (text, true),
            };
            (diff(&three.base, &three.mine), diff(&three.base, &three.theirs), merged, conflicts, three.known)
        }
        ("release", None) => return Err(Trouble::not_found()),
        ("", _) => (Vec::new(), Vec::new(), String::new(), false, true),
        (version, _) => {
            let then = version_text(&visit, &template, version).await?.ok_or_else(Trouble::not_found)?;
            (diff(&own, &then), Vec::new(), String::new(), false, true)
        }
    };
    visit.page(
        "admin/template-history.html",
        context! {
            name => &template.name,
            locale => &template.locale,
            file => &template.file,
            href => template.href(),
            opened => mark(Some(&own)),
            stands => super::word(stands.get(&template.file)),
            versions => versions.iter().enumerate().map(line).collect::<Vec<Value>>(),
            version => looked.version,
            diff => changes,
            theirs,
            merged,
            conflicts,
            known,
        },
    )
}

/// The text of a version of this file.
async fn version_text(visit: &StaffOnly, template: &Template, version: &str) -> Result<Option<String>> {
    if version == "shipped" {
        return Ok(bundle::shipped().get(&template.file).map(ToString::to_string));
    }
    // Any text that was live has a hash; only those of this file may be had here.
    let versions = past::versions(&visit.app().db, &template.file).await?;
    if !versions.iter().any(|one| one.hash == version) {
        return Ok(None);
    }
    past::store::live_text(&visit.app().db, version).await
}

/// `POST /admin/templates/{locale}/{name}/restore`
pub async fn restore(
    visit: StaffOnly,
    Path((locale, name)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let template = Template::find(&visit, &locale, &name)?;
    let version = fields.get("version");
    let source = version_text(&visit, &template, version).await?.ok_or_else(Trouble::not_found)?;
    let kind = if version == "shipped" { "shipped" } else { "restore" };
    match save(&visit, &template, &source, fields.get("opened"), kind).await? {
        None => {
            let args = [("file", template.file.as_str().into())];
            Ok(visit.done(&template.href(), "flash-template-restored", &args))
        }
        Some(now) => {
            let back = format!("{}/history?version={version}", template.href());
            Ok(visit.go_saying(&back, "error", now.trouble))
        }
    }
}

/// `POST /admin/templates/{locale}/{name}/settle`: the operator's own version stays, whatever the release changed.
pub async fn settle(visit: StaffOnly, Path((locale, name)): Path<(String, String)>) -> Answer {
    let template = Template::find(&visit, &locale, &name)?;
    let mut tx = visit.begin().await?;
    past::settle(&mut tx, &template.file, visit.at()).await?;
    tx.commit().await?;
    Ok(visit.done(&template.href(), "flash-template-settled", &[("file", template.file.as_str().into())]))
}

//! Writing a template: what it looks like, what is wrong with it, saving it.

use super::look::{Template, json, problems, shown};
use crate::{
    app::App,
    bundle::{
        edit::{self, mark},
        history as past,
    },
    error::{Error, Result},
    id,
    mail::{self, Tried},
    report::{Report, Severity},
    secret,
    web::{
        access::StaffOnly,
        fields::Fields,
        trouble::{Answer, Trouble},
    },
};
use axum::{
    Json,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use minijinja::{Value, context};
use similar::TextDiff;

/// The page asks for previews, and the frame in it has styles of its own, which it may have only if the page may.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: https: http:; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// What the page shows besides the template.
#[derive(Default)]
pub(super) struct Now {
    source: String,
    /// What stands for the file as it was opened.
    opened: String,
    /// Why it was not saved.
    pub(super) trouble: String,
    problems: Vec<Report>,
    /// The file as it is, if it has changed meanwhile.
    changed: Option<String>,
}

/// `GET /admin/templates/{locale}/{name}`
pub async fn show(visit: StaffOnly, Path((locale, name)): Path<(String, String)>) -> Answer {
    let template = Template::find(&visit, &locale, &name)?;
    let own = text(visit.app(), &template.file)?;
    let source = own.clone().unwrap_or_else(|| beginning(&template));
    let now = Now { source, opened: mark(own.as_deref()), ..Now::default() };
    page(&visit, &template, &Fields::default(), now).await
}

/// `POST /admin/templates/{locale}/{name}`: saves, or shows what it would look like.
pub async fn submit(
    visit: StaffOnly,
    Path((locale, name)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let template = Template::find(&visit, &locale, &name)?;
    let source = fields.get("source").replace("\r\n", "\n");
    let opened = fields.get("opened").to_owned();
    if fields.get("action") != "save" {
        let now = Now { source, opened, ..Now::default() };
        return page(&visit, &template, &fields, now).await;
    }
    let merging = fields.has("merging");
    let kind = if merging { "merge" } else { "edit" };
    match save(&visit, &template, &source, &opened, kind).await? {
        None => {
            let args = [("file", template.file.as_str().into())];
            Ok(visit.done(&template.href(), "flash-template-saved", &args))
        }
        Some(now) => page(&visit, &template, &fields, Now { source, ..now }).await,
    }
}

/// `POST /admin/templates/{locale}/{name}/preview`: what the page's script asks for while one types.
pub async fn preview(
    visit: StaffOnly,
    Path((locale, name)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let template = Template::find(&visit, &locale, &name)?;
    let source = fields.get("source").replace("\r\n", "\n");
    let tried = template.look(&visit, &source, &fields).await?;
    Ok(Json(json(&tried)).into_response())
}

/// What became of saving: nothing if it is live, else why it was not written.
type Saved = Option<Now>;

/// Checks, writes, and lets go live; `kind` is as in [`past::Edit`].
///
/// # Errors
/// If the database is away.
pub(super) async fn save(
    visit: &StaffOnly,
    template: &Template,
    source: &str,
    opened: &str,
    kind: &str,
) -> Result<Saved> {
    let app = visit.app();
    let own = text(app, &template.file)?;
    let not = |now: Now| Ok(Some(now));
    let changed = |own: Option<String>| {
        let trouble = visit.text("templates-changed-trouble", &[]);
        let opened = mark(own.as_deref());
        Ok(Some(Now { opened, trouble, changed: Some(own.unwrap_or_default()), ..Now::default() }))
    };
    if mark(own.as_deref()) != opened && own.as_deref() != Some(source) {
        return changed(own);
    }
    let folder = super::on_disk(visit)?;
    // Whatever hurts, hurts a process of its own first.
    let tried = template.look(visit, source, &Fields::default()).await;
    let tried = tried.map_err(|_| Error::internal("the template cannot be tried"))?;
    let mut problems = tried.reports;
    problems.retain(|report| report.severity == Severity::Error);
    if problems.is_empty() {
        problems = edit::objections(&folder, &template.file, source, &template.live).await;
    }
    let opened = opened.to_owned();
    if !problems.is_empty() {
        let trouble = visit.text("templates-not-saved", &[]);
        return not(Now { opened, trouble, problems, ..Now::default() });
    }
    match edit::write_over(&app.paths.data, &template.file, source, &opened) {
        Ok(true) => {}
        // While it was tried.
        Ok(false) => return changed(text(app, &template.file)?),
        Err(error) => {
            let args = [("file", template.file.as_str().into()), ("why", error.to_string().into())];
            return not(Now {
                opened,
                trouble: visit.text("templates-not-written", &args),
                ..Now::default()
            });
        }
    }
    note(visit, template, source, kind).await?;
    app.reload().await?;
    Ok(None)
}

/// Notes who saved what.
async fn note(visit: &StaffOnly, template: &Template, source: &str, kind: &str) -> Result<()> {
    // Not when the page was asked for: trying the text took a while, and others write meanwhile.
    let (staff, at) = (visit.staff(), visit.app().clock.now());
    let edit = past::Edit {
        id: id::new("edt", at),
        path: template.file.clone(),
        hash: secret::hash(source),
        kind: kind.to_owned(),
        staff_id: staff.map(|staff| staff.id.clone()).unwrap_or_default(),
        staff_name: staff.map(|staff| staff.name.clone()).unwrap_or_default(),
        at,
    };
    let mut tx = visit.begin().await?;
    past::store::keep_edit(&mut tx, &edit).await?;
    if kind == "merge" {
        past::settle(&mut tx, &template.file, at).await?;
    }
    tx.commit().await
}

/// The file's text; nothing if it is not there.
pub(super) fn text(app: &App, file: &str) -> Result<Option<String>> {
    edit::on_disk(&app.paths.data, file).map_err(|error| Error::internal(format!("{file}: {error}")))
}

/// What a file that is not there yet begins with: the one that has served in its place.
fn beginning(template: &Template) -> String {
    let served = mail::file_of("default", &template.name).ok();
    let served = served.and_then(|file| template.live.files.get(&file).map(ToString::to_string));
    served.unwrap_or_default()
}

async fn page(visit: &StaffOnly, template: &Template, fields: &Fields, now: Now) -> Answer {
    let own = text(visit.app(), &template.file)?;
    let files = own.iter().map(|text| (template.file.clone(), text.as_str().into())).collect();
    let stands = past::standings(&visit.app().db, &files).await?;
    let mut tried = if now.problems.is_empty() {
        template.look(visit, &now.source, fields).await?
    } else {
        Tried::default()
    };
    tried.reports.extend(now.problems);
    let (problems, wrong_lines) = problems(&tried.reports, &template.file);
    let or = |name: &str, other: &str| if fields.has(name) { fields.get(name) } else { other }.to_owned();
    let changed = now.changed.map(|other| diff(&other, &now.source)).unwrap_or_default();
    let status = if now.trouble.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let values = context! {
        name => &template.name,
        locale => &template.locale,
        file => &template.file,
        href => template.href(),
        opened => now.opened,
        stands => if own.is_some() { super::word(stands.get(&template.file)) } else { "new" },
        merging => fields.has("merging"),
        lines => now.source.lines().count(),
        source => now.source,
        languages => languages(visit, template)?,
        occasions => template.occasions(visit).await?,
        kinds => mail::KINDS,
        chosen => context! { on => or("on", "sample:0"), kind => or("kind", "user") },
        as_name => if mail::is_part(&template.file) { template.message() } else { String::new() },
        shown => shown(&tried),
        test => super::test::shown(visit, fields, &tried).await?,
        problems,
        wrong_lines,
        trouble => now.trouble,
        changed,
    };
    let mut response: Response = visit.page_as(status, "admin/template.html", values)?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(response)
}

/// The same template in every language, and in those that it could be written in.
fn languages(visit: &StaffOnly, template: &Template) -> std::result::Result<Vec<Value>, Trouble> {
    let source = super::on_disk(visit)?;
    let mut locales = template.live.templates.locales();
    if !locales.contains(&template.locale) {
        locales.push(template.locale.clone());
    }
    let one = |locale: &String| {
        let written =
            mail::file_of(locale, &template.name).is_ok_and(|file| source.files.contains_key(&file));
        context! { locale, href => super::href(locale, &template.name), current => *locale == template.locale, written }
    };
    Ok(locales.iter().map(one).collect())
}

/// What changes from one text to the other, line by line, with three lines around each change.
pub(super) fn diff(from: &str, to: &str) -> Vec<Value> {
    let diff = TextDiff::from_lines(from, to);
    let text = diff.unified_diff().context_radius(3).to_string();
    let line = |line: &str| {
        let tone = match line.as_bytes().first() {
            Some(b'+') => "add",
            Some(b'-') => "del",
            Some(b'@') => "at",
            _ => "",
        };
        context! { tone, text => line }
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_is_shown_line_by_line() {
        let lines = diff("a\nb\n", "a\nc\n");
        let tones: Vec<String> =
            lines.iter().map(|line| line.get_attr("tone").unwrap().to_string()).collect();
        assert_eq!(tones, ["at", "", "del", "add"]);
        assert!(diff("a", "a").is_empty());
    }
}

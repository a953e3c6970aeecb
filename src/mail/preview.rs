//! Looking at a message before anybody gets it: on a sample or on an event that happened, for a kind of recipient, in
//! a language. The mail is made by the same code that makes it for sending.

use super::{
    Brand, Files, MessageContext, Rendered, Templates,
    load::load,
    locale,
    place::{FOLDER, Place},
    render,
    template::Message,
};
use crate::{
    effect::Target,
    permission::Category,
    report::{Report, Severity},
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::{collections::BTreeMap, sync::Arc};

/// The kinds of recipient, as `to.kind` names them.
pub const KINDS: [&str; 5] = ["user", "contact", "account", "staff", "address"];

/// For whom, and on what, a message is looked at.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Occasion {
    /// An event that happened; without it, a sample.
    pub event: Option<Arc<Json>>,
    /// Which sample of the template's event, from 0; past the last one it is the last one.
    pub sample: usize,
    /// One of [`KINDS`]; empty for a user.
    pub kind: String,
    /// The recipient's language; empty for the default one.
    pub locale: String,
    /// Where it would go; empty for the sample's address.
    pub email: String,
    /// The host.
    pub brand: Arc<Brand>,
    /// Messages in the recipient's language, by id.
    pub words: Arc<BTreeMap<String, String>>,
}

/// Files, and one message of them that is to be looked at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trial {
    /// All template files.
    pub files: Files,
    /// The file that is being written.
    pub file: String,
    /// The message to show: the file's own, or one that uses it.
    pub name: String,
    /// For whom, and on what.
    pub occasion: Occasion,
}

/// What came of a [`Trial`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tried {
    /// The mail, unless something is wrong.
    pub rendered: Option<Rendered>,
    /// What is wrong with the file that is being written, or with the mail.
    pub reports: Vec<Report>,
    /// How many samples there are to choose from.
    pub samples: usize,
    /// The category of the message, if there is one.
    pub category: Option<Category>,
}

/// Checks the files and renders the message.
///
/// A template can take much memory or time here before it is stopped; run it where that hurts nobody.
pub fn try_out(trial: &Trial) -> Tried {
    let nothing = Files::new();
    let loaded = load(&trial.files, &nothing, &nothing);
    let mut reports = loaded.reports;
    reports.retain(|report| report.file == trial.file);
    let samples = loaded.set.samples_of(&trial.name);
    let category = loaded.set.main(&trial.name).map(|message| message.front.category);
    if reports.iter().any(|report| report.severity == Severity::Error) {
        return Tried { rendered: None, reports, samples, category };
    }
    let made = match loaded.set.occasion(&trial.name, &trial.occasion) {
        Some(context) => loaded.set.render(&trial.name, &context),
        None => loaded.set.render(&trial.name, &MessageContext::default()),
    };
    match made {
        Ok(rendered) => Tried { rendered: Some(rendered), reports, samples, category },
        Err(report) => {
            reports.push(report);
            Tried { rendered: None, reports, samples, category }
        }
    }
}

impl Templates {
    /// How many samples the message can be looked at on.
    pub fn samples_of(&self, name: &str) -> usize {
        self.main(name).map_or(0, |message| message.front.event.map_or(1, |event| (event.samples)().len()))
    }

    /// The context in which the message is looked at; `None` if there is no such message. Links with secrets are
    /// never those of the event: whoever looks is not who gets the mail.
    pub fn occasion(&self, name: &str, occasion: &Occasion) -> Option<MessageContext> {
        let locales = self.messages.get(name)?;
        let folder = locale::choose(&occasion.locale, locales.keys().map(String::as_str));
        let message = folder.and_then(|folder| locales.get(folder)).or_else(|| self.main(name))?;
        let kind = if occasion.kind.is_empty() { KINDS[0] } else { &occasion.kind };
        let all: Vec<MessageContext> =
            render::samples(message).into_iter().filter(|context| context.to.kind == kind).collect();
        let mut context = all.get(occasion.sample).or(all.last())?.clone();
        if let Some(event) = &occasion.event {
            context.to = recipient(event, &context.to);
            context.event = Arc::clone(event).into();
        }
        context.to.locale.clone_from(&occasion.locale);
        if !occasion.email.is_empty() {
            context.to.email.clone_from(&occasion.email);
        }
        if !occasion.brand.name.is_empty() {
            context.brand = Arc::clone(&occasion.brand);
        }
        context.words = Arc::clone(&occasion.words);
        Some(context)
    }

    fn main(&self, name: &str) -> Option<&Message> {
        let locales = self.messages.get(name)?;
        locales.get(locale::DEFAULT).or_else(|| locales.values().next())
    }

    /// A message that can show what a layout or a part looks like: one that is written in the language, else any.
    pub fn user_of(&self, locale: &str) -> Option<&str> {
        let has =
            |folder: &str| self.infos().iter().find(|info| info.locales.iter().any(|own| own == folder));
        has(locale).or_else(|| self.infos().first()).map(|info| info.name.as_str())
    }
}

/// Somebody of this kind whom the event names, else the sample's.
fn recipient(event: &Json, sample: &Target) -> Target {
    let places: &[&str] = match sample.kind.as_str() {
        "user" => &["/user", "/account/owner"],
        "account" => &["/account"],
        "staff" => &["/staff/0", "/ticket/assignee"],
        "contact" => &["/contact", "/account/contacts/0"],
        _ => &["/ticket/opener", "/invite"],
    };
    let text = |here: &Json, name: &str| here[name].as_str().unwrap_or_default().to_owned();
    let found =
        places.iter().filter_map(|place| event.pointer(place)).find(|here| !text(here, "email").is_empty());
    found.map_or_else(
        || sample.clone(),
        |here| Target {
            id: text(here, "id"),
            name: text(here, "name"),
            email: text(here, "email"),
            time_zone: text(here, "time_zone"),
            ..sample.clone()
        },
    )
}

/// The path below the data folder of a message, a layout or a part: `invite`, or `invite.txt` for its text part.
///
/// # Errors
/// The report that a file of this name would get.
pub fn file_of(locale: &str, name: &str) -> Result<String, Report> {
    let leaf = if name.ends_with(".txt") { name.to_owned() } else { format!("{name}.html") };
    let file = format!("{FOLDER}{locale}/{leaf}");
    match Place::of(&file) {
        Some(Ok(_)) => Ok(file),
        Some(Err(report)) => Err(report),
        None => Err(Report::error(
            &file,
            "",
            0,
            0,
            "misplaced-template",
            format!("{leaf:?} cannot name a template"),
        )),
    }
}

/// Locale and name of a template file, as [`file_of`] takes them; `None` for other files.
pub fn name_of(file: &str) -> Option<(String, String)> {
    let place = Place::of(file)?.ok()?;
    Some((place.locale, if place.html { place.name } else { format!("{}.txt", place.name) }))
}

/// True for the layout and the parts, which other templates use and nobody is sent.
pub fn is_part(file: &str) -> bool {
    Place::of(file).is_some_and(|place| place.is_ok_and(|place| place.is_part()))
}

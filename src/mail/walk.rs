//! One message with everything that it extends and includes, checked as one.

use super::check::{self, Source, Wanted};
use super::front_matter::Spot;
use super::locale;
use super::place::FOLDER;
use super::scope::Scope;
use super::template::{Message, Templates};
use crate::report::{Report, did_you_mean};
use minijinja::machinery::parse;
use std::collections::{BTreeMap, BTreeSet};

/// What a message reads, whatever else is the case.
#[derive(Debug, Default)]
pub(super) struct Reads {
    /// Of `vars`.
    pub vars: BTreeSet<String>,
    /// Of the event.
    pub fields: BTreeSet<String>,
    /// Subjects of the event of which it asks whether they are there.
    pub asks: BTreeSet<String>,
    /// True if it reads `vars` without an example of them, so that samples cannot be rendered.
    pub unknown_vars: bool,
}

/// Walks the message and everything that it extends and includes.
pub(super) fn message(
    set: &Templates,
    known: &BTreeSet<String>,
    locale: &str,
    message: &Message,
    reports: &mut Vec<Report>,
) -> Reads {
    let scope = Scope::of(&message.front);
    let mut walk = Walk { set, known, locale, reports, walked: BTreeMap::new(), reads: Reads::default() };
    let source = Source { file: &message.file, text: set.sources.get(&message.file).map_or("", |text| text) };
    let front = &message.front;
    for spot in [Some(&front.subject), front.reply_to.as_ref(), front.from_name.as_ref()]
        .into_iter()
        .flatten()
        .map(Spot::padded)
    {
        walk.visit(&scope, &source, &spot, &BTreeSet::new(), false);
    }
    walk.visit(&scope, &source, &front.body, &BTreeSet::new(), false);
    if let Some(key) = &message.text {
        walk.file(&scope, key, &BTreeSet::new());
    }
    let reads = walk.reads;
    if let (Some(event), Some(name)) = (front.event, reads.vars.first()) {
        let message =
            format!("this reads vars.{name}, and nobody gives `vars` to the notification of {}", event.name);
        let report = Report::error(source.file, source.text, 1, 0, "vars-in-notification", message);
        reports.push(report.help(
            "print fields of the event; or take out `event:`, and send it from an `on` hook with email()",
        ));
    } else if reads.unknown_vars {
        let text = "this reads `vars`, of which the front matter gives no example, so it is not tried before it goes live";
        let report = Report::error(source.file, source.text, 1, 0, "no-example", text);
        reports.push(report.help(r#"add a line such as `vars: {"account": "Blue Bakery"}`"#).warning());
    }
    reads
}

/// A walk through one message and the files that it uses.
struct Walk<'a> {
    set: &'a Templates,
    known: &'a BTreeSet<String>,
    locale: &'a str,
    reports: &'a mut Vec<Report>,
    /// Files seen, with their blocks; `None` while they are being walked.
    walked: BTreeMap<String, Option<BTreeSet<String>>>,
    reads: Reads,
}

impl Walk<'_> {
    /// Walks a file that another uses; gives its blocks, or `None` if the two use each other in a circle.
    fn file(&mut self, scope: &Scope, key: &str, outer: &BTreeSet<String>) -> Option<BTreeSet<String>> {
        if let Some(walked) = self.walked.get(key) {
            return walked.clone();
        }
        let file = format!("{FOLDER}{key}");
        let text = self.set.sources.get(&file).cloned()?;
        self.walked.insert(key.to_owned(), None);
        let blocks = self.visit(scope, &Source { file: &file, text: &text }, &text, outer, true);
        self.walked.insert(key.to_owned(), Some(blocks.clone()));
        Some(blocks)
    }

    /// Walks a text; gives the blocks that it and those it extends have.
    fn visit(
        &mut self,
        scope: &Scope,
        source: &Source,
        text: &str,
        outer: &BTreeSet<String>,
        used: bool,
    ) -> BTreeSet<String> {
        let Ok(tree) = parse(text, source.file, Default::default()) else { return BTreeSet::new() };
        let found = check::walk(scope, source, outer, &tree, used);
        self.reports.extend(found.reports);
        self.reads.unknown_vars |= found.unknown_vars;
        self.reads.vars.extend(found.vars);
        self.reads.fields.extend(found.fields);
        self.reads.asks.extend(found.asks);
        let mut blocks: BTreeSet<String> = found.blocks.keys().cloned().collect();
        let names = found.names.union(outer).cloned().collect();
        for wanted in found.wanted {
            let Some(key) = locale::resolve(self.known, self.locale, &wanted.name) else {
                self.absent(source, &wanted);
                continue;
            };
            let theirs =
                if format!("{FOLDER}{key}") == source.file { None } else { self.file(scope, &key, &names) };
            let Some(theirs) = theirs else {
                let text = "these files use each other in a circle".to_owned();
                let report =
                    Report::error(source.file, source.text, wanted.line, wanted.column, "circle", text);
                self.reports.push(report.help("let one of them stand by itself"));
                continue;
            };
            if wanted.extends {
                self.lost_blocks(source, &found.blocks, &theirs, &wanted.name);
                blocks.extend(theirs);
            }
        }
        blocks
    }

    fn absent(&mut self, source: &Source, wanted: &Wanted) {
        // A file that is there and does not parse is reported itself.
        let there = locale::chain(self.locale)
            .iter()
            .any(|folder| self.set.sources.contains_key(&format!("{FOLDER}{folder}/{}", wanted.name)));
        if there {
            return;
        }
        let leaves = self.known.iter().filter_map(|key| key.split_once('/')).map(|(_, leaf)| leaf);
        let help = match did_you_mean(&wanted.name, leaves) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "a file in the same language's folder, or in default/".into(),
        };
        let message = format!("there is no template `{}`", wanted.name);
        self.reports.push(
            Report::error(source.file, source.text, wanted.line, wanted.column, "unknown-template", message)
                .help(help),
        );
    }

    /// A block that the layout does not have is never shown, which nobody means.
    fn lost_blocks(
        &mut self,
        source: &Source,
        own: &BTreeMap<String, (usize, usize)>,
        theirs: &BTreeSet<String>,
        layout: &str,
    ) {
        for (name, (line, column)) in own.iter().filter(|(name, _)| !theirs.contains(*name)) {
            let help = match did_you_mean(name, theirs.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has {}", theirs.iter().cloned().collect::<Vec<_>>().join(", ")),
            };
            let message = format!("`{layout}` has no block `{name}`, so this would never be shown");
            self.reports.push(
                Report::error(source.file, source.text, *line, *column, "unknown-block", message).help(help),
            );
        }
    }
}

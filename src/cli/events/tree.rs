//! The trace as a tree: event → hooks → plan → deliveries.

use crate::{
    cli::show::{self, Tone, Tree, clean, paint},
    effect::{
        LeftOut, Recipient,
        store::{Detail, Run, Step},
        trace::{Asked, Mail},
    },
    model::email_key,
};
use serde_json::Value;

/// Everything that hangs on an event.
pub(super) struct Trace {
    pub(super) runs: Vec<Run>,
    pub(super) mails: Vec<Mail>,
    pub(super) asked: Vec<Asked>,
    pub(super) now: i64,
}

impl Trace {
    /// The whole tree.
    pub(super) fn draw(&self, name: &str, id: &str) -> Tree {
        let mut tree = Tree::new(format!("{} {}", show::title(name), paint(Tone::Faint, id)));
        if self.runs.is_empty() {
            tree.leaf("no hook met it, and no mail is about it");
        }
        for run in &self.runs {
            tree.branch(self.run(run));
        }
        let known = |mail: &Mail| self.runs.iter().any(|run| mail.is_of(run));
        for mail in self.mails.iter().filter(|mail| !known(mail)) {
            tree.leaf(self.mail(mail));
        }
        for asked in self.asked.iter().filter(|asked| !self.runs.iter().any(|run| run.hook == asked.hook)) {
            tree.leaf(self.effect(asked));
        }
        tree
    }

    fn run(&self, run: &Run) -> Tree {
        let told = run.told();
        let place = match run.line {
            0 => run.file.clone(),
            line => format!("{}:{line}", run.file),
        };
        let used = format!("{}{}", used(run.operations, run.micros), in_bundle(&run.bundle));
        let mut tree = Tree::new(format!(
            "{} {}  {}  {}  {}",
            run.verb,
            show::title(run.hook.trim_start_matches("route:")),
            self.state(run),
            clean(&place),
            paint(Tone::Faint, used)
        ));
        steps(&mut tree, &told.steps);
        if let Some(error) = run.error.as_ref().filter(|_| told.steps.iter().all(|step| step.error.is_none()))
        {
            tree.leaf(paint(Tone::Bad, error));
        }
        log(&mut tree, &told.log);
        if let Some(settings) = told.settings.as_object().filter(|settings| !settings.is_empty()) {
            tree.leaf(format!("read the settings {}", clean(&Value::Object(settings.clone()).to_string())));
        }
        self.deliveries(&mut tree, run, &told);
        tree
    }

    /// What it asked for, each with what came of it; and who was left out.
    fn deliveries(&self, tree: &mut Tree, run: &Run, told: &Detail) {
        let mails: Vec<&Mail> = self.mails.iter().filter(|mail| mail.is_of(run)).collect();
        let asked: Vec<&Asked> = self.asked.iter().filter(|asked| asked.hook == run.hook).collect();
        for mail in &mails {
            tree.leaf(self.mail(mail));
        }
        let unwritten = |who: &&Recipient| {
            mails.iter().all(|mail| email_key(&mail.to_email) != email_key(&who.target.email))
                && told.left_out.iter().all(|out| out.target.email != who.target.email)
        };
        for who in told.recipients.iter().filter(unwritten) {
            tree.leaf(format!("chose {}: {}", clean(&who.target.email), clean(&who.reason)));
        }
        for effect in &asked {
            tree.leaf(self.effect(effect));
        }
        // A plan whose rows are gone, or that never became rows because the run failed.
        if mails.is_empty() && asked.is_empty() {
            for effect in &told.effects {
                tree.leaf(format!(
                    "asked for {}",
                    planned(&serde_json::to_value(effect).unwrap_or_default())
                ));
            }
        }
        for out in told.left_out.iter().chain(&told.unnamed) {
            tree.leaf(left_out(out));
        }
        if mails.is_empty() && run.verb == "route" && run.state == "done" {
            tree.leaf(paint(Tone::Look, "nobody gets this mail"));
        }
    }

    fn state(&self, run: &Run) -> String {
        let tries = show::count(usize::try_from(run.attempts).unwrap_or_default(), "try");
        match run.state.as_str() {
            "done" if run.error.is_some() => paint(Tone::Look, "done, with a failure"),
            "done" => paint(Tone::Good, "done"),
            "dead" => paint(Tone::Bad, format!("failed for good after {tries}")),
            "waiting" if run.bundle.is_empty() => paint(Tone::Look, "waits behind an earlier event"),
            "waiting" => {
                paint(Tone::Look, format!("waits after {tries}, next {}", show::ago(run.next_at, self.now)))
            }
            other => clean(other),
        }
    }

    fn mail(&self, mail: &Mail) -> String {
        let status = show::mail_state(mail, self.now);
        let subject = mail.subject.as_ref().map_or(String::new(), |subject| format!(" “{subject}”"));
        format!(
            "mail {} to {}: {status}\n{}  {}",
            clean(&mail.template),
            show::title(&mail.to_email),
            clean(&format!("{}{}", reason(&mail.reason, &mail.chosen_by), subject)),
            paint(Tone::Faint, &mail.id)
        )
    }

    fn effect(&self, asked: &Asked) -> String {
        let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
        let status = match asked.state.as_str() {
            "done" => {
                let at = asked.done_at.map_or(String::new(), |at| format!(" {}", show::moment(at, self.now)));
                let tries = show::count(usize::try_from(asked.attempts).unwrap_or_default(), "try");
                let note = asked.note.as_ref().map_or(String::new(), |note| format!(": {note}"));
                paint(Tone::Good, format!("done{at}, {tries}{note}"))
            }
            state => self.delivery(state, asked.attempts, asked.next_at, asked.error.as_deref()),
        };
        format!("{} {}: {status}\n{}", asked.kind, summary(&body), paint(Tone::Faint, &asked.id))
    }

    /// How a delivery stands that has not worked (yet).
    fn delivery(&self, state: &str, attempts: i64, next_at: i64, error: Option<&str>) -> String {
        let tries = show::count(usize::try_from(attempts).unwrap_or_default(), "try");
        let why = error.map_or(String::new(), |error| format!(": {error}"));
        match (state, attempts) {
            ("dead", _) => paint(Tone::Bad, format!("given up after {tries}{why}")),
            (_, 0) => paint(Tone::Look, "waits to go out"),
            _ => {
                paint(Tone::Look, format!("waits after {tries}, next {}{why}", show::ago(next_at, self.now)))
            }
        }
    }
}

/// The hooks of a route, each with its place, its failure and its log.
pub(super) fn steps(tree: &mut Tree, list: &[Step]) {
    for step in list {
        let mut branch = Tree::new(format!(
            "{}  {}  {}",
            clean(&step.hook),
            clean(&step.place),
            paint(Tone::Faint, used(step.operations, step.micros))
        ));
        if let Some(error) = &step.error {
            branch.leaf(paint(Tone::Bad, error));
        }
        log(&mut branch, &step.log);
        tree.branch(branch);
    }
}

fn log(tree: &mut Tree, lines: &[String]) {
    for line in lines {
        tree.leaf(format!("log: {}", clean(line)));
    }
}

fn left_out(out: &LeftOut) -> String {
    format!(
        "{} {}: {}",
        paint(Tone::Look, "left out"),
        show::title(&out.target.email),
        clean(&reason(&out.reason, &out.by))
    )
}

fn reason(words: &str, by: &str) -> String {
    if by.is_empty() { words.to_owned() } else { format!("{words} ({by})") }
}

fn used(operations: i64, micros: i64) -> String {
    // Whole microseconds, shown in milliseconds: exact enough for any reader.
    format!(
        "{}, {}.{:03} ms",
        show::count(usize::try_from(operations).unwrap_or_default(), "operation"),
        micros / 1000,
        micros % 1000
    )
}

fn in_bundle(hash: &str) -> String {
    if hash.is_empty() { String::new() } else { format!(", bundle {hash}") }
}

/// An effect of a plan: its kind and what it is about.
fn planned(effect: &Value) -> String {
    format!("{} {}", clean(effect["kind"].as_str().unwrap_or_default()), summary(effect))
}

/// The values that tell one effect from another, as short as they are.
fn summary(body: &Value) -> String {
    let Some(map) = body.as_object() else { return clean(&body.to_string()) };
    if let Some(url) = map.get("url").and_then(Value::as_str) {
        return clean(url);
    }
    let fields = map.iter().filter(|(key, _)| *key != "kind").map(|(key, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let short: String = text.chars().take(60).collect();
        format!("{key}: {short}{}", if short.len() < text.len() { "…" } else { "" })
    });
    clean(&fields.collect::<Vec<_>>().join(", "))
}

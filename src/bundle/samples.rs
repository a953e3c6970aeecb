//! Samples run where a bomb cannot hurt: in a child process whose memory and time are limited.
//!
//! A template's fuel does not bound its memory, and running out of memory ends a process. The child
//! is this same program (`innkeeper try-samples`): it reads a [`Question`] and answers with reports.

use super::{
    Bundle, Files, Source,
    child::{self, Failed},
    known,
};
use crate::{hook, mail, report::Report};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{sync::Arc, time::Duration};

/// Memory that the child may use beyond what it starts with, in bytes.
const MEMORY: u64 = 512 * 1024 * 1024;
/// The folder of the templates.
const MAIL: &str = "email-templates/";
/// How much of the processor's time the child may use.
const TIME: Duration = Duration::from_secs(20);
/// How long the machine may take to give it that.
const PATIENCE: Duration = Duration::from_secs(180);

/// What the child is asked to try.
#[derive(Debug, Serialize, Deserialize)]
pub struct Question {
    /// The scripts to try, with all that scripts stand on; and the templates, if they are to be tried.
    pub files: Files,
    /// `[settings]`.
    pub settings: Map<String, Value>,
    /// `[plugins]`.
    pub plugins: Map<String, Value>,
    /// Hosts that web-hooks may reach.
    pub outgoing_allow: Vec<String>,
    /// All templates, as far as scripts are concerned.
    pub known: Vec<hook::Template>,
    /// True if all of it is only to be built, which runs the top level of scripts, and no samples.
    #[serde(default)]
    pub build: bool,
    /// Seconds of processor time that this may take.
    pub seconds: u64,
}

impl Question {
    /// What is not as it was in `previous`, or stands on something that is not; nothing if nothing is to be tried.
    fn about(bundle: &Bundle, source: &Source, previous: Option<&Bundle>) -> Option<Self> {
        let scripts = bundle.hooks.to_try(previous.map(|previous| &*previous.hooks));
        let of_mail = |bundle: &Bundle| -> Files {
            let all = bundle.files.iter().filter(|(path, _)| path.starts_with(MAIL));
            all.map(|(path, text)| (path.clone(), Arc::clone(text))).collect()
        };
        // Templates inherit from, include and fall back to each other: one for all, and all for one.
        let mut files = of_mail(bundle);
        if previous.is_some_and(|previous| of_mail(previous) == files) {
            files.clear();
        }
        if scripts.is_empty() && files.is_empty() {
            return None;
        }
        let wanted = |path: &String| match hook::role(path) {
            hook::Role::Active => scripts.contains(path),
            hook::Role::Library | hook::Role::Manifest => true,
            hook::Role::Ignored => false,
        };
        let all = bundle.files.iter().filter(|(path, _)| wanted(path));
        files.extend(all.map(|(path, text)| (path.clone(), Arc::clone(text))));
        Some(Self {
            files,
            settings: source.settings.clone(),
            plugins: source.plugins.clone(),
            outgoing_allow: source.outgoing_allow.clone(),
            known: known(&bundle.templates),
            build: false,
            seconds: TIME.as_secs(),
        })
    }
}

/// Runs in the child: limits itself, then tries everything that it was asked about.
///
/// # Errors
/// If the limit cannot be set.
pub fn answer_samples(question: Question) -> std::io::Result<Vec<Report>> {
    child::limit(MEMORY, Duration::from_secs(question.seconds))?;
    let source = Source {
        files: question.files,
        settings: question.settings,
        plugins: question.plugins,
        outgoing_allow: question.outgoing_allow,
        unreadable: Vec::new(),
        last_settings: None,
    };
    let nothing = Files::new();
    if question.build {
        // Whatever is wrong with it, the parent finds as well; here counts only that it comes to an end.
        drop(Bundle::build(&source, &nothing, None));
        return Ok(Vec::new());
    }
    let scripts = source.hooks(&question.known, &nothing, None);
    let mut reports = hook::run_samples(&scripts.set);
    reports.extend(mail::load(&source.files, &nothing, &nothing).set.run_samples());
    Ok(reports)
}

/// Lets a child build all that `source` holds, before this process does; `changed` are the scripts that run more than
/// registrations when they are loaded, and were never live.
pub(super) async fn build(source: &Source, changed: &[String]) -> Vec<Report> {
    if changed.is_empty() {
        return Vec::new();
    }
    let question = Question {
        files: source.files.clone(),
        settings: source.settings.clone(),
        plugins: source.plugins.clone(),
        outgoing_allow: source.outgoing_allow.clone(),
        known: Vec::new(),
        build: true,
        seconds: TIME.as_secs(),
    };
    match child::ask::<Vec<Report>>("try-samples", &question, TIME, PATIENCE).await {
        Ok(_) => Vec::new(),
        Err(why) => trouble(changed, &why),
    }
}

/// Asks a child to try a bundle, without what was tried in `previous`; `changed` are the files that were never live. What
/// it could not say stands as reports, too.
pub(super) async fn run(
    bundle: &Bundle,
    source: &Source,
    changed: &[String],
    previous: Option<&Bundle>,
) -> Vec<Report> {
    let Some(question) = Question::about(bundle, source, previous) else { return Vec::new() };
    match child::ask::<Vec<Report>>("try-samples", &question, TIME, PATIENCE).await {
        Ok(reports) => {
            let lined = |report: Report| match bundle.files.get(&report.file) {
                Some(text) => report.shown_in(text),
                None => report,
            };
            reports.into_iter().map(lined).collect()
        }
        Err(why) => trouble(changed, &why),
    }
}

/// Where the child died, nobody knows which of the changed files did it: none of them goes live. Nor does any of which the
/// machine let nobody know anything; a server asks again when it next reads its folder.
fn trouble(changed: &[String], why: &Failed) -> Vec<Report> {
    let report = |file: &String| {
        match why {
        Failed::Asked(why) => {
            let others = match changed.len() {
                1 => String::new(),
                n => format!("; {n} files changed at once, and it may be another of them: save them one by one"),
            };
            Report::error(file, "", 0, 0, "samples", format!("its samples could not be run: {why}")).help(format!(
                "a script or template that needs more than 512 MiB or {} seconds is stopped; look for endless growth{others}",
                TIME.as_secs()
            ))
        }
        Failed::Machine(why) => {
            Report::error(file, "", 0, 0, "not-tried", format!("it could not be tried on its samples: {why}")).help(
                "this says nothing about the file: a server tries it again by itself, every few seconds; `innkeeper check` when the machine has less to do",
            )
        }
    }
    };
    changed.iter().map(report).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(script: &str, seconds: u64) -> Question {
        Question {
            files: Files::from([("hooks/a.rhai".to_owned(), Arc::from(script))]),
            settings: Map::new(),
            plugins: Map::new(),
            outgoing_allow: Vec::new(),
            known: Vec::new(),
            build: false,
            seconds,
        }
    }

    async fn answered(question: &Question, patience: Duration) -> Result<Vec<Report>, Failed> {
        let time = Duration::from_secs(question.seconds);
        child::ask("try-samples", question, time, patience).await
    }

    #[tokio::test]
    async fn a_machine_that_has_no_time_is_no_mistake_of_the_script() {
        let sound = asked("on(\"user.added\", |event| log(event.user.email));", 20);
        assert_eq!(answered(&sound, PATIENCE).await, Ok(Vec::new()));
        // As if the machine had done nothing of it for as long as it may take.
        let failed = answered(&sound, Duration::ZERO).await.expect_err("no time at all");
        assert!(matches!(&failed, Failed::Machine(why) if why.contains("overloaded")), "{failed:?}");
        let reports = trouble(&["hooks/a.rhai".to_owned()], &failed);
        assert_eq!(reports[0].code, "not-tried");
        assert!(reports[0].help.contains("says nothing about the file"), "{}", reports[0]);
    }

    #[tokio::test]
    async fn samples_have_so_much_time_of_the_processor_and_no_more() {
        let endless =
            "on(\"ticket.*\", |event| { let n = 0; while n < 999999999 { n += 1; } });\n".repeat(90);
        let failed = answered(&asked(&endless, 1), PATIENCE).await.expect_err("it is stopped");
        assert!(matches!(&failed, Failed::Asked(why) if why.contains("1 s of processor time")), "{failed:?}");
        let reports = trouble(&["hooks/a.rhai".to_owned()], &failed);
        assert_eq!(reports[0].code, "samples");
    }
}

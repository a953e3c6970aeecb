//! Why somebody gets a mail about an event, or does not: from the trace, down to the line that decided it. Pure.

use crate::{
    bundle::Files,
    effect::{
        Target,
        store::{Detail, Run},
        trace::Mail,
    },
    event::data::Account,
    model::email_key,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Stands where a hook's `file:line` would, for what the core decided.
const CORE: &str = "core";

/// What kind of answer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A hook chose them, and the mail was queued.
    Chosen,
    /// The core decided it: security mail goes to the person concerned.
    Concerned,
    /// A hook took them away again.
    Removed,
    /// They switched mail of that category off.
    SwitchedOff,
    /// They may not read such mail of the account.
    LeakGuard,
    /// The address gets the mail already.
    Duplicate,
    /// There is no address to send to.
    NoAddress,
    /// They lack the permission that such mail asks for.
    NoPermission,
    /// No script named them.
    Unnamed,
    /// The core left them out for another reason.
    LeftOut,
}

/// A line of a script that decided something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    /// `file:line`, or `core`.
    pub place: String,
    /// The line itself, from the bundle that ran; empty if that is not kept any more.
    pub text: String,
}

/// What one run decided about an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// What it is.
    pub verdict: Verdict,
    /// Name of the mail's template; the hook's id for a mail that it asked for itself.
    pub mail: String,
    /// The reason in words, as the hook or the core gave it.
    pub reason: String,
    /// Where it was decided.
    pub by: Line,
    /// The bundle that ran.
    pub bundle: String,
}

/// A hook that had a say, or failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ran {
    /// Its id.
    pub hook: String,
    /// Its registration.
    pub at: Line,
    /// Why it failed, if it did.
    pub error: Option<String>,
}

/// Everything that is known about one address and one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// The address as asked.
    pub address: String,
    /// Whom it belongs to, as the event carries it; empty for a stranger.
    pub who: String,
    /// True if a hook or the core named the address, whether it got the mail or not.
    pub named: bool,
    /// What was decided, mail by mail; for an address that nobody named, what it lacks.
    pub reasons: Vec<Reason>,
    /// The hooks that ran.
    pub ran: Vec<Ran>,
    /// Other addresses that the event's hooks named.
    pub others: Vec<String>,
}

/// Texts of the bundles that ran, by hash.
pub type Texts = BTreeMap<String, Files>;

/// Explains what the runs of an event decided about an address.
pub fn recipient(address: &str, account: &Account, runs: &[Run], texts: &Texts) -> Explained {
    let key = email_key(address);
    let mut explained = Explained {
        address: address.trim().to_owned(),
        who: who(&key, account),
        named: false,
        reasons: Vec::new(),
        ran: Vec::new(),
        others: Vec::new(),
    };
    for run in runs {
        let told = run.told();
        let text = |place: &str| line(texts, &run.bundle, place);
        explained.named |= named(&told).any(|target| email_key(&target.email) == key);
        explained.reasons.extend(reasons(&key, run, &told, &text));
        let others = named(&told).filter(|target| email_key(&target.email) != key);
        explained.others.extend(others.map(|target| target.email.clone()));
        let step = |hook: &str, place: &str, error: Option<&String>| Ran {
            hook: hook.to_owned(),
            at: text(place),
            error: error.cloned(),
        };
        if run.verb == "route" {
            explained.ran.extend(told.steps.iter().map(|s| step(&s.hook, &s.place, s.error.as_ref())));
        } else {
            explained.ran.push(step(&run.hook, &format!("{}:{}", run.file, run.line), run.error.as_ref()));
        }
    }
    explained.others.sort();
    explained.others.dedup();
    explained
}

/// Everybody whom a hook or the core named.
fn named(told: &Detail) -> impl Iterator<Item = &Target> {
    told.recipients.iter().map(|one| &one.target).chain(told.left_out.iter().map(|one| &one.target))
}

/// Where and why a mail that was queued got its recipient.
pub fn email(mail: &Mail, run: Option<&Run>, texts: &Texts) -> Reason {
    let bundle = run.map(|run| run.bundle.clone()).unwrap_or_default();
    Reason {
        verdict: if mail.chosen_by == CORE { Verdict::Concerned } else { Verdict::Chosen },
        mail: mail.template.clone(),
        reason: mail.reason.clone(),
        by: line(texts, &bundle, &mail.chosen_by),
        bundle,
    }
}

fn reasons(key: &str, run: &Run, told: &Detail, text: &dyn Fn(&str) -> Line) -> Vec<Reason> {
    let mail = run.hook.strip_prefix("route:").filter(|_| run.verb == "route").unwrap_or(&run.hook);
    let reason = |verdict: Verdict, words: &str, by: &str| Reason {
        verdict,
        mail: mail.to_owned(),
        reason: words.to_owned(),
        by: text(by),
        bundle: run.bundle.clone(),
    };
    let gets = told.recipients.iter().filter(|one| email_key(&one.target.email) == key).map(|one| {
        let verdict = if one.by == CORE { Verdict::Concerned } else { Verdict::Chosen };
        reason(verdict, &one.reason, &one.by)
    });
    let out = told.left_out.iter().chain(&told.unnamed).filter(|one| email_key(&one.target.email) == key);
    gets.chain(out.map(|one| reason(left_out(&one.reason, &one.by), &one.reason, &one.by))).collect()
}

/// What kind of leaving out it is. The core's words are the core's own: a test holds them to this.
fn left_out(reason: &str, by: &str) -> Verdict {
    match reason {
        _ if by != CORE => Verdict::Removed,
        words if words.contains("switched") || words.contains("not ticked") => Verdict::SwitchedOff,
        words if words.contains("no permission") => Verdict::NoPermission,
        words if words.contains("no script named") => Verdict::Unnamed,
        words if words.contains("mail.disclose") => Verdict::LeakGuard,
        words if words.contains("already") => Verdict::Duplicate,
        words if words.contains("no e-mail address") => Verdict::NoAddress,
        _ => Verdict::LeftOut,
    }
}

/// The line that a `file:line` names, in the bundle of that hash.
fn line(texts: &Texts, bundle: &str, place: &str) -> Line {
    let found = || {
        let (file, number) = place.rsplit_once(':')?;
        let number = number.parse::<usize>().ok()?.checked_sub(1)?;
        texts.get(bundle)?.get(file)?.lines().nth(number).map(|line| line.trim().to_owned())
    };
    Line { place: place.to_owned(), text: found().unwrap_or_default() }
}

/// Whom the address belongs to, as far as the event's account knows.
fn who(key: &str, account: &Account) -> String {
    let is = |email: &str| !email.is_empty() && email_key(email) == key;
    if let Some(user) = account.users.iter().find(|user| is(&user.email)) {
        let may = match (user.owner, user.permissions.as_slice()) {
            (true, _) => "owns the account".to_owned(),
            (false, []) => "a user without permissions".to_owned(),
            (false, keys) => format!("a user who may: {}", keys.join(", ")),
        };
        return format!("{}, {may}", user.name);
    }
    if let Some(contact) = account.contacts.iter().find(|contact| is(&contact.email)) {
        let wants =
            if contact.categories.is_empty() { "nothing".to_owned() } else { contact.categories.join(", ") };
        return format!("{}, a contact who wants: {wants}", contact.name);
    }
    if is(&account.email) {
        return format!(
            "the own address of the account {}, which wants: {}",
            account.name,
            account.categories.join(", ")
        );
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        effect::{LeftOut, Recipient, Target, store::Step},
        event::sample,
        mail::route::{Subjects, settle, unnamed},
        permission::Category,
    };
    use std::sync::Arc;

    fn target(kind: &str, id: &str, email: &str) -> Target {
        Target { kind: kind.into(), id: id.into(), email: email.into(), ..Target::default() }
    }

    /// A run of a route that named people of all kinds, settled by the core as it really is.
    fn run() -> Run {
        let event = (crate::event::catalogue::find("ticket.replied").unwrap().samples)().remove(0);
        let chosen = [
            target("user", "usr_01owner", "owner@bakery.example"),
            target("user", "usr_01owner", "OWNER@bakery.example"),
            target("contact", "con_01bills", "bills@bakery.example"),
            target("address", "", "stranger@else.example"),
            target("user", "usr_01x", ""),
        ];
        let chosen = chosen.into_iter().map(|target| Recipient {
            target,
            reason: "was chosen".into(),
            cc: false,
            disclose: false,
            by: "hooks/a.rhai:2".into(),
        });
        let gone = LeftOut {
            target: target("user", "usr_01developer", "developer@bakery.example"),
            reason: "did it".into(),
            by: "hooks/a.rhai:3".into(),
        };
        let subjects = Subjects::of(&event);
        let settled = settle(&subjects, Category::Support, chosen.collect(), vec![gone]);
        let unnamed = unnamed(&subjects, Category::Support, &settled);
        let step = Step { hook: "a".into(), place: "hooks/a.rhai:1".into(), ..Step::default() };
        let detail = Detail {
            recipients: settled.recipients,
            left_out: settled.left_out,
            unnamed,
            steps: vec![step],
            ..Detail::default()
        };
        Run {
            event_id: "evt_1".into(),
            hook: "route:ticket-replied".into(),
            seq: 1,
            event_name: "ticket.replied".into(),
            verb: "route".into(),
            state: "done".into(),
            bundle: "b1".into(),
            file: "email-templates/default/ticket-replied.html".into(),
            detail: serde_json::to_string(&detail).unwrap(),
            ..Run::default()
        }
    }

    fn texts() -> Texts {
        let text: Arc<str> = "route(…, |mail, event| {\n    mail.to(everybody);\n    mail.remove(event.actor, \"did it\");\n});".into();
        [("b1".to_owned(), [("hooks/a.rhai".to_owned(), text)].into_iter().collect())].into_iter().collect()
    }

    fn asked(address: &str) -> Explained {
        recipient(address, &sample::account(), &[run()], &texts())
    }

    #[test]
    fn each_kind_of_leaving_out_is_told_apart_and_has_its_line() {
        for (address, verdicts, place, line) in [
            (
                "Owner@Bakery.example",
                &[Verdict::Chosen, Verdict::Duplicate][..],
                "hooks/a.rhai:2",
                "mail.to(everybody);",
            ),
            ("bills@bakery.example", &[Verdict::SwitchedOff], "core", ""),
            ("stranger@else.example", &[Verdict::LeakGuard], "core", ""),
            (
                "developer@bakery.example",
                &[Verdict::Removed],
                "hooks/a.rhai:3",
                "mail.remove(event.actor, \"did it\");",
            ),
            ("", &[Verdict::NoAddress], "core", ""),
            ("shop@bakery.example", &[Verdict::Unnamed], "core", ""),
            ("accountant@bakery.example", &[Verdict::NoPermission], "core", ""),
            ("nobody@else.example", &[], "", ""),
        ] {
            let explained = asked(address);
            let found: Vec<_> = explained.reasons.iter().map(|reason| reason.verdict).collect();
            assert_eq!(found, verdicts, "{address}: {explained:?}");
            if let Some(first) = explained.reasons.first() {
                assert_eq!((first.by.place.as_str(), first.by.text.as_str()), (place, line), "{address}");
                assert_eq!(first.mail, "ticket-replied");
            }
        }
    }

    #[test]
    fn of_somebody_whom_no_hook_named_the_hooks_that_ran_are_told_and_who_it_is() {
        let explained = asked("shop@bakery.example");
        assert_eq!(explained.who, "Shop Floor, a contact who wants: support, general");
        assert!(!explained.named && asked("bills@bakery.example").named);
        assert_eq!(explained.ran.len(), 1);
        assert_eq!(explained.ran[0].at.text, "route(…, |mail, event| {");
        assert!(explained.others.contains(&"bills@bakery.example".to_owned()), "{explained:?}");
        assert_eq!(asked("nobody@else.example").who, "");
    }

    #[test]
    fn a_bundle_that_is_gone_leaves_the_place() {
        let explained = recipient("developer@bakery.example", &sample::account(), &[run()], &Texts::new());
        assert_eq!(explained.reasons[0].by, Line { place: "hooks/a.rhai:3".into(), text: String::new() });
    }
}

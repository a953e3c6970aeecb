//! What `route` hooks get as `mail`: the recipients so far, to be amended, each with a reason.

use super::call::Call;
use super::node::{View, no_field, same_address};
use super::recipient::{complete, same, targets};
use super::{fail, value::dynamic};
use crate::effect::{LeftOut, Recipient, Target};
use crate::permission::Category;
use rhai::{Dynamic, Engine, EvalAltResult, NativeCallContext};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A mail that looks for recipients.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Name of its template.
    pub template: String,
    /// Its category. Security mail takes no further recipients, unless disclosed.
    pub category: Category,
    /// Recipients that the core decided, and that no hook removes.
    pub fixed: Vec<Recipient>,
}

/// Who gets a mail, as decided so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routing {
    /// Who gets it; no address twice.
    pub recipients: Vec<Recipient>,
    /// Who was left out or taken away, and why.
    pub left_out: Vec<LeftOut>,
    /// Further reasons for recipients who had one already.
    pub also: Vec<Also>,
}

/// One more reason for somebody to get a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Also {
    /// The recipient's address.
    pub email: String,
    /// The reason.
    pub reason: String,
    /// `file:line` of the hook.
    pub by: String,
}

/// The handle that scripts see.
#[derive(Clone)]
pub struct Mail(Arc<State>);

struct State {
    notice: Arc<Notice>,
    account: Option<View>,
    work: Mutex<Work>,
}

struct Work {
    routing: Routing,
    /// Addresses of the recipients, in one spelling: looking through a thousand for each takes too long.
    keys: BTreeSet<String>,
}

impl Work {
    fn new(routing: Routing) -> Self {
        let keys = routing.recipients.iter().map(|r| key(&r.target)).collect();
        Self { routing, keys }
    }
}

fn key(target: &Target) -> String {
    target.email.trim().to_lowercase()
}

/// Names of its fields.
pub const FIELDS: &[&str] = &["template", "category", "recipients"];
/// Its functions: name, and whether somebody is named before the reason.
pub const FUNCTIONS: &[(&str, bool)] =
    &[("to", true), ("cc", true), ("disclose", true), ("remove", true), ("only", true), ("drop", false)];

/// Why somebody is left out whose address is another's, too: it gets one mail.
const TWICE: &str = "its address is named already";
const SECURITY: &str = "security mail goes to the person whom it concerns only; a hook that must tell others says mail.disclose(who, reason)";

impl Mail {
    /// The mail as it stands after the hooks that ran before.
    pub fn new(notice: Arc<Notice>, account: Option<View>, routing: Routing) -> Self {
        Mail(Arc::new(State { notice, account, work: Mutex::new(Work::new(routing)) }))
    }

    /// How it stands now.
    pub fn routing(&self) -> Routing {
        self.lock().routing.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Work> {
        self.0.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn field(&self, name: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        match name {
            "template" => Ok(self.0.notice.template.clone().into()),
            "category" => Ok(self.0.notice.category.key().into()),
            "recipients" => {
                let work = self.lock();
                let list = work.routing.recipients.iter().map(|r| {
                    dynamic(
                        serde_json::json!({"kind": r.target.kind, "id": r.target.id, "name": r.target.name,
                        "email": r.target.email, "reason": r.reason, "cc": r.cc}),
                    )
                });
                Ok(Dynamic::from_array(list.collect()))
            }
            _ => Err(no_field("mail", name, FIELDS.iter().copied())),
        }
    }

    fn fixed(&self, target: &Target) -> bool {
        self.0.notice.fixed.iter().any(|fixed| same(&fixed.target, target))
    }

    fn security(&self) -> bool {
        self.0.notice.category == Category::Security
    }

    fn add(&self, mut target: Target, reason: &str, by: &str, cc: bool, disclose: bool) {
        complete(&mut target, self.0.account.as_ref());
        let work = &mut *self.lock();
        let routing = &mut work.routing;
        let known = work.keys.contains(&key(&target));
        if known
            && let Some(there) =
                routing.recipients.iter_mut().find(|r| same_address(&r.target.email, &target.email))
        {
            there.cc &= cc;
            there.disclose |= disclose;
            let email = there.target.email.clone();
            let (mut reason, mut by) = (reason.to_owned(), by.to_owned());
            let mut other = target;
            // What staff are to do is no customer's mail, whatever else their address is.
            if other.kind == "staff" && there.target.kind != "staff" {
                std::mem::swap(&mut there.target, &mut other);
                std::mem::swap(&mut there.reason, &mut reason);
                std::mem::swap(&mut there.by, &mut by);
            }
            let is_other = (&other.kind, &other.id) != (&there.target.kind, &there.target.id);
            if is_other && !routing.left_out.iter().any(|left| left.target == other) {
                routing.left_out.push(LeftOut { target: other, reason: TWICE.into(), by: "core".into() });
            }
            routing.also.push(Also { email, reason, by });
            return;
        }
        if self.security() && !disclose {
            routing.left_out.push(LeftOut { target, reason: SECURITY.into(), by: "core".into() });
            return;
        }
        routing.left_out.retain(|left| !same(&left.target, &target));
        work.keys.insert(key(&target));
        routing.recipients.push(Recipient { target, reason: reason.into(), cc, disclose, by: by.into() });
    }

    fn take_away(&self, reason: &str, by: &str, whom: impl Fn(&Target) -> bool) {
        let work = &mut *self.lock();
        let routing = &mut work.routing;
        let (gone, stay): (Vec<_>, Vec<_>) = std::mem::take(&mut routing.recipients)
            .into_iter()
            .partition(|r| whom(&r.target) && !self.fixed(&r.target));
        routing.recipients = stay;
        work.keys = routing.recipients.iter().map(|r| key(&r.target)).collect();
        routing.left_out.extend(gone.into_iter().map(|r| LeftOut {
            target: r.target,
            reason: reason.into(),
            by: by.into(),
        }));
    }

    fn call(
        &self,
        context: &NativeCallContext<'_>,
        function: &str,
        who: Option<Dynamic>,
        reason: &str,
    ) -> Result<(), Box<EvalAltResult>> {
        let call = Call::of(context)?;
        if reason.trim().is_empty() {
            return Err(ask_reason(function));
        }
        let people = who
            .map(|who| targets(&who))
            .transpose()
            .map_err(|e| fail(format!("mail.{function}: {e}")))?
            .unwrap_or_default();
        let by = super::error::place(context);
        match function {
            "remove" => self.take_away(reason, &by, |target| people.iter().any(|one| same(one, target))),
            "drop" => self.take_away(reason, &by, |_| true),
            _ => {
                call.name_recipients(people.len())?;
                if function == "only" {
                    self.take_away(reason, &by, |target| !people.iter().any(|one| same(one, target)));
                }
                for target in people {
                    self.add(target, reason, &by, function == "cc", function == "disclose");
                }
            }
        }
        Ok(())
    }
}

fn ask_reason(function: &str) -> Box<EvalAltResult> {
    let who = if function == "drop" { "" } else { "who, " };
    fail(format!("mail.{function} asks for a reason, which people read: mail.{function}({who}\"why\")"))
}

/// Makes `mail` known to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Mail>("Mail");
    engine.register_indexer_get(|mail: &mut Mail, name: &str| mail.field(name));
    for (name, names_somebody) in FUNCTIONS {
        if *names_somebody {
            engine.register_fn(
                *name,
                move |context: NativeCallContext<'_>, mail: Mail, who: Dynamic, reason: &str| {
                    mail.call(&context, name, Some(who), reason)
                },
            );
            engine.register_fn(*name, move |_: Mail, _: Dynamic| -> Result<(), Box<EvalAltResult>> {
                Err(ask_reason(name))
            });
        } else {
            engine.register_fn(*name, move |context: NativeCallContext<'_>, mail: Mail, reason: &str| {
                mail.call(&context, name, None, reason)
            });
            engine.register_fn(*name, move |_: Mail| -> Result<(), Box<EvalAltResult>> {
                Err(ask_reason(name))
            });
        }
    }
}

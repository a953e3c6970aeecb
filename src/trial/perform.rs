//! One run of all hooks of a point, as the core would do it, with what it came to.

use crate::{
    bundle::Bundle,
    effect::{LeftOut, Recipient},
    event::{
        guard::{Defaults, GuardKind},
        outbox::StoredEvent,
    },
    hook::{
        Given, Hook, HookSet, Outcome, Point as Stands, RunError, RunRecord, Verb,
        test::{Left, Point, Ran, Setup, Told, point},
    },
    report::{Report, did_you_mean},
    worker::unit::{self, Stores, Unit},
};
use serde_json::{Map, Value, json};

/// Runs all hooks of the input's point, or those alone that `only` names.
///
/// # Errors
/// A sentence if there is no such hook.
pub fn run(bundle: &Bundle, input: &Value, only: Option<&str>, setup: &Setup) -> Result<Ran, String> {
    let name = input.get("point").or_else(|| input.get("name")).and_then(Value::as_str).unwrap_or_default();
    let point = point(name)?;
    let narrowed;
    let bundle = match only {
        None => bundle,
        Some(only) => {
            known(bundle, only)?;
            narrowed = bundle.with_hooks(|hook| is(hook, only));
            &narrowed
        }
    };
    let stores = stores(&bundle.hooks, setup);
    let mut ran = match point {
        Point::Event(_) => event(bundle, input, &stores)?,
        other => asked(bundle, other, input, &stores)?,
    };
    ran.point = name.to_owned();
    if ran.hooks.is_empty() {
        ran.remarks.push(format!("no hook serves {name}"));
    }
    Ok(ran)
}

fn is(hook: &Hook, wanted: &str) -> bool {
    let file = hook.file.strip_prefix("hooks/").unwrap_or(&hook.file);
    let bare = wanted.strip_prefix("hooks/").unwrap_or(wanted);
    hook.id == wanted || file == bare || file.strip_suffix(".rhai") == Some(bare)
}

fn known(bundle: &Bundle, wanted: &str) -> Result<(), String> {
    let hooks = bundle.hooks.hooks();
    if hooks.iter().any(|hook| is(hook, wanted)) {
        return Ok(());
    }
    let names = hooks.iter().flat_map(|hook| [hook.id.as_str(), hook.file.as_str()]);
    let hint = did_you_mean(wanted, names).map(|near| format!("; did you mean {near:?}?"));
    let hint = hint.unwrap_or_else(|| "; `innkeeper hooks list` has them all".to_owned());
    Err(format!("no hook has the id, and no script the name, {wanted:?}{hint}"))
}

/// What plugins stored, as the test says.
fn stores(hooks: &HookSet, setup: &Setup) -> Stores {
    let values = |store: &String| {
        let named = ["", store, store.trim_end_matches(".rhai")].into_iter();
        let named: std::collections::BTreeSet<&str> = named.collect();
        let named = named.into_iter().filter_map(|name| setup.stored.get(name));
        named.flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    HookSet::stores(hooks.hooks().iter()).into_iter().map(|store| (store.clone(), values(&store))).collect()
}

fn event(bundle: &Bundle, input: &Value, stores: &Stores) -> Result<Ran, String> {
    let event = StoredEvent::from(input);
    let units = unit::rehearse(bundle, &event, None, stores).map_err(|e| e.to_string())?;
    let mut ran = Ran::default();
    for unit in &units {
        ran.recipients.extend(unit.mails().map(|(template, one)| told(template, one)));
        ran.left_out.extend(unit.detail().left_out.iter().map(left));
        note(&mut ran, &as_live(unit));
        // Of a plan that may not be, nothing is carried out.
        if unit.run.state == "dead" {
            continue;
        }
        for effect in &unit.detail().effects {
            let mut effect = json!(effect);
            effect["hook"] = json!(unit.run.hook);
            ran.effects.push(effect);
        }
    }
    // All of them saw the same input.
    ran.read = units.first().map(Unit::mentioned).unwrap_or_default();
    let routes = bundle.hooks.serving(Verb::Route, &event.name).next().is_some();
    if routes && bundle.templates.notifications(&event.name).next().is_none() {
        ran.remarks
            .push(format!("no template names {}, so there is no mail about it for route hooks", event.name));
    }
    Ok(ran)
}

/// How its hooks ran: one that asked for what may not be has failed, as it does live.
fn as_live(unit: &Unit) -> Vec<RunRecord> {
    let mut records = unit.records().to_vec();
    if unit.run.state == "dead"
        && let (Some(record), Some(why)) = (records.last_mut(), &unit.run.error)
        && record.error.is_none()
    {
        let place = format!("{}:{}: ", record.file, record.line);
        let why = why.strip_prefix(&place).unwrap_or(why);
        record.outcome = Outcome::Failed;
        record.error = Some(RunError {
            report: Report::error(&record.file, "", record.line, 0, "forbidden-effect", why),
            trace: Vec::new(),
            passing: false,
        });
    }
    records
}

fn asked(bundle: &Bundle, point: Point, input: &Value, stores: &Stores) -> Result<Ran, String> {
    let (hooks, given) = (&bundle.hooks, bundle.hooks.given().with_stores(stores.clone()));
    let mut input = input.clone();
    let name = input["point"].as_str().unwrap_or_default().to_owned();
    if let Some(map) = input.as_object_mut() {
        map.remove("point");
    }
    let mut ran = Ran::default();
    match point {
        Point::Event(_) => {}
        Point::Guard(kind) => guard(&mut ran, hooks, kind, input, &given),
        Point::Defaults => {
            let run = hooks.permission_defaults(input, &given);
            defaults(&mut ran, &run.defaults);
            note(&mut ran, &run.records);
        }
        Point::Menu(place) => {
            let run = hooks.menu(place, input, &given);
            ran.menu = json!(run.menu);
            note(&mut ran, &run.records);
        }
        Point::Panel(place) => {
            let run = hooks.panels(place, input, &given);
            ran.panels = run.panels.iter().map(|panel| json!(panel)).collect();
            note(&mut ran, &run.records);
        }
        Point::Driver(kind, action) => {
            let driver = driver(hooks, kind, action.name, &name)?;
            if let Some(run) = hooks.drive(kind, &driver, action.name, input.clone(), &given) {
                ran.http = json!(run.request);
                ran.driver = Some((format!("{kind}/{driver}.{}", action.name), input));
                note(&mut ran, &[run.record]);
            }
        }
    }
    Ok(ran)
}

fn guard(ran: &mut Ran, hooks: &HookSet, kind: &'static GuardKind, draft: Value, given: &Given) {
    let run = hooks.before(kind, draft, given);
    ran.denied = run.answer.denied.unwrap_or_default();
    ran.draft = run.answer.draft;
    ran.locked = run.answer.locked;
    note(ran, &run.records);
}

fn defaults(ran: &mut Ran, said: &Defaults) {
    let reasons = |list: &[(crate::permission::Permission, String)]| -> Map<String, Value> {
        list.iter().map(|(permission, reason)| (permission.key().to_owned(), json!(reason))).collect()
    };
    ran.preselected = said.preselect.iter().map(|permission| permission.key().to_owned()).collect();
    ran.required = reasons(&said.require);
    ran.forbidden = reasons(&said.forbid);
    let keys = |set: &[crate::permission::Permission]| -> Value {
        set.iter().map(|permission| permission.key()).collect()
    };
    ran.presets = said.presets.iter().map(|(name, set)| (name.clone(), keys(set))).collect();
}

/// The name of the only driver that is asked this; more than one are told apart with the run's second argument.
fn driver(hooks: &HookSet, kind: &str, action: &str, point: &str) -> Result<String, String> {
    let mut names: Vec<&str> = hooks
        .hooks()
        .iter()
        .filter_map(|hook| match &hook.point {
            Stands::Driver(half) if half.kind == kind && half.action == action && !half.done => {
                Some(half.name.as_str())
            }
            _ => None,
        })
        .collect();
    names.dedup();
    match names.as_slice() {
        [one] => Ok((*one).to_owned()),
        [] => Err(format!("no driver is asked {point}")),
        several => Err(format!(
            "{} drivers are asked {point}: {}; name the file of the one that is meant: run(request, \"FILE\")",
            several.len(),
            several.join(", ")
        )),
    }
}

/// The second half of a driver.
///
/// # Errors
/// A sentence if the run before was none of a driver.
pub fn answer(bundle: &Bundle, first: &Ran, response: &Value, setup: &Setup) -> Result<Ran, String> {
    let Some((id, request)) = &first.driver else {
        return Err("answer() takes the run of a driver's first half: answer(run(sample(\"provisioning.single_sign_on\")), #{ status: 200, json: … })".into());
    };
    let Some((half, action)) = id.rsplit_once('.') else { return Err(format!("there is no driver {id}")) };
    let Some((kind, name)) = half.split_once('/') else { return Err(format!("there is no driver {id}")) };
    let given = bundle.hooks.given().with_stores(stores(&bundle.hooks, setup));
    let both = (request.clone(), response.clone());
    let run = bundle.hooks.drive_done(kind, name, action, both, &given);
    let run = run.ok_or_else(|| format!("no `{action}_done` of {half} reads the answer"))?;
    let mut ran = Ran { point: format!("{id}_done"), answer: json!(run.answer), ..Ran::default() };
    note(&mut ran, &[run.record]);
    Ok(ran)
}

/// What a schedule goes over.
///
/// # Errors
/// A sentence if there is no such `every` hook.
pub fn over(bundle: &Bundle, hook: &str) -> Result<Option<&'static str>, String> {
    let found = bundle.hooks.scheduled().find(|(scheduled, _)| scheduled.id == hook);
    found.map(|(_, schedule)| schedule.over).ok_or_else(|| {
        let ids: Vec<&str> = bundle.hooks.scheduled().map(|(hook, _)| hook.id.as_str()).collect();
        let near = did_you_mean(hook, ids.iter().copied()).map(|near| format!("; did you mean {near:?}?"));
        let hint = near.unwrap_or_else(|| match ids.as_slice() {
            [] => "; there is none at all".to_owned(),
            ids => format!("; there is {}", ids.join(", ")),
        });
        format!("there is no `every` hook {hook:?}{hint}")
    })
}

fn note(ran: &mut Ran, records: &[RunRecord]) {
    for record in records {
        ran.log.extend(record.log.iter().cloned());
        if let Some(error) = &record.error {
            if !ran.error.is_empty() {
                ran.error.push('\n');
            }
            ran.error.push_str(&error.to_string());
        }
    }
    ran.hooks.extend(records.iter().cloned());
}

fn told(template: &str, one: &Recipient) -> Told {
    Told {
        email: one.target.email.clone(),
        name: one.target.name.clone(),
        kind: one.target.kind.clone(),
        reason: one.reason.clone(),
        by: one.by.clone(),
        template: template.to_owned(),
        cc: one.cc,
    }
}

fn left(one: &LeftOut) -> Left {
    Left {
        email: one.target.email.clone(),
        name: one.target.name.clone(),
        reason: one.reason.clone(),
        by: one.by.clone(),
    }
}

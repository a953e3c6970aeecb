//! What effects are asked for with: templates and their variables, recipients, web addresses.

use super::super::Template;
use super::super::call::Verb;
use super::super::function::{self, EFFECTFUL, Holds, Takes, Value};
use super::kind::{Known, Meaning};
use super::method::constants;
use super::walk::{Scope, Walk};
use crate::config::permitted;
use crate::event::catalogue;
use crate::event::data::{Ticket, User};
use crate::event::shape::Shape;
use crate::event::words;
use crate::report::did_you_mean;
use rhai::{ASTNode, Expr, FnCallExpr, Position};

/// The value of an entry of the map that an effect takes.
pub fn entry<'e>(call: &'e FnCallExpr, key: &str) -> Option<&'e Expr> {
    match call.args.first() {
        Some(Expr::Map(entries, _)) => {
            entries.0.iter().find(|(there, _)| there.name.as_str() == key).map(|(_, value)| value)
        }
        _ => None,
    }
}

impl Walk<'_> {
    /// A call that asks for an effect: where it may stand, and each value that it takes.
    pub fn effect(
        &mut self,
        name: &str,
        call: &FnCallExpr,
        position: Position,
        arguments: &[Known],
        scope: &mut Scope,
    ) {
        let Some(function) = function::find(name) else { return };
        let help = match name {
            "email" => "who gets a notification, `route` hooks decide; `on` hooks send extra mail",
            _ => "only `on` and `every` hooks have effects",
        };
        self.belongs(&EFFECTFUL, &format!("{name}()"), help, position);
        if let Some(manifest) = self.names.manifest.filter(|manifest| !manifest.allows(name)) {
            let message = format!("the plugin {} may not ask for {name}()", manifest.name);
            let help = format!("name it in its plugin.toml: [may] effects = [\"{name}\"]");
            self.report(position, "not-in-manifest", message, help);
        }
        if function.needs_account() {
            self.needs("account", position);
        }
        match function.takes {
            Takes::Map(values) => {
                let Some(Expr::Map(entries, _)) = call.args.first() else {
                    return self.no_map(name, values, call, arguments, position);
                };
                self.keys(name, values, entries.0.iter().map(|(key, _)| key), position);
                for (key, written) in &entries.0 {
                    if let Some(value) = values.iter().find(|value| value.name == key.name.as_str()) {
                        let known = self.value(written, scope);
                        if value.holds != Holds::Headers {
                            self.no_secret(written);
                        }
                        self.holds(name, value, written, &known);
                    }
                }
                if name == "email" {
                    self.email(call, position);
                }
            }
            Takes::Values(values) => {
                for (value, (written, known)) in values.iter().zip(call.args.iter().zip(arguments)) {
                    self.no_secret(written);
                    self.holds(name, value, written, known);
                }
            }
        }
    }

    /// Reports a secret where everybody could read it.
    fn no_secret(&mut self, written: &Expr) {
        let mut found = None;
        written.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
            if let Some(ASTNode::Expr(Expr::FnCall(call, position))) = path.last()
                && call.name == "secret"
                && call.namespace.is_empty()
            {
                found = found.or(Some(*position));
            }
            true
        });
        if let Some(position) = found {
            let help = "write headers: #{ authorization: \"Bearer \" + secret(\"name\") }";
            self.report(position, "secret-elsewhere", "a secret may stand only in a header", help);
        }
    }

    /// An effect that takes a map, called with something else.
    fn no_map(
        &mut self,
        name: &str,
        values: &[Value],
        call: &FnCallExpr,
        known: &[Known],
        position: Position,
    ) {
        let title = match known {
            [Known::Map(_) | Known::Nothing | Known::Maybe(_)] => return,
            [one] => format!("this is {}", one.title().unwrap_or_default()),
            many => format!("these are {} values", many.len()),
        };
        let needed: Vec<_> = values.iter().filter(|value| value.needed).map(|value| value.name).collect();
        let place = call.args.first().map_or(position, Expr::start_position);
        let usage = format!("{name}(#{{ {}: … }})", needed.join(": …, "));
        self.report(place, "wrong-kind", format!("{name}() takes one map, and {title}"), usage);
    }

    fn keys<'k>(
        &mut self,
        function: &str,
        values: &[Value],
        keys: impl Iterator<Item = &'k rhai::Ident> + Clone,
        position: Position,
    ) {
        let missing: Vec<_> = values
            .iter()
            .filter(|value| value.needed && !keys.clone().any(|key| key.name.as_str() == value.name))
            .map(|value| value.name)
            .collect();
        let mut meant = Vec::new();
        for key in keys {
            if values.iter().any(|value| value.name == key.name.as_str()) {
                continue;
            }
            let near = did_you_mean(&key.name, values.iter().map(|value| value.name));
            meant.extend(near);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    format!(
                        "it knows {}",
                        values.iter().map(|value| value.name).collect::<Vec<_>>().join(", ")
                    )
                }
            };
            let message = format!("{function}() has no option `{}`", key.name);
            self.report(key.pos, "unknown-option", message, help);
        }
        for key in missing.iter().filter(|key| !meant.contains(key)) {
            let needed: Vec<_> = values.iter().filter(|value| value.needed).map(|value| value.name).collect();
            self.report(
                position,
                "missing-option",
                format!("{function}() asks for `{key}`"),
                format!("{function}(#{{ {}: … }})", needed.join(": …, ")),
            );
        }
    }

    /// One value of an effect, which must be of the kind that it holds.
    fn holds(&mut self, function: &str, value: &Value, written: &Expr, known: &Known) {
        if let Known::Absent(subject, read_at) = known {
            return self.there_is_none(subject, *read_at);
        }
        let (right, want, such): (fn(&Known) -> bool, &str, &str) = match value.holds {
            Holds::Text | Holds::Template | Holds::Url | Holds::Status | Holds::Priority | Holds::Custom => {
                (|known| matches!(known, Known::Text(_)), "a text", "\"…\"")
            }
            Holds::People | Holds::Person => return self.somebody(written, known),
            Holds::Ticket => (|known| of_shape(known, &Ticket::SHAPE), "a ticket", "event.ticket"),
            Holds::User => (|known| of_shape(known, &User::SHAPE), "a user", "event.user"),
            Holds::Permissions => (is_list, "a list of permissions", "[\"invoices\"]"),
            Holds::Categories => (is_list, "a list of mail categories", "[\"invoice\"]"),
            Holds::Map | Holds::Headers => {
                (|known| matches!(known, Known::Map(_) | Known::Object(_)), "a map", "#{ key: value }")
            }
            Holds::Anything => return,
        };
        if let (false, Some(title)) = (right(known), known.title()) {
            let title = match known {
                Known::Object(fields) => format!("a `{}`", fields.title()),
                _ => title.to_owned(),
            };
            let message = format!("{function}(): `{}` takes {want}, and this is {title}", value.name);
            self.report(written.start_position(), "wrong-kind", message, format!("hand over {such}"));
            return;
        }
        for (word, place) in constants(Some(written)) {
            match value.holds {
                Holds::Status => self.can_be(Meaning::Words(words::STATUSES), &word, place),
                Holds::Priority => self.can_be(Meaning::Words(words::PRIORITIES), &word, place),
                Holds::Permissions => self.can_be(Meaning::Words(words::PERMISSION), &word, place),
                Holds::Categories => self.can_be(Meaning::Words(words::CATEGORY), &word, place),
                Holds::Custom if !catalogue::is_custom(&word) => {
                    let message = format!("{word:?} is no name for an event of your own");
                    let help = "it is `custom.` and a word in small letters, such as \"custom.vip_lost\"";
                    self.report(place, "unknown-point", message, help);
                }
                Holds::Text if value.needed && word.trim().is_empty() => {
                    let message = format!("{function}(): `{}` is empty", value.name);
                    self.report(place, "missing-reason", message, "");
                }
                Holds::Text if value.name == "email" && !word.contains('@') => {
                    self.somebody(written, known);
                }
                _ => {}
            }
        }
        if value.holds == Holds::Url {
            self.host(Some(written), Some(known));
        }
    }

    /// What `email()` is asked for with, taken together.
    fn email(&mut self, call: &FnCallExpr, position: Position) {
        let names = self.names;
        for (name, place) in constants(entry(call, "template")) {
            match names.templates.iter().find(|template| template.name == name) {
                Some(template) => {
                    self.template_fields(template, place);
                    self.template_vars(template, call, position);
                }
                None => {
                    let known = names.templates.iter().map(|template| template.name.as_str());
                    self.unknown(
                        place,
                        "unknown-template",
                        format!("there is no template {name:?}"),
                        &name,
                        known,
                    );
                }
            }
        }
    }

    /// A template that prints fields which none of the hook's events has.
    fn template_fields(&mut self, template: &Template, position: Position) {
        if self.events.is_empty() {
            return;
        }
        // The event may have the field, and nothing ever stands in it: an `every` hook that goes over nothing.
        let absent = |field: &&String| self.lacking.iter().any(|lacking| lacking == field);
        if let (Some(field), Some(Verb::Every)) = (template.presumes.iter().find(absent), self.verb) {
            let message = format!(
                "the template {:?} prints event.{field}, and this `every` hook has none: it does not go over each {field}",
                template.name
            );
            let help = format!("add `over: \"{field}\"`, or hand over what the template needs in `vars`");
            self.report(position, "wrong-template", message, help);
            return;
        }
        let lacks = |name: &&String| !self.events.iter().any(|kind| kind.field(name).is_some());
        if let Some(field) = template.fields.iter().find(lacks) {
            let on = self.events.iter().map(|kind| kind.name).collect::<Vec<_>>();
            let message = match &template.event {
                Some(event) => format!(
                    "the template {:?} is for {event}: it prints event.{field}, which {} lacks",
                    template.name,
                    on.join(", ")
                ),
                None => format!(
                    "the template {:?} prints event.{field}, which {} lacks",
                    template.name,
                    on.join(", ")
                ),
            };
            let help = "write a template of its own for this mail, or hand over what it needs in `vars`";
            self.report(position, "wrong-template", message, help);
        }
    }

    /// Variables that a template cannot do without.
    fn template_vars(&mut self, template: &Template, call: &FnCallExpr, position: Position) {
        let given: Vec<(&str, Position)> = match entry(call, "vars") {
            Some(Expr::Map(entries, _)) => {
                entries.0.iter().map(|(key, _)| (key.name.as_str(), key.pos)).collect()
            }
            Some(_) => return,
            None if matches!(call.args.first(), Some(Expr::Map(..))) => vec![],
            None => return,
        };
        for wanted in &template.vars {
            if given.iter().any(|(name, _)| name == wanted) {
                continue;
            }
            // What the template does not read may be this one, misspelt.
            let spare = given.iter().filter(|(name, _)| !template.vars.iter().any(|var| var == name));
            let near = did_you_mean(wanted, spare.clone().map(|(name, _)| *name));
            let place =
                spare.clone().find(|(name, _)| Some(*name) == near).map_or(position, |(_, place)| *place);
            let message = format!("the template {:?} reads vars.{wanted}, which is not given", template.name);
            let help = match near {
                Some(near) => format!("did you mean `{wanted}` instead of `{near}`?"),
                None => format!("add it: vars: #{{ {wanted}: … }}"),
            };
            self.report(place, "missing-var", message, help);
        }
    }

    /// A web address: its host must be allowed.
    pub fn host(&mut self, written: Option<&Expr>, known: Option<&Known>) {
        let url = match written {
            Some(Expr::StringConstant(text, position)) => Some((text.to_string(), *position)),
            // What stands before the first `${` may name the host.
            Some(Expr::InterpolatedString(parts, position)) => match parts.first() {
                Some(Expr::StringConstant(text, _)) if text.matches('/').count() > 2 => {
                    Some((text.to_string(), *position))
                }
                _ => None,
            },
            Some(Expr::FnCall(setting, position)) if setting.name.as_str() == "setting" => {
                let name = constants(setting.args.first()).pop().map(|(name, _)| name).unwrap_or_default();
                let value = self
                    .names
                    .settings
                    .and_then(|settings| settings.get(&name))
                    .and_then(|value| value.as_str());
                value.map(|value| (value.to_owned(), *position))
            }
            _ => None,
        };
        if let (Some(written), Some(known)) = (written, known)
            && !matches!(known, Known::Text(_))
            && let Some(title) = known.title()
        {
            let message = format!("a web address is a text, and this is {title}");
            self.report(written.start_position(), "wrong-kind", message, "write \"https://…\"");
            return;
        }
        let Some((url, position)) = url else { return };
        if !url.starts_with("https://") && !url.starts_with("http://") {
            let message = format!("{url:?} is no web address");
            let help = "it begins with https://";
            if !url.is_empty() {
                self.report(position, "wrong-address", message, help);
            }
            return;
        }
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or(host);
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let allowed = |allow: &String| {
            let allow = allow.as_str();
            allow == host
                || allow == name
                || allow.strip_prefix("*.").is_some_and(|domain| name.ends_with(&format!(".{domain}")))
        };
        if let Some(manifest) = self.names.manifest.filter(|manifest| !manifest.may.hosts.iter().any(allowed))
        {
            let message = format!("the plugin {} may not call {name}", manifest.name);
            let help = format!("name it in its plugin.toml: [may] hosts = [\"{name}\"]");
            self.report(position, "not-in-manifest", message, help);
        }
        if let Err(refused) = permitted(&url, self.names.outgoing_allow) {
            self.warn(position, "host-not-allowed", refused.why, refused.mend);
        }
    }
}

fn of_shape(known: &Known, shape: &Shape) -> bool {
    matches!(known, Known::Object(fields) if fields.is(shape))
}

fn is_list(known: &Known) -> bool {
    matches!(known, Known::List(_))
}

//! What effects are asked for with: templates and their variables, recipients, web addresses.

use super::kind::Known;
use super::method::constants;
use super::walk::{Scope, Walk};
use super::super::Template;
use crate::report::did_you_mean;
use rhai::{Expr, FnCallExpr, Position};

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
    /// What `email()` is asked for with.
    pub fn email(&mut self, call: &FnCallExpr, scope: &mut Scope, position: Position) {
        if let Some(to) = entry(call, "to") {
            let known = self.value(to, scope);
            self.somebody(to, &known);
        }
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
        let lacks = |name: &&String| !self.events.iter().any(|kind| kind.field(name).is_some());
        if let Some(field) = template.fields.iter().find(lacks) {
            let on = self.events.iter().map(|kind| kind.name).collect::<Vec<_>>();
            let message = match &template.event {
                Some(event) => format!(
                    "the template {:?} is for {event}: it prints event.{field}, which {} lacks",
                    template.name,
                    on.join(", ")
                ),
                None => format!("the template {:?} prints event.{field}, which {} lacks", template.name, on.join(", ")),
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
            let place = spare.clone().find(|(name, _)| Some(*name) == near).map_or(position, |(_, place)| *place);
            let message = format!("the template {:?} reads vars.{wanted}, which is not given", template.name);
            let help = match near {
                Some(near) => format!("did you mean `{wanted}` instead of `{near}`?"),
                None => format!("add it: vars: #{{ {wanted}: … }}"),
            };
            self.report(place, "missing-var", message, help);
        }
    }

    /// A web-hook's address: its host must be allowed.
    pub fn host(&mut self, call: &FnCallExpr) {
        let url = match entry(call, "url") {
            Some(Expr::StringConstant(text, position)) => Some((text.to_string(), *position)),
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
        let Some((url, position)) = url else { return };
        if !url.starts_with("https://") && !url.starts_with("http://") {
            let message = format!("{url:?} is no web address");
            self.report(position, "wrong-address", message, "it begins with https://");
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
        if !self.names.outgoing_allow.iter().any(allowed) {
            let help = format!("add \"{name}\" to [outgoing] allow in innkeeper.toml, which takes a restart");
            self.warn(
                position,
                "host-not-allowed",
                format!("the host {name} is not among those that web-hooks may reach"),
                help,
            );
        }
    }
}

/// Kinds that the values of an effect's options have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// A text.
    Text,
    /// A map.
    Map,
}

impl Walk<'_> {
    /// The values of an effect's options must be of the kinds that it takes.
    pub fn option_kinds(&mut self, function: &str, call: &FnCallExpr, scope: &mut Scope, wants: &[(&str, Wants)]) {
        for (key, kind) in wants {
            let Some(written) = entry(call, key) else { continue };
            let known = self.value(written, scope);
            let (right, want) = match kind {
                Wants::Text => (matches!(known, Known::Text(_)), "a text"),
                Wants::Map => (matches!(known, Known::Map(_) | Known::Object(_)), "a map #{ … }"),
            };
            if let (false, Some(title)) = (right, known.title()) {
                let message = format!("{function}(): `{key}` takes {want}, and this is {title}");
                self.report(written.start_position(), "wrong-kind", message, "");
            }
        }
    }
}

//! Functions of what hooks get beside their event: a mail, the permission form, a menu.

use super::super::defaults;
use super::super::mail::{FIELDS as MAIL_FIELDS, FUNCTIONS as MAIL_FUNCTIONS};
use super::super::node::{Argument, is_somebody};
use super::habits;
use super::kind::{Known, Meaning};
use super::method::{constants, values};
use super::walk::Walk;
use crate::event::words::Words;
use crate::report::did_you_mean;
use rhai::{Expr, FnCallExpr, Position};

impl Walk<'_> {
    /// A function of a mail.
    pub fn mail(&mut self, call: &FnCallExpr, arguments: &[Known], position: Position) -> Known {
        let name = call.name.as_str();
        let Some((_, names_somebody)) = MAIL_FUNCTIONS.iter().find(|(known, _)| *known == name) else {
            let known = || MAIL_FUNCTIONS.iter().map(|(known, _)| *known);
            let help = match (habits::of_mail(name), did_you_mean(name, known())) {
                (Some(mend), _) => mend.to_owned(),
                (None, Some(near)) => format!("did you mean `{near}`?"),
                (None, None) if MAIL_FIELDS.contains(&name) => {
                    format!("it is a field: write .{name} without ()")
                }
                _ => format!("it has {}", known().collect::<Vec<_>>().join(", ")),
            };
            self.report(position, "unknown-function", format!("mail has no function `{name}`"), help);
            return Known::Nothing;
        };
        let usage = if *names_somebody { "(who, \"why\")" } else { "(\"why\")" };
        self.reason(&format!("mail.{name}"), usage, call, arguments, position);
        if let (true, Some(who), Some(known)) = (*names_somebody, call.args.first(), arguments.first()) {
            self.somebody(who, known);
        }
        Known::Nothing
    }

    /// A function of a menu.
    pub fn menu(&mut self, call: &FnCallExpr, arguments: &[Known], position: Position) -> Known {
        let (usage, takes, link) = match call.name.as_str() {
            "add" => ("(\"Label\", \"/path\")", 2, 1),
            "remove" => ("(\"/path\")", 1, 0),
            name => {
                let help = "it has add(\"Label\", \"/path\") and remove(\"/path\")";
                self.report(position, "unknown-function", format!("the menu has no function `{name}`"), help);
                return Known::Nothing;
            }
        };
        let full = format!("menu.{}", call.name);
        self.count(&full, usage, call, &[takes], position);
        for (known, written) in arguments.iter().zip(&call.args) {
            if let (false, Some(title)) = (matches!(known, Known::Text(_)), known.title()) {
                let message = format!("{full} takes texts, and this is {title}");
                self.report(written.start_position(), "wrong-kind", message, format!("{full}{usage}"));
            }
        }
        for (url, place) in constants(call.args.get(link)) {
            let right = if link == 0 { url.starts_with('/') } else { crate::event::page::is_link(&url) };
            if !right && call.args.len() == takes {
                let message = format!("{url:?} is no link");
                let help = match link {
                    0 => "write a path of this server, such as \"/contacts\"",
                    _ => {
                        "write a path such as \"/tickets\", or an address that begins with https://; the label stands first"
                    }
                };
                self.report(place, "wrong-address", message, help);
            }
        }
        Known::Nothing
    }

    /// The last value of such a call is a reason, which people read: a text that says something.
    pub fn reason(
        &mut self,
        name: &str,
        usage: &str,
        call: &FnCallExpr,
        arguments: &[Known],
        position: Position,
    ) {
        let takes = usage.matches(", ").count().min(1) + 1;
        if call.args.len() != takes {
            let message = format!(
                "{name} is called with {}, and takes {takes}: a reason is always asked for",
                values(call.args.len())
            );
            self.report(position, "wrong-arguments", message, format!("{name}{usage}"));
            return;
        }
        let (Some(reason), Some(known)) = (call.args.last(), arguments.last()) else { return };
        if matches!(reason, Expr::StringConstant(text, _) if text.trim().is_empty()) {
            let help = "say why in a few words: people read it";
            self.report(
                reason.position(),
                "missing-reason",
                format!("{name} asks for a reason, and this is empty"),
                help,
            );
        } else if !matches!(known, Known::Text(_))
            && let Some(title) = known.title()
        {
            let message = format!("{name} asks for a reason in words, and this is {title}");
            self.report(reason.start_position(), "wrong-kind", message, format!("{name}{usage}"));
        }
    }

    /// Whom a mail can go to: a person, an address, or a list of those.
    pub fn somebody(&mut self, written: &Expr, known: &Known) {
        for (address, position) in constants(Some(written)) {
            let address = address.trim();
            if !address.contains('@') || address.contains(char::is_whitespace) {
                let message = match address {
                    "" => "this names nobody".to_owned(),
                    address => format!("{address:?} is no e-mail address"),
                };
                let help = "name a person such as event.user, or an address such as \"sales@host.example\"";
                self.report(position, "wrong-recipient", message, help);
            }
        }
        let one = match known {
            Known::List(item) => item.there(),
            other => other.there(),
        };
        let (what, help) = match one {
            Known::Object(fields) if !is_somebody(*fields) => {
                let inside: Vec<_> = fields
                    .all()
                    .filter(
                        |field| matches!(Known::of_field(field), Known::Object(inner) if is_somebody(inner)),
                    )
                    .map(|field| format!(".{}", field.name))
                    .collect();
                let help = match inside.is_empty() {
                    true => "name a person such as event.user".to_owned(),
                    false => format!("name one of its people: {}", inside.join(", ")),
                };
                (format!("`{}` is nobody who gets mail", fields.title()), help)
            }
            Known::Text(Meaning::Words(Words::Id)) => {
                ("an id is no address".to_owned(), "hand over the person: without .id".to_owned())
            }
            Known::Text(Meaning::Words(Words::Name)) => {
                ("a name is no address".to_owned(), "hand over the person: without .name".to_owned())
            }
            Known::Text(Meaning::Words(Words::Permission)) => (
                "a permission is nobody who gets mail".to_owned(),
                "event.account.users_with(\"tickets\") gives its people".to_owned(),
            ),
            Known::Event(_) => (
                "an event is nobody who gets mail".to_owned(),
                "name one of its people, such as event.user".to_owned(),
            ),
            Known::Bool | Known::Int | Known::Time | Known::Span | Known::Map(_) => (
                format!("{} is nobody who gets mail", one.title().unwrap_or_default()),
                "name a person such as event.user, or an address".to_owned(),
            ),
            _ => return,
        };
        self.report(written.start_position(), "wrong-recipient", what, help);
    }

    /// A function of the permission form.
    pub fn form(&mut self, call: &FnCallExpr, arguments: &[Known], position: Position) -> Known {
        let name = call.name.as_str();
        let Some((_, usage)) = defaults::FUNCTIONS.iter().find(|(known, _)| *known == name) else {
            let known = || defaults::FUNCTIONS.iter().map(|(known, _)| *known);
            let help = match did_you_mean(name, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has {}", known().collect::<Vec<_>>().join(", ")),
            };
            self.report(position, "unknown-function", format!("the form has no function `{name}`"), help);
            return Known::Nothing;
        };
        let full = format!("invite.{name}");
        match name {
            "require" | "forbid" => self.reason(&full, usage, call, arguments, position),
            _ => self.count(&full, usage, call, &[if name == "preselect" { 1 } else { 2 }], position),
        }
        let place = usize::from(name == "preset");
        if let (Some(keys), Some(known)) = (call.args.get(place), arguments.get(place)) {
            self.words(Argument::Permission, keys);
            if !matches!(known, Known::List(_) | Known::Nothing | Known::Maybe(_)) {
                let message = format!(
                    "{full} takes a list of permissions, and this is {}",
                    known.title().unwrap_or_default()
                );
                self.report(keys.start_position(), "wrong-kind", message, format!("{full}{usage}"));
            }
        }
        Known::Nothing
    }
}

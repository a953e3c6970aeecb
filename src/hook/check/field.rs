//! Fields of a value: what they hold, and what may be put into them.

use super::super::draft;
use super::super::engine::functions;
use super::super::mail::FIELDS as MAIL_FIELDS;
use super::super::time::{LENGTH_FIELDS, MOMENT_FIELDS};
use super::kind::{Known, Meaning, TEXT};
use super::method::constants;
use super::walk::Walk;
use super::{flow, habits};
use crate::event::shape::Field;
use crate::event::words::{self, Words};
use crate::report::did_you_mean;
use rhai::{Expr, Position};

impl Walk<'_> {
    /// What a field holds; reports one that is not there.
    pub fn field(&mut self, base: &Known, name: &str, position: Position) -> Known {
        let base = base.there();
        if let Some(known) = self.of_absent(base, name, position) {
            return known;
        }
        if let Some(field) = base.own_field(name) {
            return match base {
                Known::Event(_) if name == "name" => Known::Text(Meaning::EventName),
                _ => Known::of_field(field),
            };
        }
        if let Some((title, fields)) = base.fields() {
            let message = match title.strip_prefix("no ") {
                Some(rest) => format!("no {rest} has a field `{name}`"),
                None => format!("{title} has no field `{name}`"),
            };
            let help =
                self.field_help(base, name, &fields.iter().map(|field| field.name).collect::<Vec<_>>());
            self.report(position, "unknown-field", message, help);
            return Known::Nothing;
        }
        let (title, known): (_, Vec<&str>) = match base {
            Known::Mail => ("mail", MAIL_FIELDS.to_vec()),
            Known::Time => ("a time", MOMENT_FIELDS.to_vec()),
            Known::Span => ("a length of time", LENGTH_FIELDS.to_vec()),
            Known::Text(_) => ("a text", vec!["len", "bytes", "is_empty", "chars"]),
            Known::List(_) => ("a list", vec!["len", "is_empty"]),
            Known::Map(entries) => ("this map", entries.iter().map(String::as_str).collect()),
            Known::Int | Known::Bool => (base.title().unwrap_or_default(), vec![]),
            _ => return Known::Nothing,
        };
        // A map may have got more entries since.
        let more = matches!(base, Known::Map(_)) && self.unit.fields_set.contains(name);
        let plain = matches!(base, Known::Int | Known::Bool) && functions().contains_key(name);
        if !known.contains(&name) && !more && !plain {
            let help = self.field_help(base, name, &known);
            self.report(position, "unknown-field", format!("{title} has no field `{name}`"), help);
            return Known::Nothing;
        }
        match (base, name) {
            (Known::Mail, "recipients") => Known::List(Box::new(Known::Nothing)),
            (Known::Mail, "category") => Known::Text(Meaning::Words(Words::Category)),
            (Known::Mail, "template") => Known::Text(Meaning::Template),
            (Known::Time, "weekday") => Known::Text(Meaning::Words(words::WEEKDAYS)),
            (Known::Mail, _) | (Known::Time, "date" | "time") => TEXT,
            (Known::Time | Known::Span, _) | (_, "len" | "bytes") => Known::Int,
            _ => Known::Nothing,
        }
    }

    /// The mend for a field that is not there.
    fn field_help(&self, base: &Known, name: &str, known: &[&str]) -> String {
        if matches!(base, Known::Text(_)) && flow::GIVES_ANOTHER.contains(&name) {
            let values = if matches!(name, "replace" | "split" | "sub_string") { "…" } else { "" };
            return format!("it is a function: write .{name}({values})");
        }
        if let Some(near) = did_you_mean(name, known.iter().copied()) {
            return format!("did you mean `{near}`?");
        }
        if let Known::List(item) = base
            && item.own_field(name).is_some()
        {
            return format!("it belongs to each of its items: for one in list {{ one.{name} }}");
        }
        // A field of something inside, or of the event itself.
        if let Some((_, fields)) = base.fields() {
            let inside = fields.iter().find(|field| Known::of_field(field).own_field(name).is_some());
            if let Some(inside) = inside {
                return format!("did you mean `.{}.{name}`?", inside.name);
            }
        }
        match (base, name) {
            (Known::Time, "days" | "hours" | "minutes") => {
                "that is a part of a length of time, which two times give: event.at - then".to_owned()
            }
            (Known::Map(_), _) => match known {
                [] => "this map is empty".to_owned(),
                known => format!("it has {}", known.join(", ")),
            },
            (Known::Text(_) | Known::List(_), _) if habits::instead_near(name).is_some() => {
                habits::instead_near(name).unwrap_or_default().to_owned()
            }
            _ => match habits::instead(name) {
                Some(mend) => mend.to_owned(),
                None if known.is_empty() => String::new(),
                None => format!("there are {}", known.join(", ")),
            },
        }
    }

    /// Setting a field: of drafts only, and of those only some.
    pub fn set_field(&mut self, base: &Known, name: &str, position: Position, new: (&Expr, &Known, bool)) {
        match base.there() {
            Known::Draft(kinds) => {
                let Some(field) = base.there().own_field(name) else {
                    self.field(base, name, position);
                    return;
                };
                if !kinds.iter().any(|kind| kind.amends.contains(&name)) {
                    self.report(
                        position,
                        "read-only",
                        draft::read_only(kinds[0], name),
                        "refuse with deny(), or leave it as it is",
                    );
                    return;
                }
                self.fits(field, position, new);
            }
            Known::Event(_) | Known::Object(_) | Known::Form | Known::Mail | Known::Time | Known::Span => {
                let before = self.count_reports();
                self.field(base, name, position);
                if self.count_reports() > before {
                    return;
                }
                self.report(
                    position,
                    "read-only",
                    format!("`{name}` cannot be set: what scripts get is a snapshot"),
                    "only some fields of a `before` hook's draft can be set",
                );
            }
            _ => {}
        }
    }

    /// What is put into a draft's field must be of its kind, and one of its words.
    fn fits(&mut self, field: &Field, position: Position, (written, new, adds): (&Expr, &Known, bool)) {
        let wants = Known::of_field(field);
        if let (false, Some(title), Some(want)) = (adds, new.title(), wants.title())
            && !wants.comparable(new)
        {
            let such = match &wants {
                Known::Span => "days(3)",
                Known::List(_) => "[\"one\", \"other\"]",
                Known::Bool => "true",
                Known::Int => "3",
                _ => "\"text\"",
            };
            let message = format!("`draft.{}` holds {want}, and this is {title}", field.name);
            self.report(
                position,
                "wrong-kind",
                message,
                format!("write it as in draft.{} = {such}", field.name),
            );
            return;
        }
        if let Some(words) = field.meaning() {
            for (word, place) in constants(Some(written)) {
                self.can_be(Meaning::Words(words), &word, place);
            }
        }
    }
}

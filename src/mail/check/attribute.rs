//! Fields, filters and tests that stand in quotes: what `sort` sorts by, what `selectattr` looks at, what `in` asks for.
//!
//! The engine takes a field that is not there for an absent value, so a slip would never be heard of.

use super::{Known, Walker};
use crate::event::shape::Kind;
use crate::mail::filter::{FILTERS, TESTS};
use crate::mail::scope::Type;
use minijinja::machinery::{Span, ast};

impl Walker<'_> {
    /// The fields, filters and tests that a filter of lists is given by name.
    pub(super) fn attributes(&mut self, f: &ast::Filter, list: Known) {
        let plain: Vec<_> = f.args.iter().filter_map(positional).collect();
        let (fields, word) = match f.name {
            "selectattr" | "rejectattr" => (plain.first(), plain.get(1).map(|word| (word, "test", TESTS))),
            "select" | "reject" => (None, plain.first().map(|word| (word, "test", TESTS))),
            "map" => (None, plain.first().map(|word| (word, "filter", FILTERS))),
            _ => (None, None),
        };
        if let Type::Of(Kind::List(kind)) = list.of {
            let by_name = f.args.iter().filter_map(|arg| match arg {
                ast::CallArg::Kwarg("attribute", path) => Some(path),
                _ => None,
            });
            for path in fields.copied().into_iter().chain(by_name) {
                self.path(Type::Of(*kind), path);
            }
        }
        if let Some((expression, what, known)) = word
            && let Some((name, at)) = quoted(expression)
        {
            self.word(at, what, &name, known);
        }
    }

    /// A path below `of` that stands in quotes, such as `"author.name"`.
    fn path(&mut self, mut of: Type, path: &ast::Expr) {
        let Some((text, mut at)) = quoted(path) else { return };
        for name in text.split('.') {
            of = match (of, name.parse::<usize>()) {
                (Type::Of(Kind::List(kind)), Ok(_)) => Type::Of(*kind),
                _ => match self.scope.field(of, name) {
                    Ok(of) => of,
                    Err(missing) => return self.missing(missing, name, at),
                },
            };
            at.start_col = at.start_col.saturating_add(columns(name) + 1);
        }
    }

    /// A field that `in` asks for by its name.
    pub(super) fn key(&mut self, owner: Known, name: &ast::Expr) {
        let is_object = matches!(owner.of, Type::Event | Type::Table(_) | Type::Of(Kind::Object(_)));
        if let Some((text, at)) = quoted(name).filter(|_| is_object)
            && let Err(missing) = self.scope.field(owner.of, &text)
        {
            self.missing(missing, &text, at);
        }
    }
}

fn positional<'a, 'b>(argument: &'b ast::CallArg<'a>) -> Option<&'b ast::Expr<'a>> {
    match argument {
        ast::CallArg::Pos(expression) => Some(expression),
        _ => None,
    }
}

/// A text that stands there as it is, and where it begins after its quote.
fn quoted(expression: &ast::Expr) -> Option<(String, Span)> {
    let value = expression.as_const()?;
    let mut at = expression.span();
    at.start_col = at.start_col.saturating_add(1);
    Some((value.as_str()?.to_owned(), at))
}

fn columns(name: &str) -> u16 {
    u16::try_from(name.chars().count()).unwrap_or(u16::MAX - 1)
}

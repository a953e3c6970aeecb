//! What expressions give, and assignments.

use super::kind::{Known, TEXT};
use super::walk::{Scope, Walk};
use rhai::{ASTFlags, BinaryExpr, Expr, FnPtr, Position, Stmt};

impl Walk<'_> {
    /// Sets a variable, or a field or item of one.
    pub fn assignment(&mut self, sides: &BinaryExpr, adds: bool, scope: &mut Scope) {
        let new = self.value(&sides.rhs, scope);
        match &sides.lhs {
            Expr::Variable(variable, ..) => {
                if let Some((_, held)) = scope.iter_mut().rev().find(|(name, _)| *name == variable.1.as_str())
                {
                    // It may have been set in one branch only.
                    *held = if adds { Known::Nothing } else { held.clone().or(&new) };
                }
            }
            Expr::Dot(pair, flags, _) | Expr::Index(pair, flags, _) => {
                let dot = matches!(sides.lhs, Expr::Dot(..));
                let base = self.value(&pair.lhs, scope);
                self.assign_in(&base, dot, &pair.rhs, *flags, (&sides.rhs, &new, adds), scope);
            }
            _ => {}
        }
    }

    /// The target of an assignment, step by step; the last step is what is set.
    fn assign_in(
        &mut self,
        base: &Known,
        dot: bool,
        rest: &Expr,
        flags: ASTFlags,
        new: (&Expr, &Known, bool),
        scope: &mut Scope,
    ) {
        if let (false, Expr::Dot(pair, inner, _) | Expr::Index(pair, inner, _)) =
            (flags.contains(ASTFlags::BREAK), rest)
        {
            let next = self.step(base, dot, &pair.lhs, scope);
            return self.assign_in(&next, matches!(rest, Expr::Dot(..)), &pair.rhs, *inner, new, scope);
        }
        match rest {
            Expr::Property(property, position) if dot => {
                self.set_field(base, &property.2, *position, new);
            }
            Expr::StringConstant(name, position) if !dot && base.fields().is_some() => {
                self.set_field(base, name, *position, new);
            }
            other => {
                self.value(other, scope);
            }
        }
    }

    /// What an expression gives.
    pub fn value(&mut self, expression: &Expr, scope: &mut Scope) -> Known {
        match expression {
            Expr::BoolConstant(..) => Known::Bool,
            Expr::IntegerConstant(..) => Known::Int,
            Expr::Unit(_) => Known::Unit,
            Expr::StringConstant(text, position) => {
                self.plain_text(text, *position);
                TEXT
            }
            Expr::DynamicConstant(value, _) => match value.read_lock::<FnPtr>() {
                Some(function) => Known::Function(function.fn_name().to_owned(), vec![]),
                None => Known::Nothing,
            },
            Expr::InterpolatedString(parts, _) => {
                parts.iter().for_each(|part| {
                    self.value(part, scope);
                });
                TEXT
            }
            Expr::Array(items, _) => {
                let kinds: Vec<_> = items.iter().map(|item| self.value(item, scope)).collect();
                let item = kinds.into_iter().reduce(|all, kind| all.or(&kind)).unwrap_or(Known::Nothing);
                Known::List(Box::new(item))
            }
            Expr::Map(entries, _) => {
                entries.0.iter().for_each(|(_, value)| {
                    self.value(value, scope);
                });
                Known::Map(entries.0.iter().map(|(key, _)| key.name.to_string()).collect())
            }
            Expr::Variable(variable, ..) if variable.2.is_empty() => self.variable(&variable.1, scope),
            Expr::ThisPtr(_) => self.this.clone(),
            Expr::Stmt(block) => self.block(block, scope),
            Expr::FnCall(call, position) => self.call(call, *position, scope),
            Expr::Dot(pair, flags, _) | Expr::Index(pair, flags, _) => {
                self.self_capture(&pair.lhs, &pair.rhs, scope);
                let base = self.value(&pair.lhs, scope);
                self.chain(&base, matches!(expression, Expr::Dot(..)), &pair.rhs, *flags, scope)
            }
            Expr::And(parts, _) | Expr::Or(parts, _) => {
                let word = if matches!(expression, Expr::And(..)) { "&&" } else { "||" };
                for (n, part) in parts.iter().enumerate() {
                    let before = self.count_reports();
                    self.condition(part, word, scope);
                    // One mend is for the whole: the other sides are looked at, and not judged.
                    if self.count_reports() > before {
                        parts[n + 1..].iter().for_each(|part| drop(self.value(part, scope)));
                        break;
                    }
                }
                Known::Bool
            }
            Expr::Coalesce(parts, _) => {
                let mut kinds: Vec<_> = parts.iter().map(|part| self.value(part, scope)).collect();
                self.never_missing(&kinds, expression.position());
                kinds
                    .pop()
                    .map_or(Known::Nothing, |last| kinds.iter().fold(last, |all, kind| all.or(kind.there())))
            }
            _ => Known::Nothing,
        }
    }

    /// What a variable holds.
    pub fn variable(&self, name: &str, scope: &Scope) -> Known {
        if let Some((_, held)) = scope.iter().rev().find(|(known, _)| known == name) {
            return held.clone();
        }
        // A function's bare name is a pointer to it.
        if self.unit.counts(name).is_empty() {
            Known::Nothing
        } else {
            Known::Function(name.to_owned(), vec![])
        }
    }

    fn chain(&mut self, base: &Known, dot: bool, rest: &Expr, flags: ASTFlags, scope: &mut Scope) -> Known {
        match rest {
            Expr::Dot(pair, inner, _) | Expr::Index(pair, inner, _) if !flags.contains(ASTFlags::BREAK) => {
                let next = self.step(base, dot, &pair.lhs, scope);
                if dot && matches!(pair.lhs, Expr::Property(..)) {
                    self.changes_a_copy(base, &next, &pair.rhs);
                }
                self.chain(&next, matches!(rest, Expr::Dot(..)), &pair.rhs, *inner, scope)
            }
            _ => self.step(base, dot, rest, scope),
        }
    }

    fn step(&mut self, base: &Known, dot: bool, step: &Expr, scope: &mut Scope) -> Known {
        match step {
            Expr::Property(property, position)
                if dot && matches!(base, Known::Text(_)) && holds(scope, &property.2) =>
            {
                let message = format!("a text has no field `{}`", property.2);
                let help = format!("texts are put together with +: \"…\" + {}", property.2);
                self.report(*position, "unknown-field", message, help);
                Known::Nothing
            }
            Expr::Property(property, position) if dot => self.field(base, &property.2, *position),
            Expr::MethodCall(call, position) if dot => self.method(base, call, *position, scope),
            Expr::StringConstant(name, position)
                if !dot && (base.fields().is_some() || matches!(base, Known::Absent(..))) =>
            {
                self.field(base, name, *position)
            }
            other => {
                let index = self.value(other, scope);
                if dot {
                    return Known::Nothing;
                }
                self.index(base, &index, other.position());
                base.there().item()
            }
        }
    }

    /// A text between double quotes prints what it holds, and replaces nothing.
    fn plain_text(&mut self, text: &str, position: Position) {
        let within = |open: &str, close: &str| {
            let inside = text.split_once(open).and_then(|(_, rest)| rest.split_once(close));
            inside.is_some_and(|(inside, _)| {
                let inside = inside.trim();
                inside.starts_with(|c: char| c.is_alphabetic() || c == '_')
                    && inside.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '(' | ')'))
            })
        };
        let (what, help) = if within("${", "}") {
            ("${…}", "put backticks around it instead of quotes: `Hello ${name}`")
        } else if within("{{", "}}") {
            ("{{…}}", "that is for templates; in scripts write `Hello ${name}` between backticks")
        } else {
            return;
        };
        self.warn(position, "plain-text", format!("{what} is not replaced in this text"), help);
    }

    /// A list is indexed by number.
    fn index(&mut self, base: &Known, index: &Known, position: Position) {
        if let (Known::List(_), Known::Text(_)) = (base.there(), index) {
            let help = "look for it: list.find(|one| one.name == \"…\")";
            self.report(position, "wrong-index", "a list is indexed by number, and this is a text", help);
        }
    }

    /// `list.filter(|x| list.contains(x))`: Rhai locks the variable that it works on.
    fn self_capture(&mut self, root: &Expr, rest: &Expr, scope: &Scope) {
        let Expr::Variable(variable, _, _) = root else { return };
        if self.variable(&variable.1, scope).there().is_handle() {
            return;
        }
        let mut path = Vec::new();
        let mut captures = Vec::new();
        rest.walk(&mut path, &mut |nodes: &[rhai::ASTNode<'_>]| {
            if let Some(rhai::ASTNode::Stmt(Stmt::Share(shared))) = nodes.last() {
                captures.extend(
                    shared.iter().filter(|(name, _)| name.name == variable.1).map(|(name, _)| name.pos),
                );
            }
            true
        });
        if let Some(position) = captures.first() {
            let message = format!("this function uses `{}`, on which it is called", variable.1);
            self.report(*position, "self-capture", message, "copy what it needs to another variable first");
        }
    }
}

fn holds(scope: &Scope, name: &str) -> bool {
    scope.iter().any(|(known, _)| known == name)
}

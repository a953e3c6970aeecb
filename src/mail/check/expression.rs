//! What is known about an expression, and what is wrong with it.

use super::{FOUND, Known, Walker};
use crate::event::shape::Kind;
use crate::mail::filter::{FILTERS, FUNCTIONS, TESTS};
use crate::mail::scope::{Missing, ROOTS, Root, Type};
use crate::report::did_you_mean;
use minijinja::machinery::{Span, ast};
use std::collections::BTreeMap;

/// Parts joined by `~` or `+` in one expression.
const JOINED: usize = 24;

impl Walker<'_> {
    /// The type of an expression; `kept` if its value stays, in a variable or an argument.
    pub(super) fn expression(&mut self, expression: &ast::Expr, kept: bool) -> Known {
        match expression {
            ast::Expr::Var(v) => self.name(v.id, v.span()),
            ast::Expr::Const(_) => FOUND,
            ast::Expr::GetAttr(g) => {
                let owner = self.expression(&g.expr, kept);
                self.field(owner, g.name, g.span(), &g.expr)
            }
            ast::Expr::GetItem(g) => {
                let owner = self.expression(&g.expr, kept);
                self.expression(&g.subscript_expr, false);
                match (owner.of, g.subscript_expr.as_const().as_ref().and_then(|value| value.as_str())) {
                    (Type::Of(Kind::List(kind)), _) => Known { of: Type::Of(*kind), ..owner },
                    (_, Some(name)) => self.field(owner, name, g.span(), &g.expr),
                    _ => Known { of: Type::Unknown, ..owner },
                }
            }
            ast::Expr::Slice(s) => {
                let known = self.expression(&s.expr, kept);
                for bound in [&s.start, &s.stop, &s.step].into_iter().flatten() {
                    self.expression(bound, false);
                }
                known
            }
            ast::Expr::UnaryOp(u) => Known { of: Type::Unknown, ..self.expression(&u.expr, kept) },
            ast::Expr::BinOp(b) if matches!(b.op, ast::BinOpKind::ScAnd | ast::BinOpKind::ScOr) => {
                // The right side may never be looked at.
                let left = self.expression(&b.left, kept);
                self.perhaps += 1;
                let right = self.expression(&b.right, kept);
                self.perhaps -= 1;
                Known {
                    of: left.of.either(right.of),
                    made: left.made || right.made,
                    longer: left.longer || right.longer,
                }
            }
            ast::Expr::BinOp(b) => self.operator(b, kept),
            ast::Expr::Compare(c) => {
                self.expression(&c.expr, false);
                c.ops.iter().for_each(|op| {
                    let known = self.expression(&op.expr, false);
                    if matches!(op.op, ast::CompareOpKind::In | ast::CompareOpKind::NotIn) {
                        self.key(known, &c.expr);
                    }
                });
                FOUND
            }
            ast::Expr::IfExpr(i) => {
                self.expression(&i.test_expr, false);
                self.perhaps += 1;
                let yes = self.expression(&i.true_expr, kept);
                let no = i.false_expr.as_ref().map(|expr| self.expression(expr, kept));
                self.perhaps -= 1;
                let of = no.map_or(Type::Unknown, |no| no.of.either(yes.of));
                let (made, longer) = no.map_or((false, false), |no| (no.made, no.longer));
                Known { of, made: yes.made || made, longer: yes.longer || longer }
            }
            ast::Expr::Filter(f) => self.filter(f, f.span(), kept),
            ast::Expr::Test(t) => {
                // `is defined` asks whether it is there.
                self.perhaps += 1;
                self.expression(&t.expr, false);
                self.perhaps -= 1;
                self.word(t.span(), "test", t.name, TESTS);
                self.arguments(&t.args, false);
                FOUND
            }
            ast::Expr::Call(c) => self.call(c, c.span()),
            ast::Expr::List(l) => self.literal(l.items.iter(), kept, l.span()),
            ast::Expr::Tuple(t) => self.literal(t.items.iter(), kept, t.span()),
            ast::Expr::Map(m) => self.literal(m.keys.iter().chain(&m.values), kept, m.span()),
        }
    }

    fn name(&mut self, name: &str, span: Span) -> Known {
        if let Some(known) = self.names.iter().rev().find_map(|names| names.get(name)) {
            return *known;
        }
        if let Some(of) = self.scope.root(name) {
            return Known { of, ..FOUND };
        }
        if FUNCTIONS.contains(&name) || matches!(name, "loop" | "super" | "self" | "caller") {
            return FOUND;
        }
        let own: Vec<String> = self.names.iter().flat_map(BTreeMap::keys).cloned().collect();
        let help = if name == "namespace" {
            "loops cannot carry values on in a mail; let the hook compute it and pass it in `vars`".into()
        } else {
            match did_you_mean(name, ROOTS.into_iter().chain(own.iter().map(String::as_str))) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("a template sees {}", ROOTS.join(", ")),
            }
        };
        self.report(span, "unknown-name", format!("nothing is called `{name}`"), help);
        FOUND
    }

    fn field(&mut self, owner: Known, name: &str, span: Span, before: &ast::Expr) -> Known {
        // The span begins with the path; the caret belongs under the field.
        let mut at = before.span();
        at.start_line = span.end_line;
        at.start_col = span.end_col.saturating_sub(u16::try_from(name.chars().count()).unwrap_or(0));
        let missing = match self.scope.field(owner.of, name) {
            Ok(of) => {
                if let (ast::Expr::GetAttr(subject), "exists") = (before, name) {
                    self.found.asks.insert(subject.name.to_owned());
                }
                if self.perhaps == 0 {
                    match owner.of {
                        Type::Table(Root::Vars) => drop(self.found.vars.insert(name.to_owned())),
                        Type::Event => drop(self.found.fields.insert(name.to_owned())),
                        _ => {}
                    }
                }
                self.found.unknown_vars |=
                    matches!(owner.of, Type::Table(Root::Vars)) && self.scope.vars.is_none();
                return Known { of, ..owner };
            }
            Err(missing) => missing,
        };
        self.missing(missing, name, at);
        FOUND
    }

    /// Says that a field is not there, and what is there instead.
    pub(super) fn missing(&mut self, missing: Missing, name: &str, at: Span) {
        let thing = if missing.code == "unknown-link" { "link" } else { "field" };
        let help = match did_you_mean(name, missing.known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if missing.known.is_empty() => String::new(),
            None => match missing.known.as_slice() {
                [only] => format!("there is only {only}"),
                all => format!("there are {}", all.join(", ")),
            },
        };
        self.report(at, missing.code, format!("{} has no {thing} `{name}`", missing.owner), help);
    }

    fn operator(&mut self, b: &ast::BinOp, kept: bool) -> Known {
        let joins = match b.op {
            ast::BinOpKind::Concat => true,
            // Adding a number cannot lengthen anything: a text and a number do not add up.
            ast::BinOpKind::Add => !is_number(&b.left) && !is_number(&b.right),
            ast::BinOpKind::Mul | ast::BinOpKind::Pow => {
                // A text times a number repeats it.
                kept && (!is_number(&b.left) || !is_number(&b.right))
            }
            _ => false,
        };
        let (left, right) = (self.expression(&b.left, kept), self.expression(&b.right, kept));
        if matches!(b.op, ast::BinOpKind::In) {
            self.key(right, &b.left);
        }
        let made = left.made || right.made;
        if joins && kept && made {
            self.growth(b.left.span());
        }
        if joins && chain(&b.left) > JOINED {
            let help = "print the parts one after the other instead";
            self.report(
                b.left.span(),
                "too-large",
                format!("more than {JOINED} parts are joined in one expression"),
                help.into(),
            );
        }
        Known { of: Type::Unknown, made, longer: joins || left.longer || right.longer }
    }

    fn growth(&mut self, span: Span) {
        self.report(
            span,
            "growth",
            "this joins a value that the template made itself and keeps the result, which can grow without bound".into(),
            "print the parts one after the other, or join fields of the event directly".into(),
        );
    }

    fn literal<'e>(
        &mut self,
        items: impl Iterator<Item = &'e ast::Expr<'e>>,
        kept: bool,
        span: Span,
    ) -> Known {
        let mut made = false;
        for item in items {
            made |= self.expression(item, kept).made;
        }
        if kept && made {
            self.growth(span);
        }
        Known { of: Type::Unknown, made, longer: true }
    }

    fn filter(&mut self, f: &ast::Filter, span: Span, kept: bool) -> Known {
        // `default` stands in for what is not there.
        let perhaps = usize::from(matches!(f.name, "default" | "d"));
        self.perhaps += perhaps;
        let known = f.expr.as_ref().map_or(FOUND, |expr| self.expression(expr, kept));
        self.perhaps -= perhaps;
        self.word(span, "filter", f.name, FILTERS);
        self.attributes(f, known);
        let arguments = self.arguments(&f.args, kept);
        let lengthens = matches!(
            f.name,
            "join" | "replace" | "paragraphs" | "map" | "urlencode" | "escape" | "e" | "string"
        );
        if lengthens && kept && (known.made || arguments) {
            self.growth(span);
        }
        let of = match (f.name, known.of) {
            ("first" | "last" | "min" | "max", Type::Of(Kind::List(kind))) => Type::Of(*kind),
            (
                "sort" | "reverse" | "unique" | "select" | "reject" | "selectattr" | "rejectattr" | "default"
                | "d",
                of,
            ) => of,
            _ => Type::Unknown,
        };
        Known { of, made: known.made || arguments, longer: known.longer || lengthens }
    }

    /// A macro may print its arguments many times, so they count as kept.
    pub(super) fn call(&mut self, c: &ast::Call, span: Span) -> Known {
        match &c.expr {
            ast::Expr::Var(v) if ROOTS.contains(&v.id) => {
                self.report(span, "unknown-function", format!("`{}` is no function", v.id), String::new());
            }
            ast::Expr::GetAttr(g) if !matches!(&g.expr, ast::Expr::Var(v) if v.id == "self") => {
                let owner = self.expression(&g.expr, true);
                let of_loop =
                    matches!(owner.of, Type::Table(Root::Loop)) && matches!(g.name, "cycle" | "changed");
                if !of_loop && !matches!(owner.of, Type::Unknown) {
                    let help = "templates read fields; use a filter, or let the hook compute it";
                    self.report(
                        span,
                        "unknown-function",
                        format!("there is no function `{}` here", g.name),
                        help.into(),
                    );
                }
            }
            ast::Expr::GetAttr(_) => {}
            callee => {
                self.expression(callee, true);
            }
        }
        let made = self.arguments(&c.args, true);
        Known { of: Type::Unknown, made, longer: true }
    }

    fn arguments(&mut self, arguments: &[ast::CallArg], kept: bool) -> bool {
        let mut made = false;
        for argument in arguments {
            let (ast::CallArg::Pos(e)
            | ast::CallArg::Kwarg(_, e)
            | ast::CallArg::PosSplat(e)
            | ast::CallArg::KwargSplat(e)) = argument;
            made |= self.expression(e, kept).made;
        }
        made
    }

    pub(super) fn word(&mut self, span: Span, what: &str, name: &str, known: &[&str]) {
        if known.contains(&name) {
            return;
        }
        let help = match did_you_mean(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the {what}s are {}", known.join(", ")),
        };
        self.report(span, &format!("unknown-{what}"), format!("there is no {what} `{name}`"), help);
    }
}

fn is_number(expression: &ast::Expr) -> bool {
    expression.as_const().is_some_and(|value| value.is_number())
}

/// How many parts the left side of a chain of joins has.
fn chain(expression: &ast::Expr) -> usize {
    let mut parts = 1;
    let mut left = expression;
    while let ast::Expr::BinOp(b) = left {
        parts += 1;
        left = &b.left;
    }
    parts
}

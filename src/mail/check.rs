//! What can be known about a template before it is rendered: misspelt fields, links, filters and
//! files, in every branch and loop whether a sample reaches it or not; text that could grow without
//! bound.
//!
//! The engine limits steps, not bytes, and a text that is doubled forty times fills any memory in
//! forty steps. Loops cannot carry values on (there is no `namespace`), so growth needs a value that
//! the template made itself to be joined with another *and kept*: that is refused here.

use super::filter::{FILTERS, FUNCTIONS, TESTS};
use super::scope::{ROOTS, Root, Scope, Type};
use crate::event::shape::Kind;
use crate::report::{Report, did_you_mean};
use minijinja::machinery::{Span, ast};
use std::collections::{BTreeMap, BTreeSet};

/// Literal text inside a macro or a `set` block, in bytes: it may be repeated as often as fuel allows.
const CAPTURED: usize = 8 * 1024;
/// Parts joined by `~` or `+` in one expression.
const JOINED: usize = 24;

/// A file to walk.
pub(super) struct Source<'a> {
    /// Path below the data folder.
    pub file: &'a str,
    /// The whole file, for the snippets.
    pub text: &'a str,
}

/// A template that a template asks for, and whether it inherits from it.
pub(super) struct Wanted {
    /// As written.
    pub name: String,
    /// `extends` rather than `include` or `import`.
    pub extends: bool,
    /// Where.
    pub line: usize,
    /// Where.
    pub column: usize,
}

/// What a walk found.
#[derive(Default)]
pub(super) struct Found {
    /// What is wrong.
    pub reports: Vec<Report>,
    /// Templates that it uses.
    pub wanted: Vec<Wanted>,
    /// Blocks by name, with their place.
    pub blocks: BTreeMap<String, (usize, usize)>,
    /// Names that it sets, which the layout and included files see too.
    pub names: BTreeSet<String>,
    /// True if it reads `vars` without an example of them.
    pub unknown_vars: bool,
}

/// Walks one parsed template, which sees `outer` names of the one that uses it.
pub(super) fn walk(scope: &Scope, source: &Source, outer: &BTreeSet<String>, tree: &ast::Stmt) -> Found {
    let outer = outer.iter().map(|name| (name.clone(), MADE)).collect();
    let mut walker = Walker { scope, source, names: vec![outer], captured: false, found: Found::default() };
    walker.statement(tree);
    walker.found
}

/// What is known about a value.
#[derive(Clone, Copy)]
struct Known {
    of: Type,
    /// It comes from a name that the template gave to something longer than it found.
    made: bool,
    /// This expression makes something longer than it finds.
    longer: bool,
}

impl Known {
    /// The value under the name that the template gives it.
    fn named(self) -> Self {
        Self { made: self.made || self.longer, longer: false, ..self }
    }
}

const MADE: Known = Known { of: Type::Unknown, made: true, longer: false };
const FOUND: Known = Known { of: Type::Unknown, made: false, longer: false };

struct Walker<'a> {
    scope: &'a Scope<'a>,
    source: &'a Source<'a>,
    names: Vec<BTreeMap<String, Known>>,
    captured: bool,
    found: Found,
}

impl Walker<'_> {
    fn report(&mut self, span: Span, code: &str, message: String, help: String) {
        let (line, column) = place(span);
        self.found
            .reports
            .push(Report::error(self.source.file, self.source.text, line, column, code, message).help(help));
    }

    fn all(&mut self, statements: &[ast::Stmt]) {
        statements.iter().for_each(|statement| self.statement(statement));
    }

    /// Statements that see names of their own.
    fn inside(&mut self, names: BTreeMap<String, Known>, statements: &[ast::Stmt]) {
        self.names.push(names);
        self.all(statements);
        self.names.pop();
    }

    /// Statements whose output becomes a value.
    fn capture(&mut self, names: BTreeMap<String, Known>, statements: &[ast::Stmt]) {
        let outer = std::mem::replace(&mut self.captured, true);
        self.inside(names, statements);
        self.captured = outer;
    }

    fn statement(&mut self, statement: &ast::Stmt) {
        match statement {
            ast::Stmt::Template(t) => self.all(&t.children),
            ast::Stmt::EmitExpr(e) => {
                let known = self.expression(&e.expr, false);
                if let Type::Of(kind @ (Kind::Time | Kind::Span)) = known.of {
                    let help = "write `| date`, `| time` or `| datetime` after it";
                    self.report(
                        e.expr.span(),
                        "bare-time",
                        format!("a {kind} prints as a number of milliseconds"),
                        help.into(),
                    );
                }
            }
            ast::Stmt::EmitRaw(raw) => {
                if self.captured && raw.raw.len() > CAPTURED {
                    let help = "keep long texts outside macros, `set` and `call` blocks";
                    self.report(
                        raw.span(),
                        "too-large",
                        format!("more than {} KiB of text in a macro or block", CAPTURED >> 10),
                        help.into(),
                    );
                }
            }
            ast::Stmt::ForLoop(l) => self.for_loop(l),
            ast::Stmt::IfCond(i) => {
                self.expression(&i.expr, false);
                self.inside(BTreeMap::new(), &i.true_body);
                self.inside(BTreeMap::new(), &i.false_body);
                self.names_of_branches(&i.true_body);
                self.names_of_branches(&i.false_body);
            }
            ast::Stmt::WithBlock(w) => {
                let mut names = BTreeMap::new();
                for (target, value) in &w.assignments {
                    let known = self.expression(value, true);
                    bind(target, known, &mut names);
                }
                self.inside(names, &w.body);
            }
            ast::Stmt::Set(s) => {
                let known = self.expression(&s.expr, true);
                self.assign(&s.target, known);
            }
            ast::Stmt::SetBlock(s) => {
                self.capture(BTreeMap::new(), &s.body);
                if let Some(filter) = &s.filter {
                    self.expression(filter, true);
                }
                self.assign(&s.target, MADE);
            }
            ast::Stmt::AutoEscape(a) => {
                let help = "print trusted HTML with `| safe` where it is needed";
                self.report(
                    a.span(),
                    "autoescape",
                    "escaping cannot be switched off for a whole part".into(),
                    help.into(),
                );
                self.all(&a.body);
            }
            ast::Stmt::FilterBlock(f) => {
                self.capture(BTreeMap::new(), &f.body);
                self.expression(&f.filter, false);
            }
            ast::Stmt::Block(b) => {
                self.found.blocks.insert(b.name.to_owned(), place(b.span()));
                self.inside(BTreeMap::new(), &b.body);
            }
            ast::Stmt::Import(i) => {
                self.want(&i.expr, false);
                self.assign(&i.name, FOUND);
            }
            ast::Stmt::FromImport(i) => {
                self.want(&i.expr, false);
                for (name, alias) in &i.names {
                    self.assign(alias.as_ref().unwrap_or(name), FOUND);
                }
            }
            ast::Stmt::Extends(e) => self.want(&e.name, true),
            ast::Stmt::Include(i) => self.want(&i.name, false),
            ast::Stmt::Macro(m) => self.macro_body(m),
            ast::Stmt::CallBlock(c) => {
                self.call(&c.call, c.call.span());
                self.macro_body(&c.macro_decl);
            }
            ast::Stmt::Do(d) => {
                self.call(&d.call, d.call.span());
            }
        }
    }

    /// What both sides of an `if` set is known after it; its fields are not looked into.
    fn names_of_branches(&mut self, body: &[ast::Stmt]) {
        for statement in body {
            match statement {
                ast::Stmt::Set(s) => self.assign(&s.target, MADE),
                ast::Stmt::SetBlock(s) => self.assign(&s.target, MADE),
                ast::Stmt::IfCond(i) => {
                    self.names_of_branches(&i.true_body);
                    self.names_of_branches(&i.false_body);
                }
                _ => {}
            }
        }
    }

    fn for_loop(&mut self, l: &ast::ForLoop) {
        let list = self.expression(&l.iter, true);
        let of = if let Type::Of(Kind::List(kind)) = list.of { Type::Of(*kind) } else { Type::Unknown };
        let item = Known { of, ..list };
        let mut names = BTreeMap::from([("loop".to_owned(), FOUND)]);
        bind(&l.target, item, &mut names);
        self.names.push(names);
        if let Some(filter) = &l.filter_expr {
            self.expression(filter, false);
        }
        self.all(&l.body);
        self.names.pop();
        self.inside(BTreeMap::new(), &l.else_body);
    }

    fn macro_body(&mut self, m: &ast::Macro) {
        self.assign_name(m.name, FOUND);
        m.defaults.iter().for_each(|default| {
            self.expression(default, true);
        });
        let mut names = BTreeMap::from([("caller".to_owned(), FOUND)]);
        m.args.iter().for_each(|arg| bind(arg, MADE, &mut names));
        self.capture(names, &m.body);
    }

    fn want(&mut self, name: &ast::Expr, extends: bool) {
        let (line, column) = place(name.span());
        match name.as_const().as_ref().and_then(|value| value.as_str()) {
            Some(name) => self.found.wanted.push(Wanted { name: name.to_owned(), extends, line, column }),
            None => self.report(
                name.span(),
                "unknown-template",
                "the name of another template is written out, not computed".into(),
                "use `{% if %}` around several includes".into(),
            ),
        }
    }

    fn assign(&mut self, target: &ast::Expr, known: Known) {
        let mut names = BTreeMap::new();
        bind(target, known, &mut names);
        names.into_iter().for_each(|(name, known)| self.assign_name(&name, known));
    }

    fn assign_name(&mut self, name: &str, known: Known) {
        self.found.names.insert(name.to_owned());
        if let Some(names) = self.names.last_mut() {
            names.insert(name.to_owned(), known);
        }
    }

    /// The type of an expression; `kept` if its value stays, in a variable or an argument.
    fn expression(&mut self, expression: &ast::Expr, kept: bool) -> Known {
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
            ast::Expr::BinOp(b) => self.operator(b, kept),
            ast::Expr::Compare(c) => {
                self.expression(&c.expr, false);
                c.ops.iter().for_each(|op| {
                    self.expression(&op.expr, false);
                });
                FOUND
            }
            ast::Expr::IfExpr(i) => {
                self.expression(&i.test_expr, false);
                let yes = self.expression(&i.true_expr, kept);
                let no = i.false_expr.as_ref().map(|expr| self.expression(expr, kept));
                let (made, longer) = no.map_or((false, false), |no| (no.made, no.longer));
                Known { of: Type::Unknown, made: yes.made || made, longer: yes.longer || longer }
            }
            ast::Expr::Filter(f) => self.filter(f, f.span(), kept),
            ast::Expr::Test(t) => {
                self.expression(&t.expr, false);
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
        let missing = match self.scope.field(owner.of, name) {
            Ok(of) => {
                self.found.unknown_vars |=
                    matches!(owner.of, Type::Table(Root::Vars)) && self.scope.vars.is_none();
                return Known { of, ..owner };
            }
            Err(missing) => missing,
        };
        let thing = if missing.code == "unknown-link" { "link" } else { "field" };
        let help = match did_you_mean(name, missing.known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if missing.known.is_empty() => String::new(),
            None => format!("there are {}", missing.known.join(", ")),
        };
        // The span begins with the path; the caret belongs under the field.
        let mut at = before.span();
        at.start_line = span.end_line;
        at.start_col = span.end_col.saturating_sub(u16::try_from(name.chars().count()).unwrap_or(0));
        self.report(at, missing.code, format!("{} has no {thing} `{name}`", missing.owner), help);
        FOUND
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
        let known = f.expr.as_ref().map_or(FOUND, |expr| self.expression(expr, kept));
        self.word(span, "filter", f.name, FILTERS);
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
    fn call(&mut self, c: &ast::Call, span: Span) -> Known {
        match &c.expr {
            ast::Expr::Var(v) if ROOTS.contains(&v.id) => {
                self.report(span, "unknown-function", format!("`{}` is no function", v.id), String::new())
            }
            ast::Expr::GetAttr(g) if !matches!(&g.expr, ast::Expr::Var(v) if v.id == "self") => {
                let owner = self.expression(&g.expr, true);
                if !matches!(owner.of, Type::Unknown) {
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

    fn word(&mut self, span: Span, what: &str, name: &str, known: &[&str]) {
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

/// Line and column of a span, both from 1; the engine counts columns from 0.
fn place(span: Span) -> (usize, usize) {
    (span.start_line.into(), usize::from(span.start_col) + 1)
}

fn bind(target: &ast::Expr, known: Known, names: &mut BTreeMap<String, Known>) {
    match target {
        ast::Expr::Var(v) => {
            names.insert(v.id.to_owned(), known.named());
        }
        ast::Expr::List(l) => {
            l.items.iter().for_each(|item| bind(item, Known { of: Type::Unknown, ..known }, names))
        }
        ast::Expr::Tuple(t) => {
            t.items.iter().for_each(|item| bind(item, Known { of: Type::Unknown, ..known }, names))
        }
        _ => {}
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

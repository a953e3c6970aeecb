//! What can be known about a template before it is rendered: misspelt fields, links, filters and
//! files, in every branch and loop whether a sample reaches it or not; text that could grow without
//! bound.
//!
//! The engine limits steps, not bytes, and a text that is doubled forty times fills any memory in
//! forty steps. Loops cannot carry values on (there is no `namespace`), so growth needs a value that
//! the template made itself to be joined with another *and kept*: that is refused here.

use super::scope::{Root, Scope, Type};
use crate::event::shape::Kind;
use crate::report::Report;
use minijinja::machinery::{Span, ast};
use std::collections::{BTreeMap, BTreeSet};

mod attribute;
mod expression;

/// Literal text inside a macro or a `set` block, in bytes: it may be repeated as often as fuel allows.
const CAPTURED: usize = 8 * 1024;

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
    /// What it reads of `vars`, whatever else is the case.
    pub vars: BTreeSet<String>,
    /// Fields of the event that it reads, whatever else is the case.
    pub fields: BTreeSet<String>,
    /// Subjects of the event of which it asks whether they are there.
    pub asks: BTreeSet<String>,
}

/// Walks one parsed template, which sees `outer` names of the one that uses it.
///
/// `used` says that another extends or includes it, so that its blocks may be replaced.
pub(super) fn walk(
    scope: &Scope,
    source: &Source,
    outer: &BTreeSet<String>,
    tree: &ast::Stmt,
    used: bool,
) -> Found {
    let outer = outer.iter().map(|name| (name.clone(), MADE)).collect();
    let mut walker = Walker {
        scope,
        source,
        names: vec![outer],
        captured: false,
        used,
        perhaps: 0,
        found: Found::default(),
    };
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
const LOOP: Known = Known { of: Type::Table(Root::Loop), made: false, longer: false };
const FOUND: Known = Known { of: Type::Unknown, made: false, longer: false };

struct Walker<'a> {
    scope: &'a Scope<'a>,
    source: &'a Source<'a>,
    names: Vec<BTreeMap<String, Known>>,
    captured: bool,
    used: bool,
    /// How many branches, loops and macros stand around this place: it may never be printed.
    perhaps: usize,
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
                self.perhaps += 1;
                self.inside(BTreeMap::new(), &i.true_body);
                self.inside(BTreeMap::new(), &i.false_body);
                self.perhaps -= 1;
                self.names_of_branches(&i.true_body);
                self.names_of_branches(&i.false_body);
            }
            ast::Stmt::WithBlock(w) => {
                let mut names = BTreeMap::new();
                for (target, value) in &w.assignments {
                    let known = self.expression(value, true);
                    bind(target, known, &mut names);
                }
                self.found.names.extend(names.keys().cloned());
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
                self.perhaps += usize::from(self.used);
                self.inside(BTreeMap::new(), &b.body);
                self.perhaps -= usize::from(self.used);
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
        let mut names = BTreeMap::from([("loop".to_owned(), LOOP)]);
        bind(&l.target, item, &mut names);
        // Files that are included see them, too.
        self.found.names.extend(names.keys().cloned());
        self.names.push(names);
        self.perhaps += 1;
        if let Some(filter) = &l.filter_expr {
            self.expression(filter, false);
        }
        self.all(&l.body);
        self.names.pop();
        self.inside(BTreeMap::new(), &l.else_body);
        self.perhaps -= 1;
    }

    fn macro_body(&mut self, m: &ast::Macro) {
        self.assign_name(m.name, FOUND);
        self.perhaps += 1;
        m.defaults.iter().for_each(|default| {
            self.expression(default, true);
        });
        self.perhaps -= 1;
        let mut names = BTreeMap::from([("caller".to_owned(), FOUND)]);
        m.args.iter().for_each(|arg| bind(arg, MADE, &mut names));
        self.perhaps += 1;
        self.capture(names, &m.body);
        self.perhaps -= 1;
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
            l.items.iter().for_each(|item| bind(item, Known { of: Type::Unknown, ..known }, names));
        }
        ast::Expr::Tuple(t) => {
            t.items.iter().for_each(|item| bind(item, Known { of: Type::Unknown, ..known }, names));
        }
        _ => {}
    }
}

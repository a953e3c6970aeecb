//! Going through a script, statement by statement, with what each variable holds.

use super::super::call::Verb;
use super::super::{Names, error};
use super::Unit;
use super::kind::Known;
use crate::report::{Report, did_you_mean};
use rhai::{ASTFlags, BinaryExpr, Expr, FnPtr, Position, Stmt, StmtBlock};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Functions looked at, with what they are called with: more are not looked at.
const MOST: usize = 2_000;
/// Functions calling functions, followed no deeper.
const DEEPEST: usize = 16;

/// Variables in reach, innermost last.
pub type Scope = Vec<(String, Known)>;

/// The walk over one file and what it imports.
pub struct Walk<'a> {
    pub names: &'a Names<'a>,
    pub unit: Arc<Unit>,
    /// The kind of hook whose function is looked at; none at the top level and in functions that nobody calls.
    pub verb: Option<Verb>,
    /// True inside a function.
    pub inside: bool,
    /// True once a hook was registered.
    pub registered: bool,
    reports: Vec<Report>,
    seen: BTreeSet<String>,
    depth: usize,
}

impl<'a> Walk<'a> {
    pub fn new(unit: &Arc<Unit>, names: &'a Names<'a>) -> Self {
        Self {
            names,
            unit: unit.clone(),
            verb: None,
            inside: false,
            registered: false,
            reports: vec![],
            seen: BTreeSet::new(),
            depth: 0,
        }
    }

    /// Everything: the top level, what it leads to, and the functions that nothing leads to.
    pub fn whole(mut self) -> Vec<Report> {
        let unit = self.unit.clone();
        let mut scope = Scope::new();
        self.statements(unit.ast.statements().iter(), &mut scope);
        let prefix = |name: &str, count: usize| format!("{}:{name}/{count}:", unit.file);
        for body in &unit.bodies {
            let start = prefix(&body.name, body.params.len());
            if !self.seen.range(start.clone()..).next().is_some_and(|seen| seen.starts_with(&start)) {
                self.function(&body.name, vec![Known::Nothing; body.params.len()]);
            }
        }
        self.reports
    }

    /// Notes a mistake, once for each place.
    pub fn report(
        &mut self,
        position: Position,
        code: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let text = self.unit.text.clone();
        let report =
            error::report(&|_| Some(text.clone()), &self.unit.file, position, code, message).help(help);
        let same = |other: &Report| {
            (&other.file, other.line, other.column, &other.code)
                == (&report.file, report.line, report.column, &report.code)
        };
        if !self.reports.iter().any(same) {
            self.reports.push(report);
        }
    }

    /// As [`Walk::report`], for something that may go live.
    pub fn warn(
        &mut self,
        position: Position,
        code: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let before = self.reports.len();
        self.report(position, code, message, help);
        if self.reports.len() > before
            && let Some(last) = self.reports.pop()
        {
            self.reports.push(last.warning());
        }
    }

    /// Reports a word that is not in a list, with the one that may have been meant.
    pub fn unknown<'n>(
        &mut self,
        position: Position,
        code: &str,
        message: String,
        word: &str,
        known: impl Iterator<Item = &'n str>,
    ) {
        let help =
            did_you_mean(word, known).map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
        self.report(position, code, message, help);
    }

    /// Looks into a function of the present file, called with these values.
    pub fn function(&mut self, name: &str, arguments: Vec<Known>) {
        let unit = self.unit.clone();
        let Some(body) = unit.body(name, arguments.len()) else { return };
        let key = format!("{}:{name}/{}:{:?}{arguments:?}", unit.file, arguments.len(), self.verb);
        if self.depth >= DEEPEST || self.seen.len() >= MOST || !self.seen.insert(key) {
            return;
        }
        let inside = std::mem::replace(&mut self.inside, true);
        self.depth += 1;
        let mut scope: Scope = body.params.iter().cloned().zip(arguments).collect();
        body.statements(|statement| {
            self.statement(statement, &mut scope);
        });
        self.depth -= 1;
        self.inside = inside;
    }

    /// Looks into a function of an imported file.
    pub fn elsewhere(&mut self, unit: &Arc<Unit>, name: &str, arguments: Vec<Known>) {
        let here = std::mem::replace(&mut self.unit, unit.clone());
        self.function(name, arguments);
        self.unit = here;
    }

    /// Looks into a function value that is called with these values after those that it captured;
    /// surplus values are left out, as Rhai's list functions do with the item's place.
    pub fn apply(&mut self, function: &Known, arguments: &[Known]) {
        let Known::Function(name, captured) = function else { return };
        for count in (0..=arguments.len()).rev() {
            if self.unit.body(name, captured.len() + count).is_some() {
                let all = captured.iter().chain(&arguments[..count]).cloned().collect();
                return self.function(&name.clone(), all);
            }
        }
    }

    fn block(&mut self, block: &StmtBlock, scope: &mut Scope) -> Known {
        let size = scope.len();
        let last = self.statements(block.iter(), scope);
        scope.truncate(size);
        last
    }

    fn statements<'s>(&mut self, statements: impl Iterator<Item = &'s Stmt>, scope: &mut Scope) -> Known {
        let mut last = Known::Nothing;
        for statement in statements {
            last = self.statement(statement, scope);
        }
        last
    }

    fn statement(&mut self, statement: &Stmt, scope: &mut Scope) -> Known {
        match statement {
            Stmt::Expr(expression) => return self.value(expression, scope),
            Stmt::FnCall(call, position) => return self.call(call, *position, scope),
            Stmt::Block(block) => return self.block(block, scope),
            Stmt::Var(variable, ..) => {
                let value = self.value(&variable.1, scope);
                scope.push((variable.0.name.to_string(), value));
            }
            Stmt::Assignment(assignment) => {
                self.assignment(&assignment.1, assignment.0.is_op_assignment(), scope);
            }
            Stmt::If(flow, _) => {
                self.value(&flow.expr, scope);
                let one = self.block(&flow.body, scope);
                let other = self.block(&flow.branch, scope);
                return if format!("{one:?}") == format!("{other:?}") { one } else { Known::Nothing };
            }
            Stmt::While(flow, _) | Stmt::Do(flow, ..) => {
                self.value(&flow.expr, scope);
                self.block(&flow.body, scope);
            }
            Stmt::For(each, _) => {
                let item = self.value(&each.2.expr, scope).item();
                let size = scope.len();
                scope.push((each.0.name.to_string(), item));
                if let Some(counter) = &each.1 {
                    scope.push((counter.name.to_string(), Known::Int));
                }
                self.block(&each.2.body, scope);
                scope.truncate(size);
            }
            Stmt::TryCatch(flow, _) => {
                self.block(&flow.body, scope);
                let size = scope.len();
                if let Expr::Variable(variable, ..) = &flow.expr {
                    scope.push((variable.1.to_string(), Known::Nothing));
                }
                self.block(&flow.branch, scope);
                scope.truncate(size);
            }
            Stmt::Switch(switch, _) => {
                self.value(&switch.0, scope);
                for case in &switch.1.expressions {
                    self.value(&case.lhs, scope);
                    self.value(&case.rhs, scope);
                }
            }
            Stmt::BreakLoop(Some(value), ..) => {
                self.value(value, scope);
            }
            Stmt::Return(value, flags, position) => {
                if let Some(value) = value {
                    self.value(value, scope);
                }
                if flags.contains(ASTFlags::BREAK) && self.verb == Some(Verb::Before) {
                    self.report(
                        *position,
                        "throw-in-guard",
                        "`throw` in a `before` hook is a failure of the hook, not a refusal",
                        "refuse with deny(\"why\")",
                    );
                }
            }
            Stmt::Import(import, position) => self.import(&import.0, *position),
            _ => {}
        }
        Known::Nothing
    }

    fn import(&mut self, path: &Expr, position: Position) {
        if self.inside {
            self.report(
                position,
                "import-inside",
                "import works at the top level of a file only",
                "move it to the top of the file",
            );
        } else if self.registered {
            self.report(
                position,
                "import-below",
                "this import stands below a hook, which does not see it",
                "move it to the top of the file",
            );
        }
        if !matches!(path, Expr::StringConstant(..)) {
            self.report(
                position,
                "import-inside",
                "an import names its file as a plain text",
                "write it as import \"lib/name\" as name;",
            );
        }
    }

    fn assignment(&mut self, sides: &BinaryExpr, adds: bool, scope: &mut Scope) {
        let new = self.value(&sides.rhs, scope);
        match &sides.lhs {
            Expr::Variable(variable, ..) => {
                if let Some((_, held)) = scope.iter_mut().rev().find(|(name, _)| *name == variable.1.as_str())
                {
                    *held = if adds { Known::Nothing } else { new };
                }
            }
            Expr::Dot(pair, flags, _) | Expr::Index(pair, flags, _) => {
                let dot = matches!(sides.lhs, Expr::Dot(..));
                let base = self.value(&pair.lhs, scope);
                self.assign_in(&base, dot, &pair.rhs, *flags, &sides.rhs, scope);
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
        new: &Expr,
        scope: &mut Scope,
    ) {
        if let (false, Expr::Dot(pair, inner, _) | Expr::Index(pair, inner, _)) =
            (flags.contains(ASTFlags::BREAK), rest)
        {
            let next = self.step(base, dot, &pair.lhs, scope);
            return self.assign_in(&next, matches!(rest, Expr::Dot(..)), &pair.rhs, *inner, new, scope);
        }
        match rest {
            Expr::Property(property, position) if dot => self.set_field(base, &property.2, *position, new),
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
            Expr::StringConstant(..) => Known::Text,
            Expr::DynamicConstant(value, _) => match value.read_lock::<FnPtr>() {
                Some(function) => Known::Function(function.fn_name().to_owned(), vec![]),
                None => Known::Nothing,
            },
            Expr::InterpolatedString(parts, _) => {
                parts.iter().for_each(|part| {
                    self.value(part, scope);
                });
                Known::Text
            }
            Expr::Array(items, _) => {
                let kinds: Vec<_> = items.iter().map(|item| self.value(item, scope)).collect();
                match kinds.split_first() {
                    Some((first, rest))
                        if rest.iter().all(|kind| format!("{kind:?}") == format!("{first:?}")) =>
                    {
                        Known::List(Box::new(first.clone()))
                    }
                    _ => Known::List(Box::new(Known::Nothing)),
                }
            }
            Expr::Map(entries, _) => {
                entries.0.iter().for_each(|(_, value)| {
                    self.value(value, scope);
                });
                Known::Map(entries.0.iter().map(|(key, _)| key.name.to_string()).collect())
            }
            Expr::Variable(variable, ..) if variable.2.is_empty() => self.variable(&variable.1, scope),
            Expr::Stmt(block) => self.block(block, scope),
            Expr::FnCall(call, position) => self.call(call, *position, scope),
            Expr::Dot(pair, flags, _) | Expr::Index(pair, flags, _) => {
                self.self_capture(&pair.lhs, &pair.rhs, scope);
                let base = self.value(&pair.lhs, scope);
                self.chain(&base, matches!(expression, Expr::Dot(..)), &pair.rhs, *flags, scope)
            }
            Expr::And(parts, _) | Expr::Or(parts, _) => {
                parts.iter().for_each(|part| {
                    self.value(part, scope);
                });
                Known::Bool
            }
            Expr::Coalesce(parts, _) => {
                parts.iter().for_each(|part| {
                    self.value(part, scope);
                });
                Known::Nothing
            }
            _ => Known::Nothing,
        }
    }

    fn variable(&self, name: &str, scope: &Scope) -> Known {
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
                self.chain(&next, matches!(rest, Expr::Dot(..)), &pair.rhs, *inner, scope)
            }
            _ => self.step(base, dot, rest, scope),
        }
    }

    fn step(&mut self, base: &Known, dot: bool, step: &Expr, scope: &mut Scope) -> Known {
        match step {
            Expr::Property(property, position) if dot => self.field(base, &property.2, *position),
            Expr::MethodCall(call, position) if dot => self.method(base, call, *position, scope),
            Expr::StringConstant(name, position) if !dot && base.fields().is_some() => {
                self.field(base, name, *position)
            }
            other => {
                self.value(other, scope);
                if dot { Known::Nothing } else { base.item() }
            }
        }
    }

    /// `list.filter(|x| list.contains(x))`: Rhai locks the variable that it works on.
    fn self_capture(&mut self, root: &Expr, rest: &Expr, scope: &Scope) {
        let Expr::Variable(variable, _, _) = root else { return };
        if self.variable(&variable.1, scope).is_handle() {
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

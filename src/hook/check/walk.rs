//! Going through a script, statement by statement, with what each variable holds.

use super::super::call::Verb;
use super::super::library::module_file;
use super::super::{Names, error};
use super::Unit;
use super::kind::Known;
use crate::event::catalogue::EventKind;
use crate::report::{Report, did_you_mean};
use rhai::{ASTFlags, Expr, Position, Stmt, StmtBlock};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Functions looked at, with what they are called with: more are not looked at.
const MOST: usize = 2_000;
/// Functions calling functions, followed no deeper.
const DEEPEST: usize = 16;

/// Variables in reach, innermost last.
pub type Scope = Vec<(String, Known)>;

/// With what a function was looked at, and what it gave.
struct Seen {
    /// The kind of hook.
    verb: Option<Verb>,
    /// What that hook has not.
    lacking: Vec<&'static str>,
    /// The values, and what `this` is.
    with: (Vec<Known>, Known),
    gave: Known,
}

/// A mistake in a library that only shows with the values, or from the hook, with which it is called.
pub struct Away {
    /// The library.
    pub unit: Arc<Unit>,
    /// What it is there.
    pub there: Report,
    /// The same, told of the call.
    pub told: Report,
}

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
    /// The events that the hook runs on, whose function is looked at.
    pub events: Vec<&'static EventKind>,
    /// Subjects that none of those has, and of which nothing was told or asked yet.
    pub lacking: Vec<&'static str>,
    /// How to get such a subject.
    pub mend: super::subject::Mend,
    /// Where the script was left for a library.
    pub left_at: Option<(Arc<Unit>, Position)>,
    /// What `this` is, in a function that a list calls with each item.
    pub this: Known,
    /// What the function gives by `return`, as far as it was looked at.
    returned: Option<Known>,
    /// True in functions that have a name, which other hooks may call too.
    pub shared: bool,
    reports: Vec<Report>,
    away: Vec<Away>,
    /// With which values each function was looked at: by file, name and number of parameters.
    seen: BTreeMap<(String, String, usize), Vec<Seen>>,
    looked_at: usize,
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
            events: vec![],
            lacking: vec![],
            mend: super::subject::Mend::default(),
            left_at: None,
            this: Known::Nothing,
            returned: None,
            shared: false,
            reports: vec![],
            away: vec![],
            seen: BTreeMap::new(),
            looked_at: 0,
            depth: 0,
        }
    }

    /// Everything: the top level, what it leads to, and the functions that nothing leads to. Gives what is wrong in this
    /// file, and in libraries for how this file calls them.
    pub fn whole(mut self) -> (Vec<Report>, Vec<Away>) {
        let unit = self.unit.clone();
        let mut scope = Scope::new();
        self.statements(unit.statements.iter(), &mut scope);
        for body in &unit.bodies {
            if !self.seen.contains_key(&(unit.file.clone(), body.name.clone(), body.params.len())) {
                self.function(&body.name, vec![Known::Nothing; body.params.len()]);
            }
        }
        self.flow();
        self.unused();
        (self.reports, self.away)
    }

    /// Notes a mistake, once for each place.
    pub fn report(
        &mut self,
        position: Position,
        code: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.note(position, code, (message.into(), help.into()), |report| report);
    }

    /// As [`Walk::report`], for something that may go live.
    pub fn warn(
        &mut self,
        position: Position,
        code: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.note(position, code, (message.into(), help.into()), Report::warning);
    }

    fn note(
        &mut self,
        position: Position,
        code: &str,
        (message, help): (String, String),
        graded: fn(Report) -> Report,
    ) {
        let at = |unit: &Unit, position: Position, message: String| {
            let report = error::report(&|_| Some(unit.text.clone()), &unit.file, position, code, message);
            graded(report.help(help.clone()))
        };
        let report = at(&self.unit, position, message);
        let same = |other: &Report| {
            (&other.file, other.line, other.column, &other.code)
                == (&report.file, report.line, report.column, &report.code)
        };
        if self.reports.iter().chain(self.away.iter().map(|away| &away.there)).any(same) {
            return;
        }
        match &self.left_at {
            Some((home, call)) if home.file != self.unit.file => {
                let message = format!("in {}:{}: {}", report.file, report.line, report.message);
                let told = at(home, *call, message);
                self.away.push(Away { unit: self.unit.clone(), there: report, told });
            }
            _ => self.reports.push(report),
        }
    }

    /// How many mistakes were found so far.
    pub fn count_reports(&self) -> usize {
        self.reports.len() + self.away.len()
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

    /// Looks into a function of the present file, called with these values, and tells what it gives.
    pub fn function(&mut self, name: &str, arguments: Vec<Known>) -> Known {
        let unit = self.unit.clone();
        let Some(body) = unit.body(name, arguments.len()) else { return Known::Nothing };
        let key = (unit.file.clone(), name.to_owned(), arguments.len());
        let this = if body.is_closure() { self.this.clone() } else { Known::Nothing };
        let with = (arguments.clone(), this.clone());
        let seen = self.seen.entry(key.clone()).or_default();
        let before = seen
            .iter()
            .find(|seen| seen.verb == self.verb && seen.lacking == self.lacking && seen.with == with);
        if let Some(before) = before {
            return before.gave.clone();
        }
        if self.depth >= DEEPEST || self.looked_at >= MOST {
            return Known::Nothing;
        }
        let place = seen.len();
        seen.push(Seen { verb: self.verb, lacking: self.lacking.clone(), with, gave: Known::Nothing });
        self.looked_at += 1;
        let this = std::mem::replace(&mut self.this, this);
        let returned = self.returned.take();
        let inside = std::mem::replace(&mut self.inside, true);
        let shared = self.shared;
        self.shared |= !body.is_closure();
        self.depth += 1;
        let mut scope: Scope = body.params.iter().cloned().zip(arguments).collect();
        let last = self.statements(body.statements.iter(), &mut scope);
        self.depth -= 1;
        (self.inside, self.shared, self.this) = (inside, shared, this);
        let gave = match std::mem::replace(&mut self.returned, returned) {
            // Below a `return` that stands last nothing is given.
            Some(early) if matches!(body.statements.last(), Some(Stmt::Return(..))) => early,
            Some(early) => early.or(&last),
            None => last,
        };
        if let Some(seen) = self.seen.get_mut(&key).and_then(|all| all.get_mut(place)) {
            seen.gave = gave.clone();
        }
        gave
    }

    /// Looks into a function of an imported file, called at this place.
    pub fn elsewhere(
        &mut self,
        unit: &Arc<Unit>,
        name: &str,
        arguments: Vec<Known>,
        position: Position,
    ) -> Known {
        let here = std::mem::replace(&mut self.unit, unit.clone());
        let outer = self.left_at.clone();
        self.left_at.get_or_insert_with(|| (here.clone(), position));
        let gave = self.function(name, arguments);
        (self.unit, self.left_at) = (here, outer);
        gave
    }

    /// Looks into a function value that is called with these values after those that it captured;
    /// surplus values are left out, as Rhai's list functions do with the item's place.
    pub fn apply(&mut self, function: &Known, arguments: &[Known]) {
        let Known::Function(name, captured) = function else { return };
        for count in (0..=arguments.len()).rev() {
            if self.unit.body(name, captured.len() + count).is_some() {
                let all = captured.iter().chain(&arguments[..count]).cloned().collect();
                self.function(&name.clone(), all);
                return;
            }
        }
    }

    /// Statements with variables of their own, and what the last one gives.
    pub fn block(&mut self, block: &StmtBlock, scope: &mut Scope) -> Known {
        let size = scope.len();
        let last = self.statements(block.iter(), scope);
        scope.truncate(size);
        last
    }

    fn statements<'s>(&mut self, statements: impl Iterator<Item = &'s Stmt>, scope: &mut Scope) -> Known {
        let mut last = Known::Nothing;
        let mut statements = statements.peekable();
        while let Some(statement) = statements.next() {
            if statements.peek().is_some() {
                self.idle_statement(statement, scope);
            }
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
                self.condition(&flow.expr, "if", scope);
                let one = self.block(&flow.body, scope);
                let other = self.block(&flow.branch, scope);
                return one.or(&other);
            }
            Stmt::While(flow, _) | Stmt::Do(flow, ..) => {
                // `loop` has no condition.
                if !matches!(flow.expr, Expr::Unit(_)) {
                    self.condition(&flow.expr, "while", scope);
                }
                self.block(&flow.body, scope);
            }
            Stmt::For(each, _) => {
                let list = self.value(&each.2.expr, scope);
                self.gone_through(&list, &each.2.expr);
                let item = list.there().item();
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
                let on = self.value(&switch.0, scope);
                self.cases(&on, switch.0.position());
                for case in &switch.1.expressions {
                    self.value(&case.lhs, scope);
                    self.value(&case.rhs, scope);
                }
            }
            Stmt::BreakLoop(Some(value), ..) => {
                self.value(value, scope);
            }
            Stmt::Return(value, flags, position) => {
                let gives = value.as_ref().map_or(Known::Unit, |value| self.value(value, scope));
                if !flags.contains(ASTFlags::BREAK) {
                    self.returned = Some(match self.returned.take() {
                        Some(before) => before.or(&gives),
                        None => gives,
                    });
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
            Stmt::Share(shared) => {
                // What a closure sets is not followed.
                for (name, _) in shared.iter() {
                    if self.unit.set_in_closures.contains(name.name.as_str()) {
                        forget(scope, &name.name);
                    }
                }
            }
            _ => {}
        }
        Known::Nothing
    }

    fn import(&mut self, path: &Expr, position: Position) {
        if let Expr::StringConstant(text, _) = path {
            let wanted = module_file(text);
            let other = self.unit.imports.values().flatten().find(|unit| unit.file == wanted);
            if other.is_some_and(|other| other.reaches(&self.unit.file)) || wanted == self.unit.file {
                let message = format!("{wanted} imports this file in turn");
                let help = "move what both need to a third file, which both import";
                self.report(position, "import-circle", message, help);
            }
        }
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
}

/// Forgets what a variable holds.
pub fn forget(scope: &mut Scope, name: &str) {
    if let Some((_, held)) = scope.iter_mut().rev().find(|(known, _)| known == name) {
        *held = Known::Nothing;
    }
}

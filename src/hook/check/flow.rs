//! Where a script goes: code that nothing reaches, loops and calls without end, changes that are lost.

use super::super::bodies::{Body, nodes};
use super::kind::Known;
use super::walk::{Scope, Walk};
use rhai::{ASTFlags, ASTNode, Expr, Position, Stmt};
use std::collections::BTreeSet;

/// Functions of texts that give another text and leave the first as it is.
pub const GIVES_ANOTHER: &[&str] =
    &["to_upper", "to_lower", "trim", "replace", "sub_string", "split", "domain", "parse_int", "to_string"];
/// Functions that change a list and give nothing: on a copy that nobody keeps they do nothing at all.
const ONLY_CHANGES: &[&str] =
    &["push", "insert", "clear", "append", "set", "sort", "reverse", "truncate", "fill_with", "dedup", "pad"];
/// Functions that change the value on which they are called.
const CHANGES: &[&str] = &[
    "push",
    "pop",
    "shift",
    "insert",
    "remove",
    "clear",
    "append",
    "set",
    "mixin",
    "retain",
    "drain",
    "sort",
    "reverse",
    "truncate",
    "fill_with",
    "dedup",
];

impl Walk<'_> {
    /// Looks through the file for what can be seen without knowing any value.
    pub fn flow(&mut self) {
        let unit = self.unit.clone();
        self.reached(&unit.statements);
        self.loops(&unit.statements);
        for body in &unit.bodies {
            self.reached(&body.statements);
            self.loops(&body.statements);
            if !body.is_closure()
                && let Some(position) = calls_itself(&body.statements, &body.name, body.params.len())
            {
                let message = format!("{}() calls itself each time, without end", body.name);
                let help = "call it in a branch only, so that it ends; or go through a list with `for`";
                self.report(position, "endless-call", message, help);
            }
        }
    }

    /// Every block: nothing stands below what leaves it.
    fn reached(&mut self, statements: &[Stmt]) {
        self.leaves(statements);
        nodes(statements, |path| {
            if let Some(ASTNode::Stmt(statement)) = path.last() {
                for block in inner(statement) {
                    self.leaves(block);
                }
            }
            if let Some(ASTNode::Expr(Expr::Stmt(block))) = path.last() {
                self.leaves(block.statements());
            }
        });
    }

    fn leaves(&mut self, statements: &[Stmt]) {
        let mut rest = statements.iter().filter(|statement| !statement.is_noop());
        let Some(last) = rest.by_ref().find_map(leaving) else { return };
        // `deny("…"); return;` is a habit that harms nobody.
        let next = rest.find(|next| !(last == "deny()" && matches!(next, Stmt::Return(None, ..))));
        if let Some(next) = next {
            let message = format!("this never runs: `{last}` above it leaves first");
            self.warn(
                start(next),
                "unreachable",
                message,
                format!("put it above the `{last}`, or remove it"),
            );
        }
    }

    fn loops(&mut self, statements: &[Stmt]) {
        nodes(statements, |path| {
            let (flow, position, goes_on) = match path.last() {
                Some(ASTNode::Stmt(Stmt::While(flow, position))) => (flow, position, true),
                Some(ASTNode::Stmt(Stmt::Do(flow, flags, position))) => {
                    (flow, position, !flags.contains(ASTFlags::NEGATED))
                }
                _ => return,
            };
            let forever = match flow.expr {
                Expr::Unit(_) => true,
                Expr::BoolConstant(answer, _) => answer == goes_on,
                _ => false,
            };
            if ends(flow.body.statements()) {
                return;
            }
            if forever {
                let help = "leave it with `break` or `return`; a list is gone through with `for one in list`";
                self.report(*position, "endless-loop", "this loop never ends", help);
            } else if let Some(names) = stands_still(&flow.expr, flow.body.statements()) {
                let message = format!("this loop never ends once it begins: nothing in it changes `{names}`");
                let help = "change it in the loop, or go through a list with `for one in list`";
                self.report(*position, "endless-loop", message, help);
            }
        });
    }

    /// A function called on a list that stands in an event, or in an object of one: what scripts get is a copy.
    pub fn changes_a_copy(&mut self, holder: &Known, list: &Known, rest: &Expr) {
        let Expr::MethodCall(call, position) = first(rest) else { return };
        if matches!(holder.there(), Known::Event(_) | Known::Object(_))
            && matches!(list, Known::List(_))
            && ONLY_CHANGES.contains(&call.name.as_str())
        {
            let message = format!(".{}() changes a copy here: what scripts get is a snapshot", call.name);
            let help = format!("keep the list first: let list = …; list.{}(…);", call.name);
            self.report(*position, "read-only", message, help);
        }
    }

    /// A statement whose value nobody takes, and which does nothing else.
    pub fn idle_statement(&mut self, statement: &Stmt, scope: &mut Scope) {
        match statement {
            Stmt::FnCall(call, position) if call.is_operator_call() => self.idle(&call.name, *position),
            Stmt::Expr(expression) => match &**expression {
                Expr::FnCall(call, position) if call.is_operator_call() => self.idle(&call.name, *position),
                Expr::Dot(pair, flags, _)
                    if flags.contains(ASTFlags::BREAK) || matches!(pair.rhs, Expr::MethodCall(..)) =>
                {
                    let Expr::MethodCall(call, position) = &pair.rhs else { return };
                    if !GIVES_ANOTHER.contains(&call.name.as_str()) {
                        return;
                    }
                    let quiet = self.count_reports();
                    let base = self.value(&pair.lhs, scope);
                    if self.count_reports() == quiet && matches!(base, Known::Text(_)) {
                        let message = format!(
                            "nobody takes what .{}() gives: the text itself stays as it is",
                            call.name
                        );
                        let help = format!("keep it: let changed = text.{}(…);", call.name);
                        self.warn(*position, "no-effect", message, help);
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn idle(&mut self, operator: &str, position: Position) {
        if operator == "==" {
            let help = "to set something, write one =";
            self.warn(position, "no-effect", "this compares, and nobody takes the answer", help);
        } else if matches!(operator, "!=" | "<" | ">" | "<=" | ">=" | "+" | "-" | "*" | "/") {
            self.warn(
                position,
                "no-effect",
                "nobody takes what this gives",
                "keep it in a variable, or remove it",
            );
        }
    }

    /// What a hook sets of the variables around it is gone when it ends.
    pub fn frozen(&mut self, name: &str, captured: usize, count: usize) {
        let unit = self.unit.clone();
        let Some(body) = unit.body(name, captured + count) else { return };
        for variable in body.params.iter().take(captured) {
            if let Some(position) = changes(&unit.bodies, body, variable, 0) {
                self.report(
                    position,
                    "frozen",
                    format!(
                        "`{variable}` is a copy here: what a hook changes of it is gone when the hook ends"
                    ),
                    "hooks share no variables: each run begins anew; keep what you count inside the hook",
                );
            }
        }
    }

    /// What a `before` hook gives is no answer.
    pub fn answers(&mut self, name: &str, count: usize) {
        let unit = self.unit.clone();
        let Some(body) = unit.body(name, count) else { return };
        let mut places = Vec::new();
        nodes(&body.statements, |path| {
            if let Some(ASTNode::Stmt(Stmt::Return(Some(value), flags, position))) = path.last()
                && !flags.contains(ASTFlags::BREAK)
                && let Some(says) = answer(value)
            {
                places.push((*position, says));
            }
        });
        if let Some(Stmt::Expr(value)) = body.statements.last()
            && let Some(says) = answer(value)
        {
            places.push((value.start_position(), says));
        }
        for (position, says) in places {
            let help = "refuse with deny(\"why\"); a hook that does not refuse lets the action pass";
            let message = format!("what a `before` hook gives is not looked at: {says} refuses nothing");
            self.report(position, "no-answer", message, help);
        }
    }
}

/// The answer that somebody may mean: a constant or a comparison.
fn answer(value: &Expr) -> Option<&'static str> {
    match value {
        Expr::BoolConstant(false, _) => Some("`false`"),
        Expr::FnCall(call, _)
            if matches!(call.name.as_str(), "==" | "!=" | "<" | ">" | "<=" | ">=" | "!") =>
        {
            Some("this comparison")
        }
        _ => None,
    }
}

fn start(statement: &Stmt) -> Position {
    match statement {
        Stmt::Expr(expression) => expression.start_position(),
        Stmt::Assignment(assignment) => assignment.1.lhs.start_position(),
        other => other.position(),
    }
}

/// The word by which a statement surely leaves its block.
fn leaving(statement: &Stmt) -> Option<&'static str> {
    match statement {
        Stmt::Return(_, flags, _) => Some(if flags.contains(ASTFlags::BREAK) { "throw" } else { "return" }),
        Stmt::BreakLoop(_, flags, _) => {
            Some(if flags.contains(ASTFlags::BREAK) { "break" } else { "continue" })
        }
        Stmt::FnCall(call, _) if is_deny(call) => Some("deny()"),
        Stmt::Expr(expression) => match &**expression {
            Expr::FnCall(call, _) if is_deny(call) => Some("deny()"),
            _ => None,
        },
        Stmt::Block(block) => block.statements().iter().find_map(leaving),
        Stmt::If(flow, _) => {
            let one = flow.body.statements().iter().find_map(leaving)?;
            flow.branch.statements().iter().find_map(leaving).map(|_| one)
        }
        _ => None,
    }
}

fn is_deny(call: &rhai::FnCallExpr) -> bool {
    call.namespace.is_empty() && call.name == "deny" && call.args.len() == 1
}

/// Blocks of a statement.
fn inner(statement: &Stmt) -> Vec<&[Stmt]> {
    match statement {
        Stmt::If(flow, _) | Stmt::While(flow, _) | Stmt::Do(flow, ..) | Stmt::TryCatch(flow, _) => {
            vec![flow.body.statements(), flow.branch.statements()]
        }
        Stmt::For(each, _) => vec![each.2.body.statements()],
        Stmt::Block(block) => vec![block.statements()],
        _ => vec![],
    }
}

/// True if something in the body of a loop may end it.
fn ends(body: &[Stmt]) -> bool {
    let mut found = false;
    nodes(body, |path| {
        // A `break` in a loop inside ends that one.
        let inside = path[..path.len() - 1]
            .iter()
            .any(|node| matches!(node, ASTNode::Stmt(Stmt::While(..) | Stmt::Do(..) | Stmt::For(..))));
        found |= match path.last() {
            Some(ASTNode::Stmt(Stmt::BreakLoop(_, flags, _))) => flags.contains(ASTFlags::BREAK) && !inside,
            Some(ASTNode::Stmt(Stmt::Return(..))) => true,
            Some(ASTNode::Stmt(Stmt::FnCall(call, _)) | ASTNode::Expr(Expr::FnCall(call, _))) => {
                is_deny(call) || call.name == "exit"
            }
            _ => false,
        };
    });
    found
}

/// The variables of a condition, if it asks nothing else and nothing in the loop can change them.
fn stands_still(condition: &Expr, body: &[Stmt]) -> Option<String> {
    let (mut names, mut shown, mut plain) = (BTreeSet::new(), BTreeSet::new(), true);
    let mut path = Vec::new();
    condition.walk(&mut path, &mut |nodes: &[ASTNode<'_>]| {
        match nodes.last() {
            Some(ASTNode::Expr(Expr::Variable(variable, ..))) => {
                names.insert(variable.1.to_string());
                let of_path = nodes.len() > 1
                    && matches!(nodes[nodes.len() - 2], ASTNode::Expr(Expr::Dot(..) | Expr::Index(..)));
                if !of_path {
                    shown.insert(variable.1.to_string());
                }
            }
            Some(ASTNode::Expr(Expr::FnCall(call, _))) => plain &= call.is_operator_call(),
            Some(ASTNode::Expr(Expr::MethodCall(call, _))) => {
                plain &= matches!(call.name.as_str(), "len" | "is_empty" | "contains");
            }
            _ => {}
        }
        true
    });
    if !plain || names.is_empty() {
        return None;
    }
    let mut touched = false;
    nodes(body, |path| {
        touched |= match path.last() {
            Some(ASTNode::Stmt(Stmt::Assignment(assignment))) => {
                root(&assignment.1.lhs).is_some_and(|name| names.contains(name))
            }
            // A closure, or a function called on it, may change it.
            Some(ASTNode::Stmt(Stmt::Share(shared))) => {
                shared.iter().any(|(name, _)| names.contains(name.name.as_str()))
            }
            Some(ASTNode::Expr(Expr::Dot(pair, ..))) => {
                matches!(first(&pair.rhs), Expr::MethodCall(call, _) if !matches!(call.name.as_str(), "len" | "is_empty" | "contains"))
                    && root(&pair.lhs).is_some_and(|name| names.contains(name))
            }
            _ => false,
        };
    });
    let shown = if shown.is_empty() { names } else { shown };
    (!touched).then(|| shown.into_iter().collect::<Vec<_>>().join("`, `"))
}

/// The variable at the beginning of a path.
pub fn root(path: &Expr) -> Option<&str> {
    match path {
        Expr::Variable(variable, ..) => Some(&variable.1),
        Expr::Dot(pair, ..) | Expr::Index(pair, ..) => root(&pair.lhs),
        _ => None,
    }
}

/// The first step of what follows a dot.
fn first(rest: &Expr) -> &Expr {
    match rest {
        Expr::Dot(pair, ..) | Expr::Index(pair, ..) => first(&pair.lhs),
        step => step,
    }
}

/// Where a function calls itself on every way through it.
fn calls_itself(statements: &[Stmt], name: &str, count: usize) -> Option<Position> {
    for statement in statements {
        let found = match statement {
            Stmt::FnCall(call, position) if call.name == name && call.args.len() == count => Some(*position),
            Stmt::FnCall(call, _) => call.args.iter().find_map(|value| surely(value, name, count)),
            Stmt::Expr(value) => surely(value, name, count),
            Stmt::Var(variable, ..) => surely(&variable.1, name, count),
            Stmt::Assignment(assignment) => surely(&assignment.1.rhs, name, count),
            Stmt::Return(value, ..) => return value.as_ref().and_then(|value| surely(value, name, count)),
            Stmt::Share(_) | Stmt::Noop(_) => None,
            // What branches may leave.
            _ => return None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Where an expression calls the function, whatever its values are.
fn surely(value: &Expr, name: &str, count: usize) -> Option<Position> {
    match value {
        Expr::FnCall(call, position) if call.name == name && call.args.len() == count => Some(*position),
        Expr::FnCall(call, _) => call.args.iter().find_map(|value| surely(value, name, count)),
        Expr::And(parts, _) | Expr::Or(parts, _) => parts.first().and_then(|part| surely(part, name, count)),
        Expr::Dot(pair, ..) | Expr::Index(pair, ..) => surely(&pair.lhs, name, count),
        Expr::InterpolatedString(parts, _) | Expr::Array(parts, _) => {
            parts.iter().find_map(|part| surely(part, name, count))
        }
        _ => None,
    }
}

/// Where a function, or one made inside it, changes a variable that it captured.
pub fn changes(bodies: &[Body], body: &Body, variable: &str, depth: usize) -> Option<Position> {
    let (mut found, mut inside) = (None, Vec::new());
    let mut own = false;
    nodes(&body.statements, |path| match path.last() {
        Some(ASTNode::Stmt(Stmt::Var(declared, ..))) => own |= declared.0.name == variable,
        Some(ASTNode::Stmt(Stmt::Assignment(assignment))) if !own && found.is_none() => {
            found = (root(&assignment.1.lhs) == Some(variable)).then(|| assignment.1.lhs.start_position());
        }
        Some(ASTNode::Expr(Expr::Dot(pair, ..)))
            if !own
                && found.is_none()
                && matches!(&pair.lhs, Expr::Variable(known, ..) if known.1 == variable)
                && matches!(first(&pair.rhs), Expr::MethodCall(call, _) if CHANGES.contains(&call.name.as_str())) =>
        {
            found = Some(pair.lhs.start_position());
        }
        Some(ASTNode::Expr(Expr::DynamicConstant(value, _))) => {
            if let Some(function) = value.read_lock::<rhai::FnPtr>() {
                inside.push(function.fn_name().to_owned());
            }
        }
        _ => {}
    });
    if found.is_some() || depth > 8 {
        return found;
    }
    let closures = bodies
        .iter()
        .filter(|body| inside.contains(&body.name) && body.params.iter().any(|name| name == variable));
    closures.into_iter().find_map(|closure| changes(bodies, closure, variable, depth + 1))
}

/// True if these statements refuse whatever the draft is: nothing before the refusal can leave.
pub fn always_refuses(statements: &[Stmt]) -> bool {
    for statement in statements {
        match statement {
            Stmt::FnCall(call, _) if is_deny(call) => return true,
            Stmt::Expr(value) if matches!(&**value, Expr::FnCall(call, _) if is_deny(call)) => return true,
            Stmt::Var(..) | Stmt::Share(_) | Stmt::Noop(_) | Stmt::FnCall(..) | Stmt::Expr(_) => {}
            _ => return false,
        }
    }
    false
}

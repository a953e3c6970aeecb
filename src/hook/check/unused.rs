//! What a file makes or imports and never uses: mostly a name that was misspelt elsewhere.

use super::super::bodies::nodes;
use super::walk::Walk;
use rhai::{ASTFlags, ASTNode, Expr, FnCallExpr, Position, Stmt};
use std::collections::BTreeSet;

/// What statements read and make.
#[derive(Default)]
struct Names {
    read: BTreeSet<String>,
    /// Names before `::`.
    spaces: BTreeSet<String>,
    /// `global::NAME`.
    global: BTreeSet<String>,
    called: BTreeSet<String>,
    made: Vec<(String, Position, bool)>,
}

impl Names {
    fn of<'s>(statements: impl IntoIterator<Item = &'s Stmt>) -> Self {
        let mut names = Self::default();
        nodes(statements, |path| names.note(path));
        names
    }

    fn note(&mut self, path: &[ASTNode<'_>]) {
        match path.last() {
            Some(ASTNode::Stmt(Stmt::Var(variable, flags, _))) if !flags.contains(ASTFlags::EXPORTED) => {
                let constant = flags.contains(ASTFlags::CONSTANT);
                self.made.push((variable.0.name.to_string(), variable.0.pos, constant));
            }
            Some(ASTNode::Stmt(Stmt::Share(shared))) => {
                self.read.extend(shared.iter().map(|(name, _)| name.name.to_string()));
            }
            Some(ASTNode::Stmt(Stmt::Export(export, _))) => {
                self.read.insert(export.0.name.to_string());
            }
            Some(ASTNode::Stmt(Stmt::FnCall(call, _)) | ASTNode::Expr(Expr::FnCall(call, _))) => {
                self.call(call);
            }
            Some(ASTNode::Expr(Expr::MethodCall(call, _))) => {
                self.called.insert(call.name.to_string());
            }
            // A text may name a function: Fn("name").
            Some(ASTNode::Expr(Expr::StringConstant(text, _))) => {
                self.called.insert(text.to_string());
            }
            Some(ASTNode::Expr(Expr::DynamicConstant(value, _))) => {
                if let Some(function) = value.read_lock::<rhai::FnPtr>() {
                    self.called.insert(function.fn_name().to_owned());
                }
            }
            Some(ASTNode::Expr(variable @ Expr::Variable(parts, ..))) => {
                let set = path.len() > 1
                    && matches!(&path[path.len() - 2], ASTNode::Stmt(Stmt::Assignment(assignment))
                        if std::ptr::eq(&raw const assignment.1.lhs, *variable));
                if !parts.2.is_empty() {
                    self.spaces.insert(parts.2.root().to_owned());
                    self.global.insert(parts.1.to_string());
                } else if !set {
                    self.read.insert(parts.1.to_string());
                    self.called.insert(parts.1.to_string());
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, call: &FnCallExpr) {
        if call.namespace.is_empty() {
            self.called.insert(call.name.to_string());
            // `f()` reads the variable.
            self.read.insert(call.name.to_string());
        } else {
            self.spaces.insert(call.namespace.root().to_owned());
        }
    }
}

impl Walk<'_> {
    /// Warns of imports, variables and functions that nothing uses.
    pub fn unused(&mut self) {
        let unit = self.unit.clone();
        let top = Names::of(&unit.statements);
        let bodies: Vec<_> = unit.bodies.iter().map(|body| (body, Names::of(&body.statements))).collect();
        let all = || std::iter::once(&top).chain(bodies.iter().map(|(_, names)| names));
        for statement in &unit.statements {
            let Stmt::Import(import, position) = statement else { continue };
            let alias = import.1.name.as_str();
            let there = unit.imports.get(alias).is_some_and(Option::is_some);
            if there && !all().any(|names| names.spaces.contains(alias)) {
                let message = format!("`{alias}` is imported and never used");
                self.warn(
                    *position,
                    "unused-import",
                    message,
                    format!("remove it, or call {alias}::function(…)"),
                );
            }
        }
        let library = unit.is_library();
        for (name, position, constant) in &top.made {
            let used = top.read.contains(name)
                || (*constant && (library || all().any(|names| names.global.contains(name))));
            self.unread(name, *position, used);
        }
        for (_, names) in &bodies {
            for (name, position, _) in &names.made {
                self.unread(name, *position, names.read.contains(name));
            }
        }
        for (body, _) in bodies.iter().filter(|(body, _)| !body.is_closure() && !library) {
            let others = bodies.iter().filter(|(other, _)| other.name != body.name).map(|(_, names)| names);
            if !others.chain([&top]).any(|names| names.called.contains(&body.name)) {
                let message = format!("nothing calls {}()", body.name);
                let help = "call it in a hook, or remove it; what several files use stands in hooks/lib/";
                self.warn(body.position, "unused-function", message, help);
            }
        }
    }

    fn unread(&mut self, name: &str, position: Position, used: bool) {
        if !used && !name.starts_with('_') {
            let message = format!("`{name}` is never read");
            self.warn(position, "unused-variable", message, "use it, or remove it");
        }
    }
}

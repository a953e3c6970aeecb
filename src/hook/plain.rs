//! Whether the top level of a script only registers, so that running it can hurt nobody.

use super::call::Verb;
use super::engine::engine;
use super::folder::{Role, role};
use super::{Files, limits, meter};
use rhai::{Expr, FnCallExpr, Stmt};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The scripts among these of which more runs when they are loaded than calls that register: a loop or a text that grows
/// without end in there would meet the server itself.
pub fn works_when_loaded(files: &Files, wanted: impl Fn(&str) -> bool) -> Vec<&str> {
    let all =
        files.iter().filter(|(path, _)| matches!(role(path), Role::Active | Role::Library) && wanted(path));
    all.filter(|(_, text)| !only_registers(text)).map(|(path, _)| path.as_str()).collect()
}

fn only_registers(text: &str) -> bool {
    let parse = || catch_unwind(AssertUnwindSafe(|| engine().compile(text)));
    let parsed = (text.len() <= limits::SCRIPT).then(|| meter::measure(limits::SLOW, parse).0);
    match parsed {
        Some(Ok(Ok(ast))) => ast.statements().iter().all(is_plain),
        // Nothing of it runs.
        _ => true,
    }
}

fn is_plain(statement: &Stmt) -> bool {
    match statement {
        Stmt::Noop(_) => true,
        Stmt::Import(import, _) => is_value(&import.0),
        Stmt::Var(variable, ..) => is_value(&variable.1),
        Stmt::FnCall(call, _) => registers(call),
        Stmt::Expr(expression) => matches!(&**expression, Expr::FnCall(call, _) if registers(call)),
        _ => false,
    }
}

fn registers(call: &FnCallExpr) -> bool {
    let is_verb = Verb::ALL.iter().any(|verb| verb.word() == call.name.as_str());
    is_verb && call.namespace.is_empty() && call.args.iter().all(is_value)
}

/// True for what stands in the script as it is.
fn is_value(expression: &Expr) -> bool {
    match expression {
        Expr::DynamicConstant(..)
        | Expr::BoolConstant(..)
        | Expr::IntegerConstant(..)
        | Expr::FloatConstant(..)
        | Expr::CharConstant(..)
        | Expr::StringConstant(..)
        | Expr::Unit(..)
        | Expr::Variable(..) => true,
        Expr::Array(items, _) => items.iter().all(is_value),
        Expr::Map(map, _) => map.0.iter().all(|(_, value)| is_value(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_does_more_than_register_is_known() {
        for fine in [
            "on(\"user.added\", |event| log(event.user.email));",
            "import \"lib/a\" as a;\nconst MOST = 3;\nfn f(x) { loop {} }\nbefore(\"ticket.open\", #{ id: \"x\", priority: 5 }, |draft| f(draft));",
            "permission_defaults(|invite| invite.preselect([\"invoices\"]));\n",
        ] {
            assert!(only_registers(fine), "{fine}");
        }
        for more in [
            "let a = [1]; a.pad(9999, a); on(\"user.added\", |event| 1);",
            "on(\"user.added\" + \"x\", |event| 1);",
            "loop { }",
            "let t = \"x\".replace('x', \"y\");",
            "f(); fn f() { loop {} }",
        ] {
            assert!(!only_registers(more), "{more}");
        }
    }
}

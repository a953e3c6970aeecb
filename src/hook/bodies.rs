//! The functions of a script, one by one, and what each calls.

use rhai::{AST, ASTNode, Dynamic, Expr, FnPtr, Module, Position, Stmt};
use std::collections::{BTreeMap, BTreeSet};

/// One function of a script; a closure is one with a name that no script can write.
pub struct Body {
    /// Its name.
    pub name: String,
    /// Its parameters, captured variables first.
    pub params: Vec<String>,
    /// Its statements, in order.
    pub statements: Vec<Stmt>,
    /// Where its statements begin.
    pub position: Position,
}

impl Body {
    /// True for a function that a script wrote without a name.
    pub fn is_closure(&self) -> bool {
        self.name.starts_with("anon$")
    }
}

/// All functions, in the order of the file.
///
/// Rhai keeps a function's statements in a type without a public name; a script that holds only
/// this function can be walked.
pub fn bodies(ast: &AST) -> Vec<Body> {
    let mut all: Vec<Body> = ast
        .shared_lib()
        .iter_script_fn_info()
        .map(|(_, _, name, _, function)| {
            let mut alone = Module::new();
            alone.set_script_fn(function.clone());
            let mut statements = Vec::new();
            AST::new([], alone).walk(&mut |path: &[ASTNode<'_>]| {
                if let [ASTNode::Stmt(statement)] = path {
                    statements.push((*statement).clone());
                }
                true
            });
            Body {
                name: name.to_owned(),
                params: function.params.iter().map(ToString::to_string).collect(),
                statements,
                position: function.body.start_position(),
            }
        })
        .collect();
    all.sort_by_key(|body| body.position);
    all
}

/// Goes over every node of these statements, functions made inside not included.
pub fn nodes<'s>(statements: impl IntoIterator<Item = &'s Stmt>, mut each: impl FnMut(&[ASTNode<'_>])) {
    let mut path = Vec::new();
    for statement in statements {
        statement.walk(&mut path, &mut |nodes: &[ASTNode<'_>]| {
            each(nodes);
            true
        });
    }
}

/// What a piece of script calls.
#[derive(Debug, Default)]
pub struct Calls {
    /// Functions, methods and closures, by name; qualified ones as `module::name`.
    pub names: BTreeSet<String>,
}

impl Calls {
    fn note(&mut self, node: &ASTNode<'_>) {
        match node {
            ASTNode::Stmt(Stmt::FnCall(call, _))
            | ASTNode::Expr(Expr::FnCall(call, _) | Expr::MethodCall(call, _)) => {
                let name = match call.namespace.is_empty() {
                    true => call.name.to_string(),
                    false => format!("{}::{}", call.namespace.root(), call.name),
                };
                self.names.insert(name);
            }
            ASTNode::Expr(Expr::DynamicConstant(value, _)) => self.closures(value),
            // A function's bare name is a pointer to it.
            ASTNode::Expr(Expr::Variable(variable, ..)) => {
                self.names.insert(variable.1.to_string());
            }
            _ => {}
        }
    }

    fn closures(&mut self, value: &Dynamic) {
        if let Some(function) = value.read_lock::<FnPtr>() {
            self.names.insert(function.fn_name().to_owned());
        }
    }
}

/// What every function calls by itself.
pub fn calls(bodies: &[Body]) -> BTreeMap<String, Calls> {
    let mut found: BTreeMap<String, Calls> = BTreeMap::new();
    for body in bodies {
        let calls = found.entry(body.name.clone()).or_default();
        nodes(&body.statements, |path| path.last().into_iter().for_each(|node| calls.note(node)));
    }
    found
}

/// True if `function`, or anything that it calls in turn, calls one of `wanted`. `outside` says so
/// of functions in imported modules, by `module::name`.
pub fn reaches(
    calls: &BTreeMap<String, Calls>,
    function: &str,
    wanted: &[&str],
    outside: impl Fn(&str) -> bool,
) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![function.to_owned()];
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        if wanted.contains(&name.as_str()) || (name.contains("::") && outside(&name)) {
            return true;
        }
        open.extend(calls.get(&name).into_iter().flat_map(|calls| calls.names.iter().cloned()));
    }
    false
}

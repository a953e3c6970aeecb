//! Operators' own tests: scripts in `hooks/tests/` that say what a run must come to.
//!
//! A test file is a script of the same language under the same limits. It registers tests, and each asks for runs
//! by way of [`Perform`], which knows the operator's hooks, the leak guard and preferences; nothing is stored or
//! sent. To add a function for tests, register it in `stage` and name it in [`FUNCTIONS`].

mod fits;
mod ran;
mod sample;
mod snapshot;
mod stage;

pub use fits::input_fits;
pub use ran::{Left, Ran, Told};
pub use sample::{Point, point, sample};

use super::error::{explain, panicked};
use super::{limits, meter};
use crate::report::{Report, did_you_mean};
use rhai::{
    AST, Dynamic, EvalAltResult, FnPtr, GlobalRuntimeState, Module, NativeCallContext, Position, Scope,
};
use serde::Serialize;
use serde_json::{Map, Value};
use stage::Stage;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// The clock of one test: a net only, since each run that it asks for has limits of its own.
const PATIENCE: Duration = Duration::from_secs(60);

/// Functions that test files have beside those of hooks.
pub const FUNCTIONS: &[&str] = &[
    "test",
    "sample",
    "due",
    "run",
    "answer",
    "settings",
    "stored",
    "use_script",
    "only_script",
    "expect",
    "expect_eq",
    "expect_ne",
    "snapshot",
    "mailed",
    "asked",
];

/// One file of tests.
#[derive(Clone, Debug)]
pub struct TestFile {
    /// Path below the data folder, such as `hooks/tests/vip.rhai`.
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
    /// What stands in the `.snap` beside it; empty if there is none.
    pub snapshots: String,
}

/// What a test says about the scripts, settings and stored values of its runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Setup {
    /// Scripts to load beside the active ones, such as `available/invite-domain`.
    pub scripts: Vec<String>,
    /// True if those alone are loaded.
    pub alone: bool,
    /// Settings by plugin, over those of `innkeeper.toml`; `[settings]` stands under the empty name.
    pub settings: BTreeMap<String, Map<String, Value>>,
    /// Stored values by store; those for all stores stand under the empty name.
    pub stored: BTreeMap<String, Map<String, Value>>,
}

/// What a test asks for.
#[derive(Clone, Debug)]
pub enum Ask {
    /// A run of all hooks of the input's point, or of those alone that `only` names by id or file.
    Run {
        /// An event, or a draft, page or request with its `point`.
        input: Value,
        /// Id of a hook, or its file.
        only: Option<String>,
    },
    /// The second half of a driver, on what an outside system answers to the first.
    Answer {
        /// The first half's run.
        asked: Box<Ran>,
        /// `status`, `json`, `text`, `error`.
        response: Value,
    },
    /// What a schedule goes over; an error if there is no such `every` hook.
    Over(
        /// Id of the hook.
        String,
    ),
}

/// What is given back.
#[derive(Clone, Debug)]
pub enum Given {
    /// A run.
    Ran(Box<Ran>),
    /// What a schedule goes over: a word such as `ticket`, or nothing.
    Over(Option<&'static str>),
}

/// Does what tests ask for; an error is a sentence for the author of the test.
pub type Perform = Arc<dyn Fn(&Setup, &Ask) -> Result<Given, String> + Send + Sync>;

/// How one test ended.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    /// The file.
    pub file: String,
    /// The test's name; empty if the file itself does not run.
    pub test: String,
    /// The line where the test stands, or of the file's mistake.
    pub line: usize,
    /// True if all is as it says.
    pub passed: bool,
    /// What is not.
    pub failure: Option<Failure>,
}

/// Why a test failed.
#[derive(Clone, Debug, Serialize)]
pub struct Failure {
    /// Where and what, as for a mistake in a script.
    pub report: Report,
    /// What should be, as text; empty where there is no such thing.
    pub expected: String,
    /// What is.
    pub found: String,
    /// The calls that led there, innermost first.
    pub trace: Vec<String>,
    /// The run that the test looked at last, as text.
    pub run: String,
}

/// What came of a file.
#[derive(Clone, Debug)]
pub struct Tried {
    /// One for each test that ran; one without a name if the file does not run.
    pub verdicts: Vec<Verdict>,
    /// What the `.snap` would have to say for all of them to pass.
    pub snapshots: String,
}

/// A test as the file registered it.
struct Test {
    name: String,
    function: FnPtr,
    state: GlobalRuntimeState,
    position: Position,
    setup: Setup,
}

/// Runs the tests of a file whose names `wanted` lets through. `accept` takes what snapshots find for right.
pub fn run_file(file: &TestFile, perform: &Perform, wanted: &dyn Fn(&str) -> bool, accept: bool) -> Tried {
    meter::roomy(|| {
        let tests = match collect(file, perform) {
            Ok(tests) => tests,
            Err(failure) => {
                let verdict = Verdict {
                    file: file.path.clone(),
                    test: String::new(),
                    line: failure.report.line,
                    passed: false,
                    failure: Some(*failure),
                };
                return Tried { verdicts: vec![verdict], snapshots: file.snapshots.clone() };
            }
        };
        let kept = snapshot::read(&file.snapshots);
        let mut next = snapshot::Snapshots::new();
        let mut verdicts = Vec::new();
        for test in &tests {
            if !wanted(&test.name) {
                let theirs = kept.iter().filter(|(key, _)| snapshot::is_of(key, &test.name));
                next.extend(theirs.map(|(key, text)| (key.clone(), text.clone())));
                continue;
            }
            let stage = Stage::of_test(perform, test.setup.clone(), &test.name, kept.clone(), accept);
            let failure = one(file, test, &stage);
            next.extend(stage.snapshots());
            verdicts.push(Verdict {
                file: file.path.clone(),
                test: test.name.clone(),
                line: test.position.line().unwrap_or(0),
                passed: failure.is_none(),
                failure,
            });
        }
        Tried { verdicts, snapshots: snapshot::written(&next) }
    })
}

fn parse(file: &TestFile) -> Result<AST, Report> {
    if file.text.len() > limits::SCRIPT {
        let message = format!("the file is longer than {} KiB", limits::SCRIPT / 1024);
        return Err(Report::error(&file.path, "", 0, 0, "too-long", message).help("split it into several"));
    }
    let sources = |_: &str| Some(file.text.clone());
    match catch_unwind(AssertUnwindSafe(|| stage::engine().compile(&*file.text))) {
        Ok(Ok(mut ast)) => {
            ast.set_source(file.path.as_str());
            Ok(ast)
        }
        Ok(Err(wrong)) => Err(super::syntax::unparsed(&sources, &file.path, &wrong)),
        Err(payload) => Err(panicked(&*payload, &file.path, Position::NONE, &sources).report),
    }
}

/// Runs the top level, which registers the tests.
fn collect(file: &TestFile, perform: &Perform) -> Result<Vec<Test>, Box<Failure>> {
    let ast = parse(file).map_err(|report| Box::new(plain(report)))?;
    let stage = Stage::of_file(perform);
    let mut state = stage::engine().new_global_runtime_state();
    state.tag = Dynamic::from(stage.clone());
    let work = || {
        catch_unwind(AssertUnwindSafe(|| {
            Module::eval_ast_as_new_raw(stage::engine(), &mut Scope::new(), &mut state, &ast).map(|_| ())
        }))
    };
    let (done, reading) = meter::measure(PATIENCE, work);
    match failed(file, &stage, done, reading.stop, Position::NONE) {
        Some(failure) => Err(Box::new(failure)),
        None => Ok(stage.tests()),
    }
}

fn one(file: &TestFile, test: &Test, stage: &Stage) -> Option<Failure> {
    let mut state = test.state.clone();
    state.num_operations = 0;
    state.level = 0;
    state.tag = Dynamic::from(stage.clone());
    let work = || {
        let name = test.function.fn_name();
        let context = NativeCallContext::new_with_all_fields(
            stage::engine(),
            name,
            Some(&file.path),
            &state,
            test.position,
        );
        catch_unwind(AssertUnwindSafe(|| test.function.call_raw(&context, None, []).map(|_| ())))
    };
    let (done, reading) = meter::measure(PATIENCE, work);
    failed(file, stage, done, reading.stop, test.position)
}

type Ended = Result<Result<(), Box<EvalAltResult>>, Box<dyn std::any::Any + Send>>;

/// What went wrong, if something did: an expectation, or the test itself.
fn failed(
    file: &TestFile,
    stage: &Stage,
    done: Ended,
    stop: Option<meter::Stop>,
    position: Position,
) -> Option<Failure> {
    let sources = |_: &str| Some(file.text.clone());
    let mut failure = match done {
        Ok(Ok(())) => return stage.failure(file),
        Ok(Err(wrong)) => {
            let wrong = explain(&wrong, (&file.path, position), stop, &sources);
            match stage.failure(file) {
                Some(failure) => Failure { trace: wrong.trace, ..failure },
                None => Failure { trace: wrong.trace, ..plain(wrong.report) },
            }
        }
        Err(payload) => plain(panicked(&*payload, &file.path, position, &sources).report),
    };
    // Every failure has the call of the test's own function at its end, which says nothing.
    failure.trace.retain(|line| !line.starts_with("in the function called at"));
    if failure.report.code == "unknown-function" {
        let name = failure.report.message.split('`').nth(1).unwrap_or_default();
        if let Some(near) = did_you_mean(name, FUNCTIONS.iter().copied()) {
            failure.report.help = format!("did you mean `{near}`?");
        }
    }
    failure.run = stage.last();
    Some(failure)
}

fn plain(report: Report) -> Failure {
    Failure { report, expected: String::new(), found: String::new(), trace: Vec::new(), run: String::new() }
}

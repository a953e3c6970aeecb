//! Scripts that mean harm: each meets its limit, as an error of that hook only, on a small thread.

use super::*;
use proptest::prelude::*;

/// The stack of a thread that other threads' work may find itself on.
const SMALL: usize = 2 * 1024 * 1024;

/// Runs a hook with this body on a small thread; gives what went wrong.
fn stopped(body: &str) -> RunError {
    let record = ran(body);
    assert_eq!(record.outcome, Outcome::Failed, "{body}");
    record.error.unwrap_or_else(|| panic!("{body}: no error"))
}

fn ran(body: &str) -> RunRecord {
    let text = format!(
        "fn down(n) {{ if n == 0 {{ 0 }} else {{ 1 + down(n - 1) }} }}\non(\"user.added\", |event| {{\n{body}\n}});\non(\"user.added\", |event| log(\"well\"));"
    );
    on_small_thread(move || {
        let set = rough_or_fine(&text);
        let event = event("user.added", 0);
        let records: Vec<_> =
            set.on_for("user.added").map(|hook| set.run_on(hook, &event, &settings()).record).collect();
        assert_eq!(records[1].log, ["well"], "the next hook is not affected");
        records.into_iter().next().expect("a record")
    })
}

fn on_small_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new()
        .stack_size(SMALL)
        .spawn(work)
        .expect("a thread")
        .join()
        .expect("no panic leaves the engine")
}

fn rough_or_fine(text: &str) -> Arc<HookSet> {
    let files = files(&[("hooks/a.rhai", text)]);
    let loaded = load(&files, &files, &Files::new(), &names(), None);
    assert_ne!(loaded.runs["hooks/a.rhai"], Runs::Nothing, "{}", shown(&loaded.reports));
    loaded.set
}

fn message(body: &str) -> String {
    stopped(body).report.message
}

#[test]
fn an_endless_loop_is_stopped_by_its_steps() {
    let error = stopped("loop { }");
    assert_eq!(
        (error.report.message.as_str(), error.report.code.as_str(), error.report.line),
        ("stopped after 200000 steps", "limit", 2)
    );
    assert!(!error.passing, "it would be the same again");
    assert!(message("try { loop { } } catch { } loop { }").contains("steps"));
}

#[test]
fn steps_in_callbacks_of_native_functions_count_as_well() {
    let error = message("let a = []; for i in 0..1000 { a.push(i); } loop { a.for_each(|| this + 1); }");
    assert!(error.contains("steps"), "{error}");
    let record = ran("let a = []; for i in 0..100 { a.push(i); } a.for_each(|| { let x = this; });");
    assert!(record.operations > 500, "{}", record.operations);
}

#[test]
fn recursion_without_end_is_stopped() {
    assert!(message("down(1000000)").contains("deeper than 24 levels"));
    assert!(message("let f = |f, n| f.call(f, n + 1); f.call(f, 0)").contains("levels"));
    assert!(message("[1].map(|x| [x].map(|y| [y].map(|z| down(20))))").contains("levels"));
}

#[test]
fn a_text_of_a_hundred_megabytes_is_not_made() {
    assert!(message("let s = \"x\"; loop { s += s; }").contains("string"));
    assert!(
        message("let s = \"\"; s.pad(100000000, \"x\");").contains("string")
            || message("let s = \"\"; s.pad(100000000, \"x\");").contains("String")
    );
    assert!(
        message("let s = \"xxxxxxxxxx\"; loop { s = s.replace(\"x\", \"xxxxxxxxxx\"); }")
            .contains("longer than")
    );
    assert!(
        message("let a = [\"x\"]; loop { a = [a.join(\"-\") + a.join(\"-\"), a.join(\"+\")]; }").len() > 5
    );
    assert!(message("let s = `x`; loop { s = `${s}${s}`; }").len() > 5);
}

#[test]
fn a_huge_list_is_stopped() {
    assert!(message("let a = []; loop { a.push(1); }").contains("array"));
    assert!(message("let a = [1]; loop { a += a; }").contains("array"));
    assert!(message("let a = []; a.pad(1000000, 0);").contains("10000 items"));
    assert!(message("let s = \"x\"; s.pad(200000, \"y\"); let a = []; loop { a.push(s); }").len() > 5);
}

#[test]
fn a_map_full_of_texts_is_stopped_by_its_memory() {
    let error = message(
        "let s = \"\"; s.pad(200000, \"y\"); let m = #{}; let i = 0; loop { m[`k${i}`] = s + i; i += 1; }",
    );
    assert!(error.contains("memory"), "{error}");
    assert!(message("let m = #{}; let i = 0; loop { m[`k${i}`] = i; i += 1; }").contains("stopped"));
}

#[test]
fn data_nested_without_end_overflows_no_stack() {
    for body in [
        "let m = #{}; loop { let n = #{}; n[\"a\"] = m; m = n; }",
        "let m = #{}; loop { let n = #{}; n[\"a\"] = take(m); m = take(n); }",
        "let m = #{}; loop { m = #{ a: take(m) }; }",
        "let a = []; loop { a = [a]; }",
        "let a = [[]]; loop { a.push([a.pop()]); }",
        "let a = []; loop { a = [take(a)]; }",
        "let f = |x| x; loop { f = f.curry(f); }",
    ] {
        assert_eq!(stopped(body).report.code, "limit", "{body}");
    }
    for body in [
        "let a = [[]]; for i in 0..9000 { a.push([a.pop()]); } log(a); let s = a.to_string(); let t = `${a}`; print(a); debug(a);",
        "let a = [[]]; for i in 0..9000 { a.push([a.pop()]); } let b = a; log(a == b); log(b.contains(a)); log(b.index_of(a));",
        "let a = [[]]; for i in 0..9000 { a.push([a.pop()]); } webhook(#{ url: \"https://crm.example\", body: a });",
        "let m = #{}; for i in 0..1500 { let n = #{}; n[\"a\"] = take(m); m = take(n); } log(m); log(m == m); log(m.to_json().len()); log(`${m}`);",
    ] {
        // Whether it works or fails: it comes back.
        let record = ran(body);
        assert!(record.operations > 100, "{body}");
    }
}

#[test]
fn a_deeply_nested_expression_is_no_script_and_a_long_one_overflows_no_stack() {
    let attempt = |expression: String| {
        on_small_thread(move || {
            let text = format!("on(\"user.added\", |event| {{ log({expression}); }});");
            let loaded =
                load(&files(&[("hooks/a.rhai", &text)]), &Files::new(), &Files::new(), &names(), None);
            let event = event("user.added", 0);
            let records: Vec<_> = loaded
                .set
                .on_for("user.added")
                .map(|hook| loaded.set.run_on(hook, &event, &settings()).record.outcome)
                .collect();
            (loaded.reports.first().map(|report| report.message.clone()).unwrap_or_default(), records)
        })
    };
    assert!(
        attempt(format!("{}1{}", "(".repeat(5000), ")".repeat(5000)))
            .0
            .contains("nested deeper than 48 levels")
    );
    assert!(attempt(format!("{}{}", "[".repeat(5000), "]".repeat(5000))).0.contains("nested deeper"));
    assert!(attempt(["- ".repeat(5000), "1".to_owned()].concat()).0.contains("nested deeper"));
    assert!(attempt(["!".repeat(5000), "true".to_owned()].concat()).0.contains("nested deeper"));
    assert!(attempt(format!("{}1{}", "#{a:".repeat(5000), "}".repeat(5000))).0.contains("nested deeper"));
    assert!(
        attempt(format!("{}1{}", "if true {".repeat(5000), "}".repeat(5000))).0.contains("nested deeper")
    );
    // Long rather than deep: whatever it comes to, it comes back.
    for long in ["1", "event.id", "[]", "\"x\""] {
        for operator in ["+", "&&", "==", "??", "-"] {
            attempt(vec![long; 10_000 / long.len()].join(operator));
        }
    }
    attempt(format!("event{}", ".id".repeat(15_000)));
    attempt(format!("event{}", "[0]".repeat(15_000)));
    attempt(format!("event{}", ".to_string()".repeat(4_000)));
    attempt(format!("1 {}", "+ if true { 1 } else { 2 }".repeat(2_000)));
    attempt(format!("if true {{ 1 }} {}", "else if true { 1 }".repeat(3_000)));
    attempt(["|a| ".repeat(5_000), "1".to_owned()].concat());
    let chain = |i: usize| format!("fn f{i}(a) {{ {}f{}(a){} }}", "[".repeat(40), i + 1, "]".repeat(40));
    let text: String =
        (0..40).map(chain).chain(["fn f40(a) { a } on(\"user.added\", |e| f0(e));".to_owned()]).collect();
    on_small_thread(move || check(&files(&[("hooks/a.rhai", &text)]), &names()));
    attempt(format!("`{}`", "${1}".repeat(10_000)));
    attempt(format!("{}1{}", "`${".repeat(5_000), "}`".repeat(5_000)));
    attempt(["\"\\u{41}\" + ".repeat(5_000), "1".to_owned()].concat());
}

#[test]
fn a_panic_inside_a_native_function_is_an_error_of_that_hook() {
    let error = stopped("panic_for_tests();");
    assert_eq!(error.report.code, "panic");
    assert!(error.report.message.contains("on purpose"), "{error}");
}

#[test]
fn effects_recipients_and_log_lines_are_counted() {
    assert!(message("loop { webhook(#{ url: \"https://crm.example\" }); }").contains("100 effects"));
    assert!(message("let all = []; for i in 0..60 { all.push(`a${i}@x.example`); } for i in 0..20 { email(#{ template: \"invite\", to: all }); }").contains("1000 recipients"));
    // What went wrong may quote what a customer wrote.
    let long = message("let s = \"x\"; s.pad(60000, \"y\"); parse_int(s);");
    assert!(long.chars().count() < 1_100, "{long}");
    let long = message("let s = \"x\"; s.pad(60000, \"y\"); throw s;");
    assert!(long.chars().count() < 1_100, "{long}");
    let record = ran("for i in 0..1000 { log(i); print(i); }");
    assert!(record.log.len() <= 400);
    let record = ran("let s = \"\"; s.pad(100000, \"y\"); log(s);");
    assert!(record.log[0].len() <= 2_000);
    let set = rough(
        "route(\"ticket.replied\", |mail, event| { let i = 0; loop { mail.to(`a${i}@x.example`, \"x\"); i += 1; } });",
    );
    let run = set.route(&event("ticket.replied", 0), &notice("t", Category::Support), &settings());
    assert!(
        run.records[0].error.as_ref().expect("an error").report.message.contains("1000 recipients")
            && run.routing.recipients.is_empty()
    );
}

#[test]
fn there_is_no_clock_no_chance_no_file_no_evaluation_and_no_waiting() {
    for word in [
        "timestamp()",
        "rand()",
        "eval(\"1\")",
        "open(\"/etc/passwd\")",
        "env(\"PATH\")",
        "exec(\"ls\")",
        "import \"/etc/passwd\" as x",
        "sleep(100)",
        "sleep(0.5)",
    ] {
        let text = format!("on(\"user.added\", |event| {{ {word}; }});");
        let files = files(&[("hooks/a.rhai", text.as_str())]);
        let loaded = load(&files, &files, &Files::new(), &names(), None);
        let event = event("user.added", 0);
        let refused = loaded
            .set
            .on_for("user.added")
            .all(|hook| loaded.set.run_on(hook, &event, &settings()).record.outcome == Outcome::Failed);
        assert!(refused, "{word}");
    }
}

#[test]
fn a_top_level_that_does_not_end_does_not_load() {
    for text in [
        "loop { }",
        "let s = \"x\"; loop { s += s; }",
        "let a = [[]]; loop { a.push([a.pop()]); }",
        "loop { on(\"user.added\", |e| {}); }",
        "throw \"no\";",
        "deny(\"no\");",
        "exit();",
    ] {
        let loaded = on_small_thread(move || {
            load(&files(&[("hooks/a.rhai", text)]), &Files::new(), &Files::new(), &names(), None)
        });
        assert!(loaded.set.hooks().is_empty(), "{text}");
    }
}

#[test]
fn scripts_that_are_too_long_or_hold_too_much_do_not_load() {
    let long = format!("// {}", "x".repeat(70_000));
    assert_eq!(load_one(&long).reports[0].code, "too-long");
    let many = "on(\"user.added\", |e| {});\n".repeat(101);
    assert!(load_one(&many).reports[0].message.contains("100 hooks"));
    let functions: String = (0..400).map(|i| format!("fn f{i}() {{ 1 }}\n")).collect();
    assert_eq!(load_one(&functions).reports[0].code, "syntax");
    let variables: String = (0..400).map(|i| format!("let v{i} = 1;\n")).collect();
    assert!(!load_one(&variables).reports.is_empty());
}

#[test]
fn the_clock_stops_what_steps_do_not_and_the_run_is_tried_once_more() {
    let set = rough_or_fine(
        "on(\"user.added\", |event| { count_for_tests(); for i in 0..1000 { work_for_tests(10); } });",
    );
    let error = run(&set, &event("user.added", 0)).record.error.expect("an error");
    assert!(error.passing && error.report.message.contains("1000 ms"), "{error}");
    assert_eq!(engine::ATTEMPTS.load(std::sync::atomic::Ordering::Relaxed), 2);
}

#[test]
fn a_failing_guard_that_never_ends_refuses() {
    let set = rough("before(\"invite.send\", |draft| { if draft.resend { deny(\"no\"); } loop { } });");
    let run = ask(&set, "invite.send", |_| {});
    assert_eq!(run.answer.denied.as_deref(), Some(error::REFUSED));
    assert_eq!(run.records[0].outcome, Outcome::Failed);
}

#[test]
fn no_form_of_replace_makes_a_text_without_end() {
    for call in ["t.replace(\"x\", t)", "t.replace('x', t)", "t.replace(\"\", t)"] {
        let error = message(&format!("let t = \"x\"; for i in 0..16 {{ t += t; }} {call};"));
        assert!(error.contains("longer than"), "{call}: {error}");
    }
    let record = ran(
        "log(\"aba\".replace('a', 'o')); log(\"aba\".replace(\"ab\", 'o')); log(\"aba\".replace('b', \"--\"));",
    );
    assert_eq!(record.log, ["obo", "oa", "a--a"]);
}

#[test]
fn what_a_function_pointer_carries_counts_as_memory() {
    let error = message("let a = []; a.pad(9000, 1); let b = []; b.pad(9999, Fn(\"down\").curry(a));");
    assert!(error.contains("memory"), "{error}");
    let error =
        message("let a = []; a.pad(9000, 1); loop { let f = Fn(\"down\").curry(a); a = [f, f, f, f]; }");
    assert!(error.contains("memory"), "{error}");
    assert_eq!(ran("let a = [1]; a.pad(3, #{ n: 1 }); log(a);").log, [r#"[1,{"n":1},{"n":1}]"#]);
}

#[test]
fn a_list_that_holds_itself_is_found_out() {
    let error = stopped(
        "let s = \"xxxxxxxx\"; for i in 0..14 { s += s; } for i in 0..10 { let a = (); let f = || a; a = [s + i, f]; }",
    );
    assert_eq!(error.report.code, "leak", "{error}");
    assert!(error.report.message.contains("leaves"), "{error}");
}

#[test]
fn what_a_run_says_at_length_is_no_leak() {
    let record = ran("let t = \"x\"; for i in 0..11 { t += t; } for i in 0..200 { log(t); }");
    assert_eq!((record.outcome, record.log.len()), (Outcome::Ok, 200));
    // More than may stay behind stays with the record, and goes with it.
    assert!(record.log.iter().map(String::len).sum::<usize>() > usize::try_from(limits::LEFT).unwrap_or(0));
}

#[test]
fn what_somebody_typed_is_not_repeated_without_end() {
    let error = stopped("let t = \"x\"; for i in 0..16 { t += t; } t.parse_int();");
    assert!(error.report.message.chars().count() <= 1_001, "{}", error.report.message.len());
}

#[test]
fn the_longest_time_there_is_cannot_be_taken_away() {
    let error = message("let least = minutes(-153722867280912) - minutes(1); event.at - least;");
    assert!(error.contains("beyond all calendars"), "{error}");
    let error = message("let least = minutes(-153722867280912) - minutes(1); least * 2;");
    assert!(error.contains("too long"), "{error}");
}

/// Words from which scripts are thrown together: more of them get past the parser than of plain noise.
const PIECES: &[&str] = &[
    "on(",
    "\"ticket.replied\"",
    "\"user.added\"",
    ",",
    "|event|",
    "|mail, event|",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "#{",
    ":",
    ";",
    ".",
    "event",
    "mail",
    "draft",
    "account",
    "users",
    "users_with",
    "filter",
    "let x =",
    "x",
    "if",
    "else",
    "for u in",
    "while",
    "loop",
    "switch",
    "=>",
    "_",
    "fn f(",
    "return",
    "throw",
    "try",
    "catch",
    "import \"lib/x\" as x;",
    "x::f(",
    "`${",
    "}`",
    "1",
    "-",
    "+",
    "==",
    "&&",
    "in",
    "??",
    "?.",
    "deny(",
    "email(",
    "route(",
    "before(",
    "permission_defaults(",
    "to(",
    "lock(",
    "days(",
    "\"",
    "'",
    "\\",
    "//",
    "/*",
    "this",
    "const",
    "export",
    "break",
    "continue",
    "Fn(",
    "call(",
    "curry(",
    "0..9",
    "=",
    "\u{1F600}",
    "\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_noise_panics_the_loader(text in "\\PC{0,200}") {
        unpanicked(&files(&[("hooks/a.rhai", &text), ("hooks/lib/x.rhai", &text)]));
    }

    #[test]
    fn no_words_thrown_together_panic_the_loader(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..60)) {
        let text = pieces.join(" ");
        unpanicked(&files(&[("hooks/a.rhai", &text), ("hooks/lib/x.rhai", "fn f(a) { a }")]));
    }

    #[test]
    fn no_half_of_a_shipped_script_panics_the_loader(which in 0_usize..100, cut in 0_usize..2_000, from in 0_usize..2_000) {
        let all = embedded();
        let text = all.values().nth(which % all.len()).expect("a script");
        let cut: String = text.chars().skip(from % 500).take(cut).collect();
        unpanicked(&files(&[("hooks/a.rhai", &cut)]));
    }
}

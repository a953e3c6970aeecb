//! Any text, any event: the loader ends, and a shipped script says the same twice.

use super::*;
use crate::event::page;
use crate::event::shape::{Field, Kind};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;
use std::sync::LazyLock;

/// Names that scripts use, beside the words of the language.
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let words = "let const if else for in loop while do until return throw try catch fn import as this true false \
        switch => = == != < > <= >= + - * / % += && || ! . .. ?. :: ; , ( ) [ ] { } #{ : | || ` ${ \" ' // /* */ \
        0 1 -1 1.5 9999999999 \"\" event draft mail invite account ticket user actor at";
    let known = engine::functions().keys().map(String::as_str);
    let fields = catalogue::EVENTS.iter().flat_map(|kind| kind.fields.iter().map(|field| field.name));
    let points =
        catalogue::EVENTS.iter().map(|kind| kind.name).chain(guard::GUARDS.iter().map(|kind| kind.name));
    let points: Vec<String> = points.map(|name| format!("{name:?}")).collect();
    words.split_whitespace().chain(known).chain(fields).map(str::to_owned).chain(points).collect()
});

/// All shipped scripts, active or not.
static SCRIPTS: LazyLock<Vec<Arc<str>>> = LazyLock::new(|| {
    embedded().into_iter().filter(|(path, _)| path.ends_with(".rhai")).map(|(_, text)| text).collect()
});

/// The shipped scripts, with all of `available/` enabled.
static ALL: LazyLock<Arc<HookSet>> = LazyLock::new(|| {
    let active =
        embedded().into_iter().map(|(path, text)| (path.replace("/available/", "/"), text)).collect();
    let loaded = load(&active, &Files::new(), &Files::new(), &names(), None);
    assert!(loaded.reports.is_empty(), "{}", shown(&loaded.reports));
    loaded.set
});

/// Loads and tries a text; what is wrong with it has a place in it.
fn survives(text: &str) {
    let lines = text.lines().count() + 1;
    for report in unpanicked(&files(&[("hooks/a.rhai", text)])) {
        assert!(report.line <= lines, "{report} is not in the text");
    }
}

/// A script, cut into words and the gaps between them.
fn tokens(text: &str) -> Vec<&str> {
    let mut kind = None;
    let mut begin = 0;
    let mut all = Vec::new();
    for (at, c) in text.char_indices() {
        let own = if c.is_alphanumeric() || c == '_' {
            Some('w')
        } else if c.is_whitespace() {
            Some(' ')
        } else {
            None
        };
        if at > begin && (own.is_none() || own != kind) {
            all.push(&text[begin..at]);
            begin = at;
        }
        kind = own;
    }
    all.push(&text[begin..]);
    all
}

#[derive(Clone, Debug)]
enum Damage {
    Cut,
    Drop,
    Double,
    Swap(Index),
    Put(String),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        Just(Damage::Cut),
        Just(Damage::Drop),
        Just(Damage::Double),
        any::<Index>().prop_map(Damage::Swap),
        select(&**WORDS).prop_map(Damage::Put),
        "\\PC{0,6}".prop_map(Damage::Put),
    ]
}

fn damaged(script: &str, damages: &[(Index, Damage)]) -> String {
    let mut parts: Vec<String> = tokens(script).into_iter().map(str::to_owned).collect();
    for (at, damage) in damages {
        if parts.is_empty() {
            break;
        }
        let at = at.index(parts.len());
        match damage {
            Damage::Cut => parts.truncate(at),
            Damage::Drop => drop(parts.remove(at)),
            Damage::Double => parts.insert(at, parts[at].clone()),
            Damage::Swap(with) => {
                let with = with.index(parts.len());
                parts.swap(at, with);
            }
            Damage::Put(word) => parts[at].clone_from(word),
        }
    }
    parts.concat()
}

/// JSON that fits a kind, or nearly always does.
fn fitting(kind: &'static Kind) -> BoxedStrategy<Value> {
    let right = match kind {
        Kind::Text => prop_oneof![
            3 => "[a-z]{0,8}".prop_map(Value::from),
            2 => "[a-z]{1,4}@[a-z]{1,4}\\.example".prop_map(Value::from),
            2 => select(&**WORDS).prop_map(Value::from),
            1 => "\\PC{0,40}".prop_map(Value::from),
        ]
        .boxed(),
        Kind::Int | Kind::Span | Kind::Time => {
            prop_oneof![3 => 0..4_000_000_000_000_i64, 1 => any::<i64>()].prop_map(Value::from).boxed()
        }
        Kind::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Kind::Object(shape) => object(shape.fields.iter().collect()),
        Kind::List(item) => prop_oneof![
            9 => proptest::collection::vec(fitting(item), 0..4),
            1 => (fitting(item), 0..300_usize).prop_map(|(item, count)| vec![item; count]),
        ]
        .prop_map(Value::from)
        .boxed(),
        Kind::Any => anything(),
    };
    prop_oneof![30 => right, 1 => anything()].boxed()
}

/// An object of these fields, a few of which may be missing.
fn object(fields: Vec<&'static Field>) -> BoxedStrategy<Value> {
    let all = fields
        .into_iter()
        .map(|field| (Just(field.name), fitting(&field.kind), 0..20_u8))
        .collect::<Vec<_>>();
    prop_oneof![
        1 => Just(json!({})),
        15 => all.prop_map(|all| {
            let there = all.into_iter().filter(|(.., luck)| *luck > 0);
            Value::Object(there.map(|(name, value, _)| (name.to_owned(), value)).collect())
        }),
    ]
    .boxed()
}

fn anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::vec(("[a-z]{0,5}", inner), 0..3)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
    .boxed()
}

/// An event of any kind. Its name is right: by it the kind was found.
fn any_event() -> impl Strategy<Value = (&'static EventKind, Value)> {
    select(catalogue::EVENTS)
        .prop_flat_map(|kind: &'static EventKind| event_of(kind.name).prop_map(move |event| (kind, event)))
}

/// An event of this name.
fn event_of(name: &'static str) -> impl Strategy<Value = Value> {
    let kind = catalogue::find(name).expect("an event of the catalogue");
    object(kind.fields.iter().chain(catalogue::ENVELOPE).collect()).prop_map(move |mut event| {
        event["name"] = name.into();
        event
    })
}

/// What all hooks say about an event, but for the time that they took.
fn answers(set: &HookSet, event: &Arc<Input>) -> String {
    let route = set.route(event, &notice("ticket-reply", Category::Support), &settings());
    let steps =
        route.records.iter().map(|record| (&record.hook, record.outcome, &record.error, record.operations));
    let mut said = format!("{:?} {:?}", route.routing, steps.collect::<Vec<_>>());
    for hook in set.for_event(event) {
        let run = set.run_on(hook, event, &settings());
        said += &format!("{:?} {:?} {:?}", run.plan, run.record.error, run.record.operations);
    }
    assert!(!said.contains("\"panic\""), "{said}");
    said
}

/// What every hook that runs on a schedule says when its time has come.
fn due(set: &HookSet, event: &Value) -> Vec<String> {
    let kind = catalogue::find("schedule.due").expect("an event of the catalogue");
    let when_due = |(hook, _): (&Arc<Hook>, _)| {
        let mut event = event.clone();
        event["hook"] = hook.id.as_str().into();
        let input = Input::of(kind, event);
        assert!(set.for_event(&input).any(|due| due.id == hook.id), "{} is not due", hook.id);
        answers(set, &input)
    };
    set.scheduled().map(when_due).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_words_of_ours_are_loaded_or_reported(words in proptest::collection::vec(select(&**WORDS), 0..80)) {
        survives(&words.join(" "));
    }

    #[test]
    fn any_damaged_shipped_script_is_loaded_or_reported(
        script in select(&**SCRIPTS), damages in proptest::collection::vec((any::<Index>(), damage()), 1..5)
    ) {
        survives(&damaged(&script, &damages));
    }

    #[test]
    fn any_event_gets_the_same_answer_twice((kind, event) in any_event()) {
        let first = answers(&ALL, &Input::of(kind, event.clone()));
        let input = Input::of(kind, event);
        prop_assert_eq!(&first, &answers(&ALL, &input));
        prop_assert_eq!(&first, &answers(&ALL, &input), "a second time over the same event");
    }

    #[test]
    fn any_schedule_gets_the_same_answer_twice(event in event_of("schedule.due")) {
        let first = due(&ALL, &event);
        prop_assert!(!first.is_empty(), "no shipped hook runs on a schedule");
        prop_assert_eq!(first, due(&ALL, &event));
    }

    #[test]
    fn any_page_gets_the_same_menu_and_panels_twice(
        view in object(page::VIEW.iter().collect())
    ) {
        let shown = || {
            let menu = ALL.menu("client", view.clone(), &settings());
            let panels = ALL.panels("client.home", view.clone(), &settings());
            let errors: Vec<_> = menu.records.iter().chain(&panels.records).map(|record| record.error.clone()).collect();
            format!("{:?} {:?} {errors:?}", menu.menu, panels.panels)
        };
        let first = shown();
        prop_assert!(!first.contains("\"panic\""), "{}", first);
        prop_assert_eq!(&first, &shown());
    }

    #[test]
    fn any_draft_gets_the_same_answer_twice(
        (kind, draft) in select(guard::GUARDS).prop_flat_map(|kind: &'static guard::GuardKind| {
            (Just(kind), object(kind.fields.iter().chain(guard::CONTEXT).collect()))
        })
    ) {
        let ask = || {
            let run = ALL.before(kind, draft.clone(), &settings());
            let errors: Vec<_> = run.records.iter().map(|record| (record.outcome, record.error.clone())).collect();
            format!("{:?} {errors:?}", run.answer)
        };
        let first = ask();
        prop_assert!(!first.contains("\"panic\""), "{}", first);
        prop_assert_eq!(&first, &ask());
    }

    #[test]
    fn any_permission_form_gets_the_same_answer_twice(
        form in object(guard::DEFAULTS.iter().chain(guard::CONTEXT).collect())
    ) {
        let ask = || format!("{:?}", ALL.permission_defaults(form.clone(), &settings()).defaults);
        prop_assert_eq!(ask(), ask());
    }
}

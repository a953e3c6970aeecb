use super::*;

#[test]
fn names_are_unique_and_samples_have_every_field() {
    for (i, kind) in EVENTS.iter().enumerate() {
        assert!(EVENTS[i + 1..].iter().all(|other| other.name != kind.name), "{} stands twice", kind.name);
        for event in (kind.samples)() {
            for field in kind.field_names() {
                assert!(event.get(field).is_some(), "a sample of {} lacks {field}", kind.name);
            }
        }
    }
}

#[test]
fn no_field_has_a_name_that_the_script_language_reserves() {
    let reserved = [
        "new", "default", "is", "with", "match", "case", "shared", "public", "package", "module", "static",
        "var", "go", "sync", "async", "await", "yield", "spawn", "thread", "exit",
    ];
    let fields = shapes().into_iter().flat_map(|s| s.fields).chain(EVENTS.iter().flat_map(|e| e.fields));
    for field in fields {
        assert!(!reserved.contains(&field.name), "{} is reserved", field.name);
    }
}

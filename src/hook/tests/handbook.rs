//! The handbook says what is: each recipe stands in it, and what it shows as a script loads.

use super::*;
use std::collections::BTreeSet;

fn page(name: &str) -> String {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    std::fs::read_to_string(&file).expect("a page of the handbook")
}

/// Names of the recipes: scripts, and folders of plugins.
fn recipes() -> BTreeSet<String> {
    let name = |path: &String| {
        let rest = path.strip_prefix("hooks/available/")?;
        Some(rest.split_once('/').map_or(rest, |(plugin, _)| plugin).trim_end_matches(".rhai").to_owned())
    };
    embedded().keys().filter_map(name).collect()
}

/// The scripts of a recipe.
fn text_of(recipe: &str) -> String {
    let of = |path: &str| {
        path == format!("hooks/available/{recipe}.rhai")
            || path.starts_with(&format!("hooks/available/{recipe}/"))
    };
    embedded().iter().filter(|(path, _)| of(path)).map(|(_, text)| format!("{text}\n")).collect()
}

/// Heading and text of each recipe on the page.
fn entries(page: &str) -> Vec<(String, String)> {
    let recipes = recipes();
    let parts = page.split("\n### ").skip(1).map(|part| part.split("\n## ").next().unwrap_or(part));
    parts
        .filter_map(|part| part.split_once('\n'))
        .map(|(title, text)| (title.trim().to_owned(), text.to_owned()))
        .inspect(|(title, _)| assert!(recipes.contains(title), "there is no recipe {title}"))
        .collect()
}

/// What stands between ```LANGUAGE and ```.
fn fences(text: &str, language: &str) -> Vec<String> {
    let open = format!("```{language}\n");
    let blocks = text.split(&open).skip(1).map(|rest| rest.split("```").next().unwrap_or(rest).to_owned());
    blocks.collect()
}

#[test]
fn every_recipe_stands_in_the_cookbook_once_and_nothing_else_does() {
    let all: Vec<String> = entries(&page("cookbook.md")).into_iter().map(|(title, _)| title).collect();
    let named: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!(all.len(), named.len(), "a recipe stands there twice");
    assert_eq!(named, recipes());
    assert!(named.len() >= 25);
    let listed = page("cookbook.md");
    for recipe in recipes() {
        assert!(
            listed.contains(&format!("[{recipe}](#{recipe})")),
            "{recipe} is missing in the list at the top"
        );
    }
}

#[test]
fn every_recipe_says_who_asked_for_it_and_shows_lines_that_are_in_its_file() {
    for (recipe, entry) in entries(&page("cookbook.md")) {
        assert!(entry.contains("**Asked for:**"), "{recipe} says what was asked for");
        let shown = fences(&entry, "rhai");
        assert_eq!(shown.len(), 1, "{recipe} shows its essential lines");
        let text = text_of(&recipe);
        for line in shown[0].lines().map(str::trim).filter(|line| !line.is_empty()) {
            assert!(text.contains(line), "{recipe} has no line\n{line}");
        }
        // What must be set for it to work stands on the page; what it can do without may.
        for setting in text.split("setting(\"").skip(1) {
            let (name, rest) = setting.split_once('"').expect("a name");
            let needed = rest.starts_with(')');
            let plugin = embedded().contains_key(&format!("hooks/available/{recipe}/{}", plugin::FILE));
            assert!(
                !needed || plugin || entry.contains(&format!("`{name}")),
                "{recipe} says nothing of {name}"
            );
        }
    }
}

#[test]
fn every_recipe_has_a_test() {
    let all = embedded();
    for recipe in recipes() {
        let test =
            all.get(&format!("hooks/tests/{recipe}.rhai")).unwrap_or_else(|| panic!("{recipe} has no test"));
        let named = [format!("_script(\"available/{recipe}\")"), format!("_script(\"available/{recipe}/")];
        assert!(named.iter().any(|name| test.contains(name)), "the test of {recipe} loads another script");
    }
}

#[test]
fn what_the_handbook_shows_as_a_script_loads_and_runs() {
    let mistakes = ["event.ticket.subjct"];
    for name in ["coming-from-whmcs.md", "first-hook.md", "cookbook.md"] {
        let text = page(name);
        let scripts = fences(&text, "rhai");
        // Lines of recipes are shown in part; a test above looks after those.
        let of_recipe =
            |script: &String| entries(&page("cookbook.md")).iter().any(|(_, e)| e.contains(script));
        for script in scripts.iter().filter(|script| !of_recipe(script) && !script.contains("test(\"")) {
            if script.contains("secret(") {
                continue;
            }
            let loaded = load_one(script);
            if let Some(mistake) = mistakes.iter().find(|mistake| script.contains(**mistake)) {
                assert!(shown(&loaded.reports).contains("did you mean `subject`?"), "{mistake}");
                continue;
            }
            assert!(loaded.reports.is_empty(), "{name}\n{script}\n{}", shown(&loaded.reports));
            let tried = run_samples(&loaded.set);
            assert!(tried.is_empty(), "{name}\n{script}\n{}", shown(&tried));
        }
    }
}

#[test]
fn the_plugin_of_the_cookbook_loads() {
    let text = page("cookbook.md");
    let manifest = fences(&text, "toml").pop().expect("a manifest");
    let script = fences(&text, "rhai").into_iter().find(|s| s.contains("https://chat.host.example/post"));
    let files = files(&[
        ("hooks/chat/plugin.toml", &manifest),
        ("hooks/chat/urgent.rhai", &script.expect("its script")),
    ]);
    let allow = ["chat.host.example".to_owned()];
    let names = Names { outgoing_allow: &allow, ..names() };
    let loaded = load(&files, &Files::new(), &Files::new(), &names, None);
    assert!(loaded.reports.is_empty(), "{}", shown(&loaded.reports));
    assert_eq!(run_samples(&loaded.set), []);
}

#[test]
fn every_event_and_action_that_the_table_for_whmcs_names_is_there() {
    let text = page("coming-from-whmcs.md");
    let known = |name: &str| catalogue::find(name).is_some() || guard::find(name).is_some();
    for verb in ["on(\"", "before(\"", "route(\""] {
        for call in text.split(verb).skip(1) {
            let point = call.split('"').next().unwrap_or_default();
            let family = point.strip_suffix(".*").is_some_and(|word| {
                catalogue::EVENTS.iter().any(|kind| kind.name.split('.').next() == Some(word))
            });
            assert!(point == "…" || known(point) || family, "{verb}{point}\") is not there");
        }
    }
    for event in ["invite.resent", "invite.cancelled", "invite.accepted", "invite.declined", "invite.expired"]
    {
        assert!(known(event) && text.contains(event));
    }
    // What the page calls "not yet" must not be there, or the page is out of date.
    for family in ["invoice", "payment", "quote", "order", "service", "domain", "affiliate"] {
        assert!(
            !catalogue::EVENTS.iter().any(|kind| kind.name.starts_with(&format!("{family}."))),
            "{family}.* is there: tell so in docs/coming-from-whmcs.md"
        );
    }
    for built in ["Piping", "PopEmail", "mail into tickets"] {
        let rows = text.lines().filter(|row| row.contains("**not yet**"));
        let stale: Vec<_> = rows.filter(|row| row.to_lowercase().contains(&built.to_lowercase())).collect();
        assert!(stale.is_empty(), "mail comes into tickets: {stale:?}");
    }
    for there in ["CustomFieldLoad", "CustomFieldSave", "AffiliateClickthru"] {
        assert!(text.contains(there), "{there} has no row");
    }
}

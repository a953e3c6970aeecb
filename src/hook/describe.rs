//! THE description of every function that scripts may call: for the handbook and for editors.
//!
//! To describe a new function, add a line to its group; a test fails while a function of the engine has none,
//! and while a line describes what the engine does not have. Effects describe themselves in `function`.

use super::call::Verb;
use super::function::{EFFECTS, Function, Holds, Takes};

/// One way to call a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// As an editor shows it: `users_with(account: Account, permission: String) -> Array`. The first parameter may
    /// also stand before a dot.
    pub call: String,
    /// What it does, in a sentence.
    pub doc: String,
}

/// Functions that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they are about.
    pub title: &'static str,
    /// The verbs in whose hooks they work; empty for all.
    pub verbs: &'static [Verb],
    /// The functions, each way to call them apart.
    pub functions: Vec<Description>,
}

impl Description {
    /// The function's name.
    pub fn name(&self) -> &str {
        self.call.split('(').next().unwrap_or_default()
    }

    /// How many values it takes, the one before the dot counted.
    pub fn values(&self) -> usize {
        let inside = self.call.split_once('(').and_then(|(_, rest)| rest.split(") ->").next());
        inside
            .filter(|inside| !inside.trim_end_matches(')').is_empty())
            .map_or(0, |inside| inside.matches(": ").count())
    }
}

/// Every function, by group.
pub fn groups() -> Vec<Group> {
    let group = |title, verbs, list: &[(&str, &str)]| Group {
        title,
        verbs,
        functions: list
            .iter()
            .map(|(call, doc)| Description { call: (*call).to_owned(), doc: (*doc).to_owned() })
            .collect(),
    };
    vec![
        group("Registering hooks", &[], VERBS),
        group("In `before` hooks", &[Verb::Before], BEFORE),
        group("In `permission_defaults` hooks", &[Verb::PermissionDefaults], BOXES),
        group("In `route` hooks", &[Verb::Route], ROUTE),
        Group {
            title: "In `on` and `every` hooks: effects",
            verbs: &super::function::EFFECTFUL,
            functions: EFFECTS.iter().map(effect).collect(),
        },
        group("In `driver` hooks", &[Verb::Driver], DRIVER),
        group("In `menu` hooks", &[Verb::Menu], MENU),
        group("Accounts, users and contacts", &[], PEOPLE),
        group("Settings, stored values and the trace", &[], GIVEN),
        group("Times and lengths of time", &[], TIMES),
        group("Texts", &[], TEXTS),
        group("Lists", &[], LISTS),
        group("Maps", &[], MAPS),
        group("Numbers and ranges", &[], NUMBERS),
    ]
}

fn effect(function: &Function) -> Description {
    let (mut doc, values) = (function.doc.to_owned(), function.values());
    let inside = match function.takes {
        Takes::Map(_) => {
            doc.push_str(" Keys:");
            for value in values {
                let needed = if value.needed { "" } else { " (may be left out)" };
                doc.push_str(&format!(" `{}`{needed}: {}", value.name, value.doc));
            }
            "options: Map".to_owned()
        }
        Takes::Values(_) => values
            .iter()
            .map(|value| format!("{}: {}", value.name, type_of(value.holds)))
            .collect::<Vec<_>>()
            .join(", "),
    };
    Description { call: format!("{}({inside}) -> ()", function.name), doc }
}

/// The type of a value, as editors name types.
fn type_of(holds: Holds) -> &'static str {
    match holds {
        Holds::Text | Holds::Template | Holds::Url | Holds::Status | Holds::Priority | Holds::Custom => {
            "String"
        }
        Holds::People | Holds::Person | Holds::Anything => "?",
        Holds::Ticket => "Ticket",
        Holds::User => "User",
        Holds::Permissions | Holds::Categories => "Array",
        Holds::Map | Holds::Headers => "Map",
    }
}

const VERBS: &[(&str, &str)] = &[
    (
        "before(action: String, hook: FnPtr) -> ()",
        "Registers a guard: `before(\"invite.send\", |draft| { … })` refuses or amends before anything is stored.",
    ),
    ("before(action: String, options: HookOptions, hook: FnPtr) -> ()", "The same, with options."),
    (
        "permission_defaults(hook: FnPtr) -> ()",
        "Registers who decides which permission boxes are ticked and locked: `permission_defaults(|invite| { … })`.",
    ),
    ("permission_defaults(options: HookOptions, hook: FnPtr) -> ()", "The same, with options."),
    (
        "route(event: String, hook: FnPtr) -> ()",
        "Registers who decides who gets the mail about an event: `route(\"ticket.replied\", |mail, event| { … })`.",
    ),
    ("route(event: String, options: HookOptions, hook: FnPtr) -> ()", "The same, with options."),
    (
        "on(event: String, hook: FnPtr) -> ()",
        "Registers what to do after an event: `on(\"user.added\", |event| { … })`.",
    ),
    ("on(event: String, options: HookOptions, hook: FnPtr) -> ()", "The same, with options."),
    (
        "every(period: String, hook: FnPtr) -> ()",
        "Registers what to do on a schedule: `every(\"1 hour\", |event| { … })`.",
    ),
    (
        "every(period: String, options: HookOptions, hook: FnPtr) -> ()",
        "The same, with options; `over: \"ticket\"` runs it once for each open ticket.",
    ),
    (
        "driver(kind: String, name: String, halves: Map) -> ()",
        "Registers how to speak with an outside system: what to ask, and what the answer means.",
    ),
    (
        "menu(menu: String, hook: FnPtr) -> ()",
        "Registers what adds to a menu: `menu(\"client\", |menu, view| { … })`.",
    ),
    ("menu(menu: String, options: HookOptions, hook: FnPtr) -> ()", "The same, with options."),
    (
        "panel(spot: String, hook: FnPtr) -> ()",
        "Registers what shows a panel on a page: `panel(\"client.home\", |view| { … })`; it gives a map of `title`, `text`, `rows`, `links`, or `()`.",
    ),
    ("panel(spot: String, options: HookOptions, hook: FnPtr) -> ()", "The same, with options."),
];

const BEFORE: &[(&str, &str)] = &[
    ("deny(message: String) -> ()", "Refuses; the person who asked reads the message."),
    (
        "lock(draft: Draft, fields: ?, reason: String) -> ()",
        "Keeps fields as they are stored, and shows why in the form; takes a name or a list of names.",
    ),
];

const BOXES: &[(&str, &str)] = &[
    ("preselect(invite: InviteForm, permissions: ?) -> ()", "Ticks these boxes at first."),
    (
        "require(invite: InviteForm, permissions: ?, reason: String) -> ()",
        "Ticks these boxes and locks them, with the reason shown.",
    ),
    (
        "forbid(invite: InviteForm, permissions: ?, reason: String) -> ()",
        "Clears these boxes and locks them, with the reason shown.",
    ),
    (
        "preset(invite: InviteForm, name: String, permissions: ?) -> ()",
        "Offers a named set of boxes to choose.",
    ),
];

const ROUTE: &[(&str, &str)] = &[
    (
        "to(mail: Mail, who: ?, reason: String) -> ()",
        "Adds somebody: a user, contact, account, person, an address, or a list of those.",
    ),
    ("cc(mail: Mail, who: ?, reason: String) -> ()", "Adds somebody as a copy."),
    ("remove(mail: Mail, who: ?, reason: String) -> ()", "Takes somebody away."),
    ("only(mail: Mail, who: ?, reason: String) -> ()", "Takes everybody else away."),
    ("drop(mail: Mail, reason: String) -> ()", "Takes everybody away: nobody gets this mail."),
    (
        "disclose(mail: Mail, who: ?, reason: String) -> ()",
        "Adds somebody who may not read this otherwise, which is audited.",
    ),
];

const DRIVER: &[(&str, &str)] = &[
    ("http_get(url: String) -> Request", "First half: what to ask the outside system."),
    (
        "http_get(url: String, headers: Map) -> Request",
        "The same, with headers; a secret is `secret(\"name\")`.",
    ),
    ("http_post(url: String, body: ?) -> Request", "First half: what to send, as JSON."),
    ("http_post(url: String, body: ?, headers: Map) -> Request", "The same, with headers."),
    ("redirect(url: String) -> Answer", "Second half: the customer goes there."),
    ("refuse(message: String) -> Answer", "Either half: it cannot be done; the customer reads the message."),
    ("done(data: ?) -> Answer", "Second half: it was done."),
];

const MENU: &[(&str, &str)] = &[
    (
        "add(menu: Menu, label: String, url: String) -> ()",
        "Adds an entry: a path of this server, or an `https://` address.",
    ),
    ("remove(menu: Menu, url: String) -> ()", "Leaves an entry out; the page behind it stays reachable."),
];

const PEOPLE: &[(&str, &str)] = &[
    (
        "users_with(account: Account, permission: String) -> Array",
        "The users who hold a permission, such as `\"tickets\"`.",
    ),
    (
        "users_for(account: Account, category: String) -> Array",
        "The users who ticked a mail category, such as `\"invoice\"`.",
    ),
    ("contacts_for(account: Account, category: String) -> Array", "The contacts who ticked a mail category."),
    ("may(user: User, permission: String) -> bool", "True if the user holds the permission."),
    (
        "wants(who: ?, category: String) -> bool",
        "True if the account, user or contact ticked the mail category.",
    ),
];

const GIVEN: &[(&str, &str)] = &[
    (
        "setting(name: String) -> ?",
        "A value of `[settings]`, or of the plugin's own settings; an error if there is none.",
    ),
    ("setting(name: String, otherwise: ?) -> ?", "The same, with what holds where there is none."),
    (
        "secret(name: String) -> Secret",
        "A secret setting of the plugin, for headers: it can be joined with text, and never read.",
    ),
    ("store_get(key: String) -> ?", "What `store_set` kept; `()` if nothing."),
    ("store_get(key: String, otherwise: ?) -> ?", "The same, with what holds where there is nothing."),
    ("log(what: ?) -> ()", "Leaves a line in the run's trace; takes any type."),
    ("print(what: ?) -> String", "As `log`."),
    ("debug(what: ?) -> String", "As `log`, with texts in quotes."),
];

const TIMES: &[(&str, &str)] = &[
    (
        "in_zone(time: Time, zone: String) -> Time",
        "The same moment as a clock in that zone shows it: `event.at.in_zone(\"Europe/Berlin\").hour`.",
    ),
    ("minutes(count: int) -> Span", "So many minutes."),
    ("hours(count: int) -> Span", "So many hours."),
    ("days(count: int) -> Span", "So many days of 24 hours."),
];

const TEXTS: &[(&str, &str)] = &[
    (
        "len(text: String) -> int",
        "How many characters it has; of a list, how many items; of a map, how many keys.",
    ),
    ("is_empty(text: String) -> bool", "True if nothing is in it: a text, list, map or range."),
    (
        "contains(text: String, part: ?) -> bool",
        "True if the part is in it: a text in a text, an item in a list, a key in a map, a number in a range.",
    ),
    ("starts_with(text: String, part: ?) -> bool", "True if it begins so."),
    ("ends_with(text: String, part: ?) -> bool", "True if it ends so."),
    (
        "index_of(text: String, part: ?) -> int",
        "Where the part begins, counted from 0; -1 if it is not there. Works on lists, too.",
    ),
    ("index_of(text: String, part: ?, start: int) -> int", "The same, from a place on."),
    ("to_lower(text: String) -> String", "In small letters."),
    ("to_upper(text: String) -> String", "In capital letters."),
    ("trim(text: String) -> String", "Without white space at both ends."),
    ("replace(text: String, find: String, put: String) -> String", "With every `find` replaced."),
    ("sub_string(text: String, start: int) -> String", "From a place on, counted from 0."),
    ("sub_string(text: String, start: int, length: int) -> String", "So many characters from a place on."),
    ("split(text: String, between: String) -> Array", "The parts between a separator."),
    ("split_rev(text: String, between: String) -> Array", "The same, last part first."),
    ("join(list: Array, between: String) -> String", "The items of a list as one text."),
    ("domain(address: String) -> String", "What stands behind the @ of an address, in small letters."),
    ("parse_int(text: String) -> int", "The whole number that a text says."),
    ("parse_json(text: String) -> ?", "What a text in JSON says."),
    ("to_json(map: Map) -> String", "A map as JSON."),
    ("to_string(value: ?) -> String", "Any value as text."),
    ("to_debug(value: ?) -> String", "Any value as text, with texts in quotes."),
    ("to_chars(text: String) -> Array", "Its characters as a list."),
    ("chars(text: String) -> ?", "Its characters, to go through with `for`."),
    ("bytes(text: String) -> int", "How many bytes it has."),
    ("crop(text: String, start: int, length: int) -> ()", "Cuts it down in place."),
    ("make_lower(text: String) -> ()", "Turns it into small letters in place."),
    ("make_upper(text: String) -> ()", "Turns it into capital letters in place."),
];

const LISTS: &[(&str, &str)] = &[
    ("push(list: Array, item: ?) -> ()", "Adds an item at the end."),
    ("append(list: Array, other: ?) -> ()", "Adds all items of another list; to a text, another text."),
    ("insert(list: Array, index: int, item: ?) -> ()", "Puts an item in at a place."),
    ("pop(list: Array) -> ?", "Takes the last item away and gives it."),
    ("shift(list: Array) -> ?", "Takes the first item away and gives it."),
    (
        "get(list: Array, index: int) -> ?",
        "The item at a place, or the value of a map's key; `()` if there is none.",
    ),
    ("set(list: Array, index: int, value: ?) -> ()", "Puts a value at a place, or under a map's key."),
    (
        "filter(list: Array, keep: FnPtr) -> Array",
        "The items that the function keeps: `users.filter(|user| user.owner)`.",
    ),
    ("map(list: Array, change: FnPtr) -> Array", "What the function makes of each item."),
    ("for_each(list: Array, work: FnPtr) -> ()", "Calls the function with each item as `this`."),
    (
        "reduce(list: Array, step: FnPtr, initial: ?) -> ?",
        "What the function makes of all items, one after the other: `|sum, item| sum + item`.",
    ),
    ("reduce_rev(list: Array, step: FnPtr, initial: ?) -> ?", "The same from the last item on."),
    ("some(list: Array, test: FnPtr) -> bool", "True if the function says so of any item."),
    ("all(list: Array, test: FnPtr) -> bool", "True if the function says so of every item."),
    (
        "find(list: Array, test: FnPtr) -> ?",
        "The first item of which the function says so; `()` if there is none.",
    ),
    (
        "find_map(list: Array, change: FnPtr) -> ?",
        "The first thing that the function makes of an item and that is not `()`.",
    ),
    (
        "zip(list: Array, other: Array, join: FnPtr) -> Array",
        "What the function makes of pairs of two lists.",
    ),
    ("order(list: Array) -> Array", "The items in order, as a list of its own."),
    (
        "order(list: Array, compare: FnPtr) -> Array",
        "The same, in the order that the function gives: negative, 0 or positive.",
    ),
    ("order_by(list: Array, compare: FnPtr) -> Array", "The items in the order that the function gives."),
    ("order_desc(list: Array) -> Array", "The items in order, highest first."),
    ("sort(list: Array) -> ()", "Puts the items in order, in place."),
    ("sort(list: Array, compare: FnPtr) -> ()", "The same, in the order that the function gives."),
    (
        "sort_by(list: Array, compare: FnPtr) -> ()",
        "Puts the items in the order that the function gives, in place.",
    ),
    ("sort_desc(list: Array) -> ()", "Puts the items in order, highest first, in place."),
    ("reverse(list: Array) -> ()", "Turns the order round, in place."),
    ("dedup(list: Array) -> ()", "Drops items that repeat the one before, in place."),
    ("extract(list: Array, start: int) -> Array", "The items from a place on."),
    ("extract(list: Array, start: int, length: int) -> Array", "So many items from a place on."),
    ("splice(list: Array, start: int, length: int, put: Array) -> ()", "Puts items in the place of others."),
    (
        "drain(list: Array, drop: FnPtr) -> Array",
        "Takes away the items of which the function says so, and gives them.",
    ),
    (
        "retain(list: Array, keep: FnPtr) -> Array",
        "Keeps the items of which the function says so, and gives the others.",
    ),
    ("truncate(list: Array, length: int) -> ()", "Keeps so many items, or characters, from the start."),
    ("chop(list: Array, length: int) -> ()", "Keeps so many items from the end."),
    ("pad(list: Array, length: int, item: ?) -> ()", "Adds an item, or a text, until it is so long."),
];

const MAPS: &[(&str, &str)] = &[
    ("keys(map: Map) -> Array", "The keys of a map."),
    ("values(map: Map) -> Array", "The values of a map."),
    ("remove(map: Map, key: String) -> ?", "Takes a key away; of a list, the item at a place."),
    ("mixin(map: Map, other: Map) -> ()", "Puts all keys of another map in."),
    ("fill_with(map: Map, other: Map) -> ()", "Puts those keys of another map in that are missing."),
    ("clear(map: Map) -> ()", "Empties a map, list or text."),
];

const NUMBERS: &[(&str, &str)] = &[
    ("abs(number: ?) -> ?", "Without its sign."),
    ("sign(number: ?) -> int", "-1, 0 or 1."),
    ("min(a: ?, b: ?) -> ?", "The smaller of two."),
    ("max(a: ?, b: ?) -> ?", "The larger of two."),
    ("round(number: float) -> float", "The nearest whole number."),
    ("floor(number: float) -> float", "The whole number below."),
    ("ceiling(number: float) -> float", "The whole number above."),
    ("to_int(number: ?) -> int", "As a whole number, cut off."),
    ("to_float(number: int) -> float", "As a number with a fraction."),
    ("is_even(number: int) -> bool", "True for 0, 2, 4, …"),
    ("is_odd(number: int) -> bool", "True for 1, 3, 5, …"),
    ("is_zero(number: ?) -> bool", "True for 0."),
    ("to_hex(number: int) -> String", "Written with base 16."),
    ("to_octal(number: int) -> String", "Written with base 8."),
    ("to_binary(number: int) -> String", "Written with base 2."),
    ("range(from: int, to: int) -> ?", "The numbers from one to below another, to go through with `for`."),
    ("range(from: int, to: int, step: int) -> ?", "The same in steps."),
    ("start(range: ?) -> int", "Where a range begins."),
    ("end(range: ?) -> int", "Where a range ends."),
    ("is_inclusive(range: ?) -> bool", "True for `0..=9`, which holds its end."),
    ("is_exclusive(range: ?) -> bool", "True for `0..9`, which does not hold its end."),
];

/// What the engine has and no operator needs: left out of the handbook and of completion.
#[cfg(test)]
const INNER: &[&str] = &[
    // Of the language itself: bits, tags, function pointers, raw bytes.
    "bits",
    "tag",
    "set_tag",
    "take",
    "to_blob",
    "name",
    "is_anonymous",
    "get_fn_metadata_list",
    // Refused in hooks, with words.
    "sleep",
    // Ends a script as `return` does.
    "exit",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::engine::functions;
    use std::collections::BTreeSet;

    fn described() -> BTreeSet<String> {
        groups()
            .iter()
            .flat_map(|group| &group.functions)
            .map(|function| function.name().to_owned())
            .collect()
    }

    #[test]
    fn every_function_that_an_operator_may_use_is_described() {
        let word = |name: &&String| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let known = described();
        let missing: Vec<_> = functions()
            .keys()
            .filter(word)
            .filter(|name| {
                !known.contains(*name) && !INNER.contains(&name.as_str()) && !name.ends_with("_for_tests")
            })
            .collect();
        assert!(missing.is_empty(), "describe them in src/hook/describe.rs: {missing:?}");
    }

    #[test]
    fn every_description_is_of_a_function_as_it_can_be_called() {
        for function in groups().iter().flat_map(|group| &group.functions) {
            let name = function.name();
            let counts = functions().get(name).unwrap_or_else(|| panic!("the engine has no {name}"));
            assert!(
                counts.contains(&function.values()),
                "{}: the engine takes {counts:?} values",
                function.call
            );
            assert!(function.call.contains(") -> "), "{}: what does it give?", function.call);
            assert!(
                function.doc.ends_with(['.', '…', ')', '`']),
                "{}: no sentence: {}",
                function.call,
                function.doc
            );
        }
        for name in INNER {
            assert!(functions().contains_key(*name) && !described().contains(*name), "{name}");
        }
    }

    #[test]
    fn what_a_description_says_of_itself() {
        let of = |call: &str| Description { call: call.to_owned(), doc: String::new() };
        assert_eq!((of("print() -> ()").name(), of("print() -> ()").values()), ("print", 0));
        assert_eq!(of("zip(list: Array, other: Array, join: FnPtr) -> Array").values(), 3);
    }
}

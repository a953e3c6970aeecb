//! Which mail an address gets, as forms show it: for each kind what applies, why, and how soon; and what was chosen.

use crate::{
    model::preference::{Choice, Pace, Policy, Standing, Wanted},
    permission::Category,
    web::{fields::Fields, visit::Visit},
};
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// Beside each check box: why it is as it is, whether it can be changed, and how soon the mail comes.
pub fn beside(visit: &Visit, choices: &[Choice], why: impl Fn(&Choice) -> String) -> Value {
    let one = |choice: &Choice| {
        let off = choice.off_at.map(|at| {
            visit.text("mail-why-unsubscribed", &[("date", visit.reader().when(at, "date").into())])
        });
        let values = context! { why => off.unwrap_or_else(|| why(choice)), pace => choice.pace.key() };
        (choice.category.key(), values)
    };
    Value::from(choices.iter().map(one).collect::<BTreeMap<_, _>>())
}

/// Why an account's own address gets a kind of mail, or does not.
pub fn why_account(visit: &Visit, policy: &Policy, chosen: bool, category: Category) -> String {
    let id = match policy.of(category) {
        Standing::Always => "mail-why-always",
        Standing::Never => "mail-why-never",
        _ if chosen => "mail-why-chosen-account",
        _ => "mail-why-host",
    };
    visit.text(id, &[])
}

/// The kinds that nobody can change, with the reason.
pub fn locked(visit: &Visit, policy: &Policy) -> Value {
    let reason = |category: Category| match policy.of(category) {
        Standing::Always => Some((category.key(), visit.text("mail-why-always", &[]))),
        Standing::Never => Some((category.key(), visit.text("mail-why-never", &[]))),
        _ => None,
    };
    Value::from(Category::CHOICES.into_iter().filter_map(reason).collect::<BTreeMap<_, _>>())
}

/// A line for each kind of mail, of forms that choose for one reader: `choice` is `role`, `on` or `off`; `on` is `offered` where a
/// script would name who chose it.
pub fn rows(visit: &Visit, policy: &Policy, choices: &[Choice], ticked: &[Category]) -> Vec<Value> {
    let tickets = visit.app().bundle().asks_users("ticket.replied");
    let row = |choice: &Choice| {
        let offered = choice.category != Category::Support || tickets;
        let standing = policy.of(choice.category);
        let fixed = standing == Standing::Always;
        let (state, why) = match choice.off_at {
            _ if standing == Standing::Never => ("role", "mail-why-never"),
            Some(_) if !fixed => ("off", "mail-why-you-off"),
            _ if ticked.contains(&choice.category) => ("on", "mail-why-you-on"),
            _ if fixed => ("role", "mail-why-always"),
            _ => ("role", ""),
        };
        context! { key => choice.category.key(), choice => state, offered, fixed, pace => choice.pace.key(), why => if why.is_empty() { String::new() } else { visit.text(why, &[]) } }
    };
    choices.iter().map(row).collect()
}

/// Which boxes are ticked: what the part of the address is ticked for, but for what its reader switched off.
pub fn shown(ticked: &[Category], choices: &[Choice]) -> Vec<&'static str> {
    let shown = ticked.iter().filter(|category| !is_off(**category, choices));
    shown.map(|category| category.key()).collect()
}

/// What check boxes that stood as [`shown`] come to: what the part is ticked for, and what the address wants. Only a tick that is new
/// switches on what the reader had switched off; a box that nobody touched changes nothing.
pub fn resolved(fields: &Fields, ticked: &[Category], choices: &[Choice]) -> (Vec<Category>, Vec<Wanted>) {
    let posted = fields.categories();
    let kept = |category: &Category| {
        posted.contains(category) || (ticked.contains(category) && is_off(*category, choices))
    };
    let wanted = |category: Category| Wanted {
        category,
        off: (posted.contains(&category) && is_off(category, choices)).then_some(false),
        pace: pace(fields, category),
    };
    (Category::CHOICES.into_iter().filter(kept).collect(), Category::CHOICES.map(wanted).to_vec())
}

fn is_off(category: Category, choices: &[Choice]) -> bool {
    choices.iter().any(|one| one.category == category && one.off_at.is_some())
}

/// What was chosen in the lines of [`rows`].
pub fn wanted(fields: &Fields) -> Vec<Wanted> {
    let wanted = |category: Category| {
        let off = match fields.get(&format!("choice-{}", category.key())) {
            "" => None,
            choice => Some(choice == "off"),
        };
        Wanted { category, off, pace: pace(fields, category) }
    };
    Category::CHOICES.map(wanted).to_vec()
}

/// The kinds that a user wants whatever their part, by the lines of [`rows`].
pub fn switched_on(fields: &Fields) -> Vec<Category> {
    let on = |category: &Category| fields.get(&format!("choice-{}", category.key())) == "on";
    Category::CHOICES.into_iter().filter(on).collect()
}

fn pace(fields: &Fields, category: Category) -> Option<Pace> {
    let name = format!("pace-{}", category.key());
    fields.has(&name).then(|| Pace::from_key(fields.get(&name)))
}

//! The fields of an account's details, which registering, opening a further account and Account
//! Details share; and the lists to choose from.

use crate::{
    event::guard::{AccountChangeDetails, AccountRegister},
    model::account::COUNTRIES,
    web::{fields::Fields, visit::Visit},
};
use minijinja::{Value, context};

/// The fields of the form.
pub const FIELDS: [&str; 12] = [
    "company",
    "first_name",
    "last_name",
    "email",
    "phone",
    "address1",
    "address2",
    "city",
    "state",
    "postcode",
    "country",
    "tax_id",
];

/// Money of a new account; our support can change it.
const CURRENCY: &str = "EUR";

/// What registering an account was typed to be.
pub fn registering(visit: &Visit, fields: &Fields) -> AccountRegister {
    let text = |name: &str| fields.get(name).to_owned();
    AccountRegister {
        company: text("company"),
        first_name: text("first_name"),
        last_name: text("last_name"),
        email: text("email").trim().to_owned(),
        phone: text("phone"),
        address1: text("address1"),
        address2: text("address2"),
        city: text("city"),
        state: text("state"),
        postcode: text("postcode"),
        country: text("country"),
        tax_id: text("tax_id"),
        currency: CURRENCY.to_owned(),
        locale: visit.reader().locale().to_owned(),
    }
}

/// What Account Details were typed to be; a field that was not sent stays as it is stored.
pub fn changing(stored: &AccountChangeDetails, fields: &Fields) -> AccountChangeDetails {
    let text = |name: &str, stored: &str| {
        if fields.has(name) { fields.get(name).trim().to_owned() } else { stored.to_owned() }
    };
    AccountChangeDetails {
        company: text("company", &stored.company),
        first_name: text("first_name", &stored.first_name),
        last_name: text("last_name", &stored.last_name),
        email: text("email", &stored.email),
        phone: text("phone", &stored.phone),
        address1: text("address1", &stored.address1),
        address2: text("address2", &stored.address2),
        city: text("city", &stored.city),
        state: text("state", &stored.state),
        postcode: text("postcode", &stored.postcode),
        country: text("country", &stored.country),
        tax_id: text("tax_id", &stored.tax_id),
        currency: stored.currency.clone(),
        locale: text("locale", &stored.locale),
        changed: Vec::new(),
    }
}

/// The countries in the reader's language, in the order of its words.
pub fn countries(visit: &Visit) -> Vec<Value> {
    let reader = visit.reader();
    let name = |code: &str, english: &str| {
        reader.lookup(&format!("country-{code}"), &[]).unwrap_or_else(|| english.to_owned())
    };
    let mut countries: Vec<(String, &str)> =
        COUNTRIES.iter().map(|(code, english)| (name(code, english), *code)).collect();
    countries.sort_by_cached_key(|(name, _)| plain(name));
    countries.into_iter().map(|(label, value)| context! { value, label }).collect()
}

/// A name as dictionaries sort it: without capitals and without the marks on its letters.
fn plain(name: &str) -> String {
    let letter = |c: char| match c {
        'ä' | 'å' | 'á' | 'à' | 'â' | 'ã' => 'a',
        'ö' | 'ó' | 'ô' | 'õ' | 'ø' => 'o',
        'ü' | 'ú' => 'u',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ï' => 'i',
        'ç' => 'c',
        other => other,
    };
    name.to_lowercase().chars().map(letter).collect()
}

/// The languages that there are, each in its own words.
pub fn locales(visit: &Visit) -> Vec<Value> {
    let reader = visit.reader();
    let label =
        |locale: &str| reader.lookup(&format!("language-{locale}"), &[]).unwrap_or_else(|| locale.to_owned());
    reader.locales().map(|locale| context! { value => locale, label => label(locale) }).collect()
}

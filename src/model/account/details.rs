//! Account Details: what may stand in them, what differs, what is locked.

use super::{Account, hold, is_country, snapshot, store};
use crate::{
    db::Tx,
    error::{Error, Result},
    event::{
        catalogue::AccountDetailsChanged,
        data::Change,
        guard::{AccountChangeDetails, Approved},
        outbox::{self, Act},
    },
    model::{self, locks::locked},
};

/// The stored details as a draft that changes nothing.
pub(super) fn stored(account: &Account) -> AccountChangeDetails {
    let Account { company, first_name, last_name, email, phone, .. } = account.clone();
    let Account { address1, address2, city, state, postcode, country, tax_id, currency, locale, .. } =
        account.clone();
    AccountChangeDetails {
        company,
        first_name,
        last_name,
        email,
        phone,
        address1,
        address2,
        city,
        state,
        postcode,
        country,
        tax_id,
        currency,
        locale,
        changed: Vec::new(),
    }
}

/// Each field with its text, in the order in which forms show them.
fn fields(details: &AccountChangeDetails) -> [(&'static str, &str); 14] {
    [
        ("company", &details.company),
        ("first_name", &details.first_name),
        ("last_name", &details.last_name),
        ("email", &details.email),
        ("phone", &details.phone),
        ("address1", &details.address1),
        ("address2", &details.address2),
        ("city", &details.city),
        ("state", &details.state),
        ("postcode", &details.postcode),
        ("country", &details.country),
        ("tax_id", &details.tax_id),
        ("currency", &details.currency),
        ("locale", &details.locale),
    ]
}

/// The names of the fields in which two drafts differ: what `changed` holds when hooks are asked.
pub fn differing(stored: &AccountChangeDetails, typed: &AccountChangeDetails) -> Vec<String> {
    changes(stored, typed).into_iter().map(|change| change.field).collect()
}

fn changes(before: &AccountChangeDetails, after: &AccountChangeDetails) -> Vec<Change> {
    let pairs = fields(before).into_iter().zip(fields(after));
    let differing = pairs.filter(|(before, after)| before.1 != after.1);
    differing
        .map(|((field, before), (_, after))| Change {
            field: field.into(),
            before: before.into(),
            after: after.into(),
        })
        .collect()
}

/// Changes Account Details as the draft says; gives what changed, which may be nothing.
///
/// # Errors
/// [`Kind::Invalid`](crate::error::Kind::Invalid) with the fields that cannot be taken, or that a
/// hook locked; else as [`hold`].
pub async fn change_details(
    tx: &mut Tx,
    act: &Act,
    approved: &Approved<AccountChangeDetails>,
) -> Result<Vec<Change>> {
    let mut account = hold(tx, &approved.context().account.id).await?;
    let before = account.details();
    let after = checked(approved.draft())?;
    let changes = changes(&before, &after);
    locked(approved.locked(), |field| changes.iter().any(|change| change.field == field))?;
    if changes.is_empty() {
        return Ok(changes);
    }
    if before.email != after.email {
        model::customer_address(tx, "email", &after.email).await?;
    }
    account.company = after.company;
    account.first_name = after.first_name;
    account.last_name = after.last_name;
    account.email = after.email;
    account.phone = after.phone;
    account.address1 = after.address1;
    account.address2 = after.address2;
    account.city = after.city;
    account.state = after.state;
    account.postcode = after.postcode;
    account.country = after.country;
    account.tax_id = after.tax_id;
    account.currency = after.currency;
    account.locale = after.locale;
    store::update_details(tx, &account).await?;
    let seen = snapshot(&mut *tx, &account.id).await?;
    outbox::emit(tx, act, &seen, &AccountDetailsChanged { changes: changes.clone() }, &[]).await?;
    Ok(changes)
}

/// The details as they are stored: trimmed, and nothing in them that cannot be.
pub(super) fn checked(typed: &AccountChangeDetails) -> Result<AccountChangeDetails> {
    let mut wrong = Wrong(Vec::new());
    let checked = AccountChangeDetails {
        company: wrong.keep(model::line("company", &typed.company, 100)),
        first_name: wrong.keep(model::line("first_name", &typed.first_name, 60)),
        last_name: wrong.keep(model::line("last_name", &typed.last_name, 60)),
        email: wrong.keep(model::email_address("email", &typed.email)),
        phone: wrong.keep(model::line("phone", &typed.phone, 40)),
        address1: wrong.keep(model::line("address1", &typed.address1, 100)),
        address2: wrong.keep(model::line("address2", &typed.address2, 100)),
        city: wrong.keep(model::line("city", &typed.city, 60)),
        state: wrong.keep(model::line("state", &typed.state, 60)),
        postcode: wrong.keep(model::line("postcode", &typed.postcode, 20)),
        country: wrong.keep(country(&typed.country)),
        tax_id: wrong.keep(model::line("tax_id", &typed.tax_id, 40)),
        currency: wrong.keep(currency(&typed.currency)),
        locale: wrong.keep(locale("locale", &typed.locale)),
        changed: Vec::new(),
    };
    wrong.none()?;
    Ok(checked)
}

/// Collects wrong fields, so that a form shows all of them at once.
struct Wrong(Vec<Error>);

impl Wrong {
    fn keep(&mut self, checked: Result<String>) -> String {
        checked.unwrap_or_else(|error| {
            self.0.push(error);
            String::new()
        })
    }

    fn none(self) -> Result<()> {
        let all = self.0.into_iter().reduce(|mut first, mut next| {
            first.fields.append(&mut next.fields);
            first
        });
        all.map_or(Ok(()), Err)
    }
}

/// A country's code in capitals; may be empty.
fn country(typed: &str) -> Result<String> {
    let code = typed.trim().to_uppercase();
    if code.is_empty() || is_country(&code) { Ok(code) } else { Err(Error::field("country", "choice")) }
}

/// A currency's code: three capitals.
fn currency(typed: &str) -> Result<String> {
    let code = typed.trim().to_uppercase();
    let fine = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if fine { Ok(code) } else { Err(Error::field("currency", "choice")) }
}

/// A language tag such as `en`, `pt-BR` or `zh-Hant`.
fn locale(field: &str, typed: &str) -> Result<String> {
    let tag = typed.trim();
    let mut parts = tag.split('-');
    let language = parts
        .next()
        .is_some_and(|part| matches!(part.len(), 2 | 3) && part.bytes().all(|b| b.is_ascii_lowercase()));
    let rest =
        parts.all(|part| matches!(part.len(), 2..=8) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    if language && rest && tag.len() <= 20 { Ok(tag.to_owned()) } else { Err(Error::field(field, "choice")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_from_other_words() {
        assert!(currency("eur").is_ok_and(|code| code == "EUR") && currency("EURO").is_err());
        assert!(country(" de ").is_ok_and(|code| code == "DE") && country("XX").is_err());
        for tag in ["en", "pt-BR", "zh-Hant"] {
            assert!(locale("locale", tag).is_ok(), "{tag}");
        }
        for tag in ["", "EN", "english", "en_GB", "../en", "en-"] {
            assert!(locale("locale", tag).is_err(), "{tag}");
        }
    }

    #[test]
    fn all_wrong_fields_are_named_at_once() {
        let typed = AccountChangeDetails {
            email: "nobody".into(),
            country: "XX".into(),
            ..AccountChangeDetails::default()
        };
        let error = checked(&typed).unwrap_err();
        let wrong: Vec<_> = error.fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!(wrong, ["email", "country", "currency", "locale"]);
    }
}

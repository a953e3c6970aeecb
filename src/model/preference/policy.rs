//! What the operator lays down for each kind of mail: `[settings.mail]`, which takes effect without a restart.

use crate::permission::Category;
use serde_json::Value;

/// Where the live policy stands, so that every snapshot of an account is taken by the same one.
pub const FACT: &str = "mail_policy";
/// Stands in an account's column until somebody chose for it: what the operator lays down applies.
pub(in crate::model) const AS_THE_HOST_SAYS: &str = "*";

/// What the operator lays down for a kind of mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// An account gets it until somebody switches it off.
    #[default]
    On,
    /// An account gets it once somebody switches it on.
    Off,
    /// Every account gets it, and nobody can switch it off.
    Always,
    /// No account gets it, and nobody can switch it on.
    Never,
}

impl Standing {
    const ALL: [Self; 4] = [Self::On, Self::Off, Self::Always, Self::Never];

    /// As it is written in `[settings.mail]`.
    pub fn key(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Always => "always",
            Self::Never => "never",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.key() == key)
    }
}

/// What the operator lays down for each kind of mail; `on` where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy([Standing; 6]);

impl Policy {
    /// From `[settings] mail`: a table from category to `on`, `off`, `always` or `never`. Other words count as nothing said.
    pub fn of_setting(setting: Option<&Value>) -> Self {
        let standing = |category: Category| {
            let word = setting.and_then(|table| table.get(category.key())).and_then(Value::as_str);
            word.and_then(Standing::from_key).unwrap_or_default()
        };
        Self(Category::CHOICES.map(standing))
    }

    /// What is wrong with `[settings] mail`, in a sentence each.
    pub fn mistakes(setting: Option<&Value>) -> Vec<String> {
        let entries = setting.and_then(Value::as_object).into_iter().flatten();
        let wrong = entries.filter_map(|(key, value)| {
            if Category::CHOICES.iter().all(|category| category.key() != key) {
                return Some(format!("[settings.mail] {key} is no kind of mail: general, invoice, support, product, domain, affiliate"));
            }
            let known = value.as_str().and_then(Standing::from_key).is_some();
            (!known).then(|| format!("[settings.mail] {key} must be \"on\", \"off\", \"always\" or \"never\""))
        });
        wrong.collect()
    }

    /// What is laid down for this kind. Security mail cannot be switched off.
    pub fn of(&self, category: Category) -> Standing {
        let place = Category::CHOICES.iter().position(|one| *one == category);
        place.map_or(Standing::Always, |place| self.0[place])
    }

    /// The text that [`Policy::from_column`] reads.
    pub fn to_column(&self) -> String {
        self.0.map(Standing::key).join(",")
    }

    /// Reads what [`Policy::to_column`] wrote; what cannot be read counts as nothing said.
    pub fn from_column(text: &str) -> Self {
        let mut words = text.split(',');
        Self([(); 6].map(|()| words.next().and_then(Standing::from_key).unwrap_or_default()))
    }

    /// What an account's own address gets, from what is stored for it.
    pub(in crate::model) fn of_account(&self, stored: &str) -> Vec<Category> {
        let untouched = stored == AS_THE_HOST_SAYS;
        let ticked = Category::from_column(stored);
        let gets = |category: &Category| match self.of(*category) {
            Standing::Always => true,
            Standing::Never => false,
            standing if untouched => standing == Standing::On,
            _ => ticked.contains(category),
        };
        Category::CHOICES.into_iter().filter(gets).collect()
    }

    /// What others are ticked for, but for what nobody gets.
    pub(in crate::model) fn of_others(&self, ticked: &[Category]) -> Vec<Category> {
        ticked.iter().copied().filter(|category| self.of(*category) != Standing::Never).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_operator_comes_before_the_account() {
        let table = json!({"invoice": "always", "general": "off", "affiliate": "never"});
        let policy = Policy::of_setting(Some(&table));
        assert_eq!(Policy::from_column(&policy.to_column()), policy);
        let keys = |stored: &str| Category::to_column(&policy.of_account(stored));
        assert_eq!(keys("*"), "invoice,support,product,domain");
        assert_eq!(keys(""), "invoice");
        assert_eq!(keys("general,affiliate"), "general,invoice");
        assert_eq!(policy.of(Category::Security), Standing::Always);
        assert_eq!(Policy::from_column(""), Policy::default());
    }

    #[test]
    fn a_word_that_means_nothing_is_told() {
        let mistakes =
            Policy::mistakes(Some(&json!({"invoices": "on", "support": "sometimes", "domain": "off"})));
        assert_eq!(mistakes.len(), 2);
        assert!(mistakes[0].contains("invoices is no kind of mail"), "{mistakes:?}");
        assert!(Policy::mistakes(None).is_empty());
    }
}

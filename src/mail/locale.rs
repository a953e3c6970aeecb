//! Which language a message is written in: `pt-BR`, else `pt`, else `default`.

use std::collections::BTreeSet;

/// The folder whose templates serve every language that has none of its own.
pub(super) const DEFAULT: &str = "default";

/// The folders to look into for a locale, best first; always ends with `default`.
pub(super) fn chain(locale: &str) -> Vec<String> {
    let mut tag = locale.trim().replace('_', "-");
    let mut chain = Vec::new();
    while !tag.is_empty() && !tag.eq_ignore_ascii_case(DEFAULT) {
        chain.push(tag.clone());
        tag.truncate(tag.rfind('-').unwrap_or(0));
    }
    chain.push(DEFAULT.to_owned());
    chain
}

/// The first of the locale's folders that is among `folders`.
pub(super) fn choose<'a>(locale: &str, folders: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    chain(locale).iter().find_map(|wanted| folders.clone().find(|folder| folder.eq_ignore_ascii_case(wanted)))
}

/// The template that `{% extends "layout.html" %}` or an include means in a file of `locale`: the
/// one in the nearest folder, so that a language without a layout of its own shares the default one.
pub(super) fn resolve(known: &BTreeSet<String>, locale: &str, name: &str) -> Option<String> {
    if name.contains('/') {
        return known.get(name).cloned();
    }
    chain(locale).into_iter().map(|folder| format!("{folder}/{name}")).find(|key| known.contains(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_falls_back_from_region_to_language_to_default() {
        assert_eq!(chain("pt-BR"), ["pt-BR", "pt", "default"]);
        assert_eq!(chain("zh_Hant_TW"), ["zh-Hant-TW", "zh-Hant", "zh", "default"]);
        assert_eq!(chain(""), ["default"]);
    }

    #[test]
    fn folders_are_chosen_whatever_their_case() {
        assert_eq!(choose("pt-br", ["default", "pt-BR", "pt"].into_iter()), Some("pt-BR"));
        assert_eq!(choose("de-AT", ["default", "de"].into_iter()), Some("de"));
        assert_eq!(choose("fr", ["default", "de"].into_iter()), Some("default"));
        assert_eq!(choose("fr", ["de"].into_iter()), None);
    }
}

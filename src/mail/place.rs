//! Where a template file stands: `email-templates/<locale>/<name>.html`.

use crate::report::Report;

/// The folder of all templates, below the data folder.
pub(super) const FOLDER: &str = "email-templates/";
/// The file that all messages of a locale extend.
const LAYOUT: &str = "layout";

/// What a file's path says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// `default`, or a language such as `de` or `pt-BR`.
    pub locale: String,
    /// The message's name.
    pub name: String,
    /// True for `.html`, false for `.txt`.
    pub html: bool,
}

impl Place {
    /// Reads a path below the data folder. `None` for files that are nobody's template: of editors,
    /// of version control, other endings.
    pub fn of(file: &str) -> Option<Result<Self, Report>> {
        let path = file.strip_prefix(FOLDER)?;
        let leaf = path.rsplit('/').next().unwrap_or(path);
        if leaf.starts_with(['.', '#']) {
            return None;
        }
        let (stem, html) = match leaf.rsplit_once('.')? {
            (stem, "html") => (stem, true),
            (stem, "txt") => (stem, false),
            _ => return None,
        };
        let wrong = |message: String, help: &str| {
            Some(Err(Report::error(file, "", 0, 0, "misplaced-template", message).help(help)))
        };
        let Some((locale, leaf)) = path.split_once('/').filter(|(_, rest)| !rest.contains('/')) else {
            return wrong(
                "a template stands in the folder of its language".into(),
                "move it to email-templates/default/, or to a language such as email-templates/de/",
            );
        };
        if !is_locale(locale) {
            return wrong(
                format!("{locale:?} is no language"),
                "name the folder `default`, or as in `de` or `pt-BR`",
            );
        }
        if !stem.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            return wrong(format!("{leaf:?} cannot name a template"), "use letters, digits and hyphens");
        }
        Some(Ok(Self { locale: locale.to_owned(), name: stem.to_owned(), html }))
    }

    /// True for the layout and for files whose name begins with `_`: other templates use them, and
    /// nobody is ever sent one.
    pub fn is_part(&self) -> bool {
        self.name == LAYOUT || self.name.starts_with('_')
    }

    /// The name under which the engine knows the body: the path below the folder.
    pub fn key(&self) -> String {
        format!("{}/{}.{}", self.locale, self.name, if self.html { "html" } else { "txt" })
    }
}

fn is_locale(folder: &str) -> bool {
    let mut parts = folder.split('-');
    let language = parts.next().unwrap_or_default();
    folder == super::locale::DEFAULT
        || ((2..=3).contains(&language.len())
            && language.bytes().all(|b| b.is_ascii_lowercase())
            && parts
                .all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_locale_name_and_part() {
        let place = Place::of("email-templates/pt-BR/ticket-opened.txt").unwrap().unwrap();
        assert_eq!(
            (place.locale.as_str(), place.name.as_str(), place.html),
            ("pt-BR", "ticket-opened", false)
        );
        assert!(Place::of("email-templates/de/_words.html").unwrap().unwrap().is_part());
        for nobodys in [
            "email-templates/de/.invite.html.swp",
            "email-templates/README.md",
            "hooks/a.rhai",
            "email-templates/de/invite.html~",
        ] {
            assert_eq!(Place::of(nobodys), None, "{nobodys}");
        }
        for misplaced in [
            "email-templates/invite.html",
            "email-templates/Deutsch/invite.html",
            "email-templates/de/a/b.html",
        ] {
            assert!(Place::of(misplaced).unwrap().is_err(), "{misplaced}");
        }
    }
}

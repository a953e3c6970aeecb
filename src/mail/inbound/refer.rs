//! What a mail refers to: our own ids in `In-Reply-To` and `References`, and references in subjects.

/// The ids of ours among `ids`, such as `em_01…` of `<em_01….abc@host.example>`, in the order given. `domain` is what our own
/// Message-IDs end with; whether we made them is told by [`MessageKey`](crate::mail::MessageKey) alone.
pub fn own_ids<'a>(ids: impl IntoIterator<Item = &'a str>, domain: &str) -> Vec<String> {
    let ours = ids.into_iter().filter_map(|id| {
        let (local, end) = id.trim().rsplit_once('@')?;
        let local = local.split_once('.').map_or(local, |(local, _)| local);
        let (kind, rest) = local.split_once('_')?;
        let fine = kind.len() <= 5
            && kind.chars().all(|c| c.is_ascii_lowercase())
            && rest.len() == 26
            && rest.chars().all(|c| c.is_ascii_alphanumeric());
        (fine && end.eq_ignore_ascii_case(domain)).then(|| local.to_lowercase())
    });
    let mut found: Vec<String> = Vec::new();
    for id in ours {
        if !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

/// Ticket references in square brackets in a subject, such as `[KXB-204815]`, in the order of the subject.
pub fn subject_tags(subject: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for piece in subject.split('[').skip(1) {
        let Some((inner, _)) = piece.split_once(']') else { continue };
        let tag = inner.trim().trim_start_matches('#').to_uppercase();
        if is_reference(&tag) && !found.contains(&tag) {
            found.push(tag);
        }
    }
    found
}

/// True for what a ticket's reference looks like: three letters, a dash, six digits.
fn is_reference(text: &str) -> bool {
    let Some((letters, digits)) = text.split_once('-') else { return false };
    letters.len() == 3
        && letters.chars().all(|c| c.is_ascii_uppercase())
        && digits.len() == 6
        && digits.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_of_our_own_domain_are_ours() {
        let mail = "em_01jd3v6s7mz4k2w8q5x9c0b1nt";
        let ids = [
            format!("{mail}@host.example"),
            "CAF-x@mail.gmail.com".into(),
            format!("{mail}@evil.example"),
            format!("{}@HOST.EXAMPLE", mail.to_uppercase()),
            "tkt_short@host.example".into(),
        ];
        assert_eq!(own_ids(ids.iter().map(String::as_str), "host.example"), [mail]);
    }

    #[test]
    fn references_are_found_in_subjects_as_people_send_them_back() {
        let table = [
            ("Re: [KXB-204815] The shop is slow", vec!["KXB-204815"]),
            ("AW: [kxb-204815] Laden", vec!["KXB-204815"]),
            ("[#KXB-204815] and [ABC-000001]", vec!["KXB-204815", "ABC-000001"]),
            ("KXB-204815 without brackets", vec![]),
            ("[KXB-20481] [JIRA-1234] [", vec![]),
        ];
        for (subject, expected) in table {
            assert_eq!(subject_tags(subject), expected, "{subject}");
        }
    }
}

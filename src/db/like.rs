//! What somebody typed, as a pattern of SQL's `LIKE`.

/// What somebody typed, in lower case, so that `%` and `_` mean themselves (with `ESCAPE '\'`).
pub fn escaped(typed: &str) -> String {
    let mut text = String::with_capacity(typed.len());
    for c in typed.trim().to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

/// The pattern (with `ESCAPE '\'`) that finds typed words anywhere, in lower case; all rows if nothing was typed.
pub fn anywhere(typed: &str) -> String {
    match escaped(typed) {
        words if words.is_empty() => "%".to_owned(),
        words => format!("%{words}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_mean_something_to_like_are_searched_for_as_they_are() {
        assert_eq!(anywhere(" 50%_A "), "%50\\%\\_a%");
        assert_eq!(anywhere("  "), "%");
    }
}

//! Styles moved from `<style>` into the elements, because many mail programs drop the former.

use super::form::{Forms, Gives};
use css_inline::CSSInliner;
use std::sync::LazyLock;

static INLINER: LazyLock<CSSInliner<'static>> = LazyLock::new(|| {
    // Media queries (dark mode, narrow screens) cannot be inlined and stay in a <style> of their own.
    CSSInliner::options().load_remote_stylesheets(false).keep_style_tags(false).keep_at_rules(true).build()
});

static FORMS: LazyLock<Forms> = LazyLock::new(|| Forms::new(Gives::Html, directly));

/// The page with its styles in the elements. A style that cannot be read is given back as an error text.
pub(super) fn inline(html: &str) -> Result<String, String> {
    if html.contains("<style") { FORMS.convert(html) } else { Ok(html.to_owned()) }
}

/// As [`inline`], whatever was made before.
pub(super) fn directly(html: &str) -> Result<String, String> {
    INLINER.inline(html).map_err(|error| error.to_string())
}

//! Styles moved from `<style>` into the elements, because many mail programs drop the former.

use css_inline::CSSInliner;
use std::sync::LazyLock;

static INLINER: LazyLock<CSSInliner<'static>> = LazyLock::new(|| {
    // Media queries (dark mode, narrow screens) cannot be inlined and stay in a <style> of their own.
    CSSInliner::options().load_remote_stylesheets(false).keep_style_tags(false).keep_at_rules(true).build()
});

/// The page with its styles in the elements. A style that cannot be read is given back as an error text.
pub(super) fn inline(html: &str) -> Result<String, String> {
    if html.contains("<style") {
        INLINER.inline(html).map_err(|error| error.to_string())
    } else {
        Ok(html.to_owned())
    }
}

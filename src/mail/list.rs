//! The headers by which mail programs and providers sort mail of a kind, and unsubscribe from it (RFC 2919, RFC 8058).

use crate::{
    config::Config,
    model::preference::{Policy, Standing},
    permission::Category,
};

type Header = (String, String);

/// `List-Id` of mail of a kind, by which readers and providers sort it. Security mail is nobody's list.
pub fn id(category: &str, sender_domain: &str) -> Option<Header> {
    let id = format!("<{category}.{sender_domain}>");
    (category != Category::Security.key()).then(|| ("List-Id".into(), id))
}

/// True if a reader of this kind may say that they want no mail of the category: not of security, which is everybody's, not staff,
/// whose work it is, and not of what the operator fixed.
pub fn is_free(policy: &Policy, category: Category, to_kind: &str) -> bool {
    category != Category::Security && to_kind != "staff" && policy.of(category) != Standing::Always
}

/// What unsubscribes by `link`; with one click where that asks for no line that others read along.
pub fn unsubscribe(link: &str) -> Vec<Header> {
    let mut headers = vec![("List-Unsubscribe".into(), format!("<{link}>"))];
    if link.starts_with("https://") {
        headers.push(("List-Unsubscribe-Post".into(), "List-Unsubscribe=One-Click".into()));
    }
    headers
}

/// What a mail of this category has of these headers, with a link that unsubscribes nobody.
pub fn sample(config: &Config, policy: &Policy, category: Category, to_kind: &str) -> Vec<Header> {
    let mut headers: Vec<Header> = id(category.key(), config.sender_domain()).into_iter().collect();
    if is_free(policy, category, to_kind) {
        headers.extend(unsubscribe(&format!("{}/unsubscribe/sample", config.public_url())));
    }
    headers
}

//! The SQL of the history. Each statement names the account, so that none reaches another's.

use super::{Filter, Line, Message};
use crate::{args, db::Query, error::Result};

macro_rules! select {
    ($more:literal, $from:literal, $tail:literal) => {
        concat!(
            "SELECT id, to_name, to_email, category, template, subject, state AS stored, held, attempts, next_at, created_at,
               sent_at, bounced_at, digest_id",
            $more,
            " FROM ",
            $from,
            " WHERE account_id = $1
               AND ((to_kind IN ('user', 'contact', 'account') AND category <> 'security') OR (to_key = $2 AND to_kind <> 'staff')) ",
            $tail
        )
    };
}

/// Mails of the filter's account and category, newest first: those that follow `before` (when it was asked for, and its id), or the
/// first ones.
pub(super) async fn list(
    mut q: impl Query,
    filter: &Filter,
    before: Option<(i64, String)>,
    limit: i64,
) -> Result<Vec<Line>> {
    let (at, id) = before.unwrap_or((i64::MAX, String::new()));
    q.all(
        select!(
            "",
            "emails",
            "AND (created_at, id) < ($3, $4) AND ($5 = '' OR category = $5) ORDER BY created_at DESC, id DESC LIMIT $6"
        ),
        args![&filter.account_id, &filter.own_key, at, id, &filter.category, limit],
    )
    .await
}

pub(super) async fn lookup(mut q: impl Query, filter: &Filter, id: &str) -> Result<Option<Message>> {
    q.optional(
        select!(
            ", reason, html, body_text, headers",
            "emails LEFT JOIN email_copies ON email_id = id",
            "AND id = $3"
        ),
        args![&filter.account_id, &filter.own_key, id],
    )
    .await
}

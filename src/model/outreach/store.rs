//! The SQL of addresses that nobody confirmed.

use crate::{args, db::Query, error::Result};

pub(super) async fn is_known(q: &mut impl Query, account_id: &str, email_key: &str) -> Result<bool> {
    let known = q
        .number(
            "SELECT (SELECT COUNT(*) FROM contacts WHERE account_id = $1 AND email_key = $2)
               + (SELECT COUNT(*) FROM access a JOIN users u ON u.id = a.user_id WHERE a.account_id = $1 AND u.email_key = $2)
               + (SELECT COUNT(*) FROM accounts WHERE id = $1 AND LOWER(email) = $2)",
            args![account_id, email_key],
        )
        .await?;
    Ok(known > 0 || wrote_to(q, account_id, email_key).await?)
}

/// By the index of addresses, since an account may have sent any number of mails.
pub(super) async fn wrote_to(q: &mut impl Query, account_id: &str, email_key: &str) -> Result<bool> {
    let sent = q
        .number(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM emails WHERE to_key = $1 AND COALESCE(account_id, '') = $2
               AND sent_at IS NOT NULL LIMIT 1) AS sent",
            args![email_key, account_id],
        )
        .await?;
    Ok(sent > 0)
}

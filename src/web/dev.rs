//! The built-in mailbox: every mail as it would have been sent, where no mail server is configured.

use crate::config::Config;

/// True if the mailbox is there: no mail server takes the mail, and only this machine can look,
/// unless the operator says otherwise.
pub fn is_open(config: &Config) -> bool {
    config.smtp_url.is_empty() && (config.bind.ip().is_loopback() || config.dev_mailbox)
}

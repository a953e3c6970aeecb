//! The shipped mails, word for word: one snapshot for each message and language.

use super::{good, sample};
use crate::mail::shipped;
use crate::messages;
use std::collections::BTreeMap;
use std::sync::Arc;

fn labels(locale: &str) -> Arc<BTreeMap<String, String>> {
    let messages = messages::load(&messages::Files::new(), &messages::Files::new()).messages;
    let mut words = messages.beginning(locale, "permission-");
    words.extend(messages.beginning(locale, crate::mail::WORDS));
    Arc::new(words)
}

#[test]
fn the_shipped_mails_say_what_they_said() {
    let set = good(&shipped());
    for info in set.infos() {
        for (locale, folder) in [("en", "default"), ("de", "de")] {
            let mut message = sample(&set, &info.name);
            message.to.locale = locale.into();
            message.words = labels(locale);
            let mail = set.render(&info.name, &message).unwrap();
            assert_eq!(mail.locale, folder);
            let shown = format!(
                "Subject: {}\nFrom: {}\nReply-To: {}\n\n{}\n{}\n",
                mail.subject,
                mail.from_name,
                mail.reply_to.unwrap_or_default(),
                mail.text,
                mail.html
            );
            insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(format!("{}.{folder}", info.name), shown);
            });
        }
    }
}

//! The shipped mails, word for word: one snapshot for each message and language.

use super::{good, sample};
use crate::mail::{MessageContext, Templates, shipped};
use crate::messages;
use std::collections::BTreeMap;
use std::sync::Arc;

fn labels(locale: &str) -> Arc<BTreeMap<String, String>> {
    let messages = messages::load(&messages::Files::new(), &messages::Files::new()).messages;
    let mut words = messages.beginning(locale, "permission-");
    words.extend(messages.beginning(locale, crate::mail::WORDS));
    Arc::new(words)
}

/// Holds a mail to its snapshot.
fn held(set: &Templates, name: &str, shown_as: &str, mut message: MessageContext) {
    for (locale, folder) in [("en", "default"), ("de", "de")] {
        message.to.locale = locale.into();
        message.words = labels(locale);
        let mail = set.render(name, &message).unwrap();
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
            insta::assert_snapshot!(format!("{shown_as}.{folder}"), shown);
        });
    }
}

#[test]
fn the_shipped_mails_say_what_they_said() {
    let set = good(&shipped());
    for info in set.infos() {
        held(&set, &info.name, &info.name, sample(&set, &info.name));
    }
}

#[test]
fn who_has_a_ticket_opened_for_them_is_not_thanked_for_a_message() {
    let set = good(&shipped());
    let mut message = sample(&set, "ticket-opened");
    let mut event = crate::event::sample::staff_reply(&message.event.to_value());
    event["reply"]["body"] = "Dear Olive, on Monday we move your server.".into();
    event["ticket"]["opener"] = serde_json::json!({
        "exists": true, "kind": message.to.kind, "id": message.to.id, "name": message.to.name, "email": message.to.email
    });
    message.event = event.into();
    let text = set.render("ticket-opened", &message).unwrap().text;
    assert!(text.contains("wrote to you") && !text.contains("We have your message"), "{text}");
    held(&set, "ticket-opened", "ticket-opened-by-staff", message);
}

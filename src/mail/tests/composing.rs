//! Composed mails, read back by a reader that is not ours.

use super::{good, sample};
use crate::mail::{Addressee, Composed, Envelope, Rendered, compose, shipped};
use mail_parser::{HeaderValue, MessageParser, MimeHeaders};

fn envelope() -> Envelope {
    Envelope {
        from: "support@host.example".into(),
        to: Addressee { name: "Zoë \"Z\" Müller, Köln".into(), email: "zoe@bücher.example".into() },
        message_id: "eml_01@host.example".into(),
        at: 1_795_426_200_000,
        in_reply_to: Some("tkt_01@host.example".into()),
        references: vec!["tkt_01@host.example".into(), "eml_00@host.example".into()],
        headers: vec![("List-Unsubscribe".into(), "<https://clients.host.example/preferences>".into())],
    }
}

fn rendered() -> Rendered {
    Rendered {
        subject: "Ihre Rechnung für März ist da: 12 €, zahlbar bis zum ersten April des kommenden Jahres 🎉"
            .into(),
        html: format!("<p>Grüße</p><p>{}</p>", "long ".repeat(1000)),
        text: format!("Grüße\n.\nFrom here on\n{}\n", "wörter ".repeat(300)),
        from_name: "Höst & Söhne".into(),
        reply_to: Some("hilfe@host.example".into()),
        locale: "de".into(),
    }
}

fn composed() -> Composed {
    compose(&rendered(), &envelope()).unwrap()
}

#[test]
fn a_mail_is_read_back_as_it_was_meant() {
    let composed = composed();
    let mail = MessageParser::new().parse(&composed.raw).unwrap();
    let (mail_rendered, addresses) = (rendered(), |a: Option<&mail_parser::Address<'_>>| {
        let first = a.unwrap().first().unwrap().clone();
        (first.name.unwrap_or_default().into_owned(), first.address.unwrap_or_default().into_owned())
    });
    assert_eq!(mail.subject().unwrap(), mail_rendered.subject);
    assert_eq!(addresses(mail.from()), ("Höst & Söhne".into(), "support@host.example".into()));
    assert_eq!(addresses(mail.to()), ("Zoë \"Z\" Müller, Köln".into(), "zoe@xn--bcher-kva.example".into()));
    assert_eq!(addresses(mail.reply_to()).1, "hilfe@host.example");
    assert_eq!(mail.message_id().unwrap(), "eml_01@host.example");
    assert_eq!(mail.date().unwrap().to_rfc3339(), "2026-11-23T09:30:00Z");
    assert_eq!(mail.in_reply_to(), &HeaderValue::Text("tkt_01@host.example".into()));
    assert_eq!(mail.references().as_text_list().unwrap().len(), 2);
    assert_eq!(mail.header("Auto-Submitted").unwrap().as_text().unwrap(), "auto-generated");
    assert!(
        mail.header_raw("List-Unsubscribe").unwrap().contains("<https://clients.host.example/preferences>")
    );
    assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n"), mail_rendered.text);
    assert_eq!(mail.body_html(0).unwrap().replace("\r\n", "\n"), mail_rendered.html);
    assert!(mail.content_type().unwrap().subtype() == Some("alternative"));
    assert_eq!(
        (composed.from.as_str(), composed.to.as_str()),
        ("support@host.example", "zoe@xn--bcher-kva.example")
    );
}

#[test]
fn any_server_takes_the_bytes() {
    let raw = String::from_utf8(composed().raw).unwrap();
    assert!(raw.is_ascii());
    for line in raw.split("\r\n") {
        assert!(line.len() <= 998 && !line.contains(['\r', '\n']), "{line}");
    }
    let head = raw.split("\r\n\r\n").next().unwrap();
    assert!(head.lines().all(|line| line.len() <= 120), "{head}");
}

#[test]
fn the_same_mail_is_the_same_bytes_on_every_attempt() {
    assert_eq!(composed(), composed());
    let other =
        compose(&rendered(), &Envelope { message_id: "eml_02@host.example".into(), ..envelope() }).unwrap();
    assert_ne!(other.raw, composed().raw);
}

#[test]
fn headers_are_shown_as_people_read_them() {
    let headers = composed().headers;
    let value = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap();
    assert_eq!(value("Subject"), rendered().subject);
    assert_eq!(value("Message-ID"), "<eml_01@host.example>");
    assert_eq!(value("References"), "<tkt_01@host.example> <eml_00@host.example>");
    assert_eq!(value("Date"), "Mon, 23 Nov 2026 09:30:00 +0000");
}

#[test]
fn every_shipped_mail_can_be_composed() {
    let set = good(&shipped());
    for info in set.infos() {
        let message = sample(&set, &info.name);
        let rendered = set.render(&info.name, &message).unwrap();
        let composed = compose(&rendered, &envelope()).unwrap();
        let mail = MessageParser::new().parse(&composed.raw).unwrap();
        assert_eq!(mail.subject().unwrap(), rendered.subject);
        assert_eq!(mail.body_html(0).unwrap().replace("\r\n", "\n"), rendered.html);
    }
}

#[test]
fn no_field_that_somebody_types_can_add_a_header() {
    let evil = "x\r\nBcc: evil@evil.example\n\u{2028}Bcc: a@b.example\rBcc: c@d.example\0";
    type Put = fn(&mut Rendered, &mut Envelope, String);
    let tries: [(&str, Put); 8] = [
        ("subject", |mail, _, text| mail.subject = text),
        ("from_name", |mail, _, text| mail.from_name = text),
        ("reply_to", |mail, _, text| mail.reply_to = Some(format!("{text}@b.example"))),
        ("name", |_, to, text| to.to.name = text),
        ("address", |_, to, text| to.to.email = format!("\"{text}\"@b.example")),
        ("domain", |_, to, text| to.to.email = format!("a@b.example{text}")),
        ("root", |_, to, text| (to.in_reply_to, to.references) = (Some(text.clone()), vec![text])),
        ("header", |_, to, text| to.headers.push(("X-Original-To".into(), text))),
    ];
    for (field, put) in tries {
        let (mut mail, mut to) = (rendered(), envelope());
        put(&mut mail, &mut to, evil.to_owned());
        // Refusing to send is as good.
        let Ok(composed) = compose(&mail, &to) else { continue };
        let raw = String::from_utf8(composed.raw).unwrap();
        let head = raw.split("\r\n\r\n").next().unwrap();
        assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{field}: {head}");
        assert!(!head.replace("\r\n", "").contains(['\r', '\n', '\0']), "{field}: {head}");
        assert!(composed.headers.iter().all(|(_, value)| !value.contains(['\r', '\n'])), "{field}");
    }
}

#[test]
fn machines_are_asked_not_to_answer_and_bounces_still_come() {
    let headers = composed().headers;
    let value = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    assert_eq!(value("Auto-Submitted"), Some("auto-generated"));
    assert_eq!(value("X-Auto-Response-Suppress"), Some("DR, RN, NRN, OOF, AutoReply"));
    assert_eq!(value("Precedence"), None);
}

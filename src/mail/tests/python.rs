//! Our mails as somebody else's library reads them: Python's `email`, and dkimpy for signatures.
//! `bin/test` installs both.

use super::{good, sample};
use crate::config::Dkim;
use crate::mail::dkim::{KeyKind, Signer, generate};
use crate::mail::{Addressee, Envelope, Rendered, compose_signed, shipped};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

/// What Debian's Python makes of these messages, and of their signatures by the records given.
fn read(mails: &[(Vec<u8>, Option<String>)]) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/mail/tests/reads.py");
    let mut python = Command::new("/usr/bin/python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("bin/test installs python3 and python3-dkim");
    let question: Vec<Value> = mails
        .iter()
        .map(|(raw, record)| json!({ "raw": BASE64_STANDARD.encode(raw), "record": record }))
        .collect();
    let mut input = python.stdin.take().unwrap();
    let text = json!(question).to_string();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()).unwrap());
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn envelope(name: &str, email: &str) -> Envelope {
    Envelope {
        from: "support@host.example".into(),
        to: Addressee { name: name.into(), email: email.into() },
        message_id: "eml_01@host.example".into(),
        at: 1_795_426_200_000,
        in_reply_to: Some("tkt_01@host.example".into()),
        references: vec!["tkt_01@host.example".into()],
        headers: vec![("List-Unsubscribe-Post".into(), "List-Unsubscribe=One-Click".into())],
    }
}

fn rendered(subject: &str, body: &str) -> Rendered {
    Rendered {
        subject: subject.into(),
        html: format!("<p>{body}</p>"),
        text: body.into(),
        from_name: "Höst & Söhne, \"GmbH\"".into(),
        reply_to: None,
        locale: "de".into(),
    }
}

#[test]
fn names_subjects_lines_and_domains_of_all_kinds_are_read_as_they_were_meant() {
    let long = "wörter ".repeat(2_000);
    let cases = [
        ("Zoë Müller", "zoe@bücher.example", "zoe@xn--bcher-kva.example", "Grüße 🎉", "Hello"),
        (
            "O'Brien, \"Bob\" (him) <x@y>",
            "bob@x.example",
            "bob@x.example",
            "[ABC-123456] Re: a: b; c",
            "a\n.\n..\nFrom here\n",
        ),
        (
            "王小明",
            "wang@例え.jp",
            "wang@xn--r8jz45g.jp",
            "件名：とても長い件名がここに書いてあります。とても長い件名がここに書いてあります。",
            &long,
        ),
        ("", "plain+tag@x.example", "plain+tag@x.example", "=?utf-8?q?not_encoded?=", "= =20 \t\nend"),
        ("שלום עולם", "a@x.example", "a@x.example", "مرحبا بالعالم", "\u{202e}right to left"),
    ];
    let signers = [KeyKind::Rsa, KeyKind::Ed25519].map(|kind| {
        let dkim = Dkim { domain: "host.example".into(), ..Dkim::default() };
        Signer::of(&dkim, &generate(kind).unwrap()).unwrap()
    });
    for signer in &signers {
        let mails: Vec<_> = cases
            .iter()
            .map(|(name, email, _, subject, body)| {
                let composed =
                    compose_signed(&rendered(subject, body), &envelope(name, email), Some(signer)).unwrap();
                (composed.raw, Some(signer.record().to_owned()))
            })
            .collect();
        for (found, (name, _, address, subject, body)) in read(&mails).iter().zip(&cases) {
            assert_eq!(found["defects"], json!([]), "{subject}: {found}");
            // What looks encoded is taken apart, so that nobody decodes it.
            assert_eq!(found["subject"], subject.replace("=?", "= ?"));
            assert_eq!(found["from"], json!([["Höst & Söhne, \"GmbH\"", "support@host.example"]]));
            assert_eq!(found["to"], json!([[name, address]]));
            assert_eq!(found["date"], 1_795_426_200.0);
            assert_eq!(found["id"], "<eml_01@host.example>");
            assert_eq!(found["type"], "multipart/alternative");
            assert_eq!(found["types"], json!(["text/plain", "text/html"]));
            assert_eq!(found["charsets"], json!(["utf-8", "utf-8"]));
            assert_eq!(found["bodies"], json!([body, format!("<p>{body}</p>")]), "{subject}");
            assert!(found["longest"].as_u64().unwrap() <= 998 && found["ascii"] == true, "{found}");
            assert_eq!(found["signed"], true, "{subject}");
        }
    }
    let (raw, record) = (
        compose_signed(&rendered("Hi", "Hi"), &envelope("", "a@x.example"), Some(&signers[0])),
        signers[0].record(),
    );
    let raw = String::from_utf8(raw.unwrap().raw).unwrap().replace("Subject: Hi", "Subject: Ho").into_bytes();
    assert_eq!(read(&[(raw, Some(record.to_owned()))])[0]["signed"], false, "a changed mail is found out");
}

#[test]
fn every_shipped_mail_is_well_formed_in_every_language() {
    let set = good(&shipped());
    let mut mails = Vec::new();
    for info in set.infos() {
        for locale in ["en", "de"] {
            let mut message = sample(&set, &info.name);
            message.to.locale = locale.into();
            let rendered = set.render(&info.name, &message).unwrap();
            let raw =
                compose_signed(&rendered, &envelope("Olive", "olive@bakery.example"), None).unwrap().raw;
            mails.push((raw, None));
        }
    }
    assert!(mails.len() > 20);
    for found in read(&mails) {
        assert_eq!(found["defects"], json!([]), "{found}");
        assert_eq!(found["types"], json!(["text/plain", "text/html"]));
        assert!(found["longest"].as_u64().unwrap() <= 998, "{found}");
    }
}

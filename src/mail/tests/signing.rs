//! Signatures, checked from what is published in the DNS, by code that shares nothing with what signs.

use crate::config::Dkim;
use crate::mail::dkim::{KeyKind, Signer, generate};
use crate::mail::{Addressee, Composed, Envelope, Rendered, compose_signed};
use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{Verifier, VerifyingKey};
use rsa::{Pkcs1v15Sign, RsaPublicKey, pkcs8::DecodePublicKey};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

fn signer(kind: KeyKind) -> Signer {
    let dkim = Dkim { domain: "host.example".into(), ..Dkim::default() };
    Signer::of(&dkim, &generate(kind).unwrap()).unwrap()
}

fn signed(signer: &Signer, subject: &str) -> Composed {
    let rendered = Rendered {
        subject: subject.into(),
        html: format!("<p>Grüße</p>  <p>{}</p>\n\n\n", "long ".repeat(500)),
        text: "Grüße \t und  mehr \n.\n\n\n".into(),
        from_name: "Höst & Söhne".into(),
        reply_to: Some("hilfe@host.example".into()),
        locale: "de".into(),
    };
    let envelope = Envelope {
        from: "support@host.example".into(),
        to: Addressee { name: "Zoë \"Z\" Müller, Köln".into(), email: "zoe@bücher.example".into() },
        message_id: "eml_01@host.example".into(),
        at: 1_795_426_200_000,
        in_reply_to: Some("tkt_01@host.example".into()),
        references: vec!["tkt_01@host.example".into()],
        headers: vec![
            ("List-Unsubscribe".into(), "<https://clients.host.example/u/T>".into()),
            ("List-Unsubscribe-Post".into(), "List-Unsubscribe=One-Click".into()),
        ],
    };
    compose_signed(&rendered, &envelope, Some(signer)).unwrap()
}

/// Folds runs of white space, and drops it before the ends of lines.
fn relaxed(line: &str) -> String {
    let mut text = String::new();
    for c in line.chars() {
        let blank = c == ' ' || c == '\t';
        if !(blank && text.ends_with(' ')) {
            text.push(if blank { ' ' } else { c });
        }
    }
    text.trim_end_matches(' ').to_owned()
}

/// Checks a message as RFC 6376 says; gives the names of the headers that are signed.
fn verified(raw: &[u8], record: &str) -> Result<Vec<String>, String> {
    let raw = String::from_utf8(raw.to_vec()).unwrap();
    let (head, body) = raw.split_once("\r\n\r\n").unwrap();
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        match line.starts_with([' ', '\t']) {
            true => headers.last_mut().unwrap().1.push_str(line),
            false => {
                let (name, value) = line.split_once(':').unwrap();
                headers.push((name.to_lowercase(), value.to_owned()));
            }
        }
    }
    let tags = |text: &str| -> BTreeMap<String, String> {
        let pairs = text.split(';').filter_map(|tag| tag.split_once('='));
        pairs.map(|(name, value)| (name.trim().to_owned(), value.split_whitespace().collect())).collect()
    };
    let signature = &headers.iter().find(|(name, _)| name == "dkim-signature").ok_or("no signature")?.1;
    let tag = tags(signature);
    let mut lines: Vec<String> = body.split("\r\n").map(relaxed).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let body: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    if BASE64_STANDARD.encode(Sha256::digest(body.as_bytes())) != tag["bh"] {
        return Err("the body was changed".into());
    }
    let names: Vec<String> = tag["h"].split(':').map(str::to_lowercase).collect();
    let mut input = String::new();
    for name in &names {
        // The last one of a name; one that is missing counts as nothing.
        if let Some((_, value)) = headers.iter().rev().find(|(own, _)| own == name) {
            input.push_str(&format!("{name}:{}\r\n", relaxed(value).trim_start()));
        }
    }
    let (before, after) = signature
        .split_once("b=")
        .map(|_| {
            let at = signature.rfind("; b=").unwrap() + 4;
            (&signature[..at], signature[at..].split_once(';').map_or("", |(_, rest)| rest))
        })
        .unwrap();
    input.push_str(&format!("dkim-signature:{}", relaxed(&format!("{before}{after}")).trim_start()));
    let (digest, bytes) = (Sha256::digest(input.as_bytes()), BASE64_STANDARD.decode(&tag["b"]).unwrap());
    let public = BASE64_STANDARD.decode(&tags(record)["p"]).unwrap();
    match tag["a"].as_str() {
        "rsa-sha256" => RsaPublicKey::from_public_key_der(&public)
            .unwrap()
            .verify(Pkcs1v15Sign::new_unprefixed(), &[PREFIX, digest.as_slice()].concat(), &bytes)
            .map_err(|error| error.to_string())?,
        "ed25519-sha256" => VerifyingKey::from_bytes(&public.try_into().unwrap())
            .unwrap()
            .verify(digest.as_slice(), &bytes.as_slice().try_into().unwrap())
            .map_err(|error| error.to_string())?,
        other => return Err(format!("unknown: {other}")),
    }
    Ok(names)
}

/// What stands before a SHA-256 in a signature of PKCS #1 (RFC 8017, 9.2).
const PREFIX: &[u8] = &[
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];

#[test]
fn what_is_published_verifies_the_signature() {
    for kind in [KeyKind::Rsa, KeyKind::Ed25519] {
        let signer = signer(kind);
        let names = verified(&signed(&signer, "Ihre Rechnung für März 🎉").raw, signer.record()).unwrap();
        for name in ["from", "subject", "list-unsubscribe", "list-unsubscribe-post", "message-id"] {
            assert!(names.iter().any(|signed| signed == name), "{name} is not signed");
        }
        assert_eq!(signer.record_name(), "innkeeper._domainkey.host.example");
    }
}

#[test]
fn a_change_on_the_way_is_found() {
    let signer = signer(KeyKind::Ed25519);
    let raw = String::from_utf8(signed(&signer, "Hello").raw).unwrap();
    for (what, by) in [
        ("Subject: Hello", "Subject: Hullo"),
        ("/u/T>", "/u/X>"),
        ("List-Unsubscribe=One-Click", "List-Unsubscribe=Never"),
        ("text/html", "text/plain"),
        ("\r\n\r\n", "\r\nList-Id: <evil>\r\n\r\n"),
    ] {
        let changed = raw.replacen(what, by, 1);
        assert_ne!(changed, raw, "{what}");
        assert!(verified(changed.as_bytes(), signer.record()).is_err(), "{what} → {by}");
    }
}

#[test]
fn very_long_headers_are_signed_without_a_deep_stack() {
    let signer = signer(KeyKind::Ed25519);
    let mail = std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(move || (signed(&signer, &"word ".repeat(20_000)), signer))
        .unwrap();
    let (mail, signer) = mail.join().unwrap();
    verified(&mail.raw, signer.record()).unwrap();
}

#[test]
fn a_key_that_is_none_is_said_and_not_shown() {
    let dkim = Dkim { domain: "host.example".into(), ..Dkim::default() };
    for text in ["", "s3cret", "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----"] {
        let why = Signer::of(&dkim, text).unwrap_err();
        assert!(why.starts_with("is ") && !why.contains("s3cret"), "{why}");
    }
    let folder = tempfile::tempdir().unwrap();
    let why = Signer::read(&dkim, folder.path()).unwrap_err();
    assert!(why.contains("dkim.key_file") && why.contains("innkeeper mail dkim --new"), "{why}");
    assert!(Signer::read(&Dkim::default(), folder.path()).unwrap().is_none());
}

#[test]
fn a_zone_line_has_no_string_that_is_too_long() {
    let signer = signer(KeyKind::Rsa);
    let line = signer.zone_line();
    let strings: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
    assert!(strings.len() > 1 && strings.iter().all(|part| part.len() <= 255), "{line}");
    assert_eq!(strings.concat(), signer.record());
}

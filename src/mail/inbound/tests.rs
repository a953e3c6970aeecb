//! The corpus: each mail of `tests/mail/inbound` has beside it what must come of it.

use super::*;
use std::{fmt::Write as _, fs, path::PathBuf};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/mail/inbound")
}

fn own() -> Own {
    let addresses = ["support@host.example", "sales@host.example", "no-reply@host.example"];
    Own {
        addresses: addresses.map(str::to_owned).to_vec(),
        domain: "host.example".to_owned(),
        ..Own::default()
    }
}

fn mailboxes(list: &[Mailbox]) -> String {
    let shown = list.iter().map(|one| match one.name.as_str() {
        "" => one.email.clone(),
        name => format!("{name} <{}>", one.email),
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// What came of a mail, line by line.
fn summary(raw: &[u8]) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "{name}: {value}");
        }
    };
    let mail = match read(raw, &Limits::default()) {
        Ok(mail) => mail,
        Err((why, head)) => {
            line("unreadable", why.key());
            line("from", &mailboxes(std::slice::from_ref(&head.from)));
            line("subject", &head.subject);
            return out;
        }
    };
    let kind = match &mail.kind {
        Kind::Automatic(how) => format!("automatic ({})", how.key()),
        Kind::List(name) => format!("list ({name})"),
        other => other.key().to_owned(),
    };
    line("kind", &kind);
    match &mail.kind {
        Kind::Bounce(bounce) => {
            for one in &bounce.failed {
                let lasting = if one.is_final() { "for good" } else { "for now" };
                line(
                    "failed",
                    &format!("{} {} [{}] {lasting}: {}", one.email, one.action, one.status, one.said),
                );
            }
            line("returned", &bounce.original_id);
        }
        Kind::Complaint(told) => {
            line("complaint", &format!("{} {}", told.feedback, told.addresses.join(" ")));
            line("returned", &told.original_id);
        }
        _ => {
            let verdict = refusal(&mail, &own());
            let verdict =
                verdict.map_or("taken".to_owned(), |(why, how)| format!("refused: {} {how}", why.key()));
            line("verdict", verdict.trim());
        }
    }
    line("from", &mailboxes(std::slice::from_ref(&mail.from)));
    line("reply-to", &mailboxes(&mail.reply_to));
    line("to", &mailboxes(&mail.to));
    line("cc", &mailboxes(&mail.cc));
    line("subject", &mail.subject);
    line(
        "token",
        &mail.recipients().find_map(token_in).map(|(_, reference, _)| reference).unwrap_or_default(),
    );
    line("answers", &own_ids(mail.answers.iter().map(String::as_str), "host.example").join(" "));
    line("tag", &subject_tags(&mail.subject).join(" "));
    for one in &mail.attachments {
        let shown = if one.inline { format!(" inline {}", one.content_id) } else { String::new() };
        line("attached", &format!("{} ({}, {} bytes){shown}", one.name, one.content_type, one.bytes.len()));
    }
    let notes: Vec<String> = mail.notes.iter().map(|note| format!("{note:?}")).collect();
    line("notes", &notes.join(" "));
    let _ = writeln!(out, "---\n{}", mail.text);
    out
}

fn corpus() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "eml"))
        .collect();
    files.sort();
    files
}

/// What `fuzz/fuzz_targets/intake.rs` does to any bytes.
#[test]
fn mails_of_the_corpus_that_break_off_anywhere_are_read_and_shown() {
    for file in corpus() {
        let raw = fs::read(&file).unwrap();
        for eighth in 0..=8 {
            if let Ok(mail) = read(&raw[..raw.len() * eighth / 8], &Limits::default()) {
                let _ = refusal(&mail, &own());
                let _ = safe_html(mail.html.as_deref().unwrap_or_default(), &|_| None);
                assert!(cut(&mail.whole, false).len() <= mail.whole.len(), "{}", file.display());
            }
        }
    }
}

#[test]
fn each_mail_of_the_corpus_is_understood() {
    let update = std::env::var_os("INNKEEPER_TEST_UPDATE").is_some();
    let files = corpus();
    assert!(files.len() >= 60, "the corpus has only {} mails", files.len());
    let mut wrong = Vec::new();
    for file in files {
        let found = summary(&fs::read(&file).unwrap());
        let beside = file.with_extension("expected");
        if update {
            fs::write(&beside, &found).unwrap();
        }
        let expected = fs::read_to_string(&beside).unwrap_or_default();
        if found != expected {
            wrong.push(format!("{}\n--- expected\n{expected}\n--- found\n{found}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn with_body(body: &str) -> Vec<u8> {
    format!("From: maria@bakery.example\r\nTo: support@host.example\r\nSubject: x\r\n{body}").into_bytes()
}

#[test]
fn a_header_of_ten_thousand_lines_is_cut_and_the_text_still_read() {
    let many: String = (0..10_000).map(|n| format!("X-Filler-{n}: {}\r\n", "y".repeat(40))).collect();
    let mail = read(&with_body(&format!("{many}\r\nThe shop is slow.\r\n")), &Limits::default()).unwrap();
    assert_eq!(mail.text, "The shop is slow.");
    assert!(mail.notes.contains(&Note::HeaderCut));
    assert!(mail.headers.len() <= 1_000);
}

#[test]
fn thirty_megabytes_are_read_and_more_are_not() {
    let attached = |size: usize| {
        let line = format!("{}\r\n", "QUJD".repeat(19));
        let base64 = line.repeat(size / line.len());
        with_body(&format!(
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the backup.\r\n--b\r\n\
             Content-Type: application/zip; name=\"backup.zip\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{base64}--b--\r\n"
        ))
    };
    let mail = read(&attached(30 << 20), &Limits::default()).unwrap();
    assert_eq!(mail.text, "See the backup.");
    assert_eq!(mail.attachments[0].name, "backup.zip");
    assert!(mail.attachments[0].bytes.len() > 20 << 20);
    let (why, head) = read(&attached(33 << 20), &Limits::default()).unwrap_err();
    assert_eq!((why, head.from.email.as_str()), (Unreadable::TooLarge, "maria@bakery.example"));
}

#[test]
fn a_bomb_of_zeros_is_a_file_like_any_other() {
    // The local header of a zip that says that it holds four gigabytes.
    let mut zip = b"PK\x03\x04\x14\0\0\0\x08\0".to_vec();
    zip.extend([0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff, 0xff, 0xff, 5, 0, 0, 0]);
    let base64 = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &zip);
    let mail = read(
        &with_body(&format!(
            "Content-Type: application/zip; name=\"42.zip\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{base64}\r\n"
        )),
        &Limits::default(),
    )
    .unwrap();
    assert_eq!(mail.attachments[0].bytes, zip);
    assert_eq!(mail.text, "");
}

#[test]
fn parts_nested_without_end_are_refused_by_their_number() {
    let nested: String = (0..5_000)
        .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"))
        .collect();
    let (why, head) = read(&with_body(&format!("{nested}\r\ndeep\r\n")), &Limits::default()).unwrap_err();
    assert_eq!((why, head.subject.as_str()), (Unreadable::TooManyParts, "x"));
    let messages = "Content-Type: message/rfc822\r\n\r\n".repeat(5_000);
    let (why, _) = read(&with_body(&messages), &Limits::default()).unwrap_err();
    assert_eq!(why, Unreadable::TooManyParts);
    // Within the limit they are read.
    let messages = "Content-Type: message/rfc822\r\n\r\n".repeat(150);
    assert!(read(&with_body(&format!("{messages}\r\nSubject: y\r\n\r\ndeep")), &Limits::default()).is_ok());
}

#[test]
fn messages_hidden_by_encoding_are_not_looked_into() {
    let inner = "Content-Type: message/rfc822\n\n".repeat(20_000);
    let base64 = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, inner);
    for kind in ["message/rfc822", "(text/plain) Message/RFC822"] {
        let mail = with_body(&format!(
            "Content-Transfer-Encoding: base64\r\nContent-Type: {kind}\r\n\r\n{base64}\r\n"
        ));
        let mail = read(&mail, &Limits::default()).unwrap();
        assert!(mail.attachments.len() <= 1, "{kind}");
    }
    let digest = with_body(&format!(
        "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n{base64}\r\n--b--\r\n"
    ));
    assert!(read(&digest, &Limits::default()).is_ok());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..600)) {
        let _ = read(&bytes, &Limits::default());
    }

    #[test]
    fn any_text_is_cut_to_something_of_it(text in "([>|\\-_:<@. \n\tA-Za-z0-9]|On |wrote:|From: |-- \n|写道：|\u{e000}){0,200}") {
        let done = cut(&text, false);
        proptest::prop_assert!(done.len() <= text.len());
        let says_something = !text.replace(html::MARK, "").trim().is_empty();
        proptest::prop_assert!(!says_something || !done.is_empty());
    }

    #[test]
    fn any_pieces_of_mails_are_read(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)) {
        let mail = pieces.concat();
        if let Ok(mail) = read(mail.as_bytes(), &Limits::default()) {
            proptest::prop_assert!(mail.text.chars().count() <= Limits::default().text);
            let _ = refusal(&mail, &own());
            let _ = safe_html(mail.html.as_deref().unwrap_or_default(), &|_| None);
        }
    }
}

/// What mails are made of, for mails that nobody would write.
const PIECES: &[&str] = &[
    "From: a@b.example\r\n",
    "Subject: =?utf-8?B?w6TDtsO8?=\r\n",
    "Content-Type: multipart/mixed; boundary=\"b\"\r\n",
    "Content-Type: multipart/alternative; boundary=b2\r\n",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    "Content-Type: message/delivery-status\r\n",
    "Content-Type: message/rfc822\r\n",
    "Content-Type: text/html; charset=iso-2022-jp\r\n",
    "Content-Type: text/plain; charset=utf-7; format=flowed; delsp=yes\r\n",
    "Content-Transfer-Encoding: base64\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\n",
    "Final-Recipient: rfc822; x@y.example\r\nAction: failed\r\nStatus: 5.1.1\r\n",
    "\r\n",
    "\n",
    "--b\r\n",
    "--b--\r\n",
    "--b2\r\n",
    "--b2--\r\n",
    "=3D=20=\r\n",
    "QUJD\r\n",
    "<div class=gmail_quote><blockquote>x</blockquote></div>\r\n",
    "> quoted\r\n",
    "On 1 Jan 2026 at 10:15 A <a@b.example> wrote:\r\n",
    "+AGE-\u{1b}$B",
    "-- \r\n",
];

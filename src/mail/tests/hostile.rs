//! Values that people type and templates that eat: neither gets further than its own mail.

use super::{body, files, good, problems, sample};
use crate::mail::{Addressee, Envelope, compose, shipped};
use serde_json::{Value, json};
use std::sync::Arc;

/// Puts a text into every text of a value.
fn poison(value: &mut Value, text: &str) {
    match value {
        Value::String(s) => s.push_str(text),
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, text)),
        Value::Object(fields) => fields.values_mut().for_each(|field| poison(field, text)),
        _ => {}
    }
}

#[test]
fn no_field_of_any_event_can_add_a_header_or_a_tag() {
    let set = good(&shipped());
    for info in set.infos() {
        for attack in [
            "\r\nBcc: thief@evil.example\r\n\r\n<script>alert(1)</script>",
            "\nBcc: thief@evil.example\"><img src=x onerror='alert(1)'><script>1</script>",
            "\r\u{2028}Bcc: thief@evil.example",
        ] {
            let mut message = sample(&set, &info.name);
            let mut event = message.event.to_value();
            poison(&mut event, attack);
            message.event = event.into();
            poison(&mut message.vars, attack);
            message.reason.push_str(attack);
            message.to.name.push_str(attack);
            let mut brand = (*message.brand).clone();
            brand.name.push_str(attack);
            brand.sender_name.push_str(attack);
            message.brand = Arc::new(brand);
            let rendered = set.render(&info.name, &message).unwrap();
            assert!(!rendered.subject.contains(['\r', '\n', '\u{2028}']), "{:?}", rendered.subject);
            let page = scraper::Html::parse_document(&rendered.html);
            let script = scraper::Selector::parse("script, [onload], [onerror]").unwrap();
            assert!(page.select(&script).next().is_none(), "{}", rendered.html);
            let mut rendered = rendered;
            // The department's address cannot hold a line end where it is stored; here it is an attack as well.
            rendered.reply_to = None;
            let envelope = Envelope {
                from: "support@host.example".into(),
                to: Addressee { name: message.to.name.clone(), email: message.to.email.clone() },
                message_id: format!("<eml_1@host.example>{attack}"),
                in_reply_to: Some(format!("<evt_1@host.example>{attack}")),
                references: vec![format!("<evt_1@host.example>{attack}")],
                headers: vec![("X-Note".into(), format!("a{attack}"))],
                at: 1_795_426_200_000,
            };
            let composed = compose(&rendered, &envelope).unwrap();
            let parsed = mail_parser::MessageParser::new().parse(&composed.raw).unwrap();
            assert!(parsed.bcc().is_none(), "{}", info.name);
            let names: Vec<_> = parsed.headers().iter().map(|header| header.name().to_owned()).collect();
            assert!(!names.iter().any(|name| name == "Bcc"), "{names:?}");
        }
    }
}

#[test]
fn a_reply_address_with_a_line_end_is_refused() {
    let set = good(&body("hi"));
    let mut rendered = set.render("a", &sample(&set, "a")).unwrap();
    rendered.reply_to = Some("a@b.example\r\nBcc: thief@evil.example".into());
    let envelope = Envelope {
        from: "a@host.example".into(),
        to: Addressee { email: "b@host.example".into(), ..Addressee::default() },
        ..Envelope::default()
    };
    assert!(compose(&rendered, &envelope).unwrap_err().to_string().contains("is no e-mail address"));
    rendered.reply_to = None;
    for to in ["\"a\r\nBcc: x@y.example\"@host.example", "a@host.example\r\nRCPT TO:<x@y.example>", "a", ""] {
        let envelope =
            Envelope { to: Addressee { email: to.into(), ..Addressee::default() }, ..envelope.clone() };
        assert!(compose(&rendered, &envelope).is_err(), "{to:?}");
    }
}

#[test]
fn a_title_that_looks_like_a_template_stays_a_title() {
    let set = good(&shipped());
    let mut message = sample(&set, "ticket-replied");
    let mut event = message.event.to_value();
    event["ticket"]["subject"] = json!("{{ brand.sender_email }} {% for %}");
    message.event = event.into();
    assert_eq!(
        set.render("ticket-replied", &message).unwrap().subject,
        "[KXT-482913] {{ brand.sender_email }} {% for %}"
    );
}

#[test]
fn a_subject_is_one_line_of_reasonable_length() {
    let set = good(&files(&[("default/a.html", "---\nsubject: {{ vars.x }}\nvars: {\"x\": \"1\"}\n---\n")]));
    let mut message = sample(&set, "a");
    message.vars = json!({ "x": format!("  a \t\u{202e} b{}", "x".repeat(10_000)) });
    let subject = set.render("a", &message).unwrap().subject;
    assert!(
        subject.starts_with("a bxxx") && subject.chars().count() == 250 && subject.ends_with('…'),
        "{subject}"
    );
}

/// Each would fill any memory if it ran.
#[test]
fn a_template_cannot_double_what_it_made_itself() {
    let doubling = |step: &str| format!("{{% set a = \"x\" %}}{}", step.repeat(40));
    for (step, code) in [
        ("{% set a = a ~ a %}", "growth"),
        ("{% set a = a + a %}", "growth"),
        ("{% set a = [a, a] %}", "growth"),
        ("{% set a = (a, a) %}", "growth"),
        ("{% set a = {\"k\": a, \"l\": a} %}", "growth"),
        ("{% set a = a | replace(\"x\", \"xx\") %}", "growth"),
        ("{% with b = a ~ a %}{% endwith %}", "growth"),
    ] {
        // The first round joins what is constant; from the second on the value is the template's own.
        let text = doubling(step).replacen("{% set a = \"x\" %}", "{% set a %}x{% endset %}", 1);
        assert_eq!(problems(&body(&text))[0].2, code, "{step}");
    }
    let found = problems(&body(
        "{% macro m(a, n) %}{% if n %}{{ m(a ~ a, n - 1) }}{% endif %}{% endmacro %}{{ m(\"x\", 40) }}",
    ));
    assert_eq!(found[0].2, "growth");
    let found = problems(&body(
        "{% set ns = namespace(s=\"x\") %}{% for i in range(40) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
    ));
    assert_eq!(found[0].2, "unknown-name");
}

/// What passes the check and prints without end is stopped while it prints.
#[test]
fn a_template_that_prints_without_end_is_stopped() {
    for (text, code) in [
        ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "out-of-fuel"),
        (
            "{% for i in range(30000) %}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{% endfor %}",
            "too-large",
        ),
        (
            "{% set a %}{{ event.reply.body }}{% endset %}{% set b %}{{ a }}{{ a }}{{ a }}{{ a }}{% endset %}{% set c %}{{ b }}{{ b }}{{ b }}{{ b }}{% endset %}{% set d %}{{ c }}{{ c }}{{ c }}{{ c }}{% endset %}",
            "template",
        ),
        ("{% macro m(n) %}{{ m(n + 1) }}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}", "template"),
        ("{% block x %}{{ self.x() }}{% endblock %}", "template"),
        ("{% include \"a.html\" %}{% include \"a.html\" %}", "circle"),
    ] {
        let files = body(text);
        let found = problems(&files);
        if code == "circle" {
            assert_eq!(found[0].2, code);
            continue;
        }
        let set = good(&files);
        let mut message = sample(&set, "a");
        let mut event = message.event.to_value();
        event["reply"]["body"] = json!("x".repeat(100_000));
        message.event = event.into();
        assert_eq!(set.render("a", &message).unwrap_err().code, code, "{text}");
    }
}

#[test]
fn ordinary_joins_are_no_growth() {
    let set = good(&body(
        "{% set name = event.account.name ~ \" & Co\" %}{% set n = 1 %}{% set n = n + 1 %}{% set list = [\"a\", \"b\"] %}{% set names = event.account.users | map(attribute=\"first_name\") | join(\"+\") %}{{ name ~ name }} {{ n }} {{ list | join(\", \") }} {{ event.ticket.cc | join(\", \") }} {{ names }}",
    ));
    assert_eq!(
        set.render("a", &sample(&set, "a")).unwrap().html,
        "Blue Bakery &amp; CoBlue Bakery &amp; Co 2 a, b agency@partner.example Olive+Ada+Dev+Dana"
    );
}

#[test]
fn a_huge_file_is_refused() {
    let text = format!("---\nsubject: a\n---\n{}", "x".repeat(300_000));
    assert_eq!(problems(&files(&[("default/a.html", &text)]))[0].2, "too-large");
}

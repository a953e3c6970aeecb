//! Tests of the whole: the shipped templates, and files that an operator may get wrong.

mod composing;
mod golden;
mod hostile;
mod loading;
mod python;
mod sending;
mod signing;

use super::{Files, MessageContext, Templates, load, shipped};
use crate::report::Report;
use serde_json::json;
use std::sync::Arc;

/// A set of files, written as `("default/a.html", "…")`.
fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(file, text)| (format!("email-templates/{file}"), Arc::from(*text))).collect()
}

/// One message `a` for `ticket.replied` with this body.
fn body(body: &str) -> Files {
    files(&[("default/a.html", &format!("---\nsubject: Hi\nevent: ticket.replied\n---\n{body}"))])
}

/// What is wrong with the files: line, column, code, help.
fn problems(files: &Files) -> Vec<(usize, usize, String, String)> {
    let reports = load(files, &Files::new(), &Files::new()).reports;
    reports.into_iter().map(|r| (r.line, r.column, r.code, r.help)).collect()
}

/// The set, which must be without fault.
fn good(files: &Files) -> Arc<Templates> {
    let loaded = load(files, &Files::new(), &Files::new());
    assert_eq!(texts(&loaded.reports), Vec::<String>::new());
    loaded.set
}

fn texts(reports: &[Report]) -> Vec<String> {
    reports.iter().map(ToString::to_string).collect()
}

/// A context of the message's first sample.
fn sample(set: &Templates, name: &str) -> MessageContext {
    set.sample(name).unwrap()
}

#[test]
fn every_shipped_template_is_without_fault_and_renders_on_all_samples() {
    let loaded = load(&shipped(), &Files::new(), &Files::new());
    assert_eq!(texts(&loaded.reports), Vec::<String>::new());
    assert_eq!(texts(&loaded.set.run_samples()), Vec::<String>::new());
    assert_eq!(loaded.effective, shipped());
    for info in loaded.set.infos() {
        assert_eq!(info.locales, ["de", "default"], "{} is not in both languages", info.name);
    }
}

#[test]
fn what_cannot_be_switched_off_is_about_security() {
    use crate::permission::Category;
    let set = good(&shipped());
    for info in set.infos() {
        let expected = match info.event {
            Some(event) if event.starts_with("ticket.") => Category::Support,
            None if info.name == "ticket-message" => Category::Support,
            // Staff may choose not to be told.
            Some("hook.quarantined") => Category::General,
            // These tell the owner what became of an invite, as scripts decide; the invite itself is security.
            Some("account.created" | "invite.accepted" | "invite.declined" | "invite.expired") | None => {
                Category::General
            }
            Some(_) => Category::Security,
        };
        assert_eq!(info.category, expected, "{}", info.name);
    }
}

#[test]
fn a_message_lists_what_it_may_print() {
    let set = good(&shipped());
    let fields: Vec<_> = set.find("invite").unwrap().fields.iter().map(|field| field.path.as_str()).collect();
    for path in [
        "event.invite.inviter.name",
        "event.account.users[].email",
        "event.at",
        "to.email",
        "reason",
        "brand.url",
        "links.invite",
    ] {
        assert!(fields.contains(&path), "{path} is missing");
    }
    assert!(!fields.iter().any(|path| path.starts_with("event.ticket")));
}

#[test]
fn the_nearest_language_is_taken() {
    let page = |text: &str| format!("---\nsubject: {text}\n---\n{text}");
    let set = good(&files(&[
        ("default/a.html", &page("default")),
        ("pt/a.html", &page("pt")),
        ("pt-BR/a.html", &page("pt-BR")),
    ]));
    let subject = |locale: &str| {
        let mut message = sample(&set, "a");
        message.to.locale = locale.into();
        set.render("a", &message).unwrap().subject
    };
    for (locale, taken) in [
        ("pt-BR", "pt-BR"),
        ("pt_br", "pt-BR"),
        ("pt-PT", "pt"),
        ("pt", "pt"),
        ("en", "default"),
        ("", "default"),
    ] {
        assert_eq!(subject(locale), taken, "{locale}");
    }
}

#[test]
fn a_language_without_a_layout_shares_the_default_one() {
    let page = |text: &str| {
        format!(
            "---\nsubject: {text}\n---\n{{% extends \"layout.html\" %}}{{% block body %}}{text}{{% endblock %}}"
        )
    };
    let set = good(&files(&[
        ("default/layout.html", "<b>{% block body %}{% endblock %}</b>"),
        ("default/a.html", &page("one")),
        ("de/a.html", &page("eins")),
        ("fr/layout.html", "<i>{% block body %}{% endblock %}</i>"),
        ("fr/a.html", &page("un")),
    ]));
    let html = |locale: &str| {
        let mut message = sample(&set, "a");
        message.to.locale = locale.into();
        set.render("a", &message).unwrap().html
    };
    assert_eq!([html("en"), html("de"), html("fr")], ["<b>one</b>", "<b>eins</b>", "<i>un</i>"]);
}

#[test]
fn dates_are_in_the_recipients_zone_and_the_templates_language() {
    let set = good(&files(&[
        ("default/a.html", "---\nsubject: {{ event.at | date }}\n---\n{{ event.at | datetime }}"),
        (
            "de/a.html",
            "---\nsubject: {{ event.at | date }}\n---\n{% macro m() %}{{ event.at | time(\"UTC\") }}{% endmacro %}{{ m() }}",
        ),
    ]));
    let mut message = sample(&set, "a");
    message.to.time_zone = "America/New_York".into();
    message.to.locale = "fr".into();
    let rendered = set.render("a", &message).unwrap();
    assert_eq!(
        (rendered.subject.as_str(), rendered.html.as_str()),
        ("Monday, 23 November 2026", "Monday, 23 November 2026, 04:30 EST")
    );
    message.to.locale = "de".into();
    let rendered = set.render("a", &message).unwrap();
    assert_eq!(
        (rendered.subject.as_str(), rendered.html.as_str()),
        ("Montag, 23. November 2026", "09:30 Uhr (UTC)")
    );
}

#[test]
fn a_text_file_overrides_the_text_and_is_not_escaped() {
    let set = good(&files(&[
        ("default/a.html", "---\nsubject: {{ vars.x }}\nvars: {\"x\": \"1\"}\n---\n<p>Page {{ vars.x }}</p>"),
        ("default/a.txt", "Text {{ vars.x }}\n\n\n\nend   \n"),
        (
            "default/b.html",
            "---\nsubject: b\n---\n<p>Look at <a href=\"https://a.example/?a=1&amp;b=2\">this</a>.</p><ul><li>One</li></ul>",
        ),
    ]));
    let mut message = sample(&set, "a");
    message.vars = json!({ "x": "<b> & 'c'" });
    let rendered = set.render("a", &message).unwrap();
    assert_eq!(rendered.subject, "<b> & 'c'");
    assert_eq!(rendered.text, "Text <b> & 'c'\n\nend\n");
    assert_eq!(rendered.html, "<p>Page &lt;b&gt; &amp; &#x27;c&#x27;</p>");
    let plain = set.render("b", &sample(&set, "b")).unwrap().text;
    assert!(plain.contains("https://a.example/?a=1&b=2") && plain.contains("- One"), "{plain}");
}

#[test]
fn an_unknown_message_names_the_nearest() {
    let set = good(&shipped());
    let report = set.render("welcom", &MessageContext::default()).unwrap_err();
    assert_eq!((report.code.as_str(), report.help.as_str()), ("unknown-template", "did you mean `welcome`?"));
}

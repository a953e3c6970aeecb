//! What the check finds, where it points, and what runs instead of a broken file.

use super::{body, files, good, problems, sample};
use crate::mail::{Files, fallback, load};
use crate::report::Severity;
use serde_json::json;

fn first(text: &str) -> (usize, usize, String, String) {
    problems(&body(text)).into_iter().next().unwrap_or_else(|| panic!("nothing is found in {text}"))
}

fn expect(text: &str, line: usize, column: usize, code: &str, help: &str) {
    assert_eq!(first(text), (line, column, code.to_owned(), help.to_owned()), "{text}");
}

#[test]
fn misspelt_words_are_found_in_every_branch_with_what_was_meant() {
    expect(
        "<p>{{ event.ticket.titel }}</p>",
        5,
        20,
        "unknown-field",
        "there are exists, id, reference, subject, status, waits_for, priority, department, opener, opened_by_staff, assignee, staff, participants, cc, related, opened_at, quiet_for",
    );
    expect(
        "{% if false %}\n{{ event.ticket.subjct }}{% endif %}",
        6,
        17,
        "unknown-field",
        "did you mean `subject`?",
    );
    expect(
        "{% for u in event.account.users %}{% if u.owner %}{{ u.emial }}{% endif %}{% endfor %}",
        5,
        56,
        "unknown-field",
        "did you mean `email`?",
    );
    expect("{{ event.account.users[0].nam }}", 5, 27, "unknown-field", "did you mean `name`?");
    expect("{{ event.tickt }}", 5, 10, "unknown-field", "did you mean `ticket`?");
    expect(
        "{{ event.invite.email }}",
        5,
        10,
        "unknown-field",
        "there are account, actor, at, correlation, depth, id, name, reply, ticket",
    );
    expect("{{ evnt.ticket }}", 5, 4, "unknown-name", "did you mean `event`?");
    expect("{{ to.nam }}{{ brand.nam }}", 5, 7, "unknown-field", "did you mean `name`?");
    expect("{{ event.at | dat }}", 5, 15, "unknown-filter", "did you mean `date`?");
    expect("{% if event.ticket is defind %}{% endif %}", 5, 23, "unknown-test", "did you mean `defined`?");
    expect(
        "{% include \"layuot.html\" %}",
        5,
        12,
        "unknown-template",
        "a file in the same language's folder, or in default/",
    );
    expect("{{ event.ticket.subject.length }}", 5, 25, "unknown-field", "");
    expect("{{ event.at }}", 5, 4, "bare-time", "write `| date`, `| time` or `| datetime` after it");
}

/// The engine takes each of these for something absent, and no sample tells.
#[test]
fn misspelt_fields_of_which_a_condition_would_only_be_false_are_found() {
    let email = "did you mean `email`?";
    for (text, column, code, help) in [
        ("{% if event.tickt.reference %}{% endif %}", 13, "unknown-field", "did you mean `ticket`?"),
        ("{% if event.tickt is defined %}{% endif %}", 13, "unknown-field", "did you mean `ticket`?"),
        ("{% if event.actor.emial is not defined %}{% endif %}", 19, "unknown-field", email),
        ("{% if event.tickt | default(0) %}{% endif %}", 13, "unknown-field", "did you mean `ticket`?"),
        ("{% if event.at is eq(event.actor.emial) %}{% endif %}", 34, "unknown-field", email),
        ("{% for u in event.account.users if u.emial %}{% endfor %}", 38, "unknown-field", email),
        ("{% if event.account.users | selectattr('emial') %}{% endif %}", 41, "unknown-field", email),
        (
            "{% if event.account.users | rejectattr('owner', 'equalt', 1) %}{% endif %}",
            50,
            "unknown-test",
            "did you mean `equalto`?",
        ),
        (
            "{% if event.account.users | select('defind') %}{% endif %}",
            37,
            "unknown-test",
            "did you mean `defined`?",
        ),
        (
            "{% for u in event.account.users | sort(attribute='emial') %}{% endfor %}",
            51,
            "unknown-field",
            email,
        ),
        ("{% if event.account.users | map(attribute='emial') %}{% endif %}", 44, "unknown-field", email),
        (
            "{% if event.account.users | map('uper') %}{% endif %}",
            34,
            "unknown-filter",
            "did you mean `upper`?",
        ),
        ("{% if event.account.users | unique(attribute='emial') %}{% endif %}", 47, "unknown-field", email),
        ("{% if (event.reply.author or event.actor).emial %}{% endif %}", 43, "unknown-field", email),
        (
            "{% if (event.actor if event.at else event.reply.author).emial %}{% endif %}",
            57,
            "unknown-field",
            email,
        ),
        ("{% if 'tickt' in event %}{% endif %}", 8, "unknown-field", "did you mean `ticket`?"),
        ("{% if 'emial' not in event.actor %}{% endif %}", 8, "unknown-field", email),
        (
            "{% for u in event.account.users %}{% if loop.frist %}{% endif %}{% endfor %}",
            46,
            "unknown-field",
            "did you mean `first`?",
        ),
    ] {
        expect(text, 5, column, code, help);
    }
}

#[test]
fn what_is_there_is_no_mistake_however_it_is_asked_for() {
    for text in [
        "{% for u in event.account.users | sort(attribute='email') | selectattr('owner') %}{{ loop.cycle('a', 'b') }}{% endfor %}",
        "{% if event.ticket is defined and 'ticket' in event and 'a@b.example' in event.ticket.cc %}x{% endif %}",
        "{{ event.account.users | map(attribute='email') | select('defined') | map('upper') | join }}",
        "{{ (event.reply.author or event.ticket).id }}",
        "{% for u in event.account.users | selectattr('email', 'in', event.ticket.cc) %}{{ loop.index }}{{ loop.last }}{% endfor %}",
    ] {
        assert_eq!(problems(&body(text)), [], "{text}");
    }
    let front = "---\nsubject: Hi\nevent: ticket.replied\n---\n";
    let with_row = "{% for one in event.account.users %}{% include '_row.html' %}{% endfor %}";
    let row = "{% if one.owner and loop.first %}x{% endif %}";
    let both = [("default/a.html", &*format!("{front}{with_row}")), ("default/_row.html", row)];
    assert_eq!(problems(&files(&both)), [], "a file that is included sees the loop");
    // What events disagree about is unknown where a message may meet any of them.
    let any = "---\nsubject: x\ncategory: support\n---\n{% if event.before.name %}x{% endif %}\n";
    assert_eq!(problems(&files(&[("default/a.html", any)])), []);
}

#[test]
fn a_link_is_there_only_where_the_event_declares_it() {
    expect("{{ links.invite }}", 5, 10, "unknown-link", "");
    let page = |link: &str| {
        files(&[(
            "default/a.html",
            &format!("---\nsubject: a\nevent: invite.sent\n---\n{{{{ links.{link} }}}}"),
        )])
    };
    assert_eq!(problems(&page("invite")), []);
    assert_eq!(problems(&page("invit"))[0].3, "did you mean `invite`?");
    // Not even a whole object of links can be printed where there is none.
    assert_eq!(
        problems(&files(&[("default/a.html", "---\nsubject: {{ links.reset }}\n---\n")]))[0].2,
        "unknown-link"
    );
}

#[test]
fn subjects_and_layouts_are_checked_too_and_errors_point_into_their_files() {
    let found = problems(&files(&[(
        "default/a.html",
        "---\ncategory: general\nevent: ticket.opened\nsubject:  [{{ event.ticket.refrence }}]\n---\n",
    )]));
    assert_eq!(found, [(4, 28, "unknown-field".into(), "did you mean `reference`?".into())]);
    let reports = load(
        &files(&[
            ("default/layout.html", "<p>\n{{ brand.nmae }}</p>{% block body %}{% endblock %}"),
            (
                "default/a.html",
                "---\nsubject: a\n---\n{% extends \"layout.html\" %}{% block bdy %}{% endblock %}",
            ),
        ]),
        &Files::new(),
        &Files::new(),
    )
    .reports;
    let places: Vec<_> =
        reports.iter().map(|r| (r.file.as_str(), r.line, r.code.as_str(), r.help.as_str())).collect();
    assert_eq!(
        places,
        [
            ("email-templates/default/a.html", 4, "unknown-block", "did you mean `body`?"),
            ("email-templates/default/layout.html", 2, "unknown-field", "did you mean `name`?"),
        ]
    );
}

#[test]
fn syntax_errors_have_the_files_line() {
    let (line, _, code, _) = first("<p>\n{% if %}");
    assert_eq!((line, code.as_str()), (6, "syntax"));
    let (line, _, code, _) =
        problems(&files(&[("default/a.html", "---\ncategory: general\nsubject: {{ oops\n---\n")]))[0].clone();
    assert_eq!((line, code.as_str()), (3, "syntax"));
}

#[test]
fn what_the_engine_cannot_read_comes_with_what_to_write_instead() {
    for (text, instead) in [
        ("{% if to.name %}x", "`{% if … %}` in line 5 has no end: write `{% endif %}`"),
        (
            "{% if to.name %}\n{% for a in b %}{% endfor %}",
            "`{% if … %}` in line 5 has no end: write `{% endif %}`",
        ),
        ("{% set x %}", "`{% set %}` in line 5 gives no value: write `{% set name = … %}`"),
        ("<p>\n{% for a in b %}{% endif %}", "`{% for %}` of line 6 ends first: write `{% endfor %}`"),
        ("{% if a %}x{% end %}", "`{% if %}` of line 5 ends first: write `{% endif %}`"),
        ("{% endif %}", "there is nothing here for `endif` to end"),
        ("{% else %}", "`else` stands between `{% if … %}` and `{% endif %}`"),
        ("{% if a %}x{% elseif b %}y{% endif %}", "write `{% elif … %}`"),
        ("{% if a %}x{% else if b %}y{% endif %}", "write `{% elif … %}`"),
        ("{% foreach a in b %}{% endforeach %}", "write `{% for one in many %}`"),
        ("{% inlcude \"a\" %}", "did you mean `include`?"),
        ("{% banana %}", "there are `if`, `for`, `set`, `include`, `block`, `macro` and others"),
        ("<p>{{ to.name\n</p>", "`{{` in line 5 has no end: write `}}`"),
        ("{{ \"to }}", "a text in the tag of line 5 has no end: close its quote"),
        ("{% if to.name } x {% endif %}", "`{%` in line 5 has no end: write `%}` instead"),
        ("{# x", "the comment that begins in line 5 has no end: write `#}`"),
        ("{{{ to.name }}}", "two braces print, escaped: write `{{ … }}`"),
        ("{% if to.name = 'a' %}x{% endif %}", "write `==` to compare"),
        ("{% if to.name && a %}x{% endif %}", "write `and`"),
        ("{% if !to.name %}x{% endif %}", "write `not`; for what differs, `!=`"),
        ("{{ $to }}", "names have no `$`"),
        ("{{ “a” }}", "write straight quotes: `\"…\"`"),
        ("{{ to.name | }}", "the name of a filter stands after `|`"),
        ("{% if %}x{% endif %}", "something is missing before the end of this tag"),
    ] {
        let (_, _, code, help) = first(text);
        assert_eq!((code.as_str(), help.as_str()), ("syntax", instead), "{text}");
    }
    let (.., help) = first("{{ to.name to.email }}");
    assert!(help.starts_with("between two words stands an operator"), "{help}");
}

#[test]
fn what_is_undefined_at_run_time_has_file_line_column_and_snippet() {
    let set = good(&files(&[(
        "default/a.html",
        "---\nsubject: a\nvars: {\"kind\": {\"of\": \"x\"}}\n---\n<p>Hi</p>\n<p>{{ vars.kind.of }}</p>\n",
    )]));
    let mut message = sample(&set, "a");
    message.vars = json!({ "kind": {} });
    let report = set.render("a", &message).unwrap_err();
    assert_eq!(
        (report.file.as_str(), report.line, report.code.as_str()),
        ("email-templates/default/a.html", 6, "undefined")
    );
    assert_eq!((report.column, report.snippet.as_str()), (11, "<p>{{ vars.kind.of }}</p>"));
    assert!(report.message.contains("vars.kind.of"), "{}", report.message);
}

#[test]
fn an_error_in_the_layout_names_the_layout() {
    let set = good(&files(&[
        ("default/layout.html", "<p>\n  {{ vars.x }}\n{% block body %}{% endblock %}"),
        ("default/a.html", "---\nsubject: a\nvars: {\"x\": \"1\"}\n---\n{% extends \"layout.html\" %}"),
    ]));
    let mut message = sample(&set, "a");
    message.vars = json!({});
    let report = set.render("a", &message).unwrap_err();
    assert_eq!(
        (report.file.as_str(), report.line, report.column),
        ("email-templates/default/layout.html", 2, 6)
    );
}

#[test]
fn vars_are_checked_against_the_example_in_the_front_matter() {
    let page = |front: &str, body: &str| {
        files(&[("default/a.html", &format!("---\nsubject: a\n{front}---\n{body}"))])
    };
    assert_eq!(
        problems(&page("vars: {\"account\": \"x\"}\n", "{{ vars.acount }}"))[0].3,
        "did you mean `account`?"
    );
    // Without an example nothing can be checked or tried, which is worth saying and no error.
    let loaded = load(&page("", "{{ vars.anything }}"), &Files::new(), &Files::new());
    assert_eq!(
        (loaded.reports[0].code.as_str(), loaded.reports[0].severity),
        ("no-example", Severity::Warning)
    );
    assert_eq!(loaded.set.run_samples(), []);
    assert!(loaded.set.find("a").is_some());
}

#[test]
fn a_message_without_an_event_may_use_what_some_event_has() {
    let page = |body: &str| files(&[("default/a.html", &format!("---\nsubject: a\n---\n{body}"))]);
    assert_eq!(problems(&page("{{ event.user.first_name }} {{ event.ticket.subject }}")), []);
    assert_eq!(good(&page("{{ event.user.first_name }} {{ event.ticket.subject }}")).run_samples(), []);
    assert_eq!(problems(&page("{{ event.usr }}"))[0].3, "did you mean `user`?");
}

#[test]
fn samples_find_what_the_check_cannot_know() {
    let set = good(&body("{{ event.account.contacts[7].name }}"));
    let report = &set.run_samples()[0];
    assert_eq!((report.line, report.code.as_str()), (5, "undefined"));
}

#[test]
fn languages_agree_on_category_and_event() {
    let found = problems(&files(&[
        ("default/a.html", "---\nsubject: a\ncategory: security\n---\n"),
        ("de/a.html", "---\nsubject: a\ncategory: general\n---\n"),
    ]));
    assert_eq!(found[0].2, "languages-differ");
}

#[test]
fn a_broken_file_runs_in_its_last_good_version_and_the_others_go_live() {
    let page = |text: &str| format!("---\nsubject: {text}\n---\n{text}");
    let old = files(&[("default/a.html", &page("old a")), ("default/b.html", &page("old b"))]);
    let new = files(&[("default/a.html", &page("{{ evnt }}")), ("default/b.html", &page("new b"))]);
    let embedded = files(&[("default/a.html", &page("shipped a"))]);
    let subject = |loaded: &crate::mail::Loaded, name: &str| {
        loaded.set.render(name, &sample(&loaded.set, name)).unwrap().subject
    };

    let loaded = load(&new, &old, &embedded);
    assert_eq!((subject(&loaded, "a"), subject(&loaded, "b")), ("old a".into(), "new b".into()));
    assert_eq!(loaded.effective["email-templates/default/a.html"], old["email-templates/default/a.html"]);
    assert_eq!(loaded.reports.len(), 2, "{:?}", loaded.reports);

    let loaded = load(&new, &Files::new(), &embedded);
    assert_eq!(subject(&loaded, "a"), "shipped a");

    let loaded = load(&new, &Files::new(), &Files::new());
    assert!(loaded.set.find("a").is_none() && subject(&loaded, "b") == "new b");
}

#[test]
fn a_broken_layout_falls_back_alone() {
    let page = |text: &str| {
        format!(
            "---\nsubject: a\n---\n{{% extends \"layout.html\" %}}{{% block body %}}{text}{{% endblock %}}"
        )
    };
    let old = files(&[
        ("default/layout.html", "<b>{% block body %}{% endblock %}</b>"),
        ("default/a.html", &page("old")),
    ]);
    for broken in ["{% block body %}", "{{ nothing }}{% block body %}{% endblock %}"] {
        let new = files(&[("default/layout.html", broken), ("default/a.html", &page("new"))]);
        let loaded = load(&new, &old, &Files::new());
        assert_eq!(loaded.set.render("a", &sample(&loaded.set, "a")).unwrap().html, "<b>new</b>");
        assert!(loaded.reports.iter().all(|r| r.file.ends_with("layout.html")), "{:?}", loaded.reports);
    }
}

#[test]
fn a_template_that_fails_on_samples_can_be_put_back() {
    let page = |text: &str| format!("---\nsubject: a\nevent: ticket.opened\n---\n{text}");
    let old = files(&[("default/a.html", &page("old"))]);
    let new = files(&[
        ("default/a.html", &page("{{ event.ticket.cc[5] }}")),
        ("default/b.html", "---\nsubject: b\n---\nb"),
    ]);
    let loaded = load(&new, &old, &Files::new());
    assert_eq!(loaded.reports, []);
    let settled = load(&fallback(&new, &loaded.set.run_samples(), &old, &Files::new()), &old, &Files::new());
    assert_eq!(settled.set.run_samples(), []);
    assert_eq!(settled.set.render("a", &sample(&settled.set, "a")).unwrap().html, "old");
    assert!(settled.set.find("b").is_some());
}

#[test]
fn a_deleted_file_stays_deleted() {
    let page = "---\nsubject: a\n---\n";
    let loaded = load(&files(&[]), &files(&[("default/a.html", page)]), &files(&[("default/a.html", page)]));
    assert!(loaded.set.infos().is_empty() && loaded.effective.is_empty());
}

#[test]
fn a_text_part_alone_is_reported() {
    assert_eq!(problems(&files(&[("default/a.txt", "text")]))[0].2, "lonely-text");
}

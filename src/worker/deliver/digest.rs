//! Makes a digest: each of its mails with its own template, gathered by ticket, in the order of what happened.

use super::make::{Loaded, Made, Rendering, composed, render};
use crate::{
    app::App,
    mail::{gather::store::Part, store::WaitingEmail},
    report::Report,
};
use serde_json::{Value, json};

/// Makes the digest `mail` of these mails, each with its event.
///
/// # Errors
/// A report of what is wrong with a template, or with what a mail is about.
pub(super) fn make(
    app: &App,
    mail: &WaitingEmail,
    members: &[(WaitingEmail, Option<&Loaded>)],
) -> Result<Made, Report> {
    let mut made = Vec::with_capacity(members.len());
    for (member, loaded) in members {
        made.push((member, *loaded, render(app, member, *loaded, None)?));
    }
    let tickets: Vec<&str> = members.iter().map(|(_, loaded)| reference(*loaded)).collect();
    let one_ticket =
        tickets.windows(2).all(|pair| pair[0] == pair[1]) && tickets.iter().any(|one| !one.is_empty());
    let first = made.first().and_then(|(_, loaded, _)| *loaded);
    let title = first.filter(|_| one_ticket).map_or("", |loaded| loaded.text("/ticket/subject"));
    let reply_to = made.last().and_then(|(_, _, one)| one.rendered.reply_to.clone()).filter(|_| one_ticket);
    let vars = json!({
        "count": made.len(),
        "ticket": if one_ticket { tickets[0] } else { "" },
        "title": title,
        "reply_to": reply_to.clone().unwrap_or_default(),
        "groups": groups(&made),
    });
    let mut whole = render(app, mail, first, Some(vars))?;
    whole.rendered.reply_to = reply_to.or(whole.rendered.reply_to);
    let same_kind = members.iter().all(|(member, _)| member.category == mail.category);
    whole.secrets.extend(made.iter().flat_map(|(_, _, one)| one.secrets.clone()));
    let thread = first.filter(|_| one_ticket).map_or(Value::Null, |loaded| loaded.event().clone());
    let parts = made
        .into_iter()
        .map(|(member, _, one)| Part {
            id: member.id.clone(),
            subject: one.rendered.subject.clone(),
            html: one.hidden(&one.rendered.html),
            text: one.hidden(&one.rendered.text),
        })
        .collect();
    let made = composed(app, mail, &thread, whole, same_kind)?;
    Ok(Made { parts, ..made })
}

fn reference(loaded: Option<&Loaded>) -> &str {
    loaded.map_or("", |loaded| loaded.text("/ticket/reference"))
}

/// The mails under the tickets that they are about; each of the others under its own subject.
fn groups(made: &[(&WaitingEmail, Option<&Loaded>, Rendering)]) -> Vec<Value> {
    let mut groups: Vec<(String, String, Vec<Value>)> = Vec::new();
    for (member, loaded, one) in made {
        let ticket = reference(*loaded);
        let at = loaded.map_or(member.created_at, Loaded::at);
        let item = json!({ "subject": one.rendered.subject, "at": at, "text": body(&one.rendered.text) });
        let title = match loaded.map_or("", |loaded| loaded.text("/ticket/subject")) {
            _ if ticket.is_empty() => one.rendered.subject.clone(),
            subject => format!("[{ticket}] {subject}"),
        };
        match groups.iter_mut().find(|(key, _, _)| !ticket.is_empty() && key == ticket) {
            Some((_, _, items)) => items.push(item),
            None => groups.push((ticket.to_owned(), title, vec![item])),
        }
    }
    groups
        .into_iter()
        .map(|(_, title, mails)| json!({ "title": title, "count": mails.len(), "mails": mails }))
        .collect()
}

/// A mail's text without its foot, which the digest has itself.
fn body(text: &str) -> &str {
    text.rfind("\n--\n").map_or(text, |foot| &text[..foot]).trim()
}

#[cfg(test)]
mod tests {
    use super::body;

    #[test]
    fn a_mail_loses_its_foot_in_a_digest_and_nothing_else() {
        assert_eq!(body("Hello\n\n--\n\nWhy you get this"), "Hello");
        assert_eq!(body("a\n--\nb\n--\nfoot"), "a\n--\nb");
        assert_eq!(body("no foot"), "no foot");
    }
}

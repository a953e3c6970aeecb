//! Makes a digest: each of its mails with its own template, gathered by ticket, in the order of what happened.

use super::make::{Loaded, Made, Rendering, Unmade, composed, render};
use crate::{
    app::App,
    mail::{gather::store::Part, store::WaitingEmail},
};
use serde_json::{Value, json};

/// So much of a mail's text stands in a digest, in bytes; the mail itself is in the history.
const LONGEST: usize = 4_096;

/// A digest, and what cannot be part of it.
#[derive(Debug, Default)]
pub(super) struct Digest {
    /// The mail; nothing if too few are left for one.
    pub(super) made: Option<Made>,
    /// Ids of those that go alone: they cannot be made, or nobody is left to go with them.
    pub(super) alone: Vec<String>,
}

/// Makes the digest `mail` of these mails, each with its event. One that cannot be made holds up no other.
///
/// # Errors
/// What is wrong with the digest's own template.
pub(super) fn make(
    app: &App,
    mail: &WaitingEmail,
    members: &[(WaitingEmail, Option<Loaded>)],
) -> Result<Digest, Unmade> {
    let (mut made, mut alone) = (Vec::with_capacity(members.len()), Vec::new());
    for (member, loaded) in members {
        match render(app, member, loaded.as_ref(), None, true) {
            Ok(one) => made.push((member, loaded.as_ref(), one)),
            Err(why) => {
                tracing::warn!(email = %member.id, digest = %mail.id, ?why, "a mail cannot be part of its digest");
                alone.push(member.id.clone());
            }
        }
    }
    if !alone.is_empty() && made.len() < 2 {
        let all = members.iter().map(|(member, _)| member.id.clone()).collect();
        return Ok(Digest { made: None, alone: all });
    }
    let tickets: Vec<&str> = made.iter().map(|(_, loaded, _)| reference(*loaded)).collect();
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
        "groups": groups(&app.config.public_url(), &made),
    });
    let mut whole = render(app, mail, first, Some(vars), false)?;
    whole.rendered.reply_to = reply_to.or(whole.rendered.reply_to);
    let of_one_kind = made
        .iter()
        .all(|(member, _, _)| member.category == mail.category && member.account_id == mail.account_id);
    whole.secrets.extend(made.iter().flat_map(|(_, _, one)| one.secrets.clone()));
    let thread = first.filter(|_| one_ticket).map(Loaded::event);
    let parts = made
        .into_iter()
        .map(|(member, _, one)| Part {
            id: member.id.clone(),
            subject: one.rendered.subject.clone(),
            html: one.hidden(&one.rendered.html),
            text: one.hidden(&one.rendered.text),
        })
        .collect();
    let made = composed(app, mail, thread, whole, of_one_kind, None)?;
    Ok(Digest { made: Some(Made { parts, ..made }), alone })
}

fn reference(loaded: Option<&Loaded>) -> &str {
    loaded.map_or("", |loaded| loaded.text("/ticket/reference"))
}

/// The mails under the tickets that they are about; each of the others under its own subject.
fn groups(house: &str, made: &[(&WaitingEmail, Option<&Loaded>, Rendering)]) -> Vec<Value> {
    let mut groups: Vec<(String, String, String, Vec<Value>)> = Vec::new();
    for (member, loaded, one) in made {
        let ticket = reference(*loaded);
        let at = loaded.map_or(member.created_at, Loaded::at);
        let item = json!({ "subject": one.rendered.subject, "at": at, "text": short(words(one, house)) });
        let title = match loaded.map_or("", |loaded| loaded.text("/ticket/subject")) {
            _ if ticket.is_empty() => one.rendered.subject.clone(),
            subject => format!("[{ticket}] {subject}"),
        };
        match groups.iter_mut().find(|(key, ..)| !ticket.is_empty() && key == ticket) {
            Some((.., items)) => items.push(item),
            None => groups.push((ticket.to_owned(), title, link(house, member, *loaded), vec![item])),
        }
    }
    groups
        .into_iter()
        .map(|(ticket, title, url, mails)| {
            json!({ "ticket": ticket, "title": title, "url": url, "count": mails.len(), "mails": mails })
        })
        .collect()
}

/// Where the reader finds the ticket; empty for those who cannot open it.
fn link(house: &str, mail: &WaitingEmail, loaded: Option<&Loaded>) -> String {
    let ticket = reference(loaded);
    let has_account = loaded.is_some_and(|loaded| loaded.event()["account"]["exists"] == true);
    match mail.to_kind.as_str() {
        _ if ticket.is_empty() => String::new(),
        "staff" => format!("{house}/admin/tickets/{ticket}"),
        "user" if has_account => format!("{house}/tickets/{ticket}"),
        _ => String::new(),
    }
}

/// What a mail says, without what the digest says itself.
fn words<'a>(one: &'a Rendering, house: &str) -> &'a str {
    one.excerpt.as_deref().map_or_else(|| body(&one.rendered.text, house), str::trim)
}

/// A text as it stands in a digest: many long ones would be more than a mail may hold.
fn short(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    format!("{}\n\n[…]", text[..text.floor_char_boundary(LONGEST)].trim_end())
}

/// A mail's text without its foot, which the digest has itself. A customer's signature begins like one, and has no address of the
/// house in it.
fn body<'a>(text: &'a str, house: &str) -> &'a str {
    let foot = text.rfind("\n--\n").filter(|foot| !house.is_empty() && text[*foot..].contains(house));
    foot.map_or(text, |foot| &text[..foot]).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_loses_its_foot_in_a_digest_and_nothing_else() {
        let house = "https://my.host.example";
        let foot = "\n--\nChoose your mail: https://my.host.example/unsubscribe/x";
        assert_eq!(body(&format!("Hello\n{foot}"), house), "Hello");
        assert_eq!(body(&format!("a\n--\nb{foot}"), house), "a\n--\nb");
        assert_eq!(body("Cold.\n\n--\nOlive, Blue Bakery", house), "Cold.\n\n--\nOlive, Blue Bakery");
    }

    #[test]
    fn a_long_text_is_cut_between_letters() {
        let cut = short(&"ü".repeat(LONGEST));
        assert!(cut.len() < LONGEST + 10 && cut.ends_with("ü\n\n[…]"), "{}", cut.len());
        assert_eq!(short("short"), "short");
    }
}

//! Sending a template to oneself while it is written, after a second look at the address.

use crate::{
    app::Mailer,
    error::Result,
    mail::{SendError, TestMail, Tried, list},
    model::email_address,
    web::{access::StaffOnly, fields::Fields, words::Arg},
};
use minijinja::{Value, context};

/// What the page shows of it: `state` is empty, or `ask`, `sent`, `failed`.
pub(super) async fn shown(visit: &StaffOnly, fields: &Fields, tried: &Tried) -> Result<Value> {
    let to = fields.get("test_to").trim();
    let values = |state: &str, text: String| context! { to, state, text };
    let action = fields.get("action");
    if !["test", "send"].contains(&action) {
        return Ok(values("", String::new()));
    }
    let text = |id: &str, args: &[Arg<'_>]| visit.text(id, args);
    let Ok(to) = email_address("test_to", to) else {
        return Ok(values("failed", text("templates-test-address", &[])));
    };
    let Some(mail) = tried.rendered.clone() else {
        return Ok(values("failed", text("templates-test-wrong", &[])));
    };
    let app = visit.app();
    let headers = tried.category.map_or_else(Vec::new, |category| {
        list::sample(&app.config, &app.mail_policy(), category, fields.get("kind"))
    });
    let made = match TestMail::new(&app.config, app.signer.as_deref(), mail, headers, &to, visit.at()) {
        Ok(made) => made,
        Err(why) => return Ok(values("failed", why.to_string())),
    };
    let goes = made.to().to_owned();
    if action == "test" {
        return Ok(values("ask", text("templates-test-ask", &[("email", goes.into())])));
    }
    let Mailer::Smtp(relays) = &*app.mailer else {
        let mut tx = visit.begin().await?;
        made.keep(&mut tx).await?;
        tx.commit().await?;
        return Ok(values("sent", text("templates-test-kept", &[("email", goes.into())])));
    };
    Ok(match made.send(relays).await {
        Ok(accepted) => {
            let args = [
                ("email", goes.into()),
                ("relay", accepted.relay.into()),
                ("answer", accepted.answer.into()),
            ];
            values("sent", text("templates-test-sent", &args))
        }
        Err(not) => {
            let id = match not.error {
                SendError::Reject(_) | SendError::NoRecipient(_) => "templates-test-refused",
                SendError::Unknown(_) => "templates-test-unknown",
                SendError::Retry(_) | SendError::Away(_) | SendError::Later(..) | SendError::Busy(..) => {
                    "templates-test-later"
                }
            };
            values("failed", text(id, &[("email", goes.into()), ("why", not.to_string().into())]))
        }
    })
}

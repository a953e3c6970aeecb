//! `innkeeper mail send-test`.

use super::occasion::On;
use crate::{
    cli::{Done, Trouble, open_database, show},
    clock::Clock,
    config::{Config, Paths},
    id,
    mail::{Addressee, Composed, Envelope, Relays, SendError, compose_signed, dkim::Signer, store},
};
use clap::Args;
use serde_json::json;
use std::process::ExitCode;

/// Sends a message.
#[derive(Debug, Args)]
#[command(
    after_help = "The mail is made and handed over by the code that sends all mail; it is in no history. \
Links with secrets lead nowhere in it."
)]
pub(super) struct SendTest {
    /// The message
    name: String,
    /// Where it goes
    #[arg(long, value_name = "ADDRESS")]
    to: String,
    #[command(flatten)]
    on: On,
}

impl SendTest {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let (config, _, bundle) = super::on_disk(paths)?;
        let info = super::find(&bundle, &self.name)?;
        let context = self.on.context(paths, &config, &bundle, info, &self.to).await?;
        let made = bundle.templates.render(&info.name, &context);
        let mail = made.map_err(|report| Trouble::new(show::report(&report)))?;
        let now = Clock::system().now();
        let id = id::new("test", now);
        let to = if config.mail_redirect_to.is_empty() { &self.to } else { &config.mail_redirect_to };
        let envelope = Envelope {
            from: config.mail_from.clone(),
            to: Addressee { name: String::new(), email: to.clone() },
            message_id: format!("{id}@{}", config.mail_from.rsplit('@').next().unwrap_or("localhost")),
            at: now,
            ..Envelope::default()
        };
        let signer = Signer::read(&config.dkim, &paths.data).map_err(Trouble::new)?;
        let message =
            compose_signed(&mail, &envelope, signer.as_ref()).map_err(|why| Trouble::new(why.to_string()))?;
        if !config.has_mail_server() {
            keep(paths, &config, &id, now, &message, &mail).await?;
            show::line(format!("No mail server is configured: the mail to {to} stands in /dev/mailbox."));
            return Ok(ExitCode::SUCCESS);
        }
        let relays = Relays::new(&config).map_err(Trouble::new)?;
        let not_sent = match relays.send(&message.from, &message.to, &message.raw).await {
            Ok(accepted) => {
                let (relay, answer) = (show::clean(&accepted.relay), show::clean(&accepted.answer));
                show::line(format!("Sent to {to} by {relay}; the server says: {answer}"));
                return Ok(ExitCode::SUCCESS);
            }
            Err(not_sent) => not_sent,
        };
        Err(Trouble::new(match not_sent.error {
            SendError::Reject(why) => format!("the server refuses the mail: {why}"),
            SendError::Retry(why) | SendError::Away(why) | SendError::Later(_, why) => {
                format!("no server takes the mail now: {why}; try again later")
            }
            SendError::Unknown(why) => {
                format!("the mail may have arrived or not: {why}; look into the mailbox of {to}")
            }
        }))
    }
}

/// Puts the mail into the built-in mailbox.
async fn keep(
    paths: &Paths,
    config: &Config,
    id: &str,
    now: i64,
    message: &Composed,
    mail: &crate::mail::Rendered,
) -> Result<(), Trouble> {
    let db = open_database(paths, config).await?;
    let header =
        |name: &str| message.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    let kept = store::DevMail {
        id: id.to_owned(),
        at: now,
        sender: header("From").unwrap_or_else(|| message.from.clone()),
        recipient: message.to.clone(),
        subject: mail.subject.clone(),
        body_text: mail.text.clone(),
        html: mail.html.clone(),
        headers: json!(message.headers).to_string(),
    };
    let mut tx = db.begin().await?;
    store::keep_dev_mail(&mut tx, &kept).await?;
    tx.commit().await?;
    Ok(())
}

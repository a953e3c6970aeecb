//! `innkeeper mail send-test`.

use super::occasion::{Made, On};
use crate::{
    cli::{Done, Trouble, open_database, show},
    clock::Clock,
    config::Paths,
    mail::{Relays, SendError, TestMail, dkim::Signer},
};
use clap::Args;
use std::process::ExitCode;

/// Sends a message.
#[derive(Debug, Args)]
#[command(
    after_help = "The mail is made and handed over by the code that sends all mail; it is in no history. \
Links with secrets lead nowhere in it, and List-Unsubscribe unsubscribes nobody."
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
        let Made { config, mail, headers, .. } = self.on.make(paths, &self.name, &self.to).await?;
        let now = Clock::system().now();
        let signer = Signer::read(&config.dkim, &paths.data).map_err(Trouble::new)?;
        let made = TestMail::new(&config, signer.as_ref(), mail, headers, &self.to, now)
            .map_err(|why| Trouble::new(why.to_string()))?;
        let to = made.to();
        if !config.has_mail_server() {
            let db = open_database(paths, &config).await?;
            let mut tx = db.begin().await?;
            made.keep(&mut tx).await?;
            tx.commit().await?;
            show::line(format!("No mail server is configured: the mail to {to} stands in /dev/mailbox."));
            return Ok(ExitCode::SUCCESS);
        }
        let relays = Relays::new(&config).map_err(Trouble::new)?;
        let not_sent = match made.send(&relays).await {
            Ok(accepted) => {
                let (relay, answer) = (show::clean(&accepted.relay), show::clean(&accepted.answer));
                show::line(format!("Sent to {to} by {relay}; the server says: {answer}"));
                return Ok(ExitCode::SUCCESS);
            }
            Err(not_sent) => not_sent,
        };
        Err(Trouble::new(match not_sent.error {
            SendError::Reject(why) | SendError::NoRecipient(why) => {
                format!("the server refuses the mail: {why}")
            }
            SendError::Retry(why)
            | SendError::Away(why)
            | SendError::Later(_, why)
            | SendError::Busy(_, why) => {
                format!("no server takes the mail now: {why}; try again later")
            }
            SendError::Unknown(why) => {
                format!("the mail may have arrived or not: {why}; look into the mailbox of {to}")
            }
        }))
    }
}

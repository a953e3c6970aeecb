//! What mail servers tell us of mail that we sent: it came back, or somebody complained.

use super::{Outcome, letter::Letter};
use crate::{
    error::Result,
    mail::{
        inbound::{Kind, Reason},
        suppression::{self, Returned},
    },
    model::intake::{self, State},
};

impl Letter<'_> {
    /// Writes down what a bounce or a complaint says.
    pub(super) async fn report(&mut self) -> Result<Outcome> {
        let (original, words) = match &self.mail.kind {
            Kind::Bounce(bounce) => {
                let one = bounce.failed.first().cloned().unwrap_or_default();
                (bounce.original_id.clone(), format!("{} {} {}", one.email, one.status, one.said))
            }
            Kind::Complaint(told) => (told.original_id.clone(), told.feedback.clone()),
            Kind::Message | Kind::Automatic(_) | Kind::List(_) => return Ok(Outcome::Noted),
        };
        if original.is_empty() {
            return self.reject(Reason::BounceUnknown, words.trim()).await;
        }
        let act = self.app.act_of_system(&self.row.id, 0);
        self.row.state = State::Noted.key().to_owned();
        self.row.detail = words.trim().chars().filter(|c| *c != '\0').take(500).collect();
        let mut tx = self.app.db.begin().await?;
        if !intake::record(&mut tx, &self.row).await? {
            return Ok(Outcome::Twice);
        }
        match &self.mail.kind {
            Kind::Bounce(bounce) => {
                // A server that goes on trying says nothing about the address yet.
                if let Some(one) = bounce.failed.iter().find(|one| one.action != "delayed") {
                    let said = format!("{} {}", one.status, one.said);
                    let returned = Returned {
                        message_id: &original,
                        to: &one.email,
                        permanent: one.is_final(),
                        detail: said.trim(),
                    };
                    suppression::record_bounce(&mut tx, &act, &returned).await?;
                }
            }
            Kind::Complaint(told) if told.feedback != "not-spam" => {
                let to = told.addresses.first().map(String::as_str).unwrap_or_default();
                let returned =
                    Returned { message_id: &original, to, permanent: true, detail: &told.feedback };
                suppression::record_complaint(&mut tx, &act, &returned).await?;
            }
            _ => {}
        }
        tx.commit().await?;
        Ok(Outcome::Noted)
    }
}

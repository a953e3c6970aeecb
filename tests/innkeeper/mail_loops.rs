//! Two machines that answer each other: ours, with a script that answers at night, and one on the other side.

use crate::support::{
    letter::{intake_url, letter, post},
    server::Server,
    smtp::{Received, SmtpSink},
    wait,
};
use std::fs;

const ROBOT: &str = "robot@elsewhere.example";

/// How the machine on the other side answers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Manner {
    /// It says that it is a machine, as RFC 3834 asks.
    Polite,
    /// It answers as a person would.
    Rude,
    /// It writes a mail of its own that says nothing of ours.
    Oblivious,
}

impl Manner {
    /// Its answer to a mail of ours.
    fn answer(self, got: &Received, number: usize) -> Vec<u8> {
        let (to, id) = (got.header("Reply-To").unwrap(), got.header("Message-ID").unwrap());
        let (subject, thread) = (format!("Re: {}", got.subject()), format!("In-Reply-To: {id}\r\n"));
        let own = format!("r{number}@elsewhere.example");
        let away = "I am away.";
        match self {
            Self::Polite => {
                let more = format!("{thread}Auto-Submitted: auto-replied\r\n");
                letter(ROBOT, &to, &subject, &own, &more, away)
            }
            Self::Rude => letter(ROBOT, &to, &subject, &own, &thread, away),
            Self::Oblivious => {
                letter(ROBOT, "support@host.example", &format!("Note {number}"), &own, "", away)
            }
        }
    }
}

/// What came of it when nobody had anything more to say.
#[derive(Debug)]
struct Ended {
    /// Mails that we sent to the other side.
    ours: usize,
    /// Mails of theirs that were taken.
    taken: i64,
    /// Mails of theirs that were kept out.
    rejected: i64,
}

/// Lets both sides talk until neither has anything more to say.
async fn talk(manner: Manner) -> Ended {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    // The office is never open, so that the script answers whenever this test runs.
    let shipped = innkeeper::bundle::shipped()["hooks/available/out-of-hours.rhai"].to_string();
    let closed = shipped.replace("now.hour >= 9", "now.hour >= 24");
    assert_ne!(closed, shipped, "the script looks at the hour in another way now");
    fs::write(server.data().join("hooks/out-of-hours.rhai"), closed).unwrap();
    server.logged("hooks=15").await;

    let url = intake_url(&server).await;
    let first =
        letter(ROBOT, "support@host.example", "Hello", "r0@elsewhere.example", "", "Is anybody there?");
    assert_eq!(post(&url, first).await.0, "opened");
    let mut ours = 0;
    // Far more than either bound lets through: what goes on longer has no end.
    for _ in 0..100 {
        rest(&server).await;
        let mut got = sink.messages();
        got.retain(|mail| mail.to == [ROBOT]);
        if got.len() == ours {
            let count = async |state: &str| {
                let sql = format!("SELECT COUNT(*) FROM incoming_mails WHERE state = '{state}'");
                server.database().count(sql).await
            };
            // Whatever they said to each other, a person has to look at it still.
            let waits = "SELECT COUNT(*) FROM tickets WHERE subject = 'Hello' AND waits = 'staff'";
            assert_eq!(server.database().count(waits).await, 1);
            return Ended { ours, taken: count("taken").await, rejected: count("rejected").await };
        }
        for mail in &got[ours..] {
            ours += 1;
            post(&url, manner.answer(mail, ours)).await;
        }
    }
    panic!("they still talk after {ours} mails of ours");
}

/// Waits until the server has nothing left to do now: no event, no effect, no mail that is due.
async fn rest(server: &Server) {
    let left = "SELECT (SELECT COUNT(*) FROM events WHERE dispatched_at IS NULL)
        + (SELECT COUNT(*) FROM hook_runs WHERE state = 'waiting')
        + (SELECT COUNT(*) FROM effects WHERE state = 'waiting')
        + (SELECT COUNT(*) FROM emails WHERE state = 'waiting' AND held IS NULL)";
    wait::until("the server to have done all", || async {
        (server.database().count(left).await == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_says_that_it_is_one_is_never_answered() {
    let ended = talk(Manner::Polite).await;
    // The receipt and the answer of the night; both are answered, and neither answer is taken.
    assert_eq!((ended.ours, ended.taken, ended.rejected), (2, 1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_writes_like_a_person_is_answered_once_on_its_ticket() {
    let ended = talk(Manner::Rude).await;
    assert_eq!((ended.ours, ended.taken, ended.rejected), (2, 3, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_opens_a_ticket_with_each_answer_is_shut_out_within_the_hour() {
    let ended = talk(Manner::Oblivious).await;
    // Each ticket is worth two mails of ours, up to the twenty mails that a sender may send in an hour.
    assert!(ended.taken <= 20 && ended.rejected > 0, "{ended:?}");
    assert!(ended.ours <= 40, "{ended:?}");
}

//! `innkeeper events tail`: events as they happen.

use super::{filter::Which, list::Row};
use crate::{
    cli::{Done, load_config, open_database, show},
    config::Paths,
    effect::trace::store,
};
use clap::Args;
use std::{collections::BTreeSet, process::ExitCode, time::Duration};

/// Events of different streams commit out of the order of their numbers: so far back is looked again.
const OVERLAP: i64 = 1_000;
/// How long between two looks.
const PAUSE: Duration = Duration::from_millis(500);

/// Follows events.
#[derive(Debug, Args)]
pub(super) struct Tail {
    #[command(flatten)]
    which: Which,
    /// Begin with so many that happened before
    #[arg(long, short = 'n', default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..=1_000))]
    last: i64,
    /// How to print: text for people, json for programs (an object a line)
    #[command(flatten)]
    output: show::Output,
}

/// What was printed already, as far back as a late commit may reach.
struct Seen {
    highest: i64,
    numbers: BTreeSet<i64>,
}

impl Seen {
    /// True if this number is new.
    fn take(&mut self, seq: i64) -> bool {
        self.highest = self.highest.max(seq);
        self.numbers = self.numbers.split_off(&(self.highest - OVERLAP));
        self.numbers.insert(seq)
    }

    /// The number after which to look.
    fn from(&self) -> i64 {
        self.highest - OVERLAP
    }
}

impl Tail {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let db = open_database(paths, &load_config(paths)?).await?;
        let filter = self.which.filter(&db, i64::MIN).await?;
        let last = store::last_seq(&db).await?;
        let mut seen = Seen { highest: last, numbers: BTreeSet::new() };
        // What was there before counts as seen, unless it was asked for; not what came since the line above.
        let everything = Default::default();
        for head in store::after(&db, &everything, seen.from(), OVERLAP + 1).await? {
            if head.seq <= last {
                seen.take(head.seq);
            }
        }
        for head in store::newest(&db, &filter, i64::MAX, self.last).await?.into_iter().rev() {
            print(head.into(), self.output)?;
        }
        if !self.output.is_json() && std::io::IsTerminal::is_terminal(&std::io::stderr()) {
            let _ =
                std::io::Write::write_all(&mut anstream::stderr(), b"Waiting for events; Ctrl-C ends it.\n");
        }
        let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
        loop {
            for head in store::after(&db, &filter, seen.from(), 2 * OVERLAP).await? {
                if seen.take(head.seq) {
                    print(head.into(), self.output)?;
                }
            }
            tokio::select! {
                _ = &mut interrupted => break,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
        db.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

fn print(row: Row, output: show::Output) -> Result<(), crate::cli::Trouble> {
    if output.is_json() {
        show::line(serde_json::to_string(&row)?);
        return Ok(());
    }
    let whose = if row.whose().is_empty() { String::new() } else { format!("  {}", row.whose()) };
    show::line(format!(
        "{}  {}{}  {}  {}",
        show::paint(show::Tone::Faint, &row.at),
        show::paint(show::Tone::Strong, format!("{:<24}", row.name)),
        show::clean(&whose),
        show::clean(row.who()),
        show::paint(show::Tone::Faint, &row.id)
    ));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_commits_late_is_printed_and_none_twice() {
        let mut seen = Seen { highest: 10, numbers: BTreeSet::new() };
        assert!(seen.take(12));
        assert!(seen.take(11), "11 committed after 12");
        assert!(!seen.take(12) && !seen.take(11));
        assert!(seen.take(5_000) && seen.numbers.len() == 1, "what lies far back is forgotten");
    }
}

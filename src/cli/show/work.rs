//! Long work, and questions.

use crate::cli::Trouble;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};

/// A bar for work on `total` things, such as `progress(2_140, "events")`; call `inc(1)`, at the end
/// `finish_and_clear()`. It stands on stderr and only on a terminal, so that it is never part of the output.
pub(in crate::cli) fn progress(total: u64, things: &str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    let template = format!("{{bar:30}} {{human_pos}} of {{human_len}} {things}, {{eta}} to go");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

/// Asks before something that cannot be taken back; only `y` or `yes` means yes. `agreed` is what `--yes` said.
///
/// # Errors
/// [`Trouble`] if nobody is there to be asked: a script has to say `--yes`.
pub(in crate::cli) fn confirm(question: &str, agreed: bool) -> Result<bool, Trouble> {
    if agreed {
        return Ok(true);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Trouble::usage(format!(
            "{question} Nobody is at the terminal to answer; say --yes if you mean it."
        )));
    }
    let mut answer = String::new();
    let _ = write!(anstream::stderr(), "{question} [y/N] ");
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn progress_is_no_part_of_the_output() {
        let bar = super::progress(2_140, "events");
        bar.inc(1);
        // Tests have no terminal on stderr, or none that counts: the numbers are kept all the same.
        assert_eq!((bar.position(), bar.length()), (1, Some(2_140)));
        bar.finish_and_clear();
    }
}

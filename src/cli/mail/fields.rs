//! `innkeeper mail fields`.

use crate::{
    cli::{Done, show},
    config::Paths,
};
use clap::Args;
use std::process::ExitCode;

/// Lists fields.
#[derive(Debug, Args)]
pub(super) struct Fields {
    /// The message
    name: String,
    /// Only fields whose path or meaning contains this
    #[arg(long, value_name = "WORD", default_value = "")]
    find: String,
    #[command(flatten)]
    output: show::Output,
}

impl Fields {
    pub(super) fn run(self, paths: &Paths) -> Done {
        let (_, _, bundle) = super::on_disk(paths)?;
        let info = super::find(&bundle, &self.name)?;
        let word = self.find.to_lowercase();
        let about = |text: &str| text.to_lowercase().contains(&word);
        let rows: Vec<_> =
            info.fields.iter().filter(|field| about(&field.path) || about(&field.doc)).cloned().collect();
        show::List::of(&rows)
            .columns(&["FIELD", "KIND", "MEANING"], |row| {
                vec![show::strong(&row.path), show::faint(&row.kind), show::plain(&row.doc)]
            })
            .empty(format!(
                "No field of `{}` is about {:?}; without --find, all are listed.",
                info.name, self.find
            ))
            .after(
                "`[]` stands after a list: {% for user in event.account.users %}{{ user.name }}{% endfor %}",
            )
            .print(&self.output)?;
        Ok(ExitCode::SUCCESS)
    }
}

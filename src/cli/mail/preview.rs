//! `innkeeper mail preview`.

use super::occasion::{Made, On};
use crate::{
    cli::{Done, Trouble, show},
    config::Paths,
    mail::Rendered,
};
use clap::Args;
use serde::Serialize;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

/// Shows a message.
#[derive(Debug, Args)]
pub(super) struct Preview {
    /// The message
    name: String,
    #[command(flatten)]
    on: On,
    /// The recipient's address, as the mail prints it
    #[arg(long, value_name = "ADDRESS", default_value = "")]
    to: String,
    /// Show the HTML in a browser
    #[arg(long)]
    open: bool,
    /// Print the text part alone
    #[arg(long, group = "only")]
    text: bool,
    /// Print the subject alone
    #[arg(long, group = "only")]
    subject: bool,
    /// Write the HTML into a file; - prints it
    #[arg(long, value_name = "FILE", group = "only")]
    html: Option<PathBuf>,
    #[command(flatten)]
    output: show::Output,
}

/// A mail, as `mail preview --format json` says it.
#[derive(Serialize)]
struct Told<'a> {
    template: &'a str,
    /// The folder that it came from.
    locale: &'a str,
    from_name: &'a str,
    reply_to: Option<&'a str>,
    to: &'a str,
    subject: &'a str,
    text: &'a str,
    html: &'a str,
}

impl Preview {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let Made { template, to, language, mail, .. } = self.on.make(paths, &self.name, &self.to).await?;
        if self.open {
            open(&self.name, &mail)?;
        }
        if self.output.is_json() {
            show::json(&Told {
                template: &template,
                locale: &mail.locale,
                from_name: &mail.from_name,
                reply_to: mail.reply_to.as_deref(),
                to: &to,
                subject: &mail.subject,
                text: &mail.text,
                html: &mail.html,
            })?;
        } else if self.subject {
            show::line(show::clean(&mail.subject));
        } else if self.text {
            show::line(&mail.text);
        } else if let Some(file) = &self.html {
            write(file, &mail.html)?;
        } else if !self.open {
            print(&mail, &to, &language);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(mail: &Rendered, to: &str, language: &str) {
    let head = |name: &str, value: &str| {
        show::line(format!(
            "{} {}",
            show::paint(show::Tone::Faint, format!("{name:<9}")),
            show::clean(value)
        ));
    };
    head("From", &mail.from_name);
    head("To", to);
    if let Some(address) = &mail.reply_to {
        head("Reply-To", address);
    }
    head("Subject", &mail.subject);
    head("Language", language);
    show::line(format!("\n{}", mail.text));
}

fn write(file: &Path, html: &str) -> Result<(), Trouble> {
    if file == Path::new("-") {
        show::line(html);
        return Ok(());
    }
    fs::write(file, html).map_err(|error| Trouble::new(format!("{}: {error}", file.display())))
}

/// Writes the HTML where a browser finds it, and asks the system for one.
fn open(name: &str, mail: &Rendered) -> Result<(), Trouble> {
    let file =
        std::env::temp_dir().join(format!("innkeeper-{}-{}.html", name.replace('/', "-"), mail.locale));
    write(&file, &mail.html)?;
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let started = Command::new(opener).arg(&file).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    show::line(match started {
        Ok(_) => format!("The browser shows {}", file.display()),
        Err(_) => format!("There is no browser to ask here; open {} in one.", file.display()),
    });
    Ok(())
}

//! `innkeeper mail dkim`: the key that signs mail, and what to publish of it.

use crate::{
    cli::{Done, Trouble, load_config, show},
    config::Paths,
    mail::dkim::{KeyKind, Signer, generate},
};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::{fs, io::Write, process::ExitCode};

/// Shows what the DNS must say, and makes keys.
#[derive(Debug, Args)]
#[command(
    after_help = "Enter the record in the DNS of your domain before you set dkim.domain: mail with a signature that nobody can \
check is worse off than mail without one. For a new key write a new `selector` and `key_file` into [dkim] of innkeeper.toml, and leave \
the old record for some days."
)]
pub(super) struct Dkim {
    /// Make a key where dkim.key_file says; never over one that is there
    #[arg(long)]
    new: bool,
    /// The domain [default: dkim.domain, else that of mail_from]
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<String>,
    /// What kind of key to make; many receivers understand RSA only
    #[arg(long, value_enum, default_value_t)]
    kind: Kind,
    #[command(flatten)]
    output: show::Output,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// 2048 bits
    #[default]
    Rsa,
    /// Short and quick
    Ed25519,
}

impl Dkim {
    pub(super) fn run(self, paths: &Paths) -> Done {
        let config = load_config(paths)?;
        let mut dkim = config.dkim.clone();
        let configured = !dkim.domain.is_empty();
        if let Some(domain) = self.domain {
            dkim.domain = domain;
        } else if !configured {
            dkim.domain = config.sender_domain().to_owned();
        }
        let file = paths.data.join(&dkim.key_file);
        if self.new {
            let kind = match self.kind {
                Kind::Rsa => KeyKind::Rsa,
                Kind::Ed25519 => KeyKind::Ed25519,
            };
            let key = generate(kind).map_err(Trouble::new)?;
            let mut options = fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let written = options.open(&file).and_then(|mut to| to.write_all(key.as_bytes()));
            written.map_err(|error| match error.kind() {
                std::io::ErrorKind::AlreadyExists => Trouble::new(format!(
                    "{} is there already; for a new key write another `selector` and `key_file` into [dkim] of innkeeper.toml first",
                    file.display()
                )),
                _ => Trouble::new(format!("{}: {error}", file.display())),
            })?;
        }
        let signer = Signer::read(&dkim, &paths.data).map_err(Trouble::new)?;
        let signer =
            signer.ok_or_else(|| Trouble::new("there is no domain to sign for: name it with --domain"))?;
        if self.output.is_json() {
            show::json(&json!({ "name": signer.record_name(), "type": "TXT", "value": signer.record() }))?;
            return Ok(ExitCode::SUCCESS);
        }
        show::line(format!(
            "The key stands in {}. Enter this record in the DNS of {}:\n",
            file.display(),
            dkim.domain
        ));
        show::line(signer.zone_line());
        if !configured {
            show::line(format!(
                "\nOnce the DNS says so, sign with it: write in innkeeper.toml\n\n[dkim]\ndomain = \"{}\"",
                dkim.domain
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}

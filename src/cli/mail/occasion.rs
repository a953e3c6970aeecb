//! For whom and on what a message is tried: the options that `preview` and `send-test` share.

use crate::{
    bundle::{self, Bundle},
    cli::{Trouble, open_database},
    config::{Config, Paths},
    event::outbox,
    mail::{KINDS, MessageContext, Occasion, Rendered, TemplateInfo, list},
    model::preference::Policy,
};
use clap::Args;
use std::sync::Arc;

/// For whom, and on what.
#[derive(Debug, Args)]
pub(super) struct On {
    /// An event that happened, by its id; or sample, sample2 … for one of the samples of the template's event
    #[arg(long, value_name = "ID", default_value = "sample")]
    event: String,
    /// The recipient's language, such as de or pt-BR
    #[arg(long, default_value = "")]
    locale: String,
    /// The kind of recipient: user, contact, account, staff or address
    #[arg(long = "as", value_name = "KIND", default_value = "user", value_parser = KINDS)]
    kind: String,
}

/// A message, made.
pub(super) struct Made {
    pub(super) config: Config,
    /// Its name.
    pub(super) template: String,
    /// The recipient's address.
    pub(super) to: String,
    /// The language that it is written in, and why it is not the one that was asked for.
    pub(super) language: String,
    pub(super) mail: Rendered,
    /// `List-Id` and `List-Unsubscribe`, as mail of its category has them.
    pub(super) headers: Vec<(String, String)>,
}

impl On {
    /// Makes the message of this name from what stands on disk.
    ///
    /// # Errors
    /// If there is no such message or event, or something that the message is made of has a mistake.
    pub(super) async fn make(&self, paths: &Paths, name: &str, to: &str) -> Result<Made, Trouble> {
        let (config, _, bundle) = super::on_disk(paths)?;
        let info = super::find(&bundle, name)?;
        let context = self.context(paths, &config, &bundle, info, to).await?;
        let made = bundle.templates.render(&info.name, &context);
        let mail = made.map_err(|report| Trouble::new(report.to_string()))?;
        super::sound(&bundle, &info.name, &mail.locale)?;
        let template = info.name.clone();
        let policy = Policy::of_setting(bundle.settings.get("mail"));
        let headers = list::sample(&config, &policy, info.category, &self.kind);
        let language = match mail.locale == "default" && !matches!(self.locale.as_str(), "" | "default") {
            true => format!("default, since `{template}` is not written in {}", self.locale),
            false => mail.locale.clone(),
        };
        Ok(Made { config, template, to: context.to.email, language, mail, headers })
    }

    async fn context(
        &self,
        paths: &Paths,
        config: &Config,
        bundle: &Bundle,
        info: &TemplateInfo,
        to: &str,
    ) -> Result<MessageContext, Trouble> {
        let (event, sample) = match self.sample(bundle, info)? {
            Some(sample) => (None, sample),
            None => (Some(self.stored(paths, config, info).await?), 0),
        };
        let occasion = Occasion {
            event,
            sample,
            kind: self.kind.clone(),
            locale: self.locale.clone(),
            email: to.to_owned(),
            brand: Arc::new(bundle::brand(config)),
            words: bundle.words(&self.locale),
        };
        let context = bundle.templates.occasion(&info.name, &occasion);
        context.ok_or_else(|| Trouble::new(format!("`{}` is not written in {}", info.name, self.locale)))
    }

    /// Which sample is meant, from 0; nothing if an event is.
    fn sample(&self, bundle: &Bundle, info: &TemplateInfo) -> Result<Option<usize>, Trouble> {
        let Some(number) = self.event.strip_prefix("sample") else { return Ok(None) };
        let number = if number.is_empty() { Some(1) } else { number.parse::<usize>().ok() };
        let all = bundle.templates.samples_of(&info.name);
        match number {
            Some(number) if (1..=all).contains(&number) => Ok(Some(number - 1)),
            _ => Err(Trouble::new(format!(
                "`{}` has {}; {:?} is none of them",
                info.name,
                if all == 1 {
                    "one sample, `sample`".to_owned()
                } else {
                    format!("the samples `sample1` to `sample{all}`")
                },
                self.event
            ))),
        }
    }

    async fn stored(
        &self,
        paths: &Paths,
        config: &Config,
        info: &TemplateInfo,
    ) -> Result<Arc<serde_json::Value>, Trouble> {
        let db = open_database(paths, config).await?;
        let Some(stored) = outbox::lookup(&db, &self.event).await? else {
            return Err(Trouble::new(format!(
                "there is no event {:?}; `innkeeper events list{}` shows ids, and `--event sample` needs none",
                self.event,
                info.event.map(|name| format!(" --name {name}")).unwrap_or_default()
            )));
        };
        if let Some(wanted) = info.event.filter(|wanted| *wanted != stored.name) {
            return Err(Trouble::new(format!(
                "{} is a {}, and `{}` is about {wanted}; `innkeeper events list --name {wanted}` shows those that happened",
                stored.id, stored.name, info.name
            )));
        }
        Ok(Arc::new(stored.whole()?))
    }
}

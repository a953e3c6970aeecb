//! Which events are meant: by name, by account, by time.

use crate::{
    cli::Trouble,
    db::Db,
    effect::trace::Filter,
    event::{catalogue::EVENTS, guard::GUARDS},
    model::{account, page::Page},
    report::did_you_mean,
    trace::DEFAULTS,
};
use clap::Args;

/// The options that choose events.
#[derive(Debug, Args)]
pub(super) struct Which {
    /// Only events of this name, or of a family: ticket.replied, 'ticket.*'
    #[arg(long, value_name = "NAME", value_parser = name)]
    pub(super) name: Option<String>,
    /// Only events of this account: its id, or its name or a part of it
    #[arg(long, value_name = "ID|NAME")]
    pub(super) account: Option<String>,
}

impl Which {
    /// Looks the account up.
    ///
    /// # Errors
    /// [`Trouble`] if no account, or more than one, is meant.
    pub(super) async fn filter(self, db: &Db, since: i64) -> Result<Filter, Trouble> {
        let account_id = match self.account {
            Some(words) => account_id(db, &words).await?,
            None => String::new(),
        };
        Ok(Filter { name: self.name.unwrap_or_default(), account_id, since })
    }
}

/// A name that events have, or a family of them. The operator's own begin with `custom.`.
pub(in crate::cli) fn name(text: &str) -> Result<String, String> {
    let names = || EVENTS.iter().map(|kind| kind.name);
    let families = || names().filter_map(|name| name.split('.').next()).chain(["custom"]);
    if text == "*" || text.starts_with("custom.") || names().any(|name| name == text) {
        return Ok(text.to_owned());
    }
    if let Some(family) = text.strip_suffix(".*") {
        return match families().any(|known| known == family) {
            true => Ok(text.to_owned()),
            false => Err(hint(did_you_mean(family, families()).map(|near| format!("{near}.*")))),
        };
    }
    if families().any(|family| family == text) {
        return Err(format!("to name all events of a family, write '{text}.*'"));
    }
    Err(hint(did_you_mean(text, names()).map(str::to_owned)))
}

/// A name that events or guarded actions have, or a family of them; or `permission_defaults`.
pub(in crate::cli) fn point(text: &str) -> Result<String, String> {
    let actions = || GUARDS.iter().map(|kind| kind.name).chain([DEFAULTS]);
    if actions().any(|name| name == text) {
        return Ok(text.to_owned());
    }
    name(text).map_err(|said| {
        let is_one = text.contains('.') && !text.ends_with('*');
        let all = EVENTS.iter().map(|kind| kind.name).chain(actions());
        match did_you_mean(text, all).filter(|_| is_one) {
            Some(near) => hint(Some(near.to_owned())),
            None => said,
        }
    })
}

fn hint(near: Option<String>) -> String {
    match near {
        Some(near) => format!("there is no such event; did you mean {near}?"),
        None => "there is no such event; docs/reference.md and `innkeeper events schema` have all names"
            .to_owned(),
    }
}

pub(in crate::cli) async fn account_id(db: &Db, words: &str) -> Result<String, Trouble> {
    if let Some(account) = account::lookup(db, words).await? {
        return Ok(account.id);
    }
    let found = account::list(db, words, &Page::default()).await?;
    let exact: Vec<_> = found.rows.iter().filter(|row| row.name().eq_ignore_ascii_case(words)).collect();
    match (exact.as_slice(), found.rows.as_slice()) {
        ([one], _) => Ok(one.id.clone()),
        (_, [one]) => Ok(one.id.clone()),
        (_, []) => Err(Trouble::new(format!(
            "no account has the id {words:?} or such a name; /admin lists them all"
        ))),
        (_, several) => {
            let shown = several.iter().take(10).map(|row| format!("\n  {}  {}", row.id, row.name()));
            let more = found.total - i64::try_from(several.len().min(10)).unwrap_or_default();
            let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
            Err(Trouble::new(format!(
                "{} accounts match {words:?}; name one by its id:{}{more}",
                found.total,
                shown.collect::<String>()
            )))
        }
    }
}

/// A length of time before now (`30d`, `2h 30m`), or a moment (`2026-11-01`, `2026-11-01T08:00Z`).
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Since {
    Ago(jiff::Span),
    At(i64),
}

impl std::str::FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(at) = text.parse::<jiff::Timestamp>() {
            return Ok(Self::At(at.as_millisecond()));
        }
        if let Ok(date) = text.parse::<jiff::civil::DateTime>() {
            let at = date.to_zoned(jiff::tz::TimeZone::UTC).map_err(|e| e.to_string())?;
            return Ok(Self::At(at.timestamp().as_millisecond()));
        }
        match text.parse::<jiff::Span>() {
            Ok(span) => Ok(Self::Ago(span.abs())),
            Err(_) => {
                Err("write a length of time such as 30d, 2h or 1h 30m, or a date such as 2026-11-01 (UTC)"
                    .to_owned())
            }
        }
    }
}

impl Since {
    /// Milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// [`Trouble`] if it lies before all calendars.
    pub(in crate::cli) fn at(self, now: i64) -> Result<i64, Trouble> {
        let span = match self {
            Self::At(at) => return Ok(at),
            Self::Ago(span) => span,
        };
        let begin = jiff::Timestamp::from_millisecond(now)
            .and_then(|now| now.to_zoned(jiff::tz::TimeZone::UTC).checked_sub(span));
        match begin {
            Ok(begin) => Ok(begin.timestamp().as_millisecond()),
            Err(_) => Err(Trouble::usage(format!("{span:#} ago is before all calendars"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_takes_lengths_and_dates_as_people_write_them() {
        let now = 1_795_426_200_000; // 2026-11-23 09:30 UTC
        for (text, at) in [
            ("30d", "2026-10-24T09:30:00Z"),
            ("2h", "2026-11-23T07:30:00Z"),
            ("1h 30m", "2026-11-23T08:00:00Z"),
            ("2 weeks", "2026-11-09T09:30:00Z"),
            ("1mo", "2026-10-23T09:30:00Z"),
            ("2026-11-01", "2026-11-01T00:00:00Z"),
            ("2026-11-01T08:00", "2026-11-01T08:00:00Z"),
            ("2026-11-01T08:00+01:00", "2026-11-01T07:00:00Z"),
        ] {
            let at = at.parse::<jiff::Timestamp>().unwrap().as_millisecond();
            assert_eq!(text.parse::<Since>().unwrap().at(now).unwrap(), at, "{text}");
        }
        for text in ["", "yesterday", "30", "d30", "2026-13-01"] {
            assert!(text.parse::<Since>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_name_that_no_event_has_is_mended() {
        for good in ["ticket.replied", "ticket.*", "custom.paid", "custom.*", "*"] {
            assert_eq!(name(good).unwrap(), good);
        }
        assert!(name("ticket.replyed").unwrap_err().contains("did you mean ticket.replied?"));
        assert!(name("tiket.*").unwrap_err().contains("did you mean ticket.*?"));
        assert!(name("ticket").unwrap_err().contains("'ticket.*'"));
        assert!(name("invite.send").unwrap_err().contains("did you mean invite.sent?"));
        for good in ["invite.send", "permission_defaults", "ticket.replied", "invite.*"] {
            assert_eq!(point(good).unwrap(), good);
        }
        assert!(point("invite.acept").unwrap_err().contains("did you mean invite.accept?"));
        assert!(name("bananas").unwrap_err().contains("events schema"));
    }
}

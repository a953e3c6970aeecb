//! Words, dates and times as one reader wants to see them.

use crate::bundle::Bundle;
use fluent_bundle::{FluentArgs, FluentValue};
use jiff::{Timestamp, Zoned, tz::TimeZone};
use minijinja::HtmlEscape;
use std::sync::Arc;

/// A value for a message, with its name.
pub type Arg<'a> = (&'static str, FluentValue<'a>);

/// Who reads: in which language, in which time zone, when.
#[derive(Clone, Debug)]
pub struct Reader {
    bundle: Arc<Bundle>,
    locale: String,
    zone: TimeZone,
    now: i64,
}

impl Reader {
    /// A reader who asked for `locale` and lives in the zone of that name; UTC if there is none.
    pub fn new(bundle: Arc<Bundle>, locale: &str, zone: &str, now: i64) -> Self {
        let locale = bundle.messages.nearest(locale).to_owned();
        Self { bundle, locale, zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC), now }
    }

    /// The same reader, spoken to in another language.
    pub fn speaking(&self, locale: &str) -> Self {
        Self { locale: self.bundle.messages.nearest(locale).to_owned(), ..self.clone() }
    }

    /// The locale of the words, such as `de`.
    pub fn locale(&self) -> &str {
        &self.locale
    }

    /// The locales that there are.
    pub fn locales(&self) -> impl Iterator<Item = &str> {
        self.bundle.messages.locales()
    }

    /// The message `id`; the id itself if no file has it.
    pub fn text(&self, id: &str, args: &[Arg<'_>]) -> String {
        self.lookup(id, args).unwrap_or_else(|| id.to_owned())
    }

    /// A status, a priority, a badge or a reason, which events carry in English; as written if it has no message.
    pub fn word(&self, text: &str) -> String {
        self.lookup(&crate::mail::word_id(text), &[]).unwrap_or_else(|| text.to_owned())
    }

    /// The message `id`, or nothing if no file has it.
    pub fn lookup(&self, id: &str, args: &[Arg<'_>]) -> Option<String> {
        let args: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, value.clone())).collect();
        self.bundle.messages.lookup(&self.locale, id, &args)
    }

    /// The message `id` with values whose names are known only when the page is drawn.
    pub fn format(&self, id: &str, args: &FluentArgs<'_>) -> Option<String> {
        self.bundle.messages.lookup(&self.locale, id, args)
    }

    /// A time in words: `date`, `long` (with the weekday), `ago`, or with its time of day.
    pub fn when(&self, at: i64, style: &str) -> String {
        match style {
            "ago" => self.ago(at),
            "date" => self.moment(at, "date"),
            "long" => self.moment(at, "date-long"),
            "exact" => self.moment(at, "date-exact"),
            _ => self.moment(at, "date-time"),
        }
    }

    /// As [`Reader::when`], as a `<time>` element that shows the exact time on hover.
    pub fn when_html(&self, at: i64, style: &str) -> String {
        let machine = Timestamp::from_millisecond(at).map(|stamp| stamp.to_string()).unwrap_or_default();
        let (exact, words) = (self.moment(at, "date-exact"), self.when(at, style));
        format!("<time datetime=\"{machine}\" title=\"{}\">{}</time>", HtmlEscape(&exact), HtmlEscape(&words))
    }

    fn moment(&self, at: i64, message: &str) -> String {
        let Some(local) = self.local(at) else { return String::new() };
        let weekday = self.text(&format!("weekday-{}", local.weekday().to_monday_one_offset()), &[]);
        let month = self.text(&format!("month-{}", local.month()), &[]);
        let args = [
            ("day", local.day().to_string().into()),
            ("month", month.into()),
            // As text: a number would be written with a thousands separator.
            ("year", local.year().to_string().into()),
            ("weekday", weekday.into()),
            ("time", local.strftime("%H:%M").to_string().into()),
            ("zone", local.strftime("%Z").to_string().into()),
        ];
        self.text(message, &args)
    }

    fn local(&self, at: i64) -> Option<Zoned> {
        Some(Timestamp::from_millisecond(at).ok()?.to_zoned(self.zone.clone()))
    }

    fn ago(&self, at: i64) -> String {
        const MINUTE: i64 = crate::clock::MINUTE;
        let away = (self.now - at).abs();
        let past = self.now >= at;
        // The future is rounded, so that an invite that was just sent is valid for 7 days and not 6.
        let count = |unit: i64| if past { away / unit } else { (away + unit / 2) / unit };
        let (unit, count) = match away {
            _ if count(MINUTE) < 1 => return self.text("ago-now", &[]),
            _ if count(MINUTE) < 60 => ("minutes", count(MINUTE)),
            _ if count(60 * MINUTE) < 24 => ("hours", count(60 * MINUTE)),
            _ if count(24 * 60 * MINUTE) <= 30 => ("days", count(24 * 60 * MINUTE)),
            _ => return self.moment(at, "date"),
        };
        self.text(&format!("{}-{unit}", if past { "ago" } else { "in" }), &[("count", count.into())])
    }
}

/// The first language that `accept_language` asks for and we have; English otherwise.
pub fn wished(bundle: &Bundle, accept_language: &str) -> String {
    let mut wishes: Vec<(&str, f32)> = accept_language
        .split(',')
        .take(20)
        .filter_map(|part| {
            let (tag, rest) = part.trim().split_once(';').unwrap_or((part.trim(), ""));
            let weight = rest.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.parse().ok())?;
            (weight > 0.0).then_some((tag, weight))
        })
        .collect();
    wishes.sort_by(|a, b| b.1.total_cmp(&a.1));
    let spoken = |wish: &str| {
        let near = bundle.messages.nearest(wish);
        wish.split('-').next() == near.split('-').next()
    };
    let found = wishes.into_iter().map(|(tag, _)| tag).find(|tag| spoken(tag));
    found.map_or("en", |tag| bundle.messages.nearest(tag)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{DAY, HOUR, MINUTE};

    const NOON: i64 = 1_795_348_800_000;

    fn bundle() -> Arc<Bundle> {
        Arc::new(Bundle::build(&Default::default(), &Default::default(), None))
    }

    fn reader(locale: &str) -> Reader {
        Reader::new(bundle(), locale, "Europe/Berlin", NOON)
    }

    #[test]
    fn a_time_is_shown_in_the_readers_zone_and_language() {
        assert_eq!(reader("en").when(NOON, ""), "22 November 2026, 13:00");
        assert_eq!(reader("de").when(NOON, "long"), "Sonntag, 22. November");
        let html = reader("en").when_html(NOON, "date");
        assert!(
            html.starts_with(
                "<time datetime=\"2026-11-22T12:00:00Z\" title=\"Sunday, 22 November 2026, 13:00 CET\">22"
            ),
            "{html}"
        );
    }

    #[test]
    fn a_near_time_is_told_by_its_distance() {
        let ago = |by: i64| reader("en").when(NOON - by, "ago");
        assert_eq!((ago(20_000), ago(5 * MINUTE)), ("just now".into(), "5 minutes ago".into()));
        assert_eq!((ago(HOUR), ago(47 * HOUR)), ("1 hour ago".into(), "1 day ago".into()));
        assert_eq!(ago(-7 * DAY + MINUTE), "in 7 days");
        assert_eq!(ago(200 * DAY), "6 May 2026");
    }

    #[test]
    fn the_browser_gets_the_language_that_it_likes_best_of_ours() {
        assert_eq!(wished(&bundle(), "fr, de-AT;q=0.8, en;q=0.5"), "de");
        assert_eq!(wished(&bundle(), "en;q=0.2, de;q=0.9"), "de");
        assert_eq!(wished(&bundle(), "fr, *;q=0.1"), "en");
        assert_eq!(wished(&bundle(), ""), "en");
    }
}

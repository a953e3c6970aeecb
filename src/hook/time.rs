//! Moments and lengths of time, as scripts see them. There is no clock here: moments come from events.

use super::fail;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rhai::{Dynamic, Engine, EvalAltResult};

/// A moment, seen in a time zone (UTC until a script asks for another).
#[derive(Clone, Debug)]
pub struct Moment {
    at: Timestamp,
    zone: TimeZone,
}

/// A length of time, in milliseconds; may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Length(pub i64);

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Names of a [`Moment`]'s fields.
pub const MOMENT_FIELDS: &[&str] =
    &["year", "month", "day", "hour", "minute", "second", "weekday", "date", "time"];
/// Names of a [`Length`]'s fields.
pub const LENGTH_FIELDS: &[&str] = &["days", "hours", "minutes", "seconds"];

impl Moment {
    /// The moment so many milliseconds after 1970 UTC; the nearest possible one if there is none.
    pub fn new(ms: i64) -> Self {
        let at =
            Timestamp::from_millisecond(ms).unwrap_or(if ms < 0 { Timestamp::MIN } else { Timestamp::MAX });
        Self { at, zone: TimeZone::UTC }
    }

    /// Milliseconds since 1970 UTC.
    pub fn ms(&self) -> i64 {
        self.at.as_millisecond()
    }

    fn in_zone(&self, name: &str) -> Result<Self, Box<EvalAltResult>> {
        let zone = zone(name).ok_or_else(|| {
            fail(format!("there is no time zone {name:?}; names look like \"Europe/Berlin\""))
        })?;
        Ok(Self { at: self.at, zone })
    }

    fn field(&self, name: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        let local = self.zone.to_datetime(self.at);
        Ok(match name {
            "year" => i64::from(local.year()).into(),
            "month" => i64::from(local.month()).into(),
            "day" => i64::from(local.day()).into(),
            "hour" => i64::from(local.hour()).into(),
            "minute" => i64::from(local.minute()).into(),
            "second" => i64::from(local.second()).into(),
            "weekday" => local.strftime("%A").to_string().into(),
            "date" => local.strftime("%Y-%m-%d").to_string().into(),
            "time" => local.strftime("%H:%M").to_string().into(),
            _ => return Err(super::node::no_field("a time", name, MOMENT_FIELDS.iter().copied())),
        })
    }

    fn shifted(&self, by: Length) -> Result<Self, Box<EvalAltResult>> {
        let at = self
            .at
            .checked_add(SignedDuration::from_millis(by.0))
            .map_err(|_| fail("this is beyond all calendars"))?;
        Ok(Self { at, zone: self.zone.clone() })
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let zoned = self.at.to_zoned(self.zone.clone());
        write!(f, "{}", zoned.strftime("%Y-%m-%dT%H:%M:%S%:z"))
    }
}

/// The time zone of this name.
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// The names of all time zones.
pub fn zones() -> Vec<String> {
    jiff::tz::db().available().map(|name| name.to_string()).collect()
}

impl Length {
    fn field(self, name: &str) -> Result<i64, Box<EvalAltResult>> {
        Ok(match name {
            "days" => self.0 / DAY,
            "hours" => self.0 / HOUR,
            "minutes" => self.0 / MINUTE,
            "seconds" => self.0 / 1000,
            _ => return Err(super::node::no_field("a length of time", name, LENGTH_FIELDS.iter().copied())),
        })
    }
}

impl std::fmt::Display for Length {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (size, unit) = match self.0 {
            ms if ms % DAY == 0 => (ms / DAY, "days"),
            ms if ms % HOUR == 0 => (ms / HOUR, "hours"),
            ms if ms % MINUTE == 0 => (ms / MINUTE, "minutes"),
            ms => (ms / 1000, "seconds"),
        };
        write!(f, "{size} {unit}")
    }
}

fn length(count: i64, unit: i64) -> Result<Length, Box<EvalAltResult>> {
    count.checked_mul(unit).map(Length).ok_or_else(|| fail("this length of time is too long"))
}

/// Makes both types known to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Moment>("Time").register_type_with_name::<Length>("Span");
    engine.register_indexer_get(|m: &mut Moment, name: &str| m.field(name));
    engine.register_indexer_get(|l: &mut Length, name: &str| l.field(name));
    engine.register_fn("in_zone", |m: Moment, name: &str| m.in_zone(name));
    for (name, unit) in [("minutes", MINUTE), ("hours", HOUR), ("days", DAY)] {
        engine.register_fn(name, move |count: i64| length(count, unit));
    }
    for name in ["to_string", "print", "to_debug", "debug"] {
        engine.register_fn(name, |m: Moment| m.to_string());
        engine.register_fn(name, |l: Length| l.to_string());
    }
    engine.register_fn("+", |m: Moment, by: Length| m.shifted(by));
    engine.register_fn("-", |m: Moment, by: Length| {
        by.0.checked_neg()
            .ok_or_else(|| fail("this is beyond all calendars"))
            .and_then(|back| m.shifted(Length(back)))
    });
    engine.register_fn("-", |a: Moment, b: Moment| Length(a.ms().saturating_sub(b.ms())));
    engine.register_fn("+", |a: Length, b: Length| Length(a.0.saturating_add(b.0)));
    engine.register_fn("-", |a: Length, b: Length| Length(a.0.saturating_sub(b.0)));
    engine.register_fn("*", |a: Length, times: i64| length(times, a.0));
    engine.register_fn("*", |times: i64, a: Length| length(times, a.0));
    macro_rules! compare {
        ($($op:tt)+) => {$(
            engine.register_fn(stringify!($op), |a: Moment, b: Moment| a.ms() $op b.ms());
            engine.register_fn(stringify!($op), |a: Length, b: Length| a $op b);
        )+};
    }
    compare!(== != < <= > >=);
}

//! How soon mail goes out: at once, or gathered into one by the hour or the day.

use crate::clock::{DAY, HOUR};
use jiff::{Timestamp, ToSpan, civil::time, tz::TimeZone};

/// The hour of the reader's day at which daily digests go out.
const MORNING: i8 = 8;

/// How soon an address wants a kind of mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// As it comes.
    #[default]
    AtOnce,
    /// In one mail at the full hour.
    Hourly,
    /// In one mail at eight in the morning, in the reader's time zone.
    Daily,
}

impl Pace {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::Hourly, Self::Daily];

    /// The name that is stored and posted.
    pub fn key(self) -> &'static str {
        match self {
            Self::AtOnce => "",
            Self::Hourly => "hourly",
            Self::Daily => "daily",
        }
    }

    /// The pace of this name; at once for any other.
    pub fn from_key(key: &str) -> Self {
        Self::ALL.into_iter().find(|pace| pace.key() == key).unwrap_or_default()
    }

    /// When a mail of `now` goes out for a reader in `zone` (UTC if it is unknown); nothing for at once.
    pub fn due(self, now: i64, zone: &str) -> Option<i64> {
        match self {
            Self::AtOnce => None,
            Self::Hourly => Some((now.div_euclid(HOUR) + 1) * HOUR),
            Self::Daily => Some(next_morning(now, zone).unwrap_or(now + DAY)),
        }
    }
}

fn next_morning(now: i64, zone: &str) -> Option<i64> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let here = Timestamp::from_millisecond(now).ok()?.to_zoned(zone.clone());
    let today = here.date().to_datetime(time(MORNING, 0, 0, 0)).to_zoned(zone.clone()).ok()?;
    let next = match today.timestamp() > here.timestamp() {
        true => today,
        // A day is not always 24 hours long.
        false => {
            here.date().checked_add(1.day()).ok()?.to_datetime(time(MORNING, 0, 0, 0)).to_zoned(zone).ok()?
        }
    };
    Some(next.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::utc;

    fn due(pace: Pace, now: &str, zone: &str) -> String {
        let now: Timestamp = now.parse().unwrap();
        pace.due(now.as_millisecond(), zone).map(utc).unwrap_or_default()
    }

    #[test]
    fn a_digest_goes_out_at_the_full_hour_or_at_eight_where_its_reader_lives() {
        assert_eq!(due(Pace::AtOnce, "2026-11-23T09:30:00Z", "UTC"), "");
        assert_eq!(due(Pace::Hourly, "2026-11-23T09:30:00Z", "UTC"), "2026-11-23 10:00:00Z");
        assert_eq!(due(Pace::Hourly, "2026-11-23T10:00:00Z", "UTC"), "2026-11-23 11:00:00Z");
        assert_eq!(due(Pace::Daily, "2026-11-23T06:59:00Z", "Europe/Berlin"), "2026-11-23 07:00:00Z");
        assert_eq!(due(Pace::Daily, "2026-11-23T07:00:00Z", "Europe/Berlin"), "2026-11-24 07:00:00Z");
        assert_eq!(due(Pace::Daily, "2026-11-23T09:30:00Z", "Nowhere/Land"), "2026-11-24 08:00:00Z");
        // The night in which Berlin puts its clocks forward.
        assert_eq!(due(Pace::Daily, "2026-03-28T09:00:00Z", "Europe/Berlin"), "2026-03-29 06:00:00Z");
    }
}

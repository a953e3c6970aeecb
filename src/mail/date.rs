//! Dates, times and money in words: in the template's language, in the reader's time zone.
//!
//! To add a language, add a variant with its months and forms. Languages without one get forms that
//! are read everywhere: 2026-11-23.

use jiff::{Timestamp, Zoned, tz::TimeZone};

/// A language whose dates we can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// English.
    English,
    /// German.
    German,
    /// Any other: numbers only.
    Other,
}

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const ENGLISH_DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const GERMAN_DAYS: [&str; 7] =
    ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];

impl Language {
    /// The language of a locale such as `de-AT`; empty means English.
    pub fn of(locale: &str) -> Self {
        match locale.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "" | "en" => Language::English,
            "de" => Language::German,
            _ => Language::Other,
        }
    }

    /// The day: "Monday, 23 November 2026".
    pub fn date(self, moment: &Zoned) -> String {
        let (day, year) = (moment.day(), moment.year());
        // Both run from 1, and the arrays hold all of them.
        let (month, weekday) =
            (moment.month() as usize - 1, moment.weekday().to_monday_zero_offset() as usize);
        match self {
            Language::English => format!("{}, {day} {} {year}", ENGLISH_DAYS[weekday], ENGLISH[month]),
            Language::German => format!("{}, {day}. {} {year}", GERMAN_DAYS[weekday], GERMAN[month]),
            Language::Other => moment.strftime("%Y-%m-%d").to_string(),
        }
    }

    /// The time of day: "10:30 CET".
    pub fn time(self, moment: &Zoned) -> String {
        match self {
            Language::German => moment.strftime("%H:%M Uhr (%Z)").to_string(),
            _ => moment.strftime("%H:%M %Z").to_string(),
        }
    }

    /// Day and time of day.
    pub fn date_time(self, moment: &Zoned) -> String {
        let joint = if self == Language::Other { " " } else { ", " };
        format!("{}{joint}{}", self.date(moment), self.time(moment))
    }

    /// An amount in the smallest unit of its currency (cents), as the language writes it.
    pub fn money(self, amount: i64, currency: &str) -> String {
        let currency = currency.trim().to_ascii_uppercase();
        let digits = match currency.as_str() {
            "JPY" | "KRW" | "CLP" | "ISK" | "VND" | "XAF" | "XOF" | "UGX" | "PYG" => 0,
            "KWD" | "BHD" | "OMR" | "JOD" | "TND" => 3,
            _ => 2,
        };
        let unit = 10_u64.pow(digits);
        let (whole, rest) = (amount.unsigned_abs() / unit, amount.unsigned_abs() % unit);
        let (thousands, point) = if self == Language::German { ('.', ',') } else { (',', '.') };
        let mut number = grouped(whole, thousands);
        if digits > 0 {
            number.push_str(&format!("{point}{rest:0width$}", width = digits as usize));
        }
        let sign = if amount < 0 { "-" } else { "" };
        let symbol = match currency.as_str() {
            "EUR" => "€",
            "GBP" => "£",
            "USD" => "$",
            _ => "",
        };
        match (self, symbol) {
            (Language::German, "") => format!("{sign}{number}\u{a0}{currency}"),
            (Language::German, symbol) => format!("{sign}{number}\u{a0}{symbol}"),
            (_, "") => format!("{sign}{currency}\u{a0}{number}"),
            (_, symbol) => format!("{sign}{symbol}{number}"),
        }
    }
}

fn grouped(number: u64, separator: char) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A moment (milliseconds since 1970 UTC) in a zone; UTC if the zone is unknown. `None` outside the calendar.
pub(super) fn in_zone(milliseconds: i64, zone: &str) -> Option<Zoned> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    Timestamp::from_millisecond(milliseconds).ok().map(|moment| moment.to_zoned(zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: i64 = 1_795_426_200_000;

    #[test]
    fn a_moment_is_written_in_the_readers_zone_and_the_templates_language() {
        let berlin = in_zone(AT, "Europe/Berlin").unwrap();
        assert_eq!(Language::English.date_time(&berlin), "Monday, 23 November 2026, 10:30 CET");
        assert_eq!(Language::German.date_time(&berlin), "Montag, 23. November 2026, 10:30 Uhr (CET)");
        assert_eq!(Language::Other.date_time(&berlin), "2026-11-23 10:30 CET");
        assert_eq!(Language::English.time(&in_zone(AT, "Nowhere/Land").unwrap()), "09:30 UTC");
        assert!(in_zone(i64::MAX, "").is_none());
    }

    #[test]
    fn money_is_written_as_the_language_does() {
        assert_eq!(Language::English.money(1_234_567, "EUR"), "€12,345.67");
        assert_eq!(Language::German.money(1_234_567, "eur"), "12.345,67\u{a0}€");
        assert_eq!(Language::English.money(-5, "CHF"), "-CHF\u{a0}0.05");
        assert_eq!(Language::Other.money(1500, "JPY"), "JPY\u{a0}1,500");
    }
}

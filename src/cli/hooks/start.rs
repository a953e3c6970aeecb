//! `innkeeper hooks new`: begins a script and its test.

use super::{folder::bare, hooks_folder, skeleton};
use crate::{
    bundle::{Bundle, Files, Source},
    cli::{Done, Trouble, load_config, say, show},
    config::Paths,
    event::{catalogue::heard, driver, guard::GUARDS, page},
    hook::Verb,
    report::did_you_mean,
};
use clap::{Args, ValueEnum};
use std::{fs, io::Write, path::Path, process::ExitCode};

/// Begins a script.
#[derive(Debug, Args)]
pub(super) struct New {
    /// Its name: hooks/NAME.rhai is written, and hooks/tests/NAME.rhai
    name: String,
    /// What it stands at: an event (ticket.replied), an action (invite.send), permission_defaults, a period ("1 hour"), a menu (client), a spot for panels (client.home), a kind of driver (provisioning)
    #[arg(long)]
    point: String,
    /// What kind of hook it is [default: before for actions, on for events, and what the point asks for elsewhere]
    #[arg(long, value_enum)]
    verb: Option<Kind>,
}

/// The verbs that a script can begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum Kind {
    /// Refuses or amends an action before it happens
    Before,
    /// Decides which permission boxes are ticked and locked
    PermissionDefaults,
    /// Decides who gets the mail about an event
    Route,
    /// Does something after an event
    On,
    /// Does something on a schedule
    Every,
    /// Adds to a menu
    Menu,
    /// Shows a panel on a page
    Panel,
    /// Speaks with an outside system
    Driver,
}

impl Kind {
    fn verb(self) -> Verb {
        match self {
            Self::Before => Verb::Before,
            Self::PermissionDefaults => Verb::PermissionDefaults,
            Self::Route => Verb::Route,
            Self::On => Verb::On,
            Self::Every => Verb::Every,
            Self::Menu => Verb::Menu,
            Self::Panel => Verb::Panel,
            Self::Driver => Verb::Driver,
        }
    }
}

impl New {
    pub(super) fn run(self, paths: &Paths) -> Done {
        let folder = hooks_folder(paths)?;
        let name = bare(&self.name);
        if name.is_empty()
            || name.starts_with(['_', '.', '#'])
            || !name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        {
            return Err(Trouble::usage(format!(
                "{:?} is no name for a script; use letters, digits and -, such as vip-tickets",
                self.name
            )));
        }
        let verb = verb(&self.point, self.verb.map(Kind::verb)).map_err(Trouble::usage)?;
        let script = skeleton::script(name, verb, &self.point);
        let test = skeleton::test(name, verb, &self.point);
        let (place, test_place) =
            (folder.join(format!("{name}.rhai")), folder.join("tests").join(format!("{name}.rhai")));
        for place in [&place, &test_place] {
            if place.exists() {
                return Err(Trouble::new(format!(
                    "{} exists; nothing was written. Choose another name, or edit that script.",
                    place.display()
                )));
            }
        }
        fs::create_dir_all(folder.join("tests"))?;
        // The test first: the script takes effect as soon as it is there.
        write_new(&test_place, &test)?;
        write_new(&place, &script)?;
        say(format!(
            "{} is begun, and its test is {}.",
            show::title(place.display().to_string()),
            test_place.display()
        ));
        let data = crate::cli::data_option(paths);
        say(format!(
            "It changes nothing yet, and is live as soon as a server runs on this folder. After each edit:\n  innkeeper check{data}\n  innkeeper hooks test{data}"
        ));
        let source = Source::read(&paths.data, &load_config(paths)?)?;
        let file = format!("hooks/{name}.rhai");
        for report in
            Bundle::build(&source, &Files::new(), None).reports.iter().filter(|report| report.file == file)
        {
            say(format!("\n{}", show::report(report)));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Never over something that is there, even if it came a moment ago.
fn write_new(place: &Path, text: &str) -> std::io::Result<()> {
    fs::File::create_new(place)?.write_all(text.as_bytes())
}

/// The verb for a point: the one asked for, if it serves the point, or the usual one.
fn verb(point: &str, asked: Option<Verb>) -> Result<Verb, String> {
    let family = |names: &[&str]| {
        point
            .strip_suffix(".*")
            .is_some_and(|family| names.iter().any(|name| name.split('.').next() == Some(family)))
    };
    if matches!(point, "schedule.due" | "schedule.*") {
        return Err(format!("{point:?} runs `every` hooks; their point is a period: --point \"1 hour\""));
    }
    let events: Vec<&str> = heard().map(|event| event.name).collect();
    let actions: Vec<&str> = GUARDS.iter().map(|guard| guard.name).collect();
    let serves: &[Verb] = if events.contains(&point) || family(&events) || point.starts_with("custom.") {
        &[Verb::On, Verb::Route]
    } else if actions.contains(&point) || family(&actions) {
        &[Verb::Before]
    } else if point == "permission_defaults" {
        &[Verb::PermissionDefaults]
    } else if page::MENUS.iter().any(|menu| menu.name == point) {
        &[Verb::Menu]
    } else if page::PANELS.iter().any(|spot| spot.name == point) {
        &[Verb::Panel]
    } else if skeleton::driver_kind(point).is_some() {
        &[Verb::Driver]
    } else if crate::hook::is_period(point) {
        &[Verb::Every]
    } else {
        let spots = page::MENUS.iter().chain(page::PANELS).map(|place| place.name);
        let kinds = driver::DRIVERS.iter().map(|kind| kind.name);
        let all = events.iter().chain(&actions).copied().chain(spots).chain(kinds);
        let all = all.chain(["permission_defaults"]);
        let hint = did_you_mean(point, all)
            .map_or("docs/reference.md has all points".to_owned(), |near| format!("did you mean {near}?"));
        return Err(format!("there is no point {point:?}; {hint}"));
    };
    match asked {
        None => Ok(serves[0]),
        Some(asked) if serves.contains(&asked) => Ok(asked),
        Some(asked) if family(&events) && asked == Verb::Before && family(&actions) => Ok(asked),
        Some(asked) => {
            let words: Vec<String> = serves.iter().map(|verb| format!("`{verb}`")).collect();
            Err(format!("{point} is no point for `{asked}`; it is one for {}", words.join(" and ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_knows_its_verb_and_a_misspelt_one_is_mended() {
        for (point, wanted) in [
            ("ticket.replied", Verb::On),
            ("invite.*", Verb::On),
            ("custom.paid", Verb::On),
            ("invite.send", Verb::Before),
            ("permission_defaults", Verb::PermissionDefaults),
            ("1 hour", Verb::Every),
            ("client", Verb::Menu),
            ("client.home", Verb::Panel),
            ("provisioning", Verb::Driver),
            ("provisioning.single_sign_on", Verb::Driver),
        ] {
            assert_eq!(verb(point, None), Ok(wanted), "{point}");
        }
        assert_eq!(verb("ticket.replied", Some(Verb::Route)), Ok(Verb::Route));
        assert_eq!(verb("ticket.*", Some(Verb::Before)), Ok(Verb::Before));
        assert!(verb("ticket.replyed", None).unwrap_err().contains("did you mean ticket.replied?"));
        assert!(verb("ticket.replied", Some(Verb::Before)).unwrap_err().contains("`on` and `route`"));
        assert!(verb("schedule.due", None).unwrap_err().contains("--point \"1 hour\""));
        assert!(verb("bananas", None).unwrap_err().contains("reference.md"));
    }

    /// Every script that `hooks new` can write, checked together as files of one folder, then tried on samples.
    #[tokio::test]
    async fn every_skeleton_passes_the_check_with_no_report() {
        let shipped = crate::bundle::shipped();
        let mut points: Vec<(String, Verb)> = Vec::new();
        let templates =
            Bundle::build(&Source { files: shipped.clone(), ..Source::default() }, &Files::new(), None)
                .templates;
        for event in heard() {
            points.push((event.name.to_owned(), Verb::On));
            if templates.notifications(event.name).next().is_some() {
                points.push((event.name.to_owned(), Verb::Route));
            }
        }
        points.extend(GUARDS.iter().map(|guard| (guard.name.to_owned(), Verb::Before)));
        points.extend(page::MENUS.iter().map(|menu| (menu.name.to_owned(), Verb::Menu)));
        points.extend(page::PANELS.iter().map(|spot| (spot.name.to_owned(), Verb::Panel)));
        points.extend(driver::DRIVERS.iter().map(|kind| (kind.name.to_owned(), Verb::Driver)));
        for (point, verb) in [
            ("permission_defaults", Verb::PermissionDefaults),
            ("1 hour", Verb::Every),
            ("ticket.*", Verb::On),
            ("ticket.*", Verb::Route),
            ("ticket.*", Verb::Before),
            ("custom.paid", Verb::On),
        ] {
            points.push((point.to_owned(), verb));
        }
        let mut files: Files = shipped
            .iter()
            .filter(|(path, _)| !path.starts_with("hooks/"))
            .map(|(path, text)| (path.clone(), text.clone()))
            .collect();
        for (place, (point, verb)) in points.iter().enumerate() {
            files.insert(
                format!("hooks/s{place}.rhai"),
                skeleton::script(&format!("s{place}"), *verb, point).into(),
            );
        }
        let bundle =
            Bundle::build(&Source { files: files.clone(), ..Source::default() }, &Files::new(), None);
        let mut reports = bundle.reports.clone();
        reports.extend(crate::hook::run_samples(&bundle.hooks));
        let shown: Vec<String> = reports
            .iter()
            .map(|report| format!("{report}\n{}", files.get(&report.file).map_or("", |text| text)))
            .collect();
        assert!(shown.is_empty(), "{}", shown.join("\n"));
        // A driver is two hooks for each action.
        let halves = driver::DRIVERS.iter().map(|kind| 2 * kind.actions.len() - 1).sum::<usize>();
        assert_eq!(bundle.hooks.hooks().len(), points.len() + halves);
    }
}

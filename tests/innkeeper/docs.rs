//! Links of README and handbook lead somewhere: to a file of the repository, and to a heading if they name one.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for folder in [root(), root().join("docs"), root().join("docs/decisions")] {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        found.extend(entries.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    }
    found.sort();
    found
}

/// The text without what stands in fences and between backticks.
fn prose(text: &str) -> String {
    let outside: String = text.split("```").step_by(2).collect();
    outside.split('`').step_by(2).collect()
}

/// Targets of `[words](target)`.
fn links(text: &str) -> Vec<String> {
    let target = |rest: &str| rest.split_once(')').map(|(target, _)| target.to_owned());
    prose(text).split("](").skip(1).filter_map(target).collect()
}

/// The anchor that a heading has: small letters, digits, hyphens for spaces.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}

fn anchors(text: &str) -> Vec<String> {
    let outside: String = text.split("```").step_by(2).collect();
    let headings = outside.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#'))).collect()
}

fn broken(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let leads = |link: &str| {
        if link.contains("://") || link.starts_with("mailto:") {
            return true;
        }
        let (file, heading) =
            link.split_once('#').map_or((link, None), |(file, heading)| (file, Some(heading)));
        let target = if file.is_empty() { page.to_owned() } else { page.parent().unwrap().join(file) };
        match heading {
            None => target.exists(),
            Some(heading) => {
                fs::read_to_string(&target).is_ok_and(|text| anchors(&text).iter().any(|one| one == heading))
            }
        }
    };
    let name = page.strip_prefix(root()).unwrap().display().to_string();
    links(&text).into_iter().filter(|link| !leads(link)).map(|link| format!("{name}: {link}")).collect()
}

#[test]
fn every_link_of_the_handbook_leads_somewhere() {
    let pages = pages();
    assert!(pages.len() > 8, "{pages:?}");
    let broken: Vec<String> = pages.iter().flat_map(|page| broken(page)).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_page_of_the_handbook_is_reached_from_the_readme() {
    let mut reached = vec![root().join("README.md")];
    let mut next = 0;
    while let Some(page) = reached.get(next).cloned() {
        next += 1;
        for link in links(&fs::read_to_string(&page).unwrap()) {
            let file = link.split('#').next().unwrap_or_default();
            let target = page.parent().unwrap().join(file);
            if let Ok(target) = target.canonicalize()
                && file.ends_with(".md")
                && !reached.contains(&target)
            {
                reached.push(target);
            }
        }
    }
    let known: Vec<PathBuf> = reached.iter().filter_map(|page| page.canonicalize().ok()).collect();
    for page in pages().into_iter().filter(|page| page.starts_with(root().join("docs"))) {
        let decision = page.starts_with(root().join("docs/decisions"));
        assert!(
            decision || known.contains(&page.canonicalize().unwrap()),
            "{} is reached from nowhere",
            page.display()
        );
    }
}

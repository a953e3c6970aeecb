//! Plugins: a folder of scripts with a manifest, `hooks/<plugin>/plugin.toml`, that says up front
//! what they may do and which settings they read.

use super::Settings;
use super::function::EFFECTS;
use crate::report::{Report, did_you_mean};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The manifest's file name.
pub const FILE: &str = "plugin.toml";

/// What `plugin.toml` says.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The folder's name.
    pub name: String,
    /// Its version, such as `1.2.0`.
    pub version: String,
    /// What it is for, in a sentence.
    #[serde(default)]
    pub description: String,
    /// What its scripts may do; nothing that does not stand here.
    #[serde(default)]
    pub may: May,
    /// The settings that its scripts read, by name.
    #[serde(default)]
    pub settings: BTreeMap<String, Setting>,
}

/// What the scripts of a plugin may do.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct May {
    /// Hosts that it may call, which `[outgoing] allow` must name as well.
    pub hosts: Vec<String>,
    /// Effects that it may ask for, by their functions' names.
    pub effects: Vec<String>,
}

/// One setting of a plugin.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: SettingKind,
    /// What it is for, in a sentence.
    #[serde(default)]
    pub doc: String,
    /// Used while the operator sets nothing. Secrets have none.
    #[serde(default)]
    pub default: Option<Value>,
    /// With `choice`: the values to choose from.
    #[serde(default)]
    pub choices: Vec<String>,
}

/// What a setting of a plugin holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SettingKind {
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// A list of texts.
    List,
    /// One of `choices`.
    Choice,
    /// Text that is stored sealed and that no script ever sees: `secret("name")` hands it on.
    Secret,
}

impl SettingKind {
    fn fits(self, value: &Value, choices: &[String]) -> bool {
        match self {
            SettingKind::Text | SettingKind::Secret => value.is_string(),
            SettingKind::Number => value.is_i64(),
            SettingKind::Flag => value.is_boolean(),
            SettingKind::List => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
            SettingKind::Choice => value.as_str().is_some_and(|text| choices.iter().any(|one| one == text)),
        }
    }

    fn nothing(self, choices: &[String]) -> Value {
        match self {
            SettingKind::Text | SettingKind::Secret => json!(""),
            SettingKind::Number => json!(0),
            SettingKind::Flag => json!(false),
            SettingKind::List => json!([]),
            SettingKind::Choice => json!(choices.first().cloned().unwrap_or_default()),
        }
    }

    fn wants(self, choices: &[String]) -> String {
        match self {
            SettingKind::Text => "a text".into(),
            SettingKind::Number => "a whole number".into(),
            SettingKind::Flag => "true or false".into(),
            SettingKind::List => "a list of texts".into(),
            SettingKind::Choice => format!("one of {}", choices.join(", ")),
            SettingKind::Secret => {
                "a secret, which is set by `innkeeper plugins set` and stands in no file".into()
            }
        }
    }
}

/// The plugin in whose folder a file stands, if it stands in one: `hooks/whm/a.rhai` is of `whm`.
pub fn of(path: &str) -> Option<&str> {
    match path.split('/').collect::<Vec<_>>().as_slice() {
        ["hooks", folder, _] if !matches!(*folder, "lib" | "available" | "tests") => Some(folder),
        _ => None,
    }
}

/// Whose store a script reads and writes: its plugin's, by the folder's name; or its own, by the file's. No folder holds a
/// file and a folder of one name, so none of the two reads the other's.
pub fn store_of(path: &str) -> &str {
    of(path).unwrap_or_else(|| path.rsplit('/').next().unwrap_or(path))
}

/// Reads a manifest, whole or not at all.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(path: &str, text: &str) -> Result<Arc<Manifest>, Vec<Report>> {
    let manifest: Manifest = toml::from_str(text).map_err(|error| vec![unread(path, text, &error)])?;
    let mut reports = Vec::new();
    let mut wrong = |key: &str, message: String, help: String| {
        let line = text.lines().position(|line| line.contains(key)).map_or(1, |n| n + 1);
        reports.push(Report::error(path, text, line, 1, "manifest", message).help(help));
    };
    let folder = of(path).unwrap_or_default();
    if manifest.name != folder {
        let help = format!("write name = {folder:?}, or rename the folder");
        wrong(
            "name",
            format!("the plugin calls itself {:?}, and its folder {folder:?}", manifest.name),
            help,
        );
    }
    for effect in &manifest.may.effects {
        if !EFFECTS.iter().any(|function| function.name == effect) {
            let near = did_you_mean(effect, EFFECTS.iter().map(|function| function.name));
            let help = near.map(|near| format!("did you mean {near:?}?")).unwrap_or_default();
            wrong(effect, format!("there is no effect {effect:?}"), help);
        }
    }
    for (name, setting) in &manifest.settings {
        let section = format!("[settings.{name}]");
        let secret = setting.kind == SettingKind::Secret;
        if secret && setting.default.is_some() {
            let help = "leave it out; the operator sets it with `innkeeper plugins set`".into();
            wrong(&section, format!("the secret `{name}` has a default, which everybody could read"), help);
        } else if setting.kind == SettingKind::Choice && setting.choices.is_empty() {
            wrong(
                &section,
                format!("the setting `{name}` is a choice of nothing"),
                "add choices = [\"…\"]".into(),
            );
        } else if let Some(default) =
            setting.default.as_ref().filter(|v| !setting.kind.fits(v, &setting.choices))
        {
            let message = format!(
                "the default of `{name}` is {default}; it must be {}",
                setting.kind.wants(&setting.choices)
            );
            wrong(&section, message, "write a default of the setting's type".into());
        }
    }
    if reports.is_empty() { Ok(Arc::new(manifest)) } else { Err(reports) }
}

fn unread(path: &str, text: &str, error: &toml::de::Error) -> Report {
    let before = error.span().map_or("", |span| text.get(..span.start).unwrap_or(""));
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let help = "a manifest has name, version, description, [may] hosts and effects, and [settings.NAME] with type, doc, default, choices";
    Report::error(path, text, line, column, "manifest", error.message()).help(help)
}

impl Manifest {
    /// Of a plugin whose manifest cannot be read: it may do nothing, and has no settings.
    pub fn nothing(folder: &str) -> Self {
        Self {
            name: folder.to_owned(),
            version: String::new(),
            description: String::new(),
            may: May::default(),
            settings: BTreeMap::new(),
        }
    }

    /// What the plugin's scripts read: what the operator set, else the defaults; and what is wrong with the former.
    pub fn settings(&self, set: Option<&Map<String, Value>>) -> (Settings, Vec<String>) {
        let empty = Map::new();
        let set = set.unwrap_or(&empty);
        let mut problems = Vec::new();
        for key in set.keys().filter(|key| !self.settings.contains_key(*key)) {
            let near = did_you_mean(key, self.settings.keys().map(String::as_str));
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            problems.push(format!("[plugins.{}] has no setting `{key}`{hint}", self.name));
        }
        let value = |(name, setting): (&String, &Setting)| {
            let otherwise =
                || setting.default.clone().unwrap_or_else(|| setting.kind.nothing(&setting.choices));
            let value = match set.get(name) {
                Some(value)
                    if setting.kind != SettingKind::Secret && setting.kind.fits(value, &setting.choices) =>
                {
                    value.clone()
                }
                Some(_) => {
                    let wants = setting.kind.wants(&setting.choices);
                    let instead = match (&setting.default, setting.kind) {
                        (_, SettingKind::Secret) => "what stands there is not used".to_owned(),
                        (Some(default), _) => format!("its default is used: {default}"),
                        (None, _) => format!("it has no default, and {} is used", otherwise()),
                    };
                    problems.push(format!("[plugins.{}] `{name}` must be {wants}; {instead}", self.name));
                    otherwise()
                }
                None => otherwise(),
            };
            (name.clone(), value)
        };
        let readable = self.settings.iter().filter(|(_, setting)| setting.kind != SettingKind::Secret);
        let settings = readable.map(value).collect();
        (settings, problems)
    }

    /// True if the name is that of a secret.
    pub fn has_secret(&self, name: &str) -> bool {
        self.settings.get(name).is_some_and(|setting| setting.kind == SettingKind::Secret)
    }

    /// Names of its secrets.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.settings.iter().filter(|(_, s)| s.kind == SettingKind::Secret).map(|(name, _)| name.as_str())
    }

    /// True if its scripts may ask for this effect.
    pub fn allows(&self, effect: &str) -> bool {
        self.may.effects.iter().any(|allowed| allowed == effect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHM: &str = "name = \"whm\"\nversion = \"1.0.0\"\n[may]\nhosts = [\"panel.example.com\"]\neffects = [\"webhook\"]\n\
        [settings.region]\ntype = \"choice\"\nchoices = [\"eu\", \"us\"]\n[settings.token]\ntype = \"secret\"\n[settings.limit]\ntype = \"number\"\ndefault = 5\n";

    #[test]
    fn settings_have_types_and_defaults_and_secrets_stay_out() {
        let manifest = read("hooks/whm/plugin.toml", WHM).unwrap();
        let set = json!({"region": "us", "limit": "ten", "token": "t", "regoin": 1});
        let (settings, problems) = manifest.settings(set.as_object());
        assert_eq!(settings.get("region"), Some(&json!("us")));
        assert_eq!(settings.get("limit"), Some(&json!(5)));
        assert_eq!(settings.get("token"), None);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].contains("did you mean `region`?"), "{problems:?}");
    }

    #[test]
    fn what_is_wrong_with_a_manifest_is_said_with_its_line() {
        for (wrong, line, message) in [
            (WHM.replace("\"whm\"", "\"wmh\""), 1, "calls itself"),
            (WHM.replace("\"webhook\"", "\"webhok\""), 5, "no effect"),
            (WHM.replace("default = 5", "default = \"five\""), 11, "must be a whole number"),
            (format!("{WHM}[settings.pin]\ntype = \"secret\"\ndefault = \"1\"\n"), 14, "has a default"),
            (WHM.replace("version", "verion"), 2, "unknown field"),
        ] {
            let reports = read("hooks/whm/plugin.toml", &wrong).unwrap_err();
            assert_eq!(reports[0].line, line, "{reports:?}");
            assert!(reports[0].message.contains(message), "{reports:?}");
        }
    }
}

//! Where everything is.

use super::{Config, ConfigError};
use std::path::PathBuf;

/// The paths that every command starts from.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The data folder.
    pub data: PathBuf,
    /// The configuration file.
    pub config: PathBuf,
    /// True if somebody named that file; the one in the data folder may be missing.
    is_named: bool,
}

impl Paths {
    /// The data folder, and `innkeeper.toml` in it unless another file is named.
    pub fn new(data: PathBuf, config: Option<PathBuf>) -> Self {
        let is_named = config.is_some();
        let config = config.unwrap_or_else(|| data.join("innkeeper.toml"));
        Self { data, config, is_named }
    }

    /// What is set in the configuration file, and in the environment over it.
    ///
    /// # Errors
    /// [`ConfigError`] as [`Config::load`], and if a file that somebody named is not there: all that it was to set would be
    /// something else.
    pub fn load(&self, env: impl Iterator<Item = (String, String)>) -> Result<Config, ConfigError> {
        if self.is_named && self.config.try_exists().is_ok_and(|there| !there) {
            return Err(ConfigError(format!(
                "there is no configuration file {}; name another with --config or INNKEEPER_CONFIG, or neither for innkeeper.toml in \
                 the data folder",
                self.config.display()
            )));
        }
        Config::load(&self.config, env)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_named_must_be_there_and_one_that_is_not_need_not() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_owned();
        let none = std::iter::empty;
        assert!(Paths::new(data.clone(), None).load(none()).is_ok());
        let named = Paths::new(data.clone(), Some(data.join("innkeeper.toml")));
        let said = named.load(none()).unwrap_err().to_string();
        assert!(said.contains("there is no configuration file") && said.contains("innkeeper.toml"), "{said}");
        std::fs::write(data.join("innkeeper.toml"), "[brand]\nname = \"Inn\"\n").unwrap();
        assert_eq!(named.load(none()).unwrap().brand.name, "Inn");
    }
}

//! A small house in a folder of its own, for figures that need a database.

use innkeeper::app::App;
use innkeeper::clock::Clock;
use innkeeper::config::{Config, Paths};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The folder, which goes with it, and the server's parts.
pub struct House {
    folder: TempDir,
    /// What the server shares.
    pub app: App,
}

impl House {
    /// A house with these scripts beside the shipped templates; `INNKEEPER_BENCH_DATABASE` may name
    /// an empty PostgreSQL database.
    pub async fn with(scripts: &[(&str, &str)]) -> Self {
        Self::set(scripts, "").await
    }

    /// The same with more lines at the top of the configuration.
    pub async fn set(scripts: &[(&str, &str)], top: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        fs::create_dir(data.join("hooks")).unwrap();
        for (name, text) in scripts {
            fs::write(data.join("hooks").join(name), text).unwrap();
        }
        let mut config = format!("{top}\n");
        if let Ok(url) = std::env::var("INNKEEPER_BENCH_DATABASE") {
            config.push_str(&format!("database_url = {url:?}\n"));
        }
        config.push_str("[outgoing]\nallow = [\"crm.example\"]\n");
        fs::write(data.join("innkeeper.toml"), config).unwrap();
        let paths = Paths::new(data.to_owned(), None);
        let config = Config::load(&paths.config, std::iter::empty()).unwrap();
        let app = App::build(paths, config, Clock::system()).await.unwrap();
        Self { folder, app }
    }

    /// Its folder.
    pub fn data(&self) -> &Path {
        self.folder.path()
    }
}

/// Runs something on a runtime whose threads are as the server's.
pub fn on_runtime<T>(work: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().thread_stack_size(innkeeper::hook::THREAD_STACK).build().unwrap().block_on(work)
}

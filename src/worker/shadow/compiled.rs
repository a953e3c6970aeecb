//! Shadows that are kept compiled.

use super::store::Shadow;
use crate::{
    app::App,
    bundle::{Bundle, Source},
    hook::{Role, role},
    report::Severity,
    secret,
};
use std::{collections::HashMap, sync::Arc};

/// Shadows that are kept compiled.
const KEPT: usize = 16;

/// Compiled shadows, by the live bundle beside which they run and the text that is tried; or why one does not load.
#[derive(Debug, Default)]
pub(super) struct Compiled(HashMap<String, Result<Arc<Bundle>, String>>);

impl Compiled {
    /// The live bundle with the shadow in it, compiled off the threads that serve requests if it was not yet.
    pub async fn get(
        &mut self,
        app: &App,
        live: &Arc<Bundle>,
        shadow: &Shadow,
    ) -> Result<Arc<Bundle>, String> {
        let key = format!("{} {} {}", live.hash, shadow.file, secret::hash(&shadow.body));
        if let Some(known) = self.0.get(&key) {
            return known.clone();
        }
        let (config, live, shadow) = (Arc::clone(&app.config), Arc::clone(live), shadow.clone());
        let work = move || beside(&live, &config.outgoing.allow, &shadow.file, &shadow.body).map(Arc::new);
        let made =
            tokio::task::spawn_blocking(work).await.map_err(|e| format!("it was not compiled: {e}"))?;
        if self.0.len() >= KEPT {
            self.0.clear();
        }
        self.0.insert(key, made.clone());
        made
    }
}

/// The live bundle with another version of one script.
///
/// # Errors
/// The reports, if that does not load.
pub fn beside(live: &Bundle, outgoing_allow: &[String], file: &str, body: &str) -> Result<Bundle, String> {
    let mut source = Source {
        files: live.files.clone(),
        settings: serde_json::from_str(&live.settings_json()).unwrap_or_default(),
        plugins: live.plugins.clone(),
        outgoing_allow: outgoing_allow.to_vec(),
        unreadable: Vec::new(),
        last_settings: None,
    };
    source.files.retain(|path, _| role(path) != Role::Ignored);
    source.files.insert(file.to_owned(), Arc::from(body));
    let bundle = live.with_scripts(&source);
    let wrong: Vec<String> = bundle
        .reports
        .iter()
        .filter(|report| report.severity == Severity::Error && report.file == file)
        .map(ToString::to_string)
        .collect();
    if wrong.is_empty() { Ok(bundle) } else { Err(wrong.join("\n")) }
}

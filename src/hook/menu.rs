//! What `menu` hooks get as `menu`: entries to add and to leave out.

use super::{fail, limits};
use crate::event::page::{Menu, MenuEntry, is_link};
use rhai::{Engine, EvalAltResult};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The handle that scripts see.
#[derive(Clone)]
pub struct Handle(Arc<Mutex<Menu>>);

impl Handle {
    /// The menu, with what the hooks before made of it.
    pub fn new(menu: Menu) -> Self {
        Handle(Arc::new(Mutex::new(menu)))
    }

    /// The menu as it stands now.
    pub fn menu(&self) -> Menu {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Menu> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, label: &str, url: &str) -> Result<(), Box<EvalAltResult>> {
        let entry = entry("menu.add", label, url)?;
        let mut menu = self.lock();
        if menu.added.len() >= limits::MENU {
            return Err(fail(format!("a menu takes {} further entries, no more", limits::MENU)));
        }
        menu.added.push(entry);
        Ok(())
    }

    fn remove(&self, url: &str) -> Result<(), Box<EvalAltResult>> {
        if !url.starts_with('/') {
            return Err(fail(format!(
                "menu.remove: {url:?} is no path of this server, such as \"/contacts\""
            )));
        }
        self.lock().removed.push(url.to_owned());
        Ok(())
    }
}

/// An entry, if both parts are fit to show.
///
/// # Errors
/// A sentence for the script's author.
pub fn entry(function: &str, label: &str, url: &str) -> Result<MenuEntry, Box<EvalAltResult>> {
    if label.trim().is_empty() || label.chars().count() > 80 {
        return Err(fail(format!("{function}: the label must have 1 to 80 characters")));
    }
    if !is_link(url) {
        return Err(fail(format!(
            "{function}: {url:?} is no link; write a path such as \"/tickets\", or an address that begins with https://"
        )));
    }
    Ok(MenuEntry { label: label.to_owned(), url: url.to_owned() })
}

/// Makes the menu known to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Handle>("Menu");
    engine.register_fn("add", |menu: Handle, label: &str, url: &str| menu.add(label, url));
    engine.register_fn("remove", |menu: Handle, url: &str| menu.remove(url));
}

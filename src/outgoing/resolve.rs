//! Turns names into addresses, and lets through only those that may be connected to.
//!
//! The connection is made to what comes out of here, so a name that answers otherwise the second time gains nothing.

use super::address::special;
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

/// Looks a name up; the system's resolver, but in tests.
pub type Lookup = Arc<dyn Fn(String) -> Found + Send + Sync>;
/// What a look-up gives.
pub type Found = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// The system's resolver.
pub fn system() -> Lookup {
    Arc::new(|name: String| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

/// Resolves names to addresses that are public, or in a network that the operator allows.
pub struct Guarded {
    /// Where names are looked up.
    pub lookup: Lookup,
    /// `[outgoing] private`.
    pub private: Arc<[IpNet]>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, private) = ((self.lookup)(name.as_str().to_owned()), Arc::clone(&self.private));
        let host = name.as_str().to_owned();
        Box::pin(async move {
            let found = found.await?;
            let (may, may_not): (Vec<_>, Vec<_>) =
                found.into_iter().partition(|address| blocked(&host, *address, &private).is_none());
            match may_not.first().and_then(|address| blocked(&host, *address, &private)) {
                Some(blocked) if may.is_empty() => Err(blocked.into()),
                _ => Ok(Box::new(may.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs),
            }
        })
    }
}

/// A name that leads to where hooks may not go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    host: String,
    address: IpAddr,
    words: &'static str,
}

/// Why an address may not be connected to; nothing if it may.
fn blocked(host: &str, address: IpAddr, private: &[IpNet]) -> Option<Blocked> {
    let words = special(address)?;
    let listed = |net: &IpNet| net.contains(&address) || net.contains(&address.to_canonical());
    (!private.iter().any(listed)).then(|| Blocked { host: host.to_owned(), address, words })
}

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, address, words } = self;
        write!(
            f,
            "{host} leads to {address}, {words}; if that is meant, add \"{address}\" to [outgoing] private in innkeeper.toml, and restart"
        )
    }
}

impl std::error::Error for Blocked {}

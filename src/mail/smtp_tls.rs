//! How the line to the mail server is encrypted.

use super::smtp_url::{SmtpUrl, Tls};
use lettre::transport::smtp::client::{AsyncTokioStream, TlsParameters};
use rustls::pki_types::ServerName;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// What is ready for encrypting a line.
#[derive(Clone)]
pub(super) enum Encryption {
    /// STARTTLS: lettre's.
    Start(TlsParameters),
    /// From the first byte: ours, since lettre would open the connection itself.
    Implicit(TlsConnector, ServerName<'static>),
}

impl std::fmt::Debug for Encryption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Encryption::Start(_) => "STARTTLS",
            Encryption::Implicit(..) => "implicit TLS",
        })
    }
}

/// Prepares what `url` asks for; `None` if nothing is encrypted.
///
/// # Errors
/// A sentence that names `smtp_url`.
pub(super) fn encryption(url: &SmtpUrl) -> Result<Option<Encryption>, String> {
    let wrong = |error: &dyn std::fmt::Display| format!("smtp_url: no TLS with {}: {error}", url.host);
    Ok(match url.tls {
        Tls::Off => None,
        Tls::Required => {
            Some(Encryption::Start(TlsParameters::new(url.host.clone()).map_err(|error| wrong(&error))?))
        }
        Tls::Opportunistic => {
            // Mail would go in the clear otherwise, so a certificate that nobody vouches for is still a gain.
            let parameters = TlsParameters::builder(url.host.clone())
                .dangerous_accept_invalid_certs(true)
                .dangerous_accept_invalid_hostnames(true);
            Some(Encryption::Start(parameters.build().map_err(|error| wrong(&error))?))
        }
        Tls::Implicit => {
            let mut roots = rustls::RootCertStore::empty();
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let config = rustls::ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .map_err(|error| wrong(&error))?
                .with_root_certificates(roots)
                .with_no_client_auth();
            let name = ServerName::try_from(url.host.clone()).map_err(|error| wrong(&error))?;
            Some(Encryption::Implicit(TlsConnector::from(Arc::new(config)), name))
        }
    })
}

/// A TLS stream that lettre takes as a connection.
#[derive(Debug)]
pub(super) struct Encrypted(pub TlsStream<TcpStream>);

impl AsyncTokioStream for Encrypted {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

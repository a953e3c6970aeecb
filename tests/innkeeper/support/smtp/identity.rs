//! What a mail server shows of itself on an encrypted line.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::{ServerConfig, crypto::ring::default_provider};
use tokio_rustls::TlsAcceptor;

/// A certificate that vouches for itself, with its key.
pub struct Identity {
    pem: String,
    pub(super) acceptor: TlsAcceptor,
}

impl Identity {
    /// For this host name or network address.
    pub fn of(name: &str) -> Self {
        Self::made(CertificateParams::new([name.to_owned()]).unwrap())
    }

    /// The same, but its time is over.
    pub fn expired(name: &str) -> Self {
        let mut of = CertificateParams::new([name.to_owned()]).unwrap();
        of.not_after = rcgen::date_time_ymd(2020, 1, 1);
        Self::made(of)
    }

    fn made(of: CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = of.self_signed(&key).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.serialize_der().try_into().unwrap())
            .unwrap();
        Self { pem: certificate.pem(), acceptor: TlsAcceptor::from(Arc::new(config)) }
    }

    /// The certificate, for those who are to trust it.
    pub fn pem(&self) -> &str {
        &self.pem
    }
}

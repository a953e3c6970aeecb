//! Signing mail (DKIM): reading the operator's key, making one, and what to publish of it.
//!
//! lettre signs. RSA is what every receiver understands; Ed25519 is for those who want it, and many
//! receivers pass it over.

use crate::{config::Dkim, secret};
use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::SigningKey;
use lettre::message::{
    Message,
    dkim::{
        DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm, DkimSigningKey,
    },
    header::HeaderName,
};
use rsa::{
    RsaPrivateKey,
    pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey, LineEnding},
    pkcs8::{DecodePrivateKey, EncodePublicKey},
    traits::PublicKeyParts,
};
use std::{fs, path::Path};

/// What the signature covers: all that people and their programs go by, those of one-click unsubscribing
/// (RFC 8058) among it. One that a mail lacks cannot be added on the way.
const SIGNED: [&str; 13] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Auto-Submitted",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];
/// Receivers refuse shorter keys.
const LEAST_BITS: usize = 1024;
/// The size of a key that we make: longer ones do not fit the DNS of many.
const BITS: usize = 2048;
/// The most characters of one string in the DNS.
const DNS_STRING: usize = 255;

/// What kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// For everybody.
    Rsa,
    /// Short and quick; many receivers pass it over.
    Ed25519,
}

/// What mail is signed with.
#[derive(Debug)]
pub struct Signer {
    config: DkimConfig,
    /// The domain that signs.
    pub domain: String,
    name: String,
    record: String,
}

impl Signer {
    /// Reads the key; nothing if nothing is to be signed.
    ///
    /// # Errors
    /// A sentence that names the key of the configuration, the file, and the mend.
    pub fn read(dkim: &Dkim, data: &Path) -> Result<Option<Self>, String> {
        if dkim.domain.is_empty() {
            return Ok(None);
        }
        let file = data.join(&dkim.key_file);
        let text = fs::read_to_string(&file).map_err(|error| {
            format!("dkim.key_file: {}: {error}; `innkeeper mail dkim --new` makes a key", file.display())
        })?;
        Self::of(dkim, &text).map_err(|why| format!("dkim.key_file: {}: {why}", file.display())).map(Some)
    }

    /// The signer with the key in `text`.
    ///
    /// # Errors
    /// Why it is no key, in words that show nothing of it.
    pub fn of(dkim: &Dkim, text: &str) -> Result<Self, String> {
        let (key, published) = parse(text.trim())?;
        let headers = SIGNED.into_iter().map(HeaderName::new_from_ascii_str).collect();
        let relaxed = DkimCanonicalizationType::Relaxed;
        let canonical = DkimCanonicalization { header: relaxed, body: relaxed };
        Ok(Self {
            config: DkimConfig::new(dkim.selector.clone(), dkim.domain.clone(), key, headers, canonical),
            domain: dkim.domain.clone(),
            name: format!("{}._domainkey.{}", dkim.selector, dkim.domain),
            record: published,
        })
    }

    /// The name of the TXT record to publish.
    pub fn record_name(&self) -> &str {
        &self.name
    }

    /// What the TXT record says.
    pub fn record(&self) -> &str {
        &self.record
    }

    /// The record as a line of a zone file, in strings that are short enough.
    pub fn zone_line(&self) -> String {
        let bytes: Vec<char> = self.record.chars().collect();
        let strings = bytes.chunks(DNS_STRING).map(|part| format!("\"{}\"", part.iter().collect::<String>()));
        format!("{}. IN TXT ( {} )", self.name, strings.collect::<Vec<_>>().join(" "))
    }

    /// Signs.
    pub(super) fn sign(&self, message: &mut Message) {
        // lettre walks through the headers by recursion, a step for each character.
        let headers = message.headers().to_string().len();
        stacker::maybe_grow(headers * 512 + 256 * 1024, headers * 1024 + 1024 * 1024, || {
            message.sign(&self.config);
        });
    }
}

/// The key, and what to publish of it.
fn parse(text: &str) -> Result<(DkimSigningKey, String), String> {
    let unusable = |error: lettre::message::dkim::DkimSigningKeyError| error.to_string();
    if !text.starts_with("-----BEGIN") {
        let wrong = "is neither a private RSA key as PEM nor an Ed25519 key as 32 bytes in base64";
        let seed = BASE64_STANDARD.decode(text).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let public = SigningKey::from_bytes(&seed.ok_or(wrong)?).verifying_key();
        let published = BASE64_STANDARD.encode(public.as_bytes());
        let key = DkimSigningKey::new(text, DkimSigningAlgorithm::Ed25519).map_err(unusable)?;
        return Ok((key, format!("v=DKIM1; k=ed25519; p={published}")));
    }
    let wrong = "is no private RSA key as PEM without a password";
    let key = RsaPrivateKey::from_pkcs1_pem(text)
        .ok()
        .or_else(|| RsaPrivateKey::from_pkcs8_pem(text).ok())
        .ok_or(wrong)?;
    if key.size() * 8 < LEAST_BITS {
        return Err(format!("is shorter than {LEAST_BITS} bits, which receivers refuse"));
    }
    let public = key.to_public_key().to_public_key_der().map_err(|_| wrong)?;
    let published = BASE64_STANDARD.encode(public.as_bytes());
    let pem = key.to_pkcs1_pem(LineEnding::LF).map_err(|_| wrong)?;
    let key = DkimSigningKey::new(&pem, DkimSigningAlgorithm::Rsa).map_err(unusable)?;
    Ok((key, format!("v=DKIM1; k=rsa; p={published}")))
}

/// Makes a key, as its file says it.
///
/// # Errors
/// If no key can be made.
pub fn generate(kind: KeyKind) -> Result<String, String> {
    if kind == KeyKind::Ed25519 {
        return Ok(format!("{}\n", BASE64_STANDARD.encode(secret::random::<32>())));
    }
    let key = RsaPrivateKey::new(&mut secret::Random, BITS).map_err(|error| error.to_string())?;
    Ok(key.to_pkcs1_pem(LineEnding::LF).map_err(|error| error.to_string())?.to_string())
}

//! Randomness, tokens, passwords, and the sealing of what must be read again later.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::Aead};
use rsa::rand_core::{CryptoRng, RngCore};
use sha2::{Digest, Sha256};
use std::{fmt, sync::Arc};
use tokio::sync::Semaphore;

/// So many random bytes from the operating system.
///
/// # Panics
/// If the operating system has no randomness to give: nothing could be kept secret then.
#[expect(clippy::disallowed_methods, reason = "this is the one place that may ask")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "a server without randomness must stop")]
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// [`random`] for those who draw numbers of their own kind from it: keys for signing mail.
#[derive(Clone, Copy, Debug)]
pub struct Random;

impl RngCore for Random {
    fn next_u32(&mut self) -> u32 {
        u32::from_le_bytes(random())
    }
    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(random())
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            chunk.copy_from_slice(&random::<32>()[..chunk.len()]);
        }
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Random {}

/// A secret that goes out in a link or a cookie: 256 random bits. We keep only [`Token::hash`].
pub struct Token(String);

impl Token {
    /// A new token.
    pub fn generate() -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(random::<32>()))
    }

    /// The text that goes into the link or cookie.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the database keeps.
    pub fn hash(&self) -> String {
        hash(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// SHA-256 in hexadecimal: enough for tokens of 256 random bits, which nobody can guess.
pub fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// HMAC-SHA-256 (RFC 2104) of a message, with a key of up to 64 bytes.
pub fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let padded = |with: u8| {
        let mut block = [with; 64];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().into()
}

/// A recovery code: ten letters and digits in two groups, easy to type.
pub fn recovery_code() -> String {
    const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let signs: String =
        random::<10>().iter().map(|b| char::from(SIGNS[usize::from(*b) % SIGNS.len()])).collect();
    format!("{}-{}", &signs[..5], &signs[5..])
}

/// The key that seals second factors and links that wait for their mail.
#[derive(Clone)]
pub struct SealingKey([u8; 32]);

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

impl SealingKey {
    /// The key that was written as by [`SealingKey::generate`].
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text.trim()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// A new key, as text for the configuration.
    pub fn generate() -> String {
        BASE64_URL_SAFE_NO_PAD.encode(random::<32>())
    }

    /// 32 bytes that follow from this key and a purpose, and tell nothing of the key.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        Sha256::new().chain_update(purpose).chain_update([0]).chain_update(self.0).finalize().into()
    }

    /// Another key that follows from this one: what is sealed for one purpose opens for no other.
    pub fn for_purpose(&self, purpose: &str) -> Self {
        Self(self.derive(purpose))
    }

    /// Text that only this key can open.
    pub fn seal(&self, plain: &str) -> String {
        let nonce = random::<24>();
        #[expect(clippy::expect_used, reason = "encryption fails only for texts of many gigabytes")]
        let sealed = XChaCha20Poly1305::new(&self.0.into())
            .encrypt(&XNonce::from(nonce), plain.as_bytes())
            .expect("short text");
        BASE64_URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat())
    }

    /// What was sealed, or nothing if it was another key or the text was tampered with.
    pub fn open(&self, sealed: &str) -> Option<String> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(24)?;
        let nonce: [u8; 24] = nonce.try_into().ok()?;
        String::from_utf8(XChaCha20Poly1305::new(&self.0.into()).decrypt(&XNonce::from(nonce), sealed).ok()?)
            .ok()
    }
}

/// Hashes and compares passwords with argon2id, off the threads that serve requests, and never more
/// than a few at once, so that a flood of log-ins cannot starve the rest.
#[derive(Clone, Debug)]
pub struct Passwords {
    places: Arc<Semaphore>,
    params: Params,
}

impl Passwords {
    /// OWASP's parameters: 19 MiB, two passes, one lane; half of the machine's cores at once.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { places: Arc::new(Semaphore::new((cores / 2).max(1))), params: Params::default() }
    }

    fn argon2(&self) -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone())
    }

    /// The hash to keep for a password.
    ///
    /// # Errors
    /// If the password is too long to hash; forms refuse such ones before.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordFailure> {
        let (argon2, password) = (self.argon2(), password.to_owned());
        self.run(move || {
            argon2
                .hash_password_with_salt(password.as_bytes(), &random::<16>())
                .map(|hash| hash.to_string())
                .ok()
        })
        .await?
        .ok_or(PasswordFailure)
    }

    /// True if `password` is the one whose `hash` was kept. With no hash, takes as long and says no,
    /// so that nobody can tell by the clock whether a user exists.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, PasswordFailure> {
        let (argon2, password, hash) = (self.argon2(), password.to_owned(), hash.map(str::to_owned));
        self.run(move || match hash.as_deref().map(PasswordHash::new) {
            Some(Ok(hash)) => argon2.verify_password(password.as_bytes(), &hash).is_ok(),
            _ => {
                let _ = argon2.hash_password_with_salt(password.as_bytes(), &[0; 16]);
                false
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordFailure> {
        let _place = self.places.acquire().await.map_err(|_| PasswordFailure)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| PasswordFailure)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// A password could not be hashed or compared: the server is stopping, or the password is far too long.
#[derive(Debug)]
pub struct PasswordFailure;

/// Second factors by time (RFC 6238): six digits, thirty seconds, SHA-1, as every authenticator knows.
pub mod totp {
    use totp_rs::{Builder, Secret, Totp};

    /// A new shared secret in base32, for the authenticator and (sealed) for the database.
    pub fn generate() -> String {
        Secret::from(super::random::<20>().to_vec()).to_base32()
    }

    fn build(secret: &str, who: &str, issuer: &str) -> Option<Totp> {
        // A colon separates issuer and name in the address, so neither may have one.
        let clean = |text: &str| text.replace(':', " ");
        Builder::new()
            .with_secret(Secret::try_from_base32(secret).ok()?)
            .with_account_name(clean(who))
            .with_issuer(Some(clean(issuer)))
            .build()
            .ok()
    }

    /// The `otpauth://` address that the QR code shows.
    pub fn address(secret: &str, who: &str, issuer: &str) -> Option<String> {
        build(secret, who, issuer)?.to_url().ok()
    }

    /// The number of the half-minute for which `code` is right at `now`, or nothing. Callers refuse
    /// numbers that are not above the last one used, so that a code works once.
    pub fn step(secret: &str, code: &str, now: i64) -> Option<i64> {
        let code: String = code.chars().filter(char::is_ascii_digit).collect();
        let seconds = u64::try_from(now / 1000).ok()?;
        build(secret, "user", "innkeeper")?.check(&code, seconds).and_then(|step| i64::try_from(step).ok())
    }

    /// The code that an authenticator shows at `now`.
    pub fn code(secret: &str, now: i64) -> Option<String> {
        Some(build(secret, "user", "innkeeper")?.generate(u64::try_from(now / 1000).ok()?).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_text_opens_with_its_key_only() {
        let key = SealingKey::parse(&SealingKey::generate()).unwrap();
        let other = SealingKey::parse(&SealingKey::generate()).unwrap();
        let sealed = key.seal("secret");
        assert_eq!(key.open(&sealed).as_deref(), Some("secret"));
        assert_eq!(other.open(&sealed), None);
        assert_eq!(key.open(&sealed[1..]), None);
    }

    #[test]
    fn what_is_derived_hangs_on_key_and_purpose() {
        let key = SealingKey([7; 32]);
        assert_eq!(key.derive("web-hooks"), SealingKey([7; 32]).derive("web-hooks"));
        assert_ne!(key.derive("web-hooks"), key.derive("else"));
        assert_ne!(key.derive("web-hooks"), SealingKey([8; 32]).derive("web-hooks"));
        assert_ne!(key.derive("web-hooks"), [7; 32]);
    }

    #[test]
    fn a_mac_is_as_rfc_4231_has_it() {
        let hex = |bytes: [u8; 32]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let found = hex(mac(b"Jefe", b"what do ya want for nothing?"));
        assert_eq!(found, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn a_code_is_right_in_its_half_minute() {
        let secret = totp::generate();
        let now = 1_795_426_200_000;
        let code = totp::code(&secret, now).unwrap();
        assert!(totp::step(&secret, &code, now).is_some());
        assert_eq!(totp::step(&secret, &code, now + 300_000), None);
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other_is() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse").await.unwrap();
        assert!(passwords.verify("correct horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("wrong horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("correct horse", None).await.unwrap());
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }
}

//! Ids: text, made by us, sortable by time, not guessable in sequence.

use crate::secret;
use ulid::Ulid;

/// A new id such as `acc_01jd…`: the kind of thing, the moment, and 80 random bits.
pub fn new(prefix: &str, now: i64) -> String {
    let mut random = [0; 16];
    random[6..].copy_from_slice(&secret::random::<10>());
    let stamp = u128::from(now.unsigned_abs()) << 80;
    format!("{prefix}_{}", Ulid(stamp | u128::from_be_bytes(random)).to_string().to_lowercase())
}

/// A ticket's reference: three letters and six digits, safe to print and to say on the phone, with
/// no letters that look like digits.
pub fn ticket_reference() -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
    let bytes = secret::random::<11>();
    let mut reference = String::with_capacity(10);
    for byte in &bytes[..3] {
        reference.push(char::from(LETTERS[usize::from(*byte) % LETTERS.len()]));
    }
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[3..]);
    reference.push_str(&format!("-{:06}", u64::from_be_bytes(number) % 1_000_000));
    reference
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_never_repeat() {
        let (early, late) = (new("acc", 1_000), new("acc", 2_000));
        assert!(early < late, "{early} {late}");
        assert_ne!(new("acc", 1_000), new("acc", 1_000));
        assert_eq!(early.len(), 30);
    }
}

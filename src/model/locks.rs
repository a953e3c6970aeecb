//! Holding to what a hook locked.

use crate::{
    error::{Error, FieldError, Kind, Result},
    event::guard::Lock,
};

/// Refuses if a locked field differs from what is stored; the form shows the hook's reason.
///
/// # Errors
/// [`Kind::Invalid`] `invalid`, each such field with the code `locked`.
pub(super) fn locked(locks: &[Lock], differs: impl Fn(&str) -> bool) -> Result<()> {
    let mut error = Error::new(Kind::Invalid, "invalid");
    for lock in locks {
        for field in lock.fields.iter().filter(|field| differs(field)) {
            error.fields.push(FieldError {
                field: field.clone(),
                code: "locked",
                text: lock.reason.clone(),
                limit: None,
            });
        }
    }
    if error.fields.is_empty() { Ok(()) } else { Err(error) }
}

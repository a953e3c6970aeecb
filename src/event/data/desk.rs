//! What events carry of what staff keep for themselves: statuses, answers that are ready.

use crate::event::shape::record;

record! {
    /// A status that tickets may have.
    Status {
        /// False where no status stands here.
        exists: bool,
        /// Its name, which tickets bear.
        name: String,
        /// For whom tickets of this status wait: `staff`, `customer`, or `nobody` if it closes them.
        waits_for: String as WAITS,
        /// Its colour, as `#rrggbb`.
        colour: String,
    }
}

record! {
    /// An answer that staff have ready.
    CannedAnswer {
        /// False where no answer stands here.
        exists: bool,
        /// Stable id of the answer.
        id: String,
        /// What staff choose it by.
        title: String,
        /// The text, with placeholders such as `[name]`.
        body: String,
    }
}

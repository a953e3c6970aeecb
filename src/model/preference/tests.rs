//! What addresses choose, on a real database.

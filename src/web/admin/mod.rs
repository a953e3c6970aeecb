//! The part for staff, under `/admin`.

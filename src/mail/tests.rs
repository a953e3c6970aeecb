//! Tests of the whole: shipped templates, hostile ones, falling back.

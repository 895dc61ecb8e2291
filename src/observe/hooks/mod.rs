//! What a watched Python loads at its start, by way of its environment.

/// The files of the hooks' folder: names and texts.
pub const FILES: &[(&str, &str)] = &[("sitecustomize.py", include_str!("sitecustomize.py"))];

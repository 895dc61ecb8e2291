//! How numbers, lists and names are written in sentences: one rule each, for every room.

pub mod dates;
mod overwritten;
mod plural;
mod shell;
mod suggest;
pub mod units;

pub use overwritten::last_overwrite;
pub use plural::{capitalize, format_count, join_words, keep_distinct, pick_plural};
pub use shell::quote_for_shell;
pub use suggest::{describe_unknown, describe_unknown_of_many, find_nearest, suggest_name};

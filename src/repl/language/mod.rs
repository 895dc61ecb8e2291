//! What may be typed, at the prompt and on the command line, and what is said to what was not understood.

pub(crate) mod exercise_args;
pub(crate) mod failure;
pub(crate) mod help;
pub(crate) mod line;
pub(crate) mod run_args;
pub(crate) mod shared;
pub(crate) mod usage;
pub(crate) mod values;
pub(crate) mod words;

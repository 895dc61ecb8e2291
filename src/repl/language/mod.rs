//! The language of the prompt and of the command line, and its error messages.

pub(crate) mod bench_args;
pub(crate) mod command_error;
pub(crate) mod command_groups;
pub(crate) mod exercise_args;
pub(crate) mod help;
pub(crate) mod prompt_line;
pub(crate) mod python_line;
pub(crate) mod python_words;
pub(crate) mod run_args;
pub(crate) mod shared_command;
pub(crate) mod shell_words;
pub(crate) mod usage_errors;
pub(crate) mod values;

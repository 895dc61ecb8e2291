//! The prompt: commands one line at a time, on a terminal or from a pipe.

mod bench_output;
mod commands;
mod editor;
pub(crate) mod folders;
mod idle_wait;
pub(crate) mod language;
mod lesson_page;
mod output_file;
mod own_editor;
pub mod pager;
pub(crate) mod progress_recorder;
mod prompt;
mod python_choice;
mod saves;
pub(crate) mod screen;
pub(crate) mod session;
pub(crate) mod session_runner;
pub(crate) mod settings;

pub(crate) use prompt::run_prompt;

#[cfg(test)]
mod tests;

//! The prompt: commands one line at a time, on a terminal or from a pipe.

mod commands;
pub(crate) mod diary;
mod editor;
pub(crate) mod folders;
pub(crate) mod language;
pub(crate) mod launch;
mod own_editor;
mod page;
mod prompt;
mod reload;
pub(crate) mod screen;
pub(crate) mod session;
pub(crate) mod settings;

pub(crate) use prompt::{PromptEnd, run_prompt};

#[cfg(test)]
mod tests;

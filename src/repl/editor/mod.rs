//! The comforts of the prompt: completion, hints, colours, history.

mod complete;
mod helper;
mod history;

pub(crate) use complete::CompletionContext;
pub(crate) use helper::{HintStyle, PromptHelper};
pub(crate) use history::{HistoryFile, MOST_LINES};

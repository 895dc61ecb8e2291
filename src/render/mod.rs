//! A report, a lesson's text, and what goes on now, as a person or a program reads it.
//!
//! Nothing here decides what is said. How it looks is decided once, in a [`Style`].

mod advice;
mod cards;
mod claims;
mod code;
mod error;
mod figure;
mod format;
mod ink;
mod layout;
mod live;
mod markdown;
mod prose;
mod sheet;
mod style;
mod text;

pub use claims::ledger;
pub use code::code;
pub use error::{error, message, warning};
pub use format::{Format, report, tables};
pub use ink::TextRole;
pub use live::{DisplayOutput, LiveDisplay, live};
pub use markdown::markdown;
pub use style::{ColorChoice, OutputStream, ProgressMode, Style, StyleEnvironment};

//! Exercises on real code: a learner's program is run and watched, and what is seen of it decides.
//!
//! How a program is written is nobody's business here: each requirement is a condition on what a run of it does.
//! Nothing here starts a process: whoever calls [`check`] brings somebody who [`Tries`].

mod check;
mod evidence;
mod finding;
mod hints;
mod merge;
mod table;
mod words;

pub use check::{Halt, Round, Tries, check, judged, starter_judged};
pub use evidence::Tried;
pub use finding::{Checked, Finding, Standing, State};
pub use hints::{Hint, Shown, hints};
pub use table::{CHECK_SCHEMA, CheckReport, difference, findings};

#[cfg(test)]
mod tests;

//! A learner's way through a lesson: step by step, with a guess before what is measured, or played straight through.
//!
//! Nothing here knows a terminal or starts a process: what is shown goes to a [`Page`], demos run through a
//! [`Launcher`], and a learner's input comes as text. So every path is tested without any of them.

mod asking;
mod claims;
pub mod exercise;
mod hints;
mod known;
mod launcher;
mod marks;
mod page;
mod piece;
mod play;
mod predict;
pub mod progress;
mod quiz;
mod show;
mod stop;
mod visit;
mod walk;

pub use claims::{decide, decided_by, hopeless, not_shown, verdict};
pub use hints::Hints;
pub use known::known;
pub use launcher::{Launched, Launcher, Output, command};
pub use marks::Unclear;
pub use page::{Page, Stage};
pub use piece::{Piece, pieces};
pub use play::{Played, play};
pub use predict::{Guess, Outcome, Settled};
pub use quiz::{Grade, QuizState, Reply};
pub use show::task;
pub use stop::{Options, Stop, VisitError};
pub use visit::Visit;
pub use walk::{Next, Walk, WalkError};

#[cfg(test)]
pub(crate) mod tests;

//! A learner's way through a lesson: step by step, or played straight through.
//!
//! Nothing here knows a terminal or starts a process: what is shown goes to a [`Page`], demos run through a
//! [`Launcher`], and a learner's input comes as text. So every path is tested without any of them.

mod claims;
pub mod exercise;
mod known;
mod launcher;
mod page;
mod piece;
mod play;
mod quiz;
mod show;
mod visit;
mod walk;

pub use claims::{decided_by, hopeless, not_shown, verdict};
pub use known::known;
pub use launcher::{Launched, Launcher, Output, command};
pub use page::{Page, Stage};
pub use piece::{Piece, pieces};
pub use play::{Played, play};
pub use quiz::{Picked, QuizState, Reply, Unclear};
pub use show::still as show_piece;
pub use visit::{Stop, Visit, VisitError};
pub use walk::{Next, Walk, WalkError};

#[cfg(test)]
mod tests;

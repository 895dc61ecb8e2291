//! `exercises`, `exercise` and `check`: programs to write, run and judged by what they do.

mod check;
mod find;
mod folder;
mod list;
mod open;
mod runs;
mod watch;

use std::path::PathBuf;

use crate::tutor::exercise::Shown;

pub use check::check;
pub use list::list;
pub use open::open;

/// The exercise that a learner is at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtHand {
    /// Its name.
    pub id: String,
    /// The learner's file.
    pub file: PathBuf,
    /// The hints that were shown.
    pub shown: Shown,
    /// The requirements that did not hold at the last check.
    pub failing: Vec<usize>,
}

impl AtHand {
    /// At its beginning.
    pub fn new(id: &str, file: PathBuf) -> Self {
        Self {
            id: id.to_owned(),
            file,
            shown: Shown::default(),
            failing: Vec::new(),
        }
    }
}

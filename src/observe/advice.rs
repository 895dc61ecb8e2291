//! What to change in a program, from what was seen of it.

use crate::{record::Run, report::Advice};

/// The advice that a recording gives.
pub fn advice(_run: &Run) -> Vec<Advice> {
    Vec::new()
}

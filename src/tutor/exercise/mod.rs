//! Exercises on real code: a learner's program is run and observed, and the observations decide.
//!
//! The code itself is not examined: each requirement is a condition on what a run does. This module starts no
//! process: the caller of [`check_exercise`] provides a [`Runner`](crate::tutor::Runner).

mod check;
mod evidence;
mod finding;
mod hints;
mod merge;
mod mistakes;
mod programs;
mod table;
mod wording;

pub use check::{
    CheckError, CheckRound, check_exercise, judge_rounds, judge_starter, meets_condition,
};
pub use evidence::ProgramEvidence;
pub use finding::{CheckResult, ExerciseState, RequirementFinding, RequirementState};
pub use hints::{HintText, ShownHints, choose_hint};
pub use programs::{ExercisePrograms, StarterProgram};
pub use table::{CHECK_SCHEMA, CheckReport, difference_table, findings_table};

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

//! What a learner has done: kept as it happens, added up when somebody asks.
//!
//! The file is a journal ([`Entry`] by entry), so that saving is one write, two sessions lose nothing to each other,
//! and a kill costs nothing that was done before. Everything that is shown is computed from it ([`Progress`]). Nothing
//! here reads a clock: the time is passed in.

mod dates;
mod due;
mod entry;
mod journal;
mod learner_progress;
mod overview;
mod schedule;
mod store;

pub use due::{due_question, next_question};
pub use entry::{ProgressEntry, ProgressEvent};
pub use learner_progress::{
    ExerciseRecord, LearnerProgress, LessonHistory, PredictionRecord, QuizRecord,
};
pub use overview::{
    ExerciseCounts, LessonProgress, NextStep, PredictionCounts, ProgressOverview, QuizCounts,
    SCHEMA, StepCounts, build_overview, last_place, last_step, step_names,
};
pub use store::ProgressStore;

#[cfg(test)]
mod tests;

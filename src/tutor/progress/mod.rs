//! A learner's progress: recorded as it happens, and added up on request.
//!
//! The file is a journal of [`ProgressEntry`] lines: saving is one write, two sessions do not overwrite each
//! other's entries, and a kill loses nothing that was done before. Everything shown is computed from it
//! ([`LearnerProgress`]). This module reads no clock: the time is passed in.

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

//! A learner's progress: the sum of all entries.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    entry::{ProgressEntry, ProgressEvent},
    schedule,
};
use crate::{lesson::Lesson, tutor::GuessOutcome};

/// The progress in all lessons, by slug.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LearnerProgress {
    /// Every lesson with progress.
    pub lessons: BTreeMap<String, LessonHistory>,
    /// The learner's last position: the lesson's slug and the step's title.
    pub place: Option<(String, String)>,
}

/// The progress in one lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LessonHistory {
    /// The time of the last event, in seconds since 1970.
    pub last: u64,
    /// The titles of the steps that were shown, each with the last time.
    pub seen: BTreeMap<String, u64>,
    /// Predictions by id.
    pub predictions: BTreeMap<String, PredictionRecord>,
    /// Questions by id.
    pub quizzes: BTreeMap<String, QuizRecord>,
    /// Exercises by id.
    pub exercises: BTreeMap<String, ExerciseRecord>,
}

/// The last attempt at a prediction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PredictionRecord {
    /// Its time.
    pub at: u64,
    /// The number of the choice, from 1.
    pub choice: usize,
    /// The result; `None` until its demo has run.
    pub outcome: Option<GuessOutcome>,
    /// The figures that decided it.
    pub measured: String,
}

/// The record of a quiz.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuizRecord {
    /// The number of answers.
    pub tries: u32,
    /// Whether the last answer was right.
    pub right: bool,
    /// How often in a row it was answered correctly when it was due.
    pub level: u32,
    /// When it is due again, in seconds since 1970.
    pub due: u64,
}

/// The record of an exercise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExerciseRecord {
    /// The time of the last check.
    pub at: u64,
    /// How many conditions held in the last check.
    pub held: usize,
    /// How many there are.
    pub of: usize,
    /// Whether it was ever solved.
    pub solved: bool,
}

impl LearnerProgress {
    /// Adds the next entry.
    pub fn apply_entry(&mut self, entry: &ProgressEntry) {
        match &entry.what {
            ProgressEvent::Reset => return *self = Self::default(),
            ProgressEvent::Forgot => {
                self.lessons.remove(&entry.lesson);
                let is_there = |(lesson, _): &mut (String, String)| *lesson == entry.lesson;
                self.place.take_if(is_there);
                return;
            }
            ProgressEvent::Seen { step } => self.place = Some((entry.lesson.clone(), step.clone())),
            _ => {}
        }
        let known = self.lessons.entry(entry.lesson.clone()).or_default();
        known.last = known.last.max(entry.at);
        known.apply_entry(entry);
    }

    /// The progress in a lesson.
    pub fn lesson_history(&self, lesson: &Lesson) -> Option<&LessonHistory> {
        self.lessons.get(&lesson.slug)
    }

    /// The shortest list of entries with the same content, in chronological order.
    pub fn to_entries(&self) -> Vec<ProgressEntry> {
        let lessons = self.lessons.iter();
        let mut entries: Vec<ProgressEntry> = lessons
            .flat_map(|(lesson, known)| known.to_entries(lesson))
            .collect();
        // The position is the step that was seen last; it must stay so even if the clock was changed.
        let is_place = |entry: &ProgressEntry| match (&entry.what, &self.place) {
            (ProgressEvent::Seen { step }, Some(place)) => {
                (&entry.lesson, step) == (&place.0, &place.1)
            }
            _ => false,
        };
        entries.sort_by_key(|entry| (is_place(entry), entry.at));
        entries
    }
}

impl LessonHistory {
    fn apply_entry(&mut self, entry: &ProgressEntry) {
        let at = entry.at;
        match &entry.what {
            ProgressEvent::Seen { step } => {
                self.seen.insert(step.clone(), at);
            }
            ProgressEvent::Predicted {
                id,
                choice,
                outcome,
                measured,
            } => {
                let predicted = PredictionRecord {
                    at,
                    choice: *choice,
                    outcome: *outcome,
                    measured: measured.clone(),
                };
                self.predictions.insert(id.clone(), predicted);
            }
            ProgressEvent::Answered { id, right } => {
                let standing = self.quizzes.entry(id.clone()).or_default();
                schedule::record_answer(standing, *right, at);
            }
            ProgressEvent::PutOff { id } => {
                if let Some(standing) = self.quizzes.get_mut(id) {
                    schedule::postpone_review(standing, at);
                }
            }
            ProgressEvent::Quiz { id, standing } => {
                self.quizzes.insert(id.clone(), standing.clone());
            }
            ProgressEvent::Checked { id, held, of } => {
                let checked = self.exercises.entry(id.clone()).or_default();
                let solved = checked.solved || held == of;
                (checked.at, checked.held, checked.of) = (at, *held, *of);
                checked.solved = solved;
            }
            ProgressEvent::Forgot | ProgressEvent::Reset => {}
        }
    }

    fn to_entries(&self, lesson: &str) -> Vec<ProgressEntry> {
        let mut entries = Vec::new();
        let mut put = |at, what| {
            let lesson = lesson.to_owned();
            entries.push(ProgressEntry { at, lesson, what });
        };
        for (step, at) in &self.seen {
            put(*at, ProgressEvent::Seen { step: step.clone() });
        }
        for (id, predicted) in &self.predictions {
            let what = ProgressEvent::Predicted {
                id: id.clone(),
                choice: predicted.choice,
                outcome: predicted.outcome,
                measured: predicted.measured.clone(),
            };
            put(predicted.at, what);
        }
        for (id, standing) in &self.quizzes {
            let (id, standing) = (id.clone(), standing.clone());
            put(self.last, ProgressEvent::Quiz { id, standing });
        }
        for (id, checked) in &self.exercises {
            let (id, of) = (id.clone(), checked.of);
            if checked.solved && checked.held != of {
                let (id, held) = (id.clone(), of);
                put(checked.at, ProgressEvent::Checked { id, held, of });
            }
            let held = checked.held;
            put(checked.at, ProgressEvent::Checked { id, held, of });
        }
        entries
    }
}

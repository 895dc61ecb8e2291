//! The progress in every lesson and the next step: for a table, and for other programs.

use std::sync::Arc;

use serde::Serialize;

use super::{LearnerProgress, LessonHistory, dates};
use crate::{
    lesson::{Block, Lesson, Library},
    record::Value,
    report::Table,
    tutor::GuessOutcome,
};

/// The version of the JSON object. It changes when a program that reads it could break.
pub const SCHEMA: &str = "forklore.progress/1";

/// The progress in all lessons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProgressOverview {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Every lesson, in the library's order.
    pub lessons: Vec<LessonProgress>,
    /// The next step; `None` if everything was seen.
    pub next: Option<NextStep>,
}

/// The progress in one lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LessonProgress {
    /// Its number.
    pub lesson: u32,
    /// Its short name.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Steps.
    pub steps: StepCounts,
    /// Predictions.
    pub predictions: PredictionCounts,
    /// Questions.
    pub quizzes: QuizCounts,
    /// Exercises.
    pub exercises: ExerciseCounts,
    /// The time of the last event, as a timestamp in UTC.
    pub last: Option<String>,
    #[serde(skip)]
    last_at: Option<u64>,
}

/// Steps of a lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct StepCounts {
    /// How many were seen.
    pub seen: usize,
    /// How many there are.
    pub of: usize,
}

/// Predictions of a lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PredictionCounts {
    /// How many were right in the last attempt.
    pub right: usize,
    /// How many were made, without those that the measurement did not decide.
    pub made: usize,
    /// How many there are.
    pub of: usize,
}

/// Questions of a lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct QuizCounts {
    /// How many were answered correctly the last time.
    pub right: usize,
    /// How many were answered.
    pub answered: usize,
    /// How many there are.
    pub of: usize,
}

/// Exercises of a lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ExerciseCounts {
    /// How many were ever solved.
    pub solved: usize,
    /// How many were checked.
    pub checked: usize,
    /// How many there are.
    pub of: usize,
}

/// The suggested next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextStep {
    /// The lesson.
    pub lesson: u32,
    /// Its step, from 1.
    pub step: usize,
    /// The prompt command that goes there.
    pub command: String,
}

/// The progress in the lessons of this library.
pub fn build_overview(library: &Library, progress: &LearnerProgress) -> ProgressOverview {
    let lessons = library.lessons().iter();
    ProgressOverview {
        schema: SCHEMA,
        lessons: lessons
            .map(|lesson| lesson_progress(lesson, progress.lesson_history(lesson)))
            .collect(),
        next: next_step(library, progress),
    }
}

/// The names of a lesson's steps in the journal: their titles, made unique.
pub fn step_names(lesson: &Lesson) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for step in &lesson.steps {
        let same = |number: usize| match number {
            1 => step.title.clone(),
            number => format!("{} ({number})", step.title),
        };
        let name = (1..=lesson.steps.len())
            .map(same)
            .find(|name| !names.contains(name));
        names.extend(name);
    }
    names
}

/// The learner's last position, with the step's number from 1, if the step still exists.
pub fn last_place<'l>(
    library: &'l Library,
    progress: &LearnerProgress,
) -> Option<(&'l Lesson, usize)> {
    let (slug, step) = progress.place.as_ref()?;
    let mut lessons = library.lessons().iter();
    let lesson = lessons.find(|lesson| lesson.slug == *slug)?;
    let at = step_names(lesson).iter().position(|name| name == step);
    Some((lesson, at.map_or(1, |at| at + 1)))
}

/// The step that was seen last in this lesson.
pub fn last_step(lesson: &Lesson, known: &LessonHistory) -> Option<usize> {
    let names = step_names(lesson);
    let seen = names.iter().enumerate();
    let seen = seen.filter_map(|(at, name)| Some((*known.seen.get(name)?, at)));
    seen.max().map(|(_, at)| at + 1)
}

fn next_step(library: &Library, progress: &LearnerProgress) -> Option<NextStep> {
    let Some((lesson, step)) = last_place(library, progress) else {
        return library
            .lessons()
            .first()
            .map(|lesson| step_target(lesson, 1));
    };
    if step < lesson.steps.len() {
        return Some(step_target(lesson, step));
    }
    // A lesson whose exercise was tried has not necessarily been seen.
    let unseen = |lesson: &&Arc<Lesson>| {
        progress
            .lesson_history(lesson)
            .is_none_or(|known| known.seen.is_empty())
    };
    let after = library.lesson_after(lesson).filter(unseen);
    let any = || library.lessons().iter().find(unseen);
    after.or_else(any).map(|lesson| step_target(lesson, 1))
}

fn step_target(lesson: &Lesson, step: usize) -> NextStep {
    NextStep {
        lesson: lesson.number,
        step,
        command: format!("lesson {}", lesson.number),
    }
}

fn lesson_progress(lesson: &Lesson, known: Option<&LessonHistory>) -> LessonProgress {
    let none = LessonHistory::default();
    let known = known.unwrap_or(&none);
    let names = step_names(lesson);
    let mut progress = LessonProgress {
        lesson: lesson.number,
        slug: lesson.slug.clone(),
        title: lesson.title.clone(),
        steps: StepCounts {
            seen: names
                .iter()
                .filter(|name| known.seen.contains_key(*name))
                .count(),
            of: names.len(),
        },
        predictions: PredictionCounts::default(),
        quizzes: QuizCounts::default(),
        exercises: ExerciseCounts::default(),
        last: (known.last > 0).then(|| dates::format_timestamp(known.last)),
        last_at: (known.last > 0).then_some(known.last),
    };
    for block in lesson.blocks() {
        progress.count_block(block, known);
    }
    progress
}

impl LessonProgress {
    fn count_block(&mut self, block: &Block, known: &LessonHistory) {
        match block {
            Block::Predict(predict) => {
                let made = known.predictions.get(&predict.id);
                let undecided = [
                    Some(GuessOutcome::TooNoisy),
                    Some(GuessOutcome::CannotBeShown),
                ];
                let made = made.filter(|made| !undecided.contains(&made.outcome));
                let right = made.is_some_and(|made| made.outcome == Some(GuessOutcome::Right));
                self.predictions.of += 1;
                self.predictions.made += usize::from(made.is_some());
                self.predictions.right += usize::from(right);
            }
            Block::Quiz(quiz) => {
                let answered = known.quizzes.get(&quiz.id).filter(|quiz| quiz.tries > 0);
                self.quizzes.of += 1;
                self.quizzes.answered += usize::from(answered.is_some());
                self.quizzes.right += usize::from(answered.is_some_and(|quiz| quiz.right));
            }
            Block::Exercise(exercise) => {
                let checked = known.exercises.get(&exercise.id);
                self.exercises.of += 1;
                self.exercises.checked += usize::from(checked.is_some());
                self.exercises.solved += usize::from(checked.is_some_and(|checked| checked.solved));
            }
            _ => {}
        }
    }
}

impl ProgressOverview {
    /// A table for people. `now` defines "today", in seconds since 1970.
    pub fn to_table(&self, now: u64) -> Table {
        let headings = [
            "lesson",
            "steps",
            "predictions",
            "quizzes",
            "exercises",
            "last",
        ];
        let mut table = Table::new("Your progress", &headings);
        for lesson in &self.lessons {
            let of = |done: usize, of: usize| match of {
                0 => Value::text("–"),
                of => Value::text(format!("{done}/{of}")),
            };
            table.add_row([
                Value::count(lesson.lesson as usize),
                of(lesson.steps.seen, lesson.steps.of),
                match lesson.predictions.made {
                    0 => of(0, lesson.predictions.of),
                    made => Value::text(format!("{}/{made} right", lesson.predictions.right)),
                },
                of(lesson.quizzes.right, lesson.quizzes.of),
                of(lesson.exercises.solved, lesson.exercises.of),
                Value::text(
                    lesson
                        .last_at
                        .map_or("–".to_owned(), |at| dates::format_age(at, now)),
                ),
            ]);
        }
        table.add_note(match &self.next {
            Some(NextStep {
                lesson, step: 1, ..
            }) => format!("Next: `lesson {lesson}`."),
            Some(NextStep { lesson, step, .. }) => {
                format!("Next: `lesson {lesson}`, then `goto {step}`, where you were.")
            }
            None => "You have seen every lesson; `review` asks one of their questions.".to_owned(),
        });
        table
    }
}

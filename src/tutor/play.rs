//! Plays a lesson straight through: for a pipe, or with `--play`.

use std::io;

use super::{
    bench_task,
    choice_marks::ChoiceStyle,
    lesson_item::{LessonItem, lesson_items},
    predict::{self, Experiment, Guess},
    quiz::QuizState,
    renderer::LessonPorts,
    show::{self, DemoStatus, ShownDemo},
    stepper::ScheduleStepper,
};
use crate::{
    lesson::{Block, Lesson, Library},
    report::{LessonReport, PredictionReport, StepReport},
};

/// The result of playing a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlayOutcome {
    /// Everything was shown, and all demos ran.
    Complete,
    /// Everything was shown, but these demos failed.
    Failed(Vec<String>),
    /// The user stopped it.
    Interrupted,
}

/// What is shown of a played lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlayedParts {
    /// Everything, and instructors' notes if `notes` is set.
    All {
        /// Whether to show the notes.
        notes: bool,
    },
    /// The questions and predictions, without answers: nothing is run.
    Questions,
}

/// A played lesson.
#[derive(Debug, Clone, PartialEq)]
pub struct PlayedLesson {
    /// How it ended.
    pub outcome: PlayOutcome,
    /// What its demos measured and decided.
    pub report: LessonReport,
}

/// Shows the steps of a lesson. Demos run for real; predictions, quizzes and schedules are shown with their answers.
///
/// A failed demo is reported, and the lesson continues. An interrupted demo ends it.
///
/// # Errors
/// The output cannot be written, for example to a closed pipe.
pub fn play_lesson(
    library: &Library,
    lesson: &Lesson,
    shown: PlayedParts,
    ports: &mut LessonPorts<'_>,
) -> io::Result<PlayedLesson> {
    let notes = shown == PlayedParts::All { notes: true };
    let mut report = LessonReport::new(lesson.number);
    let mut failed = Vec::new();
    show::show_opening(ports.page, lesson)?;
    for (index, step) in lesson.steps.iter().enumerate() {
        let items = lesson_items(library, lesson, step, notes);
        if shown == PlayedParts::Questions {
            let place = (index + 1, lesson.steps.len());
            show_questions(lesson, place, &items, ports)?;
            continue;
        }
        show::show_heading(ports.page, lesson, (index + 1, lesson.steps.len()))?;
        let mut played = StepReport::new(&step.title);
        let mut is_interrupted = false;
        for item in items {
            match play_item(lesson, &item, &mut played, ports)? {
                DemoStatus::Well => {}
                DemoStatus::Badly => failed.extend(item_name(&item).map(str::to_owned)),
                DemoStatus::Interrupted => {
                    is_interrupted = true;
                    break;
                }
            }
        }
        report.steps.push(played);
        if is_interrupted {
            ports.page.flush_output()?;
            let outcome = PlayOutcome::Interrupted;
            return Ok(PlayedLesson { outcome, report });
        }
    }
    ports.page.flush_output()?;
    let outcome = if failed.is_empty() {
        PlayOutcome::Complete
    } else {
        PlayOutcome::Failed(failed)
    };
    Ok(PlayedLesson { outcome, report })
}

/// Shows what a step asks, below its heading; nothing of a step without a question.
fn show_questions(
    lesson: &Lesson,
    place: (usize, usize),
    items: &[LessonItem<'_>],
    ports: &mut LessonPorts<'_>,
) -> io::Result<()> {
    let is_question = |item: &&LessonItem<'_>| {
        matches!(item, LessonItem::Block(Block::Quiz(_) | Block::Predict(_)))
    };
    let mut questions = items.iter().filter(is_question).peekable();
    if questions.peek().is_some() {
        show::show_heading(ports.page, lesson, place)?;
    }
    for item in questions {
        match item {
            LessonItem::Block(Block::Quiz(quiz)) => QuizState::new(quiz).show_listed(ports.page)?,
            LessonItem::Block(Block::Predict(predict)) => {
                let guess = Guess::new(predict, ChoiceStyle::default());
                ports.page.draw_markdown(&guess.list_choices())?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Shows an item. Everything that runs nothing goes well.
fn play_item(
    lesson: &Lesson,
    item: &LessonItem<'_>,
    played: &mut StepReport,
    ports: &mut LessonPorts<'_>,
) -> io::Result<DemoStatus> {
    match item {
        LessonItem::Block(Block::Demo(demo)) => {
            let guesses = open_guesses(lesson, Experiment::Demo(demo));
            let shown = show::show_demo(ports, lesson, demo, &guesses)?;
            return Ok(add_experiment(played, &guesses, shown));
        }
        LessonItem::Output { program, text } => {
            let guesses = open_guesses(lesson, Experiment::Program(program));
            let shown = show::show_output(ports, &program.file, text, &guesses)?;
            return Ok(add_experiment(played, &guesses, shown));
        }
        LessonItem::Block(Block::Quiz(quiz)) => {
            let quiz = QuizState::new(quiz);
            quiz.show_listed(ports.page)?;
            quiz.show_solution(ports.page)?;
        }
        LessonItem::Block(Block::Bench(task)) => {
            let played = bench_task::show_demonstration(ports, task)?;
            if played.is_interrupted {
                return Ok(DemoStatus::Interrupted);
            }
        }
        LessonItem::Block(Block::Schedule(task)) => {
            ScheduleStepper::new(task, true).draw_solution(ports.page)?;
        }
        LessonItem::Block(Block::Predict(predict)) => {
            let guess = Guess::new(predict, ChoiceStyle::default());
            ports.page.draw_markdown(&guess.list_choices())?;
        }
        item => show::show_static_item(ports.page, lesson, item)?,
    }
    Ok(DemoStatus::Well)
}

/// The demo or the program that an item runs.
fn item_name<'i>(item: &'i LessonItem<'_>) -> Option<&'i str> {
    match item {
        LessonItem::Block(Block::Demo(demo)) => Some(demo.spec.name),
        LessonItem::Output { program, .. } => Some(&program.file),
        _ => None,
    }
}

/// Adds a demo or a program, and what it decided. A prediction that it did not decide gets the reason.
fn add_experiment(played: &mut StepReport, guesses: &[Guess], shown: ShownDemo) -> DemoStatus {
    let failure = shown.failure.unwrap_or_default();
    let mut settled = shown.settled.iter();
    let predictions = guesses.iter().map(|guess| match settled.next() {
        Some(settled) => predict::report_answer(guess, settled),
        None => PredictionReport::without_answer(&guess.predict().id, failure.clone()),
    });
    played.predictions.extend(predictions);
    if let Some(report) = shown.report {
        played.claims.extend(report.claims.iter().cloned());
        played.runs.push(*report);
    }
    shown.status
}

/// The predictions that an experiment decides, without guesses.
fn open_guesses(lesson: &Lesson, experiment: Experiment<'_>) -> Vec<Guess> {
    let predictions = predict::predictions_decided_by(lesson, experiment).into_iter();
    let guess = |predict| Guess::new(predict, ChoiceStyle::default());
    predictions.map(guess).collect()
}

//! The end of a lesson: what the learner predicted, answered and solved, and what to do next.

use std::sync::Arc;

use super::{
    predict::GuessOutcome,
    progress::LessonHistory,
    show::{escape_markdown, in_minutes, strip_markdown},
};
use crate::{
    lesson::{Block, Lesson},
    record::Value,
    report::Table,
};

/// A longer question is cut, so that each has one line.
const LONGEST_TEXT: usize = 44;

/// One prediction, question or exercise of a lesson.
struct SummaryItem<'l> {
    kind: &'static str,
    step: usize,
    text: &'l str,
    state: String,
    is_done: bool,
    /// The command that leads there.
    command: String,
}

/// What became of each prediction, question and exercise.
pub fn summary_table(lesson: &Lesson, known: &LessonHistory) -> Table {
    let title = format!("Lesson {}: what you did", lesson.number);
    let mut table = Table::new(title, &["what", "step", "state", "about"]);
    for item in summary_items(lesson, known) {
        table.add_row([
            Value::text(item.kind),
            Value::count(item.step),
            Value::text(item.state),
            Value::text(cut_text(&strip_markdown(item.text))),
        ]);
    }
    table
}

/// What to do next, as Markdown: what is still open, then the next lesson.
pub fn suggest_next(lesson: &Lesson, known: &LessonHistory, next: Option<&Arc<Lesson>>) -> String {
    let mut told = Vec::new();
    let items = summary_items(lesson, known);
    let open = |kind: &str| items.iter().find(|item| item.kind == kind && !item.is_done);
    if let Some(item) = open("question").or_else(|| open("guess")) {
        told.push(format!(
            "`{}` leads back to the first {} that is open.",
            item.command, item.kind
        ));
    }
    if let Some(item) = open("exercise") {
        let title = escape_markdown(item.text);
        told.push(format!("`{}` opens the exercise: {title}.", item.command));
    }
    told.push(suggest_lesson(next));
    told.join("\n\n")
}

/// The next lesson, or what there is after the last one.
pub fn suggest_lesson(next: Option<&Arc<Lesson>>) -> String {
    match next {
        Some(next) => format!(
            "Next: `lesson {}`: {} ({}).",
            next.number,
            escape_markdown(&next.title),
            in_minutes(next.minutes)
        ),
        None => {
            "This was the last lesson. `review` asks an earlier question again; `demos` lists what to try next."
                .to_owned()
        }
    }
}

fn summary_items<'l>(lesson: &'l Lesson, known: &LessonHistory) -> Vec<SummaryItem<'l>> {
    let steps = (1..).zip(&lesson.steps);
    let blocks = steps.flat_map(|(step, one)| one.blocks.iter().map(move |block| (step, block)));
    blocks
        .filter_map(|(step, block)| summary_item(step, block, known))
        .collect()
}

fn summary_item<'l>(
    step: usize,
    block: &'l Block,
    known: &LessonHistory,
) -> Option<SummaryItem<'l>> {
    let (kind, text, (is_done, state), command) = match block {
        Block::Predict(predict) => {
            let made = known.predictions.get(&predict.id);
            let state = made.map_or((false, "– open".to_owned()), |made| {
                guess_state(made.outcome)
            });
            ("guess", &predict.question, state, format!("goto {step}"))
        }
        Block::Quiz(quiz) => {
            let state = match known.quizzes.get(&quiz.id) {
                Some(answered) if answered.right => (true, "✓ right"),
                Some(_) => (false, "✗ wrong"),
                None => (false, "– open"),
            };
            let state = (state.0, state.1.to_owned());
            ("question", &quiz.question, state, format!("goto {step}"))
        }
        Block::Exercise(exercise) => {
            let state = match known.exercises.get(&exercise.id) {
                Some(checked) if checked.solved => (true, "✓ solved".to_owned()),
                Some(checked) => (false, format!("✗ {} of {}", checked.held, checked.of)),
                None => (false, "– open".to_owned()),
            };
            let command = format!("exercise {}", exercise.id);
            ("exercise", &exercise.title, state, command)
        }
        _ => return None,
    };
    Some(SummaryItem {
        kind,
        step,
        text,
        state,
        is_done,
        command,
    })
}

fn guess_state(outcome: Option<GuessOutcome>) -> (bool, String) {
    let (is_done, state) = match outcome {
        Some(GuessOutcome::Right) => (true, "✓ right"),
        Some(GuessOutcome::Wrong) => (true, "✗ wrong"),
        Some(GuessOutcome::TooNoisy) => (false, "≈ too noisy"),
        Some(GuessOutcome::CannotBeShown) => (true, "– not shown here"),
        None => (false, "– demo not run"),
    };
    (is_done, state.to_owned())
}

/// The first words, as many as have room.
fn cut_text(text: &str) -> String {
    if text.chars().count() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let start: String = text.chars().take(LONGEST_TEXT - 1).collect();
    let words = start
        .rsplit_once(' ')
        .map_or(start.as_str(), |(words, _)| words);
    format!("{words} …")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_words() {
        assert_eq!(cut_text("Who wins?"), "Who wins?");
        let long = "Two threads under a GIL share the computation. How long do they take?";
        let cut = cut_text(long);
        assert_eq!(cut, "Two threads under a GIL share the …");
        assert!(cut.chars().count() <= LONGEST_TEXT);
    }
}

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
    text::{join_words, pick_plural},
};

/// A longer question is cut, so that each has one line.
const LONGEST_TEXT: usize = 44;

/// One prediction, question or exercise of a lesson.
struct SummaryItem<'l> {
    kind: &'static str,
    step: usize,
    text: &'l str,
    outcome: ItemOutcome,
    state: String,
    is_done: bool,
    /// The command that leads there.
    command: String,
}

/// What became of an item, as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ItemOutcome {
    Right,
    Wrong,
    Undecided,
    Open,
}

/// The kinds of items, with the plural of each.
const KINDS: [(&str, &str); 3] = [
    ("guess", "guesses"),
    ("question", "questions"),
    ("exercise", "exercises"),
];

/// How many predictions, questions and exercises came to which outcome: a table of three rows at most.
pub fn count_table(lesson: &Lesson, known: &LessonHistory) -> Table {
    use ItemOutcome::{Open, Right, Undecided, Wrong};
    let title = format!("Lesson {}: what you did", lesson.number);
    let mut table = Table::new(title, &["", "right", "wrong", "undecided", "open"]);
    let items = summary_items(lesson, known);
    for (kind, plural) in KINDS {
        let outcomes: Vec<ItemOutcome> = items
            .iter()
            .filter(|item| item.kind == kind)
            .map(|item| item.outcome)
            .collect();
        if outcomes.is_empty() {
            continue;
        }
        let count = |wanted| {
            outcomes
                .iter()
                .filter(|outcome| **outcome == wanted)
                .count()
        };
        let counts = [Right, Wrong, Undecided, Open].map(|outcome| Value::count(count(outcome)));
        table.add_row(std::iter::once(Value::text(plural)).chain(counts));
    }
    table
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
    let mut paragraphs = Vec::new();
    let items = summary_items(lesson, known);
    let unfinished = || items.iter().filter(|item| !item.is_done);
    let mut steps: Vec<String> = unfinished().map(|item| item.step.to_string()).collect();
    steps.dedup();
    let words: Vec<&str> = steps.iter().map(String::as_str).collect();
    let number = lesson.number;
    if let [first, ..] = *words {
        paragraphs.push(format!(
            "Not finished: {} {}. `goto {first}` leads back, `progress {number}` lists them.",
            pick_plural(words.len(), "step", "steps"),
            join_words(&words, "and"),
        ));
    }
    if let Some(item) = unfinished().find(|item| item.kind == "exercise") {
        let title = escape_markdown(item.text);
        paragraphs.push(format!("`{}` opens the exercise: {title}.", item.command));
    }
    paragraphs.push(suggest_lesson(next));
    paragraphs.join("\n\n")
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
    let (kind, text, (outcome, is_done, state), command) = match block {
        Block::Predict(predict) => {
            let made = known.predictions.get(&predict.id);
            let state = made.map_or(NOT_TRIED, |made| guess_state(made.outcome));
            let state = (state.0, state.1, state.2.to_owned());
            ("guess", &predict.question, state, format!("goto {step}"))
        }
        Block::Quiz(quiz) => {
            let state = match known.quizzes.get(&quiz.id) {
                Some(answered) if answered.right => (ItemOutcome::Right, true, "✓ right"),
                Some(_) => (ItemOutcome::Wrong, false, "✗ wrong"),
                None => NOT_TRIED,
            };
            let state = (state.0, state.1, state.2.to_owned());
            ("question", &quiz.question, state, format!("goto {step}"))
        }
        Block::Exercise(exercise) => {
            let state = match known.exercises.get(&exercise.id) {
                Some(checked) if checked.solved => {
                    (ItemOutcome::Right, true, "✓ solved".to_owned())
                }
                Some(checked) => {
                    let held = format!("✗ {} of {}", checked.held, checked.of);
                    (ItemOutcome::Wrong, false, held)
                }
                None => (NOT_TRIED.0, NOT_TRIED.1, NOT_TRIED.2.to_owned()),
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
        outcome,
        state,
        is_done,
        command,
    })
}

const NOT_TRIED: (ItemOutcome, bool, &str) = (ItemOutcome::Open, false, "– open");

/// How a guess is counted, whether it is done with, and its state in words.
fn guess_state(outcome: Option<GuessOutcome>) -> (ItemOutcome, bool, &'static str) {
    match outcome {
        Some(GuessOutcome::Right) => (ItemOutcome::Right, true, "✓ right"),
        Some(GuessOutcome::Wrong) => (ItemOutcome::Wrong, true, "✗ wrong"),
        Some(GuessOutcome::TooNoisy) => (ItemOutcome::Undecided, false, "≈ too noisy"),
        Some(GuessOutcome::CannotBeShown) => (ItemOutcome::Undecided, true, "– not shown here"),
        None => (ItemOutcome::Undecided, false, "– demo not run"),
    }
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

//! `predict`: a guess to make before a demo or a program runs. The demo's measurement may decide which guess is
//! right.

use std::{ops::Range, sync::Arc};

use toml::Spanned;

use super::{
    Block, DemoBlock, Directive,
    conditions::{read_condition, read_template},
    ids, open_table, quiz,
};
use crate::{
    claim::{Condition, Template},
    lesson::{
        answer_patterns::ChoicePattern,
        fence::CodeFence,
        parse::{BlockPosition, LessonReader},
        source_file::Diagnostics,
        toml_keys::{TableArray, TextValue, TomlKeys, toml_keys},
    },
};

pub(super) static DIRECTIVE: Directive = Directive {
    name: "predict",
    about: "a guess to make before the demo, or the program that is run, that follows; it waits for the guess",
    table: PredictKeys::TABLE,
    read: |reader, fence| {
        let predict = read_prediction(reader, fence).map(Arc::new);
        reader.note_question(predict.map(Block::Predict))
    },
};

toml_keys! {
    "`predict`": struct PredictKeys {
        /// its name, unique in the lesson: a-z, 0-9 and hyphens
        id: Spanned<TextValue> = Required, "\"q1-p-faster\"";
        /// Markdown: what will the demo below show?
        question: TextValue = Required, "\"How much faster are two processes?\"";
        /// Markdown that everybody is shown after the demo
        explain: TextValue = Optional, "\"Both took turns on one core.\"";
        /// what the demo measured, in your words, with figures in { }
        measured: Spanned<TextValue> = Optional, "\"Two took {work('processes')}.\"";
        /// two to nine guesses
        choice: TableArray<ChoiceKeys> = Required, "";
    }
}

toml_keys! {
    "a choice": struct ChoiceKeys {
        /// Markdown: the guess
        text: TextValue = Required, "\"Twice as fast\"";
        /// whether it is the right one; one choice has this, or else all have `right_if`
        right: Spanned<bool> = Default("false"), "true";
        /// the condition under which it is right, over what the next demo measures; several may be
        right_if: Spanned<TextValue> = Optional, "\"speedup('processes') > 1.5\"";
        /// Markdown: why it is right or wrong
        why: TextValue = Required, "\"Each has a core of its own.\"";
    }
}

/// A guess about the demo or program that follows, which is locked until a guess is made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prediction {
    /// Its name, unique in the lesson among predictions and quizzes.
    pub id: String,
    /// The question: Markdown.
    pub question: String,
    /// At least two choices.
    pub choices: Vec<PredictionChoice>,
    /// Hints, shown one at a time; Markdown.
    pub hints: Vec<String>,
    /// Shown after the demo: Markdown.
    pub explain: Option<String>,
    /// What the demo measured, in the author's words.
    pub measured: Option<Template>,
}

/// One guess that a prediction offers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PredictionChoice {
    /// The guess: Markdown.
    pub text: String,
    /// When it is right.
    pub right: AnswerKey,
    /// Why it is right or wrong: Markdown.
    pub why: String,
}

/// When a guess is right.
#[derive(Debug, Clone, PartialEq)]
pub enum AnswerKey {
    /// Always, or never.
    Stated(bool),
    /// If the demo after the prediction meets this condition.
    Measured(Condition),
}

impl Default for AnswerKey {
    fn default() -> Self {
        Self::Stated(false)
    }
}

/// A prediction that is not followed by a demo or program yet.
pub(in crate::lesson) struct PendingPrediction {
    /// Its position in the lesson.
    position: BlockPosition,
    /// Its first line in the file.
    head: Range<usize>,
    /// For each choice: the condition under which it is right, if the demo decides that.
    conditions: Vec<Option<Spanned<String>>>,
    measured: Option<Spanned<String>>,
}

/// A choice as it is written in the file.
struct WrittenChoice {
    choice: PredictionChoice,
    at: Range<usize>,
    /// The position of the key that says whether it is right.
    stated: Option<Range<usize>>,
    measured: Option<Spanned<String>>,
}

fn read_prediction(reader: &mut LessonReader<'_, '_>, fence: &CodeFence) -> Option<Prediction> {
    let table = open_table::<PredictKeys>(reader, fence);
    let is_broken = table.is_broken();
    let keys = PredictKeys::read(table);
    let is_unread = is_broken || keys.choice.is_none();
    let tables = keys.choice.unwrap_or_default();
    let count = tables.len();
    let written: Vec<WrittenChoice> = tables.into_iter().filter_map(read_choice).collect();
    // Values that could not be read have been reported.
    if !is_unread && written.len() == count {
        check_choices(&mut reader.diagnostics, fence, &written);
    }
    let (id, question) = (keys.id?, keys.question?);
    ids::check_question(reader, "a prediction", &id);
    let (choices, conditions): (Vec<PredictionChoice>, _) = written
        .into_iter()
        .map(|written| (written.choice, written.measured))
        .unzip();
    let texts: Vec<&str> = choices.iter().map(|choice| choice.text.as_str()).collect();
    let stated = AnswerKey::Stated(true);
    if let Some(right) = choices.iter().position(|choice| choice.right == stated) {
        let pattern = ChoicePattern::from_texts(fence.head.clone(), &texts, right);
        reader.patterns.push(pattern);
    }
    reader.awaiting.push(PendingPrediction {
        position: reader.next_position(),
        head: fence.head.clone(),
        conditions,
        measured: keys.measured,
    });
    Some(Prediction {
        id: id.into_inner(),
        question,
        choices,
        hints: Vec::new(),
        explain: keys.explain,
        measured: None,
    })
}

fn read_choice(table: Spanned<ChoiceKeys>) -> Option<WrittenChoice> {
    let at = table.span();
    let keys = table.into_inner();
    Some(WrittenChoice {
        choice: PredictionChoice {
            text: keys.text?,
            right: AnswerKey::Stated(keys.right.as_ref().is_some_and(|right| *right.get_ref())),
            why: keys.why?,
        },
        at,
        stated: keys.right.map(|right| right.span()),
        measured: keys.right_if,
    })
}

fn check_choices(diagnostics: &mut Diagnostics<'_>, fence: &CodeFence, written: &[WrittenChoice]) {
    let head = fence.head.clone();
    let texts: Vec<&str> = written.iter().map(|one| one.choice.text.as_str()).collect();
    if !quiz::check_choices(diagnostics, fence, "a prediction", &texts) {
        return;
    }
    if written.iter().any(|one| one.measured.is_some()) {
        let stated = written.iter().filter_map(|one| one.stated.clone());
        for at in stated {
            diagnostics
                .error(at, "`right` beside choices that have `right_if`")
                .help("give each choice a `right_if`, or none; one with neither is wrong");
        }
        return;
    }
    let mut right = written
        .iter()
        .filter(|one| one.choice.right == AnswerKey::Stated(true));
    match (right.next(), right.next()) {
        (None, _) => diagnostics
            .error(head, "no choice is right")
            .help("add `right = true` to the one that is, or a `right_if` to each"),
        (Some(_), Some(second)) => diagnostics
            .error(second.at.clone(), "two choices are right")
            .help("a prediction has one right choice, unless `right_if` decides"),
        (Some(_), None) => {}
    }
}

/// Reads the conditions of the predictions above this demo, which decides them, and what they say of it.
pub(super) fn decide_predictions(reader: &mut LessonReader<'_, '_>, demo: &DemoBlock) {
    for prediction in std::mem::take(&mut reader.awaiting) {
        let diagnostics = &mut reader.diagnostics;
        let words = prediction.measured.as_ref();
        let measured = words.and_then(|text| read_template(diagnostics, demo, text));
        if let Some(Block::Predict(predict)) = reader.block_mut(prediction.position) {
            Arc::make_mut(predict).measured = measured;
        }
        let mut is_wordless = words.is_none();
        for (number, condition) in prediction.conditions.iter().enumerate() {
            let Some(text) = condition else { continue };
            let condition = read_condition(&mut reader.diagnostics, demo, text);
            if is_wordless && condition.as_ref().is_some_and(Condition::asks_observation) {
                is_wordless = false;
                reader
                    .diagnostics
                    .warning(text.span(), "no words of yours say what was observed")
                    .help("add measured = \"… {figure} …\" to the prediction");
            }
            let choice = match reader.block_mut(prediction.position) {
                Some(Block::Predict(predict)) => Arc::make_mut(predict).choices.get_mut(number),
                _ => None,
            };
            if let (Some(choice), Some(condition)) = (choice, condition) {
                choice.right = AnswerKey::Measured(condition);
            }
        }
    }
}

/// Checks the predictions above a program that is run: it shows which guess is right, but measures nothing.
pub(super) fn decide_by_program(reader: &mut LessonReader<'_, '_>) {
    for prediction in std::mem::take(&mut reader.awaiting) {
        let conditions = prediction
            .conditions
            .into_iter()
            .chain([prediction.measured]);
        for text in conditions.flatten() {
            reader
                .diagnostics
                .error(text.span(), "a program measures nothing")
                .help("say which choice is right (`right = true`), or put a demo below it");
        }
    }
}

/// Reports the predictions that are not followed by a demo or a program.
pub(super) fn report_undecided(reader: &mut LessonReader<'_, '_>) {
    for prediction in std::mem::take(&mut reader.awaiting) {
        reader
            .diagnostics
            .error(
                prediction.head,
                "neither a demo nor a program that is run follows this prediction",
            )
            .help("put a ```forklore demo below it, or make it a quiz");
    }
}

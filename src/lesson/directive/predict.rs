//! `predict`: a guess to make before a demo runs; what the demo measures may say which guess is right.

use std::ops::Range;

use toml::Spanned;

use super::{Directive, DirectiveSpec, conditions, fields, ids, quiz};
use crate::lesson::{
    fence::Fence,
    fields::{Fields, InnerTable},
    model::{AnswerKey, Block, DemoBlock, Prediction, PredictionChoice},
    parse::{BlockPosition, LessonReader},
    source_file::Diagnostics,
    spec,
};

/// A prediction whose demo was not reached yet.
pub(in crate::lesson) struct PendingPrediction {
    /// Where it stands in the lesson.
    position: BlockPosition,
    /// Its first line in the file.
    head: Range<usize>,
    /// For each of its choices: when it is right, where the demo decides that.
    conditions: Vec<Option<Spanned<String>>>,
}

/// A choice as it is written.
struct WrittenChoice {
    choice: PredictionChoice,
    at: Range<usize>,
    /// Where it says whether it is right.
    stated: Option<Range<usize>>,
    measured: Option<Spanned<String>>,
}

pub(super) static DIRECTIVE: Directive = Directive {
    spec: DirectiveSpec {
        name: "predict",
        about: "a guess to make before the demo that follows; the demo waits for it",
        table: &spec::PREDICT,
    },
    read: |reader, fence| {
        let predict = read(reader, fence).map(Block::Predict);
        reader.note_question(predict)
    },
};

fn read(reader: &mut LessonReader<'_, '_>, fence: &Fence) -> Option<Prediction> {
    let mut fields = fields(reader, &spec::PREDICT, fence);
    let id = fields.text("id");
    let question = fields.text("question");
    let explain = fields.said("explain");
    let inner = fields.tables("choice");
    let unread = fields.is_broken() || inner.is_none();
    fields.finish();
    let inner = inner.unwrap_or_default();
    let asked = inner.len();
    let written: Vec<WrittenChoice> = inner
        .into_iter()
        .filter_map(|inner| choice(&mut reader.diagnostics, inner))
        .collect();
    // What could not be read was reported already.
    if !unread && written.len() == asked {
        check(&mut reader.diagnostics, fence, &written);
    }
    let (id, question) = (id?, question?);
    ids::check_question(reader, "a prediction", &id);
    let (choices, conditions) = written
        .into_iter()
        .map(|written| (written.choice, written.measured))
        .unzip();
    reader.awaiting.push(PendingPrediction {
        position: reader.next_position(),
        head: fence.head.clone(),
        conditions,
    });
    Some(Prediction {
        id: id.into_inner(),
        question: question.into_inner(),
        choices,
        hints: Vec::new(),
        explain,
    })
}

fn choice<'s>(diagnostics: &mut Diagnostics<'s>, inner: InnerTable<'s>) -> Option<WrittenChoice> {
    let at = inner.head();
    let mut fields = Fields::of(diagnostics, &spec::FORETOLD, inner);
    let text = fields.text("text");
    let stated = fields.placed::<bool>("right");
    let measured = fields.text_if_any("right_if");
    let why = fields.text("why");
    fields.finish();
    Some(WrittenChoice {
        choice: PredictionChoice {
            text: text?.into_inner(),
            right: AnswerKey::Stated(stated.as_ref().is_some_and(|right| *right.get_ref())),
            why: why?.into_inner(),
        },
        at,
        stated: stated.map(|right| right.span()),
        measured,
    })
}

fn check(diagnostics: &mut Diagnostics<'_>, fence: &Fence, written: &[WrittenChoice]) {
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

/// Reads the conditions of the predictions above this demo: it decides them.
pub(super) fn decide_predictions(reader: &mut LessonReader<'_, '_>, demo: &DemoBlock) {
    for awaiting in std::mem::take(&mut reader.awaiting) {
        for (number, condition) in awaiting.conditions.iter().enumerate() {
            let Some(text) = condition else { continue };
            let read =
                conditions::read_condition(&mut reader.diagnostics, reader.known, demo, text);
            let choice = match reader.block_mut(awaiting.position) {
                Some(Block::Predict(predict)) => predict.choices.get_mut(number),
                _ => None,
            };
            if let (Some(choice), Some(condition)) = (choice, read) {
                choice.right = AnswerKey::Measured(condition);
            }
        }
    }
}

/// Reports the predictions that no demo follows.
pub(super) fn report_undecided(reader: &mut LessonReader<'_, '_>) {
    for awaiting in std::mem::take(&mut reader.awaiting) {
        reader
            .diagnostics
            .error(awaiting.head, "no demo follows this prediction")
            .help("put a ```forklore demo below it, or make it a quiz");
    }
}

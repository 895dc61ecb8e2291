//! `predict`: a guess to make before a demo runs; what the demo measures may say which guess is right.

use std::ops::Range;

use toml::Spanned;

use super::{conditions, fields, ids, quiz};
use crate::lesson::{
    fence::Fence,
    fields::{Fields, Inner},
    model::{Block, Demo, Foretold, Predict, Right},
    parse::{Place, Reader},
    source::Findings,
    spec,
};

/// A prediction whose demo was not reached yet.
pub(in crate::lesson) struct Awaiting {
    /// Where it stands in the lesson.
    place: Place,
    /// Its first line in the file.
    head: Range<usize>,
    /// For each of its choices: when it is right, where the demo decides that.
    conditions: Vec<Option<Spanned<String>>>,
}

/// A choice as it is written.
struct Written {
    choice: Foretold,
    at: Range<usize>,
    /// Where it says whether it is right.
    stated: Option<Range<usize>>,
    measured: Option<Spanned<String>>,
}

pub(super) fn read(reader: &mut Reader<'_, '_>, fence: &Fence) -> Option<Predict> {
    let mut fields = fields(reader, &spec::PREDICT, fence);
    let id = fields.text("id");
    let question = fields.text("question");
    let explain = fields.said("explain");
    let inner = fields.tables("choice");
    let unread = fields.is_broken() || inner.is_none();
    fields.finish();
    let inner = inner.unwrap_or_default();
    let asked = inner.len();
    let written: Vec<Written> = inner
        .into_iter()
        .filter_map(|inner| choice(&mut reader.findings, inner))
        .collect();
    // What could not be read was reported already.
    if !unread && written.len() == asked {
        check(&mut reader.findings, fence, &written);
    }
    let (id, question) = (id?, question?);
    ids::check_question(reader, "a prediction", &id);
    let (choices, conditions) = written
        .into_iter()
        .map(|written| (written.choice, written.measured))
        .unzip();
    reader.awaiting.push(Awaiting {
        place: reader.next_place(),
        head: fence.head.clone(),
        conditions,
    });
    Some(Predict {
        id: id.into_inner(),
        question: question.into_inner(),
        choices,
        hints: Vec::new(),
        explain,
    })
}

fn choice<'s>(findings: &mut Findings<'s>, inner: Inner<'s>) -> Option<Written> {
    let at = inner.head();
    let mut fields = Fields::of(findings, &spec::FORETOLD, inner);
    let text = fields.text("text");
    let stated = fields.placed::<bool>("right");
    let measured = fields.text_if_any("right_if");
    let why = fields.text("why");
    fields.finish();
    Some(Written {
        choice: Foretold {
            text: text?.into_inner(),
            right: Right::Stated(stated.as_ref().is_some_and(|right| *right.get_ref())),
            why: why?.into_inner(),
        },
        at,
        stated: stated.map(|right| right.span()),
        measured,
    })
}

fn check(findings: &mut Findings<'_>, fence: &Fence, written: &[Written]) {
    let head = fence.head.clone();
    let texts: Vec<&str> = written.iter().map(|one| one.choice.text.as_str()).collect();
    if !quiz::check_choices(findings, fence, "a prediction", &texts) {
        return;
    }
    if written.iter().any(|one| one.measured.is_some()) {
        let stated = written.iter().filter_map(|one| one.stated.clone());
        for at in stated {
            findings
                .error(at, "`right` beside choices that have `right_if`")
                .help("give each choice a `right_if`, or none; one with neither is wrong");
        }
        return;
    }
    let mut right = written
        .iter()
        .filter(|one| one.choice.right == Right::Stated(true));
    match (right.next(), right.next()) {
        (None, _) => findings
            .error(head, "no choice is right")
            .help("add `right = true` to the one that is, or a `right_if` to each"),
        (Some(_), Some(second)) => findings
            .error(second.at.clone(), "two choices are right")
            .help("a prediction has one right choice, unless `right_if` decides"),
        (Some(_), None) => {}
    }
}

/// Reads the conditions of the predictions above this demo: it decides them.
pub(in crate::lesson) fn decide(reader: &mut Reader<'_, '_>, demo: &Demo) {
    for awaiting in std::mem::take(&mut reader.awaiting) {
        for (number, condition) in awaiting.conditions.iter().enumerate() {
            let Some(text) = condition else { continue };
            let read = conditions::about(&mut reader.findings, reader.known, demo, text);
            let choice = match reader.block_at(awaiting.place) {
                Some(Block::Predict(predict)) => predict.choices.get_mut(number),
                _ => None,
            };
            if let (Some(choice), Some(condition)) = (choice, read) {
                choice.right = Right::Measured(condition);
            }
        }
    }
}

/// Reports the predictions that no demo follows.
pub(in crate::lesson) fn finish(reader: &mut Reader<'_, '_>) {
    for awaiting in std::mem::take(&mut reader.awaiting) {
        reader
            .findings
            .error(awaiting.head, "no demo follows this prediction")
            .help("put a ```forklore demo below it, or make it a quiz");
    }
}

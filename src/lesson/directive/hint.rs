//! `hint`: a step towards an answer that does not reveal it.

use std::{ops::Range, sync::Arc};

use toml::Spanned;

use super::{Block, Directive, answer, open_table};
use crate::lesson::{
    fence::CodeFence,
    parse::{BlockPosition, LessonReader},
    toml_keys::{TextValue, TomlKeys, toml_keys},
};
use crate::text::suggest_name;

pub(super) static DIRECTIVE: Directive = Directive {
    name: "hint",
    about: "a step towards the answer of a question or an exercise; several are shown one at a time",
    table: HintKeys::TABLE,
    read: |reader, fence| {
        read_hint(reader, fence);
        None
    },
};

toml_keys! {
    "`hint`": struct HintKeys {
        /// Markdown: a step towards the answer, not the answer
        text: Spanned<TextValue> = Required, "\"Count the locks.\"";
        /// the question that it belongs to: its id; left out, the nearest one above
        of: Spanned<TextValue> = Optional, "\"q1-locks\"";
    }
}

/// A hint that is assigned at the end of the lesson: its question may come later.
pub(in crate::lesson) struct PendingHint {
    text: Spanned<String>,
    target: HintTarget,
}

enum HintTarget {
    Above(BlockPosition),
    Named(Spanned<String>),
}

/// Reads a hint; it becomes part of its question.
fn read_hint(reader: &mut LessonReader<'_, '_>, fence: &CodeFence) {
    let table = open_table::<HintKeys>(reader, fence);
    let is_broken = table.is_broken();
    let keys = HintKeys::read(table);
    let target = match (keys.of, reader.last_question) {
        (Some(id), _) => HintTarget::Named(id),
        (None, Some(position)) => HintTarget::Above(position),
        (None, None) => return report_no_question(reader, fence.head.clone(), is_broken),
    };
    if let Some(text) = keys.text {
        reader.hints.push(PendingHint { text, target });
    }
}

fn report_no_question(reader: &mut LessonReader<'_, '_>, at: Range<usize>, is_broken: bool) {
    // A question that could not be read has been reported.
    if !reader.has_unread_question && !is_broken {
        reader
            .diagnostics
            .error(at, "no question stands above this hint")
            .help("put it below its predict, quiz or exercise, or name that one: of = \"its-id\"");
    }
}

/// Adds every hint to its question, in the order of the file.
pub(super) fn attach_hints(reader: &mut LessonReader<'_, '_>) {
    for hint in std::mem::take(&mut reader.hints) {
        let text = hint.text.get_ref();
        let gives_away = find_question(reader, &hint.target)
            .is_some_and(|question| answer::is_given_away(question, text));
        if gives_away {
            reader
                .diagnostics
                .warning(hint.text.span(), "this hint gives the answer away")
                .help("say where to look, or ask a smaller question; `solution` shows the answer");
        }
        let hints = find_question(reader, &hint.target).and_then(hints_mut);
        match (hints, hint.target) {
            (Some(hints), _) => hints.push(hint.text.into_inner()),
            (None, HintTarget::Named(id)) => report_unknown_question(reader, &id),
            (None, HintTarget::Above(_)) => {}
        }
    }
}

fn find_question<'r>(
    reader: &'r mut LessonReader<'_, '_>,
    target: &HintTarget,
) -> Option<&'r mut Block> {
    match target {
        HintTarget::Above(position) => reader.block_mut(*position),
        HintTarget::Named(id) => {
            let mut blocks = reader.steps.iter_mut().flat_map(|step| &mut step.blocks);
            blocks.find(|block| question_id(block) == Some(id.get_ref()))
        }
    }
}

fn report_unknown_question(reader: &mut LessonReader<'_, '_>, id: &Spanned<String>) {
    // The question exists but could not be read, which has been reported.
    if reader.has_unread_question {
        return;
    }
    let names: Vec<&str> = reader.questions.keys().map(String::as_str).collect();
    let message = format!("no question of this lesson is called `{}`", id.get_ref());
    let diagnostic = reader.diagnostics.error(id.span(), message);
    match suggest_name(id.get_ref(), &names) {
        Some(help) => diagnostic.help(help),
        None => diagnostic.help("this lesson has no predict, quiz or exercise"),
    }
}

fn question_id(block: &Block) -> Option<&String> {
    match block {
        Block::Predict(predict) => Some(&predict.id),
        Block::Quiz(quiz) => Some(&quiz.id),
        Block::Exercise(exercise) => Some(&exercise.id),
        _ => None,
    }
}

fn hints_mut(block: &mut Block) -> Option<&mut Vec<String>> {
    match block {
        Block::Predict(predict) => Some(&mut Arc::make_mut(predict).hints),
        Block::Quiz(quiz) => Some(&mut Arc::make_mut(quiz).hints),
        Block::Exercise(exercise) => Some(&mut Arc::make_mut(exercise).hints),
        _ => None,
    }
}

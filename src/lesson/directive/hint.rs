//! `hint`: a step towards an answer, apart from the answer.

use std::ops::Range;

use toml::Spanned;

use super::{answer, fields};
use crate::lesson::{
    fence::Fence,
    model::Block,
    nearest::suggestion,
    parse::{BlockPosition, LessonReader},
    spec,
};

/// A hint that waits for the end of the lesson: the question that it names may stand below it.
pub(in crate::lesson) struct PendingHint {
    text: Spanned<String>,
    of: HintTarget,
}

enum HintTarget {
    Above(BlockPosition),
    Named(Spanned<String>),
}

/// Reads a hint; it becomes part of its question.
pub(super) fn read(reader: &mut LessonReader<'_, '_>, fence: &Fence) {
    let mut fields = fields(reader, &spec::HINT, fence);
    let text = fields.text("text");
    let named = fields.text_if_any("of");
    let is_broken = fields.is_broken();
    fields.finish();
    let of = match (named, reader.asked) {
        (Some(id), _) => HintTarget::Named(id),
        (None, Some(place)) => HintTarget::Above(place),
        (None, None) => return belongs_nowhere(reader, fence.head.clone(), is_broken),
    };
    if let Some(text) = text {
        reader.hints.push(PendingHint { text, of });
    }
}

fn belongs_nowhere(reader: &mut LessonReader<'_, '_>, at: Range<usize>, is_broken: bool) {
    // A question that could not be read was reported already.
    if !reader.unread && !is_broken {
        reader
            .diagnostics
            .error(at, "no question stands above this hint")
            .help("put it below its predict, quiz or exercise, or name that one: of = \"its-id\"");
    }
}

/// Gives every hint to its question, in the order of the file.
pub(in crate::lesson) fn finish(reader: &mut LessonReader<'_, '_>) {
    for hung in std::mem::take(&mut reader.hints) {
        let text = hung.text.get_ref();
        let gives_away = question(reader, &hung.of)
            .is_some_and(|question| answer::is_given_away(question, text));
        if gives_away {
            reader
                .diagnostics
                .warning(hung.text.span(), "this hint gives the answer away")
                .help("say where to look, or ask a smaller question; `solution` shows the answer");
        }
        match (question(reader, &hung.of).and_then(hints), hung.of) {
            (Some(hints), _) => hints.push(hung.text.into_inner()),
            (None, HintTarget::Named(id)) => unknown(reader, &id),
            (None, HintTarget::Above(_)) => {}
        }
    }
}

/// The question that a hint belongs to.
fn question<'r>(reader: &'r mut LessonReader<'_, '_>, of: &HintTarget) -> Option<&'r mut Block> {
    match of {
        HintTarget::Above(place) => reader.block_at(*place),
        HintTarget::Named(id) => {
            let mut blocks = reader.steps.iter_mut().flat_map(|step| &mut step.blocks);
            blocks.find(|block| self::id(block) == Some(id.get_ref()))
        }
    }
}

fn unknown(reader: &mut LessonReader<'_, '_>, id: &Spanned<String>) {
    // It exists, but could not be read, which was reported already.
    if reader.unread {
        return;
    }
    let names: Vec<&str> = reader.questions.keys().map(String::as_str).collect();
    let message = format!("no question of this lesson is called `{}`", id.get_ref());
    let diagnostic = reader.diagnostics.error(id.span(), message);
    match suggestion(id.get_ref(), &names) {
        Some(help) => diagnostic.help(help),
        None => diagnostic.help("this lesson has no predict, quiz or exercise"),
    }
}

fn id(block: &Block) -> Option<&String> {
    match block {
        Block::Predict(predict) => Some(&predict.id),
        Block::Quiz(quiz) => Some(&quiz.id),
        Block::Exercise(exercise) => Some(&exercise.id),
        _ => None,
    }
}

fn hints(block: &mut Block) -> Option<&mut Vec<String>> {
    match block {
        Block::Predict(predict) => Some(&mut predict.hints),
        Block::Quiz(quiz) => Some(&mut quiz.hints),
        Block::Exercise(exercise) => Some(&mut exercise.hints),
        _ => None,
    }
}

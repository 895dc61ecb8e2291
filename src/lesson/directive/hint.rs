//! `hint`: a step towards an answer, apart from the answer.

use std::ops::Range;

use toml::Spanned;

use super::{answer, fields};
use crate::lesson::{
    fence::Fence,
    model::Block,
    nearest::suggestion,
    parse::{Place, Reader},
    spec,
};

/// A hint that waits for the end of the lesson: the question that it names may stand below it.
pub(in crate::lesson) struct Hung {
    text: Spanned<String>,
    of: Of,
}

enum Of {
    Above(Place),
    Named(Spanned<String>),
}

/// Reads a hint; it becomes part of its question.
pub(super) fn read(reader: &mut Reader<'_, '_>, fence: &Fence) {
    let mut fields = fields(reader, &spec::HINT, fence);
    let text = fields.text("text");
    let named = fields.text_if_any("of");
    let is_broken = fields.is_broken();
    fields.finish();
    let of = match (named, reader.asked) {
        (Some(id), _) => Of::Named(id),
        (None, Some(place)) => Of::Above(place),
        (None, None) => return belongs_nowhere(reader, fence.head.clone(), is_broken),
    };
    if let Some(text) = text {
        reader.hints.push(Hung { text, of });
    }
}

fn belongs_nowhere(reader: &mut Reader<'_, '_>, at: Range<usize>, is_broken: bool) {
    // A question that could not be read was reported already.
    if !reader.unread && !is_broken {
        reader
            .findings
            .error(at, "no question stands above this hint")
            .help("put it below its predict, quiz or exercise, or name that one: of = \"its-id\"");
    }
}

/// Gives every hint to its question, in the order of the file.
pub(in crate::lesson) fn finish(reader: &mut Reader<'_, '_>) {
    for hung in std::mem::take(&mut reader.hints) {
        let text = hung.text.get_ref();
        let gives_away = question(reader, &hung.of)
            .is_some_and(|question| answer::is_given_away(question, text));
        if gives_away {
            reader
                .findings
                .warning(hung.text.span(), "this hint gives the answer away")
                .help("say where to look, or ask a smaller question; `solution` shows the answer");
        }
        match (question(reader, &hung.of).and_then(hints), hung.of) {
            (Some(hints), _) => hints.push(hung.text.into_inner()),
            (None, Of::Named(id)) => unknown(reader, &id),
            (None, Of::Above(_)) => {}
        }
    }
}

/// The question that a hint belongs to.
fn question<'r>(reader: &'r mut Reader<'_, '_>, of: &Of) -> Option<&'r mut Block> {
    match of {
        Of::Above(place) => reader.block_at(*place),
        Of::Named(id) => {
            let mut blocks = reader.steps.iter_mut().flat_map(|step| &mut step.blocks);
            blocks.find(|block| self::id(block) == Some(id.get_ref()))
        }
    }
}

fn unknown(reader: &mut Reader<'_, '_>, id: &Spanned<String>) {
    // It exists, but could not be read, which was reported already.
    if reader.unread {
        return;
    }
    let names: Vec<&str> = reader.questions.keys().map(String::as_str).collect();
    let message = format!("no question of this lesson is called `{}`", id.get_ref());
    let problem = reader.findings.error(id.span(), message);
    match suggestion(id.get_ref(), &names) {
        Some(help) => problem.help(help),
        None => problem.help("this lesson has no predict, quiz or exercise"),
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

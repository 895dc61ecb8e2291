//! Directives: fenced blocks whose info string is `forklore NAME`, with TOML inside.

mod answer;
mod bench;
mod claim;
mod conditions;
mod demo;
mod exercise;
mod hint;
mod ids;
mod note;
mod predict;
mod program;
mod quiz;
mod schedule;
mod settings;
mod table;

pub use bench::BenchTask;
pub use claim::Claim;
pub use demo::DemoBlock;
pub use exercise::{Exercise, ExerciseCondition};
pub(super) use hint::PendingHint;
pub use note::InstructorNote;
pub(super) use predict::PendingPrediction;
pub use predict::{AnswerKey, Prediction, PredictionChoice};
pub use program::ProgramFile;
pub use quiz::{
    Misconception, MisplacedLine, NumberAnswer, OrderAnswer, Quiz, QuizAnswer, QuizChoice,
};
pub use table::StaticTable;

use std::sync::Arc;

use super::{
    fence::CodeFence,
    front_matter,
    model::CodeBlock,
    parse::LessonReader,
    toml_keys::{TableReader, TableSpec, TomlKeys},
};
use crate::{schedule::ScheduleTask, text::suggest_name};

/// Every directive, in alphabetical order.
static DIRECTIVES: [&Directive; 11] = [
    &bench::DIRECTIVE,
    &claim::DIRECTIVE,
    &demo::DIRECTIVE,
    &exercise::DIRECTIVE,
    &hint::DIRECTIVE,
    &note::DIRECTIVE,
    &predict::DIRECTIVE,
    &program::DIRECTIVE,
    &quiz::DIRECTIVE,
    &schedule::DIRECTIVE,
    &table::DIRECTIVE,
];

/// One part of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Prose: Markdown as written.
    Markdown(String),
    /// A code fence.
    Code(CodeBlock),
    /// A demo to run.
    Demo(DemoBlock),
    /// A claim that a demo decides.
    Claim(Box<Claim>),
    /// A fixed table.
    Table(StaticTable),
    /// A note to instructors.
    Note(InstructorNote),
    /// A guess to make before a demo runs.
    Predict(Arc<Prediction>),
    /// A question.
    Quiz(Arc<Quiz>),
    /// A program file of the lessons' folder.
    Program(ProgramFile),
    /// A model whose schedule the learner chooses.
    Schedule(Arc<ScheduleTask>),
    /// A task with processes and threads by hand.
    Bench(Arc<BenchTask>),
    /// A program to write, or to change.
    Exercise(Arc<Exercise>),
}

/// A directive: what the guide shows of it, and the function that reads it.
#[derive(Debug)]
pub struct Directive {
    /// Its name after `forklore`; empty for the front matter.
    pub name: &'static str,
    /// Its purpose.
    pub about: &'static str,
    /// Its keys.
    pub table: &'static TableSpec,
    /// Reads it; `None` if there are too many errors, or if nothing is shown in its place.
    pub(super) read: fn(&mut LessonReader<'_, '_>, &CodeFence) -> Option<Block>,
}

/// Everything that authors may write: the front matter and all directives.
pub fn all_directives() -> impl Iterator<Item = &'static Directive> {
    std::iter::once(&front_matter::FRONT_MATTER).chain(DIRECTIVES)
}

/// Reads the directive in a fence.
pub(super) fn read_directive(
    reader: &mut LessonReader<'_, '_>,
    fence: &CodeFence,
) -> Option<Block> {
    let words: Vec<&str> = fence.info.split_whitespace().skip(1).collect();
    let names = DIRECTIVES.map(|directive| directive.name);
    let [name] = words[..] else {
        let message = match words.len() {
            0 => "this directive has no name",
            _ => "a directive's first line ends with its name",
        };
        let help = format!("write ```forklore NAME, with one of: {}", names.join(", "));
        reader
            .diagnostics
            .error(fence.head.clone(), message)
            .help(help);
        return None;
    };
    let mut directives = DIRECTIVES.iter();
    if let Some(directive) = directives.find(|directive| directive.name == name) {
        return (directive.read)(reader, fence);
    }
    let message = format!("no directive is called `{name}`");
    let diagnostic = reader.diagnostics.error(fence.head.clone(), message);
    if let Some(help) = suggest_name(name, &names) {
        diagnostic.help(help);
    }
    None
}

/// Checks that need the whole lesson.
pub(super) fn finish_directives(reader: &mut LessonReader<'_, '_>) {
    predict::report_undecided(reader);
    hint::attach_hints(reader);
    exercise::check_fallbacks(reader);
}

/// Parses a directive's TOML.
fn open_table<'d, 's, K: TomlKeys>(
    reader: &'d mut LessonReader<'s, '_>,
    fence: &CodeFence,
) -> TableReader<'d, 's> {
    let (head, body) = (fence.head.clone(), fence.body.clone());
    TableReader::parse(&mut reader.diagnostics, K::TABLE, head, body)
}

/// Reads a directive's keys.
fn read_keys<K: TomlKeys>(reader: &mut LessonReader<'_, '_>, fence: &CodeFence) -> K {
    K::read(open_table::<K>(reader, fence))
}

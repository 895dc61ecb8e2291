//! A step as a sequence of items to show.

use std::{path::Path, sync::Arc};

use super::claims::is_decided_above;
use crate::{
    lesson::{
        self, Block, Claim, CodeBlock, DemoBlock, Exercise, InstructorNote, Lesson, Library,
        Prediction, ProgramFile, Quiz, Step,
    },
    record::Value,
    report::{Column, Table},
    schedule::ScheduleTask,
};

/// One item of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum LessonItem<'a> {
    /// Prose.
    Markdown(&'a str),
    /// Code.
    Code {
        /// The language; empty if it is unknown.
        lang: &'a str,
        /// The code.
        text: &'a str,
    },
    /// A program file.
    Program {
        /// The block in the lesson.
        program: &'a ProgramFile,
        /// The language, from the file's extension.
        lang: &'a str,
        /// The program's text.
        text: &'a str,
    },
    /// A program to run, showing its output.
    Output {
        /// The block in the lesson.
        program: &'a ProgramFile,
        /// The program's text.
        text: &'a str,
    },
    /// A demo to run.
    Demo(&'a DemoBlock),
    /// A claim that no demo above it decides.
    Claim(&'a Claim),
    /// A table.
    Table(Table),
    /// A note to instructors.
    Note(&'a InstructorNote),
    /// A prediction about the following demo.
    Predict(&'a Arc<Prediction>),
    /// A question to answer.
    Quiz(&'a Arc<Quiz>),
    /// A model whose schedule the learner chooses.
    Schedule(&'a Arc<ScheduleTask>),
    /// A program to write or to change.
    Exercise(&'a Exercise),
}

/// The items of a step, in order; instructors' notes only if `notes` is set.
///
/// A claim is shown with the report of the demo that decides it. If no demo above it does, the claim is an item
/// of its own.
pub fn lesson_items<'a>(
    library: &'a Library,
    lesson: &'a Lesson,
    step: &'a Step,
    notes: bool,
) -> Vec<LessonItem<'a>> {
    let wanted = |block: &&Block| match block {
        Block::Note(_) => notes,
        Block::Claim(claim) => !is_decided_above(lesson, claim),
        _ => true,
    };
    let blocks = step.blocks.iter().filter(wanted);
    blocks
        .flat_map(|block| {
            [
                Some(block_item(library, block)),
                output_item(library, block),
            ]
        })
        .flatten()
        .collect()
}

/// A program's output follows it, if the lesson runs it.
fn output_item<'a>(library: &'a Library, block: &'a Block) -> Option<LessonItem<'a>> {
    match block {
        Block::Program(program) if program.run => Some(LessonItem::Output {
            program,
            text: library.program_text(&program.file).unwrap_or_default(),
        }),
        _ => None,
    }
}

fn block_item<'a>(library: &'a Library, block: &'a Block) -> LessonItem<'a> {
    match block {
        Block::Markdown(text) => LessonItem::Markdown(text),
        Block::Code(CodeBlock { lang, text }) => LessonItem::Code { lang, text },
        Block::Demo(demo) => LessonItem::Demo(demo),
        Block::Claim(claim) => LessonItem::Claim(claim),
        Block::Table(table) => LessonItem::Table(to_report_table(table)),
        Block::Note(note) => LessonItem::Note(note),
        Block::Predict(predict) => LessonItem::Predict(predict),
        Block::Quiz(quiz) => LessonItem::Quiz(quiz),
        Block::Schedule(task) => LessonItem::Schedule(task),
        Block::Exercise(exercise) => LessonItem::Exercise(exercise),
        Block::Program(program) => LessonItem::Program {
            program,
            lang: program_language(&program.file),
            // The library has every program that its lessons show.
            text: library.program_text(&program.file).unwrap_or_default(),
        },
    }
}

fn to_report_table(table: &lesson::StaticTable) -> Table {
    let column = |name: &String| Column {
        name: name.clone(),
        unit: None,
        picture: None,
    };
    let cells = |row: &Vec<String>| row.iter().map(Value::text).collect();
    Table {
        title: table.caption.clone(),
        columns: table.columns.iter().map(column).collect(),
        rows: table.rows.iter().map(cells).collect(),
        notes: Vec::new(),
    }
}

/// The language of a program, as in a code fence.
fn program_language(file: &str) -> &'static str {
    match Path::new(file)
        .extension()
        .and_then(|ending| ending.to_str())
    {
        Some("py") => "python",
        Some("rs") => "rust",
        Some("sh") => "sh",
        Some("toml") => "toml",
        _ => "text",
    }
}

//! A step as a sequence of items to show.

use std::{path::Path, sync::Arc};

use pulldown_cmark::{Event, Parser};

use super::{claims::is_decided_above, predict::Experiment};
use crate::{
    lesson::{
        self, BenchTask, Block, Claim, CodeBlock, DemoBlock, Exercise, InstructorNote, Lesson,
        Library, Prediction, ProgramFile, Quiz, Step,
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
    /// A task with processes and threads by hand.
    Bench(&'a Arc<BenchTask>),
    /// A program to write or to change.
    Exercise(&'a Exercise),
}

/// The items of a step, in order; instructors' notes only if `notes` is set.
///
/// A claim is shown with the report of the demo that decides it. If no demo above it does, the claim is an item
/// of its own. A prediction about a program's output comes between the program and its output.
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
    let mut items = Vec::new();
    let mut held = Vec::new();
    for (at, block) in step.blocks.iter().enumerate().filter(|(_, it)| wanted(it)) {
        match block {
            Block::Markdown(text) => items.append(&mut split_markdown(text)),
            Block::Predict(_) if is_about_program(&step.blocks[at..]) => {
                held.push(block_item(library, block));
            }
            Block::Program(program) if program.run => {
                items.push(block_item(library, block));
                items.append(&mut held);
                let text = library.program_text(&program.file).unwrap_or_default();
                items.push(LessonItem::Output { program, text });
            }
            _ => items.push(block_item(library, block)),
        }
    }
    items
}

/// Whether a program that is run comes next, before any demo.
fn is_about_program(blocks: &[Block]) -> bool {
    let mut decisive = blocks.iter().filter_map(Experiment::from_block);
    matches!(decisive.next(), Some(Experiment::Program(_)))
}

/// Prose as one item for each paragraph, list or quotation: a screen that is full ends between two of them.
fn split_markdown(text: &str) -> Vec<LessonItem<'_>> {
    let mut items = Vec::new();
    let mut depth = 0_usize;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            items.push(LessonItem::Markdown(text[range].trim_end()));
        }
    }
    items
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
        Block::Bench(task) => LessonItem::Bench(task),
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
        rank: 0,
    };
    let cells = |row: &Vec<String>| row.iter().map(Value::text).collect();
    let mut shown = Table::new(&table.caption, &[]);
    shown.columns = table.columns.iter().map(column).collect();
    shown.rows = table.rows.iter().map(cells).collect();
    shown
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

//! A step as a sequence of items to show.

use pulldown_cmark::{Event, Parser};

use super::{claims::is_decided_above, predict::Experiment};
use crate::lesson::{Block, Lesson, Library, ProgramFile, Step};

/// One item of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum LessonItem<'a> {
    /// A paragraph, list or quotation of prose.
    Markdown(&'a str),
    /// The listing of a program file.
    Program {
        /// The block in the lesson.
        program: &'a ProgramFile,
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
    /// Any other block, as the lesson has it.
    Block(&'a Block),
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
                held.push(LessonItem::Block(block));
            }
            Block::Program(program) => {
                // The library has every program that its lessons show.
                let text = library.program_text(&program.file).unwrap_or_default();
                items.push(LessonItem::Program { program, text });
                if program.run {
                    items.append(&mut held);
                    items.push(LessonItem::Output { program, text });
                }
            }
            _ => items.push(LessonItem::Block(block)),
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

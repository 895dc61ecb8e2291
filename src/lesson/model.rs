//! The data of a parsed lesson.

use std::sync::Arc;

use super::directive::{Block, Claim, Exercise};

/// A lesson: its front matter, and its steps in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lesson {
    /// Its number, from 1; 0 where the front matter gives none.
    pub number: u32,
    /// Its short name for the command line: `four-processes`.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The question that it answers.
    pub question: String,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// One line for the list of lessons.
    pub summary: String,
    /// Its steps, each one shown as a screenful.
    pub steps: Vec<Step>,
}

/// One step: the text under a `## ` heading, or before the first one.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The heading without Markdown; for the text before the first heading, the lesson's title.
    pub title: String,
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
    /// The line of its heading, from 1.
    pub line: usize,
}

/// A code fence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeBlock {
    /// The language in the fence's info string; empty if there is none.
    pub lang: String,
    /// The code, without the fence.
    pub text: String,
}

impl Lesson {
    /// All blocks of its steps, in order.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.steps.iter().flat_map(|step| &step.blocks)
    }

    /// Its claims, in order.
    pub fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.blocks().filter_map(|block| match block {
            Block::Claim(claim) => Some(claim.as_ref()),
            _ => None,
        })
    }

    /// Its exercises, in order.
    pub fn exercises(&self) -> impl Iterator<Item = &Arc<Exercise>> {
        self.blocks().filter_map(|block| match block {
            Block::Exercise(exercise) => Some(exercise),
            _ => None,
        })
    }
}

//! What a lesson is, once it is read.

use crate::{
    claim::{Condition, Needs, Template},
    record::Params,
};

/// A lesson: what its front matter says, and its steps in order.
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
    /// What is shown, one screenful after the other.
    pub steps: Vec<Step>,
}

/// One step: what stands under a `## ` heading, or before the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The heading without its Markdown; the lesson's title for what stands before the first heading.
    pub title: String,
    /// What it consists of, in order.
    pub blocks: Vec<Block>,
    /// The line of its heading, from 1.
    pub line: usize,
}

/// One part of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Prose: Markdown as written.
    Markdown(String),
    /// A code fence.
    Code(Code),
    /// A demo to run.
    Demo(Demo),
    /// A claim that a demo decides.
    Claim(Box<Claim>),
    /// A table that is always the same.
    Table(Table),
    /// A word to instructors.
    Note(Note),
    /// A question with choices.
    Quiz(Quiz),
    /// A program file of the lessons' folder.
    Program(Program),
}

/// A code fence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The language, as the fence names it; empty where it names none.
    pub lang: String,
    /// The code, without the fence.
    pub text: String,
}

/// A demo to run at this place of the lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Demo {
    /// The demo's name.
    pub run: String,
    /// Its settings.
    pub params: Params,
    /// A sentence to show before it: what to watch for.
    pub caption: Option<String>,
}

/// A sentence about concurrency that a demo shows to be true, or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Its name, unique over all lessons.
    pub id: String,
    /// The sentence.
    pub says: String,
    /// When it holds.
    pub condition: Condition,
    /// What it takes to show it.
    pub needs: Needs,
    /// What decided it, in the author's words.
    pub evidence: Option<Template>,
    /// The demo that decides it, with its settings; it has no caption.
    pub demo: Demo,
    /// How far the claim reaches: Markdown of one paragraph.
    pub limit: Option<String>,
    /// The claim of the experiment that shows the limit.
    pub counter: Option<String>,
    /// Why it is so: Markdown.
    pub why: Option<String>,
    /// The line that it begins in.
    pub line: usize,
}

/// A table that is always the same; its cells are plain text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The headings.
    pub columns: Vec<String>,
    /// The cells; every row is as long as `columns`.
    pub rows: Vec<Vec<String>>,
}

/// A word to instructors, hidden from students unless they ask for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note {
    /// How long to plan for this part, in minutes.
    pub minutes: Option<u32>,
    /// Markdown.
    pub text: String,
}

/// A question with choices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quiz {
    /// Its name, unique in the lesson.
    pub id: String,
    /// The question: Markdown.
    pub question: String,
    /// Two or more, at least one of them right.
    pub choices: Vec<Choice>,
}

impl Lesson {
    /// Everything that its steps consist of, in order.
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
}

impl Quiz {
    /// Whether several choices are right, so that all of them have to be named.
    pub fn several(&self) -> bool {
        self.choices.iter().filter(|choice| choice.right).count() > 1
    }
}

/// One answer that a quiz offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// The answer: Markdown.
    pub text: String,
    /// Whether it is right.
    pub right: bool,
    /// Why it is right or wrong: Markdown.
    pub why: String,
}

/// A program file of the lessons' folder, shown with its highlighting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Program {
    /// Its path inside the folder: `python/hello_process.py`.
    pub file: String,
    /// A sentence to show before it.
    pub caption: Option<String>,
    /// The same in Rust, to show next.
    pub beside: Option<String>,
    /// Whether it is run, and what it prints is shown.
    pub run: bool,
}

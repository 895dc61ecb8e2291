//! What a lesson is, once it is read.

pub use super::directive::{AnswerKey, Prediction, PredictionChoice};
pub use super::directive::{Claim, DemoBlock};
pub use super::directive::{Exercise, ExerciseCondition};
pub use super::directive::{InstructorNote, ProgramFile, StaticTable};
pub use super::directive::{
    Misconception, MisplacedLine, NumberAnswer, OrderAnswer, Quiz, QuizAnswer, QuizChoice,
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
    Code(CodeBlock),
    /// A demo to run.
    Demo(DemoBlock),
    /// A claim that a demo decides.
    Claim(Box<Claim>),
    /// A table that is always the same.
    Table(StaticTable),
    /// A word to instructors.
    Note(InstructorNote),
    /// A guess to make before a demo runs.
    Predict(Prediction),
    /// A question.
    Quiz(Quiz),
    /// A program file of the lessons' folder.
    Program(ProgramFile),
    /// A program to write, or to change.
    Exercise(Box<Exercise>),
}

/// A code fence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeBlock {
    /// The language, as the fence names it; empty where it names none.
    pub lang: String,
    /// The code, without the fence.
    pub text: String,
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

    /// Its exercises, in order.
    pub fn exercises(&self) -> impl Iterator<Item = &Exercise> {
        self.blocks().filter_map(|block| match block {
            Block::Exercise(exercise) => Some(exercise.as_ref()),
            _ => None,
        })
    }
}

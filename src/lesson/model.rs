//! What a lesson is, once it is read.

pub use super::directive::{AnswerKey, Prediction, PredictionChoice};
pub use super::directive::{Claim, DemoBlock};
pub use super::directive::{InstructorNote, ProgramFile, StaticTable};
pub use super::directive::{
    Misconception, MisplacedLine, NumberAnswer, OrderAnswer, Quiz, QuizAnswer, QuizChoice,
};
use crate::claim::{Condition, Needs};

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

/// A program to write or to change, and what must be true of its run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exercise {
    /// Its name, unique over all lessons.
    pub id: String,
    /// A short title.
    pub title: String,
    /// What to do: Markdown.
    pub task: String,
    /// How long to plan for it, in minutes.
    pub minutes: Option<u32>,
    /// The program to begin with: a path inside the lessons' folder.
    pub starter: String,
    /// A program that meets every condition: a path inside the lessons' folder. No command shows it unasked.
    pub solution: String,
    /// What must be true of a run.
    pub conditions: Vec<ExerciseCondition>,
    /// What it takes to tell.
    pub needs: Needs,
    /// How often it is run to tell: more than once where times are compared.
    pub trials: u32,
    /// Whether the starter is run as well, so that both can be compared.
    pub compares: bool,
    /// The order-the-lines quiz of this lesson to offer where there is no Python: its id.
    pub without_python: Option<String>,
    /// Hints, to be shown one at a time, apart from the solution; Markdown.
    pub hints: Vec<String>,
    /// What everybody is told once it is solved: Markdown.
    pub explain: Option<String>,
    /// The line that it begins in.
    pub line: usize,
}

/// One thing that must be true of the run of an exercise's program.
#[derive(Debug, Clone, PartialEq)]
pub struct ExerciseCondition {
    /// In words: "four child processes".
    pub says: String,
    /// As a condition on what `try` observes.
    pub condition: Condition,
    /// What to look at if it is not: Markdown.
    pub hint: Option<String>,
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

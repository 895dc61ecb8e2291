//! What a lesson is, once it is read.

pub use super::directive::{AnswerKey, Prediction, PredictionChoice};
pub use super::directive::{Claim, DemoBlock};
pub use super::directive::{InstructorNote, ProgramFile, StaticTable};
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

/// A question.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Quiz {
    /// Its name, unique in the lesson among predictions and quizzes.
    pub id: String,
    /// The question: Markdown.
    pub question: String,
    /// What is right.
    pub answer: QuizAnswer,
    /// Hints, to be shown one at a time, apart from the solution; Markdown.
    pub hints: Vec<String>,
    /// What everybody is told once the answer is right: Markdown.
    pub explain: Option<String>,
}

/// What a quiz asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum QuizAnswer {
    /// One or several of these choices; at least one of them is right.
    Choices(Vec<QuizChoice>),
    /// A number.
    Number(NumberAnswer),
    /// Lines of a program, to be put in order.
    Order(OrderAnswer),
}

impl Default for QuizAnswer {
    fn default() -> Self {
        Self::Choices(Vec::new())
    }
}

/// A number to be found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NumberAnswer {
    /// The right one.
    pub value: f64,
    /// How far off a right answer may be, in the number's own unit; 0 for exactly.
    pub tolerance: f64,
    /// Its unit, as shown behind it: `s`; it may be typed or left out.
    pub unit: Option<String>,
    /// Why the right one is right: Markdown.
    pub why: String,
    /// Wrong numbers that a known misconception leads to, each with its own why.
    pub slips: Vec<Misconception>,
}

/// A wrong number, and the misconception behind it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Misconception {
    /// The number; it is recognised within the tolerance.
    pub value: f64,
    /// What it overlooks: Markdown.
    pub why: String,
}

/// Lines to be put in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderAnswer {
    /// The lines in an order that is right, with their indentation.
    pub lines: Vec<String>,
    /// Lines that do not belong there.
    pub extra: Vec<String>,
    /// Groups of lines that may change places with each other: numbers of `lines`, from 0.
    pub any_order: Vec<Vec<usize>>,
    /// The lines' language, as a code fence names it.
    pub lang: String,
    /// Why the order is right: Markdown.
    pub why: String,
    /// Wrong orders that a known misconception leads to.
    pub misplaced: Vec<MisplacedLine>,
}

/// A line that was put before another one, and the misconception behind that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MisplacedLine {
    /// The line that came too early: its number in `lines`, from 0.
    pub line: usize,
    /// The line that it must not precede.
    pub before: usize,
    /// What that overlooks: Markdown.
    pub why: String,
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

impl Quiz {
    /// Its choices; none where it asks for something else.
    pub fn choices(&self) -> &[QuizChoice] {
        match &self.answer {
            QuizAnswer::Choices(choices) => choices,
            _ => &[],
        }
    }

    /// Whether several choices are right, so that all of them have to be named.
    pub fn several(&self) -> bool {
        let right = self.choices().iter().filter(|choice| choice.right);
        right.count() > 1
    }
}

/// One answer that a quiz offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuizChoice {
    /// The answer: Markdown.
    pub text: String,
    /// Whether it is right.
    pub right: bool,
    /// Why it is right or wrong: Markdown.
    pub why: String,
}

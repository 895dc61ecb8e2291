//! `quiz`: a question that asks for choices, for a number, or for lines in order.

mod choices;
mod number;
mod order;

use std::sync::Arc;

use toml::Spanned;

pub use choices::QuizChoice;
pub use number::{Misconception, NumberAnswer};
pub use order::{MisplacedLine, OrderAnswer};

use self::{choices::ChoiceKeys, number::SlipKeys, order::MisplacedKeys};
use super::{Block, Directive, ids, open_table};
use crate::lesson::{
    answer_patterns::ChoicePattern,
    fence::CodeFence,
    parse::LessonReader,
    source_file::Diagnostics,
    toml_keys::{TableArray, TableReader, TextValue, TomlKeys, toml_keys},
};

pub(super) static DIRECTIVE: Directive = Directive {
    name: "quiz",
    about: "a question: [[choice]]s, a number, or lines to be put in order",
    table: QuizKeys::TABLE,
    read: |reader, fence| {
        let quiz = read_quiz(reader, fence).map(Arc::new);
        reader.note_question(quiz.map(Block::Quiz))
    },
};

toml_keys! {
    "`quiz`": struct QuizKeys {
        /// its name, unique in the lesson: a-z, 0-9 and hyphens
        id: Spanned<TextValue> = Required, "\"q1-locks\"";
        /// Markdown: the question
        question: TextValue = Required, "\"Why does neither wait for the other?\"";
        /// Markdown that everybody is shown once the answer is right
        explain: TextValue = Optional, "\"Both took turns on one core.\"";
        ..answer: AnswerKeys
    }
}

toml_keys! {
    "`quiz`": struct AnswerKeys {
        /// two to nine answers; several may be right
        choice: TableArray<ChoiceKeys> = Required, "", for ["choices"];
        /// the right number
        answer: f64 = Required, "8.0", for ["number"];
        /// how far off a right answer may be
        tolerance: Spanned<f64> = Default("0"), "0.5", for ["number"];
        /// shown behind the number
        unit: TextValue = Optional, "\"s\"", for ["number"];
        /// wrong numbers that a known mistake leads to
        slip: TableArray<SlipKeys> = Optional, "", for ["number"];
        /// three lines or more, in a right order, with their indentation
        lines: Spanned<Vec<Spanned<String>>> = Required,
            "[\"import os\", \"print(os.getpid())\", \"print(os.getppid())\"]", for ["order"];
        /// lines that do not belong
        extra: Vec<Spanned<String>> = Optional, "[\"print(os.pid)\"]", for ["order"];
        /// groups of lines that may change places with each other: their numbers in `lines`, from 1;
        /// equal lines always may
        any_order: Vec<Spanned<Vec<Spanned<u32>>>> = Optional, "[[2, 3]]", for ["order"];
        /// the language of the lines
        lang: TextValue = Default("python"), "\"python\"", for ["order"];
        /// wrong orders that a known mistake leads to
        misplaced: TableArray<MisplacedKeys> = Optional, "", for ["order"];
        /// Markdown: why the answer is right
        why: TextValue = Required, "\"The import comes before what it brings.\"", for ["number", "order"];
    }
}

/// A question.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Quiz {
    /// Its name, unique in the lesson among predictions and quizzes.
    pub id: String,
    /// The question: Markdown.
    pub question: String,
    /// The right answer.
    pub answer: QuizAnswer,
    /// Hints, shown one at a time, apart from the solution; Markdown.
    pub hints: Vec<String>,
    /// Shown once the answer is right: Markdown.
    pub explain: Option<String>,
}

/// The kinds of answer that a quiz asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum QuizAnswer {
    /// One or more of these choices; at least one of them is right.
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

impl Quiz {
    /// Its choices; empty for other kinds of quiz.
    pub fn choices(&self) -> &[QuizChoice] {
        match &self.answer {
            QuizAnswer::Choices(choices) => choices,
            _ => &[],
        }
    }

    /// Whether several choices are right, and all of them must be named.
    pub fn several(&self) -> bool {
        let right = self.choices().iter().filter(|choice| choice.right);
        right.count() > 1
    }
}

/// A choice is named by one letter or one digit.
const MAX_CHOICES: usize = 9;

/// The kinds of quiz, as the keys name them.
const KINDS: [&str; 3] = ["choices", "number", "order"];

fn read_quiz(reader: &mut LessonReader<'_, '_>, fence: &CodeFence) -> Option<Quiz> {
    let mut table = open_table::<QuizKeys>(reader, fence);
    let is_broken = table.is_broken();
    table.kind = find_kind(&table);
    report_foreign_keys(&mut table);
    let kind = table.kind;
    let keys = QuizKeys::read(table);
    let diagnostics = &mut reader.diagnostics;
    let answer = match kind {
        Some("choices") => keys
            .answer
            .choice
            .map(|tables| choices::read_choices(diagnostics, fence, tables, is_broken))
            .map(QuizAnswer::Choices),
        Some("number") => number::read_number(diagnostics, keys.answer).map(QuizAnswer::Number),
        Some(_) => order::read_order(diagnostics, keys.answer).map(QuizAnswer::Order),
        None => {
            if !is_broken {
                diagnostics
                    .error(fence.head.clone(), "this quiz has no answer")
                    .help("add [[choice]]s, an `answer` (a number) or `lines` (to put in order)");
            }
            None
        }
    };
    let (id, question) = (keys.id?, keys.question?);
    ids::check_question(reader, "a quiz", &id);
    let quiz = Quiz {
        id: id.into_inner(),
        question,
        answer: answer?,
        hints: Vec::new(),
        explain: keys.explain,
    };
    let texts: Vec<&str> = quiz.choices().iter().map(|it| it.text.as_str()).collect();
    let right = quiz.choices().iter().position(|choice| choice.right);
    if let Some(right) = right.filter(|_| !quiz.several()) {
        let pattern = ChoicePattern::from_texts(fence.head.clone(), &texts, right);
        reader.patterns.push(pattern);
    }
    Some(quiz)
}

/// Determines the kind of quiz by the keys that only one kind has.
fn find_kind(table: &TableReader<'_, '_>) -> Option<&'static str> {
    KINDS.into_iter().find(|kind| {
        let mut own = AnswerKeys::KEYS.iter().filter(|key| key.kinds == [*kind]);
        own.any(|key| table.key_range(key.name).is_some())
    })
}

/// Reports keys that belong to other kinds of quiz.
fn report_foreign_keys(table: &mut TableReader<'_, '_>) {
    let Some(kind) = table.kind else { return };
    for key in AnswerKeys::KEYS
        .iter()
        .filter(|key| !key.is_for(Some(kind)))
    {
        let Some(at) = table.key_range(key.name) else {
            continue;
        };
        let message = format!("`{}` is for another kind of quiz than this", key.name);
        table
            .diagnostics()
            .error(at, message)
            .help("a quiz asks for one thing: [[choice]]s, a number or lines in order");
    }
}

/// Checks that the number of choices is valid and that no two have the same text, and reports them otherwise.
pub(super) fn check_choices(
    diagnostics: &mut Diagnostics<'_>,
    fence: &CodeFence,
    owner: &str,
    texts: &[&str],
) -> bool {
    let mut error = |message: String, help: &str| {
        diagnostics.error(fence.head.clone(), message).help(help);
        false
    };
    if texts.len() < 2 {
        return error(
            format!("{owner} has at least two choices"),
            "add a [[choice]]",
        );
    }
    if texts.len() > MAX_CHOICES {
        return error(
            format!("{owner} has at most nine choices"),
            "split it in two",
        );
    }
    let mut numbered = texts.iter().enumerate();
    if let Some((_, text)) = numbered.find(|(at, text)| texts[..*at].contains(text)) {
        return error(
            format!("two choices say `{text}`"),
            "say something else in one of them",
        );
    }
    true
}

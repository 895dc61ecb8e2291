//! `quiz`: a question that asks for choices, for a number, or for lines in order.

mod choices;
mod number;
mod order;

use super::{Directive, DirectiveSpec, fields, ids};
use crate::lesson::{
    fence::Fence,
    fields::Fields,
    model::{Block, Quiz, QuizAnswer},
    parse::LessonReader,
    source_file::Diagnostics,
    spec,
    toml_keys::KeySpec,
};

pub(super) static DIRECTIVE: Directive = Directive {
    spec: DirectiveSpec {
        name: "quiz",
        about: "a question: [[choice]]s, a number, or lines to be put in order",
        table: &spec::QUIZ,
    },
    read: |reader, fence| {
        let quiz = read(reader, fence).map(Block::Quiz);
        reader.note_question(quiz)
    },
};

/// Choices are named by one letter or one digit.
const MOST: usize = 9;

/// What a quiz may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum QuizKind {
    Choices,
    Number,
    Order,
}

impl QuizKind {
    const ALL: [Self; 3] = [Self::Choices, Self::Number, Self::Order];

    fn name(self) -> &'static str {
        match self {
            Self::Choices => "choices",
            Self::Number => "number",
            Self::Order => "order",
        }
    }

    /// The keys that only this kind has.
    fn own_keys(self) -> impl Iterator<Item = &'static KeySpec> {
        spec::QUIZ
            .keys()
            .filter(move |key| key.kinds == [self.name()])
    }

    /// The keys that only other kinds have.
    fn foreign_keys(self) -> impl Iterator<Item = &'static KeySpec> {
        let foreign =
            move |key: &&KeySpec| !key.kinds.is_empty() && !key.kinds.contains(&self.name());
        spec::QUIZ.keys().filter(foreign)
    }
}

fn read(reader: &mut LessonReader<'_, '_>, fence: &Fence) -> Option<Quiz> {
    let mut fields = fields(reader, &spec::QUIZ, fence);
    let id = fields.text("id");
    let question = fields.text("question");
    let explain = fields.said("explain");
    let answer = match kind(&mut fields, fence) {
        Some(QuizKind::Choices) => choices::read(fields, fence).map(QuizAnswer::Choices),
        Some(QuizKind::Number) => number::read(fields).map(QuizAnswer::Number),
        Some(QuizKind::Order) => order::read(fields).map(QuizAnswer::Order),
        None => {
            fields.finish();
            None
        }
    };
    let (id, question) = (id?, question?);
    ids::check_question(reader, "a quiz", &id);
    Some(Quiz {
        id: id.into_inner(),
        question: question.into_inner(),
        answer: answer?,
        hints: Vec::new(),
        explain,
    })
}

/// What the quiz asks for, by the keys that it has; keys of other kinds are reported.
fn kind(fields: &mut Fields<'_, '_>, fence: &Fence) -> Option<QuizKind> {
    let has = |kind: &QuizKind| kind.own_keys().any(|key| fields.place(key.name).is_some());
    let Some(kind) = QuizKind::ALL.into_iter().find(has) else {
        if !fields.is_broken() {
            fields
                .diagnostics()
                .error(fence.head.clone(), "this quiz has no answer")
                .help("add [[choice]]s, an `answer` (a number) or `lines` (to put in order)");
        }
        let keys: Vec<&str> = spec::QUIZ.keys().map(|key| key.name).collect();
        fields.pass_over(&keys);
        return None;
    };
    for key in kind.foreign_keys().map(|key| key.name) {
        let Some(at) = fields.place(key) else {
            continue;
        };
        let message = format!("`{key}` is for another kind of quiz than this");
        fields
            .diagnostics()
            .error(at, message)
            .help("a quiz asks for one thing: [[choice]]s, a number or lines in order");
        fields.pass_over(&[key]);
    }
    Some(kind)
}

/// Whether there are as many choices as there may be, each with words of its own; if not, that is reported.
pub(super) fn check_choices(
    diagnostics: &mut Diagnostics<'_>,
    fence: &Fence,
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
    if texts.len() > MOST {
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

//! `quiz`: a question with choices, each with its own why.

use toml::Spanned;

use super::fields;
use crate::lesson::{
    fence::Fence,
    fields::{Fields, Inner},
    model::{Answer, Choice, Quiz},
    parse::Reader,
    source::Findings,
};

/// Choices are named by one letter or one digit.
const MOST: usize = 9;

pub(super) fn read(reader: &mut Reader<'_, '_>, fence: &Fence) -> Option<Quiz> {
    let mut fields = fields(reader, "`quiz`", fence);
    let id = fields.text("id");
    let question = fields.text("question");
    let inner = fields.tables("choice");
    let unread = fields.is_broken() || inner.is_none();
    fields.finish();
    let inner = inner.unwrap_or_default();
    let asked = inner.len();
    let choices: Vec<Choice> = inner
        .into_iter()
        .filter_map(|inner| choice(&mut reader.findings, inner))
        .collect();
    // What could not be read was reported already.
    if !unread && choices.len() == asked {
        check(&mut reader.findings, fence, &choices);
    }
    let (id, question) = (id?, question?);
    check_id(reader, &id);
    Some(Quiz {
        id: id.into_inner(),
        question: question.into_inner(),
        answer: Answer::Choices(choices),
        hints: Vec::new(),
        explain: None,
    })
}

fn choice<'s>(findings: &mut Findings<'s>, inner: Inner<'s>) -> Option<Choice> {
    let mut fields = Fields::of(findings, "a choice", inner);
    let text = fields.text("text");
    let right = fields.optional("right").unwrap_or_default();
    let why = fields.text("why");
    fields.finish();
    Some(Choice {
        text: text?.into_inner(),
        right,
        why: why?.into_inner(),
    })
}

fn check(findings: &mut Findings<'_>, fence: &Fence, choices: &[Choice]) {
    let mut error = |message: &str, help: &str| {
        findings.error(fence.head.clone(), message).help(help);
    };
    if choices.len() < 2 {
        error("a quiz has at least two choices", "add a [[choice]]");
    } else if choices.len() > MOST {
        error("a quiz has at most nine choices", "split it in two");
    } else if !choices.iter().any(|choice| choice.right) {
        error(
            "no choice is right",
            "add `right = true` to the one that is",
        );
    } else if choices.iter().all(|choice| choice.right) {
        findings.warning(
            fence.head.clone(),
            "every choice is right: nobody can be wrong",
        );
    }
    let repeated = choices
        .iter()
        .enumerate()
        .find(|(at, choice)| choices[..*at].iter().any(|other| other.text == choice.text));
    if let Some((_, choice)) = repeated {
        let message = format!("two choices say `{}`", choice.text);
        findings.error(fence.head.clone(), message);
    }
}

fn check_id(reader: &mut Reader<'_, '_>, id: &Spanned<String>) {
    let line = reader.findings.source.line(id.span().start);
    if let Some(first) = reader.quizzes.insert(id.get_ref().clone(), line) {
        let message = format!("two quizzes have the id `{}`", id.get_ref());
        reader
            .findings
            .error(id.span(), message)
            .help(format!("the other one is in line {first}"));
    }
}

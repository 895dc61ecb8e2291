//! A quiz with one or more right choices.

use super::{AnswerGrade, ChoiceMarks, UnclearAnswer};
use crate::{lesson::Quiz, text::keep_distinct, tutor::choice_marks::choice_item};

/// Grades the named choices.
pub fn judge_choices(
    quiz: &Quiz,
    marks: ChoiceMarks,
    line: &str,
) -> Result<(AnswerGrade, String), UnclearAnswer> {
    let picked = keep_distinct(marks.parse_places(line)?);
    if picked.len() > 1 && !quiz.several() {
        let letters = marks.list_marks();
        return Err(UnclearAnswer::OnlyOne { letters });
    }
    let choices = quiz.choices();
    let (right, wrong): (Vec<_>, Vec<_>) = picked.into_iter().partition(|at| choices[*at].right);
    let wanted = choices.iter().filter(|choice| choice.right).count();
    Ok(if !wrong.is_empty() {
        (
            AnswerGrade::Wrong,
            explain_choices(quiz, marks, "Not so:", &wrong),
        )
    } else if right.len() < wanted {
        let says = "Right so far, but that is not all of it.".to_owned();
        (AnswerGrade::Incomplete, says)
    } else {
        (
            AnswerGrade::Right,
            explain_choices(quiz, marks, "Right:", &right),
        )
    })
}

/// The choices as a list.
pub fn list_choices(quiz: &Quiz, marks: ChoiceMarks) -> String {
    let shown = marks.shown_order().into_iter();
    shown
        .map(|at| choice_item(&marks.mark_at(at), &quiz.choices()[at].text))
        .collect()
}

/// The marks of the right choices.
pub fn model_answer(quiz: &Quiz, marks: ChoiceMarks) -> String {
    let right = right_places(quiz, marks).into_iter();
    let marks: Vec<String> = right.map(|at| marks.mark_at(at)).collect();
    marks.join(",")
}

/// The right choices, each with its explanation.
pub fn solution_text(quiz: &Quiz, marks: ChoiceMarks) -> String {
    explain_choices(quiz, marks, "Answer:", &right_places(quiz, marks))
}

/// The indices of the right choices, in the order in which they are shown.
fn right_places(quiz: &Quiz, marks: ChoiceMarks) -> Vec<usize> {
    let mut shown = marks.shown_order();
    shown.retain(|at| quiz.choices()[*at].right);
    shown
}

/// The choices at these indices, each with its explanation.
fn explain_choices(quiz: &Quiz, marks: ChoiceMarks, verdict: &str, places: &[usize]) -> String {
    let lines = places.iter().map(|at| {
        let choice = &quiz.choices()[*at];
        let mark = marks.mark_at(*at);
        format!(
            "**{verdict}** **{mark})** {}\n\n{}",
            choice.text, choice.why
        )
    });
    lines.collect::<Vec<_>>().join("\n\n")
}

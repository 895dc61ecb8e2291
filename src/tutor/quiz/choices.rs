//! One or several right choices.

use super::{AnswerGrade, ChoiceMarks, UnclearAnswer};
use crate::{lesson::Quiz, tutor::marks::item};

/// What the named choices earn, and what to say.
pub fn judge(
    quiz: &Quiz,
    marks: ChoiceMarks,
    line: &str,
) -> Result<(AnswerGrade, String), UnclearAnswer> {
    let mut picked: Vec<usize> = Vec::new();
    for place in marks.places(line)? {
        if !picked.contains(&place) {
            picked.push(place);
        }
    }
    if picked.len() > 1 && !quiz.several() {
        let letters = marks.listed();
        return Err(UnclearAnswer::OnlyOne { letters });
    }
    let choices = quiz.choices();
    let (right, wrong): (Vec<_>, Vec<_>) = picked.into_iter().partition(|at| choices[*at].right);
    let wanted = choices.iter().filter(|choice| choice.right).count();
    Ok(if !wrong.is_empty() {
        (AnswerGrade::Wrong, told(quiz, marks, "Not so:", &wrong))
    } else if right.len() < wanted {
        let says = "Right so far, but that is not all of it.".to_owned();
        (AnswerGrade::Incomplete, says)
    } else {
        (AnswerGrade::Right, told(quiz, marks, "Right:", &right))
    })
}

/// The choices as a list.
pub fn listed(quiz: &Quiz, marks: ChoiceMarks) -> String {
    let choices = quiz.choices().iter().enumerate();
    choices
        .map(|(at, choice)| item(&marks.of(at), &choice.text))
        .collect()
}

/// The marks of the right choices.
pub fn model_answer(quiz: &Quiz, marks: ChoiceMarks) -> String {
    let choices = quiz.choices().iter().enumerate();
    let right = choices.filter(|(_, choice)| choice.right);
    let marks: Vec<String> = right.map(|(at, _)| marks.of(at)).collect();
    marks.join(",")
}

/// The right choices, each with its why.
pub fn solution(quiz: &Quiz, marks: ChoiceMarks) -> String {
    let choices = quiz.choices();
    let right: Vec<usize> = (0..choices.len()).filter(|at| choices[*at].right).collect();
    told(quiz, marks, "Answer:", &right)
}

/// Each choice with its why.
fn told(quiz: &Quiz, marks: ChoiceMarks, verdict: &str, places: &[usize]) -> String {
    let lines = places.iter().map(|at| {
        let choice = &quiz.choices()[*at];
        let mark = marks.of(*at);
        format!(
            "**{verdict}** **{mark})** {}\n\n{}",
            choice.text, choice.why
        )
    });
    lines.collect::<Vec<_>>().join("\n\n")
}

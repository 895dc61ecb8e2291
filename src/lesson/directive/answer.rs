//! Detects texts that give away the answer of a question.

use super::{AnswerKey, Block, NumberAnswer, QuizAnswer, QuizChoice};

/// Whether a text contains the right answer of this question, word for word.
pub(super) fn is_given_away(question: &Block, text: &str) -> bool {
    // A number in code is most likely another one with the same value.
    let prose: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" ");
    let (text, prose) = (split_words(text), split_words(&prose));
    match question {
        Block::Predict(predict) => predict.choices.iter().any(|choice| {
            choice.right == AnswerKey::Stated(true) && contains_answer(&text, &choice.text)
        }),
        Block::Quiz(quiz) => match &quiz.answer {
            QuizAnswer::Choices(choices) => contains_right_choices(&text, choices),
            QuizAnswer::Number(number) => contains_number(&prose, number),
            QuizAnswer::Order(order) => order.lines.iter().all(|line| contains_answer(&text, line)),
        },
        _ => false,
    }
}

/// The words of a text, without Markdown, punctuation and capitals.
fn split_words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '%')));
    let words = parts.map(|part| part.trim_matches('.').to_lowercase());
    words.filter(|word| !word.is_empty()).collect()
}

/// Whether a text contains these words in sequence. A single word is too little to tell.
fn contains_answer(text: &[String], answer: &str) -> bool {
    let answer = split_words(answer);
    answer.len() > 1 && text.windows(answer.len()).any(|part| part == answer)
}

fn contains_right_choices(text: &[String], choices: &[QuizChoice]) -> bool {
    let mut right = choices.iter().filter(|choice| choice.right).peekable();
    right.peek().is_some() && right.all(|choice| contains_answer(text, &choice.text))
}

/// Whether a text contains the number, with its unit if it has one.
fn contains_number(text: &[String], number: &NumberAnswer) -> bool {
    let unit = number.unit.as_deref().map(str::to_lowercase);
    text.iter().enumerate().any(|(at, word)| {
        let next = text.get(at + 1);
        match &unit {
            None => matches_number(word, number),
            Some(unit) => {
                let together = word
                    .strip_suffix(unit.as_str())
                    .is_some_and(|word| matches_number(word, number));
                together || (matches_number(word, number) && next == Some(unit))
            }
        }
    })
}

fn matches_number(word: &str, number: &NumberAnswer) -> bool {
    word.parse::<f64>()
        .is_ok_and(|value| (value - number.value).abs() <= number.tolerance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::Quiz;

    fn quiz(answer: QuizAnswer) -> Block {
        let quiz = Quiz {
            answer,
            ..Quiz::default()
        };
        Block::Quiz(quiz.into())
    }

    fn choice(text: &str, right: bool) -> QuizChoice {
        QuizChoice {
            text: text.to_owned(),
            right,
            why: String::new(),
        }
    }

    #[test]
    fn the_right_choice_word_for_word_is_too_much() {
        let one = quiz(QuizAnswer::Choices(vec![
            choice("Each has a *lock* of its own.", true),
            choice("They share one.", false),
        ]));
        assert!(is_given_away(&one, "Think: each has a lock of its own!"));
        assert!(!is_given_away(&one, "How many locks are there?"));
        let word = quiz(QuizAnswer::Choices(vec![
            choice("Four", true),
            choice("Three", false),
        ]));
        assert!(!is_given_away(&word, "Four children, and who else?"));
        let two = quiz(QuizAnswer::Choices(vec![
            choice("a lock", true),
            choice("a pipe", true),
        ]));
        assert!(!is_given_away(&two, "One is a lock."));
        assert!(is_given_away(&two, "It takes a pipe and a lock."));
    }

    #[test]
    fn a_number_counts_with_its_unit() {
        let number = |unit: Option<&str>| {
            quiz(QuizAnswer::Number(NumberAnswer {
                value: 8.0,
                tolerance: 0.5,
                unit: unit.map(str::to_owned),
                ..NumberAnswer::default()
            }))
        };
        assert!(is_given_away(&number(None), "It is 8."));
        assert!(!is_given_away(&number(None), "What is `n / (8 * m)`?"));
        assert!(!is_given_away(
            &number(None),
            "Halve the 16, and more than 4."
        ));
        assert!(is_given_away(&number(Some("s")), "It takes 8.0 s in all."));
        assert!(is_given_away(&number(Some("s")), "It takes 8s."));
        assert!(!is_given_away(&number(Some("s")), "There are 8 parts."));
    }
}

//! Quizzes and their answers. What a learner sees of a lesson stands in `tests/transcripts/prompt`.

use std::{path::Path, sync::Arc};

use super::predict::{Guess, GuessOutcome, settle_guess};
use crate::{
    claim::{Judgement, Verdict},
    lesson::{Block, Library, Quiz, QuizAnswer},
    tutor::{AnswerGrade, ChoiceStyle, QuizState},
};

/// The lessons of the transcripts.
pub(crate) fn library() -> Arc<Library> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts/prompt-lessons");
    Arc::new(Library::load_folder(&folder).expect("lessons"))
}

fn quiz(library: &Library, lesson: &str) -> Arc<Quiz> {
    let steps = &library.find_lesson(lesson).unwrap().steps;
    let blocks = steps.iter().flat_map(|step| &step.blocks);
    let mut quizzes = blocks.filter_map(|block| match block {
        Block::Quiz(quiz) => Some(quiz),
        _ => None,
    });
    Arc::clone(quizzes.next().unwrap())
}

#[test]
fn letters_and_numbers_in_any_form_name_choices() {
    let library = library();
    for line in ["b", "B", "2", " b) ", "b."] {
        let mut quiz = QuizState::new(&quiz(&library, "1"));
        assert!(
            quiz.accept_answer(line).unwrap().grade == AnswerGrade::Right,
            "{line}"
        );
    }
    for line in ["a,c", "c a", "ac", "1, 3", "A+C", "a, a, c"] {
        let mut quiz = QuizState::new(&quiz(&library, "2"));
        assert!(
            quiz.accept_answer(line).unwrap().grade == AnswerGrade::Right,
            "{line}"
        );
    }
}

#[test]
fn commands_are_told_from_answers() {
    let library = library();
    let quiz = QuizState::new(&quiz(&library, "2"));
    for line in ["a", "3", "a,c", "cab", "z", "9"] {
        assert!(quiz.is_answer(line), "{line}");
    }
    for line in ["", "  ", "next", "back", "skip", "goto 2", "lesson 3"] {
        assert!(!quiz.is_answer(line), "{line}");
    }
}

/// All quizzes of the lessons that are part of the program.
fn every_quiz(library: &Library) -> Vec<&Arc<Quiz>> {
    let lessons = library.lessons().iter();
    let blocks = lessons.flat_map(|lesson| lesson.blocks());
    let quizzes = blocks.filter_map(|block| match block {
        Block::Quiz(quiz) => Some(quiz),
        _ => None,
    });
    quizzes.collect()
}

#[test]
fn each_learner_has_an_order_of_choices_of_their_own() {
    let library = library();
    let quiz = quiz(&library, "1");
    let state = |seed| {
        let numbered = false;
        QuizState::new(&quiz).with_style(ChoiceStyle { numbered, seed })
    };
    // The right one is `b` to its author, and at either place to learners.
    assert_eq!(state(None).model_answer(), "b");
    let answers: Vec<String> = (0..20)
        .map(|seed| state(Some(seed)).model_answer())
        .collect();
    assert!(answers.contains(&"a".to_owned()) && answers.contains(&"b".to_owned()));
    for seed in (0..20).map(Some) {
        let answer = state(seed).model_answer();
        let reply = state(seed).accept_answer(&answer).unwrap();
        assert_eq!(reply.grade, AnswerGrade::Right);
        let listed = format!("**{answer})** Nobody knows");
        assert!(reply.says.contains(&listed), "{}", reply.says);
    }
}

#[test]
fn no_question_rejects_its_own_answer_or_takes_a_slip_for_it() {
    let library = Library::load_embedded();
    let quizzes = every_quiz(&library);
    assert!(quizzes.len() > 6);
    for quiz in quizzes {
        for (numbered, seed) in [
            (false, None),
            (true, None),
            (false, Some(1)),
            (true, Some(7)),
        ] {
            let style = ChoiceStyle { numbered, seed };
            let mut state = QuizState::new(quiz).with_style(style);
            let answer = state.model_answer();
            assert!(state.is_answer(&answer), "{}: {answer}", quiz.id);
            let reply = state.accept_answer(&answer).unwrap();
            assert_eq!(reply.grade, AnswerGrade::Right, "{}: {answer}", quiz.id);
        }
        if let QuizAnswer::Number(number) = &quiz.answer {
            for slip in &number.slips {
                let reply = QuizState::new(quiz)
                    .accept_answer(&slip.value.to_string())
                    .unwrap();
                assert_eq!(
                    reply.grade,
                    AnswerGrade::Wrong,
                    "{}: {}",
                    quiz.id,
                    slip.value
                );
                assert!(
                    reply.says.contains(&slip.why),
                    "{}: {}",
                    quiz.id,
                    slip.value
                );
            }
        }
    }
}

#[test]
fn what_the_machine_lacks_explains_a_guess_that_it_cannot_decide() {
    let library = Library::load_embedded();
    let mut blocks = library.lessons().iter().flat_map(|lesson| lesson.blocks());
    let hashing = blocks.find_map(|block| match block {
        Block::Predict(predict) if predict.id == "q7-p-hashing" => Some(predict),
        _ => None,
    });
    let mut guess = Guess::new(hashing.unwrap(), ChoiceStyle::default());
    guess.accept_answer("a").unwrap();
    let settled = settle_guess(&guess, None, &|condition| {
        let lacking = Judgement::cannot_be_shown("there is one core");
        if condition.text.contains("> 0.85") {
            return Judgement {
                verdict: Verdict::TooNoisy,
                reason: Some("Other programs were busy".to_owned()),
                ..lacking
            };
        }
        lacking
    });
    assert_eq!(settled.outcome, Some(GuessOutcome::TooNoisy));
    assert_eq!(settled.measured, "There is one core.");
}

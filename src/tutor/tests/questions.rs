//! Quizzes and their answers.

use std::sync::Arc;

use super::{Sketch, library};
use crate::{
    lesson::{Block, Library, Quiz, QuizAnswer},
    tutor::{AnswerGrade, ChoiceStyle, QuizState, UnclearAnswer},
};

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
fn a_wrong_answer_gets_its_own_why_and_another_try() {
    let library = library();
    let mut quiz = QuizState::new(&quiz(&library, "1"));
    let reply = quiz.accept_answer("a").unwrap();
    assert_eq!(reply.grade, AnswerGrade::Wrong);
    assert_eq!(
        reply.says,
        "**Not so:** **a)** The oldest\n\nAge counts for nothing."
    );
    let reply = quiz.accept_answer("b").unwrap();
    assert_eq!((reply.grade, reply.tries), (AnswerGrade::Right, 2));
    assert_eq!(
        reply.says,
        "**Right:** **b)** Nobody knows\n\nThe system decides."
    );
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
fn several_right_choices_have_to_be_named_together() {
    let library = library();
    let mut quiz = QuizState::new(&quiz(&library, "2"));
    assert_eq!(
        quiz.accept_answer("a").unwrap().grade,
        AnswerGrade::Incomplete
    );
    let reply = quiz.accept_answer("a,b,c").unwrap();
    assert_eq!(reply.grade, AnswerGrade::Wrong);
    assert!(reply.says.starts_with("**Not so:** **b)**") && !reply.says.contains("a)"));
    assert_eq!(quiz.accept_answer("a,c").unwrap().grade, AnswerGrade::Right);
}

#[test]
fn an_unclear_answer_says_which_letters_there_are() {
    let library = library();
    let mut one = QuizState::new(&quiz(&library, "1"));
    let error = one.accept_answer("z").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no choice `z`: answer with a or b"
    );
    let error = one.accept_answer(" ").unwrap_err();
    assert_eq!(
        error.to_string(),
        "answer with a or b, or `skip` the question"
    );
    assert!(matches!(
        one.accept_answer("a,b"),
        Err(UnclearAnswer::OnlyOne { .. })
    ));
    assert!(matches!(
        one.accept_answer("0"),
        Err(UnclearAnswer::Unknown { .. })
    ));

    let mut several = QuizState::new(&quiz(&library, "2"));
    let error = several.accept_answer("a,d").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no choice `a,d`: answer with a, b or c"
    );
    // An unclear answer does not count as a try.
    let reply = several.accept_answer("a,c").unwrap();
    assert_eq!((reply.grade, reply.tries), (AnswerGrade::Right, 1));
}

#[test]
fn the_question_does_not_tell_its_answer() {
    let library = library();
    for lesson in ["1", "2"] {
        let quiz = quiz(&library, lesson);
        let mut page = Sketch::default();
        QuizState::new(&quiz).show_question(&mut page).unwrap();
        let shown = page.take();
        for choice in quiz.choices() {
            assert!(shown.contains(&choice.text), "{shown}");
            assert!(!shown.contains(&choice.why), "{shown}");
        }
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
    let shown = |seed| {
        let mut page = Sketch::default();
        state(seed).show_question(&mut page).unwrap();
        page.take()
    };
    // The right one is `b` to its author, and at either place to learners.
    assert_eq!(state(None).model_answer(), "b");
    let answers: Vec<String> = (0..20)
        .map(|seed| state(Some(seed)).model_answer())
        .collect();
    assert!(answers.contains(&"a".to_owned()) && answers.contains(&"b".to_owned()));
    for seed in (0..20).map(Some) {
        assert_eq!(shown(seed), shown(seed));
        let answer = state(seed).model_answer();
        let listed = format!("**{answer})** Nobody knows");
        assert!(shown(seed).contains(&listed), "{}", shown(seed));
        assert!(shown(seed).find("**a)**") < shown(seed).find("**b)**"));
        let reply = state(seed).accept_answer(&answer).unwrap();
        assert_eq!(reply.grade, AnswerGrade::Right);
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
fn everybody_is_told_the_explanation_after_a_right_answer_too() {
    let library = library();
    let quiz = Quiz {
        explain: Some("Nobody can know.".to_owned()),
        hints: vec!["Try it twice.".to_owned()],
        ..Quiz::clone(&quiz(&library, "1"))
    };
    let mut state = QuizState::new(&quiz.into());
    let mut page = Sketch::default();
    let wrong = state.accept_answer("a").unwrap();
    state.show_reply(&wrong, &mut page).unwrap();
    let shown = page.take();
    assert!(!shown.contains("Nobody can know."), "{shown}");
    assert!(shown.contains("ask for a `hint`"), "{shown}");
    let right = state.accept_answer("b").unwrap();
    state.show_reply(&right, &mut page).unwrap();
    assert!(page.take().ends_with("prose: Nobody can know.\n"));
}

#[test]
fn the_solution_comes_after_a_try_or_when_it_is_asked_for_twice() {
    let library = library();
    let mut state = QuizState::new(&quiz(&library, "1"));
    assert!(!state.may_show_solution());
    assert!(state.refuse_solution().contains("`solution` again"));
    assert!(state.may_show_solution());
    let mut tried = QuizState::new(&quiz(&library, "1"));
    tried.accept_answer("a").unwrap();
    assert!(tried.may_show_solution());
}

//! Questions and answers.

use super::library;
use crate::{
    lesson::{Block, Library, Quiz},
    tutor::{QuizState, Reply, Unclear},
};

fn quiz<'a>(library: &'a Library, lesson: &str) -> &'a Quiz {
    let steps = &library.find(lesson).unwrap().steps;
    let blocks = steps.iter().flat_map(|step| &step.blocks);
    let mut quizzes = blocks.filter_map(|block| match block {
        Block::Quiz(quiz) => Some(quiz),
        _ => None,
    });
    quizzes.next().unwrap()
}

#[test]
fn a_wrong_answer_gets_its_own_why_and_another_try() {
    let library = library();
    let mut quiz = QuizState::new(quiz(&library, "1"));
    let reply = quiz.answer("a").unwrap();
    assert!(!reply.is_right());
    assert_eq!(
        reply.markdown(),
        "**Not so:** **a)** The oldest\n\nAge counts for nothing.\n\nTry again, or `skip`."
    );
    let reply = quiz.answer("b").unwrap();
    assert!(matches!(reply, Reply::Right { tries: 2, .. }));
    assert_eq!(
        reply.markdown(),
        "**Right:** **b)** Nobody knows\n\nThe system decides."
    );
}

#[test]
fn letters_and_numbers_in_any_form_name_choices() {
    let library = library();
    for line in ["b", "B", "2", " b) ", "b."] {
        let mut quiz = QuizState::new(quiz(&library, "1"));
        assert!(quiz.answer(line).unwrap().is_right(), "{line}");
    }
    for line in ["a,c", "c a", "ac", "1, 3", "A+C", "a, a, c"] {
        let mut quiz = QuizState::new(quiz(&library, "2"));
        assert!(quiz.answer(line).unwrap().is_right(), "{line}");
    }
}

#[test]
fn several_right_choices_have_to_be_named_together() {
    let library = library();
    let mut quiz = QuizState::new(quiz(&library, "2"));
    assert_eq!(quiz.answer("a").unwrap(), Reply::Incomplete);
    let Reply::Wrong { picked } = quiz.answer("a,b,c").unwrap() else {
        panic!("b is wrong");
    };
    assert_eq!(picked.len(), 1);
    assert_eq!(picked[0].letter, 'b');
    assert!(quiz.answer("a,c").unwrap().is_right());
}

#[test]
fn an_unclear_answer_says_which_letters_there_are() {
    let library = library();
    let mut one = QuizState::new(quiz(&library, "1"));
    let error = one.answer("z").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no choice `z`: answer with a or b"
    );
    let error = one.answer(" ").unwrap_err();
    assert_eq!(
        error.to_string(),
        "answer with a or b, or `skip` the question"
    );
    assert!(matches!(one.answer("a,b"), Err(Unclear::OnlyOne { .. })));
    assert!(matches!(one.answer("0"), Err(Unclear::Unknown { .. })));

    let mut several = QuizState::new(quiz(&library, "2"));
    let error = several.answer("a,d").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no choice `a,d`: answer with a, b or c"
    );
    // What was unclear does not count as a try.
    assert!(matches!(
        several.answer("a,c"),
        Ok(Reply::Right { tries: 1, .. })
    ));
}

#[test]
fn the_question_does_not_tell_its_answer() {
    let library = library();
    for lesson in ["1", "2"] {
        let quiz = quiz(&library, lesson);
        let shown = QuizState::new(quiz).question();
        for choice in quiz.choices() {
            assert!(shown.contains(&choice.text), "{shown}");
            assert!(!shown.contains(&choice.why), "{shown}");
        }
    }
}

#[test]
fn commands_are_told_from_answers() {
    let library = library();
    let quiz = QuizState::new(quiz(&library, "2"));
    for line in ["a", "3", "a,c", "cab", "z", "9"] {
        assert!(quiz.is_answer(line), "{line}");
    }
    for line in ["", "  ", "next", "back", "skip", "goto 2", "lesson 3"] {
        assert!(!quiz.is_answer(line), "{line}");
    }
}

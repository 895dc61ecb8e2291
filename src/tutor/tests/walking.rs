//! Steps forward and back.

use super::library;
use crate::tutor::{LessonCursor, LessonCursorError, NextPosition};

#[test]
fn a_walk_goes_forward_and_back() {
    let library = library();
    let mut walk = LessonCursor::new(&library, library.find_lesson("1").unwrap()).unwrap();
    assert_eq!(walk.to_string(), "lesson 1 · 1/3");
    assert!(matches!(walk.next(), NextPosition::Step(step) if step.title == "Look"));
    assert!(matches!(walk.next(), NextPosition::Step(step) if step.title == "Compare"));
    assert!(walk.is_last());
    assert_eq!(walk.go_back().unwrap().title, "Look");
    assert_eq!(walk.step_position(), (2, 3));
}

#[test]
fn after_the_last_step_the_next_lesson_is_suggested() {
    let library = library();
    let mut walk = LessonCursor::new(&library, library.find_lesson("first").unwrap()).unwrap();
    walk.go_to_step(3).unwrap();
    let NextPosition::End(Some(suggestion)) = walk.next() else {
        panic!("the lesson goes on");
    };
    assert_eq!(suggestion.slug, "second");
    assert_eq!(walk.step_position(), (3, 3));

    let mut walk = LessonCursor::new(&library, suggestion).unwrap();
    assert_eq!(walk.next(), NextPosition::End(None));
}

#[test]
fn going_nowhere_says_where_one_can_go() {
    let library = library();
    let mut walk = LessonCursor::new(&library, library.find_lesson("1").unwrap()).unwrap();
    assert_eq!(walk.go_back(), Err(LessonCursorError::AtFirst));
    for asked in [0, 4, usize::MAX] {
        let error = walk.go_to_step(asked).unwrap_err();
        assert_eq!(error, LessonCursorError::OutOfRange { asked, of: 3 });
    }
    let error = walk.go_to_step(7).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no step 7: this lesson has steps 1 to 3"
    );
    assert_eq!(walk.step_position(), (1, 3));
}

//! Steps forward and back.

use super::library;
use crate::tutor::{LessonCursor, LessonCursorError};

fn begin(lesson: &str) -> LessonCursor {
    let library = library();
    LessonCursor::new(&library, library.find_lesson(lesson).unwrap()).unwrap()
}

#[test]
fn a_walk_goes_forward_and_back() {
    let mut walk = begin("1");
    assert_eq!(walk.to_string(), "lesson 1 · 1/3");
    assert_eq!(walk.go_forward().unwrap().title, "Look");
    assert_eq!(walk.go_forward().unwrap().title, "Compare");
    assert!(walk.is_last());
    assert_eq!(walk.go_back().unwrap().title, "Look");
    assert_eq!(walk.step_position(), (2, 3));
}

#[test]
fn after_the_last_step_the_next_lesson_is_suggested() {
    let mut walk = begin("first");
    walk.go_to_step(3).unwrap();
    assert_eq!(walk.go_forward(), None);
    assert_eq!(walk.next_lesson().unwrap().slug, "second");
    assert_eq!(walk.step_position(), (3, 3));

    let mut walk = begin("second");
    assert_eq!(walk.go_forward(), None);
    assert_eq!(walk.next_lesson(), None);
}

#[test]
fn going_nowhere_says_where_one_can_go() {
    let mut walk = begin("1");
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

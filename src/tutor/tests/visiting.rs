//! Lessons taken step by step.

use super::*;
use crate::tutor::{LessonOptions, LessonPorts, LessonSession, LessonSessionError, Pause};

/// A learner with a renderer.
struct Learner {
    visit: LessonSession,
    page: Sketch,
    runner: PreparedRunner<'static>,
}

impl Learner {
    fn of(library: &Arc<Library>, lesson: &str) -> Self {
        let lesson = library.find_lesson(lesson).unwrap();
        Self {
            visit: LessonSession::new(library, lesson, LessonOptions::default()).unwrap(),
            page: Sketch::default(),
            runner: PreparedRunner::new(),
        }
    }

    /// Performs an action, and returns why it stopped and what was shown.
    fn does(
        &mut self,
        what: impl FnOnce(&mut LessonSession, &mut LessonPorts<'_>) -> Result<Pause, LessonSessionError>,
    ) -> (Result<Pause, LessonSessionError>, String) {
        let mut ports = ports(&mut self.page, &mut self.runner);
        let stop = what(&mut self.visit, &mut ports);
        (stop, self.page.take())
    }
}

#[test]
fn a_lesson_opens_with_its_question_and_its_first_step() {
    let library = library();
    let mut learner = Learner::of(&library, "1");
    let (stop, shown) = learner.does(LessonSession::open_lesson);
    assert_eq!(stop.unwrap(), Pause::StepEnd);
    assert_eq!(
        shown,
        "prose: # Lesson 1: The first / > Why? / About 10 minutes.\nprose: Welcome.\n"
    );
}

#[test]
fn a_demo_waits_for_the_learners_guess() {
    let library = library();
    let mut learner = Learner::of(&library, "1");
    let (stop, shown) = learner.does(LessonSession::next);
    assert_eq!(stop.unwrap(), Pause::BeforeDemo);
    assert!(shown.contains("print(1)"), "{shown}");
    assert!(!shown.contains("numbers"), "{shown}");
    let (stop, shown) = learner.does(LessonSession::next);
    assert_eq!(stop.unwrap(), Pause::Question);
    assert!(shown.contains("Demo: `run numbers"), "{shown}");
    assert_eq!(learner.visit.cursor().step_position(), (2, 3));
}

#[test]
fn a_step_stops_at_its_question_and_goes_on_after_the_right_answer() {
    let library = library();
    let mut learner = Learner::of(&library, "1");
    learner.does(LessonSession::next).0.unwrap();
    let (stop, shown) = learner.does(LessonSession::next);
    assert_eq!(stop.unwrap(), Pause::Question);
    assert!(shown.contains("Who is first?"), "{shown}");
    assert!(!shown.contains("After the question"), "{shown}");
    assert!(!shown.contains("The system decides"), "{shown}");

    let (stop, shown) = learner.does(|visit, ports| visit.accept_answer("a", ports));
    assert_eq!(stop.unwrap(), Pause::Question);
    assert!(shown.contains("Age counts for nothing."), "{shown}");
    assert!(!shown.contains("The system decides"), "{shown}");

    let (stop, shown) = learner.does(|visit, ports| visit.accept_answer("b", ports));
    assert_eq!(stop.unwrap(), Pause::StepEnd);
    assert!(shown.contains("The system decides."), "{shown}");
    assert!(shown.ends_with("prose: After the question.\n"), "{shown}");
    assert!(learner.visit.open_quiz().is_none());
}

#[test]
fn only_skip_leaves_a_question() {
    let library = library();
    let mut learner = Learner::of(&library, "1");
    learner.does(LessonSession::next).0.unwrap();
    learner.does(LessonSession::next).0.unwrap();
    for _ in 0..2 {
        let (stop, shown) = learner.does(LessonSession::next);
        assert_eq!(stop.unwrap(), Pause::Question);
        assert_eq!(shown, "prose: Answer with a or b, or `skip`.\n");
    }
    let (_, shown) = learner.does(LessonSession::skip_question);
    assert_eq!(shown, "prose: After the question.\n");
    assert_eq!(learner.visit.cursor().step_position(), (2, 3));
    let (stop, _) = learner.does(LessonSession::next);
    assert_eq!(stop.unwrap(), Pause::StepEnd);
    assert_eq!(learner.visit.cursor().step_position(), (3, 3));
}

#[test]
fn an_unclear_answer_leaves_the_question_open() {
    let library = library();
    let mut learner = Learner::of(&library, "1");
    learner.does(LessonSession::next).0.unwrap();
    learner.does(LessonSession::next).0.unwrap();
    let (stop, shown) = learner.does(|visit, ports| visit.accept_answer("x", ports));
    assert!(matches!(stop, Err(LessonSessionError::Unclear(_))));
    assert_eq!(shown, "");
    assert!(learner.visit.open_quiz().is_some());
}

#[test]
fn an_answer_to_nothing_is_an_error() {
    let library = library();
    let mut learner = Learner::of(&library, "1");
    learner.does(LessonSession::open_lesson).0.unwrap();
    let (stop, _) = learner.does(|visit, ports| visit.accept_answer("a", ports));
    assert!(matches!(stop, Err(LessonSessionError::NoQuestion)));
    let (stop, _) = learner.does(LessonSession::skip_question);
    assert!(matches!(stop, Err(LessonSessionError::NoQuestion)));
}

#[test]
fn after_a_stopped_demo_the_rest_of_the_step_is_still_there() {
    let library = library();
    let mut learner = Learner::of(&library, "1");
    learner.runner = PreparedRunner::interrupted();
    learner.does(LessonSession::next).0.unwrap();
    let (stop, shown) = learner.does(LessonSession::next);
    assert_eq!(stop.unwrap(), Pause::Interrupted);
    assert!(
        shown.ends_with("error: the demo `numbers` was stopped\n"),
        "{shown}"
    );
    let (stop, _) = learner.does(LessonSession::next);
    assert_eq!(stop.unwrap(), Pause::Question);
    assert_eq!(learner.visit.cursor().step_position(), (2, 3));
}

#[test]
fn a_demo_that_fails_does_not_end_its_step() {
    let library = library();
    let mut learner = Learner::of(&library, "1");
    learner.runner = fails();
    learner.does(LessonSession::next).0.unwrap();
    let (stop, shown) = learner.does(LessonSession::next);
    assert_eq!(stop.unwrap(), Pause::Question);
    assert!(
        shown.contains("error: the demo `numbers` failed"),
        "{shown}"
    );
}

#[test]
fn back_shows_a_step_again_with_its_question() {
    let library = library();
    let mut learner = Learner::of(&library, "1");
    let (stop, _) = learner.does(|visit, ports| visit.go_to_step(3, ports));
    assert_eq!(stop.unwrap(), Pause::StepEnd);
    let (stop, shown) = learner.does(LessonSession::go_back);
    assert_eq!(stop.unwrap(), Pause::BeforeDemo);
    assert!(shown.starts_with("prose: ## 2/3 Look\n"), "{shown}");
    let (stop, _) = learner.does(LessonSession::next);
    assert_eq!(stop.unwrap(), Pause::Question);
    let (stop, _) = learner.does(|visit, ports| visit.go_to_step(9, ports));
    assert!(matches!(stop, Err(LessonSessionError::Walk(_))));
    assert!(
        learner.visit.open_quiz().is_some(),
        "a failed move changes nothing"
    );
}

#[test]
fn the_end_of_a_lesson_suggests_the_next() {
    let library = library();
    let mut learner = Learner::of(&library, "1");
    learner
        .does(|visit, ports| visit.go_to_step(3, ports))
        .0
        .unwrap();
    let (stop, shown) = learner.does(LessonSession::next);
    assert_eq!(stop.unwrap(), Pause::LessonEnd);
    assert_eq!(
        shown,
        "prose: # That was lesson 1\n\
         prose: Next: `lesson 2`: The \\*second\\* (5 minutes).\n"
    );
    let begins = |visit: &LessonSession| visit.lesson_to_begin().map(|next| next.number);
    assert_eq!(begins(&learner.visit), Some(2));
    learner.does(LessonSession::go_back).0.unwrap();
    assert_eq!(begins(&learner.visit), None);
}

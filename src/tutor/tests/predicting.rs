//! Predictions: made before a demo, and compared with its measurement.

use super::*;
use crate::{
    claim::{Condition, ConditionSubject, Template},
    lesson::{AnswerKey, Block, Lesson, Prediction, PredictionChoice},
    record::EventKind,
    tutor::{LessonOptions, LessonPorts, LessonSession, LessonSessionError, Pause, play_lesson},
};

/// The first lesson, with this prediction before its demo.
pub(super) fn with(library: &Library, predict: Prediction) -> Arc<Lesson> {
    let mut lesson = Lesson::clone(library.find_lesson("1").unwrap());
    let blocks = &mut lesson.steps[1].blocks;
    let demo = blocks
        .iter()
        .position(|block| matches!(block, Block::Demo(_)));
    blocks.insert(demo.unwrap(), Block::Predict(predict.into()));
    Arc::new(lesson)
}

fn choice(text: &str, right: AnswerKey) -> PredictionChoice {
    PredictionChoice {
        text: text.to_owned(),
        right,
        why: format!("Because of {text}."),
    }
}

fn predict(choices: Vec<PredictionChoice>) -> Prediction {
    Prediction {
        id: "guess".to_owned(),
        question: "Who wins?".to_owned(),
        choices,
        hints: vec!["Count.".to_owned()],
        explain: Some("That is how it is.".to_owned()),
        measured: None,
    }
}

pub(super) fn stated() -> Prediction {
    predict(vec![
        choice("*one*", AnswerKey::Stated(false)),
        choice("two", AnswerKey::Stated(true)),
        choice("three", AnswerKey::Stated(false)),
    ])
}

/// Conditions that [`measures`] proves, refutes, refutes with too few values, leaves open, and lacks.
const YES: &str = "median('private', of='three') < 6 KiB";
const NO: &str = "median('private', of='three') > 6 KiB";
const WEAK_NO: &str = "median('private', of='two') > 6 KiB";
const NOISY: &str = "median('private', of='mixed') > 6 KiB";
const MISSING: &str = "median('private', of='none') > 6 KiB";

fn measured(many: &str, few: &str) -> Prediction {
    let subject = ConditionSubject {
        demo: "memory",
        backends: &[],
    };
    let right = |text: &str| AnswerKey::Measured(Condition::from_text(text, &subject).unwrap());
    predict(vec![choice("many", right(many)), choice("few", right(few))])
}

/// Runs every demo with these measurements.
fn measures() -> PreparedRunner<'static> {
    let values = [
        ("three", [4, 4, 4]),
        ("two", [4, 4, 0]),
        ("mixed", [4, 9, 4]),
    ];
    let values = values.into_iter().flat_map(|(of, sizes)| {
        let sizes = sizes.into_iter().filter(|size| *size > 0);
        sizes.map(move |size| EventKind::Observed {
            name: "private".to_owned(),
            labels: [("of".to_owned(), of.to_owned())].into(),
            value: Value::Bytes(size << 10),
        })
    });
    PreparedRunner {
        events: values.collect(),
        ..PreparedRunner::new()
    }
}

pub(super) struct Learner {
    visit: LessonSession,
    page: Sketch,
    pub runner: PreparedRunner<'static>,
}

impl Learner {
    /// A learner at the step with the prediction.
    pub fn of(library: &Arc<Library>, lesson: &Arc<Lesson>, options: LessonOptions) -> Self {
        let mut learner = Self {
            visit: LessonSession::new(library, lesson, options).unwrap(),
            page: Sketch::default(),
            runner: measures(),
        };
        learner.page.0.clear();
        learner
    }

    pub fn does(
        &mut self,
        what: impl FnOnce(&mut LessonSession, &mut LessonPorts<'_>) -> Result<Pause, LessonSessionError>,
    ) -> (Pause, String) {
        let mut ports = ports(&mut self.page, &mut self.runner);
        let stop = what(&mut self.visit, &mut ports).unwrap();
        (stop, self.page.take())
    }

    pub fn says(&mut self, line: &str) -> (Pause, String) {
        assert!(self.visit.is_answer(line), "{line}");
        self.does(|visit, ports| visit.accept_answer(line, ports))
    }
}

#[test]
fn a_demo_is_locked_until_a_guess_is_made() {
    let library = library();
    let lesson = with(&library, stated());
    let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
    let (stop, shown) = learner.does(LessonSession::next);
    assert_eq!(stop, Pause::Question);
    assert!(
        shown.contains("Who wins?") && shown.contains("**c)** three"),
        "{shown}"
    );
    assert!(learner.visit.is_locked());
    for _ in 0..2 {
        let (stop, shown) = learner.does(LessonSession::next);
        assert_eq!(stop, Pause::Question);
        assert_eq!(
            shown,
            "prose: First your guess, then the demo: answer with a, b or c, or `skip` to run it without one.\n"
        );
    }
    assert_eq!(learner.runner.demo_count(), 0);

    let (stop, shown) = learner.says("a");
    assert_eq!(stop, Pause::BeforeDemo);
    assert!(shown.contains("Your guess: **a)** *one*"), "{shown}");
    let (stop, shown) = learner.does(LessonSession::next);
    assert_eq!((stop, learner.runner.demo_count()), (Pause::Question, 1));
    assert!(shown.contains("report: numbers"), "{shown}");
    let told = shown.split_once("report").unwrap().1;
    let lines: Vec<&str> = told.lines().skip(1).take(3).collect();
    assert_eq!(
        lines,
        [
            "prose: That is how it is.",
            r"prose: ✗ **Your prediction: not right.** a) *one*\ Because of *one*.",
            r"prose: **The answer on this machine is b)** two\ Because of two.",
        ]
    );
}

#[test]
fn the_guess_may_be_changed_until_the_demo_runs() {
    let library = library();
    let lesson = with(&library, stated());
    let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
    learner.does(LessonSession::next);
    learner.says("a");
    let (stop, shown) = learner.says("2");
    assert_eq!(stop, Pause::BeforeDemo);
    assert_eq!(shown, "prose: Your guess is no longer a, but **b)** two\n");
    let (_, shown) = learner.does(LessonSession::next);
    let right = r"✓ **Your prediction: right.** b) two\ Because of two.";
    assert!(shown.contains(right), "{shown}");
    assert!(!shown.contains("The answer on this machine"), "{shown}");
    assert!(!learner.visit.is_answer("zebra"));
}

#[test]
fn back_and_goto_keep_a_guess() {
    let library = library();
    let lesson = with(&library, stated());
    let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
    learner.does(LessonSession::next);
    learner.says("a");
    learner.does(LessonSession::go_back);
    let (stop, shown) = learner.does(LessonSession::next);
    assert_eq!(stop, Pause::BeforeDemo);
    assert!(shown.contains("Your guess: **a)** *one*"), "{shown}");
    learner.does(LessonSession::next);
    learner.does(LessonSession::skip_question);
    assert!(!learner.visit.is_answer("c"), "the demo has run");
    // After the demo too.
    let (stop, shown) = learner.does(|visit, ports| visit.go_to_step(2, ports));
    assert_eq!(stop, Pause::BeforeDemo);
    assert_eq!(learner.runner.demos.lock().unwrap().len(), 1);
    assert!(shown.contains("Your guess: **a)** *one*"), "{shown}");
    learner.says("b");
    let (_, shown) = learner.does(LessonSession::next);
    assert!(shown.contains("Your prediction: right"), "{shown}");
}

#[test]
fn skip_unlocks_and_the_demo_still_waits_for_enter() {
    let library = library();
    let lesson = with(&library, stated());
    let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
    learner.does(LessonSession::next);
    let (stop, shown) = learner.does(LessonSession::skip_question);
    assert_eq!((stop, learner.runner.demo_count()), (Pause::BeforeDemo, 0));
    assert!(!shown.contains("Because"), "{shown}");
    let (_, shown) = learner.does(LessonSession::next);
    assert!(!shown.contains("Your prediction"), "{shown}");
    assert!(
        shown.contains("The answer on this machine is b)"),
        "{shown}"
    );
}

#[test]
fn without_the_gate_a_prediction_is_shown_and_locks_nothing() {
    let library = library();
    let lesson = with(&library, stated());
    let options = LessonOptions {
        gate: false,
        ..LessonOptions::default()
    };
    let mut learner = Learner::of(&library, &lesson, options);
    let (_, shown) = learner.does(LessonSession::next);
    assert!(shown.contains("Who wins?"), "{shown}");
    learner.does(LessonSession::next);
    assert_eq!(learner.runner.demo_count(), 1);

    let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
    learner.does(LessonSession::next);
    learner.visit.set_gate(false);
    learner.does(LessonSession::next);
    assert_eq!(learner.runner.demo_count(), 1);
}

/// What is shown after this guess, once the demo has run.
fn shown_after_guess(predict: Prediction, guess: &str) -> String {
    let library = library();
    let lesson = with(&library, predict);
    let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
    learner.does(LessonSession::next);
    learner.says(guess);
    learner.does(LessonSession::next).1
}

#[test]
fn the_measurement_is_the_answer_key() {
    for (guess, outcome) in [("a", "not right"), ("b", "right")] {
        let shown = shown_after_guess(measured(NO, YES), guess);
        let head = format!("Your prediction: {outcome}.");
        assert!(shown.contains(&head), "{shown}");
        assert!(shown.contains("(of: three) was 4.00 KiB"), "{shown}");
        assert_eq!(
            shown.contains("The answer on this machine is b)"),
            outcome == "not right"
        );
    }
}

#[test]
fn what_was_measured_is_said_in_the_authors_words() {
    let subject = ConditionSubject {
        demo: "memory",
        backends: &[],
    };
    let words = Template::from_text("each had {median('private', of='three')}", &subject).ok();
    for predict in [measured(NO, YES), stated()] {
        let authored = Prediction {
            measured: words.clone(),
            ..predict
        };
        let shown = shown_after_guess(authored, "a");
        assert!(shown.contains("Each had 4.00 KiB.\n"), "{shown}");
        assert!(!shown.contains("(of: three)"), "{shown}");
    }
}

#[test]
fn what_is_not_decided_is_no_wrong_guess() {
    let undecided = [
        (NOISY, "too noisy to tell here"),
        (MISSING, "cannot be shown here"),
    ];
    for (condition, words) in undecided {
        let shown = shown_after_guess(measured(condition, condition), "a");
        assert!(
            shown.contains(&format!("Your prediction: {words}")),
            "{shown}"
        );
        assert!(
            !shown.contains('✗') && !shown.contains("None of"),
            "{shown}"
        );
        assert!(shown.contains("That is how it is."), "{shown}");
    }
}

#[test]
fn what_is_not_decided_beside_a_right_choice_says_so() {
    let shown = shown_after_guess(measured(NOISY, YES), "a");
    assert!(shown.contains("whether your guess is right too"), "{shown}");
    assert!(
        shown.contains("The answer on this machine is b)"),
        "{shown}"
    );
}

#[test]
fn what_speaks_against_a_guess_is_enough_where_another_was_shown_to_be_right() {
    let shown = shown_after_guess(measured(WEAK_NO, YES), "a");
    assert!(shown.contains("Your prediction: not right"), "{shown}");
    assert!(shown.contains("(of: three) was 4.00 KiB"), "{shown}");
    assert!(
        shown.contains("The answer on this machine is b)"),
        "{shown}"
    );

    // If no choice was proven right, nothing is decided.
    let shown = shown_after_guess(measured(WEAK_NO, WEAK_NO), "a");
    assert!(shown.contains("too noisy to tell here"), "{shown}");
}

#[test]
fn nobody_is_wrong_where_no_choice_was_shown_to_be_right() {
    // The guess itself is refuted; which choice is right stays open.
    let refuted = [
        (
            NOISY,
            "too noisy to tell here",
            "can't tell whether your guess was right",
        ),
        (MISSING, "cannot be shown here", "This machine can't tell"),
        (
            NO,
            "too noisy to tell here",
            "None of the choices fits what was measured here.",
        ),
    ];
    for (other, outcome, said) in refuted {
        let shown = shown_after_guess(measured(NO, other), "a");
        let head = format!("Your prediction: {outcome}.");
        assert!(shown.contains(&head) && shown.contains(said), "{shown}");
        assert!(
            !shown.contains('✗') && !shown.contains("The answer on this machine"),
            "{shown}"
        );
    }
}

#[test]
fn a_demo_that_was_jumped_to_asks_first_all_the_same() {
    let library = library();
    let mut lesson = with(&library, stated());
    // The prediction in one step, its demo in the next.
    let steps = &mut Arc::make_mut(&mut lesson).steps;
    let blocks = &mut steps[1].blocks;
    let at = blocks
        .iter()
        .position(|block| matches!(block, Block::Predict(_)));
    let predict = blocks.remove(at.unwrap());
    steps[0].blocks.push(predict);
    let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
    let (stop, shown) = learner.does(|visit, ports| visit.go_to_step(2, ports));
    assert_eq!((stop, learner.runner.demo_count()), (Pause::Question, 0));
    assert!(shown.contains("Who wins?"), "{shown}");

    let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
    learner.does(LessonSession::open_lesson);
    learner.says("b");
    let (stop, shown) = learner.does(LessonSession::next);
    assert_eq!(stop, Pause::BeforeDemo);
    assert!(!shown.contains("Who wins?"), "{shown}");
}

#[test]
fn hints_of_a_prediction_come_on_demand() {
    let library = library();
    let lesson = with(&library, stated());
    let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
    learner.does(LessonSession::next);
    let mut ports = ports(&mut learner.page, &mut learner.runner);
    learner.visit.show_hint(&mut ports).unwrap();
    assert_eq!(learner.page.take(), "prose: **Hint 1 of 1.** Count.\n");
    let (stop, shown) = learner.does(LessonSession::show_solution);
    assert_eq!(stop, Pause::Question);
    assert!(!shown.contains("two"), "{shown}");
}

#[test]
fn played_straight_through_a_prediction_comes_with_its_answer() {
    let library = library();
    let lesson = with(&library, measured(NO, YES));
    let mut page = Sketch::default();
    let mut runner = measures();
    let mut ports = ports(&mut page, &mut runner);
    play_lesson(&library, &lesson, false, &mut ports).unwrap();
    let shown = page.take();
    let (before, after) = shown.split_once("report: numbers").unwrap();
    assert!(
        before.contains("Who wins?") && before.contains("**a)** many"),
        "{shown}"
    );
    assert!(!before.contains("Guess before"), "{shown}");
    assert!(
        after.contains(r"**The answer on this machine is b)** few\ Because of few."),
        "{shown}"
    );
    assert!(after.contains("was 4.00 KiB"), "{shown}");
}

#[test]
fn a_played_lesson_says_which_choices_its_runs_make_right() {
    let library = library();
    let report = |predict: Prediction, mut runner: PreparedRunner<'_>| {
        let mut page = Sketch::default();
        let mut ports = ports(&mut page, &mut runner);
        let lesson = with(&library, predict);
        let mut played = play_lesson(&library, &lesson, false, &mut ports).unwrap();
        played.report.steps[1].predictions.remove(0)
    };
    let right = Some(vec!["b".to_owned()]);
    for other in [NO, WEAK_NO, NOISY] {
        let decided = report(measured(other, YES), measures());
        assert_eq!((decided.answer, decided.why_null), (right.clone(), None));
        assert!(decided.measured.contains("was 4.00 KiB"), "{other}");
    }
    let no_answer = [
        (NOISY, "too noisy to tell"),
        (MISSING, "cannot be shown here"),
        (NO, "no choice fits what was measured"),
    ];
    for (other, why) in no_answer {
        let open = report(measured(NO, other), measures());
        assert_eq!((open.answer, open.why_null.as_deref()), (None, Some(why)));
    }

    let stated = report(self::stated(), measures());
    assert_eq!((stated.answer, stated.measured), (right, String::new()));
    let stopped = report(self::stated(), PreparedRunner::interrupted());
    let why = "the demo `numbers` was stopped".to_owned();
    assert_eq!((stopped.answer, stopped.why_null), (None, Some(why)));
}

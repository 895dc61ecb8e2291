//! Predictions: made before a demo, and compared with its measurement.

use super::*;
use crate::{
    claim::{Condition, ConditionSubject, Judgement, Template, Verdict},
    lesson::{AnswerKey, Block, Lesson, Prediction, PredictionChoice, ProgramFile},
    tutor::{
        DemoLauncher, LessonOptions, LessonPorts, LessonSession, LessonSessionError, Pause,
        ProgramOutput, play_lesson,
    },
};

/// The first lesson, with this prediction before its demo.
fn with(library: &Library, predict: Prediction) -> Arc<Lesson> {
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

fn stated() -> Prediction {
    predict(vec![
        choice("*one*", AnswerKey::Stated(false)),
        choice("two", AnswerKey::Stated(true)),
        choice("three", AnswerKey::Stated(false)),
    ])
}

fn measured() -> Prediction {
    let subject = ConditionSubject {
        demo: "race",
        backends: &[],
    };
    let right = |text: &str| AnswerKey::Measured(Condition::from_text(text, &subject).unwrap());
    predict(vec![
        choice("many", right("most('lost') > 1")),
        choice("few", right("most('lost') <= 1")),
    ])
}

/// Runs every demo, and judges each condition with a given function.
struct Judging {
    holds: fn(&str) -> Verdict,
    leans_to_no: bool,
    launched: u32,
}

impl DemoLauncher for Judging {
    fn launch_demo(&mut self, demo: &str, params: &Params) -> LaunchOutcome {
        self.launched += 1;
        runs_well(demo, params)
    }

    fn judge_condition(&mut self, condition: &Condition) -> Judgement {
        Judgement {
            verdict: (self.holds)(&condition.text),
            reason: None,
            evidence: format!("It was measured for `{}`.", condition.text),
            figures: Vec::new(),
            leans_to_no: self.leans_to_no,
            leans_to_yes: false,
        }
    }

    fn fill_template(&mut self, _: &Template) -> Option<String> {
        Some("Four were lost.".to_owned())
    }

    fn run_program(&mut self, _: &str, _: &str) -> ProgramOutput {
        self.launched += 1;
        let text = "hello".to_owned();
        ProgramOutput::Printed {
            by: "Python 3".to_owned(),
            text,
            remark: None,
            was_cut: false,
        }
    }
}

struct Learner {
    visit: LessonSession,
    page: Sketch,
    launcher: Judging,
}

impl Learner {
    /// A learner at the step with the prediction.
    fn of(library: &Arc<Library>, lesson: &Arc<Lesson>, options: LessonOptions) -> Self {
        let mut learner = Self {
            visit: LessonSession::new(library, lesson, options).unwrap(),
            page: Sketch::default(),
            launcher: Judging {
                holds: few,
                leans_to_no: false,
                launched: 0,
            },
        };
        learner.page.0.clear();
        learner
    }

    fn does(
        &mut self,
        what: impl FnOnce(&mut LessonSession, &mut LessonPorts<'_>) -> Result<Pause, LessonSessionError>,
    ) -> (Pause, String) {
        let mut stage = LessonPorts {
            page: &mut self.page,
            launcher: &mut self.launcher,
        };
        let stop = what(&mut self.visit, &mut stage).unwrap();
        (stop, self.page.take())
    }

    fn says(&mut self, line: &str) -> (Pause, String) {
        assert!(self.visit.is_answer(line), "{line}");
        self.does(|visit, stage| visit.accept_answer(line, stage))
    }
}

fn few(condition: &str) -> Verdict {
    if condition.contains("<=") {
        Verdict::Holds
    } else {
        Verdict::DoesNotHold
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
    assert_eq!(learner.launcher.launched, 0);

    let (stop, shown) = learner.says("a");
    assert_eq!(stop, Pause::BeforeDemo);
    assert!(shown.contains("Your guess: **a)** *one*"), "{shown}");
    let (stop, shown) = learner.does(LessonSession::next);
    assert_eq!((stop, learner.launcher.launched), (Pause::Question, 1));
    assert!(shown.contains("report: numbers"), "{shown}");
    let told = shown.split_once("report").unwrap().1;
    let lines: Vec<&str> = told.lines().skip(1).take(3).collect();
    assert_eq!(
        lines,
        [
            "prose: That is how it is.",
            "prose: ✗ **Your prediction: not right.** a) *one*\\ Because of *one*.",
            "prose: **The answer on this machine is b)** two\\ Because of two.",
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
    assert!(shown.contains("Your prediction: right"), "{shown}");
    assert!(shown.contains("Because of two."), "{shown}");
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
    let (stop, shown) = learner.does(|visit, stage| visit.go_to_step(2, stage));
    assert_eq!((stop, learner.launcher.launched), (Pause::BeforeDemo, 1));
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
    assert_eq!((stop, learner.launcher.launched), (Pause::BeforeDemo, 0));
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
    assert_eq!(learner.launcher.launched, 1);

    let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
    learner.does(LessonSession::next);
    learner.visit.set_gate(false);
    learner.does(LessonSession::next);
    assert_eq!(learner.launcher.launched, 1);
}

#[test]
fn the_measurement_is_the_answer_key() {
    let library = library();
    let lesson = with(&library, measured());
    for (answer, outcome) in [("a", "not right"), ("b", "right")] {
        let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
        learner.does(LessonSession::next);
        learner.says(answer);
        let (_, shown) = learner.does(LessonSession::next);
        let head = format!("Your prediction: {outcome}.");
        assert!(shown.contains(&head), "{shown}");
        assert!(
            shown.contains("It was measured for `most('lost')"),
            "{shown}"
        );
        assert_eq!(
            shown.contains("The answer on this machine is b)"),
            outcome == "not right"
        );
    }
}

#[test]
fn what_was_measured_is_said_in_the_authors_words() {
    let library = library();
    let words = Template::from_text("{most('lost')} were lost", &ConditionSubject::default());
    let authored = |predict| Prediction {
        measured: words.clone().ok(),
        ..predict
    };
    for predict in [authored(measured()), authored(stated())] {
        let lesson = with(&library, predict);
        let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
        learner.does(LessonSession::next);
        learner.says("a");
        let (_, shown) = learner.does(LessonSession::next);
        assert!(shown.contains("Four were lost.\n"), "{shown}");
        assert!(!shown.contains("It was measured for"), "{shown}");
    }
}

#[test]
fn a_program_that_is_run_waits_for_its_prediction() {
    let library = library();
    let mut lesson = with(&library, stated());
    let blocks = &mut Arc::make_mut(&mut lesson).steps[1].blocks;
    for block in blocks.iter_mut() {
        if let Block::Demo(_) = block {
            *block = Block::Program(ProgramFile {
                file: "python/hello.py".to_owned(),
                run: true,
                ..ProgramFile::default()
            });
        }
    }
    let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
    let (stop, shown) = learner.does(LessonSession::next);
    assert_eq!((stop, learner.launcher.launched), (Pause::Question, 0));
    // The program is to be read before the guess.
    let (before, _) = shown.split_once("Who wins?").expect("the question");
    assert!(before.contains("python/hello.py"), "{shown}");
    learner.says("a");
    let (_, shown) = learner.does(LessonSession::next);
    assert_eq!(learner.launcher.launched, 1);
    let (printed, settled) = shown.split_once("hello").expect("its output");
    assert!(!printed.contains("Because"), "{shown}");
    assert!(settled.contains("Your prediction: not right"), "{shown}");
    assert!(
        settled.contains("The answer on this machine is b)"),
        "{shown}"
    );
}

#[test]
fn what_is_not_decided_is_no_wrong_guess() {
    let library = library();
    let lesson = with(&library, measured());
    let undecided = [
        (Verdict::TooNoisy, "too noisy to tell here"),
        (Verdict::CannotBeShown, "cannot be shown here"),
    ];
    for (verdict, words) in undecided {
        let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
        learner.launcher.holds = match verdict {
            Verdict::TooNoisy => |_| Verdict::TooNoisy,
            _ => |_| Verdict::CannotBeShown,
        };
        learner.does(LessonSession::next);
        learner.says("a");
        let (_, shown) = learner.does(LessonSession::next);
        assert!(
            shown.contains(&format!("Your prediction: {words}")),
            "{shown}"
        );
        assert!(
            !shown.contains("not right") && !shown.contains("None of"),
            "{shown}"
        );
        assert!(shown.contains("That is how it is."), "{shown}");
    }
}

#[test]
fn what_is_not_decided_beside_a_right_choice_says_so() {
    let library = library();
    let lesson = with(&library, measured());
    let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
    learner.launcher.holds = |condition| match few(condition) {
        Verdict::Holds => Verdict::Holds,
        _ => Verdict::TooNoisy,
    };
    learner.does(LessonSession::next);
    learner.says("a");
    let (_, shown) = learner.does(LessonSession::next);
    assert!(shown.contains("whether your guess is right too"), "{shown}");
    assert!(
        shown.contains("The answer on this machine is b)"),
        "{shown}"
    );
}

#[test]
fn what_speaks_against_a_guess_is_enough_where_another_was_shown_to_be_right() {
    let library = library();
    let lesson = with(&library, measured());
    let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
    learner.launcher.leans_to_no = true;
    learner.launcher.holds = |condition| match few(condition) {
        Verdict::Holds => Verdict::Holds,
        _ => Verdict::TooNoisy,
    };
    learner.does(LessonSession::next);
    learner.says("a");
    let (_, shown) = learner.does(LessonSession::next);
    assert!(shown.contains("Your prediction: not right"), "{shown}");
    assert!(
        shown.contains("It was measured for `most('lost') <= 1"),
        "{shown}"
    );
    assert!(
        shown.contains("The answer on this machine is b)"),
        "{shown}"
    );

    // If no choice was proven right, nothing is decided.
    let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
    learner.launcher.leans_to_no = true;
    learner.launcher.holds = |_| Verdict::TooNoisy;
    learner.does(LessonSession::next);
    learner.says("a");
    let (_, shown) = learner.does(LessonSession::next);
    assert!(shown.contains("too noisy to tell here"), "{shown}");
}

/// How conditions are judged, the result of the guess, and the text that is shown.
type Judged = (fn(&str) -> Verdict, &'static str, &'static str);

#[test]
fn nobody_is_wrong_where_no_choice_was_shown_to_be_right() {
    let library = library();
    let lesson = with(&library, measured());
    let refuted: [Judged; 3] = [
        // The guess itself is refuted; which choice is right stays open.
        (
            |condition| match few(condition) {
                Verdict::Holds => Verdict::TooNoisy,
                no => no,
            },
            "too noisy to tell here",
            "can't tell whether your guess was right",
        ),
        (
            |condition| match few(condition) {
                Verdict::Holds => Verdict::CannotBeShown,
                no => no,
            },
            "cannot be shown here",
            "This machine can't tell",
        ),
        (
            |_| Verdict::DoesNotHold,
            "too noisy to tell here",
            "None of the choices fits what was measured here.",
        ),
    ];
    for (holds, outcome, said) in refuted {
        let mut learner = Learner::of(&library, &lesson, LessonOptions::default());
        learner.launcher.holds = holds;
        learner.does(LessonSession::next);
        learner.says("a");
        let (_, shown) = learner.does(LessonSession::next);
        let head = format!("Your prediction: {outcome}.");
        assert!(shown.contains(&head) && shown.contains(said), "{shown}");
        assert!(
            !shown.contains("not right") && !shown.contains("The answer on this machine"),
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
    let (stop, shown) = learner.does(|visit, stage| visit.go_to_step(2, stage));
    assert_eq!((stop, learner.launcher.launched), (Pause::Question, 0));
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
    let mut stage = LessonPorts {
        page: &mut learner.page,
        launcher: &mut learner.launcher,
    };
    learner.visit.show_hint(&mut stage).unwrap();
    assert_eq!(learner.page.take(), "prose: **Hint 1 of 1.** Count.\n");
    let (stop, shown) = learner.does(LessonSession::show_solution);
    assert_eq!(stop, Pause::Question);
    assert!(!shown.contains("two"), "{shown}");
}

#[test]
fn played_straight_through_a_prediction_comes_with_its_answer() {
    let library = library();
    let lesson = with(&library, measured());
    let mut page = Sketch::default();
    let mut launcher = Judging {
        leans_to_no: false,
        holds: few,
        launched: 0,
    };
    let mut stage = LessonPorts {
        page: &mut page,
        launcher: &mut launcher,
    };
    play_lesson(&library, &lesson, false, &mut stage).unwrap();
    let shown = page.take();
    let (before, after) = shown.split_once("report: numbers").unwrap();
    assert!(
        before.contains("Who wins?") && before.contains("**a)** many"),
        "{shown}"
    );
    assert!(!before.contains("Guess before"), "{shown}");
    assert!(
        after.contains("**The answer on this machine is b)** few\\ Because of few."),
        "{shown}"
    );
    assert!(after.contains("It was measured for"), "{shown}");
}

#[test]
fn a_played_lesson_says_which_choices_its_runs_make_right() {
    let library = library();
    let answer = |lesson: &Lesson, launcher: &mut dyn DemoLauncher| {
        let mut page = Sketch::default();
        let mut stage = LessonPorts {
            page: &mut page,
            launcher,
        };
        let played = play_lesson(&library, lesson, false, &mut stage).unwrap();
        let step = &played.report.steps[1];
        let guess = step.predictions[0].clone();
        (guess.answer, guess.why_null, guess.measured)
    };
    let judging = |holds| Judging {
        leans_to_no: false,
        holds,
        launched: 0,
    };
    let right = Some(vec!["b".to_owned()]);
    let lesson = with(&library, measured());
    let sentence = "It was measured for `most('lost') <= 1`.".to_owned();
    assert_eq!(
        answer(&lesson, &mut judging(few)),
        (right.clone(), None, sentence)
    );
    let no_answer: [(fn(&str) -> Verdict, &str); 3] = [
        (|_| Verdict::TooNoisy, "too noisy to tell"),
        (|_| Verdict::CannotBeShown, "cannot be shown here"),
        (|_| Verdict::DoesNotHold, "no choice fits what was measured"),
    ];
    for (holds, why) in no_answer {
        let (answer, why_null, _) = answer(&lesson, &mut judging(holds));
        assert_eq!((answer, why_null.as_deref()), (None, Some(why)));
    }

    let lesson = with(&library, stated());
    assert_eq!(
        answer(&lesson, &mut judging(few)),
        (right, None, String::new())
    );
    let why = "the demo `numbers` failed: no process can be started".to_owned();
    assert_eq!(
        answer(&lesson, &mut fails),
        (None, Some(why), String::new())
    );
}

//! What a learner sees at a letter, and predictions about programs.

use super::{
    predicting::{Learner, stated, with},
    *,
};
use crate::{
    lesson::{Block, ProgramFile},
    tutor::{ChoiceStyle, LessonOptions, LessonSession, Pause, ProgramOutput},
};

#[test]
fn a_guess_is_what_the_learner_saw_at_its_letter() {
    let library = library();
    let lesson = with(&library, stated());
    let mut orders = Vec::new();
    for seed in 0..10 {
        let seed = Some(seed);
        let style = ChoiceStyle {
            seed,
            ..ChoiceStyle::default()
        };
        let options = LessonOptions {
            style,
            ..LessonOptions::default()
        };
        let mut learner = Learner::of(&library, &lesson, options);
        let (_, shown) = learner.does(LessonSession::next);
        let (_, at_a) = shown.split_once("**a)** ").expect("its first choice");
        let first = at_a.split_whitespace().next().expect("a word").to_owned();
        let (_, said) = learner.says("a");
        assert!(said.contains(&format!("**a)** {first}")), "{said}");
        let (_, shown) = learner.does(LessonSession::next);
        let right = shown.contains("Your prediction: right");
        assert_eq!(right, first == "two", "{shown}");
        orders.push(first);
    }
    orders.sort();
    orders.dedup();
    assert_eq!(orders, ["*one*", "three", "two"]);
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
    learner.runner.output = ProgramOutput::Printed {
        by: "Python 3".to_owned(),
        text: "hello".to_owned(),
        remark: None,
        was_cut: false,
    };
    let (stop, shown) = learner.does(LessonSession::next);
    assert_eq!(stop, Pause::Question);
    // The program is to be read before the guess.
    let (before, _) = shown.split_once("Who wins?").expect("the question");
    assert!(before.contains("python/hello.py"), "{shown}");
    assert!(!shown.contains("Python 3 printed"), "{shown}");
    learner.says("a");
    let (_, shown) = learner.does(LessonSession::next);
    let (printed, settled) = shown.split_once("hello").expect("its output");
    assert!(!printed.contains("Because"), "{shown}");
    assert!(settled.contains("Your prediction: not right"), "{shown}");
    assert!(
        settled.contains("The answer on this machine is b)"),
        "{shown}"
    );
}

//! Schedules that the learner chooses, in a lesson.

use super::*;
use crate::tutor::{LessonOptions, LessonSession, Pause, PlayOutcome, play_lesson};

const RACE: &str = r#"+++
number = 1
slug = "race"
title = "Race"
question = "Why?"
minutes = 10
summary = "Race."
+++
## Count

```forklore schedule
task = "Make the counter end at 1."
goal = "counter == 1"
shared = ["variable counter 0"]
workers = [["load counter", "add 1", "store counter"], ["load counter", "add 1", "store counter"]]
explain = "One store overwrote the other."
```

After it.
"#;

#[test]
fn the_learner_chooses_the_workers_until_the_goal_is_met() {
    let library = library_of(&[("race.md", RACE)]);
    let lesson = library.find_lesson("1").unwrap();
    let mut visit = LessonSession::new(&library, lesson, LessonOptions::default()).unwrap();
    let mut page = Sketch::default();
    let mut runner = PreparedRunner::new();
    let mut ports = ports(&mut page, &mut runner);
    assert_eq!(visit.open_lesson(&mut ports).unwrap(), Pause::Question);
    assert!(visit.is_answer("1") && visit.is_answer("2 1") && visit.is_answer("u"));
    assert!(!visit.is_answer("back") && !visit.is_answer(""));
    for line in ["1", "1", "1", "u", "2 2"] {
        visit.accept_answer(line, &mut ports).unwrap();
    }
    visit.accept_answer("3", &mut ports).unwrap();
    visit.accept_answer("1 2", &mut ports).unwrap();
    assert_eq!(visit.next(&mut ports).unwrap(), Pause::StepEnd);
    let shown = page.take();
    assert!(shown.contains("machine: 1 1 1\n"), "{shown}");
    assert!(
        shown.contains("The last step of worker 1 is undone."),
        "{shown}"
    );
    assert!(
        shown.contains("there is no worker 3; there are 2"),
        "{shown}"
    );
    let (before, after) = shown.split_once("**Goal met** in 6 steps.").expect("met");
    assert!(before.contains("machine: 1 1 2 2 1 2\n"), "{before}");
    assert!(after.contains("One store overwrote the other."), "{after}");
    assert!(after.contains("prose: After it."), "{after}");
}

#[test]
fn hint_and_solution_speak_of_the_schedules_from_here() {
    let library = library_of(&[("race.md", RACE)]);
    let lesson = library.find_lesson("1").unwrap();
    let mut visit = LessonSession::new(&library, lesson, LessonOptions::default()).unwrap();
    let mut page = Sketch::default();
    let mut runner = PreparedRunner::new();
    let mut ports = ports(&mut page, &mut runner);
    visit.open_lesson(&mut ports).unwrap();
    visit.accept_answer("1 2", &mut ports).unwrap();
    visit.show_hint(&mut ports).unwrap();
    visit.show_solution(&mut ports).unwrap();
    let shown = page.take();
    assert!(
        shown.contains("Worker 1 would add 1 to its register, which is 0."),
        "{shown}"
    );
    assert!(
        shown.contains("From here, 6 of 6 schedules meet the goal."),
        "{shown}"
    );
    assert!(shown.contains("meets the goal: `1 1 2 1 2 2`"), "{shown}");
}

#[test]
fn a_played_lesson_shows_the_shortest_schedule_or_says_that_there_is_none() {
    let impossible = RACE
        .replace("number = 1", "number = 2")
        .replace("\"race\"", "\"three\"")
        .replace("== 1", "== 3");
    let library = library_of(&[("race.md", RACE), ("three.md", &impossible)]);
    let play = |number: &str| {
        let mut page = Sketch::default();
        let mut runner = PreparedRunner::new();
        let mut ports = ports(&mut page, &mut runner);
        let lesson = library.find_lesson(number).unwrap();
        let played = play_lesson(&library, lesson, false, &mut ports).unwrap();
        assert_eq!(played.outcome, PlayOutcome::Complete);
        page.take()
    };
    let shown = play("1");
    assert!(shown.contains("machine: 1 1 2 1 2 2\n"), "{shown}");
    assert!(shown.contains("**Goal met** in 6 steps."), "{shown}");
    let shown = play("2");
    assert!(shown.contains("No schedule meets the goal."), "{shown}");
    assert!(!shown.contains("Goal met"), "{shown}");
}

//! Claims in a lesson: which demo decides each, and where the verdict is shown.

use super::*;
use crate::{
    claim::Verdict,
    lesson::{AnswerKey, Block, Lesson, Prediction, PredictionChoice},
    record::{EventKind, Recording},
    tutor::{PlayOutcome, claims_decided_by, judge_lesson_claim, judge_without_run, play_lesson},
};

const LESSON: &str = r#"+++
number = 1
slug = "claims"
title = "Claims"
question = "Is it so?"
minutes = 5
summary = "Claims."
+++
## Look

```forklore demo
run = "race"
workers = 2
```

```forklore claim
id = "early"
says = "The first decides this."
holds_if = "least('lost') >= 0"
evidence = "{least('lost')} was lost"
```

```forklore demo
run = "race"
workers = 3
```

```forklore demo
run = "race"
workers = 2
```

```forklore claim
id = "late"
says = "The last decides this."
holds_if = "most('lost') > 0"
evidence = "{most('lost')} was lost"
limit = "Here."
why = "Because *of that*."
```

```forklore claim
id = "named"
says = "None of them decides this."
holds_if = "ran('processes')"
demo = "parallel"
```
"#;

fn one_lesson() -> Library {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("claims.md"), LESSON).unwrap();
    let library = Library::load_folder(folder.path()).unwrap();
    assert_eq!(library.diagnostics(), []);
    library
}

/// Runs every demo with one lost update each.
fn loses_one() -> PreparedRunner<'static> {
    let lost = EventKind::Observed {
        name: "lost".to_owned(),
        labels: [("backend".to_owned(), "threads".to_owned())].into(),
        value: Value::Count(1),
    };
    PreparedRunner {
        events: vec![lost],
        ..PreparedRunner::new()
    }
}

#[test]
fn the_nearest_equal_demo_above_decides_a_claim() {
    let library = one_lesson();
    let lesson = &library.lessons()[0];
    let demos = lesson.blocks().filter_map(|block| match block {
        crate::lesson::Block::Demo(demo) => Some(demo),
        _ => None,
    });
    let decided: Vec<Vec<&str>> = demos
        .map(|demo| {
            let claims = claims_decided_by(lesson, demo).into_iter();
            claims.map(|claim| claim.id.as_str()).collect()
        })
        .collect();
    assert_eq!(decided, [vec!["early"], vec![], vec!["late"]]);
}

#[test]
fn what_decides_a_claim_is_not_what_was_measured_for_a_stated_choice() {
    let library = one_lesson();
    let mut lesson = Lesson::clone(&library.lessons()[0]);
    let choice = |text: &str, right| PredictionChoice {
        text: text.to_owned(),
        right: AnswerKey::Stated(right),
        why: format!("Because of {text}."),
    };
    let predict = Prediction {
        id: "guess".to_owned(),
        question: "Who?".to_owned(),
        choices: vec![choice("one", false), choice("two", true)],
        hints: Vec::new(),
        measured: None,
        explain: None,
    };
    lesson.steps[0]
        .blocks
        .insert(0, Block::Predict(predict.into()));
    let mut page = Sketch::default();
    let mut runner = loses_one();
    let mut ports = ports(&mut page, &mut runner);
    play_lesson(&library, &lesson, false, &mut ports).unwrap();
    let shown = page.take();
    assert!(
        shown.contains("early holds") && shown.contains("The answer on this machine is b)"),
        "{shown}"
    );
    assert!(!shown.contains("Measured."), "{shown}");
}

#[test]
fn verdicts_are_shown_with_the_report_and_the_why_after_it() {
    let library = one_lesson();
    let mut page = Sketch::default();
    let mut runner = loses_one();
    let mut ports = ports(&mut page, &mut runner);
    let played = play_lesson(&library, &library.lessons()[0], false, &mut ports).unwrap();
    assert_eq!(played.outcome, PlayOutcome::Complete);
    let decided: Vec<&str> = played.report.steps[0]
        .claims
        .iter()
        .map(|claim| claim.id.as_str())
        .collect();
    assert_eq!(
        (decided, played.report.steps[0].runs.len()),
        (vec!["early", "late"], 3)
    );
    let drawn = page.take();
    let lines: Vec<&str> = drawn
        .lines()
        .filter(|line| !line.contains("Demo:"))
        .collect();
    assert_eq!(
        lines[2..],
        [
            "report: race Some(2); early holds",
            "report: race Some(3)",
            "report: race Some(2); late holds",
            "prose: Because *of that*.",
            "prose: **Claim.** None of them decides this. / `claims --lesson 1` measures it here.",
        ],
        "{drawn}"
    );
}

#[test]
fn a_stopped_demo_decides_nothing_and_a_failed_one_says_why() {
    let library = one_lesson();
    let lesson = &library.lessons()[0];
    let mut page = Sketch::default();
    let mut runner = PreparedRunner::interrupted();
    let mut ports = ports(&mut page, &mut runner);
    let played = play_lesson(&library, lesson, false, &mut ports).unwrap();
    assert_eq!(played.outcome, PlayOutcome::Interrupted);
    assert!(!page.take().contains("early"));

    let claim = lesson.claims().next().unwrap();
    let empty = Recording::new(testing::machine(), Vec::new());
    let told = judge_lesson_claim(lesson, claim, &empty);
    assert_eq!(told.verdict, Verdict::CannotBeShown);
    assert!(
        told.evidence.contains("its end was not recorded"),
        "{}",
        told.evidence
    );
}

#[test]
fn what_a_machine_cannot_show_is_known_beforehand() {
    let library = one_lesson();
    let lesson = &library.lessons()[0];
    let mut claim = lesson.claims().next().unwrap().clone();
    let machine = testing::machine();
    assert_eq!(judge_without_run(lesson, &claim, &machine), None);
    claim.needs.cores = 3;
    let told = judge_without_run(lesson, &claim, &machine).expect("hopeless");
    assert_eq!(told.verdict, Verdict::CannotBeShown);
    assert!(
        told.evidence.contains("3 usable cores"),
        "{}",
        told.evidence
    );
}

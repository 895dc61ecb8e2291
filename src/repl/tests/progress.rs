//! The stored progress of a learner, and its use in the next session.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

use super::*;
use crate::{
    repl::{commands::review, progress_recorder::ProgressRecorder},
    tutor::progress::ProgressStore,
};

const DAY: u64 = 86_400;
/// 2026-11-23, 19:05 UTC.
const NOW: u64 = 1_795_460_700;

const OTHER: &str = r#"+++
number = 4
slug = "other"
title = "The other"
question = "What else?"
minutes = 5
summary = "Another one."
+++
First.

## Second

Second.

## Third

Third.
"#;

const PREDICTING: &str = r#"+++
number = 5
slug = "guess"
title = "A guess"
question = "What comes?"
minutes = 5
summary = "Guesses."
+++
Begin.

```forklore predict
id = "g"
question = "Which way?"
[[choice]]
text = "Up"
why = "No."
[[choice]]
text = "Down"
right = true
why = "Things fall."
```

```forklore hint
text = "Drop something."
```

```forklore demo
run = "race"
workers = 2
```
"#;

const SCHEDULE: &str = r#"+++
number = 6
slug = "race"
title = "A race"
question = "What is lost?"
minutes = 5
summary = "A race."
+++
Begin.

```forklore schedule
task = "Make the counter end at 1."
goal = "counter == 1"
shared = ["variable counter 0"]
workers = [["load counter", "add 1", "store counter"], ["load counter", "add 1", "store counter"]]
```
"#;

/// A home with lessons and progress in it, at a time that the test sets.
struct Desk {
    lessons: Lessons,
    data: tempfile::TempDir,
    now: Arc<AtomicU64>,
}

impl Desk {
    fn new() -> Self {
        let lessons = Lessons::new();
        fs::write(lessons.0.join("other.md"), OTHER).expect("written");
        fs::write(lessons.0.join("guess.md"), PREDICTING).expect("written");
        Self {
            lessons,
            data: tempfile::tempdir().expect("a folder"),
            now: Arc::new(AtomicU64::new(NOW)),
        }
    }

    fn library(&self) -> Arc<Library> {
        let library = Library::load_folder(&self.lessons.0).expect("a library");
        assert_eq!(library.diagnostics(), []);
        Arc::new(library)
    }

    fn file(&self) -> PathBuf {
        self.data.path().join("progress.jsonl")
    }

    fn wait(&self, seconds: u64) {
        self.now.fetch_add(seconds, Ordering::Relaxed);
    }

    /// A session of a learner, and its first output.
    fn session(&self, library: &Arc<Library>) -> (Test, String) {
        let mut test = Test::new(library);
        let now = Arc::clone(&self.now);
        let diary = ProgressRecorder::new(ProgressStore::open_at(Some(self.file())), true);
        test.session.diary = diary.with_clock(move || now.load(Ordering::Relaxed));
        // The letters in these tests are those of the lesson's author.
        test.session.diary.choice_seed = None;
        review::begin_session(&mut test.session).expect("a beginning");
        let said = test.out.take() + &test.messages.take();
        (test, said)
    }
}

#[test]
fn enter_goes_on_where_the_learner_was() {
    let desk = Desk::new();
    let library = desk.library();
    let (mut test, said) = desk.session(&library);
    assert_eq!(said, "Press Enter to begin lesson 3.\n");
    assert!(test.said("").contains("Welcome."));
    test.said("lesson 4");
    test.said("");
    let (mut test, said) = desk.session(&library);
    assert_eq!(said, "Go on with lesson 4, step 2? Press Enter.\n");
    assert_eq!(test.session.prompt_text(), "forklore ❯ ");
    let shown = test.said("");
    assert!(
        shown.contains("Second.") && !shown.contains("First."),
        "{shown}"
    );
    assert_eq!(test.session.prompt_text(), "lesson 4 · 2/3 ❯ ");
    test.said("");
    let (mut test, said) = desk.session(&library);
    assert_eq!(said, "Begin lesson 5? Press Enter.\n");
    test.said("set trials 3");
    assert!(test.said("").contains("Begin."));
}

#[test]
fn a_lesson_that_begins_anew_says_where_the_learner_was() {
    let desk = Desk::new();
    let library = desk.library();
    let (mut test, _) = desk.session(&library);
    test.said("lesson 4");
    test.said("");
    assert_eq!(test.messages.take(), "");
    assert!(test.said("lesson 4").contains("First."));
    assert_eq!(
        test.messages.take(),
        "You were at step 2 of this lesson: `goto 2` leads there.\n"
    );
}

#[test]
fn progress_is_a_table_and_a_document() {
    let desk = Desk::new();
    let library = desk.library();
    let (mut test, _) = desk.session(&library);
    test.said("lesson 3");
    test.said("");
    test.said("b");
    test.said("a");
    test.said("lesson 5");
    test.said("a");
    test.said("");
    let table = test.said("progress");
    assert!(
        table.contains("0/1 right") && table.contains("today"),
        "{table}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&test.said("progress --format json")).expect("JSON");
    assert_eq!(json["schema"], "forklore.progress/1");
    let lessons = &json["lessons"];
    assert_eq!(lessons[0]["steps"], serde_json::json!({"seen": 2, "of": 2}));
    assert_eq!(
        lessons[0]["quizzes"],
        serde_json::json!({"right": 1, "answered": 1, "of": 1})
    );
    assert_eq!(lessons[0]["last"], "2026-11-23T19:05:00Z");
    assert_eq!(
        lessons[2]["predictions"],
        serde_json::json!({"right": 0, "made": 1, "of": 1})
    );
    assert_eq!(lessons[1]["last"], serde_json::Value::Null);
    assert_eq!(json["next"]["lesson"], 4);
}

#[test]
fn choices_come_in_the_learners_own_order_and_in_the_authors_for_a_class() {
    let desk = Desk::new();
    let library = desk.library();
    let answer = |line: &str, seed| {
        let mut test = desk.session(&library).0;
        test.session.diary.choice_seed = Some(seed);
        test.said(line);
        test.said("");
        test.said("a").contains("Count them.")
    };
    let own: Vec<bool> = (0..10).map(|seed| answer("lesson 3", seed)).collect();
    assert!(own.contains(&true) && own.contains(&false), "{own:?}");
    assert!((0..10).all(|seed| answer("lesson 3 --notes", seed)));
}

#[test]
fn who_only_plays_a_lesson_leaves_nothing() {
    let desk = Desk::new();
    let library = desk.library();
    let (mut test, _) = desk.session(&library);
    test.said("lesson 3 --play");
    test.session.diary.keeps = false;
    test.said("lesson 4");
    test.said("");
    assert!(!desk.file().exists());
}

#[test]
fn forgetting_asks_first() {
    let desk = Desk::new();
    let library = desk.library();
    let (mut test, _) = desk.session(&library);
    test.said("lesson 4");
    test.said("lesson 3");
    for line in ["forget lesson 4", "reset"] {
        assert_eq!(
            test.refused(line),
            "this asks first, and needs a terminal for the answer; `--yes` says yes",
        );
    }
    assert!(test.refused("forget lesson 9 --yes").contains("no lesson"));
    assert!(
        test.refused("forget step 4")
            .contains("`forget` takes `lesson`")
    );
    test.said("forget lesson 4 --yes");
    let json = test.said("progress --format json");
    assert_eq!(json.matches("\"last\": null").count(), 2, "{json}");
    test.said("reset --yes");
    let json = test.said("progress --format json");
    assert_eq!(json.matches("\"last\": null").count(), 3, "{json}");
}

/// A desk where a question of lesson 3 was answered, and lesson 4 is at hand.
fn with_a_question() -> Desk {
    let desk = Desk::new();
    let library = desk.library();
    let (mut test, _) = desk.session(&library);
    test.said("lesson 3");
    test.said("");
    test.said("a");
    test.said("lesson 4");
    desk
}

#[test]
fn a_question_that_is_due_is_asked_once_at_the_start() {
    let desk = with_a_question();
    let library = desk.library();
    let (_, said) = desk.session(&library);
    assert!(!said.contains("How many?"), "{said}");
    desk.wait(DAY);
    let (mut test, said) = desk.session(&library);
    assert!(
        said.contains("From lesson 3") && said.contains("How many?"),
        "{said}"
    );
    assert!(said.contains("`skip` leaves it for another day."), "{said}");
    assert!(
        !said.contains("Go on with") && !said.contains("Begin"),
        "{said}"
    );
    assert_eq!(test.session.prompt_text(), "review ? ❯ ");
    assert!(test.said("a").contains("Count them."));
    assert!(test.messages.take().contains("Go on with") || test.session.resume.is_some());
    assert_eq!(test.session.prompt_text(), "forklore ❯ ");
    // Three days until the next time.
    desk.wait(2 * DAY);
    assert!(!desk.session(&library).1.contains("How many?"));
    desk.wait(DAY);
    assert!(desk.session(&library).1.contains("How many?"));
}

#[test]
fn only_skip_leaves_a_question_for_another_day() {
    let desk = with_a_question();
    let library = desk.library();
    desk.wait(5 * DAY);
    let (mut test, said) = desk.session(&library);
    assert!(said.contains("How many?"), "{said}");
    for line in ["", "next"] {
        assert_eq!(test.said(line), "Answer with a or b, or `skip`.\n\n");
        assert_eq!(test.session.prompt_text(), "review ? ❯ ");
    }
    assert_eq!(test.said("skip"), "");
    assert_eq!(test.session.prompt_text(), "forklore ❯ ");
    assert!(!desk.session(&library).1.contains("How many?"));
    desk.wait(DAY);
    assert!(desk.session(&library).1.contains("How many?"));
}

#[test]
fn the_end_of_a_lesson_lists_what_was_done_and_enter_begins_the_next() {
    let desk = Desk::new();
    let library = desk.library();
    let (mut test, _) = desk.session(&library);
    test.said("lesson 3");
    test.said("");
    test.said("b");
    test.said("skip");
    let end = test.said("");
    assert!(end.contains("That was lesson 3"), "{end}");
    assert_eq!(
        words_of(&end, "questions"),
        ["questions", "0", "1", "0", "0"]
    );
    assert!(
        end.contains("Not finished: step 2. `goto 2` leads back, `progress 3` lists them."),
        "{end}"
    );
    assert_eq!(
        words_of(&test.said("progress 3"), "How many?"),
        ["question", "2", "✗", "wrong", "How", "many?"]
    );
    assert!(test.refused("progress 9").contains("no lesson"));
    assert!(
        end.contains("Next: `lesson 4`: The other (5 minutes)."),
        "{end}"
    );
    assert_eq!(test.session.completion_context().begins, Some(4));
    assert!(test.said("").contains("First."));

    test.said("lesson 5");
    test.said("b");
    test.said("");
    let end = test.said("");
    assert_eq!(words_of(&end, "guesses"), ["guesses", "1", "0", "0", "0"]);
    assert!(!end.contains("Not finished"), "{end}");
    assert!(end.contains("This was the last lesson."), "{end}");
    assert_eq!(test.session.completion_context().begins, None);
}

/// The words of the first line with this text.
#[track_caller]
fn words_of<'t>(shown: &'t str, text: &str) -> Vec<&'t str> {
    let line = shown.lines().find(|line| line.contains(text));
    line.expect(text).split_whitespace().collect()
}

#[test]
fn the_end_of_each_lesson_fits_on_a_narrow_screen() {
    let library = embedded();
    for lesson in library.lessons() {
        for width in [80, 50] {
            let (mut test, _) = Desk::new().session(&library);
            test.session.screen.style.width = width;
            test.session.settings.gate = false;
            test.said(&format!("lesson {}", lesson.number));
            let mut end = test.said(&format!("goto {}", lesson.steps.len()));
            while !end.contains("That was lesson") {
                let is_question = end.contains("`skip`.");
                end = test.said(if is_question { "skip" } else { "" });
            }
            let end = end.split_once("That was lesson").expect("its end").1;
            assert!(end.contains("Not finished: steps"), "{end}");
            assert!(end.lines().count() < 22, "{width} columns: {end}");
        }
    }
}

#[test]
fn a_wrong_answer_brings_the_question_back_tomorrow() {
    let desk = with_a_question();
    let library = desk.library();
    desk.wait(DAY);
    let (mut test, _) = desk.session(&library);
    assert!(test.said("b").contains("Count again."));
    assert!(test.said("a").contains("Count them."));
    desk.wait(DAY);
    assert!(desk.session(&library).1.contains("How many?"));
}

#[test]
fn review_can_be_turned_off_and_asked_for() {
    let desk = with_a_question();
    let library = desk.library();
    desk.wait(DAY);
    let mut test = desk.session(&library).0;
    test.said("skip");
    test.session
        .settings
        .set_value("review", "off")
        .expect("set");
    test.session.resume = None;
    desk.wait(9 * DAY);
    review::begin_session(&mut test.session).expect("a beginning");
    assert!(!test.out.take().contains("How many?"));
    assert!(test.said("review").contains("How many?"));
    assert!(test.said("hint").contains("no hint"));
    assert!(test.said("solution").contains("not tried yet"));
    assert!(test.said("solution").contains("Count them."));
    let nobody = Desk::new();
    let mut test = nobody.session(&library).0;
    assert!(test.refused("review").contains("nothing to review yet"));
}

#[test]
fn where_nothing_is_due_review_draws_a_question_about_a_schedule() {
    let desk = with_a_question();
    fs::write(desk.lessons.0.join("race.md"), SCHEDULE).expect("written");
    let library = desk.library();
    let (mut test, _) = desk.session(&library);
    assert!(
        test.said("review").contains("How many?"),
        "no schedule is known yet"
    );
    test.said("");
    test.said("lesson 6");
    let before = fs::read_to_string(desk.file()).expect("progress");
    let asked = test.said("review");
    assert!(asked.contains("What is `counter` now?"), "{asked}");
    assert_eq!(test.session.prompt_text(), "review ? ❯ ");
    let right = (0..3).find(|answer| test.said(&answer.to_string()).contains("Right"));
    assert!(right.is_some(), "{asked}");
    assert_eq!(test.session.prompt_text(), "lesson 6 · 1/1 ? ❯ ");
    let after = fs::read_to_string(desk.file()).expect("progress");
    assert_eq!(before, after, "a fresh question is not recorded");
    desk.wait(DAY);
    assert!(
        test.said("review").contains("How many?"),
        "what is due comes first"
    );
}

#[test]
fn a_locked_demo_says_how_to_open_it() {
    let desk = Desk::new();
    let library = desk.library();
    let (mut test, _) = desk.session(&library);
    assert!(test.said("lesson 5").contains("Which way?"));
    assert_eq!(test.session.prompt_text(), "lesson 5 · 1/1 ? ❯ ");
    for line in ["", "next"] {
        let said = test.said(line);
        assert!(said.contains("First your guess, then the demo"), "{said}");
    }
    assert!(test.launched().is_empty());
    assert!(test.said("hint").contains("Drop something."));
    test.said("a");
    assert_eq!(test.session.prompt_text(), "lesson 5 · 1/1 ❯ ");
    assert!(test.said("b").contains("no longer a, but"));
    let said = test.said("");
    assert_eq!(test.launched().len(), 1);
    assert!(said.contains("Your prediction: right"), "{said}");

    test.said("lesson 5 --no-gate");
    test.said("");
    assert_eq!(test.launched().len(), 1);
    test.said("lesson 5");
    test.said("set gate off");
    test.said("");
    assert_eq!(test.launched().len(), 1);
}

//! A learner in a lesson, line by line.

use super::*;

/// The height of the smallest usual terminal.
const HEIGHT: usize = 24;

#[test]
fn no_enter_prints_more_than_a_screen() {
    let library = embedded();
    for lesson in library.lessons() {
        let mut test = Test::new(&library);
        test.session.screen.height = Some(HEIGHT);
        test.session.screen.has_prompt = true;
        test.session.settings.gate = false;
        let mut shown = test.said(&format!("lesson {}", lesson.number));
        let end = format!("That was lesson {}", lesson.number);
        for _ in 0..200 {
            if shown.contains(&end) {
                break;
            }
            // A listing that is longer than the screen is for the pager.
            let is_listing = shown.contains("python/");
            let lines = shown.lines().count();
            assert!(lines < HEIGHT - 1 || is_listing, "{lines} lines: {shown}");
            let is_question = shown.contains("`skip`.");
            let (here, step) = (test.session.completion_context(), step_number(&test));
            shown = test.said(if is_question { "skip" } else { "" });
            let is_same_step = step_number(&test) == step && !shown.contains(&end);
            // The hint at the prompt tells the rest of a step from the next one.
            let hint = here.more;
            assert!(is_question || here.demo || hint == is_same_step, "{shown}");
        }
        assert!(shown.contains(&end), "{shown}");
    }
}

fn step_number(test: &Test) -> usize {
    let visit = test.session.visit.as_ref().expect("a lesson");
    visit.cursor().step_position().0
}

#[test]
fn a_lesson_goes_step_by_step_and_the_prompt_says_where() {
    let lessons = Lessons::new();
    let library = lessons.library();
    let mut test = Test::new(&library);
    assert_eq!(test.session.prompt_text(), "forklore ❯ ");
    let opening = test.said("lesson 3");
    assert!(
        opening.contains("One process") && opening.contains("Welcome."),
        "{opening}"
    );
    assert_eq!(test.session.prompt_text(), "lesson 3 · 1/2 ❯ ");
    assert!(test.launched().is_empty());

    let step = test.said("");
    assert!(
        step.contains("How many?") && !step.contains("After the question."),
        "{step}"
    );
    assert_eq!(test.session.prompt_text(), "lesson 3 · 2/2 ? ❯ ");
    assert_eq!(test.launched().remove(0).0, "race");
    assert!(test.said("more machine").contains("run race"));

    assert!(test.said("b").contains("Count again."));
    let right = test.said("a");
    assert!(
        right.contains("Count them.") && right.contains("After the question."),
        "{right}"
    );
    assert!(test.said("back").contains("Welcome."));
    assert!(test.said("goto 2").contains("How many?"));
    assert!(test.said("skip").contains("After the question."));
    assert_eq!(
        test.refused("goto 7"),
        "there is no step 7: this lesson has steps 1 to 2"
    );
    assert!(test.refused("goto x").contains("the number of a step"));
}

#[test]
fn a_question_leaves_every_command_its_meaning() {
    let lessons = Lessons::new();
    let library = lessons.library();
    let mut test = Test::new(&library);
    test.said("lesson 3");
    test.said("next");
    assert!(test.said("set trials 2").contains("trials: 2"));
    assert!(
        test.said("1").contains("Count them."),
        "the question is still open"
    );
    for (line, reply) in [
        ("yes", "answer with a or b, or `skip`"),
        (
            "hnit",
            "no command is called `hnit`; did you mean `hint`? `help` lists the commands",
        ),
        ("print(1)", "that is Python: `try FILE` runs a file"),
    ] {
        test.said("goto 2");
        assert_eq!(test.refused(line), reply);
    }
}

#[test]
fn a_lesson_plays_straight_through() {
    let lessons = Lessons::new();
    let library = lessons.library();
    let mut test = Test::new(&library);
    let played = test.said("lesson one --play");
    assert!(
        played.contains("Welcome.") && played.contains("After the question."),
        "{played}"
    );
    assert_eq!(test.session.prompt_text(), "forklore ❯ ");
    let played = test.said("lesson 3 --play --format json");
    let played: serde_json::Value = serde_json::from_str(&played).expect("one object");
    assert_eq!(played["schema"], "forklore.lesson/1");
    assert_eq!(played["lesson"], 3);
    let step = &played["steps"][1];
    assert_eq!(step["title"], "Second");
    assert_eq!(step["runs"][0]["demo"], "race");
    assert_eq!(step["claims"], serde_json::json!([]));
}

#[test]
fn outside_of_a_lesson_enter_does_nothing_and_next_says_why() {
    let library = embedded();
    let mut test = Test::new(&library);
    assert_eq!(test.said(""), "");
    for line in ["next", "back", "goto 2", "skip"] {
        assert_eq!(
            test.refused(line),
            "no lesson has begun; `lessons` lists them",
            "{line}"
        );
    }
}

#[test]
fn ascii_reaches_the_prompt() {
    let lessons = Lessons::new();
    let library = lessons.library();
    let mut test = Test::new(&library);
    test.session.screen.style.ascii = true;
    test.said("lesson 3");
    assert_eq!(test.session.prompt_text(), "lesson 3 - 1/2 > ");
}

#[test]
fn replaced_lessons_leave_the_rest_of_the_session_as_it_was() {
    let lessons = Lessons::new();
    let mut test = Test::new(&lessons.library());
    test.said("set trials 2");
    test.said("lesson 3");
    test.said("next");
    let report = test.said("last");
    let replace = |test: &mut Test, old: &str, new: &str| {
        fs::write(lessons.0.join("one.md"), LESSON.replace(old, new)).expect("written");
        test.session.replace_library(lessons.library());
        (test.out.take(), test.messages.take())
    };

    let (shown, _) = replace(&mut test, "How many?", "How many more?");
    assert!(shown.contains("How many more?"), "{shown}");
    assert_eq!(test.session.prompt_text(), "lesson 3 · 2/2 ? ❯ ");
    assert_eq!(test.said("last"), report);
    assert_eq!(test.session.settings.defaults.trials, Some(2));

    // The step that it was at is gone, and then the lesson.
    let (shown, _) = replace(&mut test, "## Second", "");
    assert!(shown.contains("Welcome."), "{shown}");
    assert_eq!(test.session.prompt_text(), "lesson 3 · 1/1 ❯ ");
    let (_, messages) = replace(&mut test, "number = 3", "number = 4");
    assert!(messages.contains("no lesson is called `3`"), "{messages}");
    assert_eq!(test.session.prompt_text(), "forklore ❯ ");
}

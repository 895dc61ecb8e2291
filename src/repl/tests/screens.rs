//! What holds for the screens of every lesson and scenario, and what depends on chance.

use super::stage::Stage;
use crate::{
    lesson::Library,
    schedule::{MachineState, SCENARIOS, explore},
};

/// The height of the smallest usual terminal.
const HEIGHT: usize = 24;

/// A learner whom no prediction holds up.
fn without_gate() -> Stage {
    let mut stage = Stage::new();
    stage.session.settings.gate = false;
    stage
}

/// The line that goes on after this screen.
fn next_line(screen: &str) -> &'static str {
    if screen.contains("`skip`.") {
        "skip"
    } else {
        ""
    }
}

#[test]
fn no_enter_prints_more_than_a_screen() {
    for (width, height) in [(80, HEIGHT), (100, 30), (50, HEIGHT)] {
        walk_lessons(width, height);
    }
}

fn walk_lessons(width: usize, height: usize) {
    for lesson in Library::load_embedded().lessons() {
        let mut stage = without_gate();
        stage.session.screen.height = Some(height);
        stage.session.screen.style.width = width;
        let mut shown = stage.type_line(&format!("lesson {}", lesson.number));
        let end = format!("That was lesson {}", lesson.number);
        for _ in 0..200 {
            if shown.contains(&end) {
                break;
            }
            // A listing that is longer than the screen is for the pager.
            let is_listing = shown.contains("python/");
            let lines = shown.lines().filter(|line| !line.starts_with("[run"));
            assert!(lines.count() < height || is_listing, "{width}: {shown}");
            let (here, step) = (stage.session.completion_context(), step_number(&stage));
            let typed = next_line(&shown);
            shown = stage.type_line(typed);
            let is_same_step = step_number(&stage) == step && !shown.contains(&end);
            // The hint at the prompt tells the rest of a step from the next one.
            let has_hint = here.more == is_same_step;
            assert!(typed == "skip" || here.demo || has_hint, "{shown}");
        }
        assert!(shown.contains(&end), "{shown}");
    }
}

#[test]
fn programs_and_demos_of_a_lesson_run_under_the_same_python() {
    let mut stage = Stage::new();
    for (flag, python) in [("", "newest"), (" --python 3.11", "3.11")] {
        let shown = stage.type_line(&format!("lesson 6 --play{flag}"));
        assert!(shown.contains(&format!("--python {python}")), "{shown}");
        let mut programs = shown.lines().filter(|line| line.starts_with("[runs "));
        let under = format!(" under {python}]");
        assert!(programs.next().is_some_and(|line| line.ends_with(&under)));
        assert!(programs.all(|line| line.ends_with(&under)));
    }
}

fn step_number(stage: &Stage) -> usize {
    let visit = stage.session.visit.as_ref().expect("a lesson");
    visit.cursor().step_position().0
}

#[test]
fn the_end_of_each_lesson_fits_on_a_narrow_screen() {
    for lesson in Library::load_embedded().lessons() {
        for width in [80, 50] {
            let mut stage = without_gate();
            stage.session.screen.style.width = width;
            stage.type_line(&format!("lesson {}", lesson.number));
            let mut end = stage.type_line(&format!("goto {}", lesson.steps.len()));
            while !end.contains("That was lesson") {
                end = stage.type_line(next_line(&end));
            }
            let end = end.split_once("That was lesson").expect("its end").1;
            assert!(end.contains("Not finished: steps"), "{end}");
            assert!(end.lines().count() < 22, "{width} columns: {end}");
        }
    }
}

#[test]
fn each_screen_of_a_scenario_has_room_for_the_prompt() {
    for (scenario, width) in SCENARIOS.iter().flat_map(|it| [(it, 80), (it, 50)]) {
        let task = scenario.build_task().expect("a task");
        let start = MachineState::initial(&task.program);
        let found = explore(&task.program, &start, task.goal).expect("small");
        let workers = task.program.workers();
        let one_by_one: String = workers
            .map(|worker| format!("{worker} ").repeat(task.program.listing(worker).len()))
            .collect();
        let shortest = found.shortest.map(|schedule| schedule.to_string());
        for schedule in shortest.into_iter().chain([one_by_one]) {
            let mut stage = Stage::new();
            stage.session.screen.height = Some(HEIGHT);
            stage.session.screen.style.width = width;
            let start = format!("step {}", scenario.name);
            let steps = schedule.split_whitespace();
            // One by one, and all at once.
            let typed = [start.as_str()].into_iter().chain(steps);
            for typed in typed.chain(["r", schedule.as_str()]) {
                let mut screen = stage.type_line(typed);
                assert!(screen.contains("Goal (a model)"), "{screen}");
                loop {
                    assert!(screen.lines().count() < HEIGHT, "{width}: {screen}");
                    if !stage.session.completion_context().more {
                        break;
                    }
                    screen = stage.type_line("");
                }
            }
        }
    }
}

#[test]
fn what_a_lesson_has_not_shown_yet_waits_while_a_scenario_is_stepped() {
    let mut stage = without_gate();
    stage.session.screen.height = Some(12);
    stage.type_line("lesson 1");
    while stage.session.screen.rest.is_empty() {
        stage.type_line("");
    }
    let rest = stage.session.screen.rest.clone();
    for typed in ["step race-lock", "1 1 1 1 1 2 2 2 2 2", "", "q"] {
        stage.type_line(typed);
        // What Enter shows is the stepper's, until it ends.
        let has_more = typed == "q" || !stage.session.stepper_rest.is_empty();
        assert_eq!(stage.session.completion_context().more, has_more);
    }
    assert_eq!(stage.session.screen.rest, rest);
}

#[test]
fn a_result_on_a_terminal_breaks_between_words() {
    let mut stage = Stage::new();
    stage.session.screen.style.width = 20;
    stage.session.screen.style.terminal = true;
    let shown = stage.type_line("p = Process(target=primes)");
    assert!(shown.lines().count() > 2, "{shown}");
    assert!(shown.contains("start()` will do"), "{shown}");
    let lines = shown.lines().map(|line| line.chars().count());
    assert!(lines.max() <= Some(20), "{shown}");
    let words = "`p.start()` will do the same as `spawn process primes --name p`";
    assert!(
        shown.split_whitespace().eq(words.split_whitespace()),
        "{shown}"
    );
}

#[test]
fn help_fits_on_a_screen() {
    for width in [80, 50] {
        let mut stage = Stage::new();
        stage.session.screen.style.width = width;
        let help = stage.type_line("help");
        assert!(help.lines().count() <= 23, "{help}");
        assert!(
            help.lines().all(|line| line.chars().count() <= width),
            "{help}"
        );
    }
}

#[test]
fn where_nothing_is_due_review_draws_a_question_about_a_schedule() {
    let mut stage = Stage::new();
    stage.set_up("lessons one.md race.md");
    for typed in ["lesson 3", "", "a", "lesson 6", "review"] {
        stage.type_line(typed);
    }
    assert_eq!(stage.session.prompt_text(), "review ? ❯ ");
    // A wrong answer is explained by a replay.
    let wrong = stage.type_line("7");
    assert!(wrong.contains("Step by step:"), "{wrong}");
    let right = (0..3).find(|answer| stage.type_line(&answer.to_string()).contains("Right"));
    assert!(right.is_some());
    assert_eq!(stage.session.prompt_text(), "lesson 6 · 1/1 ? ❯ ");
    stage.set_up("days 1");
    // What is due comes first.
    assert!(stage.type_line("review").contains("How many?"));
}

#[test]
fn a_fresh_question_is_the_same_until_it_is_answered_or_left() {
    let mut stage = Stage::new();
    stage.set_up("lessons race.md");
    stage.type_line("lesson 6");
    let first = stage.type_line("review");
    stage.set_up("session");
    assert_eq!(stage.type_line("review"), first);
    let is_another = (0..20).any(|_| {
        stage.type_line("skip");
        stage.type_line("review") != first
    });
    assert!(is_another);
}

#[test]
fn doctor_names_the_machine_and_what_lessons_need() {
    let mut stage = Stage::new();
    stage.set_up("lessons one.md");
    let out = stage.type_line("doctor --format plain");
    for expected in ["affinity", "Testos 1", "80 columns", "One process", "race"] {
        assert!(out.contains(expected), "{expected}: {out}");
    }
}

#[test]
fn the_machine_is_named_again_only_if_it_is_another_one() {
    let mut stage = Stage::new();
    stage.type_line("run race");
    let recording = stage.session.last.clone().expect("a recording");
    let mut report = crate::report::build_report(&recording, Vec::new());
    // A run that starts processes names the method too, of the same machine.
    report.ran_on = "Ran on 2 of 4 cores · start method: spawn.".to_owned();
    assert!(!stage.session.screen.report_end(&report).has_machine);
    report.machine.os = "Otheros".to_owned();
    assert!(stage.session.screen.report_end(&report).has_machine);
}

/// What the prompt's transcript of these predictions observes too.
const MEASURED: &str = "observes private worker=three 4096 B; private worker=three 4096 B; \
    private worker=three 4096 B; private worker=two 4096 B; private worker=two 4096 B; private worker=mixed 4096 B; \
    private worker=mixed 9216 B; private worker=mixed 4096 B";

#[test]
fn a_played_lesson_says_which_choices_its_runs_make_right() {
    let mut stage = Stage::new();
    stage.set_up("lessons measured.md");
    stage.set_up(MEASURED);
    let mut answers = |why: &str| -> Vec<String> {
        let played = stage.type_line("lesson 10 --play --format json");
        let object = played.split_once('{').expect(why).1;
        let object = format!("{{{}}}", object.rsplit_once('}').expect(why).0);
        let played: serde_json::Value = serde_json::from_str(&object).expect("one object");
        assert_eq!(played["schema"], "forklore.lesson/1");
        let steps = played["steps"].as_array().expect("a list").iter();
        let predictions = steps.flat_map(|step| step["predictions"].as_array().expect("a list"));
        let answers = predictions.map(|of| match of["answer"].as_array() {
            Some(right) => right[0].to_string(),
            None => of["why_null"].as_str().expect("a reason").to_owned(),
        });
        answers.collect()
    };
    let noisy = "too noisy to tell";
    let expected = [
        "\"b\"",
        noisy,
        "cannot be shown here",
        "\"b\"",
        "\"b\"",
        noisy,
        noisy,
        "cannot be shown here",
        "no choice fits what was measured",
        "\"b\"",
    ];
    assert_eq!(answers("measured"), expected);
}

//! Schedules of the model: by hand, replayed, and all at once.

use serde_json::{Value, json};

use super::*;
use crate::schedule::{MachineState, SCENARIOS, explore};

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// A text without its line breaks.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_schedule_by_hand_leads_to_the_goal_and_says_what_shows_it_for_real() {
    let library = embedded();
    let mut test = Test::new(&library);
    let start = test.said("step race");
    assert!(
        start.contains("Goal (a model). Both workers add 1"),
        "{start}"
    );
    assert_eq!(test.session.prompt_text(), "step race ❯ ");
    test.said("1");
    test.said("2");
    let why = test.said("");
    assert!(
        why.contains("Worker 1 would add 1 to its register, which is 0."),
        "{why}"
    );
    assert!(
        why.contains("From here, 6 of 6 schedules meet the goal."),
        "{why}"
    );
    assert!(
        test.said("u")
            .contains("The last step of worker 2 is undone.")
    );
    assert!(test.said("r").contains("From the start again."));
    assert!(test.said("u").contains("there is nothing to undo"));
    let met = unwrapped(&test.said("1 1 2 2 1 2"));
    assert!(
        met.contains("Goal met in 6 steps (again: `step race --schedule 1 1 2 2 1 2`)."),
        "{met}"
    );
    assert!(
        met.contains("This was a model. `run race` lets real"),
        "{met}"
    );
    assert!(
        test.said("lessons --format csv").contains("lesson,"),
        "commands go on"
    );
    test.said("q");
    assert_eq!(test.session.prompt_text(), "forklore ❯ ");
    test.refused("1");
}

#[test]
fn a_worker_that_waits_says_why_and_a_goal_that_cannot_be_met_is_told() {
    let library = embedded();
    let mut test = Test::new(&library);
    test.said("step race-lock");
    let waits = test.said("1 2");
    let sentence = "Worker 2 cannot run: it waits for `lock`, which worker 1 holds.";
    assert!(waits.contains(sentence), "{waits}");
    assert!(waits.contains("Schedule so far: `1`"), "{waits}");
    let over = unwrapped(&test.said("1 1 1 1 2 2 2 2 2"));
    assert!(
        over.contains("The goal is not met, and no schedule meets it."),
        "{over}"
    );
    test.said("step deadlock");
    let stuck = unwrapped(&test.said("1 2"));
    assert!(
        stuck.contains("Worker 1 waits for `B`, which worker 2 holds"),
        "{stuck}"
    );
}

#[test]
fn each_screen_has_room_for_the_prompt() {
    let library = embedded();
    for scenario in &SCENARIOS {
        let task = scenario.build_task().expect("a task");
        let start = MachineState::initial(&task.program);
        let found = explore(&task.program, &start, task.goal).expect("small");
        let workers = task.program.workers();
        let one_by_one: String = workers
            .map(|worker| format!("{worker} ").repeat(task.program.listing(worker).len()))
            .collect();
        let shortest = found.shortest.map(|schedule| schedule.to_string());
        for schedule in shortest.into_iter().chain([one_by_one]) {
            let mut test = Test::new(&library);
            let mut screens = vec![test.said(&format!("step {}", scenario.name))];
            screens.extend(schedule.split_whitespace().map(|worker| test.said(worker)));
            screens.push(test.said(""));
            for screen in screens {
                assert!(screen.lines().count() < 24, "{}:\n{screen}", scenario.name);
            }
        }
    }
}

#[test]
fn a_replayed_schedule_is_a_table_or_an_object() {
    let library = embedded();
    let mut test = Test::new(&library);
    let table = test.said("step race --schedule 1 1 2 2 1 2");
    assert!(
        table.contains("Worker 2 stored its register: counter is 1."),
        "{table}"
    );
    assert!(table.contains("It is met after 6 steps"), "{table}");
    assert!(table.contains("This is a model. `run race`"), "{table}");
    let object = json_of(&test.said("step deadlock --schedule 1 1 2 --format json"));
    assert_eq!(object["schema"], "forklore.step/1");
    assert_eq!(object["schedule"], json!([1, 1, 2]));
    assert_eq!(object["steps"][2]["outcome"], "waits");
    assert_eq!(object["steps"][2]["shared"], json!({"A": 1, "B": 1}));
    assert_eq!(
        (&object["end"], &object["goal_met_after"]),
        (&json!("unfinished"), &json!(null))
    );
    let stuck = json_of(&test.said("step deadlock --schedule 1 2 --format json"));
    assert_eq!(
        (&stuck["end"], &stuck["wait_cycle"]),
        (&json!("deadlock"), &json!([1, 2]))
    );
}

#[test]
fn a_search_counts_every_schedule() {
    let library = embedded();
    let mut test = Test::new(&library);
    let table = test.said("step race --find");
    assert!(
        table.contains("`step race --schedule 1 1 2 1 2 2` shows the shortest."),
        "{table}"
    );
    let object = json_of(&test.said("step race --find --format json"));
    assert_eq!(
        (&object["meeting"], &object["complete"]),
        (&json!(18), &json!(20))
    );
    assert_eq!(object["shortest"], json!([1, 1, 2, 1, 2, 2]));
    let none = json_of(&test.said("step lock-order --find --format json"));
    assert_eq!(
        (&none["meeting"], &none["shortest"]),
        (&json!(0), &json!(null))
    );
}

#[test]
fn what_is_not_understood_says_what_to_type() {
    let library = embedded();
    let mut test = Test::new(&library);
    let list = test.said("step");
    assert!(
        SCENARIOS
            .iter()
            .all(|scenario| list.contains(scenario.name)),
        "{list}"
    );
    let cases = [
        (
            "step rac",
            "no scenario is called `rac`; did you mean `race`?",
        ),
        (
            "step race --schedule 1 3",
            "there is no worker 3; there are 2",
        ),
        (
            "step race --schedule 1 x",
            "`x` is no worker: a schedule is a list of workers, such as `1 1 2 2 1 2`",
        ),
        (
            "step race --format json",
            "`--format json` takes `--schedule` or `--find`",
        ),
    ];
    for (line, message) in cases {
        assert_eq!(test.refused(line), message);
    }
}

#[test]
fn a_screen_reader_gets_lines() {
    let library = embedded();
    let mut test = Test::new(&library);
    test.session.screen.style.accessible = true;
    let start = test.said("step race");
    assert!(
        start.contains("Worker 1, listing: load counter; add 1; store counter."),
        "{start}"
    );
    let after = test.said("1");
    assert!(
        after.contains("Worker 1: 1 of 3 steps done; next: add 1; register 0."),
        "{after}"
    );
    assert!(!after.contains('─'), "{after}");
}

//! Schedules: programs of the model, and mistakes in them.

use super::*;
use crate::lesson::Block;

const RACE: &str = r#"
task = "Make the counter end at 1."
goal = "counter == 1"
shared = ["variable counter 0"]
workers = [
    ["load counter", "add 1", "store counter"],
    ["load counter", "add 1", "store counter"],
]
explain = "One store overwrote the other.""#;

#[test]
fn a_schedule_is_a_program_with_a_goal() {
    let lesson = good(&directive("schedule", RACE));
    let task = lesson.blocks().find_map(|block| match block {
        Block::Schedule(task) => Some(task),
        _ => None,
    });
    let task = task.expect("a schedule");
    assert_eq!(task.task, "Make the counter end at 1.");
    assert_eq!(task.goal.format(&task.program), "counter == 1");
    let program = "variable counter 0\nworker\n  load counter\n  add 1\n  store counter\n";
    let worker = "worker\n  load counter\n  add 1\n  store counter\n";
    assert_eq!(task.program.to_string(), format!("{program}{worker}"));
    assert_eq!(task.explanation, "One store overwrote the other.");
}

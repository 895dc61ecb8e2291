//! Tasks with processes and threads by hand.

use super::*;
use crate::lesson::Block;

const TASK: &str = r#"
task = "Kill a process."
commands = ["spawn process idle --name a", "kill a"]
explain = "It is gone."

[[condition]]
says = "it was killed"
holds_if = "count('signal', signal='SIGTERM') >= 1"
hint = "`kill a`""#;

#[test]
fn a_bench_is_a_task_with_commands_and_conditions() {
    let lesson = good(&directive("bench", TASK));
    let task = lesson.blocks().find_map(|block| match block {
        Block::Bench(task) => Some(task),
        _ => None,
    });
    let task = task.expect("a task");
    assert_eq!(task.commands, ["spawn process idle --name a", "kill a"]);
    assert_eq!(task.explain.as_deref(), Some("It is gone."));
    let [condition] = &task.conditions[..] else {
        panic!("{:?}", task.conditions);
    };
    assert_eq!(condition.says, "it was killed");
    assert_eq!(condition.hint.as_deref(), Some("`kill a`"));
}

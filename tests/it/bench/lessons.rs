//! Tasks that lessons set: checked as they are done, played, and proved.

use super::PipedPrompt;
use crate::{home::Home, support::watchdog};

#[test]
fn a_lessons_task_is_checked_as_it_is_done() {
    let _dog = watchdog("workers by hand");
    let home = Home::new();
    home.write("mine/one.md", lesson_with_task("kill a"));
    let mut prompt = PipedPrompt::open_in(home, &["--lessons", "mine"]);
    prompt.spawn("process idle --name before");
    prompt.run("kill before");
    prompt.run("lesson 1");
    let shown = prompt.run("goto 1");
    assert!(shown.contains("Try it (real workers)"), "{shown}");
    let shown = prompt.run("ps");
    assert!(
        !shown.contains('✓'),
        "what was done before does not count: {shown}"
    );
    prompt.spawn("process idle --name a");
    let shown = prompt.run("kill a");
    assert!(
        shown.contains("✓ it was killed") && shown.contains("Done. It is gone."),
        "{shown}"
    );
}

#[test]
fn a_lessons_task_is_played_where_nobody_types() {
    let home = Home::new();
    home.write("mine/one.md", lesson_with_task("kill a"));
    let played = home
        .run(&["lesson", "1", "--lessons", "mine", "--no-input"])
        .well();
    assert!(
        played.out.contains("> spawn process idle --name a\n"),
        "{}",
        played.out
    );
    assert!(
        played.out.contains("sent SIGTERM to a (PID "),
        "{}",
        played.out
    );
    assert!(played.out.contains("✓ it was killed"), "{}", played.out);
}

#[test]
fn lint_plays_the_commands_of_a_task() {
    let home = Home::new();
    let ended = home.run(&["lint"]).well();
    assert!(ended.out.contains("no problems"), "{}", ended.out);
    home.write("mine/one.md", lesson_with_task("ps"));
    let ended = home.run(&["lint", "mine"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let message = "error: the commands of this task do not meet the condition `it was killed`";
    assert!(ended.out.contains(message), "{}", ended.out);
}

fn lesson_with_task(last_command: &str) -> String {
    format!(
        r#"+++
number = 1
slug = "by-hand"
title = "By hand"
question = "What does a signal do?"
minutes = 5
summary = "A process and a signal."
+++

## A signal

```forklore bench
task = "Start a process and kill it."
commands = ["spawn process idle --name a", "{last_command}"]
explain = "It is gone."

[[condition]]
says = "it was killed"
holds_if = "count('signal', signal='SIGTERM') >= 1"
```
"#
    )
}

//! `lint` proves exercises by running them.

use super::{Class, Ended, SOLUTION, STARTER, home};
use crate::support::watchdog;

#[test]
fn exercises_that_can_be_solved_and_are_not_yet_pass() {
    let _guard = watchdog("sound exercises");
    let Some(class) = Class::new() else { return };
    let linted = class.run(&["lint", "lessons"]).well();
    assert_eq!(linted.out, "no problems\n", "{linted:?}");
    assert!(linted.err.contains("exercise `t-four`"), "{linted:?}");
    // Nothing has changed since.
    let again = class.run(&["lint", "lessons"]).well();
    assert!(!again.err.contains("exercise `t-four`"), "{again:?}");
    assert!(again.err.contains("proven before"), "{again:?}");
    let changed = format!("# Another first line.\n{SOLUTION}");
    class
        .home
        .write("lessons/exercises/four_solution.py", changed);
    let changed = class.run(&["lint", "lessons"]).well();
    assert!(changed.err.contains("exercise `t-four`"), "{changed:?}");
}

#[test]
fn a_solution_that_fails_and_a_starter_that_passes_are_told_where_they_stand() {
    let _guard = watchdog("unsound exercises");
    let Some(class) = Class::new() else { return };
    class.home.write(
        "lessons/exercises/four_solution.py",
        SOLUTION.replace("range(4)", "range(5)"),
    );
    let linted = class.run(&["lint", "lessons"]);
    assert_eq!(linted.code, Some(1), "{linted:?}");
    for expected in [
        "error: the solution does not meet every condition",
        "“four child processes”: 5 child processes.",
    ] {
        assert!(linted.out.contains(expected), "{expected}: {}", linted.out);
    }
    // A different first line keeps the two files from being equal.
    class
        .home
        .write("lessons/exercises/four_solution.py", SOLUTION);
    class.home.write(
        "lessons/exercises/four.py",
        format!("# Begin here.\n{SOLUTION}"),
    );
    let linted = class.run(&["lint", "lessons"]);
    assert_eq!(linted.code, Some(1), "{linted:?}");
    assert!(
        linted.out.contains("the starter meets every condition"),
        "{}",
        linted.out
    );
    let place = linted
        .out
        .lines()
        .find(|line| line.contains("the starter"))
        .unwrap();
    let line: usize = place.split(':').nth(1).unwrap().parse().unwrap();
    let text = std::fs::read_to_string(class.home.file("lessons/six.md")).unwrap();
    assert_eq!(text.lines().nth(line - 1), Some("```forklore exercise"));
    assert!(
        class
            .run(&["lint", "lessons", "--static"])
            .well()
            .out
            .contains("no problems")
    );
}

#[test]
fn without_a_python_it_says_once_that_nothing_was_run() {
    let home = home();
    let linted = home.run(&["lint", "lessons", "--trust"]).well();
    assert_eq!(
        linted.err.matches("no exercise was run").count(),
        1,
        "{linted:?}"
    );
    assert_eq!(home.run(&["lint", "lessons", "--static"]).well().err, "");
}

/// Everything that `--run` runs besides exercises.
const RUN: &str = r#"
```forklore demo
run = "numbers"
workers = 2
```

```forklore claim
id = "t-never"
says = "Two processes print three numbers."
holds_if = "count('number') == 3"
```

```forklore program
file = "python/refuses.py"
run = true
```

```forklore program
file = "python/wavers.py"
run = true
```
"#;

#[test]
fn everything_run_several_times_tells_what_is_flaky_and_what_always_fails() {
    let _guard = watchdog("lint --run");
    let Some(class) = Class::new() else { return };
    class.home.write(
        "lessons/six.md",
        format!("{}{RUN}{}", super::FRONT, super::FOUR),
    );
    // Passes and fails alternately.
    let flaky = "\
import pathlib, sys
flag = pathlib.Path('FLAG')
if flag.exists():
    flag.unlink()
    sys.exit(1)
flag.touch()
"
    .replace("FLAG", &class.home.file("flag").display().to_string());
    class
        .home
        .write("lessons/python/refuses.py", "import sys\nsys.exit(3)\n");
    class.home.write(
        "lessons/python/wavers.py",
        flaky.replace("/flag", "/other-flag"),
    );
    class.home.write(
        "lessons/exercises/four_solution.py",
        format!("{flaky}{SOLUTION}"),
    );
    class.home.write("lessons/exercises/four.py", STARTER);
    let linted = class.run(&["lint", "lessons", "--run", "--times", "2"]);
    // On a busy machine nothing is refuted.
    let refuted = "error: the claim `t-never` never holds here: does not hold here 2 of 2";
    let undecided = "warning: the claim `t-never` was never decided here: too noisy to tell 2 of 2";
    let is_refuted = linted.out.contains(refuted);
    assert!(
        is_refuted
            || linted.out.contains(undecided)
            || linted.out.contains("the claim `t-never` does not always"),
        "{linted:?}"
    );
    assert_eq!(linted.code, Some(i32::from(is_refuted)), "{linted:?}");
    let flaky =
        "warning: the solution does not always come out the same: passes 1 of 2, fails 1 of 2";
    assert!(linted.out.contains(flaky), "{}", linted.out);
    assert!(!linted.out.contains("the demo"), "{}", linted.out);
    programs_are_told(&linted);
    // Each problem is shown at once, and again in the list.
    let at_once = "  warning: the solution does not always come out the same";
    assert!(linted.err.contains(at_once), "{}", linted.err);
}

fn programs_are_told(linted: &Ended) {
    // A program may be meant to fail; the problem is one that fails only sometimes.
    let wavers = "warning: the program does not always end in the same way: \
         ran 1 of 2, failed (ended with exit code 1) 1 of 2";
    assert!(linted.out.contains(wavers), "{}", linted.out);
    assert!(!linted.out.contains("exit code 3"), "{}", linted.out);
    let refuses = "`python/refuses.py`, 2 times\n  It ended with exit code 3 each time;";
    assert!(linted.err.contains(refuses), "{}", linted.err);
}

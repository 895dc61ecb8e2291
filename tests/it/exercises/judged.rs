//! `exercise` and `check`: any program that meets the conditions passes, and others get their failed
//! conditions.

use std::fs;

use serde_json::Value as Json;

use super::{Class, POOL, SOLUTION, STARTER, verdicts};
use crate::{home::Ended, support::watchdog, terminal::Terminal};

const SUBCLASS: &str = "\
from multiprocessing import Process

class Teller(Process):
    def __init__(self, number):
        super().__init__()
        self.number = number

    def run(self):
        print('number', self.number)

if __name__ == '__main__':
    tellers = [Teller(n) for n in range(4)]
    [teller.start() for teller in tellers]
    [teller.join() for teller in tellers]
";

const SPAWNED_ONE_BY_ONE: &str = "\
import multiprocessing, sys

def tell(number):
    sys.stdout.write(str(number) + '\\n')

def main():
    context = multiprocessing.get_context('spawn')
    for number in (3, 1, 4, 5):
        child = context.Process(target=tell, args=(number,))
        child.start()
        child.join()

if __name__ == '__main__':
    main()
";

#[test]
fn a_program_passes_however_it_is_written() {
    let _guard = watchdog("programs that pass");
    let Some(class) = Class::new() else { return };
    for program in [SOLUTION, SUBCLASS, SPAWNED_ONE_BY_ONE] {
        let checked = class.checked("t-four", program);
        assert_eq!(checked["solved"], true, "{checked:#}");
    }
    let executor = "\
from concurrent.futures import ProcessPoolExecutor

def square(n):
    return n * n

if __name__ == '__main__':
    with ProcessPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(square, n) for n in range(6)]
        print([future.result() for future in futures])
";
    let asynchronous = POOL.replace(
        "pool.map(square, range(6), chunksize=1)",
        "[one.get() for one in [pool.apply_async(square, (n,)) for n in range(6)]]",
    );
    for program in [POOL, executor, &asynchronous] {
        let checked = class.checked("t-squares", program);
        assert_eq!(checked["solved"], true, "{checked:#}");
    }
}

#[test]
fn a_program_that_lacks_something_fails_there_and_nowhere_else() {
    let _guard = watchdog("programs that fail");
    let Some(class) = Class::new() else { return };
    let (good, bad) = ("holds", "not yet");
    let three = SOLUTION.replace("range(4)", "range(3)");
    let same = SOLUTION.replace("print(number", "print(7");
    let unjoined = SOLUTION.replace("one.join()", "pass");
    let failing = format!("{SOLUTION}    raise SystemExit(2)\n");
    for (program, expected) in [
        (STARTER, [bad, bad, bad, good]),
        (&three, [bad, bad, good, good]),
        (&same, [good, bad, good, good]),
        (&unjoined, [good, good, bad, good]),
        (&failing, [good, good, good, bad]),
    ] {
        let checked = class.checked("t-four", program);
        assert_eq!(verdicts(&checked), expected, "{program}\n{checked:#}");
    }
    let other = POOL.replace("n * n", "n + n");
    assert_eq!(verdicts(&class.checked("t-squares", &other)), [good, bad]);
}

#[test]
fn a_program_that_hangs_or_cannot_be_read_is_told() {
    let _guard = watchdog("programs in trouble");
    let Some(class) = Class::new() else { return };
    class.home.write("four.py", "import time\ntime.sleep(60)\n");
    let hung = class.run(&["check", "four.py", "--timeout", "2"]);
    assert_eq!(hung.code, Some(1), "{hung:?}");
    assert!(hung.out.contains("did not end in time"), "{}", hung.out);

    class.home.write("four.py", "print(\n");
    let broken = class.run(&["check", "four.py"]);
    assert_eq!(broken.code, Some(1), "{broken:?}");
    assert!(broken.out.contains("SyntaxError"), "{}", broken.out);
}

#[test]
fn what_went_wrong_is_explained_before_the_hints() {
    let _guard = watchdog("mistakes");
    let Some(class) = Class::new() else { return };
    let start = "args=(n,)) for n in range(4)";
    for (wrong, expected) in [
        ("args=(n)) for n in range(4)", "`args=(1,)`"),
        (
            "args=\"Ada\") for n in range(4)",
            "taken apart into its letters",
        ),
        (
            ") for n in range(4)",
            "missing 1 required positional argument",
        ),
        ("args=(n,) for n in range(4)", "Python can't read line"),
    ] {
        let checked = class.checked("t-four", &SOLUTION.replace(start, wrong));
        let mistake = checked["mistake"].as_str().unwrap_or_default();
        assert!(mistake.contains(expected), "{wrong}: {checked:#}");
        assert_eq!(checked["hint"], Json::Null, "{checked:#}");
    }
    let called = SOLUTION.replace("target=say, args=(n,)", "target=say(n)");
    let checked = class.checked("t-four", &called);
    let mistake = checked["mistake"].as_str().unwrap_or_default();
    assert!(mistake.contains("had no function to run"), "{checked:#}");
    let lambda = POOL.replace("map(square", "map(lambda n: n * n");
    let checked = class.checked("t-squares", &lambda);
    let mistake = checked["mistake"].as_str().unwrap_or_default();
    assert!(mistake.contains("lambda"), "{checked:#}");

    // An exception in a child is shown, although the program ends with 0.
    let failing = SOLUTION.replace("    print(number", "    print(nubmer");
    let checked = class.checked("t-four", &failing);
    let trouble = checked["trouble"].as_str().unwrap_or_default();
    assert!(trouble.contains("print(nubmer"), "{checked:#}");
    assert!(!trouble.contains("/lib/python"), "{checked:#}");
    assert_eq!(checked["hint"], "Give each its own number.");

    let other = POOL.replace("n * n", "n + n");
    let checked = class.checked("t-squares", &other);
    let difference = checked["output_difference"].as_str().unwrap_or_default();
    assert!(
        difference.contains("- [0, 1, 4, 9, 16, 25]\n+ [0, 2, 4, 6, 8, 10]"),
        "{checked:#}"
    );
}

#[test]
fn a_shorter_sleep_solves_no_exercise() {
    let _guard = watchdog("shorter sleeps");
    let Some(class) = Class::new() else { return };
    for (id, program) in [
        (
            "q2-waits",
            include_str!("../../../lessons/exercises/q2_waits.py"),
        ),
        (
            "q6-in-order",
            include_str!("../../../lessons/exercises/q6_in_order.py"),
        ),
    ] {
        let shorter = program.replace("sleep(0.15)", "sleep(0.001)");
        class.home.write("mine.py", shorter);
        let mut command =
            class.command(&["check", "mine.py", "--exercise", id, "--format", "json"]);
        let ended = Ended::from(command.env_remove("FORKLORE_LESSONS").output().unwrap());
        let checked: Json = serde_json::from_str(&ended.out).unwrap();
        let conditions = checked["conditions"].as_array().unwrap();
        let slept = conditions.iter().find(|one| {
            let condition = one["condition"].as_str().unwrap();
            condition.contains("slept_ms")
        });
        assert_eq!(slept.unwrap()["verdict"], "not yet", "{checked:#}");
        assert_eq!(checked["solved"], false);
    }
}

#[test]
fn ids_and_lesson_numbers_name_an_exercise_to_check() {
    let _guard = watchdog("names of exercises");
    let Some(class) = Class::new() else { return };
    class.run(&["exercise", "t-four"]).well();
    fs::write(class.file("four.py"), SOLUTION).unwrap();
    class.run(&["check", "t-four"]).well();
    class.run(&["check", "--exercise", "t-four"]).well();
    class.run(&["exercise", "6"]).well();
    let unsolved = class.run(&["check", "6"]);
    assert!(unsolved.out.contains("Exercise t-squares"), "{unsolved:?}");
}

#[test]
fn an_exercise_is_copied_checked_and_never_written_over() {
    let _guard = watchdog("the way of an exercise");
    let Some(class) = Class::new() else { return };
    let begun = class.run(&["exercise", "6"]).well();
    let file = class.file("four.py");
    assert!(
        begun.out.contains("forklore-exercises/four.py"),
        "{}",
        begun.out
    );
    assert!(begun.out.contains("• all are joined"), "{}", begun.out);
    assert_eq!(fs::read_to_string(&file).unwrap(), STARTER);

    let failed = class.run(&["check"]);
    assert_eq!(failed.code, Some(1), "{failed:?}");
    for expected in [
        "then `forklore check` again",
        "✗ not yet",
        "No child process was started.",
        "Hint. Create four of them.",
    ] {
        assert!(failed.out.contains(expected), "{expected}: {}", failed.out);
    }

    fs::write(&file, SOLUTION).unwrap();
    let again = class.run(&["exercise", "t-four"]).well();
    assert!(again.out.contains("with your changes"), "{}", again.out);
    assert_eq!(fs::read_to_string(&file).unwrap(), SOLUTION);
    let solved = class.run(&["check"]).well();
    assert!(
        solved
            .out
            .contains("Solved. Next: `forklore exercise t-squares`"),
        "{}",
        solved.out
    );
    assert!(
        solved.out.contains("Create, start, join."),
        "{}",
        solved.out
    );

    let fresh = class.run(&["exercise", "t-four", "--again"]).well();
    assert!(fresh.out.contains("four-2.py"), "{}", fresh.out);
    assert_eq!(
        class.run(&["check"]).code,
        Some(1),
        "the one written last is checked"
    );
    // A solved exercise stays solved, and the lesson continues with its next one.
    let list = class.run(&["exercises", "--format", "csv"]).well();
    assert!(
        list.out.contains("t-four,6,Four numbers,4,solved"),
        "{}",
        list.out
    );
    let next = class.run(&["exercise", "6"]).well();
    assert!(next.out.contains("squares.py"), "{}", next.out);
    let progress = class.run(&["progress", "--format", "json"]).well();
    assert!(progress.out.contains("\"solved\": 1"), "{}", progress.out);
}

#[test]
fn hints_at_the_prompt_come_one_at_a_time() {
    let _guard = watchdog("hints");
    let Some(class) = Class::new() else { return };
    let path = class
        .home
        .write("input", "exercise t-four\ncheck\ncheck\nhint\nsolution\n");
    let mut command = class.command(&[]);
    let ended = Ended::from(
        command
            .stdin(fs::File::open(path).unwrap())
            .output()
            .unwrap(),
    );
    let said = ended.out;
    let at = |text: &str| said.find(text).unwrap_or_else(|| panic!("{text}: {said}"));
    assert!(at("Create four of them.") < at("Look at `args`."), "{said}");
    assert!(at("Look at `args`.") < at("One of many programs"), "{said}");
    assert!(
        at("One of many programs") < at("multiprocessing.Process(target=say"),
        "{said}"
    );
}

#[test]
fn an_editor_opens_the_file_with_its_own_words_and_the_terminal_is_as_it_was() {
    let Some(class) = Class::new() else { return };
    let editor = class.home.write(
        "edit",
        "#!/bin/sh\necho \"edits $1 $2\"\nstty -echo -icanon\necho done >> \"$2\"\n",
    );
    let lessons = class.home.file("lessons").display().to_string();
    let line = format!("/bin/sh '{}' --wait", editor.display());
    let around = [
        ("FORKLORE_PYTHON", class.python.as_str()),
        ("FORKLORE_LESSONS", lessons.as_str()),
        ("EDITOR", line.as_str()),
    ];
    let mut terminal = Terminal::open(&class.home, 80, &["exercise", "t-four", "--trust"], &around);
    assert_eq!(terminal.exit_code(), 0);
    let shown = terminal.raw();
    assert!(
        shown.contains("edits --wait forklore-exercises/four.py"),
        "{shown}"
    );
    assert!(
        shown.contains("Next: ") && shown.contains("check --watch"),
        "{shown}"
    );
    assert!(terminal.is_cooked());
    let written = fs::read_to_string(class.file("four.py")).unwrap();
    assert!(written.ends_with("done\n"), "{written}");
}

#[test]
fn an_editor_that_fails_is_told_and_the_file_is_named() {
    let Some(class) = Class::new() else { return };
    let lessons = class.home.file("lessons").display().to_string();
    for (editor, expected) in [
        ("/no/such/editor", "cannot start the editor"),
        ("/bin/false", "ended with"),
        ("'open", "not understood"),
    ] {
        let around = [
            ("FORKLORE_PYTHON", class.python.as_str()),
            ("FORKLORE_LESSONS", lessons.as_str()),
            ("VISUAL", editor),
        ];
        let mut terminal =
            Terminal::open(&class.home, 80, &["exercise", "t-four", "--trust"], &around);
        assert_eq!(terminal.exit_code(), 0, "{editor}");
        let shown = terminal.raw();
        assert!(shown.contains(expected), "{editor}: {shown}");
        assert!(
            shown.contains("Open it in your editor"),
            "{editor}: {shown}"
        );
    }
}

#[test]
fn the_folder_is_where_a_setting_says() {
    let Some(class) = Class::new() else { return };
    let mut command = class.command(&["exercise", "t-four"]);
    Ended::from(
        command
            .env("FORKLORE_EXERCISES", "work/here")
            .output()
            .unwrap(),
    )
    .well();
    assert!(class.home.file("work/here/four.py").exists());
    class
        .run(&["exercise", "t-four", "--folder", "there"])
        .well();
    assert!(class.home.file("there/four.py").exists());
    class
        .home
        .write("config/forklore/config.toml", "folder = \"mine\"\n");
    class.run(&["exercise", "t-four"]).well();
    assert!(class.home.file("mine/four.py").exists());
}

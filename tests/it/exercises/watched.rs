//! `check --watch` on a terminal.

use std::fs;

use super::{Class, SOLUTION, STARTER};
use crate::{
    support::watchdog,
    terminal::{CTRL_C, Terminal},
};

fn watching(class: &Class) -> Terminal {
    let lessons = class.home.file("lessons").display().to_string();
    let around = [
        ("FORKLORE_PYTHON", class.python.as_str()),
        ("FORKLORE_LESSONS", &lessons),
    ];
    let mut terminal = Terminal::open(&class.home, 100, &["--trust"], &around);
    terminal.wait_for("❯");
    terminal.type_line("check four.py --watch");
    terminal
}

#[test]
fn every_save_is_checked_and_ctrl_c_goes_back_to_the_prompt() {
    let _guard = watchdog("watching");
    let Some(class) = Class::new() else { return };
    let file = class.home.write("four.py", STARTER);
    let mut terminal = watching(&class);
    terminal.wait_for_output("Create four of them.");
    terminal.wait_for("Watching four.py");
    fs::write(&file, SOLUTION).unwrap();
    terminal.wait_for_output("Solved.");
    // Like editors that save to a copy first: the file is removed and created again.
    fs::remove_file(&file).unwrap();
    terminal.wait_for_output("is gone");
    fs::write(&file, SOLUTION.replace("one.join()", "pass")).unwrap();
    terminal.wait_for_output("0 of 4 processes joined");
    terminal.wait_until("watches again", |screen| {
        screen.trim_end().ends_with("Ctrl-C ends this.")
    });
    terminal.type_keys(CTRL_C);
    terminal.wait_for("stopped watching");
    terminal.wait_for_line("forklore ❯");
    terminal.type_line("set trials 3");
    terminal.wait_for("trials: 3");
    terminal.type_line("quit");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn a_save_in_the_middle_of_a_check_begins_it_anew() {
    let _guard = watchdog("a save in the middle");
    let Some(class) = Class::new() else { return };
    let file = class.home.write(
        "four.py",
        "import pathlib, time\npathlib.Path('runs').touch()\ntime.sleep(50)\n",
    );
    let terminal = watching(&class);
    assert!(crate::support::eventually(|| class
        .home
        .file("runs")
        .exists()));
    fs::write(&file, SOLUTION).unwrap();
    terminal.wait_for_output("Solved.");
    assert!(!terminal.raw().contains("not yet"), "{}", terminal.raw());
}

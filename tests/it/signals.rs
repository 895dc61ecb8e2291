//! Signals, panics and the terminal.
//!
//! Some faults only occur in a program that hangs. For these, this test program starts one of its own ignored
//! tests on a terminal, as the program that hangs.

use std::{
    io::{self, Read, Write},
    sync::Arc,
    thread,
    time::Duration,
};

use forklore::{
    signals::{IdleAction, SignalTarget, Signals},
    terminal,
};
use nix::sys::{
    signal::Signal,
    termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr},
};

use crate::{
    home::Home,
    terminal::{CTRL_C, CTRL_Z, Terminal},
};

/// Runs one of the ignored tests below on a terminal.
fn open_child(home: &Home, test: &str) -> Terminal {
    let program = std::env::current_exe().unwrap();
    let name = format!("signals::{test}");
    let arguments = ["--exact", &name, "--ignored", "--nocapture"];
    Terminal::open_program(home, 80, program.to_str().unwrap(), &arguments, &[])
}

/// Prints text of the hanging program for the test that started it.
fn say(text: &str) {
    let line = format!("{text}\n");
    io::stderr().write_all(line.as_bytes()).unwrap();
}

fn make_raw() {
    let mut modes = tcgetattr(io::stdin()).unwrap();
    cfmakeraw(&mut modes);
    tcsetattr(io::stdin(), SetArg::TCSANOW, &modes).unwrap();
}

#[test]
#[ignore = "runs on a terminal, started by the test below"]
fn panics_in_raw_mode() {
    terminal::remember_modes();
    terminal::restore_before_panics();
    make_raw();
    say("ready");
    let mut key = [0];
    io::stdin().read_exact(&mut key).unwrap();
    panic!("line one\nline two: {key:?}");
}

#[test]
fn a_panic_in_raw_mode_leaves_the_terminal_as_it_was() {
    let home = Home::new();
    let mut child = open_child(&home, "panics_in_raw_mode");
    child.wait_for("ready");
    assert!(!child.is_cooked());
    child.type_keys("x");
    child.wait_for("line one\nline two");
    child.exit_code();
    assert!(child.is_cooked());
}

/// A demo that ignores a request to stop.
struct Stubborn;

impl SignalTarget for Stubborn {
    fn stop(&self, why: &str) {
        say(&format!("asked to stop: {why}"));
    }

    fn kill(&self) {
        say("children killed");
    }

    fn suspend(&self) {
        say("children suspended");
    }

    fn resume(&self) {
        say("children resumed");
    }
}

#[test]
#[ignore = "runs on a terminal, started by the tests below"]
fn does_not_stop() {
    terminal::remember_modes();
    let signals = Signals::install_handlers().unwrap();
    signals.set_idle_action(IdleAction::Stay(String::new()));
    let _watch = signals.watch_run(Arc::new(Stubborn), None);
    say("stuck");
    loop {
        thread::sleep(Duration::from_secs(1));
    }
}

#[test]
#[ignore = "runs on a terminal, started by a test below"]
fn does_not_stop_at_its_limit() {
    let signals = Signals::install_handlers().unwrap();
    let _watch = signals.watch_run(Arc::new(Stubborn), Some(Duration::from_millis(10)));
    loop {
        thread::sleep(Duration::from_secs(1));
    }
}

#[test]
fn a_second_ctrl_c_leaves_at_once_and_says_so() {
    let home = Home::new();
    let mut child = open_child(&home, "does_not_stop");
    child.wait_for("stuck");
    child.type_keys(CTRL_C);
    child.wait_for("asked to stop: interrupted by Ctrl-C");
    assert!(child.screen().contains("Ctrl-C again leaves at once"));
    // A press that follows too fast comes from a held key.
    thread::sleep(Duration::from_millis(400));
    child.type_keys(CTRL_C);
    assert_eq!(child.exit_code(), 130);
    let screen = child.screen();
    assert!(
        screen.contains("children killed") && screen.contains("forced"),
        "{screen}"
    );
}

#[test]
fn a_signal_that_ends_it_ends_its_children_first() {
    let home = Home::new();
    for (signal, code) in [(Signal::SIGTERM, 143), (Signal::SIGHUP, 129)] {
        let mut child = open_child(&home, "does_not_stop");
        child.wait_for("stuck");
        child.signal(signal);
        assert_eq!(child.exit_code(), code);
        assert!(
            child.screen().contains("children killed"),
            "{}",
            child.screen()
        );
    }
}

#[test]
fn a_run_that_ignores_its_time_limit_ends_the_program() {
    let home = Home::new();
    let mut child = open_child(&home, "does_not_stop_at_its_limit");
    child.wait_for("asked to stop: time limit of 0.01 s");
    assert_eq!(child.exit_code(), 1);
    assert!(
        child.screen().contains("did not stop at its time limit"),
        "{}",
        child.screen()
    );
}

#[test]
fn ctrl_z_stops_a_run_with_its_children_and_both_go_on_together() {
    let home = Home::new();
    let mut shell = Terminal::open_program(&home, 80, "/bin/sh", &["-i"], &[("PS1", "shell> ")]);
    shell.wait_for_line("shell>");
    let program = std::env::current_exe().unwrap();
    let arguments = "--exact signals::does_not_stop --ignored --nocapture";
    shell.type_line(&format!("{} {arguments}", program.display()));
    shell.wait_for("stuck");
    shell.type_keys(CTRL_Z);
    shell.wait_for("children suspended");
    shell.wait_for_line("shell>");
    shell.type_line("fg");
    shell.wait_for("children resumed");
    shell.type_keys(CTRL_C);
    shell.wait_for("asked to stop: interrupted by Ctrl-C");
    thread::sleep(Duration::from_millis(400));
    shell.type_keys(CTRL_C);
    shell.wait_for("forced");
    shell.wait_for_line("shell>");
}

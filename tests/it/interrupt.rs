//! Stopping running demos with Ctrl-C, time limits, Ctrl-Z and signals. No process is left running.

use std::{
    fs,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use forklore::measure;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{
    home::{EXE, Ended, Home},
    support::{assert_gone, eventually, lives, watchdog},
    terminal::{CTRL_C, CTRL_Z, Terminal},
};

/// A demo that runs for hours, in two processes.
const LONG: &str = "run parallel --backends processes --workers 2 --trials 1 --size 1000000000000";

/// The live child processes of a process.
pub fn children_of(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| parent_of(*pid) == Some(parent) && lives(*pid))
        .collect()
}

fn parent_of(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

fn state_of(pid: u32) -> String {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .map_or("", |(_, rest)| &rest[..1])
        .to_owned()
}

/// Waits until the demo's two workers are working.
#[track_caller]
fn workers_of(parent: u32) -> Vec<u32> {
    let are_busy = || {
        let workers = children_of(parent);
        workers.len() == 2 && workers.into_iter().all(has_worked)
    };
    assert!(eventually(are_busy), "the workers never ran");
    children_of(parent)
}

/// Whether a process has computed for a tenth of a second, so that its start is over.
fn has_worked(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks = fields
        .split(' ')
        .nth(11)
        .and_then(|ticks| ticks.parse().ok());
    ticks.is_some_and(|ticks: u32| ticks >= 10)
}

fn start(home: &Home, line: &str) -> Child {
    home.command(&line.split(' ').collect::<Vec<_>>())
        .spawn()
        .unwrap()
}

fn send(pid: u32, signal: Signal) {
    kill(Pid::from_raw(pid as i32), signal).unwrap();
}

#[test]
fn ctrl_c_stops_a_demo_and_returns_to_the_prompt_with_what_it_has() {
    let home = Home::new();
    let mut terminal = Terminal::open(&home, 80, &[], &[]);
    terminal.wait_for_line("forklore ❯");
    terminal.type_line(LONG);
    let workers = workers_of(terminal.pid());
    terminal.type_keys(CTRL_C);
    terminal.wait_for_line("forklore ❯");
    assert_gone(&workers);
    terminal.type_line("last --format plain");
    terminal.wait_for_output("interrupted by Ctrl-C");
    terminal.type_line("save kept.jsonl");
    terminal.wait_for_output("replay kept.jsonl");
    terminal.type_line("quit");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn what_is_typed_while_a_demo_runs_is_not_shown_and_answers_nothing() {
    let home = Home::new();
    let mut terminal = Terminal::open(&home, 80, &[], &[]);
    terminal.wait_for_line("forklore ❯");
    terminal.type_line(LONG);
    let workers = workers_of(terminal.pid());
    terminal.type_line("set trials 3");
    // A signal and not the key, which would make the terminal discard typed input.
    terminal.signal(Signal::SIGINT);
    terminal.wait_for_line("forklore ❯");
    assert_gone(&workers);
    terminal.type_line("set trials 4");
    terminal.wait_for_output("trials: 4");
    let raw = terminal.raw();
    assert!(
        !raw.contains("trials 3") && !raw.contains("trials: 3"),
        "{raw}"
    );
}

#[test]
fn an_interrupt_of_a_single_run_shows_and_saves_what_it_has_and_ends_with_130() {
    let home = Home::new();
    let child = start(&home, &format!("{LONG} --save kept.jsonl"));
    let workers = workers_of(child.id());
    send(child.id(), Signal::SIGINT);
    let ended = Ended::from(child.wait_with_output().unwrap());
    assert_eq!(ended.code, Some(130), "{ended:?}");
    assert_gone(&workers);
    let replayed = home.run(&["replay", "kept.jsonl"]).well().out;
    for out in [ended.out, replayed] {
        assert!(out.contains("interrupted by Ctrl-C"), "{out}");
    }
}

#[test]
fn a_time_limit_ends_a_demo_and_says_so() {
    let home = Home::new();
    let mut child = start(&home, &format!("{LONG} --timeout 2"));
    let workers = workers_of(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_gone(&workers);
    let ended = Ended::from(child.wait_with_output().unwrap());
    assert!(ended.out.contains("time limit of 2 s"), "{ended:?}");
}

#[test]
fn a_worker_that_was_stopped_is_ended_by_the_time_limit() {
    let home = Home::new();
    let child = start(&home, &format!("{LONG} --timeout 2"));
    let workers = workers_of(child.id());
    for pid in &workers {
        send(*pid, Signal::SIGSTOP);
    }
    let ended = Ended::from(child.wait_with_output().unwrap());
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_gone(&workers);
}

#[test]
fn termination_hang_up_and_murder_leave_no_worker_behind() {
    let home = Home::new();
    let ends = [
        (Signal::SIGTERM, Some(143)),
        (Signal::SIGHUP, Some(129)),
        (Signal::SIGKILL, None),
    ];
    for (signal, code) in ends {
        let mut command = home.command(&LONG.split(' ').collect::<Vec<_>>());
        let mut child = command.env("XDG_RUNTIME_DIR", home.path()).spawn().unwrap();
        let workers = workers_of(child.id());
        assert_eq!(home.folders("forklore-mp-"), 1);
        send(child.id(), signal);
        assert_eq!(child.wait().unwrap().code(), code, "{signal}");
        assert_gone(&workers);
        // The folder of the last process, which was killed: the next run removes it.
        assert_eq!(
            home.folders("forklore-mp-"),
            usize::from(code.is_none()),
            "{signal}"
        );
    }
}

#[test]
fn a_run_that_ends_well_leaves_no_folder() {
    let home = Home::new();
    for _ in 0..10 {
        let mut command = home.command(&["run", "numbers", "--workers", "2"]);
        let output = command.env("XDG_RUNTIME_DIR", home.path()).output();
        Ended::from(output.unwrap()).well();
        assert_eq!(home.folders("forklore-mp-"), 0);
    }
}

#[test]
fn a_signal_that_was_ignored_before_stays_ignored() {
    let home = Home::new();
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &format!("trap '' HUP INT; exec {EXE} {LONG}")]);
    command.env_clear().envs(home.environment());
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let workers = workers_of(child.id());
    send(child.id(), Signal::SIGHUP);
    send(child.id(), Signal::SIGINT);
    send(child.id(), Signal::SIGTERM);
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert_gone(&workers);
}

#[test]
fn ctrl_z_stops_the_workers_too_and_all_go_on_together() {
    let home = Home::new();
    let mut shell = Terminal::open_program(&home, 80, "/bin/sh", &["-i"], &[("PS1", "shell> ")]);
    shell.wait_for_line("shell>");
    shell.type_line(&format!("{EXE} {LONG}"));
    let job = || children_of(shell.pid());
    assert!(eventually(|| job().len() == 1));
    let parent = job()[0];
    let workers = workers_of(parent);
    shell.type_keys(CTRL_Z);
    shell.wait_for_line("shell>");
    let all = |state: &str| {
        eventually(|| {
            workers
                .iter()
                .chain([&parent])
                .all(|pid| state.contains(&state_of(*pid)))
        })
    };
    assert!(all("T"), "somebody runs on");
    shell.type_line("fg");
    assert!(all("RS"), "somebody stays stopped");
    shell.type_keys(CTRL_C);
    shell.wait_for_output("interrupted by Ctrl-C");
    shell.wait_for_line("shell>");
    assert_gone(&workers);
}

#[test]
fn ctrl_z_at_the_prompt_stops_and_goes_on_with_the_line() {
    let home = Home::new();
    let mut shell = Terminal::open_program(&home, 80, "/bin/sh", &["-i"], &[("PS1", "shell> ")]);
    shell.wait_for_line("shell>");
    shell.type_line(EXE);
    shell.wait_for_line("forklore ❯");
    shell.type_keys("set tri");
    shell.wait_for_line("forklore ❯ set trials");
    shell.type_keys(CTRL_Z);
    shell.wait_for_line("shell>");
    assert!(shell.is_cooked());
    shell.type_line("fg");
    shell.wait_for_line("forklore ❯ set trials");
    shell.type_line("als 3");
    shell.wait_for("trials: 3");
}

#[test]
fn every_demo_stops_when_it_is_asked_to() {
    let home = Home::new();
    for demo in forklore::catalog::demo_names() {
        let child = start(&home, &format!("run {demo} --format json"));
        // At this time it may be starting, running, or finished.
        std::thread::sleep(std::time::Duration::from_millis(100));
        let pid = child.id();
        send(pid, Signal::SIGINT);
        let ended = Ended::from(child.wait_with_output().unwrap());
        assert!(matches!(ended.code, Some(0 | 130)), "{demo}: {ended:?}");
        assert_eq!(children_of(pid), [0_u32; 0], "{demo}");
    }
}

#[test]
fn no_worker_outlives_a_parent_that_is_killed_while_it_starts_workers() {
    let _guard = watchdog("a parent killed early");
    let home = Home::new();
    let folder = home.path().display().to_string();
    // Each of its workers has the folder of this test in its environment.
    let workers = || measure::pids_with_environment("HOME", &folder);
    for round in 0..40 {
        let mut parent = home
            .command(&["run", "numbers", "--repeat", "100000", "--python", "none"])
            .spawn()
            .unwrap();
        assert!(eventually(|| workers().len() > 1), "none was started");
        thread::sleep(Duration::from_micros(150) * round);
        parent.kill().unwrap();
        parent.wait().unwrap();
        assert!(eventually(|| workers().is_empty()), "{:?}", workers());
    }
}

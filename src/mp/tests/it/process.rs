//! `Process`: its life, its ends, its output.

use std::time::Duration;

use forklore_mp::{Callable, Context, Error, Launcher, ProcessExit};
use serde::{Serialize, de::DeserializeOwned};

use super::{METHOD, context};
use crate::support::{Lines, lives, watchdog};
use crate::targets;

/// Runs one function in a process of its own: exit code, standard output, standard error.
fn ended<F, Args, Kind>(function: F, arguments: Args) -> (Option<i32>, String, String)
where
    F: Callable<Args, Kind>,
    Args: Serialize + DeserializeOwned + Send + 'static,
{
    let _guard = watchdog("a process");
    let lines = Lines::default();
    let mp = context();
    let mut process = mp.process(function, arguments);
    process.on_output(lines.handler());
    process.start().unwrap();
    process.join().unwrap();
    let said = |stderr| {
        let lines = lines.all();
        let said = lines.iter().filter(|line| line.stderr == stderr);
        said.map(|line| line.text.clone() + "\n")
            .collect::<String>()
    };
    (process.exitcode(), said(false), said(true))
}

#[test]
fn a_process_lives_and_ends() {
    let _guard = watchdog("a life");
    let mp = context();
    let mut process = mp.process(targets::sleep, (50,));
    assert_eq!((process.pid(), process.is_alive()), (None, false));
    assert!(matches!(process.join(), Err(Error::NotStarted { .. })));
    process.start().unwrap();
    let pid = process.pid().unwrap();
    assert!(process.is_alive());
    assert_eq!(mp.live_children(), [pid]);
    assert_eq!(process.exitcode(), None);
    assert!(matches!(process.start(), Err(Error::AlreadyStarted { .. })));
    process.join().unwrap();
    assert_eq!(process.exitcode(), Some(0));
    assert_eq!((process.pid(), process.is_alive()), (Some(pid), false));
    assert!(mp.live_children().is_empty());
}

#[test]
fn names_count_constructions() {
    let mp = context();
    let first = mp.process(targets::nothing, ());
    let mut second = mp.process(targets::nothing, ());
    second.set_name("my own");
    let third = mp.process(targets::nothing, ());
    assert_eq!(
        [first.name(), second.name(), third.name()],
        ["Process-1", "my own", "Process-3"]
    );
}

#[test]
fn each_end_has_pythons_exit_code() {
    assert_eq!(ended(targets::nothing, ()).0, Some(0));
    assert_eq!(ended(targets::exits, (7,)).0, Some(7));
    assert_eq!(ended(targets::aborts, ()).0, Some(-6));
    assert_eq!(ended(targets::segfaults, ()).0, Some(-11));
}

#[test]
fn a_failure_and_a_panic_are_exit_code_1_and_a_message() {
    let (code, _, stderr) = ended(targets::fails, ("no luck".to_owned(),));
    assert_eq!((code, &*stderr), (Some(1), "Process Process-1:\nno luck\n"));
    let (code, _, stderr) = ended(targets::panics, ("oh dear".to_owned(),));
    assert_eq!(code, Some(1));
    assert!(stderr.starts_with("Process Process-1:\npanicked at src/mp/tests/it/targets/"));
    assert!(stderr.ends_with(": oh dear\n"));
    assert_eq!(stderr.matches("oh dear").count(), 1, "said once: {stderr}");
}

#[test]
fn what_it_prints_arrives_line_by_line() {
    let (_, stdout, stderr) = ended(targets::say, ("hello".to_owned(),));
    assert_eq!(stdout, "Process-1: hello\n");
    assert_eq!(stderr, "Process-1: hello (error)\n");
}

#[test]
fn a_flood_takes_time_and_no_memory() {
    let _guard = watchdog("a flood");
    let mp = context();
    for as_lines in [true, false] {
        let seen = std::sync::Arc::new(std::sync::Mutex::new((0_u64, 0)));
        let counted = seen.clone();
        let mut process = mp.process(targets::flood, (100_000_000, as_lines));
        process.on_output(move |line| {
            let mut seen = counted.lock().unwrap();
            seen.0 += line.text.len() as u64 + u64::from(!line.cut);
            seen.1 = line.text.len().max(seen.1);
        });
        process.start().unwrap();
        process.join().unwrap();
        assert_eq!(process.exitcode(), Some(0));
        let (bytes, longest) = *seen.lock().unwrap();
        assert!(bytes >= 100_000_000, "{bytes}");
        assert!(longest <= 64 * 1024);
    }
}

#[test]
fn terminate_and_kill_end_it() {
    let _guard = watchdog("terminate and kill");
    let mp = context();
    for (kill, exitcode) in [(false, -15), (true, -9)] {
        let mut process = mp.process(targets::spin, ());
        process.start().unwrap();
        assert!(!process.join_timeout(Duration::from_millis(20)).unwrap());
        if kill {
            process.kill().unwrap();
        } else {
            process.terminate().unwrap();
        }
        assert!(process.join_timeout(Duration::from_secs(30)).unwrap());
        assert_eq!(process.exitcode(), Some(exitcode));
        assert_eq!(process.exit(), Some(ProcessExit::Signal(-exitcode)));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn its_figures_are_read_at_its_end() {
    let _guard = watchdog("figures");
    let mp = context();
    let mut process = mp.process(targets::spin, ());
    process.start().unwrap();
    process.join_timeout(Duration::from_millis(50)).unwrap();
    process.kill().unwrap();
    process.join().unwrap();
    let usage = process.usage().unwrap();
    assert!(usage.cpu.unwrap() > Duration::from_millis(1));
    assert!(usage.voluntary_switches.is_some());
}

#[test]
fn stop_all_ends_every_child_and_lets_none_start() {
    let _guard = watchdog("stop_all");
    let mp = context();
    let mut process = mp.process(targets::spin, ());
    process.start().unwrap();
    mp.stop_all();
    process.join().unwrap();
    assert_eq!(process.exitcode(), Some(-9));
    let mut late = mp.process(targets::nothing, ());
    assert!(matches!(late.start(), Err(Error::Stopped)));
}

#[cfg(target_os = "linux")]
#[test]
fn a_suspended_child_does_nothing_until_it_is_continued() {
    let _guard = watchdog("suspend");
    let mp = context();
    let mut process = mp.process(targets::sleep, (100,));
    process.start().unwrap();
    mp.suspend_all();
    assert!(!process.join_timeout(Duration::from_millis(300)).unwrap());
    mp.continue_all();
    process.join().unwrap();
    assert_eq!(process.exitcode(), Some(0));
}

#[test]
fn a_daemon_ends_with_its_context_and_others_are_waited_for() {
    let _guard = watchdog("the end of a context");
    let mp = context();
    let mut daemon = mp.process(targets::spin, ());
    daemon.set_daemon(true).start().unwrap();
    let mut worker = mp.process(targets::sleep, (100,));
    worker.start().unwrap();
    let pids = [daemon.pid().unwrap(), worker.pid().unwrap()];
    drop((daemon, worker));
    assert!(pids.iter().all(|&pid| lives(pid)));
    drop(mp);
    assert!(!pids.iter().any(|&pid| lives(pid)));
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_child_leaves_behind_ends_with_it() {
    let _guard = watchdog("a grandchild");
    let began = std::time::Instant::now();
    let (code, ..) = ended(targets::leaves_a_grandchild, ());
    assert_eq!(code, Some(0));
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "it was waited for"
    );
}

#[test]
fn an_unknown_target_is_an_error_in_the_parent() {
    fn unlisted() {}
    let _guard = watchdog("an unknown target");
    let mp = context();
    let error = mp.process(unlisted, ()).start().unwrap_err();
    assert!(matches!(error, Error::UnknownTarget { .. }));
    assert!(
        error.to_string().contains("Target::new(unlisted)"),
        "{error}"
    );
    let error = mp.process(|| {}, ()).start().unwrap_err();
    assert!(matches!(error, Error::NotAFunction { .. }), "{error}");
    assert!(mp.live_children().is_empty());
}

#[test]
fn a_program_that_is_not_there_is_an_error() {
    let mp = Context::with_launcher(METHOD, Launcher::new("/nowhere/forklore"));
    let error = mp.process(targets::nothing, ()).start().unwrap_err();
    assert!(
        error.to_string().starts_with("cannot start ")
            && error.to_string().contains("No such file"),
        "{error}"
    );
}

#[test]
fn large_arguments_arrive() {
    let _guard = watchdog("large arguments");
    let mp = context();
    let mut process = mp.process(targets::echo_bytes, (vec![7; 50_000_000],));
    process.start().unwrap();
    process.join().unwrap();
    assert_eq!(process.exitcode(), Some(0));
}

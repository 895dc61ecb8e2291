//! Nothing is left behind: after many starts, after refusals, after the parent's death.

use std::{
    fs,
    io::Write,
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Command, Stdio},
};

use forklore_mp::Error;

use super::{METHOD, context};
use crate::support::{EXE, Lines, eventually, lives, watchdog};
use crate::targets;

/// Runs a target that is itself a parent; its lines.
fn sacrificed<F, Args, Kind>(function: F, arguments: Args) -> Vec<String>
where
    F: forklore_mp::Callable<Args, Kind>,
    Args: serde::Serialize + serde::de::DeserializeOwned + Send + 'static,
{
    let lines = Lines::default();
    let mp = context();
    let mut process = mp.process(function, arguments);
    process.on_output(lines.handler());
    process.start().unwrap();
    process.join().unwrap();
    let lines: Vec<_> = lines.all().into_iter().map(|line| line.text).collect();
    assert_eq!(process.exitcode(), Some(0), "{lines:?}");
    lines
}

#[test]
fn a_thousand_starts_leave_nothing_behind() {
    let _guard = watchdog("a thousand starts");
    sacrificed(targets::cycle, (METHOD, 1000));
}

#[test]
fn no_worker_outlives_a_killed_parent() {
    let _guard = watchdog("a killed parent");
    let lines = Lines::default();
    let mp = context();
    let mut parent = mp.process(targets::keep_three, (METHOD,));
    parent.on_output(lines.handler());
    parent.start().unwrap();
    assert!(eventually(|| !lines.all().is_empty()));
    let pids = lines.all()[0].text.clone();
    let pids: Vec<u32> = pids.split(' ').map(|pid| pid.parse().unwrap()).collect();
    assert!(pids.len() >= 3, "{pids:?}");
    assert!(pids.iter().all(|&pid| lives(pid)));
    parent.kill().unwrap();
    parent.join().unwrap();
    assert!(
        eventually(|| !pids.iter().any(|&pid| lives(pid))),
        "{pids:?}"
    );
}

#[test]
fn a_worker_whose_parent_is_gone_before_it_listens_ends() {
    let _guard = watchdog("a parent that is gone");
    let folder = tempfile::tempdir().unwrap();
    let token = "0".repeat(32);
    let mut worker = Command::new(EXE)
        .arg("--mp-worker")
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lifeline = worker.stdin.take().unwrap();
    writeln!(lifeline, "1/0 {token} {}", folder.path().display()).unwrap();
    drop(lifeline);
    // Its hello finds a reader, so only the lifeline tells it.
    assert_eq!(worker.wait().unwrap().signal(), Some(9));
}

#[test]
fn too_few_descriptors_are_one_clear_error() {
    let _guard = watchdog("too few descriptors");
    let said = sacrificed(targets::ask_too_much, (METHOD, Some(128), None));
    assert!(said[0].contains("of 200 workers started"), "{said:?}");
    assert!(said[0].contains("more file descriptors"), "{said:?}");
    assert_eq!(said[1], "[1, 4, 9, 16, 25]");
}

#[test]
fn too_few_processes_are_one_clear_error() {
    let _guard = watchdog("too few processes");
    let said = sacrificed(targets::ask_too_much, (METHOD, None, Some(20)));
    assert!(said[0].contains("of 200 workers started"), "{said:?}");
    assert_eq!(said[1], "[1, 4, 9, 16, 25]");
}

#[test]
fn two_hundred_workers_work_or_are_refused() {
    let _guard = watchdog("200 workers");
    let mp = context();
    match mp.pool(200) {
        Ok(pool) => {
            assert_eq!(pool.worker_pids().len(), 200);
            assert_eq!(
                pool.map_chunked(targets::square, 0..1000, 1).unwrap()[999],
                999 * 999
            );
        }
        Err(error) => assert!(matches!(error, Error::PoolStart { .. }), "{error}"),
    }
    assert!(mp.live_children().is_empty());
}

#[test]
fn nothing_secret_is_seen_from_outside() {
    let _guard = watchdog("secrets");
    let mp = context();
    let pool = mp.pool(1).unwrap();
    let pid = pool.worker_pids()[0];
    let arguments = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap();
    let arguments: Vec<_> = arguments.split_terminator('\0').collect();
    assert_eq!(arguments[1..], ["--mp-worker"]);
    let sorted = |pid: String| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap();
        let mut environment: Vec<_> = environment
            .split(|byte| *byte == 0)
            .map(<[u8]>::to_vec)
            .collect();
        environment.sort();
        environment
    };
    assert_eq!(
        sorted(pid.to_string()),
        sorted("self".into()),
        "it inherits ours, no more"
    );
}

#[test]
fn output_that_nobody_handles_is_passed_on_line_by_line() {
    let _guard = watchdog("passing on");
    let mut said = sacrificed(targets::pass_on, (METHOD,));
    said.sort();
    assert_eq!(said, ["Process-1: hello", "Process-1: hello (error)"]);
}

#[test]
fn waiting_takes_no_core() {
    let _guard = watchdog("waiting");
    sacrificed(targets::wait_idly, (METHOD,));
}

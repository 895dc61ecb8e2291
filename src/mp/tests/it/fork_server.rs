//! What only a fork server can get wrong.

use std::fs;

use forklore_mp::StartMethod;
use nix::sys::signal::Signal;

use crate::support::{Lines, context_of, watchdog};
use crate::targets;

/// What a process says that loses its fork server.
fn loses_fork_server(signal: Signal) -> Vec<String> {
    let _guard = watchdog("a lost fork server");
    let lines = Lines::default();
    let mut process =
        context_of(StartMethod::Spawn).process(targets::lose_fork_server, (signal as i32,));
    process.on_output(lines.handler());
    process.start().unwrap();
    process.join().unwrap();
    let said: Vec<_> = lines.all().into_iter().map(|line| line.text).collect();
    assert_eq!(process.exitcode(), Some(0), "{said:?}");
    said
}

#[test]
fn a_killed_fork_server_is_reported_and_replaced_and_its_workers_end() {
    let said = "cannot start Process-2: the fork server (pid N) has ended (killed by signal 9 (SIGKILL)), and its \
                workers with it";
    assert_eq!(
        loses_fork_server(Signal::SIGKILL),
        [said, "its worker: Some(-9)"]
    );
}

#[test]
fn a_stopped_fork_server_is_given_up_and_replaced_and_its_workers_end() {
    let said = loses_fork_server(Signal::SIGSTOP);
    assert!(
        said[0].starts_with("the fork server (pid N) did not answer within "),
        "{said:?}"
    );
    assert_eq!(said[1], "its worker: Some(-9)");
}

#[test]
fn a_forked_worker_is_like_a_spawned_one() {
    let _guard = watchdog("a forked worker");
    let spawned = look_at_worker(StartMethod::Spawn);
    assert_eq!(look_at_worker(StartMethod::ForkServer), spawned);
}

/// Whether its parent is this process, and its group its own; how many descriptors and threads it has; what signals it
/// ignores.
fn look_at_worker(method: StartMethod) -> (bool, bool, usize, usize, String) {
    let mp = context_of(method);
    // Not the first, so that the fork server has other workers when it forks it.
    let _others = mp.pool(3).unwrap();
    let mut process = mp.process(targets::sleep, (60_000,));
    process.set_daemon(true).start().unwrap();
    let pid = process.pid().unwrap();
    let read = |file: &str| fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap();
    let count = |folder: &str| {
        fs::read_dir(format!("/proc/{pid}/{folder}"))
            .unwrap()
            .count()
    };
    let stat = read("stat");
    let fields: Vec<u32> = stat
        .rsplit_once(") ")
        .unwrap()
        .1
        .split(' ')
        .skip(1)
        .take(2)
        .map(|field| field.parse().unwrap())
        .collect();
    let ignored = read("status");
    let ignored = ignored
        .lines()
        .find(|line| line.starts_with("SigIgn"))
        .unwrap();
    (
        fields[0] == std::process::id(),
        fields[1] == pid,
        count("fd"),
        count("task"),
        ignored.to_owned(),
    )
}

#[test]
fn the_same_context_can_start_processes_both_ways() {
    let _guard = watchdog("both ways");
    let spawning = context_of(StartMethod::Spawn);
    let forking = spawning.with_start_method(StartMethod::ForkServer);
    for mp in [&spawning, &forking] {
        let mut process = mp.process(targets::sleep, (60_000,));
        process.set_daemon(true).start().unwrap();
    }
    assert_eq!(
        forking.live_children().len(),
        2,
        "a fork server is no child of the program"
    );
    forking.stop_all();
    assert!(spawning.is_stopped());
}

#[test]
fn forked_workers_draw_different_random_numbers() {
    let _guard = watchdog("random numbers");
    let pool = context_of(StartMethod::ForkServer).pool(4).unwrap();
    let mut folders = pool.map_chunked(targets::make_folder, [100; 4], 1).unwrap();
    folders.sort();
    folders.dedup();
    assert_eq!(folders.len(), 4, "{folders:?}");
}

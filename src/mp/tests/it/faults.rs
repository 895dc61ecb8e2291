//! Workers that die, hang, or never become workers.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use forklore_mp::{Bytes, Context, Error, Launcher, ProcessExit, TaskErrorCause};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{METHOD, context};
use crate::support::{eventually, lives, watchdog};
use crate::targets::{
    self,
    trap::{self, FaultTrap, TrapFault, TrapPhase},
};

fn send(pid: u32, signal: Signal) {
    kill(Pid::from_raw(pid as i32), signal).unwrap();
}

fn set_trap(stage: TrapPhase, fault: TrapFault, bytes: usize) -> FaultTrap {
    FaultTrap {
        stage,
        fault,
        weight: Bytes(vec![1; bytes]),
    }
}

/// What must become of a task that steps on a trap.
fn is_right(stage: TrapPhase, fault: TrapFault, cause: &TaskErrorCause) -> bool {
    match (fault, stage) {
        (TrapFault::Crash, _) => *cause == TaskErrorCause::Died(ProcessExit::Signal(11)),
        (TrapFault::Abort, _) => *cause == TaskErrorCause::Died(ProcessExit::Signal(6)),
        (TrapFault::Kill, _) => *cause == TaskErrorCause::Died(ProcessExit::Signal(9)),
        (TrapFault::Exit, _) => *cause == TaskErrorCause::Died(ProcessExit::Code(5)),
        (TrapFault::Error, TrapPhase::Decoding) => {
            matches!(cause, TaskErrorCause::ArgumentsUnreadable(_))
        }
        (TrapFault::Error, TrapPhase::Encoding) => {
            matches!(cause, TaskErrorCause::ResultUnsendable(_))
        }
        (TrapFault::Error, _) => *cause == TaskErrorCause::Failed("the trap went off".into()),
        (TrapFault::Panic, _) => {
            matches!(cause, TaskErrorCause::Panicked { message, .. } if message == "the trap went off")
        }
    }
}

fn crash_matrix(bytes: usize, others: usize) {
    let mp = context();
    let pool = mp.pool(2).unwrap();
    for stage in [TrapPhase::Decoding, TrapPhase::Running, TrapPhase::Encoding] {
        for fault in [
            TrapFault::Crash,
            TrapFault::Abort,
            TrapFault::Exit,
            TrapFault::Error,
            TrapFault::Panic,
            TrapFault::Kill,
        ] {
            let _guard = watchdog("the crash matrix");
            let mut tasks = vec![set_trap(TrapPhase::Never, fault, bytes); others + 1];
            tasks[others / 2] = set_trap(stage, fault, bytes);
            let each = pool.imap(trap::step_on, tasks).unwrap();
            for (task, result) in each.chunksize(others + 1).enumerate() {
                match result {
                    Ok(_) => assert_ne!(task, others / 2, "{stage:?} {fault:?} went unnoticed"),
                    Err(error) => {
                        assert_eq!(error.task, task);
                        assert_eq!(task, others / 2, "{stage:?} {fault:?} hit another: {error}");
                        assert!(is_right(stage, fault, &error.cause), "{stage:?}: {error}");
                        assert!(error.worker.as_ref().unwrap().pid > 0);
                    }
                }
            }
            assert_eq!(
                pool.apply(targets::square, (3,)).unwrap(),
                9,
                "after {stage:?} {fault:?}"
            );
        }
    }
    assert_eq!(pool.worker_pids().len(), 2, "each was replaced");
}

#[test]
fn only_the_task_that_kills_its_worker_fails() {
    crash_matrix(10, 6);
}

#[test]
fn only_the_large_task_that_kills_its_worker_fails() {
    crash_matrix(50_000_000, 0);
}

#[test]
fn a_worker_killed_from_outside_costs_one_task() {
    let _guard = watchdog("a kill from outside");
    let mp = context();
    let pool = &mp.pool(2).unwrap();
    let victim = pool.worker_pids()[0];
    let each = std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(150));
            send(victim, Signal::SIGKILL);
        });
        let each = pool.imap(targets::sleep, [60; 12]).unwrap();
        each.chunksize(3).collect::<Vec<_>>()
    });
    let failed: Vec<_> = each
        .iter()
        .filter_map(|result| result.as_ref().err())
        .collect();
    let [error] = failed[..] else {
        panic!("{failed:?}")
    };
    assert_eq!(error.cause, TaskErrorCause::Died(ProcessExit::Signal(9)));
    assert_eq!(error.worker.as_ref().unwrap().pid, victim);
}

#[test]
fn a_worker_that_dies_idle_costs_nothing() {
    let _guard = watchdog("an idle death");
    let mp = context();
    let pool = mp.pool(2).unwrap();
    let pids = pool.worker_pids();
    for &pid in &pids {
        send(pid, Signal::SIGKILL);
        assert!(eventually(|| !lives(pid)));
    }
    assert_eq!(pool.map(targets::square, 0..10).unwrap()[9], 81);
    assert!(!pool.worker_pids().iter().any(|pid| pids.contains(pid)));
    let exits: Vec<_> = pool.workers()[..2]
        .iter()
        .map(|worker| worker.exit.unwrap())
        .collect();
    assert_eq!(exits, [ProcessExit::Signal(9); 2]);
}

#[test]
fn a_pool_whose_workers_keep_dying_gives_up() {
    let _guard = watchdog("a broken pool");
    let mp = context();
    let pool = mp.pool(2).unwrap();
    // The first worker is busy. The idle one dies, and each that replaces it, with no task to blame.
    let waiting = pool.apply_async(targets::spin, ()).unwrap();
    let busy = pool.worker_pids()[0];
    while !waiting.ready() {
        for pid in pool.worker_pids().into_iter().filter(|pid| *pid != busy) {
            // It may have been collected already.
            let _ = kill(Pid::from_raw(pid as i32), Signal::SIGKILL);
            eventually(|| !lives(pid));
        }
    }
    let lost = waiting.get();
    assert!(matches!(&lost, Err(Error::PoolBroken { .. })), "{lost:?}");
    let after = pool.map(targets::square, 0..3);
    assert!(matches!(&after, Err(Error::PoolBroken { .. })), "{after:?}");
    assert!(eventually(|| mp.live_children().is_empty()));
}

/// A program, written for the occasion, that is started as if it were a worker.
struct Stub(PathBuf);

impl Stub {
    fn new(name: &str, script: &str) -> Self {
        let file = format!("forklore-stub-{name}-{METHOD}-{}", std::process::id());
        let path = std::env::temp_dir().join(file);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Self(path)
    }

    fn error(&self) -> Error {
        let _guard = watchdog("a stub");
        let launcher = Launcher::new(&self.0);
        let mp = Context::with_start_timeout(METHOD, launcher, Duration::from_millis(500));
        let error = mp.process(targets::nothing, ()).start().unwrap_err();
        assert!(mp.live_children().is_empty(), "nothing is left");
        let pool = mp.pool(3).unwrap_err();
        assert!(pool.to_string().contains("of 3 workers started"), "{pool}");
        assert!(mp.live_children().is_empty(), "nothing is left of the pool");
        error
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn a_child_that_ends_before_it_connects_is_an_error_that_quotes_it() {
    let error = Stub::new("ends", "echo 'no such library' >&2; exit 3").error();
    let Error::EndedEarly { exit, stderr, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(
        (exit, &*stderr),
        (ProcessExit::Code(3), "no such library\n")
    );
}

#[test]
fn a_child_that_says_nothing_is_given_up() {
    let error = Stub::new("silent", "exec sleep 60").error();
    assert!(matches!(error, Error::Silent { .. }), "{error}");
    let error = Stub::new("half", "printf 'mp-hello 1'; exec sleep 60").error();
    assert!(matches!(error, Error::Silent { .. }), "{error}");
}

#[test]
fn a_child_that_is_slow_is_waited_for_as_long_as_it_works() {
    // Several times the time-out, without a pause.
    let works = "read now rest < /proc/uptime; end=$((${now%.*} + 3))
while [ ${now%.*} -lt $end ]; do read now rest < /proc/uptime; done
echo late; exec sleep 60";
    let error = Stub::new("slow", works).error();
    assert!(matches!(error, Error::NotAWorker { .. }), "{error}");
}

#[test]
fn a_child_that_says_something_else_is_no_worker() {
    let error = Stub::new("garbage", "echo 'Hello, world!'; exec sleep 60").error();
    assert!(error.to_string().contains("Hello, world!"), "{error}");
    let error = Stub::new("flood", "exec tr '\\0' x < /dev/zero").error();
    assert!(matches!(error, Error::NotAWorker { .. }), "{error}");
    let error = Stub::new("closed", "exec >&-; exec sleep 60").error();
    assert!(matches!(error, Error::NotAWorker { .. }), "{error}");
}

#[test]
fn a_child_of_another_version_is_refused() {
    let error = Stub::new("version", "echo 'mp-hello 0/0.0.1 1 /x'; exec sleep 60").error();
    let Error::Version { theirs, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(theirs, "0/0.0.1");
}

#[test]
fn a_child_that_cannot_be_connected_to_is_an_error() {
    let version = concat!("1/", env!("CARGO_PKG_VERSION"));
    let script = format!("echo \"mp-hello {version} $$ /nowhere/socket\"; exec sleep 60");
    let error = Stub::new("server", &script).error();
    assert!(error.to_string().starts_with("cannot talk to "), "{error}");
}

//! Ends a watched program after Forklore itself was killed.
//!
//! The kernel ends the program's own process group together with Forklore. Processes that have left that group (a
//! session of their own, a daemon) are ended by a guard, a worker that runs a moment longer than we do. It finds them
//! by the path of the hooks' pipe in their environment. For processes with another environment we keep a list.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use super::{hook_message, processes::ObservedProcess, reaper};
use crate::{
    measure,
    mp::{self, Context, Process, Target},
};

/// The time that the guard searches for remaining processes.
const PATIENCE: Duration = Duration::from_secs(10);

/// The search ends after this many empty passes over all processes: one pass can miss a process that is just starting.
const LOOKS: u32 = 3;

/// Every function that a worker of this room may run.
pub fn worker_targets() -> Vec<Target> {
    vec![Target::new(run_guard)]
}

/// Owns the worker that ends the program if we cannot. Dropping it stops the worker.
pub struct ProgramGuard {
    _context: Context,
    process: Process,
    list: PathBuf,
    listed: Vec<(u32, u64)>,
}

impl ProgramGuard {
    /// Starts the guard of the program that reports through this pipe.
    pub fn start(mp: &Context, pipe: &Path) -> Self {
        let list = pipe.with_file_name("strays");
        // The context that ends all workers at once must not end the guard.
        let mp = mp.independent_copy();
        let mut process = mp.process(run_guard, (pipe.to_owned(), list.clone()));
        process.set_name("Guard").set_daemon(true);
        // Without the guard the program's group still ends with us; processes outside the group may go on.
        let _ = process.start();
        Self {
            _context: mp,
            process,
            list,
            listed: Vec::new(),
        }
    }

    /// Writes the list of the processes that left the main process's group.
    pub fn list_strays(&mut self, processes: &[ObservedProcess], group: u32) {
        let strays = processes.iter().filter_map(|process| {
            let left = process.is_alive() && process.group? != group;
            left.then_some((process.pid, process.began?))
        });
        let strays: Vec<(u32, u64)> = strays.collect();
        if strays == self.listed {
            return;
        }
        let mut text = String::new();
        for (pid, began) in &strays {
            let _ = writeln!(text, "{pid} {began}");
        }
        // If the write fails, most processes are still found by their environment.
        let _ = fs::write(&self.list, text);
        self.listed = strays;
    }
}

impl Drop for ProgramGuard {
    fn drop(&mut self) {
        // Both calls fail only if the guard never started.
        let _ = self.process.kill();
        let _ = self.process.join_timeout(PATIENCE);
    }
}

fn run_guard(pipe: PathBuf, list: PathBuf) {
    if !mp::outlive_parent() {
        return;
    }
    let pipe = pipe.to_string_lossy().into_owned();
    let listed = fs::read_to_string(list).unwrap_or_default();
    let listed: Vec<(u32, u64)> = listed.lines().filter_map(parse_stray).collect();
    let woken = Instant::now();
    let mut looks = 0;
    while looks < LOOKS && woken.elapsed() < PATIENCE {
        looks += 1;
        let spares_trackers = woken.elapsed() < reaper::TRACKER_GRACE;
        let marked = measure::pids_with_environment(hook_message::PIPE, &pipe);
        let marked = marked.into_iter().map(|pid| (pid, None));
        let listed = listed.iter().map(|&(pid, began)| (pid, Some(began)));
        for (pid, began) in listed.chain(marked) {
            if end_with_children(pid, began, spares_trackers) {
                looks = 0;
            }
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn parse_stray(line: &str) -> Option<(u32, u64)> {
    let (pid, began) = line.split_once(' ')?;
    Some((pid.parse().ok()?, began.parse().ok()?))
}

/// Ends a process and its descendants, or lets it end by itself; `false` if there was no such process.
fn end_with_children(pid: u32, began: Option<u64>, spares_trackers: bool) -> bool {
    let Some(state) = measure::process_state(pid) else {
        return false;
    };
    let is_same = began.is_none_or(|began| began == state.began);
    if !is_same || state.has_ended {
        return false;
    }
    if spares_trackers && reaper::is_tracker(pid, state.group) {
        return true;
    }
    let children = measure::child_pids(pid, state.threads);
    reaper::kill_same_process(pid, Some(state.began));
    for child in children {
        end_with_children(child, None, spares_trackers);
    }
    true
}

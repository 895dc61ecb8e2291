//! Ends a watched program when we were killed ourselves.
//!
//! The kernel ends the program's own process group with us. What has left that group (a session of its own, a daemon)
//! is ended by a worker that outlives us by a moment. It knows them by the path of the hooks' pipe, which is in the
//! environment of each; and those with another environment by a list that we keep for it.

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

/// How long it looks for those that are left.
const PATIENCE: Duration = Duration::from_secs(10);

/// So many looks at all processes must find nobody: one that starts another at that moment is missed by one look.
const LOOKS: u32 = 3;

/// Every function that a worker of this room may run.
pub fn worker_targets() -> Vec<Target> {
    vec![Target::new(run_guard)]
}

/// A worker that ends the program if we cannot, as long as this lives.
pub struct ProgramGuard {
    _context: Context,
    process: Process,
    list: PathBuf,
    listed: Vec<(u32, u64)>,
}

impl ProgramGuard {
    /// Of the program that tells through that pipe.
    pub fn start(mp: &Context, pipe: &Path) -> Self {
        let list = pipe.with_file_name("strays");
        // Whoever ends all workers at once must not end the one that ends what they leave.
        let mp = mp.independent_copy();
        let mut process = mp.process(run_guard, (pipe.to_owned(), list.clone()));
        process.set_name("Guard").set_daemon(true);
        // Without it the program's group still ends with us, and whoever left it may live on.
        let _ = process.start();
        Self {
            _context: mp,
            process,
            list,
            listed: Vec::new(),
        }
    }

    /// Puts those who left the group of the main process on the list.
    pub fn list_strays(&mut self, lives: &[ObservedProcess], group: u32) {
        let strays = lives.iter().filter_map(|life| {
            let left = life.gone_ns.is_none() && life.group? != group;
            left.then_some((life.pid, life.began?))
        });
        let strays: Vec<(u32, u64)> = strays.collect();
        if strays == self.listed {
            return;
        }
        let mut text = String::new();
        for (pid, began) in &strays {
            let _ = writeln!(text, "{pid} {began}");
        }
        // Should it fail, most are still known by their environment.
        let _ = fs::write(&self.list, text);
        self.listed = strays;
    }
}

impl Drop for ProgramGuard {
    fn drop(&mut self) {
        // Both fail only if it never started.
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

/// Ends a process and those that it started, or leaves it to end by itself; `false` if there was nobody.
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

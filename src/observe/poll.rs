//! Polls the processes of a watched program, as rarely as possible.
//!
//! A process that is shorter than the interval between two polls is seen by the hooks alone.

use std::{
    collections::{HashSet, VecDeque},
    time::{Duration, Instant},
};

use super::{
    hook_message,
    processes::{ObservedProcess, ProcessKind, ProcessTable},
    reaper,
};
use crate::measure::{self, ProcessState};

/// The shortest interval between two polls.
const SHORTEST: Duration = Duration::from_millis(10);

/// The delay of the first poll after the worker has become the program.
const FIRST: Duration = Duration::from_millis(4);

/// The longest interval between two polls.
const LONGEST: Duration = Duration::from_millis(500);

/// The interval is this many times what one poll costs: all our work is to stay below a hundredth of a core.
const SHARE: u32 = 150;

/// How often the memory of a process is read.
const MEMORY: Duration = Duration::from_millis(200);

/// How often the private memory of a process is read, for which the system has to count pages.
const PRIVATE: Duration = Duration::from_secs(1);

/// The age at which a process is no longer starting.
const STARTED_NS: u64 = 50_000_000;

/// The age at which the command line of a process without hooks is read: it may execute another program at first.
const SETTLED_NS: u64 = 100_000_000;

/// Polls the processes of one program.
pub struct ProcessPoller {
    main: u32,
    /// The path of the hooks' pipe, which all processes of this program have in their environment.
    mark: String,
    next: Instant,
    next_memory: Instant,
    next_private: Instant,
    /// Children of ours that do not belong to the program.
    others: HashSet<(u32, u64)>,
}

impl ProcessPoller {
    /// Polls the process with this PID, a worker that is about to become the program, and all its descendants.
    pub fn new(main: u32, mark: String) -> Self {
        let now = Instant::now();
        Self {
            main,
            mark,
            next: now + FIRST,
            next_memory: now,
            next_private: now + MEMORY,
            others: HashSet::new(),
        }
    }

    /// The time until the next poll is due.
    pub fn due_in(&self) -> Duration {
        self.next.saturating_duration_since(Instant::now())
    }

    /// Polls once, and records the states in `processes`. `now_ns` is the time in the recording.
    pub fn poll_processes(&mut self, processes: &mut ProcessTable, now_ns: u64) {
        let (began, cpu) = (Instant::now(), measure::thread_cpu());
        let memory = began >= self.next_memory;
        let private = began >= self.next_private;
        // An event that a process sent during this poll happened before its end.
        let later = || now_ns + began.elapsed().as_nanos() as u64;
        let seen = self.collect_tree(processes, now_ns, &later);
        for state in &seen {
            let Some(process) = processes.get_mut(state.pid) else {
                continue;
            };
            inspect_process(process, state, now_ns);
            if state.has_ended {
                continue;
            }
            if memory || private || process.peak.is_none() {
                process.peak = process.peak.max(measure::peak_memory(state.pid));
            }
            // A short process has its private memory read once, as soon as it is no longer starting.
            let age = now_ns.saturating_sub(process.first_ns);
            if private || (process.private.is_none() && age > STARTED_NS) {
                process.private = process
                    .private
                    .max(measure::process_memory(state.pid).private);
            }
        }
        let is_seen: HashSet<u32> = seen.iter().map(|state| state.pid).collect();
        for pid in processes.living_pids() {
            if !is_seen.contains(&pid) {
                processes.mark_gone(pid, later());
            }
        }
        // Processor time, not wall time: a poll costs no more on a busy machine.
        let took = match (cpu, measure::thread_cpu()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => began.elapsed(),
        };
        let rest = |part: Duration| (took * SHARE).clamp(part, part.max(LONGEST));
        self.next = Instant::now() + rest(SHORTEST);
        if memory {
            self.next_memory = self.next + rest(MEMORY).max(MEMORY);
        }
        if private {
            self.next_private = self.next + (took * SHARE).max(PRIVATE);
        }
    }

    /// The states of all processes of the program at this moment. Orphans that we adopted are reaped.
    fn collect_tree(
        &mut self,
        processes: &mut ProcessTable,
        now_ns: u64,
        later: &dyn Fn() -> u64,
    ) -> Vec<ProcessState> {
        let mut seen: Vec<ProcessState> = Vec::new();
        let mut known = HashSet::new();
        let mut waiting: VecDeque<u32> = VecDeque::from([self.main]);
        waiting.extend(processes.living_pids());
        waiting.extend(self.find_adopted(processes));
        while let Some(pid) = waiting.pop_front() {
            if !known.insert(pid) {
                continue;
            }
            let Some(state) = measure::process_state(pid) else {
                continue;
            };
            if !self.is_ours(processes, &state) {
                continue;
            }
            processes.record_state(&state, now_ns);
            if state.has_ended {
                self.record_end(processes, &state, later());
            } else {
                waiting.extend(measure::child_pids(pid, state.threads));
            }
            seen.push(state);
        }
        seen
    }

    /// Whether this PID still belongs to a process of the program. A new process is a child of one, or adopted.
    fn is_ours(&self, processes: &ProcessTable, state: &ProcessState) -> bool {
        let Some(process) = processes.get(state.pid) else {
            return true;
        };
        let is_same = process.began.is_none_or(|began| began == state.began);
        // The system gave this PID again: the new process is ours only if a process of the program started it.
        is_same || processes.get(state.parent).is_some() || state.pid == self.main
    }

    fn record_end(&self, processes: &mut ProcessTable, state: &ProcessState, now_ns: u64) {
        let asked = (state.pid != self.main && state.parent == std::process::id())
            .then(|| reaper::reap_child(state.pid))
            .flatten();
        if let Some(process) = processes.get_mut(state.pid) {
            process.exitcode = process.exitcode.or(asked).or(state.exitcode);
        }
        processes.mark_gone(state.pid, now_ns);
    }

    /// Our children that were orphans of the program.
    fn find_adopted(&mut self, processes: &ProcessTable) -> Vec<u32> {
        let own = std::process::id();
        let threads = measure::process_state(own).map_or(1, |state| state.threads);
        let mut adopted = Vec::new();
        for pid in measure::child_pids(own, threads) {
            if pid == self.main || processes.get(pid).is_some_and(ObservedProcess::is_alive) {
                continue;
            }
            let Some(state) = measure::process_state(pid) else {
                continue;
            };
            if self.others.contains(&(pid, state.began)) {
                continue;
            }
            let is_ours = belongs_to_program(processes, &state)
                || measure::has_environment(pid, hook_message::PIPE, &self.mark);
            if is_ours {
                adopted.push(pid);
            } else {
                self.others.insert((pid, state.began));
            }
        }
        adopted
    }
}

/// Whether the process is in a group or a session of the program's processes.
fn belongs_to_program(processes: &ProcessTable, state: &ProcessState) -> bool {
    // Every process that we start shares our own session.
    let group = state.group.filter(|&group| group != state.pid);
    let leads = |number: u32| processes.get(number).is_some();
    group.is_some_and(leads) || state.session.is_some_and(leads)
}

/// Reads what a state does not hold: the threads, and the kind of a process without hooks.
fn inspect_process(process: &mut ObservedProcess, state: &ProcessState, now_ns: u64) {
    if state.threads > 1 && !state.has_ended {
        record_threads(process, now_ns);
    } else if !process.threads.is_empty() {
        end_threads(process, now_ns, &HashSet::new());
    }
    let is_settled = now_ns.saturating_sub(process.first_ns) > SETTLED_NS;
    if is_settled && !process.is_told && process.kind != ProcessKind::Main {
        process.is_told = true;
        process.kind = kind_from_words(&measure::command_line(process.pid));
    }
}

fn record_threads(process: &mut ObservedProcess, now_ns: u64) {
    let mut there = HashSet::new();
    for thread in measure::thread_states(process.pid) {
        there.insert(thread.tid);
        process.record_thread_state(&thread, now_ns);
    }
    end_threads(process, now_ns, &there);
}

/// Marks the threads that are not in `there` as ended.
fn end_threads(process: &mut ObservedProcess, now_ns: u64, there: &HashSet<u32>) {
    for (tid, thread) in &mut process.threads {
        if !there.contains(tid) && thread.last_ns < now_ns {
            thread.ended_ns.get_or_insert(now_ns);
        }
    }
}

/// The kind of a Python without hooks, from its command line.
fn kind_from_words(words: &[String]) -> ProcessKind {
    let has = |module: &str| words.iter().any(|word| word.contains(module));
    if has("multiprocessing.resource_tracker") || has("multiprocessing.forkserver") {
        ProcessKind::Helper
    } else if has("multiprocessing.spawn") {
        ProcessKind::Child
    } else {
        ProcessKind::Program
    }
}

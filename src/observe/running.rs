//! The run of a program, from its first process to the end of its last.

use std::{
    cell::Cell,
    collections::BTreeSet,
    time::{Duration, Instant},
};

use super::{
    observer::Observer,
    processes::{ObservedProcess, ProcessKind},
    reaper::{self, EndRequest},
    terminal_handover::TerminalHandover,
};
use crate::{
    measure,
    mp::Process,
    python::{WaitResult, wait_for_exit},
    record::{Run, RunStatus},
};

/// The time that processes have to end by themselves after the main process.
const GRACE: Duration = Duration::from_secs(1);

/// A process that ends within this time after the main process ended together with it.
const TOGETHER: Duration = Duration::from_millis(100);

/// The time that a program has to end after it was asked to.
const AFTER_REQUEST: Duration = Duration::from_secs(2);

/// The wait for killed processes. A process that hangs in the kernel never ends.
const AFTER_KILL: Duration = Duration::from_secs(10);

/// The reason for ending a program that would go on for ever without doing any work.
const HOPELESS: &str = "each new worker of its pool ended at once, and was replaced";

/// The reason of a program that Ctrl-C ended while it had the terminal.
const INTERRUPTED: &str = "interrupted by Ctrl-C";

/// The exit code of a process that SIGINT ended.
const BY_INTERRUPT: i32 = -2;

/// The stand-in for no time limit.
const FOR_EVER: Duration = Duration::from_secs(u64::MAX / 4);

/// Whether Ctrl-C ended the program while it had the terminal.
pub fn was_interrupted(run: &Run<'_>) -> bool {
    run.status() == RunStatus::Partial(INTERRUPTED.to_owned())
}

/// How a program's run ended.
pub struct ProgramEnd {
    pub attended: WaitResult,
    /// The reason for stopping the program, if it was stopped.
    pub why: Option<String>,
    /// When the program was asked to end, in nanoseconds of the recording; `None` if it was not.
    pub asked_ns: Option<u64>,
    /// The lifetime of the main process in seconds.
    pub wall_s: f64,
    /// The PIDs and names of the processes that outlived the main process.
    pub outlived: Vec<(u32, String)>,
    /// The PIDs of those that lived on in a session of their own.
    pub detached: BTreeSet<u32>,
    /// Whether all processes have ended.
    pub is_gone: bool,
    /// Forklore's own processor seconds.
    pub own_cpu_s: Option<f64>,
}

/// A running program and its observer.
pub struct RunningProgram {
    process: Process,
    pub observer: Observer,
    loan: Option<TerminalHandover>,
    keeps_detached: bool,
}

impl RunningProgram {
    /// Takes a process that was started, its observer, and the terminal that it may get.
    pub fn new(
        process: Process,
        observer: Observer,
        loan: Option<TerminalHandover>,
        keeps_detached: bool,
    ) -> Self {
        Self {
            process,
            observer,
            loan,
            keeps_detached,
        }
    }

    /// Watches from the start to the end of the last process.
    pub fn run_to_end(
        &mut self,
        limit: Option<Duration>,
        stopped: &dyn Fn() -> Option<String>,
    ) -> ProgramEnd {
        let own = measure::own_cpu();
        let attended = self.wait_for_main(limit.unwrap_or(FOR_EVER), &|| stopped().is_some());
        let asked_ns = self.ask_to_end(attended, stopped().is_some());
        let ended_ns = self.observer.observation.now_ns();
        let was_interrupted =
            self.take_terminal_back() && self.process.exitcode() == Some(BY_INTERRUPT);
        let hopeless = || {
            self.observer
                .observation
                .is_hopeless
                .then(|| HOPELESS.to_owned())
        };
        let interrupted = || was_interrupted.then(|| INTERRUPTED.to_owned());
        let why = stopped().or_else(hopeless).or_else(interrupted);
        let has_ended = attended == WaitResult::Ended && why.is_none();
        let (outlived, detached) = if has_ended {
            let outlived = self.wait_for_others(&|| stopped().is_some());
            (outlived, self.list_detached())
        } else {
            Default::default()
        };
        let is_gone = self.end_all(&detached);
        let now = self.observer.observation.now_ns();
        self.observer.drain_pipes(GRACE);
        let wall_s = self.finish_main(ended_ns, now);
        self.observer.observation.finish_lines();
        self.observer.observation.announce_processes();
        let own_cpu_s = own.and_then(|before| {
            let used = measure::own_cpu()?.checked_sub(before)?;
            Some(used.as_secs_f64())
        });
        ProgramEnd {
            attended: if why.is_some() {
                WaitResult::Stopped
            } else {
                attended
            },
            why,
            asked_ns,
            wall_s,
            outlived,
            detached,
            is_gone,
            own_cpu_s,
        }
    }

    /// Records the end of the main process, and returns how many seconds it ran.
    fn finish_main(&mut self, ended_ns: u64, now: u64) -> f64 {
        let observation = &mut self.observer.observation;
        let mut began_ns = ended_ns;
        if let Some(process) = observation.processes.get_mut(observation.main) {
            began_ns = process.first_ns;
            process.exitcode = self.process.exitcode();
            let reported = self.process.usage().and_then(|usage| usage.cpu);
            process.cpu = process.cpu.max(reported);
        }
        observation.processes.mark_gone(observation.main, now);
        ended_ns.saturating_sub(began_ns) as f64 / 1e9
    }

    /// Watches until the main process has ended, or has to be ended.
    fn wait_for_main(&mut self, limit: Duration, stopped: &dyn Fn() -> bool) -> WaitResult {
        let Self {
            process,
            observer,
            loan,
            ..
        } = self;
        let is_hopeless = Cell::new(false);
        let must_stop = || stopped() || is_hopeless.get();
        let mut left = limit;
        let attended = loop {
            let attended = wait_for_exit(process, left, &must_stop, |round| {
                if let Some(loan) = loan {
                    loan.update();
                    observer.observation.is_at_terminal = loan.is_lent();
                }
                observer.run_round(round);
                observer.report_stall();
                is_hopeless.set(observer.observation.is_hopeless);
            });
            // The process becomes the program a moment after its start; the program has the whole limit.
            left = limit.saturating_sub(observer.observation.main_age().unwrap_or(limit));
            if attended != WaitResult::TooLong || left.is_zero() {
                break attended;
            }
        };
        if attended == WaitResult::Ended {
            self.note_end();
        }
        attended
    }

    /// Whether the program had the terminal until now.
    fn take_terminal_back(&mut self) -> bool {
        let Some(loan) = self.loan.as_mut().filter(|loan| loan.is_lent()) else {
            return false;
        };
        loan.take_back();
        self.observer.observation.is_at_terminal = false;
        true
    }

    /// The living processes in a session of their own, which nothing but their program's own wish put there.
    fn list_detached(&self) -> BTreeSet<u32> {
        let observation = &self.observer.observation;
        let living = observation.processes.living();
        let detached = living.filter(|process| process.is_detached(observation.session));
        detached.map(|process| process.pid).collect()
    }

    /// Records the end of the main process.
    fn note_end(&mut self) {
        let observation = &mut self.observer.observation;
        let now = observation.now_ns();
        if let Some(process) = observation.processes.get_mut(observation.main) {
            process.exitcode = self.process.exitcode();
            process.extend_lifetime(now);
        }
        observation.processes.mark_gone(observation.main, now);
    }

    /// Asks a program that has to end to do so by itself, and gives it time to save its data. Returns the time of the
    /// request; `None` if the program has ended, or can only be killed.
    fn ask_to_end(&mut self, attended: WaitResult, is_stopped: bool) -> Option<u64> {
        let request = match attended {
            WaitResult::TooLong => EndRequest::Terminate,
            WaitResult::Stopped if is_stopped => EndRequest::Interrupt,
            WaitResult::Stopped | WaitResult::Ended => return None,
        };
        self.observer.sample_threads();
        let asked_ns = self.observer.observation.now_ns();
        let group = self.observer.observation.main;
        let until = Instant::now() + AFTER_REQUEST;
        let mut is_over = false;
        reaper::ask_group(group, request);
        while Instant::now() < until {
            self.observer.poll_processes();
            if !is_over && !self.process.is_alive() {
                is_over = true;
                self.note_end();
            }
            let processes = &self.observer.observation.processes;
            let is_left = processes
                .living()
                .any(|process| process.group == Some(group));
            // Processes outside the group were not asked.
            if is_over && !is_left {
                break;
            }
            self.observer.run_round(Duration::from_millis(10));
        }
        Some(asked_ns)
    }

    /// Waits for the other processes after the end of the main process. Returns those that outlived it.
    fn wait_for_others(&mut self, stopped: &dyn Fn() -> bool) -> Vec<(u32, String)> {
        let began = Instant::now();
        let mut outlived = None;
        loop {
            self.observer.poll_processes();
            let observation = &self.observer.observation;
            let living = observation.processes.living();
            let left: Vec<&ObservedProcess> = living
                .filter(|process| !process.is_detached(observation.session))
                .collect();
            let others = left
                .iter()
                .filter(|process| process.kind != ProcessKind::Helper);
            let others: Vec<(u32, String)> = others
                .map(|process| (process.pid, process.display_name().to_owned()))
                .collect();
            if began.elapsed() >= TOGETHER {
                outlived.get_or_insert(others);
            } else if others.is_empty() {
                outlived.get_or_insert(Vec::new());
            }
            let is_over = left.is_empty() || began.elapsed() >= GRACE || stopped();
            if is_over {
                return outlived.unwrap_or_default();
            }
            self.observer.run_round(Duration::from_millis(10));
        }
    }

    /// Kills all processes of the program, the detached ones only if they are not to be kept; `false` if one of them is
    /// still there in the end.
    fn end_all(&mut self, detached: &BTreeSet<u32>) -> bool {
        let keeps_detached = self.keeps_detached;
        let began = Instant::now();
        // First the whole group, as far as its leader is there; then the other processes one by one.
        let _ = self.process.kill();
        loop {
            self.observer.poll_processes();
            let processes = &self.observer.observation.processes;
            let living = || {
                let living = processes.living();
                living.filter(|process| !(keeps_detached && detached.contains(&process.pid)))
            };
            let nobody_is_left = living().next().is_none();
            let spares_trackers = began.elapsed() < reaper::TRACKER_GRACE;
            let ended = || {
                living().filter(|process| {
                    !(spares_trackers && reaper::is_tracker(process.pid, process.group))
                })
            };
            let left: Vec<(u32, Option<u64>)> = ended()
                .map(|process| (process.pid, process.began))
                .collect();
            // Processes that start others faster than we poll are killed with their group, if it is one of the
            // program's.
            let groups: BTreeSet<u32> = ended()
                .filter_map(|process| {
                    process
                        .group
                        .filter(|&group| processes.get(group).is_some())
                })
                .collect();
            let main_is_gone = !self.process.is_alive();
            if nobody_is_left && main_is_gone {
                // The join also waits for the last output.
                return self.process.join_timeout(Duration::ZERO).unwrap_or(true);
            }
            if began.elapsed() >= AFTER_KILL {
                return false;
            }
            for group in groups {
                reaper::kill_group(group);
            }
            for (pid, began) in left {
                reaper::kill_same_process(pid, began);
            }
            self.observer.run_round(Duration::from_millis(2));
        }
    }
}

//! The state of an observation: events are emitted as they happen, and the facts are kept for the end.

use std::{collections::BTreeSet, time::Duration};

use super::{
    advice::is_hopeless,
    announce::{announce_all, announce_process},
    hook_effects::apply_to_process,
    hook_message::HookMessage,
    memory_updaters::MemoryUpdaters,
    output::{KeptLines, LineSplitter, PrintedLine},
    processes::{ObservedProcess, ProcessKind, ProcessTable},
    progress::ProgressTicker,
    sources::OutputPiece,
    waits::{FRESH_NS, ProgramWaits},
};
use crate::{
    measure::{clock, process_state},
    record::{EventKind, HookEvent, ProcessStart, Recorder},
    text::last_overwrite,
};

/// The most facts that are kept.
const MOST_FACTS: usize = 20_000;

/// A fact from the hooks, with its time and its process.
#[derive(Debug, Clone)]
pub struct TimedHookEvent {
    pub at_ns: u64,
    pub pid: u32,
    pub fact: HookEvent,
}

/// The state of an observation.
pub struct ObservationState {
    pub recorder: Recorder,
    /// The start of the recording on the system's clock.
    began: u64,
    pub main: u32,
    /// The session of the program, which is ours.
    pub session: Option<u32>,
    /// Whether the program reads from our terminal: then only what it prints is shown.
    pub is_at_terminal: bool,
    pub processes: ProcessTable,
    pub lines: KeptLines,
    /// The number of lines on standard output and standard error.
    printed: [usize; 2],
    pub facts: Vec<TimedHookEvent>,
    /// The number of facts for which there was no room.
    pub lost_facts: usize,
    /// Whether the program starts workers for ever that can never work.
    pub is_hopeless: bool,
    /// The time that the hooks took, in nanoseconds, as far as they reported it.
    pub hooks_ns: u64,
    pub run_calls: usize,
    cutter: LineSplitter,
    /// Whether the program asked for input that it does not have.
    pub wanted_input: bool,
    progress: ProgressTicker,
    /// Since when the program did not move when that was reported last.
    stalled_ns: Option<u64>,
    /// Where it waited then.
    stall: Option<String>,
    updaters: MemoryUpdaters,
}

impl ObservationState {
    /// The state at the start: the main process alone, with its name and its command.
    pub fn new(recorder: Recorder, began: u64, main: u32, names: (&str, &str)) -> Self {
        let mut observation = Self {
            recorder,
            began,
            main,
            session: process_state(std::process::id()).and_then(|state| state.session),
            is_at_terminal: false,
            processes: ProcessTable::starting_at(began),
            lines: KeptLines::default(),
            printed: [0; 2],
            facts: Vec::new(),
            lost_facts: 0,
            is_hopeless: false,
            hooks_ns: 0,
            run_calls: 0,
            cutter: LineSplitter::default(),
            wanted_input: false,
            progress: ProgressTicker::default(),
            stalled_ns: None,
            stall: None,
            updaters: MemoryUpdaters::default(),
        };
        let (name, command) = names;
        let now = observation.now_ns();
        if let Some(process) = observation.processes.find_or_add(main, now) {
            process.kind = ProcessKind::Main;
            process.is_told = true;
            process.parent = Some(std::process::id());
            process.name = Some(name.to_owned()).filter(|_| name != command);
            process.command = Some(command.to_owned());
        }
        observation.announce_processes();
        observation
    }

    /// The current time in the recording.
    pub fn now_ns(&self) -> u64 {
        clock::now_ns().saturating_sub(self.began)
    }

    /// How long the program's main process has been seen; `None` before.
    pub fn main_age(&self) -> Option<Duration> {
        let main = self.processes.get(self.main)?;
        let age_ns = self.now_ns().saturating_sub(main.first_ns);
        Some(Duration::from_nanos(age_ns))
    }

    /// Converts a time of the system's clock to the recording's time; a time of another clock becomes the current one.
    fn to_recording_time(&self, told_ns: u64) -> u64 {
        let now = self.now_ns();
        told_ns
            .checked_sub(self.began)
            .filter(|&at| at <= now)
            .unwrap_or(now)
    }

    /// Applies an event from the hooks.
    pub fn apply_hook_event(&mut self, mut message: HookMessage) {
        let at_ns = self.to_recording_time(message.t);
        if let HookEvent::Tasks(done) = &message.what {
            self.record_task_count(message.p, done.tasks, at_ns);
            self.keep_hook_event(at_ns, message);
            return;
        }
        let main = self.main;
        let ours = self
            .processes
            .get(main)
            .and_then(|process| process.command.clone());
        let Some(process) = self.processes.find_or_add(message.p, at_ns) else {
            return;
        };
        // A forked process that ended before the first poll ran the same command as its parent.
        if process.command.is_none() && matches!(message.what, HookEvent::Hello { .. }) {
            process.command = ours;
        }
        if let HookEvent::ThreadSample(sample) = &mut message.what {
            let ran_ns = sample.tid.and_then(|tid| process.last_run_ns(tid));
            sample.idle_ns = ran_ns.map(|ran_ns| at_ns.saturating_sub(ran_ns));
        }
        apply_to_process(process, main, &message.what, at_ns);
        match &message.what {
            HookEvent::Hello { cost_ns, .. } | HookEvent::Bye { cost_ns, .. } => {
                self.hooks_ns += cost_ns;
            }
            HookEvent::Started(start) => self.record_process_start(message.p, start, at_ns),
            HookEvent::Joined(join) => {
                if let Some(process) = self.processes.get_mut(join.child) {
                    process.exitcode = process.exitcode.or(join.exitcode);
                    process.joined |= join.ended && !join.at_exit;
                    if join.ended {
                        process.joined_ns.get_or_insert(at_ns);
                    }
                }
            }
            HookEvent::Looked { child, exitcode } => {
                self.record_child_end(*child, *exitcode, at_ns);
            }
            HookEvent::Reaped { child, exitcode } => {
                self.record_child_end(*child, Some(*exitcode), at_ns);
            }
            HookEvent::CommandDone { began, exitcode } => {
                let began_ns = self.to_recording_time(*began);
                self.processes
                    .record_command_end(message.p, began_ns, at_ns, *exitcode);
            }
            HookEvent::UnlockedUpdate(update) => self.updaters.add_update(&update.of, message.p),
            HookEvent::RunCalled(_) => self.run_calls += 1,
            HookEvent::Exiting(exit) => {
                let error = exit.uncaught.as_deref().unwrap_or_default();
                self.wanted_input |= error.ends_with("EOFError");
            }
            _ => {}
        }
        self.keep_hook_event(at_ns, message);
    }

    /// Records that the parent of this process knows its end.
    fn record_child_end(&mut self, child: u32, exitcode: Option<i32>, at_ns: u64) {
        if let Some(process) = self.processes.get_mut(child) {
            process.exitcode = process.exitcode.or(exitcode);
            process.joined_ns.get_or_insert(at_ns);
        }
    }

    /// Takes the processes that are to tell whether they still change shared memory without a lock.
    pub fn take_updaters_to_ask(&mut self) -> BTreeSet<u32> {
        self.updaters.take_asked()
    }

    /// Records a worker's number of tasks. Its parent may report it after the worker's end.
    fn record_task_count(&mut self, pid: u32, tasks: u64, at_ns: u64) {
        let known = self.processes.get(pid).is_some();
        let process = if known {
            self.processes.get_mut(pid)
        } else {
            self.processes.find_or_add(pid, at_ns)
        };
        if let Some(process) = process {
            process.tasks = process.tasks.max(Some(tasks));
        }
    }

    fn record_process_start(&mut self, parent: u32, start: &ProcessStart, at_ns: u64) {
        let child = start.child;
        // A short child may end before the call that started it returns.
        let is_new = self
            .processes
            .get(child)
            .is_none_or(ObservedProcess::was_started);
        let process = if is_new {
            self.processes.find_or_add(child, at_ns)
        } else {
            self.processes.get_mut(child)
        };
        let Some(process) = process else {
            return;
        };
        process.parent = Some(parent);
        process.method = Some(start.method.clone());
        process.name = Some(start.name.clone());
        process.kind = ProcessKind::from_role(&start.role);
        process.is_told = true;
    }

    fn keep_hook_event(&mut self, at_ns: u64, message: HookMessage) {
        let is_small = matches!(
            message.what,
            HookEvent::Began { .. }
                | HookEvent::Bye { .. }
                | HookEvent::Reaped { .. }
                | HookEvent::CommandDone { .. }
                | HookEvent::Sampled { .. }
                | HookEvent::Unknown
        );
        if is_small {
            return;
        }
        let kept = TimedHookEvent {
            at_ns,
            pid: message.p,
            fact: message.what,
        };
        if matches!(kept.fact, HookEvent::Tasks(_)) {
            let same = |one: &&mut TimedHookEvent| {
                one.pid == kept.pid && matches!(one.fact, HookEvent::Tasks(_))
            };
            if let Some(last) = self.facts.iter_mut().rev().find(same) {
                *last = kept;
                return;
            }
        }
        let has_failed = match &kept.fact {
            HookEvent::StartFailed(failure) => failure.loading,
            HookEvent::Failed(failure) => failure.part == "initializer",
            _ => false,
        };
        // There is always room for what explains a program that hangs.
        let is_sample = matches!(
            kept.fact,
            HookEvent::ThreadSample(_) | HookEvent::LockHeld(_) | HookEvent::ObjectNamed(_)
        );
        if self.facts.len() < MOST_FACTS || is_sample {
            self.facts.push(kept);
        } else {
            self.lost_facts += 1;
        }
        if has_failed {
            self.is_hopeless |= is_hopeless(self.facts.iter().map(|kept| &kept.fact));
        }
    }

    /// Records that a process has opened a pipe for its output.
    pub fn record_pipe(&mut self, owner: u32) {
        // It may have ended by now.
        if self.processes.get(owner).is_none() {
            let now = self.now_ns();
            self.processes.find_or_add(owner, now);
        }
    }

    /// Adds output that was read from a pipe.
    pub fn add_output(&mut self, piece: OutputPiece, bytes: &[u8]) {
        if piece.size == 0 {
            self.finish_line(piece.pipe);
            return;
        }
        let author = piece.owner.unwrap_or_else(|| self.likely_author());
        let (mut bytes, mut skipped) = (bytes, 0);
        if let Some(most) = self.lines.most_to_keep() {
            (bytes, skipped) = self.cutter.skip_lines(piece.pipe, bytes, most);
            self.lines.dropped += skipped;
        }
        self.count_lines(author, piece.stderr, skipped);
        let mut lines = Vec::new();
        self.cutter
            .push_bytes(piece, bytes, |line| lines.push(line));
        for line in lines {
            self.add_line(author, piece.stderr, line);
        }
    }

    /// Adds the last line of each pipe, which may have no newline.
    pub fn finish_lines(&mut self) {
        for pipe in self.cutter.pipes() {
            self.finish_line(pipe);
        }
    }

    fn finish_line(&mut self, pipe: u64) {
        if let Some((piece, line)) = self.cutter.finish_pipe(pipe) {
            let author = piece.owner.unwrap_or_else(|| self.likely_author());
            self.add_line(author, piece.stderr, line);
        }
    }

    /// The PID of the process that most likely wrote into a pipe that the program was started with.
    fn likely_author(&self) -> u32 {
        let mut programs = self
            .processes
            .all()
            .iter()
            .filter(|process| process.kind == ProcessKind::Program && !process.has_hooks);
        match (programs.next(), programs.next()) {
            // A Python has pipes of its own.
            (Some(only), None) if self.main_has_hooks() && cfg!(target_os = "linux") => only.pid,
            _ => self.main,
        }
    }

    fn main_has_hooks(&self) -> bool {
        self.processes
            .get(self.main)
            .is_some_and(|process| process.has_hooks)
    }

    /// Counts printed lines of a process; returns the place of its record.
    fn count_lines(&mut self, pid: u32, stderr: bool, lines: usize) -> Option<usize> {
        // A process without a record of its own: there are too many.
        let place = self.processes.index_of(pid);
        let place = place.or_else(|| self.processes.index_of(self.main))?;
        self.processes.all_mut()[place].lines[usize::from(stderr)] += lines;
        self.printed[usize::from(stderr)] += lines;
        Some(place)
    }

    fn add_line(&mut self, pid: u32, stderr: bool, text: String) {
        let Some(place) = self.count_lines(pid, stderr, 1) else {
            return;
        };
        self.wanted_input |= stderr && text.starts_with("EOFError: EOF when reading");
        let worker = announce_process(&self.recorder, &mut self.processes.all_mut()[place]);
        // Only at the end is it known whether a later line is one of the last.
        if self.lines.has_room(&text) {
            self.recorder.emit(EventKind::Output {
                worker,
                stderr,
                text: text.clone(),
            });
        }
        self.lines.add(PrintedLine {
            process: place,
            stderr,
            number: self.printed[usize::from(stderr)],
            text,
            at_ns: self.now_ns(),
        });
    }

    /// Emits the progress of the program at intervals: a line that it has not finished (a progress bar, a question), or
    /// else what it uses.
    pub fn emit_progress(&mut self) {
        if self.is_at_terminal {
            return self.emit_unfinished();
        }
        let unfinished = self.cutter.last_unfinished();
        self.emit_message(unfinished.as_deref());
    }

    /// Emits a line that the program has not finished, if there is one.
    pub fn emit_unfinished(&mut self) {
        match self.cutter.last_unfinished() {
            Some(unfinished) => self.emit_message(Some(&unfinished)),
            None => self.progress.forget_unfinished(),
        }
    }

    fn emit_message(&mut self, unfinished: Option<&str>) {
        let now = self.now_ns();
        let unfinished = unfinished.map(last_overwrite);
        self.progress.is_at_terminal = self.is_at_terminal;
        if let Some(doing) = self.progress.message_at(now, &self.processes, unfinished) {
            self.recorder.emit(EventKind::Progress {
                done: 0,
                of: 0,
                doing,
            });
        }
    }

    /// Whether no thread has run for that long, since a moment that has not been reported yet.
    pub fn is_newly_stalled(&mut self, least_ns: u64) -> bool {
        let living = self.processes.living();
        let Some(since_ns) = living.map(ObservedProcess::any_run_ns).max() else {
            return false;
        };
        let is_stalled = self.now_ns().saturating_sub(since_ns) >= least_ns;
        is_stalled && self.stalled_ns.replace(since_ns) != Some(since_ns)
    }

    /// Emits where the program waits, if only the program itself could go on, and unless it was said already.
    pub fn emit_stall(&mut self) {
        let main = self.main;
        let hooks = self
            .facts
            .iter()
            .map(|kept| (kept.at_ns, kept.pid, &kept.fact));
        let since_ns = self.now_ns().saturating_sub(FRESH_NS);
        let waits = ProgramWaits::from_hooks(main, since_ns, hooks);
        let living = self.processes.living();
        let workers = living.filter(|process| process.kind != ProcessKind::Helper);
        if !waits.is_at_rest(workers.map(|process| process.pid)) {
            return;
        }
        let name_of = |pid: u32| {
            let process = self.processes.get(pid);
            process.map_or_else(
                || format!("PID {pid}"),
                |process| process.display_name().to_owned(),
            )
        };
        let text = waits.describe_all(name_of);
        if self.stall.as_ref() != Some(&text) {
            self.stall = Some(text.clone());
            let what = HookEvent::Stalled { text }.into();
            self.recorder.emit(EventKind::Hook { pid: main, what });
        }
    }

    /// Announces the processes about which enough is known.
    pub fn announce_processes(&mut self) {
        let now = self.now_ns();
        announce_all(&self.recorder, &mut self.processes, now);
    }
}

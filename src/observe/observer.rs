//! Collects the events of a running program from all sources.

use std::time::{Duration, Instant};

use super::{
    guard::ProgramGuard, hook_lines::HookLineReader, observation::ObservationState,
    poll::ProcessPoller, processes::ObservedProcess, reaper, sources::EventSources,
};

/// The most bytes that are read at a time.
const PIECE: usize = 1 << 20;

/// The most pieces that are read in one round, so that a flood of output delays nothing else for long.
const MOST_PIECES: usize = 64;

/// How long the processes have to tell where their threads are.
const SAMPLE: Duration = Duration::from_secs(1);

/// How long a thread may need to go back to its wait once its answer has come.
const ANSWERING_NS: u64 = 50_000_000;

/// A program in which no thread has run for so long is asked where it waits.
const STALLED_NS: u64 = 3_000_000_000;

/// Polls the processes, reads the hooks' messages and the output, and updates the [`ObservationState`].
pub struct Observer {
    sources: EventSources,
    pub lines: HookLineReader,
    watch: ProcessPoller,
    pub observation: ObservationState,
    guard: ProgramGuard,
    buffer: Vec<u8>,
    /// Whether the processes were polled since the last look for a stall.
    has_polled: bool,
}

impl Observer {
    /// An observer with this state and these sources.
    pub fn new(
        sources: EventSources,
        watch: ProcessPoller,
        guard: ProgramGuard,
        observation: ObservationState,
    ) -> Self {
        Self {
            sources,
            lines: HookLineReader::default(),
            watch,
            observation,
            guard,
            buffer: vec![0; PIECE],
            has_polled: false,
        }
    }

    /// One round: waits for messages and output until `limit` or the next poll, and polls the processes if that is due.
    pub fn run_round(&mut self, limit: Duration) {
        self.sources.wait(limit.min(self.watch.due_in()));
        // At the terminal, only a line that stays unfinished is a question.
        if self.read_sources() != self.observation.is_at_terminal {
            self.observation.emit_unfinished();
        }
        for pid in self.observation.take_updaters_to_ask() {
            let process = self.observation.processes.get(pid);
            if process.is_some_and(ObservedProcess::can_be_sampled) {
                reaper::ask_for_sample(pid);
            }
        }
        if self.watch.due_in().is_zero() {
            self.poll_processes();
        }
    }

    /// Polls the processes now.
    pub fn poll_processes(&mut self) {
        let now = self.observation.now_ns();
        self.has_polled = true;
        self.watch
            .poll_processes(&mut self.observation.processes, now);
        let processes = &self.observation.processes;
        self.sources
            .release_pipes(|pid| !processes.get(pid).is_some_and(ObservedProcess::is_alive));
        self.guard
            .list_strays(self.observation.processes.all(), self.observation.main);
        self.observation.announce_processes();
        self.observation.emit_progress();
    }

    /// Asks all Pythons of the program where their threads are, and reads the answers.
    pub fn sample_threads(&mut self) {
        // With this poll it is known which threads have run of late.
        self.poll_processes();
        let mut asked = Vec::new();
        for process in self.observation.processes.all_mut() {
            if process.can_be_sampled() {
                process.first_clock.ignored_until_ns = u64::MAX;
                asked.push((process.pid, process.samples));
                reaper::ask_for_sample(process.pid);
            }
        }
        let until = Instant::now() + SAMPLE;
        loop {
            let processes = &self.observation.processes;
            let is_open = |&(pid, samples): &(u32, Option<u32>)| {
                let process = processes.get(pid);
                process.is_some_and(|process| process.samples == samples && process.is_alive())
            };
            if !asked.iter().any(is_open) || Instant::now() >= until {
                break;
            }
            self.run_round(Duration::from_millis(5));
        }
        let until_ns = self.observation.now_ns() + ANSWERING_NS;
        for process in self.observation.processes.all_mut() {
            process.first_clock.ignored_until_ns = until_ns;
        }
        self.poll_processes();
    }

    /// Says, once for each time that the program stops moving, where it waits if it can never go on.
    pub fn report_stall(&mut self) {
        // Only a poll can show that threads have run, or not.
        if std::mem::take(&mut self.has_polled) && self.observation.is_newly_stalled(STALLED_NS) {
            self.sample_threads();
            self.observation.emit_stall();
        }
    }

    /// Reads what is left in the pipes, for at most `limit`.
    pub fn drain_pipes(&mut self, limit: Duration) {
        let until = Instant::now() + limit;
        loop {
            self.sources.wait(Duration::ZERO);
            if !self.read_sources() || Instant::now() > until {
                return;
            }
        }
    }

    /// Reads what there is, within bounds; `true` if there was something. Messages come first: they have the names of
    /// the processes that print.
    fn read_sources(&mut self) -> bool {
        let Self {
            sources,
            lines,
            observation,
            buffer,
            ..
        } = self;
        let mut pieces = 0;
        while pieces < MOST_PIECES {
            let size = sources.read_messages(buffer);
            if size == 0 {
                break;
            }
            pieces += 1;
            lines.push_bytes(&buffer[..size], |message| {
                observation.apply_hook_event(message);
            });
        }
        sources.accept_pipes(|owner| observation.record_pipe(owner));
        let mut pieces_of_output = 0;
        while let Some(piece) = sources.read_output(buffer) {
            observation.add_output(piece, &buffer[..piece.size]);
            pieces_of_output += 1;
            if pieces_of_output == MOST_PIECES {
                sources.rotate_pipes();
                break;
            }
        }
        pieces + pieces_of_output > 0
    }
}

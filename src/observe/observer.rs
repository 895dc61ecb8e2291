//! Collects the events of a running program from all sources.

use std::time::{Duration, Instant};

use super::{
    guard::ProgramGuard, hook_lines::HookLineReader, observation::ObservationState,
    output::LineInbox, poll::ProcessPoller, processes::ProcessKind, reaper::MainExitWatch,
};
use crate::python::EventChannel;

/// The most bytes that are read from the hooks at a time.
const PIECE: usize = 64 * 1024;

/// Polls the processes, reads the hooks' messages and the output, and updates the [`ObservationState`].
pub struct Observer {
    channel: EventChannel,
    inbox: LineInbox,
    pub lines: HookLineReader,
    watch: ProcessPoller,
    pub scene: ObservationState,
    guard: ProgramGuard,
    buffer: Vec<u8>,
}

impl Observer {
    /// An observer with this state and these sources.
    pub fn new(
        channel: EventChannel,
        inbox: LineInbox,
        watch: ProcessPoller,
        guard: ProgramGuard,
        scene: ObservationState,
    ) -> Self {
        Self {
            channel,
            inbox,
            lines: HookLineReader::default(),
            watch,
            scene,
            guard,
            buffer: vec![0; PIECE],
        }
    }

    /// One round: waits for messages until `limit` or the next poll, and polls the processes if that is due.
    pub fn run_round(&mut self, ending: &MainExitWatch, limit: Duration) {
        let limit = limit.min(self.watch.due_in());
        if ending.wait_readable(&self.channel, limit) {
            self.read_hooks();
        }
        self.take_piped_lines();
        if self.watch.due_in().is_zero() {
            self.poll_processes();
        }
    }

    /// Polls the processes now.
    pub fn poll_processes(&mut self) {
        let now = self.scene.now_ns();
        self.watch.poll_processes(&mut self.scene.lives, now);
        self.guard
            .list_strays(self.scene.lives.all(), self.scene.main);
        self.scene.finish_lines(false);
        self.scene.announce_processes();
        self.scene.emit_progress();
    }

    /// Reads what is left in the pipes, for at most `limit`.
    pub fn drain_pipes(&mut self, limit: Duration) {
        let until = Instant::now() + limit;
        while self.read_hooks() && Instant::now() < until {}
        self.take_piped_lines();
    }

    /// The processes that have not ended: PID, name, kind.
    pub fn list_living(&self) -> Vec<(u32, String, ProcessKind)> {
        let all = self.scene.lives.all().iter();
        let living = all.filter(|life| life.gone_ns.is_none());
        living
            .map(|life| (life.pid, life.display_name().to_owned(), life.kind))
            .collect()
    }

    /// Reads the hooks' pipe once; `true` if there was a message.
    fn read_hooks(&mut self) -> bool {
        let count = self.channel.read(&mut self.buffer).unwrap_or(0);
        let scene = &mut self.scene;
        self.lines
            .push_bytes(&self.buffer[..count], |told| scene.apply_hook_event(told));
        count > 0
    }

    fn take_piped_lines(&mut self) {
        let (lines, dropped) = self.inbox.take_lines();
        self.scene.lost(dropped);
        for line in lines {
            self.scene.add_piped_line(line);
        }
    }
}

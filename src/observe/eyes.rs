//! Those who watch and listen while a program runs.

use std::time::{Duration, Instant};

use super::{
    guard::ProgramGuard, keep::MainExitWatch, lives::ProcessKind, printed::LineInbox,
    scene::ObservationState, told::HookLineReader, watch::ProcessPoller,
};
use crate::python::EventChannel;

/// So much is read of what hooks tell before anything else has its turn.
const PIECE: usize = 64 * 1024;

/// They see the system's view, and hear what hooks tell and what is printed; the scene is what they make of it.
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
    /// On that scene, with those who help.
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

    /// One round: listens for at most so long, or until the next look is due, and looks.
    pub fn round(&mut self, ending: &MainExitWatch, limit: Duration) {
        let limit = limit.min(self.watch.due_in());
        if ending.wait(&self.channel, limit) {
            self.read();
        }
        self.take_raw();
        if self.watch.due_in().is_zero() {
            self.look();
        }
    }

    /// Looks now.
    pub fn look(&mut self) {
        let now = self.scene.now_ns();
        self.watch.look(&mut self.scene.lives, now);
        self.guard.list(self.scene.lives.all(), self.scene.main);
        self.scene.finish_lines(false);
        self.scene.announce();
        self.scene.tell_progress();
    }

    /// Takes what is still in the pipes, for at most so long.
    pub fn read_all(&mut self, limit: Duration) {
        let until = Instant::now() + limit;
        while self.read() && Instant::now() < until {}
        self.take_raw();
    }

    /// Those who have not ended: number, name, kind.
    pub fn living(&self) -> Vec<(u32, String, ProcessKind)> {
        let all = self.scene.lives.all().iter();
        let living = all.filter(|life| life.gone_ns.is_none());
        living
            .map(|life| (life.pid, life.shown_name().to_owned(), life.kind))
            .collect()
    }

    /// Reads once what hooks told; whether there was something.
    fn read(&mut self) -> bool {
        let count = self.channel.read(&mut self.buffer).unwrap_or(0);
        let scene = &mut self.scene;
        self.lines
            .take(&self.buffer[..count], |told| scene.told(told));
        count > 0
    }

    fn take_raw(&mut self) {
        let (lines, dropped) = self.inbox.empty();
        self.scene.lost(dropped);
        for line in lines {
            self.scene.raw(line);
        }
    }
}

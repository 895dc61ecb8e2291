//! A worker, as its pool sees it.

use std::{
    collections::VecDeque,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use ipc_channel::{
    IpcError, TryRecvError,
    ipc::{self, IpcReceiver, IpcSender},
};

use super::{
    control_page::{ChunkPhase, ControlPage},
    wire::{Chunk, FromWorker, ToWorker},
};
use crate::{
    Error, WorkerName, bootstrap::SpawnedChild, child::ChildProcess, handshake::ChildRole,
    message::Message, output::OutputSink,
};

/// Some tasks of a batch that a worker was sent and has not answered yet.
#[derive(Debug)]
pub(crate) struct InFlightChunk {
    pub(crate) number: u64,
    pub(crate) batch: u64,
    /// Those not answered yet.
    pub(crate) tasks: Range<usize>,
    /// Where the chunk began, for the worker counts from there.
    pub(crate) first: usize,
    pub(crate) sent: Instant,
    /// Called back in time: it will not be run here.
    pub(crate) is_called_back: bool,
}

pub(crate) struct PoolWorker {
    pub(crate) child: Arc<ChildProcess>,
    pub(crate) startup: Duration,
    pub(crate) in_flight: VecDeque<InFlightChunk>,
    /// Tasks answered.
    pub(crate) tasks_done: usize,
    /// Tasks sent, for `maxtasksperchild`.
    pub(crate) tasks_sent: usize,
    pub(crate) is_initialized: bool,
    pub(crate) is_retired: bool,
    pub(crate) is_dead: bool,
    /// When it last gave a sign of life that concerned its first chunk.
    pub(crate) last_sign: Instant,
    control: ControlPage,
    tasks: IpcSender<ToWorker>,
    replies: IpcReceiver<FromWorker>,
    received: u64,
    next_number: u64,
    known_targets: Vec<&'static str>,
}

impl PoolWorker {
    /// Gives a started child its role. Also returns the channel by which it wakes the pool, and which is closed when it
    /// ends.
    pub(crate) fn from_spawned(
        spawned: SpawnedChild,
        sink: &OutputSink,
        spin: Duration,
        needs_initializer: bool,
        began: Instant,
    ) -> Result<(Self, IpcReceiver<()>), Error> {
        let failed = |error| Error::from_system("cannot make a channel", error);
        // Nothing may fail from here on without ending the child, which dropping `spawned` does.
        let control = ControlPage::create_zeroed()?;
        let (tasks, tasks_end) = ipc::channel().map_err(failed)?;
        let (replies_end, replies) = ipc::channel().map_err(failed)?;
        let (bell_end, bell) = ipc::channel().map_err(failed)?;
        let role = ChildRole::Worker {
            tasks: tasks_end,
            replies: replies_end,
            bell: bell_end,
            control: control.memory(),
            spin_micros: spin.as_micros() as u64,
        };
        let child = spawned.complete_handshake(role, sink)?;
        let worker = Self {
            child,
            startup: began.elapsed(),
            in_flight: VecDeque::new(),
            tasks_done: 0,
            tasks_sent: 0,
            is_initialized: !needs_initializer,
            is_retired: false,
            is_dead: false,
            last_sign: Instant::now(),
            control,
            tasks,
            replies,
            received: 0,
            next_number: 1,
            known_targets: Vec::new(),
        };
        Ok((worker, bell))
    }

    pub(crate) fn name(&self) -> WorkerName {
        WorkerName {
            name: self.child.name().to_string(),
            pid: self.child.pid(),
        }
    }

    /// Whether it can be sent work.
    pub(crate) fn is_available(&self) -> bool {
        self.is_initialized && !self.is_retired && !self.is_dead
    }

    /// Sends a message. `false` if it is gone.
    pub(crate) fn send_message(&self, message: ToWorker) -> bool {
        // ipc-channel asserts where a descriptor is missing.
        let sent = catch_unwind(AssertUnwindSafe(|| self.tasks.send(message).is_ok()));
        self.control.count_message();
        sent.unwrap_or(false)
    }

    /// Sends tasks. `false` if it is gone.
    pub(crate) fn send_chunk(
        &mut self,
        batch: u64,
        tasks: Range<usize>,
        target: &'static str,
        arguments: Message,
        logged: bool,
    ) -> bool {
        let known = self.known_targets.iter().position(|known| *known == target);
        let name = known.is_none().then(|| {
            self.known_targets.push(target);
            target.to_owned()
        });
        let number = self.next_number;
        self.next_number += 1;
        let now = Instant::now();
        if self.in_flight.is_empty() {
            self.last_sign = now;
        }
        self.tasks_sent += tasks.len();
        self.in_flight.push_back(InFlightChunk {
            number,
            batch,
            first: tasks.start,
            tasks,
            sent: now,
            is_called_back: false,
        });
        self.send_message(ToWorker::Run(Chunk {
            number,
            target: known.unwrap_or(self.known_targets.len() - 1) as u32,
            name,
            logged,
            arguments,
        }))
    }

    /// Whether a reply is waiting, as far as the control page knows.
    #[inline]
    pub(crate) fn has_replied(&self) -> bool {
        self.control.reply_count() != self.received
    }

    /// Takes the next reply, if there is one now. A worker that is gone, or whose message needs descriptors that
    /// we lack, has none.
    pub(crate) fn try_receive_reply(&mut self) -> Option<FromWorker> {
        loop {
            let received = catch_unwind(AssertUnwindSafe(|| {
                self.replies.try_recv_timeout(Duration::ZERO)
            }));
            match received {
                Ok(Ok(reply)) => {
                    self.received += 1;
                    return Some(reply);
                }
                Ok(Err(TryRecvError::IpcError(IpcError::Io(error))))
                    if error.kind() == std::io::ErrorKind::Interrupted => {}
                _ => return None,
            }
        }
    }

    /// Announces that the pool is about to sleep, or no longer is.
    pub(crate) fn set_pool_sleeps(&self, sleeps: bool) {
        if !self.in_flight.is_empty() || !self.is_initialized {
            self.control.set_pool_sleeps(sleeps);
        }
    }

    /// Whether something waits behind its first chunk, and was not called back yet.
    pub(crate) fn has_reclaimable_chunks(&self) -> bool {
        let last = self.in_flight.iter().skip(1).last();
        last.is_some_and(|last| !last.is_called_back)
    }

    /// Takes back what it has not begun; those chunks are marked and returned.
    pub(crate) fn reclaim_chunks(&mut self) -> Vec<(u64, Range<usize>)> {
        if !self.has_reclaimable_chunks() {
            return Vec::new();
        }
        let Some(from) = first_reclaimable_chunk(&self.in_flight) else {
            return Vec::new();
        };
        let begun = self.control.reclaim_chunks(from, self.next_number);
        let mut taken = Vec::new();
        for chunk in &mut self.in_flight {
            if chunk.number > begun && !chunk.is_called_back && chunk.number >= 2 {
                chunk.is_called_back = true;
                self.tasks_sent -= chunk.tasks.len();
                taken.push((chunk.batch, chunk.tasks.clone()));
            }
        }
        taken
    }

    /// What it is doing with its first chunk; `None` if it has not begun it.
    pub(crate) fn current_phase(&self) -> Option<ChunkPhase> {
        let (number, step) = self.control.current_progress();
        let first = self.in_flight.front()?;
        (number == first.number).then_some(step)
    }
}

/// Where what is called back begins: behind the first chunk, which may be running, unless that one was called back
/// already and the worker has not come to it yet. Passed over now, it would be run here after all.
fn first_reclaimable_chunk(in_flight: &VecDeque<InFlightChunk>) -> Option<u64> {
    let first = in_flight.front().filter(|first| first.is_called_back);
    let chunk = first.or_else(|| in_flight.get(1));
    chunk.map(|chunk| chunk.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(number: u64, is_called_back: bool) -> InFlightChunk {
        InFlightChunk {
            number,
            batch: 0,
            tasks: 0..1,
            first: 0,
            sent: Instant::now(),
            is_called_back,
        }
    }

    #[test]
    fn what_was_called_back_and_not_yet_come_to_stays_called_back() {
        let running = VecDeque::from([chunk(3, false), chunk(4, true), chunk(5, false)]);
        assert_eq!(first_reclaimable_chunk(&running), Some(4));
        let between = VecDeque::from([chunk(4, true), chunk(5, false)]);
        assert_eq!(first_reclaimable_chunk(&between), Some(4));
        assert_eq!(
            first_reclaimable_chunk(&VecDeque::from([chunk(3, false)])),
            None
        );
    }
}

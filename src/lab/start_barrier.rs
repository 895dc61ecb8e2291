//! Child processes that get ready, wait at a gate, start together, and each tell one result.
//!
//! [`Gate`] is the child's end, [`LineUp`] the parent's. A child's death ends every wait for it.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{DemoContext, LabError, children::RecordedChild};
use crate::{
    measure::clock,
    mp::{self, Connection, Process},
    record::{Backend, EventKind, WorkerId},
};

/// How often those who work long are looked after.
const ROUND: Duration = Duration::from_millis(250);

/// What a child tells its parent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum BarrierMessage<R> {
    /// It stands at the gate.
    Ready,
    /// It is done.
    Done(R),
}

/// The child's end of the gate: an argument of its target.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct BarrierHandle<R>(Connection<BarrierMessage<R>, ()>);

impl<R: Serialize + DeserializeOwned> BarrierHandle<R> {
    /// Says that this child is ready, and waits until the gate opens.
    ///
    /// # Errors
    /// If the parent is gone.
    pub fn wait(&self) -> Result<(), mp::Failure> {
        self.0.send(BarrierMessage::Ready)?;
        Ok(self.0.recv()?)
    }

    /// Tells the parent the result.
    ///
    /// # Errors
    /// If the parent is gone.
    pub fn send_result(&self, result: R) -> Result<(), mp::Failure> {
        Ok(self.0.send(BarrierMessage::Done(result))?)
    }
}

/// Where a line-up's children belong in the recording.
#[derive(Debug, Clone, Copy, Default)]
pub struct WorkerLabels {
    /// Under which backend, where the demo compares backends.
    pub backend: Option<Backend>,
    /// In which trial.
    pub trial: Option<u32>,
}

/// The parent's side: children in the order in which they were started.
pub struct StartBarrier<'a, R> {
    bench: &'a DemoContext,
    place: WorkerLabels,
    began: Instant,
    members: Vec<BarrierMember<R>>,
}

struct BarrierMember<R> {
    child: RecordedChild,
    gate: Connection<(), BarrierMessage<R>>,
}

impl<'a, R: Serialize + DeserializeOwned> StartBarrier<'a, R> {
    /// An empty line; its start-up time counts from here.
    pub fn new(bench: &'a DemoContext, place: WorkerLabels) -> Self {
        Self {
            bench,
            place,
            began: Instant::now(),
            members: Vec::new(),
        }
    }

    /// Starts a child: `make` turns its end of the gate into a process.
    ///
    /// # Errors
    /// If the child cannot be started. Those already started are killed when the line-up is dropped.
    pub fn start_child(
        &mut self,
        make: impl FnOnce(BarrierHandle<R>) -> Process,
    ) -> Result<WorkerId, LabError> {
        let (gate, theirs) = mp::pipe::<(), BarrierMessage<R>>()?;
        let mut process = make(BarrierHandle(theirs));
        process.set_name(format!("Process-{}", self.members.len() + 1));
        let child = RecordedChild::start(self.bench, process, self.place)?;
        let worker = child.worker;
        self.members.push(BarrierMember { child, gate });
        Ok(worker)
    }

    /// Waits until every child stands at the gate; returns the start-up time in seconds.
    ///
    /// # Errors
    /// If one of them ended before.
    pub fn wait_until_ready(&mut self) -> Result<f64, LabError> {
        for member in &mut self.members {
            let BarrierMessage::Ready = member.receive_message(self.bench)? else {
                return Err(member.unexpected_message_error());
            };
            self.bench.emit(EventKind::WorkerReady {
                worker: member.child.worker,
                startup_s: self.began.elapsed().as_secs_f64(),
            });
        }
        Ok(self.began.elapsed().as_secs_f64())
    }

    /// Opens the gate; returns the moment by the machine's monotonic clock, in nanoseconds.
    ///
    /// # Errors
    /// If a child is gone.
    pub fn open_barrier(&mut self) -> Result<u64, LabError> {
        let opened_ns = clock::now_ns();
        for member in &mut self.members {
            if let Err(error) = member.gate.send(()) {
                return Err(member.child.lost_error(self.bench, &error));
            }
        }
        Ok(opened_ns)
    }

    /// Waits for every child's result.
    ///
    /// # Errors
    /// If a child ends without one.
    pub fn collect_results(&mut self) -> Result<Vec<(WorkerId, R)>, LabError> {
        let mut results = Vec::with_capacity(self.members.len());
        for index in 0..self.members.len() {
            // Whoever died must not have to wait for the slowest of the others to be noticed.
            while matches!(self.members[index].gate.poll(ROUND), Ok(false)) {
                self.check_children()?;
            }
            let member = &mut self.members[index];
            let BarrierMessage::Done(result) = member.receive_message(self.bench)? else {
                return Err(member.unexpected_message_error());
            };
            results.push((member.child.worker, result));
        }
        Ok(results)
    }

    fn check_children(&mut self) -> Result<(), LabError> {
        let failed = |member: &&mut BarrierMember<R>| {
            let exitcode = member.child.process.exitcode();
            exitcode.is_some_and(|code| code != 0)
        };
        match self.members.iter_mut().find(failed) {
            None => Ok(()),
            Some(member) => Err(member
                .child
                .lost_error(self.bench, &mp::ConnectionError::PeerGone)),
        }
    }

    /// Joins every child, and records how it ended.
    ///
    /// # Errors
    /// If the system refuses to wait for it.
    pub fn join_children(&mut self) -> Result<(), LabError> {
        for member in &mut self.members {
            member.child.join()?;
        }
        Ok(())
    }

    /// Seconds since the line-up began.
    pub fn elapsed_s(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }
}

/// A line-up that is given up leaves nobody at the gate.
impl<R> Drop for StartBarrier<'_, R> {
    fn drop(&mut self) {
        for member in &self.members {
            let process = &member.child.process;
            if process.is_alive() {
                // It may end by itself at this moment: then there is nothing to end.
                let _ = process.kill();
                let _ = process.join();
            }
        }
    }
}

impl<R: Serialize + DeserializeOwned> BarrierMember<R> {
    /// Waits for what the child says; its death ends the wait.
    fn receive_message(&mut self, bench: &DemoContext) -> Result<BarrierMessage<R>, LabError> {
        self.gate
            .recv()
            .map_err(|error| self.child.lost_error(bench, &error))
    }

    fn unexpected_message_error(&self) -> LabError {
        LabError::Worker(format!("{} spoke out of turn", self.child.process.name()))
    }
}

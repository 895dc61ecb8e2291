//! Child processes that prepare, wait at a barrier, start together, and each send one result.
//!
//! [`BarrierHandle`] is the child's end, [`StartBarrier`] the parent's. A child's death ends every wait for it.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{DemoContext, LabError, children::RecordedChild};
use crate::{
    measure::clock,
    mp::{self, Connection, Process},
    record::{Backend, EventKind, WorkerId},
};

/// How often to check on children that work for a long time.
const ROUND: Duration = Duration::from_millis(250);

/// A child's message to its parent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum BarrierMessage<R> {
    /// The child is at the barrier.
    Ready,
    /// The child has finished.
    Done(R),
}

/// The child's end of the barrier: an argument of its target.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct BarrierHandle<R>(Connection<BarrierMessage<R>, ()>);

impl<R: Serialize + DeserializeOwned> BarrierHandle<R> {
    /// Reports that this child is ready, and waits until the barrier opens.
    ///
    /// # Errors
    /// If the parent is gone.
    pub fn wait(&self) -> Result<(), mp::Failure> {
        self.0.send(BarrierMessage::Ready)?;
        Ok(self.0.recv()?)
    }

    /// Sends the result to the parent.
    ///
    /// # Errors
    /// If the parent is gone.
    pub fn send_result(&self, result: R) -> Result<(), mp::Failure> {
        Ok(self.0.send(BarrierMessage::Done(result))?)
    }
}

/// How the recording labels the children.
#[derive(Debug, Clone, Copy, Default)]
pub struct WorkerLabels {
    /// The backend, if the demo compares backends.
    pub backend: Option<Backend>,
    /// The trial.
    pub trial: Option<u32>,
}

/// The parent's end, with the children in the order in which they were started.
pub struct StartBarrier<'a, R> {
    context: &'a DemoContext,
    place: WorkerLabels,
    began: Instant,
    members: Vec<BarrierMember<R>>,
}

struct BarrierMember<R> {
    child: RecordedChild,
    gate: Connection<(), BarrierMessage<R>>,
}

impl<'a, R: Serialize + DeserializeOwned> StartBarrier<'a, R> {
    /// A barrier without children. The start-up time begins here.
    pub fn new(context: &'a DemoContext, place: WorkerLabels) -> Self {
        Self {
            context,
            place,
            began: Instant::now(),
            members: Vec::new(),
        }
    }

    /// Starts a child: `make` creates the process from its end of the barrier.
    ///
    /// # Errors
    /// If the child cannot be started. Children that were started already are killed when the barrier is
    /// dropped.
    pub fn start_child(
        &mut self,
        make: impl FnOnce(BarrierHandle<R>) -> Process,
    ) -> Result<WorkerId, LabError> {
        let (gate, theirs) = mp::pipe::<(), BarrierMessage<R>>()?;
        let mut process = make(BarrierHandle(theirs));
        process.set_name(format!("Process-{}", self.members.len() + 1));
        let child = RecordedChild::start(self.context, process, self.place)?;
        let worker = child.worker;
        self.members.push(BarrierMember { child, gate });
        Ok(worker)
    }

    /// Waits until every child is at the barrier. Returns the start-up time in seconds.
    ///
    /// # Errors
    /// If a child ends before.
    pub fn wait_until_ready(&mut self) -> Result<f64, LabError> {
        for member in &mut self.members {
            let BarrierMessage::Ready = member.receive_message(self.context)? else {
                return Err(member.unexpected_message_error());
            };
            self.context.emit(EventKind::WorkerReady {
                worker: member.child.worker,
                startup_s: self.began.elapsed().as_secs_f64(),
            });
        }
        Ok(self.began.elapsed().as_secs_f64())
    }

    /// Opens the barrier. Returns the time by the machine's monotonic clock, in nanoseconds.
    ///
    /// # Errors
    /// If a child is gone.
    pub fn open_barrier(&mut self) -> Result<u64, LabError> {
        let opened_ns = clock::now_ns();
        for member in &mut self.members {
            if let Err(error) = member.gate.send(()) {
                return Err(member.child.lost_error(self.context, &error));
            }
        }
        Ok(opened_ns)
    }

    /// Waits for the results of all children.
    ///
    /// # Errors
    /// If a child ends without one.
    pub fn collect_results(&mut self) -> Result<Vec<(WorkerId, R)>, LabError> {
        let mut results = Vec::with_capacity(self.members.len());
        for index in 0..self.members.len() {
            // The death of another child must be noticed before the slowest one has finished.
            while matches!(self.members[index].gate.poll(ROUND), Ok(false)) {
                self.check_children()?;
            }
            let member = &mut self.members[index];
            let BarrierMessage::Done(result) = member.receive_message(self.context)? else {
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
                .lost_error(self.context, &mp::ConnectionError::PeerGone)),
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

    /// Seconds since the barrier was created.
    pub fn elapsed_s(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }
}

/// Dropping a barrier kills the children that wait at it.
impl<R> Drop for StartBarrier<'_, R> {
    fn drop(&mut self) {
        for member in &self.members {
            let process = &member.child.process;
            if process.is_alive() {
                // The child may end by itself at this moment; then there is nothing to kill.
                let _ = process.kill();
                let _ = process.join();
            }
        }
    }
}

impl<R: Serialize + DeserializeOwned> BarrierMember<R> {
    /// Waits for the child's next message. Its death ends the wait.
    fn receive_message(&mut self, context: &DemoContext) -> Result<BarrierMessage<R>, LabError> {
        self.gate
            .recv()
            .map_err(|error| self.child.lost_error(context, &error))
    }

    fn unexpected_message_error(&self) -> LabError {
        LabError::Worker(format!("{} spoke out of turn", self.child.process.name()))
    }
}

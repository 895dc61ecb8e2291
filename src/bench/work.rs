//! The work of a worker, step by step. Between two steps it carries out its orders.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{
    crash_kind::CrashKind,
    inbox::OrderInbox,
    status_page::WorkerActivity,
    task::{RingPlace, WorkKind, WorkerCounter, WorkerOrder, WorkerTask},
};
use crate::{
    gil::{self, Gil, GilBreaker, GilThread},
    mp::{ConnectionError, Failure},
    workload::{CpuWork, Job, PreparedJob, WorkError, WorkPart},
};

/// `primes` without a size: the numbers up to here last for hours.
const PRIMES: u64 = 1_000_000_000;
/// The numbers of one step of `primes`.
const PRIMES_STEP: u64 = 10_000;
/// `count` without a size.
const ADDITIONS: u64 = 20_000_000;
/// The additions of one step of `count`, and of those between two check points of the GIL.
const ADDITIONS_STEP: u64 = 10_000;
const ADDITIONS_CHECK: u64 = 100;
/// `print` without a size.
const LINES: u64 = 5;
/// One nap of `wait`, and the time between two lines of `print`.
const NAP: Duration = Duration::from_secs(1);
/// How long a worker of a ring keeps the message.
const RING_PAUSE: Duration = Duration::from_millis(50);
/// How often a worker that waits for the ring's message looks for orders.
const RING_LOOK: Duration = Duration::from_millis(20);

/// What the threads of a host share.
#[derive(Debug, Clone, Default)]
pub(super) struct HostMemory {
    /// The lock by which they take turns, if they do.
    pub(super) gil: Option<Gil>,
    /// The variable that they count in.
    pub(super) counter: Arc<AtomicU64>,
}

/// Does a task until it is done, or an order ends it.
pub(super) fn do_work(
    task: &WorkerTask,
    inbox: &OrderInbox,
    host: Option<&HostMemory>,
) -> Result<(), Failure> {
    let mut work = RunningWork {
        task,
        inbox,
        gil: host.and_then(|host| Some(host.gil.as_ref()?.new_thread())),
        is_thread: host.is_some(),
        steps: 0,
        primes: None,
        counter: CounterHandle::new(&task.counter, host),
    };
    loop {
        if work.carry_out_orders()? == OrderEffect::Ends {
            return Ok(());
        }
        if work.is_done() {
            return work.finish();
        }
        work.run_locked_step()?;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OrderEffect {
    Ends,
    GoesOn,
}

struct RunningWork<'t> {
    task: &'t WorkerTask,
    inbox: &'t OrderInbox,
    gil: Option<GilThread>,
    is_thread: bool,
    /// Steps so far, in the unit of the size.
    steps: u64,
    primes: Option<PreparedJob>,
    counter: CounterHandle,
}

impl RunningWork<'_> {
    fn carry_out_orders(&mut self) -> Result<OrderEffect, Failure> {
        while let Some(order) = self.inbox.take() {
            match order {
                WorkerOrder::Text(text) => {
                    self.print_line(&format!("received: {text}"))?;
                    if self.task.work == WorkKind::Idle {
                        self.task.page.add_steps(1);
                    }
                }
                WorkerOrder::End => return Ok(OrderEffect::Ends),
                WorkerOrder::Crash(kind) => CrashKind::crash_now(kind)?,
            }
        }
        Ok(OrderEffect::GoesOn)
    }

    fn is_done(&self) -> bool {
        let size = self.task.size;
        match self.task.work {
            WorkKind::Primes => self.steps >= u64::from(self.prime_parts()),
            WorkKind::Count => self.steps >= size.unwrap_or(ADDITIONS),
            WorkKind::Print => self.steps >= size.unwrap_or(LINES),
            WorkKind::Wait | WorkKind::Ring => size.is_some_and(|size| self.steps >= size),
            WorkKind::Idle => false,
        }
    }

    /// One step, during which it holds the lock if it has one. A thread does not hold the GIL while it waits.
    fn run_locked_step(&mut self) -> Result<(), Failure> {
        let task = self.task;
        let Some(lock) = &task.lock else {
            return self.run_step();
        };
        task.page.set_activity(WorkerActivity::LockWait);
        let _held = lock.acquire()?;
        self.run_step()
    }

    fn run_step(&mut self) -> Result<(), Failure> {
        match self.task.work {
            WorkKind::Primes => self.find_primes(),
            WorkKind::Count => {
                self.add_up();
                Ok(())
            }
            WorkKind::Print => self.print_next_line(),
            WorkKind::Wait => {
                self.nap();
                Ok(())
            }
            WorkKind::Ring => self.pass_message(),
            WorkKind::Idle => {
                self.task.page.set_activity(WorkerActivity::MessageWait);
                self.inbox.wait(None);
                Ok(())
            }
        }
    }

    /// The lines of threads come from their host: each says which thread it is of.
    fn print_line(&self, text: &str) -> io::Result<()> {
        if self.is_thread {
            return writeln!(io::stdout(), "{}: {text}", self.task.name);
        }
        writeln!(io::stdout(), "{text}")
    }

    fn prime_limit(&self) -> u64 {
        self.task.size.unwrap_or(PRIMES)
    }

    fn prime_parts(&self) -> u32 {
        let parts = self.prime_limit().div_ceil(PRIMES_STEP);
        u32::try_from(parts).unwrap_or(u32::MAX).max(1)
    }

    fn find_primes(&mut self) -> Result<(), Failure> {
        self.task.page.set_activity(WorkerActivity::Computing);
        let part = WorkPart {
            index: self.steps as u32,
            of: self.prime_parts(),
        };
        let job = match self.primes.take() {
            Some(job) => job,
            None => Job::new(CpuWork::Primes, self.prime_limit()).prepare()?,
        };
        let found = match &mut self.gil {
            None => job.run_freely(part, self.inbox.flag(), &mut || u32::MAX),
            Some(thread) => {
                let mut breaker = GilBreaker::new(thread.attach(), self.inbox.flag());
                gil::run_under(&job, part, &mut breaker, &mut || u32::MAX)
            }
        };
        self.primes = Some(job);
        match found {
            Ok(found) => {
                self.steps += 1;
                self.task.page.add_steps(found.checksum);
                Ok(())
            }
            // An order came: the step is done again afterwards.
            Err(WorkError::Stopped(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn add_up(&mut self) {
        self.task.page.set_activity(WorkerActivity::Computing);
        let left = self.task.size.unwrap_or(ADDITIONS) - self.steps;
        // Who holds a lock holds it for one addition.
        let most = if self.task.lock.is_some() {
            1
        } else {
            ADDITIONS_STEP
        };
        let additions = left.min(most);
        let mut running = self.gil.as_mut().map(GilThread::attach);
        let mut value = 0;
        for addition in 0..additions {
            value = self.counter.add_one();
            if addition % ADDITIONS_CHECK == 0
                && let Some(running) = &mut running
            {
                running.check();
            }
        }
        drop(running);
        self.steps += additions;
        self.task.page.add_steps(additions);
        self.task.page.set_counter(value);
    }

    fn print_next_line(&mut self) -> Result<(), Failure> {
        self.task.page.set_activity(WorkerActivity::Computing);
        self.steps += 1;
        self.task.page.add_steps(1);
        self.print_line(&format!("line {}", self.steps))?;
        self.sleep(NAP);
        Ok(())
    }

    /// Sleeps, and counts that as a step unless an order came.
    fn nap(&mut self) {
        self.sleep(NAP);
        if !self.inbox.flag().load(Ordering::Acquire) {
            self.steps += 1;
            self.task.page.add_steps(1);
        }
    }

    fn sleep(&self, limit: Duration) {
        self.task.page.set_activity(WorkerActivity::Sleeping);
        self.inbox.wait(Some(limit));
    }

    fn pass_message(&mut self) -> Result<(), Failure> {
        let task = self.task;
        let Some(ring) = &task.ring else {
            return Err(Failure::new("this worker has no place in a ring"));
        };
        if ring.begins && self.steps == 0 {
            ring.send(1)?;
        } else {
            let Some(passes) = self.receive_message(ring)? else {
                return Ok(());
            };
            self.sleep(RING_PAUSE);
            ring.send(passes + 1)?;
        }
        self.steps += 1;
        self.task.page.add_steps(1);
        Ok(())
    }

    /// The message, unless an order comes first.
    fn receive_message(&self, ring: &RingPlace) -> Result<Option<u64>, Failure> {
        self.task.page.set_activity(WorkerActivity::MessageWait);
        while !self.inbox.flag().load(Ordering::Acquire) {
            let received = ring.inlet.recv_timeout(RING_LOOK);
            if let Some(passes) = received.map_err(|error| name_ended(error, &ring.sender))? {
                return Ok(Some(passes));
            }
        }
        Ok(None)
    }

    /// The worker that began a ring also receives the last message, or its sender would find nobody there.
    fn finish(&mut self) -> Result<(), Failure> {
        let task = self.task;
        if let Some(ring) = task.ring.as_ref().filter(|ring| ring.begins) {
            self.receive_message(ring)?;
        }
        Ok(())
    }
}

impl RingPlace {
    fn send(&self, passes: u64) -> Result<(), Failure> {
        let sent = self.outlet.send(passes);
        sent.map_err(|error| name_ended(error, &self.receiver))
    }
}

/// Says which worker of the ring is missing.
fn name_ended(error: ConnectionError, worker: &str) -> Failure {
    match error {
        ConnectionError::PeerGone => Failure::new(format!(
            "the ring is broken: its neighbor {worker} has ended"
        )),
        other => other.into(),
    }
}

/// The counter of `count`. An addition is two steps, a load and a store: without a lock, additions get lost.
enum CounterHandle {
    Own(u64),
    OfHost(Arc<AtomicU64>),
    OfBench(crate::mp::Value<u64>),
}

impl CounterHandle {
    fn new(counter: &WorkerCounter, host: Option<&HostMemory>) -> Self {
        match counter {
            WorkerCounter::Own => Self::Own(0),
            WorkerCounter::OfHost => {
                Self::OfHost(host.map_or_else(Arc::default, |host| Arc::clone(&host.counter)))
            }
            WorkerCounter::OfBench(value) => Self::OfBench(value.clone()),
        }
    }

    fn add_one(&mut self) -> u64 {
        match self {
            Self::Own(value) => {
                *value += 1;
                *value
            }
            Self::OfHost(value) => {
                let next = value.load(Ordering::Acquire) + 1;
                value.store(next, Ordering::Release);
                next
            }
            Self::OfBench(value) => {
                let next = value.get() + 1;
                value.set(next);
                next
            }
        }
    }
}

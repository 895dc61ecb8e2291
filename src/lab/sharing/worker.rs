//! The worker's part of `sharing`: counts in the numbers that it shares with its parent.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use crate::{
    mp::{self, Bytes, Connection, Lock, Queue, SharedArray, Value},
    record::named_enum,
    report::stats,
};

/// A worker whose counterpart has not begun after this time gives up.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// The updates between two looks at the clock: in memory, behind a lock, by messages.
const BATCHES: [u64; 3] = [10_000, 10, 20];

named_enum! {
    /// A way to share a number. They are measured in this order.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    pub enum SharingWay {
        /// Threads have the same memory.
        Threads = "threads",
        /// Each worker gets a copy.
        Copy = "a copy",
        /// A single shared number.
        Value = "Value",
        /// The first of many shared numbers.
        Array = "Array",
        /// The parent alone has the numbers; workers send it messages.
        Queue = "Queue",
    }
}

/// What workers share with their parent.
#[derive(Clone, Serialize, Deserialize)]
pub struct SharedNumbers {
    pub(super) value: Value<u64>,
    pub(super) array: SharedArray<u64>,
    pub(super) messages: Queue<Option<Bytes>>,
    pub(super) lock: Lock,
    /// The round that each worker has reached.
    pub(super) arrived: SharedArray<u64>,
}

/// What a worker is to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CountOrder {
    pub(super) way: SharingWay,
    pub(super) locked: bool,
    pub(super) time: Duration,
    /// The round that two workers begin together; `None` for a worker alone.
    pub(super) round: Option<u64>,
    /// The numbers, for a worker that gets a copy.
    pub(super) data: Bytes,
}

/// What a worker did.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct CountReply {
    pub(super) updates: u64,
    /// The seconds of one update.
    pub(super) update_s: f64,
    /// The bytes of numbers that it received.
    pub(super) copied: u64,
}

/// A child: follows orders until its parent closes the connection.
///
/// # Errors
/// If the parent, the lock or the other worker is gone.
pub fn count_in_child(
    shared: SharedNumbers,
    worker: usize,
    orders: Connection<CountReply, CountOrder>,
) -> Result<(), mp::Failure> {
    while let Ok(order) = orders.recv() {
        orders.send(shared.count(worker, &order)?)?;
    }
    Ok(())
}

impl SharedNumbers {
    /// Updates a number for the time of the order.
    pub(super) fn count(
        &self,
        worker: usize,
        order: &CountOrder,
    ) -> Result<CountReply, mp::Failure> {
        let own = match order.way {
            SharingWay::Copy => SharedArray::from_slice(&read_numbers(&order.data))?,
            _ => self.array.clone(),
        };
        if let Some(round) = order.round {
            self.await_other(worker, round)?;
        }
        let [in_memory, locked, by_message] = BATCHES;
        let increment = |times| match order.way {
            SharingWay::Value => self.value.increment_in_two_steps(times),
            _ => own.increment_in_two_steps(0, times),
        };
        let (updates, update_s) = match order.way {
            SharingWay::Queue => {
                let counted = count_for(order.time, by_message, |times| self.put_ones(times))?;
                self.messages.put(None)?;
                counted
            }
            _ if order.locked => count_for(order.time, locked, |times| {
                for _ in 0..times {
                    let _held = self.lock.acquire()?;
                    increment(1);
                }
                Ok(())
            })?,
            _ => count_for(order.time, in_memory, |times| {
                increment(times);
                Ok(())
            })?,
        };
        Ok(CountReply {
            updates,
            update_s,
            copied: order.data.len() as u64,
        })
    }

    fn put_ones(&self, times: u64) -> Result<(), mp::Failure> {
        for _ in 0..times {
            self.messages
                .put(Some(Bytes::from(1_u64.to_le_bytes().to_vec())))?;
        }
        Ok(())
    }

    /// Waits for the other worker without sleeping, so that both begin at once.
    fn await_other(&self, worker: usize, round: u64) -> Result<(), mp::Failure> {
        self.arrived.store(worker, round);
        let began = Instant::now();
        while self.arrived.iter().any(|reached| reached < round) {
            if began.elapsed() > LONGEST_WAIT {
                return Err(mp::Failure::new("the other worker did not begin"));
            }
            thread::yield_now();
        }
        Ok(())
    }
}

/// Repeats batches of updates for a time. Returns how many updates there were, and the seconds of one: the median of the
/// batches, since a batch that was interrupted says nothing.
fn count_for(
    time: Duration,
    batch: u64,
    mut update: impl FnMut(u64) -> Result<(), mp::Failure>,
) -> Result<(u64, f64), mp::Failure> {
    let began = Instant::now();
    let (mut last, mut times) = (began, Vec::new());
    while last - began < time {
        update(batch)?;
        let ended = Instant::now();
        times.push((ended - last).as_secs_f64());
        last = ended;
    }
    let update_s = stats::median(&times).unwrap_or_default() / batch as f64;
    Ok((times.len() as u64 * batch, update_s))
}

/// The numbers in a worker's copy.
fn read_numbers(data: &[u8]) -> Vec<u64> {
    let (numbers, _) = data.as_chunks();
    numbers.iter().copied().map(u64::from_le_bytes).collect()
}

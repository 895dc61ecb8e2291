//! A batch on its way through the engine: which of its tasks are still to be sent, and in what portions.

use std::{
    fmt::Display,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use super::batch::Batch;

/// How much work may wait at a worker behind what it is doing.
const WAITING: Duration = Duration::from_micros(300);

/// A worker holds no more chunks than that, so that sending to it never blocks.
const MOST_CHUNKS: usize = 4;

pub(crate) struct QueuedBatch {
    pub(crate) batch: Box<dyn Batch>,
    chunksize: usize,
    /// Everything from here on was never sent.
    next: usize,
    /// Tasks that came back, to be sent first; the last one first of all.
    again: Vec<Range<usize>>,
    settled: usize,
    /// How long a chunk takes, lately.
    pace: Option<Duration>,
}

impl QueuedBatch {
    pub(crate) fn new(batch: Box<dyn Batch>, chunksize: usize) -> Self {
        Self {
            batch,
            chunksize: chunksize.max(1),
            next: 0,
            again: Vec::new(),
            settled: 0,
            pace: None,
        }
    }

    /// The next tasks to send, at most `allowed`. `None` if all are sent.
    pub(crate) fn take_chunk(&mut self, allowed: usize) -> Option<Range<usize>> {
        let most = self.chunksize.min(allowed.max(1));
        if let Some(tasks) = self.again.pop() {
            let end = tasks.end.min(tasks.start + most);
            if end < tasks.end {
                self.again.push(end..tasks.end);
            }
            return Some(tasks.start..end);
        }
        let begin = self.next;
        self.next = self.batch.len().min(begin + most);
        (begin < self.next).then_some(begin..self.next)
    }

    pub(crate) fn put_back(&mut self, tasks: Range<usize>) {
        self.again.push(tasks);
    }

    /// So many more are answered. `true` if all are now.
    pub(crate) fn settle_tasks(&mut self, count: usize) -> bool {
        self.settled += count;
        self.settled >= self.batch.len()
    }

    /// A chunk took so long.
    pub(crate) fn record_pace(&mut self, took: Duration) {
        self.pace = Some(self.pace.map_or(took, |pace| (pace * 3 + took) / 4));
    }

    /// How many chunks a worker may hold at a time. More than one only where chunks prove short: what waits
    /// behind a long task could be run by another.
    pub(crate) fn chunks_per_worker(&self) -> usize {
        let Some(pace) = self.pace else {
            return 1;
        };
        let fitting = WAITING.as_nanos() / pace.as_nanos().max(1);
        (1 + fitting as usize).min(MOST_CHUNKS)
    }
}

/// Runs code of the user's (an implementation of serde's traits) or of ipc-channel: a panic is an error.
pub(crate) fn catch_panic<R, E: Display>(run: impl FnOnce() -> Result<R, E>) -> Result<R, String> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("it panicked".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::batch::TaskBatch, *};

    fn queued(count: u32, chunksize: usize) -> QueuedBatch {
        let (tasks, _) = TaskBatch::<u32, u32>::new("test", 0, (0..count).collect());
        QueuedBatch::new(Box::new(tasks), chunksize)
    }

    #[test]
    fn chunks_cover_all_tasks_once() {
        let mut queued = queued(7, 3);
        let chunks: Vec<_> = std::iter::from_fn(|| queued.take_chunk(usize::MAX)).collect();
        assert_eq!(chunks, [0..3, 3..6, 6..7]);
    }

    #[test]
    fn what_came_back_goes_first_and_a_worker_gets_no_more_than_it_may() {
        let mut queued = queued(10, 5);
        assert_eq!(queued.take_chunk(2), Some(0..2));
        queued.put_back(0..2);
        assert_eq!(queued.take_chunk(1), Some(0..1));
        assert_eq!(queued.take_chunk(9), Some(1..2));
        assert_eq!(queued.take_chunk(9), Some(2..7));
    }

    #[test]
    fn only_short_chunks_are_sent_ahead() {
        let mut queued = queued(10, 1);
        assert_eq!(queued.chunks_per_worker(), 1);
        queued.record_pace(Duration::from_micros(2));
        assert_eq!(queued.chunks_per_worker(), MOST_CHUNKS);
        queued.record_pace(Duration::from_millis(100));
        assert_eq!(queued.chunks_per_worker(), 1);
    }
}

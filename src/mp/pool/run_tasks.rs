//! How a worker runs a chunk of tasks.

use ipc_channel::ipc::IpcSender;
use serde::{Serialize, de::DeserializeOwned};
use std::time::{Duration, Instant};

use super::{
    control_page::{ChunkPhase, ControlPage},
    wire::{FromWorker, TaskTimes},
};
use crate::{
    Callable, Failure,
    message::{Message, PackError},
    platform,
    task_error::WireFailure,
    worker::catch_target_panic,
};

/// A result waits no longer than this for others to travel with it. If the worker dies, tasks whose results were
/// still waiting are run again.
const LONGEST_WAIT: Duration = Duration::from_millis(1);

/// The clock is read once in so many tasks at most.
const LONGEST_STRIDE: u32 = 1024;

/// Where a worker's answers go.
pub(crate) struct WorkerChannel {
    pub(crate) control: ControlPage,
    pub(crate) replies: IpcSender<FromWorker>,
    pub(crate) bell: IpcSender<()>,
}

impl WorkerChannel {
    pub(crate) fn send_reply(&self, reply: FromWorker) {
        // If the pool is gone, the lifeline or the next receive ends us.
        let _ = self.replies.send(reply);
        if self.control.count_reply() {
            let _ = self.bell.send(());
        }
    }
}

/// One chunk that a worker runs.
pub(crate) struct ChunkRun<'a> {
    channel: &'a WorkerChannel,
    chunk: u64,
    logged: bool,
    log: Vec<TaskTimes>,
    pace: FlushTimer,
}

impl<'a> ChunkRun<'a> {
    pub(crate) fn new(channel: &'a WorkerChannel, chunk: u64, logged: bool) -> Self {
        Self {
            channel,
            chunk,
            logged,
            log: Vec::new(),
            pace: FlushTimer::new(),
        }
    }

    /// Nothing of the chunk can be run.
    pub(crate) fn refuse_chunk(&mut self, failure: WireFailure) {
        self.channel.send_reply(FromWorker::Refused {
            chunk: self.chunk,
            failure,
        });
    }

    fn begin_task(&mut self, index: usize) {
        self.channel.control.set_phase(ChunkPhase::Running(index));
        if self.logged {
            let now = platform::monotonic_ns();
            self.log.push((now, now));
        }
    }

    fn end_task(&mut self) {
        if self.logged
            && let Some(times) = self.log.last_mut()
        {
            times.1 = platform::monotonic_ns();
        }
    }

    fn fail_task(&mut self, failure: WireFailure) {
        self.channel.send_reply(FromWorker::Failed {
            chunk: self.chunk,
            failure,
            log: std::mem::take(&mut self.log),
        });
    }

    /// Sends the results that wait; they are those before task `next`.
    fn flush_results<R: Serialize>(&mut self, results: &mut Vec<R>, next: usize) {
        let count = results.len();
        if count == 0 {
            return;
        }
        let step = if count == 1 {
            ChunkPhase::Running(next - 1)
        } else {
            ChunkPhase::Encoding
        };
        self.channel.control.set_phase(step);
        match catch_target_panic(|| Message::pack(&results[..])) {
            Ok(Ok(results)) => self.send_done(count, results),
            _ => self.flush_one_by_one(results, next - count),
        }
        results.clear();
        self.pace.restart_timer();
    }

    /// One of them cannot be sent: only that task fails.
    fn flush_one_by_one<R: Serialize>(&mut self, results: &[R], first: usize) {
        let log = std::mem::take(&mut self.log);
        let mut log = log.into_iter();
        for (result, index) in results.iter().zip(first..) {
            self.log.extend(log.next());
            self.channel.control.set_phase(ChunkPhase::Running(index));
            match catch_target_panic(|| Message::pack(std::slice::from_ref(result))) {
                Ok(Ok(result)) => self.send_done(1, result),
                Ok(Err(error)) => self.fail_task(unsendable_result(error)),
                Err(panic) => self.fail_task(panic.into()),
            }
        }
        self.log.extend(log);
    }

    fn send_done(&mut self, count: usize, results: Message) {
        self.channel.send_reply(FromWorker::Done {
            chunk: self.chunk,
            count: count as u64,
            results,
            log: std::mem::take(&mut self.log),
        });
    }
}

fn unsendable_result(error: PackError) -> WireFailure {
    WireFailure::Result(error.to_string())
}

/// Why the loop over the tasks paused.
enum LoopExit {
    End,
    Flush,
    Failed(Failure),
}

/// Runs all tasks of a chunk, and answers them.
pub(crate) fn run_tasks<F, Args, Kind>(function: F, arguments: Message, work: &mut ChunkRun<'_>)
where
    F: Callable<Args, Kind>,
    Args: DeserializeOwned,
{
    let tasks = match catch_target_panic(|| arguments.unpack::<Vec<Args>>()) {
        Ok(Ok(tasks)) => tasks,
        Ok(Err(error)) => return work.refuse_chunk(WireFailure::Arguments(error.to_string())),
        Err(panic) => return work.refuse_chunk(panic.into()),
    };
    let mut results: Vec<F::Output> = Vec::with_capacity(tasks.len());
    let mut tasks = tasks.into_iter();
    let mut next = 0;
    loop {
        let paused = catch_target_panic(|| {
            for task in tasks.by_ref() {
                work.begin_task(next);
                next += 1;
                match function.call(task) {
                    Ok(result) => results.push(result),
                    Err(failure) => return LoopExit::Failed(failure),
                }
                work.end_task();
                if work.pace.is_due() {
                    return LoopExit::Flush;
                }
            }
            LoopExit::End
        });
        let failure = match paused {
            Ok(LoopExit::End) => return work.flush_results(&mut results, next),
            Ok(LoopExit::Flush) => {
                work.flush_results(&mut results, next);
                continue;
            }
            Ok(LoopExit::Failed(failure)) => WireFailure::Failed(failure.to_string()),
            Err(panic) => panic.into(),
        };
        work.end_task();
        answer_failure(work, &mut results, next, failure);
    }
}

/// Sends the results before the failed task `next - 1`, then its failure.
fn answer_failure<R: Serialize>(
    work: &mut ChunkRun<'_>,
    results: &mut Vec<R>,
    next: usize,
    failure: WireFailure,
) {
    let last = work.log.pop();
    work.flush_results(results, next - 1);
    work.log.extend(last);
    work.fail_task(failure);
}

/// Decides when results have waited long enough, and reads the clock rarely where tasks are quick.
struct FlushTimer {
    since: Instant,
    stride: u32,
    left: u32,
}

impl FlushTimer {
    fn new() -> Self {
        Self {
            since: Instant::now(),
            stride: 1,
            left: 1,
        }
    }

    fn restart_timer(&mut self) {
        self.since = Instant::now();
    }

    #[inline]
    fn is_due(&mut self) -> bool {
        self.left -= 1;
        self.left == 0 && self.check_clock()
    }

    fn check_clock(&mut self) -> bool {
        let waited = self.since.elapsed();
        let is_due = waited > LONGEST_WAIT;
        // Half the wait may pass unseen, no more.
        self.stride = match waited.as_micros() {
            0..100 => (self.stride * 2).min(LONGEST_STRIDE),
            100..500 => self.stride,
            _ => (self.stride / 4).max(1),
        };
        self.left = self.stride;
        is_due
    }
}

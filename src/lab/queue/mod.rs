//! `queue`: a fast producer and a slow consumer, with and without a limit for what waits; and a child whose result is
//! read only after it was joined.

mod report;

use std::{
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::{
    Demo, DemoContext, LabError,
    children::RecordedChild,
    start_barrier::{BarrierHandle, StartBarrier, WorkerLabels},
    trials::{self, StepCounter},
    wait_log::WaitLog,
};
use crate::{
    catalog::demos,
    measure,
    mp::{self, Bytes, Queue, SharedArray},
    record::{Value, WaitKind, WaitSpan},
    report::pictures,
};

/// The default number of messages of a trial.
const MESSAGES: u64 = 200;
/// The size of a message.
const MESSAGE_BYTES: usize = 1 << 10;
/// How long the consumer works on a message.
const WORK: Duration = Duration::from_millis(1);
/// For the memory that waiting messages take, there are more and larger ones.
const MANY_MESSAGES: u64 = 2_000;
const LARGE_MESSAGE_BYTES: usize = 4 << 10;
/// Then the consumer takes less time for each.
const SHORT_WORK: Duration = Duration::from_micros(50);
/// The most messages that may wait.
const LIMITS: [Option<u64>; 2] = [None, Some(10)];
/// The same, the one that takes less memory first, so that it finds none left by the other.
const LIMITS_BY_MEMORY: [Option<u64>; 2] = [Some(10), None];
/// The sizes of a result that is read after its child was joined.
const RESULT_SIZES: [usize; 2] = [1 << 10, 1 << 20];
/// How long a join waits for a child whose result was not read yet.
const JOIN_TIMEOUT: Duration = Duration::from_secs(1);
/// The time between two checks that a stop was not requested.
const ROUND: Duration = Duration::from_millis(250);
/// A consumer that makes no room for so many rounds never will.
const MOST_ROUNDS: usize = 40;

/// What a limit changes, and who waits.
pub static DEMO: Demo = Demo {
    spec: &demos::QUEUE,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, summary| pictures::bars_and_timelines(run, summary, "most waiting"),
};

fn run(context: &DemoContext) -> Result<(), LabError> {
    let trials = context.trials(DEMO.spec);
    let messages = context.params.size.unwrap_or(MESSAGES);
    context.resolve_params(|params| {
        params.trials = Some(trials);
        params.size = Some(messages);
    });
    let all_steps = (trials as usize + 1) * LIMITS.len() + RESULT_SIZES.len();
    let mut steps = StepCounter::start(context, all_steps as u32);
    let large = MessagePlan {
        messages: MANY_MESSAGES,
        bytes: LARGE_MESSAGE_BYTES,
        work: SHORT_WORK,
    };
    for limit in LIMITS_BY_MEMORY {
        let label = limit_label(limit);
        steps.begin_step(format!("limit {label}: memory"))?;
        let result = send_messages(context, limit, large, None)?;
        let no_figure = || Value::missing("not reported by this system");
        let gained = result.gained.map_or_else(no_figure, Value::Bytes);
        context.observe("memory_gained", [("limit", label.as_str())], gained);
    }
    let small = MessagePlan {
        messages,
        bytes: MESSAGE_BYTES,
        work: WORK,
    };
    for trial in 0..trials {
        for limit in LIMITS {
            let label = limit_label(limit);
            steps.begin_step(format!("limit {label}"))?;
            let result = trials::measure_undisturbed(context, || {
                send_messages(context, limit, small, Some(trial))
            })?;
            result.observe(context, &label, messages);
        }
    }
    for size in RESULT_SIZES {
        steps.begin_step(format!("join before a result of {size} bytes is read"))?;
        let ended = trials::measure_undisturbed(context, || join_before_reading(context, size))?;
        let size = size.to_string();
        let labels = [("result", size.as_str())];
        context.observe("ended_unread", labels, Value::Flag(ended));
    }
    steps.finish();
    Ok(())
}

fn limit_label(limit: Option<u64>) -> String {
    limit.map_or_else(|| "none".to_owned(), |limit| limit.to_string())
}

/// What is sent, and how long the consumer works on each message.
#[derive(Debug, Clone, Copy)]
struct MessagePlan {
    messages: u64,
    bytes: usize,
    work: Duration,
}

/// What was seen in a trial.
struct TrialResult {
    put_wait: Duration,
    produced: Duration,
    consumed: Duration,
    most_waiting: u64,
    /// The private memory that the producer had gained when all was sent.
    gained: Option<u64>,
}

impl TrialResult {
    fn observe(&self, context: &DemoContext, limit: &str, messages: u64) {
        let per_second = messages as f64 / self.consumed.as_secs_f64();
        for (name, value) in [
            ("put_wait", self.put_wait.into()),
            ("produced_after", self.produced.into()),
            ("consumed_after", self.consumed.into()),
            ("most_waiting", Value::Count(self.most_waiting as i64)),
            ("messages_per_second", Value::Rate(per_second)),
        ] {
            context.observe(name, [("limit", limit)], value);
        }
    }
}

/// Sends messages to a consumer as fast as it can. With a limit, each message needs a permit, which the consumer returns
/// when it has taken a message out of the queue.
fn send_messages(
    context: &DemoContext,
    limit: Option<u64>,
    plan: MessagePlan,
    trial: Option<u32>,
) -> Result<TrialResult, LabError> {
    let queue: Queue<Option<Bytes>> = context.mp.queue()?;
    let permits: Option<Queue<()>> = limit.map(|_| context.mp.queue()).transpose()?;
    let received = SharedArray::zeroed(1)?;
    for _ in 0..limit.unwrap_or_default() {
        permits.iter().try_for_each(|permits| permits.put(()))?;
    }
    let task = ConsumerTask {
        queue: queue.clone(),
        permits: permits.clone(),
        received: received.clone(),
        work: plan.work,
    };
    let labels = WorkerLabels {
        backend: None,
        trial,
    };
    let mut line = StartBarrier::new(context, labels);
    line.start_child(|gate| context.mp.process(consume, (task, gate)))?;
    line.wait_until_ready()?;
    line.open_barrier()?;

    let message = Some(Bytes::from(vec![1_u8; plan.bytes]));
    let memory_before = measure::own_memory().private;
    let began = Instant::now();
    let (mut put_wait, mut most_waiting) = (Duration::ZERO, 0);
    for number in 1..=plan.messages {
        if let Some(permits) = &permits {
            let asked = Instant::now();
            await_permit(context, permits)?;
            put_wait += asked.elapsed();
        }
        queue.put(&message)?;
        most_waiting = most_waiting.max(number - received.load(0));
    }
    let produced = began.elapsed();
    let memory_after = measure::own_memory().private;
    queue.put(None)?;
    let results = line.collect_results()?;
    let consumed = began.elapsed();
    for (worker, waits) in results {
        context.record_waits(worker, waits);
    }
    line.join_children()?;
    Ok(TrialResult {
        put_wait,
        produced,
        consumed,
        most_waiting,
        gained: memory_after
            .zip(memory_before)
            .map(|(after, before)| after.saturating_sub(before)),
    })
}

fn await_permit(context: &DemoContext, permits: &Queue<()>) -> Result<(), LabError> {
    for _ in 0..MOST_ROUNDS {
        context.check_stop()?;
        if permits.get_timeout(ROUND)?.is_some() {
            return Ok(());
        }
    }
    Err(LabError::Worker("the consumer makes no room".to_owned()))
}

/// The consumer's task.
#[derive(Serialize, Deserialize)]
pub struct ConsumerTask {
    queue: Queue<Option<Bytes>>,
    permits: Option<Queue<()>>,
    /// The number of messages that it has taken out of the queue.
    received: SharedArray<u64>,
    /// How long it works on a message.
    work: Duration,
}

/// The consumer: takes a message and works on it, until there are no more.
///
/// # Errors
/// If the parent is gone.
pub fn consume(task: ConsumerTask, gate: BarrierHandle<Vec<WaitSpan>>) -> Result<(), mp::Failure> {
    gate.wait()?;
    let mut waits = WaitLog::new(WaitKind::Message, "queue");
    while waits.wait(|| task.queue.get())?.is_some() {
        task.received.fetch_add(0, 1);
        if let Some(permits) = &task.permits {
            permits.put(())?;
        }
        thread::sleep(task.work);
    }
    gate.send_result(waits.into_spans())
}

/// Whether a child ends although nobody has read its result yet.
fn join_before_reading(context: &DemoContext, size: usize) -> Result<bool, LabError> {
    let results: Queue<Bytes> = context.mp.queue()?;
    let process = context.mp.process(put_result, (results.clone(), size));
    let mut child = RecordedChild::start(context, process, WorkerLabels::default())?;
    let ended = child.process.join_timeout(JOIN_TIMEOUT)?;
    for _ in 0..MOST_ROUNDS {
        context.check_stop()?;
        if results.get_timeout(ROUND)?.is_some() {
            child.join()?;
            return Ok(ended);
        }
    }
    Err(child.lost_error(context, &"its result does not arrive"))
}

/// A child with a result.
///
/// # Errors
/// If the parent is gone.
pub fn put_result(results: Queue<Bytes>, size: usize) -> Result<(), mp::Failure> {
    results.put(Bytes::from(vec![1_u8; size]))?;
    Ok(())
}

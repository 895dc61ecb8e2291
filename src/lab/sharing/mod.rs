//! `sharing`: two workers change the same number, by each way to share it.
//!
//! An update reads the number, adds 1 and writes it back. What it costs, whether the parent sees it, and how many
//! updates get lost depends on where the number is.

mod report;
mod worker;

use std::{
    thread::{self, ScopedJoinHandle},
    time::{Duration, Instant},
};

pub use worker::count_in_child;

use super::{
    Demo, DemoContext, LabError,
    children::RecordedChild,
    start_barrier::WorkerLabels,
    trials::{self, StepCounter},
};
use crate::{
    catalog::demos,
    mp::{self, Bytes, Connection, SharedArray},
    record::Value,
    report::pictures,
};
use worker::{CountOrder, CountReply, SharedNumbers, SharingWay};

/// The default number of shared numbers.
const NUMBERS: u64 = 1_000_000;
/// The largest one: Python's part has several copies of them.
const LARGEST: u64 = 10_000_000;
const WORKERS: usize = 2;
/// How long one worker counts alone.
const ALONE: Duration = Duration::from_millis(10);
/// How long two count together.
const TOGETHER: Duration = Duration::from_millis(25);
/// The time between two checks that a stop was not requested.
const ROUND: Duration = Duration::from_millis(250);
/// After this many rounds without a message, none is expected any more.
const MOST_ROUNDS: usize = 40;

/// What each way to share costs, and what gets lost.
pub static DEMO: Demo = Demo {
    spec: &demos::SHARING,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, summary| pictures::bars_and_timelines(run, summary, report::UPDATE),
};

fn run(context: &DemoContext) -> Result<(), LabError> {
    let trials = context.trials(DEMO.spec);
    let size = context.params.size.unwrap_or(NUMBERS);
    DemoContext::check_limit(DEMO.spec, size, LARGEST, "numbers")?;
    context.resolve_params(|params| {
        params.trials = Some(trials);
        params.size = Some(size);
    });
    let mut pair = WorkerPair::start(context, size as usize)?;
    let mut steps = StepCounter::start(context, (trials + 1) * SharingWay::ALL.len() as u32);
    // The ways take turns, so that load affects all of them. Round 0 is a warm-up.
    for round in 0..=trials {
        for way in SharingWay::ALL {
            steps.begin_step(format!("{}, round {round}", way.name()))?;
            pair.measure_way(way, round > 0)?;
        }
    }
    pair.end()?;
    steps.finish();
    Ok(())
}

/// Two children, and what they share with this process.
struct WorkerPair<'a> {
    context: &'a DemoContext,
    shared: SharedNumbers,
    members: Vec<PairMember>,
    rounds: u64,
}

struct PairMember {
    child: RecordedChild,
    orders: Connection<CountOrder, CountReply>,
}

/// What workers did together.
struct CountResult {
    updates: u64,
    /// The seconds of one update.
    update_s: f64,
    copied: u64,
    /// The number that the parent sees afterwards.
    seen: u64,
}

impl<'a> WorkerPair<'a> {
    fn start(context: &'a DemoContext, size: usize) -> Result<Self, LabError> {
        let shared = SharedNumbers {
            value: context.mp.value(0)?,
            array: SharedArray::zeroed(size)?,
            messages: context.mp.queue()?,
            lock: context.mp.lock()?,
            arrived: SharedArray::zeroed(WORKERS)?,
        };
        let start = |worker| {
            let (orders, theirs) = mp::pipe()?;
            let process = context
                .mp
                .process(count_in_child, (shared.clone(), worker, theirs));
            let child = RecordedChild::start(context, process, WorkerLabels::default())?;
            Ok(PairMember { child, orders })
        };
        let members: Result<Vec<PairMember>, LabError> = (0..WORKERS).map(start).collect();
        Ok(Self {
            context,
            members: members?,
            shared,
            rounds: 0,
        })
    }

    fn measure_way(&mut self, way: SharingWay, counts: bool) -> Result<(), LabError> {
        let alone = self.count(way, 1, false)?;
        if counts {
            observe_alone(self.context, way, &alone);
        }
        let locks: &[bool] = match way {
            // Each worker has numbers of its own.
            SharingWay::Copy => &[],
            SharingWay::Queue => &[false],
            _ => &[false, true],
        };
        for &locked in locks {
            let together = self.count(way, WORKERS, locked)?;
            if counts {
                observe_together(self.context, way, locked, &together);
            }
        }
        Ok(())
    }

    fn count(
        &mut self,
        way: SharingWay,
        workers: usize,
        locked: bool,
    ) -> Result<CountResult, LabError> {
        let context = self.context;
        trials::measure_undisturbed(context, || self.count_once(way, workers, locked))
    }

    fn count_once(
        &mut self,
        way: SharingWay,
        workers: usize,
        locked: bool,
    ) -> Result<CountResult, LabError> {
        self.shared.value.set(0);
        self.shared.array.store(0, 0);
        self.rounds += 1;
        let together = workers > 1;
        let order = CountOrder {
            way,
            locked,
            time: if together { TOGETHER } else { ALONE },
            round: together.then_some(self.rounds),
            data: match way {
                SharingWay::Copy => {
                    Bytes::from(vec![0; self.shared.array.len() * size_of::<u64>()])
                }
                _ => Bytes::from(Vec::new()),
            },
        };
        let mut received = None;
        let replies = if way == SharingWay::Threads {
            count_in_threads(&self.shared, workers, &order)?
        } else {
            let began = Instant::now();
            self.send_orders(workers, &order)?;
            if way == SharingWay::Queue {
                received = Some((self.receive_ones(workers)?, began.elapsed().as_secs_f64()));
            }
            self.collect_replies(workers)?
        };
        let updates: u64 = replies.iter().map(|reply| reply.updates).sum();
        let of_first = replies.first().map_or(0.0, |reply| reply.update_s);
        let (seen, update_s) = match (way, received) {
            // Messages are updates once this process has made them.
            (_, Some((seen, elapsed_s))) => (seen, elapsed_s / updates.max(1) as f64),
            (SharingWay::Value, None) => (self.shared.value.get(), of_first),
            _ => (self.shared.array.load(0), of_first),
        };
        Ok(CountResult {
            updates,
            update_s,
            copied: replies.iter().map(|reply| reply.copied).sum(),
            seen,
        })
    }

    fn send_orders(&mut self, workers: usize, order: &CountOrder) -> Result<(), LabError> {
        for member in &mut self.members[..workers] {
            if let Err(error) = member.orders.send(order) {
                return Err(member.child.lost_error(self.context, &error));
            }
        }
        Ok(())
    }

    fn collect_replies(&mut self, workers: usize) -> Result<Vec<CountReply>, LabError> {
        let members = self.members[..workers].iter_mut();
        let replies = members.map(|member| {
            let reply = member.orders.recv();
            reply.map_err(|error| member.child.lost_error(self.context, &error))
        });
        replies.collect()
    }

    /// The parent alone changes its number, by one message after the other.
    fn receive_ones(&self, workers: usize) -> Result<u64, LabError> {
        let (mut open, mut sum, mut silent) = (workers, 0, 0);
        while open > 0 {
            match self.shared.messages.get_timeout(ROUND)? {
                Some(Some(one)) => sum += one.iter().copied().map(u64::from).sum::<u64>(),
                Some(None) => open -= 1,
                None if silent < MOST_ROUNDS => silent += 1,
                None => return Err(LabError::Worker("a worker sends nothing".to_owned())),
            }
            self.context.check_stop()?;
        }
        Ok(sum)
    }

    fn end(self) -> Result<(), LabError> {
        for PairMember { mut child, orders } in self.members {
            // Closing the connection ends the child.
            drop(orders);
            child.join()?;
        }
        Ok(())
    }
}

fn count_in_threads(
    shared: &SharedNumbers,
    workers: usize,
    order: &CountOrder,
) -> Result<Vec<CountReply>, LabError> {
    let count = |worker| {
        let counted = shared.count(worker, order);
        counted.map_err(|error| LabError::Worker(error.to_string()))
    };
    let join = |thread: ScopedJoinHandle<Result<CountReply, LabError>>| {
        let ended = thread.join();
        ended.map_err(|_| LabError::Worker("a thread panicked".to_owned()))?
    };
    thread::scope(|scope| {
        let start = |worker| thread::Builder::new().spawn_scoped(scope, move || count(worker));
        let threads: Vec<_> = (0..workers).map(start).collect();
        let replies = threads.into_iter().map(|thread| {
            let thread = thread.map_err(LabError::from_system("starting a thread"))?;
            join(thread)
        });
        replies.collect()
    })
}

fn observe_alone(context: &DemoContext, way: SharingWay, result: &CountResult) {
    let way_label = ("way", way.name());
    context.observe("update", [way_label], Value::Seconds(result.update_s));
    let sees = Value::Flag(result.seen == result.updates);
    context.observe("parent_sees", [way_label], sees);
    let each = match way {
        SharingWay::Queue => size_of::<u64>() as u64,
        _ => 0,
    };
    for (when, bytes) in [("once", result.copied), ("each", each)] {
        context.observe("copied", [way_label, ("when", when)], Value::Bytes(bytes));
    }
}

fn observe_together(context: &DemoContext, way: SharingWay, locked: bool, result: &CountResult) {
    let lock = if locked { "yes" } else { "no" };
    let labels = [("way", way.name()), ("lock", lock)];
    let lost = result.updates.saturating_sub(result.seen);
    context.observe("updates", labels, Value::Count(result.updates as i64));
    context.observe("lost_updates", labels, Value::Count(lost as i64));
}

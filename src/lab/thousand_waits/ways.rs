//! The ways to wait for many things: a thread for each, a pool of threads, one event loop, a process for each.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use super::{
    held_waits::{HeldReading, HeldWaits},
    timer_loop::TimerLoop,
};
use crate::{
    lab::{
        DemoContext, LabError,
        start_barrier::{BarrierHandle, StartBarrier, WorkerLabels},
    },
    measure, mp,
    record::{Value, named_enum},
};

named_enum! {
    /// A way to wait. The one that takes the least memory is first, so that it finds none left by another.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum WaitWay {
        EventLoop = "event loop",
        ThreadPool = "pool of threads",
        Threads = "a thread each",
        Processes = "a process each",
    }
}

/// How many waits there are, and by how many threads and processes.
#[derive(Debug, Clone, Copy)]
pub struct WaitPlan {
    /// The number of waits.
    pub waits: usize,
    /// The number of threads of the pool.
    pub pool_threads: usize,
    /// The length of a wait.
    pub length: Duration,
    /// The number of processes, with one wait each.
    pub processes: usize,
}

impl WaitPlan {
    /// How many waits there are in this way.
    fn waits(self, way: WaitWay) -> usize {
        match way {
            WaitWay::Processes => self.processes.min(self.waits),
            _ => self.waits,
        }
    }
}

/// Waits for everything; returns the processor seconds of children.
///
/// # Errors
/// If the system refuses a thread or a process.
pub fn wait_for_all(context: &DemoContext, plan: WaitPlan, way: WaitWay) -> Result<f64, LabError> {
    let waits = plan.waits(way);
    let wait = || thread::sleep(plan.length);
    match way {
        WaitWay::EventLoop => run_loop(waits, plan.length),
        WaitWay::ThreadPool => run_pool(context, plan, &wait, &|| ())?,
        WaitWay::Threads => run_threads(waits, &wait, &|| ())?,
        WaitWay::Processes => {
            let children = run_children(context, waits, plan.length)?;
            return Ok(children.iter().filter_map(|child| child.cpu_s).sum());
        }
    }
    Ok(0.0)
}

/// Records how many threads wait at the same moment, and what memory they take.
///
/// # Errors
/// As [`wait_for_all`].
pub fn hold_waits(context: &DemoContext, plan: WaitPlan, way: WaitWay) -> Result<(), LabError> {
    let waits = plan.waits(way);
    let reading = match way {
        WaitWay::EventLoop => Some(hold_timers(waits)),
        WaitWay::ThreadPool => {
            let held = HeldWaits::new(waits.min(plan.pool_threads));
            run_pool(context, plan, &|| held.wait(), &|| held.give_up())?;
            held.into_reading()
        }
        WaitWay::Threads => {
            let held = HeldWaits::new(waits);
            run_threads(waits, &|| held.wait(), &|| held.give_up())?;
            held.into_reading()
        }
        WaitWay::Processes => {
            let children = run_children(context, waits, plan.length)?;
            Some(HeldReading {
                waiting: waits,
                threads: children.len(),
                gained: children.iter().map(|child| child.private).sum(),
            })
        }
    };
    context.check_stop()?;
    let reading = reading.ok_or_else(|| LabError::Worker("a wait was given up".to_owned()))?;
    observe_reading(context, way, waits, reading);
    Ok(())
}

fn observe_reading(context: &DemoContext, way: WaitWay, waits: usize, reading: HeldReading) {
    let per_wait = |bytes: u64| Value::Bytes(bytes / reading.waiting.max(1) as u64);
    let no_figure = || Value::missing("not reported by this system");
    for (name, value) in [
        ("waits", Value::count(waits)),
        ("waiting", Value::count(reading.waiting)),
        ("threads", Value::count(reading.threads)),
        (
            "memory_per_wait",
            reading.gained.map_or_else(no_figure, per_wait),
        ),
    ] {
        context.observe(name, [("way", way.name())], value);
    }
}

/// One thread, and a timer for each wait.
fn run_loop(waits: usize, length: Duration) {
    let mut timers = TimerLoop::new();
    for number in 0..waits {
        timers.call_at(Instant::now() + length, number);
    }
    timers.run(|_, _, _| ());
}

/// The memory of these timers: that of their queue, since so little may fit into pages that the process already has.
fn hold_timers(waits: usize) -> HeldReading {
    let mut timers = TimerLoop::new();
    for number in 0..waits {
        timers.call_at(Instant::now(), number);
    }
    let reading = HeldReading {
        waiting: waits,
        threads: 1,
        gained: Some(timers.queue_bytes() as u64),
    };
    timers.run(|_, _, _| ());
    reading
}

/// A thread for each wait.
fn run_threads(waits: usize, wait: &(dyn Fn() + Sync), give_up: &dyn Fn()) -> Result<(), LabError> {
    thread::scope(|scope| {
        for number in 1..=waits {
            if let Err(error) = thread::Builder::new().spawn_scoped(scope, wait) {
                give_up();
                let what = format!("starting thread {number} of {waits}");
                return Err(LabError::from_system(what)(error));
            }
        }
        Ok(())
    })
}

/// A few threads, each of which takes the next wait when it is done with one.
fn run_pool(
    context: &DemoContext,
    plan: WaitPlan,
    wait: &(dyn Fn() + Sync),
    give_up: &dyn Fn(),
) -> Result<(), LabError> {
    let next = AtomicUsize::new(0);
    let work = || {
        // Each thread does one wait even after a stop: the others may wait for it.
        while next.fetch_add(1, Ordering::Relaxed) < plan.waits {
            wait();
            if context.stop.is_stopped() {
                break;
            }
        }
    };
    run_threads(plan.pool_threads.min(plan.waits), &work, give_up)
}

/// What a child used when its wait was over.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub struct ChildReading {
    private: Option<u64>,
    cpu_s: Option<f64>,
}

/// A process for each wait.
fn run_children(
    context: &DemoContext,
    waits: usize,
    length: Duration,
) -> Result<Vec<ChildReading>, LabError> {
    let mut line = StartBarrier::new(context, WorkerLabels::default());
    for _ in 0..waits {
        line.start_child(|gate| context.mp.process(wait_in_child, (length, gate)))?;
    }
    line.wait_until_ready()?;
    line.open_barrier()?;
    let results = line.collect_results()?;
    line.join_children()?;
    Ok(results.into_iter().map(|(_, reading)| reading).collect())
}

/// The child's part: waits, and reports its memory and its processor time.
///
/// # Errors
/// If the parent is gone.
pub fn wait_in_child(
    length: Duration,
    gate: BarrierHandle<ChildReading>,
) -> Result<(), mp::Failure> {
    gate.wait()?;
    thread::sleep(length);
    gate.send_result(ChildReading {
        private: measure::own_memory().private,
        cpu_s: measure::own_cpu().map(|cpu| cpu.as_secs_f64()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lab::testing::context, record::Recorder};

    #[test]
    fn after_a_stop_each_thread_of_the_pool_still_does_one_wait() {
        let context = context(Recorder::new(None));
        let plan = WaitPlan {
            waits: 100,
            pool_threads: 3,
            length: Duration::ZERO,
            processes: 1,
        };
        let waited = AtomicUsize::new(0);
        let wait = || {
            context.stop.request_stop("Ctrl-C");
            waited.fetch_add(1, Ordering::Relaxed);
        };
        run_pool(&context, plan, &wait, &|| ()).expect("threads");
        assert_eq!(waited.into_inner(), 3);
    }
}

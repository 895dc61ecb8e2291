//! `thousand-waits`: many waits at the same time, by threads, processes and one event loop; and what becomes of a loop in
//! which a call blocks.
//!
//! Memory is read in a round of its own, while all workers wait: the timed rounds read none.

mod held_waits;
mod report;
mod timer_loop;
mod ways;

use std::time::{Duration, Instant};

use super::{
    Demo, DemoContext, LabError,
    trials::{self, StepCounter},
};
use crate::{catalog::demos, measure, record::Value, report::pictures};
use timer_loop::{BlockingPlace, TickPlan};
pub use ways::wait_in_child;
use ways::{WaitPlan, WaitWay};

/// The default number of waits.
const WAITS: u64 = 1_000;
/// The largest one. A thread has four areas of memory, of which Linux allows a process 65,530: beyond that, the standard
/// library aborts the program.
const MOST_WAITS: u64 = 10_000;
/// The length of a wait.
const WAIT: Duration = Duration::from_millis(100);
/// The number of processes, with one wait each: a thousand would take too much memory and time.
const PROCESSES: usize = 10;

/// The ticks of a loop beside a call that blocks.
const TICKS: TickPlan = TickPlan {
    period: Duration::from_millis(10),
    until: Duration::from_millis(200),
    blocked: Duration::from_millis(100),
};
/// Where the call blocks, as labels have it.
const PLACES: [(BlockingPlace, &str); 3] = [
    (BlockingPlace::None, "none"),
    (BlockingPlace::Loop, "in the loop"),
    (BlockingPlace::Thread, "in a thread"),
];

/// What it takes to wait for many things at once.
pub static DEMO: Demo = Demo {
    spec: &demos::THOUSAND_WAITS,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, summary| pictures::bars_and_timelines(run, summary, "all done after"),
};

fn run(context: &DemoContext) -> Result<(), LabError> {
    let trials = context.trials(DEMO.spec);
    let waits = context.params.size.unwrap_or(WAITS);
    DemoContext::check_limit(DEMO.spec, waits, MOST_WAITS, "waits")?;
    let plan = WaitPlan {
        waits: waits as usize,
        pool_threads: context.workers(DEMO.spec) as usize,
        length: WAIT,
        processes: PROCESSES,
    };
    context.resolve_params(|params| {
        params.trials = Some(trials);
        params.workers = Some(plan.pool_threads as u32);
        params.size = Some(plan.waits as u64);
    });
    let all_steps = WaitWay::ALL.len() * (trials as usize + 1) + trials as usize * PLACES.len();
    let mut steps = StepCounter::start(context, all_steps as u32);
    let mut able = WaitWay::ALL.to_vec();
    for way in WaitWay::ALL {
        steps.begin_step(format!("{}: memory", way.name()))?;
        let seen = ways::hold_waits(context, plan, way);
        keep_if_able(context, way, &mut able, seen)?;
    }
    for trial in 0..trials {
        for way in able.clone() {
            steps.begin_step(format!("{}, trial {} of {trials}", way.name(), trial + 1))?;
            let timed = trials::measure_undisturbed(context, || time_waits(context, plan, way));
            keep_if_able(context, way, &mut able, timed)?;
        }
        for (place, label) in PLACES {
            steps.begin_step(format!("ticks of a loop; a call that blocks: {label}"))?;
            let delay = trials::measure_undisturbed(context, || {
                Ok(timer_loop::measure_tick_delay(TICKS, place))
            })?;
            context.observe("tick_delay", [("call", label)], delay);
        }
    }
    steps.finish();
    Ok(())
}

/// A way that the system refuses (too many threads) is left out, with the reason. Other errors end the demo.
fn keep_if_able(
    context: &DemoContext,
    way: WaitWay,
    able: &mut Vec<WaitWay>,
    result: Result<(), LabError>,
) -> Result<(), LabError> {
    let Err(error @ LabError::System { .. }) = result else {
        return result;
    };
    able.retain(|other| *other != way);
    let why = Value::missing(error.to_string());
    context.observe("took", [("way", way.name())], why);
    Ok(())
}

/// One timed round: from the first start until all waits are over.
fn time_waits(context: &DemoContext, plan: WaitPlan, way: WaitWay) -> Result<(), LabError> {
    let cpu_before = measure::own_cpu();
    let began = Instant::now();
    let children_cpu = ways::wait_for_all(context, plan, way)?;
    let took = began.elapsed();
    let labels = [("way", way.name())];
    context.observe("took", labels, took);
    if let (Some(before), Some(after)) = (cpu_before, measure::own_cpu()) {
        let used = after.saturating_sub(before).as_secs_f64() + children_cpu;
        context.observe("cpu_time", labels, Value::Seconds(used));
    }
    Ok(())
}

#[cfg(test)]
mod tests;

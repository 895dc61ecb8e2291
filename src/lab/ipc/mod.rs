//! `ipc`: how long a message takes there and back, by size and by way.

mod report;
mod ways;

pub use ways::{echo_pipe, echo_queue, echo_shared};

use super::{
    Demo, DemoContext, LabError,
    trials::{self, StepCounter},
};
use crate::{catalog::demos, record::Value, report::pictures};

/// The default number of rounds. Small messages get a few times as many, since they are fast.
const ROUNDS: u32 = 10;

/// Message sizes in bytes: a word, a page, a picture, an uncompressed film frame.
const SIZES: [usize; 4] = [64, 4 << 10, 1 << 20, 16 << 20];

/// Message sizes and ways.
pub static DEMO: Demo = Demo {
    spec: &demos::IPC,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, summary| pictures::bars_and_timelines(run, summary, "median"),
};

fn run(context: &DemoContext) -> Result<(), LabError> {
    let rounds = context.trials(ROUNDS);
    let sizes: Vec<usize> = context
        .params
        .size
        .map_or_else(|| SIZES.to_vec(), |size| vec![size as usize]);
    context.resolve_params(|params| params.trials = Some(rounds));
    let mut steps = StepCounter::start(context, (sizes.len() * ways::ALL.len()) as u32);
    for &size in &sizes {
        // Ways are set up one after the other: an idle echo must not compete for the cores with the measured
        // one.
        for way in ways::ALL {
            steps.begin_step(format!("{size} bytes, {}", way.name))?;
            let rounds = if size < 100_000 { rounds * 10 } else { rounds };
            let times =
                trials::measure_undisturbed(context, || (way.measure)(context, size, rounds))?;
            let size = size.to_string();
            let labels = [("size", size.as_str()), ("way", way.name)];
            for seconds in times {
                context.observe("round_trip", labels, Value::Seconds(seconds));
            }
        }
    }
    steps.finish();
    Ok(())
}

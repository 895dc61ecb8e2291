//! `worlds`: all ways of running several workers in one table: the lock, the memory, and the purpose of each.
//!
//! It has no measurements of its own: it runs `parallel`, `race` and `crash`.

mod report;

use super::{
    Demo, DemoContext, LabError, compare::with_pythons, crash, parallel, race, runner::run_nested,
};
use crate::{catalog::demos, record::Params, report::pictures};

/// Locks and memory of each way.
pub static DEMO: Demo = Demo {
    spec: &demos::WORLDS,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, summary| pictures::bars_and_timelines(run, summary, "speed-up"),
};

/// Trials of the computation; enough for a median.
const TRIALS: u32 = 3;
/// Rounds of counting; enough to see a lost update.
const ROUNDS: u32 = 3;

fn run(context: &DemoContext) -> Result<(), LabError> {
    let workers = context.worker_per_core();
    context.resolve_params(|params| params.workers = Some(workers));
    let params = |trials: Option<u32>, workers: Option<u32>| Params {
        workers,
        trials,
        ..Params::default()
    };
    let parts: [(&'static Demo, Params); 3] = [
        (&parallel::DEMO, params(Some(TRIALS), Some(workers))),
        (&race::DEMO, params(Some(ROUNDS), None)),
        (&crash::DEMO, params(None, None)),
    ];
    for (demo, params) in parts {
        context.check_stop()?;
        if let Err(error) = run_nested(demo, with_pythons(demo, params, context), context) {
            context.check_stop()?;
            // What it would have told is missing; the rest still stands.
            context.add_note(format!("`{}` did not finish: {error}", demo.spec.name));
        }
    }
    Ok(())
}

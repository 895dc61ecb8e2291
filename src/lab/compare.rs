//! `compare`: processes and threads in nine rows, each measured now by the demos it is about.

mod report;
mod rows;
pub mod verdict;

use super::{
    Demo, DemoContext, LabError, crash, io, ipc, memory, parallel, runner::run_nested, startup,
};
use crate::{catalog::demos, record::Params, report::pictures};

/// Size of the message whose way is timed: large, since a small one costs a wake-up whichever way it goes.
const MESSAGE_BYTES: u64 = 16 << 20;

/// The nine differences.
pub static DEMO: Demo = Demo {
    spec: &demos::COMPARE,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, _| pictures::worker_timelines(run),
};

fn run(context: &DemoContext) -> Result<(), LabError> {
    let workers = context.worker_per_core();
    context.resolve_params(|params| params.workers = Some(workers));
    let small = |trials| Params {
        trials: Some(trials),
        ..Params::default()
    };
    let parts: [(&'static Demo, Params); 6] = [
        (
            &parallel::DEMO,
            Params {
                workers: Some(workers),
                ..small(3)
            },
        ),
        (
            &io::DEMO,
            Params {
                size: Some(8),
                ..small(3)
            },
        ),
        (
            &memory::DEMO,
            Params {
                workers: Some(3),
                ..Params::default()
            },
        ),
        (&startup::DEMO, small(15)),
        (
            &ipc::DEMO,
            Params {
                size: Some(MESSAGE_BYTES),
                ..small(5)
            },
        ),
        (&crash::DEMO, Params::default()),
    ];
    for (demo, params) in parts {
        context.check_stop()?;
        // Its Pythons are ours; a demo that has no part for them takes none.
        let params = with_pythons(demo, params, context);
        if let Err(error) = run_nested(demo, params, context) {
            context.check_stop()?;
            // A row without evidence says so; the other rows still stand.
            context.add_note(format!("`{}` did not finish: {error}", demo.spec.name));
        }
    }
    Ok(())
}

/// These settings with the Pythons that were chosen, else with the usual ones, for a demo that has a part for them.
pub(super) fn with_pythons(demo: &Demo, params: Params, context: &DemoContext) -> Params {
    if !demo.spec.takes("python") {
        return params;
    }
    let asked = &context.params;
    Params {
        python: if asked.python.is_empty() {
            vec!["usual".to_owned()]
        } else {
            asked.python.clone()
        },
        start_method: asked.start_method.clone(),
        ..params
    }
}

//! `compare`: processes and threads in nine rows, each measured now by the demos it is about.

mod report;
mod rows;
pub mod verdict;

use super::{
    Demo, DemoContext, LabError, crash, io, ipc, memory, parallel, runner::run_nested, startup,
};
use crate::{
    catalog::demos,
    record::{Backend, Params},
};

/// Size of the message whose way is timed: large, since a small one costs a wake-up whichever way it goes.
const MESSAGE_BYTES: u64 = 16 << 20;

/// The nine differences.
pub static DEMO: Demo = Demo {
    spec: &demos::COMPARE,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, _| report::build_pictures(run),
};

fn run(context: &DemoContext) -> Result<(), LabError> {
    let workers = context.workers(DEMO.spec);
    context.resolve_params(|params| params.workers = Some(workers));
    for (demo, params) in plan_runs(workers) {
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

/// What is run for the rows, with `workers` where they compute.
fn plan_runs(workers: u32) -> [(&'static Demo, Params); 6] {
    let small = |trials| Params {
        trials: Some(trials),
        ..Params::default()
    };
    let all = Backend::ALL.into_iter();
    // No row is about them.
    let backends: Vec<Backend> = all
        .filter(|backend| *backend != Backend::PythonInterpreters)
        .collect();
    [
        (
            &parallel::DEMO,
            Params {
                workers: Some(workers),
                backends: backends.clone(),
                ..small(3)
            },
        ),
        (
            &io::DEMO,
            Params {
                size: Some(8),
                backends,
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
        (&startup::DEMO, small(5)),
        (
            &ipc::DEMO,
            Params {
                size: Some(MESSAGE_BYTES),
                ..small(5)
            },
        ),
        (&crash::DEMO, Params::default()),
    ]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_has_a_run_and_no_run_does_what_no_row_asks_for() {
        let runs = plan_runs(2);
        for (demo, params) in &runs {
            assert!(
                rows::ROWS.iter().any(|row| row.demo == demo.spec.name),
                "no row is about `{}`",
                demo.spec.name
            );
            assert!(!params.backends.contains(&Backend::PythonInterpreters));
            assert_eq!(params.backends.is_empty(), demo.spec.backends.is_empty());
            // Three values are the fewest that refute anything.
            assert!(params.trials.is_none_or(|trials| (3..=5).contains(&trials)));
        }
        for row in rows::ROWS {
            assert!(runs.iter().any(|(demo, _)| demo.spec.name == row.demo));
        }
    }
}

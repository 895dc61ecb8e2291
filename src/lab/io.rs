//! `io`: work that mostly waits, with each backend.

use super::{Demo, DemoContext, LabError, compare_backends};
use crate::{
    catalog::demos,
    record::Run,
    report::{SummaryTable, Table, pictures, tables},
    workload::IoWork,
};

/// Waits overlap with threads as well as with processes: waiting needs no core.
const WAITERS: u32 = 4;

/// I/O-bound work, side by side.
pub static DEMO: Demo = Demo {
    spec: &demos::IO,
    run,
    report: build_report,
    summary: build_summary,
    pictures: |run, summary| pictures::bars_and_timelines(run, summary, "time"),
};

fn run(context: &DemoContext) -> Result<(), LabError> {
    compare_backends::compare_backends(
        context,
        &DEMO,
        IoWork::Wait.into(),
        context.workers(WAITERS),
        3,
    )
}

fn build_summary(run: &Run) -> SummaryTable {
    let figures = ["time", "speed-up", "cores used"];
    tables::backend_summary(run, "The same waits by each kind of worker", &figures)
}

fn build_report(run: &Run) -> Vec<Table> {
    let mut table = tables::backend_table(run);
    table.add_note(
        "Waiting needs no core: cores used stays far below 1, and yet more workers finish faster. \
         Threads are enough for that, and start faster than processes.",
    );
    [table]
        .into_iter()
        .chain(compare_backends::build_worker_tables(run))
        .collect()
}

//! `parallel`: the same computation with each backend.

use super::{Demo, DemoContext, LabError, compare_backends};
use crate::{
    catalog::demos,
    record::{Backend, Run, Value, metrics::divide_observed},
    report::{SummaryTable, Table, demo_parts, stats, tables},
    workload::CpuWork,
};

/// CPU-bound work, side by side.
pub static DEMO: Demo = Demo {
    spec: &demos::PARALLEL,
    run,
    report: build_report,
    summary: build_summary,
};

fn run(bench: &DemoContext) -> Result<(), LabError> {
    compare_backends::compare_backends(
        bench,
        &DEMO,
        CpuWork::Primes.into(),
        bench.worker_per_core(),
        5,
    )
}

fn build_summary(run: &Run) -> SummaryTable {
    // Without a serial run to compare with, the run is not about speed.
    let serial = [Backend::Serial, Backend::PythonSerial];
    let mut parts = demo_parts(run).into_iter();
    let is_about_speed = parts.any(|part| {
        part.run
            .backends()
            .iter()
            .any(|backend| serial.contains(backend))
    });
    let figures: &[&str] = if is_about_speed {
        &["time", "speed-up", "cores used"]
    } else {
        &["PIDs", "time", "cores used"]
    };
    tables::backend_summary(run, "The same computation by each kind of worker", figures)
}

fn build_report(run: &Run) -> Vec<Table> {
    [tables::backend_table(run)]
        .into_iter()
        .chain(build_hashing_table(run))
        .chain(compare_backends::build_worker_tables(run))
        .chain(compare_backends::build_core_load_table(run))
        .collect()
}

/// Pythons' figures of C code that releases the GIL; `None` if there are none.
fn build_hashing_table(run: &Run) -> Option<Table> {
    let mut table = Table::new(
        "C code that lets go of the GIL: two hashes of 32 MiB",
        &[
            "under",
            "one after the other [s]",
            "by two threads [s]",
            "speed-up [×]",
        ],
    );
    for part in demo_parts(run) {
        let [serial, threads] = [Backend::PythonSerial, Backend::PythonThreads]
            .map(|backend| [("backend", backend.name())]);
        let took = |labels| stats::median(&part.run.number_series("hashing", labels));
        let speedups = divide_observed(part.run, ("hashing", &serial), ("hashing", &threads));
        if let (Some(serial), Some(threads), Some(speedup)) =
            (took(&serial), took(&threads), stats::median(&speedups))
        {
            table.add_row([
                Value::text(part.environment_name()),
                Value::Seconds(serial),
                Value::Seconds(threads),
                Value::Ratio(speedup),
            ]);
        }
    }
    table.add_note("`hashlib` is written in C: it needs the GIL only at the start and at the end.");
    (!table.rows.is_empty()).then(|| table.in_part("hashing"))
}

//! `parallel`: the same computation with each backend.

use super::{Demo, DemoContext, LabError, compare_backends};
use crate::{
    catalog::demos,
    record::{Backend, Run, Value, metrics::divide_observed},
    report::{DemoPart, SummaryTable, Table, demo_parts, pictures, stats, tables},
    workload::CpuWork,
};

/// CPU-bound work, side by side.
pub static DEMO: Demo = Demo {
    spec: &demos::PARALLEL,
    run,
    report: build_report,
    summary: build_summary,
    pictures: |run, summary| pictures::bars_and_timelines(run, summary, "speed-up"),
};

fn run(context: &DemoContext) -> Result<(), LabError> {
    compare_backends::compare_backends(
        context,
        &DEMO,
        CpuWork::Primes.into(),
        context.worker_per_core(),
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
        &["time", "speed-up", "they ran", "cores used"]
    } else {
        &["PIDs", "time", "they ran", "cores used"]
    };
    let title = "The same computation by each kind of worker";
    let mut summary = tables::backend_summary(run, title, figures);
    if summary.has_figure("they ran") {
        summary.remove_figure("cores used");
    }
    for part in demo_parts(run) {
        if let Some([_, _, speedup]) = hashing_figures(part) {
            let item = "2 threads, C code".into();
            summary.add_item(&part.environment_name(), item, "speed-up", speedup);
        }
    }
    summary
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
    let mut has_gil = false;
    for part in demo_parts(run) {
        if let Some(figures) = hashing_figures(part) {
            let under = Value::text(part.environment_name());
            table.add_row(std::iter::once(under).chain(figures));
            has_gil |= part.interpreter().is_some_and(|python| python.gil);
        }
    }
    if has_gil {
        table.add_note(
            "`hashlib` is written in C: it needs the GIL only at the start and at the end.",
        );
    }
    (!table.rows.is_empty()).then(|| table.in_part("hashing"))
}

/// How long two hashes took one after the other and by two threads, and the speed-up.
fn hashing_figures(part: DemoPart) -> Option<[Value; 3]> {
    let [serial, threads] = [Backend::PythonSerial, Backend::PythonThreads]
        .map(|backend| [("backend", backend.name())]);
    let took = |labels| stats::median(&part.run.number_series("hashing", labels));
    let speedups = divide_observed(part.run, ("hashing", &serial), ("hashing", &threads));
    Some([
        Value::Seconds(took(&serial)?),
        Value::Seconds(took(&threads)?),
        Value::Ratio(stats::median(&speedups)?),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::testing,
        record::{EventKind, Params},
    };

    #[test]
    fn a_gil_is_spoken_of_only_where_there_is_one() {
        let notes = |python| {
            let hashed = [Backend::PythonSerial, Backend::PythonThreads].map(|backend| {
                let labels = [("backend", backend.name())];
                testing::observed("hashing", &labels, Value::Seconds(0.1))
            });
            let pythons: Vec<(_, Vec<EventKind>)> = vec![(python, hashed.to_vec())];
            let recording =
                testing::recording_with("parallel", &Params::default(), Vec::new(), pythons);
            build_hashing_table(&recording.run()).expect("a row").notes
        };
        assert_eq!(notes(testing::with_gil()).len(), 1);
        assert_eq!(notes(testing::free_threaded()), Vec::<String>::new());
    }
}

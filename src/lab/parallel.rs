//! `parallel`: the same computation under each backend.

use super::{Bench, Demo, LabError, shared};
use crate::{
    record::{Backend, Run},
    report::{Table, tables},
    workload::CpuWork,
};

/// CPU-bound work, side by side.
pub static DEMO: Demo = Demo {
    name: "parallel",
    summary: "CPU-bound work on one thread, on threads and on processes",
    takes: &[
        "workers",
        "trials",
        "size",
        "workload",
        "backends",
        "python",
        "start_method",
    ],
    workloads: &["primes", "matmul", "blur", "mandelbrot", "frames", "words"],
    backends: &[
        Backend::Serial,
        Backend::Threads,
        Backend::GilThreads,
        Backend::Processes,
        Backend::PythonSerial,
        Backend::PythonThreads,
        Backend::PythonProcesses,
        Backend::PythonInterpreters,
    ],
    python: Some("parallel.py"),
    run,
    report,
};

fn run(bench: &Bench) -> Result<(), LabError> {
    shared::compare_backends(
        bench,
        &DEMO,
        CpuWork::Primes.into(),
        bench.worker_per_core(),
        5,
    )
}

fn report(run: &Run) -> Vec<Table> {
    [tables::backend_table(run)]
        .into_iter()
        .chain(shared::last_workers(run))
        .chain(shared::core_loads(run))
        .collect()
}

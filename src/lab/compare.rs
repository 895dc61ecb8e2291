//! `compare`: processes and threads in nine rows, each measured now by the demos it is about.

use super::{Bench, Demo, LabError, crash, io, ipc, memory, parallel, runner::run_nested, startup};
use crate::{
    record::{Backend, Params, Run, Value},
    report::{Summary, Table, stats},
};

/// Size of the message whose way is timed.
const MESSAGE_BYTES: u64 = 4096;

/// The nine differences.
pub static DEMO: Demo = Demo {
    name: "compare",
    summary: "threads and processes in nine rows, every figure measured now",
    takes: &["workers"],
    workloads: &[],
    backends: &[],
    python: None,
    run,
    report,
};

fn run(bench: &Bench) -> Result<(), LabError> {
    let workers = bench.worker_per_core();
    bench.resolve(|params| params.workers = Some(workers));
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
                ..small(1)
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
                ..small(10)
            },
        ),
        (&crash::DEMO, Params::default()),
    ];
    for (demo, params) in parts {
        bench.check()?;
        if let Err(error) = run_nested(demo, params, bench) {
            bench.check()?;
            // A row without evidence says so; the other rows still stand.
            bench.note(format!("`{}` did not finish: {error}", demo.name));
        }
    }
    Ok(())
}

/// A row: what is compared, what was measured for it, by which demo, and the two figures.
struct Row {
    name: &'static str,
    measured: &'static str,
    demo: &'static str,
    processes: fn(&Run) -> Option<Value>,
    threads: fn(&Run) -> Option<Value>,
}

const ROWS: [Row; 9] = [
    Row {
        name: "definition",
        measured: "different PIDs among the workers",
        demo: "parallel",
        processes: |run| pids(run, Backend::Processes),
        threads: |run| pids(run, Backend::Threads),
    },
    Row {
        name: "memory",
        measured: "private memory of one more worker",
        demo: "memory",
        processes: |run| private(run, "process"),
        threads: |run| private(run, "thread"),
    },
    Row {
        name: "execution",
        measured: "cores used by a computation",
        demo: "parallel",
        processes: |run| {
            figure(
                Summary::of(run, Backend::Processes).cores_used,
                Value::Ratio,
            )
        },
        threads: |run| figure(Summary::of(run, Backend::Threads).cores_used, Value::Ratio),
    },
    Row {
        name: "best for",
        measured: "speed-up of work that waits",
        demo: "io",
        processes: |run| speedup(run, Backend::Processes),
        threads: |run| speedup(run, Backend::Threads),
    },
    Row {
        name: "GIL",
        measured: "speed-up of a computation, without a GIL",
        demo: "parallel",
        processes: |run| speedup(run, Backend::Processes),
        threads: |run| speedup(run, Backend::Threads),
    },
    Row {
        name: "overhead",
        measured: "start and join one worker",
        demo: "startup",
        processes: |run| median(run, "start_join", &[("way", "process")]),
        threads: |run| median(run, "start_join", &[("way", "thread")]),
    },
    Row {
        name: "speed",
        measured: "time for the computation",
        demo: "parallel",
        processes: |run| figure(Summary::of(run, Backend::Processes).work_s, Value::Seconds),
        threads: |run| figure(Summary::of(run, Backend::Threads).work_s, Value::Seconds),
    },
    Row {
        name: "communication",
        measured: "4 KiB there and back: Pipe, shared variable",
        demo: "ipc",
        processes: |run| median(run, "round_trip", &[("way", "Pipe")]),
        threads: |run| median(run, "round_trip", &[("way", "shared variable")]),
    },
    Row {
        name: "crash handling",
        measured: "program goes on after a worker's segfault",
        demo: "crash",
        processes: |run| crash::program_survived(run, "process"),
        threads: |run| crash::program_survived(run, "thread"),
    },
];

fn pids(run: &Run, backend: Backend) -> Option<Value> {
    let workers = run.workers(backend);
    let pids: std::collections::BTreeSet<u32> = workers.iter().map(|worker| worker.pid).collect();
    (!pids.is_empty()).then(|| Value::count(pids.len()))
}

fn figure(figure: Option<stats::Figure>, kind: fn(f64) -> Value) -> Option<Value> {
    figure.map(|figure| kind(figure.median))
}

fn private(run: &Run, kind: &str) -> Option<Value> {
    let each = run.series("private", &[("kind", kind), ("step", "idle")]);
    stats::median(&each).map(|bytes| Value::Bytes(bytes as u64))
}

fn speedup(run: &Run, backend: Backend) -> Option<Value> {
    figure(Summary::of(run, backend).speedup, Value::Ratio)
}

fn median(run: &Run, name: &str, labels: &[(&str, &str)]) -> Option<Value> {
    stats::median(&run.series(name, labels)).map(Value::Seconds)
}

fn report(run: &Run) -> Vec<Table> {
    let workers = run.params().workers.unwrap_or_default();
    let mut table = Table::new(
        format!("Threads and processes, {workers} of each"),
        &[
            "row",
            "measured just now",
            "threads",
            "processes",
            "more: run",
        ],
    );
    for row in ROWS {
        let part = run.nested(row.demo);
        let figure = |read: fn(&Run) -> Option<Value>| {
            let figure = part.as_ref().and_then(read);
            figure.unwrap_or_else(|| Value::missing(format!("`{}` gave no figure", row.demo)))
        };
        table.row([
            row.name.into(),
            row.measured.into(),
            figure(row.threads),
            figure(row.processes),
            row.demo.into(),
        ]);
    }
    table.note(
        "These are Rust's threads, which no interpreter lock holds back. In CPython with a GIL, threads \
         keep one core busy, however many there are: that row, and only that kind of row, would differ.",
    );
    vec![table]
}

//! Tables that several demos show, so that they look and mean the same everywhere.

use super::{
    Summary, Table,
    stats::{self, cell, spread_cell},
};
use crate::record::{Backend, Run, Usage, Value, Worker, WorkerKind};

/// Why a worker's figures are missing.
const NO_FIGURES: &str = "no figures came from it";
/// Why a figure of a trial is missing.
const NO_TRIAL: &str = "no trial was finished";
/// Why a figure that needs processor time is missing.
const NO_CPU: &str = "this platform tells no processor time";
/// Why a speed-up is missing.
const NO_SERIAL: &str = "`serial` did not run, so there is nothing to compare with";

/// One row a backend: its workers and their PIDs, the three times, processor time, and what they make.
pub fn backend_table(run: &Run) -> Table {
    let mut table = Table::new(
        "Backends compared",
        &[
            "backend",
            "workers",
            "PIDs",
            "start-up [s]",
            "work [s]",
            "work ± [s]",
            "total [s]",
            "CPU [s]",
            "cores used",
            "speed-up [×]",
            "efficiency",
        ],
    );
    let mut most = 0;
    let skipped = run.skipped();
    let never_ran = |backend: &Backend| {
        let was_skipped = skipped.iter().any(|(skipped, _)| skipped == backend);
        was_skipped && run.trials(*backend).is_empty()
    };
    for backend in run.backends() {
        if never_ran(&backend) {
            continue;
        }
        let summary = Summary::of(run, backend);
        most = most.max(summary.trials);
        table.row(backend_row(run, &summary));
    }
    for (backend, why) in &skipped {
        if !never_ran(backend) {
            table.note(format!(
                "`{backend}` was given up before its last trial: {why}."
            ));
            continue;
        }
        let gap = || Value::missing(*why);
        let mut row = vec![Value::text(backend.name())];
        row.extend((1..table.columns.len()).map(|_| gap()));
        table.row(row);
    }
    if most > 1 {
        table.note(format!(
            "Medians of {most} trials; {}.",
            stats::spread_rule(most)
        ));
    }
    table
}

fn backend_row(run: &Run, summary: &Summary) -> Vec<Value> {
    let without_serial = if run.trials(Backend::Serial).is_empty() {
        NO_SERIAL
    } else {
        NO_TRIAL
    };
    let without_cpu = if summary.trials == 0 {
        NO_TRIAL
    } else {
        NO_CPU
    };
    vec![
        Value::text(summary.backend.name()),
        Value::count(summary.workers),
        pids(&run.workers(summary.backend)),
        cell(summary.startup_s, Value::Seconds, NO_TRIAL),
        cell(summary.work_s, Value::Seconds, NO_TRIAL),
        spread_cell(summary.work_s, Value::Seconds),
        cell(summary.total_s, Value::Seconds, NO_TRIAL),
        cell(summary.cpu_s, Value::Seconds, without_cpu),
        cell(summary.cores_used, Value::Ratio, without_cpu),
        cell(summary.speedup, Value::Ratio, without_serial),
        cell(summary.efficiency, Value::Share, without_serial),
    ]
}

/// The processes of these workers, each once, in order.
pub fn pids(workers: &[Worker]) -> Value {
    let mut pids: Vec<u32> = Vec::new();
    for worker in workers {
        if !pids.contains(&worker.pid) {
            pids.push(worker.pid);
        }
    }
    if pids.is_empty() {
        return Value::missing("no worker was seen");
    }
    Value::Pids(pids)
}

/// One row a worker of the run, in the order of their starts.
pub fn worker_table(run: &Run) -> Table {
    workers_table("Workers", &run.all_workers())
}

/// One row for each of these workers: who it was, what it took, how it ended.
pub fn workers_table(title: &str, workers: &[Worker]) -> Table {
    let threads = workers.iter().any(|w| w.kind == WorkerKind::Thread);
    let mut headings = vec!["name", "PID"];
    if threads {
        headings.push("TID");
    }
    headings.extend([
        "parent PID",
        "start-up [s]",
        "work [s]",
        "CPU [s]",
        "cores",
        "private memory [B]",
        "tasks",
        "exitcode",
    ]);
    let mut table = Table::new(title, &headings);
    for worker in workers {
        table.row(worker_row(worker, threads));
    }
    table
}

fn worker_row(worker: &Worker, threads: bool) -> Vec<Value> {
    let usage = &worker.usage;
    let silent = *usage == Usage::default();
    let or = |value: Option<Value>, why: &str| {
        value.unwrap_or_else(|| Value::missing(if silent { NO_FIGURES } else { why }))
    };
    let mut row = vec![Value::text(&worker.name), Value::Pid(worker.pid)];
    if threads {
        let tid = worker.tid.map(Value::Pid);
        row.push(tid.unwrap_or_else(|| Value::missing("this platform tells no thread identifier")));
    }
    let parent = worker.ppid.map(Value::Pid);
    row.extend([
        parent.unwrap_or_else(|| Value::missing("the parent is not known")),
        startup(worker),
        or(usage.work_s.map(Value::Seconds), "its work was not timed"),
        or(usage.cpu_s.map(Value::Seconds), NO_CPU),
        if usage.cores.is_empty() {
            or(None, "it was not seen on a core")
        } else {
            Value::Cores(usage.cores.clone())
        },
        or(
            usage.private_bytes.map(Value::Bytes),
            match worker.kind {
                WorkerKind::Thread | WorkerKind::Interpreter => {
                    "a thread has none of its own: it is its process's"
                }
                WorkerKind::Main | WorkerKind::Process => "private memory was not measured",
            },
        ),
        Value::Count(usage.tasks as i64),
        exitcode(worker),
    ]);
    row
}

/// The main thread was there before anybody asked.
fn startup(worker: &Worker) -> Value {
    match worker.startup_s {
        Some(seconds) => Value::Seconds(seconds),
        None if worker.kind == WorkerKind::Main => Value::Nothing,
        None => Value::missing("it never reached the start gate"),
    }
}

/// A process's exit code; threads have none.
pub fn exitcode(worker: &Worker) -> Value {
    match (worker.kind, worker.exitcode) {
        (_, Some(code)) => Value::Count(i64::from(code)),
        (WorkerKind::Process, None) => Value::missing("its end was not seen"),
        (WorkerKind::Main | WorkerKind::Thread | WorkerKind::Interpreter, None) => Value::Nothing,
    }
}

/// What a run ran on, in one sentence for the line under its tables.
pub fn ran_on(run: &Run) -> String {
    let machine = run.machine();
    let mut parts = vec![cores(
        machine.cores_usable,
        machine.cores,
        machine.cores_why.as_deref(),
    )];
    parts.extend(machine.cpu.clone());
    parts.push(machine.os.clone());
    parts.push(build(&machine.build));
    if run
        .all_workers()
        .iter()
        .any(|w| w.kind == WorkerKind::Process)
    {
        parts.push("start method: spawn (re-executed binary)".to_owned());
    }
    format!("Ran on {}.", parts.join(" · "))
}

fn cores(usable: u32, all: u32, why: Option<&str>) -> String {
    let plural = if all == 1 { "" } else { "s" };
    match why {
        _ if usable == all => format!("{all} core{plural}"),
        Some(why) => format!("{usable} of {all} core{plural} ({why})"),
        None => format!("{usable} of {all} core{plural}"),
    }
}

fn build(build: &str) -> String {
    let (profile, rest) = build.split_once(", ").unwrap_or((build, ""));
    match rest {
        "" => format!("{profile} build"),
        "not optimised" => format!(
            "{profile} build, not optimised: times are longer than they should be, use \
             `cargo run --release`"
        ),
        rest => format!("{profile} build, {rest}"),
    }
}

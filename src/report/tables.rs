//! Tables that several demos share, so that they look and mean the same everywhere.

use super::Table;
pub use super::compared::{
    CAN_RUN, OwnFigure, backend_summary, backend_table, summarize_backends, without_silent,
};
use crate::{
    record::{
        Backend, BuildProfile, Machine, ResourceUsage, Run, Value, Worker, WorkerKind,
        metrics::{self, CoreSample},
    },
    text::{dates::format_date, keep_distinct},
};

/// Why a worker's figures are missing.
const NO_FIGURES: &str = "no figures came from it";
/// Why a figure that needs processor time is missing.
pub(super) const NO_CPU: &str = "this platform tells no processor time";

/// The process IDs of these workers, each once, in order.
pub fn pid_cell(workers: &[Worker]) -> Value {
    let pids = keep_distinct(workers.iter().map(|worker| worker.pid));
    if pids.is_empty() {
        return Value::missing("no worker was seen");
    }
    Value::Pids(pids)
}

/// One row per worker of the run, in the order of their starts.
pub fn worker_table(run: &Run) -> Table {
    workers_table("Workers", &run.all_workers())
}

/// One row per worker: its name, its costs and its end. Columns without any value are omitted.
pub fn workers_table(title: &str, workers: &[Worker]) -> Table {
    let shown = OptionalColumns {
        threads: workers
            .iter()
            .any(|w| matches!(w.kind, WorkerKind::Thread | WorkerKind::Interpreter)),
        backends: workers.windows(2).any(|w| w[0].backend != w[1].backend),
    };
    let mut headings = vec!["name"];
    headings.extend(shown.backends.then_some("backend"));
    headings.push("PID");
    headings.extend(shown.threads.then_some("TID"));
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
        table.add_row(worker_row(worker, shown));
    }
    without_gaps(table)
}

/// Columns that only some tables of workers have.
#[derive(Clone, Copy)]
struct OptionalColumns {
    threads: bool,
    backends: bool,
}

/// Sorts workers that started together by name: `Process-2` before `Process-10`, the main one first.
pub fn sort_by_name(workers: &mut [Worker]) {
    workers.sort_by_cached_key(|worker| {
        let other = worker.kind != WorkerKind::Main;
        (worker.backend, other, natural_sort_key(&worker.name))
    });
}

/// A name split into words and numbers, so that 10 comes after 2.
fn natural_sort_key(name: &str) -> Vec<(String, u64)> {
    let mut pieces: Vec<(String, u64)> = vec![(String::new(), 0)];
    let mut in_number = false;
    for letter in name.chars() {
        if in_number && !letter.is_ascii_digit() {
            pieces.push((String::new(), 0));
        }
        in_number = letter.is_ascii_digit();
        let Some((word, number)) = pieces.last_mut() else {
            continue;
        };
        match letter.to_digit(10) {
            Some(digit) => *number = number.saturating_mul(10).saturating_add(digit.into()),
            None => word.push(letter),
        }
    }
    pieces
}

/// The table without columns that have no value in any row. A line says why they are missing.
pub fn without_gaps(mut table: Table) -> Table {
    if table.rows.is_empty() {
        return table;
    }
    let mut kept = vec![true];
    for column in 1..table.columns.len() {
        let gap = |row: &Vec<Value>| matches!(row[column], Value::Missing(_) | Value::Nothing);
        kept.push(!table.rows.iter().all(gap));
    }
    for (column, kept) in kept.iter().enumerate() {
        let why = table.rows.iter().find_map(|row| match &row[column] {
            Value::Missing(why) => Some(why.clone()),
            _ => None,
        });
        if let (false, Some(why)) = (*kept, why) {
            let name = table.columns[column].name.clone();
            table.add_note(format!("No {name}: {why}."));
        }
    }
    let keep = |cells: &mut Vec<_>| retain_marked(cells, &kept);
    table.rows.iter_mut().for_each(keep);
    retain_marked(&mut table.columns, &kept);
    table
}

/// Keeps the elements that are marked.
pub(super) fn retain_marked<T>(all: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    all.retain(|_| kept.next().copied().unwrap_or(true));
}

fn worker_row(worker: &Worker, shown: OptionalColumns) -> Vec<Value> {
    let usage = &worker.usage;
    let silent = *usage == ResourceUsage::default();
    let or = |value: Option<Value>, why: &str| {
        value.unwrap_or_else(|| Value::missing(if silent { NO_FIGURES } else { why }))
    };
    let mut row = vec![Value::text(&worker.name)];
    if shown.backends {
        let backend = worker.backend.map(|backend| Value::text(backend.name()));
        row.push(backend.unwrap_or(Value::Nothing));
    }
    row.push(Value::Pid(worker.pid));
    if shown.threads {
        let tid = worker.tid.map(Value::Pid);
        row.push(tid.unwrap_or_else(|| Value::missing("this platform tells no thread identifier")));
    }
    let parent = worker.ppid.map(Value::Pid);
    row.extend([
        parent.unwrap_or_else(|| Value::missing("the parent is not known")),
        startup_cell(worker),
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
                    "threads share their process's memory, so there is no figure for them"
                }
                WorkerKind::Main | WorkerKind::Process => "private memory was not measured",
            },
        ),
        Value::Count(usage.tasks as i64),
        exitcode_cell(worker),
    ]);
    row
}

/// The startup time. The main thread has none, since it already runs.
fn startup_cell(worker: &Worker) -> Value {
    match worker.startup_s {
        Some(seconds) => Value::Seconds(seconds),
        None if worker.kind == WorkerKind::Main => Value::Nothing,
        None => Value::missing("it never reached the start gate"),
    }
}

/// A process's exit code; threads have none.
pub fn exitcode_cell(worker: &Worker) -> Value {
    match (worker.kind, worker.exitcode) {
        (_, Some(code)) => Value::Count(i64::from(code)),
        (WorkerKind::Process, None) => Value::missing("its end was not seen"),
        (WorkerKind::Main | WorkerKind::Thread | WorkerKind::Interpreter, None) => Value::Nothing,
    }
}

/// Describes the machine of a run in one sentence, for the line under its tables.
pub fn describe_machine(run: &Run) -> String {
    let mut parts = describe_hardware(run.machine());
    parts.push(describe_build(run.machine()));
    // An observed program starts its processes in its own way.
    let is_ours = |worker: &Worker| {
        worker.kind == WorkerKind::Process && worker.backend != Some(Backend::Try)
    };
    if run.started_workers().any(|worker| is_ours(&worker)) {
        let whose = if run.python_runs().is_empty() {
            "start method"
        } else {
            "Rust's start method"
        };
        parts.push(format!("{whose}: spawn (re-executed binary)"));
    }
    format!("Ran on {}.", parts.join(" · "))
}

/// That a recording was not made here, with its date and its machine.
pub fn describe_origin(run: &Run) -> String {
    let date = run.recording.began_s.map(format_date);
    let date = date.map_or_else(String::new, |date| format!(" on {date}"));
    let parts = describe_hardware(run.machine());
    format!("Recorded{date}, not measured here: {}.", parts.join(" · "))
}

/// Its cores, its processor and its system.
fn describe_hardware(machine: &Machine) -> Vec<String> {
    let (usable, why) = (machine.cores_usable, machine.cores_why.as_deref());
    let mut parts = vec![describe_cores(usable, machine.cores, why)];
    parts.extend(machine.cpu.clone());
    parts.push(machine.os.clone());
    parts
}

/// Whether other programs took so many cores during this run that times and speed-ups mean little. Runs nested in it or
/// after it do not count.
pub fn is_own_noisy(run: &Run) -> bool {
    is_noisy(&metrics::own_core_samples(*run, false))
}

/// Whether cores were lacking half of the time: then medians are too long.
fn is_noisy(samples: &[CoreSample]) -> bool {
    let disturbed = samples.iter().filter(|sample| sample.is_disturbed).count();
    disturbed > 0 && 2 * disturbed >= samples.len()
}

/// What other programs took of the cores, in one sentence for the line above the tables; `None` if nearly all
/// were free.
pub fn disturbance(run: &Run) -> Option<String> {
    let samples = metrics::core_samples(*run, false);
    if !is_noisy(&samples) {
        return None;
    }
    let free = samples.iter().map(|sample| sample.free).sum::<f64>() / samples.len() as f64;
    let cores = run.machine().cores_usable;
    let taken = f64::from(cores) - free;
    let plural = if cores == 1 { "" } else { "s" };
    let whose = if run.recording.is_builtin {
        "the"
    } else {
        "your"
    };
    let who = if run.machine().core_quota().is_some() {
        format!("A quota or other programs left {free:.1} of {whose} {cores} core{plural}")
    } else {
        format!("Other programs used {taken:.1} of {whose} {cores} core{plural}")
    };
    let runs = std::iter::once(*run).chain(run.nested_runs());
    let mut all = runs.flat_map(|run| run.backends().into_iter().map(move |it| (run, it)));
    let sound = if all.any(|(run, backend)| metrics::work_overlap(run, backend).is_ok()) {
        "; what ran by turns or at once is not affected"
    } else {
        ""
    };
    Some(format!("{who}: the times are too long{sound}."))
}

fn describe_cores(usable: u32, all: u32, why: Option<&str>) -> String {
    let plural = if all == 1 { "" } else { "s" };
    match why {
        _ if usable == all => format!("{all} core{plural}"),
        Some(why) => format!("{usable} of {all} core{plural} ({why})"),
        None => format!("{usable} of {all} core{plural}"),
    }
}

fn describe_build(machine: &Machine) -> String {
    let BuildProfile { name, optimised } = &machine.build;
    let optimised = optimised.as_ref().map(|it| format!(", {it}"));
    let remedy = if machine.is_optimised() {
        ""
    } else {
        ": times are longer than they should be, use `cargo run --release`"
    };
    format!("{name} build{}{remedy}", optimised.unwrap_or_default())
}

//! `memory`: the cost of the first, second, … Nth worker, idle and after it has touched data.

use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use serde::{Deserialize, Serialize};

use super::{
    Demo, DemoContext, LabError, children::RecordedChild, compare_backends,
    start_barrier::WorkerLabels, trials::CoreWatch,
};
use crate::{
    catalog::demos,
    measure,
    mp::{self, Connection, SharedArray},
    record::{Run, Value},
    report::{DemoPart, SummaryTable, Table, pictures},
};

/// The data that each worker touches: large compared with a worker's own memory, small compared with any
/// machine's.
const DATA_BYTES: usize = 16 << 20;

/// The default number of workers of each kind that are alive at once.
const DEFAULT_WORKERS: u32 = 3;

/// The memory cost of workers.
pub static DEMO: Demo = Demo {
    spec: &demos::MEMORY,
    run,
    report: build_report,
    summary: build_summary,
    pictures: |run, summary| pictures::bars_and_timelines(run, summary, "private"),
};

/// What a child should do with the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemoryStep {
    /// Nothing.
    Idle,
    /// Read every page of the shared data.
    Read,
    /// Make a private copy.
    Copy,
}

const STEPS: [(MemoryStep, &str); 3] = [
    (MemoryStep::Idle, "idle"),
    (MemoryStep::Read, "read 16 MiB shared"),
    (MemoryStep::Copy, "made its own copy"),
];

fn run(context: &DemoContext) -> Result<(), LabError> {
    let workers = context.workers(DEFAULT_WORKERS);
    context.resolve_params(|params| params.workers = Some(workers));
    if measure::process_memory(std::process::id())
        .resident
        .is_none()
    {
        context.add_note("this system does not tell a process's memory, so the table shows n/a");
    }
    let watch = CoreWatch::start(context);
    measure_threads(context, workers)?;
    measure_processes(context, workers)?;
    watch.finish();
    Ok(())
}

fn observe_memory(
    context: &DemoContext,
    kind: &str,
    worker: u32,
    step: &str,
    figures: [Option<u64>; 3],
) {
    let worker = worker.to_string();
    let labels = [("kind", kind), ("worker", worker.as_str()), ("step", step)];
    for (name, bytes) in ["private", "proportional", "resident"]
        .into_iter()
        .zip(figures)
    {
        let value = bytes.map_or_else(
            || Value::missing("not reported by this system"),
            Value::Bytes,
        );
        context.observe(name, labels, value);
    }
}

/// The size of a stack larger than any before. A stack that an earlier thread left behind would be reused, and
/// seem to cost nothing.
fn fresh_stack_bytes() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    (4 << 20) + (64 << 10) * THREADS.fetch_add(1, Ordering::Relaxed)
}

/// The system reports no memory for a single thread. Its cost is the growth of the process.
fn measure_threads(context: &DemoContext, workers: u32) -> Result<(), LabError> {
    let own = || measure::process_memory(std::process::id());
    let mut waiting = Vec::new();
    for worker in 1..=workers {
        context.check_stop()?;
        let before = own();
        let (ready, is_ready) = mpsc::channel();
        let (leave, left) = mpsc::channel::<()>();
        let handle = thread::Builder::new()
            .stack_size(fresh_stack_bytes())
            .spawn(move || {
                let _ = ready.send(());
                // The thread ends when the sender is dropped.
                let _ = left.recv();
            })
            .map_err(LabError::from_system(format!("thread {worker}")))?;
        let _ = is_ready.recv();
        let after = own();
        let gained = |after: Option<u64>, before: Option<u64>| Some(after?.saturating_sub(before?));
        let figures = [
            gained(after.private, before.private),
            gained(after.proportional, before.proportional),
            gained(after.resident, before.resident),
        ];
        observe_memory(context, "thread", worker, "idle", figures);
        waiting.push((leave, handle));
    }
    for (leave, handle) in waiting {
        drop(leave);
        let _ = handle.join();
    }
    Ok(())
}

struct MemoryWorker {
    child: RecordedChild,
    orders: Connection<MemoryStep, ()>,
}

fn measure_processes(context: &DemoContext, workers: u32) -> Result<(), LabError> {
    let data: SharedArray<u8> = SharedArray::from_slice(&vec![1; DATA_BYTES])?;
    let mut members = Vec::new();
    for number in 1..=workers {
        context.check_stop()?;
        context.report_progress(
            number - 1,
            workers + 2,
            format!("process {number} of {workers}"),
        );
        let (orders, theirs) = mp::pipe::<MemoryStep, ()>()?;
        let process = context.mp.process(follow_steps, (data.clone(), theirs));
        let child = RecordedChild::start(context, process, WorkerLabels::default())?;
        let mut member = MemoryWorker { child, orders };
        request_step(context, &mut member, MemoryStep::Idle)?;
        members.push(member);
    }
    for (done, (step, name)) in STEPS.into_iter().enumerate() {
        context.report_progress(workers + done as u32, workers + 3, name);
        // All workers take the step before any is measured, so that all share the shared pages.
        for member in &mut members {
            context.check_stop()?;
            request_step(context, member, step)?;
        }
        for (number, member) in (1..).zip(&members) {
            let used = measure::process_memory(member.child.pid());
            observe_memory(
                context,
                "process",
                number,
                name,
                [used.private, used.proportional, used.resident],
            );
        }
    }
    for member in members {
        let MemoryWorker { mut child, orders } = member;
        // Closing the connection ends the child.
        drop(orders);
        child.join()?;
    }
    Ok(())
}

fn request_step(
    context: &DemoContext,
    member: &mut MemoryWorker,
    step: MemoryStep,
) -> Result<(), LabError> {
    let MemoryWorker { child, orders } = member;
    let done = orders.send(step).and_then(|()| orders.recv());
    done.map_err(|error| child.lost_error(context, &error))
}

/// The child's part: follows its orders until the parent closes the connection.
pub fn follow_steps(data: SharedArray<u8>, orders: Connection<(), MemoryStep>) {
    let mut own = Vec::new();
    while let Ok(step) = orders.recv() {
        match step {
            MemoryStep::Idle => {}
            MemoryStep::Read => {
                std::hint::black_box(data.count(1));
            }
            MemoryStep::Copy => own = data.to_vec(),
        }
        std::hint::black_box(&own);
        if orders.send(()).is_err() {
            break;
        }
    }
}

fn build_summary(run: &Run) -> SummaryTable {
    let title = "Private memory of the last worker";
    SummaryTable::from_parts(run, title, &["private"], build_summary_part)
}

/// The last worker of each kind, and what it held after each step.
fn build_summary_part(part: DemoPart) -> Table {
    let run = part.run;
    let mut table = Table::new("", &["worker", "private [B]"]);
    for kind in run.label_values("private", "kind") {
        for step in run.label_values("private", "step") {
            let labels = [("kind", kind.as_str()), ("step", step.as_str())];
            if let Some(private) = run.last_observed("private", &labels) {
                table.add_row([format!("{kind}: {step}").into(), private]);
            }
        }
    }
    table
}

fn build_report(run: &Run) -> Vec<Table> {
    compare_backends::build_tables_by_part(run, |part| vec![build_table(part)])
}

fn build_table(part: DemoPart) -> Table {
    let run = part.run;
    let mut headings = vec!["worker"];
    headings.extend(part.interpreter().map(|_| "started by"));
    headings.extend(["after", "private [B]", "proportional [B]", "resident [B]"]);
    let mut table = Table::new("What each further worker costs", &headings);
    for kind in run.label_values("private", "kind") {
        add_rows(part, &kind, &mut table);
    }
    table.add_note(
        "A thread's row is what the whole process gained by it. Private is what would come back if this \
         worker ended; resident counts shared pages once for each process, so it adds up to too much.",
    );
    if part.interpreter().is_some() {
        table.add_note(
            "A forked process shares its parent's pages until one of the two writes to them, and one of a fork \
             server shares the fork server's. A spawned process has loaded an interpreter of its own.",
        );
    }
    let counts_references = part
        .interpreter()
        .is_some_and(|python| python.implementation == "CPython");
    let mut steps = run.label_values("private", "step").into_iter();
    if counts_references && steps.any(|step| step.contains("list")) {
        table.add_note(
            "Even reading an object writes to it: CPython counts references in the object itself. So the pages of a \
             list that fork shares become the child's own as it reads them.",
        );
    }
    table
}

fn add_rows(part: DemoPart, kind: &str, table: &mut Table) {
    let run = part.run;
    for worker in run.label_values("private", "worker") {
        for step in run.label_values("private", "step") {
            let labels = [
                ("kind", kind),
                ("worker", worker.as_str()),
                ("step", step.as_str()),
            ];
            let Some(private) = run.last_observed("private", &labels) else {
                continue;
            };
            let figure = |name| run.last_cell(name, &labels);
            let mut row = build_worker_cells(part, kind, &worker);
            row.extend([
                Value::text(&step),
                private,
                figure("proportional"),
                figure("resident"),
            ]);
            table.add_row(row);
        }
    }
}

/// `thread 1`; for a Python also the start method, which determines the cost of a process.
fn build_worker_cells(part: DemoPart, kind: &str, worker: &str) -> Vec<Value> {
    let Some(python) = part.interpreter() else {
        return vec![format!("{kind} {worker}").into()];
    };
    match kind.split_once(", ") {
        // One for each start method, for comparison.
        Some((kind, method)) => vec![format!("one {kind}").into(), method.into()],
        None if kind == "process" => vec![
            format!("{kind} {worker}").into(),
            Value::text(&python.start_method),
        ],
        None => vec![format!("{kind} {worker}").into(), Value::Nothing],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::testing::{observed, recording_with, with_gil},
        record::{Interpreter, Params},
    };

    #[test]
    fn only_of_a_python_that_counts_references_is_it_said_that_it_does() {
        let labels = [
            ("kind", "process, fork"),
            ("worker", "1"),
            ("step", "read a list that fork shares"),
        ];
        let said = |implementation: &str| {
            let python = Interpreter {
                implementation: implementation.to_owned(),
                ..with_gil()
            };
            let read = vec![observed("private", &labels, Value::Bytes(1 << 20))];
            let pythons = vec![(python, read)];
            let recording = recording_with("memory", &Params::default(), Vec::new(), pythons);
            let tables = build_report(&recording.run()).into_iter();
            tables.flat_map(|table| table.notes).collect::<String>()
        };
        assert!(said("CPython").contains("counts references"));
        assert!(!said("PyPy").contains("counts references"));
    }
}

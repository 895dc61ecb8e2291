//! `isolation`: which workers see a change that another one makes?

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    thread,
};

use serde::{Deserialize, Serialize};

use super::{
    Demo, DemoContext, LabError, compare_backends,
    start_barrier::{BarrierHandle, StartBarrier, WorkerLabels},
};
use crate::{
    catalog::demos,
    mp::{self, Value as SharedValue},
    record::{Run, Value},
    report::{SummaryTable, Table, pictures},
};

/// The parent's value before a worker starts.
const BEFORE: i64 = 100;
/// What each worker adds.
const ADDED: i64 = 42;

/// A global variable: every process has its own.
static GLOBAL: AtomicI64 = AtomicI64::new(0);

/// A thread, a process, shared memory.
pub static DEMO: Demo = Demo {
    spec: &demos::ISOLATION,
    run,
    report: build_report,
    summary: build_summary,
    pictures: |run, summary| pictures::bars_and_timelines(run, summary, "parent: after"),
};

/// The values that a worker read.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct VariableChange {
    pid: u32,
    before: i64,
    after: i64,
}

// The cores are not probed: nothing here depends on time, so load cannot explain a result.
fn run(context: &DemoContext) -> Result<(), LabError> {
    context.check_stop()?;
    change_in_thread(context)?;
    context.check_stop()?;
    let (seen, parent) = change_in_global(context)?;
    observe_change(context, "process, global", seen, parent);
    let (seen, parent) = change_in_copy(context)?;
    observe_change(context, "process, argument", seen, parent);
    let (seen, parent) = change_in_shared_memory(context)?;
    observe_change(context, "process, shared memory", seen, parent);
    Ok(())
}

fn observe_change(context: &DemoContext, way: &str, worker: VariableChange, parent_after: i64) {
    let labels = [("way", way)];
    context.observe("worker_pid", labels, Value::Pid(worker.pid));
    context.observe("worker_before", labels, Value::Count(worker.before));
    context.observe("worker_after", labels, Value::Count(worker.after));
    context.observe("parent_before", labels, Value::Count(BEFORE));
    context.observe("parent_after", labels, Value::Count(parent_after));
}

fn add_to_variable(variable: &AtomicI64) -> VariableChange {
    let before = variable.load(SeqCst);
    variable.store(before + ADDED, SeqCst);
    VariableChange {
        pid: std::process::id(),
        before,
        after: variable.load(SeqCst),
    }
}

fn change_in_thread(context: &DemoContext) -> Result<(), LabError> {
    let variable = Arc::new(AtomicI64::new(BEFORE));
    let theirs = Arc::clone(&variable);
    let seen = thread::spawn(move || add_to_variable(&theirs))
        .join()
        .map_err(|_| LabError::Worker("the thread panicked".to_owned()))?;
    observe_change(
        context,
        "thread, shared variable",
        seen,
        variable.load(SeqCst),
    );
    Ok(())
}

fn change_in_global(context: &DemoContext) -> Result<(VariableChange, i64), LabError> {
    GLOBAL.store(BEFORE, SeqCst);
    let seen = run_one_worker(context, |gate| context.mp.process(change_global, (gate,)))?;
    Ok((seen, GLOBAL.load(SeqCst)))
}

fn change_in_copy(context: &DemoContext) -> Result<(VariableChange, i64), LabError> {
    let mine = BEFORE;
    let seen = run_one_worker(context, |gate| {
        context.mp.process(change_argument, (mine, gate))
    })?;
    Ok((seen, mine))
}

fn change_in_shared_memory(context: &DemoContext) -> Result<(VariableChange, i64), LabError> {
    let value = SharedValue::new(BEFORE)?;
    let theirs = value.clone();
    let seen = run_one_worker(context, |gate| {
        context.mp.process(change_shared, (theirs, gate))
    })?;
    Ok((seen, value.get()))
}

fn run_one_worker(
    context: &DemoContext,
    make: impl FnOnce(BarrierHandle<VariableChange>) -> mp::Process,
) -> Result<VariableChange, LabError> {
    let mut line = StartBarrier::new(context, WorkerLabels::default());
    line.start_child(make)?;
    line.wait_until_ready()?;
    line.open_barrier()?;
    let seen = line.collect_results()?;
    line.join_children()?;
    let (_, seen) = seen[0];
    Ok(seen)
}

/// A child that changes its own copy of a global variable.
///
/// # Errors
/// If the parent is gone.
pub fn change_global(gate: BarrierHandle<VariableChange>) -> Result<(), mp::Failure> {
    gate.wait()?;
    gate.send_result(add_to_variable(&GLOBAL))
}

/// A child that changes the copy that it received.
///
/// # Errors
/// If the parent is gone.
pub fn change_argument(
    argument: i64,
    gate: BarrierHandle<VariableChange>,
) -> Result<(), mp::Failure> {
    gate.wait()?;
    gate.send_result(add_to_variable(&AtomicI64::new(argument)))
}

/// A child that changes memory which it shares with its parent.
///
/// # Errors
/// If the parent is gone.
pub fn change_shared(
    value: SharedValue<i64>,
    gate: BarrierHandle<VariableChange>,
) -> Result<(), mp::Failure> {
    gate.wait()?;
    let before = value.get();
    value.set(before + ADDED);
    gate.send_result(VariableChange {
        pid: std::process::id(),
        before,
        after: value.get(),
    })
}

fn build_summary(run: &Run) -> SummaryTable {
    let title = format!("The parent has {BEFORE}; a worker adds {ADDED}");
    let figures = ["parent: after", "parent sees it"];
    SummaryTable::from_parts(run, &title, &figures, |part| build_table(&part.run))
}

fn build_report(run: &Run) -> Vec<Table> {
    compare_backends::build_tables_by_part(run, |part| vec![build_table(&part.run)])
}

fn build_table(run: &Run) -> Table {
    let mut table = Table::new(
        format!("The parent has {BEFORE}; a worker adds {ADDED}"),
        &[
            "worker, and what it changes",
            "PID",
            "worker: before",
            "worker: after",
            "parent: before",
            "parent: after",
            "parent sees it",
        ],
    );
    for way in run.label_values("worker_pid", "way") {
        let figure = |name| run.last_cell(name, &[("way", &way)]);
        let sees = figure("parent_after") != figure("parent_before");
        table.add_row([
            Value::text(&way),
            figure("worker_pid"),
            figure("worker_before"),
            figure("worker_after"),
            figure("parent_before"),
            figure("parent_after"),
            Value::Flag(sees),
        ]);
    }
    let forked = run
        .interpreter()
        .is_some_and(|python| python.start_method == "fork");
    table.add_note(if forked {
        "A forked child begins as a copy of its parent, with what the parent's variables held at that moment; \
         from then on each has its own."
    } else {
        "A child process starts with variables of its own (0: this one was never set there) or with a copy \
         of what it was sent. Only memory that both asked to share is the same memory."
    });
    table
}

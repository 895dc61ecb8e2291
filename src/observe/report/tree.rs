//! The process tree: who started whom, how, and how each ended.

use super::{
    MOST_ROWS,
    cast::{Cast, Part},
    left_out,
};
use crate::{record::Value, report::Table};

/// Deeper levels are not indented any further.
const DEEPEST: usize = 6;

/// One row a process; a child stands below its parent, a step to the right.
pub(super) fn table(cast: &Cast) -> Table {
    let headings = ["process", "PID", "parent", "started by", "exit", "joined"];
    let mut table = Table::new("Processes", &headings);
    for part in cast.processes.iter().take(MOST_ROWS) {
        table.row(row(part));
    }
    left_out(&mut table, cast.processes.len(), "processes");
    notes(&mut table, cast);
    table
}

fn row(part: &Part) -> [Value; 6] {
    let worker = &part.worker;
    let indent = "  ".repeat(part.depth.min(DEEPEST));
    let parent = worker.ppid.map(Value::Pid);
    [
        Value::text(format!("{indent}{}", worker.name)),
        Value::Pid(worker.pid),
        parent.unwrap_or_else(|| Value::missing("the parent is not known")),
        started_by(part),
        exit(part),
        part.joined.map_or(Value::Nothing, Value::Flag),
    ]
}

/// The start method, or what it is if `multiprocessing` did not start it.
fn started_by(part: &Part) -> Value {
    let pool = if part.role == "pool" { ", pool" } else { "" };
    match (part.role.as_str(), &part.method) {
        ("main", _) => Value::Nothing,
        ("helper", _) => Value::text("Python"),
        (_, Some(method)) => Value::text(format!("{method}{pool}")),
        ("pool", None) => Value::text("pool"),
        ("child", None) => Value::missing("how it was started was not told"),
        _ => Value::text("command"),
    }
}

fn exit(part: &Part) -> Value {
    match part.worker.exitcode {
        Some(code) => Value::Count(code.into()),
        None if part.ended_s.is_some() => Value::missing("its parent took the exit code"),
        None => Value::missing("its end was not seen"),
    }
}

fn notes(table: &mut Table, cast: &Cast) {
    let has = |of: &dyn Fn(&Part) -> bool| cast.processes.iter().any(of);
    if has(&|part| part.worker.exitcode.is_some_and(|code| code < 0)) {
        table.note("A negative exit code is the signal that ended the process: −9 is a kill, −11 a segmentation fault.");
    }
    if has(&|part| part.joined == Some(false)) {
        table.note("joined: whether the program itself waited for that process, before Python did so at its end.");
    }
    if has(&Part::is_helper) {
        table.note(
            "Started by Python: a helper of `multiprocessing`, which the program did not ask for.",
        );
    }
}

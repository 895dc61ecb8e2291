//! The process tree: who started whom, how, and how each ended.

use std::collections::BTreeSet;

use super::{
    MOST_ROWS,
    cast::{Participant, Participants},
    left_out,
};
use crate::{
    record::Value,
    report::{Table, tables::without_gaps},
};

/// Deeper levels are not indented any further.
const DEEPEST: usize = 6;

/// One row a process; a child stands below its parent, a step to the right.
pub(super) fn table(cast: &Participants) -> Table {
    let headings = ["process", "PID", "parent", "started by", "exit", "joined"];
    let mut table = Table::new("Processes", &headings);
    for part in cast.processes.iter().take(MOST_ROWS) {
        table.row(row(part));
    }
    left_out(&mut table, cast.processes.len(), "processes");
    let mut table = without_gaps(table);
    notes(&mut table, cast);
    table
}

fn row(part: &Participant) -> [Value; 6] {
    let worker = &part.worker;
    let indent = "  ".repeat(part.depth.min(DEEPEST));
    let parent = worker.ppid.map(Value::Pid);
    [
        Value::text(format!("{indent}{}", worker.name)),
        Value::Pid(worker.pid),
        parent.unwrap_or_else(|| Value::missing("the parent is not known")),
        started_by(part),
        exit(part),
        joined(part).map_or(Value::Nothing, Value::Flag),
    ]
}

/// Those of a pool are its own business.
fn joined(part: &Participant) -> Option<bool> {
    part.joined.filter(|_| part.role == "child")
}

/// The start method, or what it is if `multiprocessing` did not start it.
fn started_by(part: &Participant) -> Value {
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

fn exit(part: &Participant) -> Value {
    match part.worker.exitcode {
        Some(code) => Value::Count(code.into()),
        None if part.ended_s.is_some() => Value::missing("its parent took the exit code"),
        None => Value::missing("its end was not seen"),
    }
}

fn notes(table: &mut Table, cast: &Participants) {
    let has = |of: &dyn Fn(&Participant) -> bool| cast.processes.iter().any(of);
    let exits = cast
        .processes
        .iter()
        .filter_map(|part| part.worker.exitcode);
    let signals: BTreeSet<i32> = exits.filter(|code| *code < 0).map(|code| -code).collect();
    if !signals.is_empty() {
        let each: Vec<String> = signals.iter().map(|signal| named(*signal)).collect();
        table.note(format!(
            "A negative exit code is the signal that ended the process: {}.",
            each.join(", ")
        ));
    }
    if has(&|part| joined(part) == Some(false)) {
        table.note("joined: whether the program itself waited for that process, before Python did so at its end.");
    }
    if has(&Participant::is_helper) {
        table.note(
            "Started by Python: a helper of `multiprocessing`, which the program did not ask for.",
        );
    }
}

/// `−9 is a kill`.
fn named(signal: i32) -> String {
    let name = match signal {
        1 => "a hang-up",
        2 => "Ctrl-C",
        6 => "an abort",
        7 => "a bus error",
        8 => "an arithmetic error",
        9 => "a kill",
        11 => "a segmentation fault",
        13 => "a write to a pipe that nobody reads",
        15 => "a request to end, as a pool sends to its workers",
        _ => return format!("−{signal} is signal {signal}"),
    };
    format!("−{signal} is {name}")
}

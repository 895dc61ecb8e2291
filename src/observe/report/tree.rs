//! The process tree: the parent, the start method and the exit code of each process.

use std::collections::BTreeSet;

use super::{
    MOST_ROWS, note_left_out,
    participants::{Participant, Participants},
};
use crate::{
    record::{Run, Value},
    report::{Table, tables::without_gaps},
};

/// The most detached processes that are named.
const MOST_DETACHED: usize = 5;

/// The deepest level that is indented.
const DEEPEST: usize = 6;

/// One row for each process; a child is below its parent, indented by one step.
pub(super) fn build_process_table(run: &Run, participants: &Participants) -> Table {
    let headings = ["process", "PID", "parent", "started by", "exit", "joined"];
    let mut table = Table::new("Processes", &headings);
    for part in participants.processes.iter().take(MOST_ROWS) {
        table.add_row(build_row(part));
    }
    note_left_out(&mut table, participants.processes.len(), "processes");
    let mut table = without_gaps(table);
    add_notes(&mut table, participants);
    for note in describe_others(run, participants) {
        table.add_note(note);
    }
    table
}

fn build_row(part: &Participant) -> [Value; 6] {
    let worker = &part.worker;
    let indent = "  ".repeat(part.depth.min(DEEPEST));
    let parent = worker.ppid.map(Value::Pid);
    [
        Value::text(format!("{indent}{}", worker.name)),
        Value::Pid(worker.pid),
        parent.unwrap_or_else(|| Value::missing("the parent is not known")),
        started_by(part),
        exit_value(part),
        joined_by_program(part).map_or(Value::Nothing, Value::Flag),
    ]
}

/// Whether the program joined a child; workers of a pool are joined by the pool.
fn joined_by_program(part: &Participant) -> Option<bool> {
    part.joined.filter(|_| part.role == "child")
}

/// The start method, or the kind of a process that `multiprocessing` did not start.
fn started_by(part: &Participant) -> Value {
    let pool = if part.role == "pool" { ", pool" } else { "" };
    match (part.role.as_str(), &part.method) {
        ("main", _) => Value::Nothing,
        ("helper", _) => Value::text("Python"),
        (_, Some(method)) => Value::text(format!("{method}{pool}")),
        ("pool", None) => Value::text("pool"),
        ("fork", None) => Value::text("os.fork"),
        ("child", None) => Value::missing("how it was started is not known"),
        _ => Value::text("command"),
    }
}

fn exit_value(part: &Participant) -> Value {
    match part.worker.exitcode {
        Some(code) => Value::Count(code.into()),
        None if part.ended_s.is_some() => Value::missing("its parent took the exit code"),
        None => Value::missing("its end was not seen"),
    }
}

fn add_notes(table: &mut Table, participants: &Participants) {
    let has = |of: &dyn Fn(&Participant) -> bool| participants.processes.iter().any(of);
    let exits = participants
        .processes
        .iter()
        .filter_map(|part| part.worker.exitcode);
    let signals: BTreeSet<i32> = exits.filter(|code| *code < 0).map(|code| -code).collect();
    if !signals.is_empty() {
        let each: Vec<String> = signals
            .iter()
            .map(|signal| describe_signal(*signal))
            .collect();
        table.add_note(format!(
            "A negative exit code is the signal that ended the process: {}.",
            each.join(", ")
        ));
    }
    if has(&|part| joined_by_program(part) == Some(false)) {
        table.add_note("joined: whether the program itself waited for that process, before Python did so at its end.");
    }
    if has(&Participant::is_helper) {
        table.add_note(
            "Started by Python: a helper of `multiprocessing`, which the program did not ask for.",
        );
    }
}

/// What a reader must know of processes that `multiprocessing` did not start: forks, and detached ones.
pub(super) fn describe_others(run: &Run, participants: &Participants) -> Vec<String> {
    let mut notes = Vec::new();
    let forked = participants
        .processes
        .iter()
        .filter(|part| part.role == "fork");
    let parents = forked.filter_map(|part| participants.process_name(part.worker.ppid?));
    let parents: BTreeSet<&str> = parents.collect();
    if !parents.is_empty() {
        let parents: Vec<&str> = parents.into_iter().collect();
        notes.push(format!(
            "Started by os.fork: forked by `os.fork` in {}, and a copy of it from then on.",
            parents.join(", ")
        ));
    }
    for seen in run.observations("detached").iter().take(MOST_DETACHED) {
        let label = |key: &str| seen.labels.get(key).unwrap_or("?");
        let end = match seen.value {
            Value::Flag(true) => "and runs on",
            _ => "and was ended; `--keep-detached` lets it run on",
        };
        notes.push(format!(
            "{} (PID {}) had detached itself from the program (a session of its own), {end}.",
            label("name"),
            label("pid")
        ));
    }
    notes
}

/// `−9 is a kill`.
fn describe_signal(signal: i32) -> String {
    let name = match signal {
        1 => "a hang-up",
        2 => "Ctrl-C",
        6 => "an abort",
        7 => "a bus error",
        8 => "an arithmetic error",
        9 => "a kill",
        11 => "a segmentation fault",
        13 => "a write to a pipe without a reader",
        15 => "a request to end, as a pool sends to its workers",
        _ => return format!("−{signal} is signal {signal}"),
    };
    format!("−{signal} is {name}")
}

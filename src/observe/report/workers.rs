//! What each process did: when, how much of the time it worked, where, with how much memory.

use super::{
    MOST_ROWS,
    cast::{Cast, Part},
    left_out,
};
use crate::{
    record::{Usage, Value},
    report::{Table, tables::without_gaps},
};

const NO_FIGURES: &str = "it was gone before it was measured";
const NO_CPU: &str = "this platform tells no processor time";
const NO_MEMORY: &str = "this platform tells no memory";

/// One row a process, in the order of the tree.
pub(super) fn table(cast: &Cast) -> Table {
    let headings = [
        "process",
        "began [s]",
        "ended [s]",
        "CPU [s]",
        "working",
        "not working",
        "cores",
        "peak memory [B]",
        "tasks",
    ];
    let mut table = Table::new("What each process did", &headings);
    for part in cast.processes.iter().take(MOST_ROWS) {
        table.row(row(cast, part));
    }
    left_out(&mut table, cast.processes.len(), "processes");
    let mut table = without_gaps(table);
    table.note(
        "working: processor time ÷ lifetime. The rest of its life a process waited: for others, for input, or for a \
         core.",
    );
    table
}

fn row(cast: &Cast, part: &Part) -> Vec<Value> {
    let usage = &part.worker.usage;
    let silent = *usage == Usage::default();
    let or = |value: Option<Value>, why: &str| {
        value.unwrap_or_else(|| Value::missing(if silent { NO_FIGURES } else { why }))
    };
    let ended = part.ended_s.map(Value::Seconds);
    let busy = part.busy(cast.whole_s);
    let memory = usage.resident_bytes.or(usage.private_bytes);
    vec![
        Value::text(&part.worker.name),
        Value::Seconds(part.began_s),
        ended.unwrap_or_else(|| Value::missing("its end was not seen")),
        or(usage.cpu_s.map(Value::Seconds), NO_CPU),
        or(busy.map(Value::Share), NO_CPU),
        or(busy.map(|busy| Value::Share((1.0 - busy).max(0.0))), NO_CPU),
        if usage.cores.is_empty() {
            or(None, "it was not seen on a core")
        } else {
            Value::Cores(usage.cores.clone())
        },
        or(memory.map(Value::Bytes), NO_MEMORY),
        tasks(part),
    ]
}

/// Only workers of pools have tasks.
fn tasks(part: &Part) -> Value {
    if part.role == "pool" {
        Value::Count(part.worker.usage.tasks as i64)
    } else {
        Value::Nothing
    }
}

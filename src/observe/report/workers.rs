//! The processes in figures: lifetime, share of work, cores, memory.

use super::{
    MOST_ROWS, note_left_out,
    participants::{Participant, Participants},
};
use crate::{
    record::{ResourceUsage, Value},
    report::{Table, tables::without_gaps},
};

const NO_FIGURES: &str = "it was gone before it was measured";
const NO_CPU: &str = "this platform tells no processor time";
const NO_MEMORY: &str = "this platform reports no memory";

/// One row for each process, in the order of the tree.
pub(super) fn build_workers_table(participants: &Participants) -> Table {
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
        "its threads ran",
    ];
    let mut table = Table::new("What each process did", &headings);
    let tells = PlatformFigures::from_participants(participants);
    for part in participants.processes.iter().take(MOST_ROWS) {
        table.add_row(build_row(participants, part, tells));
    }
    note_left_out(&mut table, participants.processes.len(), "processes");
    let mut table = without_gaps(table);
    table.add_note(
        "working: processor time ÷ lifetime. The rest of its life a process waited: for others, for input, or for a \
         core.",
    );
    table
}

/// The figures that the platform gave for at least one process: where others lack one, the platform is not the cause.
#[derive(Clone, Copy)]
struct PlatformFigures {
    cpu: bool,
    memory: bool,
}

impl PlatformFigures {
    fn from_participants(participants: &Participants) -> Self {
        let any = |has: fn(&ResourceUsage) -> bool| {
            let mut parts = participants.processes.iter();
            parts.any(|part| has(&part.worker.usage))
        };
        Self {
            cpu: any(|usage| usage.cpu_s.is_some()),
            memory: any(|usage| memory_of(usage).is_some()),
        }
    }
}

fn memory_of(usage: &ResourceUsage) -> Option<u64> {
    usage.resident_bytes.or(usage.private_bytes)
}

fn build_row(
    participants: &Participants,
    part: &Participant,
    tells: PlatformFigures,
) -> Vec<Value> {
    let usage = &part.worker.usage;
    let no_cpu = if tells.cpu { NO_FIGURES } else { NO_CPU };
    let no_memory = if tells.memory { NO_FIGURES } else { NO_MEMORY };
    let or = |value: Option<Value>, why: &str| value.unwrap_or_else(|| Value::missing(why));
    let ended = part.ended_s.map(Value::Seconds);
    let busy = part.busy_share(participants.whole_s);
    let memory = memory_of(usage);
    vec![
        Value::text(&part.worker.name),
        Value::Seconds(part.began_s),
        ended.unwrap_or_else(|| Value::missing("its end was not seen")),
        or(usage.cpu_s.map(Value::Seconds), no_cpu),
        or(busy.map(Value::Share), no_cpu),
        or(busy.map(|busy| Value::Share((1.0 - busy).max(0.0))), no_cpu),
        if usage.cores.is_empty() {
            or(None, "it was not seen on a core")
        } else {
            Value::Cores(usage.cores.clone())
        },
        or(memory.map(Value::Bytes), no_memory),
        task_value(part),
        participants
            .thread_overlap(part.worker.pid)
            .map_or(Value::Nothing, |overlap| Value::text(overlap.name())),
    ]
}

/// The number of tasks; only workers of pools have one.
fn task_value(part: &Participant) -> Value {
    if part.role == "pool" {
        Value::Count(part.worker.usage.tasks as i64)
    } else {
        Value::Nothing
    }
}

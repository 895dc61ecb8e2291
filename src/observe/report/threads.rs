//! The threads that the program started, if there are any.

use super::{
    MOST_ROWS, note_left_out,
    participants::{Participant, Participants},
};
use crate::{
    record::Value,
    report::{Table, tables::without_gaps},
    text::format_count,
};

/// One row for each thread; `None` without threads.
pub(super) fn build_threads_table(participants: &Participants) -> Option<Table> {
    if participants.threads.is_empty() {
        return None;
    }
    let headings = [
        "thread",
        "TID",
        "in",
        "began [s]",
        "ended [s]",
        "CPU [s]",
        "working",
        "core wait [s]",
        "switches per CPU s",
    ];
    let mut table = Table::new("Threads", &headings);
    for part in participants.threads.iter().take(MOST_ROWS) {
        table.add_row(build_row(participants, part));
    }
    note_left_out(&mut table, participants.threads.len(), "threads");
    let mut table = without_gaps(table);
    if table
        .columns
        .iter()
        .any(|column| column.name == "switches per CPU s")
    {
        table.add_note(
            "core wait: it was ready to run, but no core was free for it. switches: how often it gave its core up by \
             itself, to wait for a lock, for data or for time to pass.",
        );
    }
    table.add_note(
        "The first thread of each process is not listed: it is the process's own row above.",
    );
    if participants.internal_threads > 0 {
        let others = format_count(participants.internal_threads, "thread", "threads");
        table.add_note(format!("{others} of Python's own machinery left out."));
    }
    Some(table)
}

fn build_row(participants: &Participants, part: &Participant) -> [Value; 9] {
    let worker = &part.worker;
    let pid = worker.pid;
    let process = participants.process_name(pid).map(str::to_owned);
    let ended = part.ended_s.map(Value::Seconds);
    let tid = worker.tid.map(Value::Pid);
    let cpu = worker.usage.cpu_s.map(Value::Seconds);
    let busy = part.busy_share(participants.whole_s).map(Value::Share);
    let no_cpu = || Value::missing("it was gone before it was measured");
    [
        Value::text(&worker.name),
        tid.unwrap_or_else(|| Value::missing("this platform tells no thread identifier")),
        Value::text(process.unwrap_or_else(|| format!("PID {pid}"))),
        Value::Seconds(part.began_s),
        ended.unwrap_or_else(|| Value::missing("its end was not seen")),
        cpu.unwrap_or_else(no_cpu),
        busy.unwrap_or_else(no_cpu),
        worker
            .usage
            .run_queue_s
            .map_or(Value::Nothing, Value::Seconds),
        part.lock_switches()
            .map_or(Value::Nothing, |rate| Value::Count(rate.round() as i64)),
    ]
}

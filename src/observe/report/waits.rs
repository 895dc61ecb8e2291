//! Where the threads of a program waited when it was asked to end.

use super::{MOST_ROWS, note_left_out, participants::Participants};
use crate::{
    observe::waits::{ProgramWaits, SampledThread},
    record::{Run, Value},
    report::{Table, tables::without_gaps},
};

/// One row for each thread; `None` if the program ended by itself.
pub(super) fn build_waits_table(run: &Run, participants: &Participants) -> Option<Table> {
    let waits = ProgramWaits::from_run(run)?;
    let headings = [
        "process",
        "thread",
        "waits for",
        "since [s]",
        "at",
        "function",
        "holds",
    ];
    let mut table = Table::new("Where the program was when it was asked to end", &headings);
    for thread in waits.threads.iter().take(MOST_ROWS) {
        table.add_row(build_row(participants, &waits, thread));
    }
    note_left_out(&mut table, waits.threads.len(), "threads");
    let mut table = without_gaps(table);
    if table.columns.iter().any(|column| column.name == "since") {
        table.add_note("since: when that thread ran last, counted from the start of the program.");
    }
    Some(table)
}

fn build_row(
    participants: &Participants,
    waits: &ProgramWaits<'_>,
    thread: &SampledThread<'_>,
) -> [Value; 7] {
    let sample = thread.sample;
    let process = participants.process_name(thread.pid).map(str::to_owned);
    let process = process.unwrap_or_else(|| format!("PID {}", thread.pid));
    let wait = waits
        .describe_wait(thread)
        .map(|wait| wait.replace('`', ""));
    let place = thread.place();
    let held = waits.locks_held_by(thread).join(", ").replace('`', "");
    let text = |text: Option<String>| text.map_or(Value::Nothing, Value::text);
    let is_idle = thread.wait().is_some();
    let since = sample.idle_ns.filter(|_| is_idle).map(|idle_ns| {
        Value::Seconds(participants.seconds_after_start(thread.at_ns.saturating_sub(idle_ns)))
    });
    let end = sample.at_exit.then(|| "Python's own end".to_owned());
    [
        Value::text(process),
        text(sample.thread.clone()),
        Value::text(wait.unwrap_or_else(|| "nothing: it works".to_owned())),
        since.unwrap_or(Value::Nothing),
        text(place.or(end)),
        text(sample.function.clone()),
        text(Some(held).filter(|held| !held.is_empty())),
    ]
}

//! The report of a watched program: pure functions of its recording, like the reports of demos.

mod output;
mod participants;
mod summary;
#[cfg(test)]
mod tests;
mod threads;
mod timeline;
mod tree;
mod waits;
mod workers;

use self::participants::Participants;
pub use self::summary::repeat_command;
use crate::{
    record::Run,
    report::{SummaryTable, Table},
};

/// The tables of a watched program's recording: summary, processes, lifetimes, threads and output.
pub fn build_report(run: &Run) -> Vec<Table> {
    let participants = Participants::from_run(run);
    let mut tables = vec![summary::build_summary(run, &participants).in_part("program")];
    if participants.processes.is_empty() {
        return tables;
    }
    let waits = waits::build_waits_table(run, &participants);
    tables.extend(waits.map(|table| table.in_part("waits")));
    tables.push(tree::build_process_table(run, &participants).in_part("processes"));
    tables.push(workers::build_workers_table(&participants).in_part("work"));
    if participants.processes.len() > 1 || !participants.threads.is_empty() {
        tables.push(timeline::build_timeline_table(&participants).in_part("lifetimes"));
    }
    let threads = threads::build_threads_table(&participants);
    tables.extend(threads.map(|table| table.in_part("threads")));
    tables.push(output::build_output_table(run, &participants).in_part("output"));
    tables
}

/// The most processes in the table that decides.
const MOST_PROCESSES: usize = 10;

/// The figures that decide: of a program that ended, and of one that had to be asked to.
const PROCESS_FIGURES: &[&str] = &["PID", "started by", "exit", "joined"];
const WAIT_FIGURES: &[&str] = &["thread", "waits for", "since", "at", "function", "holds"];

/// The processes of a watched program: how they were started, how much they computed, and how they ended.
pub fn build_summary(run: &Run) -> SummaryTable {
    let participants = Participants::from_run(run);
    let summary = summary::build_summary(run, &participants);
    let waits = waits::build_waits_table(run, &participants);
    let (mut table, figures, part) = match waits {
        Some(waits) => (waits, WAIT_FIGURES, "waits"),
        None => (
            tree::build_process_table(run, &participants),
            PROCESS_FIGURES,
            "processes",
        ),
    };
    let notes = std::mem::take(&mut table.notes);
    let notes = notes.into_iter().filter(|_| part == "waits");
    let left_out = table.rows.len().saturating_sub(MOST_PROCESSES);
    table.rows.truncate(MOST_PROCESSES);
    let worlds = vec![(String::new(), table)];
    let mut shown = SummaryTable::merge_worlds(&summary.title, worlds, figures);
    shown.notes.extend(notes);
    shown
        .notes
        .extend(tree::describe_others(run, &participants));
    if left_out > 0 {
        shown
            .notes
            .push(format!("… and {left_out} more: `more {part}`."));
    }
    shown
}

/// The most rows of a table: of hundreds of processes, the first are shown, and a sentence counts the rest.
const MOST_ROWS: usize = 40;

/// The sentence for the rows that a table leaves out.
fn note_left_out(table: &mut Table, all: usize, many: &str) {
    let more = all.saturating_sub(MOST_ROWS);
    if more > 0 {
        table.add_note(format!("… and {more} more {many}."));
    }
}

//! The report of a watched program: pure functions of its recording, like the reports of demos.

mod output;
mod participants;
mod summary;
#[cfg(test)]
mod tests;
mod threads;
mod timeline;
mod tree;
mod workers;

use self::participants::Participants;
pub use self::summary::repeat_command;
use crate::{record::Run, report::Table};

/// The tables of a watched program's recording: summary, processes, lifetimes, threads and output.
pub fn build_report(run: &Run) -> Vec<Table> {
    let cast = Participants::from_run(run);
    let mut tables = vec![summary::build_summary(run, &cast)];
    if cast.processes.is_empty() {
        return tables;
    }
    tables.push(tree::build_process_table(&cast));
    tables.push(workers::build_workers_table(&cast));
    if cast.processes.len() > 1 || !cast.threads.is_empty() {
        tables.push(timeline::build_timeline_table(&cast));
    }
    tables.extend(threads::build_threads_table(&cast));
    tables.push(output::build_output_table(run, &cast));
    tables
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

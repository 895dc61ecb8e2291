//! What a recording of a watched program says: pure functions of it, as the reports of demos are.

mod cast;
mod printed;
mod summary;
#[cfg(test)]
mod tests;
mod threads;
mod timeline;
mod tree;
mod workers;

use self::cast::Participants;
pub use self::summary::again;
use crate::{record::Run, report::Table};

/// The tables of a watched program's recording: how it went, who was there, what each did and when, what it printed.
pub fn report(run: &Run) -> Vec<Table> {
    let cast = Participants::of(run);
    let mut tables = vec![summary::line(run, &cast)];
    if cast.processes.is_empty() {
        return tables;
    }
    tables.push(tree::table(&cast));
    tables.push(workers::table(&cast));
    if cast.processes.len() > 1 || !cast.threads.is_empty() {
        tables.push(timeline::table(&cast));
    }
    tables.extend(threads::table(&cast));
    tables.push(printed::table(run, &cast));
    tables
}

/// A table has no more rows: a program that starts hundreds is told by its first and a sum.
const MOST_ROWS: usize = 40;

/// The sentence for the rows that a table leaves out.
fn left_out(table: &mut Table, all: usize, many: &str) {
    let more = all.saturating_sub(MOST_ROWS);
    if more > 0 {
        table.note(format!("… and {more} more {many}."));
    }
}

//! The output of the program, each line with its process.

use std::collections::BTreeMap;

use super::participants::Participants;
use crate::{
    record::{EventKind, Run, Value, WorkerId, WorkerKind},
    report::Table,
    text::last_overwrite,
};

/// The number of lines that are shown from the start,
const FIRST: usize = 10;
/// and from the end: the last line of a traceback is the most useful.
const LAST: usize = 5;
/// The number of characters of a line that are shown.
const LONGEST: usize = 240;

/// A line and its process.
struct PrintedRow<'r> {
    by: WorkerId,
    stderr: bool,
    text: &'r str,
}

/// One row for each line, in the order of arrival.
pub(super) fn build_output_table(run: &Run, participants: &Participants) -> Table {
    let lines: Vec<PrintedRow> = run
        .events()
        .filter_map(|event| to_printed_row(&event.what))
        .collect();
    if lines.is_empty() {
        return Table::new("It printed nothing", &[]);
    }
    let who: BTreeMap<WorkerId, (&str, u32, WorkerKind)> = participants
        .processes
        .iter()
        .map(|part| &part.worker)
        .map(|worker| (worker.id, (worker.name.as_str(), worker.pid, worker.kind)))
        .collect();
    let is_main = |line: &PrintedRow| {
        who.get(&line.by)
            .is_some_and(|who| who.2 == WorkerKind::Main)
    };
    let by_main = lines.iter().all(is_main);
    let any_stderr = lines.iter().any(|line| line.stderr);
    let cells = |by: Option<(Value, Value)>, stream: Value, text: String| {
        let by = by.unwrap_or((Value::Nothing, Value::Nothing));
        let mut cells = Vec::new();
        cells.extend((!by_main).then_some(by.0));
        cells.extend((!by_main).then_some(by.1));
        cells.extend(any_stderr.then_some(stream));
        cells.push(Value::Text(text));
        cells
    };
    let row = |line: &PrintedRow| {
        let by = who.get(&line.by);
        let by = by.map(|(name, pid, _)| (Value::text(*name), Value::Pid(*pid)));
        let stream = if line.stderr { "err" } else { "out" };
        cells(by, Value::text(stream), shorten_line(line.text))
    };
    let mut headings = Vec::new();
    headings.extend((!by_main).then_some("process"));
    headings.extend((!by_main).then_some("PID"));
    headings.extend(any_stderr.then_some("stream"));
    headings.push("text");
    let mut table = Table::new("What it printed", &headings);
    let all = counted(run).max(lines.len());
    let fits = all <= FIRST + LAST;
    let first = if fits { lines.len() } else { FIRST };
    for line in &lines[..first] {
        table.add_row(row(line));
    }
    if !fits {
        let more = all - FIRST - LAST;
        let gap = format!("… and {more} more lines …");
        table.add_row(cells(None, Value::Nothing, gap));
        for line in &lines[lines.len() - LAST..] {
            table.add_row(row(line));
        }
    }
    table
}

/// The number of printed lines. A recording of a long output has only the first and the last ones.
fn counted(run: &Run) -> usize {
    run.number_series("lines", &[]).iter().sum::<f64>() as usize
}

fn to_printed_row(what: &EventKind) -> Option<PrintedRow<'_>> {
    match what {
        EventKind::Output {
            worker,
            stderr,
            text,
        } => Some(PrintedRow {
            by: *worker,
            stderr: *stderr,
            text,
        }),
        _ => None,
    }
}

fn shorten_line(text: &str) -> String {
    let text = last_overwrite(text);
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}…")
}

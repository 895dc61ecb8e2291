//! The report of `crash`.

use super::{CrashKind, CrashPlace};
use crate::{
    lab::compare_backends,
    record::{Run, Value},
    report::{DemoPart, SummaryTable, Table, TableByInterpreter, demo_parts},
    text::keep_distinct,
};

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    let mut tables =
        compare_backends::build_tables_by_part(run, |part| vec![build_aftermath_table(&part.run)]);
    tables.insert(tables.len().min(1), build_pools_table(run));
    tables
}

/// What becomes of the program, and of the task that a pool was given.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let title = "What becomes of the program after a crash";
    let figures = ["in a thread", "in a process", "for a pool's task"];
    SummaryTable::from_parts(run, title, &figures, |part| {
        let headings = ["crash", figures[0], figures[1], figures[2]];
        let mut table = Table::new("", &headings);
        for crash in list_crashes(&part.run, "died") {
            let survived = |place: CrashPlace| {
                let labels = [("crash", crash.as_str()), ("where", place.name())];
                let lives = part.run.last_cell("program_lives", &labels);
                fate_value(&lives, "lives on", "dies")
            };
            table.add_row([
                Value::text(&crash),
                survived(CrashPlace::Thread),
                survived(CrashPlace::Process),
                task_outcome(&part.run, &crash),
            ]);
        }
        table
    })
}

/// Whether whoever waits for the task of a crashed worker is told.
fn task_outcome(run: &Run, crash: &str) -> Value {
    let labels = [("crash", crash)];
    let is_told = run.last_observed("answered", &labels);
    let has_error = || {
        run.last_observed("pool_error", &labels)
            .map(|_| Value::Flag(true))
    };
    let is_told = is_told.or_else(has_error).unwrap_or(Value::Nothing);
    fate_value(&is_told, "an error", "no answer")
}

/// The crashes of a table: Forklore's own first, in their order.
fn list_crashes(run: &Run, name: &str) -> Vec<String> {
    let mut crashes = run.label_values(name, "crash");
    crashes.sort_by_key(|crash| sort_key(crash));
    crashes
}

/// Sorts Python's exception with errors, and a crash in another kind of pool next to the same crash in a pool.
fn sort_key(crash: &str) -> (usize, bool) {
    let (name, other_pool) = split_pool_kind(crash);
    let name = if name == "exception" {
        CrashKind::Error.name()
    } else {
        name
    };
    let place = CrashKind::ALL.iter().position(|known| known.name() == name);
    (place.unwrap_or(CrashKind::ALL.len()), other_pool.is_some())
}

/// Splits `kill (ProcessPoolExecutor)` into the crash and the kind of pool, if it is not `Pool`.
fn split_pool_kind(crash: &str) -> (&str, Option<&str>) {
    match crash
        .strip_suffix(')')
        .and_then(|rest| rest.split_once(" ("))
    {
        Some((name, pool)) => (name, Some(pool)),
        None => (crash, None),
    }
}

fn build_aftermath_table(run: &Run) -> Table {
    let mut table = Table::new(
        "What a crash takes with it",
        &[
            "crash",
            "in a",
            "died",
            "how",
            "exitcode",
            "neighbours",
            "program",
        ],
    );
    for crash in list_crashes(run, "died") {
        for place in CrashPlace::ALL {
            let labels = [("crash", crash.as_str()), ("where", place.name())];
            let Some(died) = run.last_observed("died", &labels) else {
                continue;
            };
            let figure = |name| run.last_cell(name, &labels);
            table.add_row([
                Value::text(&crash),
                place.name().into(),
                died,
                figure("how"),
                figure("exitcode"),
                fate_value(&figure("neighbours_live"), "live on", "die"),
                fate_value(&figure("program_lives"), "lives on", "dies"),
            ]);
        }
    }
    let (what_ends, program) = if run.interpreter().is_some() {
        (
            "An exception ends its thread, and only that; in a process it ends the process, with exit code 1.",
            "The program is the Python program",
        )
    } else {
        (
            "An Err is a value, and a panic ends its thread: `join` hands both over.",
            "The program is Forklore itself",
        )
    };
    table.add_note(format!(
        "{what_ends} Abort, segfault and kill end a process with all its threads. Only another process lives on."
    ));
    table.add_note(format!(
        "{program}; for a thread it is a host process that was started to be lost. Its neighbours are the other \
         thread, process or tasks. The exit code is that of the process in which it happened: None lives on, \
         −N was ended by signal N."
    ));
    table
}

fn fate_value(lives: &Value, yes: &str, no: &str) -> Value {
    match lives {
        Value::Flag(true) => yes.into(),
        Value::Flag(false) => no.into(),
        _ => Value::Nothing,
    }
}

fn build_pools_table(run: &Run) -> Table {
    let mut table = TableByInterpreter::new(
        run,
        "A pool after a crash in one of its tasks",
        &[
            "crash",
            "the task's error",
            "worker",
            "others",
            "new worker",
            "goes on?",
        ],
    );
    let parts = demo_parts(run);
    // Sorted by crash, so that the reactions of two pools to the same crash are next to each other.
    let crashes = parts
        .iter()
        .map(|part| list_crashes(&part.run, "pool_error"));
    let mut all = keep_distinct(crashes.flatten());
    all.sort_by_key(|crash| sort_key(crash));
    for crash in all {
        for part in &parts {
            if let Some(row) = build_pool_row(*part, &crash) {
                table.add_row(*part, row);
            }
        }
    }
    table.add_note(
        "Forklore's parent knows which worker has which task, so only that task fails. CPython's Pool replaces \
         the worker too, but a call that waits for the lost task waits for ever.",
    );
    if parts.len() > 1 {
        table.add_note(
            "That wait is cut off after a while here. `concurrent.futures.ProcessPoolExecutor` raises \
             BrokenProcessPool in its place, and its other tasks fail too.",
        );
    }
    table.into_table().in_part("pools")
}

fn build_pool_row(part: DemoPart, crash: &str) -> Option<[Value; 6]> {
    let labels = [("crash", crash)];
    let mut error = part.run.last_observed("pool_error", &labels)?;
    let (name, other_pool) = split_pool_kind(crash);
    if let (Value::Text(error), Some(pool)) = (&mut error, other_pool) {
        *error = format!("{error}, of a {pool}");
    }
    let figure = |name| part.run.last_cell(name, &labels);
    let number = |name| figure(name).number().unwrap_or_default();
    let others = format!("{} of {}", number("pool_answered"), number("pool_others"));
    Some([
        name.into(),
        error,
        figure("pool_worker"),
        others.into(),
        figure("pool_replaced"),
        figure("pool_goes_on"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::testing::{observed, recording},
        record::{EventKind, Params},
    };

    fn aftermath(crash: &str, place: &str, died: &str, exitcode: Value) -> Vec<EventKind> {
        let labels = [("crash", crash), ("where", place)];
        vec![
            observed("died", &labels, died),
            observed("how", &labels, "signal 11, SIGSEGV"),
            observed("exitcode", &labels, exitcode),
            observed("neighbours_live", &labels, Value::Flag(place != "thread")),
            observed("program_lives", &labels, Value::Flag(place != "thread")),
        ]
    }

    #[test]
    fn a_threads_program_is_its_host() {
        let events = [
            aftermath("segfault", "thread", "the whole process", Value::Count(-11)),
            aftermath("segfault", "process", "the process", Value::Count(-11)),
        ];
        let recording = recording("crash", Params::default(), events.concat());
        let survived = |place| super::super::program_survived(&recording.run(), place);
        assert_eq!(survived("thread"), Some(Value::Flag(false)));
        assert_eq!(survived("process"), Some(Value::Flag(true)));
        assert_eq!(survived("pool"), None);
    }
}

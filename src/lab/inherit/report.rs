//! The report of `inherit`: what a child inherits from its parent, by the start method.

use crate::{
    lab::compare_backends,
    record::{Run, Value},
    report::{DemoPart, SummaryTable, Table, demo_parts},
    text::units::{SECONDS, format_with_unit},
};

const TITLE: &str = "What a child inherits from its parent";

/// The start methods, in the order of the tables.
const METHODS: [&str; 3] = ["fork", "spawn", "forkserver"];

/// A row of the summary: an observation, the thing that it is about, its name, and what is said if the child has it and
/// if it has not.
type ThingRow = (
    &'static str,
    Option<&'static str>,
    &'static str,
    [&'static str; 2],
);

const THINGS: [ThingRow; 7] = [
    (
        "inherited",
        Some("global"),
        "global variable",
        ["copied", "fresh"],
    ),
    (
        "inherited",
        Some("address"),
        "its address",
        ["the same", "another"],
    ),
    ("inherited", Some("file"), "open file", ["open", "not open"]),
    (
        "inherited",
        Some("environment"),
        "environment variable",
        ["inherited", "not set"],
    ),
    (
        "inherited",
        Some("folder"),
        "working folder",
        ["inherited", "another"],
    ),
    ("thread_runs", None, "second thread", ["runs", "not there"]),
    ("lock_held", None, "the thread's lock", ["held", "free"]),
];

/// The methods by which children were started.
fn used_methods(run: &Run) -> Vec<&'static str> {
    let used = run.label_values("lock_held", "method");
    let known = METHODS.into_iter();
    known
        .filter(|method| used.iter().any(|name| name == method))
        .collect()
}

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    compare_backends::build_tables_by_part(run, |part| {
        vec![
            build_values_table(&part.run),
            build_lock_table(&part.run).in_part("lock"),
        ]
    })
}

/// Things as rows, start methods as columns.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let summary =
        SummaryTable::from_parts(run, TITLE, &METHODS, build_things_table).with_all_figures();
    let mut parts = demo_parts(run).into_iter();
    match parts.find_map(|part| vain_wait(&part.run)) {
        Some(waited) => summary.with_note(describe_vain_wait(waited)),
        None => summary,
    }
}

fn build_things_table(part: DemoPart) -> Table {
    let headings = ["from the parent", METHODS[0], METHODS[1], METHODS[2]];
    let mut table = Table::new("", &headings);
    for (observation, thing, name, words) in THINGS {
        let cells = METHODS.map(|method| {
            let labels = [("method", method), ("thing", thing.unwrap_or_default())];
            let labels = &labels[..=usize::from(thing.is_some())];
            match part.run.last_cell(observation, labels) {
                Value::Flag(has) => Value::text(words[usize::from(!has)]),
                other => other,
            }
        });
        table.add_row(std::iter::once(Value::text(name)).chain(cells));
    }
    table
}

/// How long a child waited in vain for a lock that was held when it was started.
fn vain_wait(run: &Run) -> Option<f64> {
    let methods = used_methods(run).into_iter();
    let waits = methods.filter_map(|method| {
        let labels = [("method", method)];
        let held = run.last_observed("lock_held", &labels)? == Value::Flag(true);
        let waited = run.last_observed("lock_wait", &labels)?.number()?;
        held.then_some(waited)
    });
    waits.reduce(f64::max)
}

fn describe_vain_wait(seconds: f64) -> String {
    format!(
        "The lock was copied while it was held, and the thread that would release it was not: the child waited {} and gave \
         up. Without a limit it would wait for ever.",
        format_with_unit(SECONDS, seconds)
    )
}

/// What parent and child have, as they reported it.
fn build_values_table(run: &Run) -> Table {
    let headings = ["thing", "start method", "parent", "child", "the same"];
    let mut table = Table::new(TITLE, &headings);
    for thing in run.label_values("inherited", "thing") {
        for method in used_methods(run) {
            let labels = [("thing", thing.as_str()), ("method", method)];
            let cell = |name| run.last_cell(name, &labels);
            table.add_row([
                Value::text(&thing),
                method.into(),
                cell("parent_has"),
                cell("child_has"),
                cell("inherited"),
            ]);
        }
    }
    table
}

fn build_lock_table(run: &Run) -> Table {
    // Only a program with a file of its own loads one.
    let loader = (!run.observations("loaded_by").is_empty())
        .then_some(("loaded_by", "the program was loaded by"));
    let others = [
        ("thread_runs", "second thread runs"),
        ("lock_held", "lock is held"),
        ("lock_wait", "waited for the lock"),
    ];
    let columns: Vec<_> = loader.into_iter().chain(others).collect();
    let headings = columns.iter().map(|(_, heading)| *heading);
    let headings: Vec<_> = std::iter::once("start method").chain(headings).collect();
    let mut table = Table::new("The second thread and its lock", &headings);
    for method in used_methods(run) {
        let labels = [("method", method)];
        let cells = columns.iter().map(|(name, _)| run.last_cell(name, &labels));
        table.add_row(std::iter::once(method.into()).chain(cells));
    }
    if let Some(waited) = vain_wait(run) {
        table.add_note(describe_vain_wait(waited));
    }
    table
}

#[cfg(test)]
mod tests;

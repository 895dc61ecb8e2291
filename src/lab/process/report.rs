//! The report of `process`.

use crate::{
    lab::compare_backends,
    record::{Run, Value},
    report::{SummaryTable, Table},
};

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    compare_backends::build_tables_by_part(run, |part| build_tables(&part.run))
}

pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let title = "The life of a process";
    let figures = ["PID", "state", "alive?", "exitcode", "parent PID"];
    SummaryTable::from_parts(run, title, &figures, |part| build_life_table(&part.run))
}

fn build_tables(run: &Run) -> Vec<Table> {
    let mut tables = vec![build_life_table(run)];
    if !run.observations("identity").is_empty() {
        tables.push(build_identities_table(run).in_part("identity"));
    }
    if !run.observations("unguarded_exitcode").is_empty() {
        tables.push(build_unguarded_table(run).in_part("guard"));
    }
    tables
}

/// Only Python programs can lack a main guard.
fn build_unguarded_table(run: &Run) -> Table {
    let mut table = Table::new(
        "A child started without the main guard",
        &["start method", "its function ran", "the child's exitcode"],
    );
    for method in run.label_values("unguarded_exitcode", "start_method") {
        let figure = |name| run.last_cell(name, &[("start_method", &method)]);
        table.add_row([
            Value::text(&method),
            figure("unguarded_ran"),
            figure("unguarded_exitcode"),
        ]);
    }
    table.add_note(
        "1: a fresh child loaded the file, met the unguarded start, and was stopped by a RuntimeError. Where the \
         fork server loads the file, the error may end the fork server before there is a child. A forked child is \
         a copy and loads nothing.",
    );
    table
}

fn build_life_table(run: &Run) -> Table {
    let mut table = Table::new(
        "The life of a process",
        &[
            "moment",
            "after [s]",
            "PID",
            "parent PID",
            "state",
            "alive?",
            "exitcode",
        ],
    );
    let moments = run.label_values("after", "moment");
    for moment in &moments {
        let figure = |name| run.last_cell(name, &[("moment", moment)]);
        table.add_row([
            Value::text(moment),
            figure("after"),
            figure("pid"),
            figure("parent_pid"),
            figure("state"),
            figure("alive"),
            figure("exitcode"),
        ]);
    }
    let state = |moment| run.last_observed("state", &[("moment", moment)]);
    if state("ended") == Some("zombie".into()) {
        table.add_note(
            "A zombie has ended, but the system keeps its exit code until the parent asks for it. Then it \
             is gone, here at the latest with `join`.",
        );
    }
    if !moments.is_empty() {
        table.add_note(
            "`None` is what Python's `pid` and `exitcode` say before there is an answer.",
        );
    }
    table
}

fn build_identities_table(run: &Run) -> Table {
    let mut table = Table::new(
        "One child, seen from both sides",
        &["what", "the parent says", "the child says"],
    );
    for what in run.label_values("identity", "what") {
        let said = |side| {
            let labels = [("what", what.as_str()), ("side", side)];
            run.last_cell("identity", &labels)
        };
        table.add_row([Value::text(&what), said("parent"), said("child")]);
    }
    table.add_note(
        "The child found these out by itself: it is a process of its own, with a PID of its own.",
    );
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::testing::{observed, recording},
        record::{EventKind, Params},
    };

    fn moment(name: &str, pid: Value, state: &str, alive: bool, exitcode: Value) -> Vec<EventKind> {
        let labels = [("moment", name)];
        vec![
            observed("after", &labels, Value::Seconds(0.002)),
            observed("pid", &labels, pid),
            observed("parent_pid", &labels, Value::Pid(4000)),
            observed("state", &labels, state),
            observed("alive", &labels, Value::Flag(alive)),
            observed("exitcode", &labels, exitcode),
        ]
    }

    #[test]
    fn without_a_zombie_no_word_of_one() {
        let events = moment("ended", Value::Pid(4001), "gone", false, Value::Count(0));
        let recording = recording("process", Params::default(), events);
        let tables = build_report(&recording.run());
        assert!(tables[0].notes.iter().all(|note| !note.contains("zombie")));
    }

    #[test]
    fn without_a_child_there_is_no_exit_code_and_its_function_did_not_run() {
        let by_fork = [("start_method", "fork")];
        let by_server = [("start_method", "forkserver")];
        let no_child = Value::missing("no child was started: `start` raised EOFError");
        let events = vec![
            observed("unguarded_ran", &by_fork, Value::Flag(true)),
            observed("unguarded_exitcode", &by_fork, Value::Count(0)),
            observed("unguarded_ran", &by_server, Value::Flag(false)),
            observed("unguarded_exitcode", &by_server, no_child.clone()),
        ];
        let recording = recording("process", Params::default(), events);
        assert_eq!(
            build_unguarded_table(&recording.run()).rows,
            [
                vec!["fork".into(), Value::Flag(true), Value::Count(0)],
                vec!["forkserver".into(), Value::Flag(false), no_child],
            ]
        );
    }

    #[test]
    fn an_empty_recording_gives_an_empty_table() {
        let recording = recording("process", Params::default(), Vec::new());
        assert!(build_report(&recording.run())[0].rows.is_empty());
    }
}

//! The report of `pool`.

use super::{PoolMethod, SmallTaskWay, TASK, TASKS};
use crate::{
    lab::compare_backends,
    record::{Run, Value, metrics::divide_observed},
    report::{
        DemoPart, SummaryTable, Table, TableByInterpreter, demo_parts, stats, tables::pid_cell,
    },
    text::format_count,
};

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    let mut tables = compare_backends::build_tables_by_part(run, |part| {
        vec![build_calls_table(&part.run), build_workers_table(&part.run)]
    });
    tables.insert(tables.len().min(2), build_small_tasks_table(run));
    tables
}

/// When each call returned, whether it waited, and the PIDs of the workers, which all calls share.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let workers = run.params().workers.unwrap_or_default();
    let title = describe_tasks(workers);
    let figures = ["returned after", "finished after", "waits?", "PIDs"];
    SummaryTable::from_parts(run, &title, &figures, build_summary_part)
}

fn build_summary_part(part: DemoPart) -> Table {
    let mut table = Table::new(
        "",
        &[
            "call",
            "returned after [s]",
            "finished after [s]",
            "waits?",
            "PIDs",
        ],
    );
    for mut row in build_calls_table(&part.run).rows {
        row[4] = Value::Nothing;
        table.add_row(row);
    }
    if !table.rows.is_empty() {
        let pids = pid_cell(&part.run.all_workers());
        let gap = || Value::Nothing;
        table.add_row(["workers".into(), gap(), gap(), gap(), pids]);
    }
    table
}

/// `4 tasks of 100 ms on 2 workers`
fn describe_tasks(workers: u32) -> String {
    let workers = format_count(workers as usize, "worker", "workers");
    format!("{TASKS} tasks of {} ms on {workers}", TASK.as_millis())
}

fn build_calls_table(run: &Run) -> Table {
    let workers = run.params().workers.unwrap_or_default();
    let mut table = Table::new(
        describe_tasks(workers),
        &[
            "call",
            "returned after [s]",
            "finished after [s]",
            "waits?",
            "results",
        ],
    );
    for call in PoolMethod::ALL {
        let labels = [("call", call.name())];
        let Some(returned) = run.last_observed("returned_after", &labels) else {
            continue;
        };
        let finished = run.last_cell("finished_after", &labels);
        let results: Vec<String> = run
            .number_series("result", &labels)
            .iter()
            .map(f64::to_string)
            .collect();
        table.add_row([
            call.name().into(),
            returned,
            finished,
            run.last_cell("waited", &labels),
            results.join(" ").into(),
        ]);
    }
    table.add_note(
        "`apply` waits for its one task, so four calls take their turns. `map` waits too, but for all \
         tasks together. The async ones return at once: the results are waited for later, with `get`.",
    );
    table
}

/// One row per worker: the tasks that it did for each call.
fn build_workers_table(run: &Run) -> Table {
    let headings: Vec<&str> = ["worker", "PID"]
        .into_iter()
        .chain(PoolMethod::ALL.iter().map(|call| call.name()))
        .chain(["tasks"])
        .collect();
    let mut table = Table::new("Which worker did which task", &headings);
    let done = run.observations("done_by");
    for worker in run.all_workers() {
        let by_worker: Vec<_> = done
            .iter()
            .filter(|done| *done.value == Value::Pid(worker.pid))
            .collect();
        let tasks = |call: PoolMethod| -> Value {
            let of_call = by_worker
                .iter()
                .filter(|done| done.has_labels(&[("call", call.name())]));
            let tasks: Vec<&str> = of_call.filter_map(|done| done.labels.get("task")).collect();
            tasks.join(" ").into()
        };
        let row = [Value::text(&worker.name), Value::Pid(worker.pid)];
        table.add_row(
            row.into_iter()
                .chain(PoolMethod::ALL.map(tasks))
                .chain([Value::count(by_worker.len())]),
        );
    }
    table.add_note("The PIDs stay the same from call to call: a worker lives as long as its pool.");
    table.in_part("workers")
}

fn build_small_tasks_table(run: &Run) -> Table {
    let mut table = TableByInterpreter::new(
        run,
        "Small tasks: a pool against a process for each",
        &[
            "way",
            "processes started",
            "total [s]",
            "± [s]",
            "a task [s]",
            "times as long",
        ],
    );
    for part in demo_parts(run) {
        let pool = [("way", SmallTaskWay::Pool.name())];
        for way in SmallTaskWay::ALL {
            let labels = [("way", way.name())];
            let totals = part.run.number_series("small_tasks", &labels);
            let Some(total) = stats::median(&totals) else {
                continue;
            };
            let against_pool =
                divide_observed(part.run, ("small_tasks", &labels), ("small_tasks", &pool));
            let row = [
                way.name().into(),
                part.run.last_cell("starts", &labels),
                Value::Seconds(total),
                stats::spread(&totals).map_or(Value::Nothing, Value::Seconds),
                Value::Seconds(total / super::SMALL_TASKS as f64),
                stats::median(&against_pool).map(Value::Ratio).into(),
            ];
            table.add_row(part, row);
        }
    }
    table.add_note(
        "The pool's total includes making and closing it. What it saves are starts: its workers are \
         started once, and do task after task.",
    );
    table.into_table().in_part("starts")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::testing::{column, observed, recording},
        record::{EventKind, Params},
    };

    fn call(name: &str, waited: bool, returned: f64, finished: f64) -> Vec<EventKind> {
        let labels = [("call", name)];
        let mut events = vec![
            observed("waited", &labels, Value::Flag(waited)),
            observed("returned_after", &labels, Value::Seconds(returned)),
            observed("finished_after", &labels, Value::Seconds(finished)),
        ];
        for (task, square, worker) in [("1", 1, 4001), ("2", 4, 4002), ("3", 9, 4001)] {
            let labels = [("call", name), ("task", task)];
            events.push(observed("result", &labels, Value::Count(square)));
            events.push(observed("done_by", &labels, Value::Pid(worker)));
        }
        events
    }

    #[test]
    fn ways_compare_round_by_round() {
        let mut events = Vec::new();
        for (way, totals) in [
            ("one pool", [0.004, 0.002, 0.003]),
            ("a process per task", [0.04, 0.04, 0.09]),
        ] {
            for total in totals {
                events.push(observed(
                    "small_tasks",
                    &[("way", way)],
                    Value::Seconds(total),
                ));
            }
            events.push(observed("starts", &[("way", way)], Value::Count(2)));
        }
        let recording = recording("pool", Params::default(), events);
        let table = build_small_tasks_table(&recording.run());
        assert_eq!(column(&table, "total"), [0.003, 0.04].map(Value::Seconds));
        assert_eq!(
            column(&table, "a task"),
            [0.003 / 40.0, 0.04 / 40.0].map(Value::Seconds)
        );
        assert_eq!(
            column(&table, "times as long"),
            [1.0, 20.0].map(Value::Ratio)
        );
    }

    #[test]
    fn an_interrupted_run_shows_what_it_has() {
        let recording = recording("pool", Params::default(), call("apply", true, 0.4, 0.4));
        let tables = build_report(&recording.run());
        assert_eq!(tables[0].rows.len(), 1);
        assert!(tables[2].rows.is_empty());
    }
}

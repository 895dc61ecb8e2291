//! The report of `squares`.

use std::cmp::Reverse;

use super::CHUNKED_ON;
use crate::{
    lab::compare_backends,
    mp::default_chunksize,
    record::{Run, Value},
    report::{Picture, SummaryTable, Table, demo_parts, pictures},
    text::{format_count, pick_plural},
};

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    compare_backends::build_tables_by_part(run, |part| {
        let steps = build_steps_table(&part.run).in_part("steps");
        vec![steps, build_items_table(&part.run)]
    })
}

/// Which worker squared which number, and in which order they were done.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let workers = run.params().workers.unwrap_or_default();
    let title = format!("A pool of {workers}: who squared what");
    let figures = ["worker PID", "finished as"];
    let table =
        SummaryTable::from_parts(run, &title, &figures, |part| build_items_table(&part.run));
    match describe_squares(run) {
        Some(squares) => table.with_note(format!("`map` returned {squares}.")),
        None => table,
    }
}

/// What each worker did, and the orders in which the tasks of each `map` ended, with how often each came.
pub(super) fn build_pictures(run: &Run) -> Vec<Picture> {
    let parts = demo_parts(run).into_iter();
    let counts = parts.flat_map(|part| {
        let mut counts: Vec<(String, usize)> = Vec::new();
        for seen in part.run.observations("order") {
            let Value::Text(order) = seen.value else {
                continue;
            };
            match counts.iter_mut().find(|(known, _)| known == order) {
                Some((_, times)) => *times += 1,
                None => counts.push((order.clone(), 1)),
            }
        }
        counts.sort_by_key(|(_, times)| Reverse(*times));
        let counts = counts.into_iter();
        counts.map(move |(order, times)| (part.environment_name(), order, times))
    });
    let title = "Orders in which the tasks of the same `map` ended";
    let orders = pictures::count_bars(title, counts.collect());
    pictures::worker_timelines(run)
        .into_iter()
        .chain(orders)
        .collect()
}

/// The steps that the recording has, one per row.
fn build_steps_table(run: &Run) -> Table {
    let workers = run.params().workers.unwrap_or_default();
    let mut table = Table::new(
        format!("A pool of {workers}, step by step"),
        &["step", "what happened", "took [s]"],
    );
    let took = |step| run.last_observed("took", &[("step", step)]);
    let mut row = |step: &str, what: Option<String>, took: Option<Value>| {
        if let Some(what) = what {
            table.add_row([step.into(), what.into(), took.unwrap_or(Value::Nothing)]);
        }
    };
    row("list of targets", describe_targets(run), None);
    row("make the pool", describe_pool(run), took("pool"));
    row("cut into chunks", describe_chunks(run), None);
    row("chunks as sent", describe_chunks_sent(run), None);
    row("map", describe_squares(run), took("map"));
    row("order", describe_order(run), None);
    row(
        "close",
        took("close").map(|_| "no more tasks".to_owned()),
        took("close"),
    );
    row("one more task", describe_close(run), None);
    row("join", describe_join(run), took("join"));
    table.add_note(explain_lookup(run));
    table
}

fn explain_lookup(run: &Run) -> String {
    let how = match run.interpreter().map(|python| python.start_method.as_str()) {
        None => {
            "Python imports the function's module in each worker; here a worker is this program started \
             again, and finds `square` by its name in a list."
        }
        Some("fork") => {
            "A forked worker is a copy of its parent, so it has `square` already; what travels in the \
             message is only its name."
        }
        Some("forkserver") => {
            "A worker is a copy of the fork server here, which is a fresh interpreter. To find `square` by its name, \
             the fork server imports the program's file once for all workers, or in older versions each worker \
             does. That is why what starts the pool must stand under `if __name__ == \"__main__\":`."
        }
        Some(_) => {
            "A worker is a fresh interpreter here: it imports the program's file to find `square` by its \
             name. That is why what starts the pool must stand under `if __name__ == \"__main__\":`."
        }
    };
    format!("{how} map's time is that of all the tasks.")
}

fn describe_targets(run: &Run) -> Option<String> {
    let count = run.last_observed("targets", &[])?.number()?;
    let known = run.last_observed("registered", &[]) == Some(Value::Flag(true));
    let has = if known {
        "`square` is in it"
    } else {
        "`square` is missing"
    };
    Some(format!("{count} functions that a worker may run; {has}"))
}

fn describe_pool(run: &Run) -> Option<String> {
    let pids = format_numbers(&run.number_series("worker", &[]));
    let workers = format_count(pids.len(), "worker", "workers");
    (!pids.is_empty()).then(|| format!("{workers}, PIDs {}", pids.join(", ")))
}

fn describe_chunks(run: &Run) -> Option<String> {
    let size = run.last_observed("chunksize", &[])?.number()? as u64;
    let tasks = run.label_values("square", "number").len() as u64;
    let workers = run.params().workers?;
    let chunks = tasks.div_ceil(size.max(1));
    let chunks = format_count(chunks as usize, "chunk", "chunks");
    Some(format!(
        "{tasks} ÷ (4 × {workers}), rounded up, is {size} to a chunk: {chunks}"
    ))
}

/// The observed chunk sizes of `map`, next to those of the formula.
fn describe_chunks_sent(run: &Run) -> Option<String> {
    let mut as_formula = true;
    let mut sent_in = |(at, tasks): (usize, String)| {
        let sent = run
            .last_observed("chunk_sent", &[("tasks", &tasks)])?
            .number()? as usize;
        let formula = default_chunksize(tasks.parse().ok()?, CHUNKED_ON);
        as_formula &= sent == formula;
        let went = if at == 0 { " tasks went" } else { "" };
        let differs = if sent == formula {
            String::new()
        } else {
            format!(" (the formula says {formula})")
        };
        Some(format!("{tasks}{went} in chunks of {sent}{differs}"))
    };
    let seen = run.label_values("chunk_sent", "tasks").into_iter();
    let seen: Vec<String> = seen.enumerate().filter_map(&mut sent_in).collect();
    let so = if as_formula {
        ", as the formula says"
    } else {
        ""
    };
    (!seen.is_empty()).then(|| format!("on {CHUNKED_ON} workers: {}{so}", seen.join(", ")))
}

fn describe_squares(run: &Run) -> Option<String> {
    let squares = format_numbers(&run.number_series("square", &[]));
    (!squares.is_empty()).then(|| format!("[{}], in the order of the numbers", squares.join(", ")))
}

fn describe_order(run: &Run) -> Option<String> {
    let order = run.label_values("done_by", "number");
    (!order.is_empty()).then(|| format!("the tasks were done in the order {}", order.join(", ")))
}

fn describe_close(run: &Run) -> Option<String> {
    let done = run.last_observed("after_close", &[])? == Value::text("it did");
    let what = if done {
        "it was done"
    } else {
        "refused: the pool is closed"
    };
    Some(what.to_owned())
}

fn describe_join(run: &Run) -> Option<String> {
    run.last_observed("took", &[("step", "join")])?;
    let workers = run.all_workers();
    let codes: Vec<String> = workers
        .iter()
        .filter_map(|worker| worker.exitcode)
        .map(|code| code.to_string())
        .collect();
    let ended = format_count(codes.len(), "worker", "workers");
    Some(format!("{ended} ended, exit codes {}", codes.join(", ")))
}

fn format_numbers(series: &[f64]) -> Vec<String> {
    series.iter().map(f64::to_string).collect()
}

fn build_items_table(run: &Run) -> Table {
    let mut table = Table::new(
        "Who squared what",
        &["number", "square", "worker", "worker PID", "finished as"],
    );
    let order = run.label_values("done_by", "number");
    let workers = run.all_workers();
    for number in run.label_values("square", "number") {
        let labels = [("number", number.as_str())];
        let pid = run.last_observed("done_by", &labels);
        let name = workers
            .iter()
            .find(|worker| pid == Some(Value::Pid(worker.pid)));
        let place = order.iter().position(|done| *done == number);
        table.add_row([
            number.parse().map_or(Value::Nothing, Value::Count),
            run.last_cell("square", &labels),
            name.map_or(Value::Nothing, |worker| Value::text(&worker.name)),
            pid.unwrap_or(Value::missing("the pool did not tell")),
            place.map_or(Value::Nothing, |place| Value::count(place + 1)),
        ]);
    }
    let busy = workers.iter().filter(|worker| {
        run.observations("done_by")
            .iter()
            .any(|done| *done.value == Value::Pid(worker.pid))
    });
    let (busy, all) = (busy.count(), workers.len());
    if busy < all {
        let verb = pick_plural(busy, "One of", &format!("{busy} of")).to_owned();
        table.add_note(format!(
            "{verb} the {all} workers did everything: a worker that has finished a chunk takes the next one, and tasks \
             this small are done before the others have started."
        ));
    } else {
        table.add_note("Each worker takes the next chunk when it is done with one.");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::testing::{column, observed, process_started, recording, recording_with, with_gil},
        record::{EventKind, Interpreter, Params, Recording, WorkerId},
    };

    fn whole_run() -> Recording {
        let mut events = vec![
            observed("registered", &[], Value::Flag(true)),
            observed("targets", &[], Value::Count(12)),
            process_started(1, "PoolWorker-1"),
            process_started(2, "PoolWorker-2"),
            observed("took", &[("step", "pool")], Value::Seconds(0.004)),
            observed("worker", &[], Value::Pid(4001)),
            observed("worker", &[], Value::Pid(4002)),
            observed("chunksize", &[], Value::Count(1)),
            observed("chunk_sent", &[("tasks", "5")], Value::Count(1)),
            observed("chunk_sent", &[("tasks", "17")], Value::Count(3)),
            observed("took", &[("step", "map")], Value::Seconds(0.001)),
        ];
        for number in 1..=3_i64 {
            let text = number.to_string();
            events.push(observed(
                "square",
                &[("number", &text)],
                Value::Count(number * number),
            ));
        }
        for (number, pid) in [("2", 4002), ("1", 4001), ("3", 4002)] {
            events.push(observed("done_by", &[("number", number)], Value::Pid(pid)));
        }
        events.push(observed("after_close", &[], "the pool is closed"));
        events.push(observed("took", &[("step", "join")], Value::Seconds(0.002)));
        for worker in 1..=2 {
            let (worker, usage) = (WorkerId(worker), None);
            events.push(EventKind::WorkerExited {
                worker,
                exitcode: Some(0),
                usage,
            });
        }
        let params = Params {
            workers: Some(2),
            ..Params::default()
        };
        recording("squares", params, events)
    }

    #[test]
    fn the_steps_tell_the_story_in_order() {
        let recording = whole_run();
        let steps = build_steps_table(&recording.run());
        let happened = column(&steps, "what happened");
        assert_eq!(
            happened,
            [
                "12 functions that a worker may run; `square` is in it",
                "2 workers, PIDs 4001, 4002",
                "3 ÷ (4 × 2), rounded up, is 1 to a chunk: 3 chunks",
                "on 4 workers: 5 tasks went in chunks of 1, 17 in chunks of 3 (the formula says 2)",
                "[1, 4, 9], in the order of the numbers",
                "the tasks were done in the order 2, 1, 3",
                "refused: the pool is closed",
                "2 workers ended, exit codes 0, 0",
            ]
            .map(Value::from)
        );
        assert_eq!(column(&steps, "took")[1], Value::Seconds(0.004));
    }

    #[test]
    fn each_start_method_has_its_own_way_to_the_function() {
        let said = |method: &str| {
            let python = Interpreter {
                start_method: method.to_owned(),
                ..with_gil()
            };
            let pythons = vec![(python, Vec::new())];
            let recording = recording_with("squares", &Params::default(), Vec::new(), pythons);
            let part = recording.run().python_runs()[0];
            build_steps_table(&part).notes.concat()
        };
        assert!(said("fork").contains("a copy of its parent"));
        assert!(said("spawn").contains("A worker is a fresh interpreter"));
        assert!(said("forkserver").contains("A worker is a copy of the fork server"));
    }

    #[test]
    fn orders_are_drawn_with_how_often_each_came() {
        let orders = ["1 2 3", "2 1 3", "2 1 3"].map(|order| observed("order", &[], order));
        let run = recording("squares", Params::default(), orders.to_vec());
        let pictures = build_pictures(&run.run());
        let bars = pictures[0].bars().expect("bars").iter();
        let bars: Vec<(&str, &Value)> = bars.map(|bar| (bar.name.as_str(), &bar.value)).collect();
        let expected = [("2 1 3", &Value::Count(2)), ("1 2 3", &Value::Count(1))];
        assert_eq!(bars, expected);
        // Older recordings have none.
        assert!(
            build_pictures(&whole_run().run())
                .iter()
                .all(|it| it.bars().is_none())
        );
    }

    #[test]
    fn a_run_that_was_stopped_tells_only_what_happened() {
        let events = vec![observed("targets", &[], Value::Count(12))];
        let recording = recording("squares", Params::default(), events);
        let tables = build_report(&recording.run());
        assert_eq!(column(&tables[0], "step"), [Value::from("list of targets")]);
        assert!(tables[1].rows.is_empty());
    }
}

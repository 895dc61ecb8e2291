//! The report of `convoy`.

use super::NO_INTERVAL;
use crate::{
    record::{Backend, Run, Value},
    report::{SummaryTable, Table, demo_parts, stats},
    text::{format_count, join_words},
};

/// The default of every CPython since 3.2, in milliseconds.
const USUAL: &str = "5";
/// The same in seconds.
const USUAL_S: f64 = 0.005;
/// A wait that is late by this fraction of an interval waited for a whole one, since the start of a wait is not
/// measured exactly.
const WHOLE_INTERVAL: f64 = 0.8;

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    let mut table = Table::new(
        "A thread waits 1 ms again and again, beside threads that compute",
        &[
            "backend",
            "switch interval [s]",
            "computing",
            "waits",
            "too late, median [s]",
            "too late, p95 [s]",
            "switches [1/s]",
        ],
    );
    let mut parts = vec![*run];
    parts.extend(run.python_runs());
    for part in &parts {
        add_rows(part, &mut table);
    }
    for text in describe_waits(&parts) {
        table.add_note(text);
    }
    table.add_note(
        "A switch of `gil-threads` is the lock passing from one thread to another; elsewhere it is the system's \
         own count of how often these threads left a core.",
    );
    vec![table]
}

/// How much longer than 1 ms a wait takes: beside more computing threads, and with other switch intervals.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let mut worlds: Vec<(String, Table)> = Vec::new();
    for part in demo_parts(run) {
        for backend in part.run.label_values("overshoot", "backend") {
            let waits = build_waits(&part.run, &backend);
            worlds.push((part.world_of(&backend), waits));
        }
    }
    let title = "A thread waits 1 ms: by how much it wakes up too late (the median)";
    SummaryTable::merge_worlds(title, worlds, &["too late"])
}

fn build_waits(part: &Run, backend: &str) -> Table {
    let mut table = Table::new("", &["beside", "too late [s]"]);
    let late = |interval: &str, busy: &str| {
        let labels = [("backend", backend), ("interval", interval), ("busy", busy)];
        let late = stats::median(&part.number_series("overshoot", &labels));
        late.map_or(Value::Nothing, Value::Seconds)
    };
    let intervals = part.label_values("overshoot", "interval");
    let is_known = |name: &&str| late(name, "1") != Value::Nothing;
    let usual = [USUAL, NO_INTERVAL].into_iter().find(is_known);
    for busy in busy_counts(part) {
        let seen = usual.map_or(Value::Nothing, |usual| late(usual, &busy));
        let threads = format_count(
            busy.parse().unwrap_or_default(),
            "computing thread",
            "computing threads",
        );
        table.add_row([threads.into(), seen]);
    }
    let others = intervals
        .iter()
        .filter(|name| ![USUAL, NO_INTERVAL].contains(&name.as_str()));
    for interval in others {
        let item = format!("1, switch interval {interval} ms");
        table.add_row([item.into(), late(interval, "1")]);
    }
    table
}

/// The name of a part's backend in the table: `python-threads 3.11`.
fn backend_label(part: &Run, backend: &str) -> String {
    match part.interpreter() {
        Some(interpreter) => format!("{backend} {}", interpreter.name),
        None => backend.to_owned(),
    }
}

fn add_rows(part: &Run, table: &mut Table) {
    for backend in part.label_values("overshoot", "backend") {
        for interval in part.label_values("overshoot", "interval") {
            for busy in busy_counts(part) {
                let labels = [
                    ("backend", backend.as_str()),
                    ("interval", interval.as_str()),
                    ("busy", busy.as_str()),
                ];
                if busy == "0" && ![USUAL, NO_INTERVAL].contains(&interval.as_str()) {
                    // Without computing threads the interval has no effect, so one such row is enough.
                    continue;
                }
                let late = part.number_series("overshoot", &labels);
                let Some(median) = stats::median(&late) else {
                    continue;
                };
                table.add_row([
                    backend_label(part, &backend).into(),
                    interval_value(&interval),
                    busy.parse().map_or(Value::Nothing, Value::Count),
                    Value::count(late.len()),
                    Value::Seconds(median),
                    stats::quantile(&late, 0.95).map(Value::Seconds).into(),
                    part.last_observed("switches_per_second", &labels).into(),
                ]);
            }
        }
    }
}

/// The tried numbers of computing threads, in ascending order.
fn busy_counts(part: &Run) -> Vec<String> {
    let mut counts = part.label_values("overshoot", "busy");
    counts.sort_by_key(|count| count.parse().unwrap_or(u32::MAX));
    counts
}

/// A label in milliseconds.
fn interval_value(label: &str) -> Value {
    match label.parse::<f64>() {
        Ok(ms) => Value::Seconds(ms / 1e3),
        Err(_) if label == NO_INTERVAL => Value::text("no GIL"),
        Err(_) => Value::text(label),
    }
}

/// The effect of one computing thread on the waiting one, in words: one sentence for all to which the same happened.
fn describe_waits(parts: &[Run]) -> Vec<String> {
    let (mut whole, mut shorter, mut no_gil) = (Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        let beside_one = |backend: Backend, interval: &str| {
            let labels = [
                ("backend", backend.name()),
                ("interval", interval),
                ("busy", "1"),
            ];
            stats::median(&part.number_series("overshoot", &labels))
        };
        let has_gil = part.interpreter().is_none_or(|python| python.gil);
        let ways = [
            (Backend::Threads, &[NO_INTERVAL][..]),
            (Backend::GilThreads, &[USUAL][..]),
            (Backend::PythonThreads, &[NO_INTERVAL, USUAL][..]),
        ];
        for (backend, intervals) in ways {
            let mut late = intervals.iter().filter_map(|it| beside_one(backend, it));
            let Some(late) = late.next() else { continue };
            let name = backend_label(part, backend.name());
            let took = format!("{:.1} ms in `{name}`", 1.0 + late * 1e3);
            match backend {
                Backend::GilThreads | Backend::PythonThreads if has_gil => {
                    let is_whole = late >= WHOLE_INTERVAL * USUAL_S;
                    let group = if is_whole { &mut whole } else { &mut shorter };
                    group.push(took);
                }
                _ => no_gil.push(took),
            }
        }
    }
    let sentences = [
        (no_gil, "Without a lock", ""),
        (
            whole,
            "Under a GIL with the usual interval of 5 ms",
            ": after its wait the thread needs the lock, and gets it only after a whole interval",
        ),
        (
            shorter,
            "Under a GIL with the usual interval of 5 ms",
            ": it did not have to wait for a whole interval here",
        ),
    ];
    let sentences = sentences
        .into_iter()
        .filter(|(group, ..)| !group.is_empty());
    sentences
        .map(|(group, begin, why)| {
            let took: Vec<&str> = group.iter().map(String::as_str).collect();
            let took = join_words(&took, "and");
            format!("{begin}, a wait of 1 ms beside one computing thread takes {took}{why}.")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::testing,
        record::{EventKind, Interpreter, Params},
    };

    fn late(backend: &str, interval: &str, busy: &str, ms: &[f64]) -> Vec<EventKind> {
        let labels = [("backend", backend), ("interval", interval), ("busy", busy)];
        ms.iter()
            .map(|ms| testing::observed("overshoot", &labels, Value::Seconds(ms / 1e3)))
            .collect()
    }

    #[test]
    fn each_setting_is_a_row_and_one_computing_thread_a_sentence() {
        let mut whats = late("threads", "none", "1", &[0.1, 0.1, 0.1]);
        whats.extend(late("gil-threads", "5", "0", &[0.1]));
        whats.extend(late("gil-threads", "5", "1", &[5.0, 5.1, 9.0]));
        let recording = testing::recording("convoy", Params::default(), whats);
        let tables = build_report(&recording.run());
        let medians = testing::column(&tables[0], "too late, median");
        let ms = medians
            .iter()
            .map(|cell| cell.number().unwrap_or_default() * 1e3);
        for (ms, expected) in ms.zip([0.1, 0.1, 5.1]) {
            assert!((ms - expected).abs() < 1e-6, "{medians:?}");
        }
        let waits = testing::column(&tables[0], "waits");
        assert_eq!(waits, [3, 1, 3].map(Value::Count));
        let intervals = testing::column(&tables[0], "switch interval");
        assert_eq!(intervals[0], Value::text("no GIL"));
        assert_eq!(intervals[1], Value::Seconds(0.005));
        let notes = tables[0].notes.join("\n");
        assert!(notes.contains("takes 1.1 ms in `threads`."), "{notes}");
        assert!(
            notes.contains("takes 6.1 ms in `gil-threads`: after its wait"),
            "{notes}"
        );
    }

    #[test]
    fn a_python_is_a_group_of_rows_and_one_without_a_gil_has_no_interval() {
        let pythons = vec![
            (
                testing::with_gil(),
                late("python-threads", "5", "1", &[5.2]),
            ),
            (
                testing::free_threaded(),
                late("python-threads", "none", "1", &[0.1]),
            ),
        ];
        let native = late("threads", "none", "1", &[0.1]);
        let recording = testing::recording_with("convoy", &Params::default(), native, pythons);
        let table = &build_report(&recording.run())[0];
        let names = ["threads", "python-threads 3.11", "python-threads 3.13t"].map(Value::text);
        assert_eq!(testing::column(table, "backend"), names);
        let notes = table.notes.join("\n");
        assert!(
            notes.contains("takes 6.2 ms in `python-threads 3.11`: after its wait"),
            "{notes}"
        );
        assert!(
            notes.contains("takes 1.1 ms in `threads` and 1.1 ms in `python-threads 3.13t`."),
            "{notes}"
        );
    }

    #[test]
    fn what_happens_under_several_locks_is_explained_once() {
        let under = |name: &str| Interpreter {
            name: name.to_owned(),
            ..testing::with_gil()
        };
        let pythons = ["3.11", "3.13"].map(|name| {
            let late = late("python-threads", "5", "1", &[5.2]);
            (under(name), late)
        });
        let native = late("gil-threads", "5", "1", &[5.0]);
        let recording =
            testing::recording_with("convoy", &Params::default(), native, pythons.to_vec());
        let notes = build_report(&recording.run())[0].notes.join("\n");
        assert_eq!(notes.matches("after its wait").count(), 1, "{notes}");
        assert!(notes.contains("`python-threads 3.11` and 6.2 ms in `python-threads 3.13`"));
    }

    #[test]
    fn a_whole_interval_is_told_only_where_it_was_waited() {
        let sentence = |ms| {
            let whats = late("gil-threads", "5", "1", &[ms]);
            let recording = testing::recording("convoy", Params::default(), whats);
            build_report(&recording.run())[0].notes.join("\n")
        };
        assert!(sentence(4.1).contains("gets it only after a whole interval"));
        let early = sentence(3.9);
        assert!(early.contains("did not have to wait"), "{early}");
    }

    #[test]
    fn nothing_measured_is_no_row() {
        let recording = testing::recording("convoy", Params::default(), Vec::new());
        let tables = build_report(&recording.run());
        assert!(tables[0].rows.is_empty());
    }
}

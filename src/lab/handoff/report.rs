//! The report of `handoff`: a picture of the turns, and a description of it.

use crate::{
    record::{Backend, Run, Value},
    report::{SummaryTable, Table, demo_parts, stats},
};

/// The number of characters of the picture. They cover about eight turns of the usual 5 ms.
const SLOTS: usize = 26;
const SLOT_S: f64 = 0.0015;
/// A slot in which the thread held the lock, and one in which it did not.
const HOLDS: char = '█';
const WAITS: char = '·';
/// A slot in which the thread requested the lock.
const ASKS: char = '?';

/// The sum of the threads' shares of the time: about 1 if two threads take turns, 2 if they run at the same
/// time.
const AT_ONCE: f64 = 1.5;

/// The turns of each thread as a picture, world by world.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let mut worlds = Vec::new();
    let title = build_empty_table().title;
    for part in demo_parts(run) {
        for backend in part.run.label_values("hold", "backend") {
            let mut table = build_empty_table();
            add_backend_rows(&part.run, &backend, &mut table);
            worlds.push((part.world_of(&backend), table.led_by("thread")));
        }
    }
    SummaryTable::merge_worlds(&title, worlds, &[PICTURE, "turns", "median", "waits"])
}

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    let mut table = build_empty_table();
    let mut parts = vec![*run];
    parts.extend(run.python_runs());
    let mut words = Vec::new();
    for part in &parts {
        for backend in part.label_values("hold", "backend") {
            words.extend(add_backend_rows(part, &backend, &mut table));
        }
    }
    for text in words {
        table.add_note(text);
    }
    vec![table]
}

/// The heading of the pictures.
const PICTURE: &str = "runs █, waits ·, asks ?";

fn build_empty_table() -> Table {
    Table::new(
        format!(
            "Who runs when: the first {:.0} ms",
            SLOTS as f64 * SLOT_S * 1e3
        ),
        &["backend", "thread", PICTURE, "turns", "median [s]", "waits"],
    )
}

/// One turn, in seconds.
#[derive(Debug, Clone, Copy)]
struct ThreadTurn {
    began: f64,
    length: f64,
}

/// Adds the rows of one backend's threads. Returns their description.
fn add_backend_rows(part: &Run, backend: &str, table: &mut Table) -> Option<String> {
    let name = match part.interpreter() {
        Some(interpreter) => format!("{backend} {}", interpreter.name),
        None => backend.to_owned(),
    };
    let mut threads: Vec<(String, Vec<ThreadTurn>)> = part
        .label_values("hold", "thread")
        .into_iter()
        .map(|thread| {
            let turns = read_turns(part, backend, &thread);
            (thread, turns)
        })
        .filter(|(_, turns)| !turns.is_empty())
        .collect();
    threads.sort_by_key(|(thread, _)| thread.parse().unwrap_or(u32::MAX));
    let all = threads.iter().flat_map(|(_, turns)| turns);
    let span = stats::max(&all.map(|turn| turn.began + turn.length).collect::<Vec<_>>())?;
    let mut words = Vec::new();
    let mut running = 0.0;
    for (thread, turns) in &threads {
        let lengths: Vec<f64> = turns.iter().map(|turn| turn.length).collect();
        let runs = (lengths.iter().sum::<f64>() / span).min(1.0);
        running += runs;
        table.add_row([
            name.as_str().into(),
            thread.as_str().into(),
            draw_turns(turns, &read_requests(part, backend, thread)).into(),
            Value::count(turns.len()),
            stats::median(&lengths).map(Value::Seconds).into(),
            Value::Share(1.0 - runs),
        ]);
        words.push(format!(
            "thread {thread} waited {:.0} % of the time",
            (1.0 - runs) * 100.0
        ));
    }
    let period = part.last_observed("handoff_period", &[("backend", backend)]);
    let period = period.and_then(|value| value.number())?;
    let how = if running >= AT_ONCE {
        "they run at once, as far as there are cores".to_owned()
    } else if has_lock(part, backend) {
        format!("they take turns of {:.1} ms", period * 1e3)
    } else {
        "no lock holds them back, but there was no free core for each".to_owned()
    };
    Some(format!(
        "`{name}`: {}; {how}.{}",
        words.join(", "),
        describe_requests(part, backend)
    ))
}

/// Whether the threads share a lock. Without one they take no turns, whatever the load of the cores.
fn has_lock(part: &Run, backend: &str) -> bool {
    match part.interpreter() {
        Some(interpreter) => interpreter.gil,
        None => backend == Backend::GilThreads.name(),
    }
}

/// Describes what ended the turns, if the lock records it.
fn describe_requests(part: &Run, backend: &str) -> String {
    let of = |name: &str| {
        let count = part.last_observed(name, &[("backend", backend)]);
        count.and_then(|count| count.number())
    };
    match (of("drop_requests"), of("forced_switches")) {
        (Some(requests), Some(forced)) => format!(
            " The waiting thread asked {requests:.0} times, and {forced:.0} times the running one let go because \
             it was asked."
        ),
        _ => String::new(),
    }
}

fn read_turns(part: &Run, backend: &str, thread: &str) -> Vec<ThreadTurn> {
    let labels = [("backend", backend), ("thread", thread)];
    let began = part.number_series("began", &labels);
    let lengths = part.number_series("hold", &labels);
    began
        .into_iter()
        .zip(lengths)
        .map(|(began, length)| ThreadTurn { began, length })
        .collect()
}

/// The times at which a thread requested the lock.
fn read_requests(part: &Run, backend: &str, thread: &str) -> Vec<f64> {
    part.number_series("request", &[("backend", backend), ("thread", thread)])
}

/// One character per slot, for the thread's state in most of it. A thread makes its request at the end of a
/// wait, when the slot may already be mostly its own; then the slot before is marked.
fn draw_turns(turns: &[ThreadTurn], requests: &[f64]) -> String {
    let mut drawn = draw_slots(turns);
    for at in requests {
        let slot = (at / SLOT_S) as usize;
        let waits = [Some(slot), slot.checked_sub(1)].into_iter().flatten();
        let mut waits = waits.filter(|slot| drawn.get(*slot).is_some_and(|drawn| *drawn != HOLDS));
        if let Some(slot) = waits.next() {
            drawn[slot] = ASKS;
        }
    }
    drawn.into_iter().collect()
}

fn draw_slots(turns: &[ThreadTurn]) -> Vec<char> {
    let slots = 0..SLOTS;
    slots
        .map(|slot| {
            let (from, until) = (slot as f64 * SLOT_S, (slot + 1) as f64 * SLOT_S);
            let inside = |turn: &ThreadTurn| {
                let end = until.min(turn.began + turn.length);
                (end - from.max(turn.began)).max(0.0)
            };
            let held: f64 = turns.iter().map(inside).sum();
            if held >= SLOT_S / 2.0 { HOLDS } else { WAITS }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::testing,
        record::{EventKind, Params},
    };

    fn turn(backend: &str, thread: &str, n: u32, began: f64, length: f64) -> [EventKind; 2] {
        let n = n.to_string();
        let labels = [("backend", backend), ("thread", thread), ("n", n.as_str())];
        [
            testing::observed("hold", &labels, Value::Seconds(length)),
            testing::observed("began", &labels, Value::Seconds(began)),
        ]
    }

    fn period(backend: &str, seconds: f64) -> EventKind {
        testing::observed(
            "handoff_period",
            &[("backend", backend)],
            Value::Seconds(seconds),
        )
    }

    fn taking_turns() -> Vec<EventKind> {
        let mut whats = Vec::new();
        for n in 0..8 {
            let thread = if n % 2 == 0 { "1" } else { "2" };
            whats.extend(turn("gil-threads", thread, n, f64::from(n) * 0.006, 0.006));
        }
        let labels = [("backend", "gil-threads"), ("thread", "2"), ("n", "1")];
        whats.push(testing::observed("request", &labels, Value::Seconds(0.005)));
        // A request exactly when its turn begins is drawn in the slot in which it still waited.
        whats.push(testing::observed(
            "request",
            &labels,
            Value::Seconds(0.0181),
        ));
        whats.push(period("gil-threads", 0.006));
        for (name, count) in [("drop_requests", 7), ("forced_switches", 6)] {
            let labels = [("backend", "gil-threads")];
            whats.push(testing::observed(name, &labels, Value::Count(count)));
        }
        whats
    }

    #[test]
    fn turns_are_drawn_and_told() {
        let recording = testing::recording("handoff", Params::default(), taking_turns());
        let table = &build_report(&recording.run())[0];
        let pictures = testing::column(table, "runs █, waits ·, asks ?");
        let first = "████····████····████····██";
        let second = "···?████···?████····████··";
        assert_eq!(pictures, [Value::text(first), Value::text(second)]);
        assert_eq!(testing::column(table, "turns"), [4, 4].map(Value::Count));
        let notes = table.notes.join("\n");
        assert!(
            notes.contains("thread 2 waited 50 % of the time"),
            "{notes}"
        );
        assert!(notes.contains("turns of 6.0 ms"), "{notes}");
        assert!(notes.contains("asked 7 times, and 6 times"), "{notes}");
    }

    #[test]
    fn without_a_lock_both_run_at_once() {
        let mut whats = Vec::new();
        whats.extend(turn("threads", "1", 1, 0.0, 0.3));
        whats.extend(turn("threads", "2", 2, 0.0, 0.3));
        whats.push(period("threads", 0.3));
        let recording = testing::recording("handoff", Params::default(), whats);
        let table = &build_report(&recording.run())[0];
        let drawn = Value::text(HOLDS.to_string().repeat(SLOTS));
        assert_eq!(
            testing::column(table, "runs █, waits ·, asks ?"),
            [drawn.clone(), drawn]
        );
        assert!(table.notes[0].contains("run at once"), "{:?}", table.notes);
    }

    #[test]
    fn without_a_lock_nobody_takes_turns_however_few_cores_are_free() {
        let alternating = |backend: &str| {
            let one_after_the_other = (0..8).flat_map(|n| {
                let thread = if n % 2 == 0 { "1" } else { "2" };
                turn(backend, thread, n, f64::from(n) * 0.004, 0.004)
            });
            one_after_the_other
                .chain([period(backend, 0.004)])
                .collect()
        };
        let pythons = [testing::with_gil(), testing::free_threaded()];
        let pythons = pythons.map(|python| (python, alternating("python-threads")));
        let params = Params::default();
        let native = alternating("threads");
        let recording = testing::recording_with("handoff", &params, native, pythons.into());
        let table = &build_report(&recording.run())[0];
        let turns: Vec<bool> = table
            .notes
            .iter()
            .map(|note| note.contains("turns of"))
            .collect();
        assert_eq!(turns, [false, true, false], "{:?}", table.notes);
    }

    #[test]
    fn a_recording_that_was_cut_off_has_no_rows() {
        let recording = testing::recording("handoff", Params::default(), Vec::new());
        assert!(build_report(&recording.run())[0].rows.is_empty());
    }
}

//! The report of `deadlock`: in how many rounds the two workers stopped each other, and how.

use crate::{
    lab::compare_backends,
    record::{Backend, Labels, Run, Value},
    report::{DemoPart, SummaryTable, Table, demo_parts, stats},
    text::units::group_thousands,
};

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    compare_backends::build_tables_by_part(run, |part| vec![build_table(part)])
}

/// The deadlocks of each kind of worker, order and pause.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let rows = demo_parts(run).into_iter().flat_map(|part| {
        let rows = collect_rows(&part.run).into_iter();
        rows.map(move |row| {
            let cells = vec![
                row.way.describe().into(),
                row.describe_share().into(),
                row.detected_value(),
            ];
            (part.environment_name(), cells)
        })
    });
    let headings = ["two workers, two locks", "deadlocks", "detected after"];
    let title = "Two workers acquire two locks: rounds with a deadlock";
    let summary = SummaryTable::from_rows(title, &headings, &headings[1..], rows);
    let all: Vec<_> = demo_parts(run)
        .into_iter()
        .flat_map(|part| collect_rows(&part.run))
        .collect();
    all.iter()
        .filter_map(|row| row.circle.as_deref())
        .next_back()
        .map(describe_circle)
        .into_iter()
        .chain(describe_unseen(&all))
        .fold(summary, SummaryTable::with_note)
}

/// Workers, the order of their locks, and the pause between these, as the labels of figures have them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RecordedWay {
    backend: Backend,
    order: String,
    pause: String,
}

impl RecordedWay {
    fn from_labels(labels: &Labels) -> Option<Self> {
        Some(Self {
            backend: labels.get("backend")?.parse().ok()?,
            order: labels.get("order")?.to_owned(),
            pause: labels.get("pause")?.to_owned(),
        })
    }

    fn is_opposite(&self) -> bool {
        self.order == "opposite"
    }

    /// `threads`, also for a Python: the title says which one.
    fn workers(&self) -> &'static str {
        let name = self.backend.name();
        name.strip_prefix("python-").unwrap_or(name)
    }

    /// `threads, opposite, pause`.
    fn describe(&self) -> String {
        let pause = if self.pause == "none" { "" } else { ", pause" };
        format!("{}, {}{pause}", self.workers(), self.order)
    }
}

/// The results of one way in all trials.
struct DeadlockRow {
    way: RecordedWay,
    rounds: i64,
    deadlocks: i64,
    detected: Vec<f64>,
    circle: Option<String>,
}

impl DeadlockRow {
    /// `2 of 1,000`.
    fn describe_share(&self) -> String {
        let [deadlocks, rounds] =
            [self.deadlocks, self.rounds].map(|count| group_thousands(&count.to_string()));
        format!("{deadlocks} of {rounds}")
    }

    /// The median over the trials.
    fn detected_value(&self) -> Value {
        stats::median(&self.detected).map_or(Value::Nothing, Value::Seconds)
    }
}

/// All ways, in the order in which they were run.
fn collect_rows(run: &Run) -> Vec<DeadlockRow> {
    let mut ways: Vec<RecordedWay> = Vec::new();
    for rounds in run.observations("rounds") {
        if let Some(way) = RecordedWay::from_labels(rounds.labels)
            && !ways.contains(&way)
        {
            ways.push(way);
        }
    }
    let values = |name: &str, way: &RecordedWay| -> Vec<Value> {
        let all = run.observations(name).into_iter();
        all.filter(|seen| RecordedWay::from_labels(seen.labels).as_ref() == Some(way))
            .map(|seen| seen.value.clone())
            .collect()
    };
    let numbers = |name: &str, way: &RecordedWay| -> Vec<f64> {
        let all = values(name, way).into_iter();
        all.filter_map(|value| value.number()).collect()
    };
    let rows = ways.into_iter().map(|way| DeadlockRow {
        rounds: numbers("rounds", &way).iter().sum::<f64>() as i64,
        deadlocks: numbers("deadlocks", &way).iter().sum::<f64>() as i64,
        detected: numbers("detected_after", &way),
        circle: values("circle", &way).into_iter().find_map(into_text),
        way,
    });
    rows.collect()
}

fn into_text(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn build_table(part: DemoPart) -> Table {
    let rows = collect_rows(&part.run);
    let headings = [
        "workers",
        "order of the locks",
        "pause between them",
        "rounds",
        "deadlocks",
        "detected after (median)",
    ];
    let mut table = Table::new("Two workers acquire locks A and B in each round", &headings);
    for row in &rows {
        table.add_row([
            row.way.workers().into(),
            Value::text(&row.way.order),
            Value::text(&row.way.pause),
            Value::Count(row.rounds),
            Value::Count(row.deadlocks),
            row.detected_value(),
        ]);
    }
    let mut circles: Vec<&str> = Vec::new();
    for circle in rows.iter().filter_map(|row| row.circle.as_deref()) {
        if !circles.contains(&circle) {
            circles.push(circle);
            table.add_note(describe_circle(circle));
        }
    }
    for note in describe_unseen(&rows) {
        table.add_note(note);
    }
    if !circles.is_empty() {
        table.add_note(
            "Here each worker asks every millisecond whether the round was given up, so a deadlock ends. With a plain \
             `acquire` both would wait for ever.",
        );
    }
    table
}

fn describe_circle(circle: &str) -> String {
    format!("A deadlock is a circle of waits: {circle}. Neither can go on.")
}

/// What it means that some rows have no deadlock.
fn describe_unseen(rows: &[DeadlockRow]) -> Vec<String> {
    let rounds_without = |opposite: bool| {
        let rows = rows.iter().filter(|row| row.way.is_opposite() == opposite);
        let without = rows.filter(|row| row.deadlocks == 0 && row.rounds > 0);
        let rounds: i64 = without.map(|row| row.rounds).sum();
        (rounds > 0).then(|| group_thousands(&rounds.to_string()))
    };
    let same_seen = rows
        .iter()
        .any(|row| !row.way.is_opposite() && row.deadlocks > 0);
    let opposite = rounds_without(true).map(|rounds| {
        format!(
            "In opposite orders, \"not seen in {rounds} rounds\" is not \"never\": a worker may always run between the two \
             locks of the other one."
        )
    });
    let same = rounds_without(false).filter(|_| !same_seen).map(|rounds| {
        format!(
            "In the same order there was none in {rounds} rounds, and there can be none: a worker that holds B also holds A \
             (`step lock-order --find` tries every schedule)."
        )
    });
    opposite.into_iter().chain(same).collect()
}

#[cfg(test)]
mod tests;

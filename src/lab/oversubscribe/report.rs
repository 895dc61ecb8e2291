//! The report of `oversubscribe`: the same work by more and more threads.

use crate::{
    lab::{
        compare_backends,
        figure_column::{FigureColumn, bytes_value, count_value, median_figure},
    },
    record::{Run, Value, metrics::divide_observed},
    report::{DemoPart, SummaryTable, Table, demo_parts, stats, tables},
    text::units::format_decimal,
};

/// The heading of the cores that the threads could have used.
pub(super) const WANTED: &str = "cores wanted";
const TITLE: &str = "The same work by more and more threads";
const SHAPE: &str = "processes × threads";
/// The label of a BLAS whose number of threads was not set.
const OWN_THREADS: &str = "its own";

const FIGURES: [FigureColumn; 5] = [
    ("work", "time", Value::Seconds),
    ("wanted_cores", WANTED, Value::Ratio),
    ("preempted", "preempted", count_value),
    ("memory", "memory", bytes_value),
    ("used_cores", "cores used", Value::Ratio),
];

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    compare_backends::build_tables_by_part(run, |part| {
        let mut table = build_table(part, TITLE);
        table.add_note(
            "Preempted: how often the system took a core from a thread, to give it to another one. Memory: private, of all \
             processes together. Each thread has data of its own.",
        );
        table.add_note(
            "Cores wanted: how many cores the threads could have kept busy, on average. Those that they got are the cores \
             used; the rest is waiting.",
        );
        [table].into_iter().chain(build_blas_table(part)).collect()
    })
}

/// How long numpy takes in all processes at once, for a Python that has it.
fn build_blas_table(part: DemoPart) -> Option<Table> {
    let headings = ["threads of each BLAS", "time"];
    let mut table = Table::new(
        "Products of matrices by numpy, in all processes at once",
        &headings,
    );
    for (threads, name) in [
        (OWN_THREADS, "as many as it makes by itself"),
        ("1", "OMP_NUM_THREADS=1"),
    ] {
        let times = part.run.number_series("blas", &[("blas_threads", threads)]);
        table.add_row([Value::text(name), Value::Seconds(stats::median(&times)?)]);
    }
    table.add_note(
        "The threads of a BLAS wait for each other at the end of each part of a product, and often keep their cores busy \
         meanwhile. So too many of them may cost far more time than those that only compute.",
    );
    Some(table.in_part("numpy"))
}

pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let headings = FIGURES.map(|(_, heading, _)| heading);
    let summary =
        SummaryTable::from_parts(run, TITLE, &headings[..4], |part| build_table(part, ""));
    let parts = demo_parts(run);
    let blas = parts.iter().find_map(describe_blas);
    let notes = describe_change(&parts).into_iter().chain(blas);
    notes.fold(summary, SummaryTable::with_note)
}

fn build_table(part: DemoPart, title: &str) -> Table {
    let headings: Vec<&str> = std::iter::once(SHAPE)
        .chain(FIGURES.map(|(_, heading, _)| heading))
        .collect();
    let mut table = Table::new(title, &headings);
    for amount in part.run.label_values("work", "amount") {
        let median = |column| median_figure(&part.run, &column, &[("amount", &amount)]);
        let shape = describe_shape(&part.run, &amount);
        table.add_row(std::iter::once(shape).chain(FIGURES.map(median)));
    }
    table
}

/// `2 × 8`.
fn describe_shape(run: &Run, amount: &str) -> Value {
    let seen = run.observations("work").into_iter();
    let labels = seen.map(|seen| seen.labels);
    let mut labels = labels.filter(|labels| labels.get("amount") == Some(amount));
    let shape = labels.next().and_then(|labels| {
        Some(format!(
            "{} × {}",
            labels.get("processes")?,
            labels.get("threads")?
        ))
    });
    shape.map_or(Value::Nothing, Value::text)
}

/// What eight threads instead of one in each process changed, round by round.
fn describe_change(parts: &[DemoPart]) -> Option<String> {
    let of_part = |part: &DemoPart| {
        let change = |name| {
            let of = |amount| [("amount", amount)];
            let (many, right) = (of("eight times"), of("right"));
            let ratios = divide_observed(part.run, (name, &many), (name, &right));
            stats::median(&ratios).map(|ratio| format_decimal(ratio, 2))
        };
        // Other programs on the cores change the time, and not the memory.
        let time = change("work").filter(|_| !tables::is_own_noisy(&part.run));
        let time = time.map(|ratio| format!("{ratio}× the time"));
        let memory = change("memory").map(|ratio| format!("{ratio}× the memory"));
        let changes: Vec<String> = time.into_iter().chain(memory).collect();
        let changes = (!changes.is_empty()).then(|| changes.join(", "))?;
        Some(format!("{} {changes}", part.environment_name()))
    };
    let changes: Vec<String> = parts.iter().filter_map(of_part).collect();
    let all = changes.join("; ");
    (!all.is_empty()).then(|| format!("Eight threads instead of one in each process: {all}."))
}

/// What the threads of numpy's BLAS cost, round by round.
fn describe_blas(part: &DemoPart) -> Option<String> {
    if tables::is_own_noisy(&part.run) {
        return None;
    }
    let of = |threads| [("blas_threads", threads)];
    let (own, one) = (of(OWN_THREADS), of("1"));
    let ratios = divide_observed(part.run, ("blas", &own), ("blas", &one));
    let ratio = format_decimal(stats::median(&ratios)?, 2);
    let name = part.environment_name();
    Some(format!(
        "{name}: numpy with a BLAS's own number of threads took {ratio}× the time of one thread."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::testing::{column, observed, recording, recording_with, with_gil},
        record::{EventKind, Params, Recording},
    };

    fn seen(name: &str, amount: &str, threads: &str, value: Value) -> EventKind {
        let labels = [("amount", amount), ("processes", "2"), ("threads", threads)];
        observed(name, &labels, value)
    }

    fn recorded(free_cores: f64) -> Recording {
        let time =
            |amount, threads, seconds| seen("work", amount, threads, Value::Seconds(seconds));
        let memory = |amount, threads, bytes| seen("memory", amount, threads, Value::Bytes(bytes));
        let free = Value::Ratio(free_cores);
        let events = vec![
            observed("available_cores", &[("period", "1")], free),
            time("right", "1", 1.0),
            time("eight times", "8", 1.0),
            memory("right", "1", 100),
            memory("eight times", "8", 700),
            time("right", "1", 2.0),
            time("eight times", "8", 3.0),
        ];
        recording("oversubscribe", Params::default(), events)
    }

    #[test]
    fn many_threads_are_compared_with_the_right_number_round_by_round() {
        let recording = recorded(2.0);
        let note =
            "Eight threads instead of one in each process: Rust 1.25× the time, 7.00× the memory.";
        assert_eq!(build_summary(&recording.run()).notes, [note]);
        let tables = build_report(&recording.run());
        let shapes = ["2 × 1", "2 × 8"].map(Value::text);
        assert_eq!(column(&tables[0], SHAPE), shapes);
        assert_eq!(column(&tables[0], "time"), [1.5, 2.0].map(Value::Seconds));
    }

    #[test]
    fn a_python_with_numpy_has_a_table_of_its_blas() {
        let blas = |threads, seconds| {
            let labels = [("blas_threads", threads)];
            observed("blas", &labels, Value::Seconds(seconds))
        };
        let of_python = vec![blas("its own", 3.0), blas("1", 2.0)];
        let pythons = vec![(with_gil(), of_python)];
        let params = Params::default();
        let recording = recording_with("oversubscribe", &params, Vec::new(), pythons);
        let tables = build_report(&recording.run());
        assert_eq!(column(&tables[0], "time"), [3.0, 2.0].map(Value::Seconds));
        let note = "CPython 3.11: numpy with a BLAS's own number of threads took 1.50× the time of one thread.";
        assert_eq!(build_summary(&recording.run()).notes, [note]);
    }

    #[test]
    fn on_busy_cores_only_the_memory_is_compared() {
        let note = "Eight threads instead of one in each process: Rust 7.00× the memory.";
        assert_eq!(build_summary(&recorded(0.3).run()).notes, [note]);
    }
}

//! What a recording of `compare` says: the course's nine rows with their verdicts, then the figures.

use super::{
    rows::{CompareRow, CompareSide, ROWS, condition, needs},
    verdict::{PartVerdict, both, combine_verdicts, judge_part},
};
use crate::{
    claim::Verdict,
    record::{Run, Value},
    report::{
        DemoPart, FOUND, Picture, SummaryTable, TOO_NOISY, Table, demo_parts, pictures, tables,
    },
};

/// What stands beside the figures of threads under the model.
const MODEL: &str = "GIL model";

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    vec![
        build_claims_table(run).in_part("where"),
        build_figures_table(run),
    ]
}

/// The nine rows, with what was found.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let mut table = build_claims_table(run);
    table.notes.clear();
    for cell in table.rows.iter_mut().flatten() {
        if *cell == Value::text(Verdict::TooNoisy.name()) {
            *cell = TOO_NOISY.into();
        }
    }
    let figures = ["threads", "processes", FOUND];
    let title = table.title.clone();
    SummaryTable::merge_worlds(&title, vec![(String::new(), table)], &figures)
}

/// How long work that computes and work that waits took with each kind of worker.
pub(super) fn build_pictures(run: &Run) -> Vec<Picture> {
    let works = [
        (
            "parallel",
            "Work that computes: time with each kind of worker",
        ),
        ("io", "Work that waits: time with each kind of worker"),
    ];
    let drawn = works.into_iter().filter_map(|(demo, title)| {
        let part = run.find_nested(demo)?;
        pictures::time_bars(&part, title)
    });
    drawn.collect()
}

/// The two figures of a row in one part, or under the model.
struct CompareMeasurement {
    under: String,
    gil: bool,
    /// Of which parts no figure came is not shown; where one side gave one, the other's gap is.
    threads: Option<Value>,
    processes: Option<Value>,
    verdict: Verdict,
}

impl CompareMeasurement {
    /// Both sides in one part of a run of `compare`.
    fn from_part(run: &Run, row: &CompareRow, part: DemoPart, threads: CompareSide) -> Self {
        let is_modelled = threads == CompareSide::Modelled;
        let holds = condition(row.holds, part, threads);
        let verdict = judge_part(part.run, &holds, needs(row.needs_cores));
        let is_noisy = tables::is_own_noisy(&part.run);
        let figure = |side| {
            let figure = (row.figure)(part, side)?;
            // Other programs spoil times and their quotients, and nothing else.
            let depends = matches!(figure, Value::Seconds(_) | Value::Ratio(_));
            Some(if is_noisy && depends {
                TOO_NOISY.into()
            } else {
                figure
            })
        };
        Self {
            under: if is_modelled {
                MODEL
            } else {
                part.short_label()
            }
            .to_owned(),
            gil: is_modelled || part.interpreter().is_some_and(|python| python.gil),
            threads: figure(threads),
            processes: figure(CompareSide::Processes),
            verdict: both(verdict, other_half(run, row, part, threads)),
        }
    }

    fn is_empty(&self) -> bool {
        self.threads.is_none() && self.processes.is_none()
    }

    fn to_part_verdict(&self) -> PartVerdict {
        PartVerdict {
            under: self.under.clone(),
            gil: self.gil,
            verdict: self.verdict,
        }
    }
}

/// Everything measured for a row: natively, under the model, under each Python.
fn measure_row(run: &Run, row: &CompareRow) -> Vec<CompareMeasurement> {
    let Some(demo) = run.find_nested(row.demo) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for part in demo_parts(&demo) {
        all.push(CompareMeasurement::from_part(
            run,
            row,
            part,
            CompareSide::Threads,
        ));
        if row.modelled && part.interpreter().is_none() {
            let modelled = CompareMeasurement::from_part(run, row, part, CompareSide::Modelled);
            all.extend(Some(modelled).filter(|it| it.threads.is_some()));
        }
    }
    all.retain(|measured| !measured.is_empty());
    all
}

/// The verdict on the second half of a row, by what the same interpreter measured.
fn other_half(run: &Run, row: &CompareRow, part: DemoPart, threads: CompareSide) -> Verdict {
    let Some(half) = &row.other_half else {
        return Verdict::Holds;
    };
    let demo = run.find_nested(half.demo);
    let mut all = demo.iter().flat_map(demo_parts);
    let same = all.find(|other| other.interpreter() == part.interpreter());
    same.map_or(Verdict::CannotBeShown, |part| {
        let holds = condition(half.holds, part, threads);
        judge_part(part.run, &holds, needs(half.needs_cores))
    })
}

fn build_claims_table(run: &Run) -> Table {
    let mut table = Table::new(
        "Threads and processes: what the course says, and what was found",
        &["row", "threads", "processes", FOUND, "where"],
    );
    for row in &ROWS {
        let found: Vec<PartVerdict> = measure_row(run, row)
            .iter()
            .map(CompareMeasurement::to_part_verdict)
            .collect();
        let (verdict, place) = combine_verdicts(&found);
        table.add_row([
            row.name.into(),
            row.threads_say.into(),
            row.processes_say.into(),
            verdict.name().into(),
            place.into(),
        ]);
    }
    table.add_note(
        "The course is about Python with a GIL. Where a row holds only with one, the GIL is the reason, and \
         threads as such are not.",
    );
    table
}

fn build_figures_table(run: &Run) -> Table {
    let workers = run.params().workers.unwrap_or_default();
    let mut table = Table::new(
        format!("The figures behind it, {workers} workers of each"),
        &[
            "row",
            "under",
            "threads",
            "processes",
            "measured just now",
            "more: run",
        ],
    );
    for row in &ROWS {
        let all = measure_row(run, row);
        let gap = || Value::missing(format!("`{}` gave no figure", row.demo));
        if all.is_empty() {
            let cells = [Value::Nothing, gap(), gap()];
            table.add_row(build_cells(row, true, cells));
        }
        for (place, measured) in all.into_iter().enumerate() {
            let cells = [
                measured.under.into(),
                measured.threads.unwrap_or_else(gap),
                measured.processes.unwrap_or_else(gap),
            ];
            table.add_row(build_cells(row, place == 0, cells));
        }
    }
    table.add_note(
        "Python's computation is not as large as the native one: compare threads with processes in one line, \
         and never seconds from line to line. `GIL model`: Rust's threads under our model of CPython's GIL.",
    );
    if let Some(parallel) = run.find_nested("parallel") {
        for line in crate::report::interpreter_lines(&parallel) {
            table.add_note(line);
        }
    }
    table
}

/// What is measured is said once, in the first line of a row.
fn build_cells(
    row: &CompareRow,
    first: bool,
    [under, threads, processes]: [Value; 3],
) -> [Value; 6] {
    let once = |text: &str| {
        if first { text.into() } else { Value::Nothing }
    };
    [
        row.name.into(),
        under,
        threads,
        processes,
        once(row.measured),
        once(row.demo),
    ]
}

#[cfg(test)]
mod tests;

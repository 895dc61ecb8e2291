//! The report of `scaling`: one series per backend and interpreter.

use crate::{
    record::{Backend, Run, Value, metrics::divide_observed},
    report::{
        CurveLine, CurvePoint, DemoPart, Picture, PictureShape, SpeedupCurve, SummaryTable, Table,
        demo_parts, stats, tables,
    },
    text::format_count,
};

pub(super) fn build_report(run: &Run) -> Vec<Table> {
    let all: Vec<ScalingSeries> = demo_parts(run)
        .into_iter()
        .flat_map(collect_series)
        .collect();
    if all.len() < 2 {
        let one = all.into_iter().next();
        let one = one.unwrap_or_else(|| ScalingSeries::empty(DemoPart { run: *run }));
        return vec![one.build_table(None)];
    }
    let mut tables = vec![build_speedup_table(run, &all)];
    tables.extend(
        all.iter()
            .map(|series| series.build_table(Some(series.name()))),
    );
    tables
}

/// The speed-up by the number of workers: threads and processes of each world.
pub(super) fn build_summary(run: &Run) -> SummaryTable {
    let series = demo_parts(run).into_iter().flat_map(collect_series);
    let rows = series.flat_map(|series| {
        let kind = series.kind();
        let world = series.part.world_of(&kind);
        let kind = kind.trim_start_matches("gil-").to_owned();
        let several = series.points.into_iter();
        let several = several.filter(|point| point.worker_count() > 1.0);
        several.map(move |point| {
            let item = format!("{} {kind}", point.workers);
            (
                world.clone(),
                vec![item.into(), Value::Ratio(point.speedup)],
            )
        })
    });
    let cores = format_count(
        run.machine().cores_usable as usize,
        "usable core",
        "usable cores",
    );
    let title = format!("Speed-up by the number of workers ({cores})");
    SummaryTable::from_rows(&title, &["workers", "speed-up [×]"], &["speed-up"], rows)
}

/// The curve of each backend in each part; nothing with less than two numbers of workers.
pub(super) fn build_curve(run: &Run) -> Option<Picture> {
    let series = demo_parts(run).into_iter().flat_map(collect_series);
    let lines = series.map(|series| CurveLine {
        name: series.name(),
        points: series
            .points
            .iter()
            .filter_map(ScalingPoint::to_curve_point)
            .collect(),
    });
    let curve = SpeedupCurve {
        cores: f64::from(run.machine().cores_usable),
        lines: lines.collect(),
    };
    let title = "Speed-up by the number of workers";
    (curve.worker_counts().len() > 1).then(|| Picture::new(title, PictureShape::Curve(curve)))
}

/// Increasing numbers of workers of one backend, in one part.
struct ScalingSeries<'a> {
    part: DemoPart<'a>,
    /// The label of its figures, if there are several backends.
    label: Option<String>,
    points: Vec<ScalingPoint>,
}

struct ScalingPoint {
    workers: String,
    work: f64,
    spread: Option<f64>,
    cores_used: Option<f64>,
    /// Against the series' own single worker; of that one it is 1.
    speedup: f64,
    /// The same for each round.
    speedups: Vec<f64>,
}

impl ScalingPoint {
    fn to_curve_point(&self) -> Option<CurvePoint> {
        CurvePoint::from_rounds(self.worker_count(), &self.speedups)
    }

    fn worker_count(&self) -> f64 {
        self.workers.parse().unwrap_or(1.0)
    }
}

fn collect_series(part: DemoPart) -> Vec<ScalingSeries> {
    let mut labels: Vec<Option<String>> = part
        .run
        .label_values("work", "backend")
        .into_iter()
        .map(Some)
        .collect();
    if labels.is_empty() {
        labels.push(None);
    }
    let all = labels.into_iter().map(|label| ScalingSeries {
        points: collect_points(&part.run, label.as_deref()),
        part,
        label,
    });
    all.filter(|series| !series.points.is_empty()).collect()
}

fn collect_points(run: &Run, backend: Option<&str>) -> Vec<ScalingPoint> {
    let counts = run.label_values("work", "workers");
    let Some(single) = counts.first() else {
        return Vec::new();
    };
    let single = point_labels(single, backend);
    let point = |workers: &String| {
        let labels = point_labels(workers, backend);
        let works = run.number_series("work", &labels);
        let work = ("work", &labels[..]);
        let speedups = divide_observed(*run, ("work", &single), work);
        Some(ScalingPoint {
            work: stats::median(&works)?,
            spread: stats::spread(&works),
            cores_used: stats::median(&divide_observed(*run, ("cpu", &labels), work)),
            speedup: stats::median(&speedups)?,
            speedups,
            workers: workers.clone(),
        })
    };
    counts.iter().filter_map(point).collect()
}

fn point_labels<'a>(workers: &'a str, backend: Option<&'a str>) -> Vec<(&'a str, &'a str)> {
    let backend = backend.map(|backend| ("backend", backend));
    [("workers", workers)].into_iter().chain(backend).collect()
}

impl<'a> ScalingSeries<'a> {
    fn empty(part: DemoPart<'a>) -> Self {
        Self {
            part,
            label: None,
            points: Vec::new(),
        }
    }

    /// The kind of worker: `processes`.
    fn kind(&self) -> String {
        let chosen = self.part.run.params().backends.first().copied();
        let native = Backend::Processes.name();
        let backend = self.label.as_deref();
        let backend = backend.unwrap_or_else(|| chosen.map_or(native, Backend::name));
        backend
            .strip_prefix("python-")
            .unwrap_or(backend)
            .to_owned()
    }

    /// `CPython 3.11: processes`.
    fn name(&self) -> String {
        format!("{}: {}", self.part.environment_name(), self.kind())
    }

    fn speedups(&self) -> Vec<(f64, f64)> {
        let points = self.points.iter();
        points
            .map(|point| (point.worker_count(), point.speedup))
            .collect()
    }

    /// The speed-up with this many workers; a gap if they were not tried.
    fn speedup_of(&self, workers: u32) -> Value {
        let name = workers.to_string();
        let point = self.points.iter().find(|point| point.workers == name);
        point.map_or(Value::Nothing, |point| Value::Ratio(point.speedup))
    }

    fn build_table(&self, name: Option<String>) -> Table {
        let cores = self.part.run.machine().cores_usable;
        let title = name.unwrap_or_else(|| "More and more workers".to_owned());
        let mut table = Table::new(
            format!("{title} ({cores} usable cores)"),
            &[
                "workers",
                "work [s]",
                "± [s]",
                "cores used",
                "speed-up [×]",
                "efficiency",
            ],
        );
        for point in &self.points {
            let count = point.worker_count();
            table.add_row([
                Value::Count(count as i64),
                Value::Seconds(point.work),
                point.spread.map_or(Value::Nothing, Value::Seconds),
                point.cores_used.map(Value::Ratio).into(),
                Value::Ratio(point.speedup),
                Value::Share(point.speedup / count),
            ]);
        }
        let has_free_cores = !tables::is_own_noisy(&self.part.run);
        if let Some(share) = fit_serial_share(&self.speedups(), cores).filter(|_| has_free_cores) {
            table.add_note(describe_amdahl(share));
        }
        if self.points.iter().any(|point| point.spread.is_some()) {
            table.add_note(stats::SPEEDUP_RULE);
        }
        if let Some(interpreter) = self.part.interpreter() {
            table.add_note(format!("{interpreter}."));
        } else if self.label.is_none() {
            table.add_note(
                "Beyond the number of usable cores more workers only take turns: efficiency falls.",
            );
        }
        table
    }
}

/// A law is fitted to at least this many points.
const LEAST_POINTS: usize = 3;
/// A larger serial share means that more workers gain nothing.
const NO_GAIN: f64 = 0.9;

fn describe_amdahl(share: f64) -> String {
    if share > NO_GAIN {
        return "More workers gained next to nothing: they take turns at something that only one of them can have \
                at a time."
            .to_owned();
    }
    let most = 1.0 / share.max(0.001);
    // `4.9×`, but `49×`.
    let decimals = usize::from(most < 9.95);
    format!(
        "Amdahl's law fits these figures best with a serial share of {:.1} %: with any number of cores \
         the speed-up could not pass {most:.decimals$}×.",
        share * 100.0
    )
}

/// The speed-ups alone, with a column for each series.
fn build_speedup_table(run: &Run, all: &[ScalingSeries]) -> Table {
    let cores = run.machine().cores_usable;
    let names: Vec<String> = all
        .iter()
        .map(|series| format!("{} [×]", series.name()))
        .collect();
    let mut headings = vec!["workers"];
    headings.extend(names.iter().map(String::as_str));
    let title = format!("Speed-up by the number of workers ({cores} usable cores)");
    let mut table = Table::new(title, &headings);
    let mut counts: Vec<u32> = all
        .iter()
        .flat_map(|series| &series.points)
        .filter_map(|point| point.workers.parse().ok())
        .collect();
    counts.sort_unstable();
    counts.dedup();
    for count in counts {
        let mut row = vec![Value::Count(i64::from(count))];
        row.extend(all.iter().map(|series| series.speedup_of(count)));
        table.add_row(row);
    }
    table.add_note(
        "Each column is against its own single worker. Beyond the number of usable cores more workers only take \
         turns; threads under a GIL take turns from the second one on.",
    );
    table
}

/// The serial share *s* that best fits the speed-ups by Amdahl's law, 1 ÷ (s + (1 − s) ÷ n), by least squares
/// in 1 ÷ speed-up, which is linear in *s*. Only counts with a core for each worker are used, and fewer than
/// three of them would fit any law.
/// (Amdahl, "Validity of the single processor approach", 1967.)
fn fit_serial_share(points: &[(f64, f64)], cores: u32) -> Option<f64> {
    let fitting = points
        .iter()
        .filter(|(n, _)| *n > 1.0 && *n <= f64::from(cores));
    let fitting: Vec<&(f64, f64)> = fitting.collect();
    if fitting.len() < LEAST_POINTS {
        return None;
    }
    let (mut above, mut below) = (0.0, 0.0);
    for (n, speedup) in fitting {
        let parallel = 1.0 - 1.0 / n;
        above += (1.0 / speedup - 1.0 / n) * parallel;
        below += parallel * parallel;
    }
    Some((above / below).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::testing::{column, free_threaded, observed, recording, recording_with, with_gil},
        record::{EventKind, Params},
    };

    fn work(workers: &str, backend: Option<&str>, seconds: f64) -> EventKind {
        let mut labels = vec![("workers", workers)];
        labels.extend(backend.map(|backend| ("backend", backend)));
        observed("work", &labels, Value::Seconds(seconds))
    }

    #[test]
    fn the_fit_finds_the_share_that_made_the_figures() {
        let amdahl = |n: f64| 1.0 / (0.1 + 0.9 / n);
        let points = [1.0, 2.0, 4.0, 8.0].map(|n| (n, amdahl(n)));
        let share = fit_serial_share(&points, 8).unwrap();
        assert!((share - 0.1).abs() < 1e-9, "{share}");
        assert_eq!(fit_serial_share(&points, 4), None, "two points fit any law");
    }

    #[test]
    fn a_law_is_fitted_only_to_figures_that_other_programs_left_alone() {
        let said = |free: f64, serial: f64| {
            let amdahl = |n: f64| 0.4 * (serial + (1.0 - serial) / n);
            let mut events = vec![observed("available_cores", &[], Value::Ratio(free))];
            let counts = [("1", 1.0), ("2", 2.0), ("3", 3.0), ("4", 4.0)];
            events.extend(counts.map(|(name, n)| work(name, None, amdahl(n))));
            let mut recording = recording("scaling", Params::default(), events);
            recording.machine.cores_usable = 4;
            build_report(&recording.run())[0].notes.join("\n")
        };
        let free = said(4.0, 0.2);
        assert!(free.contains("could not pass 5.0×"), "{free}");
        assert!(said(4.0, 0.02).contains("could not pass 50×"));
        let busy = said(2.7, 0.2);
        assert!(!busy.contains("Amdahl"), "{busy}");
    }

    #[test]
    fn one_series_is_one_table() {
        let events = vec![work("1", None, 0.2), work("2", None, 0.1)];
        let recording = recording("scaling", Params::default(), events);
        let tables = build_report(&recording.run());
        assert_eq!(tables.len(), 1);
        assert_eq!(column(&tables[0], "speed-up"), [1.0, 2.0].map(Value::Ratio));
    }

    #[test]
    fn several_stand_side_by_side_each_against_its_own_single_worker() {
        let native = ["threads", "gil-threads"];
        let native = native.into_iter().flat_map(|backend| {
            let two = if backend == "threads" { 0.1 } else { 0.2 };
            [work("1", Some(backend), 0.2), work("2", Some(backend), two)]
        });
        let python = |two: f64| vec![work("1", None, 0.4), work("2", None, two)];
        let params = Params {
            backends: vec![Backend::PythonThreads],
            ..Params::default()
        };
        let pythons = vec![(with_gil(), python(0.4)), (free_threaded(), python(0.25))];
        let recording = recording_with("scaling", &params, native.collect(), pythons);
        let tables = build_report(&recording.run());
        assert_eq!(tables.len(), 5);
        let columns = tables[0].columns.iter();
        let names: Vec<&str> = columns.map(|column| column.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "workers",
                "Rust: threads",
                "Rust: gil-threads",
                "CPython 3.11: threads",
                "CPython 3.13t, no GIL: threads"
            ]
        );
        assert_eq!(
            tables[0].rows[1][1..],
            [2.0, 1.0, 1.0, 1.6].map(Value::Ratio)
        );
    }
}

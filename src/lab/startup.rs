//! `startup`: the cost of starting a worker and waiting for its end.

use std::{
    process::{Command, Stdio},
    thread,
    time::Instant,
};

use super::{
    Demo, DemoContext, LabError,
    trials::{self, StepCounter},
};
use crate::{
    catalog::demos,
    mp::{self, Pool, StartMethod},
    record::{Run, Value, metrics::divide_observed},
    report::{Picture, SummaryTable, Table, TableByInterpreter, demo_parts, pictures, stats},
};

/// Threads, processes, pool workers, and the lower limit of the system.
pub static DEMO: Demo = Demo {
    spec: &demos::STARTUP,
    run,
    report: build_report,
    summary: build_summary,
    pictures: build_pictures,
};

/// The ways, in the order of the table.
const WAYS: [(&str, &str); 6] = [
    ("thread", "start and join a thread"),
    ("pool task", "one task in a pool that is already there"),
    (
        "empty program",
        "start and wait for a program that does nothing",
    ),
    ("process", "start and join a child process"),
    (
        FORKED,
        "the same, forked by a process that is already there",
    ),
    ("pool", "make a pool of 2, use it, close it, join it"),
];

/// A process of the start method that is not the default.
const FORKED: &str = "process, forkserver";

/// A way that exists only in Python.
const SUBINTERPRETER: (&str, &str) = (
    "subinterpreter",
    "make a subinterpreter, run nothing in it, close it",
);

fn run(context: &DemoContext) -> Result<(), LabError> {
    let rounds = context.trials(DEMO.spec);
    context.resolve_params(|params| params.trials = Some(rounds));
    let mut standing = context.mp.pool(1)?;
    let mut steps = StepCounter::start(context, rounds + 1);
    let mut missing: Vec<&str> = Vec::new();
    // The ways take turns, so that load affects all of them.
    for round in 0..=rounds {
        steps.begin_step(format!("round {round} of {rounds}"))?;
        for (way, _) in WAYS {
            if missing.contains(&way) {
                continue;
            }
            let took =
                trials::measure_undisturbed(context, || time_once(context, way, &mut standing));
            match took {
                Ok(seconds) if round > 0 => observe_way(context, way, Value::Seconds(seconds)),
                Ok(_) => {}
                Err(
                    error
                    @ (LabError::System { .. } | LabError::Mp(mp::Error::NoForkServer { .. })),
                ) if matches!(way, "empty program" | FORKED) => {
                    missing.push(way);
                    observe_way(context, way, Value::missing(error.to_string()));
                }
                Err(error) => return Err(error),
            }
        }
    }
    standing.close();
    standing.join()?;
    steps.finish();
    Ok(())
}

/// Names the start method where it matters.
fn observe_way(context: &DemoContext, way: &str, value: Value) {
    let method = || ("start_method", context.mp.start_method().name());
    let method = matches!(way, "process" | "pool").then(method);
    let labels = std::iter::once(("way", way)).chain(method);
    context.observe("start_join", labels, value);
}

fn time_once(context: &DemoContext, way: &str, standing: &mut Pool) -> Result<f64, LabError> {
    let began = Instant::now();
    match way {
        "thread" => {
            let _ = thread::spawn(|| ()).join();
        }
        "pool task" => standing.apply(do_nothing, (0,))?,
        "empty program" => run_empty_program()?,
        "process" => start_and_join(&context.mp)?,
        FORKED => start_and_join(&context.mp.with_start_method(StartMethod::ForkServer))?,
        _ => {
            let pool = context.mp.pool(2)?;
            pool.map(do_nothing, 0..5)?;
            pool.close();
            pool.join()?;
        }
    }
    Ok(began.elapsed().as_secs_f64())
}

fn start_and_join(mp: &mp::Context) -> Result<(), mp::Error> {
    let mut process = mp.process(do_nothing, (0,));
    process.start()?;
    process.join()
}

/// The lower limit: none of our processes can be cheaper than one that does nothing.
fn run_empty_program() -> Result<(), LabError> {
    let (program, arguments): (&str, &[&str]) = if cfg!(windows) {
        ("cmd", &["/c", "exit"])
    } else {
        ("true", &[])
    };
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map(|_| ())
        .map_err(LabError::from_system(format!("starting `{program}`")))
}

/// A target that does nothing.
pub fn do_nothing(_: u32) {}

fn build_summary(run: &Run) -> SummaryTable {
    let title = "Start and join: the median";
    SummaryTable::from_parts(run, title, &["median"], |part| {
        let mut table = Table::new("", &["what", "median [s]"]);
        for way in measured_ways(&part.run) {
            if let Some([_, _, median, ..]) = build_row(&part.run, &way, Value::Nothing) {
                table.add_row([Value::text(way), median]);
            }
        }
        table
    })
}

fn build_pictures(run: &Run, summary: &SummaryTable) -> Vec<Picture> {
    let parts = demo_parts(run).into_iter();
    let series = parts.flat_map(|part| {
        let ways = measured_ways(&part.run).into_iter();
        ways.map(move |way| {
            let values = part
                .run
                .number_series("start_join", &[("way", way.as_str())]);
            (part.environment_name(), way, values)
        })
    });
    let title = "How long a start and a join take";
    let spreads = pictures::value_spreads(title, series.collect());
    spreads
        .into_iter()
        .chain(pictures::figure_bars(summary, "median"))
        .collect()
}

fn build_report(run: &Run) -> Vec<Table> {
    let mut table = TableByInterpreter::new(
        run,
        "Start and join",
        &[
            "what",
            "means",
            "median [s]",
            "95th percentile [s]",
            "against a thread [×]",
        ],
    );
    // Each way is explained once.
    let mut explained: Vec<String> = Vec::new();
    for part in demo_parts(run) {
        for way in measured_ways(&part.run) {
            let means = if explained.contains(&way) {
                Value::Nothing
            } else {
                explain_way(&way)
            };
            if let Some(row) = build_row(&part.run, &way, means) {
                table.add_row(part, row);
            }
            explained.push(way);
        }
    }
    table.add_note(
        "No program can start faster than one that does nothing; a forked process starts none. A pool pays for its \
         processes once; each task after that costs a message there and a message back.",
    );
    vec![table.with_interpreters(run)]
}

/// The ways that were timed: the known ones in their order, then Python's own.
fn measured_ways(run: &Run) -> Vec<String> {
    let mut ways = run.label_values("start_join", "way");
    ways.sort_by_key(|way| {
        let base = way.split(", ").next().unwrap_or(way);
        let place = WAYS.iter().position(|(known, _)| *known == base);
        place.unwrap_or(WAYS.len())
    });
    ways
}

/// An explanation of a way.
fn explain_way(way: &str) -> Value {
    let mut known = WAYS.iter().copied().chain([SUBINTERPRETER]);
    let found = known.find(|(known, _)| *known == way);
    found.map_or(Value::Nothing, |(_, means)| Value::text(means))
}

/// A way's name, with its start method if that was recorded: `process (fork)`. Ways other than the default name
/// theirs: `process, spawn`.
fn way_name(run: &Run, way: &str) -> Value {
    if let Some((way, method)) = way.split_once(", ") {
        return format!("{way} ({method})").into();
    }
    let timed = run.observations("start_join").into_iter();
    let method = timed
        .filter(|seen| seen.has_labels(&[("way", way)]))
        .find_map(|seen| seen.labels.get("start_method"));
    method.map_or_else(|| way.into(), |method| format!("{way} ({method})").into())
}

fn build_row(run: &Run, way: &str, means: Value) -> Option<[Value; 5]> {
    let name = way_name(run, way);
    let series = run.number_series("start_join", &[("way", way)]);
    let Some(median) = stats::median(&series) else {
        let missing = run.last_observed("start_join", &[("way", way)])?;
        return Some([name, means, missing, Value::Nothing, Value::Nothing]);
    };
    let against_thread = divide_observed(
        *run,
        ("start_join", &[("way", way)]),
        ("start_join", &[("way", "thread")]),
    );
    Some([
        name,
        means,
        Value::Seconds(median),
        stats::quantile(&series, 0.95).map(Value::Seconds).into(),
        stats::median(&against_thread).map(Value::Ratio).into(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::testing::{observed, recording_with, with_gil},
        record::Params,
    };

    #[test]
    fn every_start_method_has_a_row_and_the_ways_keep_their_order() {
        let method = ("start_method", "fork");
        let took = |labels: &[(&str, &str)]| observed("start_join", labels, Value::Seconds(0.01));
        let timed = vec![
            took(&[("way", "pool"), method]),
            took(&[("way", "process, spawn")]),
            took(&[("way", "process"), method]),
            took(&[("way", "thread")]),
        ];
        let pythons = vec![(with_gil(), timed)];
        let recording = recording_with("startup", &Params::default(), Vec::new(), pythons);
        let tables = build_report(&recording.run());
        let rows = tables[0].rows.iter();
        let names: Vec<&Value> = rows.map(|row| &row[0]).collect();
        let expected = ["thread", "process (spawn)", "process (fork)", "pool (fork)"];
        assert_eq!(names, expected.map(Value::text).iter().collect::<Vec<_>>());
    }
    #[test]
    fn a_way_is_compared_with_a_thread_round_by_round() {
        let took = |way, ms| {
            let seconds = Value::Seconds(f64::from(ms) / 1e3);
            observed("start_join", &[("way", way)], seconds)
        };
        let rounds = [(1, 2), (2, 2), (3, 9)].into_iter();
        let timed =
            rounds.flat_map(|(thread, process)| [took("thread", thread), took("process", process)]);
        let recording = recording_with("startup", &Params::default(), timed.collect(), Vec::new());
        let tables = build_report(&recording.run());
        let against: Vec<&Value> = tables[0].rows.iter().map(|row| &row[4]).collect();
        assert_eq!(against, [&Value::Ratio(1.0), &Value::Ratio(2.0)]);
    }
}

//! `payload`: the same work, with less and more data to send.
//!
//! A thread receives a reference, whatever the size of the data. Data for a process is serialized, written,
//! read and deserialized; once that takes longer than the work, a plain loop is faster. Shared memory need not
//! be sent.

use std::{
    sync::atomic::AtomicBool,
    thread,
    time::{Duration, Instant},
};

use super::{
    Demo, DemoContext, LabError, compare_backends,
    trials::{self, StepCounter},
};
use crate::{
    catalog::demos,
    measure::clock,
    mp::{self, Bytes, Pool, SharedArray},
    record::{Run, Value, metrics::divide_observed},
    report::{
        DemoPart, SummaryTable, Table, TableByInterpreter, demo_parts,
        pictures::{self, STAGES},
        stats,
    },
    workload::{Calibration, CpuWork, Job, WorkError, WorkPart, calibrate_freely},
};

/// The amount of work: measurable even on a busy machine.
const WORK: Duration = Duration::from_millis(100);
/// The number of parts of the work.
const PARTS: u32 = 32;
/// The number of tasks in a round, each one a part with the data. Together they are short compared with sending
/// 64 MiB, and long compared with a message.
const TASKS: u32 = 4;
/// Bytes for each task: a line of text, a picture, an uncompressed photo.
const SIZES: [u64; 3] = [1 << 10, 1 << 20, 16 << 20];
/// The largest size that is accepted: several copies of it exist at the same time.
const LARGEST: u64 = 256 << 20;
/// A task reads one byte of each page of the data.
const PAGE: usize = 4096;

const ONE_LOOP: &str = "one loop";
const THREADS: &str = "threads";
const PROCESSES: &str = "processes";
const SHARED: &str = "shared memory";
/// The ways, in the order of the table.
const WAYS: [&str; 4] = [ONE_LOOP, THREADS, PROCESSES, SHARED];

/// The size of the data versus the way it is passed to the worker.
pub static DEMO: Demo = Demo {
    spec: &demos::PAYLOAD,
    run,
    report: build_report,
    summary: build_summary,
    pictures: |run, _| pictures::stage_timeline(run).into_iter().collect(),
};

/// The work of one round, and its data.
struct PayloadLoad {
    work: Job,
    data: Bytes,
    shared: SharedArray<u8>,
    workers: u32,
}

fn run(context: &DemoContext) -> Result<(), LabError> {
    let sizes = payload_sizes(context.params.size)?;
    let workers = context.workers(DEMO.spec);
    let rounds = context.trials(DEMO.spec);
    context.resolve_params(|params| {
        params.workers = Some(workers);
        params.trials = Some(rounds);
    });
    let work = Job::new(CpuWork::Primes, calibrate_work(context)?);
    let builder = context.mp.pool_builder().processes(workers as usize);
    let pool = builder.task_log(true).build()?;
    let mut steps = StepCounter::start(context, sizes.len() as u32 * (rounds + 1));
    for &size in &sizes {
        let load = PayloadLoad::new(&work, size, workers)?;
        for round in 0..=rounds {
            steps.begin_step(format!("{size} bytes, round {round}"))?;
            measure_round(context, &load, &pool, round > 0)?;
        }
    }
    pool.close();
    pool.join()?;
    steps.finish();
    Ok(())
}

fn payload_sizes(asked: Option<u64>) -> Result<Vec<u64>, LabError> {
    match asked {
        None => Ok(SIZES.to_vec()),
        Some(size) if size <= LARGEST => Ok(vec![size]),
        Some(size) => Err(LabError::Setting(format!(
            "`payload` goes up to a size of {LARGEST} bytes a task, not {size}"
        ))),
    }
}

/// The amount of computing that takes one worker [`WORK`] on this machine.
fn calibrate_work(context: &DemoContext) -> Result<u64, LabError> {
    context.report_progress(0, 1, "finding an amount of work that fits this machine");
    let calibration = Calibration {
        target: WORK,
        ..Calibration::default()
    };
    let stop = context.stop.flag();
    let size = calibrate_freely(
        CpuWork::Primes.into(),
        None,
        calibration,
        compare_backends::core_wait,
        stop,
    );
    context.check_stop()?;
    size.map_err(work_error)
}

/// The ways take turns, so that load affects all of them. The first round is a warm-up.
fn measure_round(
    context: &DemoContext,
    load: &PayloadLoad,
    pool: &Pool,
    counts: bool,
) -> Result<(), LabError> {
    for way in WAYS {
        let took = trials::measure_undisturbed(context, || load.time_way(way, pool))?;
        if counts {
            let size = load.data.len().to_string();
            let labels = [("way", way), ("size", size.as_str())];
            context.observe("took", labels, Value::Seconds(took));
        }
    }
    let stages = trials::measure_undisturbed(context, || load.time_stages(pool))?;
    for ((stage, _), seconds) in STAGES.into_iter().zip(stages).filter(|_| counts) {
        let size = load.data.len().to_string();
        let labels = [("size", size.as_str()), ("stage", stage)];
        context.observe("stage", labels, Value::Seconds(seconds));
    }
    Ok(())
}

fn work_error(error: WorkError) -> LabError {
    LabError::Worker(error.to_string())
}

impl PayloadLoad {
    fn new(work: &Job, size: u64, workers: u32) -> Result<Self, LabError> {
        let data = Bytes::from(vec![1; size as usize]);
        let shared = SharedArray::from_slice(&data).map_err(mp::Error::from)?;
        Ok(Self {
            work: work.clone(),
            data,
            shared,
            workers,
        })
    }

    fn tasks(&self) -> impl Iterator<Item = Job> {
        let parts = WorkPart::all_of(PARTS).take(TASKS as usize);
        parts.map(|part| self.work.with_part(part))
    }

    /// Seconds from submitting the tasks to the last result.
    fn time_way(&self, way: &str, pool: &Pool) -> Result<f64, LabError> {
        match way {
            ONE_LOOP => {
                let began = Instant::now();
                let done = self.tasks().map(|job| run_task(&job, &self.data)).collect();
                self.check_results(began, done)
            }
            THREADS => self.time_threads(),
            PROCESSES => {
                let tasks: Vec<_> = self.tasks().map(|job| (job, self.data.clone())).collect();
                let began = Instant::now();
                let done = pool.map_chunked(with_copy, tasks, 1)?;
                self.check_results(began, Ok(done))
            }
            _ => {
                let tasks: Vec<_> = self.tasks().map(|job| (job, self.shared.clone())).collect();
                let began = Instant::now();
                let done = pool.map_chunked(with_shared, tasks, 1)?;
                self.check_results(began, Ok(done))
            }
        }
    }

    /// Seconds of each of [`STAGES`] of one task alone, by the clock that all processes of the machine share.
    fn time_stages(&self, pool: &Pool) -> Result<[f64; 3], LabError> {
        pool.take_task_log();
        let task: Vec<_> = self
            .tasks()
            .take(1)
            .map(|job| (job, self.data.clone()))
            .collect();
        let called_ns = clock::now_ns();
        pool.map_chunked(with_copy, task, 1)?;
        let returned_ns = clock::now_ns();
        let log = pool.take_task_log();
        let task = log.first();
        let task = task.ok_or_else(|| LabError::Worker("the task was not recorded".to_owned()))?;
        let stages = [
            (called_ns, task.began_ns),
            (task.began_ns, task.ended_ns),
            (task.ended_ns, returned_ns),
        ];
        Ok(stages.map(|(from, until)| until.saturating_sub(from) as f64 / 1e9))
    }

    /// Threads read the data in place.
    fn time_threads(&self) -> Result<f64, LabError> {
        let tasks: Vec<Job> = self.tasks().collect();
        let began = Instant::now();
        let done = thread::scope(|scope| {
            let shares = tasks.chunks(tasks.len().div_ceil(self.workers as usize));
            let body = |share: &[Job]| share.iter().map(|job| run_task(job, &self.data)).collect();
            let start = |share| thread::Builder::new().spawn_scoped(scope, move || body(share));
            let threads: Vec<_> = shares.map(start).collect();
            let mut done = Vec::new();
            for thread in threads {
                let thread = thread.map_err(LabError::from_system("starting a thread"))?;
                let share: Result<Vec<u64>, WorkError> = thread
                    .join()
                    .map_err(|_| LabError::Worker("a thread panicked".to_owned()))?;
                done.extend(share.map_err(work_error)?);
            }
            Ok::<_, LabError>(done)
        })?;
        self.check_results(began, Ok(done))
    }

    /// The elapsed time, if every task has read all of the data.
    fn check_results(
        &self,
        began: Instant,
        done: Result<Vec<u64>, WorkError>,
    ) -> Result<f64, LabError> {
        let took = began.elapsed().as_secs_f64();
        let pages = self.data.len().div_ceil(PAGE) as u64;
        if done.map_err(work_error)? != vec![pages; TASKS as usize] {
            return Err(LabError::Worker("a task saw other data".to_owned()));
        }
        Ok(took)
    }
}

/// One task: reads every page of the data and does its part of the computing.
fn run_task(job: &Job, data: &[u8]) -> Result<u64, WorkError> {
    compute_job(job)?;
    Ok(data.iter().step_by(PAGE).copied().map(u64::from).sum())
}

/// Computes to the end: a task is short, and the run checks for a stop between tasks.
fn compute_job(job: &Job) -> Result<(), WorkError> {
    static NEVER: AtomicBool = AtomicBool::new(false);
    job.prepare()?
        .run_freely(job.part, &NEVER, &mut || u32::MAX)
        .map(|_| ())
}

/// The task of a worker that receives the data.
///
/// # Errors
/// If the job is invalid.
pub fn with_copy((job, data): (Job, Bytes)) -> Result<u64, mp::Failure> {
    Ok(run_task(&job, &data)?)
}

/// The task of a worker that reads the data from shared memory.
///
/// # Errors
/// If the job is invalid.
pub fn with_shared((job, data): (Job, SharedArray<u8>)) -> Result<u64, mp::Failure> {
    compute_job(&job)?;
    let pages = (0..data.len()).step_by(PAGE);
    Ok(pages.map(|at| u64::from(data.load(at))).sum())
}

const HEADINGS: [&str; 6] = [
    "data for each [B]",
    "one loop [s]",
    "threads [s]",
    "processes [s]",
    "shared memory [s]",
    "processes against a loop [×]",
];

fn table_title() -> String {
    format!("The same work in {TASKS} tasks, with less and more data for each")
}

fn build_summary(run: &Run) -> SummaryTable {
    let rows = demo_parts(run).into_iter().flat_map(|part| {
        let rows = list_sizes(part).into_iter();
        rows.map(move |row| (part.environment_name(), row))
    });
    SummaryTable::from_rows(&table_title(), &HEADINGS, &WAYS, rows)
        .with_note("Sending the data is part of the time.")
}

fn build_report(run: &Run) -> Vec<Table> {
    let mut table = TableByInterpreter::new(run, table_title(), &HEADINGS);
    for part in demo_parts(run) {
        for row in list_sizes(part) {
            table.add_row(part, row);
        }
    }
    table.add_note(
        "Above 1 the processes are faster than a loop, below 1 they are slower. They are there before the clock \
         starts; what counts is the work, and getting the data to it.",
    );
    vec![table.with_interpreters(run)]
}

/// One row for each size.
fn list_sizes(part: DemoPart) -> Vec<Vec<Value>> {
    let build_row = |size: String| {
        let labels = |way| [("size", size.as_str()), ("way", way)];
        let took = |way| stats::median(&part.run.number_series("took", &labels(way)));
        let speedups = divide_observed(
            part.run,
            ("took", &labels(ONE_LOOP)),
            ("took", &labels(PROCESSES)),
        );
        let mut row = vec![Value::Bytes(size.parse().unwrap_or_default())];
        row.extend(WAYS.map(|way| took(way).map(Value::Seconds).into()));
        row.push(stats::median(&speedups).map(Value::Ratio).into());
        row
    };
    let sizes = part.run.label_values("took", "size").into_iter();
    sizes.map(build_row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::testing::{column, observed, recording},
        record::Params,
    };

    fn took(way: &str, size: &str, seconds: f64) -> crate::record::EventKind {
        observed(
            "took",
            &[("way", way), ("size", size)],
            Value::Seconds(seconds),
        )
    }

    #[test]
    fn a_round_says_whether_a_loop_is_faster() {
        let recording = recording(
            "payload",
            Params::default(),
            vec![
                took(ONE_LOOP, "1024", 0.01),
                took(PROCESSES, "1024", 0.02),
                took(ONE_LOOP, "1024", 0.02),
                took(PROCESSES, "1024", 0.01),
                took(ONE_LOOP, "1024", 0.04),
                took(PROCESSES, "1024", 0.02),
                took(ONE_LOOP, "1048576", 0.02),
                took(PROCESSES, "1048576", 0.08),
            ],
        );
        let tables = build_report(&recording.run());
        assert_eq!(
            column(&tables[0], "processes against a loop"),
            [2.0, 0.25].map(Value::Ratio)
        );
    }

    #[test]
    fn every_way_looks_at_the_same_pages() {
        let job = Job::new(CpuWork::Primes, 100).with_part(WorkPart { index: 1, of: 2 });
        let data = vec![1; 3 * PAGE + 1];
        let shared = SharedArray::from_slice(&data).unwrap();
        assert_eq!(run_task(&job, &data).unwrap(), 4);
        assert_eq!(with_copy((job.clone(), data.into())).unwrap(), 4);
        assert_eq!(with_shared((job, shared)).unwrap(), 4);
    }

    #[test]
    fn a_size_that_no_machine_could_hold_is_refused() {
        assert_eq!(payload_sizes(Some(7)).unwrap(), [7]);
        let error = payload_sizes(Some(1 << 40)).unwrap_err().to_string();
        assert!(error.contains("268435456"), "{error}");
    }
}

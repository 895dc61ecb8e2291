//! `oversubscribe`: the same work by as many threads as there are cores, and by many more.
//!
//! A pool with a worker for each core, whose tasks call a library with a thread for each core, has cores × cores threads.
//! Here each process has one, two and eight threads.

mod report;
mod worker;

pub use worker::work_with_threads;

use super::{
    Demo, DemoContext, LabError, compare_backends,
    start_barrier::{StartBarrier, WorkerLabels},
    trials::{self, StepCounter},
};
use crate::{
    catalog::demos,
    record::{ResourceUsage, Value},
    report::pictures,
    workload::{CpuWork, Job, WorkPart},
};
use worker::CrewResult;

/// The usual number of processes on a machine with more cores: the largest row has eight threads in each.
const USUAL_WORKERS: u32 = 32;
const MOST_WORKERS: u64 = 128;

/// What more threads than cores change.
pub static DEMO: Demo = Demo {
    spec: &demos::OVERSUBSCRIBE,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, summary| pictures::bars_and_timelines(run, summary, report::WANTED),
};

/// How many processes and threads do the work.
#[derive(Debug, Clone, Copy)]
struct CrewShape {
    amount: &'static str,
    processes: u32,
    threads: u32,
}

impl CrewShape {
    /// One worker, one for each core, and two and eight threads instead of each.
    fn all_of(workers: u32) -> [Self; 4] {
        let shapes = [
            ("one", 1, 1),
            ("right", workers, 1),
            ("twice", workers, 2),
            ("eight times", workers, 8),
        ];
        shapes.map(|(amount, processes, threads)| Self {
            amount,
            processes,
            threads,
        })
    }
}

fn run(context: &DemoContext) -> Result<(), LabError> {
    let usual = context.workers(DEMO.spec).min(USUAL_WORKERS);
    let workers = context.params.workers.unwrap_or(usual);
    DemoContext::check_limit(DEMO.spec, workers.into(), MOST_WORKERS, "workers")?;
    let trials = context.trials(DEMO.spec);
    // Each thread has a picture of its own, as the threads of a library have buffers.
    let (job, _site) = compare_backends::prepare_job(context, CpuWork::Blur.into())?;
    context.resolve_params(|params| {
        params.workers = Some(workers);
        params.trials = Some(trials);
        params.size = Some(job.size);
    });
    let shapes = CrewShape::all_of(workers);
    let mut steps = StepCounter::start(context, trials * shapes.len() as u32);
    let mut checksum = None;
    // The shapes take turns, so that load affects all of them. None is warm: every process of every trial is a new one.
    for trial in 0..trials {
        for shape in shapes {
            let CrewShape {
                processes, threads, ..
            } = shape;
            steps.begin_step(format!("{processes} × {threads}, trial {}", trial + 1))?;
            let results =
                trials::measure_undisturbed(context, || run_shape(context, &job, shape, trial))?;
            let sum = results.add_up_checksums();
            if *checksum.get_or_insert(sum) != sum {
                return Err(LabError::Worker(
                    "not every row did the same work".to_owned(),
                ));
            }
            results.observe(context, shape);
        }
    }
    steps.finish();
    Ok(())
}

fn run_shape(
    context: &DemoContext,
    job: &Job,
    shape: CrewShape,
    trial: u32,
) -> Result<ShapeResult, LabError> {
    let place = WorkerLabels {
        backend: None,
        trial: Some(trial),
    };
    let mut line = StartBarrier::new(context, place);
    for part in WorkPart::all_of(shape.processes) {
        line.start_child(|gate| {
            let arguments = (job.with_part(part), shape.threads, gate);
            context.mp.process(work_with_threads, arguments)
        })?;
    }
    line.wait_until_ready()?;
    let opened_ns = line.open_barrier()?;
    let results = line.collect_results()?;
    line.join_children()?;
    let crews: Vec<CrewResult> = results.into_iter().map(|(_, crew)| crew).collect();
    Ok(ShapeResult { opened_ns, crews })
}

/// What the processes of a shape did.
struct ShapeResult {
    opened_ns: u64,
    crews: Vec<CrewResult>,
}

impl ShapeResult {
    fn add_up_checksums(&self) -> u64 {
        let sums = self.crews.iter().map(|crew| crew.checksum);
        sums.fold(0, u64::wrapping_add)
    }

    /// The sum of a figure over all threads; `None` if the platform does not report it.
    fn add_up<T: std::iter::Sum>(&self, figure: impl Fn(&ResourceUsage) -> Option<T>) -> Option<T> {
        self.crews
            .iter()
            .flat_map(|crew| &crew.usages)
            .map(figure)
            .sum()
    }

    fn observe(&self, context: &DemoContext, shape: CrewShape) {
        let ended_ns = self.crews.iter().map(|crew| crew.finished_ns).max();
        let ended_ns = ended_ns.unwrap_or(self.opened_ns);
        let work_s = ended_ns.saturating_sub(self.opened_ns).max(1) as f64 / 1e9;
        let cpu_s = self.add_up(|used| used.cpu_s);
        let wanted_s = self.add_up(|used| Some(used.cpu_s? + used.run_queue_s?));
        let preempted = self.add_up(|used| used.involuntary_switches);
        let memory: Option<u64> = self.crews.iter().map(|crew| crew.private_bytes).sum();
        let per_second = |seconds: f64| Value::Ratio(seconds / work_s);
        let (processes, threads) = (shape.processes.to_string(), shape.threads.to_string());
        for (name, value) in [
            ("work", Some(Value::Seconds(work_s))),
            ("used_cores", cpu_s.map(per_second)),
            ("wanted_cores", wanted_s.map(per_second)),
            (
                "preempted",
                preempted.map(|count| Value::Count(count as i64)),
            ),
            ("memory", memory.map(Value::Bytes)),
        ] {
            let labels = [
                ("amount", shape.amount),
                ("processes", processes.as_str()),
                ("threads", threads.as_str()),
            ];
            if let Some(value) = value {
                context.observe(name, labels, value);
            }
        }
    }
}

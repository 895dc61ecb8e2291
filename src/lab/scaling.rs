//! `scaling`: more and more workers, up to twice the number of cores.

mod report;

use super::{
    Demo, DemoContext, LabError, compare_backends,
    trials::{self, StepCounter},
    worker_group,
};
use crate::{
    catalog::demos,
    record::{Backend, EventKind, TrialTimes, Value},
    workload::CpuWork,
};

/// Speed-up and efficiency by the number of workers.
pub static DEMO: Demo = Demo {
    spec: &demos::SCALING,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, _| report::build_curve(run).into_iter().collect(),
};

/// Workers that share a lock, and workers that do not, to show whether more of them help.
const USUAL: [Backend; 2] = [Backend::GilThreads, Backend::Processes];

fn run(context: &DemoContext) -> Result<(), LabError> {
    let workload = compare_backends::chosen_workload(context, CpuWork::Primes.into())?;
    let most = context.workers(context.machine.cores_usable.max(2) * 2);
    let trials = context.trials(3);
    let (job, _site) = compare_backends::prepare_job(context, workload)?;
    let backends = if context.params.backends.is_empty() {
        USUAL.to_vec()
    } else {
        compare_backends::chosen_backends(context, &DEMO)
    };
    context.resolve_params(|params| {
        params.workers = Some(most);
        params.trials = Some(trials);
        params.size = Some(job.size);
        params.workload = Some(workload.name().to_owned());
    });
    let counts = worker_counts(most);
    let round = (counts.len() * backends.len()) as u32;
    let mut steps = StepCounter::start(context, round * (trials + 1));
    let (mut unable, mut failure) = (Vec::new(), None);
    // The counts take turns, as backends do in other demos: 1 2 4, 1 2 4, …
    for trial in std::iter::once(None).chain((0..trials).map(Some)) {
        for (&workers, &backend) in counts
            .iter()
            .flat_map(|workers| backends.iter().map(move |backend| (workers, backend)))
        {
            steps.begin_step(format!("{workers} {backend}"))?;
            if unable.contains(&backend) {
                continue;
            }
            let measured = trials::measure_undisturbed(context, || {
                worker_group::run_trial(context, backend, trial, &job, workers)
            });
            match measured {
                Ok(times) if trial.is_some() => observe_times(context, backend, workers, &times),
                Ok(_) => {}
                Err(error) => {
                    // After a stop every child process dies, and each reports a different error.
                    context.check_stop()?;
                    unable.push(backend);
                    let why = error.to_string();
                    failure.get_or_insert_with(|| format!("`{backend}` was given up: {why}"));
                    context.emit(EventKind::BackendSkipped { backend, why });
                }
            }
        }
    }
    steps.finish();
    failure.map_or(Ok(()), |why| Err(LabError::Worker(why)))
}

fn observe_times(context: &DemoContext, backend: Backend, workers: u32, times: &TrialTimes) {
    let workers = workers.to_string();
    let labels = [("backend", backend.name()), ("workers", workers.as_str())];
    context.observe("work", labels, Value::Seconds(times.work_s));
    if let Some(cpu_s) = times.cpu_s {
        context.observe("cpu", labels, Value::Seconds(cpu_s));
    }
}

/// 1, 2, 3 … while few, then doubled: a machine with 64 cores must not take all day.
fn worker_counts(most: u32) -> Vec<u32> {
    let mut counts: Vec<u32> = (1..=most.min(4)).collect();
    let mut next = 8;
    while next < most {
        counts.push(next);
        next *= 2;
    }
    if most > 4 {
        counts.push(most);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_counts_one_by_one_then_doubling() {
        assert_eq!(worker_counts(1), [1]);
        assert_eq!(worker_counts(4), [1, 2, 3, 4]);
        assert_eq!(worker_counts(6), [1, 2, 3, 4, 6]);
        assert_eq!(worker_counts(32), [1, 2, 3, 4, 8, 16, 32]);
    }
}

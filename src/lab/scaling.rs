//! `scaling`: more and more workers, up to twice as many as there are cores.

use super::{Bench, Demo, LabError, crew, shared, trials};
use crate::{
    record::{Backend, Run, Times, Value},
    report::{Table, stats},
    workload::CpuWork,
};

/// Speed-up and efficiency by the number of workers.
pub static DEMO: Demo = Demo {
    name: "scaling",
    summary: "1 to 2×cores workers: how far more workers help, and why not further",
    takes: &[
        "workers",
        "trials",
        "size",
        "workload",
        "backends",
        "python",
        "start_method",
    ],
    workloads: &["primes", "matmul", "blur", "mandelbrot", "frames", "words"],
    backends: &[
        Backend::Processes,
        Backend::Threads,
        Backend::PythonSerial,
        Backend::PythonThreads,
        Backend::PythonProcesses,
        Backend::PythonInterpreters,
    ],
    python: Some("scaling.py"),
    run,
    report,
};

fn run(bench: &Bench) -> Result<(), LabError> {
    let workload = shared::workload(bench, CpuWork::Primes.into())?;
    let most = bench.workers(bench.machine.cores_usable.max(2) * 2);
    let trials = bench.trials(3);
    let (job, _site) = shared::job(bench, workload)?;
    let named = &bench.params.backends;
    let native = named.iter().copied().find(|backend| !backend.is_python());
    let backend = native.unwrap_or(Backend::Processes);
    bench.resolve(|params| {
        params.workers = Some(most);
        params.trials = Some(trials);
        params.size = Some(job.size);
        params.workload = Some(workload.name().to_owned());
        params.backends = vec![backend];
    });
    let counts = counts(most);
    let steps = counts.len() as u32 * (trials + 1);
    let mut done = 0;
    // The counts take turns as backends do elsewhere: 1 2 4, 1 2 4, …
    for trial in std::iter::once(None).chain((0..trials).map(Some)) {
        for &workers in &counts {
            bench.check()?;
            bench.progress(done, steps, format!("{workers} {backend}"));
            done += 1;
            let times =
                trials::undisturbed(bench, || crew::run(bench, backend, trial, &job, workers))?;
            if trial.is_some() {
                observe(bench, workers, &times);
            }
        }
    }
    Ok(())
}

fn observe(bench: &Bench, workers: u32, times: &Times) {
    let workers = workers.to_string();
    let labels = [("workers", workers.as_str())];
    bench.observe("work", labels, Value::Seconds(times.work_s));
    if let Some(cpu_s) = times.cpu_s {
        bench.observe("cpu", labels, Value::Seconds(cpu_s));
    }
}

/// 1, 2, 3 … while few, then by doubling: a machine with 64 cores must not take all day.
fn counts(most: u32) -> Vec<u32> {
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

fn report(run: &Run) -> Vec<Table> {
    let cores = run.machine().cores_usable;
    let mut table = Table::new(
        format!("More and more workers ({cores} usable cores)"),
        &[
            "workers",
            "work [s]",
            "± [s]",
            "cores used",
            "speed-up [×]",
            "efficiency",
        ],
    );
    let mut points = Vec::new();
    let mut one = None;
    for workers in run.label_values("work", "workers") {
        let labels = [("workers", workers.as_str())];
        let walls = run.series("work", &labels);
        let Some(work) = stats::median(&walls) else {
            continue;
        };
        let count: f64 = workers.parse().unwrap_or(1.0);
        let one = *one.get_or_insert(work);
        points.push((count, one / work));
        table.row([
            Value::Count(count as i64),
            Value::Seconds(work),
            stats::spread(&walls).map_or(Value::Nothing, Value::Seconds),
            stats::median(&run.series("cpu", &labels))
                .map(|cpu| Value::Ratio(cpu / work))
                .into(),
            Value::Ratio(one / work),
            Value::Share(one / work / count),
        ]);
    }
    if let Some(serial) = serial_share(&points, cores) {
        table.note(format!(
            "Amdahl's law fits these figures best with a serial share of {:.1} %: with any number of cores \
             the speed-up could not pass {}.",
            serial * 100.0,
            if serial > 0.001 { format!("{:.0}×", 1.0 / serial) } else { "1000×".to_owned() },
        ));
    }
    table.note("Beyond the number of usable cores more workers only take turns: efficiency falls.");
    vec![table]
}

/// The serial share *s* that best explains the speed-ups by Amdahl's law, 1 ÷ (s + (1 − s) ÷ n), by least
/// squares in 1 ÷ speed-up, which is linear in *s*; only counts that have a core each say anything of it.
/// (Amdahl, "Validity of the single processor approach", 1967.)
fn serial_share(points: &[(f64, f64)], cores: u32) -> Option<f64> {
    let fitting = points
        .iter()
        .filter(|(n, _)| *n > 1.0 && *n <= f64::from(cores));
    let (mut above, mut below) = (0.0, 0.0);
    for (n, speedup) in fitting {
        let parallel = 1.0 - 1.0 / n;
        above += (1.0 / speedup - 1.0 / n) * parallel;
        below += parallel * parallel;
    }
    (below > 0.0).then(|| (above / below).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_counts_one_by_one_then_doubling() {
        assert_eq!(counts(1), [1]);
        assert_eq!(counts(4), [1, 2, 3, 4]);
        assert_eq!(counts(6), [1, 2, 3, 4, 6]);
        assert_eq!(counts(32), [1, 2, 3, 4, 8, 16, 32]);
    }

    #[test]
    fn the_fit_finds_the_share_that_made_the_figures() {
        let amdahl = |n: f64| 1.0 / (0.1 + 0.9 / n);
        let points = [1.0, 2.0, 4.0, 8.0].map(|n| (n, amdahl(n)));
        let share = serial_share(&points, 8).unwrap();
        assert!((share - 0.1).abs() < 1e-9, "{share}");
        assert_eq!(serial_share(&points, 1), None, "one core says nothing");
    }
}

//! What other programs took of the cores: told by the workers themselves, or by probes.

use super::{
    Backend, EventKind, TrialTimes, events, machine, run_started, work_finished, worker_started,
};
use crate::record::{
    Labels, Recording, Value,
    metrics::{CoreSample, core_samples},
};
use Backend::{GilThreads, Serial, Threads};

/// Round 0 of `workers` on the two usable cores: cores used and cores that they waited for, in 100 ms of work.
fn trial(backend: Backend, workers: u32, used: f64, lacked: Option<f64>) -> Vec<EventKind> {
    let work_s = 0.1;
    let times = TrialTimes {
        work_s,
        cpu_s: Some(used * work_s),
        run_queue_s: lacked.map(|lacked| lacked * work_s),
        ..TrialTimes::default()
    };
    let ids = (0..workers).map(|id| 100 * backend as u32 + id);
    let workers = ids.flat_map(|id| {
        [
            worker_started(id, backend, Some(0)),
            work_finished(id, Some(used)),
        ]
    });
    let finished = EventKind::TrialFinished {
        backend,
        trial: Some(0),
        times: times.into(),
    };
    workers.chain([finished]).collect()
}

fn probe(cores: f64) -> Vec<EventKind> {
    vec![EventKind::Observed {
        name: "available_cores".to_owned(),
        labels: Labels::new(),
        value: Value::Ratio(cores),
    }]
}

fn samples(parts: &[Vec<EventKind>], with_beside: bool) -> Vec<CoreSample> {
    let all = [vec![run_started("parallel")], parts.concat()].concat();
    core_samples(Recording::new(machine(), events(all)).run(), with_beside)
}

#[test]
fn workers_that_waited_for_a_core_tell_it_and_otherwise_a_probe() {
    let busy = |free| vec![(free, true)];
    let calm = |free| vec![(free, false)];
    let cases = [
        ("a probe alone", vec![probe(0.7)], busy(0.7)),
        ("a calm probe", vec![probe(1.9)], calm(1.9)),
        (
            "a burst between the trials",
            vec![probe(0.7), trial(Threads, 2, 1.98, Some(0.0))],
            calm(2.0),
        ),
        (
            "a burst in a trial",
            vec![probe(2.0), trial(Threads, 2, 1.5, Some(0.5))],
            busy(1.5),
        ),
        (
            "of a round, the worst counts",
            vec![
                trial(Serial, 1, 1.0, Some(0.0)),
                trial(GilThreads, 2, 0.75, Some(0.25)),
                trial(Threads, 2, 1.0, Some(1.0)),
            ],
            busy(1.0),
        ),
        (
            "more workers than cores wait for each other",
            vec![trial(Threads, 4, 2.0, Some(2.0)), probe(1.9)],
            calm(1.9),
        ),
        (
            "a platform that does not count",
            vec![trial(Threads, 2, 1.0, None), probe(1.0)],
            busy(1.0),
        ),
        (
            "work that waits for something else",
            vec![trial(Threads, 2, 0.03, Some(0.0625))],
            calm(1.9375),
        ),
    ];
    for (what, parts, expected) in cases {
        let found = samples(&parts, false).into_iter();
        let found: Vec<_> = found.map(|it| (it.free, it.is_disturbed)).collect();
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn probes_count_too_for_figures_that_no_trial_measured() {
    let parts = [probe(0.7), trial(Threads, 2, 1.98, Some(0.0))];
    let free: Vec<f64> = samples(&parts, true).iter().map(|it| it.free).collect();
    assert_eq!(free, [2.0, 0.7]);
}

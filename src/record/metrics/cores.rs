//! How many of the usable cores a run could have while other programs ran.
//!
//! The workers of a trial tell it best: Linux counts how long each was ready to run while no core was free for it. If
//! they are no more than the usable cores, only something else made them wait. For trials with more workers than cores
//! and for demos without trials, the mean number of free cores in each period of the run stands in: what the usable
//! cores were idle, or ran the demo. That includes what a virtual machine's host took (steal time), which is no wait for a
//! core. On platforms that count neither, short probes between the trials are all there is; they miss what comes and
//! goes.

use std::collections::BTreeMap;

use super::count_workers;
use crate::record::{Run, TrialTimes};

/// If less than this share of the usable cores was free in a period or for a probe, other programs disturbed the run.
pub const LEAST_FREE: f64 = 0.85;
/// If workers waited for a core for more than this share of the time in which they could have run, other programs
/// disturbed the trial.
const MOST_WAIT: f64 = 0.08;
/// Fewer cores than this disturb nobody: work that waits runs for so short a time that any wait is a large share of it.
const LEAST_LACKED: f64 = 0.1;

/// How many cores were there for a run at one time: in one round of its trials, in one period, or for one probe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoreSample {
    /// The usable cores, without those that its workers lacked.
    pub free: f64,
    /// Whether so few that figures of speed are worth little.
    pub is_disturbed: bool,
}

/// The samples of a run and of those nested in it.
///
/// What other programs took of a run is said by their mean; a verdict must stand in the worst moment. `with_beside` adds
/// the periods or probes even where all trials tell: for figures that were measured between the trials.
pub fn core_samples(run: Run<'_>, with_beside: bool) -> Vec<CoreSample> {
    let runs = std::iter::once(run).chain(run.nested_runs());
    runs.flat_map(|run| own_core_samples(run, with_beside))
        .collect()
}

/// The samples of this run alone.
pub fn own_core_samples(run: Run<'_>, with_beside: bool) -> Vec<CoreSample> {
    let usable = run.machine().cores_usable as usize;
    let mut samples: BTreeMap<u32, CoreSample> = BTreeMap::new();
    let mut all_tell = true;
    for backend in run.backends() {
        let fits = count_workers(run, backend).is_some_and(|workers| workers <= usable);
        for (round, times) in run.rounds(backend) {
            let Some(sample) = sample_trial(&times, usable as f64).filter(|_| fits) else {
                all_tell = false;
                continue;
            };
            let least = samples.entry(round).or_insert(sample);
            least.free = least.free.min(sample.free);
            least.is_disturbed |= sample.is_disturbed;
        }
    }
    let are_enough = all_tell && !samples.is_empty() && !with_beside;
    let beside = run.number_series("available_cores", &[]).into_iter();
    let beside = beside.filter(|_| !are_enough).map(|free| CoreSample {
        free,
        is_disturbed: free < LEAST_FREE * usable as f64,
    });
    samples.values().copied().chain(beside).collect()
}

fn sample_trial(times: &TrialTimes, usable: f64) -> Option<CoreSample> {
    let (cpu_s, wait_s) = (times.cpu_s?, times.run_queue_s?);
    let lacked = wait_s / times.work_s;
    lacked.is_finite().then(|| CoreSample {
        free: (usable - lacked).max(0.0),
        is_disturbed: lacked > LEAST_LACKED && wait_s > MOST_WAIT * (cpu_s + wait_s),
    })
}

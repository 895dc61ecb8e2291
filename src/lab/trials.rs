//! Backends take turns, so that a machine that warms up or slows down does not favour one of them.

use std::time::Duration;

use super::{DemoContext, LabError};
use crate::{
    measure::{self, CoreSampler},
    record::{Backend, EventKind, TrialTimes, Value},
};

/// How long to probe the cores: several turns of the scheduler, and short compared with any round.
const PROBE: Duration = Duration::from_millis(25);

/// Runs `one` for each backend in turn (A B C A B C), `trials` times after a warm-up, and records each trial.
///
/// A backend that fails is skipped with its reason, and the others continue. A trial that was paused with
/// Ctrl-Z is repeated.
///
/// # Errors
/// [`LabError::Stopped`] once a stop was requested; otherwise the first backend's failure, after all have run:
/// an incomplete comparison must not pass for a complete one.
pub fn run_in_turns(
    context: &DemoContext,
    backends: &[Backend],
    trials: u32,
    mut one: impl FnMut(Backend, Option<u32>) -> Result<TrialTimes, LabError>,
) -> Result<(), LabError> {
    let rounds = std::iter::once(None).chain((0..trials).map(Some));
    let mut steps = StepCounter::new(context, backends.len() as u32 * (trials + 1));
    let mut able: Vec<Backend> = backends.to_vec();
    let mut failure = None;
    for trial in rounds {
        context.check_stop()?;
        if let Some(trial) = trial {
            probe_cores(context, &trial.to_string());
        }
        let mut unable = Vec::new();
        for &backend in &able {
            steps.begin_step(describe_trial(backend, trial, trials))?;
            if let Err(error) = run_timed_trial(context, backend, trial, &mut one) {
                // After a stop every child process dies, and each reports a different error.
                context.check_stop()?;
                unable.push(backend);
                let why = error.to_string();
                failure.get_or_insert_with(|| format!("`{backend}` was given up: {why}"));
                context.emit(EventKind::BackendSkipped { backend, why });
            }
        }
        able.retain(|backend| !unable.contains(backend));
    }
    steps.finish();
    failure.map_or(Ok(()), |why| Err(LabError::Worker(why)))
}

/// Counts the steps of a demo for its progress. The cores are probed before the first step and after the last one.
pub struct StepCounter<'a> {
    context: &'a DemoContext,
    done: u32,
    of: u32,
}

impl<'a> StepCounter<'a> {
    /// Probes the cores before the first of these steps.
    pub fn start(context: &'a DemoContext, of: u32) -> Self {
        probe_cores(context, "start");
        Self::new(context, of)
    }

    fn new(context: &'a DemoContext, of: u32) -> Self {
        Self {
            context,
            done: 0,
            of,
        }
    }

    /// Records that the next step begins.
    ///
    /// # Errors
    /// [`LabError::Stopped`] once a stop was requested.
    pub fn begin_step(&mut self, doing: impl Into<String>) -> Result<(), LabError> {
        self.context.check_stop()?;
        self.context.report_progress(self.done, self.of, doing);
        self.done += 1;
        Ok(())
    }

    /// Probes the cores after the last step.
    pub fn finish(self) {
        probe_cores(self.context, "end");
        self.context.report_progress(self.of, self.of, "done");
    }
}

/// Records how many cores other programs leave free at this moment, as `available_cores` of `trial`: the number
/// of the following round, or `start` and `end` in a demo without turns. Call it between trials, never inside
/// one.
pub fn probe_cores(context: &DemoContext, trial: &str) {
    if let Some(cores) = measure::available_cores(PROBE) {
        context.observe("available_cores", [("trial", trial)], Value::Ratio(cores));
    }
}

fn run_timed_trial(
    context: &DemoContext,
    backend: Backend,
    trial: Option<u32>,
    one: &mut impl FnMut(Backend, Option<u32>) -> Result<TrialTimes, LabError>,
) -> Result<(), LabError> {
    let (times, load) = measure_undisturbed(context, || {
        context.emit(EventKind::TrialStarted { backend, trial });
        let sampler = CoreSampler::start();
        let times = one(backend, trial)?;
        // `None` for short trials, for which sysinfo's figure would be wrong.
        Ok((times, sampler.and_then(CoreSampler::finish)))
    })?;
    if let (Some(load), Some(_)) = (load, trial) {
        context.emit(EventKind::CoreLoad { backend, load });
    }
    context.emit(EventKind::TrialFinished {
        backend,
        trial,
        times: times.into(),
    });
    Ok(())
}

/// Repeats a measurement until it was not paused with Ctrl-Z.
///
/// # Errors
/// As `one`; [`LabError::Stopped`] once a stop was requested.
pub fn measure_undisturbed<T>(
    context: &DemoContext,
    mut one: impl FnMut() -> Result<T, LabError>,
) -> Result<T, LabError> {
    loop {
        let pauses = context.stop.pauses();
        let measured = one()?;
        context.check_stop()?;
        if context.stop.pauses() == pauses {
            return Ok(measured);
        }
    }
}

fn describe_trial(backend: Backend, trial: Option<u32>, trials: u32) -> String {
    match trial {
        None => format!("{backend}, warm-up"),
        Some(trial) => format!("{backend}, trial {} of {trials}", trial + 1),
    }
}

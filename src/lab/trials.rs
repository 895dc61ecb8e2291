//! Backends take turns, so that a machine that warms up or slows down does not favour one of them.

use std::{cell::Cell, time::Duration};

use super::{DemoContext, LabError};
use crate::{
    measure::{self, CoreSampler, FreeCoreMeter},
    record::{Backend, EventKind, TrialTimes, Value},
};

/// How long to probe the cores: several turns of the scheduler, and short compared with any round.
const PROBE: Duration = Duration::from_millis(25);
/// How long a period is in which the free cores are counted: a short burst must not spoil a whole run.
const PERIOD: Duration = Duration::from_secs(1);

/// Records how many cores other programs leave free while a demo runs, as `available_cores`.
///
/// Each period has one figure, its mean. Where the platform counts no idle time, short probes between the measurements
/// stand in.
pub struct CoreWatch<'a> {
    context: &'a DemoContext,
    meter: Cell<Option<FreeCoreMeter>>,
    periods: Cell<u32>,
}

impl<'a> CoreWatch<'a> {
    /// Starts the first period, or else probes the cores.
    pub fn start(context: &'a DemoContext) -> Self {
        let watch = Self::new(context);
        watch.probe_uncounted("start");
        watch
    }

    fn new(context: &'a DemoContext) -> Self {
        Self {
            context,
            meter: Cell::new(FreeCoreMeter::start()),
            periods: Cell::new(0),
        }
    }

    /// Ends the period if it was long enough, and starts the next one. Call it often: it takes less than a millisecond a
    /// period.
    pub fn update(&self) {
        if let Some(meter) = self.meter.get().filter(|it| it.elapsed() >= PERIOD) {
            self.record_period(meter);
        }
    }

    /// Ends the last period.
    pub fn finish(&self) {
        if let Some(meter) = self.meter.get() {
            self.record_period(meter);
        }
        self.ensure_figure();
    }

    /// Ends the watch after processes have ended that nobody waited for: what they used in the last period is not
    /// known any more, so only the periods before count, if there are any.
    pub fn ensure_figure(&self) {
        if let (Some(meter), 0) = (self.meter.get(), self.periods.get()) {
            self.record_period(meter);
        }
        if self.periods.get() == 0 {
            probe_cores(self.context, "end");
        }
    }

    fn record_period(&self, meter: FreeCoreMeter) {
        self.meter.set(FreeCoreMeter::start());
        let Some(cores) = meter.read() else { return };
        self.periods.set(self.periods.get() + 1);
        let period = self.periods.get().to_string();
        let labels = [("period", period.as_str())];
        self.context
            .observe("available_cores", labels, Value::Ratio(cores));
    }

    /// Probes the cores on a platform that counts no idle time. `trial` is the number of the round that follows.
    fn probe_uncounted(&self, trial: &str) {
        if self.meter.get().is_none() {
            probe_cores(self.context, trial);
        }
    }
}

/// Records how many cores this process gets at this moment.
fn probe_cores(context: &DemoContext, trial: &str) {
    if let Some(cores) = measure::available_cores(PROBE) {
        context.observe("available_cores", [("trial", trial)], Value::Ratio(cores));
    }
}

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
    let of = backends.len() as u32 * (trials + 1);
    let mut steps = StepCounter::new(context, CoreWatch::new(context), of);
    let mut able: Vec<Backend> = backends.to_vec();
    let mut failure = None;
    for trial in rounds {
        context.check_stop()?;
        if let Some(trial) = trial {
            steps.watch.probe_uncounted(&trial.to_string());
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

/// Counts the steps of a demo for its progress, and watches the cores meanwhile.
pub struct StepCounter<'a> {
    context: &'a DemoContext,
    watch: CoreWatch<'a>,
    done: u32,
    of: u32,
}

impl<'a> StepCounter<'a> {
    /// Starts before the first of these steps.
    pub fn start(context: &'a DemoContext, of: u32) -> Self {
        Self::new(context, CoreWatch::start(context), of)
    }

    fn new(context: &'a DemoContext, watch: CoreWatch<'a>, of: u32) -> Self {
        Self {
            context,
            watch,
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
        self.watch.update();
        self.context.report_progress(self.done, self.of, doing);
        self.done += 1;
        Ok(())
    }

    /// Ends after the last step.
    pub fn finish(self) {
        self.watch.finish();
        self.context.report_progress(self.of, self.of, "done");
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

#[cfg(test)]
mod tests {
    use std::thread::sleep;

    use super::*;
    use crate::{
        lab::testing::{context, machine},
        record::{Recorder, Recording},
    };

    /// The periods and probes that a watch recorded.
    fn watched(watch: impl Fn(&CoreWatch<'_>)) -> [usize; 2] {
        let recorder = Recorder::new(None);
        watch(&CoreWatch::start(&context(recorder.clone())));
        let recording = Recording::from_recorder(&recorder, machine());
        let labels = |key| recording.run().label_values("available_cores", key).len();
        [labels("period"), labels("trial")]
    }

    #[test]
    fn a_watch_ends_with_the_free_cores_of_its_periods_or_with_a_probe() {
        if FreeCoreMeter::start().is_none() {
            return; // Probes stand in on this platform.
        }
        let long = |watch: &CoreWatch<'_>| {
            sleep(PERIOD);
            watch.update();
            watch.update();
            sleep(PERIOD / 2);
        };
        let and_finish = |watch: &CoreWatch<'_>| {
            long(watch);
            watch.finish();
        };
        // The last period lacks what processes used that nobody waited for.
        let and_ensure = |watch: &CoreWatch<'_>| {
            long(watch);
            watch.ensure_figure();
        };
        assert_eq!(watched(and_finish), [2, 0]);
        assert_eq!(watched(and_ensure), [1, 0]);
        let short = |watch: &CoreWatch<'_>| {
            sleep(PERIOD / 2);
            watch.ensure_figure();
        };
        assert_eq!(watched(short), [1, 0]);
    }
}

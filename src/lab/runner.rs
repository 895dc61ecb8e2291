//! Launching a demo: from a name and settings to a recording.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Demo, DemoContext, LabError, StopToken, pythons};
use crate::{
    bench,
    catalog::{self, DemoSpec},
    mp, observe,
    python::Pythons,
    record::{Backend, EventKind, EventObserver, Machine, Params, Recorder, Recording, RunStatus},
    report::{self, Report},
    workload::{WorkError, Workload},
};

/// What every launch needs.
pub struct DemoServices {
    /// Makes processes and pools.
    pub mp: mp::Context,
    /// When to stop.
    pub stop: StopToken,
    /// What this runs on.
    pub machine: Machine,
    /// The Pythons of this machine; [`Pythons::none`] leaves out the parts that they run.
    pub pythons: Pythons,
    /// Who watches the events as they happen.
    pub observer: Option<EventObserver>,
}

/// Runs a demo. What went wrong is in the recording: its outcome is then partial, with the reason.
pub fn run_demo(spec: &'static DemoSpec, params: Params, mut env: DemoServices) -> Recording {
    let recorder = Recorder::new(env.observer.take());
    let machine = env.machine.clone();
    let context = DemoContext::new(params, recorder.clone(), env);
    recorder.emit(EventKind::RunStarted {
        demo: spec.name.to_owned(),
        params: context.params.clone().into(),
        interpreter: None,
    });
    let outcome = match super::find_demo(spec.name) {
        Some(demo) => run_to_status(demo, &context),
        None => RunStatus::Partial(format!("nothing here runs the demo `{}`", spec.name)),
    };
    recorder.emit(EventKind::RunFinished { outcome });
    Recording::from_recorder(&recorder, machine)
}

/// Runs a demo inside another one; its events carry their own run number. The part that Pythons run is run only if
/// the settings name some (`usual` is a name): the outer demo has the time in hand.
pub fn run_nested(
    demo: &'static Demo,
    params: Params,
    outer: &DemoContext,
) -> Result<(), LabError> {
    let has_pythons = !params.python.is_empty();
    let context = outer.nested_context(demo.spec.name, params);
    let result = if has_pythons {
        run_both_parts(demo, &context)
    } else {
        (demo.run)(&context)
    };
    let outcome = match &result {
        Ok(()) => RunStatus::Complete,
        Err(error) => RunStatus::Partial(error.to_string()),
    };
    context.emit(EventKind::RunFinished { outcome });
    result
}

fn run_to_status(demo: &Demo, context: &DemoContext) -> RunStatus {
    if let Err(error) = check_params(demo.spec, &context.params) {
        return RunStatus::Partial(error.to_string());
    }
    // A bug in a demo must not cost the prompt, nor what was measured before it.
    let result = catch_unwind(AssertUnwindSafe(|| run_both_parts(demo, context)));
    match result {
        Ok(Ok(())) => RunStatus::Complete,
        Ok(Err(error)) => RunStatus::Partial(
            context
                .stop
                .stop_reason()
                .unwrap_or_else(|| error.to_string()),
        ),
        Err(panic) => RunStatus::Partial(format!(
            "the demo itself failed: {}",
            panic_message(&*panic)
        )),
    }
}

/// The native part, then that of the Pythons, as far as the settings want them.
fn run_both_parts(demo: &Demo, context: &DemoContext) -> Result<(), LabError> {
    let (native, by_pythons) = pythons::wanted_parts(demo, &context.params);
    let result = if native { (demo.run)(context) } else { Ok(()) };
    context.check_stop()?;
    // A native backend that failed must not cost the other half.
    if by_pythons {
        let others = pythons::run_pythons(demo, context);
        return result.and(others);
    }
    result
}

/// The message of a panic.
pub(super) fn panic_message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// Whether the demo can use these settings; the error names what it can use.
pub fn check_params(spec: &DemoSpec, params: &Params) -> Result<(), LabError> {
    catalog::check_params(spec, params)?;
    check_size(spec, params)
}

/// A size that no worker would take is refused before any of them starts.
fn check_size(spec: &DemoSpec, params: &Params) -> Result<(), LabError> {
    let named = params.workload.as_deref();
    let name = named.or(spec.workloads.first().copied());
    let workload = name.and_then(|name| name.parse::<Workload>().ok());
    match (params.size, workload) {
        (Some(size), Some(workload)) if size > workload.largest_size() => {
            let largest = workload.largest_size();
            let too_big = WorkError::TooBig {
                workload,
                size,
                largest,
            };
            Err(LabError::Setting(too_big.to_string()))
        }
        _ => Ok(()),
    }
}

/// What a recording says: the tables of the demo that made it, or of the program that was watched.
///
/// # Errors
/// If this Forklore has no demo of the recording's name.
pub fn build_report(recording: &Recording) -> Result<Report, LabError> {
    let run = recording.run();
    if run.demo().is_empty() {
        return Err(LabError::Setting(
            "the recording was cut off before its run began: there is nothing to show".to_owned(),
        ));
    }
    if run.demo() == Backend::Try.name() {
        let mut report = report::build_report(recording, observe::build_report(&run));
        report.summary = observe::build_summary(&run);
        report.advice = observe::advice::collect_advice(&run);
        report.again = Some(observe::repeat_command(&run));
        report.pictures = report::pictures::worker_timelines(&run);
        return Ok(report);
    }
    if run.demo() == bench::BENCH {
        let mut report = report::build_report(recording, bench::build_report(&run));
        report.summary = bench::build_summary(&run);
        report.again = bench::repeat_command(&run);
        return Ok(report);
    }
    let demo = super::find_demo(run.demo()).ok_or_else(|| {
        LabError::Setting(format!(
            "the recording is of a demo `{}`, which is not known here",
            run.demo()
        ))
    })?;
    let mut report = report::build_report(recording, (demo.report)(&run));
    report.summary = (demo.summary)(&run);
    report.pictures = (demo.pictures)(&run, &report.summary);
    Ok(report)
}

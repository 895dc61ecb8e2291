//! Launching a demo: from a name and settings to a recording.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Demo, DemoContext, LabError, StopToken, pythons};
use crate::{
    mp, observe,
    python::Pythons,
    record::{Backend, EventKind, EventObserver, Machine, Params, Recorder, Recording, RunStatus},
    report::{self, Report},
    workload::{WorkError, Workload},
};

/// The most workers that a demo may be asked for.
pub const MOST_WORKERS: u32 = 1000;

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
pub fn run_demo(demo: &'static Demo, params: Params, mut env: DemoServices) -> Recording {
    let recorder = Recorder::new(env.observer.take());
    let machine = env.machine.clone();
    let bench = DemoContext::new(params, recorder.clone(), env);
    recorder.emit(EventKind::RunStarted {
        demo: demo.name.to_owned(),
        params: bench.params.clone(),
        interpreter: None,
    });
    let outcome = run_to_status(demo, &bench);
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
    let bench = outer.nested_context(demo.name, params);
    let result = if has_pythons {
        run_both_parts(demo, &bench)
    } else {
        (demo.run)(&bench)
    };
    let outcome = match &result {
        Ok(()) => RunStatus::Complete,
        Err(error) => RunStatus::Partial(error.to_string()),
    };
    bench.emit(EventKind::RunFinished { outcome });
    result
}

fn run_to_status(demo: &Demo, bench: &DemoContext) -> RunStatus {
    if let Err(error) = check_params(demo, &bench.params) {
        return RunStatus::Partial(error.to_string());
    }
    // A bug in a demo must not cost the prompt, nor what was measured before it.
    let result = catch_unwind(AssertUnwindSafe(|| run_both_parts(demo, bench)));
    match result {
        Ok(Ok(())) => RunStatus::Complete,
        Ok(Err(error)) => RunStatus::Partial(
            bench
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
fn run_both_parts(demo: &Demo, bench: &DemoContext) -> Result<(), LabError> {
    let (native, by_pythons) = pythons::wanted_parts(demo, &bench.params);
    let result = if native { (demo.run)(bench) } else { Ok(()) };
    bench.check_stop()?;
    // A native backend that failed must not cost the other half.
    if by_pythons {
        let others = pythons::run_pythons(demo, bench);
        return result.and(others);
    }
    result
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// Whether the demo can use these settings; the error names what it can use.
pub fn check_params(demo: &Demo, params: &Params) -> Result<(), LabError> {
    for (setting, given) in given_settings(params) {
        if given && !demo.takes.contains(&setting) {
            return Err(LabError::Setting(describe_not_taken(demo, setting)));
        }
    }
    if let Some(workers) = params
        .workers
        .filter(|workers| !(1..=MOST_WORKERS).contains(workers))
    {
        return Err(LabError::Setting(format!(
            "--workers takes 1 to {MOST_WORKERS}, not {workers}"
        )));
    }
    for (setting, value) in [
        ("trials", params.trials),
        ("repeat", params.repeat),
        ("size", params.size.map(zero_or_one)),
    ] {
        if value == Some(0) {
            return Err(LabError::Setting(format!(
                "--{setting} takes 1 or more, not 0"
            )));
        }
    }
    if let Some(workload) = &params.workload
        && !demo.workloads.contains(&workload.as_str())
    {
        return Err(LabError::Setting(format!(
            "demo `{}` has no workload `{workload}`; it has {}",
            demo.name,
            demo.workloads.join(", ")
        )));
    }
    check_size(demo, params)?;
    if let Some(backend) = params
        .backends
        .iter()
        .find(|backend| !demo.backends.contains(backend))
    {
        let names: Vec<&str> = demo.backends.iter().map(|backend| backend.name()).collect();
        return Err(LabError::Setting(format!(
            "demo `{}` does not run under `{backend}`; it runs under {}",
            demo.name,
            names.join(", ")
        )));
    }
    Ok(())
}

/// A size that no worker would take is refused before any of them starts.
fn check_size(demo: &Demo, params: &Params) -> Result<(), LabError> {
    let named = params.workload.as_deref();
    let name = named.or(demo.workloads.first().copied());
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

/// Only whether it is zero matters here.
fn zero_or_one(size: u64) -> u32 {
    u32::from(size > 0)
}

fn given_settings(params: &Params) -> [(&'static str, bool); 9] {
    [
        ("workers", params.workers.is_some()),
        ("trials", params.trials.is_some()),
        ("size", params.size.is_some()),
        ("workload", params.workload.is_some()),
        ("repeat", params.repeat.is_some()),
        ("unbuffered", params.unbuffered),
        ("backends", !params.backends.is_empty()),
        ("python", !params.python.is_empty()),
        ("start_method", params.start_method.is_some()),
    ]
}

fn describe_not_taken(demo: &Demo, setting: &str) -> String {
    let setting = setting.replace('_', "-");
    if demo.takes.is_empty() {
        return format!(
            "demo `{}` takes no --{setting}; it has no settings",
            demo.name
        );
    }
    let takes: Vec<String> = demo
        .takes
        .iter()
        .map(|name| format!("--{}", name.replace('_', "-")))
        .collect();
    format!(
        "demo `{}` takes no --{setting}; it takes {}",
        demo.name,
        takes.join(", ")
    )
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
        report.advice = observe::advice::collect_advice(&run);
        report.again = Some(observe::repeat_command(&run));
        return Ok(report);
    }
    let demo = super::find_demo(run.demo()).ok_or_else(|| {
        LabError::Setting(format!(
            "the recording is of a demo `{}`, which is not known here",
            run.demo()
        ))
    })?;
    let tables = (demo.report)(&run);
    Ok(report::build_report(recording, tables))
}

//! The part of a demo that Pythons run: a nested run for each, next to the native part.

use std::{
    panic::resume_unwind,
    thread::{self, ScopedJoinHandle},
    time::Duration,
};

use super::{Demo, DemoContext, LabError, trials::CoreWatch};
use crate::{
    python::{ChosenPython, DemoProgram, ProgramConfig, ProgramError},
    record::{Backend, EventKind, Params, Recording, Run, RunStatus},
};

/// The time limit for a program that chooses its own amount of work: many times what it plans.
const LIMIT: Duration = Duration::from_secs(30);

/// The same for a program that uses a third-party package, which may take long to start.
const LIMIT_WITH_PACKAGE: Duration = Duration::from_secs(55);

/// The same for a program with a given amount of work: then the demo's own time limit applies.
const LIMIT_OF_SIZED: Duration = Duration::from_hours(24);

/// How many programs run at once that measure nothing: they wait more than they compute.
const AT_ONCE: usize = 2;

/// Whether the settings include the native part, and whether they include the Pythons' part.
pub fn wanted_parts(demo: &Demo, params: &Params) -> (bool, bool) {
    let backends = &params.backends;
    let any = |python| backends.is_empty() || backends.iter().any(|one| one.is_python() == python);
    let has_python = demo.spec.python.is_some();
    (!has_python || any(false), has_python && any(true))
}

/// Runs the demo's program under each chosen Python: one after the other, or two at once where they measure nothing that
/// this would change.
///
/// Having no Python is recorded but is not an error: the demo has its native part.
///
/// # Errors
/// [`LabError::Stopped`] once a stop was requested; otherwise the first failure of a program, after all have
/// run.
pub fn run_pythons(demo: &Demo, context: &DemoContext) -> Result<(), LabError> {
    let Some(file) = demo.spec.python else {
        return Ok(());
    };
    let asked = &context.params;
    let stopped = || context.stop.is_stopped();
    if !context.pythons.search_until(&asked.python, &stopped) {
        return context.check_stop();
    }
    let choice = context.pythons.choose_with_package(
        &asked.python,
        asked.start_method.as_deref(),
        demo.spec.package,
    );
    for missing in choice.missing {
        context.add_note(missing);
    }
    let resolved = context.resolved_params();
    let config = ProgramConfig::new(
        demo.spec.name,
        asked,
        &resolved,
        context.machine.cores_usable,
    );
    let begin_part = |python| PythonPart::begin(demo, file, python, &config, context, &resolved);
    let at_once = if demo.spec.is_measured() { 1 } else { AT_ONCE };
    let mut failure = None;
    for pythons in choice.chosen.chunks(at_once) {
        context.check_stop()?;
        // They begin in order, so that their runs are in order.
        let parts: Vec<PythonPart> = pythons.iter().map(begin_part).collect();
        let ended = thread::scope(|scope| {
            let running = parts.into_iter().map(|part| scope.spawn(|| part.run()));
            let running: Vec<_> = running.collect();
            let ended = running.into_iter().map(ScopedJoinHandle::join);
            ended.collect::<Vec<_>>()
        });
        context.check_stop()?;
        for ended in ended {
            let ended = ended.unwrap_or_else(|panic| resume_unwind(panic));
            failure = failure.or(ended.err());
        }
    }
    failure.map_or(Ok(()), |error| Err(LabError::Worker(error.to_string())))
}

/// A demo's program under one Python, as a run inside the demo's.
struct PythonPart<'a> {
    file: &'a str,
    python: &'a ChosenPython,
    config: ProgramConfig,
    backends: Vec<Backend>,
    /// Whether it uses a third-party package, which may take long to start.
    uses_package: bool,
    outer: &'a DemoContext,
    context: DemoContext,
}

impl<'a> PythonPart<'a> {
    fn begin(
        demo: &Demo,
        file: &'a str,
        python: &'a ChosenPython,
        config: &ProgramConfig,
        outer: &'a DemoContext,
        resolved: &Params,
    ) -> Self {
        let interpreter = python.interpreter.clone();
        let backends = program_backends(demo, config);
        let params = Params {
            python: vec![interpreter.name.clone()],
            start_method: Some(interpreter.start_method.clone()),
            backends: backends.clone(),
            // The program chooses its own size and reports it.
            size: outer.params.size,
            trials: outer.params.trials,
            ..resolved.clone()
        };
        Self {
            file,
            python,
            config: config.clone(),
            backends,
            uses_package: demo.spec.package.is_some(),
            outer,
            context: outer.nested_under(Some(interpreter), demo.spec.name, params),
        }
    }

    fn run(self) -> Result<(), ProgramError> {
        let context = &self.context;
        let name = &self.python.interpreter.name;
        context.report_progress(0, 1, format!("Python {name}"));
        let limit = match (self.config.is_sized(), self.uses_package) {
            (true, _) => LIMIT_OF_SIZED,
            (false, true) => LIMIT_WITH_PACKAGE,
            (false, false) => LIMIT,
        };
        let program = DemoProgram {
            file: self.file,
            python: self.python,
            config: self.config,
            limit,
        };
        let pauses = context.stop.pauses();
        // The load of the machine also affects claims about this Python.
        let watch = CoreWatch::start(context);
        let ended = program.run(&context.mp, &context.recorder, &|| {
            watch.update();
            context.stop.is_stopped()
        });
        if ended.is_ok() {
            // Python does not wait for its fork server.
            watch.ensure_figure();
        }
        if context.stop.pauses() != pauses {
            context.add_note(format!(
                "the program under Python {name} was paused: its figures contain the pause"
            ));
        }
        let outcome = match &ended {
            Ok(()) => RunStatus::Complete,
            Err(error) => {
                let why = self
                    .outer
                    .stop
                    .stop_reason()
                    .unwrap_or_else(|| error.to_string());
                skip_remaining(context, &self.backends, &why);
                RunStatus::Partial(why)
            }
        };
        context.emit(EventKind::RunFinished { outcome });
        ended
    }
}

/// The backends that a program runs: the requested ones, or all Python backends of the demo.
fn program_backends(demo: &Demo, config: &ProgramConfig) -> Vec<Backend> {
    if !config.backends().is_empty() {
        return config.backends().to_vec();
    }
    let all = demo.spec.backends.iter().copied();
    all.filter(|backend| backend.is_python()).collect()
}

/// Records why the rest is missing: once, and for each backend without figures.
fn skip_remaining(context: &DemoContext, backends: &[Backend], why: &str) {
    context.add_note(why);
    let so_far = Recording::from_recorder(&context.recorder, context.machine.clone());
    let run = Run {
        recording: &so_far,
        number: context.recorder.run_number(),
    };
    let is_skipped = |backend| {
        run.skipped_backends()
            .iter()
            .any(|(skipped, _)| *skipped == backend)
    };
    for &backend in backends {
        if run.trials(backend).is_empty() && !is_skipped(backend) {
            let why = why.to_owned();
            context.emit(EventKind::BackendSkipped { backend, why });
        }
    }
}

//! The part of a demo that Pythons run: a nested run for each, next to the native part.

use std::time::Duration;

use super::{Demo, DemoContext, LabError, trials::CoreWatch};
use crate::{
    python::{ChosenPython, DemoProgram, ProgramConfig, ProgramError},
    record::{Backend, EventKind, Params, Recording, Run, RunStatus},
};

/// The time limit for a program that chooses its own amount of work: many times what it plans.
const LIMIT: Duration = Duration::from_secs(30);

/// The same for a program with a given amount of work: then the demo's own time limit applies.
const LIMIT_OF_SIZED: Duration = Duration::from_hours(24);

/// Whether the settings include the native part, and whether they include the Pythons' part.
pub fn wanted_parts(demo: &Demo, params: &Params) -> (bool, bool) {
    let backends = &params.backends;
    let any = |python| backends.is_empty() || backends.iter().any(|one| one.is_python() == python);
    let has_python = demo.spec.python.is_some();
    (!has_python || any(false), has_python && any(true))
}

/// Runs the demo's program under each chosen Python.
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
    let choice = context
        .pythons
        .choose(&asked.python, asked.start_method.as_deref());
    for missing in choice.missing {
        context.add_note(missing);
    }
    let resolved = context.resolved_params();
    let mut failure = None;
    for python in &choice.chosen {
        context.check_stop()?;
        let config = ProgramConfig::new(
            demo.spec.name,
            asked,
            &resolved,
            context.machine.cores_usable,
        );
        let part = PythonPart {
            demo,
            file,
            python,
            config,
        };
        if let Err(error) = part.run_part(context, &resolved) {
            context.check_stop()?;
            failure.get_or_insert(error);
        }
    }
    failure.map_or(Ok(()), |error| Err(LabError::Worker(error.to_string())))
}

/// A demo's program under one Python.
struct PythonPart<'a> {
    demo: &'a Demo,
    file: &'a str,
    python: &'a ChosenPython,
    config: ProgramConfig,
}

impl PythonPart<'_> {
    fn run_part(self, outer: &DemoContext, resolved: &Params) -> Result<(), ProgramError> {
        let interpreter = self.python.interpreter.clone();
        let params = Params {
            python: vec![interpreter.name.clone()],
            start_method: Some(interpreter.start_method.clone()),
            backends: self.backends(),
            // The program chooses its own size and reports it.
            size: outer.params.size,
            trials: outer.params.trials,
            ..resolved.clone()
        };
        let name = interpreter.name.clone();
        let context = outer.nested_under(Some(interpreter), self.demo.spec.name, params);
        context.report_progress(0, 1, format!("Python {name}"));
        let limit = if self.config.is_sized() {
            LIMIT_OF_SIZED
        } else {
            LIMIT
        };
        let backends = self.backends();
        let program = DemoProgram {
            file: self.file,
            python: self.python,
            config: self.config,
            limit,
        };
        let pauses = context.stop.pauses();
        // The load of the machine also affects claims about this Python.
        let watch = CoreWatch::start(&context);
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
                let why = outer
                    .stop
                    .stop_reason()
                    .unwrap_or_else(|| error.to_string());
                skip_remaining(&context, &backends, &why);
                RunStatus::Partial(why)
            }
        };
        context.emit(EventKind::RunFinished { outcome });
        ended
    }

    /// The backends that it runs: the requested ones, or all Python backends of the demo.
    fn backends(&self) -> Vec<Backend> {
        if !self.config.backends().is_empty() {
            return self.config.backends().to_vec();
        }
        let all = self.demo.spec.backends.iter().copied();
        all.filter(|backend| backend.is_python()).collect()
    }
}

/// Records why the rest is missing: once, and for each backend without figures.
fn skip_remaining(context: &DemoContext, backends: &[Backend], why: &str) {
    context.add_note(why);
    let so_far = Recording::from_recorder(&context.recorder, context.machine.clone());
    // This run is the one that began last.
    let number = so_far.events().iter().map(|event| event.run).max();
    let run = Run {
        recording: &so_far,
        number: number.unwrap_or_default(),
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

//! Runs a program and records it.

use super::{
    ObserveError, ObservedProgram, ObserverServices,
    facts::{self, RunTotals},
    guard::ProgramGuard,
    launch::{HookFolder, LaunchPlan},
    notes,
    observation::ObservationState,
    observer::Observer,
    poll::ProcessPoller,
    reaper::OrphanAdoption,
    running::{ProgramEnd, RunningProgram},
    sources::{self, EventSources},
    terminal_handover::TerminalHandover,
    timeline,
};
use crate::{
    measure::clock,
    python::{ProgramError, WaitResult},
    record::{Backend, Event, EventKind, Params, Recorder, Recording, RunStatus, TrialTimes},
};

/// Runs a program to its end and watches it, without changing it. The program and all its processes are ended at its
/// time limit, when `stopped` returns a reason, and when Forklore itself ends.
///
/// # Errors
/// If the program cannot be started. Its own errors are in the recording.
pub fn observe_program(
    program: &ObservedProgram,
    env: ObserverServices,
) -> Result<Recording, ObserveError> {
    let private = HookFolder::create()?;
    let launch = LaunchPlan::from_program(program, &private, env.lend_terminal.is_some())?;
    let folder = private.path();
    let mut sources = EventSources::create(folder).map_err(|source| ProgramError::Folder {
        path: folder.to_owned(),
        source,
    })?;
    let path = sources::messages_path(folder);
    let recorder = Recorder::new(env.observer);
    let began = clock::now_ns();
    let python = program.command.python();
    let interpreter = python.map(|python| python.interpreter.clone());
    recorder.emit(EventKind::RunStarted {
        demo: "try".to_owned(),
        params: Params::default().into(),
        interpreter: interpreter.map(Box::new),
    });
    let adopting = OrphanAdoption::begin();
    let guard = ProgramGuard::start(&env.mp, &path);
    let mut process = launch.plan.clone().into_process(&env.mp, &launch.name);
    process.set_spares_others(true);
    recorder.emit(EventKind::TrialStarted {
        backend: Backend::Try,
        trial: Some(0),
    });
    process
        .start()
        .map_err(|error| ObserveError::Start(Box::new(error)))?;
    let main = process.pid().unwrap_or_default();
    sources.watch_exit(main);
    let mut observation =
        ObservationState::new(recorder, began, main, (&launch.name, &launch.command));
    observation.lines.keeps_all = program.options.keeps_all_lines;
    let watch = ProcessPoller::new(main, path.to_string_lossy().into_owned());
    let observer = Observer::new(sources, watch, guard, observation);
    let loan = env
        .lend_terminal
        .map(|tell| TerminalHandover::new(main, tell));
    let mut show = RunningProgram::new(process, observer, loan, program.options.keeps_detached);
    let end = show.run_to_end(program.limit, &*env.stopped);
    drop(adopting);
    let events = assemble_events(&show.observer, end, &launch, program);
    Ok(Recording::new(env.machine, events))
}

/// Assembles the recording's events.
fn assemble_events(
    observer: &Observer,
    end: ProgramEnd,
    launch: &LaunchPlan,
    program: &ObservedProgram,
) -> Vec<Event> {
    notes::record_notes(observer, &end, launch);
    let timed_out = end.attended == WaitResult::TooLong;
    let ended = RunTotals {
        wall_s: end.wall_s,
        timed_out,
        asked_ns: end.asked_ns,
        outlived: end.outlived.len(),
        detached: end.detached.clone(),
        keeps_detached: program.options.keeps_detached,
        own_cpu_s: end.own_cpu_s,
        shown: launch.shown.clone(),
    };
    let observation = &observer.observation;
    let mut last = Vec::new();
    if end.why.is_none() {
        last.push(EventKind::TrialFinished {
            backend: Backend::Try,
            trial: Some(0),
            times: Box::new(TrialTimes {
                startup_s: 0.0,
                work_s: end.wall_s,
                total_s: end.wall_s,
                cpu_s: facts::cpu_s(observation),
                ..TrialTimes::default()
            }),
        });
    }
    last.extend(facts::collect_observations(observation, &ended));
    let outcome = match (end.why, program.limit) {
        (Some(why), _) => RunStatus::Partial(why),
        (None, Some(limit)) if timed_out => {
            RunStatus::Partial(format!("time limit of {} s", limit.as_secs_f64()))
        }
        _ => RunStatus::Complete,
    };
    let finished = EventKind::RunFinished { outcome };
    let live = observation.recorder.take_events();
    observation.recorder.emit(finished.clone());
    last.push(finished);
    timeline::build_timeline(observation, live, last)
}

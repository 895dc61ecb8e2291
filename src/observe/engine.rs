//! From the start of a program to the recording of it.

use std::time::Duration;

use super::{
    Command, Env, ObserveError, Program,
    eyes::Eyes,
    facts::{self, Ended},
    guard::Guard,
    keep::Adopting,
    launch::{Launch, Private},
    notes,
    printed::Inbox,
    scene::Scene,
    show::{End, Show},
    timeline,
    watch::Watch,
};
use crate::{
    measure::clock,
    python::{Attended, Channel, ProgramError},
    record::{Backend, Event, Outcome, Params, Recorder, Recording, Times, What},
};

/// Runs a program to its end and watches it, without changing it. It is ended, with all that it started, when its
/// time is over, when `stopped` says so, and when we end.
///
/// # Errors
/// If it cannot be started. What goes wrong with the program itself is in the recording.
pub fn run(program: &Program, env: Env) -> Result<Recording, ObserveError> {
    let private = Private::create()?;
    let launch = Launch::of(program, &private)?;
    let path = private.pipe();
    let channel = Channel::create(&path).map_err(|source| ProgramError::Folder {
        path: path.clone(),
        source,
    })?;
    channel.widen();
    let recorder = Recorder::new(env.observer);
    let began = clock::now_ns();
    let interpreter = match &program.command {
        Command::Script { python, .. } => Some(python.interpreter.clone()),
        Command::Other { .. } => None,
    };
    recorder.emit(What::RunStarted {
        demo: "try".to_owned(),
        params: Params::default(),
        interpreter,
    });
    let adopting = Adopting::begin();
    let guard = Guard::start(&env.mp, &path);
    let mut process = launch.plan.clone().process(&env.mp, &launch.name);
    process.set_spares_others(true);
    let inbox = Inbox::of(&mut process);
    recorder.emit(What::TrialStarted {
        backend: Backend::Try,
        trial: Some(0),
    });
    process.start().map_err(|source| ObserveError::Start {
        name: launch.name.clone(),
        source: Box::new(source),
    })?;
    let main = process.pid().unwrap_or_default();
    let scene = Scene::new(recorder, began, main, (&launch.name, &launch.command));
    let watch = Watch::new(main, path.to_string_lossy().into_owned());
    let eyes = Eyes::new(channel, inbox, watch, guard, scene);
    let mut show = Show::new(process, eyes);
    let end = show.play(program.limit, &*env.stopped);
    drop(adopting);
    let events = recorded(&show.eyes, end, &launch, program.limit);
    Ok(Recording::new(env.machine, events))
}

/// The recording's events.
fn recorded(eyes: &Eyes, end: End, launch: &Launch, limit: Option<Duration>) -> Vec<Event> {
    notes::note(eyes, &end.outlived, end.is_gone, launch);
    let timed_out = end.attended == Attended::TooLong;
    let ended = Ended {
        wall_s: end.wall_s,
        timed_out,
        asked_ns: end.asked_ns,
        outlived: end.outlived.len(),
        own_cpu_s: end.own_cpu_s,
        shown: launch.shown.clone(),
    };
    let scene = &eyes.scene;
    let mut last = Vec::new();
    if end.why.is_none() {
        last.push(What::TrialFinished {
            backend: Backend::Try,
            trial: Some(0),
            times: Times {
                startup_s: 0.0,
                work_s: end.wall_s,
                total_s: end.wall_s,
                cpu_s: facts::cpu_s(scene),
            },
        });
    }
    last.extend(facts::observed(scene, &ended));
    let outcome = match (end.why, limit) {
        (Some(why), _) => Outcome::Partial(why),
        (None, Some(limit)) if timed_out => {
            Outcome::Partial(format!("time limit of {} s", limit.as_secs_f64()))
        }
        _ => Outcome::Complete,
    };
    let finished = What::RunFinished { outcome };
    let live = scene.recorder.events();
    scene.recorder.emit(finished.clone());
    last.push(finished);
    timeline::settled(scene, live, last)
}

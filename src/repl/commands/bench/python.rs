//! Python's words at the prompt: each does what a command of the bench does, and says which.

use anyhow::Result;

use super::{begin_lesson_task, check_lesson_task, join_names, send_signal_named};
use crate::{
    bench::{BENCH, BenchError, SpawnRequest, WorkerEnd, WorkerPlace},
    mp,
    repl::{
        language::{
            command_error::CommandError,
            python_words::{PythonAction, PythonStatement},
        },
        session::Session,
    },
};

/// A variable that holds a process or a thread.
#[derive(Debug, Clone)]
pub struct PythonVariable {
    name: String,
    request: SpawnRequest,
    /// The name of its worker, once it was started.
    worker: Option<String>,
    /// The numbers of its process and its thread, once it was started.
    pid: Option<u32>,
    tid: Option<u32>,
    /// Its exit code, once it was joined.
    exitcode: Option<i32>,
    is_joined: bool,
}

/// Keeps what variables say of workers that were joined: the bench forgets them, and gives their names to others.
pub(super) fn note_ends(session: &mut Session, ends: &[WorkerEnd]) {
    for end in ends {
        note_end(&mut session.variables, &end.name, end.exitcode);
    }
}

/// The same before the bench kills and joins all workers.
pub(super) fn note_clear(session: &mut Session) {
    let kill = mp::signal_number("SIGKILL").map(|signal| -signal);
    for name in session.bench.names() {
        let code = session.bench.exitcode(&name).or(kill);
        let is_thread = session.bench.is_thread(&name);
        note_end(&mut session.variables, &name, code.filter(|_| !is_thread));
    }
}

fn note_end(variables: &mut [PythonVariable], worker: &str, exitcode: Option<i32>) {
    let of_worker =
        |known: &&mut PythonVariable| !known.is_joined && known.worker.as_deref() == Some(worker);
    for known in variables.iter_mut().filter(of_worker) {
        (known.is_joined, known.exitcode) = (true, exitcode);
    }
}

/// Does what a statement says.
pub fn run_statement(session: &mut Session, statement: PythonStatement) -> Result<()> {
    begin_lesson_task(session);
    execute(session, statement)?;
    check_lesson_task(session)
}

fn execute(session: &mut Session, statement: PythonStatement) -> Result<()> {
    match statement {
        PythonStatement::Make { variable, request } => make_variable(session, variable, request),
        PythonStatement::Use { variable, action } => use_variable(session, &variable, action),
        PythonStatement::PoolMap { processes, numbers } => {
            let squares = session.bench.map_squares(processes, numbers);
            let squares = squares.map_err(CommandError::from)?;
            session.screen.write_line(&format!("{squares:?}"))?;
            let command = format!("run squares --workers {processes}");
            show_command(
                session,
                &format!("`{command}` shows the steps of such a pool"),
            )
        }
    }
}

fn make_variable(session: &mut Session, variable: String, request: SpawnRequest) -> Result<()> {
    let command = named_after(&variable, &request).to_command();
    let hint = format!("`{variable}.start()` will do the same as `{command}`");
    session.variables.retain(|known| known.name != variable);
    session.variables.push(PythonVariable {
        name: variable,
        request,
        worker: None,
        pid: None,
        tid: None,
        exitcode: None,
        is_joined: false,
    });
    show_command(session, &hint)
}

/// A worker without a name gets that of its variable.
fn named_after(variable: &str, request: &SpawnRequest) -> SpawnRequest {
    let mut request = request.clone();
    request.name.get_or_insert_with(|| variable.to_owned());
    request
}

fn use_variable(session: &mut Session, name: &str, action: PythonAction) -> Result<()> {
    let variable = find_variable(session, name)?;
    let own_name = variable
        .worker
        .clone()
        .or(named_after(name, &variable.request).name)
        .unwrap_or_default();
    match action {
        PythonAction::Start => return start_worker(session, &variable),
        PythonAction::Name => {
            session.screen.write_line(&format!("'{own_name}'"))?;
            return Ok(());
        }
        _ => {}
    }
    check_attribute(variable.request.place, &own_name, action)?;
    let Some(worker) = variable.worker.clone() else {
        return show_before_start(session, name, action);
    };
    match action {
        PythonAction::Join(_) | PythonAction::Terminate | PythonAction::Kill
            if variable.is_joined =>
        {
            // Its worker's name may be another worker's by now.
            show_command(
                session,
                &format!("`{name}` was joined before: this does nothing"),
            )
        }
        PythonAction::Join(limit) => {
            join_names(session, std::slice::from_ref(&worker), limit)?;
            let limit =
                limit.map_or_else(String::new, |limit| format!(" --timeout {}", limit.ceil()));
            show_command(session, &format!("the same as `join {worker}{limit}`"))
        }
        PythonAction::Terminate | PythonAction::Kill => {
            let signal = if action == PythonAction::Kill {
                "KILL"
            } else {
                "TERM"
            };
            if !session.bench.has_ended(&worker) {
                send_signal_named(session, &worker, signal)?;
            }
            show_command(session, &format!("the same as `kill {worker} {signal}`"))
        }
        _ => {
            let value = read_attribute(session, &variable, &worker, action);
            session.screen.write_line(&value)?;
            let command = match variable.is_joined {
                false => "ps",
                true if is_in_last(session, &variable) => "last",
                // No command shows it any more.
                true => return Ok(()),
            };
            show_command(session, &format!("`{command}` shows it too"))
        }
    }
}

/// Whether the last result has the worker of a variable: no demo ran since it was joined.
fn is_in_last(session: &Session, variable: &PythonVariable) -> bool {
    let Some(last) = &session.last else {
        return false;
    };
    let mut workers = last.run().all_workers().into_iter();
    last.run().demo() == BENCH && workers.any(|worker| Some(worker.pid) == variable.pid)
}

/// The value of an attribute, as Python writes it.
fn read_attribute(
    session: &Session,
    variable: &PythonVariable,
    worker: &str,
    action: PythonAction,
) -> String {
    let or_none = |number: Option<String>| number.unwrap_or_else(|| "None".to_owned());
    let bench = &session.bench;
    match action {
        PythonAction::IsAlive if variable.is_joined || bench.has_ended(worker) => {
            "False".to_owned()
        }
        PythonAction::IsAlive => "True".to_owned(),
        PythonAction::Exitcode if variable.is_joined => {
            or_none(variable.exitcode.map(|code| code.to_string()))
        }
        PythonAction::Exitcode => or_none(bench.exitcode(worker).map(|code| code.to_string())),
        PythonAction::NativeId => or_none(variable.tid.map(|tid| tid.to_string())),
        _ => or_none(variable.pid.map(|pid| pid.to_string())),
    }
}

/// An error for what such an object does not have in Python.
fn check_attribute(
    place: WorkerPlace,
    name: &str,
    action: PythonAction,
) -> Result<(), CommandError> {
    let ends_alone =
        format!("a thread ends only when its function returns: `send {name} end` asks it to");
    let problem = match (place, action) {
        (WorkerPlace::Thread, PythonAction::Pid) => {
            "a `Thread` has no `pid`: `ps` shows the process of its host".to_owned()
        }
        (WorkerPlace::Thread, PythonAction::Exitcode) => {
            "a `Thread` has no `exitcode`: its function only returns".to_owned()
        }
        (WorkerPlace::Thread, PythonAction::Terminate) => {
            format!("a `Thread` has no `terminate()`; {ends_alone}")
        }
        (WorkerPlace::Thread, PythonAction::Kill) => {
            format!("a `Thread` has no `kill()`; {ends_alone}")
        }
        (WorkerPlace::Process, PythonAction::NativeId) => {
            "a `Process` has no `native_id`: its number is its `pid`".to_owned()
        }
        _ => return Ok(()),
    };
    Err(CommandError::usage(problem))
}

fn show_before_start(session: &mut Session, name: &str, action: PythonAction) -> Result<()> {
    let value = match action {
        PythonAction::IsAlive => "False",
        PythonAction::Pid | PythonAction::Exitcode | PythonAction::NativeId => "None",
        _ => {
            let message = format!("`{name}` was not started: `{name}.start()` first");
            return Err(CommandError::usage(message).into());
        }
    };
    session.screen.write_line(value)?;
    Ok(())
}

fn start_worker(session: &mut Session, variable: &PythonVariable) -> Result<()> {
    let name = &variable.name;
    if variable.worker.is_some() {
        let message = format!("`{name}` was started before, and starts only once: make a new one");
        return Err(CommandError::usage(message).into());
    }
    let mut request = named_after(name, &variable.request);
    let mut started = session.bench.spawn(&request);
    if variable.request.name.is_none()
        && matches!(started, Err(BenchError::Taken(_) | BenchError::BadName(_)))
    {
        request.name = None;
        started = session.bench.spawn(&request);
    }
    let names = started.map_err(CommandError::from)?;
    let worker = names.first().cloned();
    let known = session.variables.iter_mut().find(|it| it.name == *name);
    if let Some((known, worker)) = known.zip(worker) {
        known.pid = session.bench.pid(&worker).ok();
        known.tid = session.bench.tid(&worker);
        known.worker = Some(worker);
    }
    super::show_started(session, &names)?;
    show_command(session, &format!("the same as `{}`", request.to_command()))
}

fn find_variable(session: &Session, name: &str) -> Result<PythonVariable, CommandError> {
    let known = session.variables.iter().find(|known| known.name == name);
    known.cloned().ok_or_else(|| {
        let remedy = format!("`{name} = Process(target=primes)` makes one");
        CommandError::usage(format!("no variable is called `{name}`: {remedy}"))
    })
}

/// The command of the bench that does the same.
fn show_command(session: &mut Session, text: &str) -> Result<()> {
    session.screen.write_line(text)?;
    Ok(())
}

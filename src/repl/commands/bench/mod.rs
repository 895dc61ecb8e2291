//! `spawn`, `ps`, `kill` and the others: processes and threads by hand.

mod lesson_task;
mod python;
mod top;

pub use lesson_task::{begin_lesson_task, check_lesson_task, is_for_bench};
pub use python::{PythonVariable, run_statement};
pub use top::show_top;

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::{
    bench::{
        BenchError, BenchSnapshot, CrashKind, WorkerBench, WorkerEnd, WorkerOrder, WorkerState,
        worker_table,
    },
    mp,
    repl::{
        idle_wait::WaitEnd,
        language::{
            bench_args::{CrashArgs, JoinArgs, KillArgs, SendArgs, SpawnArgs},
            command_error::CommandError,
        },
        session::{Session, SessionFlow},
        settings::Settings,
    },
    report::Document,
    text::{format_count, join_words},
};

/// The period that the figures of `ps` are of.
const PERIOD: Duration = Duration::from_millis(25);
/// How long a command waits for an end that it may have caused, so that the next `ps` shows it.
const CAUSED: Duration = Duration::from_millis(30);
/// The same for an end that is certain: only a machine that is much too busy takes longer.
const CERTAIN: Duration = Duration::from_secs(2);

/// What Ctrl-C says during `join`, of one worker and of several.
const STOPPED_WAITING: &str = "stopped waiting; the worker goes on";
const STOPPED_WAITING_FOR_SEVERAL: &str = "stopped waiting; what has not ended goes on";
/// The most workers whose names a sentence lists.
const MOST_NAMES: usize = 6;

impl From<BenchError> for CommandError {
    fn from(error: BenchError) -> Self {
        match error {
            BenchError::Mp(_)
            | BenchError::Memory(_)
            | BenchError::Connection(_)
            | BenchError::Lock(_) => Self::failed(error.to_string()),
            _ => Self::usage(error.to_string()),
        }
    }
}

/// `spawn KIND [N] WORK`.
pub fn spawn_workers(session: &mut Session, asked: &SpawnArgs) -> Result<()> {
    let request = asked.to_request()?;
    let names = session.bench.spawn(&request).map_err(CommandError::from)?;
    show_started(session, &names)
}

fn show_started(session: &mut Session, names: &[String]) -> Result<()> {
    let started: Vec<String> = names
        .iter()
        .map(|name| describe_worker(&session.bench, name))
        .collect();
    let started: Vec<&str> = started.iter().map(String::as_str).collect();
    let line = format!("started {}", join_words(&started, "and"));
    session.screen.write_line(&line)?;
    Ok(())
}

/// `p1 (PID 4711)`.
fn describe_worker(bench: &WorkerBench, name: &str) -> String {
    match bench.pid(name) {
        Ok(pid) => format!("{name} (PID {pid})"),
        Err(_) => name.to_owned(),
    }
}

/// `ps`.
pub fn list_workers(session: &mut Session, settings: &Settings) -> Result<()> {
    let snapshot = session.bench.take_snapshot(PERIOD);
    let document = describe_snapshot(&snapshot);
    session.screen.write_document(&document, settings.format)?;
    Ok(())
}

/// The workers as a table, or a line if there are none.
fn describe_snapshot(snapshot: &BenchSnapshot) -> Document<'static> {
    let mut table = worker_table(snapshot);
    let mut rows = snapshot.rows.iter();
    if rows.any(|row| row.state == WorkerState::Zombie) {
        table.add_note("A zombie has ended: the system keeps its exit code until `join NAME`.");
    }
    let mut document = Document::from_tables(vec![table]);
    if snapshot.rows.is_empty() {
        document.listing = Some(format!("{}\n", BenchError::Empty));
    }
    document
}

/// Does the same to each worker, and shows the lines that say what was done, also if one of them fails.
fn do_to_each(
    session: &mut Session,
    names: Result<Vec<String>, BenchError>,
    mut act: impl FnMut(&mut WorkerBench, &str) -> Result<String, BenchError>,
) -> Result<()> {
    let mut lines = Vec::new();
    let names = names.map_err(CommandError::from)?.into_iter();
    let done = names.map(|name| act(&mut session.bench, &name).map(|line| lines.push(line)));
    let done = done.collect::<Result<(), BenchError>>();
    session.screen.write_lines(&lines)?;
    Ok(done.map_err(CommandError::from)?)
}

/// `stop NAME`.
pub fn stop_worker(session: &mut Session, name: &str) -> Result<()> {
    let names = session.bench.signal_names(name);
    do_to_each(session, names, |bench, name| {
        bench.suspend(name)?;
        Ok(format!("stopped {}", describe_worker(bench, name)))
    })
}

/// `cont NAME`.
pub fn continue_worker(session: &mut Session, name: &str) -> Result<()> {
    let names = session.bench.signal_names(name);
    do_to_each(session, names, |bench, name| {
        bench.resume(name)?;
        Ok(format!("{} goes on", describe_worker(bench, name)))
    })
}

/// `kill NAME [SIGNAL]`.
pub fn kill_worker(session: &mut Session, asked: &KillArgs) -> Result<()> {
    let (worker, signal) = asked.worker_and_signal()?;
    send_signal_named(session, worker, signal)
}

fn send_signal_named(session: &mut Session, worker: &str, signal: &str) -> Result<()> {
    let signal = parse_signal(signal).map_err(CommandError::from)?;
    let shown = mp::signal_name(signal).map_or_else(|| signal.to_string(), str::to_owned);
    let names = session.bench.signal_names(worker);
    do_to_each(session, names, |bench, name| {
        bench.send_signal(name, signal, "kill")?;
        let line = format!("sent {shown} to {}", describe_worker(bench, name));
        if bench.is_stopped(name) && shown != "SIGSTOP" {
            let remedy = format!("which is stopped: it acts on it after `cont {name}`");
            return Ok(format!("{line}, {remedy}"));
        }
        let is_fatal = matches!(shown.as_str(), "SIGTERM" | "SIGKILL");
        await_end(bench, name, if is_fatal { CERTAIN } else { CAUSED });
        Ok(line)
    })
}

/// `TERM`, `SIGTERM`, `term` or `15`.
fn parse_signal(text: &str) -> Result<i32, BenchError> {
    let upper = text.to_uppercase();
    let name = format!("SIG{}", upper.strip_prefix("SIG").unwrap_or(&upper));
    let number = text
        .parse()
        .ok()
        .filter(|number| mp::signal_name(*number).is_some());
    number
        .or_else(|| mp::signal_number(&name))
        .ok_or_else(|| BenchError::UnknownSignal(text.to_owned()))
}

/// `crash NAME HOW`.
pub fn crash_worker(session: &mut Session, asked: &CrashArgs) -> Result<()> {
    let kind = asked.crash_kind();
    let is_fatal = matches!(kind, CrashKind::Abort | CrashKind::Segfault);
    let limit = if is_fatal { CERTAIN } else { CAUSED };
    let names = session.bench.order_names(&asked.worker);
    do_to_each(session, names, |bench, name| {
        // The crash of another thread may have ended it by now.
        if asked.worker == "all" && bench.has_ended(name) {
            return Ok(format!("{name} has ended with its process"));
        }
        bench.give_order(name, WorkerOrder::Crash(kind))?;
        Ok(finish_order(
            bench,
            name,
            format!("asked {name} to crash: {kind}"),
            limit,
        ))
    })
}

/// `send NAME TEXT`.
pub fn send_text(session: &mut Session, asked: &SendArgs) -> Result<()> {
    let text = asked.text.join(" ");
    let (order, line, limit) = match text.as_str() {
        "end" => (WorkerOrder::End, "asked NAME to end", CAUSED),
        _ => (WorkerOrder::Text(text), "sent to NAME", Duration::ZERO),
    };
    let names = session.bench.order_names(&asked.worker);
    do_to_each(session, names, |bench, name| {
        bench.give_order(name, order.clone())?;
        Ok(finish_order(bench, name, line.replace("NAME", name), limit))
    })
}

/// Gives an end that an order may cause a moment; the line says so if the order waits.
fn finish_order(bench: &WorkerBench, name: &str, line: String, limit: Duration) -> String {
    if bench.is_stopped(name) {
        return format!("{line}, which is stopped: it reads that after `cont`");
    }
    await_end(bench, name, limit);
    line
}

/// Gives an end that may come a moment.
fn await_end(bench: &WorkerBench, name: &str, limit: Duration) {
    let limit = Instant::now() + limit;
    while !bench.has_ended(name) && Instant::now() < limit {
        thread::sleep(Duration::from_millis(1));
    }
}

/// `join NAME`.
pub fn join_workers(session: &mut Session, asked: &JoinArgs, settings: &Settings) -> Result<()> {
    let names = session.bench.resolve(&asked.worker);
    let limit = settings.timeout.map(|seconds| seconds as f64);
    join_names(session, &names.map_err(CommandError::from)?, limit).map(drop)
}

/// Waits until these workers have ended, at most so many seconds, and collects those that have.
fn join_names(
    session: &mut Session,
    names: &[String],
    limit: Option<f64>,
) -> Result<Vec<WorkerEnd>> {
    let limit = limit.and_then(|seconds| {
        let limit = Duration::try_from_secs_f64(seconds).ok()?;
        Instant::now().checked_add(limit)
    });
    let is_over = |bench: &WorkerBench| {
        names.iter().all(|name| bench.has_ended(name))
            || limit.is_some_and(|limit| Instant::now() >= limit)
    };
    if session.screen.may_ask && !is_over(&session.bench) {
        let waiting = list_names(names);
        let message = format!("waiting for {waiting}; Ctrl-C stops waiting");
        session.screen.write_message(&message);
    }
    let stopped = match names {
        [_] => STOPPED_WAITING,
        _ => STOPPED_WAITING_FOR_SEVERAL,
    };
    let waited = session.wait_for_bench(stopped, &is_over);
    let gave_up = waited == WaitEnd::Over;
    let bench = &mut session.bench;
    let (lines, ends, failure) = collect_ends(names, gave_up, |name| {
        bench.has_ended(name).then(|| bench.collect(name))
    });
    session.screen.write_lines(&lines)?;
    python::note_ends(session, &ends);
    keep_recording(session);
    if let Some(error) = failure {
        return Err(CommandError::from(error).into());
    }
    match waited {
        WaitEnd::Over => Ok(ends),
        WaitEnd::Interrupted => Err(CommandError::Interrupted.into()),
    }
}

/// Collects what `collect` has of these workers: the lines about each, the ends, and the first failure, after which the
/// others are collected all the same.
fn collect_ends(
    names: &[String],
    gave_up: bool,
    mut collect: impl FnMut(&str) -> Option<Result<WorkerEnd, BenchError>>,
) -> (Vec<String>, Vec<WorkerEnd>, Option<BenchError>) {
    let (mut lines, mut ends, mut failure) = (Vec::new(), Vec::new(), None);
    for name in names {
        match collect(name) {
            Some(Ok(end)) => {
                lines.push(format!("{}: {}", end.name, end.how));
                ends.push(end);
            }
            Some(Err(error)) => failure = failure.or(Some(error)),
            None if gave_up => lines.push(format!(
                "{name} has not ended: `join` gave up at its time limit"
            )),
            None => {}
        }
    }
    (lines, ends, failure)
}

/// Keeps what was done at the bench so far as the last recording.
fn keep_recording(session: &mut Session) {
    let machine = session.runner.machine().clone();
    if let Some(recording) = session.bench.recording(0, machine) {
        session.claims.clear();
        session.last = Some(Arc::new(recording));
    }
}

/// `a, b and c`; of many, the first ones and how many more there are.
fn list_names(names: &[String]) -> String {
    let mut listed: Vec<&str> = names.iter().map(String::as_str).collect();
    if listed.len() <= MOST_NAMES {
        return join_words(&listed, "and");
    }
    let more = format!("{} more", listed.len() + 1 - MOST_NAMES);
    listed.truncate(MOST_NAMES - 1);
    listed.push(&more);
    join_words(&listed, "and")
}

/// `clear bench`.
pub fn clear_bench(session: &mut Session) -> Result<()> {
    python::note_clear(session);
    let ended = session.bench.clear();
    keep_recording(session);
    let workers = format_count(ended, "worker", "workers");
    let line = format!("ended {workers}; the bench is empty");
    session.screen.write_line(&line)?;
    Ok(())
}

/// Leaves the session. If workers have not ended, asks once whether to end them.
pub fn leave_session(session: &mut Session) -> Result<SessionFlow> {
    let living = session.bench.living();
    if !living.is_empty() {
        let workers = format_count(
            living.len(),
            "worker has not ended",
            "workers have not ended",
        );
        let names = list_names(&living);
        let question = format!("{workers} ({names}): end and leave? [Y/n] ");
        let answer = session.screen.ask_user(&question)?.unwrap_or_default();
        // Workers that were ended cannot be brought back: an unclear answer keeps them.
        if !matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes") {
            return Ok(SessionFlow::Continue);
        }
    }
    session.bench.clear();
    Ok(SessionFlow::Quit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_cannot_be_collected_hides_no_other() {
        let names = ["a", "b", "c", "d"].map(str::to_owned);
        let (lines, ends, failure) = collect_ends(&names, true, |name| match name {
            "b" => Some(Err(BenchError::Unknown(name.to_owned()))),
            "d" => None,
            _ => Some(Ok(WorkerEnd {
                name: name.to_owned(),
                how: "exit code 0".to_owned(),
                exitcode: Some(0),
            })),
        });
        let gave_up = "d has not ended: `join` gave up at its time limit";
        assert_eq!(lines, ["a: exit code 0", "c: exit code 0", gave_up]);
        assert_eq!(ends.len(), 2);
        assert!(matches!(failure, Some(BenchError::Unknown(_))));
    }
}

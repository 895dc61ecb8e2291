//! Asks an interpreter what it is, with one short script that is limited in time and output.

use std::{path::Path, time::Duration};

use super::{
    environment, error_lines,
    interpreter_info::InterpreterInfo,
    launch::ProcessPlan,
    output::CapturedOutput,
    wait::{WaitResult, join_in_rounds, kill_and_join, wait_for_exit},
};
use crate::mp::{self, Process};

/// How long an interpreter may take to answer: a slow disk, a version manager's wrapper.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// An answer has less than a thousand bytes; a start-up script may print a little more.
const MOST_BYTES: usize = 64 * 1024;

/// The script that the interpreter runs.
pub const QUESTION: &str = include_str!("ask.py");

/// Asks the interpreter at this path. The error is a reason to show to a student.
pub fn query_interpreter(mp: &mp::Context, path: &Path) -> Result<InterpreterInfo, String> {
    let arguments = ["-c".into(), QUESTION.into()];
    let plan = ProcessPlan::new(path, arguments, environment::for_query());
    let mut process = plan.into_process(mp, "Python");
    let said = CapturedOutput::capture_from(&mut process, MOST_BYTES);
    process.start().map_err(|error| error.to_string())?;
    wait_for_answer(&process, &said)?;
    let lines = said.lines();
    let printed = lines.iter().filter(|line| !line.stderr);
    let answer = InterpreterInfo::find_in_lines(printed.map(|line| line.text.as_str()));
    answer.ok_or_else(|| describe_failure(&process, &said))
}

/// Waits for the script to end. If it takes too long or prints too much, it is killed with all its child
/// processes.
fn wait_for_answer(process: &Process, said: &CapturedOutput) -> Result<(), String> {
    let says_too_much = || said.dropped() > 0;
    let why = match wait_for_exit(process, PATIENCE, &says_too_much, join_in_rounds(process)) {
        WaitResult::Ended => {
            // Its last lines may not have been read yet.
            let _ = process.join_timeout(Duration::ZERO);
            return Ok(());
        }
        WaitResult::Stopped => "it printed without end instead of an answer".to_owned(),
        WaitResult::TooLong => format!("it did not answer within {} s", PATIENCE.as_secs()),
    };
    if kill_and_join(process) {
        return Err(why);
    }
    Err(format!("{why}, and could not be ended"))
}

/// What the interpreter did instead of answering.
fn describe_failure(process: &Process, said: &CapturedOutput) -> String {
    let lines = said.lines();
    let failed = process.exit().filter(|exit| !exit.is_success());
    let error = error_lines::find_failure_reason(
        lines
            .iter()
            .filter(|line| line.stderr)
            .map(|line| &*line.text),
    );
    match (failed, error) {
        (Some(_), Some(error)) if error.starts_with("cannot run ") => error,
        (Some(exit), Some(error)) => format!("it ended with {exit}: {error}"),
        (Some(exit), None) => format!("it ended with {exit} and no answer"),
        (None, _) if lines.is_empty() => "it gave no answer".to_owned(),
        (None, _) => "it answered as no Python does".to_owned(),
    }
}

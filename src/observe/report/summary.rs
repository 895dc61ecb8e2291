//! The first line of a report: wall time, cores, exit code, and the cost of the observation.

use super::participants::{Participant, Participants};
use crate::{
    record::{Backend, Interpreter, Run, Value},
    report::Table,
    text::format_count,
};

/// The longest command that is shown in full.
const LONGEST_NAME: usize = 60;

/// With less processor time than this, the share of the observation is not shown.
const WORTH_A_SHARE: f64 = 0.5;

/// A title without a table: `my.py ran 1.2 s on 1.9 cores; 5 processes; exit 0`.
pub(super) fn build_summary(run: &Run, participants: &Participants) -> Table {
    let Some(main) = participants.main_process() else {
        return Table::new("The program never ran", &[]);
    };
    let mut table = Table::new(build_title(run, participants, main), &[]);
    if let Some(interpreter) = run.interpreter() {
        table.add_note(describe_python(run, interpreter, main));
    }
    if let Some(cost) = describe_cost(run, participants) {
        table.add_note(cost);
    }
    table
}

/// `Python: CPython 3.11.7, with a GIL; start method: spawn.` The start method is the one that the program used, if it
/// started anything, and not this Python's default. The GIL's state is from the last report of the main process.
fn describe_python(run: &Run, interpreter: &Interpreter, main: &Participant) -> String {
    let mut interpreter = interpreter.clone();
    let pid = main.worker.pid.to_string();
    if let Some(Value::Flag(gil)) = run.last_observed("gil", &[("pid", &pid)]) {
        interpreter.gil = gil;
    }
    let build = interpreter.to_string();
    let what = build.split("; start method").next().unwrap_or(&build);
    let used: Vec<&str> = run
        .observations("start_method")
        .into_iter()
        .filter_map(|seen| match seen.value {
            Value::Text(method) => Some(method.as_str()),
            _ => None,
        })
        .collect();
    match used[..] {
        [] => format!("Python: {what}."),
        [_] => format!("Python: {what}; start method: {}.", used[0]),
        _ => format!("Python: {what}; start methods: {}.", used.join(", ")),
    }
}

fn build_title(run: &Run, participants: &Participants, main: &Participant) -> String {
    let wall = wall_seconds(run).unwrap_or_else(|| main.lived_s(participants.whole_s));
    let mut parts = vec![match cpu_seconds(run, participants) {
        Some(cpu) if wall > 0.0 => {
            let used = cpu / wall;
            let plural = if format!("{used:.1}") == "1.0" {
                ""
            } else {
                "s"
            };
            format!(
                "{} ran {} on {used:.1} core{plural}",
                program_name(run, main),
                format_seconds(wall)
            )
        }
        _ => format!("{} ran {}", program_name(run, main), format_seconds(wall)),
    }];
    parts.push(format_count(
        participants.processes.len(),
        "process",
        "processes",
    ));
    if !participants.threads.is_empty() {
        parts.push(format_count(
            participants.threads.len(),
            "further thread",
            "further threads",
        ));
    }
    parts.push(describe_end(run, main));
    parts.join("; ")
}

/// The command of the program, or else the name of its main process.
fn program_name(run: &Run, main: &Participant) -> String {
    let command = typed_command(run).unwrap_or_else(|| main.worker.name.clone());
    if command.chars().count() <= LONGEST_NAME {
        return command;
    }
    let start: String = command.chars().take(LONGEST_NAME).collect();
    format!("{start}…")
}

/// The command as it was typed.
fn typed_command(run: &Run) -> Option<String> {
    match run.last_observed("fact.program", &[])? {
        Value::Text(command) => Some(command),
        _ => None,
    }
}

/// The command that watches the program again.
pub fn repeat_command(run: &Run) -> String {
    match typed_command(run) {
        Some(command) if run.interpreter().is_some() => format!("try {command}"),
        Some(command) => format!("try -- {command}"),
        None => "try".to_owned(),
    }
}

fn describe_end(run: &Run, main: &Participant) -> String {
    let timed_out = run.last_observed("timed_out", &[]) == Some(Value::Flag(true));
    match main.worker.exitcode {
        Some(code @ 0..) if timed_out => format!("ended at its time limit, exit {code}"),
        _ if timed_out => "ended at its time limit".to_owned(),
        Some(code) if code < 0 => format!("ended by signal {}", -i64::from(code)),
        Some(code) => format!("exit {code}"),
        None => "its end was not seen".to_owned(),
    }
}

fn wall_seconds(run: &Run) -> Option<f64> {
    let measured = run
        .last_observed("wall", &[])
        .and_then(|wall| wall.number());
    measured.or_else(|| run.trials(Backend::Try).last().map(|times| times.total_s))
}

/// Processor seconds of all participants.
fn cpu_seconds(run: &Run, participants: &Participants) -> Option<f64> {
    let measured = run.last_observed("cpu", &[]).and_then(|cpu| cpu.number());
    let of_trial = || {
        run.trials(Backend::Try)
            .last()
            .and_then(|times| times.cpu_s)
    };
    measured.or_else(of_trial).or_else(|| {
        let each = participants
            .processes
            .iter()
            .map(|part| part.worker.usage.cpu_s);
        each.sum()
    })
}

/// `Watching took 0.02 s of processor time, 0.8 % of what the program used.`
fn describe_cost(run: &Run, participants: &Participants) -> Option<String> {
    let parts = run.number_series("watching", &[]);
    if parts.is_empty() {
        return None;
    }
    let cost: f64 = parts.iter().sum();
    let share = cpu_seconds(run, participants)
        .filter(|cpu| *cpu >= WORTH_A_SHARE)
        .map(|cpu| format!(", {:.1} % of what the program used", cost / cpu * 100.0));
    let share = share.unwrap_or_default();
    Some(format!(
        "Watching took {} of processor time{share}.",
        format_seconds(cost)
    ))
}

/// Seconds in a sentence: two digits behind the point below ten.
pub(super) fn format_seconds(seconds: f64) -> String {
    if seconds < 0.1 {
        format!("{seconds:.3} s")
    } else if seconds < 10.0 {
        format!("{seconds:.2} s")
    } else {
        format!("{seconds:.1} s")
    }
}

//! The report of a bench: a row for each worker, and what was done, in order.

use crate::{
    record::{Event, EventKind, Observation, Run, Value, Worker, WorkerKind},
    report::{SummaryTable, Table},
    text::{join_words, keep_distinct},
};

/// The part with the learner's commands.
const COMMANDS: &str = "commands";
/// What is done to a worker, by the names of the observations.
const ACTIONS: [&str; 3] = ["signal", "crash", "sent"];

/// The tables of a bench's recording.
pub fn build_report(run: &Run) -> Vec<Table> {
    let mut table = Table::new("What was done", &["after [s]", "worker", "what"]).in_part(COMMANDS);
    let began = run.events().next().map_or(0, |event| event.at_ns);
    for event in run.events() {
        if let Some((worker, what)) = describe_event(event, run) {
            let after = event.at_ns.saturating_sub(began) as f64 / 1e9;
            table.add_row([
                Value::Seconds(after),
                Value::Text(worker),
                Value::Text(what),
            ]);
        }
    }
    vec![table]
}

/// The worker and what happened to it, for the events that a learner caused or saw.
fn describe_event(event: &Event, run: &Run) -> Option<(String, String)> {
    match &event.what {
        EventKind::Observed {
            name,
            labels,
            value: Value::Text(text),
        } => {
            let worker = labels.get("name")?.to_owned();
            let what = match name.as_str() {
                "spawned" => format!("started: {text}"),
                "sent" => format!("sent: {text}"),
                "crash" => format!("asked to crash: {text}"),
                "signal" => text.clone(),
                "thread_end" => format!("joined: {text}"),
                _ => return None,
            };
            Some((worker, what))
        }
        EventKind::WorkerExited {
            worker,
            exitcode: Some(code),
            ..
        } => {
            let workers = run.all_workers();
            let worker = workers.iter().find(|known| known.id == *worker)?;
            Some((worker.name.clone(), format!("joined: exit code {code}")))
        }
        _ => None,
    }
}

/// One row for each worker.
pub fn build_summary(run: &Run) -> SummaryTable {
    let headings = [
        "worker",
        "kind",
        "PID",
        "does",
        "what was done",
        "its end",
        "lived [s]",
    ];
    let rows = run.all_workers().into_iter().map(|worker| {
        let cells = vec![
            Value::text(&worker.name),
            Value::text(kind_name(worker.kind)),
            Value::Pid(worker.pid),
            Value::Text(
                find_text(run, "spawned", &worker.name)
                    .unwrap_or_else(|| "hosts threads".to_owned()),
            ),
            list_actions(run, &worker),
            describe_end(run, &worker),
            lived(&worker),
        ];
        (String::new(), cells)
    });
    let figures = ["its end", "does", "what was done", "kind", "PID", "lived"];
    SummaryTable::from_rows("Workers by hand", &headings, &figures, rows)
}

fn kind_name(kind: WorkerKind) -> &'static str {
    match kind {
        WorkerKind::Thread => "thread",
        _ => "process",
    }
}

/// The text of the observation about a worker.
fn find_text(run: &Run, what: &str, worker: &str) -> Option<String> {
    match run.last_observed(what, &[("name", worker)]) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

fn list_actions(run: &Run, worker: &Worker) -> Value {
    let of_worker = |seen: &Observation<'_>| seen.has_labels(&[("name", &worker.name)]);
    let actions = ACTIONS.iter().flat_map(|what| run.observations(what));
    let texts = actions
        .filter(of_worker)
        .filter_map(|seen| match seen.value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        });
    match &keep_distinct(texts)[..] {
        [] => Value::Nothing,
        texts => Value::Text(join_words(texts, "and")),
    }
}

fn describe_end(run: &Run, worker: &Worker) -> Value {
    match (worker.exitcode, find_text(run, "thread_end", &worker.name)) {
        (Some(code), _) => Value::Text(format!("exit code {code}")),
        (None, Some(end)) => Value::Text(end),
        (None, None) => Value::text("not joined"),
    }
}

fn lived(worker: &Worker) -> Value {
    let ended = worker
        .exited_ns
        .map(|ended| ended.saturating_sub(worker.started_ns));
    ended.map_or(Value::Nothing, |ns| Value::Seconds(ns as f64 / 1e9))
}

/// The command that starts the last workers again.
pub fn repeat_command(run: &Run) -> Option<String> {
    match run.last_observed("command", &[]) {
        Some(Value::Text(command)) => Some(command),
        _ => None,
    }
}

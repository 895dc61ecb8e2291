//! The figures of a program's run, for conditions and tables.
//!
//! | name | value | labels | meaning |
//! |---|---|---|---|
//! | `process` | text: its name | kind, name, pid, method | one for each process |
//! | `pid` | PID | kind, name, pid | the same, by number |
//! | `exitcode` | count | kind, name, pid | how it ended: 0, N, −signal; missing where no end was seen |
//! | `gil` | flag | kind, name, pid | of each Python: whether it had its GIL on when it was asked last, at its end if it came to that |
//! | `joined` | flag | kind, name, pid | of each child that Python started: whether the program, or its pool, joined it |
//! | `started_before_join` | flag | | whether every `Process` was started before the first was joined; from two on |
//! | `start_method` | text | | one for each method that was used |
//! | `run_in_parent` | count | | calls of `run()` where nothing was started |
//! | `outlived` | count | | processes that lived on when the main one had ended, helpers and detached ones apart |
//! | `detached` | flag | kind, name, pid | of each process that lived on in a session of its own: whether it was left alive |
//! | `at_once` | count | kind: child, pool, any | the most of them that certainly lived at one moment |
//! | `thread` | text: its name | kind, name, pid | each thread that the program started |
//! | `line` | text | stream, kind, name, pid, n | each printed line that is kept; n counts those of the stream, from 1 |
//! | `lines` | count | stream, kind, name, pid | how many lines each process printed |
//! | `last_by` | text | | the kind of the process that printed the last line of standard output |
//! | `pools` | count | | pools and executors of processes that were made |
//! | `tasks` | count | kind, name, pid | tasks that each worker of a pool did |
//! | `slept_ms` | count | kind, name, pid | milliseconds that each Python asked to sleep, summed over threads and coroutines |
//! | `timed_out` | flag | | whether its time was over |
//! | `asked_to_end` | seconds | | when Ctrl-C or the time limit asked it to end, since the recording began |
//! | `wall` | seconds | | from its start to the end of the main process |
//! | `cpu` | seconds | | processor time of all processes |
//! | `busy` | share | kind, name, pid | processor time by lifetime |
//! | `watching` | seconds | part: forklore, hooks | what the watching took: our processor time, the hooks' time |
//! | `fact.program` | text | | what was run |
//! | `fact.…` | count | pid, and the event's own fields | each event that hooks reported |
//!
//! `kind` is `main`, `child` (a `Process`), `pool` (a worker of a pool or an executor), `helper` (fork server, resource
//! tracker), `fork` (a child of `os.fork`) or `program` (any other).

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{
    observation::{ObservationState, TimedHookEvent},
    processes::{ObservedProcess, ProcessKind},
};
use crate::record::{EventKind, HookEvent, Value};

/// The totals that are known at the end of a run.
#[derive(Debug, Clone)]
pub struct RunTotals {
    /// The lifetime of the main process in seconds.
    pub wall_s: f64,
    /// Whether the time limit ended the run.
    pub timed_out: bool,
    /// When the program was asked to end, in nanoseconds of the recording; `None` if it was not.
    pub asked_ns: Option<u64>,
    /// The number of processes that outlived the main process.
    pub outlived: usize,
    /// The PIDs of those that lived on in a session of their own.
    pub detached: BTreeSet<u32>,
    /// Whether those were left alive.
    pub keeps_detached: bool,
    /// Forklore's own processor seconds during the run.
    pub own_cpu_s: Option<f64>,
    /// The command as it is shown.
    pub shown: String,
}

/// Processor seconds of all processes.
pub fn cpu_s(observation: &ObservationState) -> Option<f64> {
    let all = observation.processes.all().iter();
    let known: Vec<f64> = all.filter_map(ObservedProcess::cpu_s).collect();
    (!known.is_empty()).then(|| known.iter().sum())
}

/// All figures, in the order of the table.
pub fn collect_observations(observation: &ObservationState, ended: &RunTotals) -> Vec<EventKind> {
    let mut all = Vec::new();
    for process in observation.processes.all() {
        let joined = process.joined || ended_before_parent(process, observation);
        add_process_facts(process, joined, &mut all);
        if ended.detached.contains(&process.pid) {
            all.push(build_observation(
                "detached",
                process_labels(process),
                Value::Flag(ended.keeps_detached),
            ));
        }
    }
    add_start_facts(observation, &mut all);
    let mut add = |name, labels: &[(&str, &str)], value| {
        let labels = labels.iter().map(|(key, text)| (*key, (*text).to_owned()));
        all.push(build_observation(name, labels, value));
    };
    add("run_in_parent", &[], Value::count(observation.run_calls));
    add("outlived", &[], Value::count(ended.outlived));
    for (kind, most) in count_at_once(observation.processes.all()) {
        add("at_once", &[("kind", kind)], Value::count(most));
    }
    add(
        "pools",
        &[],
        Value::count(count_process_pools(&observation.facts)),
    );
    add("timed_out", &[], Value::Flag(ended.timed_out));
    if let Some(asked_ns) = ended.asked_ns {
        add("asked_to_end", &[], Value::Seconds(asked_ns as f64 / 1e9));
    }
    add("wall", &[], Value::Seconds(ended.wall_s));
    if let Some(cpu) = cpu_s(observation) {
        add("cpu", &[], Value::Seconds(cpu));
    }
    if let Some(own) = ended.own_cpu_s {
        add("watching", &[("part", "forklore")], Value::Seconds(own));
    }
    let hooks = observation.hooks_ns as f64 / 1e9;
    add("watching", &[("part", "hooks")], Value::Seconds(hooks));
    add("fact.program", &[], Value::text(ended.shown.as_str()));
    add_line_facts(observation, &mut all);
    all
}

/// An event of the hooks in the form that conditions query: an observation with the event's fields as labels.
pub fn observe_hook_event(pid: u32, event: &HookEvent) -> Option<EventKind> {
    let Ok(Json::Object(mut fields)) = serde_json::to_value(event) else {
        return None;
    };
    let name = format!("fact.{}", fields.remove("e")?.as_str()?);
    fields.insert("pid".to_owned(), pid.into());
    let fields = fields.iter();
    let labels = fields.filter_map(|(key, value)| Some((key.clone(), format_field(value)?)));
    let value = match event {
        HookEvent::Tasks(done) => Value::Count(done.tasks as i64),
        _ => Value::Count(1),
    };
    Some(EventKind::Observed {
        name,
        labels: labels.collect(),
        value,
    })
}

fn format_field(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn build_observation<'k>(
    name: &str,
    labels: impl IntoIterator<Item = (&'k str, String)>,
    value: Value,
) -> EventKind {
    let labels = labels.into_iter();
    EventKind::Observed {
        name: name.to_owned(),
        labels: labels.map(|(key, text)| (key.to_owned(), text)).collect(),
        value,
    }
}

/// The labels of a process.
fn process_labels(process: &ObservedProcess) -> [(&'static str, String); 3] {
    [
        ("kind", process.kind.name().to_owned()),
        ("name", process.display_name().to_owned()),
        ("pid", process.pid.to_string()),
    ]
}

/// Whether a pool's worker ended before its parent began to exit: the program closed the pool, or left its `with`.
fn ended_before_parent(process: &ObservedProcess, observation: &ObservationState) -> bool {
    let exiting = observation.facts.iter().find(|kept| {
        Some(kept.pid) == process.parent && matches!(kept.fact, HookEvent::Exiting(_))
    });
    let end = process
        .end_ns()
        .filter(|_| process.kind == ProcessKind::Pool);
    end.zip(exiting)
        .is_some_and(|(end, exiting)| end < exiting.at_ns)
}

fn add_process_facts(process: &ObservedProcess, joined: bool, all: &mut Vec<EventKind>) {
    let method = process
        .method
        .iter()
        .map(|method| ("method", method.clone()));
    let mut add = |name, value| all.push(build_observation(name, process_labels(process), value));
    add("pid", Value::Pid(process.pid));
    if let Some(code) = process.exitcode {
        add("exitcode", Value::Count(code.into()));
    }
    if process.has_hooks {
        add(
            "slept_ms",
            Value::Count((process.slept_ns / 1_000_000) as i64),
        );
    }
    if let Some(gil) = process.gil {
        add("gil", Value::Flag(gil));
    }
    if process.was_started() {
        add("joined", Value::Flag(joined));
    }
    if process.kind == ProcessKind::Pool || process.tasks.is_some() {
        add(
            "tasks",
            Value::Count(process.tasks.unwrap_or_default() as i64),
        );
    }
    if let (Some(cpu), Some(end)) = (process.cpu_s(), process.end_ns()) {
        let lifetime = end.saturating_sub(process.first_ns) as f64 / 1e9;
        if lifetime > 0.0 {
            add("busy", Value::Share(cpu / lifetime));
        }
    }
    for thread in process.threads.values() {
        // Without a report from the hooks, a thread in a Python that has them belongs to a library.
        if !thread.reported_internal.unwrap_or(process.has_hooks) {
            add("thread", Value::text(thread.name.as_str()));
        }
    }
    let name = Value::text(process.display_name());
    all.push(build_observation(
        "process",
        process_labels(process).into_iter().chain(method),
        name,
    ));
}

fn add_start_facts(observation: &ObservationState, all: &mut Vec<EventKind>) {
    let methods: BTreeSet<&str> = observation
        .processes
        .all()
        .iter()
        .filter_map(|process| process.method.as_deref())
        .collect();
    for method in methods {
        all.push(build_observation("start_method", [], method.into()));
    }
    if let Some(before) = started_before_join(&observation.facts) {
        all.push(build_observation(
            "started_before_join",
            [],
            Value::Flag(before),
        ));
    }
}

/// Whether the last `Process` was started before the first was joined; `None` with fewer than two.
fn started_before_join(facts: &[TimedHookEvent]) -> Option<bool> {
    let starts = facts.iter().filter_map(|kept| match &kept.fact {
        HookEvent::Started(start) if start.role == "child" => Some((start.child, kept.at_ns)),
        _ => None,
    });
    let starts: Vec<(u32, u64)> = starts.collect();
    let joins = facts.iter().filter_map(|kept| match &kept.fact {
        HookEvent::Joined(join) if !join.at_exit => {
            let is_of_these = starts.iter().any(|(started, _)| *started == join.child);
            is_of_these.then_some(kept.at_ns)
        }
        _ => None,
    });
    let last_start = starts.iter().map(|(_, at)| *at).max()?;
    (starts.len() >= 2).then(|| joins.min().is_none_or(|first| last_start <= first))
}

/// The most processes of each kind that certainly ran at the same moment.
fn count_at_once(processes: &[ObservedProcess]) -> [(&'static str, usize); 3] {
    let most = |wanted: &dyn Fn(ProcessKind) -> bool| {
        let chosen = processes.iter().filter(|process| wanted(process.kind));
        let mut steps: Vec<(u64, i32)> = chosen
            .flat_map(|process| {
                [
                    (process.first_ns, 1),
                    (process.last_ns.max(process.first_ns) + 1, -1),
                ]
            })
            .collect();
        steps.sort_unstable();
        let mut now = 0;
        let counts = steps.iter().map(|(_, step)| {
            now += step;
            now
        });
        counts.max().unwrap_or_default().max(0) as usize
    };
    [
        ("child", most(&|kind| kind == ProcessKind::Child)),
        ("pool", most(&|kind| kind == ProcessKind::Pool)),
        ("any", most(&|_| true)),
    ]
}

fn count_process_pools(facts: &[TimedHookEvent]) -> usize {
    let of_processes = |kept: &&TimedHookEvent| matches!(&kept.fact, HookEvent::PoolCreated(pool) if pool.has_processes());
    facts.iter().filter(of_processes).count()
}

fn add_line_facts(observation: &ObservationState, all: &mut Vec<EventKind>) {
    let processes = observation.processes.all();
    for line in observation.lines.bounded() {
        let own = [
            ("stream", STREAMS[usize::from(line.stderr)].to_owned()),
            ("n", line.number.to_string()),
        ];
        let labels = process_labels(&processes[line.process])
            .into_iter()
            .chain(own);
        all.push(build_observation(
            "line",
            labels,
            Value::text(line.text.as_str()),
        ));
    }
    for process in processes {
        for (stream, lines) in STREAMS.into_iter().zip(process.lines) {
            let own = [("stream", stream.to_owned())];
            let labels = process_labels(process).into_iter().chain(own);
            all.push(build_observation("lines", labels, Value::count(lines)));
        }
    }
    let last = observation.lines.all().rev().find(|line| !line.stderr);
    if let Some(last) = last {
        let kind = processes[last.process].kind.name();
        all.push(build_observation("last_by", [], kind.into()));
    }
}

/// The streams' names.
const STREAMS: [&str; 2] = ["out", "err"];

#[cfg(test)]
mod tests;

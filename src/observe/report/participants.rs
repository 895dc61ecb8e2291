//! The participants of a run: the processes of a watched program as a tree, and its threads.

use std::collections::{HashMap, HashSet};

use crate::record::{
    Backend, Observation, Run, Value, Worker, WorkerKind,
    metrics::{OverlapFigures, WorkOverlap},
};

/// A thread that used less processor time did not compute.
const LEAST_CPU_S: f64 = 0.05;

/// A process or a thread of a watched program.
#[derive(Debug, Clone)]
pub(super) struct Participant {
    /// The recording's data of the worker.
    pub worker: Worker,
    /// The number of levels below the main process.
    pub depth: usize,
    /// `main`, `child`, `pool`, `helper` or `program`.
    pub role: String,
    /// `fork`, `spawn` or `forkserver`.
    pub method: Option<String>,
    /// Whether the program itself joined it.
    pub joined: Option<bool>,
    /// Seconds after the program's start.
    pub began_s: f64,
    /// The same for its end, if that was seen.
    pub ended_s: Option<f64>,
}

impl Participant {
    /// Its lifetime in seconds, as far as it was seen.
    pub(super) fn lived_s(&self, whole_s: f64) -> f64 {
        let until = self.ended_s.unwrap_or(whole_s);
        self.worker
            .usage
            .work_s
            .unwrap_or(until - self.began_s)
            .max(0.0)
    }

    /// Processor time ÷ lifetime: above 1 where several of its threads worked at the same time.
    pub(super) fn busy_share(&self, whole_s: f64) -> Option<f64> {
        let lived = self.lived_s(whole_s);
        let busy = self.worker.usage.cpu_s? / lived;
        busy.is_finite().then_some(busy)
    }

    /// How often it gave its core up by itself, in a second of processor time.
    pub(super) fn lock_switches(&self) -> Option<f64> {
        let usage = &self.worker.usage;
        let rate = usage.voluntary_switches? as f64 / usage.cpu_s?;
        rate.is_finite().then_some(rate)
    }

    /// Whether it belongs to Python instead of the program.
    pub(super) fn is_helper(&self) -> bool {
        self.role == "helper"
    }
}

/// All participants of a run.
#[derive(Debug, Clone)]
pub(super) struct Participants {
    /// The processes: each after its parent, one level deeper.
    pub processes: Vec<Participant>,
    /// The threads except each process's first, in the order of their starts.
    pub threads: Vec<Participant>,
    /// The number of further threads that belong to Python itself.
    pub internal_threads: usize,
    /// Seconds from the program's start to the last end that was seen.
    pub whole_s: f64,
    /// The program's start in the recording.
    began_ns: u64,
}

impl Participants {
    pub(super) fn from_run(run: &Run) -> Self {
        let mut workers = run.all_workers();
        workers.retain(|worker| worker.backend == Some(Backend::Try));
        let began_ns = workers.iter().map(|worker| worker.started_ns).min();
        let began_ns = began_ns.unwrap_or_default();
        let facts = ["process", "joined"].map(|name| ProcessObservations::from_run(run, name));
        let parts: Vec<Participant> = workers
            .into_iter()
            .map(|worker| build_participant(&facts, worker, began_ns))
            .collect();
        let whole_s = whole_seconds(run, &parts, began_ns);
        let is_thread = |part: &Participant| part.worker.kind == WorkerKind::Thread;
        let (threads, processes): (Vec<Participant>, Vec<Participant>) =
            parts.into_iter().partition(is_thread);
        let (threads, internal_threads) = split_own_threads(run, threads);
        Self {
            processes: order_as_tree(processes),
            threads,
            internal_threads,
            whole_s,
            began_ns,
        }
    }

    /// A moment of the recording, in seconds after the program's start.
    pub(super) fn seconds_after_start(&self, at_ns: u64) -> f64 {
        at_ns.saturating_sub(self.began_ns) as f64 / 1e9
    }

    /// The main process.
    pub(super) fn main_process(&self) -> Option<&Participant> {
        let mut processes = self.processes.iter();
        processes.find(|part| part.worker.kind == WorkerKind::Main)
    }

    /// Whether the further threads of a process that computed ran at once or by turns, where their figures tell.
    pub(super) fn thread_overlap(&self, pid: u32) -> Option<WorkOverlap> {
        let computed = |part: &&Participant| {
            part.worker.pid == pid && part.worker.usage.cpu_s >= Some(LEAST_CPU_S)
        };
        let threads: Vec<&Participant> = self.threads.iter().filter(computed).collect();
        let usages = || threads.iter().map(|part| &part.worker.usage);
        let cpu_s: f64 = usages().map(|usage| usage.cpu_s).sum::<Option<f64>>()?;
        let run_queue_s: Option<f64> = usages().map(|usage| usage.run_queue_s).sum();
        let switches: u64 = usages()
            .map(|usage| usage.voluntary_switches)
            .sum::<Option<u64>>()?;
        let covered_s = covered_seconds(&threads, self.whole_s);
        let figures = OverlapFigures {
            workers: threads.len(),
            cpu_s,
            cores_used: cpu_s / covered_s,
            cores_wanted: run_queue_s.map(|wait_s| (cpu_s + wait_s) / covered_s),
            lock_switches: switches as f64 / cpu_s,
        };
        figures.judge_overlap().ok()
    }

    /// The name of a process, for lines about its events.
    pub(super) fn process_name(&self, pid: u32) -> Option<&str> {
        let mut processes = self.processes.iter();
        let part = processes.find(|part| part.worker.pid == pid)?;
        Some(&part.worker.name)
    }
}

/// The time in which at least one of them lived.
fn covered_seconds(parts: &[&Participant], whole_s: f64) -> f64 {
    let span = |part: &&Participant| (part.began_s, part.ended_s.unwrap_or(whole_s));
    let mut spans: Vec<(f64, f64)> = parts.iter().map(span).collect();
    spans.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut sum, mut until) = (0.0, 0.0_f64);
    for (from, to) in spans {
        sum += (to - from.max(until)).max(0.0);
        until = until.max(to);
    }
    sum
}

fn build_participant(
    [processes, joins]: &[ProcessObservations<'_>; 2],
    worker: Worker,
    began_ns: u64,
) -> Participant {
    let seconds = |ns: u64| ns.saturating_sub(began_ns) as f64 / 1e9;
    let observation = processes.find(&worker);
    let label = |name: &str| {
        observation.and_then(|observation| observation.labels.get(name).map(str::to_owned))
    };
    let began_s = seconds(worker.started_ns);
    let ended_s = worker.exited_ns.map(seconds);
    let role = label("kind").unwrap_or_else(|| default_role(&worker).to_owned());
    let method = label("method").filter(|method| !method.is_empty());
    let joined = joins
        .find(&worker)
        .and_then(|observation| match observation.value {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        });
    Participant {
        worker,
        depth: 0,
        role,
        method,
        joined,
        began_s,
        ended_s,
    }
}

/// The role of a worker without a report from the hooks.
fn default_role(worker: &Worker) -> &'static str {
    match worker.kind {
        WorkerKind::Main => "main",
        _ => "program",
    }
}

/// The observations with one name, by process.
struct ProcessObservations<'r>(HashMap<&'r str, Vec<Observation<'r>>>);

impl<'r> ProcessObservations<'r> {
    fn from_run(run: &Run<'r>, name: &str) -> Self {
        let mut by_pid: HashMap<&str, Vec<Observation<'_>>> = HashMap::new();
        for observation in run.observations(name) {
            if let Some(pid) = observation.labels.get("pid") {
                by_pid.entry(pid).or_default().push(observation);
            }
        }
        Self(by_pid)
    }

    /// The last one about a process. It is matched by the process's name too, since the system may give a PID twice.
    fn find(&self, worker: &Worker) -> Option<Observation<'r>> {
        let all = self.0.get(worker.pid.to_string().as_str())?;
        let mut by_name = all.iter().rev();
        let named = by_name.find(|observation| observation.has_labels(&[("name", &worker.name)]));
        named.or_else(|| all.last()).copied()
    }
}

/// The seconds until the last end that was seen, or until the run's end if one was missed.
fn whole_seconds(run: &Run, parts: &[Participant], began_ns: u64) -> f64 {
    let last = run.events().last().map_or(0, |event| event.at_ns);
    let last = last.saturating_sub(began_ns) as f64 / 1e9;
    let ends: Option<Vec<f64>> = parts.iter().map(|part| part.ended_s).collect();
    let end = ends.map(|ends| ends.into_iter().fold(0.0, f64::max));
    end.filter(|end| *end > 0.0).unwrap_or(last)
}

/// Puts each process after its parent and its earlier siblings; a process without a known parent is at the top.
fn order_as_tree(mut processes: Vec<Participant>) -> Vec<Participant> {
    // A parent must have begun before its child, so a damaged recording cannot make a cycle.
    let mut last_with_pid: HashMap<u32, usize> = HashMap::new();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); processes.len()];
    let mut roots = Vec::new();
    for (at, process) in processes.iter().enumerate() {
        let parent = process.worker.ppid;
        match parent.and_then(|parent| last_with_pid.get(&parent)) {
            Some(&parent) => children[parent].push(at),
            None => roots.push(at),
        }
        last_with_pid.insert(process.worker.pid, at);
    }
    let mut order = Vec::with_capacity(processes.len());
    let mut open: Vec<(usize, usize)> = Vec::new();
    for root in roots {
        open.push((root, 0));
        while let Some((at, depth)) = open.pop() {
            processes[at].depth = depth;
            order.push(at);
            open.extend(children[at].iter().rev().map(|&child| (child, depth + 1)));
        }
    }
    order.into_iter().map(|at| processes[at].clone()).collect()
}

/// The threads that the program itself started, and the number of the others. Without reports from the hooks (the
/// program is no Python), all count as the program's.
fn split_own_threads(run: &Run, mut threads: Vec<Participant>) -> (Vec<Participant>, usize) {
    let observations = run.observations("thread");
    if observations.is_empty() && run.interpreter().is_none() {
        return (threads, 0);
    }
    let all = threads.len();
    let own = observations
        .iter()
        .filter_map(|observation| match observation.value {
            Value::Text(name) => Some((observation.labels.get("pid")?, name.as_str())),
            _ => None,
        });
    let own: HashSet<(&str, &str)> = own.collect();
    threads.retain(|part| {
        let pid = part.worker.pid.to_string();
        own.contains(&(pid.as_str(), part.worker.name.as_str()))
    });
    let internal = all - threads.len();
    (threads, internal)
}

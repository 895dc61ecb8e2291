//! The bench itself, on the prompt's side: starts workers, finds them by name, and ends them.

mod ends;
mod rows;
mod spawn;

use std::{sync::Arc, time::Instant};

pub use spawn::SpawnRequest;

use super::{
    error::BenchError,
    history::{BenchFact, BenchHistory},
    status_page::StatusPage,
    task::{HostOrder, WorkKind, WorkerOrder, WorkerPlace},
};
use crate::{
    measure,
    mp::{self, Connection, Lock, Process},
    record::{Machine, Recording, Value, WorkerId},
};

/// The orders that a worker may have unread. A pipe holds a few more.
const UNREAD: u64 = 40;

/// Receives a line that a worker printed: the worker's name and the text.
pub type OutputPrinter = Arc<dyn Fn(&str, &str) + Send + Sync>;

/// How a worker ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerEnd {
    /// Its name.
    pub name: String,
    /// How it ended, in words.
    pub how: String,
    /// Its exit code, in Python's terms; threads have none.
    pub exitcode: Option<i32>,
}

/// Processes and threads under a learner's hands.
pub struct WorkerBench {
    launcher: mp::Launcher,
    printer: OutputPrinter,
    context: Option<mp::Context>,
    shared: Option<SharedThings>,
    /// Processes that work, and hosts of threads.
    processes: Vec<BenchProcess>,
    threads: Vec<BenchThread>,
    history: BenchHistory,
}

/// What workers of several processes share.
struct SharedThings {
    counter: mp::Value<u64>,
    lock: Lock,
}

struct BenchProcess {
    id: WorkerId,
    name: String,
    process: Process,
    role: ProcessRole,
    page: StatusPage,
    began: Instant,
    sent: u64,
}

enum ProcessRole {
    Worker {
        work: WorkKind,
        orders: Connection<WorkerOrder, ()>,
    },
    Host {
        has_gil: bool,
        orders: Connection<HostOrder, ()>,
        /// Whether its end was joined, while threads of it were not.
        is_joined: bool,
    },
}

struct BenchThread {
    id: WorkerId,
    name: String,
    host: String,
    work: WorkKind,
    page: StatusPage,
    began: Instant,
}

impl WorkerBench {
    /// A bench without workers, whose processes are this program. `printer` receives what workers print.
    pub fn new(launcher: mp::Launcher, printer: OutputPrinter) -> Self {
        Self {
            launcher,
            printer,
            context: None,
            shared: None,
            processes: Vec::new(),
            threads: Vec::new(),
            history: BenchHistory::default(),
        }
    }

    /// How much was recorded so far, for [`WorkerBench::recording`].
    pub fn recorded(&self) -> usize {
        self.history.length()
    }

    /// Records what the learner sees from now on, even if it was seen before.
    pub fn forget_seen(&self) {
        self.history.forget_seen();
    }

    /// What was done since so much was recorded; `None` if no worker was ever started.
    pub fn recording(&self, since: usize, machine: Machine) -> Option<Recording> {
        self.history.to_recording(since, machine)
    }

    /// The names of all workers, hosts included.
    pub fn names(&self) -> Vec<String> {
        let processes = self.processes.iter().filter(|it| !it.is_joined_host());
        let threads = self.threads.iter().map(|thread| thread.name.clone());
        processes
            .map(|process| process.name.clone())
            .chain(threads)
            .collect()
    }

    /// The names that `name` stands for: its own, or for `all` every worker but hosts that live.
    pub fn resolve(&self, name: &str) -> Result<Vec<String>, BenchError> {
        let names = self.names();
        if name != "all" {
            let known = names.into_iter().find(|known| known == name);
            return known
                .map(|name| vec![name])
                .ok_or_else(|| BenchError::Unknown(name.to_owned()));
        }
        let is_host = |name: &String| {
            let process = self.find_process(name);
            process.is_some_and(|it| it.is_host() && !it.process.has_ended())
        };
        let names: Vec<String> = names.into_iter().filter(|name| !is_host(name)).collect();
        if names.is_empty() {
            return Err(BenchError::Empty);
        }
        Ok(names)
    }

    /// The workers that orders to `name` reach; for `all`, those that live.
    pub fn order_names(&self, name: &str) -> Result<Vec<String>, BenchError> {
        if name != "all" {
            return self.resolve(name);
        }
        self.require_some(self.living())
    }

    fn require_some(&self, living: Vec<String>) -> Result<Vec<String>, BenchError> {
        match living[..] {
            [] if self.names().is_empty() => Err(BenchError::Empty),
            [] => Err(BenchError::AllEnded),
            _ => Ok(living),
        }
    }

    /// Whether a worker is a thread.
    pub fn is_thread(&self, name: &str) -> bool {
        self.find_thread(name).is_some()
    }

    /// The workers that have not ended, without hosts.
    pub fn living(&self) -> Vec<String> {
        let processes = self.processes.iter().filter(|it| !it.is_host());
        let processes = processes.map(|process| &process.name);
        let threads = self.threads.iter().map(|thread| &thread.name);
        let living = processes
            .chain(threads)
            .filter(|name| !self.has_ended(name));
        living.cloned().collect()
    }

    /// Whether a worker has ended; also if there is none of that name.
    pub fn has_ended(&self, name: &str) -> bool {
        if let Some(thread) = self.find_thread(name) {
            let host = self.find_process(&thread.host);
            return thread.page.outcome().is_some() || host.is_none_or(|it| it.process.has_ended());
        }
        self.find_process(name)
            .is_none_or(|process| process.process.has_ended())
    }

    /// The process of a worker, by its number.
    pub fn pid(&self, name: &str) -> Result<u32, BenchError> {
        let process = match self.find_thread(name) {
            Some(thread) => self.find_process(&thread.host),
            None => self.find_process(name),
        };
        let pid = process.and_then(|process| process.process.pid());
        pid.ok_or_else(|| BenchError::Unknown(name.to_owned()))
    }

    /// The number of the thread that does a worker's work, where threads have numbers.
    pub fn tid(&self, name: &str) -> Option<u32> {
        let of_thread = self.find_thread(name).map(|thread| &thread.page);
        let page = of_thread.or_else(|| self.find_process(name).map(|process| &process.page));
        page.and_then(StatusPage::tid)
    }

    /// The exit code of a process, in Python's terms, if it has ended. As in Python, this collects it: the system
    /// shows no zombie any more, and its row stays.
    pub fn exitcode(&self, name: &str) -> Option<i32> {
        self.find_process(name)?.process.exitcode()
    }

    /// Sends a worker's process a signal. `command` is what the user typed, without the name.
    pub fn send_signal(&self, name: &str, signal: i32, command: &str) -> Result<(), BenchError> {
        let process = self.require_process(name, command)?;
        process.process.send_signal(signal)?;
        self.record_signal(name, mp::signal_name(signal).unwrap_or("another signal"));
        Ok(())
    }

    /// Stops a worker's process: it does nothing until [`WorkerBench::resume`].
    pub fn suspend(&self, name: &str) -> Result<(), BenchError> {
        self.require_process(name, "stop")?.process.suspend()?;
        self.record_signal(name, "SIGSTOP");
        Ok(())
    }

    /// Lets a stopped process go on.
    pub fn resume(&self, name: &str) -> Result<(), BenchError> {
        self.require_process(name, "cont")?.process.resume()?;
        self.record_signal(name, "SIGCONT");
        Ok(())
    }

    fn record_signal(&self, name: &str, signal: &str) {
        self.history.add_fact(BenchFact {
            what: "signal",
            name,
            place: WorkerPlace::Process,
            detail: Some(("signal", signal)),
            value: Value::text(signal),
        });
    }

    /// The processes that signals to `name` reach; for `all`, every one that lives.
    pub fn signal_names(&self, name: &str) -> Result<Vec<String>, BenchError> {
        if name != "all" {
            return self.resolve(name);
        }
        let living = self.processes.iter().filter(|it| !it.process.has_ended());
        self.require_some(living.map(|process| process.name.clone()).collect())
    }

    /// Whether a worker's process is stopped.
    pub fn is_stopped(&self, name: &str) -> bool {
        let state = self.pid(name).ok().and_then(measure::process_state);
        state.is_some_and(|state| state.is_stopped)
    }

    /// Gives a worker an order.
    pub fn give_order(&mut self, name: &str, order: WorkerOrder) -> Result<(), BenchError> {
        if self.has_ended(name) {
            self.resolve(name)?;
            return Err(BenchError::Ended(name.to_owned()));
        }
        let host = self.find_thread(name).map(|thread| thread.host.clone());
        let receiver = host.as_deref().unwrap_or(name).to_owned();
        let Some(process) = self.processes.iter_mut().find(|it| it.name == receiver) else {
            return Err(BenchError::Unknown(name.to_owned()));
        };
        if process.sent >= process.page.orders() + UNREAD {
            return Err(BenchError::Unread(name.to_owned()));
        }
        let to = name.to_owned();
        let told = order.clone();
        let fact = order_fact(name, host.is_some(), &told);
        let sent = match &process.role {
            ProcessRole::Worker { orders, .. } => orders.send(order),
            ProcessRole::Host { .. } if host.is_none() => {
                return Err(BenchError::IsHost(receiver));
            }
            ProcessRole::Host { orders, .. } => orders.send(HostOrder::Pass { to, order }),
        };
        process.sent += 1;
        self.history.add_fact(fact);
        sent.map_err(|error| match error {
            mp::ConnectionError::PeerGone => BenchError::Ended(name.to_owned()),
            other => other.into(),
        })
    }

    fn find_process(&self, name: &str) -> Option<&BenchProcess> {
        self.processes.iter().find(|process| process.name == name)
    }

    fn find_thread(&self, name: &str) -> Option<&BenchThread> {
        self.threads.iter().find(|thread| thread.name == name)
    }

    /// A process that lives, to send it a signal.
    fn require_process(&self, name: &str, command: &str) -> Result<&BenchProcess, BenchError> {
        if let Some(thread) = self.find_thread(name).filter(|_| !self.has_ended(name)) {
            return Err(BenchError::ThreadSignal {
                name: name.to_owned(),
                host: thread.host.clone(),
                command: command.to_owned(),
            });
        }
        match self.find_process(name) {
            Some(process) if !process.process.has_ended() => Ok(process),
            Some(_) => Err(BenchError::Ended(name.to_owned())),
            None if self.is_thread(name) => Err(BenchError::Ended(name.to_owned())),
            None => Err(BenchError::Unknown(name.to_owned())),
        }
    }
}

impl BenchProcess {
    fn is_host(&self) -> bool {
        matches!(self.role, ProcessRole::Host { .. })
    }

    fn has_gil(&self) -> bool {
        matches!(self.role, ProcessRole::Host { has_gil: true, .. })
    }

    fn is_joined_host(&self) -> bool {
        let ProcessRole::Host { is_joined, .. } = self.role else {
            return false;
        };
        is_joined
    }
}

/// What an order is in the history.
fn order_fact<'f>(name: &'f str, is_thread: bool, order: &'f WorkerOrder) -> BenchFact<'f> {
    let (what, detail, text) = match order {
        WorkerOrder::Text(text) => ("sent", None, text.as_str()),
        WorkerOrder::End => ("sent", None, "end"),
        WorkerOrder::Crash(kind) => ("crash", Some(("how", kind.name())), kind.name()),
    };
    BenchFact {
        what,
        name,
        place: if is_thread {
            WorkerPlace::Thread
        } else {
            WorkerPlace::Process
        },
        detail,
        value: Value::text(text),
    }
}

//! Starts workers.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{BenchProcess, BenchThread, ProcessRole, SharedThings, WorkerBench};
use crate::{
    bench::{
        error::BenchError,
        history::{BenchFact, StartedWorker},
        host,
        status_page::StatusPage,
        task::{
            CounterMemory, HostOrder, RingPlace, WorkKind, WorkerCounter, WorkerPlace, WorkerTask,
        },
        worker_process,
    },
    mp::{self, Connection, Lock, Process},
    record::{EventKind, Value, WorkerId},
};

/// The workers of a ring, unless a number is given.
const RING: u32 = 3;
/// How long a thread may take until its work begins. Only a machine that is much too busy takes longer.
const THREAD_START: Duration = Duration::from_secs(2);
/// The longest name.
const LONGEST_NAME: usize = 12;

/// What to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpawnRequest {
    /// Whether processes or threads.
    pub place: WorkerPlace,
    /// How many; one, or a ring of three.
    pub count: Option<u32>,
    /// What they do.
    pub work: WorkKind,
    /// Their name; with several, a number follows it.
    pub name: Option<String>,
    /// How much work.
    pub size: Option<u64>,
    /// What `count` counts in.
    pub memory: Option<CounterMemory>,
    /// Whether each step is done while holding the lock.
    pub lock: bool,
    /// Whether the threads of the host take turns.
    pub gil: bool,
}

impl SpawnRequest {
    /// One worker with nothing further said.
    pub fn of(place: WorkerPlace, work: WorkKind) -> Self {
        Self {
            place,
            count: None,
            work,
            name: None,
            size: None,
            memory: None,
            lock: false,
            gil: false,
        }
    }

    /// The command that does the same.
    pub fn to_command(&self) -> String {
        let mut words = vec!["spawn".to_owned(), self.place.name().to_owned()];
        words.extend(self.count.map(|count| count.to_string()));
        words.push(self.work.name().to_owned());
        words.extend(self.name.iter().map(|name| format!("--name {name}")));
        words.extend(self.size.map(|size| format!("--size {size}")));
        words.extend(self.memory.map(|memory| format!("--{}", memory.name())));
        words.extend(self.lock.then(|| "--lock".to_owned()));
        words.extend(self.gil.then(|| "--gil".to_owned()));
        words.join(" ")
    }

    fn check(&self) -> Result<(), BenchError> {
        let problem = if self.gil && self.place == WorkerPlace::Process {
            "`--gil` is for threads: each process has a GIL of its own"
        } else if self.memory.is_some() && self.work != WorkKind::Count {
            "`--shared` and `--private` are for `count`: the memory of its counter"
        } else if self.work == WorkKind::Ring && self.lock {
            "a ring has no lock: its workers wait for the message"
        } else {
            return Ok(());
        };
        Err(BenchError::Setting(problem.to_owned()))
    }
}

impl WorkerBench {
    /// Starts workers, and returns their names once they live. If one cannot be started, those before it stay.
    pub fn spawn(&mut self, request: &SpawnRequest) -> Result<Vec<String>, BenchError> {
        request.check()?;
        let usual = if request.work == WorkKind::Ring {
            RING
        } else {
            1
        };
        let names = self.choose_names(request, request.count.unwrap_or(usual))?;
        let tasks = self.make_tasks(request, &names)?;
        match request.place {
            WorkerPlace::Process => self.start_processes(request.work, tasks)?,
            WorkerPlace::Thread => self.start_threads(request, tasks)?,
        }
        self.record_spawn(request, &names);
        Ok(names)
    }

    fn record_spawn(&self, request: &SpawnRequest, names: &[String]) {
        let command = request.to_command();
        for name in names {
            self.history.add_fact(BenchFact {
                what: "spawned",
                name,
                place: request.place,
                detail: Some(("work", request.work.name())),
                value: Value::text(request.work.name()),
            });
            self.history.add_fact(BenchFact {
                what: "command",
                name,
                place: request.place,
                detail: None,
                value: Value::text(&command),
            });
        }
    }

    /// `a`, or `a-1` and `a-2`; without a name the next free of `p1`, `p2` or `t1`, `t2`.
    fn choose_names(&self, request: &SpawnRequest, count: u32) -> Result<Vec<String>, BenchError> {
        let taken = self.names();
        let Some(name) = &request.name else {
            let letter = &request.place.name()[..1];
            let free = (1..).map(|number| format!("{letter}{number}"));
            let free = free.filter(|name| !taken.contains(name));
            return Ok(free.take(count as usize).collect());
        };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if name.is_empty()
            || name == "all"
            || name.len() > LONGEST_NAME
            || name.starts_with('-')
            || !name.chars().all(is_plain)
        {
            return Err(BenchError::BadName(name.clone()));
        }
        let names: Vec<String> = match count {
            1 => vec![name.clone()],
            _ => (1..=count)
                .map(|number| format!("{name}-{number}"))
                .collect(),
        };
        match names.iter().find(|name| taken.contains(name)) {
            Some(name) => Err(BenchError::Taken(name.clone())),
            None => Ok(names),
        }
    }

    fn make_tasks(
        &mut self,
        request: &SpawnRequest,
        names: &[String],
    ) -> Result<Vec<WorkerTask>, BenchError> {
        let mut ring = match request.work {
            WorkKind::Ring => make_ring(names)?,
            _ => Vec::new(),
        }
        .into_iter();
        let mut tasks = Vec::new();
        for name in names {
            tasks.push(WorkerTask {
                name: name.clone(),
                work: request.work,
                size: request.size,
                counter: self.choose_counter(request)?,
                lock: if request.lock {
                    Some(self.shared_things()?.lock.clone())
                } else {
                    None
                },
                ring: ring.next(),
                page: StatusPage::create()?,
            });
        }
        Ok(tasks)
    }

    /// Threads share the memory of their process, and processes have memory of their own, unless asked otherwise.
    fn choose_counter(&mut self, request: &SpawnRequest) -> Result<WorkerCounter, BenchError> {
        Ok(match (request.place, request.memory) {
            (_, Some(CounterMemory::Private)) | (WorkerPlace::Process, None) => WorkerCounter::Own,
            (WorkerPlace::Thread, _) => WorkerCounter::OfHost,
            (WorkerPlace::Process, Some(CounterMemory::Shared)) => {
                WorkerCounter::OfBench(self.shared_things()?.counter.clone())
            }
        })
    }

    fn shared_things(&mut self) -> Result<&SharedThings, BenchError> {
        let context = self.new_context();
        let shared = match self.shared.take() {
            Some(shared) => shared,
            None => SharedThings {
                counter: mp::Value::new(0)?,
                lock: Lock::new(&context.private_folder()?)?,
            },
        };
        Ok(self.shared.insert(shared))
    }

    /// A context of its own for each process: starting one must not collect the others, which stay zombies until they
    /// are joined.
    pub(in crate::bench) fn new_context(&mut self) -> mp::Context {
        let launcher = &self.launcher;
        let context = self.context.get_or_insert_with(|| {
            mp::Context::with_launcher(mp::StartMethod::Spawn, launcher.clone())
        });
        context.independent_copy()
    }

    /// Starts all at the same time.
    fn start_processes(
        &mut self,
        work: WorkKind,
        tasks: Vec<WorkerTask>,
    ) -> Result<(), BenchError> {
        let mut made = Vec::new();
        for task in tasks {
            let (orders, theirs) = mp::pipe()?;
            let (name, page) = (task.name.clone(), task.page.clone());
            let mut process = self
                .new_context()
                .process(worker_process::run_worker, (task, theirs));
            let id = self.prepare_process(&mut process, &name);
            made.push(BenchProcess {
                id,
                name,
                process,
                role: ProcessRole::Worker { work, orders },
                page,
                began: Instant::now(),
                sent: 0,
            });
        }
        let started: Vec<Result<(), mp::Error>> = thread::scope(|scope| {
            let starts = made.iter_mut();
            let starts: Vec<_> = starts
                .map(|process| scope.spawn(|| process.process.start()))
                .collect();
            let ended = starts.into_iter().map(thread::ScopedJoinHandle::join);
            ended
                .map(|ended| ended.unwrap_or(Err(mp::Error::Stopped)))
                .collect()
        });
        let mut failure = None;
        for (process, started) in made.into_iter().zip(started) {
            match started {
                Ok(()) => self.add_process(process),
                Err(error) => failure = Some(error),
            }
        }
        failure.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Names it, and has its output shown and recorded under the returned number.
    fn prepare_process(&self, process: &mut Process, name: &str) -> WorkerId {
        let (printer, shown) = (self.printer.clone(), name.to_owned());
        let recorder = self.history.recorder();
        let worker = recorder.next_worker();
        process.set_name(name);
        process.set_daemon(true);
        process.on_output(move |line| {
            printer(&shown, &line.text);
            recorder.emit(EventKind::Output {
                worker,
                stderr: line.stderr,
                text: line.text.clone(),
            });
        });
        worker
    }

    /// Keeps a process that was started.
    fn add_process(&mut self, process: BenchProcess) {
        let started = StartedWorker {
            name: &process.name,
            place: WorkerPlace::Process,
            pid: process.process.pid().unwrap_or_default(),
            tid: process.page.tid(),
        };
        self.history.add_worker(process.id, &started);
        self.processes.push(process);
    }

    fn start_threads(
        &mut self,
        request: &SpawnRequest,
        tasks: Vec<WorkerTask>,
    ) -> Result<(), BenchError> {
        let host = self.ensure_host(request.gil)?;
        for task in tasks {
            let (name, page) = (task.name.clone(), task.page.clone());
            let process = self.processes.iter_mut().find(|it| it.name == host);
            if let Some(process) = process
                && let ProcessRole::Host { orders, .. } = &process.role
            {
                orders.send(HostOrder::Start(Box::new(task)))?;
                process.sent += 1;
            }
            let began = Instant::now();
            let limit = Instant::now() + THREAD_START;
            while !page.has_begun() && Instant::now() < limit {
                thread::sleep(Duration::from_micros(200));
            }
            let id = self.history.recorder().next_worker();
            let started = StartedWorker {
                name: &name,
                place: WorkerPlace::Thread,
                pid: self.pid(&host)?,
                tid: page.tid(),
            };
            self.history.add_worker(id, &started);
            self.threads.push(BenchThread {
                id,
                name,
                host: host.clone(),
                work: request.work,
                page,
                began,
            });
        }
        Ok(())
    }

    /// The host for such threads: the one that lives, or a new one.
    fn ensure_host(&mut self, gil: bool) -> Result<String, BenchError> {
        let usable =
            |it: &&BenchProcess| it.is_host() && it.has_gil() == gil && !it.process.has_ended();
        if let Some(host) = self.processes.iter().find(usable).map(|it| it.name.clone()) {
            if self.is_stopped(&host) {
                let problem =
                    format!("{host} is stopped, and starts no thread: `cont {host}` first");
                return Err(BenchError::Setting(problem));
            }
            return Ok(host);
        }
        let base = if gil { "host-gil" } else { "host" };
        let numbered = (2..).map(|number| format!("{base}-{number}"));
        let taken =
            |name: &String| self.find_process(name).is_some() || self.find_thread(name).is_some();
        let mut free = std::iter::once(base.to_owned())
            .chain(numbered)
            .filter(|name| !taken(name));
        let name = free.next().unwrap_or_else(|| base.to_owned());
        drop(free);
        let page = StatusPage::create()?;
        let (orders, theirs) = mp::pipe()?;
        let mut process = self
            .new_context()
            .process(host::run_host, (gil, page.clone(), theirs));
        let id = self.prepare_process(&mut process, &name);
        process.start()?;
        self.add_process(BenchProcess {
            id,
            name: name.clone(),
            process,
            role: ProcessRole::Host {
                has_gil: gil,
                orders,
                is_joined: false,
            },
            page,
            began: Instant::now(),
            sent: 0,
        });
        Ok(name)
    }
}

/// The places of a ring: each worker's outlet leads to the next one's inlet.
fn make_ring(workers: &[String]) -> Result<Vec<RingPlace>, BenchError> {
    let mut outlets = Vec::new();
    let mut inlets = Vec::new();
    for _ in workers {
        let (outlet, inlet): (Connection<u64, u64>, Connection<u64, u64>) = mp::pipe()?;
        outlets.push(outlet);
        inlets.push(inlet);
    }
    // The last outlet leads to the first worker.
    inlets.rotate_right(1);
    let places = inlets.into_iter().zip(outlets).enumerate();
    Ok(places
        .map(|(at, (inlet, outlet))| RingPlace {
            sender: workers[(at + workers.len() - 1) % workers.len()].clone(),
            inlet,
            receiver: workers[(at + 1) % workers.len()].clone(),
            outlet,
            begins: at == 0,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_a_command() {
        let request = SpawnRequest {
            count: Some(2),
            name: Some("a".to_owned()),
            size: Some(100),
            memory: Some(CounterMemory::Shared),
            lock: true,
            gil: true,
            ..SpawnRequest::of(WorkerPlace::Thread, WorkKind::Count)
        };
        let command = "spawn thread 2 count --name a --size 100 --shared --lock --gil";
        assert_eq!(request.to_command(), command);
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_reason() {
        let of = SpawnRequest::of;
        let gil = SpawnRequest {
            gil: true,
            ..of(WorkerPlace::Process, WorkKind::Primes)
        };
        assert!(gil.check().unwrap_err().to_string().contains("for threads"));
        let memory = SpawnRequest {
            memory: Some(CounterMemory::Shared),
            ..of(WorkerPlace::Process, WorkKind::Primes)
        };
        assert!(memory.check().unwrap_err().to_string().contains("`count`"));
    }
}

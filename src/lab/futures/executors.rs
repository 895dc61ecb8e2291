//! Executors: threads, threads under the model of the GIL, and processes, behind one small interface.
//!
//! [`TaskExecutor::submit`] returns at once, with a [`PendingResult`]: what Python calls a future.

use std::{
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::{
    gil::Gil,
    lab::{
        DemoContext, LabError, StopToken,
        worker_group::{WorkerResult, work_freely, work_under},
    },
    measure,
    mp::{self, AsyncResult, Pool},
    record::Backend,
    workload::{Job, WorkError},
};

/// How long one wait for a result lasts at most, before it is checked that no stop was requested.
const ROUND: Duration = Duration::from_millis(100);
/// The time between two looks at several results.
const LOOK_PERIOD: Duration = Duration::from_millis(1);

/// A task of an executor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum ExecutorTask {
    /// Computes a part of a job.
    Compute(Job),
    /// Waits for this long.
    Wait(Duration),
}

/// The result of a task.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TaskResult {
    /// The process that did it.
    pub pid: u32,
    /// The thread that did it, where the system numbers threads.
    pub tid: Option<u32>,
    /// The name of that worker.
    pub worker: String,
    /// What the work used; `None` for a wait.
    pub work: Option<WorkerResult>,
}

/// Workers of one kind, which take tasks.
pub trait TaskExecutor {
    /// Hands a task over, and does not wait for its end.
    ///
    /// # Errors
    /// If there are no workers any more.
    fn submit(&self, task: ExecutorTask) -> Result<Box<dyn PendingResult>, LabError>;

    /// Ends the workers once they are idle, and waits for that. Returns the exit codes of processes, by PID.
    ///
    /// # Errors
    /// If a worker was lost.
    fn shut_down(self: Box<Self>) -> Result<Vec<(u32, Option<i32>)>, LabError>;
}

/// The result of a task that may not have ended yet.
pub trait PendingResult {
    /// Waits for it at most this long. Returns whether it is there.
    fn wait(&mut self, limit: Duration) -> bool;

    /// Takes it, once it is there.
    ///
    /// # Errors
    /// If the task failed, or its worker died.
    fn take(self: Box<Self>) -> Result<TaskResult, LabError>;
}

/// An executor of this backend.
///
/// # Errors
/// If a worker cannot be started.
pub fn make_executor(
    context: &DemoContext,
    backend: Backend,
    workers: u32,
) -> Result<Box<dyn TaskExecutor>, LabError> {
    if backend == Backend::Processes {
        let pool = context.mp.pool(workers as usize)?;
        return Ok(Box::new(ProcessExecutor { pool }));
    }
    let gil = (backend == Backend::GilThreads).then(Arc::default);
    let executor = ThreadExecutor::start(context, workers, gil.as_ref())?;
    Ok(Box::new(executor))
}

/// The result of a task, however long that takes.
///
/// # Errors
/// If the task failed; [`LabError::Stopped`] once a stop was requested.
pub fn await_result(
    context: &DemoContext,
    mut pending: Box<dyn PendingResult>,
) -> Result<TaskResult, LabError> {
    while !pending.wait(ROUND) {
        context.check_stop()?;
    }
    pending.take()
}

/// The next of these results that is there, with its number: what Python's `as_completed` does.
///
/// # Errors
/// As [`await_result`].
pub fn await_next(
    context: &DemoContext,
    pending: &mut Vec<(usize, Box<dyn PendingResult>)>,
) -> Result<Option<(usize, TaskResult)>, LabError> {
    while !pending.is_empty() {
        context.check_stop()?;
        let done = pending
            .iter_mut()
            .position(|(_, one)| one.wait(Duration::ZERO));
        if let Some(done) = done {
            let (number, result) = pending.remove(done);
            return Ok(Some((number, result.take()?)));
        }
        thread::sleep(LOOK_PERIOD);
    }
    Ok(None)
}

type TaskOutcome = Result<TaskResult, WorkError>;

struct QueuedTask {
    task: ExecutorTask,
    reply: mpsc::Sender<TaskOutcome>,
}

struct ThreadExecutor {
    tasks: mpsc::Sender<QueuedTask>,
    threads: Vec<JoinHandle<()>>,
}

impl ThreadExecutor {
    fn start(
        context: &DemoContext,
        workers: u32,
        gil: Option<&Arc<Gil>>,
    ) -> Result<Self, LabError> {
        let (tasks, queue) = mpsc::channel::<QueuedTask>();
        let queue = Arc::new(Mutex::new(queue));
        let mut threads = Vec::new();
        for number in 1..=workers {
            let (queue, gil, stop) = (queue.clone(), gil.cloned(), context.stop.clone());
            let name = format!("Thread-{number}");
            let body = move || serve_tasks(&queue, gil.as_deref(), &stop);
            let thread = thread::Builder::new().name(name.clone()).spawn(body);
            threads.push(thread.map_err(LabError::from_system(format!("starting {name}")))?);
        }
        Ok(Self { tasks, threads })
    }
}

/// A thread's part: takes tasks until the executor is gone.
fn serve_tasks(queue: &Mutex<mpsc::Receiver<QueuedTask>>, gil: Option<&Gil>, stop: &StopToken) {
    loop {
        let next = queue.lock().recv();
        let Ok(QueuedTask { task, reply }) = next else {
            return;
        };
        // The receiver is gone if the run was stopped.
        let _ = reply.send(run_task(task, gil, stop));
    }
}

impl TaskExecutor for ThreadExecutor {
    fn submit(&self, task: ExecutorTask) -> Result<Box<dyn PendingResult>, LabError> {
        let (reply, results) = mpsc::channel();
        let queued = self.tasks.send(QueuedTask { task, reply });
        queued.map_err(|_| LabError::Worker("no thread takes tasks".to_owned()))?;
        Ok(Box::new(ThreadResult {
            results,
            arrived: None,
        }))
    }

    fn shut_down(self: Box<Self>) -> Result<Vec<(u32, Option<i32>)>, LabError> {
        drop(self.tasks);
        for thread in self.threads {
            let joined = thread.join();
            joined.map_err(|_| LabError::Worker("a thread panicked".to_owned()))?;
        }
        Ok(Vec::new())
    }
}

struct ThreadResult {
    results: mpsc::Receiver<TaskOutcome>,
    arrived: Option<Result<TaskResult, LabError>>,
}

impl PendingResult for ThreadResult {
    fn wait(&mut self, limit: Duration) -> bool {
        if self.arrived.is_none() {
            self.arrived = match self.results.recv_timeout(limit) {
                Err(mpsc::RecvTimeoutError::Timeout) => None,
                Err(_) => Some(Err(LabError::Worker("a thread ended early".to_owned()))),
                Ok(outcome) => Some(outcome.map_err(|error| LabError::Worker(error.to_string()))),
            };
        }
        self.arrived.is_some()
    }

    fn take(self: Box<Self>) -> Result<TaskResult, LabError> {
        let no_result = || Err(LabError::Worker("there is no result".to_owned()));
        self.arrived.unwrap_or_else(no_result)
    }
}

struct ProcessExecutor {
    pool: Pool,
}

impl TaskExecutor for ProcessExecutor {
    fn submit(&self, task: ExecutorTask) -> Result<Box<dyn PendingResult>, LabError> {
        let result = self.pool.apply_async(run_in_child, (task,))?;
        Ok(Box::new(ProcessResult(result)))
    }

    fn shut_down(self: Box<Self>) -> Result<Vec<(u32, Option<i32>)>, LabError> {
        self.pool.close();
        self.pool.join()?;
        let workers = self.pool.workers().into_iter();
        let exits = workers.map(|one| (one.pid, one.exit.map(mp::ProcessExit::code)));
        Ok(exits.collect())
    }
}

struct ProcessResult(AsyncResult<TaskResult>);

impl PendingResult for ProcessResult {
    fn wait(&mut self, limit: Duration) -> bool {
        self.0.wait(limit)
    }

    fn take(self: Box<Self>) -> Result<TaskResult, LabError> {
        Ok(self.0.get()?)
    }
}

/// A task in a pool's process.
///
/// # Errors
/// If the job is invalid.
pub fn run_in_child(task: ExecutorTask) -> Result<TaskResult, mp::Failure> {
    let result = run_task(task, None, &StopToken::default())?;
    Ok(TaskResult {
        worker: mp::current_process().name().to_owned(),
        ..result
    })
}

fn run_task(task: ExecutorTask, gil: Option<&Gil>, stop: &StopToken) -> TaskOutcome {
    let work = match task {
        ExecutorTask::Wait(length) => {
            thread::sleep(length);
            None
        }
        ExecutorTask::Compute(job) => {
            let prepared = job.prepare()?;
            Some(match gil {
                Some(gil) => work_under(gil, &prepared, job.part, stop.flag())?,
                None => work_freely(&prepared, job.part, stop.flag())?,
            })
        }
    };
    Ok(TaskResult {
        pid: std::process::id(),
        tid: measure::current_tid(),
        worker: thread::current().name().unwrap_or_default().to_owned(),
        work,
    })
}

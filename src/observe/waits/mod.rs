//! Where the threads of a watched program wait, from the samples of its hooks.

mod circle;

use std::{collections::HashMap, path::Path};

use crate::{
    record::{Backend, EventKind, HeldLock, HookEvent, ObjectName, Run, ThreadSample},
    text::pick_plural,
};

/// A thread that has not run for so long waits.
const LEAST_NS: u64 = 150_000_000;

/// An older sample does not tell where a thread is now.
pub const FRESH_NS: u64 = 3_000_000_000;

/// Waits that end only by what the program itself does.
const INNER: &[&str] = &[
    "Lock",
    "RLock",
    "Semaphore",
    "Process.join",
    "Thread.join",
    "Queue.get",
    "Queue.put",
    "Queue.join",
    "Queue.flush",
    "SimpleQueue.get",
    "JoinableQueue.get",
    "JoinableQueue.put",
    "JoinableQueue.join",
    "LifoQueue.get",
    "LifoQueue.put",
    "PriorityQueue.get",
    "PriorityQueue.put",
    "Connection.recv",
    "Connection.send",
    "Event.wait",
    "Condition.wait",
    "Barrier.wait",
    "result.get",
    "result.next",
    "Future.result",
    "futures.wait",
    "Pool.join",
    "Executor.shutdown",
    "os.wait",
    "proxy.acquire",
    "proxy.get",
    "proxy.wait",
    "tasks",
];

/// A thread at the moment of the sample.
#[derive(Debug)]
pub struct SampledThread<'a> {
    pub pid: u32,
    /// The time of the sample.
    pub at_ns: u64,
    pub sample: &'a ThreadSample,
    /// Whether it waits for a socket that only this process has: the other end may be outside the program.
    is_outer: bool,
}

impl SampledThread<'_> {
    /// The kind of its wait; `None` if it works.
    pub fn wait(&self) -> Option<&str> {
        let is_idle = self
            .sample
            .idle_ns
            .is_none_or(|idle_ns| idle_ns >= LEAST_NS);
        self.sample.on.as_deref().filter(|_| is_idle)
    }

    /// Whether only another thread of the program can end its wait.
    pub fn waits_for_program(&self) -> bool {
        let is_inner = self.wait().is_some_and(|on| INNER.contains(&on));
        is_inner && !self.is_outer && !self.sample.bounded
    }

    /// The number in the state of its object: `3` in `unfinished-3`.
    pub fn state_number(&self, word: &str) -> Option<u32> {
        let rest = self.sample.state.as_deref()?.strip_prefix(word)?;
        rest.strip_prefix('-')?.split('-').next()?.parse().ok()
    }

    /// `my.py line 9`.
    pub fn place(&self) -> Option<String> {
        let file = Path::new(self.sample.file.as_deref()?).file_name()?;
        let line = self.sample.line?;
        Some(format!("{} line {line}", file.to_string_lossy()))
    }
}

/// The last sample of each process.
#[derive(Debug, Default)]
pub struct ProgramWaits<'a> {
    pub threads: Vec<SampledThread<'a>>,
    held: Vec<(u32, &'a HeldLock)>,
    names: HashMap<&'a str, (u32, &'a ObjectName)>,
    /// Children that were started: parent, child, role.
    starts: Vec<(u32, u32, &'a str)>,
    main: u32,
}

impl<'a> ProgramWaits<'a> {
    /// The waits at the moment at which the program was asked to end; `None` without samples of it.
    pub fn from_run(run: &Run<'a>) -> Option<Self> {
        let asked_s = run.last_observed("asked_to_end", &[])?.number()?;
        let asked_ns = (asked_s * 1e9) as u64;
        let main = run.workers(Backend::Try);
        let main = main.first().map_or(0, |worker| worker.pid);
        let mut hooks = Vec::new();
        for event in run.events() {
            if let EventKind::Hook { pid, what } = &event.what
                && event.at_ns <= asked_ns
            {
                hooks.push((event.at_ns, *pid, &**what));
            }
        }
        let since_ns = asked_ns.saturating_sub(FRESH_NS);
        let waits = Self::from_hooks(main, since_ns, hooks.into_iter());
        (!waits.threads.is_empty()).then_some(waits)
    }

    /// The waits in these events (time, process, event), of samples since that time. `main` is the main process.
    pub fn from_hooks(
        main: u32,
        since_ns: u64,
        hooks: impl Iterator<Item = (u64, u32, &'a HookEvent)> + Clone,
    ) -> Self {
        let mut last: HashMap<u32, u32> = HashMap::new();
        for (at_ns, pid, what) in hooks.clone() {
            if let HookEvent::ThreadSample(sample) = what
                && at_ns >= since_ns
            {
                last.insert(pid, sample.sample);
            }
        }
        let is_last = |pid: u32, sample: u32| last.get(&pid) == Some(&sample);
        let mut waits = Self {
            main,
            ..Self::default()
        };
        for (at_ns, pid, what) in hooks {
            match what {
                HookEvent::ThreadSample(sample) if is_last(pid, sample.sample) => {
                    waits.threads.push(SampledThread {
                        pid,
                        at_ns,
                        sample,
                        is_outer: sample.state.as_deref() == Some("socket"),
                    });
                }
                HookEvent::LockHeld(held) if is_last(pid, held.sample) => {
                    waits.held.push((pid, held));
                }
                HookEvent::ObjectNamed(name) if is_last(pid, name.sample) => {
                    waits.add_name(pid, name);
                }
                HookEvent::Started(start) => {
                    waits.starts.push((pid, start.child, start.role.as_str()));
                }
                _ => {}
            }
        }
        for thread in &mut waits.threads {
            let object = thread.sample.object.as_deref().unwrap_or_default();
            let is_shared = waits
                .names
                .get(object)
                .is_some_and(|(pid, _)| *pid != thread.pid);
            thread.is_outer &= !is_shared;
        }
        let started = |pid: u32| waits.starts.iter().position(|start| start.1 == pid);
        let order = |thread: &SampledThread<'_>| {
            (
                thread.pid != main,
                started(thread.pid),
                thread.sample.tid != Some(thread.pid),
            )
        };
        waits.threads.sort_by_key(order);
        waits
    }

    fn add_name(&mut self, pid: u32, name: &'a ObjectName) {
        let main = self.main;
        // A variable of the main module, else one of the main process, else the outermost.
        let order = |(pid, name): (u32, &ObjectName)| {
            let rank = name.rank.unwrap_or(u32::MAX);
            (name.name.is_none(), rank != 0, pid != main, rank)
        };
        let known = self.names.entry(&name.object).or_insert((pid, name));
        if order((pid, name)) < order(*known) {
            *known = (pid, name);
        }
    }

    /// The name of an object: a variable, else as the thread's own line writes it, else where it was made.
    pub fn object_name(&self, object: &str) -> Option<String> {
        let known = self.names.get(object).map(|(_, name)| *name);
        if let Some(name) = known.and_then(|known| known.name.as_deref()) {
            return Some(format!("`{name}`"));
        }
        let mut threads = self.threads.iter();
        let written = threads
            .find(|thread| thread.sample.object.as_deref() == Some(object))
            .and_then(|thread| thread.sample.of.as_deref());
        if let Some(written) = written {
            return Some(format!("`{written}`"));
        }
        let (file, line) = known?.made.as_deref()?.rsplit_once(':')?;
        let file = Path::new(file).file_name()?.to_string_lossy();
        Some(format!("made in {file} line {line}"))
    }

    /// For what a thread waits, in a few words; `None` if it works.
    pub fn describe_wait(&self, thread: &SampledThread<'_>) -> Option<String> {
        let on = thread.wait()?;
        let of = thread.sample.of.as_deref();
        let name = thread.sample.object.as_deref();
        let name = name.and_then(|object| self.object_name(object));
        let named = |with: &str, without: &str| match &name {
            Some(name) => format!("{with} {name}"),
            None => without.to_owned(),
        };
        let (class, method) = on.rsplit_once('.').unwrap_or((on, ""));
        Some(match (class, method) {
            ("Lock" | "RLock", "") => named("lock", "a lock"),
            ("Semaphore", "") => named("semaphore", "a semaphore"),
            ("Process", "join") => format!("the end of {}", of.unwrap_or("a process")),
            ("Thread", "join") => format!("the end of {}", of.unwrap_or("a thread")),
            ("Queue", "flush") => named("a reader of queue", "a reader of a queue"),
            ("Connection", "recv") => named("data from pipe", "data from a pipe"),
            ("Connection", "send") => named("room in pipe", "room in a pipe"),
            ("Event", "wait") => named("event", "an event"),
            ("Condition", "wait") => named("condition", "a condition"),
            ("Barrier", "wait") => named("barrier", "a barrier"),
            ("result", _) => "a result of a pool".to_owned(),
            ("Future", "result") => "the result of a future".to_owned(),
            ("futures", _) => "the results of futures".to_owned(),
            ("Pool", "join") => named("the end of pool", "the end of a pool"),
            ("Executor", "shutdown") => "the end of an executor".to_owned(),
            ("tasks", _) => "tasks".to_owned(),
            ("input", _) => "input".to_owned(),
            ("command", _) => format!("the command `{}`", of.unwrap_or("?")),
            ("proxy", method) => format!("its manager (`{method}`)"),
            (_, "get") => named("an item of queue", "an item of a queue"),
            (_, "put") => named("room in queue", "room in a queue"),
            (_, "join") => named("`task_done()` of queue", "`task_done()` of a queue"),
            _ => of.map_or_else(|| on.to_owned(), |of| format!("`{of}`")),
        })
    }

    /// The names of the locks that a thread holds.
    pub fn locks_held_by(&self, thread: &SampledThread<'_>) -> Vec<String> {
        let mut objects: Vec<&str> = Vec::new();
        for (pid, held) in &self.held {
            let is_its = *pid == thread.pid && self.holder_tid(*pid, held) == thread.sample.tid;
            if is_its && held.count.is_none_or(|count| count > 0) {
                objects.push(&held.object);
            }
        }
        objects.sort_unstable();
        objects.dedup();
        let names = objects.into_iter();
        names
            .filter_map(|object| self.object_name(object))
            .collect()
    }

    /// The thread that holds a lock, if that is certain: (process, thread).
    fn holder_of(&self, object: &str) -> Option<(u32, Option<u32>)> {
        let held = || self.held.iter().filter(|(_, held)| held.object == object);
        // Whoever gave back what another took leaves the counts meaningless.
        if held().any(|(_, held)| held.count.is_some_and(|count| count < 0)) {
            return None;
        }
        let (first, _) = held().next()?;
        if held().any(|(pid, _)| pid != first) {
            return None;
        }
        let by_code = held().find(|(_, held)| held.tid.is_some());
        let (pid, held) = by_code.or_else(|| held().next())?;
        Some((*pid, self.holder_tid(*pid, held)))
    }

    /// The thread that holds it: told by its code, or the only one of its process.
    fn holder_tid(&self, pid: u32, held: &HeldLock) -> Option<u32> {
        let mut threads = self.threads.iter().filter(|thread| thread.pid == pid);
        let only = threads.next().filter(|_| threads.next().is_none());
        held.tid.or_else(|| only?.sample.tid)
    }

    /// Whether any living process holds the lock, or holds it by a count that is not to be trusted.
    pub fn is_held(&self, object: &str) -> bool {
        self.held.iter().any(|(_, held)| held.object == object)
    }

    /// Whether each of these processes was sampled, and all their threads wait for one another: nothing will ever move.
    pub fn is_at_rest(&self, living: impl IntoIterator<Item = u32>) -> bool {
        let is_sampled = |pid: u32| self.threads.iter().any(|thread| thread.pid == pid);
        let is_complete = living.into_iter().all(is_sampled);
        let mut threads = self.threads.iter();
        let has_work = |thread: &SampledThread<'_>| thread.wait() != Some("tasks");
        is_complete
            && self.threads.iter().any(has_work)
            && threads.all(SampledThread::waits_for_program)
    }

    /// A line for each thread that waits: `Process-1 waits for lock `bob`, my.py line 9`.
    pub fn describe_all(&self, name_of: impl Fn(u32) -> String) -> String {
        const MOST: usize = 8;
        let mut lines: Vec<String> = Vec::new();
        for thread in self.threads.iter().take(MOST) {
            let Some(wait) = self.describe_wait(thread) else {
                continue;
            };
            let process = name_of(thread.pid);
            let who = match &thread.sample.thread {
                Some(name) => format!("{name} of {process}"),
                None => process,
            };
            let at = thread.place().map_or(String::new(), |at| format!(", {at}"));
            lines.push(format!("{who} waits for {wait}{at}"));
        }
        let more = self.threads.len().saturating_sub(MOST);
        if more > 0 {
            lines.push(format!(
                "and {more} more {}",
                pick_plural(more, "thread", "threads")
            ));
        }
        lines.join("\n")
    }
}

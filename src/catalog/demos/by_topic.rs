//! The demos of one thing each: a process, a pool, memory, messages, crashes.

use super::DemoSpec;

/// A thread, a process, shared memory.
pub static ISOLATION: DemoSpec = DemoSpec {
    name: "isolation",
    summary: "a worker changes a variable: does its parent see it? thread, process, shared memory",
    settings: &["python", "start_method"],
    workloads: &[],
    backends: &[],
    python: Some("isolation.py"),
};

/// What workers cost in memory.
pub static MEMORY: DemoSpec = DemoSpec {
    name: "memory",
    summary: "memory of the 1st … Nth worker: idle, after reading shared data, after copying it",
    settings: &["workers", "python", "start_method"],
    workloads: &[],
    backends: &[],
    python: Some("memory.py"),
};

/// Threads, processes, pool workers, and the system's own limit.
pub static STARTUP: DemoSpec = DemoSpec {
    name: "startup",
    summary: "start + join of a thread, a process, a task in a pool; and the least a process can cost",
    settings: &["trials", "python", "start_method"],
    workloads: &[],
    backends: &[],
    python: Some("startup.py"),
};

/// Message sizes against ways.
pub static IPC: DemoSpec = DemoSpec {
    name: "ipc",
    summary: "a message there and back: between threads, by Pipe, by Queue, through shared memory",
    settings: &["trials", "size", "python", "start_method"],
    workloads: &[],
    backends: &[],
    python: Some("ipc.py"),
};

/// Who dies, and who lives on.
pub static CRASH: DemoSpec = DemoSpec {
    name: "crash",
    summary: "error, panic, abort, segfault, kill: in a thread, a process, a pool; who lives on?",
    settings: &["python", "start_method"],
    workloads: &[],
    backends: &[],
    python: Some("crash.py"),
};

/// The nine differences.
pub static COMPARE: DemoSpec = DemoSpec {
    name: "compare",
    summary: "threads and processes in nine rows, every figure measured now",
    settings: &["workers", "python", "start_method"],
    workloads: &[],
    backends: &[],
    python: None,
};

/// Locks against memory.
pub static WORLDS: DemoSpec = DemoSpec {
    name: "worlds",
    summary: "every backend and Python on one screen: lock, memory, cores, lost additions, crashes",
    settings: &["workers", "python", "start_method"],
    workloads: &[],
    backends: &[],
    python: None,
};

/// One child process.
pub static PROCESS: DemoSpec = DemoSpec {
    name: "process",
    summary: "the life of one child process: created, started, running, ended, joined",
    settings: &["python", "start_method"],
    workloads: &[],
    backends: &[],
    python: Some("process.py"),
};

/// The four calls, and a process for each task.
pub static POOL: DemoSpec = DemoSpec {
    name: "pool",
    summary: "apply, apply_async, map, map_async: which of them wait? And what does a pool save?",
    settings: &["workers", "python", "start_method"],
    workloads: &[],
    backends: &[],
    python: Some("pool.py"),
};

/// Chunk size against speed and balance.
pub static CHUNKS: DemoSpec = DemoSpec {
    name: "chunks",
    summary: "chunk size: many trivial tasks want large chunks, uneven tasks want small ones",
    settings: &["workers", "trials", "python", "start_method"],
    workloads: &[],
    backends: &[],
    python: Some("chunks.py"),
};

/// Size of the data against the way it gets to the worker.
pub static PAYLOAD: DemoSpec = DemoSpec {
    name: "payload",
    summary: "the same work with little and with much data: in one loop, by threads, by processes",
    settings: &["workers", "trials", "size", "python", "start_method"],
    workloads: &[],
    backends: &[],
    python: Some("payload.py"),
};

/// A pool from its making to its end.
pub static SQUARES: DemoSpec = DemoSpec {
    name: "squares",
    summary: "a pool of 4 workers squares 1 to 5: what happens at each step",
    settings: &["workers", "python", "start_method"],
    workloads: &[],
    backends: &[],
    python: Some("squares.py"),
};

/// Several processes, several numbers.
pub static NUMBERS: DemoSpec = DemoSpec {
    name: "numbers",
    summary: "processes that each print a different number: in which order do they arrive?",
    settings: &["workers", "repeat", "unbuffered", "python", "start_method"],
    workloads: &[],
    backends: &[],
    python: Some("print_numbers.py"),
};

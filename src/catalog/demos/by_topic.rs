//! The demos of one thing each: a process, a pool, memory, messages, crashes.

use super::{DemoSpec, WorkerCount};
use crate::catalog::observations::{
    BYTES, COUNT, ObservationNature, RATE, SECONDS, SHARE, ValueKind, awaited, measured, observed,
    parallel, settled,
};

/// A thread, a process, shared memory.
pub static ISOLATION: DemoSpec = DemoSpec {
    name: "isolation",
    summary: "a worker changes a variable: does its parent see it? thread, process, shared memory",
    settings: &["python", "start_method"],
    python: Some("isolation.py"),
    observations: Some(&[
        settled("worker_pid", COUNT),
        settled("worker_before", COUNT),
        settled("worker_after", COUNT),
        settled("parent_before", COUNT),
        settled("parent_after", COUNT),
    ]),
    labels: &[(
        "way",
        &[
            "thread, shared variable",
            "process, global",
            "process, argument",
            "process, shared memory",
        ],
    )],
    ..DemoSpec::EMPTY
};

/// What workers cost in memory.
pub static MEMORY: DemoSpec = DemoSpec {
    name: "memory",
    summary: "memory of the 1st … Nth worker: idle, after reading shared data, after copying it",
    settings: &["workers", "python", "start_method"],
    python: Some("memory.py"),
    observations: Some(&[
        measured("private", BYTES),
        measured("proportional", BYTES),
        measured("resident", BYTES),
    ]),
    labels: &[
        (
            "kind",
            &[
                "thread",
                "process",
                "process, fork",
                "process, forkserver",
                "process, spawn",
            ],
        ),
        ("worker", &[]),
        (
            "step",
            &[
                "idle",
                "read 16 MiB shared",
                "made its own copy",
                "read a list that fork shares",
            ],
        ),
    ],
    usual_workers: Some(WorkerCount::Exactly(3)),
    ..DemoSpec::EMPTY
};

/// Threads, processes, pool workers, and the system's own limit.
pub static STARTUP: DemoSpec = DemoSpec {
    name: "startup",
    summary: "start + join of a thread, a process, a task in a pool; and the least a program can cost",
    settings: &["trials", "python", "start_method"],
    python: Some("startup.py"),
    observations: Some(&[measured("start_join", SECONDS)]),
    labels: &[
        (
            "way",
            &[
                "thread",
                "pool task",
                "empty program",
                "process",
                "process, fork",
                "process, forkserver",
                "process, spawn",
                "pool",
                "subinterpreter",
            ],
        ),
        ("start_method", &["fork", "forkserver", "spawn"]),
    ],
    usual_trials: Some(40),
    ..DemoSpec::EMPTY
};

/// Message sizes against ways.
pub static IPC: DemoSpec = DemoSpec {
    name: "ipc",
    summary: "a message there and back: between threads, by Pipe, by Queue, through shared memory",
    settings: &["trials", "size", "python", "start_method"],
    python: Some("ipc.py"),
    observations: Some(&[measured("round_trip", SECONDS)]),
    labels: &[
        (
            "way",
            &[
                "shared variable",
                "thread channel",
                "Pipe",
                "Queue",
                "shared memory",
            ],
        ),
        ("size", &[]),
    ],
    usual_trials: Some(10),
    ..DemoSpec::EMPTY
};

/// Who waits for whom, and how much waits.
pub static QUEUE: DemoSpec = DemoSpec {
    name: "queue",
    summary: "a fast producer and a slow consumer, with and without a limit; and `join` before `get`",
    settings: &["trials", "size", "python", "start_method"],
    python: Some("queue_limit.py"),
    observations: Some(&[
        measured("put_wait", SECONDS),
        measured("produced_after", SECONDS),
        measured("consumed_after", SECONDS),
        measured("most_waiting", COUNT),
        measured("messages_per_second", RATE),
        measured("memory_gained", BYTES),
        awaited("ended_unread", ValueKind::Flag),
    ]),
    labels: &[("limit", &["none", "10"]), ("result", &["1024", "1048576"])],
    usual_trials: Some(3),
    ..DemoSpec::EMPTY
};

/// Who dies, and who lives on.
pub static CRASH: DemoSpec = DemoSpec {
    name: "crash",
    summary: "error, panic, abort, segfault, kill: in a thread, a process, a pool; what lives on?",
    settings: &["python", "start_method"],
    python: Some("crash.py"),
    observations: Some(&[
        settled("died", ValueKind::Text),
        settled("how", ValueKind::Text),
        settled("exitcode", ValueKind::Mixed),
        awaited("neighbours_live", ValueKind::Flag),
        settled("program_lives", ValueKind::Flag),
        awaited("pool_error", ValueKind::Text),
        awaited("pool_worker", ValueKind::Mixed),
        awaited("pool_answered", COUNT),
        settled("pool_others", COUNT),
        awaited("pool_replaced", ValueKind::Mixed),
        awaited("pool_goes_on", ValueKind::Flag),
        awaited("answered", ValueKind::Flag),
        awaited("lock_left", ValueKind::Flag),
    ]),
    labels: &[
        (
            "where",
            &["thread", "process", "pool", "ProcessPoolExecutor"],
        ),
        (
            "crash",
            &[
                "error",
                "panic",
                "exception",
                "os._exit",
                "abort",
                "segfault",
                "kill",
                "kill (ProcessPoolExecutor)",
            ],
        ),
    ],
    ..DemoSpec::EMPTY
};

/// The nine differences.
pub static COMPARE: DemoSpec = DemoSpec {
    name: "compare",
    summary: "threads and processes in nine rows, every figure measured now",
    settings: &["workers", "python", "start_method"],
    usual_workers: Some(WorkerCount::PerCore(1)),
    ..DemoSpec::EMPTY
};

/// Locks against memory.
pub static WORLDS: DemoSpec = DemoSpec {
    name: "worlds",
    summary: "every backend and Python on one screen: lock, memory, cores, lost additions, crashes",
    settings: &["workers", "python", "start_method"],
    usual_workers: Some(WorkerCount::PerCore(1)),
    ..DemoSpec::EMPTY
};

/// One child process.
pub static PROCESS: DemoSpec = DemoSpec {
    name: "process",
    summary: "the life of one child process: created, started, running, ended, joined",
    settings: &["python", "start_method"],
    python: Some("process.py"),
    observations: Some(&[
        measured("after", SECONDS),
        settled("pid", ValueKind::Mixed),
        settled("parent_pid", ValueKind::Mixed),
        settled("state", ValueKind::Text),
        settled("alive", ValueKind::Flag),
        settled("exitcode", ValueKind::Mixed),
        settled("identity", ValueKind::Mixed),
        settled("unguarded_ran", ValueKind::Flag),
        settled("unguarded_exitcode", COUNT),
    ]),
    labels: &[
        (
            "moment",
            &["created", "started", "running", "ended", "joined"],
        ),
        ("side", &["parent", "child"]),
        ("what", &["name", "PID", "parent PID"]),
        ("start_method", &["fork", "forkserver", "spawn"]),
    ],
    ..DemoSpec::EMPTY
};

/// The four calls, and a process for each task.
pub static POOL: DemoSpec = DemoSpec {
    name: "pool",
    summary: "apply, apply_async, map, map_async: which of them wait? And what does a pool save?",
    settings: &["workers", "python", "start_method"],
    python: Some("pool.py"),
    observations: Some(&[
        awaited("waited", ValueKind::Flag),
        measured("returned_after", SECONDS),
        measured("finished_after", SECONDS),
        settled("result", COUNT),
        observed("done_by", COUNT, ObservationNature::Chance),
        measured("task_began", SECONDS),
        measured("task_took", SECONDS),
        measured("small_tasks", SECONDS),
        settled("starts", COUNT),
        awaited("lost_by_with", ValueKind::Flag),
        observed("unordered", ValueKind::Text, ObservationNature::Chance),
        settled("ordered", ValueKind::Text),
    ]),
    labels: &[
        ("call", &["apply", "apply_async", "map", "map_async"]),
        ("task", &[]),
        ("way", &["a process per task", "one pool"]),
    ],
    usual_workers: Some(WorkerCount::Exactly(2)),
    ..DemoSpec::EMPTY
};

/// Chunk size against speed and balance.
pub static CHUNKS: DemoSpec = DemoSpec {
    name: "chunks",
    summary: "chunk size: large chunks for many trivial tasks, small ones for uneven tasks",
    settings: &["workers", "trials", "python", "start_method"],
    python: Some("chunks.py"),
    observations: Some(&[
        measured("tasks_per_second", RATE),
        parallel("wall", SECONDS),
        parallel("balance", SHARE),
        settled("chunksize", COUNT),
        settled("chunk_sent", COUNT),
    ]),
    labels: &[("chunk", &[]), ("tasks", &[]), ("workers", &[])],
    usual_workers: Some(WorkerCount::PerCore(1)),
    usual_trials: Some(3),
    alone: Some(("chunk", "no pool")),
    ..DemoSpec::EMPTY
};

/// Size of the data against the way it gets to the worker.
pub static PAYLOAD: DemoSpec = DemoSpec {
    name: "payload",
    summary: "the same work with little and with much data: in one loop, by threads, by processes",
    settings: &["workers", "trials", "size", "python", "start_method"],
    python: Some("payload.py"),
    observations: Some(&[measured("took", SECONDS), measured("stage", SECONDS)]),
    labels: &[
        (
            "way",
            &["one loop", "threads", "processes", "shared memory"],
        ),
        ("size", &[]),
        ("stage", &["sending", "computing", "returning"]),
    ],
    usual_workers: Some(WorkerCount::PerCore(1)),
    usual_trials: Some(5),
    alone: Some(("way", "one loop")),
    ..DemoSpec::EMPTY
};

/// A pool from its making to its end.
pub static SQUARES: DemoSpec = DemoSpec {
    name: "squares",
    summary: "a pool of 4 workers squares 1 to 5: what happens at each step",
    settings: &["workers", "python", "start_method"],
    python: Some("squares.py"),
    observations: Some(&[
        settled("registered", ValueKind::Flag),
        settled("targets", COUNT),
        observed("worker", COUNT, ObservationNature::Chance),
        settled("chunksize", COUNT),
        settled("chunk_sent", COUNT),
        measured("took", SECONDS),
        settled("square", COUNT),
        observed("done_by", COUNT, ObservationNature::Chance),
        observed("order", ValueKind::Text, ObservationNature::Chance),
        settled("after_close", ValueKind::Text),
    ]),
    labels: &[
        ("tasks", &[]),
        ("step", &["pool", "map", "close", "join"]),
        ("number", &[]),
    ],
    usual_workers: Some(WorkerCount::Exactly(4)),
    ..DemoSpec::EMPTY
};

/// Several processes, several numbers.
pub static NUMBERS: DemoSpec = DemoSpec {
    name: "numbers",
    summary: "processes that each print a different number: in which order do they arrive?",
    settings: &["workers", "repeat", "unbuffered", "python", "start_method"],
    python: Some("print_numbers.py"),
    observations: Some(&[
        settled("number", COUNT),
        observed("arrival", COUNT, ObservationNature::Chance),
        observed("line", ValueKind::Text, ObservationNature::Chance),
        settled("name_after_pool", ValueKind::Text),
    ]),
    labels: &[
        ("run", &[]),
        ("worker", &[]),
        ("started", &[]),
        ("kind", &["whole", "glued", "empty"]),
    ],
    usual_workers: Some(WorkerCount::Exactly(4)),
    ..DemoSpec::EMPTY
};

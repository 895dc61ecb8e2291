//! Rules on recordings made by hand, with no process and no clock.

use serde_json::Value as Json;

use crate::{
    record::{
        Backend, Event, EventKind, Interpreter, Labels, Params, Recording, ResourceUsage, Value,
        WorkerId, WorkerKind, testing::test_machine,
    },
    report::AdviceItem,
};

const MAIN: u32 = 100;
const MS: u64 = 1_000_000;

/// A recording that grows.
struct Tape {
    events: Vec<Event>,
    gil: bool,
}

impl Tape {
    fn new() -> Self {
        Self {
            events: Vec::new(),
            gil: true,
        }
        .process(0, MAIN, "MainProcess", WorkerKind::Main)
    }

    fn push(mut self, at_ms: u64, what: EventKind) -> Self {
        self.events.push(Event {
            at_ns: at_ms * MS,
            run: 0,
            what,
        });
        self
    }

    fn process(self, at_ms: u64, pid: u32, name: &str, kind: WorkerKind) -> Self {
        self.push(
            at_ms,
            EventKind::WorkerStarted {
                worker: WorkerId(pid),
                name: name.to_owned(),
                kind,
                backend: Some(Backend::Try),
                trial: Some(0),
                pid,
                tid: None,
                ppid: None,
            },
        )
    }

    fn ended(self, at_ms: u64, pid: u32, exitcode: i32) -> Self {
        let usage = Some(ResourceUsage {
            cpu_s: Some(at_ms as f64 / 1000.0),
            ..ResourceUsage::default()
        });
        self.push(
            at_ms,
            EventKind::WorkerExited {
                worker: WorkerId(pid),
                exitcode: Some(exitcode),
                usage: usage.map(Into::into),
            },
        )
    }

    /// What hooks reported: `key=value` fields.
    fn fact(self, at_ms: u64, pid: u32, name: &str, fields: &str) -> Self {
        let fields = fields
            .split_whitespace()
            .filter_map(|it| it.split_once('='));
        let fields = fields.map(|(key, text)| {
            let plain = || Json::from(text);
            (key, serde_json::from_str(text).unwrap_or_else(|_| plain()))
        });
        let event: Json = [("e", name.into())].into_iter().chain(fields).collect();
        let what: Box<_> = serde_json::from_value(event).expect("an event of the hooks");
        self.push(at_ms, EventKind::Hook { pid, what })
    }

    fn observed(self, at_ms: u64, name: &str, labels: Labels, value: Value) -> Self {
        let name = name.to_owned();
        self.push(
            at_ms,
            EventKind::Observed {
                name,
                labels,
                value,
            },
        )
    }

    /// A child that was started then.
    fn child(self, at_ms: u64, pid: u32) -> Self {
        self.child_of(MAIN, at_ms, pid)
    }

    fn child_of(self, parent: u32, at_ms: u64, pid: u32) -> Self {
        let name = format!("Process-{}", pid - MAIN);
        let fields = format!("child={pid} name={name} role=child method=fork target=work");
        self.process(at_ms, pid, &name, WorkerKind::Process)
            .fact(at_ms, parent, "started", &fields)
    }

    fn joined(self, at_ms: u64, pid: u32, rest: &str) -> Self {
        let fields = format!("child={pid} ended=true at_exit=false {rest}");
        self.fact(at_ms, MAIN, "joined", &fields)
    }

    fn advice(self) -> Vec<AdviceItem> {
        let interpreter = Interpreter {
            gil: self.gil,
            ..Interpreter::default()
        };
        let mut events = vec![Event {
            at_ns: 0,
            run: 0,
            what: EventKind::RunStarted {
                demo: "try".to_owned(),
                params: Params::default().into(),
                interpreter: Some(interpreter.into()),
            },
        }];
        events.extend(self.events);
        super::collect_advice(&Recording::new(test_machine(2, 2), events).run())
    }

    fn ids(self) -> Vec<String> {
        self.advice().into_iter().map(|advice| advice.id).collect()
    }
}

mod endless_waits;
mod order;

#[test]
fn every_rule_has_a_name_of_its_own() {
    let mut ids: Vec<&str> = super::RULES.iter().map(|(id, _)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), super::RULES.len());
}

#[test]
fn who_joins_gets_no_advice_and_who_does_not_does() {
    let start = || Tape::new().child(10, 101).child(11, 102);
    let end = |tape: Tape| {
        tape.fact(200, MAIN, "exiting", "")
            .ended(210, 101, 0)
            .ended(210, 102, 0)
            .ended(220, MAIN, 0)
    };
    let both = start().joined(100, 101, "").joined(101, 102, "");
    assert!(end(both).ids().is_empty());
    let one = end(start().joined(100, 101, "")).advice();
    assert_eq!(one[0].id, "start-without-join");
    assert!(
        one[0]
            .because
            .starts_with("Process-2 (PID 102) was started by MainProcess (PID 100)")
    );
    // A program that asks whether the child is alive learns of its end too.
    let asked = start()
        .joined(100, 101, "")
        .fact(120, MAIN, "looked", "child=102");
    assert!(end(asked).ids().is_empty());
    // Python's own join at the end is none of the program's.
    let at_exit = end(start().joined(100, 101, "")).joined(215, 102, "at_exit=true");
    let advice = at_exit.advice();
    assert!(advice[0].because.contains("still ran"), "{advice:?}");
}

#[test]
fn a_program_that_failed_is_not_told_to_join() {
    let failed = Tape::new()
        .child(10, 101)
        .fact(20, MAIN, "exiting", "uncaught=ValueError")
        .ended(30, MAIN, 1);
    assert!(failed.ids().is_empty());
}

#[test]
fn one_after_the_other_is_noticed_only_in_a_loop() {
    let one_by_one = |gap: u64| {
        Tape::new()
            .child(10, 101)
            .joined(110, 101, "")
            .child(110 + gap, 102)
            .joined(300, 102, "")
            .fact(310, MAIN, "exiting", "")
            .ended(320, MAIN, 0)
    };
    assert_eq!(one_by_one(1).ids(), ["joined-too-early"]);
    assert!(one_by_one(100).ids().is_empty());
}

fn computing_threads(cpu_ms: u64, until_ms: u64) -> Tape {
    threads_that_told(&format!("cpu_ns={}", cpu_ms * MS), until_ms)
}

fn threads_that_told(end: &str, until_ms: u64) -> Tape {
    Tape::new()
        .fact(
            0,
            MAIN,
            "thread_started",
            "tid=1 name=Thread-1 internal=false",
        )
        .fact(
            1,
            MAIN,
            "thread_started",
            "tid=2 name=Thread-2 internal=false",
        )
        .fact(until_ms, MAIN, "thread_ended", &format!("tid=1 {end}"))
        .fact(until_ms, MAIN, "thread_ended", &format!("tid=2 {end}"))
}

#[test]
fn threads_take_turns_only_under_a_gil_and_when_they_compute() {
    let advice = computing_threads(500, 1000).advice();
    assert_eq!(advice[0].id, "threads-with-gil");
    assert!(advice[0].because.contains("1.00 cores"), "{advice:?}");
    // At once, as C code does that lets go of the lock.
    assert!(computing_threads(900, 1000).ids().is_empty());
    // They wait.
    assert!(computing_threads(100, 1000).ids().is_empty());
    let mut free = computing_threads(500, 1000);
    free.gil = false;
    assert!(free.ids().is_empty());
}

#[test]
fn threads_that_hardly_ever_wait_take_no_turns_however_busy_the_machine_is() {
    let waiting =
        |waits: u64| threads_that_told(&format!("cpu_ns={} waits={waits}", 500 * MS), 1000);
    assert_eq!(waiting(160).ids(), ["threads-with-gil"]);
    // As of hashlib, and of threads with an interpreter each.
    assert!(waiting(7).ids().is_empty());
}

#[test]
fn a_gil_that_was_switched_on_or_off_counts_as_it_was_at_last() {
    let at_last = |built_with: bool, gil: bool| {
        let mut tape = computing_threads(500, 1000);
        tape.gil = built_with;
        let labels = Labels::from_iter([("pid", MAIN.to_string())]);
        tape.observed(1000, "gil", labels, Value::Flag(gil)).ids()
    };
    assert_eq!(at_last(false, true), ["threads-with-gil"]);
    assert!(at_last(true, false).is_empty());
}

#[test]
fn what_a_program_does_once_it_is_asked_to_end_is_no_ground_for_advice() {
    let interrupted = |asked: Option<f64>| {
        let tape = Tape::new()
            .child(10, 101)
            .ended(40, 101, 1)
            .fact(50, MAIN, "exiting", "")
            .ended(60, MAIN, 0);
        match asked {
            Some(at) => tape.observed(60, "asked_to_end", Labels::new(), Value::Seconds(at)),
            None => tape,
        }
    };
    assert!(!interrupted(None).ids().is_empty());
    assert!(interrupted(Some(0.03)).ids().is_empty());
}

fn pool(busy_ms: u64, wall_ms: u64, tasks: u64, chunk: u64) -> Tape {
    let chunks = tasks.div_ceil(chunk);
    let fields = format!(
        "tasks={tasks} chunks={chunks} cpu_ns=0 busy_ns={}",
        busy_ms * MS
    );
    Tape::new()
        .fact(
            10,
            MAIN,
            "pool_created",
            &format!("pool=0 kind=Pool workers=2 took_ns={}", 5 * MS),
        )
        .fact(
            10,
            MAIN,
            "pool_call",
            &format!("pool=0 call=0 method=map tasks={tasks} chunk={chunk}"),
        )
        .fact(10 + wall_ms, MAIN, "pool_done", "call=0")
        .fact(10 + wall_ms, 101, "tasks", &fields)
}

#[test]
fn a_slow_pool_is_told_which_chunks_to_try() {
    let small = pool(400, 2000, 40_000, 1).advice();
    assert_eq!(small[0].id, "pool-slower-than-serial");
    let (_, after) = small[0].says.split_once("chunksize=").expect("a size");
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    let size: u64 = digits.parse().expect("a number");
    // A task takes 10 µs, a message costs some 45 µs: twenty times that much work is in a good chunk.
    assert!((80..=200).contains(&size), "{size}");
    assert!(small[0].because.contains("(10 µs each"), "{small:?}");
    assert!(pool(1, 10, 100, 10).ids().is_empty());
    let tiny = pool(1, 100, 100, 10).advice();
    assert!(tiny[0].says.starts_with("Do without a pool"), "{tiny:?}");
    assert!(pool(1000, 600, 100, 10).ids().is_empty());
}

#[test]
fn with_few_tasks_the_start_of_the_workers_is_not_called_passing() {
    assert!(pool(20, 400, 8, 1).ids().is_empty());
    assert_eq!(pool(20, 4000, 8, 1).ids(), ["pool-slower-than-serial"]);
    let start =
        |seconds| pool(1, 200, 20, 1).observed(220, "cpu", Labels::new(), Value::Seconds(seconds));
    assert!(start(0.22).ids().is_empty(), "a start on a busy machine");
    assert_eq!(start(0.4).ids(), ["pool-slower-than-serial"]);
}

#[test]
fn children_that_were_started_together_may_be_joined_before_the_next_ones() {
    let started = Tape::new().child(10, 101).child(11, 102);
    let joined = started.joined(20, 101, "").joined(21, 102, "");
    let next = joined.child(22, 103).child(23, 104);
    let joined = next.joined(30, 103, "").joined(31, 104, "");
    assert!(joined.ids().is_empty());
    let single = Tape::new().child(10, 101).joined(20, 101, "");
    let next = single.child(22, 103).joined(30, 103, "");
    assert_eq!(next.ids(), ["joined-too-early"]);
}

#[test]
fn only_the_time_with_open_tasks_counts_and_nothing_after_an_error() {
    let summed = |open_ms: u64, rest: fn(Tape) -> Tape| {
        let call = "pool=0 call=0 method=apply_async";
        let opened = format!(
            "{call} tasks=10 finished=10 open_ns={} most_open=1",
            open_ms * MS
        );
        let tape = Tape::new()
            .fact(10, MAIN, "pool_created", "pool=0 kind=Pool workers=2")
            .fact(10, MAIN, "pool_call", &format!("{call} tasks=0"))
            .fact(1010, MAIN, "pool_call", &opened)
            .fact(1010, MAIN, "pool_done", "call=0")
            .fact(
                1010,
                101,
                "tasks",
                "tasks=10 chunks=10 cpu_ns=0 busy_ns=20000000",
            );
        rest(tape).ids()
    };
    assert_eq!(summed(900, |tape| tape), ["pool-slower-than-serial"]);
    assert!(summed(100, |tape| tape).is_empty());
    assert!(
        summed(900, |tape| tape.fact(
            1020,
            MAIN,
            "exiting",
            "uncaught=NameError"
        ))
        .is_empty()
    );
    let failed = |tape: Tape| tape.fact(1005, 101, "failed", "part=task error=E message=m");
    assert!(summed(900, failed).is_empty());
    // Processor time that nothing but waiting explains.
    let idle = |tape: Tape| tape.observed(1020, "cpu", Labels::new(), Value::Seconds(0.2));
    assert!(summed(900, idle).is_empty());
}

#[test]
fn a_hanging_pool_says_why() {
    let waits = |tape: Tape| {
        tape.fact(20, MAIN, "waiting", "wait=1 on=result.get tid=100")
            .observed(5000, "timed_out", Labels::new(), Value::Flag(true))
            .observed(5000, "cpu", Labels::new(), Value::Seconds(0.1))
            .observed(5000, "wall", Labels::new(), Value::Seconds(5.0))
    };
    let made = || {
        Tape::new()
            .fact(
                10,
                MAIN,
                "pool_created",
                "pool=0 kind=Pool workers=2 took_ns=5000000",
            )
            .fact(
                5,
                MAIN,
                "started",
                "child=101 name=ForkPoolWorker-1 role=pool method=fork",
            )
    };
    let idle = waits(made()).advice();
    assert!(idle[0].because.contains("`get()`"), "{idle:?}");
    let died = made()
        .fact(
            15,
            101,
            "tasks",
            "tasks=1 chunks=1 busy_ns=0 cpu_ns=0 in_hand=true",
        )
        .joined(18, 101, "exitcode=-9 internal=true");
    let died = waits(died).advice();
    assert_eq!(died[0].id, "pool-hangs");
    assert!(
        died[0].because.contains("exit code -9 with a task in hand"),
        "{died:?}"
    );
    let ended = waits(made()).fact(30, MAIN, "waited", "wait=1");
    assert!(ended.ids().is_empty());
}

#[test]
fn a_missing_guard_is_told_with_the_start_method_that_needs_it() {
    let failed = |tape: Tape| {
        let advice = tape
            .fact(
                20,
                101,
                "start_failed",
                "name=P error=RuntimeError message=no loading=true",
            )
            .advice();
        assert_eq!(advice[0].id, "no-main-guard");
        advice[0].says.clone()
    };
    let spawned = "child=101 name=Process-1 role=child method=spawn";
    let child = failed(Tape::new().fact(10, MAIN, "started", spawned));
    assert!(child.contains("Under spawn, each child imports"), "{child}");
    let labels = Labels::from_iter([("pid", "101"), ("kind", "helper")]);
    let server = Tape::new().observed(10, "pid", labels, Value::Pid(101));
    let server = failed(server);
    assert!(
        server.contains("Under forkserver, the fork server imports"),
        "{server}"
    );
}

#[test]
fn a_pool_without_a_guard_is_hopeless_and_some_processes_are_not() {
    use crate::record::{HookEvent, PoolCreation, StartFailure};
    let failure = HookEvent::StartFailed(StartFailure {
        name: "SpawnPoolWorker-1:1".to_owned(),
        error: "RuntimeError".to_owned(),
        message: String::new(),
        loading: true,
        role: "pool".to_owned(),
    });
    let pool = HookEvent::PoolCreated(PoolCreation {
        pool: 0,
        kind: "Pool".to_owned(),
        workers: 2,
        took_ns: 0,
        place: None,
    });
    let failures = vec![failure; 50];
    assert!(!super::is_hopeless(&failures));
    let with_pool = |count: usize| -> Vec<HookEvent> {
        failures[..count]
            .iter()
            .cloned()
            .chain([pool.clone()])
            .collect()
    };
    assert!(!super::is_hopeless(&with_pool(4)));
    assert!(super::is_hopeless(&with_pool(5)));
}

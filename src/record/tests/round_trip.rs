use proptest::{collection::vec, option, prelude::*};

use super::*;
use crate::record::{
    CoreSpan, HookEvent, Labels, ProcessExit, ProcessJoin, Recording, RunStatus, Value, WaitKind,
    WaitSpan, WorkSpans,
};

fn finite() -> impl Strategy<Value = f64> {
    any::<f64>().prop_map(|float| if float.is_finite() { float } else { 0.1 })
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<String>().prop_map(Value::Text),
        any::<i64>().prop_map(Value::Count),
        finite().prop_map(Value::Seconds),
        any::<u64>().prop_map(Value::Bytes),
        finite().prop_map(Value::Ratio),
        finite().prop_map(Value::Share),
        finite().prop_map(Value::Rate),
        any::<u32>().prop_map(Value::Pid),
        vec(any::<u32>(), 0..4).prop_map(Value::Pids),
        vec(any::<u32>(), 0..4).prop_map(Value::Cores),
        any::<bool>().prop_map(Value::Flag),
        any::<String>().prop_map(Value::Missing),
        Just(Value::Nothing),
    ]
}

fn backend() -> impl Strategy<Value = Backend> {
    proptest::sample::select(&Backend::ALL)
}

fn usage() -> impl Strategy<Value = ResourceUsage> {
    (
        option::of(finite()),
        vec(any::<u32>(), 0..4),
        option::of(any::<u64>()),
        any::<u64>(),
    )
        .prop_map(|(cpu_s, cores, bytes, tasks)| ResourceUsage {
            work_s: cpu_s,
            cpu_s,
            run_queue_s: cpu_s,
            cores,
            private_bytes: bytes,
            voluntary_switches: bytes,
            tasks,
            ..ResourceUsage::default()
        })
}

fn params() -> impl Strategy<Value = Params> {
    (
        option::of(any::<u32>()),
        option::of(any::<String>()),
        vec(backend(), 0..3),
    )
        .prop_map(|(workers, workload, backends)| Params {
            workers,
            workload,
            backends,
            ..Params::default()
        })
}

fn work_spans() -> impl Strategy<Value = WorkSpans> {
    let core = |(core, from_ns, until_ns)| CoreSpan {
        core,
        from_ns,
        until_ns,
    };
    let wait = |(name, from_ns, until_ns)| WaitSpan {
        what: WaitKind::Message,
        name,
        from_ns,
        until_ns,
        waited_ns: from_ns,
        count: until_ns,
    };
    let cores = vec(any::<(u32, u64, u64)>().prop_map(core), 0..3);
    let waits = vec(any::<(String, u64, u64)>().prop_map(wait), 0..3);
    (cores, waits).prop_map(|(cores, waits)| WorkSpans { cores, waits })
}

fn of_a_worker() -> impl Strategy<Value = EventKind> {
    let id = || any::<u32>().prop_map(WorkerId);
    prop_oneof![
        (
            id(),
            any::<String>(),
            option::of(backend()),
            option::of(any::<u32>()),
            any::<u32>()
        )
            .prop_map(
                |(worker, name, backend, trial, pid)| EventKind::WorkerStarted {
                    worker,
                    name,
                    kind: WorkerKind::Thread,
                    backend,
                    trial,
                    pid,
                    tid: trial,
                    ppid: None,
                }
            ),
        (id(), finite())
            .prop_map(|(worker, startup_s)| EventKind::WorkerReady { worker, startup_s }),
        (id(), usage()).prop_map(|(worker, usage)| EventKind::WorkFinished {
            worker,
            usage: usage.into()
        }),
        (id(), work_spans()).prop_map(|(worker, spans)| EventKind::WorkSpans {
            worker,
            spans: spans.into()
        }),
        (id(), any::<bool>(), any::<String>()).prop_map(|(worker, stderr, text)| {
            EventKind::Output {
                worker,
                stderr,
                text,
            }
        }),
        (id(), option::of(any::<i32>()), option::of(usage())).prop_map(
            |(worker, exitcode, usage)| EventKind::WorkerExited {
                worker,
                exitcode,
                usage: usage.map(Into::into)
            }
        ),
    ]
}

fn hook_event() -> impl Strategy<Value = HookEvent> {
    prop_oneof![
        (any::<u32>(), option::of(any::<i32>()), any::<bool>()).prop_map(
            |(child, exitcode, flag)| HookEvent::Joined(ProcessJoin {
                child,
                ended: flag,
                exitcode,
                at_exit: flag,
                internal: !flag,
            })
        ),
        option::of(any::<String>()).prop_map(|text| HookEvent::Exiting(ProcessExit {
            gil: None,
            uncaught: text.clone(),
            message: text,
        })),
        any::<u32>().prop_map(|wait| HookEvent::Waited { wait }),
    ]
}

fn of_a_run() -> impl Strategy<Value = EventKind> {
    prop_oneof![
        (any::<String>(), params()).prop_map(|(demo, params)| EventKind::RunStarted {
            demo,
            params: params.into(),
            interpreter: None
        }),
        params().prop_map(|params| EventKind::Resolved {
            params: params.into()
        }),
        any::<String>().prop_map(|why| EventKind::RunFinished {
            outcome: RunStatus::Partial(why)
        }),
        (backend(), any::<String>())
            .prop_map(|(backend, why)| EventKind::BackendSkipped { backend, why }),
        (
            backend(),
            option::of(any::<u32>()),
            finite(),
            option::of(finite())
        )
            .prop_map(|(backend, trial, work_s, cpu_s)| EventKind::TrialFinished {
                backend,
                trial,
                times: Box::new(TrialTimes {
                    work_s,
                    cpu_s,
                    run_queue_s: cpu_s,
                    voluntary_switches: cpu_s.map(|_| 7),
                    ..TrialTimes::default()
                }),
            }),
        (any::<String>(), any::<String>(), value()).prop_map(|(name, label, value)| {
            EventKind::Observed {
                name,
                labels: Labels::from_iter([(label, "x")]),
                value,
            }
        }),
        (backend(), vec(0.0f32..1.0, 0..4))
            .prop_map(|(backend, load)| EventKind::CoreLoad { backend, load }),
        (any::<u32>(), hook_event()).prop_map(|(pid, what)| EventKind::Hook {
            pid,
            what: what.into()
        }),
        (any::<u32>(), any::<u32>(), any::<String>())
            .prop_map(|(done, of, doing)| EventKind::Progress { done, of, doing }),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    (
        any::<u64>(),
        any::<u32>(),
        prop_oneof![of_a_worker(), of_a_run()],
    )
        .prop_map(|(at_ns, run, what)| Event { at_ns, run, what })
}

proptest! {
    #[test]
    fn every_event_reads_back_as_it_was_written(event in event()) {
        let line = serde_json::to_string(&event).expect("JSON holds it");
        prop_assert!(!line.contains('\n'));
        let read: Event = serde_json::from_str(&line).expect("it reads back");
        prop_assert_eq!(read, event);
    }

    #[test]
    fn every_question_has_an_answer(events in vec(event(), 0..30)) {
        let recording = Recording::new(machine(), events);
        let run = recording.run();
        let workers: usize = Backend::ALL.iter().map(|backend| run.workers(*backend).len()).sum();
        prop_assert!(workers <= run.all_workers().len());
        prop_assert!(run.duration_s() >= 0.0);
        for nested in run.nested_runs() {
            prop_assert!(nested.number > 0);
            let _ = (nested.status(), nested.params(), nested.notes());
        }
    }
}

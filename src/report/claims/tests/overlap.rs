//! At once or by turns: the same verdict on an idle machine, on a busy one, and on one core.

use super::*;
use Verdict::{CannotBeShown, DoesNotHold, Holds, TooNoisy};

/// What two workers had of three rounds of 0.2 s: cores used, cores that they waited for, switches a CPU second.
type Shared = (f64, f64, f64);

/// Usable cores, those that a probe got, and what workers with a lock and workers without had.
const MACHINES: [(u32, f64, Shared, Shared); 3] = [
    (2, 2.0, (0.98, 0.02, 400.0), (1.97, 0.02, 0.0)),
    (2, 0.7, (0.45, 1.10, 420.0), (0.70, 1.20, 2.0)),
    (1, 1.0, (0.97, 0.40, 350.0), (0.98, 0.97, 0.0)),
];

fn recorded((usable, free, locked, lock_free): (u32, f64, Shared, Shared)) -> Recording {
    let outer = run_of("parallel");
    observe(
        &outer,
        "available_cores",
        &[("trial", "0")],
        Value::Ratio(free),
    );
    let alone = (0.5, 0.01, 1.0);
    trials_that_waited(&outer, Backend::Serial, alone);
    trials_that_waited(&outer, Backend::GilThreads, locked);
    trials_that_waited(&outer, Backend::Threads, lock_free);
    trials_that_waited(&outer, Backend::Processes, lock_free);
    let part = python(&outer, "parallel", "3.13", true);
    trials_that_waited(&part, Backend::PythonThreads, locked);
    trials_that_waited(&part, Backend::PythonInterpreters, lock_free);
    part.emit(EventKind::RunFinished {
        outcome: RunStatus::Complete,
    });
    let mut recording = finished(&outer);
    recording.machine = test_machine(4, usable);
    recording
}

fn trials_that_waited(recorder: &Recorder, backend: Backend, (used, waited, switches): Shared) {
    let workers = if backend == Backend::Serial { 1 } else { 2 };
    for trial in (0..3).map(Some) {
        recorder.emit(EventKind::TrialStarted { backend, trial });
        for _ in 0..workers {
            let worker = recorder.next_worker();
            recorder.emit(EventKind::WorkerStarted {
                worker,
                name: format!("Worker-{}", worker.0),
                kind: WorkerKind::Thread,
                backend: Some(backend),
                trial,
                pid: 7,
                tid: None,
                ppid: None,
            });
        }
        let work_s = 0.2;
        let times = TrialTimes {
            work_s,
            cpu_s: Some(work_s * used),
            run_queue_s: Some(work_s * waited),
            voluntary_switches: Some((switches * work_s * used) as u64),
            ..TrialTimes::default()
        };
        recorder.emit(EventKind::TrialFinished {
            backend,
            trial,
            times: times.into(),
        });
    }
}

#[test]
fn who_takes_turns_is_told_on_every_machine() {
    let cases = [
        ("by_turns('gil-threads')", [Holds; 3]),
        ("by_turns('python-threads')", [Holds; 3]),
        ("by_turns('threads')", [DoesNotHold; 3]),
        ("not by_turns('processes')", [Holds; 3]),
        ("at_once('processes')", [Holds; 3]),
        ("at_once('python-interpreters')", [Holds; 3]),
        ("at_once('gil-threads')", [DoesNotHold; 3]),
        ("by_turns('gil-threads') and at_once('threads')", [Holds; 3]),
        (
            "by_turns('threads') or at_once('gil-threads')",
            [DoesNotHold; 3],
        ),
        ("lock_switches('gil-threads') > 100 /s", [Holds; 3]),
        ("lock_switches('processes') > 100 /s", [DoesNotHold; 3]),
        ("lock_switches('processes') < 100 /s", [Holds; 3]),
        // Load moves this one both ways.
        (
            "cores_wanted('processes') > 1.5",
            [Holds, TooNoisy, CannotBeShown],
        ),
        (
            "cores_wanted('gil-threads') < 1.3",
            [Holds, TooNoisy, CannotBeShown],
        ),
        // A time or a quotient of times in the same condition needs the cores.
        (
            "at_once('processes') and cores_used('processes') > 1.5",
            [Holds, TooNoisy, CannotBeShown],
        ),
        (
            "by_turns('gil-threads') and cores_used('gil-threads') < 1.3",
            [Holds, TooNoisy, CannotBeShown],
        ),
        ("by_turns('serial')", [CannotBeShown; 3]),
    ];
    for (text, expected) in cases {
        let judged = MACHINES.map(|on| judged(&recorded(on), "", text));
        let verdicts = judged.each_ref().map(|judgement| judgement.verdict);
        assert_eq!(verdicts, expected, "{text}: {judged:#?}");
    }
}

#[test]
fn the_evidence_says_who_took_turns_and_why_it_is_not_known() {
    let busy = recorded(MACHINES[1]);
    let evidence = |text| judged(&busy, "", text).evidence;
    assert_eq!(
        evidence("by_turns('gil-threads') and at_once('processes')"),
        "2 threads under the GIL model took turns at a lock; 2 processes were ready to run at once."
    );
    assert_eq!(
        evidence("cores_wanted('threads') > 1 and lock_switches('gil-threads') > 100 /s"),
        "Other programs kept 1.2 of 2 cores busy. 2 native threads were ready to use 1.9 cores; 2 threads under the \
         GIL model gave their cores up 411 times a second of processor time."
    );
    assert_eq!(
        evidence("by_turns('serial')"),
        "Whether `serial` took turns can't be evidence: one worker alone has no other to take turns with."
    );
}

/// A probe between the trials caught a burst, or missed one.
#[test]
fn what_the_workers_had_counts_more_than_a_probe_beside_them() {
    let run = |probed, lacked| {
        let outer = run_of("parallel");
        let labels = [("trial", "0")];
        observe(&outer, "available_cores", &labels, Value::Ratio(probed));
        trials_that_waited(&outer, Backend::Serial, (1.0, 0.0, 0.0));
        trials_that_waited(&outer, Backend::GilThreads, (1.0, lacked, 400.0));
        observe(&outer, "hashing", &[], Value::Seconds(0.2));
        observe(&outer, "hashing", &[], Value::Seconds(0.2));
        observe(&outer, "hashing", &[], Value::Seconds(0.2));
        finished(&outer)
    };
    let verdict = |recording: &Recording, text| judged(recording, "", text).verdict;
    let (caught, missed) = (run(0.5, 0.0), run(2.0, 0.9));
    let one_core = "cores_used('gil-threads') < 1.3";
    assert_eq!(verdict(&caught, one_core), Holds);
    assert_eq!(verdict(&missed, one_core), TooNoisy);
    // These were measured beside the trials, as the probe was.
    for beside in ["median('hashing') > 0.1 s", "startup('serial') > -1 s"] {
        assert_eq!(verdict(&caught, beside), TooNoisy, "{beside}");
    }
}

/// Another platform, or an old recording.
#[test]
fn where_waits_are_not_counted_the_cores_used_answer() {
    let uncounted = |on| {
        let mut recording = recorded(on);
        for event in recording.events_mut() {
            if let EventKind::TrialFinished { times, .. } = &mut event.what {
                (times.run_queue_s, times.voluntary_switches) = (None, None);
            }
        }
        recording
    };
    let cases = [
        ("by_turns('gil-threads')", [Holds, TooNoisy, CannotBeShown]),
        (
            "by_turns('threads')",
            [DoesNotHold, TooNoisy, CannotBeShown],
        ),
        ("at_once('processes')", [Holds, TooNoisy, CannotBeShown]),
        (
            "at_once('gil-threads')",
            [DoesNotHold, TooNoisy, CannotBeShown],
        ),
        ("lock_switches('threads') < 100 /s", [CannotBeShown; 3]),
    ];
    for (text, expected) in cases {
        let judged = MACHINES.map(|on| judged(&uncounted(on), "", text));
        let verdicts = judged.each_ref().map(|judgement| judgement.verdict);
        assert_eq!(verdicts, expected, "{text}: {judged:#?}");
    }
    assert_eq!(
        judged(&uncounted(MACHINES[0]), "", "by_turns('gil-threads')").evidence,
        "2 threads under the GIL model used 0.98 cores."
    );
}

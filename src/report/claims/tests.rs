//! Judges claims from fixed recordings: where each figure is found, and why one is missing.

mod cores;
mod overlap;

use super::*;
use crate::{
    claim::{Condition, ConditionSubject, judge_claim},
    record::{
        Backend, EventKind, Interpreter, Params, Recorder, Recording, TrialTimes, Value, WorkerId,
        WorkerKind, metrics::Metric, testing::test_machine,
    },
    report::BackendSummary,
};

/// A recorder for a run of a demo.
fn run_of(demo: &str) -> Recorder {
    let recorder = Recorder::new(None);
    recorder.emit(EventKind::RunStarted {
        demo: demo.to_owned(),
        params: Params::default().into(),
        interpreter: None,
    });
    recorder
}

fn python(recorder: &Recorder, demo: &str, name: &str, gil: bool) -> Recorder {
    let pypy = name.starts_with("pypy");
    let interpreter = Interpreter {
        name: name.to_owned(),
        implementation: if pypy { "PyPy" } else { "CPython" }.to_owned(),
        version: format!("{name}.1"),
        gil,
        free_threaded: !gil,
        subinterpreters: name != "3.11",
        ..Interpreter::default()
    };
    recorder.begin_nested_under(Some(interpreter), demo, &Params::default())
}

/// Records trials of two workers with these work times, each using this many cores.
fn trials(recorder: &Recorder, backend: Backend, works: &[f64], cores: f64) {
    for (number, work) in (0..).zip(works) {
        let trial = Some(number);
        recorder.emit(EventKind::TrialStarted { backend, trial });
        for _ in 0..2 {
            let worker: WorkerId = recorder.next_worker();
            let kind = match backend {
                Backend::Threads | Backend::PythonThreads => WorkerKind::Thread,
                _ => WorkerKind::Process,
            };
            recorder.emit(EventKind::WorkerStarted {
                worker,
                name: format!("Worker-{}", worker.0),
                kind,
                backend: Some(backend),
                trial,
                pid: if kind == WorkerKind::Thread {
                    7
                } else {
                    100 + worker.0
                },
                tid: None,
                ppid: None,
            });
        }
        let times = TrialTimes {
            startup_s: 0.01,
            work_s: *work,
            total_s: work + 0.02,
            cpu_s: Some(work * cores),
            ..TrialTimes::default()
        };
        recorder.emit(EventKind::TrialFinished {
            backend,
            trial,
            times: times.into(),
        });
    }
}

fn observe(recorder: &Recorder, name: &str, labels: &[(&str, &str)], value: Value) {
    let labels = labels
        .iter()
        .map(|(key, of)| ((*key).to_owned(), (*of).to_owned()))
        .collect();
    recorder.emit(EventKind::Observed {
        name: name.to_owned(),
        labels,
        value,
    });
}

fn finished(recorder: &Recorder) -> Recording {
    recorder.emit(EventKind::RunFinished {
        outcome: RunStatus::Complete,
    });
    Recording::from_recorder(recorder, test_machine(4, 2))
}

#[track_caller]
fn judged(recording: &Recording, needs: &str, text: &str) -> Judgement {
    let run = recording.run();
    let subject = ConditionSubject {
        demo: run.demo(),
        backends: &[],
    };
    let condition = Condition::from_text(text, &subject).expect(text);
    let needs = Needs::from_text(needs)
        .expect(needs)
        .including_condition(&condition);
    judge_claim(&condition, &needs, None, &RunEvidence(run))
}

/// One thread, threads and processes; the same under three Pythons.
fn parallel() -> Recording {
    let outer = run_of("parallel");
    trials(&outer, Backend::Serial, &[0.20, 0.21, 0.20], 1.0);
    trials(&outer, Backend::Threads, &[0.10, 0.11, 0.10], 1.96);
    trials(&outer, Backend::Processes, &[0.11, 0.11, 0.12], 1.90);
    for (name, gil) in [("3.11", true), ("3.12", true), ("3.13t", false)] {
        let part = python(&outer, "parallel", name, gil);
        trials(&part, Backend::PythonSerial, &[0.40, 0.40, 0.41], 1.0);
        let (work, cores) = if gil { (0.41, 1.0) } else { (0.21, 1.95) };
        trials(&part, Backend::PythonThreads, &[work; 3], cores);
        trials(&part, Backend::PythonProcesses, &[0.21; 3], 1.9);
        if name == "3.11" {
            part.emit(EventKind::BackendSkipped {
                backend: Backend::PythonInterpreters,
                why: "3.11 has no subinterpreters".to_owned(),
            });
        } else {
            trials(&part, Backend::PythonInterpreters, &[0.22; 3], 1.9);
        }
    }
    quiet(&outer);
    finished(&outer)
}

#[test]
fn figures_of_trials_are_those_of_the_tables() {
    let recording = parallel();
    let holds = |text: &str| {
        let judgement = judged(&recording, "", text);
        assert_eq!(
            judgement.verdict,
            Verdict::Holds,
            "{text}: {}",
            judgement.evidence
        );
        judgement.evidence
    };
    assert_eq!(
        holds("speedup('threads') > 1.7 and cores_used('threads') > 1.9"),
        "2 native threads were 2.0× as fast as one thread (1.9–2.0) and used 2.0 cores."
    );
    holds("efficiency('processes') > 0.8 and work('processes') < 0.13 s");
    holds("startup('processes') == 10 ms and total('threads') > 0.1 s and cpu('threads') > 0.19 s");
    holds("workers('threads') == 2 and pids('threads') == 1 and pids('processes') == 2");
    holds("ran('threads') and total('serial') > work('serial')");
}

#[test]
fn the_first_python_that_meets_the_needs_answers() {
    let recording = parallel();
    let evidence = |needs: &str, text: &str| {
        let judgement = judged(&recording, needs, text);
        assert_eq!(
            judgement.verdict,
            Verdict::Holds,
            "{text}: {}",
            judgement.evidence
        );
        judgement.evidence
    };
    let first = evidence("", "speedup('python-processes') > 1.5");
    assert!(first.contains("2 processes of CPython 3.11"), "{first}");
    let with = evidence("gil", "speedup('python-threads') < 1.1");
    assert_eq!(
        with,
        "2 threads of CPython 3.11 were 0.98× as fast as one of CPython 3.11 (0.98–1.0)."
    );
    let without = evidence("free_threaded", "speedup('python-threads') > 1.5");
    assert!(without.contains("CPython 3.13t"), "{without}");
    // All figures of a claim come from the same Python.
    let inside = evidence(
        "gil",
        "speedup('python-interpreters') > 1.5 and speedup('python-threads') < 1.1",
    );
    assert!(
        inside.contains("3.12") && !inside.contains("3.11"),
        "{inside}"
    );
}

#[test]
fn an_implementation_is_named_once() {
    let outer = run_of("parallel");
    let pypy = python(&outer, "parallel", "pypy3.11", true);
    trials(&pypy, Backend::PythonSerial, &[0.2, 0.2, 0.2], 1.0);
    trials(&pypy, Backend::PythonThreads, &[0.2, 0.2, 0.2], 1.0);
    let judgement = judged(&finished(&outer), "", "speedup('python-threads') < 1.1");
    assert!(
        judgement
            .evidence
            .contains("2 threads of PyPy 3.11 were 1.0× as fast as one of PyPy 3.11"),
        "{}",
        judgement.evidence
    );
}

#[test]
fn what_python_is_missing_is_told() {
    let outer = run_of("parallel");
    let none = judged(&finished(&outer), "gil", "ran('python-threads')");
    assert_eq!(none.verdict, Verdict::CannotBeShown);
    assert_eq!(
        none.evidence,
        "It needs a CPython with a GIL, and no Python took part."
    );
    let outer = run_of("parallel");
    let part = python(&outer, "parallel", "3.11", true);
    trials(&part, Backend::PythonSerial, &[0.4; 3], 1.0);
    let other = judged(&finished(&outer), "free_threaded", "ran('python-threads')");
    assert_eq!(
        other.evidence,
        "It needs a Python without a GIL (a free-threaded build, 3.13 or later); the Python here is 3.11."
    );
}

#[test]
fn a_figure_that_is_missing_says_why() {
    let outer = run_of("parallel");
    trials(&outer, Backend::Threads, &[0.1; 3], 1.9);
    outer.emit(EventKind::BackendSkipped {
        backend: Backend::GilThreads,
        why: "it broke".to_owned(),
    });
    observe(
        &outer,
        "hashing",
        &[],
        Value::missing("this system has none"),
    );
    let recording = finished(&outer);
    let why = |text: &str| {
        let judgement = judged(&recording, "", text);
        assert_eq!(judgement.verdict, Verdict::CannotBeShown, "{text}");
        judgement.evidence
    };
    assert!(
        why("cores_used('gil-threads') < 1.2").contains("`gil-threads` did not run: it broke.")
    );
    assert!(why("speedup('threads') > 1").contains("`serial` did not run"));
    assert!(why("median('hashing') > 1 s").contains("This system has none."));
    assert!(why("work('processes') > 1 s").contains("was not measured by `parallel`."));
    assert_eq!(
        judged(&recording, "", "not ran('gil-threads')").verdict,
        Verdict::Holds
    );
    let cut = run_of("parallel");
    let cut = Recording::from_recorder(&cut, test_machine(4, 2));
    let why = judged(&cut, "", "work('threads') > 1 s").evidence;
    assert!(why.contains("its end was not recorded"), "{why}");
}

#[test]
fn lost_updates_are_what_was_expected_and_not_seen() {
    let outer = run_of("race");
    for (lock, seen) in [("no", [60, 80, 70]), ("yes", [100, 100, 100])] {
        for seen in seen {
            let labels = [("backend", "threads"), ("memory", "shared"), ("lock", lock)];
            observe(&outer, "expected", &labels, Value::Count(100));
            observe(&outer, "seen", &labels, Value::Count(seen));
        }
    }
    let recording = finished(&outer);
    let judgement = judged(
        &recording,
        "",
        "lost('threads', memory='shared', lock='no') > 0 and lost('threads', lock='yes') == 0 \
         and most('lost', 'threads') >= 40 and sum('lost') >= 90 and count('lost', lock='no') >= 3",
    );
    assert_eq!(judgement.verdict, Verdict::Holds, "{}", judgement.evidence);
    let evidence = "Native threads lost 30 (20–40) additions on a shared counter without a lock and lost 0 \
                additions with a lock";
    assert!(
        judgement.evidence.starts_with(evidence),
        "{}",
        judgement.evidence
    );
}

#[test]
fn who_survives_a_crash_is_found_by_its_place() {
    let outer = run_of("crash");
    for (place, lives) in [("thread", false), ("process", true)] {
        let labels = [("crash", "segfault"), ("where", place)];
        observe(&outer, "program_lives", &labels, Value::Flag(lives));
        observe(&outer, "died", &labels, Value::text("worker"));
    }
    observe(
        &outer,
        "pool_answered",
        &[("crash", "kill")],
        Value::Count(7),
    );
    observe(&outer, "pool_others", &[("crash", "kill")], Value::Count(7));
    let part = python(&outer, "crash", "3.11", true);
    let labels = [("crash", "segfault"), ("where", "thread")];
    observe(&part, "program_lives", &labels, Value::Flag(false));
    let recording = finished(&outer);
    let judgement = judged(
        &recording,
        "",
        "survives('process') and not survives('thread') and not survives('thread', 'python-threads')",
    );
    assert_eq!(judgement.verdict, Verdict::Holds);
    assert_eq!(
        judgement.evidence,
        "After a segfault in a process the program lived on; after a segfault in a thread the program \
         died; after a segfault in a thread of CPython 3.11 the program died."
    );
    let text = "text('died', where='thread') == 'worker' and answered('kill')";
    assert_eq!(judged(&recording, "", text).verdict, Verdict::Holds);
    let refuted = judged(&recording, "", "survives('thread')");
    assert_eq!(refuted.verdict, Verdict::DoesNotHold);
}

#[test]
fn a_demo_made_of_others_answers_for_them() {
    let outer = run_of("worlds");
    let inner = outer.begin_nested("parallel", &Params::default());
    trials(&inner, Backend::Serial, &[0.2; 3], 1.0);
    trials(&inner, Backend::Processes, &[0.1; 3], 2.0);
    let part = python(&inner, "parallel", "3.13t", false);
    trials(&part, Backend::PythonSerial, &[0.4; 3], 1.0);
    trials(&part, Backend::PythonThreads, &[0.2; 3], 2.0);
    let other = outer.begin_nested("crash", &Params::default());
    let labels = [("crash", "segfault"), ("where", "process")];
    observe(&other, "program_lives", &labels, Value::Flag(true));
    let recording = finished(&outer);
    let text =
        "speedup('processes') > 1.5 and survives('process') and speedup('python-threads') > 1.5";
    let judgement = judged(&recording, "free_threaded", text);
    assert_eq!(judgement.verdict, Verdict::Holds, "{}", judgement.evidence);
}

#[test]
fn cores_that_others_kept_busy_are_seen_in_every_part() {
    let outer = run_of("parallel");
    trials(&outer, Backend::Serial, &[0.2; 3], 1.0);
    trials(&outer, Backend::Processes, &[0.2; 3], 1.0);
    observe(
        &outer,
        "available_cores",
        &[("trial", "0")],
        Value::Ratio(1.98),
    );
    let part = python(&outer, "parallel", "3.11", true);
    observe(
        &part,
        "available_cores",
        &[("trial", "0")],
        Value::Ratio(1.1),
    );
    let text = "speedup('processes') > 1.5";
    let disturbed = judged(&finished(&outer), "cores >= 2", text);
    assert_eq!(disturbed.verdict, Verdict::TooNoisy);
    assert!(
        disturbed
            .evidence
            .starts_with("Other programs kept 0.90 of 2 cores busy."),
        "{}",
        disturbed.evidence
    );
}

#[test]
fn nothing_of_a_kind_is_counted_as_none() {
    let outer = run_of("numbers");
    for order in ["1 2", "2 1", "1 2"] {
        observe(&outer, "line", &[("kind", "whole")], Value::text(order));
    }
    let recording = finished(&outer);
    let text = "count('line', kind='whole') == 3 and count('line', kind='glued') == 0 \
                and distinct('line') > 1";
    let judgement = judged(&recording, "", text);
    assert_eq!(judgement.verdict, Verdict::Holds, "{}", judgement.evidence);
    // One value is enough to refute a count, unless nothing was seen, which may still come.
    let refuted = judged(&recording, "", "count('line', kind='whole') == 2");
    assert_eq!(refuted.verdict, Verdict::DoesNotHold);
    let unseen = judged(&recording, "", "count('line', kind='glued') > 0");
    assert_eq!(unseen.verdict, Verdict::TooNoisy);
    let nobody_looked = judged(&recording, "", "count('number') == 0");
    assert_eq!(nobody_looked.verdict, Verdict::CannotBeShown);
}

fn quiet(recorder: &Recorder) {
    let labels = [("trial", "end")];
    observe(recorder, "available_cores", &labels, Value::Ratio(2.0));
}

#[test]
fn one_threads_own_trials_count_in_a_speed_up() {
    let text = "speedup('threads') > 1.5";
    let run = |serial: &[f64], threads: &[f64]| {
        let outer = run_of("parallel");
        trials(&outer, Backend::Serial, serial, 1.0);
        trials(&outer, Backend::Threads, threads, 1.9);
        quiet(&outer);
        judged(&finished(&outer), "", text).verdict
    };
    assert_eq!(run(&[0.2; 3], &[0.11; 3]), Verdict::Holds);
    assert_eq!(run(&[0.2; 3], &[0.19; 3]), Verdict::DoesNotHold);
    // A slowdown of both backends in one round proves nothing about either.
    assert_eq!(run(&[0.2, 0.4, 0.8], &[0.11, 0.22, 0.44]), Verdict::Holds);
    assert_eq!(run(&[0.1, 0.2, 0.3], &[0.1; 3]), Verdict::TooNoisy);
    // The single thread alone was slow, or was measured only once.
    assert_eq!(run(&[0.2, 0.19, 0.4], &[0.19; 3]), Verdict::TooNoisy);
    assert_eq!(run(&[0.2], &[0.19; 3]), Verdict::TooNoisy);
}

#[test]
fn a_speed_up_in_a_table_is_the_one_that_a_claim_is_judged_by() {
    let outer = run_of("parallel");
    trials(&outer, Backend::Serial, &[0.1, 0.2, 0.3], 1.0);
    trials(&outer, Backend::Threads, &[0.1; 3], 1.9);
    quiet(&outer);
    let recording = finished(&outer);
    let shown = BackendSummary::from_trials(&recording.run(), Backend::Threads);
    let shown = shown.figure(Metric::Speedup).expect("three rounds");
    let judgement = judged(&recording, "", "speedup('threads') > 1.5");
    let judged = &judgement.figures[0];
    assert_eq!(shown.median.to_bits(), judged.median.to_bits());
    assert_eq!(shown.spread, Some((judged.high - judged.low) / 2.0));
}

#[test]
fn a_run_that_was_cut_refutes_nothing() {
    let run = |outcome| {
        let outer = run_of("numbers");
        for _ in 0..31 {
            observe(&outer, "line", &[("kind", "whole")], Value::text("one"));
        }
        outer.emit(EventKind::RunFinished { outcome });
        let recording = Recording::from_recorder(&outer, test_machine(4, 2));
        judged(&recording, "", "count('line', kind='whole') == 80")
    };
    assert_eq!(run(RunStatus::Complete).verdict, Verdict::DoesNotHold);
    let cut = run(RunStatus::Partial("the time was up".to_owned()));
    assert_eq!(cut.verdict, Verdict::CannotBeShown);
    assert!(cut.evidence.contains("the time was up"), "{}", cut.evidence);
}

#[test]
fn a_python_whose_part_was_cut_leaves_the_answer_to_the_next() {
    let outer = run_of("parallel");
    for (name, outcome) in [
        ("3.11", RunStatus::Partial("it hung".to_owned())),
        ("3.12", RunStatus::Complete),
    ] {
        let part = python(&outer, "parallel", name, true);
        trials(&part, Backend::PythonSerial, &[0.4; 3], 1.0);
        trials(&part, Backend::PythonThreads, &[0.41; 3], 1.0);
        part.emit(EventKind::RunFinished { outcome });
    }
    quiet(&outer);
    let judgement = judged(
        &finished(&outer),
        "gil",
        "cores_used('python-threads') < 1.3",
    );
    assert_eq!(judgement.verdict, Verdict::Holds);
    let evidence = judgement.evidence;
    assert!(evidence.contains("CPython 3.12"), "{evidence}");
}

//! Exercises judged by recordings that are made up.

use std::collections::VecDeque;

use super::*;
use crate::{
    claim::{Condition, ConditionSubject, Needs},
    lesson::{Exercise, ExerciseCondition},
    record::{
        Backend, Event, EventKind, Interpreter, Labels, Machine, Params, Recording, RunStatus,
        TrialTimes, Value, WorkerId, WorkerKind,
    },
};

fn requirement(holds_if: &str) -> ExerciseCondition {
    let subject = ConditionSubject {
        demo: "try",
        backends: &[Backend::Try],
    };
    ExerciseCondition {
        says: holds_if.to_owned(),
        condition: Condition::from_text(holds_if, &subject).expect(holds_if),
        hint: None,
    }
}

fn exercise(conditions: &[&str]) -> Exercise {
    Exercise {
        id: "q6-four".to_owned(),
        title: "Four processes".to_owned(),
        conditions: conditions.iter().map(|text| requirement(text)).collect(),
        trials: 1,
        ..Exercise::default()
    }
}

/// A program, as the observer saw it.
#[derive(Clone)]
struct Seen {
    children: u32,
    joined: u32,
    exit: i32,
    wall_s: f64,
    cpu_s: f64,
    lines: Vec<&'static str>,
    usable: u32,
    timed_out: bool,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            children: 4,
            joined: 4,
            exit: 0,
            wall_s: 1.0,
            cpu_s: 1.0,
            lines: vec!["one", "two"],
            usable: 2,
            timed_out: false,
        }
    }
}

fn observed(name: &str, labels: &[(&str, &str)], value: Value) -> EventKind {
    let labels: Labels = labels
        .iter()
        .map(|&(key, of)| (key.to_owned(), of.to_owned()))
        .collect();
    EventKind::Observed {
        name: name.to_owned(),
        labels,
        value,
    }
}

fn machine(usable: u32) -> Machine {
    Machine {
        os: "Testos 1".to_owned(),
        cpu: None,
        cores: 2,
        cores_usable: usable,
        cores_why: None,
        cores_quota: None,
        memory_bytes: None,
        build: "test".to_owned(),
    }
}

impl Seen {
    fn observations(&self) -> Vec<EventKind> {
        let mut whats = Vec::new();
        for child in 0..self.children {
            let pid = (200 + child).to_string();
            let labels = [("kind", "child"), ("pid", pid.as_str())];
            whats.push(observed(
                "process",
                &labels,
                Value::text(format!("Process-{child}")),
            ));
            whats.push(observed("pid", &labels, Value::Pid(200 + child)));
            whats.push(observed(
                "joined",
                &labels,
                Value::Flag(child < self.joined),
            ));
        }
        for line in &self.lines {
            let labels = [("stream", "out"), ("kind", "main")];
            whats.push(observed("line", &labels, Value::text(*line)));
        }
        let exit = Value::Count(i64::from(self.exit));
        whats.push(observed("exitcode", &[("kind", "main")], exit));
        whats.push(observed("timed_out", &[], Value::Flag(self.timed_out)));
        whats.push(observed("wall", &[], Value::Seconds(self.wall_s)));
        let at_once = Value::Count(i64::from(self.children));
        whats.push(observed("at_once", &[("kind", "child")], at_once));
        whats
    }

    fn recording(&self) -> Recording {
        let backend = Backend::Try;
        let mut whats = vec![
            EventKind::RunStarted {
                demo: "try".to_owned(),
                params: Params::default(),
                interpreter: Some(Interpreter::default()),
            },
            EventKind::TrialStarted {
                backend,
                trial: Some(0),
            },
            EventKind::WorkerStarted {
                worker: WorkerId(0),
                name: "MainProcess".to_owned(),
                kind: WorkerKind::Main,
                backend: Some(backend),
                trial: Some(0),
                pid: 100,
                tid: None,
                ppid: None,
            },
            observed("process", &[("kind", "main")], Value::text("MainProcess")),
        ];
        whats.extend(self.observations());
        whats.push(EventKind::WorkerExited {
            worker: WorkerId(0),
            exitcode: Some(self.exit),
            usage: None,
        });
        whats.push(EventKind::TrialFinished {
            backend,
            trial: Some(0),
            times: TrialTimes {
                startup_s: 0.0,
                work_s: self.wall_s,
                total_s: self.wall_s,
                cpu_s: Some(self.cpu_s),
            },
        });
        whats.push(EventKind::RunFinished {
            outcome: RunStatus::Complete,
        });
        let events = whats.into_iter().zip(0..);
        let events = events.map(|(what, at)| Event {
            at_ns: at * 1000,
            run: 0,
            what,
        });
        Recording::new(machine(self.usable), events.collect())
    }
}

/// Answers what a program is said to do, run after run; the last answer stays.
#[derive(Default)]
struct Told {
    program: VecDeque<Seen>,
    starter: Seen,
    runs: usize,
    cores: Option<f64>,
}

impl ProgramRunner for Told {
    fn run_program(&mut self) -> Result<Recording, CheckError> {
        self.runs += 1;
        let seen = if self.program.len() > 1 {
            self.program.pop_front()
        } else {
            self.program.front().cloned()
        };
        seen.map(|seen| seen.recording())
            .ok_or(CheckError::Interrupted)
    }

    fn run_starter(&mut self) -> Result<Recording, CheckError> {
        Ok(self.starter.recording())
    }

    fn available_cores(&mut self) -> Option<f64> {
        self.cores
    }
}

fn told(program: impl IntoIterator<Item = Seen>) -> Told {
    Told {
        program: program.into_iter().collect(),
        cores: Some(2.0),
        ..Told::default()
    }
}

fn checked(exercise: &Exercise, seen: Seen) -> CheckResult {
    check_exercise(exercise, &mut told([seen])).expect("checked")
}

fn standings(checked: &CheckResult) -> Vec<RequirementState> {
    checked
        .findings
        .iter()
        .map(|finding| finding.standing)
        .collect()
}

const FOUR: [&str; 3] = [
    "count('process', kind='child') == 4",
    "flag('joined', kind='child')",
    "most('exitcode', kind='main') == 0",
];

#[test]
fn a_program_that_does_all_of_it_solves_the_exercise() {
    let checked = checked(&exercise(&FOUR), Seen::default());
    assert_eq!(standings(&checked), [RequirementState::Holds; 3]);
    assert_eq!(checked.state(), ExerciseState::Solved);
    assert_eq!(checked.findings[0].measured, "4 child processes.");
    assert_eq!(checked.findings[1].measured, "All 4 processes were joined.");
}

#[test]
fn what_a_program_did_nothing_of_is_not_yet_and_never_beyond_the_machine() {
    let seen = Seen {
        children: 0,
        ..Seen::default()
    };
    let checked = checked(&exercise(&FOUR), seen);
    let expected = [
        RequirementState::NotYet,
        RequirementState::NotYet,
        RequirementState::Holds,
    ];
    assert_eq!(standings(&checked), expected);
    assert_eq!(checked.state(), ExerciseState::NotYet);
    assert_eq!(
        checked.findings[0].measured,
        "No child process was started."
    );
    assert_eq!(
        checked.findings[1].measured,
        "No child process was started."
    );
}

#[test]
fn one_child_that_nobody_joined_is_one_too_many() {
    let seen = Seen {
        joined: 3,
        ..Seen::default()
    };
    let checked = checked(&exercise(&FOUR), seen);
    assert_eq!(checked.findings[1].standing, RequirementState::NotYet);
    assert_eq!(checked.findings[1].measured, "3 of 4 processes joined.");
}

#[test]
fn a_line_that_stands_beside_another_is_not_the_only_one() {
    let exercise = exercise(&["text('line', stream='out', kind='main') == 'one'"]);
    assert_eq!(
        checked(&exercise, Seen::default()).state(),
        ExerciseState::NotYet
    );
    let seen = Seen {
        lines: vec!["one"],
        ..Seen::default()
    };
    assert_eq!(checked(&exercise, seen).state(), ExerciseState::Solved);
}

#[test]
fn none_of_a_kind_is_a_count_too() {
    let none = exercise(&["count('thread') == 0"]);
    assert_eq!(
        checked(&none, Seen::default()).state(),
        ExerciseState::Solved
    );
    let some = exercise(&["count('thread') >= 1"]);
    assert_eq!(
        checked(&some, Seen::default()).state(),
        ExerciseState::NotYet
    );
}

#[test]
fn several_runs_count_their_processes_once_and_their_times_all() {
    let mut exercise = exercise(&[
        "count('process', kind='child') == 4",
        "cores_used('try') > 1.3",
    ]);
    exercise.trials = 3;
    let quick = |cpu_s| Seen {
        cpu_s,
        ..Seen::default()
    };
    let checked = check_exercise(&exercise, &mut told([quick(1.8), quick(1.9), quick(1.7)]))
        .expect("checked");
    assert_eq!(
        checked.state(),
        ExerciseState::Solved,
        "{:?}",
        checked.findings
    );
    assert_eq!(checked.findings[1].figures[0].trials, Some(3));
    assert_eq!(checked.findings[1].measured, "1.8 (1.7–1.9) cores used.");
}

#[test]
fn one_run_that_fails_among_three_is_a_failure() {
    let mut exercise = exercise(&["count('process', kind='child') == 4"]);
    exercise.trials = 3;
    let lazy = Seen {
        children: 3,
        ..Seen::default()
    };
    let runs = [Seen::default(), lazy, Seen::default()];
    let checked = check_exercise(&exercise, &mut told(runs)).expect("checked");
    assert_eq!(checked.state(), ExerciseState::NotYet);
    assert_eq!(checked.findings[0].measured, "3 child processes.");
}

#[test]
fn what_is_too_noisy_is_run_a_few_times_more() {
    let mut exercise = exercise(&["cores_used('try') > 1.3"]);
    exercise.trials = 3;
    let run = |cpu_s| Seen {
        cpu_s,
        ..Seen::default()
    };
    // One hiccup in five does not count.
    let mut tries = told([run(1.2), run(1.8), run(1.8), run(1.8), run(1.8)]);
    assert_eq!(
        check_exercise(&exercise, &mut tries)
            .expect("checked")
            .state(),
        ExerciseState::Solved
    );
    assert_eq!(tries.runs, 5);
    // On both sides for good, it stays so.
    let mut tries = told([run(1.2), run(1.8), run(1.2), run(1.8), run(1.2)]);
    let checked = check_exercise(&exercise, &mut tries).expect("checked");
    assert_eq!((checked.state(), tries.runs), (ExerciseState::Undecided, 5));
}

#[test]
fn one_core_cannot_show_what_takes_two_and_that_counts_for_nothing() {
    let mut exercise = exercise(&[
        "cores_used('try') > 1.3",
        "count('process', kind='child') == 4",
    ]);
    exercise.needs = Needs::from_text("cores >= 2").expect("needs");
    let seen = Seen {
        usable: 1,
        ..Seen::default()
    };
    let both = checked(&exercise, seen.clone());
    assert_eq!(
        standings(&both),
        [RequirementState::CannotBeShown, RequirementState::Holds]
    );
    assert_eq!(both.state(), ExerciseState::Solved);
    assert!(
        both.findings[0].measured.contains("2 usable cores"),
        "{both:?}"
    );
    exercise.conditions.truncate(1);
    assert_eq!(
        checked(&exercise, seen).state(),
        ExerciseState::CannotBeShown
    );
}

/// What chance may bring about in another run is not asked of a program that was seen to do it, or not to.
#[test]
fn what_is_so_in_a_run_is_so_of_that_run() {
    let exercise = exercise(&["most('at_once', kind='child') == 4"]);
    let state = |children| {
        let seen = Seen {
            children,
            ..Seen::default()
        };
        checked(&exercise, seen).state()
    };
    assert_eq!(state(4), ExerciseState::Solved);
    assert_eq!(state(5), ExerciseState::NotYet);
}

#[test]
fn a_busy_machine_refutes_nothing() {
    let mut exercise = exercise(&["cores_used('try') > 1.3"]);
    exercise.trials = 3;
    let mut tries = told([Seen::default()]);
    tries.cores = Some(1.0);
    let busy = check_exercise(&exercise, &mut tries).expect("checked");
    assert_eq!(busy.state(), ExerciseState::Undecided);
    // A hint may help all the same.
    assert_eq!(
        (busy.failing_requirements(), busy.open_requirements()),
        (vec![], vec![0])
    );
    let said = &busy.findings[0].measured;
    assert!(
        said.starts_with("Other programs kept 1.0 of 2 cores busy. "),
        "{said}"
    );
    let free = check_exercise(&exercise, &mut told([Seen::default()])).expect("checked");
    assert_eq!(free.state(), ExerciseState::NotYet);
}

#[test]
fn beside_its_starter_a_program_shows_what_it_gained() {
    let mut exercise = exercise(&["median('gain') > 1.15", "flag('same_output')"]);
    (exercise.trials, exercise.compares) = (3, true);
    let quick = Seen {
        wall_s: 0.5,
        lines: vec!["two", "one"],
        ..Seen::default()
    };
    let solved = check_exercise(&exercise, &mut told([quick.clone()])).expect("checked");
    assert_eq!(
        solved.state(),
        ExerciseState::Solved,
        "{:?}",
        solved.findings
    );
    assert_eq!(
        solved.findings[0].measured,
        "2.0 times as fast as the starter."
    );
    let table = difference_table(&exercise, &solved).expect("a table");
    let walls: Vec<_> = table.rows.iter().map(|row| row[1].number()).collect();
    assert_eq!(walls, [Some(1.0), Some(0.5)]);

    let of_starter = judge_starter(&exercise, &solved.rounds).expect("it ran too");
    assert_eq!(
        standings(&of_starter),
        [RequirementState::NotYet, RequirementState::Holds]
    );

    let other = Seen {
        lines: vec!["one", "three"],
        ..quick
    };
    let failed = check_exercise(&exercise, &mut told([other])).expect("checked");
    assert_eq!(
        standings(&failed),
        [RequirementState::Holds, RequirementState::NotYet]
    );
}

#[test]
fn a_program_that_hangs_solves_nothing_and_is_run_once() {
    let mut exercise = exercise(&["count('process', kind='child') == 4"]);
    exercise.trials = 3;
    let mut tries = told([Seen {
        timed_out: true,
        ..Seen::default()
    }]);
    let checked = check_exercise(&exercise, &mut tries).expect("checked");
    assert_eq!((checked.state(), tries.runs), (ExerciseState::NotYet, 1));
    assert!(
        checked
            .trouble
            .expect("told")
            .contains("did not end in time")
    );
}

#[test]
fn hints_come_one_at_a_time_the_failing_requirements_own_first() {
    let mut exercise = exercise(&FOUR);
    exercise.conditions[1].hint = Some("Join them.".to_owned());
    exercise.hints = vec!["Look above.".to_owned(), "Look below.".to_owned()];
    let mut shown = ShownHints::default();
    let mut next =
        |failing: &[usize]| choose_hint(&exercise, failing, &mut shown).map(str::to_owned);
    assert_eq!(next(&[1, 2]).as_deref(), Some("Join them."));
    assert_eq!(next(&[1, 2]).as_deref(), Some("Look above."));
    assert_eq!(next(&[2]).as_deref(), Some("Look below."));
    assert_eq!(next(&[1]).as_deref(), Some("Join them."));
    assert_eq!(next(&[2]).as_deref(), Some("Look below."));
}

#[test]
fn who_stops_a_check_hears_no_verdict() {
    let mut tries = Told::default();
    assert_eq!(
        check_exercise(&exercise(&FOUR), &mut tries),
        Err(CheckError::Interrupted)
    );
}

//! Exercises judged from made-up recordings.

use std::{collections::VecDeque, fs, path::PathBuf};

use super::{testing::MadeUpRun, *};
use crate::{
    claim::{Condition, ConditionSubject, Needs},
    lesson::{Exercise, ExerciseCondition},
    observe::{ObservedProgram, ProgramCommand},
    python::ChosenPython,
    record::{Backend, Interpreter, Recording},
    tutor::{
        never_stop,
        testing::{self, PreparedRunner},
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

/// Returns made-up runs one after the other; the last one is repeated.
#[derive(Default)]
struct MadeUpRunner {
    program: VecDeque<MadeUpRun>,
    starter: MadeUpRun,
    runs: usize,
    cores: Option<f64>,
}

const FILE: &str = "four.py";

impl MadeUpRunner {
    fn next_run(&mut self, program: &ObservedProgram) -> Option<Recording> {
        let is_file =
            matches!(&program.command, ProgramCommand::Script { path, .. } if path == FILE);
        if !is_file {
            return Some(self.starter.recording());
        }
        self.runs += 1;
        let seen = if self.program.len() > 1 {
            self.program.pop_front()
        } else {
            self.program.front().cloned()
        };
        seen.map(|seen| seen.recording())
    }
}

fn exercise_programs(file: impl Into<PathBuf>) -> ExercisePrograms {
    let python = ChosenPython {
        path: "python3".into(),
        interpreter: Interpreter::default(),
    };
    ExercisePrograms {
        python,
        file: file.into(),
        starter: StarterProgram::new(FILE, ""),
        options: testing::run_options(),
        changed: never_stop(),
    }
}

fn check_exercise(
    exercise: &Exercise,
    tries: &mut MadeUpRunner,
) -> Result<CheckResult, CheckError> {
    let mut programs = exercise_programs(FILE);
    let mut runner = PreparedRunner {
        available_cores: tries.cores,
        watch: Some(Box::new(|program| tries.next_run(program))),
        ..PreparedRunner::new()
    };
    super::check_exercise(exercise, &mut programs, &mut runner)
}

fn runner(program: impl IntoIterator<Item = MadeUpRun>) -> MadeUpRunner {
    MadeUpRunner {
        program: program.into_iter().collect(),
        cores: Some(2.0),
        ..MadeUpRunner::default()
    }
}

fn checked(exercise: &Exercise, seen: MadeUpRun) -> CheckResult {
    check_exercise(exercise, &mut runner([seen])).expect("checked")
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

fn with_children(children: u32, joined: u32) -> MadeUpRun {
    MadeUpRun {
        children,
        joined,
        ..MadeUpRun::default()
    }
}

fn with_lines(lines: &[&'static str]) -> MadeUpRun {
    MadeUpRun {
        lines: lines.to_vec(),
        ..MadeUpRun::default()
    }
}

#[test]
fn a_file_that_is_saved_during_the_check_has_no_result() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(FILE);
    fs::write(&file, "print(1)\n").unwrap();
    let mut saves = ["print(1)\nprint(2)\n"].into_iter();
    let mut runner = PreparedRunner {
        watch: Some(Box::new(|_| {
            if let Some(text) = saves.next() {
                fs::write(&file, text).unwrap();
            }
            Some(with_children(4, 4).recording())
        })),
        ..PreparedRunner::new()
    };
    let exercise = Exercise {
        trials: 2,
        ..exercise(&FOUR)
    };
    let mut programs = exercise_programs(&file);
    let mut check = || super::check_exercise(&exercise, &mut programs, &mut runner).map(drop);
    assert_eq!(check(), Err(CheckError::Changed));
    assert_eq!(check(), Ok(()), "nothing changes it any more");
}

#[test]
fn each_requirement_holds_or_does_not_hold_yet_in_this_run() {
    use RequirementState::{Holds, NotYet};
    type Case<'c> = (&'c [&'c str], MadeUpRun, &'c [(RequirementState, &'c str)]);
    let only_one = "text('line', stream='out', kind='main') == 'one'";
    let at_once = "most('at_once', kind='child') == 4";
    let none = "No child process was started.";
    let cases: [Case<'_>; 10] = [
        (
            &FOUR[..2],
            with_children(4, 4),
            &[
                (Holds, "4 child processes."),
                (Holds, "All 4 processes were joined."),
            ],
        ),
        // What a program did nothing of is not yet, and never beyond the machine.
        (&FOUR[..2], with_children(0, 0), &[(NotYet, none); 2]),
        (
            &FOUR[1..2],
            with_children(4, 3),
            &[(NotYet, "3 of 4 processes joined.")],
        ),
        // A line that stands beside another is not the only one.
        (&[only_one], with_lines(&["one", "two"]), &[(NotYet, "")]),
        (
            &[only_one],
            with_lines(&["one"]),
            &[(Holds, "printed “one”.")],
        ),
        // A quotation that ends a sentence needs no full stop.
        (
            &[only_one],
            with_lines(&["Hello, Ada!"]),
            &[(NotYet, "“Hello, Ada!”")],
        ),
        // None of a kind is a count too.
        (
            &["count('thread') == 0"],
            with_children(4, 4),
            &[(Holds, "")],
        ),
        (
            &["count('thread') >= 1"],
            with_children(4, 4),
            &[(NotYet, "")],
        ),
        // Chance in another run does not matter: the requirement is about this run.
        (&[at_once], with_children(4, 4), &[(Holds, "")]),
        (&[at_once], with_children(5, 5), &[(NotYet, "")]),
    ];
    for (conditions, run, expected) in cases {
        let checked = checked(&exercise(conditions), run);
        let is_solved = expected.iter().all(|(state, _)| *state == Holds);
        assert_eq!(checked.state() == ExerciseState::Solved, is_solved);
        for (finding, (state, measured)) in checked.findings.iter().zip(expected) {
            assert_eq!(finding.standing, *state, "{finding:?}");
            assert!(finding.measured.ends_with(measured), "{finding:?}");
        }
    }
}

#[test]
fn several_runs_count_their_processes_once_and_their_times_all() {
    let mut exercise = exercise(&[FOUR[0], "cores_used('try') > 1.3"]);
    exercise.trials = 3;
    let runs = [1.8, 1.9, 1.7].map(with_cpu);
    let checked = check_exercise(&exercise, &mut runner(runs)).expect("checked");
    assert_eq!(checked.state(), ExerciseState::Solved);
    assert_eq!(checked.findings[1].figures[0].trials, Some(3));
    assert_eq!(checked.findings[1].measured, "1.8 (1.7–1.9) cores used.");
    // One run that fails among three is a failure.
    let runs = [4, 3, 4].map(|children| with_children(children, children));
    let checked = check_exercise(&exercise, &mut runner(runs)).expect("checked");
    assert_eq!(checked.findings[0].measured, "3 child processes.");
    assert_eq!(checked.findings[0].standing, RequirementState::NotYet);
}

fn with_cpu(cpu_s: f64) -> MadeUpRun {
    MadeUpRun {
        cpu_s,
        ..MadeUpRun::default()
    }
}

#[test]
fn what_is_too_noisy_is_run_a_few_times_more() {
    let mut exercise = exercise(&["cores_used('try') > 1.3"]);
    exercise.trials = 3;
    let run = with_cpu;
    // One outlier in five is ignored.
    let mut tries = runner([run(1.2), run(1.8), run(1.8), run(1.8), run(1.8)]);
    assert_eq!(
        check_exercise(&exercise, &mut tries)
            .expect("checked")
            .state(),
        ExerciseState::Solved
    );
    assert_eq!(tries.runs, 5);
    // If runs stay on both sides, the result does too.
    let mut tries = runner([run(1.2), run(1.8), run(1.2), run(1.8), run(1.2)]);
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
    let seen = MadeUpRun {
        usable: 1,
        ..MadeUpRun::default()
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

#[test]
fn a_busy_machine_refutes_nothing() {
    let mut exercise = exercise(&["cores_used('try') > 1.3"]);
    exercise.trials = 3;
    let mut tries = runner([MadeUpRun::default()]);
    tries.cores = Some(1.0);
    let busy = check_exercise(&exercise, &mut tries).expect("checked");
    assert_eq!(busy.state(), ExerciseState::Undecided);
    // A hint may still help.
    assert_eq!(
        (busy.failing_requirements(), busy.open_requirements()),
        (vec![], vec![0])
    );
    let said = &busy.findings[0].measured;
    assert!(
        said.starts_with("Other programs kept 1.0 of 2 cores busy. "),
        "{said}"
    );
    let free = check_exercise(&exercise, &mut runner([MadeUpRun::default()])).expect("checked");
    assert_eq!(free.state(), ExerciseState::NotYet);
}

#[test]
fn beside_its_starter_a_program_shows_what_it_gained() {
    let mut exercise = exercise(&["median('gain') > 1.15", "flag('same_output')"]);
    (exercise.trials, exercise.compares) = (3, true);
    let quick = MadeUpRun {
        wall_s: 0.5,
        ..MadeUpRun::default()
    };
    let solved = check_exercise(&exercise, &mut runner([quick.clone()])).expect("checked");
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

    for (lines, difference) in [
        (vec!["one", "three"], "- two\n+ three"),
        (vec!["two", "one"], "- one\n+ two"),
    ] {
        let other = MadeUpRun {
            lines,
            ..quick.clone()
        };
        let failed = check_exercise(&exercise, &mut runner([other])).expect("checked");
        assert_eq!(
            standings(&failed),
            [RequirementState::Holds, RequirementState::NotYet]
        );
        let said = failed.output_difference.expect("a difference");
        assert!(said.contains(difference), "{said}");
    }
}

#[test]
fn a_program_that_fails_at_once_has_gained_nothing() {
    let mut exercise = exercise(&["median('gain') > 1.15"]);
    (exercise.trials, exercise.compares) = (3, true);
    let failed = MadeUpRun {
        wall_s: 0.1,
        exit: 1,
        ..MadeUpRun::default()
    };
    let checked = check_exercise(&exercise, &mut runner([failed])).expect("checked");
    assert_eq!(standings(&checked), [RequirementState::NotYet]);
    let said = &checked.findings[0].measured;
    assert!(said.starts_with("It failed"), "{said}");
}

#[test]
fn a_starter_that_was_cut_off_is_nothing_to_compare_with() {
    let mut exercise = exercise(&["flag('same_output')"]);
    exercise.compares = true;
    let mut tries = runner([MadeUpRun::default()]);
    tries.starter = MadeUpRun {
        timed_out: true,
        lines: vec!["one"],
        ..MadeUpRun::default()
    };
    let Err(CheckError::Failed(why)) = check_exercise(&exercise, &mut tries) else {
        panic!("the program was judged");
    };
    assert!(why.starts_with("the starter, which"), "{why}");
}

#[test]
fn a_program_that_hangs_solves_nothing_and_is_run_once() {
    let mut exercise = exercise(&["count('process', kind='child') == 4"]);
    exercise.trials = 3;
    let mut tries = runner([MadeUpRun {
        timed_out: true,
        ..MadeUpRun::default()
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
    let mut tries = MadeUpRunner::default();
    assert_eq!(
        check_exercise(&exercise(&FOUR), &mut tries),
        Err(CheckError::Interrupted)
    );
}

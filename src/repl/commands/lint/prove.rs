//! Proves each exercise: its starter fails, its solution passes.

use std::path::PathBuf;

use super::{
    LessonLine, LintInterrupted, lint_progress::LintProgress, show_found, tally::OutcomeTally,
};
use crate::{
    lesson::{Diagnostic, Exercise, Library},
    python::{ChosenPython, ProgramError, ProgramFolder},
    repl::{
        commands::{exercise as exercising, trust},
        language::command_error::CommandError,
        session::Session,
        settings::Settings,
    },
    text::format_count,
    tutor::{
        ProofKey,
        exercise::{self, CheckError, CheckResult, ExerciseState, RequirementState, judge_starter},
        never_stop,
    },
};

/// The number of runs for a starter that fails by chance (a race).
const CHANCES: u32 = 5;

/// Proves each exercise `times` times; without a Python, reports once that it cannot. One that was proven before and has
/// not changed is left out, unless `proves_all`.
pub fn prove_exercises(
    session: &mut Session,
    library: &Library,
    (times, proves_all): (u32, bool),
    settings: &Settings,
    progress: &mut LintProgress,
    problems: &mut Vec<Diagnostic>,
) -> Result<(), LintInterrupted> {
    let mut not_run = Vec::new();
    let mut unchanged = 0;
    let known_proofs = session.proven.read_keys();
    let exercises: Vec<_> = exercising::all_exercises(library).collect();
    for (lesson, exercise) in &exercises {
        let next = progress.next(&format!("exercise `{}`", exercise.id));
        let python = match exercising::choose_python(session, exercise, settings) {
            Ok(python) => python,
            Err(CommandError::Interrupted) => return Err(LintInterrupted),
            Err(failure) => {
                not_run.push((&exercise.id, failure));
                continue;
            }
        };
        let texts = trust::exercise_programs(exercise).map(|path| library.program_text(path));
        let cores = session.runner.machine().cores_usable;
        let key = ProofKey::of_exercise(exercise, &texts, &python, cores);
        if !proves_all && known_proofs.contains(&key) {
            unchanged += 1;
            continue;
        }
        session.screen.write_message(&next);
        let place = LessonLine {
            library,
            lesson,
            line: exercise.line,
        };
        let proof = ExerciseProof {
            place,
            exercise,
            python,
            settings,
        };
        let known = problems.len();
        if proof.run_proof(session, times, problems)? {
            session.proven.remember(&key);
        }
        if times > 1 {
            show_found(session, &problems[known..]);
        }
    }
    if unchanged > 0 {
        let exercises = format_count(unchanged, "exercise was", "exercises were");
        session.screen.write_message(&format!(
            "{exercises} proven before, and nothing has changed: `--run` proves all again"
        ));
    }
    let was_any_run = not_run.len() < exercises.len();
    for (id, failure) in &not_run {
        let message = if was_any_run {
            format!("exercise `{id}` was not run: {failure}")
        } else {
            format!("no exercise was run: {failure}")
        };
        session.screen.write_message(&message);
        if !was_any_run {
            break;
        }
    }
    Ok(())
}

struct ExerciseProof<'p> {
    place: LessonLine<'p>,
    exercise: &'p Exercise,
    python: ChosenPython,
    settings: &'p Settings,
}

/// The result of a program that was to pass, or to fail.
struct ProofOutcome {
    words: &'static str,
    /// The deciding condition, for the author.
    why: String,
}

impl ExerciseProof<'_> {
    /// Whether the exercise was proven: its starter fails and its solution passes.
    fn run_proof(
        &self,
        session: &mut Session,
        times: u32,
        problems: &mut Vec<Diagnostic>,
    ) -> Result<bool, LintInterrupted> {
        let (mut solution, mut starter) = (OutcomeTally::default(), OutcomeTally::default());
        let (mut of_solution, mut of_starter) = (String::new(), String::new());
        for _ in 0..times {
            match self.prove_once(session, times == 1) {
                Ok((solved, failed)) => {
                    solution.add_outcome(solved.words);
                    starter.add_outcome(failed.words);
                    keep_first_reason(&mut of_solution, solved.why);
                    keep_first_reason(&mut of_starter, failed.why);
                }
                Err(CheckError::Interrupted | CheckError::Changed) => return Err(LintInterrupted),
                Err(CheckError::Failed(why)) => {
                    problems.push(
                        self.place
                            .line_error(&format!("the exercise cannot be run: {why}"), None),
                    );
                    return Ok(false);
                }
            }
        }
        problems.extend(self.proof_diagnostic("solution", "passes", &solution, &of_solution));
        problems.extend(self.proof_diagnostic("starter", "fails", &starter, &of_starter));
        Ok(solution.is_always("passes") && starter.is_always("fails"))
    }

    /// The problem with the result of one of the two programs.
    fn proof_diagnostic(
        &self,
        which: &str,
        expected: &str,
        tally: &OutcomeTally,
        why: &str,
    ) -> Option<Diagnostic> {
        let why = (!why.is_empty()).then_some(why);
        if tally.is_always(expected) || tally.total_count() == tally.count_outcome(BEYOND) {
            return None;
        }
        if tally.has_different_outcomes() {
            let message = format!(
                "the {which} does not always come out the same: {}",
                tally.describe_counts()
            );
            return Some(self.place.line_warning(&message, why));
        }
        if tally.count_outcome(NOISY) > 0 {
            let message = format!("whether the {which} {expected} is too noisy to tell here");
            return Some(self.place.line_warning(&message, why));
        }
        let message = match which {
            "solution" => "the solution does not meet every condition",
            _ => "the starter meets every condition, so there is nothing to do",
        };
        Some(self.place.line_error(message, why))
    }

    /// One check of the solution and one of the starter.
    fn prove_once(
        &self,
        session: &mut Session,
        has_chances: bool,
    ) -> Result<(ProofOutcome, ProofOutcome), CheckError> {
        let solved = self.check_program(session, &self.exercise.solution)?;
        // If the starter already ran beside the solution, that is enough.
        if let Some(failed) = judge_starter(self.exercise, &solved.rounds) {
            return Ok((of_solution(&solved), of_starter(&failed)));
        }
        let mut failed = self.check_program(session, &self.exercise.starter)?;
        let mut chances = if has_chances { CHANCES } else { 1 };
        while failed.state() == ExerciseState::Solved && chances > 1 {
            failed = self.check_program(session, &self.exercise.starter)?;
            chances -= 1;
        }
        Ok((of_solution(&solved), of_starter(&failed)))
    }

    fn check_program(
        &self,
        session: &mut Session,
        program: &str,
    ) -> Result<CheckResult, CheckError> {
        let library = self.place.library;
        let (_folder, file) =
            write_program(program, library.program_text(program).unwrap_or_default())?;
        let starter = library
            .program_text(&self.exercise.starter)
            .unwrap_or_default();
        let mut programs = exercising::exercise_programs(
            (self.exercise, starter),
            (self.python.clone(), &file),
            self.settings,
            never_stop(),
        );
        exercise::check_exercise(self.exercise, &mut programs, &mut *session.runner)
    }
}

/// The words for a condition that a machine cannot show, or was too busy to show.
const BEYOND: &str = "cannot be shown here";
const NOISY: &str = "too noisy to tell";

fn of_solution(checked: &CheckResult) -> ProofOutcome {
    ProofOutcome {
        words: match checked.state() {
            ExerciseState::Solved => "passes",
            ExerciseState::NotYet => "fails",
            ExerciseState::Undecided => NOISY,
            ExerciseState::CannotBeShown => BEYOND,
        },
        why: failing_reason(
            checked,
            &[RequirementState::NotYet, RequirementState::TooNoisy],
        ),
    }
}

fn of_starter(checked: &CheckResult) -> ProofOutcome {
    let is_blind = checked
        .findings
        .iter()
        .any(|one| one.standing == RequirementState::CannotBeShown);
    ProofOutcome {
        words: match checked.state() {
            ExerciseState::NotYet => "fails",
            ExerciseState::Undecided => NOISY,
            // A condition that cannot be shown here may be the failing one.
            ExerciseState::Solved if is_blind => BEYOND,
            ExerciseState::Solved => "passes",
            ExerciseState::CannotBeShown => BEYOND,
        },
        why: failing_reason(checked, &[RequirementState::TooNoisy]),
    }
}

/// The first condition with this result, and its observation.
fn failing_reason(checked: &CheckResult, standings: &[RequirementState]) -> String {
    let finding = standings.iter().find_map(|standing| {
        let mut findings = checked.findings.iter();
        findings.find(|finding| finding.standing == *standing)
    });
    let Some(finding) = finding else {
        return checked.trouble.clone().unwrap_or_default();
    };
    let trouble = checked.trouble.as_deref().unwrap_or_default();
    format!("“{}”: {} {trouble}", finding.says, finding.measured)
        .trim_end()
        .to_owned()
}

/// Keeps the first reason.
fn keep_first_reason(kept: &mut String, why: String) {
    if kept.is_empty() {
        *kept = why;
    }
}

/// A program of the lessons as a file, in a folder of its own.
fn write_program(program: &str, text: &str) -> Result<(ProgramFolder, PathBuf), CheckError> {
    let failed = |error: ProgramError| CheckError::Failed(error.to_string());
    let name = program.rsplit_once('/').map_or(program, |(_, name)| name);
    let folder = ProgramFolder::create().map_err(failed)?;
    let file = folder.write_file(name, text.as_bytes()).map_err(failed)?;
    Ok((folder, file))
}

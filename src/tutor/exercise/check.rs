//! Runs a learner's program as often as its exercise requires, and judges the observations.

use crate::{
    claim::{Condition, Judgement, MeasuredQuantity, Needs, Verdict, judge_claim},
    lesson::{Exercise, ExerciseCondition},
    record::{Recording, Value},
    tutor::runner::Runner,
};

use super::{
    evidence::ProgramEvidence,
    finding::{CheckResult, ExerciseState, RequirementFinding, RequirementState},
    merge::merge_rounds,
    mistakes,
    programs::ExercisePrograms,
    wording,
};

/// The maximum number of rounds if results are too noisy. From five rounds on, one outlier is ignored.
const MOST_ROUNDS: u32 = 5;

/// Why a check was not completed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckError {
    /// The learner stopped it.
    Interrupted,
    /// The program's file was changed during the check, which must be repeated: rounds of two versions say nothing about
    /// either, nor does a process of one version that starts a child of the other.
    Changed,
    /// It could not be run, for this reason: one message in lower case.
    Failed(String),
}

/// One run of the program, with its context.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckRound {
    /// The program's recording.
    pub program: Recording,
    /// The starter's recording, if the exercise compares the two.
    pub starter: Option<Recording>,
    /// How many cores other programs left free just before.
    pub available_cores: Option<f64>,
}

/// Checks a program against an exercise.
///
/// If the starter is needed, it takes turns with the program. A program that hangs or crashes is not run again,
/// since another run would show nothing new.
///
/// # Errors
/// Why the check was not completed.
pub fn check_exercise(
    exercise: &Exercise,
    programs: &mut ExercisePrograms,
    runner: &mut dyn Runner,
) -> Result<CheckResult, CheckError> {
    let of = exercise.trials.max(1);
    let mut rounds: Vec<CheckRound> = Vec::new();
    let mut number = 0;
    let version = programs.file_version();
    loop {
        let round = run_round(exercise, programs, runner)?;
        if programs.file_version() != version {
            return Err(CheckError::Changed);
        }
        let is_futile = wording::describe_trouble(&round.program).is_some();
        rounds.push(round);
        number += 1;
        if is_futile || number >= of {
            let checked = judge_rounds(exercise, &rounds);
            // More runs may decide a result that is too noisy.
            let is_settled =
                checked.state() != ExerciseState::Undecided || number >= of.max(MOST_ROUNDS);
            if is_futile || is_settled {
                return Ok(checked);
            }
        }
    }
}

fn run_round(
    exercise: &Exercise,
    programs: &mut ExercisePrograms,
    runner: &mut dyn Runner,
) -> Result<CheckRound, CheckError> {
    let mut conditions = exercise.conditions.iter();
    let is_about_speed = conditions.any(|requirement| is_timed(&requirement.condition));
    let available_cores = is_about_speed.then(|| runner.available_cores()).flatten();
    let starter = exercise
        .compares
        .then(|| programs.run_starter(runner))
        .transpose()?;
    if starter.as_ref().is_some_and(timed_out) {
        // Half of its output would be compared with the whole of the program's.
        return Err(CheckError::Failed(
            "the starter, which the program is compared with, did not end in time; check again when other programs \
             use less of the machine"
                .to_owned(),
        ));
    }
    Ok(CheckRound {
        available_cores,
        starter,
        program: programs.run_program(runner)?,
    })
}

/// Whether the condition requires several cores: a machine with too few of them cannot show it.
fn is_timed(condition: &Condition) -> bool {
    let is_time = |name: &str| matches!(name, "wall" | "cpu" | "busy" | "starter_wall" | "gain");
    condition.compares_speed()
        || condition.questions().iter().any(
            |question| matches!(&question.quantity, MeasuredQuantity::Observed(_, name) if is_time(name)),
        )
}

/// Judges each requirement from these rounds; there is at least one.
pub fn judge_rounds(exercise: &Exercise, rounds: &[CheckRound]) -> CheckResult {
    let recordings = merge_rounds(rounds);
    let findings: Vec<RequirementFinding> = exercise
        .conditions
        .iter()
        .map(|requirement| judge_requirement(requirement, exercise.needs, &recordings))
        .collect();
    let programs = || rounds.iter().map(|round| &round.program);
    let mut failing = findings
        .iter()
        .filter(|finding| finding.standing == RequirementState::NotYet)
        .peekable();
    let is_failing = failing.peek().is_some();
    let differs = failing.any(|finding| finding.condition.contains("same_output"));
    let of_child = || programs().find_map(wording::describe_child_trouble);
    CheckResult {
        trouble: programs()
            .find_map(wording::describe_trouble)
            .or_else(|| is_failing.then(of_child).flatten()),
        mistake: is_failing
            .then(|| programs().find_map(mistakes::explain_mistake))
            .flatten(),
        output_difference: differs
            .then(|| mistakes::describe_output_difference(rounds))
            .flatten(),
        rounds: rounds.to_vec(),
        findings,
    }
}

/// Judges the starter, if it ran in the same rounds as the program. Compared with itself, its gain is 1.
pub fn judge_starter(exercise: &Exercise, rounds: &[CheckRound]) -> Option<CheckResult> {
    let of_starter = |round: &CheckRound| {
        let starter = round.starter.clone()?;
        Some(CheckRound {
            // The comparison with itself does not depend on load.
            available_cores: Some(f64::from(starter.machine.cores_usable)),
            program: starter.clone(),
            starter: Some(starter),
        })
    };
    let rounds: Option<Vec<CheckRound>> = rounds.iter().map(of_starter).collect();
    let rounds = rounds.filter(|rounds| !rounds.is_empty())?;
    Some(judge_rounds(exercise, &rounds))
}

/// The state of a requirement over all runs: one run that refutes it is enough; a run that proves it counts
/// even if others were too noisy.
fn judge_requirement(
    requirement: &ExerciseCondition,
    needs: Needs,
    recordings: &[Recording],
) -> RequirementFinding {
    let each = recordings
        .iter()
        .map(|recording| judge_recording(requirement, needs, recording));
    let rank = |finding: &RequirementFinding| match finding.standing {
        RequirementState::NotYet => 0,
        RequirementState::Holds => 1,
        RequirementState::TooNoisy => 2,
        RequirementState::CannotBeShown => 3,
    };
    let decisive = each.min_by_key(rank);
    decisive.unwrap_or_else(|| RequirementFinding {
        says: requirement.says.clone(),
        condition: requirement.condition.text.clone(),
        standing: RequirementState::CannotBeShown,
        measured: "It was not run.".to_owned(),
        figures: Vec::new(),
    })
}

/// Whether what was done meets a condition.
pub fn meets_condition(condition: &ExerciseCondition, done: &Recording) -> bool {
    let finding = judge_recording(condition, Needs::default(), done);
    finding.standing == RequirementState::Holds
}

fn judge_recording(
    requirement: &ExerciseCondition,
    needs: Needs,
    recording: &Recording,
) -> RequirementFinding {
    let run = recording.run();
    let tried = ProgramEvidence::new(run);
    let condition = &requirement.condition;
    let cores = if is_timed(condition) { needs.cores } else { 0 };
    // The Python was chosen before the program ran.
    let needs = Needs {
        cores,
        ..Needs::default()
    };
    let judgement = judge_claim(condition, &needs, None, &tried);
    let standing = match judgement.verdict {
        Verdict::Holds => RequirementState::Holds,
        // A requirement is about this very run, so what was observed in it counts.
        Verdict::TooNoisy if judgement.leans_to_yes => RequirementState::Holds,
        Verdict::DoesNotHold => RequirementState::NotYet,
        // Times have a spread. Anything else that is false in a whole run is false.
        Verdict::TooNoisy if !is_timed(condition) => RequirementState::NotYet,
        Verdict::TooNoisy => RequirementState::TooNoisy,
        Verdict::CannotBeShown if tried.has_unanswered_question() => RequirementState::NotYet,
        Verdict::CannotBeShown => RequirementState::CannotBeShown,
    };
    RequirementFinding {
        says: requirement.says.clone(),
        condition: condition.text.clone(),
        standing,
        measured: describe_measurement(condition, standing, &judgement, &tried),
        figures: judgement.figures,
    }
}

/// Describes the measurement. If the program is not the reason for the state, the reason comes first.
fn describe_measurement(
    condition: &Condition,
    standing: RequirementState,
    judgement: &Judgement,
    tried: &ProgramEvidence<'_>,
) -> String {
    let seen = wording::describe_evidence(condition, &judgement.figures, tried);
    match (standing, &judgement.reason) {
        (RequirementState::CannotBeShown, Some(reason)) => format!("{reason}."),
        (RequirementState::TooNoisy, Some(reason)) => format!("{reason}. {seen}"),
        _ => seen,
    }
}

/// Whether a run was stopped by its time limit.
pub(super) fn timed_out(recording: &Recording) -> bool {
    recording.run().last_observed("timed_out", &[]) == Some(Value::Flag(true))
}

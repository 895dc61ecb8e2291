//! Runs a learner's program as often as its exercise asks for, and judges what was seen.

use crate::{
    claim::{Condition, Judgement, MeasuredQuantity, Needs, Verdict, judge_claim},
    lesson::{Exercise, ExerciseCondition},
    record::{Recording, Value},
};

use super::{
    evidence::ProgramEvidence,
    finding::{CheckResult, ExerciseState, RequirementFinding, RequirementState},
    merge::merge_rounds,
    wording,
};

/// However often an exercise asks for, so many rounds are run at most to tell what is too noisy: from five on, one
/// hiccup does not count.
const MOST_ROUNDS: u32 = 5;

/// Runs what an exercise is about.
pub trait ProgramRunner {
    /// Runs the learner's program once, watched.
    ///
    /// # Errors
    /// Why there is nothing to judge. A program that fails is no such reason.
    fn run_program(&mut self) -> Result<Recording, CheckError>;

    /// Runs the exercise's starter once, watched.
    ///
    /// # Errors
    /// As for the program.
    fn run_starter(&mut self) -> Result<Recording, CheckError>;

    /// How many cores others leave just now.
    fn available_cores(&mut self) -> Option<f64> {
        None
    }

    /// Is told which round begins, counted from 0, and how many there are.
    fn begin_round(&mut self, _number: u32, _of: u32) {}
}

/// Why a check came to no end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckError {
    /// The learner stopped it.
    Interrupted,
    /// The program was changed meanwhile: it is to be checked again.
    Changed,
    /// It could not be run: one message, in lower case.
    Failed(String),
}

/// One run of the program, and what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckRound {
    /// The run.
    pub program: Recording,
    /// The starter's run beside it, where the exercise compares the two.
    pub starter: Option<Recording>,
    /// How many cores others left just before.
    pub available_cores: Option<f64>,
}

/// Checks a program against an exercise.
///
/// The starter, where it is needed, takes turns with it. A program that hangs or crashes is not run again: the
/// next run would show no more.
///
/// # Errors
/// Why there is nothing to judge.
pub fn check_exercise(
    exercise: &Exercise,
    tries: &mut dyn ProgramRunner,
) -> Result<CheckResult, CheckError> {
    let of = exercise.trials.max(1);
    let mut rounds: Vec<CheckRound> = Vec::new();
    let mut number = 0;
    loop {
        tries.begin_round(number, of.max(number + 1));
        let round = run_round(exercise, tries)?;
        let is_futile = wording::describe_trouble(&round.program).is_some();
        rounds.push(round);
        number += 1;
        if is_futile || number >= of {
            let checked = judge_rounds(exercise, &rounds);
            // What was too noisy to tell may be told by a few more runs.
            let is_settled =
                checked.state() != ExerciseState::Undecided || number >= of.max(MOST_ROUNDS);
            if is_futile || is_settled {
                return Ok(checked);
            }
        }
    }
}

fn run_round(exercise: &Exercise, tries: &mut dyn ProgramRunner) -> Result<CheckRound, CheckError> {
    let mut conditions = exercise.conditions.iter();
    let is_about_speed = conditions.any(|requirement| is_timed(&requirement.condition));
    Ok(CheckRound {
        available_cores: is_about_speed.then(|| tries.available_cores()).flatten(),
        starter: exercise.compares.then(|| tries.run_starter()).transpose()?,
        program: tries.run_program()?,
    })
}

/// Whether what is asked for takes cores: then a machine with too few of them cannot show it.
fn is_timed(condition: &Condition) -> bool {
    let is_time = |name: &str| matches!(name, "wall" | "cpu" | "busy" | "starter_wall" | "gain");
    condition.compares_speed()
        || condition.questions().iter().any(
            |question| matches!(&question.quantity, MeasuredQuantity::Observed(_, name) if is_time(name)),
        )
}

/// What these rounds show of each requirement; there is at least one round.
pub fn judge_rounds(exercise: &Exercise, rounds: &[CheckRound]) -> CheckResult {
    let recordings = merge_rounds(rounds);
    let findings = exercise
        .conditions
        .iter()
        .map(|requirement| judge_requirement(requirement, exercise.needs, &recordings))
        .collect();
    let mut troubles = rounds.iter().map(|round| &round.program);
    CheckResult {
        findings,
        trouble: troubles.find_map(wording::describe_trouble),
        rounds: rounds.to_vec(),
    }
}

/// What is shown of the starter, where it ran beside another program: it is as quick as itself.
pub fn judge_starter(exercise: &Exercise, rounds: &[CheckRound]) -> Option<CheckResult> {
    let of_starter = |round: &CheckRound| {
        let starter = round.starter.clone()?;
        Some(CheckRound {
            // Against itself it gains nothing, however busy the machine is.
            available_cores: Some(f64::from(starter.machine.cores_usable)),
            program: starter.clone(),
            starter: Some(starter),
        })
    };
    let rounds: Option<Vec<CheckRound>> = rounds.iter().map(of_starter).collect();
    let rounds = rounds.filter(|rounds| !rounds.is_empty())?;
    Some(judge_rounds(exercise, &rounds))
}

/// What all runs together say of a requirement: one that refutes it is enough, one that shows it beside others
/// which were too noisy too.
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

fn judge_recording(
    requirement: &ExerciseCondition,
    needs: Needs,
    recording: &Recording,
) -> RequirementFinding {
    let run = recording.run();
    let tried = ProgramEvidence::new(run);
    let condition = &requirement.condition;
    let cores = if is_timed(condition) { needs.cores } else { 0 };
    // The Python is chosen before anything runs.
    let needs = Needs {
        cores,
        ..Needs::default()
    };
    let judgement = judge_claim(condition, &needs, None, &tried);
    let standing = match judgement.verdict {
        Verdict::Holds => RequirementState::Holds,
        // A requirement is about this very run: what is so in it, is so.
        Verdict::TooNoisy if judgement.leans_to_yes => RequirementState::Holds,
        Verdict::DoesNotHold => RequirementState::NotYet,
        // Times have a spread. Whatever else is not so in all of a run is not so.
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

/// What was measured, in words; before it the reason, where that is not the program.
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

/// Whether a run was ended because its time was over.
pub(super) fn timed_out(recording: &Recording) -> bool {
    recording.run().last_observed("timed_out", &[]) == Some(Value::Flag(true))
}

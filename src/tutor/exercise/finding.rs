//! The result of a check.

use serde::Serialize;

use crate::{
    claim::MeasuredFigure,
    record::{Recording, named_enum},
};

use super::check::CheckRound;

named_enum! {
    /// The state of a requirement.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    #[serde(into = "&'static str")]
    pub enum RequirementState {
        /// It was observed.
        Holds = "holds",
        /// It was not observed, because of the program.
        NotYet = "not yet",
        /// The runs are on both sides, or other programs disturbed them.
        TooNoisy = "too noisy to tell",
        /// This machine cannot show it, whatever the program does.
        CannotBeShown = "cannot be shown here",
    }
}

impl RequirementState {
    /// The mark before the text.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Holds => "✓",
            Self::NotYet => "✗",
            Self::TooNoisy => "≈",
            Self::CannotBeShown => "–",
        }
    }
}

/// One requirement, with its result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RequirementFinding {
    /// The requirement in words.
    pub says: String,
    /// Its condition, as the lesson writes it.
    pub condition: String,
    /// Its state.
    #[serde(rename = "verdict")]
    pub standing: RequirementState,
    /// A description of the measurement.
    pub measured: String,
    /// The figures that were used.
    pub figures: Vec<MeasuredFigure>,
}

named_enum! {
    /// The state of an exercise.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    #[serde(into = "&'static str")]
    pub enum ExerciseState {
        /// All requirements that can be shown here hold, and there is at least one.
        Solved = "solved",
        /// A requirement does not hold yet, or the program did not run to its end.
        NotYet = "not yet",
        /// Nothing failed, but a result was too noisy to tell.
        Undecided = "too noisy to tell",
        /// This machine can show none of the requirements.
        CannotBeShown = "cannot be shown here",
    }
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckResult {
    /// Each requirement, in the lesson's order.
    pub findings: Vec<RequirementFinding>,
    /// The problem of the program itself, in one or a few lines: it hung or crashed.
    pub trouble: Option<String>,
    /// What went wrong, explained: Markdown; only while the exercise is not solved.
    pub mistake: Option<String>,
    /// Where the output differs from the starter's: Markdown; only where it should not.
    pub output_difference: Option<String>,
    /// The rounds that it is based on.
    pub rounds: Vec<CheckRound>,
}

impl CheckResult {
    /// The state of the exercise.
    pub fn state(&self) -> ExerciseState {
        let any = |standing| {
            self.findings
                .iter()
                .any(|finding| finding.standing == standing)
        };
        let hung = self
            .rounds
            .iter()
            .any(|round| super::check::timed_out(&round.program));
        match () {
            () if hung || any(RequirementState::NotYet) => ExerciseState::NotYet,
            () if any(RequirementState::TooNoisy) => ExerciseState::Undecided,
            () if any(RequirementState::Holds) => ExerciseState::Solved,
            () => ExerciseState::CannotBeShown,
        }
    }

    /// The numbers of the requirements that do not hold yet.
    pub fn failing_requirements(&self) -> Vec<usize> {
        let findings = self.findings.iter().enumerate();
        let failing = findings.filter(|(_, finding)| finding.standing == RequirementState::NotYet);
        failing.map(|(number, _)| number).collect()
    }

    /// The numbers of the requirements that hints may help with: those that do not hold yet, or those that were
    /// too noisy to tell.
    pub fn open_requirements(&self) -> Vec<usize> {
        let failing = self.failing_requirements();
        if !failing.is_empty() {
            return failing;
        }
        let findings = self.findings.iter().enumerate();
        let noisy = findings.filter(|(_, finding)| finding.standing == RequirementState::TooNoisy);
        noisy.map(|(number, _)| number).collect()
    }

    /// How many requirements hold, and how many count. Requirements that this machine cannot show do not count.
    /// The two numbers are equal only if the exercise is solved.
    pub fn count_held(&self) -> (usize, usize) {
        let count = |standing| {
            let findings = self.findings.iter();
            findings
                .filter(|finding| finding.standing == standing)
                .count()
        };
        let of = self.findings.len() - count(RequirementState::CannotBeShown);
        match self.state() {
            ExerciseState::Solved => (of, of),
            // Zero of zero is not a solution.
            _ => (
                count(RequirementState::Holds).min(of.saturating_sub(1)),
                of.max(1),
            ),
        }
    }

    /// The last run of the learner's program, as `try` would record it.
    pub fn last_run(&self) -> Option<&Recording> {
        self.rounds.last().map(|round| &round.program)
    }
}

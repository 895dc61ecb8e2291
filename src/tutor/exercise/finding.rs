//! The result of a check.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::{claim::MeasuredFigure, record::Recording};

use super::check::CheckRound;

/// The state of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequirementState {
    /// It was observed.
    Holds,
    /// It was not observed, because of the program.
    NotYet,
    /// The runs are on both sides, or other programs disturbed them.
    TooNoisy,
    /// This machine cannot show it, whatever the program does.
    CannotBeShown,
}

impl RequirementState {
    /// The text for it, on screen and in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::NotYet => "not yet",
            Self::TooNoisy => "too noisy to tell",
            Self::CannotBeShown => "cannot be shown here",
        }
    }

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

impl fmt::Display for RequirementState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for RequirementState {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
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

/// The state of an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExerciseState {
    /// All requirements that can be shown here hold, and there is at least one.
    Solved,
    /// A requirement does not hold yet, or the program did not run to its end.
    NotYet,
    /// Nothing failed, but a result was too noisy to tell.
    Undecided,
    /// This machine can show none of the requirements.
    CannotBeShown,
}

impl ExerciseState {
    /// The text for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Solved => "solved",
            Self::NotYet => "not yet",
            Self::Undecided => "too noisy to tell",
            Self::CannotBeShown => "cannot be shown here",
        }
    }
}

impl Serialize for ExerciseState {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
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

//! What came of a check.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::{claim::MeasuredFigure, record::Recording};

use super::check::CheckRound;

/// How a requirement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequirementState {
    /// It was seen.
    Holds,
    /// It was not, and that is the program's doing.
    NotYet,
    /// The runs lie on both sides, or other programs were in the way.
    TooNoisy,
    /// This machine cannot show it, whatever the program does.
    CannotBeShown,
}

impl RequirementState {
    /// The words for it, on screen and in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::NotYet => "not yet",
            Self::TooNoisy => "too noisy to tell",
            Self::CannotBeShown => "cannot be shown here",
        }
    }

    /// The sign that stands before the words.
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

/// One requirement, and what was seen of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RequirementFinding {
    /// The requirement in words.
    pub says: String,
    /// Its condition, as the lesson has it.
    pub condition: String,
    /// How it stands.
    #[serde(rename = "verdict")]
    pub standing: RequirementState,
    /// What was measured, in words.
    pub measured: String,
    /// The figures that took part.
    pub figures: Vec<MeasuredFigure>,
}

/// How an exercise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExerciseState {
    /// Whatever can be shown here holds, and something does.
    Solved,
    /// Something does not hold yet, or the program did not come to its end.
    NotYet,
    /// Nothing failed, but something was too noisy to tell.
    Undecided,
    /// This machine can show nothing of it.
    CannotBeShown,
}

impl ExerciseState {
    /// The words for it.
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

/// What came of a check.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckResult {
    /// Each requirement, in the lesson's order.
    pub findings: Vec<RequirementFinding>,
    /// What went wrong with the program itself, in one or a few lines: it hung, or it crashed.
    pub trouble: Option<String>,
    /// What it rests on.
    pub rounds: Vec<CheckRound>,
}

impl CheckResult {
    /// How the exercise stands.
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

    /// The numbers of the requirements that hints may help with: those that do not hold yet, or else those that were too
    /// noisy to tell.
    pub fn open_requirements(&self) -> Vec<usize> {
        let failing = self.failing_requirements();
        if !failing.is_empty() {
            return failing;
        }
        let findings = self.findings.iter().enumerate();
        let noisy = findings.filter(|(_, finding)| finding.standing == RequirementState::TooNoisy);
        noisy.map(|(number, _)| number).collect()
    }

    /// How many requirements hold, and how many count: those that this machine cannot show do not. All hold only where
    /// the exercise is solved.
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
            // None of none is no solution.
            _ => (
                count(RequirementState::Holds).min(of.saturating_sub(1)),
                of.max(1),
            ),
        }
    }

    /// The last run of the learner's program, as `try` would have recorded it.
    pub fn last_run(&self) -> Option<&Recording> {
        self.rounds.last().map(|round| &round.program)
    }
}

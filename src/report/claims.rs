//! Judges claims from a run: finds a condition's figures in a recording, and reports the verdict.

mod values;

use serde::Serialize;

use self::values::{MissingReason, count_workers_at_work, find_values};
use super::parts;
use crate::{
    claim::{
        Condition, ConditionQuestion, CoreSupply, Evidence, EvidenceAnswer, Judgement,
        MeasuredFigure, Needs, Verdict,
    },
    record::{Backend, Machine, Run, RunStatus, metrics::core_samples},
    text::join_words,
};

/// A claim and its verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimReport {
    /// Its name, unique over all lessons.
    pub id: String,
    /// The lesson that makes it.
    pub lesson: u32,
    /// The sentence.
    pub says: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The explanation: sentences with the figures.
    pub evidence: String,
    /// The scope of the claim.
    pub limit: Option<String>,
    /// The claim of the experiment that shows the limit.
    pub counter: Option<String>,
    /// The figures that were used.
    pub figures: Vec<MeasuredFigure>,
}

impl ClaimReport {
    /// Replaces the verdict.
    #[must_use]
    pub fn with_judgement(self, judgement: Judgement) -> Self {
        Self {
            verdict: judgement.verdict,
            evidence: judgement.evidence,
            figures: judgement.figures,
            ..self
        }
    }
}

/// A run as evidence.
#[derive(Debug, Clone, Copy)]
pub struct RunEvidence<'a>(pub Run<'a>);

impl<'a> RunEvidence<'a> {
    /// The run and the runs nested in it, without the Pythons' parts.
    fn native_runs(&self) -> Vec<Run<'a>> {
        let inside = self.0.nested_runs().into_iter();
        std::iter::once(self.0)
            .chain(inside.filter(|run| run.interpreter().is_none()))
            .collect()
    }

    /// The parts that a Python which meets these needs ran, one per demo: those of the first Python whose parts
    /// are complete, or of the first one. What one Python ran is its own answer, whatever is needed.
    fn python_runs(&self, needs: Needs) -> Vec<Run<'a>> {
        if self.0.interpreter().is_some() {
            return vec![self.0];
        }
        let all: Vec<Run> = self
            .native_runs()
            .into_iter()
            .flat_map(Run::python_runs)
            .collect();
        let meets = |run: &&Run| {
            run.interpreter()
                .is_some_and(|python| needs.is_met_by(python))
        };
        let parts = |name: &str| -> Vec<Run<'a>> {
            let is_it = |run: &Run| run.interpreter().is_some_and(|python| python.name == name);
            all.iter().copied().filter(is_it).collect()
        };
        let mut candidates = all
            .iter()
            .filter(meets)
            .filter_map(|run| run.interpreter())
            .map(|python| parts(&python.name));
        let Some(first) = candidates.next() else {
            return Vec::new();
        };
        if first.iter().all(is_whole) {
            return first;
        }
        let whole = candidates.find(|parts| parts.iter().all(is_whole));
        whole.unwrap_or(first)
    }
}

/// Whether it ran to its end and skipped no backend. Subinterpreters are a need of their own.
fn is_whole(run: &Run<'_>) -> bool {
    let left_out = run.skipped_backends();
    let mut left_out = left_out.iter().map(|(backend, _)| *backend);
    run.status() == RunStatus::Complete
        && left_out.all(|backend| backend == Backend::PythonInterpreters)
}

impl Evidence for RunEvidence<'_> {
    fn answer_question(
        &self,
        question: &ConditionQuestion,
        needs: &Needs,
    ) -> Result<EvidenceAnswer, String> {
        let runs = match question.backend {
            Some(backend) if backend.is_python() => self.python_runs(*needs),
            _ => self.native_runs(),
        };
        let mut why = None;
        for run in runs {
            match find_values(run, question) {
                Ok(values) => {
                    return Ok(EvidenceAnswer {
                        values,
                        workers: question
                            .backend
                            .and_then(|backend| count_workers_at_work(run, backend)),
                        python: run.interpreter().map(parts::full_name),
                    });
                }
                // A reason that the run states says more than that there is no value.
                Err(MissingReason::Reported(reason)) => why = why.or(Some(reason)),
                Err(MissingReason::Nothing) => {}
            }
        }
        Err(why.unwrap_or_else(|| explain_missing(self.0, question)))
    }

    fn machine(&self) -> &Machine {
        self.0.machine()
    }

    fn lacks_python(&self, needs: &Needs) -> Option<String> {
        if !needs.any_python() || !self.python_runs(*needs).is_empty() {
            return None;
        }
        let mut found: Vec<&str> = Vec::new();
        for run in self.native_runs().into_iter().flat_map(Run::python_runs) {
            if let Some(python) = run.interpreter()
                && !found.contains(&python.name.as_str())
            {
                found.push(&python.name);
            }
        }
        let needed = needs.describe_python();
        Some(if found.is_empty() {
            format!("it needs {needed}, and no Python took part")
        } else if let [only] = &found[..] {
            format!("it needs {needed}; the Python here is {only}")
        } else {
            format!(
                "it needs {needed}; the Pythons here are {}",
                join_words(&found, "and")
            )
        })
    }

    fn stop_reason(&self, needs: &Needs) -> Option<String> {
        let mut parts = self.native_runs();
        if needs.any_python() {
            parts.extend(self.python_runs(*needs));
        }
        parts.into_iter().find_map(|run| match run.status() {
            RunStatus::Partial(why) => Some(why),
            RunStatus::Complete => None,
        })
    }

    fn core_supply(&self, condition: &Condition) -> CoreSupply {
        let with_beside = !condition.is_about_work();
        CoreSupply::from_samples(&core_samples(self.0, with_beside))
    }
}

fn explain_missing(run: Run<'_>, question: &ConditionQuestion) -> String {
    let what = question.describe_quantity();
    match run.status() {
        RunStatus::Partial(why) => format!("{what} was not measured: {why}"),
        RunStatus::Complete => format!("{what} was not measured by `{}`", run.demo()),
    }
}

#[cfg(test)]
mod tests;

//! Conditions and verdicts, with made-up evidence.

mod judged;
mod language;
mod mistakes;
mod properties;
mod wording;

use std::collections::BTreeMap;

use super::*;
use crate::record::{Backend, Machine, testing::test_machine};

/// Returns fixed answers by the text of the question.
struct Made {
    answers: BTreeMap<String, Result<AnswerValues, String>>,
    machine: Machine,
    free: Option<f64>,
    lacks: Option<String>,
    cut: Option<String>,
}

/// No measurements, on this many usable cores.
fn on(cores: u32) -> Made {
    Made {
        answers: BTreeMap::new(),
        machine: Machine {
            cores_why: Some("affinity".to_owned()),
            ..test_machine(8, cores)
        },
        free: Some(f64::from(cores)),
        lacks: None,
        cut: None,
    }
}

impl Made {
    fn answers(mut self, question: &str, values: AnswerValues) -> Self {
        self.answers.insert(question.to_owned(), Ok(values));
        self
    }

    fn with(self, question: &str, values: &[f64]) -> Self {
        self.answers(
            question,
            AnswerValues::Numbers(values.to_vec(), Unit::Plain),
        )
    }

    fn seconds(self, question: &str, values: &[f64]) -> Self {
        self.answers(
            question,
            AnswerValues::Numbers(values.to_vec(), Unit::Seconds),
        )
    }
}

impl Evidence for Made {
    fn answer_question(
        &self,
        question: &ConditionQuestion,
        _: &Needs,
    ) -> Result<EvidenceAnswer, String> {
        let found = self.answers.get(&question.text).cloned();
        let values = found.unwrap_or_else(|| Err(format!("{} was not made up", question.text)))?;
        let python = question.backend.is_some_and(Backend::is_python);
        Ok(EvidenceAnswer {
            values,
            workers: Some(2),
            python: python.then(|| "CPython 3.13t".to_owned()),
        })
    }

    fn machine(&self) -> &Machine {
        &self.machine
    }

    fn lacks_python(&self, needs: &Needs) -> Option<String> {
        self.lacks.clone().filter(|_| needs.any_python())
    }

    fn stop_reason(&self, _: &Needs) -> Option<String> {
        self.cut.clone()
    }

    fn core_supply(&self, _: &Condition) -> CoreSupply {
        let least = 0.85 * f64::from(self.machine.cores_usable);
        match self.free {
            None => CoreSupply::Unknown,
            Some(free) if free < least => CoreSupply::Short(free),
            Some(_) => CoreSupply::Full,
        }
    }
}

fn read(text: &str) -> Result<Condition, ConditionError> {
    let subject = ConditionSubject {
        demo: "convoy",
        backends: &[],
    };
    Condition::from_text(text, &subject)
}

#[track_caller]
fn verdict(text: &str, made: &Made) -> Verdict {
    judge_claim(&read(text).expect(text), &Needs::default(), None, made).verdict
}

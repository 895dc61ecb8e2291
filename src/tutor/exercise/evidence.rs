//! The run of an observed program as evidence.
//!
//! A demo that has no figure has not measured it. An observed program is different: it was observed, and did
//! nothing of the kind. So a count without values is 0 here, and a missing answer counts against the program,
//! not against the machine.

use std::cell::Cell;

use crate::{
    claim::{
        AggregateKind, AnswerValues, Condition, ConditionQuestion, CoreSupply, Evidence,
        EvidenceAnswer, MeasuredQuantity, Needs, Unit,
    },
    record::{Backend, Machine, Run, Value, metrics::Metric},
    report::RunEvidence,
};

/// The observations of a program.
#[derive(Debug)]
pub struct ProgramEvidence<'a> {
    run: Run<'a>,
    /// Whether a question had no answer because the program did nothing of the kind.
    did_nothing: Cell<bool>,
    /// Whether a question had no answer because it could not be observed here.
    is_blind: Cell<bool>,
}

impl<'a> ProgramEvidence<'a> {
    /// The evidence of this run.
    pub fn new(run: Run<'a>) -> Self {
        Self {
            run,
            did_nothing: Cell::new(false),
            is_blind: Cell::new(false),
        }
    }

    /// Whether a question had no answer only because the program did nothing of the kind.
    pub(super) fn has_unanswered_question(&self) -> bool {
        self.did_nothing.get() && !self.is_blind.get()
    }

    /// Whether no process of this kind was observed, among the kinds that a program starts.
    pub(super) fn has_none_of(&self, kind: Option<&str>) -> bool {
        let Some(kind) = kind.filter(|kind| matches!(*kind, "child" | "pool")) else {
            return false;
        };
        let mut seen = self.run.observations("process").into_iter();
        !seen.any(|seen| seen.has_labels(&[("kind", kind)]))
    }

    /// Why this figure could not be observed here, if the run says so.
    fn blind_reason(&self, question: &ConditionQuestion) -> Option<String> {
        let Some(name) = question.quantity.observation() else {
            return self.lacks_clock(question);
        };
        let labels = question.label_pairs();
        let mut seen = self.run.observations(name).into_iter();
        seen.find_map(|seen| match seen.value {
            Value::Missing(why) if seen.has_labels(&labels) => Some(why.clone()),
            _ => None,
        })
    }

    /// Why the processor time is missing: a finished trial has its times, but not every platform reports
    /// processor time.
    fn lacks_clock(&self, question: &ConditionQuestion) -> Option<String> {
        let trials = self.run.trials(Backend::Try);
        let is_timed = matches!(
            question.quantity,
            MeasuredQuantity::Metric(Metric::CoresUsed | Metric::Cpu)
        );
        let untold = !trials.is_empty() && trials.iter().all(|times| times.cpu_s.is_none());
        (is_timed && untold).then(|| "this system does not tell its processor time".to_owned())
    }
}

impl Evidence for ProgramEvidence<'_> {
    fn answer_question(
        &self,
        question: &ConditionQuestion,
        needs: &Needs,
    ) -> Result<EvidenceAnswer, String> {
        let why = match RunEvidence(self.run).answer_question(question, needs) {
            Ok(answer) => return Ok(answer),
            Err(why) => why,
        };
        if let Some(why) = self.blind_reason(question) {
            self.is_blind.set(true);
            return Err(why);
        }
        if let MeasuredQuantity::Observed(
            AggregateKind::Count | AggregateKind::Distinct | AggregateKind::Sum,
            _,
        ) = &question.quantity
        {
            return Ok(EvidenceAnswer {
                values: AnswerValues::Exact(0.0, Unit::Count),
                workers: None,
                python: None,
            });
        }
        self.did_nothing.set(true);
        Err(why)
    }

    fn machine(&self) -> &Machine {
        self.run.machine()
    }

    /// The program ran with the Python that was chosen for it.
    fn lacks_python(&self, _needs: &Needs) -> Option<String> {
        None
    }

    /// A program that hangs is a result and can be judged. A stopped run is not judged at all.
    fn stop_reason(&self, _needs: &Needs) -> Option<String> {
        None
    }

    fn core_supply(&self, condition: &Condition) -> CoreSupply {
        RunEvidence(self.run).core_supply(condition)
    }
}

//! One sentence of the course, judged in one part, and one verdict out of those of several parts.

use crate::{
    claim::{
        AnswerValues, Condition, ConditionQuestion, ConditionSubject, Evidence, EvidenceAnswer,
        MeasuredQuantity, Needs, Unit, Verdict, judge_claim,
    },
    record::{Backend, Machine, Run, WorkerKind},
    report::{RunEvidence, stats},
};

/// What was found for a sentence in one part.
#[derive(Debug, Clone, PartialEq)]
pub struct PartVerdict {
    /// Under what: `Rust`, `3.11`, `GIL model`.
    pub under: String,
    /// Whether a GIL was there.
    pub gil: bool,
    /// What came of it.
    pub verdict: Verdict,
}

/// Holds a condition against what one part measured, by the rules that every claim is judged by.
pub(super) fn judge_part(part: Run<'_>, condition: &str, needs: Needs) -> Verdict {
    let subject = ConditionSubject {
        demo: part.demo(),
        backends: &[],
    };
    // A condition that cannot be read shows nothing; a test reads them all.
    Condition::from_text(condition, &subject).map_or(Verdict::CannotBeShown, |condition| {
        judge_claim(&condition, &needs, None, &PartEvidence(part)).verdict
    })
}

/// One part of a demo as evidence, so that each Python answers for itself.
struct PartEvidence<'a>(Run<'a>);

impl Evidence for PartEvidence<'_> {
    fn stop_reason(&self, needs: &Needs) -> Option<String> {
        RunEvidence(self.0).stop_reason(needs)
    }

    fn answer_question(
        &self,
        question: &ConditionQuestion,
        needs: &Needs,
    ) -> Result<EvidenceAnswer, String> {
        let of_python = question.backend.filter(|backend| backend.is_python());
        let Some(backend) = of_python else {
            return RunEvidence(self.0).answer_question(question, needs);
        };
        let values = self.backend_values(&question.quantity, backend);
        values.map_or_else(
            || Err(format!("{} was not measured", question.text)),
            |values| {
                Ok(EvidenceAnswer {
                    values,
                    workers: None,
                    python: None,
                })
            },
        )
    }

    fn machine(&self) -> &Machine {
        self.0.machine()
    }

    fn lacks_python(&self, _: &Needs) -> Option<String> {
        None
    }

    fn available_cores(&self) -> Option<f64> {
        RunEvidence(self.0).available_cores()
    }
}

impl PartEvidence<'_> {
    /// The figures of a Python's backend that the rows ask for.
    fn backend_values(
        &self,
        quantity: &MeasuredQuantity,
        backend: Backend,
    ) -> Option<AnswerValues> {
        let trials = self.0.trials(backend);
        let numbers: Vec<f64> = match quantity {
            MeasuredQuantity::Pids => return self.distinct_pids(backend),
            MeasuredQuantity::CoresUsed => trials
                .iter()
                .filter_map(|times| Some(times.cpu_s? / times.work_s))
                .collect(),
            MeasuredQuantity::Work => return seconds(trials.iter().map(|times| times.work_s)),
            MeasuredQuantity::Startup => {
                return seconds(trials.iter().map(|times| times.startup_s));
            }
            MeasuredQuantity::Speedup => {
                let serial = self.0.trials(Backend::PythonSerial);
                let serial: Vec<f64> = serial.iter().map(|times| times.work_s).collect();
                let serial = stats::median(&serial)?;
                trials.iter().map(|times| serial / times.work_s).collect()
            }
            _ => return None,
        };
        (!numbers.is_empty()).then_some(AnswerValues::Numbers(numbers, Unit::Plain))
    }

    fn distinct_pids(&self, backend: Backend) -> Option<AnswerValues> {
        let workers = self.0.workers(backend).into_iter();
        let mut pids: Vec<u32> = workers
            .filter(|worker| worker.kind != WorkerKind::Main)
            .map(|worker| worker.pid)
            .collect();
        pids.sort_unstable();
        pids.dedup();
        (!pids.is_empty()).then_some(AnswerValues::Exact(pids.len() as f64, Unit::Count))
    }
}

fn seconds(times: impl Iterator<Item = f64>) -> Option<AnswerValues> {
    let times: Vec<f64> = times.collect();
    (!times.is_empty()).then_some(AnswerValues::Numbers(times, Unit::Seconds))
}

/// The verdict on a sentence whose two halves were judged.
pub(super) fn both(one: Verdict, other: Verdict) -> Verdict {
    let in_order = [
        Verdict::DoesNotHold,
        Verdict::CannotBeShown,
        Verdict::TooNoisy,
    ];
    let decisive = in_order.into_iter().find(|it| [one, other].contains(it));
    decisive.unwrap_or(Verdict::Holds)
}

/// One verdict out of several, and where it is another one. The course speaks of Python with a GIL: where the parts
/// with one agree, theirs is the verdict.
pub fn combine_verdicts(found: &[PartVerdict]) -> (Verdict, String) {
    let shown: Vec<&PartVerdict> = found
        .iter()
        .filter(|each| each.verdict != Verdict::CannotBeShown)
        .collect();
    let Some(first) = shown.first() else {
        return (Verdict::CannotBeShown, String::new());
    };
    if shown.iter().all(|each| each.verdict == first.verdict) {
        return (first.verdict, String::new());
    }
    let of = |gil: bool, verdict: Verdict| {
        let mut of_kind = shown.iter().filter(|each| each.gil == gil).peekable();
        of_kind.peek().is_some() && of_kind.all(|each| each.verdict == verdict)
    };
    if of(true, Verdict::Holds) && of(false, Verdict::DoesNotHold) {
        return (Verdict::Holds, "only with a GIL".to_owned());
    }
    // Where some parts have a GIL, it is theirs to say; one that contradicts it is told even if others hold.
    let has_gil = shown.iter().any(|each| each.gil);
    let judging = shown.iter().filter(|each| each.gil == has_gil);
    let judging: Vec<Verdict> = judging.map(|each| each.verdict).collect();
    let weighty = [Verdict::DoesNotHold, Verdict::TooNoisy];
    let weighty = weighty
        .into_iter()
        .find(|verdict| judging.contains(verdict));
    let agreed = weighty.unwrap_or(Verdict::Holds);
    let others: Vec<String> = shown
        .iter()
        .filter(|each| each.verdict != agreed)
        .map(|each| format!("{}: {}", each.under, each.verdict))
        .collect();
    (agreed, others.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{CannotBeShown, DoesNotHold, Holds, TooNoisy};

    fn of(under: &str, gil: bool, verdict: Verdict) -> PartVerdict {
        PartVerdict {
            under: under.to_owned(),
            gil,
            verdict,
        }
    }

    #[test]
    fn one_verdict_out_of_several() {
        let native = |verdict| of("Rust", false, verdict);
        let model = |verdict| of("GIL model", true, verdict);
        let python = |verdict| of("3.11", true, verdict);
        let cases = [
            (vec![], CannotBeShown, ""),
            (vec![native(CannotBeShown)], CannotBeShown, ""),
            (vec![native(Holds), python(Holds)], Holds, ""),
            (vec![native(CannotBeShown), python(Holds)], Holds, ""),
            (vec![native(DoesNotHold)], DoesNotHold, ""),
            (
                vec![native(DoesNotHold), model(Holds), python(Holds)],
                Holds,
                "only with a GIL",
            ),
            (
                vec![native(Holds), model(Holds), python(DoesNotHold)],
                DoesNotHold,
                "Rust: holds; GIL model: holds",
            ),
            (
                vec![native(TooNoisy), model(Holds)],
                Holds,
                "Rust: too noisy to tell",
            ),
            (
                vec![native(DoesNotHold), model(Holds), python(TooNoisy)],
                TooNoisy,
                "Rust: does not hold here; GIL model: holds",
            ),
            (
                vec![native(Holds), model(TooNoisy)],
                TooNoisy,
                "Rust: holds",
            ),
        ];
        for (found, expected, note) in cases {
            assert_eq!(
                combine_verdicts(&found),
                (expected, note.to_owned()),
                "{found:?}"
            );
        }
    }
}

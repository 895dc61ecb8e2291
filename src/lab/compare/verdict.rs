//! One sentence of the course, judged in one part, and one verdict out of those of several parts.

use crate::{
    claim::{Condition, ConditionSubject, Needs, Verdict, judge_claim},
    record::Run,
    report::RunEvidence,
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
        judge_claim(&condition, &needs, None, &RunEvidence(part)).verdict
    })
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
    use crate::{
        lab::testing::{recording_with, with_gil},
        record::{Backend, EventKind, Params, TrialTimes},
    };
    use Verdict::{CannotBeShown, DoesNotHold, Holds, TooNoisy};

    fn of(under: &str, gil: bool, verdict: Verdict) -> PartVerdict {
        PartVerdict {
            under: under.to_owned(),
            gil,
            verdict,
        }
    }

    #[test]
    fn a_python_is_judged_by_the_rule_for_native_rows() {
        let trials = |backend, works: [f64; 3]| {
            let rounds = (0..).map(Some).zip(works);
            rounds.map(move |(trial, work_s)| EventKind::TrialFinished {
                backend,
                trial,
                times: Box::new(TrialTimes {
                    work_s,
                    ..TrialTimes::default()
                }),
            })
        };
        let part = |serial, threads, works| -> Vec<EventKind> {
            let serial = trials(serial, works);
            serial.chain(trials(threads, [0.1; 3])).collect()
        };
        let verdicts = |works| {
            let native = part(Backend::Serial, Backend::Threads, works);
            let python = part(Backend::PythonSerial, Backend::PythonThreads, works);
            let pythons = vec![(with_gil(), python)];
            let recording = recording_with("parallel", &Params::default(), native, pythons);
            let run = recording.run();
            [
                judge_part(run, "speedup('threads') > 1.5", Needs::default()),
                judge_part(
                    run.python_runs()[0],
                    "speedup('python-threads') > 1.5",
                    Needs::default(),
                ),
            ]
        };
        assert_eq!(verdicts([0.1, 0.2, 0.3]), [TooNoisy; 2]);
        assert_eq!(verdicts([0.2, 0.2, 0.2]), [Holds; 2]);
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

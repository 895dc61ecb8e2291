//! A condition held against evidence: three values, and the reason where it is neither true nor false.

use super::{
    condition::{AggregateKind, ConditionQuestion, ConditionTerm, MeasuredQuantity},
    control::controlled,
    evidence::{AnswerValues, Evidence, EvidenceAnswer},
    figure::{FigureEstimate, FigureSupport, Shift, opposite},
    measures::ObservationNature,
    needs::Needs,
    syntax::ComparisonOperator,
    units::Unit,
    words::{self, EvidenceClause},
};

/// Whether a part of a condition is true.
#[derive(Debug, Clone, PartialEq)]
pub enum TruthValue {
    /// It is, and what stands behind that.
    Yes(FigureSupport),
    /// It is not.
    No(FigureSupport),
    /// The trials lie on both sides.
    Noisy,
    /// A figure is missing, and why.
    Missing(String),
}

/// A figure that took part, for the words of the verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluatedFigure {
    pub question: ConditionQuestion,
    pub figure: Option<FigureEstimate>,
    /// The same in words.
    pub said: EvidenceClause,
}

/// What one evaluation asks, and what it heard.
pub struct Evaluator<'e> {
    pub evidence: &'e dyn Evidence,
    pub needs: &'e Needs,
    pub heard: Vec<EvaluatedFigure>,
}

/// What a part that is neither true nor false is.
enum OperandValue {
    Figure(FigureEstimate),
    Texts(Vec<String>, FigureSupport),
}

impl Evaluator<'_> {
    /// Whether a term is true. Both sides are always looked at, so that the evidence is whole.
    pub fn truth(&mut self, term: &ConditionTerm) -> TruthValue {
        match term {
            ConditionTerm::Not(inner) => match self.truth(inner) {
                TruthValue::Yes(support) => TruthValue::No(support),
                TruthValue::No(support) => TruthValue::Yes(support),
                other => other,
            },
            ConditionTerm::And(..) => {
                let parts = term.joined();
                let truths = parts.iter().map(|part| self.truth(part)).collect();
                let truths = controlled(&parts, truths).into_iter();
                truths.fold(TruthValue::Yes(FigureSupport::default()), and)
            }
            ConditionTerm::Or(left, right) => or(self.truth(left), self.truth(right)),
            ConditionTerm::Compare(how, left, right) => {
                let (left, right) = (self.operand(left), self.operand(right));
                match (left, right) {
                    (Ok(left), Ok(right)) => compare(*how, left, right),
                    (Err(why), _) | (_, Err(why)) => TruthValue::Missing(why),
                }
            }
            ConditionTerm::Ask(question) => match self.ask(question) {
                Ok(EvidenceAnswer {
                    values: AnswerValues::Truths(truths),
                    ..
                }) => {
                    // What may yet come out otherwise is not refuted by what was seen.
                    let support = FigureSupport::of(question.nature, truths.len());
                    let mut seen =
                        support.of_seeing(ComparisonOperator::Equal, FigureSupport::default());
                    // A slow machine misses an answer, and invents none.
                    seen.is_load_made &= !truths.contains(&true);
                    agreed(&truths, seen)
                }
                Ok(_) => {
                    TruthValue::Missing(format!("{} is neither true nor false", question.named()))
                }
                Err(why) => TruthValue::Missing(why),
            },
            ConditionTerm::Number(..)
            | ConditionTerm::Text(_)
            | ConditionTerm::Minus(_)
            | ConditionTerm::Compute(..) => {
                TruthValue::Missing("a number is neither true nor false".to_owned())
            }
        }
    }

    /// A figure, text or truth in words; `None` if it is missing.
    pub fn shown(&mut self, term: &ConditionTerm) -> Option<String> {
        match term {
            ConditionTerm::Not(_)
            | ConditionTerm::And(..)
            | ConditionTerm::Or(..)
            | ConditionTerm::Compare(..) => match self.truth(term) {
                TruthValue::Yes(_) => Some("yes".to_owned()),
                TruthValue::No(_) => Some("no".to_owned()),
                TruthValue::Noisy | TruthValue::Missing(_) => None,
            },
            ConditionTerm::Ask(question) => {
                let values = self.ask(question).ok()?;
                words::answer(&values, figure(question, &values).as_ref())
            }
            ConditionTerm::Text(text) => Some(text.clone()),
            other => self.figure(other).ok().map(|figure| words::shown(&figure)),
        }
    }

    fn operand(&mut self, term: &ConditionTerm) -> Result<OperandValue, String> {
        match term {
            ConditionTerm::Text(text) => Ok(OperandValue::Texts(
                vec![text.clone()],
                FigureSupport::default(),
            )),
            ConditionTerm::Ask(question)
                if matches!(question.quantity, MeasuredQuantity::Text(_)) =>
            {
                match self.ask(question)?.values {
                    AnswerValues::Texts(texts) => {
                        let support = FigureSupport::of(question.nature, texts.len());
                        Ok(OperandValue::Texts(texts, support))
                    }
                    _ => Err(format!("{} is no text", question.named())),
                }
            }
            other => self.figure(other).map(OperandValue::Figure),
        }
    }

    fn figure(&mut self, term: &ConditionTerm) -> Result<FigureEstimate, String> {
        match term {
            ConditionTerm::Number(value, unit) => Ok(FigureEstimate::exact(*value, *unit)),
            ConditionTerm::Minus(inner) => Ok(self.figure(inner)?.negative()),
            ConditionTerm::Compute(how, left, right) => {
                let (left, right) = (self.figure(left), self.figure(right));
                left?.compute(*how, right?)
            }
            ConditionTerm::Ask(question) => {
                let answer = self.ask(question)?;
                figure(question, &answer)
                    .ok_or_else(|| format!("{} is no number here", question.named()))
            }
            _ => Err("this is no number".to_owned()),
        }
    }

    fn ask(&mut self, question: &ConditionQuestion) -> Result<EvidenceAnswer, String> {
        let answer = self.evidence.answer(question, self.needs)?;
        let figure = figure(question, &answer);
        if self.heard.iter().all(|known| known.question != *question) {
            self.heard.push(EvaluatedFigure {
                said: words::clause(question, &answer, figure.as_ref()),
                question: question.clone(),
                figure,
            });
        }
        Ok(answer)
    }
}

fn figure(question: &ConditionQuestion, answer: &EvidenceAnswer) -> Option<FigureEstimate> {
    let mut figure = of_values(question, &answer.values)?;
    let load = question.load(figure.unit);
    // More than the workers there are can gain: then it was the one thread that was slowed down.
    let ideal = answer.workers.unwrap_or(usize::MAX) as f64;
    let is_beyond =
        question.quantity == MeasuredQuantity::Speedup && figure.robust.low > 1.1 * ideal;
    let support = &mut figure.support;
    support.load = support.load.and(load).and(Shift::new(false, is_beyond));
    Some(figure)
}

fn of_values(question: &ConditionQuestion, values: &AnswerValues) -> Option<FigureEstimate> {
    let pick = match &question.quantity {
        MeasuredQuantity::Observed(pick, _) => *pick,
        _ => AggregateKind::Median,
    };
    match (values, pick) {
        (AnswerValues::Numbers(values, unit), pick) => {
            FigureEstimate::of(values, *unit, pick, question.nature)
        }
        (AnswerValues::Exact(value, unit), _) => Some(counted(*value, *unit, question)),
        (AnswerValues::Texts(texts), AggregateKind::Count) => {
            Some(counted(texts.len() as f64, Unit::Count, question))
        }
        (AnswerValues::Texts(texts), AggregateKind::Distinct) => {
            let mut different: Vec<&String> = texts.iter().collect();
            different.sort_unstable();
            different.dedup();
            let support = FigureSupport::of(question.nature, texts.len());
            Some(FigureEstimate {
                support: FigureSupport {
                    chance: Shift::new(question.nature != ObservationNature::Settled, false),
                    ..support
                },
                ..FigureEstimate::exact(different.len() as f64, Unit::Count)
            })
        }
        (AnswerValues::Truths(_) | AnswerValues::Texts(_), _) => None,
    }
}

/// A number that needs no trials; chance may have its hand in it all the same. Of what was counted there may be more
/// with more rounds, never less.
fn counted(value: f64, unit: Unit, question: &ConditionQuestion) -> FigureEstimate {
    let support = FigureSupport::of(question.nature, 1);
    FigureEstimate {
        support: FigureSupport {
            trials: None,
            chance: Shift::new(support.chance != Shift::NONE, false),
            ..support
        },
        ..FigureEstimate::exact(value, unit)
    }
}

fn compare(how: ComparisonOperator, left: OperandValue, right: OperandValue) -> TruthValue {
    match (left, right) {
        (OperandValue::Figure(left), OperandValue::Figure(right)) => {
            if !left.unit.fits(right.unit) {
                let (left, right) = (left.unit, right.unit);
                return TruthValue::Missing(format!("{left} cannot be compared with {right}"));
            }
            let seen = |how| left.support.of_seeing(how, right.support);
            match left.compare(how, right) {
                Some(true) => TruthValue::Yes(seen(how)),
                Some(false) => TruthValue::No(seen(opposite(how))),
                None => TruthValue::Noisy,
            }
        }
        (OperandValue::Texts(left, of_left), OperandValue::Texts(right, of_right)) => {
            let wants_same = how == ComparisonOperator::Equal;
            let pairs = left.iter().flat_map(|l| right.iter().map(move |r| l == r));
            let truths: Vec<bool> = pairs.map(|same| same == wants_same).collect();
            let is_same = truths.first() == Some(&wants_same);
            let seen = if is_same {
                ComparisonOperator::Equal
            } else {
                ComparisonOperator::NotEqual
            };
            agreed(&truths, of_left.of_seeing(seen, of_right))
        }
        _ => TruthValue::Missing("a text cannot be compared with a number".to_owned()),
    }
}

/// All of one mind, or it cannot be told.
fn agreed(truths: &[bool], support: FigureSupport) -> TruthValue {
    if truths.iter().all(|truth| *truth) {
        TruthValue::Yes(support)
    } else if truths.iter().any(|truth| *truth) {
        TruthValue::Noisy
    } else {
        TruthValue::No(support)
    }
}

fn and(left: TruthValue, right: TruthValue) -> TruthValue {
    match (left, right) {
        // Either refutes it: the one with more behind it counts.
        (TruthValue::No(left), TruthValue::No(right)) => TruthValue::No(left.or(right)),
        (TruthValue::No(support), _) | (_, TruthValue::No(support)) => TruthValue::No(support),
        (TruthValue::Missing(why), _) | (_, TruthValue::Missing(why)) => TruthValue::Missing(why),
        (TruthValue::Noisy, _) | (_, TruthValue::Noisy) => TruthValue::Noisy,
        (TruthValue::Yes(left), TruthValue::Yes(right)) => TruthValue::Yes(left.and(right)),
    }
}

fn or(left: TruthValue, right: TruthValue) -> TruthValue {
    match (left, right) {
        (TruthValue::Yes(left), TruthValue::Yes(right)) => TruthValue::Yes(left.or(right)),
        (TruthValue::Yes(support), _) | (_, TruthValue::Yes(support)) => TruthValue::Yes(support),
        (TruthValue::Missing(why), _) | (_, TruthValue::Missing(why)) => TruthValue::Missing(why),
        (TruthValue::Noisy, _) | (_, TruthValue::Noisy) => TruthValue::Noisy,
        (TruthValue::No(left), TruthValue::No(right)) => TruthValue::No(left.and(right)),
    }
}

//! Evaluates a condition with evidence. There are three truth values, and a reason when the result is neither
//! true nor false.

use super::{
    condition::{AggregateKind, ConditionQuestion, ConditionTerm, MeasuredQuantity},
    control::controlled,
    evidence::{AnswerValues, Evidence, EvidenceAnswer},
    figure::{FigureBias, FigureEstimate, FigureSupport, opposite_comparison},
    needs::Needs,
    syntax::ComparisonOperator,
    units::Unit,
    wording::{self, EvidenceClause},
};
use crate::{catalog::ObservationNature, record::metrics::Metric};

/// Whether a part of a condition is true.
#[derive(Debug, Clone, PartialEq)]
pub enum TruthValue {
    /// It is true, with the support for that.
    Yes(FigureSupport),
    /// It is false, with the support for that.
    No(FigureSupport),
    /// The trials are on both sides.
    Noisy,
    /// A figure is missing, for this reason.
    Missing(String),
}

/// A figure that was used, for the text of the verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluatedFigure {
    pub question: ConditionQuestion,
    pub figure: Option<FigureEstimate>,
    /// The figure as text.
    pub said: EvidenceClause,
}

/// Evaluates one condition, and collects the figures it uses.
pub struct Evaluator<'e> {
    pub evidence: &'e dyn Evidence,
    pub needs: &'e Needs,
    pub heard: Vec<EvaluatedFigure>,
    /// The Python that answered last.
    pub python: Option<String>,
}

/// The value of a part that is not a truth.
enum OperandValue {
    Figure(FigureEstimate),
    Texts(Vec<String>, FigureSupport),
}

impl<'e> Evaluator<'e> {
    /// An evaluator that has not evaluated anything.
    pub fn new(evidence: &'e dyn Evidence, needs: &'e Needs) -> Self {
        Self {
            evidence,
            needs,
            heard: Vec::new(),
            python: None,
        }
    }

    /// Evaluates a term. Both sides are always evaluated, so that the evidence is complete.
    pub fn evaluate_truth(&mut self, term: &ConditionTerm) -> TruthValue {
        match term {
            ConditionTerm::Not(inner) => match self.evaluate_truth(inner) {
                TruthValue::Yes(support) => TruthValue::No(support),
                TruthValue::No(support) => TruthValue::Yes(support),
                other => other,
            },
            ConditionTerm::And(..) => {
                let parts = term.joined();
                let truths = parts.iter().map(|part| self.evaluate_truth(part)).collect();
                let truths = controlled(&parts, truths).into_iter();
                truths.fold(TruthValue::Yes(FigureSupport::default()), combine_and)
            }
            ConditionTerm::Or(left, right) => {
                combine_or(self.evaluate_truth(left), self.evaluate_truth(right))
            }
            ConditionTerm::Compare(how, left, right) => {
                let (left, right) = (self.evaluate_operand(left), self.evaluate_operand(right));
                match (left, right) {
                    (Ok(left), Ok(right)) => compare_operands(*how, left, right),
                    (Err(why), _) | (_, Err(why)) => TruthValue::Missing(why),
                }
            }
            ConditionTerm::Ask(question) => match self.ask_evidence(question) {
                Ok(EvidenceAnswer {
                    values: AnswerValues::Truths(truths),
                    ..
                }) => {
                    // Not having seen something that chance may still bring is no refutation.
                    let support = FigureSupport::from_nature(question.nature, truths.len());
                    let mut seen = support
                        .after_comparison(ComparisonOperator::Equal, FigureSupport::default());
                    // Load may delay an answer, but it cannot produce one.
                    seen.is_load_made &= !truths.contains(&true);
                    combine_truths(&truths, seen)
                }
                Ok(answer) if question.overlap_by_cores().is_some() => {
                    judge_cores(question, &answer)
                }
                Ok(_) => TruthValue::Missing(format!(
                    "{} is neither true nor false",
                    question.describe_quantity()
                )),
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

    /// A figure, text or truth as text; `None` if it is missing.
    pub fn describe_term(&mut self, term: &ConditionTerm) -> Option<String> {
        match term {
            ConditionTerm::Not(_)
            | ConditionTerm::And(..)
            | ConditionTerm::Or(..)
            | ConditionTerm::Compare(..) => match self.evaluate_truth(term) {
                TruthValue::Yes(_) => Some("yes".to_owned()),
                TruthValue::No(_) => Some("no".to_owned()),
                TruthValue::Noisy | TruthValue::Missing(_) => None,
            },
            ConditionTerm::Ask(question) => {
                let values = self.ask_evidence(question).ok()?;
                wording::describe_answer(&values, figure_of_answer(question, &values).as_ref())
            }
            ConditionTerm::Text(text) => Some(text.clone()),
            other => self
                .evaluate_figure(other)
                .ok()
                .map(|figure| wording::format_figure(&figure)),
        }
    }

    /// A number without the range of its trials; `None` if it is missing.
    pub fn describe_median(&mut self, term: &ConditionTerm) -> Option<String> {
        let figure = self.evaluate_figure(term).ok()?;
        Some(wording::format_figure(&figure.without_range()))
    }

    /// Whether a number is exactly one; `None` if it is missing.
    pub fn is_one(&mut self, term: &ConditionTerm) -> Option<bool> {
        let figure = self.evaluate_figure(term).ok()?;
        Some((figure.median - 1.0).abs() < f64::EPSILON)
    }

    fn evaluate_operand(&mut self, term: &ConditionTerm) -> Result<OperandValue, String> {
        match term {
            ConditionTerm::Text(text) => Ok(OperandValue::Texts(
                vec![text.clone()],
                FigureSupport::default(),
            )),
            ConditionTerm::Ask(question)
                if matches!(question.quantity, MeasuredQuantity::Text(_)) =>
            {
                match self.ask_evidence(question)?.values {
                    AnswerValues::Texts(texts) => {
                        let support = FigureSupport::from_nature(question.nature, texts.len());
                        Ok(OperandValue::Texts(texts, support))
                    }
                    _ => Err(format!("{} is no text", question.describe_quantity())),
                }
            }
            other => self.evaluate_figure(other).map(OperandValue::Figure),
        }
    }

    fn evaluate_figure(&mut self, term: &ConditionTerm) -> Result<FigureEstimate, String> {
        match term {
            ConditionTerm::Number(value, unit) => Ok(FigureEstimate::exact(*value, *unit)),
            ConditionTerm::Minus(inner) => Ok(self.evaluate_figure(inner)?.with_opposite_sign()),
            ConditionTerm::Compute(how, left, right) => {
                let (left, right) = (self.evaluate_figure(left), self.evaluate_figure(right));
                left?.compute_with(*how, right?)
            }
            ConditionTerm::Ask(question) => {
                let answer = self.ask_evidence(question)?;
                figure_of_answer(question, &answer)
                    .ok_or_else(|| format!("{} is no number here", question.describe_quantity()))
            }
            _ => Err("this is no number".to_owned()),
        }
    }

    fn ask_evidence(&mut self, question: &ConditionQuestion) -> Result<EvidenceAnswer, String> {
        let answer = self.evidence.answer_question(question, self.needs)?;
        let figure = figure_of_answer(question, &answer);
        self.python = answer.python.clone().or_else(|| self.python.take());
        if self.heard.iter().all(|known| known.question != *question) {
            self.heard.push(EvaluatedFigure {
                said: wording::build_clause(question, &answer, figure.as_ref()),
                question: question.clone(),
                figure,
            });
        }
        Ok(answer)
    }
}

fn figure_of_answer(
    question: &ConditionQuestion,
    answer: &EvidenceAnswer,
) -> Option<FigureEstimate> {
    let mut figure = of_values(question, &answer.values)?;
    let load = question.load(figure.unit);
    // A speed-up above the number of workers means that the single thread was slowed down.
    let ideal = answer.workers.unwrap_or(usize::MAX) as f64;
    let is_beyond = question.quantity == MeasuredQuantity::Metric(Metric::Speedup)
        && figure.robust.low > 1.1 * ideal;
    let support = &mut figure.support;
    support.load = support
        .load
        .and(load)
        .and(FigureBias::new(false, is_beyond));
    Some(figure)
}

fn of_values(question: &ConditionQuestion, values: &AnswerValues) -> Option<FigureEstimate> {
    let pick = match &question.quantity {
        MeasuredQuantity::Observed(pick, _) => *pick,
        _ => AggregateKind::Median,
    };
    match (values, pick) {
        (AnswerValues::Numbers(values, unit), pick) => {
            FigureEstimate::from_values(values, *unit, pick, question.nature)
        }
        (AnswerValues::Exact(value, unit), _) => {
            Some(figure_without_trials(*value, *unit, question))
        }
        (AnswerValues::Texts(texts), AggregateKind::Count) => Some(figure_without_trials(
            texts.len() as f64,
            Unit::Count,
            question,
        )),
        (AnswerValues::Texts(texts), AggregateKind::Distinct) => {
            let mut different: Vec<&String> = texts.iter().collect();
            different.sort_unstable();
            different.dedup();
            let support = FigureSupport::from_nature(question.nature, texts.len());
            Some(FigureEstimate {
                support: FigureSupport {
                    chance: FigureBias::new(question.nature != ObservationNature::Settled, false),
                    ..support
                },
                ..FigureEstimate::exact(different.len() as f64, Unit::Count)
            })
        }
        (AnswerValues::Truths(_) | AnswerValues::Texts(_), _) => None,
    }
}

/// A number without trials. Chance may still affect it: with more rounds, a count may become greater, never
/// smaller.
fn figure_without_trials(value: f64, unit: Unit, question: &ConditionQuestion) -> FigureEstimate {
    let support = FigureSupport::from_nature(question.nature, 1);
    FigureEstimate {
        support: FigureSupport {
            trials: None,
            chance: FigureBias::new(support.chance != FigureBias::NONE, false),
            ..support
        },
        ..FigureEstimate::exact(value, unit)
    }
}

/// Whether workers took turns, or ran at once, by the cores that they used.
fn judge_cores(question: &ConditionQuestion, answer: &EvidenceAnswer) -> TruthValue {
    let cores = question.overlap_by_cores().and_then(|(how, limit, cores)| {
        let used = OperandValue::Figure(figure_of_answer(&cores, answer)?);
        let limit = OperandValue::Figure(FigureEstimate::exact(limit, Unit::Plain));
        Some(compare_operands(how, used, limit))
    });
    cores.unwrap_or_else(|| TruthValue::Missing(format!("{} is not known", question.text)))
}

fn compare_operands(
    how: ComparisonOperator,
    left: OperandValue,
    right: OperandValue,
) -> TruthValue {
    match (left, right) {
        (OperandValue::Figure(left), OperandValue::Figure(right)) => {
            if !left.unit.is_compatible_with(right.unit) {
                let (left, right) = (left.unit, right.unit);
                return TruthValue::Missing(format!("{left} cannot be compared with {right}"));
            }
            let seen = |how| left.support.after_comparison(how, right.support);
            match left.compare_with(how, right) {
                Some(true) => TruthValue::Yes(seen(how)),
                Some(false) => TruthValue::No(seen(opposite_comparison(how))),
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
            combine_truths(&truths, of_left.after_comparison(seen, of_right))
        }
        _ => TruthValue::Missing("a text cannot be compared with a number".to_owned()),
    }
}

/// True or false if all values agree; otherwise it is too noisy.
fn combine_truths(truths: &[bool], support: FigureSupport) -> TruthValue {
    if truths.iter().all(|truth| *truth) {
        TruthValue::Yes(support)
    } else if truths.iter().any(|truth| *truth) {
        TruthValue::Noisy
    } else {
        TruthValue::No(support)
    }
}

fn combine_and(left: TruthValue, right: TruthValue) -> TruthValue {
    match (left, right) {
        // Either refutes it: the one with more support counts.
        (TruthValue::No(left), TruthValue::No(right)) => TruthValue::No(left.stronger_of(right)),
        (TruthValue::No(support), _) | (_, TruthValue::No(support)) => TruthValue::No(support),
        (TruthValue::Missing(why), _) | (_, TruthValue::Missing(why)) => TruthValue::Missing(why),
        (TruthValue::Noisy, _) | (_, TruthValue::Noisy) => TruthValue::Noisy,
        (TruthValue::Yes(left), TruthValue::Yes(right)) => {
            TruthValue::Yes(left.combine_both(right))
        }
    }
}

fn combine_or(left: TruthValue, right: TruthValue) -> TruthValue {
    match (left, right) {
        (TruthValue::Yes(left), TruthValue::Yes(right)) => TruthValue::Yes(left.stronger_of(right)),
        (TruthValue::Yes(support), _) | (_, TruthValue::Yes(support)) => TruthValue::Yes(support),
        (TruthValue::Missing(why), _) | (_, TruthValue::Missing(why)) => TruthValue::Missing(why),
        (TruthValue::Noisy, _) | (_, TruthValue::Noisy) => TruthValue::Noisy,
        (TruthValue::No(left), TruthValue::No(right)) => TruthValue::No(left.combine_both(right)),
    }
}

//! Controls: what another part of the same condition shows about the machine during the same measurement.
//!
//! "Threads used one core" proves nothing if other programs took the second core. "Threads used one core, and
//! processes used two" does: the cores that were free for the processes were free for the threads too. In the
//! same way, "no addition was lost with a lock" is meaningful if some were lost without it.

use super::{
    condition::{ConditionQuestion, ConditionTerm, MeasuredQuantity},
    eval::TruthValue,
    figure::{FigureBias, FigureSupport},
    syntax::ComparisonOperator,
};
use crate::record::{Backend, metrics::Metric};

/// The truths of the parts that `and` joins, without the doubts that another part rules out.
pub(super) fn controlled(parts: &[&ConditionTerm], truths: Vec<TruthValue>) -> Vec<TruthValue> {
    let known: Vec<(&ConditionTerm, FigureSupport)> = parts
        .iter()
        .zip(&truths)
        .filter_map(|(part, truth)| match truth {
            TruthValue::Yes(support) => Some((*part, *support)),
            _ => None,
        })
        .collect();
    let settled = |(part, truth): (&&ConditionTerm, TruthValue)| match truth {
        TruthValue::Yes(support) => {
            let by_cores = known.iter().any(|it| shows_cores(*it, part));
            let by_chance = known.iter().any(|it| shows_chance(*it, part));
            TruthValue::Yes(FigureSupport {
                is_load_made: support.is_load_made && !by_cores,
                is_unseen: support.is_unseen && !by_chance,
                ..support
            })
        }
        other => other,
    };
    parts.iter().zip(truths).map(settled).collect()
}

/// A figure that is compared with a fixed limit.
struct FixedLimit<'t> {
    question: &'t ConditionQuestion,
    is_above: bool,
    limit: f64,
}

fn bound(term: &ConditionTerm) -> Option<FixedLimit<'_>> {
    let ConditionTerm::Compare(how, left, right) = term else {
        return None;
    };
    let is_more = match how {
        ComparisonOperator::More | ComparisonOperator::MoreOrEqual => true,
        ComparisonOperator::Less | ComparisonOperator::LessOrEqual => false,
        ComparisonOperator::Equal | ComparisonOperator::NotEqual => return None,
    };
    let (question, limit, is_above) = match (&**left, &**right) {
        (ConditionTerm::Ask(question), ConditionTerm::Number(limit, _)) => {
            (question, *limit, is_more)
        }
        (ConditionTerm::Number(limit, _), ConditionTerm::Ask(question)) => {
            (question, *limit, !is_more)
        }
        _ => return None,
    };
    Some(FixedLimit {
        question,
        is_above,
        limit,
    })
}

/// Whether `control` shows that other programs did not make the other part true: the same figure of other
/// workers is beyond the same limit, although load pushes it the other way.
fn shows_cores((control, support): (&ConditionTerm, FigureSupport), other: &ConditionTerm) -> bool {
    let (Some(control), Some(other)) = (bound(control), bound(other)) else {
        return false;
    };
    let is_beyond = if control.is_above {
        control.limit >= other.limit
    } else {
        control.limit <= other.limit
    };
    !support.is_load_made
        && control.is_above != other.is_above
        && is_beyond
        && is_same_figure(control.question, other.question)
}

/// Whether both ask for the same figure of other workers or in another setting, measured in the same rounds.
fn is_same_figure(one: &ConditionQuestion, other: &ConditionQuestion) -> bool {
    let counts_cores = |it: &ConditionQuestion| {
        matches!(
            it.quantity,
            MeasuredQuantity::Metric(Metric::CoresUsed | Metric::Speedup)
        )
    };
    let is_same = one.quantity == other.quantity || (counts_cores(one) && counts_cores(other));
    let is_other_setting = (one.backend, &one.labels) != (other.backend, &other.labels);
    // The Pythons are measured after all native backends.
    let is_python = |it: &ConditionQuestion| it.backend.is_some_and(Backend::is_python);
    is_same && is_other_setting && is_python(one) == is_python(other)
}

/// Whether `control` shows that chance did happen to the same workers that the other part is about.
fn shows_chance(
    (control, support): (&ConditionTerm, FigureSupport),
    other: &ConditionTerm,
) -> bool {
    let questions = [control.questions(), other.questions()].concat();
    let is_same_worker = questions
        .windows(2)
        .all(|pair| pair[0].backend == pair[1].backend);
    support.chance != FigureBias::NONE && !support.is_unseen && is_same_worker
}

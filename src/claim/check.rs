//! Checks a syntax tree and builds a condition: resolves every name and compares every type. The first mistake
//! is reported.

mod call;

use super::{
    condition::ConditionTerm,
    syntax::{
        ArithmeticOperator, BinaryOperator, ComparisonOperator, ConditionError, Expr, ExprNode,
    },
    units::Unit,
};
use crate::record::Backend;

/// What a condition is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct ConditionSubject<'a> {
    /// The demo that measures the figures.
    pub demo: &'a str,
    /// The backends that the demo compares; empty if they are not known.
    pub backends: &'a [Backend],
}

/// The type of a part of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TermType {
    /// A number. Its unit may be known only once it is measured.
    Number(Option<Unit>),
    Truth,
    Text,
}

impl TermType {
    fn name(self) -> String {
        match self {
            Self::Number(Some(unit)) => unit.to_string(),
            Self::Number(None) => "a number".to_owned(),
            Self::Truth => "true or false".to_owned(),
            Self::Text => "a text".to_owned(),
        }
    }
}

pub(super) type TypedTerm = (ConditionTerm, TermType);

/// Checks a condition.
pub(super) fn check_condition(
    text: &str,
    tree: &Expr,
    subject: &ConditionSubject<'_>,
) -> Result<ConditionTerm, ConditionError> {
    let checker = TermChecker { text, subject };
    checker.check_truth(tree)
}

/// Checks a figure, text or truth in an author's template, and returns its type too.
pub(super) fn check_figure(
    text: &str,
    tree: &Expr,
    subject: &ConditionSubject<'_>,
) -> Result<TypedTerm, ConditionError> {
    let checker = TermChecker { text, subject };
    checker.check_term(tree)
}

struct TermChecker<'c> {
    text: &'c str,
    subject: &'c ConditionSubject<'c>,
}

impl TermChecker<'_> {
    fn check_truth(&self, expr: &Expr) -> Result<ConditionTerm, ConditionError> {
        match self.check_term(expr)? {
            (term, TermType::Truth) => Ok(term),
            (_, other) => {
                let message = format!("this is {}, neither true nor false", other.name());
                Err(ConditionError::new(expr.at.clone(), message)
                    .with_help("compare it with something"))
            }
        }
    }

    fn check_number(
        &self,
        expr: &Expr,
    ) -> Result<(Box<ConditionTerm>, Option<Unit>), ConditionError> {
        match self.check_term(expr)? {
            (term, TermType::Number(unit)) => Ok((Box::new(term), unit)),
            (_, other) => {
                let message = format!("this is {}, and no number to compute with", other.name());
                Err(ConditionError::new(expr.at.clone(), message))
            }
        }
    }

    fn check_term(&self, expr: &Expr) -> Result<TypedTerm, ConditionError> {
        match &expr.node {
            ExprNode::Number(value, unit) => Ok((
                ConditionTerm::Number(*value, *unit),
                TermType::Number(Some(*unit)),
            )),
            ExprNode::Text(text) => Ok((ConditionTerm::Text(text.clone()), TermType::Text)),
            ExprNode::Call(call) => self.check_call(expr, call),
            ExprNode::Not(inner) => Ok((
                ConditionTerm::Not(Box::new(self.check_truth(inner)?)),
                TermType::Truth,
            )),
            ExprNode::Minus(inner) => {
                let (term, unit) = self.check_number(inner)?;
                Ok((ConditionTerm::Minus(term), TermType::Number(unit)))
            }
            ExprNode::Binary(BinaryOperator::And, left, right) => {
                let (left, right) = (self.check_truth(left)?, self.check_truth(right)?);
                Ok((
                    ConditionTerm::And(Box::new(left), Box::new(right)),
                    TermType::Truth,
                ))
            }
            ExprNode::Binary(BinaryOperator::Or, left, right) => {
                let (left, right) = (self.check_truth(left)?, self.check_truth(right)?);
                Ok((
                    ConditionTerm::Or(Box::new(left), Box::new(right)),
                    TermType::Truth,
                ))
            }
            ExprNode::Binary(BinaryOperator::Compare(how), left, right) => {
                self.check_comparison(expr, *how, left, right)
            }
            ExprNode::Binary(BinaryOperator::Arithmetic(how), left, right) => {
                self.check_arithmetic(expr, *how, left, right)
            }
        }
    }

    fn check_comparison(
        &self,
        whole: &Expr,
        how: ComparisonOperator,
        left: &Expr,
        right: &Expr,
    ) -> Result<TypedTerm, ConditionError> {
        let ((left_term, left), (right_term, right)) =
            (self.check_term(left)?, self.check_term(right)?);
        let only_equal = matches!(
            how,
            ComparisonOperator::Equal | ComparisonOperator::NotEqual
        );
        let fits = match (left, right) {
            (TermType::Number(Some(left)), TermType::Number(Some(right))) => {
                left.is_compatible_with(right)
            }
            (TermType::Number(_), TermType::Number(_)) => true,
            (TermType::Text, TermType::Text) if only_equal => true,
            (TermType::Text, TermType::Text) => {
                let wrong = ConditionError::new(whole.at.clone(), "texts have no order");
                return Err(wrong.with_help("compare them with == or !="));
            }
            _ => false,
        };
        if !fits {
            let message = format!("{} cannot be compared with {}", left.name(), right.name());
            return Err(ConditionError::new(whole.at.clone(), message));
        }
        let term = ConditionTerm::Compare(how, Box::new(left_term), Box::new(right_term));
        Ok((term, TermType::Truth))
    }

    fn check_arithmetic(
        &self,
        whole: &Expr,
        how: ArithmeticOperator,
        left: &Expr,
        right: &Expr,
    ) -> Result<TypedTerm, ConditionError> {
        let ((left, of_left), (right, of_right)) =
            (self.check_number(left)?, self.check_number(right)?);
        let unit = match (of_left, of_right) {
            (Some(left), Some(right)) => Some(result_unit(how, left, right).ok_or_else(|| {
                let message = format!("{left} {how} {right} makes no sense");
                ConditionError::new(whole.at.clone(), message)
            })?),
            _ => None,
        };
        Ok((
            ConditionTerm::Compute(how, left, right),
            TermType::Number(unit),
        ))
    }
}

/// The unit of an operation's result.
pub(super) fn result_unit(how: ArithmeticOperator, left: Unit, right: Unit) -> Option<Unit> {
    match how {
        ArithmeticOperator::Add | ArithmeticOperator::Subtract => left.sum_unit(right),
        ArithmeticOperator::Multiply => left.product_unit(right),
        ArithmeticOperator::Divide => left.quotient_unit(right),
    }
}

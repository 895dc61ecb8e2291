//! The syntax tree of a condition, with the position of every part.

use std::ops::Range;

use thiserror::Error;

use super::units::Unit;
use crate::record::named_enum;

/// What is wrong with a condition, and where in its text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ConditionError {
    /// The byte range in the condition.
    pub at: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl ConditionError {
    pub(super) fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
            help: None,
        }
    }

    #[must_use]
    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A part of a condition, with its position.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expr {
    pub(super) at: Range<usize>,
    pub(super) node: ExprNode,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum ExprNode {
    /// In its base unit.
    Number(f64, Unit),
    Text(String),
    Call(CallExpr),
    Not(Box<Expr>),
    Minus(Box<Expr>),
    Binary(BinaryOperator, Box<Expr>, Box<Expr>),
}

/// `median('overshoot', 'gil-threads', busy='1')`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CallExpr {
    pub(super) name: String,
    pub(super) name_at: Range<usize>,
    pub(super) arguments: Vec<CallArgument>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct CallArgument {
    /// `busy` of `busy='1'`.
    pub(super) label: Option<String>,
    pub(super) value: Expr,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BinaryOperator {
    Or,
    And,
    Compare(ComparisonOperator),
    Arithmetic(ArithmeticOperator),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComparisonOperator {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    More,
    /// `>=`
    MoreOrEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

named_enum! {
    /// An arithmetic operation.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum ArithmeticOperator {
        /// `+`
        Add = "+",
        /// `-`
        Subtract = "-",
        /// `*`
        Multiply = "*",
        /// `/`
        Divide = "/",
    }
}

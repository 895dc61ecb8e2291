//! From a tree to a condition: every name is looked up, every type compared. The first mistake is told.

mod call;

use super::{
    condition::Term,
    syntax::{Arithmetic, Comparison, Expr, Node, Operator, Wrong},
    units::Unit,
};
use crate::record::Backend;

/// What a condition is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject<'a> {
    /// The demo that measures it.
    pub demo: &'a str,
    /// The backends that the demo compares; empty where that is not known.
    pub backends: &'a [Backend],
}

/// What a part of a condition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    /// A number, of a kind that may be known only once it is measured.
    Number(Option<Unit>),
    Truth,
    Text,
}

impl Type {
    fn name(self) -> String {
        match self {
            Self::Number(Some(unit)) => unit.to_string(),
            Self::Number(None) => "a number".to_owned(),
            Self::Truth => "true or false".to_owned(),
            Self::Text => "a text".to_owned(),
        }
    }
}

type Typed = (Term, Type);

/// The checked condition.
pub(super) fn check(text: &str, tree: &Expr, subject: &Subject<'_>) -> Result<Term, Wrong> {
    let checker = Checker { text, subject };
    checker.truth(tree)
}

/// A checked figure, text or truth: what stands in an author's words.
pub(super) fn check_figure(text: &str, tree: &Expr, subject: &Subject<'_>) -> Result<Term, Wrong> {
    let checker = Checker { text, subject };
    checker.typed(tree).map(|(term, _)| term)
}

struct Checker<'c> {
    text: &'c str,
    subject: &'c Subject<'c>,
}

impl Checker<'_> {
    fn truth(&self, expr: &Expr) -> Result<Term, Wrong> {
        match self.typed(expr)? {
            (term, Type::Truth) => Ok(term),
            (_, other) => {
                let message = format!("this is {}, neither true nor false", other.name());
                Err(Wrong::new(expr.at.clone(), message).help("compare it with something"))
            }
        }
    }

    fn number(&self, expr: &Expr) -> Result<(Box<Term>, Option<Unit>), Wrong> {
        match self.typed(expr)? {
            (term, Type::Number(unit)) => Ok((Box::new(term), unit)),
            (_, other) => {
                let message = format!("this is {}, and no number to compute with", other.name());
                Err(Wrong::new(expr.at.clone(), message))
            }
        }
    }

    fn typed(&self, expr: &Expr) -> Result<Typed, Wrong> {
        match &expr.node {
            Node::Number(value, unit) => {
                Ok((Term::Number(*value, *unit), Type::Number(Some(*unit))))
            }
            Node::Text(text) => Ok((Term::Text(text.clone()), Type::Text)),
            Node::Call(call) => self.call(expr, call),
            Node::Not(inner) => Ok((Term::Not(Box::new(self.truth(inner)?)), Type::Truth)),
            Node::Minus(inner) => {
                let (term, unit) = self.number(inner)?;
                Ok((Term::Minus(term), Type::Number(unit)))
            }
            Node::Binary(Operator::And, left, right) => {
                let (left, right) = (self.truth(left)?, self.truth(right)?);
                Ok((Term::And(Box::new(left), Box::new(right)), Type::Truth))
            }
            Node::Binary(Operator::Or, left, right) => {
                let (left, right) = (self.truth(left)?, self.truth(right)?);
                Ok((Term::Or(Box::new(left), Box::new(right)), Type::Truth))
            }
            Node::Binary(Operator::Compare(how), left, right) => {
                self.comparison(expr, *how, left, right)
            }
            Node::Binary(Operator::Arithmetic(how), left, right) => {
                self.arithmetic(expr, *how, left, right)
            }
        }
    }

    fn comparison(
        &self,
        whole: &Expr,
        how: Comparison,
        left: &Expr,
        right: &Expr,
    ) -> Result<Typed, Wrong> {
        let ((left_term, left), (right_term, right)) = (self.typed(left)?, self.typed(right)?);
        let only_equal = matches!(how, Comparison::Equal | Comparison::NotEqual);
        let fits = match (left, right) {
            (Type::Number(Some(left)), Type::Number(Some(right))) => left.fits(right),
            (Type::Number(_), Type::Number(_)) => true,
            (Type::Text, Type::Text) if only_equal => true,
            (Type::Text, Type::Text) => {
                let wrong = Wrong::new(whole.at.clone(), "texts have no order");
                return Err(wrong.help("compare them with == or !="));
            }
            _ => false,
        };
        if !fits {
            let message = format!("{} cannot be compared with {}", left.name(), right.name());
            return Err(Wrong::new(whole.at.clone(), message));
        }
        let term = Term::Compare(how, Box::new(left_term), Box::new(right_term));
        Ok((term, Type::Truth))
    }

    fn arithmetic(
        &self,
        whole: &Expr,
        how: Arithmetic,
        left: &Expr,
        right: &Expr,
    ) -> Result<Typed, Wrong> {
        let ((left, of_left), (right, of_right)) = (self.number(left)?, self.number(right)?);
        let unit = match (of_left, of_right) {
            (Some(left), Some(right)) => Some(result(how, left, right).ok_or_else(|| {
                let message = format!("{left} {how} {right} makes no sense");
                Wrong::new(whole.at.clone(), message)
            })?),
            _ => None,
        };
        Ok((Term::Compute(how, left, right), Type::Number(unit)))
    }
}

/// What an operation on these kinds makes.
pub(super) fn result(how: Arithmetic, left: Unit, right: Unit) -> Option<Unit> {
    match how {
        Arithmetic::Add | Arithmetic::Subtract => left.plus(right),
        Arithmetic::Multiply => left.times(right),
        Arithmetic::Divide => left.over(right),
    }
}

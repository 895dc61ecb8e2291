//! From a tree to a condition: every name is looked up, every type compared. The first mistake is told.

use std::ops::Range;

use super::{
    condition::{Pick, Quantity, Question, Term},
    functions::{FUNCTIONS, Function, Makes, suggestion},
    measures::{self, Kind},
    syntax::{Argument, Arithmetic, Call, Comparison, Expr, Node, Operator, Wrong},
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

    fn call(&self, expr: &Expr, call: &Call) -> Result<Typed, Wrong> {
        let Some(function) = FUNCTIONS.iter().find(|known| known.name == call.name) else {
            let names: Vec<&str> = FUNCTIONS.iter().map(|known| known.name).collect();
            let message = format!("no function is called `{}`", call.name);
            let wrong = Wrong::new(call.name_at.clone(), message);
            return Err(wrong.help(suggestion(&call.name, &names)));
        };
        let positional = self.counted(expr, function, call)?;
        let first = positional.first().copied();
        let labels = self.labels(function, call)?;
        let ask = |quantity, backend, labels: &[(String, String)]| Question {
            text: self.text[expr.at.clone()].to_owned(),
            quantity,
            backend,
            labels: labels.to_vec(),
        };
        if function.arguments.first() == Some(&"backend") {
            let backend = first.map(|argument| self.backend(argument)).transpose()?;
            let (quantity, kind) = of_backend(function.makes);
            return Ok((Term::Ask(ask(quantity, backend, &labels)), kind));
        }
        let named = first.map(|(name, _)| name.to_owned()).unwrap_or_default();
        let second = positional.get(1).copied();
        let backend = second.map(|argument| self.backend(argument)).transpose()?;
        match function.makes {
            Makes::Survives => {
                let labels = with(labels, &[("where", &named), ("crash", "segfault")]);
                let flag = Quantity::Flag("program_lives".to_owned());
                Ok((Term::Ask(ask(flag, backend, &labels)), Type::Truth))
            }
            Makes::Answered => {
                let labels = with(labels, &[("crash", &named)]);
                let sum = |name: &str| {
                    let quantity = Quantity::Observed(Pick::Sum, name.to_owned());
                    Box::new(Term::Ask(ask(quantity, backend, &labels)))
                };
                let (answered, others) = (sum("pool_answered"), sum("pool_others"));
                let term = Term::Compare(Comparison::Equal, answered, others);
                Ok((term, Type::Truth))
            }
            Makes::Ratio => {
                let at = first.map_or(expr.at.clone(), |(_, at)| at.clone());
                self.measured(function, &named, at)?;
                let third = positional.get(2).copied();
                let below = third.map(|argument| self.backend(argument)).transpose()?;
                let median = |backend| {
                    let quantity = Quantity::Observed(Pick::Median, named.clone());
                    let mut question = ask(quantity, backend, &labels);
                    let of = backend.map_or("", Backend::name);
                    question.text = format!("median('{named}', '{of}')");
                    Box::new(Term::Ask(question))
                };
                let term = Term::Compute(Arithmetic::Divide, median(backend), median(below));
                Ok((term, Type::Number(Some(Unit::Plain))))
            }
            makes => {
                let at = first.map_or(expr.at.clone(), |(_, at)| at.clone());
                let kind = self.measured(function, &named, at)?;
                let (quantity, kind) = observed(makes, named, kind);
                Ok((Term::Ask(ask(quantity, backend, &labels)), kind))
            }
        }
    }

    /// The arguments without a label; an error if they are too few or too many.
    fn counted<'e>(
        &self,
        expr: &Expr,
        function: &Function,
        call: &'e Call,
    ) -> Result<Vec<(&'e str, &'e Range<usize>)>, Wrong> {
        let positional = call.arguments.iter().filter(|a| a.label.is_none());
        let positional: Vec<_> = positional.map(|a| (said(a), &a.value.at)).collect();
        let (least, most) = (function.least(), function.arguments.len());
        let late = call
            .arguments
            .iter()
            .skip_while(|argument| argument.label.is_none())
            .find(|argument| argument.label.is_none());
        if let Some(late) = late {
            let wrong = Wrong::new(late.value.at.clone(), "an argument stands after labels");
            return Err(wrong.help(format!("write {}", function.usage())));
        }
        if (least..=most).contains(&positional.len()) {
            return Ok(positional);
        }
        let at = match positional.get(most) {
            Some((_, at)) => (*at).clone(),
            None => expr.at.clone(),
        };
        let range = if least == most {
            most.to_string()
        } else {
            format!("{least} to {most}")
        };
        let message = format!(
            "`{}` takes {range} argument{}, not {}",
            function.name,
            if most == 1 { "" } else { "s" },
            positional.len()
        );
        Err(Wrong::new(at, message).help(format!("write {}", function.usage())))
    }

    fn labels(&self, function: &Function, call: &Call) -> Result<Vec<(String, String)>, Wrong> {
        let mut labels: Vec<(String, String)> = Vec::new();
        for argument in &call.arguments {
            let Some(label) = &argument.label else {
                continue;
            };
            let at = argument.value.at.clone();
            if !function.labels {
                let message = format!("`{}` takes no labels", function.name);
                return Err(Wrong::new(at, message).help(format!("write {}", function.usage())));
            }
            if labels.iter().any(|(known, _)| known == label) {
                return Err(Wrong::new(at, format!("`{label}` is named twice")));
            }
            labels.push((label.clone(), said(argument).to_owned()));
        }
        Ok(labels)
    }

    fn backend(&self, (name, at): (&str, &Range<usize>)) -> Result<Backend, Wrong> {
        let usable = match self.subject.backends {
            [] => &Backend::ALL[..],
            some => some,
        };
        let found = usable.iter().find(|backend| backend.name() == name);
        found.copied().ok_or_else(|| {
            let names: Vec<&str> = usable.iter().map(|backend| backend.name()).collect();
            let message = format!("no backend of this demo is called `{name}`");
            Wrong::new(at.clone(), message).help(suggestion(name, &names))
        })
    }

    /// The kind of what this demo observes under that name.
    fn measured(
        &self,
        function: &Function,
        name: &str,
        at: Range<usize>,
    ) -> Result<Option<Kind>, Wrong> {
        let kind = measures::kind(self.subject.demo, name).map_err(|names| {
            let message = format!("the demo `{}` measures no `{name}`", self.subject.demo);
            Wrong::new(at.clone(), message).help(suggestion(name, &names))
        })?;
        let wants = match function.makes {
            Makes::Flag => "flag",
            Makes::Text => "text",
            Makes::Observed(Pick::Count | Pick::Distinct) => return Ok(kind),
            _ => "median",
        };
        let is = match kind {
            None | Some(Kind::Mixed) => return Ok(kind),
            Some(Kind::Flag) => "flag",
            Some(Kind::Text) => "text",
            Some(Kind::Number(_)) => "median",
        };
        if is == wants {
            return Ok(kind);
        }
        let what = match is {
            "flag" => "true or false",
            "text" => "a text",
            _ => "a number",
        };
        let message = format!("`{name}` is {what}");
        Err(Wrong::new(at, message).help(format!("ask for {is}('{name}')")))
    }
}

fn said(argument: &Argument) -> &str {
    match &argument.value.node {
        Node::Text(text) => text,
        _ => "",
    }
}

/// Labels with others added, unless the author gave them.
fn with(mut labels: Vec<(String, String)>, more: &[(&str, &str)]) -> Vec<(String, String)> {
    for (key, value) in more {
        if !labels.iter().any(|(known, _)| known == key) {
            labels.push(((*key).to_owned(), (*value).to_owned()));
        }
    }
    labels
}

fn of_backend(makes: Makes) -> (Quantity, Type) {
    let number = |unit| Type::Number(Some(unit));
    match makes {
        Makes::Speedup => (Quantity::Speedup, number(Unit::Plain)),
        Makes::Efficiency => (Quantity::Efficiency, number(Unit::Share)),
        Makes::CoresUsed => (Quantity::CoresUsed, number(Unit::Plain)),
        Makes::Work => (Quantity::Work, number(Unit::Seconds)),
        Makes::Startup => (Quantity::Startup, number(Unit::Seconds)),
        Makes::Total => (Quantity::Total, number(Unit::Seconds)),
        Makes::Cpu => (Quantity::Cpu, number(Unit::Seconds)),
        Makes::Workers => (Quantity::Workers, number(Unit::Count)),
        Makes::Pids => (Quantity::Pids, number(Unit::Count)),
        Makes::Lost => {
            let lost = Quantity::Observed(Pick::Median, "lost".to_owned());
            (lost, number(Unit::Count))
        }
        _ => (Quantity::Ran, Type::Truth),
    }
}

fn observed(makes: Makes, name: String, kind: Option<Kind>) -> (Quantity, Type) {
    let unit = match kind {
        Some(Kind::Number(unit)) => Some(unit),
        _ => None,
    };
    match makes {
        Makes::Flag => (Quantity::Flag(name), Type::Truth),
        Makes::Text => (Quantity::Text(name), Type::Text),
        Makes::Observed(pick @ (Pick::Count | Pick::Distinct)) => {
            let count = Type::Number(Some(Unit::Count));
            (Quantity::Observed(pick, name), count)
        }
        Makes::Observed(pick) => (Quantity::Observed(pick, name), Type::Number(unit)),
        _ => (Quantity::Observed(Pick::Median, name), Type::Number(unit)),
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

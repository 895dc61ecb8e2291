//! Checks function calls: the function, its arguments and the question that results.

use std::ops::Range;

use super::{TermChecker, TermType, TypedTerm};
use crate::{
    catalog::{
        DemoSpec, ObservationNature, ValueKind, find_demo, find_observation, observation_nature,
        observing_demo,
    },
    claim::{
        condition::{AggregateKind, ConditionQuestion, ConditionTerm, MeasuredQuantity},
        functions::{FUNCTIONS, FunctionKind, FunctionSpec},
        syntax::{
            ArithmeticOperator, CallArgument, CallExpr, ComparisonOperator, ConditionError, Expr,
            ExprNode,
        },
        units::{Unit, metric_unit},
    },
    record::{Backend, metrics::Metric},
    text::{pick_plural, suggest_name},
};

/// The observation of `lost`.
const LOST: &str = "lost";
/// The observation of `survives`.
const PROGRAM_LIVES: &str = "program_lives";
/// The first observation of `answered`.
const POOL_ANSWERED: &str = "pool_answered";

/// An argument and its position.
type PlacedText<'e> = (&'e str, &'e Range<usize>);

/// A call with a checked number of arguments.
struct CountedCall<'e> {
    expr: &'e Expr,
    function: &'static FunctionSpec,
    labels: Vec<(String, String)>,
}

impl CountedCall<'_> {
    /// Adds labels, unless the author gave them.
    fn with_labels(&self, more: &[(&str, &str)]) -> Self {
        let mut labels = self.labels.clone();
        for (key, value) in more {
            if !labels.iter().any(|(known, _)| known == key) {
                labels.push(((*key).to_owned(), (*value).to_owned()));
            }
        }
        Self { labels, ..*self }
    }
}

impl TermChecker<'_> {
    pub(super) fn check_call(
        &self,
        expr: &Expr,
        call: &CallExpr,
    ) -> Result<TypedTerm, ConditionError> {
        let Some(function) = FUNCTIONS.iter().find(|known| known.name == call.name) else {
            let names: Vec<&str> = FUNCTIONS.iter().map(|known| known.name).collect();
            let message = format!("no function is called `{}`", call.name);
            let wrong = ConditionError::new(call.name_at.clone(), message);
            return Err(wrong.with_help(suggest_name(&call.name, &names).unwrap_or_default()));
        };
        let positional = count_arguments(expr, function, call)?;
        let asked = CountedCall {
            expr,
            function,
            labels: self.check_labels(function, call)?,
        };
        match positional.split_first() {
            Some((first, rest)) if function.arguments.first() != Some(&"backend") => {
                self.check_observation(&asked, *first, rest)
            }
            first => {
                let backend = first
                    .map(|(first, _)| self.check_backend(*first))
                    .transpose()?;
                if matches!(function.makes, FunctionKind::Lost) {
                    self.check_demo(&asked, LOST)?;
                }
                check_trials(&asked, backend)?;
                let (quantity, kind) = backend_quantity(&function.makes);
                Ok((
                    ConditionTerm::Ask(self.build_question(&asked, quantity, backend)),
                    kind,
                ))
            }
        }
    }

    fn check_labels(
        &self,
        function: &FunctionSpec,
        call: &CallExpr,
    ) -> Result<Vec<(String, String)>, ConditionError> {
        let mut labels: Vec<(String, String)> = Vec::new();
        for argument in &call.arguments {
            let Some(label) = &argument.label else {
                continue;
            };
            let at = argument.value.at.clone();
            if !function.labels {
                let message = format!("`{}` takes no labels", function.name);
                return Err(ConditionError::new(at, message)
                    .with_help(format!("write {}", function.usage())));
            }
            if labels.iter().any(|(known, _)| known == label) {
                return Err(ConditionError::new(at, format!("`{label}` is named twice")));
            }
            self.check_label(label, argument_text(argument), &at)?;
            labels.push((label.clone(), argument_text(argument).to_owned()));
        }
        Ok(labels)
    }

    /// Refuses a label, or a value of one, that no run of the demo has: it would never be found.
    fn check_label(
        &self,
        label: &str,
        value: &str,
        at: &Range<usize>,
    ) -> Result<(), ConditionError> {
        let Some(demo) = find_demo(self.subject.demo) else {
            return Ok(());
        };
        let names = demo.label_names();
        let values = demo.label_values(label);
        let (message, word, known) = if !names.is_empty() && !names.contains(&label) {
            let message = format!("no figure of `{}` has the label `{label}`", demo.name);
            (message, label, &names[..])
        } else if !values.is_empty() && !values.contains(&value) {
            (
                format!("the label `{label}` is never `{value}`"),
                value,
                values,
            )
        } else {
            return Ok(());
        };
        let suggestion = suggest_name(word, known);
        Err(ConditionError::new(at.clone(), message).with_help(suggestion.unwrap_or_default()))
    }

    fn check_survives(
        &self,
        asked: &CountedCall<'_>,
        (name, at): PlacedText<'_>,
        backend: Option<Backend>,
    ) -> Result<TypedTerm, ConditionError> {
        let demo = self.check_demo(asked, PROGRAM_LIVES)?;
        check_one_of(name, at, "place", demo.label_values("where"))?;
        for (_, crash) in asked.labels.iter().filter(|(key, _)| key == "crash") {
            let place = self.find_word(crash, &asked.expr.at);
            check_one_of(crash, &place, "crash", demo.label_values("crash"))?;
        }
        let asked = asked.with_labels(&[("where", name), ("crash", "segfault")]);
        let flag = MeasuredQuantity::Flag(PROGRAM_LIVES.to_owned());
        let question = self.build_question(&asked, flag, backend);
        Ok((ConditionTerm::Ask(question), TermType::Truth))
    }

    fn check_observation(
        &self,
        asked: &CountedCall<'_>,
        (name, at): PlacedText<'_>,
        rest: &[PlacedText<'_>],
    ) -> Result<TypedTerm, ConditionError> {
        let backends: Result<Vec<Backend>, ConditionError> = rest
            .iter()
            .map(|argument| self.check_backend(*argument))
            .collect();
        let backends = backends?;
        let backend = backends.first().copied();
        match &asked.function.makes {
            FunctionKind::Survives => self.check_survives(asked, (name, at), backend),
            FunctionKind::Answered => {
                let demo = self.check_demo(asked, POOL_ANSWERED)?;
                check_one_of(name, at, "crash", demo.label_values("crash"))?;
                let asked = asked.with_labels(&[("crash", name)]);
                let sum = |name: &str| {
                    let quantity = MeasuredQuantity::Observed(AggregateKind::Sum, name.to_owned());
                    Box::new(ConditionTerm::Ask(
                        self.build_question(&asked, quantity, backend),
                    ))
                };
                let (answered, others) = (sum(POOL_ANSWERED), sum("pool_others"));
                let term =
                    ConditionTerm::Compare(ComparisonOperator::MoreOrEqual, answered, others);
                Ok((term, TermType::Truth))
            }
            FunctionKind::Ratio => {
                self.observation_kind(asked.function, name, at.clone())?;
                let median = |backend: Option<Backend>| {
                    let quantity =
                        MeasuredQuantity::Observed(AggregateKind::Median, name.to_owned());
                    let mut question = self.build_question(asked, quantity, backend);
                    let of = backend.map_or("", Backend::name);
                    question.text = format!("median('{name}', '{of}')");
                    Box::new(ConditionTerm::Ask(question))
                };
                let (above, below) = (median(backend), median(backends.get(1).copied()));
                let term = ConditionTerm::Compute(ArithmeticOperator::Divide, above, below);
                Ok((term, TermType::Number(Some(Unit::Plain))))
            }
            makes => {
                let kind = self.observation_kind(asked.function, name, at.clone())?;
                let (quantity, kind) = observation_quantity(makes, name.to_owned(), kind);
                Ok((
                    ConditionTerm::Ask(self.build_question(asked, quantity, backend)),
                    kind,
                ))
            }
        }
    }

    /// The position of a word in a part of the condition.
    fn find_word(&self, word: &str, part: &Range<usize>) -> Range<usize> {
        let quoted = format!("'{word}'");
        match self.text[part.clone()].rfind(&quoted) {
            Some(at) => part.start + at..part.start + at + quoted.len(),
            None => part.clone(),
        }
    }

    /// The demo that makes an observation; an error if the condition is on a demo that does not.
    fn check_demo(
        &self,
        asked: &CountedCall<'_>,
        observation: &str,
    ) -> Result<&'static DemoSpec, ConditionError> {
        let observing = observing_demo(observation);
        if let Some(demo) = observing
            && find_observation(self.subject.demo, observation).is_ok()
        {
            return Ok(demo);
        }
        let (name, other) = (asked.function.name, self.subject.demo);
        let message = format!("the demo `{other}` has nothing for `{name}`");
        let help = observing.map(|demo| format!("name the one that has: demo = \"{}\"", demo.name));
        let wrong = ConditionError::new(asked.expr.at.clone(), message);
        Err(wrong.with_help(help.unwrap_or_default()))
    }

    fn build_question(
        &self,
        asked: &CountedCall<'_>,
        quantity: MeasuredQuantity,
        backend: Option<Backend>,
    ) -> ConditionQuestion {
        let nature = match (quantity.observation(), &quantity) {
            (Some(name), _) => observation_nature(self.subject.demo, name),
            (
                None,
                MeasuredQuantity::Ran
                | MeasuredQuantity::Metric(Metric::LockSwitches)
                | MeasuredQuantity::ByTurns
                | MeasuredQuantity::AtOnce,
            ) => ObservationNature::Settled,
            _ => ObservationNature::Measured,
        };
        ConditionQuestion {
            text: self.text[asked.expr.at.clone()].to_owned(),
            nature,
            quantity,
            backend,
            labels: asked.labels.clone(),
        }
    }

    fn check_backend(&self, (name, at): (&str, &Range<usize>)) -> Result<Backend, ConditionError> {
        let usable = match self.subject.backends {
            [] => &Backend::ALL[..],
            some => some,
        };
        let found = usable.iter().find(|backend| backend.name() == name);
        found.copied().ok_or_else(|| {
            let names: Vec<&str> = usable.iter().map(|backend| backend.name()).collect();
            let message = format!("no backend of this demo is called `{name}`");
            ConditionError::new(at.clone(), message)
                .with_help(suggest_name(name, &names).unwrap_or_default())
        })
    }

    /// The kind of this demo's observation with this name.
    fn observation_kind(
        &self,
        function: &FunctionSpec,
        name: &str,
        at: Range<usize>,
    ) -> Result<Option<ValueKind>, ConditionError> {
        let known = find_observation(self.subject.demo, name).map_err(|names| {
            let message = format!("the demo `{}` measures no `{name}`", self.subject.demo);
            ConditionError::new(at.clone(), message)
                .with_help(suggest_name(name, &names).unwrap_or_default())
        })?;
        let kind = known.map(|measure| measure.kind);
        let wants = match function.makes {
            FunctionKind::Flag => "flag",
            FunctionKind::Text => "text",
            FunctionKind::Observed(AggregateKind::Count | AggregateKind::Distinct) => {
                return Ok(kind);
            }
            _ => "median",
        };
        let is = match kind {
            None | Some(ValueKind::Mixed) => return Ok(kind),
            Some(ValueKind::Flag) => "flag",
            Some(ValueKind::Text) => "text",
            Some(ValueKind::Number(_)) => "median",
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
        Err(ConditionError::new(at, message).with_help(format!("ask for {is}('{name}')")))
    }
}

/// Reports a figure of a demo's trials that is asked of a watched program, which has none.
fn check_trials(asked: &CountedCall<'_>, backend: Option<Backend>) -> Result<(), ConditionError> {
    let is_of_trials = matches!(
        asked.function.makes,
        FunctionKind::Trials(
            MeasuredQuantity::Metric(Metric::CoresWanted | Metric::LockSwitches)
                | MeasuredQuantity::ByTurns
                | MeasuredQuantity::AtOnce
        )
    );
    if !is_of_trials || backend != Some(Backend::Try) {
        return Ok(());
    }
    let name = asked.function.name;
    let message = format!("`{name}` is not measured of a whole program");
    Err(ConditionError::new(asked.expr.at.clone(), message).with_help("ask for cores_used('try')"))
}

fn check_one_of(
    word: &str,
    at: &Range<usize>,
    what: &str,
    known: &[&str],
) -> Result<(), ConditionError> {
    if known.contains(&word) {
        return Ok(());
    }
    let message = format!("no {what} is called `{word}`");
    Err(ConditionError::new(at.clone(), message)
        .with_help(suggest_name(word, known).unwrap_or_default()))
}

/// The arguments without a label; an error if there are too few or too many.
fn count_arguments<'e>(
    expr: &Expr,
    function: &FunctionSpec,
    call: &'e CallExpr,
) -> Result<Vec<(&'e str, &'e Range<usize>)>, ConditionError> {
    let positional = call.arguments.iter().filter(|a| a.label.is_none());
    let positional: Vec<_> = positional
        .map(|a| (argument_text(a), &a.value.at))
        .collect();
    let (least, most) = (function.required_arguments(), function.arguments.len());
    let late = call
        .arguments
        .iter()
        .skip_while(|argument| argument.label.is_none())
        .find(|argument| argument.label.is_none());
    if let Some(late) = late {
        let wrong = ConditionError::new(late.value.at.clone(), "an argument stands after labels");
        return Err(wrong.with_help(format!("write {}", function.usage())));
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
        pick_plural(most, "", "s"),
        positional.len()
    );
    Err(ConditionError::new(at, message).with_help(format!("write {}", function.usage())))
}

fn argument_text(argument: &CallArgument) -> &str {
    match &argument.value.node {
        ExprNode::Text(text) => text,
        _ => "",
    }
}

fn backend_quantity(makes: &FunctionKind) -> (MeasuredQuantity, TermType) {
    let FunctionKind::Trials(quantity) = makes else {
        let lost = MeasuredQuantity::Observed(AggregateKind::Median, LOST.to_owned());
        return (lost, TermType::Number(Some(Unit::Count)));
    };
    let kind = match quantity {
        MeasuredQuantity::Metric(metric) => TermType::Number(Some(metric_unit(*metric))),
        MeasuredQuantity::Workers | MeasuredQuantity::Pids => TermType::Number(Some(Unit::Count)),
        _ => TermType::Truth,
    };
    (quantity.clone(), kind)
}

fn observation_quantity(
    makes: &FunctionKind,
    name: String,
    kind: Option<ValueKind>,
) -> (MeasuredQuantity, TermType) {
    let unit = match kind {
        Some(ValueKind::Number(unit)) => Some(unit),
        _ => None,
    };
    let pick = match makes {
        FunctionKind::Flag => return (MeasuredQuantity::Flag(name), TermType::Truth),
        FunctionKind::Text => return (MeasuredQuantity::Text(name), TermType::Text),
        FunctionKind::Observed(pick) => *pick,
        _ => AggregateKind::Median,
    };
    let unit = match pick {
        AggregateKind::Count | AggregateKind::Distinct => Some(Unit::Count),
        _ => unit,
    };
    (
        MeasuredQuantity::Observed(pick, name),
        TermType::Number(unit),
    )
}

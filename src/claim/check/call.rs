//! Calls: which function, with which arguments, asking what.

use std::ops::Range;

use super::{Checker, Type, Typed};
use crate::{
    claim::{
        condition::{Pick, Quantity, Question, Term},
        functions::{FUNCTIONS, Function, Makes},
        measures::{self, Kind, Nature},
        syntax::{Argument, Arithmetic, Call, Comparison, Expr, Node, Wrong},
        units::Unit,
    },
    record::Backend,
    text::{pick_plural, suggest_name},
};

/// An argument, and where it stands.
type Placed<'e> = (&'e str, &'e Range<usize>);

/// A call whose arguments were counted.
struct Asked<'e> {
    expr: &'e Expr,
    function: &'static Function,
    labels: Vec<(String, String)>,
}

impl Asked<'_> {
    /// With further labels, unless the author gave them.
    fn with(&self, more: &[(&str, &str)]) -> Self {
        let mut labels = self.labels.clone();
        for (key, value) in more {
            if !labels.iter().any(|(known, _)| known == key) {
                labels.push(((*key).to_owned(), (*value).to_owned()));
            }
        }
        Self { labels, ..*self }
    }
}

impl Checker<'_> {
    pub(super) fn call(&self, expr: &Expr, call: &Call) -> Result<Typed, Wrong> {
        let Some(function) = FUNCTIONS.iter().find(|known| known.name == call.name) else {
            let names: Vec<&str> = FUNCTIONS.iter().map(|known| known.name).collect();
            let message = format!("no function is called `{}`", call.name);
            let wrong = Wrong::new(call.name_at.clone(), message);
            return Err(wrong.help(suggest_name(&call.name, &names).unwrap_or_default()));
        };
        let positional = counted(expr, function, call)?;
        let asked = Asked {
            expr,
            function,
            labels: labels(function, call)?,
        };
        match positional.split_first() {
            Some((first, rest)) if function.arguments.first() != Some(&"backend") => {
                self.about_observation(&asked, *first, rest)
            }
            first => {
                let backend = first.map(|(first, _)| self.backend(*first)).transpose()?;
                if matches!(function.makes, Makes::Lost) {
                    self.of_demo(&asked, "race")?;
                }
                let (quantity, kind) = of_backend(function.makes);
                Ok((Term::Ask(self.question(&asked, quantity, backend)), kind))
            }
        }
    }

    fn about_observation(
        &self,
        asked: &Asked<'_>,
        (name, at): Placed<'_>,
        rest: &[Placed<'_>],
    ) -> Result<Typed, Wrong> {
        let backends: Result<Vec<Backend>, Wrong> = rest
            .iter()
            .map(|argument| self.backend(*argument))
            .collect();
        let backends = backends?;
        let backend = backends.first().copied();
        match asked.function.makes {
            Makes::Survives => {
                self.of_demo(asked, "crash")?;
                one_of(name, at, "place", &measures::PLACES)?;
                for (_, crash) in asked.labels.iter().filter(|(key, _)| key == "crash") {
                    one_of(
                        crash,
                        &self.place(crash, &asked.expr.at),
                        "crash",
                        &measures::CRASHES,
                    )?;
                }
                let asked = asked.with(&[("where", name), ("crash", "segfault")]);
                let flag = Quantity::Flag("program_lives".to_owned());
                Ok((Term::Ask(self.question(&asked, flag, backend)), Type::Truth))
            }
            Makes::Answered => {
                self.of_demo(asked, "crash")?;
                one_of(name, at, "crash", &measures::CRASHES)?;
                let asked = asked.with(&[("crash", name)]);
                let sum = |name: &str| {
                    let quantity = Quantity::Observed(Pick::Sum, name.to_owned());
                    Box::new(Term::Ask(self.question(&asked, quantity, backend)))
                };
                let (answered, others) = (sum("pool_answered"), sum("pool_others"));
                let term = Term::Compare(Comparison::MoreOrEqual, answered, others);
                Ok((term, Type::Truth))
            }
            Makes::Ratio => {
                self.measured(asked.function, name, at.clone())?;
                let median = |backend: Option<Backend>| {
                    let quantity = Quantity::Observed(Pick::Median, name.to_owned());
                    let mut question = self.question(asked, quantity, backend);
                    let of = backend.map_or("", Backend::name);
                    question.text = format!("median('{name}', '{of}')");
                    Box::new(Term::Ask(question))
                };
                let (above, below) = (median(backend), median(backends.get(1).copied()));
                let term = Term::Compute(Arithmetic::Divide, above, below);
                Ok((term, Type::Number(Some(Unit::Plain))))
            }
            makes => {
                let kind = self.measured(asked.function, name, at.clone())?;
                let (quantity, kind) = observed(makes, name.to_owned(), kind);
                Ok((Term::Ask(self.question(asked, quantity, backend)), kind))
            }
        }
    }

    /// Where a word stands in a part of the condition.
    fn place(&self, word: &str, part: &Range<usize>) -> Range<usize> {
        let quoted = format!("'{word}'");
        match self.text[part.clone()].rfind(&quoted) {
            Some(at) => part.start + at..part.start + at + quoted.len(),
            None => part.clone(),
        }
    }

    /// What only one demo measures is asked of that one.
    fn of_demo(&self, asked: &Asked<'_>, demo: &str) -> Result<(), Wrong> {
        let is_it = self.subject.demo == demo || !measures::is_listed(self.subject.demo);
        if is_it {
            return Ok(());
        }
        let (name, other) = (asked.function.name, self.subject.demo);
        let message = format!("the demo `{other}` has nothing for `{name}`");
        let wrong = Wrong::new(asked.expr.at.clone(), message);
        Err(wrong.help(format!("name the one that has: demo = \"{demo}\"")))
    }

    fn question(
        &self,
        asked: &Asked<'_>,
        quantity: Quantity,
        backend: Option<Backend>,
    ) -> Question {
        let nature = match &quantity {
            Quantity::Observed(_, name) | Quantity::Flag(name) | Quantity::Text(name) => {
                measures::nature(self.subject.demo, name)
            }
            Quantity::Ran => Nature::Settled,
            _ => Nature::Measured,
        };
        Question {
            text: self.text[asked.expr.at.clone()].to_owned(),
            nature,
            quantity,
            backend,
            labels: asked.labels.clone(),
        }
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
            Wrong::new(at.clone(), message).help(suggest_name(name, &names).unwrap_or_default())
        })
    }

    /// The kind of what this demo observes under that name.
    fn measured(
        &self,
        function: &Function,
        name: &str,
        at: Range<usize>,
    ) -> Result<Option<Kind>, Wrong> {
        let known = measures::find(self.subject.demo, name).map_err(|names| {
            let message = format!("the demo `{}` measures no `{name}`", self.subject.demo);
            Wrong::new(at.clone(), message).help(suggest_name(name, &names).unwrap_or_default())
        })?;
        let kind = known.map(|measure| measure.kind);
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

fn one_of(word: &str, at: &Range<usize>, what: &str, known: &[&str]) -> Result<(), Wrong> {
    if known.contains(&word) {
        return Ok(());
    }
    let message = format!("no {what} is called `{word}`");
    Err(Wrong::new(at.clone(), message).help(suggest_name(word, known).unwrap_or_default()))
}

/// The arguments without a label; an error if they are too few or too many.
fn counted<'e>(
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
        pick_plural(most, "", "s"),
        positional.len()
    );
    Err(Wrong::new(at, message).help(format!("write {}", function.usage())))
}

fn labels(function: &Function, call: &Call) -> Result<Vec<(String, String)>, Wrong> {
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

fn said(argument: &Argument) -> &str {
    match &argument.value.node {
        Node::Text(text) => text,
        _ => "",
    }
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

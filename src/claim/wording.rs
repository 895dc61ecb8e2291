//! Formats figures as text for students.

use super::{
    condition::{AggregateKind, ConditionQuestion, MeasuredQuantity},
    evidence::{AnswerValues, EvidenceAnswer},
    figure::FigureEstimate,
    units::Unit,
};
use crate::{
    record::{Backend, metrics::Metric},
    text::{capitalize, keep_distinct, units},
};

/// The answer to a question: "2 processes" "were 1.9× as fast as one thread (1.8–2.0)".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceClause {
    subject: String,
    predicate: String,
}

/// Builds the clause for a question's answer.
pub fn build_clause(
    question: &ConditionQuestion,
    answer: &EvidenceAnswer,
    figure: Option<&FigureEstimate>,
) -> EvidenceClause {
    let text = figure.map(format_figure).unwrap_or_default();
    let number = figure
        .map(|figure| format_number(figure.median))
        .unwrap_or_default();
    let predicate = match &question.quantity {
        MeasuredQuantity::Metric(Metric::Speedup) => {
            let one = match (question.backend, &answer.python) {
                (Some(backend), Some(python)) if backend.is_python() => format!("one of {python}"),
                _ => "one thread".to_owned(),
            };
            format!("were {number}× as fast as {one}{}", format_range(figure))
        }
        MeasuredQuantity::Metric(Metric::Efficiency) => {
            format!("reached {text} of the ideal speed-up")
        }
        MeasuredQuantity::Metric(Metric::CoresUsed) => {
            format!("used {number} cores{}", format_range(figure))
        }
        MeasuredQuantity::Metric(Metric::CoresWanted) => {
            format!("were ready to use {number} cores{}", format_range(figure))
        }
        MeasuredQuantity::Metric(Metric::LockSwitches) => {
            let range = format_range(figure);
            format!("gave their cores up {number} times{range} a second of processor time")
        }
        MeasuredQuantity::ByTurns | MeasuredQuantity::AtOnce if figure.is_some() => {
            format!("used {number} cores{}", format_range(figure))
        }
        MeasuredQuantity::ByTurns if is_true(answer) => "took turns at a lock".to_owned(),
        MeasuredQuantity::ByTurns => "did not take turns at a lock".to_owned(),
        MeasuredQuantity::AtOnce if is_true(answer) => "were ready to run at once".to_owned(),
        MeasuredQuantity::AtOnce => "were not ready to run at once".to_owned(),
        MeasuredQuantity::Metric(Metric::Work) => format!("worked for {text}"),
        MeasuredQuantity::Metric(Metric::Startup) => format!("took {text} to start"),
        MeasuredQuantity::Metric(Metric::Total) => format!("took {text} from start to end"),
        MeasuredQuantity::Metric(Metric::Cpu) => format!("took {text} of processor time"),
        MeasuredQuantity::Workers => "took part".to_owned(),
        MeasuredQuantity::Pids if text == "1" => "had 1 PID".to_owned(),
        MeasuredQuantity::Pids => format!("had {text} PIDs"),
        MeasuredQuantity::Ran if is_true(answer) => "ran".to_owned(),
        MeasuredQuantity::Ran => "did not run".to_owned(),
        MeasuredQuantity::Observed(_, name) if name == "lost" => describe_lost(question, &text),
        MeasuredQuantity::Observed(pick, name) => {
            return observation_clause(*pick, name, question, answer, &text);
        }
        MeasuredQuantity::Flag(name) if name == "program_lives" => {
            return survival_clause(question, answer);
        }
        MeasuredQuantity::Flag(name) | MeasuredQuantity::Text(name) => {
            let text = self::describe_answer(answer, figure).unwrap_or_default();
            return observation_clause(AggregateKind::Median, name, question, answer, &text);
        }
    };
    EvidenceClause {
        subject: describe_workers(question, answer),
        predicate,
    }
}

fn is_true(answer: &EvidenceAnswer) -> bool {
    answer.values == AnswerValues::Truths(vec![true])
}

/// Joins clauses to one sentence. Consecutive clauses with the same subject share it.
pub fn join_clauses<'c>(clauses: impl Iterator<Item = &'c EvidenceClause>) -> Option<String> {
    let mut text = String::new();
    let mut before: Option<&EvidenceClause> = None;
    for clause in clauses {
        match before {
            Some(known) if known.subject == clause.subject => {
                text = format!("{text} and {}", clause.predicate);
            }
            Some(_) => text = format!("{text}; {} {}", clause.subject, clause.predicate),
            None => text = format!("{} {}", clause.subject, clause.predicate),
        }
        before = Some(clause);
    }
    before.map(|_| to_sentence(text))
}

/// Capitalizes the text and adds a full stop.
pub fn to_sentence(text: impl AsRef<str>) -> String {
    let words: Vec<&str> = text.as_ref().split_whitespace().collect();
    let text = words.join(" ");
    let stop = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{}{stop}", capitalize(&text))
}

/// An answer as text: a figure with its range, texts, or yes and no.
pub fn describe_answer(answer: &EvidenceAnswer, figure: Option<&FigureEstimate>) -> Option<String> {
    match (&answer.values, figure) {
        (_, Some(figure)) => Some(format_figure(figure)),
        (AnswerValues::Truths(truths), None) => Some(describe_truths(truths).to_owned()),
        (AnswerValues::Texts(texts), None) => Some(list_texts(texts)),
        _ => None,
    }
}

/// A plain number with two significant digits; large ones without decimals.
pub fn format_number(number: f64) -> String {
    units::format_significant(number, 2)
}

/// A figure with its unit, and the range of its trials if they differ: `124 ms (123–125)`.
pub fn format_figure(figure: &FigureEstimate) -> String {
    let scale = FigureScale::for_median(figure.median, figure.unit);
    let (low, high) = (
        scale.format_number(figure.wide.low),
        scale.format_number(figure.wide.high),
    );
    let median = scale.format_number(figure.median);
    let unit = &scale.name;
    if low == high {
        return format!("{median}{unit}");
    }
    format!("{median}{unit} ({low}–{high})")
}

/// ` (1.8–2.0)`, to append to a clause.
fn format_range(figure: Option<&FigureEstimate>) -> String {
    let Some(figure) = figure else {
        return String::new();
    };
    let (low, high) = (
        format_number(figure.wide.low),
        format_number(figure.wide.high),
    );
    if low == high {
        return String::new();
    }
    format!(" ({low}–{high})")
}

/// The unit for all numbers of one figure: the one that fits the median.
struct FigureScale {
    factor: f64,
    /// The unit, with a space before it if it needs one.
    name: String,
    is_count: bool,
    digits: i32,
}

impl FigureScale {
    fn for_median(median: f64, unit: Unit) -> Self {
        let scale = match unit {
            Unit::Plain | Unit::Count => units::PURE,
            Unit::Share => units::SHARES,
            Unit::Seconds => units::SECONDS,
            Unit::Bytes => units::BYTES,
            Unit::Rate => units::RATES,
        };
        let (factor, name) = units::fit_unit(scale, median);
        Self {
            factor,
            name: match name {
                "" | "/s" => name.to_owned(),
                _ => format!(" {name}"),
            },
            is_count: unit == Unit::Count || name == "B",
            digits: if unit.is_pure() { 2 } else { 3 },
        }
    }

    fn format_number(&self, value: f64) -> String {
        let value = value / self.factor;
        if !self.is_count {
            return units::format_significant(value, self.digits);
        }
        let is_between = value.fract() != 0.0 && value.abs() < 100.0;
        if is_between {
            units::format_significant(value, 3)
        } else {
            units::format_decimal(value, 0)
        }
    }
}

/// "2 threads under the GIL model", "CPython 3.13t's 2 threads".
fn describe_workers(question: &ConditionQuestion, answer: &EvidenceAnswer) -> String {
    let Some(backend) = question.backend else {
        return String::new();
    };
    let count = answer.workers;
    let number = count.map(|count| format!("{count} ")).unwrap_or_default();
    let plural = |one: &str, many: &str| {
        if count == Some(1) {
            one.to_owned()
        } else {
            many.to_owned()
        }
    };
    let (thread, process) = (plural("thread", "threads"), plural("process", "processes"));
    let python = answer.python.as_deref().unwrap_or("Python");
    match backend {
        Backend::Serial => "one thread".to_owned(),
        Backend::Threads => format!("{number}native {thread}"),
        Backend::GilThreads => format!("{number}{thread} under the GIL model"),
        Backend::Processes => format!("{number}{process}"),
        Backend::PythonSerial => format!("one thread of {python}"),
        Backend::PythonThreads => format!("{number}{thread} of {python}"),
        Backend::PythonProcesses => format!("{number}{process} of {python}"),
        Backend::PythonInterpreters => {
            let word = plural("subinterpreter", "subinterpreters");
            format!("{number}{word} of {python}")
        }
        Backend::Try => "your program".to_owned(),
    }
}

/// "start join (way: thread) of processes" "was 40 µs".
fn observation_clause(
    pick: AggregateKind,
    name: &str,
    question: &ConditionQuestion,
    answer: &EvidenceAnswer,
    text: &str,
) -> EvidenceClause {
    let name = name.replace('_', " ");
    let is_alone = matches!(&answer.values, AnswerValues::Numbers(values, _) if values.len() == 1);
    let mut subject = match pick {
        AggregateKind::Least | AggregateKind::Most | AggregateKind::Sum if is_alone => name,
        AggregateKind::Median | AggregateKind::Count | AggregateKind::Distinct => name,
        AggregateKind::P95 => format!("the 95th percentile of {name}"),
        AggregateKind::Least => format!("the least {name}"),
        AggregateKind::Most => format!("the greatest {name}"),
        AggregateKind::Sum => format!("the sum of {name}"),
    };
    if !question.labels.is_empty() {
        let labels = question.labels.iter();
        let labels: Vec<String> = labels
            .map(|(key, value)| format!("{}: {value}", key.replace('_', " ")))
            .collect();
        subject = format!("{subject} ({})", labels.join("; "));
    }
    if question.backend.is_some() {
        subject = format!("{subject} of {}", describe_workers(question, answer));
    }
    let predicate = match (pick, text) {
        (AggregateKind::Count, "0") => "was never seen".to_owned(),
        (AggregateKind::Count, "1") => "was seen once".to_owned(),
        (AggregateKind::Count, times) => format!("was seen {times} times"),
        (AggregateKind::Distinct, "1") => "had one value".to_owned(),
        (AggregateKind::Distinct, values) => format!("had {values} different values"),
        (_, text) => format!("was {text}"),
    };
    EvidenceClause { subject, predicate }
}

fn describe_lost(question: &ConditionQuestion, text: &str) -> String {
    let counter = match question.label("memory") {
        Some(memory) => format!(" on a {memory} counter"),
        None => String::new(),
    };
    let lock = match question.label("lock") {
        Some("yes") => " with a lock",
        Some(_) => " without a lock",
        None => "",
    };
    format!("lost {text} additions{counter}{lock}")
}

fn survival_clause(question: &ConditionQuestion, answer: &EvidenceAnswer) -> EvidenceClause {
    let lives = match &answer.values {
        AnswerValues::Truths(truths) if truths.iter().all(|lives| *lives) => "lived on",
        AnswerValues::Truths(truths) if truths.contains(&true) => "lived on at times",
        _ => "died",
    };
    let whose = match &answer.python {
        Some(python) => format!(" of {python}"),
        None => String::new(),
    };
    let crash = question.label("crash").unwrap_or("crash");
    let place = question.label("where").unwrap_or("worker");
    EvidenceClause {
        subject: format!("after a {crash} in a {place}{whose} the program"),
        predicate: lives.to_owned(),
    }
}

fn describe_truths(truths: &[bool]) -> &'static str {
    match (truths.contains(&true), truths.contains(&false)) {
        (true, false) => "yes",
        (false, _) => "no",
        (true, true) => "sometimes",
    }
}

fn list_texts(texts: &[String]) -> String {
    let mut different = keep_distinct(texts.iter().map(String::as_str));
    different.truncate(4);
    different.join(", ")
}

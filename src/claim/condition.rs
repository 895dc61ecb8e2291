//! A condition that was checked: every name is known, every comparison makes sense.

use super::{
    check::{self, Subject},
    figure::Shift,
    measures::Nature,
    parse,
    syntax::{Arithmetic, Comparison, Wrong},
    units::Unit,
};
use crate::record::Backend;

/// When a claim holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// As its author wrote it.
    pub text: String,
    pub(super) root: Term,
}

impl Condition {
    /// Reads and checks a condition about what this demo measures.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read(text: &str, subject: &Subject<'_>) -> Result<Self, Wrong> {
        let tree = parse::parse(text)?;
        Ok(Self {
            text: text.to_owned(),
            root: check::check(text, &tree, subject)?,
        })
    }

    /// What it asks of a run, in the order of its text.
    pub fn questions(&self) -> Vec<&Question> {
        self.root.questions()
    }

    /// Whether it counts the cores that several workers used.
    pub fn counts_cores(&self) -> bool {
        let of_several = |question: &&Question| {
            let alone = [Some(Backend::Serial), Some(Backend::PythonSerial)];
            question.quantity == Quantity::CoresUsed && !alone.contains(&question.backend)
        };
        self.questions().iter().any(of_several)
    }

    /// Whether it is about how quick several workers are: then one core can show nothing.
    pub fn compares_speed(&self) -> bool {
        let is_speed = |question: &&Question| {
            let is_parallel = question.nature == Nature::Parallel;
            is_parallel
                || matches!(
                    question.quantity,
                    Quantity::Speedup
                        | Quantity::Efficiency
                        | Quantity::CoresUsed
                        | Quantity::Work
                        | Quantity::Total
                )
        };
        self.questions().iter().any(is_speed)
    }
}

/// A part of a condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    Number(f64, Unit),
    Text(String),
    Ask(Question),
    Minus(Box<Term>),
    Compute(Arithmetic, Box<Term>, Box<Term>),
    Compare(Comparison, Box<Term>, Box<Term>),
    Not(Box<Term>),
    And(Box<Term>, Box<Term>),
    Or(Box<Term>, Box<Term>),
}

impl Term {
    /// What it asks of a run, in the order of its text.
    pub(super) fn questions(&self) -> Vec<&Question> {
        let mut found = Vec::new();
        self.gather(&mut found);
        found
    }

    /// The parts that are joined with `and`, from left to right.
    pub(super) fn joined(&self) -> Vec<&Self> {
        match self {
            Self::And(left, right) => [left.joined(), right.joined()].concat(),
            other => vec![other],
        }
    }

    fn gather<'t>(&'t self, found: &mut Vec<&'t Question>) {
        match self {
            Self::Number(..) | Self::Text(_) => {}
            Self::Ask(question) => found.push(question),
            Self::Minus(inner) | Self::Not(inner) => inner.gather(found),
            Self::Compute(_, left, right)
            | Self::Compare(_, left, right)
            | Self::And(left, right)
            | Self::Or(left, right) => {
                left.gather(found);
                right.gather(found);
            }
        }
    }
}

/// One figure that a condition asks a run for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// As it is written: `speedup('processes')`.
    pub text: String,
    /// What.
    pub quantity: Quantity,
    /// Under which backend, where it is asked for one.
    pub backend: Option<Backend>,
    /// What else an observation must carry.
    pub labels: Vec<(String, String)>,
    /// How much one value of it shows.
    pub(super) nature: Nature,
}

impl Question {
    /// Which way its figure, of this unit, may move on a machine where no other program runs.
    ///
    /// Load takes cores away: it lowers rates and whatever counts cores, and lengthens times. A speed-up is the
    /// quotient of two times of one round. Load lengthens both, and that of several workers by no less, since they
    /// ask for more cores; only a speed-up beyond their number tells that the one thread was slowed down alone.
    pub(super) fn load(&self, unit: Unit) -> Shift {
        let (higher, lower) = (Shift::new(true, false), Shift::new(false, true));
        match &self.quantity {
            Quantity::Speedup | Quantity::Efficiency | Quantity::CoresUsed => higher,
            Quantity::Work | Quantity::Startup | Quantity::Total | Quantity::Cpu => lower,
            Quantity::Observed(Pick::Count | Pick::Distinct, _)
            | Quantity::Workers
            | Quantity::Pids
            | Quantity::Ran
            | Quantity::Flag(_)
            | Quantity::Text(_) => Shift::NONE,
            Quantity::Observed(_, name) if name == "available_cores" => higher,
            Quantity::Observed(..) => match unit {
                Unit::Seconds => lower,
                Unit::Rate => higher,
                Unit::Share | Unit::Plain => Shift::new(true, true),
                Unit::Count | Unit::Bytes => Shift::NONE,
            },
        }
    }

    /// What it asks for, in words: "the speed-up of `processes`".
    pub fn named(&self) -> String {
        let what = match &self.quantity {
            Quantity::Speedup => "the speed-up",
            Quantity::Efficiency => "the efficiency",
            Quantity::CoresUsed => "the number of cores in use",
            Quantity::Work => "the time of the work",
            Quantity::Startup => "the time of the start",
            Quantity::Total => "the whole time",
            Quantity::Cpu => "the processor time",
            Quantity::Workers => "the number of workers",
            Quantity::Pids => "the number of PIDs",
            Quantity::Ran => "whether it runs",
            Quantity::Observed(_, name) | Quantity::Flag(name) | Quantity::Text(name) => {
                &format!("the figure \u{201c}{}\u{201d}", name.replace('_', " "))
            }
        };
        let mut named = what.to_owned();
        if !self.labels.is_empty() {
            let labels = self.labels.iter();
            let labels: Vec<String> = labels
                .map(|(key, value)| format!("{key}: {value}"))
                .collect();
            named = format!("{named} ({})", labels.join("; "));
        }
        match self.backend {
            Some(backend) => format!("{named} of `{backend}`"),
            None => named,
        }
    }
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quantity {
    /// `serial`'s work ÷ the work, round by round.
    Speedup,
    /// Speed-up ÷ workers.
    Efficiency,
    /// Processor seconds ÷ wall seconds of the work.
    CoresUsed,
    /// Wall time of the work.
    Work,
    /// Until every worker stands at the start gate.
    Startup,
    /// From the first start to the last join.
    Total,
    /// Processor time of the work.
    Cpu,
    /// How many workers.
    Workers,
    /// In how many processes they were.
    Pids,
    /// Whether the backend ran.
    Ran,
    /// Numbers of one observation.
    Observed(Pick, String),
    /// Truths of one observation.
    Flag(String),
    /// Words of one observation.
    Text(String),
}

/// What is made of the numbers of an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// The middle, with its spread.
    Median,
    /// What 95 of 100 stay below.
    P95,
    /// The least.
    Least,
    /// The greatest.
    Most,
    /// All together.
    Sum,
    /// How many there are.
    Count,
    /// How many different ones there are.
    Distinct,
}

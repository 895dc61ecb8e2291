//! A checked condition: every name is known, and every comparison is meaningful.

use super::{
    check::{self, ConditionSubject},
    figure::FigureBias,
    parse,
    syntax::{ArithmeticOperator, ComparisonOperator, ConditionError},
    units::Unit,
};
use crate::{
    catalog::{DemoSpec, ObservationNature, demos, find_demo},
    record::{
        Backend,
        metrics::{CORES_AT_ONCE, Metric},
    },
};

/// When a claim holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// As its author wrote it.
    pub text: String,
    pub(super) root: ConditionTerm,
    /// The demo that measures its figures.
    demo: Option<&'static DemoSpec>,
}

impl Condition {
    /// Parses and checks a condition on what this demo measures.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn from_text(text: &str, subject: &ConditionSubject<'_>) -> Result<Self, ConditionError> {
        let tree = parse::parse_condition(text)?;
        Ok(Self {
            text: text.to_owned(),
            root: check::check_condition(text, &tree, subject)?,
            demo: find_demo(subject.demo),
        })
    }

    /// The figures that it asks a run for, in the order of its text.
    pub fn questions(&self) -> Vec<&ConditionQuestion> {
        self.root.questions()
    }

    /// Whether it asks for an observation. Only an author can say in words what one means.
    pub fn asks_observation(&self) -> bool {
        let mut questions = self.questions().into_iter();
        questions.any(|question| question.quantity.observation().is_some())
    }

    /// Whether it counts the cores that several workers used.
    pub fn counts_cores(&self) -> bool {
        let of_several = |question: &&ConditionQuestion| {
            let alone = [Some(Backend::Serial), Some(Backend::PythonSerial)];
            question.quantity == MeasuredQuantity::Metric(Metric::CoresUsed)
                && !alone.contains(&question.backend)
        };
        self.questions().iter().any(of_several)
    }

    /// Whether all its figures come from the work of trials, and none was measured before, beside or after it.
    pub fn is_about_work(&self) -> bool {
        let is_beside = |question: &&ConditionQuestion| {
            question.quantity.observation().is_some()
                || matches!(
                    question.quantity,
                    MeasuredQuantity::Metric(Metric::Startup | Metric::Total)
                )
        };
        !self.questions().iter().any(is_beside)
    }

    /// Whether it compares the speed of several workers that compute. One core cannot show that.
    pub fn compares_speed(&self) -> bool {
        // Work that waits needs no core.
        let is_about_waiting = self.demo == Some(&demos::IO);
        let is_speed = |question: &&ConditionQuestion| {
            let is_parallel = question.nature == ObservationNature::Parallel;
            is_parallel
                || match question.quantity {
                    MeasuredQuantity::Metric(
                        Metric::Speedup | Metric::Efficiency | Metric::Work | Metric::Total,
                    ) => !is_about_waiting,
                    MeasuredQuantity::Metric(Metric::CoresUsed | Metric::CoresWanted) => true,
                    _ => false,
                }
        };
        self.questions().iter().any(is_speed) || self.compares_with_one()
    }

    /// Whether it compares observations of several workers with those of one that did the same alone.
    fn compares_with_one(&self) -> bool {
        let Some((key, value)) = self.demo.and_then(|demo| demo.alone) else {
            return false;
        };
        let questions = self.questions().into_iter();
        let labels: Vec<&str> = questions
            .filter_map(|question| question.label(key))
            .collect();
        labels.contains(&value) && labels.iter().any(|label| *label != value)
    }

    /// Whether it asks how workers shared the time.
    pub fn asks_overlap(&self) -> bool {
        let mut questions = self.questions().into_iter();
        questions.any(|question| question.overlap_by_cores().is_some())
    }
}

/// A part of a condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ConditionTerm {
    Number(f64, Unit),
    Text(String),
    Ask(ConditionQuestion),
    Minus(Box<ConditionTerm>),
    Compute(ArithmeticOperator, Box<ConditionTerm>, Box<ConditionTerm>),
    Compare(ComparisonOperator, Box<ConditionTerm>, Box<ConditionTerm>),
    Not(Box<ConditionTerm>),
    And(Box<ConditionTerm>, Box<ConditionTerm>),
    Or(Box<ConditionTerm>, Box<ConditionTerm>),
}

impl ConditionTerm {
    /// The figures that it asks a run for, in the order of its text.
    pub(super) fn questions(&self) -> Vec<&ConditionQuestion> {
        let mut found = Vec::new();
        self.collect_questions(&mut found);
        found
    }

    /// The parts that `and` joins, from left to right.
    pub(super) fn joined(&self) -> Vec<&Self> {
        match self {
            Self::And(left, right) => [left.joined(), right.joined()].concat(),
            other => vec![other],
        }
    }

    fn collect_questions<'t>(&'t self, found: &mut Vec<&'t ConditionQuestion>) {
        match self {
            Self::Number(..) | Self::Text(_) => {}
            Self::Ask(question) => found.push(question),
            Self::Minus(inner) | Self::Not(inner) => inner.collect_questions(found),
            Self::Compute(_, left, right)
            | Self::Compare(_, left, right)
            | Self::And(left, right)
            | Self::Or(left, right) => {
                left.collect_questions(found);
                right.collect_questions(found);
            }
        }
    }
}

/// One figure that a condition asks a run for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionQuestion {
    /// As it is written: `speedup('processes')`.
    pub text: String,
    /// The quantity.
    pub quantity: MeasuredQuantity,
    /// The backend, if the question names one.
    pub backend: Option<Backend>,
    /// Labels that an observation must carry.
    pub labels: Vec<(String, String)>,
    /// How much a single value of it shows.
    pub(super) nature: ObservationNature,
}

impl MeasuredQuantity {
    /// The name of the observation that it is about; `None` if it is about the trials.
    pub fn observation(&self) -> Option<&str> {
        match self {
            Self::Observed(_, name) | Self::Flag(name) | Self::Text(name) => Some(name),
            _ => None,
        }
    }
}

impl ConditionQuestion {
    /// A name with the labels after it: `busy (kind: child)`.
    pub fn add_labels(&self, name: String) -> String {
        let labels = self.labels.iter();
        let labels: Vec<String> = labels
            .map(|(key, value)| format!("{key}: {value}"))
            .collect();
        if labels.is_empty() {
            return name;
        }
        format!("{name} ({})", labels.join("; "))
    }

    /// The value of a label.
    pub fn label(&self, key: &str) -> Option<&str> {
        let found = self.labels.iter().find(|(known, _)| known == key);
        found.map(|(_, value)| value.as_str())
    }

    /// The labels, as a run's observations are asked for them.
    pub fn label_pairs(&self) -> Vec<(&str, &str)> {
        let labels = self.labels.iter();
        labels
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect()
    }

    /// The direction in which its figure, of this unit, may move on a machine where no other program runs.
    ///
    /// Load takes cores away: it lowers rates and everything that counts cores, and lengthens times. A speed-up
    /// is the quotient of two times of one round. Load lengthens both, and that of several workers at least as
    /// much, since they need more cores. Only a speed-up beyond their number shows that the single thread alone
    /// was slowed down.
    ///
    /// A worker that waits for a core gives none up by itself, so load does not change who takes turns at a lock. It
    /// moves the cores wanted both ways: late starts lower them, and a thread that gets the lock also waits for a core.
    pub(super) fn load(&self, unit: Unit) -> FigureBias {
        let (higher, lower) = (FigureBias::new(true, false), FigureBias::new(false, true));
        match &self.quantity {
            MeasuredQuantity::Metric(metric) => match metric {
                Metric::Speedup | Metric::Efficiency | Metric::CoresUsed => higher,
                Metric::CoresWanted => FigureBias::new(true, true),
                Metric::Work | Metric::Startup | Metric::Total | Metric::Cpu => lower,
                Metric::LockSwitches => FigureBias::NONE,
            },
            MeasuredQuantity::Observed(AggregateKind::Count | AggregateKind::Distinct, _)
            | MeasuredQuantity::ByTurns
            | MeasuredQuantity::AtOnce
            | MeasuredQuantity::Workers
            | MeasuredQuantity::Pids
            | MeasuredQuantity::Ran
            | MeasuredQuantity::Flag(_)
            | MeasuredQuantity::Text(_) => FigureBias::NONE,
            MeasuredQuantity::Observed(_, name) if name == "available_cores" => higher,
            MeasuredQuantity::Observed(..) => match unit {
                Unit::Seconds => lower,
                Unit::Rate => higher,
                Unit::Share | Unit::Plain => FigureBias::new(true, true),
                Unit::Count | Unit::Bytes => FigureBias::NONE,
            },
        }
    }

    /// For a question whether workers took turns or ran at once: how their cores used answer it, where how often they
    /// waited was not counted. These, unlike the waits, depend on load.
    pub(super) fn overlap_by_cores(&self) -> Option<(ComparisonOperator, f64, Self)> {
        let how = match self.quantity {
            MeasuredQuantity::ByTurns => ComparisonOperator::Less,
            MeasuredQuantity::AtOnce => ComparisonOperator::More,
            _ => return None,
        };
        let cores = Self {
            quantity: MeasuredQuantity::Metric(Metric::CoresUsed),
            nature: ObservationNature::Measured,
            ..self.clone()
        };
        Some((how, CORES_AT_ONCE, cores))
    }

    /// The quantity in words: "the speed-up of `processes`".
    pub fn describe_quantity(&self) -> String {
        let what = match &self.quantity {
            MeasuredQuantity::Metric(Metric::Speedup) => "the speed-up",
            MeasuredQuantity::Metric(Metric::Efficiency) => "the efficiency",
            MeasuredQuantity::Metric(Metric::CoresUsed) => "the number of cores in use",
            MeasuredQuantity::Metric(Metric::CoresWanted) => "the number of cores wanted",
            MeasuredQuantity::Metric(Metric::LockSwitches) => {
                "the voluntary switches per CPU second"
            }
            MeasuredQuantity::ByTurns => "whether they took turns",
            MeasuredQuantity::AtOnce => "whether they were ready at once",
            MeasuredQuantity::Metric(Metric::Work) => "the time of the work",
            MeasuredQuantity::Metric(Metric::Startup) => "the time of the start",
            MeasuredQuantity::Metric(Metric::Total) => "the whole time",
            MeasuredQuantity::Metric(Metric::Cpu) => "the processor time",
            MeasuredQuantity::Workers => "the number of workers",
            MeasuredQuantity::Pids => "the number of PIDs",
            MeasuredQuantity::Ran => "whether it runs",
            MeasuredQuantity::Observed(_, name)
            | MeasuredQuantity::Flag(name)
            | MeasuredQuantity::Text(name) => {
                &format!("the figure \u{201c}{}\u{201d}", name.replace('_', " "))
            }
        };
        let named = self.add_labels(what.to_owned());
        match self.backend {
            Some(backend) => format!("{named} of `{backend}`"),
            None => named,
        }
    }
}

/// A quantity that a question asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeasuredQuantity {
    /// A figure of the trials.
    Metric(Metric),
    /// Whether the workers took turns at a lock.
    ByTurns,
    /// Whether the workers ran at once, or were ready to.
    AtOnce,
    /// Number of workers.
    Workers,
    /// Number of processes that they ran in.
    Pids,
    /// Whether the backend ran.
    Ran,
    /// Numbers of one observation.
    Observed(AggregateKind, String),
    /// Truth values of one observation.
    Flag(String),
    /// Texts of one observation.
    Text(String),
}

/// How the numbers of an observation are aggregated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AggregateKind {
    /// The median, with its spread.
    Median,
    /// The 95th percentile.
    P95,
    /// The minimum.
    Least,
    /// The maximum.
    Most,
    /// The sum.
    Sum,
    /// The number of values.
    Count,
    /// The number of different values.
    Distinct,
}

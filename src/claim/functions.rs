//! The functions of the language, one per line. The checker and the help of `lint` use this list.

use super::condition::{AggregateKind, MeasuredQuantity};
use crate::record::metrics::Metric;

/// A function.
pub struct FunctionSpec {
    pub name: &'static str,
    /// Its arguments in order, as an author reads them. Those in brackets are optional.
    pub arguments: &'static [&'static str],
    /// Whether labels may follow the arguments.
    pub labels: bool,
    pub makes: FunctionKind,
}

/// What a function measures.
pub enum FunctionKind {
    /// A quantity of a backend's trials.
    Trials(MeasuredQuantity),
    /// The numbers of an observation.
    Observed(AggregateKind),
    /// The truth values of an observation.
    Flag,
    /// The texts of an observation.
    Text,
    /// The quotient of two backends' medians.
    Ratio,
    /// What was expected but not seen.
    Lost,
    /// Whether the program continues to run.
    Survives,
    /// Whether all other tasks of a pool were completed.
    Answered,
}

const BACKEND: &[&str] = &["backend"];
const OBSERVED: &[&str] = &["observation", "[backend]"];

const fn trial_function(name: &'static str, quantity: MeasuredQuantity) -> FunctionSpec {
    FunctionSpec {
        name,
        arguments: BACKEND,
        labels: false,
        makes: FunctionKind::Trials(quantity),
    }
}

const fn observation_function(name: &'static str, makes: FunctionKind) -> FunctionSpec {
    FunctionSpec {
        name,
        arguments: OBSERVED,
        labels: true,
        makes,
    }
}

pub static FUNCTIONS: [FunctionSpec; 27] = [
    trial_function("speedup", MeasuredQuantity::Metric(Metric::Speedup)),
    trial_function("efficiency", MeasuredQuantity::Metric(Metric::Efficiency)),
    trial_function("cores_used", MeasuredQuantity::Metric(Metric::CoresUsed)),
    trial_function(
        "cores_wanted",
        MeasuredQuantity::Metric(Metric::CoresWanted),
    ),
    trial_function(
        "lock_switches",
        MeasuredQuantity::Metric(Metric::LockSwitches),
    ),
    trial_function("by_turns", MeasuredQuantity::ByTurns),
    trial_function("at_once", MeasuredQuantity::AtOnce),
    trial_function("work", MeasuredQuantity::Metric(Metric::Work)),
    trial_function("startup", MeasuredQuantity::Metric(Metric::Startup)),
    trial_function("total", MeasuredQuantity::Metric(Metric::Total)),
    trial_function("cpu", MeasuredQuantity::Metric(Metric::Cpu)),
    trial_function("workers", MeasuredQuantity::Workers),
    trial_function("pids", MeasuredQuantity::Pids),
    trial_function("ran", MeasuredQuantity::Ran),
    observation_function("median", FunctionKind::Observed(AggregateKind::Median)),
    observation_function("p95", FunctionKind::Observed(AggregateKind::P95)),
    observation_function("least", FunctionKind::Observed(AggregateKind::Least)),
    observation_function("most", FunctionKind::Observed(AggregateKind::Most)),
    observation_function("sum", FunctionKind::Observed(AggregateKind::Sum)),
    observation_function("count", FunctionKind::Observed(AggregateKind::Count)),
    observation_function("distinct", FunctionKind::Observed(AggregateKind::Distinct)),
    observation_function("flag", FunctionKind::Flag),
    observation_function("text", FunctionKind::Text),
    FunctionSpec {
        name: "ratio",
        arguments: &["observation", "backend", "backend"],
        labels: true,
        makes: FunctionKind::Ratio,
    },
    FunctionSpec {
        name: "lost",
        arguments: BACKEND,
        labels: true,
        makes: FunctionKind::Lost,
    },
    FunctionSpec {
        name: "survives",
        arguments: &["place", "[backend]"],
        labels: true,
        makes: FunctionKind::Survives,
    },
    FunctionSpec {
        name: "answered",
        arguments: &["crash", "[backend]"],
        labels: true,
        makes: FunctionKind::Answered,
    },
];

/// The names of the functions that ask for a figure of one backend's trials.
pub fn backend_functions() -> Vec<&'static str> {
    let of_trials = |known: &&FunctionSpec| matches!(known.makes, FunctionKind::Trials(_));
    let functions = FUNCTIONS.iter().filter(of_trials);
    functions.map(|known| known.name).collect()
}

impl FunctionSpec {
    /// How it is written: `median(observation, [backend], label='…')`.
    pub fn usage(&self) -> String {
        let mut arguments = self.arguments.to_vec();
        if self.labels {
            arguments.push("label='…'");
        }
        format!("{}({})", self.name, arguments.join(", "))
    }

    /// The smallest number of arguments, without labels.
    pub fn required_arguments(&self) -> usize {
        let required = |argument: &&&str| !argument.starts_with('[');
        self.arguments.iter().filter(required).count()
    }
}

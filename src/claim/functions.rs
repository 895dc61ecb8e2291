//! The functions of the language, one per line. The checker and the help of `lint` use this list.

use super::condition::AggregateKind;

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
#[derive(Clone, Copy)]
pub enum FunctionKind {
    Speedup,
    Efficiency,
    CoresUsed,
    CoresWanted,
    LockSwitches,
    ByTurns,
    AtOnce,
    Work,
    Startup,
    Total,
    Cpu,
    Workers,
    Pids,
    Ran,
    Observed(AggregateKind),
    Flag,
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

const fn backend_function(name: &'static str, makes: FunctionKind) -> FunctionSpec {
    FunctionSpec {
        name,
        arguments: BACKEND,
        labels: false,
        makes,
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
    backend_function("speedup", FunctionKind::Speedup),
    backend_function("efficiency", FunctionKind::Efficiency),
    backend_function("cores_used", FunctionKind::CoresUsed),
    backend_function("cores_wanted", FunctionKind::CoresWanted),
    backend_function("lock_switches", FunctionKind::LockSwitches),
    backend_function("by_turns", FunctionKind::ByTurns),
    backend_function("at_once", FunctionKind::AtOnce),
    backend_function("work", FunctionKind::Work),
    backend_function("startup", FunctionKind::Startup),
    backend_function("total", FunctionKind::Total),
    backend_function("cpu", FunctionKind::Cpu),
    backend_function("workers", FunctionKind::Workers),
    backend_function("pids", FunctionKind::Pids),
    backend_function("ran", FunctionKind::Ran),
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

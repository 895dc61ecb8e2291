//! The functions of the language: one line each, from which checking and the help of `lint` are made.

use super::condition::AggregateKind;

/// A function.
pub struct FunctionSpec {
    pub name: &'static str,
    /// Its arguments in order, as the author reads them; those in brackets may be left out.
    pub arguments: &'static [&'static str],
    /// Whether labels may follow.
    pub labels: bool,
    pub makes: FunctionKind,
}

/// What a function asks for.
#[derive(Clone, Copy)]
pub enum FunctionKind {
    Speedup,
    Efficiency,
    CoresUsed,
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
    /// What was expected and not seen.
    Lost,
    /// Whether the program lives on.
    Survives,
    /// Whether all other tasks of a pool were answered.
    Answered,
}

const BACKEND: &[&str] = &["backend"];
const OBSERVED: &[&str] = &["observation", "[backend]"];

const fn of_backend(name: &'static str, makes: FunctionKind) -> FunctionSpec {
    FunctionSpec {
        name,
        arguments: BACKEND,
        labels: false,
        makes,
    }
}

const fn observed(name: &'static str, makes: FunctionKind) -> FunctionSpec {
    FunctionSpec {
        name,
        arguments: OBSERVED,
        labels: true,
        makes,
    }
}

pub static FUNCTIONS: [FunctionSpec; 23] = [
    of_backend("speedup", FunctionKind::Speedup),
    of_backend("efficiency", FunctionKind::Efficiency),
    of_backend("cores_used", FunctionKind::CoresUsed),
    of_backend("work", FunctionKind::Work),
    of_backend("startup", FunctionKind::Startup),
    of_backend("total", FunctionKind::Total),
    of_backend("cpu", FunctionKind::Cpu),
    of_backend("workers", FunctionKind::Workers),
    of_backend("pids", FunctionKind::Pids),
    of_backend("ran", FunctionKind::Ran),
    observed("median", FunctionKind::Observed(AggregateKind::Median)),
    observed("p95", FunctionKind::Observed(AggregateKind::P95)),
    observed("least", FunctionKind::Observed(AggregateKind::Least)),
    observed("most", FunctionKind::Observed(AggregateKind::Most)),
    observed("sum", FunctionKind::Observed(AggregateKind::Sum)),
    observed("count", FunctionKind::Observed(AggregateKind::Count)),
    observed("distinct", FunctionKind::Observed(AggregateKind::Distinct)),
    observed("flag", FunctionKind::Flag),
    observed("text", FunctionKind::Text),
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
    /// `median(observation, [backend], label='…')`: how it is written.
    pub fn usage(&self) -> String {
        let mut arguments = self.arguments.to_vec();
        if self.labels {
            arguments.push("label='…'");
        }
        format!("{}({})", self.name, arguments.join(", "))
    }

    /// The fewest arguments it takes, labels apart.
    pub fn least(&self) -> usize {
        let required = |argument: &&&str| !argument.starts_with('[');
        self.arguments.iter().filter(required).count()
    }
}

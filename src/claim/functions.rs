//! The functions of the language: one line each, from which checking and the help of `lint` are made.

use super::condition::Pick;

/// A function.
pub struct Function {
    pub name: &'static str,
    /// Its arguments in order, as the author reads them; those in brackets may be left out.
    pub arguments: &'static [&'static str],
    /// Whether labels may follow.
    pub labels: bool,
    pub makes: Makes,
}

/// What a function asks for.
#[derive(Clone, Copy)]
pub enum Makes {
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
    Observed(Pick),
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

const fn of_backend(name: &'static str, makes: Makes) -> Function {
    Function {
        name,
        arguments: BACKEND,
        labels: false,
        makes,
    }
}

const fn observed(name: &'static str, makes: Makes) -> Function {
    Function {
        name,
        arguments: OBSERVED,
        labels: true,
        makes,
    }
}

pub static FUNCTIONS: [Function; 23] = [
    of_backend("speedup", Makes::Speedup),
    of_backend("efficiency", Makes::Efficiency),
    of_backend("cores_used", Makes::CoresUsed),
    of_backend("work", Makes::Work),
    of_backend("startup", Makes::Startup),
    of_backend("total", Makes::Total),
    of_backend("cpu", Makes::Cpu),
    of_backend("workers", Makes::Workers),
    of_backend("pids", Makes::Pids),
    of_backend("ran", Makes::Ran),
    observed("median", Makes::Observed(Pick::Median)),
    observed("p95", Makes::Observed(Pick::P95)),
    observed("least", Makes::Observed(Pick::Least)),
    observed("most", Makes::Observed(Pick::Most)),
    observed("sum", Makes::Observed(Pick::Sum)),
    observed("count", Makes::Observed(Pick::Count)),
    observed("distinct", Makes::Observed(Pick::Distinct)),
    observed("flag", Makes::Flag),
    observed("text", Makes::Text),
    Function {
        name: "ratio",
        arguments: &["observation", "backend", "backend"],
        labels: true,
        makes: Makes::Ratio,
    },
    Function {
        name: "lost",
        arguments: BACKEND,
        labels: true,
        makes: Makes::Lost,
    },
    Function {
        name: "survives",
        arguments: &["place", "[backend]"],
        labels: true,
        makes: Makes::Survives,
    },
    Function {
        name: "answered",
        arguments: &["crash", "[backend]"],
        labels: true,
        makes: Makes::Answered,
    },
];

impl Function {
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

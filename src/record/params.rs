//! What a learner may set for a demo.

use serde::{Deserialize, Serialize};

use super::Backend;

/// The settings of one run. `None` means that the demo decides (and, once it has, what it decided).
///
/// The same type is read from the command line, from the prompt and from a lesson's `demo` directive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// How many workers.
    pub workers: Option<u32>,
    /// Timed runs for each backend.
    pub trials: Option<u32>,
    /// Work size, in the workload's own unit; calibrated to the machine where it is `None`.
    pub size: Option<u64>,
    /// Which work: `primes`, `matmul`, …; `wait`, `http`, `files`.
    pub workload: Option<String>,
    /// How often `numbers` repeats, to show the distribution of orders.
    pub repeat: Option<u32>,
    /// Whether children write without a buffer (`numbers`: glued lines).
    pub unbuffered: bool,
    /// In which order two workers acquire two locks (`deadlock`): `opposite` or `same`; `None` means both.
    pub order: Option<String>,
    /// The scheduler whose workers run the tasks (`cluster`): `tcp://HOST:PORT`; `None` means workers of this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduler: Option<String>,
    /// Which backends to run, in this order; empty means the demo's own choice.
    pub backends: Vec<Backend>,
    /// Which Pythons run their part of it: names (`3.13t`), paths, `all` or `none`; empty means the usual choice.
    pub python: Vec<String>,
    /// How those Pythons start child processes: `fork`, `spawn` or `forkserver`; `None` means each one's default.
    pub start_method: Option<String>,
    /// Seed for everything that is random.
    pub seed: Option<u64>,
}

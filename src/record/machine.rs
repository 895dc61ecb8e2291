//! What a run ran on: the line under every table.

use serde::{Deserialize, Serialize};

/// The machine and the build that a recording was made on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Name and version of the operating system.
    pub os: String,
    /// The processor's name, where the system tells it.
    pub cpu: Option<String>,
    /// Cores of the machine.
    pub cores: u32,
    /// Cores that this process may use: what affinity and the control group's quota leave, at least 1.
    pub cores_usable: u32,
    /// Why `cores_usable` is less than `cores`: `"affinity"`, `"cgroup quota 0.50"`.
    pub cores_why: Option<String>,
    /// Memory of the machine in bytes.
    pub memory_bytes: Option<u64>,
    /// How Forklore was built: `release`, `dev, optimised`, `dev, not optimised`.
    pub build: String,
}

//! What a run ran on: the line under every table.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is said of a build whose times are longer than they should be.
const NOT_OPTIMISED: &str = "not optimised";

/// The machine and the build that a recording was made on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Name and version of the operating system.
    pub os: String,
    /// The processor's name, if the system gives it.
    pub cpu: Option<String>,
    /// Cores of the machine.
    pub cores: u32,
    /// Cores that this process may use: what affinity and the control group's quota leave, at least 1.
    pub cores_usable: u32,
    /// Why `cores_usable` is less than `cores`: `"affinity"`, `"cgroup quota 0.50"`.
    pub cores_why: Option<String>,
    /// The control group's quota in cores, where it is what leaves fewer. See [`Machine::core_quota`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cores_quota: Option<f64>,
    /// Memory of the machine in bytes.
    pub memory_bytes: Option<u64>,
    /// How Forklore was built.
    pub build: BuildProfile,
}

/// How Forklore was built; in files one text: `release`, `dev, work optimised`, `dev, not optimised`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct BuildProfile {
    /// Cargo's profile.
    pub name: String,
    /// What of it is optimised, where that is not everything.
    pub optimised: Option<String>,
}

impl From<String> for BuildProfile {
    fn from(text: String) -> Self {
        match text.split_once(", ") {
            Some((name, optimised)) => Self {
                name: name.to_owned(),
                optimised: Some(optimised.to_owned()),
            },
            None => Self {
                name: text,
                optimised: None,
            },
        }
    }
}

impl From<BuildProfile> for String {
    fn from(build: BuildProfile) -> Self {
        build.to_string()
    }
}

impl fmt::Display for BuildProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match &self.optimised {
            Some(optimised) => write!(f, ", {optimised}"),
            None => Ok(()),
        }
    }
}

impl Machine {
    /// The control group's quota in cores, where it limits. Recordings made before there was a field for it have it in
    /// `cores_why` alone.
    pub fn core_quota(&self) -> Option<f64> {
        let why = self.cores_why.as_deref();
        let from_reason = || why?.strip_prefix("cgroup quota ")?.parse().ok();
        self.cores_quota.or_else(from_reason)
    }

    /// Whether the work was compiled with optimisation, so that its times say something.
    pub fn is_optimised(&self) -> bool {
        self.build.optimised.as_deref() != Some(NOT_OPTIMISED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_of_an_old_recording_has_its_quota() {
        let json = |rest: &str| {
            let json = format!(
                r#"{{"os": "Linux", "cpu": null, "cores": 8, "cores_usable": 1, "memory_bytes": null,
                "build": "dev, not optimised", {rest}}}"#
            );
            serde_json::from_str::<Machine>(&json).expect("a machine")
        };
        let old = json(r#""cores_why": "cgroup quota 0.50""#);
        assert_eq!(old.core_quota(), Some(0.5));
        assert!(!old.is_optimised());
        let new = json(r#""cores_why": "cgroup quota 0.50", "cores_quota": 0.5"#);
        assert_eq!(new.core_quota(), Some(0.5));
        let text = serde_json::to_string(&new).expect("JSON");
        assert!(text.contains(r#""build":"dev, not optimised""#), "{text}");
        assert!(text.contains(r#""cores_quota":0.5"#), "{text}");
        assert_eq!(json(r#""cores_why": "affinity""#).core_quota(), None);
        assert_eq!(json(r#""cores_why": null"#).core_quota(), None);
    }
}

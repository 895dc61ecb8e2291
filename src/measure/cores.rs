//! How many cores this process may really use.

use super::platform::{Native, Platform};

/// What the scheduler and the control group leave of the machine.
#[derive(Debug, Clone, PartialEq)]
pub struct UsableCores {
    /// Whole cores that can run at once, at least 1.
    pub count: u32,
    /// Why fewer than the machine has: `"affinity"`, `"cgroup quota 0.50"`; `None` if it has no more.
    pub why: Option<String>,
    /// The control group's quota in cores, to a hundredth, where it is the reason.
    pub quota: Option<f64>,
}

/// Cores that this process may use: affinity (`taskset`, a container's cpuset) and the control groups'
/// quota, whichever is less.
///
/// A quota of 1.5 cores counts as one: two workers would stop each other every few milliseconds, and what
/// they'd show is the quota. Read afresh at each call; well under a millisecond.
pub fn usable_cores() -> UsableCores {
    limit_cores(
        machine_cores(),
        Native::affinity_cores(),
        Native::quota_cores(),
    )
}

/// Cores of the machine as far as this process can know: those that are online, at least those that it may use.
pub(super) fn machine_cores() -> u32 {
    let allowed = Native::affinity_cores().unwrap_or(1);
    Native::online_cores().unwrap_or(1).max(allowed)
}

fn limit_cores(machine: u32, affinity: Option<u32>, quota: Option<f64>) -> UsableCores {
    let allowed = affinity.unwrap_or(machine).max(1);
    // The sum of periods and quotas that people write is rarely exact: 1.9999 cores are two.
    let paid = quota.map_or(u32::MAX, |quota| ((quota + 0.005) as u32).max(1));
    let quota = quota.filter(|quota| paid < allowed || *quota < 0.995);
    let why = match quota {
        Some(quota) => Some(format!("cgroup quota {quota:.2}")),
        None => (allowed < machine).then(|| "affinity".to_owned()),
    };
    UsableCores {
        count: allowed.min(paid),
        why,
        quota: quota.map(|quota| (quota * 100.0).round() / 100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(machine: u32, affinity: Option<u32>, quota: Option<f64>) -> (u32, String) {
        let cores = limit_cores(machine, affinity, quota);
        let why = cores.why.unwrap_or_default();
        let quota = cores.quota.map(|quota| format!("cgroup quota {quota:.2}"));
        assert_eq!(quota.is_some(), why.starts_with("cgroup"), "{why}");
        assert!(quota.is_none_or(|quota| quota == why), "{why}");
        (cores.count, why)
    }

    #[test]
    fn nothing_in_the_way() {
        assert_eq!(summary(8, Some(8), None), (8, String::new()));
        assert_eq!(summary(8, Some(8), Some(8.0)), (8, String::new()));
        assert_eq!(summary(8, None, None), (8, String::new()));
    }

    #[test]
    fn affinity_leaves_fewer() {
        assert_eq!(summary(8, Some(2), None), (2, "affinity".to_owned()));
        assert_eq!(summary(8, Some(2), Some(4.0)), (2, "affinity".to_owned()));
    }

    #[test]
    fn a_quota_leaves_fewer() {
        assert_eq!(
            summary(8, Some(8), Some(0.5)),
            (1, "cgroup quota 0.50".to_owned())
        );
        assert_eq!(
            summary(8, Some(4), Some(1.5)),
            (1, "cgroup quota 1.50".to_owned())
        );
        assert_eq!(
            summary(8, Some(8), Some(1.9999)),
            (2, "cgroup quota 2.00".to_owned())
        );
    }

    #[test]
    fn half_of_the_only_core_is_said() {
        assert_eq!(
            summary(1, Some(1), Some(0.5)),
            (1, "cgroup quota 0.50".to_owned())
        );
    }

    #[test]
    fn at_least_one_whatever_the_system_says() {
        assert_eq!(summary(0, Some(0), Some(0.0)).0, 1);
        assert!(usable_cores().count >= 1);
    }

    #[test]
    fn the_machine_has_at_least_what_may_be_used() {
        assert!(machine_cores() >= usable_cores().count);
    }
}

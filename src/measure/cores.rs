//! How many cores this process may use.

use super::platform::{NativePlatform, Platform};

/// The cores that the scheduler and the control groups grant.
#[derive(Debug, Clone, PartialEq)]
pub struct UsableCores {
    /// Whole cores that can run at once, at least 1.
    pub count: u32,
    /// Why there are fewer than the machine has: `"affinity"` or `"cgroup quota 0.50"`. `None` if all may be
    /// used.
    pub why: Option<String>,
    /// The control group's quota in cores, to a hundredth, where it is the reason.
    pub quota: Option<f64>,
}

/// The cores that this process may use: the affinity mask (`taskset`, a container's cpuset) or the control
/// groups' quota, whichever is less.
///
/// A quota of 1.5 cores counts as one: two workers would throttle each other every few milliseconds, and a
/// measurement would show the quota. The system is read at each call, which takes well under a millisecond.
pub fn usable_cores() -> UsableCores {
    limit_cores(
        machine_cores(),
        NativePlatform::affinity_cores(),
        NativePlatform::quota_cores(),
    )
}

/// The machine's cores that are online, and at least as many as this process may use.
pub(super) fn machine_cores() -> u32 {
    let allowed = NativePlatform::affinity_cores().unwrap_or(1);
    NativePlatform::online_cores().unwrap_or(1).max(allowed)
}

fn limit_cores(machine: u32, affinity: Option<u32>, quota: Option<f64>) -> UsableCores {
    let allowed = affinity.unwrap_or(machine).max(1);
    // Quotas are often rounded: 1.9999 cores count as two.
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

//! Parses what the kernel reports of a process's memory.

use crate::measure::MemoryUsage;

/// Parses `/proc/PID/smaps_rollup`. `None` if it is empty, as a zombie's is.
pub fn parse_rollup(text: &str) -> Option<MemoryUsage> {
    let private = ["Private_Clean", "Private_Dirty", "Private_Hugetlb"]
        .into_iter()
        .filter_map(|name| parse_bytes(text, name))
        .reduce(u64::saturating_add);
    Some(MemoryUsage {
        private,
        resident: Some(parse_bytes(text, "Rss")?),
        proportional: parse_bytes(text, "Pss"),
    })
}

/// Parses `/proc/PID/status`, for when `smaps_rollup` is missing or may not be read.
pub fn parse_status(text: &str) -> MemoryUsage {
    MemoryUsage {
        resident: parse_bytes(text, "VmRSS"),
        ..MemoryUsage::default()
    }
}

/// The peak resident memory, from `/proc/PID/status`.
pub fn parse_peak(text: &str) -> Option<u64> {
    parse_bytes(text, "VmHWM")
}

/// The figure of a line such as `Rss:    1768 kB`.
fn parse_bytes(text: &str, name: &str) -> Option<u64> {
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    let kibibytes: u64 = value.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLLUP: &str = "\
558584da8000-7ffd69f0c000 ---p 00000000 00:00 0                          [rollup]
Rss:                1768 kB
Pss:                 358 kB
Pss_Dirty:           108 kB
Shared_Clean:       1572 kB
Private_Clean:        88 kB
Private_Dirty:       108 kB
Private_Hugetlb:       4 kB
";

    #[test]
    fn adds_up_what_is_private() {
        let memory = parse_rollup(ROLLUP).unwrap();
        assert_eq!(memory.private, Some(200 * 1024));
        assert_eq!(memory.resident, Some(1768 * 1024));
        assert_eq!(memory.proportional, Some(358 * 1024), "not `Pss_Dirty`");
    }

    #[test]
    fn a_zombie_has_no_account() {
        assert_eq!(parse_rollup(""), None);
        assert_eq!(
            parse_status("Name:\tsleep\nState:\tZ (zombie)\n"),
            MemoryUsage::default()
        );
    }

    #[test]
    fn an_old_kernel_gives_what_it_has() {
        let memory = parse_rollup("Rss: 10 kB\n").unwrap();
        assert_eq!(
            memory,
            MemoryUsage {
                resident: Some(10_240),
                ..MemoryUsage::default()
            }
        );
        assert_eq!(
            parse_status("VmHWM:\t 9 kB\nVmRSS:\t    7 kB\n").resident,
            Some(7_168)
        );
    }

    #[test]
    fn the_peak_is_a_line_of_its_own() {
        assert_eq!(parse_peak("VmHWM:\t 9 kB\nVmRSS:\t    7 kB\n"), Some(9_216));
        assert_eq!(parse_peak("State:\tZ (zombie)\n"), None);
    }

    #[test]
    fn nonsense_is_no_figure() {
        for text in [
            "Rss: many kB",
            "Rss: -1 kB",
            "Rss: 5",
            "Rss: 99999999999999999999 kB",
        ] {
            assert_eq!(parse_rollup(text), None, "{text}");
        }
    }
}

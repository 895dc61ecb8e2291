//! The machine that a run was measured on.

use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

use super::cores::{machine_cores, usable_cores};
use crate::record::Machine;

/// Describes this machine and this build. Takes about a millisecond; what the system does not report is `None`.
pub fn describe_machine() -> Machine {
    let usable = usable_cores();
    let system = System::new_with_specifics(
        RefreshKind::nothing()
            .with_cpu(CpuRefreshKind::nothing())
            .with_memory(MemoryRefreshKind::nothing().with_ram()),
    )
    .ok();
    Machine {
        os: operating_system(System::name().ok(), System::os_version().ok()),
        cpu: system.as_ref().and_then(processor_name),
        cores: machine_cores(),
        cores_usable: usable.count,
        cores_why: usable.why,
        cores_quota: usable.quota,
        memory_bytes: system
            .map(|system| system.total_memory())
            .filter(|&bytes| bytes > 0),
        build: crate::workload::BUILD.to_owned().into(),
    }
}

fn operating_system(name: Option<String>, version: Option<String>) -> String {
    let name = name.unwrap_or_else(|| std::env::consts::OS.to_owned());
    match version {
        Some(version) if !version.is_empty() => format!("{name} {version}"),
        _ => name,
    }
}

fn processor_name(system: &System) -> Option<String> {
    let brand = system.cpus().first()?.brand();
    // Some vendors pad the name with runs of spaces.
    let brand = brand.split_whitespace().collect::<Vec<_>>().join(" ");
    (!brand.is_empty()).then_some(brand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_this_runs_on() {
        let machine = describe_machine();
        assert!(!machine.os.is_empty());
        assert!(machine.cores >= machine.cores_usable && machine.cores_usable >= 1);
        assert!(machine.memory_bytes.is_none_or(|bytes| bytes > 1 << 20));
        assert!(
            ["release", "dev, work optimised", "dev, not optimised"]
                .contains(&machine.build.to_string().as_str())
        );
    }

    #[test]
    fn an_operating_system_without_a_version_has_only_a_name() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            operating_system(some("Debian GNU/Linux"), some("12")),
            "Debian GNU/Linux 12"
        );
        assert_eq!(operating_system(some("Arch Linux"), None), "Arch Linux");
        assert_eq!(operating_system(None, None), std::env::consts::OS);
    }
}

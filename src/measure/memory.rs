//! Memory of a process.

use super::platform::{NativePlatform, Platform};

/// Memory of one process, in bytes.
///
/// A *thread* has no such figure: threads share their process's memory (only the stack is a thread's own, and
/// no counter says which thread a heap block belongs to). Therefore a thread's usage has no memory figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemoryUsage {
    /// Memory of this process alone, which would be free if it ended (`USS`).
    pub private: Option<u64>,
    /// Resident memory with shared pages counted in full (`RSS`). A sum over processes counts shared pages
    /// several times.
    pub resident: Option<u64>,
    /// Resident memory with shared pages divided among the processes that share them (`PSS`). A sum over
    /// processes is right.
    pub proportional: Option<u64>,
}

/// Memory of a process that we may inspect.
///
/// On Linux the kernel walks the page tables: 40 µs for a small process, ≈ 0.2 ms for one of 64 MB. So read it
/// after the stopwatch has stopped. A process that has ended has none.
pub fn process_memory(pid: u32) -> MemoryUsage {
    NativePlatform::process_memory(pid)
}

/// Memory of this process.
pub fn own_memory() -> MemoryUsage {
    process_memory(std::process::id())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::measure::platform::PortablePlatform;

    #[test]
    fn touched_memory_is_private_and_resident() {
        const SIZE: usize = 32 << 20;
        let before = own_memory();
        let block = std::hint::black_box(vec![1_u8; SIZE]);
        let after = own_memory();
        for (before, after) in [
            (before.private, after.private),
            (before.resident, after.resident),
            (before.proportional, after.proportional),
        ] {
            let grown = after.unwrap().saturating_sub(before.unwrap());
            // Other tests allocate and free at the same time.
            assert!(grown > SIZE as u64 / 2, "{grown}");
        }
        drop(block);
    }

    #[test]
    fn private_is_part_of_proportional_is_part_of_resident() {
        let memory = own_memory();
        assert!(memory.private <= memory.proportional);
        assert!(memory.proportional <= memory.resident);
    }

    #[test]
    fn a_process_that_cannot_exist_has_none() {
        assert_eq!(process_memory(u32::MAX), MemoryUsage::default());
    }

    #[test]
    fn the_plain_fallback_knows_the_resident_memory() {
        let plain = PortablePlatform::process_memory(std::process::id());
        assert!(plain.resident.unwrap() > 100_000);
        assert_eq!((plain.private, plain.proportional), (None, None));
    }
}

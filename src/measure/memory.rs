//! Memory of a process.

use super::platform::{NativePlatform, Platform};

/// Memory of one process, in bytes.
///
/// There is no such figure for a *thread*: threads share all of their process's memory (only the stack is
/// a thread's own, and nothing counts which heap block was whose). So a thread's usage has no memory, and
/// that is the lesson.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemoryUsage {
    /// What belongs to this process alone and would be free if it ended (`USS`).
    pub private: Option<u64>,
    /// What is in memory, shared pages counted in full (`RSS`): adding this up over processes counts
    /// shared pages several times.
    pub resident: Option<u64>,
    /// What is in memory, shared pages divided among those that share them (`PSS`): this adds up.
    pub proportional: Option<u64>,
}

/// Memory of a process, which must be ours to look at.
///
/// On Linux the kernel walks the page tables for it: 40 µs for a small process, ≈ 0.2 ms for one of 64
/// MB, so read it after the stopwatch has stopped. A process that is gone, or a zombie, has none.
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

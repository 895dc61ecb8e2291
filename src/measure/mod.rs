//! Clocks, processor time, cores and memory: what a run cost.
//!
//! - Times come from monotonic clocks, processor times from the system's counters; neither is sampled. Only
//!   [`CoreSampler`] asks sysinfo for a load, over periods long enough for its figure to be right.
//! - A figure that this platform does not have is `None`, never a guess and never a panic. Everything works
//!   without `/proc`.
//! - Everything that differs between platforms is in the module `platform`. A platform that it does not support
//!   gets the portable fallback.
//!
//! A [`WorkMeter`] collects the figures of one piece of work.

mod available;
pub mod clock;
mod cores;
mod cpu;
mod machine;
mod memory;
mod meter;
mod platform;
mod processes;
mod sampler;

pub use available::{FreeCoreMeter, available_cores};
pub use cores::{UsableCores, usable_cores};
pub use cpu::{
    ContextSwitches, context_switches, current_core, current_tid, main_thread_tid, own_cpu,
    parent_pid, process_cpu, run_queue_wait, thread_cpu,
};
pub use machine::describe_machine;
pub use memory::{MemoryUsage, own_memory, process_memory};
pub use meter::{FakeMeter, MeterScope, PlatformMeter, PortableMeter, RealMeter, WorkMeter};
pub use processes::{
    ProcessState, ThreadState, child_pids, command_line, has_environment, peak_memory,
    pids_with_environment, process_state, thread_states,
};
pub use sampler::CoreSampler;

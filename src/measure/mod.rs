//! Clocks, processor time, cores, memory: what a run cost, read exactly.
//!
//! - Time is read from monotonic clocks, processor time from the system's own counters; neither is
//!   sampled. Only [`CoreSampler`] asks sysinfo for a load, and only over stretches that are long enough
//!   for its figure to be right.
//! - A figure that this platform can't give is `None`, never a guess and never a panic: all of it works
//!   without `/proc`.
//! - Everything that differs between platforms is behind one door, `platform`: a platform that it doesn't
//!   know gets the plain fallback.
//!
//! A [`Meter`] puts the figures of one piece of work together.

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

pub use available::available_cores;
pub use cores::{UsableCores, usable_cores};
pub use cpu::{
    ContextSwitches, context_switches, current_core, current_tid, main_thread_tid, own_cpu,
    parent_pid, process_cpu, thread_cpu,
};
pub use machine::describe_machine;
pub use memory::{MemoryUsage, own_memory, process_memory};
pub use meter::{FakeMeter, MeterScope, PlatformMeter, PortableMeter, RealMeter, WorkMeter};
pub use processes::{
    ProcessState, ThreadState, child_pids, command_line, has_environment, peak_memory,
    pids_with_environment, process_state, thread_states,
};
pub use sampler::CoreSampler;

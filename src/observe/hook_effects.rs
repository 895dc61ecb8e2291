//! Applies a fact to the process that reported it.

use std::time::Duration;

use super::processes::{ObservedProcess, ProcessKind};
use crate::record::HookEvent;

/// Updates the process with the fact. `main` is the PID of the main process.
pub fn apply_to_process(process: &mut ObservedProcess, main: u32, fact: &HookEvent, at_ns: u64) {
    match fact {
        HookEvent::Hello {
            parent,
            role,
            name,
            gil,
            ..
        } => {
            process.has_hooks = true;
            process.gil = Some(*gil);
            let known = Some(*parent).filter(|&parent| parent != std::process::id());
            process.parent = process.parent.or(known);
            // To Python itself, a pool's worker is a child; the parent's report is more exact.
            if process.pid != main && !(process.was_started() && role == "child") {
                process.kind = ProcessKind::from_role(role);
            }
            process.is_told = true;
            if let Some(name) = name.as_ref().filter(|_| !process.was_started()) {
                process.name = Some(name.clone());
            }
        }
        HookEvent::Began { cpu_ns } => {
            process.cpu_before = Duration::from_nanos(*cpu_ns);
            // Before that, it was a worker of ours.
            process.first_ns = at_ns;
            process.last_ns = process.last_ns.max(at_ns);
            process.threads.clear();
            process.cores.clear();
            (process.peak, process.private) = (None, None);
        }
        HookEvent::ThreadStarted(thread) => {
            process.record_thread_start(thread.tid, &thread.name, thread.internal, at_ns);
        }
        HookEvent::ThreadEnded(end) => {
            process.gil = end.gil.or(process.gil);
            if let Some(thread) = process.threads.get_mut(&end.tid) {
                thread.cpu = Some(Duration::from_nanos(end.cpu_ns));
                thread.run_queue = end.delay_ns.map(Duration::from_nanos);
                thread.voluntary_switches = end.waits;
                thread.ended_ns = Some(at_ns);
            }
        }
        HookEvent::Slept { ns } => process.slept_ns += ns,
        HookEvent::Samples { off } => process.samples = (!off).then_some(0),
        HookEvent::Sampled { .. } => process.samples = process.samples.map(|samples| samples + 1),
        HookEvent::Exiting(exit) => process.gil = exit.gil.or(process.gil),
        HookEvent::Bye {
            cpu_ns,
            peak_kib,
            exitcode,
            ..
        } => {
            process.exitcode = process.exitcode.or(*exitcode);
            process.peak = process.peak.max(peak_kib.map(|kib| kib * 1024));
            process.cpu = process.cpu.max(Some(Duration::from_nanos(*cpu_ns)));
        }
        _ => {}
    }
}

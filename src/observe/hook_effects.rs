//! Applies a fact to the process that reported it.

use std::time::Duration;

use super::processes::{ObservedProcess, ProcessKind};
use crate::record::HookEvent;

/// Updates the process with the fact. `main` is the PID of the main process.
pub fn apply_to_process(life: &mut ObservedProcess, main: u32, fact: &HookEvent, at_ns: u64) {
    match fact {
        HookEvent::Hello {
            parent,
            role,
            name,
            gil,
            ..
        } => {
            life.has_hooks = true;
            life.gil = Some(*gil);
            let known = Some(*parent).filter(|&parent| parent != std::process::id());
            life.parent = life.parent.or(known);
            // To Python itself, a pool's worker is a child; the parent's report is more exact.
            if life.pid != main && !(life.was_started() && role == "child") {
                life.kind = ProcessKind::from_role(role);
            }
            life.is_told = true;
            if let Some(name) = name.as_ref().filter(|_| !life.was_started()) {
                life.name = Some(name.clone());
            }
        }
        HookEvent::Began { cpu_ns } => {
            life.cpu_before = Duration::from_nanos(*cpu_ns);
            // Before that, it was a worker of ours.
            life.first_ns = at_ns;
            life.last_ns = life.last_ns.max(at_ns);
            life.threads.clear();
            life.cores.clear();
            (life.peak, life.private) = (None, None);
        }
        HookEvent::ThreadStarted(thread) => {
            life.record_thread_start(thread.tid, &thread.name, thread.internal, at_ns);
        }
        HookEvent::ThreadEnded(end) => {
            life.gil = end.gil.or(life.gil);
            if let Some(thread) = life.threads.get_mut(&end.tid) {
                thread.cpu = Some(Duration::from_nanos(end.cpu_ns));
                thread.run_queue = end.delay_ns.map(Duration::from_nanos);
                thread.voluntary_switches = end.waits;
                thread.ended_ns = Some(at_ns);
            }
        }
        HookEvent::Slept { ns } => life.slept_ns += ns,
        HookEvent::Samples { off } => life.samples = (!off).then_some(0),
        HookEvent::Sampled { .. } => life.samples = life.samples.map(|samples| samples + 1),
        HookEvent::Exiting(exit) => life.gil = exit.gil.or(life.gil),
        HookEvent::Bye {
            cpu_ns,
            peak_kib,
            exitcode,
            ..
        } => {
            life.exitcode = life.exitcode.or(*exitcode);
            life.peak = life.peak.max(peak_kib.map(|kib| kib * 1024));
            life.cpu = life.cpu.max(Some(Duration::from_nanos(*cpu_ns)));
        }
        _ => {}
    }
}

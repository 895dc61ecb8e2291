//! What a fact says of the process that tells it.

use std::time::Duration;

use super::{
    hook_events::HookEventKind,
    processes::{ObservedProcess, ProcessKind},
};

/// Adds it to what is known. `main` is the number of the main process.
pub fn apply_to_process(life: &mut ObservedProcess, main: u32, fact: &HookEventKind, at_ns: u64) {
    match fact {
        HookEventKind::Hello {
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
            // A worker of a pool is a child to Python: who started it knows better.
            if life.pid != main && !(life.was_started() && role == "child") {
                life.kind = ProcessKind::from_role(role);
            }
            life.is_told = true;
            if let Some(name) = name.as_ref().filter(|_| !life.was_started()) {
                life.name = Some(name.clone());
            }
        }
        HookEventKind::Began { cpu_ns } => {
            life.cpu_before = Duration::from_nanos(*cpu_ns);
            // Until then it was a worker of ours.
            life.first_ns = at_ns;
            life.last_ns = life.last_ns.max(at_ns);
            life.threads.clear();
            life.cores.clear();
            (life.peak, life.private) = (None, None);
        }
        HookEventKind::ThreadStarted {
            tid,
            name,
            internal,
        } => life.record_thread_start(*tid, name, *internal, at_ns),
        HookEventKind::ThreadEnded {
            tid, cpu_ns, gil, ..
        } => {
            life.gil = gil.or(life.gil);
            if let Some(thread) = life.threads.get_mut(tid) {
                thread.cpu = Some(Duration::from_nanos(*cpu_ns));
                thread.ended_ns = Some(at_ns);
            }
        }
        HookEventKind::Exiting { gil, .. } => life.gil = gil.or(life.gil),
        HookEventKind::Bye {
            cpu_ns, peak_kib, ..
        } => {
            life.peak = life.peak.max(peak_kib.map(|kib| kib * 1024));
            life.cpu = life.cpu.max(Some(Duration::from_nanos(*cpu_ns)));
        }
        _ => {}
    }
}

//! Announces processes and threads as soon as enough is known about them.

use super::processes::{ObservedProcess, ProcessKind, ProcessTable};
use crate::record::{Backend, EventKind, Recorder, WorkerId, WorkerKind};

/// The time that a process has to report its name before it is announced with the system's name.
const SILENT_NS: u64 = 300_000_000;

/// Announces the processes and threads about which enough is known at that time.
pub fn announce_all(recorder: &Recorder, processes: &mut ProcessTable, now: u64) {
    let is_due = |first_ns: u64, gone: bool| gone || now.saturating_sub(first_ns) > SILENT_NS;
    for process in processes.all_mut() {
        let gone = process.gone_ns.is_some();
        // A spawned child gets its name a moment after its start.
        let knows_itself =
            process.has_hooks && (process.name.is_some() || process.kind != ProcessKind::Child);
        let is_clear = knows_itself || process.was_started() || process.kind == ProcessKind::Main;
        if process.worker.is_none() && (is_clear || is_due(process.first_ns, gone)) {
            announce_process(recorder, process);
        }
        if process.worker.is_none() {
            continue;
        }
        let (pid, parent) = (process.pid, process.parent);
        for (tid, thread) in &mut process.threads {
            let over = gone || thread.ended_ns.is_some();
            let is_clear = thread.reported_internal == Some(false) || is_due(thread.first_ns, over);
            if thread.worker.is_none() && !thread.is_internal() && is_clear {
                let worker = recorder.next_worker();
                thread.worker = Some(worker);
                recorder.emit(EventKind::WorkerStarted {
                    worker,
                    name: thread.name.clone(),
                    kind: WorkerKind::Thread,
                    backend: Some(Backend::Try),
                    trial: Some(0),
                    pid,
                    tid: Some(*tid),
                    ppid: parent,
                });
            }
        }
    }
}

/// Announces a process, unless that was done; returns its number in the recording.
pub fn announce_process(recorder: &Recorder, process: &mut ObservedProcess) -> WorkerId {
    if let Some(worker) = process.worker {
        return worker;
    }
    let worker = recorder.next_worker();
    process.worker = Some(worker);
    recorder.emit(EventKind::WorkerStarted {
        worker,
        name: process.display_name().to_owned(),
        kind: match process.kind {
            ProcessKind::Main => WorkerKind::Main,
            _ => WorkerKind::Process,
        },
        backend: Some(Backend::Try),
        trial: Some(0),
        pid: process.pid,
        tid: crate::measure::main_thread_tid(process.pid),
        ppid: process.parent,
    });
    worker
}

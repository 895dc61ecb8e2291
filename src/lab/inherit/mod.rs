//! `inherit`: what a child inherits from its parent, under each start method.
//!
//! The working folder is one for a whole process. So the parent is a *host*: a process that is started for this, changes what
//! it has, and starts a child by each method. It changes no environment variable, since no safe function of Rust does.

mod report;

use std::{
    env, fs,
    sync::{
        atomic::{AtomicBool, Ordering::SeqCst},
        mpsc,
    },
    thread::{self, Builder},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::{
    Demo, DemoContext, LabError,
    start_barrier::{BarrierHandle, StartBarrier, WorkerLabels},
    startup::do_nothing,
};
use crate::{
    catalog::demos,
    mp::{self, Connection, Failure, StartMethod},
    record::Value,
    report::pictures,
};

/// How long a child waits for the lock if it is held.
const LOCK_PATIENCE: Duration = Duration::from_millis(300);
/// How long a child's report is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The methods, in the order of Python's documentation.
const METHODS: [StartMethod; 2] = [StartMethod::Spawn, StartMethod::ForkServer];

/// The host's global variable, which it changes.
static CHANGED: AtomicBool = AtomicBool::new(false);
/// The lock that the host's second thread holds.
static LOCK: Mutex<()> = Mutex::new(());
/// The name of that thread; longer ones are cut off.
const HOLDER: &str = "lock-holder";

/// What a child inherits from its parent.
pub static DEMO: Demo = Demo {
    spec: &demos::INHERIT,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, _| pictures::worker_timelines(run),
};

/// What a process has.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct InheritedState {
    changed: bool,
    address: String,
    /// The open file behind the host's descriptor.
    file: Option<FileId>,
    folder: String,
}

/// Which file it is: its device and its number there.
type FileId = (u64, u64);

/// A child's report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChildReport {
    has: InheritedState,
    /// `None` where the system does not list a process's threads.
    thread_runs: Option<bool>,
    lock_held: bool,
    lock_wait: Duration,
}

/// What the host has, and what its children reported, or why there is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ParentReport {
    has: InheritedState,
    children: Vec<Result<ChildReport, String>>,
}

// The cores are not probed: what a child has does not depend on time.
fn run(context: &DemoContext) -> Result<(), LabError> {
    let mut line = StartBarrier::<ParentReport>::new(context, WorkerLabels::default());
    line.start_child(|gate| context.mp.process(run_host, (gate,)))?;
    line.wait_until_ready()?;
    line.open_barrier()?;
    let reports = line.collect_results()?;
    line.join_children()?;
    for (_, host) in &reports {
        for (method, child) in METHODS.iter().zip(&host.children) {
            match child {
                Ok(child) => observe_child(context, *method, &host.has, child),
                Err(error) => context.add_note(format!("{method}: {error}")),
            }
        }
    }
    Ok(())
}

fn observe_child(
    context: &DemoContext,
    method: StartMethod,
    parent: &InheritedState,
    child: &ChildReport,
) {
    let method = ("method", method.name());
    let both = describe_all(parent, parent).into_iter();
    for ((thing, ours), (_, theirs)) in both.zip(describe_all(&child.has, parent)) {
        let labels = [("thing", thing), method];
        context.observe("inherited", labels, Value::Flag(ours == theirs));
        context.observe("parent_has", labels, ours);
        context.observe("child_has", labels, theirs);
    }
    if let Some(runs) = child.thread_runs {
        context.observe("thread_runs", [method], Value::Flag(runs));
    }
    context.observe("lock_held", [method], Value::Flag(child.lock_held));
    context.observe("lock_wait", [method], child.lock_wait);
}

/// Each thing, and what one of the two has of it.
fn describe_all(has: &InheritedState, parent: &InheritedState) -> Vec<(&'static str, String)> {
    let word = if has.changed { "changed" } else { "as loaded" };
    let file = if has.file == parent.file {
        "open"
    } else {
        "not open"
    };
    let mut all = vec![
        ("global", word.to_owned()),
        ("address", has.address.clone()),
        ("folder", has.folder.clone()),
    ];
    // Where descriptors have no numbers, there is nothing to look for.
    if parent.file.is_some() {
        all.insert(2, ("file", file.to_owned()));
    }
    all
}

/// The host: changes what it has, and starts a child by each method.
///
/// # Errors
/// If something cannot be changed, or the parent is gone.
pub fn run_host(gate: BarrierHandle<ParentReport>) -> Result<(), Failure> {
    gate.wait()?;
    let mp = mp::Context::new(StartMethod::Spawn);
    // A fork server starts now, before anything is changed. Without one, the second start says so.
    let mut first = mp
        .with_start_method(StartMethod::ForkServer)
        .process(do_nothing, (0,));
    if first.start().is_ok() {
        first.join()?;
    }
    let home = env::current_dir()?;
    let folder = mp.private_folder()?;
    let file = fs::File::create(folder.join("open-file"))?;
    let descriptor = descriptor_number(&file);
    env::set_current_dir(&folder)?;
    CHANGED.store(true, SeqCst);
    let children = beside_lock_holder(|| {
        let children = METHODS.map(|method| {
            let mp = mp.with_start_method(method);
            start_child(&mp, descriptor).map_err(|error| error.to_string())
        });
        children.to_vec()
    });
    let report = ParentReport {
        has: look_around(descriptor),
        children: children?,
    };
    env::set_current_dir(home)?;
    gate.send_result(report)
}

/// Does some work while another thread holds the lock.
fn beside_lock_holder<R>(work: impl FnOnce() -> R) -> Result<R, Failure> {
    let (holds, held) = mpsc::channel();
    let (end, ended) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let hold_lock = move || {
            let _guard = LOCK.lock();
            // The receiver waits for it.
            let _ = holds.send(());
            let _ = ended.recv();
        };
        Builder::new()
            .name(HOLDER.to_owned())
            .spawn_scoped(scope, hold_lock)?;
        // Dropped at the end of the work, whatever comes of it: then the thread ends.
        let _end = end;
        held.recv_timeout(PATIENCE)?;
        Ok(work())
    })
}

fn start_child(mp: &mp::Context, descriptor: i32) -> Result<ChildReport, Failure> {
    let (reports, theirs) = mp::pipe::<(), ChildReport>()?;
    let mut process = mp.process(report_surroundings, (descriptor, theirs));
    process.start()?;
    let report = reports.recv_timeout(PATIENCE)?;
    let Some(report) = report else {
        process.kill()?;
        return Err(Failure::new("a child did not report what it has"));
    };
    process.join()?;
    Ok(report)
}

/// The host's child: reports what it has.
///
/// # Errors
/// If its parent is gone.
pub fn report_surroundings(
    descriptor: i32,
    parent: Connection<ChildReport, ()>,
) -> Result<(), Failure> {
    let has = look_around(descriptor);
    let began = Instant::now();
    let lock_held = LOCK.try_lock().is_none();
    if lock_held {
        LOCK.try_lock_for(LOCK_PATIENCE);
    }
    parent.send(ChildReport {
        has,
        thread_runs: has_lock_holder(),
        lock_held,
        lock_wait: began.elapsed(),
    })?;
    Ok(())
}

/// Whether a thread of this process has the name of the one that holds the lock.
fn has_lock_holder() -> Option<bool> {
    let threads = fs::read_dir("/proc/self/task").ok()?;
    let names =
        threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("comm")).ok());
    Some(names.into_iter().any(|name| name.trim_end() == HOLDER))
}

fn look_around(descriptor: i32) -> InheritedState {
    let folder = env::current_dir().unwrap_or_default();
    let name = folder.file_name().unwrap_or(folder.as_os_str());
    InheritedState {
        changed: CHANGED.load(SeqCst),
        address: format!("{:p}", &raw const CHANGED),
        file: open_file_id(descriptor),
        folder: name.to_string_lossy().into_owned(),
    }
}

#[cfg(unix)]
fn descriptor_number(file: &fs::File) -> i32 {
    std::os::fd::AsRawFd::as_raw_fd(file)
}

/// Elsewhere there are no such numbers.
#[cfg(not(unix))]
fn descriptor_number(_: &fs::File) -> i32 {
    -1
}

/// The file that this process has open under that number.
#[cfg(unix)]
fn open_file_id(descriptor: i32) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;

    let found = fs::metadata(format!("/dev/fd/{descriptor}")).ok()?;
    Some((found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn open_file_id(_: i32) -> Option<FileId> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_is_held_by_a_thread_for_as_long_as_the_work_takes() {
        let found = beside_lock_holder(|| (has_lock_holder(), LOCK.try_lock().is_some()));
        let (has_holder, is_free) = found.expect("a thread");
        assert_ne!(has_holder, Some(false));
        assert!(!is_free);
        assert!(LOCK.try_lock().is_some());
        // The system lists a thread for a moment longer than it runs.
        while has_lock_holder() == Some(true) {
            thread::yield_now();
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_open_file_is_known_by_its_number() {
        let file = tempfile::tempfile().expect("a file");
        let found = open_file_id(descriptor_number(&file));
        assert!(found.is_some());
        let other = tempfile::tempfile().expect("a file");
        assert_ne!(found, open_file_id(descriptor_number(&other)));
    }
}

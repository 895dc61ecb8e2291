//! Linux, and what other Unix systems share with it.

use std::{
    ffi::OsString,
    io::{self, PipeReader, PipeWriter, Read, Write},
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::process::{CommandExt, ExitStatusExt},
    },
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
    sync::Arc,
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{resource, signal},
    unistd::Pid,
};

use parking_lot::Mutex;

use super::{ChildSignal, SystemLimit};
use crate::ExitUsage;

/// The signal that ended a process, if one did.
pub(crate) fn signal_of(status: ExitStatus) -> Option<i32> {
    status.signal()
}

/// `SIGKILL` for 9.
pub(crate) fn signal_name(number: i32) -> Option<&'static str> {
    signal::Signal::try_from(number)
        .ok()
        .map(signal::Signal::as_str)
}

/// 9 for `SIGKILL`.
pub(crate) fn signal_number(name: &str) -> Option<i32> {
    name.parse::<signal::Signal>()
        .ok()
        .map(|found| found as i32)
}

/// Whether the end of a child can be seen without collecting it.
pub(crate) const SHOWS_ZOMBIES: bool = true;

/// Puts the child into a process group of its own, so that Ctrl-C does not reach it behind our back and one
/// signal reaches all that it starts.
pub(crate) fn set_own_group(command: &mut Command) {
    command.process_group(0);
}

/// Sends a signal to a child's own group. A group that is gone is no error. `false` where there are no signals.
pub(crate) fn signal_group(pid: u32, what: ChildSignal) -> bool {
    let what = match what {
        ChildSignal::Terminate => signal::Signal::SIGTERM,
        ChildSignal::Kill => signal::Signal::SIGKILL,
        ChildSignal::Stop => signal::Signal::SIGSTOP,
        ChildSignal::Continue => signal::Signal::SIGCONT,
        ChildSignal::Number(number) => match signal::Signal::try_from(number) {
            Ok(known) => known,
            Err(_) => return false,
        },
    };
    // It can only fail with "no such process": the group is ours. A child that was just forked may not have made it yet.
    let pid = Pid::from_raw(pid as i32);
    let _ = signal::killpg(pid, what).or_else(|_| signal::kill(pid, what));
    true
}

/// Ends this process and all that it started, at once.
pub(crate) fn kill_own_group() -> ! {
    signal_group(std::process::id(), ChildSignal::Kill);
    std::process::abort()
}

/// The limit that the system met when it answered so.
pub(crate) fn limit_met(error: &io::Error) -> Option<SystemLimit> {
    match Errno::from_raw(error.raw_os_error()?) {
        Errno::EAGAIN => Some(SystemLimit::Processes),
        Errno::EMFILE | Errno::ENFILE => Some(SystemLimit::Descriptors),
        _ => None,
    }
}

/// The path to start ourselves again by.
pub(crate) fn own_exe() -> PathBuf {
    // Survives a rebuild or removal of the file.
    let link = Path::new("/proc/self/exe");
    if cfg!(target_os = "linux") && link.exists() {
        return link.to_owned();
    }
    std::env::current_exe().unwrap_or_else(|_| invoked_path())
}

/// Where the shell found this program: all that is left to go by in a sandbox without /proc.
fn invoked_path() -> PathBuf {
    let name = PathBuf::from(std::env::args_os().next().unwrap_or_default());
    if name.components().count() > 1 {
        return std::path::absolute(&name).unwrap_or(name);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut candidates = std::env::split_paths(&path).map(|folder| folder.join(&name));
    candidates.find(|file| file.is_file()).unwrap_or(name)
}

/// The name to show in `ps`.
pub(crate) fn set_shown_name(command: &mut Command) {
    if let Some(own) = std::env::args_os().next() {
        let name = Path::new(&own)
            .file_name()
            .map_or(own.clone(), OsString::from);
        command.arg0(name);
    }
}

/// Sees a child's end without collecting it, so that its last figures can still be read.
#[derive(Debug)]
pub(crate) struct ExitWatcher {
    pid: u32,
    #[cfg(target_os = "linux")]
    handle: Option<OwnedFd>,
}

impl ExitWatcher {
    pub(crate) fn new(pid: u32) -> Self {
        Self {
            pid,
            #[cfg(target_os = "linux")]
            handle: rustix::process::Pid::from_raw(pid as i32).and_then(|pid| {
                rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()).ok()
            }),
        }
    }

    /// Whether the child has ended (and was not collected yet).
    pub(crate) fn has_ended(&self) -> bool {
        use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        let Some(pid) = Pid::from_raw(self.pid as i32) else {
            return true;
        };
        loop {
            match waitid(WaitId::Pid(pid), options) {
                Ok(status) => return status.is_some(),
                Err(rustix::io::Errno::INTR) => {}
                // Its exit status was collected elsewhere.
                Err(_) => return true,
            }
        }
    }

    /// Waits until a child that was sent SIGSTOP has stopped, which takes a moment.
    pub(crate) fn wait_until_still(&self, limit: Duration) {
        use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
        let options = WaitIdOptions::STOPPED
            | WaitIdOptions::EXITED
            | WaitIdOptions::NOWAIT
            | WaitIdOptions::NOHANG;
        let end = Instant::now() + limit;
        let Some(pid) = Pid::from_raw(self.pid as i32) else {
            return;
        };
        while matches!(waitid(WaitId::Pid(pid), options), Ok(None)) && Instant::now() < end {
            std::thread::sleep(Duration::from_micros(100));
        }
    }

    /// Sleeps until the child has ended or `limit` is over. May wake early.
    pub(crate) fn wait_briefly(&self, limit: Duration, asked: u32) {
        #[cfg(target_os = "linux")]
        if let Some(handle) = &self.handle {
            poll_readable(&[handle], limit);
            return;
        }
        std::thread::sleep(super::super::child::backoff_delay(asked).min(limit));
    }
}

/// Collects the exit status of a child, if it has ended.
#[cfg(target_os = "linux")]
pub(crate) fn collect_exit(pid: u32) -> io::Result<Option<ExitStatus>> {
    use rustix::process::{Pid, WaitOptions, waitpid};
    let collected =
        rustix::io::retry_on_intr(|| waitpid(Pid::from_raw(pid as i32), WaitOptions::NOHANG))?;
    Ok(collected.map(|(_, status)| ExitStatus::from_raw(status.as_raw())))
}

/// What a child that has ended, and was not collected yet, had used.
pub(crate) fn read_exit_usage(pid: u32) -> ExitUsage {
    let mut usage = ExitUsage::default();
    #[cfg(target_os = "linux")]
    {
        use nix::time::ClockId;
        usage.cpu = ClockId::pid_cpu_clock_id(Pid::from_raw(pid as i32))
            .and_then(ClockId::now)
            .ok()
            .map(Duration::from);
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let number = |label: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(label))?;
            line.trim().parse().ok()
        };
        usage.voluntary_switches = number("voluntary_ctxt_switches:");
        usage.involuntary_switches = number("nonvoluntary_ctxt_switches:");
    }
    usage
}

/// Whether a child runs, or waits for a core or for a disk: then its silence is no sign of a fault.
pub(crate) fn is_busy(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(") ");
    state.is_some_and(|(_, rest)| rest.starts_with(['R', 'D']))
}

/// Borrows a pipe to wait for it.
pub(crate) fn borrow(pipe: &impl AsFd) -> BorrowedFd<'_> {
    pipe.as_fd()
}

/// Which of these can be read, or have reached their end, before `limit` is over.
pub(crate) fn poll_readable<F: AsFd>(files: &[F], limit: Duration) -> Vec<bool> {
    let end = Instant::now() + limit;
    let mut polled: Vec<PollFd> = files
        .iter()
        .map(|file| PollFd::new(file.as_fd(), PollFlags::POLLIN))
        .collect();
    loop {
        let left = end.saturating_duration_since(Instant::now());
        // Rounded up: a poll of 0 ms in a loop is a spin.
        let millis = left.as_micros().div_ceil(1000).min(i32::MAX as u128 / 2) as i32;
        let timeout = PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX);
        match poll(&mut polled, timeout) {
            Err(Errno::EINTR) => {}
            Err(_) => return vec![false; files.len()],
            Ok(_) => break,
        }
    }
    polled
        .iter()
        .map(|file| file.revents().is_some_and(|events| !events.is_empty()))
        .collect()
}

/// Lets this process have as many descriptors as it may. Called once.
pub(crate) fn raise_descriptor_limit() {
    use resource::{Resource, getrlimit, setrlimit};
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
        && soft < hard
    {
        // Best effort: with fewer we start fewer workers, and say so.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}

/// How many descriptors this process may have.
pub(crate) fn descriptor_limit() -> u64 {
    resource::getrlimit(resource::Resource::RLIMIT_NOFILE).map_or(0, |(soft, _)| soft)
}

/// An error if `count` more descriptors cannot be had now.
pub(crate) fn check_descriptors(count: usize) -> io::Result<()> {
    let limit = descriptor_limit().min(i32::MAX as u64) as i32;
    // The lowest are used first, so the highest are free in nearly every process.
    if crate::raw::are_closed(limit.saturating_sub(count as i32).max(0)..limit)
        && limit >= count as i32
    {
        return Ok(());
    }
    let mut held: Vec<OwnedFd> = Vec::with_capacity(count);
    let standard_error = io::stderr();
    for _ in 0..count {
        held.push(standard_error.as_fd().try_clone_to_owned()?);
    }
    Ok(())
}

/// In a worker: the read end of a pipe. The parent holds the other end and never writes to it again.
pub(crate) type ParentPipe = std::fs::File;

/// In a worker: moves the lifeline away from standard input, which becomes empty.
pub(crate) fn take_standard_input() -> io::Result<ParentPipe> {
    let lifeline = io::stdin().as_fd().try_clone_to_owned()?;
    let nothing = std::fs::File::open("/dev/null")?;
    nix::unistd::dup2_stdin(&nothing)?;
    Ok(lifeline.into())
}

/// In a worker: from now on it ends, with all that it started, as soon as the other end of its lifeline is
/// closed, which happens when the parent ends, by whatever means.
///
/// On Linux the system itself sees to that: no thread is needed, and a stopped worker ends too. (The signal that
/// a process can get at its parent's death would do it too early: when the *thread* that started it ends.)
pub(crate) fn watch_parent_pipe(lifeline: ParentPipe) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if crate::raw::kill_group_when_closed(lifeline.as_fd()).is_ok() {
        if (&lifeline).read(&mut [0]).is_ok_and(|count| count == 0) {
            kill_own_group();
        }
        *LIFELINE.lock() = Some(Arc::new(lifeline));
        return Ok(());
    }
    std::thread::Builder::new()
        .name("mp-lifeline".into())
        .stack_size(64 * 1024)
        .spawn(move || wait_for_parent_exit(&lifeline))
        .map(drop)
}

/// The lifeline that the system watches for us, open for as long as we live. A forked worker replaces its fork
/// server's.
static LIFELINE: Mutex<Option<Arc<ParentPipe>>> = Mutex::new(None);

/// In a worker: becomes that program, which the system ends with our parent as it would have ended us. Returns the
/// error if it fails; `None` where a thread of ours watches the lifeline, and would be gone.
pub(crate) fn become_program(command: &mut Command) -> Option<io::Error> {
    let lifeline = LIFELINE.lock().clone()?;
    // Its group is in the background of the terminal, which may be lent to it once it asks.
    crate::raw::allow_terminal_stops();
    let kept = rustix::io::fcntl_setfd(&lifeline, rustix::io::FdFlags::empty());
    Some(match kept {
        Ok(()) => command.exec(),
        Err(error) => error.into(),
    })
}

/// In a worker: waits until the parent has ended, and is not ended with it. `false` where a thread of ours watches the
/// lifeline, and ends us.
pub(crate) fn outlive_parent() -> bool {
    let Some(lifeline) = LIFELINE.lock().clone() else {
        return false;
    };
    let mut lifeline = &*lifeline;
    // No signal comes any more, and reading waits.
    if rustix::fs::fcntl_setfl(lifeline, rustix::fs::OFlags::empty()).is_err() {
        return false;
    }
    loop {
        match lifeline.read(&mut [0; 16]) {
            Ok(1..) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return true,
        }
    }
}

/// Ends this process by that signal.
pub(crate) fn exit_by_signal(number: i32) {
    if let Ok(signal) = signal::Signal::try_from(number) {
        // If it is blocked we go on, and end by a code.
        let _ = signal::raise(signal);
    }
}

fn wait_for_parent_exit(mut lifeline: &ParentPipe) {
    loop {
        match lifeline.read(&mut [0; 16]) {
            Ok(1..) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => kill_own_group(),
        }
    }
}

/// In a worker: where ipc-channel will make its socket.
pub(crate) fn make_sockets_in(folder: &std::path::Path) {
    // It can be set once, and this is the first line of `main`.
    #[cfg(target_os = "linux")]
    let _ = tempfile::env::override_temp_dir(folder);
    #[cfg(not(target_os = "linux"))]
    let _ = folder;
}

/// The user that this process runs as.
pub(crate) fn own_user() -> u32 {
    nix::unistd::geteuid().as_raw()
}

/// Nanoseconds on a clock that only goes forward and is the same in every process.
pub(crate) fn monotonic_ns() -> u64 {
    use rustix::time::{ClockId, clock_gettime};
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// A pipe by which one thread wakes another out of [`poll_readable`].
pub(crate) fn wake_pipe() -> io::Result<(PipeReader, PipeWriter)> {
    io::pipe()
}

/// Makes [`poll_readable`] return.
pub(crate) fn wake_poller(writer: &mut PipeWriter) {
    // It fails only if the reader is gone, and then no thread sleeps there.
    let _ = writer.write_all(&[1]);
}

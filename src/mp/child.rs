//! A started child: waiting for it, signalling it, collecting it exactly once.

use std::{
    io,
    process::{self, ExitStatus},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::{
    ExitUsage, ProcessExit,
    bootstrap::Lifeline,
    output::OutputWaitGroup,
    platform::{self, ChildSignal, ExitWatcher},
};

/// How long an end is waited for that must come: after SIGKILL.
const CERTAIN: Duration = Duration::from_secs(10);

/// How long a child may take to stop.
const STILL: Duration = Duration::from_millis(200);

/// How long output may still come after the end of a child whose own children kept its pipes open.
const LAST_OUTPUT: Duration = Duration::from_millis(200);

/// A started child. Shared by all handles that may wait for it or end it.
#[derive(Debug)]
pub(crate) struct ChildProcess {
    name: Arc<str>,
    pid: u32,
    daemon: bool,
    watch: ExitWatcher,
    state: Mutex<ChildState>,
    drained: OutputWaitGroup,
    /// Whether the processes that it leaves behind live on when it is collected.
    spares_others: AtomicBool,
}

#[derive(Debug)]
struct ChildState {
    process: ProcessHandle,
    /// `None` if its fork server holds it.
    lifeline: Option<Lifeline>,
    end: Option<ExitRecord>,
}

/// What a child's exit status is collected by.
#[derive(Debug)]
pub(crate) enum ProcessHandle {
    /// It was started by us.
    Spawned(process::Child),
    /// It was forked by our fork server, and is our child all the same.
    #[cfg(target_os = "linux")]
    Forked(u32),
}

impl ProcessHandle {
    fn id(&self) -> u32 {
        match self {
            Self::Spawned(process) => process.id(),
            #[cfg(target_os = "linux")]
            Self::Forked(pid) => *pid,
        }
    }

    fn try_collect(&mut self) -> io::Result<Option<ExitStatus>> {
        match self {
            Self::Spawned(process) => process.try_wait(),
            #[cfg(target_os = "linux")]
            Self::Forked(pid) => platform::collect_exit(*pid),
        }
    }

    /// Where there are no signals: ends it. Fails if it has ended.
    fn kill(&mut self) -> io::Result<()> {
        match self {
            Self::Spawned(process) => process.kill(),
            #[cfg(target_os = "linux")]
            Self::Forked(_) => Ok(()),
        }
    }
}

/// How a child ended, and what it had used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExitRecord {
    pub(crate) exit: ProcessExit,
    pub(crate) usage: ExitUsage,
}

impl ChildProcess {
    pub(crate) fn new(
        name: Arc<str>,
        daemon: bool,
        process: ProcessHandle,
        lifeline: Option<Lifeline>,
    ) -> Arc<Self> {
        let pid = process.id();
        Arc::new(Self {
            name,
            pid,
            daemon,
            watch: ExitWatcher::new(pid),
            state: Mutex::new(ChildState {
                process,
                lifeline,
                end: None,
            }),
            drained: OutputWaitGroup::default(),
            spares_others: AtomicBool::new(false),
        })
    }

    /// From now on the processes that it leaves behind are not ended when it is collected.
    pub(crate) fn spare_others(&self) {
        self.spares_others.store(true, Ordering::SeqCst);
    }

    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    pub(crate) fn is_daemon(&self) -> bool {
        self.daemon
    }

    /// Waits until the child's output has been delivered.
    pub(crate) fn output_wait_group(&self) -> &OutputWaitGroup {
        &self.drained
    }

    /// How it ended, if it has.
    pub(crate) fn try_wait(&self) -> Option<ExitRecord> {
        let mut state = self.state.lock();
        if state.end.is_none() && self.watch.has_ended() {
            state.end = self.reap_process(&mut state);
        }
        state.end
    }

    /// Whether it has ended, without collecting it where the system allows that.
    pub(crate) fn has_ended(&self) -> bool {
        if !platform::SHOWS_ZOMBIES {
            return self.try_wait().is_some();
        }
        self.state.lock().end.is_some() || self.watch.has_ended()
    }

    /// Waits until it has ended, at most until `deadline`.
    pub(crate) fn wait(&self, deadline: Option<Instant>) -> Option<ExitRecord> {
        for asked in 0.. {
            if let Some(end) = self.try_wait() {
                return Some(end);
            }
            let left =
                deadline.map_or(CERTAIN, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                break;
            }
            self.watch.wait_briefly(left, asked);
        }
        None
    }

    /// Waits until the handler has had all its output. The child must have ended.
    pub(crate) fn wait_for_output(&self) {
        self.drained.wait(LAST_OUTPUT);
    }

    /// Sends a signal to it and all that it started, unless it has ended. `false` if there is no such signal here.
    pub(crate) fn send_signal(&self, signal: ChildSignal) -> bool {
        // Under the lock, so that its PID cannot belong to another process by now.
        let mut state = self.state.lock();
        if state.end.is_some() || platform::signal_group(self.pid, signal) {
            return true;
        }
        if matches!(signal, ChildSignal::Terminate | ChildSignal::Kill) {
            // Without signals there is only this. It fails if the child has ended.
            let _ = state.process.kill();
            return true;
        }
        false
    }

    /// After [`ChildSignal::Stop`]: waits until it does nothing any more.
    pub(crate) fn wait_until_still(&self) {
        if self.try_wait().is_none() {
            self.watch.wait_until_still(STILL);
        }
    }

    /// Ends it and collects it.
    pub(crate) fn kill(&self) -> ExitRecord {
        self.send_signal(ChildSignal::Kill);
        let unknown = ExitRecord {
            exit: ProcessExit::Unknown,
            usage: ExitUsage::default(),
        };
        self.wait(Some(Instant::now() + CERTAIN)).unwrap_or(unknown)
    }

    fn reap_process(&self, state: &mut ChildState) -> Option<ExitRecord> {
        let spares_others = self.spares_others.load(Ordering::SeqCst);
        if !spares_others {
            // Its children, if it left any. Its PID, and so the group's, is taken until it is collected.
            let _ = platform::signal_group(self.pid, ChildSignal::Kill);
        }
        let usage = platform::read_exit_usage(self.pid);
        let exit = match state.process.try_collect() {
            Ok(Some(status)) => status.into(),
            Ok(None) => return None,
            Err(_) => ProcessExit::Unknown,
        };
        // The others hold on to it, and end when it is closed: at our own end, if not before.
        if !spares_others {
            state.lifeline = None;
        }
        Some(ExitRecord { exit, usage })
    }
}

/// How long to sleep before asking again, where nothing better than asking exists.
pub(crate) fn backoff_delay(asked: u32) -> Duration {
    Duration::from_micros(50) * 2_u32.pow(asked.min(8))
}

impl Drop for ChildProcess {
    /// The last handle is gone: the child could not be ended or collected any more.
    fn drop(&mut self) {
        if self.try_wait().is_none() {
            self.kill();
        }
    }
}

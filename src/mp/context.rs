//! Where processes come from, and where all of them can be ended.

use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use serde::{Serialize, de::DeserializeOwned};

#[cfg(target_os = "linux")]
use super::fork_server::ForkServer;
use super::{
    Callable, Error, Launcher, Process, StartMethod,
    bootstrap::{SpawnOptions, SpawnedChild},
    child::ChildProcess,
    folder::PrivateFolder,
    platform::{self, ChildSignal},
};

/// How long a child may be idle before it writes its hello.
const START_TIMEOUT: Duration = Duration::from_secs(1);

/// So many children that start at the same time are given as long again.
const GROUP: u32 = 25;

/// Makes processes, pools and channels, like the object that Python's `multiprocessing.get_context()` returns.
/// Clones share everything.
///
/// When the last clone and the last handle are gone, daemon processes are ended and the others waited for, as
/// Python does at its exit. If the program itself is ended, by whatever means, all its workers end at once.
#[derive(Clone)]
pub struct Context {
    method: StartMethod,
    inner: Arc<ContextInner>,
}

struct ContextInner {
    launcher: Launcher,
    start_timeout: Duration,
    constructed: AtomicU64,
    stopped: AtomicBool,
    folder: Mutex<Option<Arc<PrivateFolder>>>,
    /// Those that may not have been collected yet.
    children: Mutex<Vec<Arc<ChildProcess>>>,
    #[cfg(target_os = "linux")]
    fork_server: Mutex<Option<ForkServer>>,
    /// The fork server's process, from its very start.
    fork_server_process: Mutex<Option<Arc<ChildProcess>>>,
}

impl Context {
    /// A context whose workers are this program: `Context::new(StartMethod::Spawn)`.
    pub fn new(method: StartMethod) -> Self {
        Self::with_launcher(method, Launcher::from_current_exe())
    }

    /// A context whose workers are that program.
    pub fn with_launcher(method: StartMethod, launcher: Launcher) -> Self {
        Self::with_start_timeout(method, launcher, START_TIMEOUT)
    }

    /// A context that gives up on a child that is idle for so long without a hello. (The default is one second. A child
    /// that has ended is noticed at once; one that runs or waits for a core is given twenty times as long.)
    pub fn with_start_timeout(
        method: StartMethod,
        launcher: Launcher,
        start_timeout: Duration,
    ) -> Self {
        Self {
            method,
            inner: Arc::new(ContextInner {
                launcher,
                start_timeout,
                constructed: AtomicU64::new(0),
                stopped: AtomicBool::new(false),
                folder: Mutex::default(),
                children: Mutex::default(),
                #[cfg(target_os = "linux")]
                fork_server: Mutex::default(),
                fork_server_process: Mutex::default(),
            }),
        }
    }

    /// The same context, whose processes, from now on, are started by that method where they are made through this
    /// clone: Python's `get_context(method)`.
    #[must_use]
    pub fn with_start_method(&self, method: StartMethod) -> Self {
        Self {
            method,
            inner: self.inner.clone(),
        }
    }

    /// How its processes start.
    pub fn start_method(&self) -> StartMethod {
        self.method
    }

    /// A context with workers of the same program: [`stop_all`](Self::stop_all) and the other calls on all children
    /// reach its own only.
    #[must_use]
    pub fn independent_copy(&self) -> Self {
        let launcher = self.inner.launcher.clone();
        let apart = Self::with_start_timeout(self.method, launcher, self.inner.start_timeout);
        // Without one yet, each makes its own.
        *apart.inner.folder.lock() = self.ensure_private_folder().ok();
        apart
    }

    /// A process that will call `function(arguments…)`: `mp.process(print_number, (10,))`. See [`Process`].
    pub fn process<F, Args, Kind>(&self, function: F, arguments: Args) -> Process
    where
        F: Callable<Args, Kind>,
        Args: Serialize + DeserializeOwned + Send + 'static,
    {
        Process::new_in_context(self, function, arguments)
    }

    /// Ends every live child at once, and lets no more start. A thread that waits for one of them sees its death.
    pub fn stop_all(&self) {
        self.inner.stopped.store(true, Ordering::SeqCst);
        self.signal_all(ChildSignal::Kill);
        if let Some(process) = &*self.inner.fork_server_process.lock() {
            process.send_signal(ChildSignal::Kill);
        }
    }

    /// Whether it was stopped.
    pub fn is_stopped(&self) -> bool {
        self.inner.stopped.load(Ordering::SeqCst)
    }

    /// Pauses every live child and all that they started (Ctrl-Z). They do nothing any more when it returns.
    pub fn suspend_all(&self) {
        self.signal_all(ChildSignal::Stop);
        for child in self.inner.children.lock().iter() {
            child.wait_until_still();
        }
    }

    /// Lets them go on.
    pub fn continue_all(&self) {
        self.signal_all(ChildSignal::Continue);
    }

    /// The PIDs of the children that have not ended, in the order in which they started. Collects those that
    /// have, as Python's `active_children()`.
    pub fn live_children(&self) -> Vec<u32> {
        let mut children = self.inner.children.lock();
        children.retain(|child| child.try_wait().is_none());
        children.iter().map(|child| child.pid()).collect()
    }

    pub(crate) fn start_timeout(&self) -> Duration {
        self.inner.start_timeout
    }

    /// `Process-3`: counts constructions, as Python does.
    pub(crate) fn next_name(&self, kind: &str) -> Arc<str> {
        let number = self.inner.constructed.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{kind}-{number}").into()
    }

    /// Starts a child, which waits for its handshake. It is one of `group` children that start together, and is given
    /// time accordingly.
    pub(crate) fn spawn_child(
        &self,
        name: Arc<str>,
        daemon: bool,
        group: u32,
    ) -> Result<SpawnedChild, Error> {
        self.check_running()?;
        let folder = self.ensure_private_folder()?;
        let options = SpawnOptions {
            launcher: &self.inner.launcher,
            folder: &folder,
            name,
            daemon,
            start_timeout: self.inner.start_timeout * (1 + group / GROUP),
        };
        let spawned = match self.method {
            StartMethod::Spawn => SpawnedChild::start(options)?,
            StartMethod::ForkServer => self.fork_child(options)?,
        };
        let mut children = self.inner.children.lock();
        children.retain(|child| child.try_wait().is_none());
        children.push(spawned.child().clone());
        drop(children);
        // `stop_all` may have come between: then it has not seen this one.
        self.check_running().inspect_err(|_| {
            spawned.child().kill();
        })?;
        Ok(spawned)
    }

    #[cfg(target_os = "linux")]
    fn fork_child(&self, options: SpawnOptions<'_>) -> Result<SpawnedChild, Error> {
        let mut running = self.inner.fork_server.lock();
        let fork_server = match running.take() {
            Some(fork_server) => fork_server,
            None => ForkServer::start(&options, |process| {
                *self.inner.fork_server_process.lock() = Some(process.clone());
                self.check_running()
            })?,
        };
        let forked = fork_server.fork_worker(options);
        // Of one that is gone, or silent, only the end is left, when it is dropped here.
        if !matches!(forked, Err(Error::ForkServer { .. } | Error::Silent { .. })) {
            *running = Some(fork_server);
        }
        forked
    }

    #[cfg(not(target_os = "linux"))]
    fn fork_child(&self, options: SpawnOptions<'_>) -> Result<SpawnedChild, Error> {
        let worker = options.name.to_string();
        Err(Error::NoForkServer { worker })
    }

    fn check_running(&self) -> Result<(), Error> {
        if self.is_stopped() {
            Err(Error::Stopped)
        } else {
            Ok(())
        }
    }

    /// A folder for files of this process and its workers, which other users may not enter. It is removed with the
    /// context, and if the process is killed, by the next one that has such a folder.
    ///
    /// # Errors
    /// If no folder can be made.
    pub fn private_folder(&self) -> Result<PathBuf, Error> {
        Ok(self.ensure_private_folder()?.path().to_owned())
    }

    pub(super) fn ensure_private_folder(&self) -> Result<Arc<PrivateFolder>, Error> {
        let mut folder = self.inner.folder.lock();
        if let Some(made) = &*folder
            && made.path().exists()
        {
            return Ok(made.clone());
        }
        platform::raise_descriptor_limit();
        let made = Arc::new(PrivateFolder::create()?);
        *folder = Some(made.clone());
        Ok(made)
    }

    fn signal_all(&self, signal: ChildSignal) {
        for child in self.inner.children.lock().iter() {
            child.send_signal(signal);
        }
    }
}

impl Drop for ContextInner {
    fn drop(&mut self) {
        let children = std::mem::take(self.children.get_mut());
        for child in children.iter().filter(|child| child.is_daemon()) {
            child.send_signal(ChildSignal::Kill);
        }
        for child in children {
            child.wait(None);
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Context")
            .field("start_method", &self.method)
            .field("launcher", &self.inner.launcher)
            .field("stopped", &self.is_stopped())
            .finish_non_exhaustive()
    }
}

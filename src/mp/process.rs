//! One process that runs one function, as Python's `Process`.

use std::{
    fmt,
    io::ErrorKind,
    sync::Arc,
    time::{Duration, Instant},
};

use ipc_channel::{IpcError, TryRecvError, ipc};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Callable, Context, Error, ExitUsage, OutputLine, ProcessExit,
    callable::function_name,
    child::ChildProcess,
    handshake::{ChildRole, StartAnswer},
    message::{Message, PackError},
    output::OutputSink,
    platform::{self, ChildSignal},
};

/// A child may take long to decode large arguments, as long as it works; its end is noticed at once.
const LONGEST_ANSWER: Duration = Duration::from_mins(1);

/// A child that used less CPU time than that in a whole start time-out does not work.
const SOME_WORK: Duration = Duration::from_millis(1);

/// A process that runs one function and ends.
///
/// Names, defaults and `exitcode` are Python's: the name is `Process-N` where N counts the processes made; the
/// exit code is `None` until it has ended, 0 if the function returned, 1 if it failed or panicked (the message is
/// on its standard error), N after `std::process::exit(N)`, and −N if signal N ended it. What it returns is
/// dropped: use a queue, a pipe or a pool for results.
///
/// Dropping the handle does not end the process: its [`Context`] still knows it. A daemon ends when the
/// context does; the context waits for the others. If it leaves children of its own, they end with it.
///
/// ```no_run
/// use forklore_mp::{self as mp, Context, StartMethod, Target};
///
/// fn print_number(number: u64) {
///     println!("my number is {number}");
/// }
///
/// fn main() -> Result<(), mp::Error> {
///     mp::child_entry(&[Target::new(print_number)]);
///     let context = Context::new(StartMethod::Spawn);
///     let mut process = context.process(print_number, (7,));
///     process.start()?;
///     process.join()?;
///     assert_eq!(process.exitcode(), Some(0));
///     Ok(())
/// }
/// ```
pub struct Process {
    context: Context,
    name: Arc<str>,
    target: Result<&'static str, Error>,
    pack: Option<PackArguments>,
    daemon: bool,
    spares_others: bool,
    sink: OutputSink,
    child: Option<Arc<ChildProcess>>,
}

type PackArguments = Box<dyn FnOnce() -> Result<Message, PackError> + Send>;

impl Process {
    pub(crate) fn new_in_context<F, Args, Kind>(
        context: &Context,
        function: F,
        arguments: Args,
    ) -> Self
    where
        F: Callable<Args, Kind>,
        Args: Serialize + DeserializeOwned + Send + 'static,
    {
        Self {
            context: context.clone(),
            name: context.next_name("Process"),
            target: function_name(&function),
            pack: Some(Box::new(move || Message::pack(&arguments))),
            daemon: false,
            spares_others: false,
            sink: OutputSink::default(),
            child: None,
        }
    }

    /// Its name: `Process-N`, or the one that was set.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Names it. After the start it changes nothing in the child.
    pub fn set_name(&mut self, name: impl Into<String>) -> &mut Self {
        let mut name = name.into();
        name.truncate(name.floor_char_boundary(200));
        self.name = name.into();
        self
    }

    /// Whether it is ended when its context ends (otherwise it is waited for). The default is no.
    pub fn set_daemon(&mut self, daemon: bool) -> &mut Self {
        self.daemon = daemon;
        self
    }

    /// Whether the processes that it started, and that are still there when it has ended, live on. The caller must
    /// end them then. The default is no: they end with it.
    pub fn set_spares_others(&mut self, spares: bool) -> &mut Self {
        self.spares_others = spares;
        self
    }

    /// Hands every line that it prints to `handler`, on a thread of ours. Without one, its lines appear whole on
    /// our own standard output and error.
    pub fn on_output(
        &mut self,
        handler: impl Fn(&OutputLine) + Send + Sync + 'static,
    ) -> &mut Self {
        self.sink.handler = Some(Arc::new(handler));
        self
    }

    /// Starts it, and waits until it has found its function and decoded its arguments.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyStarted`]; anything that keeps it from running, such as [`Error::UnknownTarget`]. Nothing
    /// is left behind then.
    pub fn start(&mut self) -> Result<(), Error> {
        let target = match &self.target {
            Ok(target) => (*target).to_owned(),
            Err(error) => {
                return Err(Error::NotAFunction {
                    name: rejected_function_name(error),
                });
            }
        };
        let pack = self.pack.take().ok_or_else(|| Error::AlreadyStarted {
            name: self.name.to_string(),
        })?;
        let arguments = pack().map_err(|source| Error::Encode {
            target: target.clone(),
            source,
        })?;
        let spawned = self
            .context
            .spawn_child(self.name.clone(), self.daemon, 1)?;
        let (answer, answered) =
            ipc::channel().map_err(|error| Error::from_system("cannot make a channel", error))?;
        let role = ChildRole::Process {
            target: target.clone(),
            arguments,
            answer,
        };
        let child = spawned.complete_handshake(role, &self.sink)?;
        if self.spares_others {
            child.spare_others();
        }
        await_answer(&child, &answered, target, self.context.start_timeout())?;
        self.child = Some(child);
        Ok(())
    }

    /// Its PID, once it was started.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(|child| child.pid())
    }

    /// Whether it was started and has not ended.
    pub fn is_alive(&self) -> bool {
        self.child
            .as_ref()
            .is_some_and(|child| child.try_wait().is_none())
    }

    /// Whether it has ended. Unlike [`is_alive`](Self::is_alive) this does not collect it: the system shows it as a
    /// zombie until it is joined.
    pub fn has_ended(&self) -> bool {
        self.child.as_ref().is_some_and(|child| child.has_ended())
    }

    /// Waits until it has ended and all it printed has been delivered.
    ///
    /// # Errors
    ///
    /// [`Error::NotStarted`].
    pub fn join(&self) -> Result<(), Error> {
        let child = self.started_child()?;
        child.wait(None);
        child.wait_for_output();
        Ok(())
    }

    /// As [`join`](Self::join), but gives up after `timeout`. `true` if it has ended.
    ///
    /// # Errors
    ///
    /// [`Error::NotStarted`].
    pub fn join_timeout(&self, timeout: Duration) -> Result<bool, Error> {
        let child = self.started_child()?;
        let deadline = Instant::now().checked_add(timeout);
        let ended = child.wait(deadline).is_some();
        if ended {
            child.wait_for_output();
        }
        Ok(ended)
    }

    /// Python's exit code: `None` until it has ended; see [`Process`].
    pub fn exitcode(&self) -> Option<i32> {
        self.exit().map(ProcessExit::code)
    }

    /// How it ended, if it has.
    pub fn exit(&self) -> Option<ProcessExit> {
        Some(self.child.as_ref()?.try_wait()?.exit)
    }

    /// What it had used when it ended.
    pub fn usage(&self) -> Option<ExitUsage> {
        Some(self.child.as_ref()?.try_wait()?.usage)
    }

    /// Asks it, and all that it started, to end (SIGTERM).
    ///
    /// # Errors
    ///
    /// [`Error::NotStarted`].
    pub fn terminate(&self) -> Result<(), Error> {
        self.started_child()?.send_signal(ChildSignal::Terminate);
        Ok(())
    }

    /// Ends it, and all that it started (SIGKILL).
    ///
    /// # Errors
    ///
    /// [`Error::NotStarted`].
    pub fn kill(&self) -> Result<(), Error> {
        self.started_child()?.send_signal(ChildSignal::Kill);
        Ok(())
    }

    /// Pauses it, and all that it started (SIGSTOP). They do nothing any more when this returns.
    ///
    /// # Errors
    ///
    /// [`Error::NotStarted`]; [`Error::NoSignal`] on systems without signals.
    pub fn suspend(&self) -> Result<(), Error> {
        let child = self.started_child()?;
        require_signal(child.send_signal(ChildSignal::Stop), "SIGSTOP")?;
        child.wait_until_still();
        Ok(())
    }

    /// Lets it go on after [`suspend`](Self::suspend) (SIGCONT).
    ///
    /// # Errors
    ///
    /// [`Error::NotStarted`]; [`Error::NoSignal`] on systems without signals.
    pub fn resume(&self) -> Result<(), Error> {
        let sent = self.started_child()?.send_signal(ChildSignal::Continue);
        require_signal(sent, "SIGCONT")
    }

    /// Sends it, and all that it started, the signal of this number, as Python's `os.kill(process.pid, number)`.
    ///
    /// # Errors
    ///
    /// [`Error::NotStarted`]; [`Error::NoSignal`] if the system has no such signal.
    pub fn send_signal(&self, number: i32) -> Result<(), Error> {
        let sent = self
            .started_child()?
            .send_signal(ChildSignal::Number(number));
        require_signal(sent, &format!("signal {number}"))
    }

    fn started_child(&self) -> Result<&Arc<ChildProcess>, Error> {
        self.child.as_ref().ok_or_else(|| Error::NotStarted {
            name: self.name.to_string(),
        })
    }
}

fn require_signal(sent: bool, signal: &str) -> Result<(), Error> {
    if sent {
        return Ok(());
    }
    let signal = signal.to_owned();
    Err(Error::NoSignal { signal })
}

fn rejected_function_name(error: &Error) -> String {
    match error {
        Error::NotAFunction { name } => name.clone(),
        other => other.to_string(),
    }
}

fn await_answer(
    child: &Arc<ChildProcess>,
    answered: &ipc::IpcReceiver<StartAnswer>,
    target: String,
    patience: Duration,
) -> Result<(), Error> {
    let began = Instant::now();
    let error = match receive_answer(child, answered, patience) {
        Ok(StartAnswer::Ready) => return Ok(()),
        Ok(StartAnswer::UnknownTarget) => Error::UnknownTarget { target },
        Ok(StartAnswer::Arguments(reason)) => Error::Arguments { target, reason },
        Err(NoAnswer::Ended) => {
            let end = child.kill();
            child.wait_for_output();
            let reason = format!("it ended while decoding them ({})", end.exit);
            return Err(Error::Arguments { target, reason });
        }
        Err(NoAnswer::Idle) => Error::Silent {
            name: child.name().to_string(),
            pid: child.pid(),
            waited: began.elapsed(),
        },
    };
    child.kill();
    Err(error)
}

/// Why there is no answer.
enum NoAnswer {
    Ended,
    Idle,
}

fn receive_answer(
    child: &ChildProcess,
    answered: &ipc::IpcReceiver<StartAnswer>,
    patience: Duration,
) -> Result<StartAnswer, NoAnswer> {
    let end = Instant::now() + LONGEST_ANSWER.max(patience);
    let mut worked = Duration::ZERO;
    loop {
        match answered.try_recv_timeout(patience) {
            Ok(answer) => return Ok(answer),
            Err(TryRecvError::IpcError(IpcError::Io(error)))
                if error.kind() == ErrorKind::Interrupted =>
            {
                continue;
            }
            Err(TryRecvError::IpcError(_)) => return Err(NoAnswer::Ended),
            Err(TryRecvError::Empty) => {}
        }
        let work = platform::read_exit_usage(child.pid()).cpu;
        let is_idle = work.is_some_and(|work| work < worked + SOME_WORK);
        if Instant::now() >= end || (is_idle && !platform::is_busy(child.pid())) {
            return Err(NoAnswer::Idle);
        }
        worked = work.unwrap_or_default();
    }
}

impl fmt::Debug for Process {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Process")
            .field("name", &self.name)
            .field("pid", &self.pid())
            .field("exitcode", &self.exitcode())
            .field("daemon", &self.daemon)
            .finish_non_exhaustive()
    }
}

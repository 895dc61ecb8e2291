//! Handles Ctrl-C, Ctrl-Z, hang-ups and time limits for the current run.
//!
//! A single thread of the process receives every signal. While a demo runs, it is
//! [watched](Signals::watch_run): the first Ctrl-C requests a stop, and a further one exits at once, or kills
//! the children first. This module does not depend on demos: it calls a [`SignalTarget`].

#[cfg_attr(unix, path = "signals/unix.rs")]
#[cfg_attr(not(unix), path = "signals/other.rs")]
mod platform;
#[cfg(test)]
mod tests;

use std::{
    io::{self, Write},
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI32, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

use crate::{
    mp,
    terminal::{self, HiddenKeys},
};

/// Presses that follow each other this fast come from a held key.
const HELD_KEY: Duration = Duration::from_millis(250);

/// The watchdog's interval. Elapsed time is counted in steps of about this length, so that time in which the
/// whole process was suspended does not count.
const TICK: Duration = Duration::from_millis(50);

/// How long a run may take to end after its time limit before the program exits without it.
const GRACE: Duration = Duration::from_secs(5);

/// How long a run may take to end after a signal that ends the program.
const LAST_MOMENT: Duration = Duration::from_secs(2);

/// What becomes of keys that are typed during a run at the prompt. Ctrl-C and Ctrl-Z send their signals in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypedKeys {
    /// They are not shown, and discarded at its end.
    Hidden,
    /// They are shown, since what runs may read them; those that it has not read are discarded at its end.
    Shared,
    /// The run reads those that it wants; the others are for the prompt.
    Kept,
}

/// The target of signals: a running demo with its children.
pub trait SignalTarget: Send + Sync {
    /// What becomes of keys that are typed meanwhile.
    fn typed_keys(&self) -> TypedKeys {
        TypedKeys::Hidden
    }
    /// The message when a stop is requested.
    fn stop_message(&self) -> &'static str {
        "stopping; Ctrl-C again leaves at once"
    }
    /// Requests a stop and kills the children.
    fn stop(&self, why: &str);
    /// The same for a Ctrl-C, which may give the children time to end by themselves.
    fn interrupt(&self, why: &str) {
        self.stop(why);
    }
    /// Handles another Ctrl-C: kills the children at once. Returns `false` if the program should exit instead.
    fn insist(&self) -> bool {
        false
    }
    /// Kills the children; the program does not wait for them any more.
    fn kill(&self);
    /// Suspends the children until [`SignalTarget::resume`].
    fn suspend(&self);
    /// Resumes the children, and records that time was lost.
    fn resume(&self);
}

/// Why a run was stopped early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// Ctrl-C.
    Interrupted,
    /// It took longer than allowed.
    TimeLimit(Duration),
}

/// What Ctrl-C does while nothing runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdleAction {
    /// Exit with code 130.
    Leave,
    /// Continue, and write the prompt again.
    Stay(String),
    /// Do nothing: another program has the terminal, and gets the key too.
    Lent,
}

/// The signal handling of the process. Clones share one state.
#[derive(Clone)]
pub struct Signals {
    state: Arc<SignalState>,
}

struct SignalState {
    run: Mutex<Option<WatchedRun>>,
    ended: Condvar,
    idle: Mutex<IdleAction>,
    /// The same as "no run", for the handler of Ctrl-Z, which must not lock.
    is_idle: Arc<AtomicBool>,
    series: Mutex<Option<SequenceState>>,
    discards_input: AtomicBool,
    /// While keys are hidden.
    hidden_keys: Mutex<Option<HiddenKeys>>,
    /// Held while a signal acts on a target, so that the signal thread does not drop the last reference to it.
    acting: Mutex<()>,
    /// The signal that ends the program when the run is over; 0 if there is none.
    last_signal: AtomicI32,
}

/// A Ctrl-C between the runs of a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SequenceState {
    Nothing,
    Interrupt,
}

struct WatchedRun {
    target: Arc<dyn SignalTarget>,
    cut: Option<StopReason>,
    pressed: Option<Instant>,
}

/// The state in which a Ctrl-C arrives.
enum InterruptPress {
    Idle,
    Held,
    First(Arc<dyn SignalTarget>),
    Again(Arc<dyn SignalTarget>),
}

/// A run that signals act on, until this is dropped.
pub struct RunWatch {
    state: Arc<SignalState>,
    keys: TypedKeys,
    watchdog: Option<JoinHandle<()>>,
}

/// A sequence of runs, until this is dropped: a Ctrl-C between two of them stops the next one. A nested
/// sequence is part of the outer one.
pub struct RunSequence {
    state: Arc<SignalState>,
    is_outermost: bool,
}

/// Lends the terminal to another program until this is dropped.
pub struct TerminalLoan {
    before: IdleAction,
    state: Arc<SignalState>,
}

impl Drop for TerminalLoan {
    fn drop(&mut self) {
        *self.state.idle.lock() = std::mem::replace(&mut self.before, IdleAction::Leave);
    }
}

impl Drop for RunSequence {
    fn drop(&mut self) {
        if self.is_outermost {
            *self.state.series.lock() = None;
        }
    }
}

impl Signals {
    /// Installs handlers for the process's signals. Call it once.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn install_handlers() -> io::Result<Self> {
        let signals = Self::unconnected();
        platform::spawn_listener(Arc::clone(&signals.state)).map_err(|error| {
            let why = format!("cannot start the thread that takes signals: {error}");
            io::Error::new(error.kind(), why)
        })?;
        Ok(signals)
    }

    /// For tests: without signals, but time limits work.
    pub fn unconnected() -> Self {
        Self {
            state: Arc::new(SignalState {
                run: Mutex::new(None),
                ended: Condvar::new(),
                idle: Mutex::new(IdleAction::Leave),
                is_idle: Arc::new(AtomicBool::new(true)),
                series: Mutex::new(None),
                discards_input: AtomicBool::new(false),
                hidden_keys: Mutex::new(None),
                acting: Mutex::new(()),
                last_signal: AtomicI32::new(0),
            }),
        }
    }

    /// Sets what Ctrl-C does from now on while nothing runs.
    pub fn set_idle_action(&self, idle: IdleAction) {
        *self.state.idle.lock() = idle;
    }

    /// From now on, input that is typed during a run is not shown, and discarded at its end, so that it does not
    /// answer a later question.
    pub fn discard_input_of_runs(&self) {
        self.state.discards_input.store(true, Ordering::SeqCst);
    }

    /// Leaves keys to another program that has the terminal, until the returned value is dropped.
    pub fn lend_terminal(&self) -> TerminalLoan {
        let mut idle = self.state.idle.lock();
        TerminalLoan {
            before: std::mem::replace(&mut *idle, IdleAction::Lent),
            state: Arc::clone(&self.state),
        }
    }

    /// Treats the following runs as one: see [`RunSequence`].
    pub fn begin_sequence(&self) -> RunSequence {
        let mut series = self.state.series.lock();
        let is_outermost = series.is_none();
        series.get_or_insert(SequenceState::Nothing);
        RunSequence {
            state: Arc::clone(&self.state),
            is_outermost,
        }
    }

    /// Lets signals act on `target`, and stops it after `limit`.
    pub fn watch_run(&self, target: Arc<dyn SignalTarget>, limit: Option<Duration>) -> RunWatch {
        let watched = Arc::clone(&target);
        let keys = target.typed_keys();
        *self.state.run.lock() = Some(WatchedRun {
            target,
            cut: None,
            pressed: None,
        });
        self.state.is_idle.store(false, Ordering::SeqCst);
        self.state.hide_keys(keys);
        if *self.state.series.lock() == Some(SequenceState::Interrupt) {
            self.state.handle_interrupt();
        }
        let watchdog = limit.and_then(|limit| {
            let state = Arc::clone(&self.state);
            let watchdog = thread::Builder::new().name("time limit".to_owned());
            let started = watchdog.spawn(move || state.enforce_limit(&watched, limit));
            if started.is_err() {
                print_notice(
                    "no thread is left to watch the time limit; Ctrl-C still stops the demo",
                );
            }
            started.ok()
        });
        RunWatch {
            state: Arc::clone(&self.state),
            keys,
            watchdog,
        }
    }
}

impl RunWatch {
    /// Ends the run. Returns why it was stopped early, if it was. A later Ctrl-C does not belong to the run.
    pub fn finish(self) -> Option<StopReason> {
        self.state.run.lock().take().and_then(|run| run.cut)
    }
}

impl Drop for RunWatch {
    fn drop(&mut self) {
        self.state.is_idle.store(true, Ordering::SeqCst);
        let run = self.state.run.lock().take();
        self.state.ended.notify_all();
        if let Some(watchdog) = self.watchdog.take() {
            let _ = watchdog.join();
        }
        drop(self.state.acting.lock());
        // From here on, no signal can hide keys again.
        self.state.show_keys();
        if self.state.discards_input.load(Ordering::SeqCst) && self.keys != TypedKeys::Kept {
            terminal::discard_input();
        }
        // This is the last reference to the target, so its cleanup happens now.
        drop(run);
        let signal = self.state.last_signal.load(Ordering::SeqCst);
        if signal != 0 {
            exit_process(128 + signal, "");
        }
    }
}

impl SignalState {
    /// Hides what is typed from now on, if this is a session and what runs does not read it.
    fn hide_keys(&self, keys: TypedKeys) {
        if keys == TypedKeys::Hidden && self.discards_input.load(Ordering::SeqCst) {
            let mut hidden = self.hidden_keys.lock();
            *hidden = hidden.take().or_else(HiddenKeys::begin);
        }
    }

    fn show_keys(&self) {
        drop(self.hidden_keys.lock().take());
    }

    fn handle_interrupt(&self) {
        let _acting = self.acting.lock();
        match self.classify_press() {
            InterruptPress::Idle => self.interrupt_idle(),
            InterruptPress::Held => {}
            InterruptPress::First(target) => {
                print_notice(target.stop_message());
                target.interrupt("interrupted by Ctrl-C");
            }
            InterruptPress::Again(target) => {
                if !target.insist() {
                    target.kill();
                    exit_process(130, "forced: left without waiting for what ran");
                }
            }
        }
    }

    fn classify_press(&self) -> InterruptPress {
        let mut guard = self.run.lock();
        let Some(run) = guard.as_mut() else {
            if *self.idle.lock() == IdleAction::Lent {
                return InterruptPress::Idle;
            }
            return match &mut *self.series.lock() {
                None => InterruptPress::Idle,
                Some(between) => {
                    *between = SequenceState::Interrupt;
                    InterruptPress::Held
                }
            };
        };
        let target = Arc::clone(&run.target);
        match run.pressed.replace(Instant::now()) {
            Some(last) if last.elapsed() < HELD_KEY => InterruptPress::Held,
            Some(_) => InterruptPress::Again(target),
            None => {
                run.cut.get_or_insert(StopReason::Interrupted);
                InterruptPress::First(target)
            }
        }
    }

    fn interrupt_idle(&self) {
        match &*self.idle.lock() {
            IdleAction::Leave => exit_process(130, ""),
            IdleAction::Lent => {}
            IdleAction::Stay(prompt) => {
                let mut out = io::stdout();
                let _ = write!(out, "\n{prompt}").and_then(|()| out.flush());
            }
        }
    }

    /// Handles hang-up and termination. No child survives, but a run has a moment to remove its folders.
    fn handle_termination(&self, signal: i32) {
        self.last_signal.store(signal, Ordering::SeqCst);
        if self.with_target(|target| target.stop("terminated")) {
            thread::sleep(LAST_MOMENT);
        }
        self.with_target(|target| target.kill());
        exit_process(128 + signal, "");
    }

    /// Acts on the current run; `false` if there is none.
    fn with_target(&self, act: impl FnOnce(&dyn SignalTarget)) -> bool {
        let _acting = self.acting.lock();
        let target = self.run.lock().as_ref().map(|run| Arc::clone(&run.target));
        target.inspect(|target| act(&**target)).is_some()
    }

    /// Stops the run of `watched` when `limit` has passed.
    fn enforce_limit(&self, watched: &Arc<dyn SignalTarget>, limit: Duration) {
        if !self.outlasts_limit(watched, limit) {
            return;
        }
        if let Some(run) = self.run.lock().as_mut() {
            run.cut.get_or_insert(StopReason::TimeLimit(limit));
        }
        watched.stop(&format!("time limit of {} s", limit.as_secs_f64()));
        if self.outlasts_limit(watched, GRACE) && *self.idle.lock() == IdleAction::Leave {
            watched.kill();
            exit_process(1, "the demo did not stop at its time limit");
        }
    }

    /// Whether the run of `watched` takes longer than `limit`. Returns as soon as it is over.
    fn outlasts_limit(&self, watched: &Arc<dyn SignalTarget>, limit: Duration) -> bool {
        let mut spent = Duration::ZERO;
        let mut guard = self.run.lock();
        loop {
            let goes_on = guard
                .as_ref()
                .is_some_and(|run| Arc::ptr_eq(&run.target, watched));
            if !goes_on || spent >= limit {
                return goes_on;
            }
            let began = Instant::now();
            let step = TICK.min(limit.saturating_sub(spent));
            self.ended.wait_for(&mut guard, step);
            spent += began.elapsed().min(TICK * 4);
        }
    }
}

fn print_notice(message: &str) {
    let _ = writeln!(io::stderr(), "\n{message}");
}

fn exit_process(code: i32, message: &str) -> ! {
    terminal::restore_modes();
    mp::remove_folders();
    if !message.is_empty() {
        print_notice(message);
    }
    process::exit(code)
}

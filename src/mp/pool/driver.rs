//! Who drives a pool's engine.
//!
//! Whoever waits drives: a blocking call works the engine in its own thread, for handing the work to another
//! thread would cost more than most tasks. If somebody else drives already, it waits for its results, or for its
//! turn. Only while asynchronous calls are unfinished does a thread of ours drive when nobody else does.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use ipc_channel::ipc::{self, IpcReceiver, IpcSender};

use super::{
    batch::{AnySlot, Batch, PoolEndReason},
    engine::PoolEngine,
};
use crate::Error;

/// How often a driver's followers look for themselves whether they are done.
const GLANCE: Duration = Duration::from_millis(100);

/// What others want of whoever drives.
enum DriverCommand {
    Run(Box<dyn Batch>, usize),
    Close,
    End(PoolEndReason),
}

/// Where orders wait for the driver.
pub(crate) struct CommandInbox {
    orders: Mutex<Vec<DriverCommand>>,
    is_waiting: AtomicBool,
    is_asleep: AtomicBool,
    waker: Mutex<IpcSender<()>>,
}

impl CommandInbox {
    fn new() -> Result<(Self, IpcReceiver<()>), Error> {
        let (waker, woken) =
            ipc::channel().map_err(|error| Error::system("cannot make a channel", error))?;
        let inbox = Self {
            orders: Mutex::default(),
            is_waiting: AtomicBool::new(false),
            is_asleep: AtomicBool::new(false),
            waker: Mutex::new(waker),
        };
        Ok((inbox, woken))
    }

    fn put(&self, order: DriverCommand) {
        lock(&self.orders).push(order);
        self.is_waiting.store(true, SeqCst);
        self.wake();
    }

    /// Wakes the driver, if it sleeps.
    fn wake(&self) {
        if self.is_asleep.swap(false, SeqCst) {
            // If the engine is gone, nobody sleeps.
            let _ = lock(&self.waker).send(());
        }
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.is_waiting.load(SeqCst)
    }

    pub(crate) fn set_asleep(&self, asleep: bool) {
        self.is_asleep.store(asleep, SeqCst);
    }

    pub(crate) fn empty_into(&self, engine: &mut PoolEngine) {
        if !self.is_waiting.swap(false, SeqCst) {
            return;
        }
        for order in std::mem::take(&mut *lock(&self.orders)) {
            match order {
                DriverCommand::Run(batch, chunksize) => engine.submit(batch, chunksize),
                DriverCommand::Close => engine.close(),
                DriverCommand::End(why) => engine.end(why),
            }
        }
    }
}

/// A pool's engine and the turn to drive it.
pub(crate) struct PoolDriver {
    inbox: CommandInbox,
    /// Where the engine is when nobody drives.
    parked: Mutex<DriverState>,
    changed: Condvar,
    /// Asynchronous calls that are unfinished.
    asynchronous: Mutex<Vec<Arc<dyn AnySlot>>>,
    followers: AtomicUsize,
}

#[derive(Default)]
struct DriverState {
    engine: Option<Box<PoolEngine>>,
    dispatcher: Option<JoinHandle<()>>,
    is_leaving: bool,
}

impl PoolDriver {
    /// Makes the inbox first, for the engine listens to it.
    pub(crate) fn start(
        make: impl FnOnce(IpcReceiver<()>) -> Result<PoolEngine, Error>,
    ) -> Result<Arc<Self>, Error> {
        let (inbox, woken) = CommandInbox::new()?;
        let mut engine = make(woken)?;
        engine.drive(&inbox, &PoolEngine::is_ready);
        if let Some(failure) = engine.take_failure() {
            return Err(failure);
        }
        if let Some(ended) = engine.ended() {
            return Err(ended.error());
        }
        Ok(Arc::new(Self {
            inbox,
            parked: Mutex::new(DriverState {
                engine: Some(Box::new(engine)),
                ..DriverState::default()
            }),
            changed: Condvar::new(),
            asynchronous: Mutex::default(),
            followers: AtomicUsize::new(0),
        }))
    }

    pub(crate) fn submit(&self, batch: Box<dyn Batch>, chunksize: usize) {
        self.inbox.put(DriverCommand::Run(batch, chunksize));
    }

    pub(crate) fn close(&self) {
        self.inbox.put(DriverCommand::Close);
    }

    pub(crate) fn end(&self, why: PoolEndReason) {
        self.inbox.put(DriverCommand::End(why));
    }

    /// Submits, and lets a thread of ours see to it.
    pub(crate) fn submit_async(
        self: &Arc<Self>,
        batch: Box<dyn Batch>,
        chunksize: usize,
        slot: Arc<dyn AnySlot>,
    ) -> Result<(), Error> {
        self.ensure_dispatcher()?;
        lock(&self.asynchronous).push(slot);
        self.submit(batch, chunksize);
        let _parked = lock(&self.parked);
        self.changed.notify_all();
        Ok(())
    }

    /// Drives, or waits while somebody else does, until `is_done`.
    pub(crate) fn run_until(&self, is_done: &dyn Fn(Option<&PoolEngine>) -> bool) {
        let mut parked = lock(&self.parked);
        loop {
            if let Some(mut engine) = parked.engine.take() {
                drop(parked);
                let went_well = self.drive(&mut engine, &|engine| is_done(Some(engine)));
                parked = lock(&self.parked);
                parked.engine = Some(engine);
                self.changed.notify_all();
                if went_well {
                    return;
                }
                continue;
            }
            // Announced before asking, so that the driver either sees us or has filled the slot.
            self.followers.fetch_add(1, SeqCst);
            let done = is_done(None);
            if !done {
                parked = self.wait(parked);
            }
            self.followers.fetch_sub(1, SeqCst);
            if done || is_done(None) {
                return;
            }
        }
    }

    /// Drives until `is_done`. A mistake of ours must not leave others waiting for an engine that is gone: it
    /// breaks the pool, and they learn so. `false` then.
    fn drive(&self, engine: &mut PoolEngine, is_done: &dyn Fn(&PoolEngine) -> bool) -> bool {
        let driven = catch_unwind(AssertUnwindSafe(|| {
            engine.drive(&self.inbox, &|engine| {
                self.tell_followers();
                is_done(engine)
            });
        }));
        if driven.is_err() {
            engine.end(PoolEndReason::Broken("its engine panicked".into()));
        }
        driven.is_ok()
    }

    /// The driver's part: those who wait for its turn may be done.
    fn tell_followers(&self) {
        if self.followers.load(SeqCst) > 0 {
            let _parked = lock(&self.parked);
            self.changed.notify_all();
        }
    }

    fn wait<'a>(&self, parked: MutexGuard<'a, DriverState>) -> MutexGuard<'a, DriverState> {
        let waited = self.changed.wait_timeout(parked, GLANCE);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn ensure_dispatcher(self: &Arc<Self>) -> Result<(), Error> {
        let mut parked = lock(&self.parked);
        if parked.dispatcher.is_none() {
            let driver = Arc::downgrade(self);
            let dispatcher = thread::Builder::new()
                .name("mp-pool".into())
                .spawn(move || {
                    // It holds the driver only while it has something to do.
                    while driver.upgrade().is_some_and(|driver| driver.dispatch()) {}
                })
                .map_err(|error| Error::system("cannot start the pool's thread", error))?;
            parked.dispatcher = Some(dispatcher);
        }
        Ok(())
    }

    /// The dispatcher's turn. `false` when it is to leave.
    fn dispatch(&self) -> bool {
        let mut parked = lock(&self.parked);
        loop {
            if parked.is_leaving {
                return false;
            }
            if self.has_asynchronous()
                && let Some(mut engine) = parked.engine.take()
            {
                drop(parked);
                self.drive(&mut engine, &|_| !self.has_asynchronous());
                lock(&self.parked).engine = Some(engine);
                self.changed.notify_all();
                return true;
            }
            parked = self
                .changed
                .wait(parked)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn has_asynchronous(&self) -> bool {
        let mut asynchronous = lock(&self.asynchronous);
        asynchronous.retain(|slot| !slot.is_filled());
        !asynchronous.is_empty()
    }

    /// Ends everything and everybody. Called when the pool is dropped.
    pub(crate) fn leave(&self) {
        self.end(PoolEndReason::Terminated);
        self.run_until(&|engine| engine.is_some_and(|engine| engine.ended().is_some()));
        let dispatcher = {
            let mut parked = lock(&self.parked);
            parked.is_leaving = true;
            self.changed.notify_all();
            parked.dispatcher.take()
        };
        if let Some(dispatcher) = dispatcher {
            // It ends as soon as it has looked; if it panicked, that was printed.
            let _ = dispatcher.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

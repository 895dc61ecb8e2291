//! Which thread drives a pool's engine.
//!
//! The thread that waits drives: a blocking call runs the engine in its own thread, because handing the work to
//! another thread would cost more than most tasks. If another thread drives already, the call waits for its results,
//! or for its turn. A thread of ours drives only while asynchronous calls are unfinished and no other thread does.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use ipc_channel::ipc::{self, IpcReceiver, IpcSender};
use parking_lot::{Condvar, Mutex};

use super::{
    batch::{AnySlot, Batch, PoolEndReason},
    engine::PoolEngine,
};
use crate::Error;

/// How often the threads that follow the driver check by themselves whether they are done.
const GLANCE: Duration = Duration::from_millis(100);

/// What other threads want of the driver.
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
            ipc::channel().map_err(|error| Error::from_system("cannot make a channel", error))?;
        let inbox = Self {
            orders: Mutex::default(),
            is_waiting: AtomicBool::new(false),
            is_asleep: AtomicBool::new(false),
            waker: Mutex::new(waker),
        };
        Ok((inbox, woken))
    }

    fn push_command(&self, order: DriverCommand) {
        self.orders.lock().push(order);
        self.is_waiting.store(true, SeqCst);
        self.wake_driver();
    }

    /// Wakes the driver, if it sleeps.
    fn wake_driver(&self) {
        if self.is_asleep.swap(false, SeqCst) {
            // If the engine is gone, no thread sleeps.
            let _ = self.waker.lock().send(());
        }
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.is_waiting.load(SeqCst)
    }

    pub(crate) fn set_asleep(&self, asleep: bool) {
        self.is_asleep.store(asleep, SeqCst);
    }

    pub(crate) fn apply_commands(&self, engine: &mut PoolEngine) {
        if !self.is_waiting.swap(false, SeqCst) {
            return;
        }
        for order in std::mem::take(&mut *self.orders.lock()) {
            match order {
                DriverCommand::Run(batch, chunksize) => engine.submit_batch(batch, chunksize),
                DriverCommand::Close => engine.begin_closing(),
                DriverCommand::End(why) => engine.end_pool(why),
            }
        }
    }
}

/// A pool's engine and the turn to drive it.
pub(crate) struct PoolDriver {
    inbox: CommandInbox,
    /// Where the engine is when no thread drives.
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
        engine.drive_until(&inbox, &PoolEngine::is_ready);
        if let Some(failure) = engine.take_failure() {
            return Err(failure);
        }
        if let Some(ended) = engine.end_reason() {
            return Err(ended.to_error());
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

    pub(crate) fn submit_batch(&self, batch: Box<dyn Batch>, chunksize: usize) {
        self.inbox
            .push_command(DriverCommand::Run(batch, chunksize));
    }

    pub(crate) fn close_pool(&self) {
        self.inbox.push_command(DriverCommand::Close);
    }

    pub(crate) fn end_pool(&self, why: PoolEndReason) {
        self.inbox.push_command(DriverCommand::End(why));
    }

    /// Submits a batch that a thread of ours drives.
    pub(crate) fn submit_async(
        self: &Arc<Self>,
        batch: Box<dyn Batch>,
        chunksize: usize,
        slot: Arc<dyn AnySlot>,
    ) -> Result<(), Error> {
        self.ensure_dispatcher()?;
        self.asynchronous.lock().push(slot);
        self.submit_batch(batch, chunksize);
        let _parked = self.parked.lock();
        self.changed.notify_all();
        Ok(())
    }

    /// Drives, or waits while another thread does, until `is_done`.
    pub(crate) fn run_until(&self, is_done: &dyn Fn(Option<&PoolEngine>) -> bool) {
        let mut parked = self.parked.lock();
        loop {
            if let Some(mut engine) = parked.engine.take() {
                drop(parked);
                let went_well = self.drive_engine(&mut engine, &|engine| is_done(Some(engine)));
                parked = self.parked.lock();
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
                self.changed.wait_for(&mut parked, GLANCE);
            }
            self.followers.fetch_sub(1, SeqCst);
            if done || is_done(None) {
                return;
            }
        }
    }

    /// Drives until `is_done`. A mistake of ours must not leave others waiting for an engine that is gone: it
    /// breaks the pool, which ends their wait. `false` then.
    fn drive_engine(&self, engine: &mut PoolEngine, is_done: &dyn Fn(&PoolEngine) -> bool) -> bool {
        let driven = catch_unwind(AssertUnwindSafe(|| {
            engine.drive_until(&self.inbox, &|engine| {
                self.notify_followers();
                is_done(engine)
            });
        }));
        if driven.is_err() {
            engine.end_pool(PoolEndReason::Broken("its engine panicked".into()));
        }
        driven.is_ok()
    }

    /// The driver's part: those who wait for its turn may be done.
    fn notify_followers(&self) {
        if self.followers.load(SeqCst) > 0 {
            let _parked = self.parked.lock();
            self.changed.notify_all();
        }
    }

    fn ensure_dispatcher(self: &Arc<Self>) -> Result<(), Error> {
        let mut parked = self.parked.lock();
        if parked.dispatcher.is_none() {
            let driver = Arc::downgrade(self);
            let dispatcher = thread::Builder::new()
                .name("mp-pool".into())
                .spawn(move || {
                    // It holds the driver only while it has something to do.
                    while driver
                        .upgrade()
                        .is_some_and(|driver| driver.dispatch_once())
                    {}
                })
                .map_err(|error| Error::from_system("cannot start the pool's thread", error))?;
            parked.dispatcher = Some(dispatcher);
        }
        Ok(())
    }

    /// The dispatcher's turn. `false` when it is to leave.
    fn dispatch_once(&self) -> bool {
        let mut parked = self.parked.lock();
        loop {
            if parked.is_leaving {
                return false;
            }
            if self.has_asynchronous()
                && let Some(mut engine) = parked.engine.take()
            {
                drop(parked);
                self.drive_engine(&mut engine, &|_| !self.has_asynchronous());
                self.parked.lock().engine = Some(engine);
                self.changed.notify_all();
                return true;
            }
            self.changed.wait(&mut parked);
        }
    }

    fn has_asynchronous(&self) -> bool {
        let mut asynchronous = self.asynchronous.lock();
        asynchronous.retain(|slot| !slot.is_filled());
        !asynchronous.is_empty()
    }

    /// Ends all workers and threads. Called when the pool is dropped.
    pub(crate) fn shut_down(&self) {
        self.end_pool(PoolEndReason::Terminated);
        self.run_until(&|engine| engine.is_some_and(|engine| engine.end_reason().is_some()));
        let dispatcher = {
            let mut parked = self.parked.lock();
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

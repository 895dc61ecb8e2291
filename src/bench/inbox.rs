//! The orders that a worker has not carried out yet.

use std::{
    collections::VecDeque,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use parking_lot::{Condvar, Mutex};

use super::task::WorkerOrder;

/// Orders from the thread that receives them to the thread that works.
#[derive(Debug, Default)]
pub struct OrderInbox {
    orders: Mutex<VecDeque<WorkerOrder>>,
    arrived: Condvar,
    is_filled: AtomicBool,
}

impl OrderInbox {
    /// Adds an order.
    pub fn put(&self, order: WorkerOrder) {
        self.orders.lock().push_back(order);
        self.is_filled.store(true, Ordering::Release);
        self.arrived.notify_all();
    }

    /// Takes the next order, if there is one.
    pub fn take(&self) -> Option<WorkerOrder> {
        let mut orders = self.orders.lock();
        let order = orders.pop_front();
        self.is_filled.store(!orders.is_empty(), Ordering::Release);
        order
    }

    /// Whether there is an order. Loops that compute check this flag.
    pub fn flag(&self) -> &AtomicBool {
        &self.is_filled
    }

    /// Waits until there is an order, at most for this time.
    pub fn wait(&self, limit: Option<Duration>) {
        let mut orders = self.orders.lock();
        match limit {
            Some(limit) => {
                self.arrived
                    .wait_while_for(&mut orders, |orders| orders.is_empty(), limit);
            }
            None => self
                .arrived
                .wait_while(&mut orders, |orders| orders.is_empty()),
        }
    }
}

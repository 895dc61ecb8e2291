//! A worker that is a process of its own.

use std::{sync::Arc, thread};

use super::{
    inbox::OrderInbox,
    task::{WorkerOrder, WorkerTask},
    work::do_work,
};
use crate::{
    measure,
    mp::{Connection, Failure},
};

/// Does its work in the first thread; a second one receives orders.
///
/// # Errors
/// If its work fails, as it was ordered to or because another worker is gone.
pub fn run_worker(task: WorkerTask, orders: Connection<(), WorkerOrder>) -> Result<(), Failure> {
    let inbox = Arc::new(OrderInbox::default());
    let (receiving, page) = (Arc::clone(&inbox), task.page.clone());
    thread::Builder::new()
        .name("orders".to_owned())
        .spawn(move || {
            // When the prompt is gone, this process ends too.
            while let Ok(order) = orders.recv() {
                page.count_order();
                order.act_at_once();
                receiving.put(order);
            }
        })?;
    task.page.begin(measure::current_tid());
    do_work(&task, &inbox, None)
}

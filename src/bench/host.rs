//! A process that hosts threads.

use std::{
    collections::HashMap,
    io::{self, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
};

use super::{
    inbox::OrderInbox,
    status_page::{StatusPage, ThreadOutcome, WorkerActivity},
    task::{HostOrder, WorkerTask},
    work::{HostMemory, do_work},
};
use crate::{
    gil::Gil,
    measure,
    mp::{Connection, Failure},
};

/// Starts threads and passes orders on to them, until it is told to end. With `has_gil`, its threads take turns.
///
/// # Errors
/// If a thread cannot be started.
pub fn run_host(
    has_gil: bool,
    page: StatusPage,
    orders: Connection<(), HostOrder>,
) -> Result<(), Failure> {
    let memory = HostMemory {
        gil: has_gil.then(Gil::default),
        ..HostMemory::default()
    };
    let mut inboxes: HashMap<String, Arc<OrderInbox>> = HashMap::new();
    page.begin(measure::current_tid());
    page.set_activity(WorkerActivity::MessageWait);
    // When the prompt is gone, this process ends too.
    while let Ok(order) = orders.recv() {
        page.count_order();
        match order {
            HostOrder::Start(task) => {
                let inbox = Arc::new(OrderInbox::default());
                inboxes.insert(task.name.clone(), Arc::clone(&inbox));
                start_thread(*task, inbox, memory.clone())?;
            }
            HostOrder::Pass { to, order } => {
                order.act_at_once();
                if let Some(inbox) = inboxes.get(&to) {
                    inbox.put(order);
                }
            }
            HostOrder::End => return Ok(()),
        }
    }
    Ok(())
}

fn start_thread(task: WorkerTask, inbox: Arc<OrderInbox>, memory: HostMemory) -> io::Result<()> {
    let name = task.name.clone();
    let body = move || {
        task.page.begin(measure::current_tid());
        let done = catch_unwind(AssertUnwindSafe(|| do_work(&task, &inbox, Some(&memory))));
        let outcome = match done {
            Ok(Ok(())) => ThreadOutcome::Returned,
            Ok(Err(failure)) => {
                // Without a reader the message has no use.
                let _ = writeln!(io::stderr(), "Thread {}: {failure}", task.name);
                ThreadOutcome::Failed
            }
            Err(_) => ThreadOutcome::Panicked,
        };
        task.page.set_outcome(outcome);
    };
    thread::Builder::new().name(name).spawn(body).map(drop)
}

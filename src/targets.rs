//! All functions that a worker process may run. `main` passes the list to `mp::child_entry`.

use crate::{bench, lab, mp::Target, observe, python};

/// All targets.
pub fn all_targets() -> Vec<Target> {
    let mut targets = lab::worker_targets();
    targets.extend(bench::worker_targets());
    targets.extend(python::worker_targets());
    targets.extend(observe::worker_targets());
    targets
}

//! Every function that a worker process may run: the one list, given to `mp::child_entry` by `main`.

use crate::{lab, mp::Target, observe, python};

/// All targets.
pub fn all_targets() -> Vec<Target> {
    let mut targets = lab::worker_targets();
    targets.extend(python::worker_targets());
    targets.extend(observe::worker_targets());
    targets
}

//! Every function that a worker process may run: the one list, given to `mp::child_entry` by `main`.

use crate::{
    lab,
    mp::{self, Target},
    observe, python,
};

/// All targets.
pub fn all() -> Vec<Target> {
    let mut targets = lab::targets();
    targets.extend(python::targets());
    targets.extend(observe::targets());
    targets.extend(mp::selftest::targets());
    targets.extend(mp::selftest::sync::targets());
    targets
}

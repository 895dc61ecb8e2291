//! Parts of recordings made by hand, for the tests of every room.

use super::{EventKind, Machine, Value};

/// A machine with so many cores, of which a part may be used.
pub fn test_machine(cores: u32, cores_usable: u32) -> Machine {
    Machine {
        os: "Testos 1".to_owned(),
        cpu: None,
        cores,
        cores_usable,
        cores_why: None,
        cores_quota: None,
        memory_bytes: None,
        build: "test".to_owned().into(),
    }
}

/// An observation.
pub fn observed(name: &str, labels: &[(&str, &str)], value: impl Into<Value>) -> EventKind {
    EventKind::Observed {
        name: name.to_owned(),
        labels: labels.iter().copied().collect(),
        value: value.into(),
    }
}

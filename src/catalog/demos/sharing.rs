//! The demo of ways to share numbers.

use super::DemoSpec;
use crate::catalog::observations::{
    BYTES, COUNT, ObservationNature, SECONDS, ValueKind, measured, observed, settled,
};

/// What each way to share a number costs, and what gets lost.
pub static SHARING: DemoSpec = DemoSpec {
    name: "sharing",
    summary: "two workers change one number, by each way to share it: what an update costs, what is lost",
    settings: &["trials", "size", "python", "start_method"],
    python: Some("sharing.py"),
    observations: Some(&[
        measured("update", SECONDS),
        settled("parent_sees", ValueKind::Flag),
        settled("copied", BYTES),
        measured("updates", COUNT),
        observed("lost_updates", COUNT, ObservationNature::ChanceOfMore),
    ]),
    labels: &[
        (
            "way",
            &[
                "threads",
                "a copy",
                "Value",
                "Array",
                "shared_memory",
                "Queue",
                "Manager",
            ],
        ),
        ("lock", &["no", "yes"]),
        ("when", &["once", "each"]),
    ],
    usual_trials: Some(3),
    ..DemoSpec::EMPTY
};

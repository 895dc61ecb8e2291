//! The demo `inherit`.

use super::DemoSpec;
use crate::catalog::observations::{SECONDS, ValueKind, measured, settled};

/// What a child inherits from its parent, by the start method.
pub static INHERIT: DemoSpec = DemoSpec {
    name: "inherit",
    summary: "what does a child inherit from its parent? variables, files, threads, locks, by start method",
    settings: &["python"],
    python: Some("inherit.py"),
    observations: Some(&[
        settled("parent_has", ValueKind::Text),
        settled("child_has", ValueKind::Text),
        settled("inherited", ValueKind::Flag),
        settled("thread_runs", ValueKind::Flag),
        settled("lock_held", ValueKind::Flag),
        measured("lock_wait", SECONDS),
        settled("loaded_by", ValueKind::Text),
    ]),
    labels: &[
        (
            "thing",
            &["global", "address", "file", "environment", "folder"],
        ),
        ("method", &["fork", "spawn", "forkserver"]),
    ],
    ..DemoSpec::EMPTY
};

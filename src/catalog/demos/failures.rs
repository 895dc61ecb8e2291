//! The demo `failures`.

use super::DemoSpec;
use crate::catalog::observations::{COUNT, SECONDS, ValueKind, awaited, measured, settled};

/// What the caller of a task that fails gets.
pub static FAILURES: DemoSpec = DemoSpec {
    name: "failures",
    summary: "a task fails: what does its caller get, and what becomes of the other tasks and the pool?",
    settings: &["python", "start_method"],
    python: Some("failures.py"),
    observations: Some(&[
        awaited("outcome", ValueKind::Text),
        awaited("error", ValueKind::Text),
        awaited("told", ValueKind::Flag),
        awaited("own_error", ValueKind::Flag),
        awaited("loss_reported", ValueKind::Flag),
        measured("after", SECONDS),
        awaited("others_done", COUNT),
        settled("others", COUNT),
        awaited("usable", ValueKind::Flag),
        awaited("ended_by", ValueKind::Text),
    ]),
    labels: &[
        (
            "failure",
            &[
                "error",
                "panic",
                "exception",
                "cannot be sent",
                "cannot be read",
                "exit",
                "killed",
                "never ends",
            ],
        ),
        ("way", &["Pool", "executor", "threads"]),
    ],
    ..DemoSpec::EMPTY
};

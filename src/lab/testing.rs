//! Small fixed recordings, for tests of reports.

use crate::record::{Event, Labels, Machine, Params, Recording, Value, What, WorkerId, WorkerKind};

/// A recording of one run with these events, a millisecond apart.
pub fn recording(demo: &str, params: Params, whats: Vec<What>) -> Recording {
    let started = What::RunStarted {
        demo: demo.to_owned(),
        params,
        interpreter: None,
    };
    let events = std::iter::once(started)
        .chain(whats)
        .zip(0..)
        .map(|(what, at)| Event {
            at_ns: at * 1_000_000,
            run: 0,
            what,
        })
        .collect();
    Recording::new(machine(), events)
}

/// A machine with two cores.
pub fn machine() -> Machine {
    Machine {
        os: "Linux 6.8".to_owned(),
        cpu: None,
        cores: 2,
        cores_usable: 2,
        cores_why: None,
        memory_bytes: None,
        build: "release".to_owned(),
    }
}

/// A figure.
pub fn observed(name: &str, labels: &[(&str, &str)], value: impl Into<Value>) -> What {
    let labels: Labels = labels
        .iter()
        .map(|&(key, of)| (key.to_owned(), of.to_owned()))
        .collect();
    What::Observed {
        name: name.to_owned(),
        labels,
        value: value.into(),
    }
}

/// The start of child number `number`, with PID 4000 + number.
pub fn process_started(number: u32, name: &str) -> What {
    What::WorkerStarted {
        worker: WorkerId(number),
        name: name.to_owned(),
        kind: WorkerKind::Process,
        backend: None,
        trial: None,
        pid: 4000 + number,
        tid: None,
        ppid: Some(4000),
    }
}

/// The cells of a column.
pub fn column(table: &crate::report::Table, name: &str) -> Vec<Value> {
    let at = table.columns.iter().position(|column| column.name == name);
    let at = at.unwrap_or_else(|| panic!("`{}` has no column `{name}`", table.title));
    table.rows.iter().map(|row| row[at].clone()).collect()
}

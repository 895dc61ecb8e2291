//! Small fixed recordings for tests of reports, and a context for tests of demos.

use super::{DemoContext, DemoServices, StopToken};
pub use crate::record::testing::observed;
use crate::{
    mp,
    python::Pythons,
    record::{
        Event, EventKind, Interpreter, Machine, Params, Recorder, Recording, Value, WorkerId,
        WorkerKind, testing::test_machine,
    },
};

/// A context with default settings, without Pythons.
pub fn context(recorder: Recorder) -> DemoContext {
    let services = DemoServices {
        mp: mp::Context::new(mp::StartMethod::Spawn),
        stop: StopToken::default(),
        machine: machine(),
        pythons: Pythons::none(),
        observer: None,
    };
    DemoContext::new(Params::default(), recorder, services)
}

/// A recording of one run with these events, a millisecond apart.
pub fn recording(demo: &str, params: Params, whats: Vec<EventKind>) -> Recording {
    let started = EventKind::RunStarted {
        demo: demo.to_owned(),
        params: params.into(),
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

/// The same with the Pythons' parts: the native events, then those of each Python.
pub fn recording_with(
    demo: &str,
    params: &Params,
    native: Vec<EventKind>,
    pythons: Vec<(Interpreter, Vec<EventKind>)>,
) -> Recording {
    let mut recording = recording(demo, params.clone(), native);
    for (run, (interpreter, whats)) in (1..).zip(pythons) {
        let started = EventKind::RunStarted {
            demo: demo.to_owned(),
            params: params.clone().into(),
            interpreter: Some(interpreter.into()),
        };
        let mut at_ns = recording.events().last().map_or(0, |event| event.at_ns);
        recording
            .events_mut()
            .extend(std::iter::once(started).chain(whats).map(|what| {
                at_ns += 1_000_000;
                Event { at_ns, run, what }
            }));
    }
    recording
}

/// CPython 3.11, with a GIL.
pub fn with_gil() -> Interpreter {
    Interpreter {
        name: "3.11".to_owned(),
        implementation: "CPython".to_owned(),
        version: "3.11.7".to_owned(),
        gil: true,
        start_method: "fork".to_owned(),
        default_start_method: "fork".to_owned(),
        ..Interpreter::default()
    }
}

/// CPython 3.13, built to run without a GIL.
pub fn free_threaded() -> Interpreter {
    Interpreter {
        name: "3.13t".to_owned(),
        version: "3.13.5".to_owned(),
        gil: false,
        free_threaded: true,
        subinterpreters: true,
        ..with_gil()
    }
}

/// A machine with two cores.
pub fn machine() -> Machine {
    test_machine(2, 2)
}

/// The start of child number `number`, with PID 4000 + number.
pub fn process_started(number: u32, name: &str) -> EventKind {
    EventKind::WorkerStarted {
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

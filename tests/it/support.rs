//! What several test files need.

use std::time::Duration;

use forklore::{
    catalog,
    lab::{self, DemoServices, StopToken},
    measure,
    mp::{Context, Launcher, StartMethod},
    python::{ChosenPython, Pythons, SearchEnvironment},
    record::{Params, Recording},
};

pub use crate::waiting::{eventually, lives, watchdog};

/// The program as shipped.
pub const EXE: &str = env!("CARGO_BIN_EXE_forklore");

/// A context whose workers are that program. Generous with time: tests run beside each other.
pub fn context() -> Context {
    Context::with_start_timeout(
        StartMethod::Spawn,
        Launcher::new(EXE),
        Duration::from_secs(20),
    )
}

/// Says, where a test's output is read, that this machine cannot show something.
pub fn skipped(why: &str) {
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: {why}\n"));
}

/// What a run with these Pythons needs.
pub fn demo_services(pythons: Pythons) -> DemoServices {
    DemoServices {
        mp: context(),
        stop: StopToken::default(),
        machine: measure::describe_machine(),
        pythons,
        observer: None,
    }
}

/// Runs a demo with these Pythons.
pub fn run_demo(demo: &str, params: Params, pythons: Pythons) -> Recording {
    let demo = catalog::find_demo(demo).expect("a demo of that name");
    lab::run_demo(demo, params, demo_services(pythons))
}

/// The Pythons of this machine, whatever the environment names.
pub fn machine_pythons() -> Pythons {
    let around = SearchEnvironment {
        variable: None,
        ..SearchEnvironment::from_process()
    };
    Pythons::from_environment(context(), around)
}

/// One of them; `None`, with a message, if this machine has none.
pub fn machine_python() -> Option<ChosenPython> {
    let chosen = machine_pythons().choose_one(&[]).chosen.into_iter().next();
    if chosen.is_none() {
        skipped("this machine has no Python 3.8 or newer");
    }
    chosen
}

/// Waits until none of these processes lives.
#[track_caller]
pub fn assert_gone(pids: &[u32]) {
    let is_over = eventually(|| !pids.iter().any(|&pid| lives(pid)));
    assert!(is_over, "one of {pids:?} lives on");
}

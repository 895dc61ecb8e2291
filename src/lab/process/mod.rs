//! `process`: the life of one child, step by step.

mod report;
mod system_view;

use std::{
    io::{self, Write},
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::{
    Demo, DemoContext, LabError, children::RecordedChild, start_barrier::WorkerLabels,
    trials::CoreWatch,
};
use crate::{
    catalog::demos,
    measure,
    mp::{self, Connection, Process},
    record::{EventKind, Value},
    report::pictures,
};
use system_view::view_process;

/// How long to wait until the system's process list shows an end.
const END_WAIT: Duration = Duration::from_secs(5);

/// One child process.
pub static DEMO: Demo = Demo {
    spec: &demos::PROCESS,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, _| pictures::worker_timelines(run),
};

/// What a process reports about itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProcessIdentity {
    name: String,
    pid: u32,
    parent: Option<u32>,
}

fn run(context: &DemoContext) -> Result<(), LabError> {
    context.check_stop()?;
    let watch = CoreWatch::start(context);
    let story = LifeRecorder {
        context,
        began: Instant::now(),
    };
    let (gate, theirs) = mp::pipe::<(), ProcessIdentity>()?;
    let process = context.mp.process(greet_parent, (theirs,));
    story.record_moment("created", &process);
    let asked = Instant::now();
    let mut child = RecordedChild::start(context, process, WorkerLabels::default())?;
    story.record_moment("started", &child.process);
    // From its message on, the child is inside its target.
    let identity = gate
        .recv()
        .map_err(|error| child.lost_error(context, &error))?;
    let startup_s = asked.elapsed().as_secs_f64();
    context.emit(EventKind::WorkerReady {
        worker: child.worker,
        startup_s,
    });
    story.record_moment("running", &child.process);
    story.record_identities(&child, identity);
    // If the child is gone already, the next steps show it.
    let _ = gate.send(());
    await_end(context, child.pid())?;
    story.record_moment("ended", &child.process);
    child.join()?;
    story.record_moment("joined", &child.process);
    watch.finish();
    Ok(())
}

/// The child's part: identifies itself, waits for the go-ahead, greets, and ends.
///
/// # Errors
/// If the parent is gone.
pub fn greet_parent(gate: Connection<ProcessIdentity, ()>) -> Result<(), mp::Failure> {
    let name = mp::current_process().name().to_owned();
    let identity = ProcessIdentity {
        name,
        pid: std::process::id(),
        parent: measure::parent_pid(),
    };
    gate.send(&identity)?;
    gate.recv()?;
    writeln!(
        io::stdout(),
        "Greetings from a process of my own, PID {}.",
        identity.pid
    )?;
    Ok(())
}

/// Waits until the system shows that the child has ended, without reaping it.
fn await_end(context: &DemoContext, pid: u32) -> Result<(), LabError> {
    let until = Instant::now() + END_WAIT;
    while !view_process(pid).has_ended() {
        if Instant::now() > until {
            return Err(LabError::Worker(format!("PID {pid} does not end")));
        }
        thread::sleep(Duration::from_micros(200));
        context.check_stop()?;
    }
    // It may have ended because of a stop.
    context.check_stop()
}

/// Records the known state of the child at each step of its life.
struct LifeRecorder<'a> {
    context: &'a DemoContext,
    began: Instant,
}

impl LifeRecorder<'_> {
    fn record_moment(&self, moment: &str, process: &Process) {
        let after_s = self.began.elapsed().as_secs_f64();
        // The system is asked first, because asking the process whether it is alive may reap it, as in Python.
        let sight = process.pid().map(view_process);
        let labels = [("moment", moment)];
        self.context
            .observe("after", labels, Value::Seconds(after_s));
        self.context.observe(
            "pid",
            labels,
            process.pid().map_or("None".into(), Value::Pid),
        );
        let parent = sight
            .as_ref()
            .map(|sight| sight.parent.map_or(Value::Nothing, Value::Pid));
        self.context
            .observe("parent_pid", labels, parent.unwrap_or(Value::Nothing));
        let state = sight.map_or("no process yet", |sight| sight.state);
        self.context.observe("state", labels, state);
        self.context
            .observe("alive", labels, Value::Flag(process.is_alive()));
        let exitcode = process.exitcode();
        let exitcode = exitcode.map_or("None".into(), |code| Value::Count(i64::from(code)));
        self.context.observe("exitcode", labels, exitcode);
    }

    /// Records what each side reports about the child.
    fn record_identities(&self, child: &RecordedChild, identity: ProcessIdentity) {
        let own_pid = std::process::id();
        let parent = [
            ("name", Value::text(child.process.name())),
            ("PID", Value::Pid(child.pid())),
            ("parent PID", Value::Pid(own_pid)),
        ];
        let child = [
            ("name", Value::Text(identity.name)),
            ("PID", Value::Pid(identity.pid)),
            (
                "parent PID",
                identity
                    .parent
                    .map_or(Value::missing("not reported here"), Value::Pid),
            ),
        ];
        for (side, facts) in [("parent", parent), ("child", child)] {
            for (what, value) in facts {
                self.context
                    .observe("identity", [("side", side), ("what", what)], value);
            }
        }
    }
}

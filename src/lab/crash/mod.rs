//! `crash`: five kinds of crash, each in a thread, in a process, and in a pool worker.
//!
//! A thread's crash can end its whole process. So it happens in a *host*, a child process that exists to crash,
//! never in the process of the prompt.

mod pool;
mod process;
mod report;
mod thread;

use std::time::Duration;

use super::{Demo, DemoContext, LabError, trials::StepCounter};
use crate::{
    bench::CrashKind,
    catalog::demos,
    mp::ProcessExit,
    record::{Run, Value, named_enum},
    report::pictures,
};

pub use pool::{answer_task, doomed_task};
pub use process::{doomed_process, run_bystander};
pub use thread::run_host;

/// How long to wait for an answer before it counts as missing.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which workers die, and which survive.
pub static DEMO: Demo = Demo {
    spec: &demos::CRASH,
    run,
    report: report::build_report,
    summary: report::build_summary,
    pictures: |run, _| pictures::worker_timelines(run),
};

named_enum! {
    /// Where a crash happens.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum CrashPlace {
        Thread = "thread",
        Process = "process",
        Pool = "pool",
    }
}

/// The state after a crash.
struct CrashAftermath {
    /// What ended.
    died: &'static str,
    /// How it ended, as reported by the process that noticed it.
    how: String,
    /// The exit code of the process in which it happened; `None` if that process is still alive.
    exitcode: Option<i32>,
    /// Whether its neighbours answered afterwards: the other thread, the other process, or the other tasks.
    neighbours_live: bool,
    /// Whether the program that had started the worker continued, and could start another worker and get an
    /// answer. For a thread, the program is its host.
    program_lives: bool,
}

fn run(context: &DemoContext) -> Result<(), LabError> {
    let crashes = CrashKind::ALL.len() * CrashPlace::ALL.len();
    let mut steps = StepCounter::start(context, crashes as u32);
    for crash in CrashKind::ALL {
        for place in CrashPlace::ALL {
            steps.begin_step(format!("{} in a {}", crash.name(), place.name()))?;
            let aftermath = match place {
                CrashPlace::Thread => thread::crash_in_thread(context, crash),
                CrashPlace::Process => process::crash_in_process(context, crash),
                CrashPlace::Pool => pool::crash_in_pool(context, crash),
            }?;
            context.check_stop()?;
            observe_aftermath(context, crash, place, aftermath);
        }
    }
    steps.finish();
    Ok(())
}

fn observe_aftermath(
    context: &DemoContext,
    crash: CrashKind,
    place: CrashPlace,
    aftermath: CrashAftermath,
) {
    let labels = [("crash", crash.name()), ("where", place.name())];
    let exitcode = aftermath.exitcode;
    let exitcode = exitcode.map_or("None".into(), |code| Value::Count(i64::from(code)));
    let (neighbours, program) = (aftermath.neighbours_live, aftermath.program_lives);
    context.observe("died", labels, aftermath.died);
    context.observe("how", labels, aftermath.how);
    context.observe("exitcode", labels, exitcode);
    context.observe("neighbours_live", labels, Value::Flag(neighbours));
    context.observe("program_lives", labels, Value::Flag(program));
}

/// `exit code 1`, `signal 11, SIGSEGV`.
fn describe_exit(exit: ProcessExit) -> String {
    let text = exit.to_string().replace(" (", ", ").replace(')', "");
    text.strip_prefix("killed by ").unwrap_or(&text).to_owned()
}

/// Whether the program continued after a segmentation fault in one of its threads (`"thread"`) or in a process
/// that it had started (`"process"`).
pub fn program_survived(run: &Run, place: &str) -> Option<Value> {
    run.last_observed(
        "program_lives",
        &[("crash", CrashKind::Segfault.name()), ("where", place)],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exit_in_short() {
        assert_eq!(describe_exit(ProcessExit::Code(1)), "exit code 1");
        if cfg!(unix) {
            assert_eq!(describe_exit(ProcessExit::Signal(9)), "signal 9, SIGKILL");
        }
    }
}

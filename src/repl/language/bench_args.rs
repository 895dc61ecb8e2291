//! What the commands of the bench take.

use clap::{Args, builder::PossibleValuesParser};

use super::{command_error::CommandError, values};
use crate::{
    bench::{CounterMemory, CrashKind, SpawnRequest, WorkKind, WorkerPlace},
    text::describe_unknown,
};

/// The most workers of one command.
const MOST_WORKERS: u32 = 64;

/// `spawn KIND [N] WORK`.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct SpawnArgs {
    /// `process` or `thread`.
    #[arg(
        value_name = "KIND",
        value_parser = PossibleValuesParser::new(WorkerPlace::ALL.map(WorkerPlace::name)),
        hide_possible_values = true
    )]
    pub place: String,
    /// What they do, after their number if there are several.
    #[arg(value_name = "[N] WORK", num_args = 1..=2, required = true)]
    pub work: Vec<String>,
    /// Their name; with several, a number follows it.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// How much work.
    #[arg(long, value_name = "SIZE", value_parser = values::parse_size)]
    pub size: Option<u64>,
    /// Count in a counter that all share (threads do so anyway).
    #[arg(long, conflicts_with = "private")]
    pub shared: bool,
    /// Count in a counter of each one's own (processes do so anyway).
    #[arg(long)]
    pub private: bool,
    /// Hold one lock, the same for all, during each step.
    #[arg(long)]
    pub lock: bool,
    /// Let the threads of the host take turns, as the GIL does.
    #[arg(long)]
    pub gil: bool,
}

impl SpawnArgs {
    /// What to start.
    ///
    /// # Errors
    /// The number or the work was not understood.
    pub fn to_request(&self) -> Result<SpawnRequest, CommandError> {
        let (count, work) = match &self.work[..] {
            [work] => (None, work),
            [work, count] if work_named(work).is_ok() && count.parse::<u32>().is_ok() => {
                let right = format!("`spawn {} {count} {work}`", self.place);
                let message = format!("the number comes before the work: {right}");
                return Err(CommandError::usage(message));
            }
            [count, work] => (Some(parse_count(count)?), work),
            _ => return Err(CommandError::usage("`spawn` takes one kind of work")),
        };
        let place = WorkerPlace::ALL
            .into_iter()
            .find(|place| place.name() == self.place)
            .unwrap_or(WorkerPlace::Process);
        Ok(SpawnRequest {
            count,
            name: self.name.clone(),
            size: self.size,
            memory: match (self.shared, self.private) {
                (true, _) => Some(CounterMemory::Shared),
                (_, true) => Some(CounterMemory::Private),
                _ => None,
            },
            lock: self.lock,
            gil: self.gil,
            ..SpawnRequest::of(place, work_named(work)?)
        })
    }
}

/// The kind of work with that name.
pub fn work_named(name: &str) -> Result<WorkKind, CommandError> {
    let known = WorkKind::ALL.into_iter().find(|work| work.name() == name);
    known.ok_or_else(|| {
        let names = WorkKind::ALL.map(WorkKind::name);
        CommandError::usage(describe_unknown("work", name, &names))
    })
}

/// A number of workers.
fn parse_count(text: &str) -> Result<u32, CommandError> {
    let count = text.parse().ok();
    count
        .filter(|count| (1..=MOST_WORKERS).contains(count))
        .ok_or_else(|| {
            let message = format!("`spawn` takes 1 to {MOST_WORKERS} workers, not `{text}`");
            CommandError::usage(message)
        })
}

/// `kill NAME [SIGNAL]`.
#[derive(Debug, Clone, Args)]
pub struct KillArgs {
    /// The worker; `all` for every one.
    #[arg(value_name = "NAME", allow_hyphen_values = true)]
    worker: String,
    /// The signal, by its name or number (SIGTERM if there is none).
    #[arg(value_name = "SIGNAL", allow_hyphen_values = true)]
    signal: Option<String>,
}

impl KillArgs {
    /// The worker and the signal, also where the signal stands first, with a hyphen, as in a shell.
    ///
    /// # Errors
    /// There is only a signal.
    pub fn worker_and_signal(&self) -> Result<(&str, &str), CommandError> {
        match (self.worker.strip_prefix('-'), self.signal.as_deref()) {
            (Some(_), None) => Err(CommandError::usage(
                "which worker? `kill p1 KILL`; `ps` lists them",
            )),
            (Some(signal), Some(worker)) => Ok((worker, signal)),
            (None, signal) => {
                let signal = signal.unwrap_or("TERM");
                Ok((&self.worker, signal.strip_prefix('-').unwrap_or(signal)))
            }
        }
    }
}

/// `crash NAME KIND`.
#[derive(Debug, Clone, Args)]
pub struct CrashArgs {
    /// The worker; `all` for every one.
    #[arg(value_name = "NAME")]
    pub worker: String,
    /// How it crashes.
    #[arg(value_name = "HOW", value_parser = PossibleValuesParser::new(CRASHES.map(CrashKind::name)))]
    pub kind: String,
}

/// The crashes; `kill` has the signal.
const CRASHES: [CrashKind; 4] = [
    CrashKind::Error,
    CrashKind::Panic,
    CrashKind::Abort,
    CrashKind::Segfault,
];

impl CrashArgs {
    /// How it crashes.
    pub fn crash_kind(&self) -> CrashKind {
        let mut kinds = CRASHES.into_iter();
        kinds
            .find(|kind| kind.name() == self.kind)
            .unwrap_or(CrashKind::Error)
    }
}

/// `send NAME TEXT`.
#[derive(Debug, Clone, Args)]
pub struct SendArgs {
    /// The worker; `all` for every one.
    #[arg(value_name = "NAME")]
    pub worker: String,
    /// The message; `end` asks the worker to return from its function.
    #[arg(value_name = "TEXT", required = true, num_args = 1.., trailing_var_arg = true, allow_hyphen_values = true)]
    pub text: Vec<String>,
}

/// `join NAME`.
#[derive(Debug, Clone, Args)]
pub struct JoinArgs {
    /// The worker; `all` for every one.
    #[arg(value_name = "NAME")]
    pub worker: String,
}

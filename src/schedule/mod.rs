//! A model of workers that share memory, locks and bounded queues.
//!
//! A [`Program`] has a short listing for each worker. A *schedule* says which worker runs its next instruction,
//! step by step; nothing else decides what happens. So every schedule can be replayed, and [`explore`] covers all of
//! them: it visits each state once, breadth-first, and counts the schedules without listing them.
//!
//! It is a model: every instruction is one indivisible step, each worker sees at once what another has stored, and
//! no step takes time. Real workers are neither so orderly nor are all their schedules equally likely.
//!
//! ```
//! use forklore_schedule::{Goal, MachineState, Program, explore};
//!
//! let program: Program = "
//!     variable counter 0
//!     worker
//!     load counter
//!     add 1
//!     store counter
//!     worker
//!     load counter
//!     add 1
//!     store counter
//! "
//! .parse()?;
//! let lost = Goal::parse("counter == 1", &program)?;
//! let found = explore(&program, &MachineState::initial(&program), lost)?;
//! assert_eq!(found.shortest.expect("one that loses an update").to_string(), "1 1 2 1 2 2");
//! assert_eq!((found.meeting, found.complete), (18, 20));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This crate does not depend on the rest of the project.

mod explore;
mod goal;
mod parse;
mod program;
mod run;
mod scenario;
mod schedule;
mod state;
#[cfg(test)]
mod tests;
mod waits;

pub use explore::{Exploration, ExploreError, explore};
pub use goal::{Goal, GoalError};
pub use parse::{ProgramMistake, ProgramSyntaxError};
pub use program::{
    BoundedQueue, Instruction, LockId, MOST_INSTRUCTIONS, MOST_WORKERS, Program, QueueId,
    SharedVariable, VariableId, WorkerIndex,
};
pub use run::ScheduleRun;
pub use scenario::{SCENARIOS, Scenario, ScheduleTask, TaskError, find_scenario};
pub use schedule::{Schedule, ScheduleError};
pub use state::{BlockedOn, MachineState, StepError, StepOutcome};
pub use waits::{Wait, find_wait_cycle, list_waits};

//! A model of CPython's global interpreter lock.
//!
//! It is a lock and no simulation: real threads, a real mutex, real condition variables, and the same rules by
//! which CPython since 3.2 hands its lock on:
//!
//! - Whoever runs holds the lock. It looks at a word of its own at each *check point* (where a loop jumps back,
//!   where a call begins) and sees there whether somebody asked for the lock.
//! - Whoever wants the lock waits for one *interval* (5 ms unless it is set). If nobody else got the lock
//!   meanwhile, it asks the holder to let go; if somebody did, it waits for another interval.
//! - Who lets go because it was asked to waits until another thread has taken the lock (*forced switching*).
//!   Who lets go by itself, around a call that blocks, does not.
//! - There is no queue and no hand-over: a lock that is free is taken by whoever comes first.
//!
//! What follows from these rules (two computing threads take as long as one does with both halves, a thread that
//! waits 1 ms beside a computing one waits 6 ms) is measured, never programmed in.
//!
//! ```
//! use forklore_gil::Gil;
//!
//! let gil = Gil::default();
//! let mut thread = gil.new_thread();
//! let mut running = thread.attach();
//! running.check(); // gives way here if somebody asked
//! let answer = running.allow_threads(|| 6 * 7); // others may run meanwhile
//! assert_eq!(answer, 42);
//! ```
//!
//! This room knows the hook in the loops of [`workload`](forklore_workload), and nothing else of the crate.

mod breaker;
mod history;
mod lock;
#[cfg(test)]
mod tests;
mod thread;

pub use breaker::{GilBreaker, run_under, spin_under};
pub use history::{GilEvent, GilEventKind, GilHistory};
pub use lock::{Gil, SWITCH_INTERVAL};
pub use thread::{AttachedThread, GilThread, ThreadId};

//! A model of CPython's global interpreter lock.
//!
//! It is a real lock and not a simulation: it uses threads, a mutex and condition variables, and the rules by
//! which CPython since 3.2 hands over its lock:
//!
//! - A thread that runs holds the lock. At each *check point* (where a loop jumps back, where a call begins) it
//!   reads a word of its own, in which other threads request the lock.
//! - A thread that needs the lock waits for one *interval* (5 ms by default). If no other thread got the lock
//!   in this time, it requests the lock from the holder; otherwise it waits for another interval.
//! - A thread that releases the lock because of a request waits until another thread has taken it (*forced
//!   switching*). A thread that releases it around a blocking call does not wait.
//! - There is no queue and no hand-over: the first thread to come takes a free lock.
//!
//! The consequences of these rules (two computing threads take as long as one that does both halves; a thread
//! that waits 1 ms next to a computing one waits 6 ms) are measured, never programmed.
//!
//! ```
//! use forklore_gil::Gil;
//!
//! let gil = Gil::default();
//! let mut thread = gil.new_thread();
//! let mut running = thread.attach();
//! running.check(); // yields here if another thread requested the lock
//! let answer = running.allow_threads(|| 6 * 7); // other threads may run meanwhile
//! assert_eq!(answer, 42);
//! ```
//!
//! Of the rest of the project, this crate uses only the hook in the loops of [`workload`](forklore_workload).

mod breaker;
mod counting;
mod history;
mod lock;
#[cfg(test)]
mod tests;
mod thread;

pub use breaker::{GilBreaker, run_under, spin_under};
pub use counting::{AdditionForm, CountPlan, count_together};
pub use history::{GilEvent, GilEventKind, GilHistory};
pub use lock::{Gil, SWITCH_INTERVAL};
pub use thread::{AttachedThread, GilThread, ThreadId};

//! The workloads of demos: real computing and real waiting.
//!
//! A [`Workload`] of some size is cut into [`WorkPart`]s, one or more per worker. Together the parts do exactly
//! the work of the whole, in any order and on any workers, and their checksums prove it: this makes backends
//! comparable. All parts take equally long too, so a speed-up below the number of workers is never caused by an
//! uneven cut.
//!
//! The data that the work needs (matrices, a picture, a book) is created before the clock starts: a [`Job`] is
//! prepared, then run.
//!
//! ```
//! use forklore_workload::{CpuWork, Job, NoBreaker, WorkOutcome, WorkPart};
//!
//! let prepared = Job::new(CpuWork::Primes, 1000).prepare()?;
//! let halves: WorkOutcome = [
//!     prepared.run_part(WorkPart { index: 0, of: 2 }, &mut NoBreaker)?,
//!     prepared.run_part(WorkPart { index: 1, of: 2 }, &mut NoBreaker)?,
//! ]
//! .into_iter()
//! .sum();
//! assert_eq!(halves, prepared.run_part(WorkPart::WHOLE, &mut NoBreaker)?);
//! assert_eq!(halves.checksum, 168, "primes up to 1,000");
//! # Ok::<(), forklore_workload::WorkError>(())
//! ```
//!
//! Of the rest of the project, this crate depends on `mp` alone, for tasks in the workers of a pool.

mod breaker;
mod calibrate;
mod cpu;
mod error;
mod io;
mod job;
mod kind;
mod part;
mod random;
pub mod tiny_tasks;

pub use breaker::{
    EvalBreaker, NoBreaker, SampledBreaker, StopFlag, WorkStopped, spin_freely, spin_with,
};
pub use calibrate::{Calibration, calibrate_freely, calibrate_size};
pub use error::{UnknownWorkload, WorkError};
pub use io::{IoPlan, WorkSite};
pub use job::{Job, PreparedJob};
pub use kind::{CpuWork, IoWork, Workload};
pub use part::{WorkOutcome, WorkPart};

/// How the workloads were built, as shown to users: `release`, or `dev, not optimised`.
pub const BUILD: &str = env!("FORKLORE_BUILD");

//! The work that demos do: real computing, and real waiting.
//!
//! A [`Workload`] of some size is cut into [`Part`]s, one or more a worker. Together the parts do exactly
//! the work of the whole, whoever does them and in whatever order, and their checksums prove it: that is
//! what makes two backends comparable. Parts are equally heavy too, so that a speed-up below the number
//! of workers is never the fault of a lopsided cut.
//!
//! What the work needs (matrices, a picture, a book) is made before the clock starts: a [`Job`] is
//! prepared, then run.
//!
//! ```
//! use forklore_workload::{CpuWork, Job, NoBreaker, Outcome, Part};
//!
//! let prepared = Job::new(CpuWork::Primes, 1000).prepare()?;
//! let halves: Outcome = [
//!     prepared.run(Part { index: 0, of: 2 }, &mut NoBreaker)?,
//!     prepared.run(Part { index: 1, of: 2 }, &mut NoBreaker)?,
//! ]
//! .into_iter()
//! .sum();
//! assert_eq!(halves, prepared.run(Part::WHOLE, &mut NoBreaker)?);
//! assert_eq!(halves.checksum, 168, "primes up to 1,000");
//! # Ok::<(), forklore_workload::WorkError>(())
//! ```
//!
//! This room knows nothing of the rest of the crate.

mod breaker;
mod calibrate;
mod cpu;
mod error;
mod io;
mod job;
mod kind;
mod part;
mod random;

pub use breaker::{EvalBreaker, NoBreaker, StopFlag, WorkStopped, spin_freely, spin_with};
pub use calibrate::{Calibration, calibrate_freely, calibrate_size};
pub use error::{UnknownWorkload, WorkError};
pub use io::{IoPlan, WorkSite};
pub use job::{Job, PreparedJob};
pub use kind::{CpuWork, IoWork, Workload};
pub use part::{WorkOutcome, WorkPart};

/// How the work was built, for people: `release`, or `dev, not optimised`.
pub const BUILD: &str = env!("FORKLORE_BUILD");

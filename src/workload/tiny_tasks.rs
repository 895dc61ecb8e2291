//! Tasks so small that what is measured is the way to a worker and back.
//!
//! Packing, sending and the loops around them are generic, so they are compiled where they are called: here, where all is
//! optimised.

use std::hint::black_box;

use forklore_mp::{Error, Pool, Target};

/// The functions of this module that a worker process may run.
pub fn worker_targets() -> Vec<Target> {
    vec![Target::new(increment)]
}

/// A tiny task.
pub fn increment(number: u64) -> u64 {
    number + 1
}

/// So many tiny tasks in a plain loop.
#[inline(never)]
pub fn increment_in_loop(tasks: u64) -> Vec<u64> {
    (0..tasks).map(|task| increment(black_box(task))).collect()
}

/// So many tiny tasks in the workers of a pool, which get `chunk` of them at once.
///
/// # Errors
/// Why the pool ended.
#[inline(never)]
pub fn increment_in_pool(pool: &Pool, tasks: u64, chunk: usize) -> Result<Vec<u64>, Error> {
    pool.map_chunked(increment, 0..tasks, chunk)
}

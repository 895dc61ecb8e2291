//! Whether the workers of a backend computed at once or by turns: told from figures that a busy machine can't spoil.
//!
//! A worker that waits for a lock sleeps: it gives its core up by itself, which the system counts as a voluntary
//! switch. One that waits for a core stays ready to run, which counts as none. So voluntary switches per second of
//! processor time tell "they take turns at a lock" from "all were ready to run", whoever else uses the cores.
//!
//! The thresholds come from measurements with two and four workers of 100 to 150 ms each on two cores of a Linux
//! machine: beside no, one and two busy loops, on one core alone, and under quotas of 0.5 and 1.5 cores. In all of
//! these, native threads, processes, free-threaded threads and subinterpreters switched 0 times a CPU second; threads
//! under a GIL, `CPython`'s and the model's, 317 times and more; `PyPy`'s 844 times and more. Threads of C code that
//! lets go of the GIL switched 15 times at most.

use serde::Serialize;

use super::{Metric, count_workers, median, speedup_baseline};
use crate::record::{Backend, Run, named_enum};

/// Workers that compute and give their core up by themselves this often in a second of processor time take turns at a
/// lock. One switch of each worker is not counted: it may wait for something else at its start or end.
pub const LEAST_LOCK_SWITCHES: f64 = 100.0;
/// With less processor time, of all workers and of each, there are too few switches to tell. `CPython`'s threads
/// switched 7 times and more in 20 ms; a GIL is passed on every 5 ms.
const LEAST_CPU_S: f64 = 0.05;
const LEAST_CPU_OF_EACH_S: f64 = 0.005;
/// While work computes, at least one of its workers runs or is ready to run nearly all the time: cores wanted is 1.0 or
/// more in all measurements. Work that waits for a disk, a network or a clock wants less.
const LEAST_WANTED: f64 = 0.7;
/// Workers that wanted more cores than this at the same time were ready at once: in all measurements, those without a
/// lock wanted 1.1 or more. Workers one after the other want one core at most.
const LEAST_OVERLAP: f64 = 1.08;
/// Workers that used as many cores at the same time did run at once.
pub const CORES_AT_ONCE: f64 = 1.3;

named_enum! {
    /// How the workers of a backend shared the time.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum WorkOverlap {
        /// They computed at the same time, on several cores.
        AtOnce = "at once",
        /// They were ready to, but other programs, an affinity mask or a quota kept the cores from them.
        ReadyAtOnce = "ready at once",
        /// They took turns at a lock.
        ByTurns = "by turns",
    }
}

/// The figures that tell how workers shared the time of their work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OverlapFigures {
    /// How many they are.
    pub workers: usize,
    /// Their processor time, in seconds.
    pub cpu_s: f64,
    /// Cores that they used.
    pub cores_used: f64,
    /// Cores that they wanted; `None` where their wait for a core is not counted.
    pub cores_wanted: Option<f64>,
    /// How often they gave their cores up by themselves, in a second of processor time.
    pub lock_switches: f64,
}

impl OverlapFigures {
    /// How the workers shared the time.
    ///
    /// # Errors
    /// Why these figures don't tell, in words for a student.
    pub fn judge_overlap(&self) -> Result<WorkOverlap, &'static str> {
        if self.workers < 2 {
            return Err("one worker alone has no other to take turns with");
        }
        let workers = self.workers as f64;
        if self.cpu_s < LEAST_CPU_S.max(LEAST_CPU_OF_EACH_S * workers) {
            return Err("the workers computed for too short a time to tell");
        }
        let wanted = self.cores_wanted.unwrap_or(self.cores_used);
        if wanted < LEAST_WANTED {
            return Err(WAITS);
        }
        let from_lock = self.lock_switches - workers / self.cpu_s;
        let is_at_once = self.cores_used >= CORES_AT_ONCE;
        match (from_lock >= LEAST_LOCK_SWITCHES, is_at_once) {
            (true, false) => Ok(WorkOverlap::ByTurns),
            (false, true) => Ok(WorkOverlap::AtOnce),
            (true, true) => Err("the workers often waited for a lock, and yet several ran at once"),
            (false, false) if wanted >= LEAST_OVERLAP => Ok(WorkOverlap::ReadyAtOnce),
            (false, false) => {
                Err("the workers computed one after the other, without waiting for a lock")
            }
        }
    }
}

/// Why the waits of workers tell nothing of a lock.
const WAITS: &str = "the work waits for more than a lock or a core";

/// How the workers of a backend shared the time, from the medians of its rounds.
///
/// # Errors
/// Why these figures don't tell, in words for a student.
pub fn work_overlap(run: Run<'_>, backend: Backend) -> Result<WorkOverlap, &'static str> {
    let figure = |metric: Metric| median(&metric.values(run, backend));
    let no_cpu = "processor time was not measured";
    let figures = OverlapFigures {
        workers: count_workers(run, backend).ok_or("no worker was seen")?,
        cpu_s: figure(Metric::Cpu).ok_or(no_cpu)?,
        cores_used: figure(Metric::CoresUsed).ok_or(no_cpu)?,
        cores_wanted: figure(Metric::CoresWanted),
        lock_switches: figure(Metric::LockSwitches)
            .ok_or("how often a worker waits was not counted")?,
    };
    let alone = median(&Metric::LockSwitches.values(run, speedup_baseline(backend)));
    if alone.is_some_and(|switches| switches >= LEAST_LOCK_SWITCHES) {
        // The same work waits where one thread does it alone, without a lock.
        return Err(WAITS);
    }
    figures.judge_overlap()
}

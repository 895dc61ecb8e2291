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
use crate::record::{Backend, Run};

/// Workers that compute and give their core up by themselves this often in a second of processor time take turns at a
/// lock.
pub const LEAST_LOCK_SWITCHES: f64 = 100.0;
/// With less processor time for each worker, a few switches at its start and end would count too much.
const LEAST_CPU_S: f64 = 0.02;
/// While work computes, at least one of its workers runs or is ready to run nearly all the time: cores wanted is 1.0 or
/// more in all measurements. Work that waits for a disk, a network or a clock wants less.
const LEAST_WANTED: f64 = 0.7;
/// Workers that wanted more cores than this at the same time were ready at once: in all measurements, those without a
/// lock wanted 1.1 or more. Workers one after the other want one core at most.
const LEAST_OVERLAP: f64 = 1.08;
/// Workers that used as many cores at the same time did run at once.
const CORES_AT_ONCE: f64 = 1.3;

/// How the workers of a backend shared the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkOverlap {
    /// They computed at the same time, on several cores.
    AtOnce,
    /// They were ready to, but other programs, an affinity mask or a quota kept the cores from them.
    ReadyAtOnce,
    /// They took turns at a lock.
    ByTurns,
}

impl WorkOverlap {
    /// What tables say: they ran *at once*.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AtOnce => "at once",
            Self::ReadyAtOnce => "ready at once",
            Self::ByTurns => "by turns",
        }
    }
}

/// How the workers of a backend shared the time, from the medians of its rounds.
///
/// # Errors
/// Why these figures don't tell, in words for a student.
pub fn work_overlap(run: Run<'_>, backend: Backend) -> Result<WorkOverlap, &'static str> {
    let figure = |metric: Metric| median(metric.values(run, backend));
    let workers = count_workers(run, backend).ok_or("no worker was seen")?;
    if workers < 2 {
        return Err("one worker alone has no other to take turns with");
    }
    let cpu_s = figure(Metric::Cpu).ok_or("processor time was not measured")?;
    let used = figure(Metric::CoresUsed).ok_or("processor time was not measured")?;
    let switches =
        figure(Metric::LockSwitches).ok_or("how often a worker waits was not counted")?;
    let wanted = figure(Metric::CoresWanted).unwrap_or(used);
    if cpu_s < LEAST_CPU_S * workers as f64 {
        return Err("the workers computed for too short a time to tell");
    }
    if waits_alone(run, backend) || wanted < LEAST_WANTED {
        return Err("the work waits for more than a lock or a core");
    }
    match (switches >= LEAST_LOCK_SWITCHES, used >= CORES_AT_ONCE) {
        (true, false) => Ok(WorkOverlap::ByTurns),
        (false, true) => Ok(WorkOverlap::AtOnce),
        (true, true) => Err("the workers often waited for a lock, and yet several ran at once"),
        (false, false) if wanted >= LEAST_OVERLAP => Ok(WorkOverlap::ReadyAtOnce),
        (false, false) => {
            Err("the workers computed one after the other, without waiting for a lock")
        }
    }
}

/// Whether the same work waits where one thread does it alone, without a lock.
fn waits_alone(run: Run<'_>, backend: Backend) -> bool {
    let alone = median(Metric::LockSwitches.values(run, speedup_baseline(backend)));
    alone.is_some_and(|switches| switches >= LEAST_LOCK_SWITCHES)
}

//! A value that breaks whatever handles it: while a worker decodes it, runs with it, or encodes it.

use std::{process, thread, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use forklore_mp::{Bytes, Failure, cause_segfault, current_process};

/// When a trap goes off, always in a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrapPhase {
    /// While the argument is decoded.
    Decoding,
    /// While the task runs.
    Running,
    /// While the result is encoded.
    Encoding,
    /// Never.
    Never,
}

/// What it does then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrapFault {
    /// A segmentation fault.
    Crash,
    /// `abort()`.
    Abort,
    /// `exit(5)`.
    Exit,
    /// An error.
    Error,
    /// A panic.
    Panic,
    /// SIGKILL.
    Kill,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultTrap {
    pub stage: TrapPhase,
    pub fault: TrapFault,
    /// Makes it as large as the test wants.
    pub weight: Bytes,
}

type TrapParts = (TrapPhase, TrapFault, Bytes);

impl FaultTrap {
    fn go_off(&self, stage: TrapPhase) -> Result<(), &'static str> {
        if self.stage != stage || current_process().name() == "MainProcess" {
            return Ok(());
        }
        match self.fault {
            TrapFault::Crash => cause_segfault(),
            TrapFault::Abort => process::abort(),
            TrapFault::Exit => process::exit(5),
            TrapFault::Error => Err("the trap went off"),
            TrapFault::Panic => panic!("the trap went off"),
            TrapFault::Kill => kill_ourselves(),
        }
    }
}

#[cfg(unix)]
fn kill_ourselves() -> ! {
    use nix::{sys::signal, unistd::Pid};
    // A process may always signal itself.
    let _ = signal::kill(Pid::this(), signal::Signal::SIGKILL);
    loop {
        thread::sleep(Duration::from_secs(1));
    }
}

#[cfg(not(unix))]
fn kill_ourselves() -> ! {
    thread::sleep(Duration::ZERO);
    process::abort()
}

impl Serialize for FaultTrap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.go_off(TrapPhase::Encoding)
            .map_err(serde::ser::Error::custom)?;
        (self.stage, self.fault, &self.weight).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FaultTrap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (stage, fault, weight) = TrapParts::deserialize(deserializer)?;
        let trap = Self {
            stage,
            fault,
            weight,
        };
        trap.go_off(TrapPhase::Decoding)
            .map_err(serde::de::Error::custom)?;
        Ok(trap)
    }
}

/// Takes a trap and gives it back.
pub fn step_on(trap: FaultTrap) -> Result<FaultTrap, Failure> {
    trap.go_off(TrapPhase::Running).map_err(Failure::new)?;
    Ok(trap)
}

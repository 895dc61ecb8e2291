//! Programs: what is shared, and a listing for each worker.

use std::fmt;

/// The maximum number of workers of a program.
pub const MOST_WORKERS: usize = 3;

/// The maximum number of instructions of a worker. With [`MOST_WORKERS`], every number of schedules fits into a `u64`.
pub const MOST_INSTRUCTIONS: usize = 12;

/// A worker, counted from 0. It is written from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkerIndex(pub usize);

/// The index of a shared variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VariableId(pub(crate) usize);

/// The index of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LockId(pub(crate) usize);

/// The index of a bounded queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct QueueId(pub(crate) usize);

/// One indivisible step of a worker. Each worker has one register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Instruction {
    /// Copies a shared variable into the register.
    Load(VariableId),
    /// Adds to the register.
    Add(i64),
    /// Copies the register into a shared variable.
    Store(VariableId),
    /// Waits until the lock is free, and takes it. A worker that holds it already waits too.
    Acquire(LockId),
    /// Frees a lock that the worker holds.
    Release(LockId),
    /// Waits until the queue has room, and appends an item.
    Put(QueueId, i64),
    /// Waits until the queue has an item, and moves the first one into the register.
    Get(QueueId),
}

/// A variable that all workers share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedVariable {
    /// Its name.
    pub name: String,
    /// Its value at the start.
    pub initial: i64,
}

/// A queue that all workers share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundedQueue {
    /// Its name.
    pub name: String,
    /// How many items it holds at most.
    pub capacity: usize,
}

/// What workers share, and what each of them does. It is parsed from text: see [`Program::from_str`].
///
/// [`Program::from_str`]: std::str::FromStr::from_str
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Program {
    pub(crate) variables: Vec<SharedVariable>,
    pub(crate) locks: Vec<String>,
    pub(crate) queues: Vec<BoundedQueue>,
    pub(crate) listings: Vec<Vec<Instruction>>,
}

impl Program {
    /// The shared variables.
    pub fn variables(&self) -> &[SharedVariable] {
        &self.variables
    }

    /// The names of the locks.
    pub fn locks(&self) -> &[String] {
        &self.locks
    }

    /// The queues.
    pub fn queues(&self) -> &[BoundedQueue] {
        &self.queues
    }

    /// The workers, in order.
    pub fn workers(&self) -> impl Iterator<Item = WorkerIndex> + use<> {
        (0..self.listings.len()).map(WorkerIndex)
    }

    /// The listing of a worker; empty if there is no such worker.
    pub fn listing(&self, worker: WorkerIndex) -> &[Instruction] {
        self.listings.get(worker.0).map_or(&[], Vec::as_slice)
    }

    /// The name of a variable.
    pub fn variable_name(&self, id: VariableId) -> &str {
        &self.variables[id.0].name
    }

    /// The name of a lock.
    pub fn lock_name(&self, id: LockId) -> &str {
        &self.locks[id.0]
    }

    /// A queue.
    pub fn queue(&self, id: QueueId) -> &BoundedQueue {
        &self.queues[id.0]
    }

    /// An instruction as it is written in a listing: `load counter`.
    pub fn format_instruction(&self, instruction: Instruction) -> String {
        match instruction {
            Instruction::Load(id) => format!("load {}", self.variable_name(id)),
            Instruction::Add(amount) => format!("add {amount}"),
            Instruction::Store(id) => format!("store {}", self.variable_name(id)),
            Instruction::Acquire(id) => format!("acquire {}", self.lock_name(id)),
            Instruction::Release(id) => format!("release {}", self.lock_name(id)),
            Instruction::Put(id, item) => format!("put {} {item}", self.queue(id).name),
            Instruction::Get(id) => format!("get {}", self.queue(id).name),
        }
    }
}

/// The program as text, which parses into the same program.
impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for variable in &self.variables {
            writeln!(f, "variable {} {}", variable.name, variable.initial)?;
        }
        for name in &self.locks {
            writeln!(f, "lock {name}")?;
        }
        for queue in &self.queues {
            writeln!(f, "queue {} {}", queue.name, queue.capacity)?;
        }
        for listing in &self.listings {
            writeln!(f, "worker")?;
            for instruction in listing {
                writeln!(f, "  {}", self.format_instruction(*instruction))?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for WorkerIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 + 1)
    }
}

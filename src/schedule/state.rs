//! The state of the machine, and the one way in which it changes: a step of a worker.

use std::collections::VecDeque;

use thiserror::Error;

use crate::program::{Instruction, LockId, Program, QueueId, VariableId, WorkerIndex};

/// Everything that decides what can happen next. States with the same content are equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MachineState {
    counters: Vec<usize>,
    registers: Vec<i64>,
    memory: Vec<i64>,
    owners: Vec<Option<WorkerIndex>>,
    queues: Vec<VecDeque<i64>>,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepOutcome {
    /// The worker ran this instruction.
    Ran(Instruction),
    /// The worker waits, and nothing has changed.
    Blocked(BlockedOn),
    /// The worker has no more instructions, and nothing has changed.
    Ended,
}

/// What a worker waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockedOn {
    /// A lock that a worker holds, perhaps the waiting one itself.
    HeldLock {
        /// The lock.
        lock: LockId,
        /// The worker that holds it.
        owner: WorkerIndex,
    },
    /// Room in a full queue.
    FullQueue(QueueId),
    /// An item from an empty queue.
    EmptyQueue(QueueId),
}

/// A step that makes no sense.
#[derive(Debug, Clone, Copy, Error, PartialEq, Eq)]
pub enum StepError {
    /// The program has no such worker.
    #[error("there is no worker {worker}; there are {workers}")]
    UnknownWorker {
        /// The worker.
        worker: WorkerIndex,
        /// The number of workers.
        workers: usize,
    },
}

impl MachineState {
    /// The state before the first step.
    pub fn initial(program: &Program) -> Self {
        let workers = program.workers().count();
        Self {
            counters: vec![0; workers],
            registers: vec![0; workers],
            memory: program
                .variables()
                .iter()
                .map(|variable| variable.initial)
                .collect(),
            owners: vec![None; program.locks().len()],
            queues: vec![VecDeque::new(); program.queues().len()],
        }
    }

    /// Lets a worker run its next instruction, if it can.
    ///
    /// # Errors
    /// The program has no such worker.
    pub fn step(
        &mut self,
        program: &Program,
        worker: WorkerIndex,
    ) -> Result<StepOutcome, StepError> {
        let workers = self.counters.len();
        if worker.0 >= workers {
            return Err(StepError::UnknownWorker { worker, workers });
        }
        let Some(instruction) = self.next_instruction(program, worker) else {
            return Ok(StepOutcome::Ended);
        };
        if let Some(on) = self.blocked_on(program, worker) {
            return Ok(StepOutcome::Blocked(on));
        }
        self.execute(worker, instruction);
        self.counters[worker.0] += 1;
        Ok(StepOutcome::Ran(instruction))
    }

    /// Executes an instruction that is not blocked.
    fn execute(&mut self, worker: WorkerIndex, instruction: Instruction) {
        let register = &mut self.registers[worker.0];
        match instruction {
            Instruction::Load(id) => *register = self.memory[id.0],
            Instruction::Add(amount) => *register += amount,
            Instruction::Store(id) => self.memory[id.0] = *register,
            Instruction::Acquire(id) => self.owners[id.0] = Some(worker),
            Instruction::Release(id) => self.owners[id.0] = None,
            Instruction::Put(id, item) => self.queues[id.0].push_back(item),
            Instruction::Get(id) => {
                if let Some(item) = self.queues[id.0].pop_front() {
                    *register = item;
                }
            }
        }
    }

    /// What a worker waits for; `None` if it can run, or has ended.
    pub fn blocked_on(&self, program: &Program, worker: WorkerIndex) -> Option<BlockedOn> {
        match self.next_instruction(program, worker)? {
            Instruction::Acquire(lock) => self
                .owner(lock)
                .map(|owner| BlockedOn::HeldLock { lock, owner }),
            Instruction::Put(id, _) if self.items(id).len() >= program.queue(id).capacity => {
                Some(BlockedOn::FullQueue(id))
            }
            Instruction::Get(id) if self.items(id).is_empty() => Some(BlockedOn::EmptyQueue(id)),
            _ => None,
        }
    }

    /// The instruction that a worker would run next; `None` if it has ended.
    pub fn next_instruction(&self, program: &Program, worker: WorkerIndex) -> Option<Instruction> {
        let counter = *self.counters.get(worker.0)?;
        program.listing(worker).get(counter).copied()
    }

    /// The workers that can run.
    pub fn runnable_workers(&self, program: &Program) -> impl Iterator<Item = WorkerIndex> {
        program.workers().filter(|worker| {
            self.next_instruction(program, *worker).is_some()
                && self.blocked_on(program, *worker).is_none()
        })
    }

    /// Whether every worker has ended.
    pub fn is_complete(&self, program: &Program) -> bool {
        let mut workers = program.workers();
        workers.all(|worker| self.next_instruction(program, worker).is_none())
    }

    /// Whether no worker can run although not all have ended.
    pub fn is_deadlock(&self, program: &Program) -> bool {
        self.runnable_workers(program).next().is_none() && !self.is_complete(program)
    }

    /// How many instructions a worker has run.
    pub fn counter(&self, worker: WorkerIndex) -> usize {
        self.counters[worker.0]
    }

    /// The register of a worker.
    pub fn register(&self, worker: WorkerIndex) -> i64 {
        self.registers[worker.0]
    }

    /// The value of a shared variable.
    pub fn value(&self, id: VariableId) -> i64 {
        self.memory[id.0]
    }

    /// The values of the shared variables, in the program's order.
    pub fn values(&self) -> &[i64] {
        &self.memory
    }

    /// The worker that holds a lock.
    pub fn owner(&self, id: LockId) -> Option<WorkerIndex> {
        self.owners[id.0]
    }

    /// The workers that hold the locks, in the program's order.
    pub fn owners(&self) -> &[Option<WorkerIndex>] {
        &self.owners
    }

    /// The items of a queue, the oldest first.
    pub fn items(&self, id: QueueId) -> &VecDeque<i64> {
        &self.queues[id.0]
    }

    /// The items of the queues, in the program's order.
    pub fn queues(&self) -> &[VecDeque<i64>] {
        &self.queues
    }
}

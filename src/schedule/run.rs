//! A run of a program by hand, step by step and back.

use std::sync::Arc;

use crate::{
    program::{Program, WorkerIndex},
    schedule::Schedule,
    state::{MachineState, StepError, StepOutcome},
};

/// A program, its state now, and the steps that led there.
#[derive(Debug, Clone)]
pub struct ScheduleRun {
    program: Arc<Program>,
    state: MachineState,
    /// Each step, with the state before it.
    history: Vec<(WorkerIndex, MachineState)>,
}

impl ScheduleRun {
    /// A run before its first step.
    pub fn new(program: Arc<Program>) -> Self {
        let state = MachineState::initial(&program);
        Self {
            program,
            state,
            history: Vec::new(),
        }
    }

    /// The program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The state now.
    pub fn state(&self) -> &MachineState {
        &self.state
    }

    /// Lets a worker run its next instruction. A step that changes nothing is not part of the schedule.
    ///
    /// # Errors
    /// The program has no such worker.
    pub fn step(&mut self, worker: WorkerIndex) -> Result<StepOutcome, StepError> {
        let before = self.state.clone();
        let outcome = self.state.step(&self.program, worker)?;
        if matches!(outcome, StepOutcome::Ran(_)) {
            self.history.push((worker, before));
        }
        Ok(outcome)
    }

    /// Goes back one step; `None` at the start.
    pub fn undo(&mut self) -> Option<WorkerIndex> {
        let (worker, before) = self.history.pop()?;
        self.state = before;
        Some(worker)
    }

    /// Goes back to the start.
    pub fn restart(&mut self) {
        *self = Self::new(Arc::clone(&self.program));
    }

    /// The schedule so far: replayed from the start, it leads to the same state.
    pub fn schedule(&self) -> Schedule {
        Schedule(self.history.iter().map(|(worker, _)| *worker).collect())
    }

    /// Every state so far, from the first to the present one.
    pub fn states(&self) -> impl Iterator<Item = &MachineState> {
        let past = self.history.iter().map(|(_, state)| state);
        past.chain([&self.state])
    }
}

//! Goals: what a schedule is to bring about.

use thiserror::Error;

use crate::{
    parse::parse_number,
    program::{Program, VariableId, WorkerIndex},
    state::MachineState,
};

/// A condition over states. A schedule meets it if one of its states does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// All workers have ended, and the variable has this value.
    EndsWith(VariableId, i64),
    /// No worker can run, although not all have ended.
    Deadlock,
    /// This worker waits.
    Waits(WorkerIndex),
}

/// A goal that cannot be read.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum GoalError {
    /// It has none of the known forms.
    #[error("a goal is `VARIABLE == NUMBER` (at the end), `deadlock`, or `worker NUMBER waits`")]
    Form,
    /// The program has no such variable.
    #[error("no variable is called `{0}`")]
    UnknownVariable(String),
    /// The program has no such worker.
    #[error("there is no worker {0}")]
    UnknownWorker(String),
}

impl Goal {
    /// Reads a goal: `counter == 1`, `deadlock` or `worker 1 waits`.
    ///
    /// # Errors
    /// It has another form, or names what the program does not have.
    pub fn parse(text: &str, program: &Program) -> Result<Self, GoalError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words[..] {
            ["deadlock"] => Ok(Self::Deadlock),
            ["worker", number, "waits"] => {
                let mut workers = program.workers();
                let found = workers.find(|worker| worker.to_string() == number);
                found
                    .map(Self::Waits)
                    .ok_or_else(|| GoalError::UnknownWorker(number.to_owned()))
            }
            [name, "==", number] => {
                let variable = program.find_variable(name);
                let variable = variable.map_err(|_| GoalError::UnknownVariable(name.to_owned()))?;
                let number = parse_number(number, "").map_err(|_| GoalError::Form)?;
                Ok(Self::EndsWith(variable, number))
            }
            _ => Err(GoalError::Form),
        }
    }

    /// Whether a state meets it.
    pub fn is_met(self, program: &Program, state: &MachineState) -> bool {
        match self {
            Self::EndsWith(id, value) => state.is_complete(program) && state.value(id) == value,
            Self::Deadlock => state.is_deadlock(program),
            Self::Waits(worker) => state.blocked_on(program, worker).is_some(),
        }
    }

    /// The goal in the form that [`Goal::parse`] reads.
    pub fn format(self, program: &Program) -> String {
        match self {
            Self::EndsWith(id, value) => format!("{} == {value}", program.variable_name(id)),
            Self::Deadlock => "deadlock".to_owned(),
            Self::Waits(worker) => format!("worker {worker} waits"),
        }
    }
}

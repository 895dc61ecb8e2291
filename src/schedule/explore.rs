//! All schedules at once: a search over states, and a count of the schedules.

use std::collections::HashMap;

use thiserror::Error;

use crate::{
    goal::Goal,
    program::{Program, WorkerIndex},
    schedule::Schedule,
    state::MachineState,
};

/// The maximum number of states that are searched.
const MOST_STATES: usize = 50_000;

/// What is true of all complete schedules: those after which no worker can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exploration {
    /// The shortest schedule that meets the goal; of several, the first one in the order of their workers.
    pub shortest: Option<Schedule>,
    /// The number of complete schedules that meet the goal.
    pub meeting: u64,
    /// The number of complete schedules.
    pub complete: u64,
    /// The number of different states.
    pub states: usize,
}

/// A program with too many states.
#[derive(Debug, Clone, Copy, Error, PartialEq, Eq)]
#[error("the program has more than {MOST_STATES} states; shorter listings have fewer")]
pub struct ExploreError;

/// All states that can be reached, in breadth-first order: every successor of a state stands behind it.
struct StateGraph {
    states: Vec<MachineState>,
    /// The states that each state leads to, one for each worker that can run.
    successors: Vec<Vec<usize>>,
    /// The state from which each state was reached first, and the worker that ran.
    origins: Vec<Option<(usize, WorkerIndex)>>,
}

/// Searches every schedule that begins in a state.
///
/// A state is visited once, however many schedules lead to it; the schedules are counted by adding up those of the
/// states that follow. So the numbers are exact, and no schedule is ever listed.
///
/// # Errors
/// The program has too many states.
pub fn explore(
    program: &Program,
    from: &MachineState,
    goal: Goal,
) -> Result<Exploration, ExploreError> {
    let graph = StateGraph::build(program, from)?;
    let meets: Vec<bool> = graph
        .states
        .iter()
        .map(|state| goal.is_met(program, state))
        .collect();
    let (complete, meeting) = graph.count_schedules(&meets);
    let nearest = meets.iter().position(|meets| *meets);
    Ok(Exploration {
        shortest: nearest.map(|at| graph.path_to(at)),
        meeting,
        complete,
        states: graph.states.len(),
    })
}

impl StateGraph {
    fn build(program: &Program, from: &MachineState) -> Result<Self, ExploreError> {
        let mut indices = HashMap::from([(from.clone(), 0)]);
        let mut graph = Self {
            states: vec![from.clone()],
            successors: Vec::new(),
            origins: vec![None],
        };
        while graph.successors.len() < graph.states.len() {
            let at = graph.successors.len();
            let state = graph.states[at].clone();
            let mut successors = Vec::new();
            for worker in state.runnable_workers(program) {
                let mut next = state.clone();
                // A runnable worker of the program can step.
                let _ = next.step(program, worker);
                let index = *indices.entry(next).or_insert_with_key(|next| {
                    graph.states.push(next.clone());
                    graph.origins.push(Some((at, worker)));
                    graph.states.len() - 1
                });
                successors.push(index);
            }
            if graph.states.len() > MOST_STATES {
                return Err(ExploreError);
            }
            graph.successors.push(successors);
        }
        Ok(graph)
    }

    /// The numbers of complete schedules from the first state: all, and those that pass a state that meets the goal.
    fn count_schedules(&self, meets: &[bool]) -> (u64, u64) {
        let mut complete = vec![0; self.states.len()];
        let mut meeting = vec![0; self.states.len()];
        for at in (0..self.states.len()).rev() {
            let successors = &self.successors[at];
            complete[at] = match successors[..] {
                [] => 1,
                _ => successors.iter().map(|next| complete[*next]).sum(),
            };
            meeting[at] = if meets[at] {
                complete[at]
            } else {
                successors.iter().map(|next| meeting[*next]).sum()
            };
        }
        (complete[0], meeting[0])
    }

    fn path_to(&self, mut at: usize) -> Schedule {
        let mut steps = Vec::new();
        while let Some((before, worker)) = self.origins[at] {
            steps.push(worker);
            at = before;
        }
        steps.reverse();
        Schedule(steps)
    }
}

//! The results of `--schedule` and `--find`: as tables, and as JSON.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::{
    record::Value,
    report::Table,
    schedule::{
        Exploration, MachineState, Program, Schedule, ScheduleRun, ScheduleTask, StepError,
        StepOutcome, WorkerIndex, find_scenario, find_wait_cycle,
    },
    text::format_count,
    tutor::{describe_step, describe_waits},
};

/// The schema of both objects.
const SCHEMA: &str = "forklore.step/1";

/// A schedule, step by step.
#[derive(Debug, Serialize)]
pub struct ScheduleTrace {
    schema: &'static str,
    model: bool,
    scenario: Option<&'static str>,
    goal: String,
    schedule: Vec<usize>,
    steps: Vec<TracedStep>,
    /// `complete`, `deadlock` or `unfinished`.
    end: &'static str,
    /// The number of steps after which the goal was met.
    goal_met_after: Option<usize>,
    /// The workers of which each waits for the next one, and the last for the first.
    wait_cycle: Option<Vec<usize>>,
    #[serde(skip)]
    waits: String,
}

/// A step, and the state after it.
#[derive(Debug, Serialize)]
struct TracedStep {
    worker: usize,
    instruction: Option<String>,
    /// `ran`, `waits` or `ended`.
    outcome: &'static str,
    register: i64,
    shared: BTreeMap<String, Json>,
    #[serde(skip)]
    description: String,
}

impl ScheduleTrace {
    /// Replays a schedule.
    ///
    /// # Errors
    /// It names a worker that the program does not have.
    pub fn build(task: &ScheduleTask, schedule: &Schedule) -> Result<Self, StepError> {
        let program = &task.program;
        let mut run = ScheduleRun::new(Arc::clone(program));
        let mut steps = Vec::new();
        let is_met = |state: &MachineState| task.goal.is_met(program, state);
        let mut goal_met_after = is_met(run.state()).then_some(0);
        for (at, worker) in schedule.0.iter().enumerate() {
            steps.push(trace_step(&mut run, *worker)?);
            if goal_met_after.is_none() && is_met(run.state()) {
                goal_met_after = Some(at + 1);
            }
        }
        let state = run.state();
        let end = if state.is_complete(program) {
            "complete"
        } else if state.is_deadlock(program) {
            "deadlock"
        } else {
            "unfinished"
        };
        let cycle = find_wait_cycle(program, state);
        Ok(Self {
            schema: SCHEMA,
            model: true,
            scenario: task.scenario,
            goal: task.goal.format(program),
            schedule: number_workers(schedule),
            steps,
            end,
            goal_met_after,
            wait_cycle: cycle.map(|cycle| cycle.iter().map(|wait| wait.worker.0 + 1).collect()),
            waits: describe_waits(program, state),
        })
    }

    /// The steps as a table, with the goal below it.
    pub fn to_table(&self, task: &ScheduleTask) -> Table {
        let title = format!("A schedule of the model: {}", self.schedule_text());
        let mut table = Table::new(title, &["step", "worker", "instruction", "what happened"]);
        for (at, step) in self.steps.iter().enumerate() {
            let instruction = step.instruction.as_deref();
            table.add_row([
                Value::count(at + 1),
                Value::count(step.worker),
                instruction.map_or(Value::Nothing, Value::text),
                Value::text(step.description.replace('`', "")),
            ]);
        }
        table.add_note(format!("Goal: {}", task.task));
        let end = match self.end {
            "complete" => "all workers have ended".to_owned(),
            "deadlock" => format!("no worker can run: {}", self.waits),
            _ => "not all workers have ended".to_owned(),
        };
        match self.goal_met_after {
            Some(steps) => {
                let steps = format_count(steps, "step", "steps");
                table.add_note(format!("It is met after {steps}; at the end, {end}."));
                table.add_note(task.explanation.as_str());
            }
            None => table.add_note(format!("It is not met; at the end, {end}.")),
        }
        if let Some(scenario) = self.scenario.and_then(find_scenario) {
            table.add_note(format!("This is a model. {}", scenario.for_real));
        }
        table
    }

    fn schedule_text(&self) -> String {
        let workers: Vec<String> = self.schedule.iter().map(usize::to_string).collect();
        workers.join(" ")
    }
}

fn trace_step(run: &mut ScheduleRun, worker: WorkerIndex) -> Result<TracedStep, StepError> {
    let instruction = run.state().next_instruction(run.program(), worker);
    let outcome = run.step(worker)?;
    let (program, state) = (run.program(), run.state());
    Ok(TracedStep {
        worker: worker.0 + 1,
        instruction: instruction.map(|instruction| program.format_instruction(instruction)),
        outcome: match outcome {
            StepOutcome::Ran(_) => "ran",
            StepOutcome::Blocked(_) => "waits",
            StepOutcome::Ended => "ended",
        },
        register: state.register(worker),
        shared: list_shared(program, state),
        description: describe_step(program, state, worker, outcome),
    })
}

/// The value of each variable, the worker that holds each lock, and the items of each queue.
fn list_shared(program: &Program, state: &MachineState) -> BTreeMap<String, Json> {
    let variables = program.variables().iter().zip(state.values());
    let variables = variables.map(|(variable, value)| (variable.name.clone(), json!(value)));
    let locks = program.locks().iter().zip(state.owners());
    let locks = locks.map(|(name, owner)| (name.clone(), json!(owner.map(|owner| owner.0 + 1))));
    let queues = program.queues().iter().zip(state.queues());
    let queues = queues.map(|(queue, items)| (queue.name.clone(), json!(items)));
    variables.chain(locks).chain(queues).collect()
}

fn number_workers(schedule: &Schedule) -> Vec<usize> {
    schedule.0.iter().map(|worker| worker.0 + 1).collect()
}

/// What was found out about all schedules.
#[derive(Debug, Serialize)]
pub struct ScheduleSearch {
    schema: &'static str,
    model: bool,
    scenario: Option<&'static str>,
    goal: String,
    /// The shortest schedule that meets the goal.
    shortest: Option<Vec<usize>>,
    /// The number of complete schedules that meet it.
    meeting: u64,
    /// The number of complete schedules.
    complete: u64,
    /// The number of states that were searched.
    states: usize,
    #[serde(skip)]
    shortest_text: Option<String>,
}

impl ScheduleSearch {
    /// What `explore` found for a task.
    pub fn new(task: &ScheduleTask, found: &Exploration) -> Self {
        Self {
            schema: SCHEMA,
            model: true,
            scenario: task.scenario,
            goal: task.goal.format(&task.program),
            shortest: found.shortest.as_ref().map(number_workers),
            meeting: found.meeting,
            complete: found.complete,
            states: found.states,
            shortest_text: found.shortest.as_ref().map(ToString::to_string),
        }
    }

    /// The figures as a table.
    pub fn to_table(&self, task: &ScheduleTask) -> Table {
        let mut table = Table::new(
            format!("All schedules of the model: {}", task.task),
            &[
                "shortest that meets the goal",
                "meet the goal",
                "all schedules",
                "states",
            ],
        );
        let shortest = self.shortest_text.as_deref().unwrap_or("none");
        table.add_row([
            Value::text(shortest),
            Value::Count(self.meeting as i64),
            Value::Count(self.complete as i64),
            Value::count(self.states),
        ]);
        if let (Some(scenario), Some(shortest)) = (self.scenario, &self.shortest_text) {
            table.add_note(format!(
                "`step {scenario} --schedule {shortest}` shows the shortest."
            ));
        }
        table.add_note(
            "Every schedule was searched, and the numbers are exact. They are no probabilities: a real machine does not \
             choose its schedules at random.",
        );
        if let Some(scenario) = self.scenario.and_then(find_scenario) {
            table.add_note(format!("This is a model. {}", scenario.for_real));
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{SCENARIOS, explore};

    #[test]
    fn every_schedule_that_a_search_prints_replays_to_its_goal() {
        for scenario in &SCENARIOS {
            let task = scenario.build_task().expect("a task");
            let start = MachineState::initial(&task.program);
            let found = explore(&task.program, &start, task.goal).expect("small");
            let Some(printed) = ScheduleSearch::new(&task, &found).shortest_text else {
                assert_eq!(found.meeting, 0, "{}", scenario.name);
                continue;
            };
            let schedule: Schedule = printed.parse().expect("workers");
            let trace = ScheduleTrace::build(&task, &schedule).expect("workers of the program");
            let steps = schedule.0.len();
            assert_eq!(trace.goal_met_after, Some(steps), "{}", scenario.name);
        }
    }
}

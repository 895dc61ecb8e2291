//! Tasks: a program, a goal, and the words about them; and the scenarios that come with the model.

use std::sync::Arc;

use thiserror::Error;

use crate::{
    goal::{Goal, GoalError},
    parse::ProgramSyntaxError,
    program::Program,
};

/// A program with a goal, ready to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleTask {
    /// The name of the scenario, if it is one.
    pub scenario: Option<&'static str>,
    /// What to do, as a sentence.
    pub task: String,
    /// The program.
    pub program: Arc<Program>,
    /// The goal.
    pub goal: Goal,
    /// The explanation in Markdown, for when the goal is met, or when no schedule meets it; empty if there is none.
    pub explanation: String,
}

/// A task whose program or goal cannot be read.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum TaskError {
    /// The program.
    #[error("the program, {0}")]
    Program(#[from] ProgramSyntaxError),
    /// The goal.
    #[error("the goal: {0}")]
    Goal(#[from] GoalError),
}

/// A task with a name.
#[derive(Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Its name.
    pub name: &'static str,
    /// One line for lists.
    pub summary: &'static str,
    /// The task, as a sentence.
    pub task: &'static str,
    /// The program: see [`Program`](crate::Program).
    pub source: &'static str,
    /// The goal: see [`Goal::parse`](crate::Goal::parse).
    pub goal: &'static str,
    /// The explanation, for when the goal is met, or when no schedule meets it.
    pub explanation: &'static str,
    /// Which of Forklore's demos shows it with real workers, as a sentence.
    pub for_real: &'static str,
    /// The command that shows it.
    pub real_command: &'static str,
    /// The scenario to try next.
    pub next: &'static str,
}

impl Scenario {
    /// The task.
    ///
    /// # Errors
    /// Its program or its goal cannot be read, which the tests exclude.
    pub fn build_task(&self) -> Result<ScheduleTask, TaskError> {
        let program: Program = self.source.parse()?;
        Ok(ScheduleTask {
            scenario: Some(self.name),
            task: self.task.to_owned(),
            goal: Goal::parse(self.goal, &program)?,
            program: Arc::new(program),
            explanation: self.explanation.to_owned(),
        })
    }
}

/// Every scenario, in the order in which they are taught.
pub static SCENARIOS: [Scenario; 5] = [
    Scenario {
        name: "race",
        summary: "two workers add 1 to a counter, and one addition is lost",
        task: "Both workers add 1 to the counter. Make it end at 1.",
        source: "
            variable counter 0
            worker
            load counter
            add 1
            store counter
            worker
            load counter
            add 1
            store counter",
        goal: "counter == 1",
        explanation: "Both workers loaded the counter before either had stored its sum, so the second store \
            overwrote the first one. `counter += 1` is three steps, and another worker may run between any two of \
            them.",
        for_real: "`run race` lets real threads and processes count, and shows how many additions were lost.",
        real_command: "run race",
        next: "race-lock",
    },
    Scenario {
        name: "race-lock",
        summary: "the same under a lock: is an addition lost?",
        task: "The same additions, now with a lock. Can you still make the counter end at 1?",
        source: "
            variable counter 0
            lock lock
            worker
            acquire lock
            load counter
            add 1
            store counter
            release lock
            worker
            acquire lock
            load counter
            add 1
            store counter
            release lock",
        goal: "counter == 1",
        explanation: "The worker that has acquired the lock runs load, add and store while the other one waits. So \
            the second load always comes after the first store, and no addition is lost.",
        for_real: "`run race` counts with a real lock too: nothing is lost in those rows.",
        real_command: "run race",
        next: "deadlock",
    },
    Scenario {
        name: "deadlock",
        summary: "two workers acquire two locks in opposite orders",
        task: "Each worker needs both locks. Get both workers stuck.",
        source: "
            lock A
            lock B
            worker
            acquire A
            acquire B
            release B
            release A
            worker
            acquire B
            acquire A
            release A
            release B",
        goal: "deadlock",
        explanation: "Each worker holds one lock and waits for the other one: a deadlock. A program that has always \
            worked may still have one, if the schedule that leads to it is rare.",
        for_real: "`run deadlock` lets real threads and processes acquire two locks, and counts the rounds \
            that end in a deadlock.",
        real_command: "run deadlock",
        next: "lock-order",
    },
    Scenario {
        name: "lock-order",
        summary: "the same two locks, acquired in the same order",
        task: "Now both workers acquire A first. Can you still get them stuck?",
        source: "
            lock A
            lock B
            worker
            acquire A
            acquire B
            release B
            release A
            worker
            acquire A
            acquire B
            release B
            release A",
        goal: "deadlock",
        explanation: "The worker that holds A is the only one that may hold or want B, so it never waits for the \
            other. If all workers acquire their locks in the same order, a circle of waits cannot close.",
        for_real: "`run deadlock --order same` lets real threads and processes do so, round after round.",
        real_command: "run deadlock --order same",
        next: "bounded-queue",
    },
    Scenario {
        name: "bounded-queue",
        summary: "a producer and a consumer, and a queue with room for two items",
        task: "Worker 1 puts three items into a queue that holds two; worker 2 gets them. Make worker 1 wait.",
        source: "
            queue tasks 2
            worker
            put tasks 1
            put tasks 2
            put tasks 3
            worker
            get tasks
            get tasks
            get tasks",
        goal: "worker 1 waits",
        explanation: "The queue is full, so `put` waits until the consumer has taken an item. So a fast producer \
            cannot fill the memory with items that no worker has dealt with yet. The wait ends as soon as worker 2 \
            gets an item: it is not a deadlock.",
        for_real: "`run queue` lets a real producer be faster than its consumer, and counts how many messages wait, \
            with a limit and without.",
        real_command: "run queue",
        next: "race",
    },
];

/// The scenario of this name.
pub fn find_scenario(name: &str) -> Option<&'static Scenario> {
    SCENARIOS.iter().find(|scenario| scenario.name == name)
}

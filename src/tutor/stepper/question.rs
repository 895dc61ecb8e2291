//! Fresh questions about a schedule: what is the counter now?

use std::sync::Arc;

use super::words::describe_step;
use crate::{
    lesson::{Block, Library, Misconception, NumberAnswer, Quiz, QuizAnswer},
    schedule::{Instruction, Program, ScheduleRun, ScheduleTask, StepOutcome, WorkerIndex},
    tutor::progress::LearnerProgress,
};

/// The tasks of lessons that the learner has begun, as far as a question about them has a number for an answer.
pub fn known_tasks(library: &Library, known: &LearnerProgress) -> Vec<Arc<ScheduleTask>> {
    let lessons = library.lessons().iter();
    let begun = lessons.filter(|lesson| known.lesson_history(lesson).is_some());
    let tasks = begun
        .flat_map(|lesson| lesson.blocks())
        .filter_map(|block| match block {
            Block::Schedule(task) => Some(Arc::clone(task)),
            _ => None,
        });
    tasks
        .filter(|task| choose_subject(&task.program).is_some())
        .collect()
}

/// What a question is about.
#[derive(Debug, Clone, Copy)]
enum QuestionSubject {
    FirstVariable,
    FirstQueue,
}

fn choose_subject(program: &Program) -> Option<QuestionSubject> {
    if !program.variables().is_empty() {
        Some(QuestionSubject::FirstVariable)
    } else if !program.queues().is_empty() {
        Some(QuestionSubject::FirstQueue)
    } else {
        None
    }
}

/// A question about the state after the beginning of a schedule. Both are decided by the seed.
pub fn draw_question(task: &ScheduleTask, seed: u64) -> Option<Quiz> {
    let program = &task.program;
    let subject = choose_subject(program)?;
    let (run, told) = draw_run(task, seed);
    let state = run.state();
    let (asked, value, counted) = match subject {
        QuestionSubject::FirstVariable => (
            format!("What is `{}` now?", program.variables()[0].name),
            state.values()[0],
            count_stores(program, &run),
        ),
        QuestionSubject::FirstQueue => (
            format!("How many items are in `{}` now?", program.queues()[0].name),
            state.queues()[0].len() as i64,
            0,
        ),
    };
    let slips = if counted == value {
        Vec::new()
    } else {
        let why = "That counts the steps. A worker stores what is in its register, whatever the variable has become \
            since it was loaded.";
        vec![Misconception {
            value: counted as f64,
            why: why.to_owned(),
        }]
    };
    Some(Quiz {
        id: "fresh-schedule".to_owned(),
        question: format!(
            "{}The schedule so far is `{}`. {asked}",
            list_program(program),
            run.schedule()
        ),
        answer: QuizAnswer::Number(NumberAnswer {
            value: value as f64,
            tolerance: 0.0,
            unit: None,
            why: told.join(" "),
            slips,
        }),
        hints: vec!["Write down the register of each worker, step by step.".to_owned()],
        explain: None,
    })
}

/// The beginning of a schedule, and what happened in each step. At each step the seed decides which worker runs, and
/// before that, how many steps there are.
fn draw_run(task: &ScheduleTask, mut seed: u64) -> (ScheduleRun, Vec<String>) {
    let mut choose = |count: usize| {
        let choice = seed % count as u64;
        seed /= count as u64;
        choice as usize
    };
    let program = &task.program;
    let all: usize = program
        .workers()
        .map(|worker| program.listing(worker).len())
        .sum();
    let steps = 2 + choose(all - 1);
    let mut run = ScheduleRun::new(Arc::clone(program));
    let mut told = Vec::new();
    for _ in 0..steps {
        let workers: Vec<WorkerIndex> = run.state().runnable_workers(program).collect();
        if workers.is_empty() {
            break;
        }
        let worker = workers[choose(workers.len())];
        if let Ok(outcome @ StepOutcome::Ran(_)) = run.step(worker) {
            told.push(describe_step(program, run.state(), worker, outcome));
        }
    }
    (run, told)
}

/// What the first variable would be if each store so far had added what its worker adds.
fn count_stores(program: &Program, run: &ScheduleRun) -> i64 {
    let first = &program.variables()[0];
    let mut value = first.initial;
    for worker in program.workers() {
        let mut added = 0;
        for instruction in &program.listing(worker)[..run.state().counter(worker)] {
            match instruction {
                Instruction::Add(amount) => added += amount,
                Instruction::Store(id) if program.variable_name(*id) == first.name => {
                    value += added;
                    added = 0;
                }
                _ => {}
            }
        }
    }
    value
}

fn list_program(program: &Program) -> String {
    let variables = program.variables().iter();
    let variables = variables
        .map(|variable| format!("`{}` is {} at the start. ", variable.name, variable.initial));
    let queues = program.queues().iter();
    let queues = queues.map(|queue| format!("`{}` holds at most {}. ", queue.name, queue.capacity));
    let shared: String = variables.chain(queues).collect();
    let listing = |worker: WorkerIndex| {
        let steps = program.listing(worker).iter();
        let steps: Vec<String> = steps
            .map(|step| format!("`{}`", program.format_instruction(*step)))
            .collect();
        format!("- Worker {worker}: {}\n", steps.join(", "))
    };
    let listings: String = program.workers().map(listing).collect();
    format!("{shared}\n\n{listings}\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schedule::{Schedule, find_scenario};

    proptest! {
        #[test]
        fn a_drawn_question_has_the_answer_of_its_schedule(seed: u64, lock: bool) {
            let name = if lock { "race-lock" } else { "race" };
            let task = find_scenario(name).expect("a scenario").build_task().expect("a task");
            let quiz = draw_question(&task, seed).expect("a question");
            let (_, rest) = quiz.question.split_once("The schedule so far is `").expect("one");
            let schedule: Schedule = rest.split('`').next().expect("one").parse().expect("one");
            prop_assert!(schedule.0.len() >= 2);
            let mut run = ScheduleRun::new(Arc::clone(&task.program));
            for worker in schedule.0 {
                prop_assert!(matches!(run.step(worker), Ok(StepOutcome::Ran(_))));
            }
            let QuizAnswer::Number(number) = quiz.answer else { panic!("a number is asked for") };
            prop_assert_eq!(number.value as i64, run.state().values()[0]);
            prop_assert!(number.slips.iter().all(|slip| slip.value as i64 != number.value as i64));
            prop_assert!(!lock || number.slips.is_empty(), "a lock leaves nothing to miscount");
        }
    }
}

//! Fresh questions about a schedule: what is the counter now, and which worker can run?

use std::sync::Arc;

use super::words::{describe_next, describe_step};
use crate::{
    lesson::{Block, Lesson, Library, Misconception, NumberAnswer, Quiz, QuizAnswer, QuizChoice},
    schedule::{Instruction, Program, ScheduleRun, ScheduleTask, StepOutcome, WorkerIndex},
    text::join_words,
    tutor::{progress::LearnerProgress, shuffle::shuffle_seed},
};

/// The id of all fresh questions, in the journal too.
const FRESH_ID: &str = "fresh-schedule";

/// A question that was drawn.
#[derive(Debug, Clone)]
pub struct FreshQuestion {
    /// The lesson that has the schedule.
    pub lesson: Arc<Lesson>,
    /// The question.
    pub quiz: Quiz,
    /// What happened in each step so far, as Markdown: it explains why an answer is wrong.
    pub replay: String,
}

/// Draws a question about a schedule of a lesson that the learner has begun. The learner's number and the count of
/// earlier answers to such questions decide which one, so the same journal leads to the same question.
pub fn draw_fresh_question(
    library: &Library,
    known: &LearnerProgress,
    learner: u64,
) -> Option<FreshQuestion> {
    let tasks = known_tasks(library, known);
    let histories = known.lessons.values();
    let answers = histories.filter_map(|history| history.quizzes.get(FRESH_ID));
    let tries: u64 = answers.map(|answered| u64::from(answered.tries)).sum();
    let seed = shuffle_seed(&learner.to_string(), tries);
    let count = tasks.len() as u64;
    let (lesson, task) = tasks.get(seed.checked_rem(count)? as usize)?;
    let (quiz, replay) = draw_question(task, seed / count)?;
    Some(FreshQuestion {
        lesson: Arc::clone(lesson),
        quiz,
        replay,
    })
}

/// The tasks of lessons that the learner has begun, as far as there is a question about them.
fn known_tasks(
    library: &Library,
    known: &LearnerProgress,
) -> Vec<(Arc<Lesson>, Arc<ScheduleTask>)> {
    let lessons = library.lessons().iter();
    let begun = lessons.filter(|lesson| known.lesson_history(lesson).is_some());
    let tasks = begun.flat_map(|lesson| {
        lesson.blocks().filter_map(move |block| match block {
            Block::Schedule(task) => Some((Arc::clone(lesson), Arc::clone(task))),
            _ => None,
        })
    });
    tasks
        .filter(|(_, task)| !list_subjects(&task.program).is_empty())
        .collect()
}

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum QuestionSubject {
    FirstVariable,
    FirstQueue,
    /// Which workers can run: where there is something to wait for.
    Runnable,
}

fn list_subjects(program: &Program) -> Vec<QuestionSubject> {
    let has_queues = !program.queues().is_empty();
    let subjects = [
        (
            QuestionSubject::FirstVariable,
            !program.variables().is_empty(),
        ),
        (QuestionSubject::FirstQueue, has_queues),
        (
            QuestionSubject::Runnable,
            has_queues || !program.locks().is_empty(),
        ),
    ];
    let asked = subjects.into_iter().filter(|(_, is_asked)| *is_asked);
    asked.map(|(subject, _)| subject).collect()
}

/// A question about the state after the beginning of a schedule, and what happened until then. The seed decides both.
fn draw_question(task: &ScheduleTask, mut seed: u64) -> Option<(Quiz, String)> {
    let program = &task.program;
    let subjects = list_subjects(program);
    let count = subjects.len() as u64;
    let subject = *subjects.get(seed.checked_rem(count)? as usize)?;
    seed /= count;
    let (run, descriptions) = draw_run(task, seed);
    let (asked, answer) = match subject {
        QuestionSubject::FirstVariable => ask_value(program, &run, &descriptions),
        QuestionSubject::FirstQueue => ask_items(program, &run, &descriptions),
        QuestionSubject::Runnable => ask_runnable(program, &run),
    };
    let quiz = Quiz {
        id: FRESH_ID.to_owned(),
        question: format!(
            "{}The schedule so far is `{}`. {asked}",
            list_program(program),
            run.schedule()
        ),
        answer,
        hints: vec!["Write down what each worker does, step by step.".to_owned()],
        explain: None,
    };
    let replay = format!("Step by step:\n\n- {}", descriptions.join("\n- "));
    Some((quiz, replay))
}

fn ask_value(
    program: &Program,
    run: &ScheduleRun,
    descriptions: &[String],
) -> (String, QuizAnswer) {
    let (value, counted) = (run.state().values()[0], count_stores(program, run));
    let slip = Misconception {
        value: counted as f64,
        why: "That counts the steps. A worker stores what is in its register, whatever the variable has become since \
            it was loaded."
            .to_owned(),
    };
    let slips = if counted == value {
        Vec::new()
    } else {
        vec![slip]
    };
    let asked = format!("What is `{}` now?", program.variables()[0].name);
    (asked, number_answer(value, descriptions, slips))
}

fn ask_items(
    program: &Program,
    run: &ScheduleRun,
    descriptions: &[String],
) -> (String, QuizAnswer) {
    let items = run.state().queues()[0].len() as i64;
    let asked = format!("How many items are in `{}` now?", program.queues()[0].name);
    (asked, number_answer(items, descriptions, Vec::new()))
}

fn number_answer(value: i64, descriptions: &[String], slips: Vec<Misconception>) -> QuizAnswer {
    QuizAnswer::Number(NumberAnswer {
        value: value as f64,
        tolerance: 0.0,
        unit: None,
        why: descriptions.join(" "),
        slips,
    })
}

fn ask_runnable(program: &Program, run: &ScheduleRun) -> (String, QuizAnswer) {
    let state = run.state();
    let all: Vec<WorkerIndex> = program.workers().collect();
    let right: Vec<WorkerIndex> = state.runnable_workers(program).collect();
    let mut sets: Vec<Vec<WorkerIndex>> = all.iter().map(|worker| vec![*worker]).collect();
    sets.extend([all.clone(), Vec::new()]);
    if !sets.contains(&right) {
        sets.push(right.clone());
    }
    let choices = sets.into_iter().map(|set| {
        let is_right = set == right;
        // A wrong choice is wrong about some workers.
        let is_explained =
            |worker: &&WorkerIndex| is_right || set.contains(worker) != right.contains(worker);
        let descriptions: Vec<String> = all
            .iter()
            .filter(is_explained)
            .map(|worker| describe_next(program, state, *worker))
            .collect();
        QuizChoice {
            text: name_workers(&set),
            right: is_right,
            why: descriptions.join(" "),
        }
    });
    let answer = QuizAnswer::Choices(choices.collect());
    ("Which worker can run now?".to_owned(), answer)
}

/// `Worker 1 only`, `Workers 1 and 2`, `None of them`.
fn name_workers(workers: &[WorkerIndex]) -> String {
    let numbers: Vec<String> = workers.iter().map(ToString::to_string).collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    match numbers[..] {
        [] => "None of them".to_owned(),
        [only] => format!("Worker {only} only"),
        _ => format!("Workers {}", join_words(&numbers, "and")),
    }
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
    let mut descriptions = Vec::new();
    for _ in 0..steps {
        let workers: Vec<WorkerIndex> = run.state().runnable_workers(program).collect();
        if workers.is_empty() {
            break;
        }
        let worker = workers[choose(workers.len())];
        if let Ok(outcome @ StepOutcome::Ran(_)) = run.step(worker) {
            descriptions.push(describe_step(program, run.state(), worker, outcome));
        }
    }
    (run, descriptions)
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
    let locks = program.locks().iter();
    let locks = locks.map(|name| format!("`{name}` is a lock. "));
    let shared: String = variables.chain(locks).chain(queues).collect();
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
    use crate::schedule::{SCENARIOS, Schedule};

    /// The run that a question is about, replayed from its text.
    fn replay_question(task: &ScheduleTask, quiz: &Quiz) -> ScheduleRun {
        let (_, rest) = quiz
            .question
            .split_once("The schedule so far is `")
            .expect("a schedule");
        let schedule = rest.split('`').next().expect("its end");
        let schedule: Schedule = schedule.parse().expect("workers");
        let mut run = ScheduleRun::new(Arc::clone(&task.program));
        for worker in schedule.0 {
            assert!(matches!(run.step(worker), Ok(StepOutcome::Ran(_))));
        }
        run
    }

    proptest! {
        #[test]
        fn a_drawn_question_has_the_answer_of_its_schedule(seed: u64, scenario in 0..SCENARIOS.len()) {
            let task = SCENARIOS[scenario].build_task().expect("a task");
            let (quiz, replay) = draw_question(&task, seed).expect("a question");
            let run = replay_question(&task, &quiz);
            let steps = run.schedule().0.len();
            prop_assert_eq!(replay.matches("\n- ").count(), steps);
            prop_assert!(steps >= 2);
            let (program, state) = (run.program(), run.state());
            match quiz.answer {
                QuizAnswer::Number(number) if quiz.question.ends_with("What is `counter` now?") => {
                    prop_assert_eq!(number.value as i64, state.values()[0]);
                    prop_assert!(number.slips.iter().all(|slip| slip.value as i64 != number.value as i64));
                    let has_lock = !program.locks().is_empty();
                    prop_assert!(!has_lock || number.slips.is_empty(), "a lock leaves nothing to miscount");
                }
                QuizAnswer::Number(number) => {
                    prop_assert_eq!(number.value as usize, state.queues()[0].len());
                }
                QuizAnswer::Choices(choices) => {
                    let right: Vec<_> = choices.iter().filter(|choice| choice.right).collect();
                    prop_assert_eq!(right.len(), 1);
                    for worker in program.workers() {
                        let can_run = state.runnable_workers(program).any(|able| able == worker);
                        prop_assert_eq!(right[0].text.contains(&worker.to_string()), can_run);
                    }
                    prop_assert!(choices.iter().all(|choice| !choice.why.is_empty()));
                }
                QuizAnswer::Order(_) => prop_assert!(false, "no such question is drawn"),
            }
        }
    }

    #[test]
    fn every_kind_of_question_is_drawn() {
        let task = SCENARIOS[4].build_task().expect("a task");
        let drawn = (0..100).filter_map(|seed| draw_question(&task, seed));
        let (numbers, choices): (Vec<_>, Vec<_>) =
            drawn.partition(|(quiz, _)| matches!(quiz.answer, QuizAnswer::Number(_)));
        assert!(!numbers.is_empty() && !choices.is_empty());
    }
}

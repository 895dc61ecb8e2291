//! The model as its users see it: parsing, stepping, going back, and the scenarios.

mod properties;

use std::sync::Arc;

use super::*;

fn program(text: &str) -> Arc<Program> {
    Arc::new(text.parse().expect("a program"))
}

fn run(program: &Arc<Program>, schedule: &str) -> ScheduleRun {
    let mut run = ScheduleRun::new(Arc::clone(program));
    let schedule: Schedule = schedule.parse().expect("a schedule");
    for worker in schedule.0 {
        run.step(worker).expect("a worker");
    }
    run
}

fn of_scenario(name: &str) -> (Arc<Program>, Goal) {
    let scenario = find_scenario(name).expect("a scenario");
    let task = scenario.build_task().expect("a program and its goal");
    (task.program, task.goal)
}

#[test]
fn two_workers_that_load_the_same_value_lose_an_addition() {
    let (race, goal) = of_scenario("race");
    let lost = run(&race, "1 1 2 2 1 2");
    assert_eq!(lost.state().values(), [1]);
    assert!(goal.is_met(&race, lost.state()));
    let kept = run(&race, "1 1 1 2 2 2");
    assert_eq!(kept.state().values(), [2]);
    assert!(!goal.is_met(&race, kept.state()));
}

#[test]
fn a_lock_lets_one_worker_in_and_the_other_wait() {
    let (race, _) = of_scenario("race-lock");
    let mut run = run(&race, "1");
    let (first, second) = (WorkerIndex(0), WorkerIndex(1));
    let on = BlockedOn::HeldLock {
        lock: LockId(0),
        owner: first,
    };
    assert_eq!(run.step(second), Ok(StepOutcome::Blocked(on)));
    assert_eq!(run.schedule().to_string(), "1", "a wait is no step");
    for _ in 0..4 {
        run.step(first).expect("a worker");
    }
    assert_eq!(run.step(first), Ok(StepOutcome::Ended));
    assert_eq!(
        run.step(second),
        Ok(StepOutcome::Ran(Instruction::Acquire(LockId(0))))
    );
}

#[test]
fn a_worker_that_acquires_its_own_lock_waits_for_itself() {
    let twice = program("lock A\nworker\nacquire A\nacquire A\nworker\nadd 1");
    let stuck = run(&twice, "1 2");
    assert!(stuck.state().is_deadlock(&twice));
    let cycle = find_wait_cycle(&twice, stuck.state()).expect("a circle of one");
    assert_eq!(cycle.len(), 1);
}

#[test]
fn a_queue_is_first_in_first_out_and_has_a_bound() {
    let (queue, _) = of_scenario("bounded-queue");
    let mut run = run(&queue, "1 1");
    assert_eq!(
        run.step(WorkerIndex(0)),
        Ok(StepOutcome::Blocked(BlockedOn::FullQueue(QueueId(0))))
    );
    run.step(WorkerIndex(1)).expect("a worker");
    assert_eq!(run.state().register(WorkerIndex(1)), 1);
    assert_eq!(run.state().items(QueueId(0)), &[2]);
    run.step(WorkerIndex(1)).expect("a worker");
    assert_eq!(
        run.step(WorkerIndex(1)),
        Ok(StepOutcome::Blocked(BlockedOn::EmptyQueue(QueueId(0))))
    );
    assert!(!run.state().is_deadlock(&queue));
}

#[test]
fn a_deadlock_is_a_circle_of_waits() {
    let (locks, _) = of_scenario("deadlock");
    let stuck = run(&locks, "1 2");
    let (a, b) = (LockId(0), LockId(1));
    let expected = [
        Wait {
            worker: WorkerIndex(0),
            on: BlockedOn::HeldLock {
                lock: b,
                owner: WorkerIndex(1),
            },
        },
        Wait {
            worker: WorkerIndex(1),
            on: BlockedOn::HeldLock {
                lock: a,
                owner: WorkerIndex(0),
            },
        },
    ];
    assert_eq!(
        find_wait_cycle(&locks, stuck.state()),
        Some(expected.to_vec())
    );
    assert_eq!(find_wait_cycle(&locks, run(&locks, "1").state()), None);
}

#[test]
fn a_deadlock_without_a_circle_is_one_too() {
    let kept = program("lock A\nworker\nacquire A\nworker\nacquire A\nrelease A");
    let stuck = run(&kept, "1");
    assert!(stuck.state().is_deadlock(&kept));
    assert_eq!(find_wait_cycle(&kept, stuck.state()), None);
    assert_eq!(list_waits(&kept, stuck.state()).len(), 1);
}

#[test]
fn every_scenario_has_the_numbers_that_can_be_counted_by_hand() {
    let numbers = SCENARIOS.each_ref().map(|scenario| {
        let (program, goal) = of_scenario(scenario.name);
        let found = explore(&program, &MachineState::initial(&program), goal).expect("small");
        let shortest = found.shortest.map(|schedule| schedule.to_string());
        (scenario.name, shortest, found.meeting, found.complete)
    });
    let some = |schedule: &str| Some(schedule.to_owned());
    // race: 6! / (3! 3!) schedules, of which only the two without overlap lose nothing.
    // race-lock and lock-order: all that is left to choose is the worker that acquires first.
    // deadlock: after the first step, either the other worker acquires its lock too (stuck), or the first one runs on
    // until it has released a lock, and the other's first step comes before or after its last one.
    // bounded-queue: of five ways to pair puts and gets, one would need room for three items.
    let expected = [
        ("race", some("1 1 2 1 2 2"), 18, 20),
        ("race-lock", None, 0, 2),
        ("deadlock", some("1 2"), 2, 6),
        ("lock-order", None, 0, 2),
        ("bounded-queue", some("1 1"), 2, 4),
    ];
    assert_eq!(numbers, expected);
}

#[test]
fn every_scenario_leads_to_another() {
    for scenario in &SCENARIOS {
        assert!(find_scenario(scenario.next).is_some(), "{}", scenario.next);
    }
    assert!(find_scenario("rice").is_none());
}

#[test]
fn what_is_explored_may_begin_anywhere() {
    let (race, goal) = of_scenario("race");
    let after = run(&race, "1 2");
    let found = explore(&race, after.state(), goal).expect("small");
    assert_eq!(
        (found.meeting, found.complete),
        (6, 6),
        "both have loaded 0"
    );
    let after = run(&race, "1 1 1");
    let found = explore(&race, after.state(), goal).expect("small");
    assert_eq!(
        (found.shortest, found.meeting, found.complete),
        (None, 0, 1)
    );
}

#[test]
fn a_program_with_too_many_states_is_refused() {
    let worker = |amount: u32| {
        let round = format!("load v\nadd {amount}\nstore v\n");
        format!("worker\n{}", round.repeat(4))
    };
    let text = format!(
        "variable v 0\n{}{}{}",
        worker(1),
        worker(100),
        worker(10_000)
    );
    let large = program(&text);
    let start = MachineState::initial(&large);
    assert_eq!(explore(&large, &start, Goal::Deadlock), Err(ExploreError));
}

#[test]
fn mistakes_name_their_line() {
    let cases = [
        ("variable x\n", 1, "write it as `variable NAME VALUE`"),
        ("lock A\nlock A", 2, "`A` is declared already"),
        (
            "queue q 0",
            1,
            "write it as `queue NAME CAPACITY, from 1 on`",
        ),
        (
            "worker\nlock A",
            2,
            "declare what is shared before the first `worker`",
        ),
        (
            "variable x 0\nload x",
            2,
            "begin the listing with a line `worker`",
        ),
        ("worker 1", 1, "write it as `worker`"),
        ("worker\nload", 2, "write it as `load VARIABLE`"),
        ("worker\nadd one", 2, "write it as `add NUMBER`"),
        ("worker\nadd 3000000000", 2, "write it as `add NUMBER`"),
        (
            "worker\n\nload x",
            3,
            "no variable is called `x`; declare it above: `variable NAME VALUE`",
        ),
        (
            "lock A\nworker\nrelease A",
            3,
            "the worker does not hold `A` here",
        ),
        (
            "worker\njump 1",
            2,
            "`jump` is no instruction; there are load, add, store, acquire, release, put and get, and before them \
             variable, lock, queue and worker",
        ),
        (
            "worker\nadd 1\nworker",
            3,
            "a program has two or three workers, each with an instruction or more",
        ),
        ("worker\nworker\nworker\nworker", 4, "at most 3 workers"),
    ];
    for (text, line, message) in cases {
        let error = text.parse::<Program>().expect_err(text);
        assert_eq!(
            (error.line, error.mistake.to_string()),
            (line, message.to_owned()),
            "{text}"
        );
    }
    let long = format!("worker\n{}", "add 1\n".repeat(MOST_INSTRUCTIONS + 1));
    let error = long.parse::<Program>().expect_err("too long");
    assert_eq!(
        error.to_string(),
        "line 14: at most 12 instructions for a worker"
    );
}

#[test]
fn goals_and_schedules_say_what_they_do_not_understand() {
    let (race, _) = of_scenario("race");
    let goal = |text: &str| Goal::parse(text, &race).map_err(|error| error.to_string());
    assert_eq!(
        goal("counter == 1").map(|goal| goal.format(&race)),
        Ok("counter == 1".to_owned())
    );
    assert_eq!(goal("worker 2 waits"), Ok(Goal::Waits(WorkerIndex(1))));
    assert_eq!(
        goal("worker 3 waits"),
        Err("there is no worker 3".to_owned())
    );
    assert_eq!(
        goal("count == 1"),
        Err("no variable is called `count`".to_owned())
    );
    assert!(goal("counter < 1").is_err());
    for word in ["0", "x", "1.5", "-1"] {
        assert_eq!(
            word.parse::<Schedule>(),
            Err(ScheduleError(word.to_owned()))
        );
    }
    let unknown = MachineState::initial(&race).step(&race, WorkerIndex(2));
    let message = unknown.expect_err("no such worker").to_string();
    assert_eq!(message, "there is no worker 3; there are 2");
}

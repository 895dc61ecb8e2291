//! What is true of all programs. Enumerating every schedule, one by one, is the oracle.

use proptest::{collection::vec, prelude::*, sample::Index};

use super::*;

/// A program of all instructions, small enough to enumerate its schedules.
fn small_programs() -> impl Strategy<Value = Program> {
    let instruction = prop_oneof![
        "(load|store) [vw]",
        "add [1-3]",
        "(acquire|release) [AB]",
        "(acquire|release) [AB]",
        "put q [1-3]",
        "get q",
    ];
    let three = vec(vec(instruction.clone(), 1..4), 3);
    let two = vec(vec(instruction, 1..6), 2);
    (prop_oneof![two, three], 1..3_usize, 0..3_i64).prop_map(|(listings, capacity, initial)| {
        let shared =
            format!("variable v {initial}\nvariable w 0\nlock A\nlock B\nqueue q {capacity}");
        build_program(&shared, &listings)
    })
}

/// A program of these listings, without releases of locks that are not held.
fn build_program(shared: &str, listings: &[Vec<String>]) -> Program {
    let mut text = format!("{shared}\n");
    for listing in listings {
        text += "worker\nadd 0\n";
        let mut held = Vec::new();
        for line in listing {
            match line.split_once(' ') {
                Some(("acquire", lock)) => held.push(lock),
                Some(("release", lock)) => match held.iter().position(|known| *known == lock) {
                    Some(_) => held.retain(|known| *known != lock),
                    None => continue,
                },
                _ => {}
            }
            text += line;
            text += "\n";
        }
    }
    text.parse().expect("a program")
}

fn goals() -> impl Strategy<Value = Goal> {
    prop_oneof![
        (0..2_usize, 0..5_i64).prop_map(|(id, value)| Goal::EndsWith(VariableId(id), value)),
        Just(Goal::Deadlock),
        (0..2_usize).prop_map(|worker| Goal::Waits(WorkerIndex(worker))),
    ]
}

/// Every complete schedule, one by one.
fn enumerate_schedules(run: &mut ScheduleRun, found: &mut Vec<Schedule>) {
    let workers: Vec<WorkerIndex> = run.program().workers().collect();
    let mut is_complete = true;
    for worker in workers {
        if matches!(run.step(worker), Ok(StepOutcome::Ran(_))) {
            is_complete = false;
            enumerate_schedules(run, found);
            run.undo();
        }
    }
    if is_complete {
        found.push(run.schedule());
    }
}

/// The number of steps after which a schedule meets the goal for the first time.
fn steps_to_goal(program: &Arc<Program>, schedule: &Schedule, goal: Goal) -> Option<usize> {
    let run = run(program, &schedule.to_string());
    run.states().position(|state| goal.is_met(program, state))
}

/// Steps of workers that can run, as these choices pick them, until none can.
fn walk(program: &Arc<Program>, choices: &[Index]) -> ScheduleRun {
    let mut run = ScheduleRun::new(Arc::clone(program));
    for choice in choices {
        let workers: Vec<WorkerIndex> = run.state().runnable_workers(program).collect();
        if !workers.is_empty() {
            run.step(*choice.get(&workers)).expect("a worker");
        }
    }
    run
}

fn choices() -> impl Strategy<Value = Vec<Index>> {
    vec(any::<Index>(), MOST_WORKERS * MOST_INSTRUCTIONS)
}

/// Workers that add to a variable, always under the same lock; and the sum of what they add.
fn locked_additions() -> impl Strategy<Value = (Program, i64)> {
    let section = (0..3_i64, 0..2_usize).prop_map(|(amount, others)| {
        let mut lines = vec!["add 1".to_owned(); others];
        let add = format!("add {amount}");
        let section = ["acquire A", "load v", &add, "store v", "release A"];
        lines.extend(section.map(str::to_owned));
        (lines, amount)
    });
    vec(section, 2..=MOST_WORKERS).prop_map(|sections| {
        let sum = sections.iter().map(|(_, amount)| amount).sum();
        let listings: Vec<Vec<String>> = sections.into_iter().map(|(lines, _)| lines).collect();
        (build_program("variable v 0\nlock A", &listings), sum)
    })
}

/// Workers of which each acquires some locks, one inside the other, and releases them again; in the order A, B, C, or in
/// any order.
fn nested_locks(in_order: bool) -> impl Strategy<Value = Program> {
    let order = Just(vec!["A", "B", "C"]).prop_shuffle();
    let listing = (order, 1..=3_usize, Just(vec![0, 1, 2]).prop_shuffle()).prop_map(
        move |(mut locks, count, releases)| {
            locks.truncate(count);
            if in_order {
                locks.sort_unstable();
            }
            let acquires = locks.iter().map(|lock| format!("acquire {lock}"));
            let released = releases.iter().filter_map(|at| locks.get(*at));
            acquires
                .chain(released.map(|lock| format!("release {lock}")))
                .collect()
        },
    );
    vec(listing, 2..=MOST_WORKERS)
        .prop_map(|listings: Vec<Vec<String>>| build_program("lock A\nlock B\nlock C", &listings))
}

/// Whether a worker is between `acquire` and the next `release`.
fn is_inside(program: &Program, state: &MachineState, worker: WorkerIndex) -> bool {
    let done = &program.listing(worker)[..state.counter(worker)];
    let mut uses = done.iter().rev().filter(|instruction| {
        matches!(
            instruction,
            Instruction::Acquire(_) | Instruction::Release(_)
        )
    });
    matches!(uses.next(), Some(Instruction::Acquire(_)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_search_finds_what_enumeration_finds(program in small_programs(), goal in goals()) {
        let program = Arc::new(program);
        let found = explore(&program, &MachineState::initial(&program), goal).expect("small");
        let mut schedules = Vec::new();
        enumerate_schedules(&mut ScheduleRun::new(Arc::clone(&program)), &mut schedules);
        prop_assert_eq!(found.complete, schedules.len() as u64);
        let met = schedules.iter().filter_map(|schedule| {
            let steps = steps_to_goal(&program, schedule, goal)?;
            Some((steps, Schedule(schedule.0[..steps].to_vec())))
        });
        let mut met: Vec<(usize, Schedule)> = met.collect();
        met.sort();
        prop_assert_eq!(found.meeting, met.len() as u64);
        prop_assert_eq!(found.shortest, met.first().map(|(_, schedule)| schedule.clone()));
    }

    #[test]
    fn a_found_schedule_is_replayed_from_its_text(program in small_programs(), goal in goals()) {
        let program = Arc::new(program);
        let found = explore(&program, &MachineState::initial(&program), goal).expect("small");
        if let Some(shortest) = found.shortest {
            let replayed = run(&program, &shortest.to_string());
            prop_assert!(goal.is_met(&program, replayed.state()));
            prop_assert_eq!(replayed.schedule(), shortest);
        }
    }

    #[test]
    fn a_lock_excludes((program, sum) in locked_additions(), choices in choices()) {
        let program = Arc::new(program);
        for state in walk(&program, &choices).states() {
            let inside = program.workers().filter(|worker| is_inside(&program, state, *worker));
            prop_assert!(inside.count() <= 1);
        }
        let goal = Goal::EndsWith(VariableId(0), sum);
        let found = explore(&program, &MachineState::initial(&program), goal).expect("small");
        prop_assert_eq!(found.meeting, found.complete, "no schedule loses an addition");
    }

    #[test]
    fn ordered_locks_cannot_deadlock(program in nested_locks(true)) {
        let start = MachineState::initial(&program);
        let found = explore(&program, &start, Goal::Deadlock).expect("small");
        prop_assert_eq!((found.meeting, found.shortest), (0, None));
    }

    #[test]
    fn a_deadlock_of_released_locks_is_a_circle(program in nested_locks(false)) {
        let program = Arc::new(program);
        let start = MachineState::initial(&program);
        let found = explore(&program, &start, Goal::Deadlock).expect("small");
        if let Some(shortest) = found.shortest {
            let stuck = run(&program, &shortest.to_string());
            let cycle = find_wait_cycle(&program, stuck.state()).expect("a circle");
            let next = cycle.iter().cycle().skip(1);
            for (wait, next) in cycle.iter().zip(next) {
                let BlockedOn::HeldLock { lock, owner } = wait.on else {
                    panic!("{wait:?} waits for no lock");
                };
                prop_assert_eq!(owner, next.worker);
                prop_assert_eq!(stuck.state().owner(lock), Some(owner));
            }
        }
    }

    #[test]
    fn a_schedule_can_be_replayed_and_undone(program in small_programs(), choices in choices()) {
        let program = Arc::new(program);
        let mut walked = walk(&program, &choices);
        let mut states: Vec<MachineState> = walked.states().cloned().collect();
        let replayed = run(&program, &walked.schedule().to_string());
        prop_assert_eq!(replayed.state(), walked.state());
        while let Some(state) = states.pop() {
            prop_assert_eq!(walked.state(), &state);
            prop_assert_eq!(walked.undo().is_some(), !states.is_empty());
        }
        prop_assert_eq!(walked.state(), &MachineState::initial(&program));
    }

    #[test]
    fn a_program_is_its_text(program in small_programs()) {
        prop_assert_eq!(program.to_string().parse::<Program>(), Ok(program));
    }
}

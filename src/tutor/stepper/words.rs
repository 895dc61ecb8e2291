//! Sentences about steps and waits, as Markdown.

use crate::schedule::{
    BlockedOn, Instruction, MachineState, Program, StepOutcome, Wait, WorkerIndex, list_waits,
};

/// What a step did; `state` is the one after it.
pub fn describe_step(
    program: &Program,
    state: &MachineState,
    worker: WorkerIndex,
    outcome: StepOutcome,
) -> String {
    let register = state.register(worker);
    match outcome {
        StepOutcome::Ended => format!("Worker {worker} has ended."),
        StepOutcome::Blocked(on) => {
            let wait = describe_wait(program, Wait { worker, on });
            format!("Worker {worker} cannot run: it {wait}.")
        }
        StepOutcome::Ran(Instruction::Load(id)) => format!(
            "Worker {worker} loaded `{}`: its register is {register}.",
            program.variable_name(id)
        ),
        StepOutcome::Ran(Instruction::Add(amount)) => {
            format!("Worker {worker} added {amount}: its register is {register}.")
        }
        StepOutcome::Ran(Instruction::Store(id)) => {
            let (name, value) = (program.variable_name(id), state.value(id));
            format!("Worker {worker} stored its register: `{name}` is {value}.")
        }
        StepOutcome::Ran(Instruction::Acquire(id)) => {
            format!("Worker {worker} acquired `{}`.", program.lock_name(id))
        }
        StepOutcome::Ran(Instruction::Release(id)) => {
            format!("Worker {worker} released `{}`.", program.lock_name(id))
        }
        StepOutcome::Ran(Instruction::Put(id, item)) => {
            format!(
                "Worker {worker} put {item} into `{}`.",
                program.queue(id).name
            )
        }
        StepOutcome::Ran(Instruction::Get(id)) => format!(
            "Worker {worker} got {register} from `{}`: it is in its register.",
            program.queue(id).name
        ),
    }
}

/// What a worker's next step would do.
pub fn describe_next(program: &Program, state: &MachineState, worker: WorkerIndex) -> String {
    let Some(next) = state.next_instruction(program, worker) else {
        return format!("Worker {worker} has ended.");
    };
    if let Some(on) = state.blocked_on(program, worker) {
        return format!(
            "Worker {worker} {}.",
            describe_wait(program, Wait { worker, on })
        );
    }
    let register = state.register(worker);
    let step = match next {
        Instruction::Load(id) => {
            let (name, value) = (program.variable_name(id), state.value(id));
            format!("load `{name}`, which is {value}, into its register")
        }
        Instruction::Add(amount) => format!("add {amount} to its register, which is {register}"),
        Instruction::Store(id) => {
            let (name, value) = (program.variable_name(id), state.value(id));
            format!("store {register} in `{name}`, which is {value}")
        }
        Instruction::Acquire(id) => format!("acquire `{}`, which is free", program.lock_name(id)),
        Instruction::Release(id) => format!("release `{}`", program.lock_name(id)),
        Instruction::Put(id, item) => format!("put {item} into `{}`", program.queue(id).name),
        Instruction::Get(id) => match state.items(id).front() {
            Some(item) => format!("get {item} from `{}`", program.queue(id).name),
            None => format!("get an item from `{}`", program.queue(id).name),
        },
    };
    format!("Worker {worker} would {step}.")
}

/// All waits in one sentence, without its end: worker 1 waits for …; worker 2 waits for ….
pub fn describe_waits(program: &Program, state: &MachineState) -> String {
    let waits = list_waits(program, state).into_iter();
    let waits: Vec<String> = waits
        .map(|wait| format!("worker {} {}", wait.worker, describe_wait(program, wait)))
        .collect();
    waits.join("; ")
}

fn describe_wait(program: &Program, wait: Wait) -> String {
    match wait.on {
        BlockedOn::HeldLock { lock, owner } => {
            let name = program.lock_name(lock);
            if owner == wait.worker {
                format!("waits for `{name}`, which it holds itself")
            } else {
                format!("waits for `{name}`, which worker {owner} holds")
            }
        }
        BlockedOn::FullQueue(id) => {
            format!(
                "waits for room in `{}`, which is full",
                program.queue(id).name
            )
        }
        BlockedOn::EmptyQueue(id) => {
            format!(
                "waits for an item from `{}`, which is empty",
                program.queue(id).name
            )
        }
    }
}

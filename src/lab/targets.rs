//! Every function that a child process of the lab may run.

use super::{
    chunks, crash, crew, ipc, isolation, memory, numbers, payload, pool, process, race, squares,
    startup,
};
use crate::mp::Target;

/// The lab's targets, by the demo they belong to.
pub fn targets() -> Vec<Target> {
    vec![
        Target::new(chunks::increment),
        Target::new(chunks::uneven),
        Target::new(crash::answer),
        Target::new(crash::bystander),
        Target::new(crash::doomed),
        Target::new(crash::doomed_task),
        Target::new(crash::host),
        Target::new(crew::worker),
        Target::new(ipc::echo_pipe),
        Target::new(ipc::echo_queue),
        Target::new(ipc::echo_shared),
        Target::new(isolation::change_argument),
        Target::new(isolation::change_global),
        Target::new(isolation::change_shared),
        Target::new(memory::rest),
        Target::new(numbers::print_number),
        Target::new(payload::with_copy),
        Target::new(payload::with_shared),
        Target::new(pool::send_square),
        Target::new(pool::slow_square),
        Target::new(pool::small_square),
        Target::new(process::greet),
        Target::new(race::count),
        Target::new(squares::square),
        Target::new(startup::nothing),
    ]
}

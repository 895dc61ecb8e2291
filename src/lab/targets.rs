//! All functions that a child process of the lab may run.

use super::{
    chunks, cluster, crash, deadlock, failures, futures, inherit, ipc, isolation, memory, numbers,
    oversubscribe, payload, pool, process, queue, race, sharing, squares, startup, thousand_waits,
    worker_group,
};
use crate::{mp::Target, workload::tiny_tasks};

/// The lab's targets, by the demo they belong to.
pub fn worker_targets() -> Vec<Target> {
    let mut targets = vec![
        Target::new(chunks::run_uneven_task),
        Target::new(cluster::die_once),
        Target::new(cluster::measure_block),
        Target::new(cluster::square),
        Target::new(cluster::wait_and_square),
        Target::new(crash::answer_task),
        Target::new(crash::run_bystander),
        Target::new(crash::doomed_process),
        Target::new(crash::doomed_task),
        Target::new(crash::run_host),
        Target::new(deadlock::acquire_in_child),
        Target::new(futures::run_in_child),
        Target::new(worker_group::run_worker),
        Target::new(failures::answer_slowly),
        Target::new(failures::fail_in_pool),
        Target::new(failures::fail_in_thread),
        Target::new(inherit::report_surroundings),
        Target::new(inherit::run_host),
        Target::new(ipc::echo_pipe),
        Target::new(ipc::echo_queue),
        Target::new(ipc::echo_shared),
        Target::new(isolation::change_argument),
        Target::new(isolation::change_global),
        Target::new(isolation::change_shared),
        Target::new(memory::follow_steps),
        Target::new(numbers::print_number),
        Target::new(oversubscribe::work_with_threads),
        Target::new(payload::with_copy),
        Target::new(payload::with_shared),
        Target::new(pool::send_square),
        Target::new(pool::slow_square),
        Target::new(pool::small_square),
        Target::new(process::greet_parent),
        Target::new(queue::consume),
        Target::new(queue::put_result),
        Target::new(race::count_in_child),
        Target::new(sharing::count_in_child),
        Target::new(squares::square),
        Target::new(startup::do_nothing),
        Target::new(thousand_waits::wait_in_child),
    ];
    targets.extend(tiny_tasks::worker_targets());
    targets
}

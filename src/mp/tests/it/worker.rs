//! The program that the tests start as workers: the list of their targets, and nothing else.

mod targets;

use forklore_mp::{Target, child_entry};
use targets::{sync, trap};

fn main() {
    child_entry(&all_targets());
}

fn all_targets() -> Vec<Target> {
    let mut all = vec![
        Target::new(targets::nothing),
        Target::new(trap::step_on),
        Target::new(targets::cycle),
        Target::new(targets::pass_on),
        Target::new(targets::make_folder),
        Target::new(targets::echo_bytes),
        Target::new(targets::square),
        Target::new(targets::add),
        Target::new(targets::even_only),
        Target::new(targets::who),
        Target::new(targets::remember),
        Target::new(targets::remembered),
        Target::new(targets::chain),
        Target::new(targets::deep_result),
        Target::new(targets::sleep_some),
        Target::new(targets::say),
        Target::new(targets::sleep),
        Target::new(targets::spin),
        Target::new(targets::panics),
        Target::new(targets::fails),
        Target::new(targets::aborts),
        Target::new(targets::exits),
        Target::new(targets::segfaults),
        Target::new(targets::flood),
        Target::new(targets::leaves_a_grandchild),
        Target::new(sync::add_locked),
        Target::new(sync::die_holding),
        Target::new(sync::echo),
        Target::new(sync::idle),
        Target::new(sync::fill),
        Target::new(sync::produce),
        Target::new(sync::produce_for_ever),
        Target::new(sync::consume),
        Target::new(sync::produce_blocks),
        Target::new(sync::consume_blocks),
        Target::new(sync::take_one_and_die),
        Target::new(sync::make_queue),
        Target::new(sync::leave_nothing_behind),
        Target::new(sync::run_out_of_descriptors),
    ];
    #[cfg(unix)]
    all.extend([
        Target::new(targets::keep_three),
        Target::new(targets::ask_too_much),
        Target::new(targets::wait_idly),
    ]);
    #[cfg(target_os = "linux")]
    all.push(Target::new(targets::lose_fork_server));
    all
}

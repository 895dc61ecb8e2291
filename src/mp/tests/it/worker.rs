//! The program that the tests start as workers: the list of their targets, and nothing else.

mod targets;

use forklore_mp::{Target, child_entry};
#[cfg(unix)]
use targets::{ask_too_much, keep_three, wait_idly};
use targets::{sync, trap, *};

fn main() {
    child_entry(&all_targets());
}

fn all_targets() -> Vec<Target> {
    let mut all = vec![
        Target::new(nothing),
        Target::new(trap::step_on),
        Target::new(cycle),
        Target::new(pass_on),
        Target::new(echo_bytes),
        Target::new(square),
        Target::new(add),
        Target::new(even_only),
        Target::new(who),
        Target::new(remember),
        Target::new(remembered),
        Target::new(chain),
        Target::new(deep_result),
        Target::new(sleep_some),
        Target::new(say),
        Target::new(say_raw),
        Target::new(sleep),
        Target::new(spin),
        Target::new(panics),
        Target::new(fails),
        Target::new(aborts),
        Target::new(exits),
        Target::new(segfaults),
        Target::new(flood),
        Target::new(leaves_a_grandchild),
        Target::new(sync::add_locked),
        Target::new(sync::die_holding),
        Target::new(sync::echo),
        Target::new(sync::idle),
        Target::new(sync::fill),
        Target::new(sync::produce),
        Target::new(sync::produce_for_ever),
        Target::new(sync::consume),
        Target::new(sync::take_one_and_die),
        Target::new(sync::make_queue),
        Target::new(sync::leave_nothing_behind),
        Target::new(sync::run_out_of_descriptors),
    ];
    #[cfg(unix)]
    all.extend([
        Target::new(keep_three),
        Target::new(ask_too_much),
        Target::new(wait_idly),
    ]);
    all
}

//! What is told apart.

use super::*;
use crate::{
    observe::hook_effects::apply_to_process,
    record::{HookEvent, ThreadEnd},
};

fn state(pid: u32, parent: u32, began: u64) -> ProcessState {
    ProcessState {
        pid,
        parent,
        group: Some(1),
        session: Some(1),
        name: "sleep".to_owned(),
        has_ended: false,
        exitcode: None,
        cpu: Some(Duration::from_millis(began)),
        core: Some(0),
        is_runnable: false,
        is_stopped: false,
        threads: 1,
        began,
        started_ns: None,
    }
}

#[test]
fn a_number_that_is_given_again_is_another_process() {
    let mut processes = ProcessTable::default();
    processes.record_state(&state(7, 1, 100), 10);
    processes.record_state(&state(7, 1, 100), 20);
    processes.record_state(&state(7, 1, 200), 30);
    let all = processes.all();
    assert_eq!(all.len(), 2);
    assert_eq!((all[0].first_ns, all[0].last_ns), (10, 20));
    assert_eq!((all[0].gone_ns, all[1].gone_ns), (Some(30), None));
}

#[test]
fn what_was_told_before_an_end_was_noticed_is_its_own() {
    let mut processes = ProcessTable::default();
    processes.find_or_add(7, 10);
    processes.mark_gone(7, 50);
    processes.find_or_add(7, 40);
    assert_eq!((processes.all().len(), processes.all()[0].last_ns), (1, 40));
    processes.find_or_add(7, 60);
    assert_eq!(processes.all().len(), 2);
}

#[test]
fn a_process_is_dated_by_its_start_and_not_by_the_first_poll() {
    let mut processes = ProcessTable::starting_at(1_000);
    let started = |pid| ProcessState {
        started_ns: Some(1_030),
        ..state(pid, 1, 1)
    };
    processes.record_state(&started(7), 500);
    // A message may come before the first moment that the system tells.
    processes.find_or_add(8, 20);
    processes.record_state(&started(8), 500);
    if let Some(main) = processes.find_or_add(9, 400) {
        main.kind = ProcessKind::Main;
    }
    processes.record_state(&started(9), 500);
    let first: Vec<u64> = processes
        .all()
        .iter()
        .map(|process| process.first_ns)
        .collect();
    assert_eq!(first, [30, 20, 400], "the main one was a worker at first");
}

#[test]
fn a_thread_that_is_ready_to_run_does_not_wait() {
    let mut processes = ProcessTable::default();
    let mut polled = state(7, 1, 1);
    processes.record_state(&polled, 10);
    processes.record_state(&polled, 20);
    assert_eq!(
        processes.all()[0].any_run_ns(),
        10,
        "it has used no more time"
    );
    // Others had the cores.
    polled.is_runnable = true;
    processes.record_state(&polled, 30);
    assert_eq!(processes.all()[0].last_run_ns(7), Some(30));
    processes.all_mut()[0].first_clock.ignored_until_ns = u64::MAX;
    polled.cpu = Some(Duration::from_millis(5));
    processes.record_state(&polled, 40);
    assert_eq!(
        processes.all()[0].any_run_ns(),
        30,
        "it told us where it is"
    );
}

#[test]
fn the_first_parent_counts() {
    let mut processes = ProcessTable::default();
    processes.record_state(&state(7, 5, 1), 10);
    processes.record_state(&state(7, std::process::id(), 1), 20);
    processes.record_state(&state(8, std::process::id(), 1), 20);
    assert_eq!(
        (processes.all()[0].parent, processes.all()[1].parent),
        (Some(5), None)
    );
}

#[test]
fn an_end_is_not_before_the_last_sign_of_life_nor_after_its_join() {
    let mut process = ObservedProcess::new(7, 10);
    assert_eq!(process.end_ns(), None);
    process.gone_ns = Some(100);
    assert_eq!(process.end_ns(), Some(100));
    process.joined_ns = Some(60);
    assert_eq!(process.end_ns(), Some(60));
    process.extend_lifetime(70);
    assert_eq!(process.end_ns(), Some(70));
}

#[test]
fn more_processes_than_have_room_are_counted() {
    let mut processes = ProcessTable::default();
    for pid in 0..MOST_PROCESSES as u32 + 3 {
        processes.record_state(&state(pid, 1, 1), 1);
    }
    assert_eq!(
        (processes.all().len(), processes.missed),
        (MOST_PROCESSES, 3)
    );
}

#[test]
fn a_thread_that_was_seen_first_gets_its_name_when_it_is_told() {
    let mut process = ObservedProcess::new(7, 0);
    let seen = ThreadState {
        tid: 9,
        name: "python3".to_owned(),
        cpu: Some(Duration::from_millis(1)),
        run_queue: None,
        core: Some(1),
        is_runnable: false,
    };
    process.record_thread_state(&seen, 10);
    process.record_thread_start(9, "T0", false, 8);
    process.record_thread_state(&seen, 20);
    let thread = &process.threads[&9];
    assert_eq!((thread.name.as_str(), thread.first_ns), ("T0", 8));
    assert_eq!(thread.cores, BTreeSet::from([1]));
    assert!(!thread.is_internal());
}

#[test]
fn a_thread_that_ended_keeps_what_it_waited_for() {
    let mut process = ObservedProcess::new(7, 0);
    process.record_thread_start(9, "T0", false, 8);
    let end = HookEvent::ThreadEnded(ThreadEnd {
        tid: 9,
        cpu_ns: 4_000_000,
        delay_ns: Some(3_000_000),
        waits: Some(5),
        gil: None,
    });
    apply_to_process(&mut process, 7, &end, 20);
    let thread = &process.threads[&9];
    assert_eq!(thread.run_queue, Some(Duration::from_millis(3)));
    assert_eq!(thread.voluntary_switches, Some(5));
}

#[test]
fn a_command_gets_the_exit_code_that_its_caller_was_told_if_it_is_the_only_one() {
    let mut processes = ProcessTable::default();
    let start = |processes: &mut ProcessTable, pid, at_ns| {
        processes.record_state(&state(pid, 5, u64::from(pid)), at_ns);
        processes.mark_gone(pid, at_ns + 10);
    };
    start(&mut processes, 7, 1_000);
    start(&mut processes, 8, 50_000_000);
    processes.record_command_end(5, 49_000_000, 60_000_000, 3);
    processes.record_command_end(6, 0, 2_000, 4);
    let codes = |processes: &ProcessTable| -> Vec<Option<i32>> {
        processes
            .all()
            .iter()
            .map(|process| process.exitcode)
            .collect()
    };
    assert_eq!(codes(&processes), [None, Some(3)]);
    start(&mut processes, 9, 2_000);
    processes.record_command_end(5, 0, 3_000, 4);
    assert_eq!(codes(&processes), [None, Some(3), None], "one of two");
}

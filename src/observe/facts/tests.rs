//! Figures of made-up processes and facts.

use super::*;
use crate::observe::{hook_message::HookMessage, processes::ProcessTable};

fn kept(at_ns: u64, fact: &str) -> TimedHookEvent {
    let told: HookMessage = serde_json::from_str(fact).expect("a fact");
    TimedHookEvent {
        at_ns,
        pid: told.p,
        fact: told.what,
    }
}

fn started(at_ns: u64, child: u32) -> TimedHookEvent {
    let fact = format!(
        r#"{{"t":0,"p":1,"e":"started","child":{child},"name":"P","role":"child","method":"fork"}}"#
    );
    kept(at_ns, &fact)
}

fn joined(at_ns: u64, child: u32, at_exit: bool) -> TimedHookEvent {
    let fact =
        format!(r#"{{"t":0,"p":1,"e":"joined","child":{child},"ended":true,"at_exit":{at_exit}}}"#);
    kept(at_ns, &fact)
}

#[test]
fn all_were_started_before_the_first_was_joined_or_not() {
    let apart = [started(1, 7), joined(2, 7, false), started(3, 8)];
    assert_eq!(started_before_join(&apart), Some(false));
    let together = [started(1, 7), started(2, 8), joined(3, 7, false)];
    assert_eq!(started_before_join(&together), Some(true));
    let by_python = [started(1, 7), joined(2, 7, true), started(3, 8)];
    assert_eq!(started_before_join(&by_python), Some(true));
    assert_eq!(started_before_join(&[started(1, 7)]), None);
}

#[test]
fn only_what_is_certain_counts_as_at_once() {
    let mut lives = ProcessTable::default();
    for (pid, first, last) in [(1, 0, 100), (2, 10, 20), (3, 20, 30), (4, 31, 40)] {
        lives.find_or_add(pid, first);
        if let Some(life) = lives.find_or_add(pid, last) {
            life.kind = ProcessKind::Child;
        }
    }
    lives.all_mut()[0].kind = ProcessKind::Main;
    let most = count_at_once(lives.all());
    assert_eq!(most, [("child", 2), ("pool", 0), ("any", 3)]);
}

#[test]
fn a_fact_keeps_its_fields_as_labels() {
    let fact = kept(
        5,
        r#"{"t":0,"p":9,"e":"pool_created","pool":0,"kind":"Pool","workers":4}"#,
    );
    let Some(EventKind::Observed {
        name,
        labels,
        value,
    }) = observe_hook_event(&fact)
    else {
        panic!("it says something");
    };
    assert_eq!(
        (name.as_str(), value),
        ("fact.pool_created", Value::Count(1))
    );
    assert_eq!(labels["kind"], "Pool");
    assert_eq!(
        (labels["workers"].as_str(), labels["pid"].as_str()),
        ("4", "9")
    );
    assert_eq!(count_process_pools(&[fact]), 1);
}

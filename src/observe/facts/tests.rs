//! Figures of made-up processes and facts.

use std::{fs, path::Path};

use super::*;
use crate::{
    observe::{hook_message::HookMessage, processes::ProcessTable},
    record::{Event, Recording},
};

fn kept(at_ns: u64, fact: &str) -> TimedHookEvent {
    let message: HookMessage = serde_json::from_str(fact).expect("a fact");
    TimedHookEvent {
        at_ns,
        pid: message.p,
        fact: message.what,
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
    let mut processes = ProcessTable::default();
    for (pid, first, last) in [(1, 0, 100), (2, 10, 20), (3, 20, 30), (4, 31, 40)] {
        processes.find_or_add(pid, first);
        if let Some(process) = processes.find_or_add(pid, last) {
            process.kind = ProcessKind::Child;
        }
    }
    processes.all_mut()[0].kind = ProcessKind::Main;
    let most = count_at_once(processes.all());
    assert_eq!(most, [("child", 2), ("pool", 0), ("any", 3)]);
}

#[test]
fn conditions_see_of_version_1_what_it_held() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/version1");
    let (mut held, mut seen) = (Vec::new(), Vec::new());
    for entry in folder.read_dir().expect("the fixtures") {
        let path = entry.expect("a fixture").path();
        let text = fs::read_to_string(&path).expect("a text");
        let events = text.lines().skip(1).map(serde_json::from_str::<Event>);
        let events = events.map(|event| event.expect("an event").what);
        held.extend(events.filter(|what| {
            matches!(what, EventKind::Observed { name, .. }
                if name.starts_with("fact.") && name != "fact.program")
        }));
        let recording = Recording::load(&path).expect("it loads");
        seen.extend(
            recording
                .events()
                .iter()
                .filter_map(|event| match &event.what {
                    EventKind::Hook { pid, what } => observe_hook_event(*pid, what),
                    _ => None,
                }),
        );
    }
    assert!(held.len() > 50);
    assert_eq!(seen, held);
}

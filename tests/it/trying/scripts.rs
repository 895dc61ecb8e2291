//! Observations of various scripts.

use super::{Stage, json, named};
use crate::{home::Home, support::watchdog};

/// Four children that each print a number, started as the first argument says.
const FAMILY: &str = r#"
import multiprocessing, sys

def show(number):
    print(number * 7)

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    children = [multiprocessing.Process(target=show, args=(n,)) for n in range(1, 5)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print("all done")
"#;

#[test]
fn children_of_every_start_method_are_seen_with_names_parents_exits_and_output() {
    let _guard = watchdog("families");
    let Some(stage) = Stage::with(FAMILY) else {
        return;
    };
    for method in ["fork", "spawn", "forkserver"] {
        let report = stage.json(&[method]);
        assert_eq!(report["demo"], "try");
        assert_eq!(report["outcome"]["kind"], "complete", "{method}");
        let main = named(&report, "main", "")[0];
        let children = named(&report, "process", "Process-");
        assert_eq!(children.len(), 4, "{method}: {report:#}");
        for (number, child) in (1..).zip(&children) {
            assert_eq!(child["name"], format!("Process-{number}"), "{method}");
            assert_eq!(child["exitcode"], 0, "{method}");
            let output: Vec<&str> = child["output"]
                .as_array()
                .unwrap()
                .iter()
                .map(|line| line.as_str().unwrap())
                .collect();
            assert_eq!(output, [(number * 7).to_string()], "{method}");
            assert!(child["cpu_s"].as_f64().is_some(), "{method}: {child}");
            if method != "forkserver" {
                assert_eq!(child["ppid"], main["pid"], "{method}");
            }
        }
        assert_eq!(main["output"][0], "all done", "{method}");
        let tree = &report["tables"][1];
        assert_eq!(tree["title"], "Processes");
        assert!(tree.to_string().contains(method), "{tree}");
    }
}

#[test]
fn threads_are_seen_by_name() {
    let _guard = watchdog("threads");
    let script = r#"
import threading, time

def work():
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        pass

threads = [threading.Thread(target=work, name=f"counter-{n}") for n in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"#;
    let Some(stage) = Stage::with(script) else {
        return;
    };
    let report = stage.json(&[]);
    let threads = named(&report, "thread", "counter-");
    assert_eq!(threads.len(), 2, "{report:#}");
    let main = named(&report, "main", "")[0];
    for thread in threads {
        assert_eq!(thread["pid"], main["pid"]);
        assert_eq!(thread["exitcode"], serde_json::Value::Null);
    }
}

#[test]
fn any_other_program_is_watched_too() {
    let _guard = watchdog("a shell");
    let home = Home::new();
    let words = [
        "try",
        "--format",
        "json",
        "--",
        "sh",
        "-c",
        "echo hi; sleep 0.4; echo oh >&2",
    ];
    let report = json(&home.run(&words).well());
    let main = named(&report, "main", "sh")[0];
    assert_eq!(main["exitcode"], 0, "{report:#}");
    assert_eq!(main["output"][0], "hi");
    assert!(!named(&report, "process", "sleep").is_empty(), "{report:#}");
    assert_eq!(
        report["backends"][0]["interpreter"],
        serde_json::Value::Null
    );
    assert!(report["advice"].as_array().unwrap().is_empty());
}

#[test]
fn the_scripts_own_words_reach_it() {
    let _guard = watchdog("arguments");
    let Some(stage) = Stage::with("import sys; print(sys.argv[1:])") else {
        return;
    };
    let report = stage.json(&["--n", "3", "--timeout", "x y"]);
    let said = &named(&report, "main", "")[0]["output"][0];
    assert_eq!(said, "['--n', '3', '--timeout', 'x y']");
}

#[test]
fn what_to_change_is_told_with_what_was_seen() {
    let _guard = watchdog("advice");
    let script = r"
import multiprocessing

def work():
    print('hi')

child = multiprocessing.get_context('spawn').Process(target=work)
child.start()
child.join()
";
    let Some(stage) = Stage::with(script) else {
        return;
    };
    let report = stage.json(&[]);
    let advice = report["advice"].as_array().unwrap();
    let guard = advice.iter().find(|one| one["id"] == "no-main-guard");
    let guard = guard.unwrap_or_else(|| panic!("{report:#}"));
    assert!(
        guard["says"].as_str().unwrap().contains("__main__"),
        "{guard}"
    );
    assert!(!guard["because"].as_str().unwrap().is_empty());
    let text = stage.run(&["try", "my.py"]).out;
    assert!(
        text.contains("What to change") && text.contains("1. "),
        "{text}"
    );
    assert!(text.contains("seen: "), "{text}");
}

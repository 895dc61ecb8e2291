//! Claims with the real program: verdicts on this machine, on one core of it, and after an interrupt.

mod real;

use std::fs;

use forklore::{
    claim::{Condition, ConditionSubject},
    lab,
    record::{Recording, Run, Value},
};

use crate::{
    home::{Ended, Home},
    support::skipped,
};

/// A lesson with claims of every kind, on short demos.
const LESSON: &str = r#"+++
number = 1
slug = "claims"
title = "Claims"
question = "Is it so?"
minutes = 5
summary = "Claims."
+++
## Look

```forklore demo
run = "parallel"
backends = ["serial", "processes"]
workers = 2
trials = 3
```

```forklore claim
id = "faster"
says = "Processes compute on several cores at once."
holds_if = "speedup('processes') > 1.3 and cores_used('processes') > 1.3"
needs = "cores >= 2"
limit = "Up to the number of cores."
```

```forklore claim
id = "slow"
says = "Processes are ten times as fast."
holds_if = "speedup('processes') > 10"
```

```forklore demo
run = "isolation"
```

```forklore claim
id = "own"
says = "A child changes its own copy."
holds_if = "median('parent_after', way='process, argument') == 100"
evidence = "the parent had {median('parent_after', way='process, argument')} afterwards"
```
"#;

fn home(more: &str) -> Home {
    let home = Home::new();
    home.write("lessons/one.md", format!("{LESSON}{more}"));
    home
}

fn verdicts(ended: &Ended) -> Vec<(String, String)> {
    let json: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    let claims = json["claims"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    claims
        .map(|claim| (text(&claim["id"]), text(&claim["verdict"])))
        .collect()
}

fn of<'v>(verdicts: &'v [(String, String)], id: &str) -> &'v str {
    &verdicts.iter().find(|(known, _)| known == id).unwrap().1
}

/// The catalogue that `lint` uses for names and kinds matches what the demos measure.
#[test]
fn what_demos_measure_is_what_lint_knows() {
    let home = Home::new();
    for demo in lab::DEMOS {
        // These two consist of the others.
        if ["compare", "worlds"].contains(&demo.spec.name) {
            continue;
        }
        let arguments = small(demo);
        let demo = demo.spec.name;
        let file = home.file("run.jsonl");
        let save = file.display().to_string();
        let all = [&["run"], &arguments[..], &["--save", &save]].concat();
        let ended = home.run(&all);
        assert!(file.is_file(), "{demo}: {ended:?}");
        let recording = Recording::load(&file).unwrap();
        let run = recording.run();
        assert_eq!(run.demo(), demo);
        let subject = ConditionSubject {
            demo,
            backends: &[],
        };
        let parts = run.python_runs();
        for event in parts.into_iter().chain([run]).flat_map(Run::events) {
            let forklore::record::EventKind::Observed { name, value, .. } = &event.what else {
                continue;
            };
            let Some(text) = condition(name, value) else {
                continue;
            };
            let read = Condition::from_text(&text, &subject);
            assert!(read.is_ok(), "{demo}: {text}: {read:?}");
        }
        fs::remove_file(file).unwrap();
    }
}

/// A demo with as little work as it allows.
fn small(demo: &lab::Demo) -> Vec<&str> {
    let mut all = vec![demo.spec.name];
    if demo.spec.takes("trials") {
        all.extend(["--trials", "1"]);
    }
    match demo.spec.name {
        "race" | "scaling" | "parallel" | "futures" => all.extend(["--size", "1000"]),
        "deadlock" | "queue" | "sharing" | "oversubscribe" => all.extend(["--size", "10"]),
        "ipc" => all.extend(["--size", "64"]),
        "memory" => all.extend(["--workers", "1"]),
        "thousand-waits" => all.extend(["--size", "20", "--workers", "10"]),
        _ => {}
    }
    all
}

/// A condition about an observation that is valid if the catalogue has the right kind.
fn condition(name: &str, value: &Value) -> Option<String> {
    // The probe of available cores is not a figure of the demo.
    if name == "available_cores" {
        return None;
    }
    let unit = match value {
        Value::Flag(_) => return Some(format!("flag('{name}')")),
        Value::Text(_) => return Some(format!("text('{name}') == 'x'")),
        Value::Seconds(_) => "s",
        Value::Bytes(_) => "B",
        Value::Rate(_) => "/s",
        Value::Share(_) => "%",
        Value::Count(_) | Value::Pid(_) | Value::Ratio(_) => "",
        _ => return None,
    };
    Some(format!("median('{name}') > 1 {unit}"))
}

#[test]
fn the_ledger_of_this_machine() {
    let home = home("");
    let ended = home.run(&["claims", "--lessons", "lessons", "--format", "json"]);
    let verdicts = verdicts(&ended);
    let ids: Vec<&str> = verdicts.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["faster", "slow", "own"]);
    assert_eq!(of(&verdicts, "own"), "holds");
    // The test machine may be busy with other tests. Then the verdict is too noisy, but it is never ten times
    // as fast.
    assert_ne!(of(&verdicts, "slow"), "holds");
    let refuted = verdicts
        .iter()
        .any(|(_, verdict)| verdict == "does not hold here");
    assert_eq!(ended.code, Some(i32::from(refuted)), "{ended:?}");
    assert!(ended.err.contains("1 of 2: `run parallel"), "{}", ended.err);
}

/// One core cannot show that anything runs in parallel; that must never look like a refutation.
#[cfg(target_os = "linux")]
#[test]
fn one_core_refutes_nothing() {
    let home = home("");
    let mut command = std::process::Command::new("taskset");
    let program = home.command(&["claims", "--lessons", "lessons", "--format", "json"]);
    command
        .args(["-c", "0"])
        .arg(program.get_program())
        .args(program.get_args())
        .env_clear()
        .envs(home.environment())
        .current_dir(home.path());
    let Ok(output) = command.output() else {
        skipped("there is no `taskset` here");
        return;
    };
    if output.stdout.is_empty() {
        skipped("`taskset -c 0` is not allowed here");
        return;
    }
    let ended = Ended::from(output).well();
    let verdicts = verdicts(&ended);
    assert_eq!(of(&verdicts, "faster"), "cannot be shown here");
    assert_eq!(of(&verdicts, "slow"), "cannot be shown here");
    assert_eq!(of(&verdicts, "own"), "holds");
}

/// Ctrl-C shows what was decided until then.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_ledger_early() {
    use std::io::{BufRead, BufReader, Read};

    use nix::{
        sys::signal::{Signal, kill},
        unistd::Pid,
    };

    let _guard = crate::support::watchdog("an interrupted ledger");
    let home = home(
        "\n```forklore claim\nid = \"endless\"\nsays = \"It ends.\"\nholds_if = \"ran('processes')\"\n\
         demo = \"parallel\"\nwith = { backends = [\"processes\"], workers = 2, size = 1000000000000 }\n```\n",
    );
    let mut child = home
        .command(&["claims", "--lessons", "lessons"])
        .spawn()
        .unwrap();
    let mut messages = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("3 of 3") {
        line.clear();
        assert!(messages.read_line(&mut line).unwrap() > 0, "it ended early");
    }
    let pid = Pid::from_raw(child.id() as i32);
    kill(pid, Signal::SIGINT).unwrap();
    let mut rest = String::new();
    messages.read_to_string(&mut rest).unwrap();
    let ended = Ended::from(child.wait_with_output().unwrap());
    assert_eq!(ended.code, Some(130), "{ended:?}");
    assert!(
        ended.out.contains("holds: A child changes its own copy."),
        "{}",
        ended.out
    );
    assert!(
        ended.out.contains("Stopped: 1 claim was not reached."),
        "{}",
        ended.out
    );
}

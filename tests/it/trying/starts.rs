//! How `try` starts programs: installed commands, modules, and programs that read from the terminal.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::Value as Json;

use super::{Stage, named};
use crate::{
    home::EXE,
    support::{eventually, lives, watchdog},
    terminal::{CTRL_C, CTRL_D, Terminal},
};

impl Stage {
    fn terminal(&self, arguments: &[&str]) -> Terminal {
        self.terminal_of(EXE, arguments)
    }

    fn terminal_of(&self, program: &str, arguments: &[&str]) -> Terminal {
        let python = [("FORKLORE_PYTHON", self.python.as_str())];
        Terminal::open_program(&self.home, 80, program, arguments, &python)
    }
}

#[test]
fn an_installed_command_runs_in_the_python_of_its_first_line() {
    let _guard = watchdog("an installed command");
    let Some(stage) = Stage::with("") else {
        return;
    };
    // The wrapper shows that it was asked, as the Python of a virtual environment would by its modules.
    let python = format!("#!/bin/sh\nVIA=wrapper exec {} \"$@\"\n", stage.python);
    let python = stage.home.write("venv/bin/python3", &python);
    let tool = format!(
        "#!{}\nimport os, sys; print(os.environ['VIA'], *sys.argv[1:])\n",
        python.display()
    );
    let tool = stage.home.write("venv/bin/tool", &tool);
    for file in [&python, &tool] {
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let ran = stage.run(&["try", "--", "venv/bin/tool", "--flag"]);
    assert!(ran.out.contains("wrapper --flag"), "{ran:?}");
    // A named Python runs it in place of that one.
    let ran = stage.run(&["try", "--python", &stage.python, "venv/bin/tool"]);
    assert!(ran.out.contains("KeyError: 'VIA'"), "{ran:?}");
}

#[test]
fn a_module_runs_as_python_m_does() {
    let _guard = watchdog("a module");
    let Some(stage) = Stage::with("import sys; print(__name__, sys.argv[1:], sys.path[0])") else {
        return;
    };
    let ran = stage.run(&["try", "-m", "my", "--flag"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let here = fs::canonicalize(stage.home.path()).unwrap();
    let printed = format!("__main__ ['--flag'] {}", here.display());
    assert!(ran.out.contains(&printed), "{ran:?}");
    assert!(ran.out.contains("-m my --flag ran"), "{ran:?}");
    let ran = stage.run(&["try", "-m"]);
    assert!(ran.err.contains("the name of a module"), "{ran:?}");
}

#[test]
fn a_program_reads_from_the_terminal() {
    let _guard = watchdog("input");
    let text = "name = input('who? ')\nprint('hello', name)\n\
        try:\n    input('more? ')\nexcept EOFError:\n    print('no more')\n";
    let Some(stage) = Stage::with(text) else {
        return;
    };
    // Where it is started by no shell with jobs, as in a new window, these signals may be ignored.
    for before in ["", "trap '' TTIN TTOU; "] {
        let script = format!("{before}exec {EXE} try my.py");
        let mut terminal = stage.terminal_of("/bin/sh", &["-c", &script]);
        terminal.wait_for("who?");
        terminal.type_line("Ada");
        let screen = terminal.wait_for("more?");
        assert!(screen.contains("hello Ada\nmore?"), "{screen}");
        terminal.type_keys(CTRL_D);
        terminal.wait_for("no more");
        assert_eq!(terminal.exit_code(), 0);
    }
}

#[test]
fn ctrl_c_goes_to_the_program_that_reads_from_the_terminal() {
    let _guard = watchdog("Ctrl-C at a question");
    let text = "try:\n    input('first? ')\nexcept KeyboardInterrupt:\n    print('goes on')\n\
        input('second? ')\n";
    let Some(stage) = Stage::with(text) else {
        return;
    };
    let mut terminal = stage.terminal(&["try", "my.py"]);
    terminal.wait_for("first?");
    terminal.type_keys(CTRL_C);
    terminal.wait_for("goes on");
    terminal.wait_for("second?");
    terminal.type_keys(CTRL_C);
    assert_eq!(terminal.exit_code(), 130);
}

#[test]
fn a_detached_helper_is_told_and_lives_on_if_that_is_asked_for() {
    let _guard = watchdog("a detached helper");
    let text = r#"
import os, subprocess, sys, time
HELPER = """
import os, time
open("pid.part", "w").write(str(os.getpid()))
os.rename("pid.part", "pid")
while not os.path.exists("go"):
    time.sleep(0.01)
"""
subprocess.Popen([sys.executable, "-c", HELPER], start_new_session=True,
    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while not os.path.exists("pid"):
    time.sleep(0.01)
"#;
    let Some(stage) = Stage::with(text) else {
        return;
    };
    let helper = || -> u32 {
        let pid = fs::read_to_string(stage.home.file("pid")).unwrap();
        fs::remove_file(stage.home.file("pid")).unwrap();
        pid.parse().unwrap()
    };
    let ran = stage.run(&["try", "my.py"]);
    assert!(ran.out.contains("`--keep-detached` lets it run"), "{ran:?}");
    assert!(!ran.out.contains("Outlived parent"), "{ran:?}");
    assert!(!lives(helper()), "{ran:?}");
    let ran = stage.run(&["try", "--keep-detached", "my.py"]);
    assert!(ran.out.contains("and runs on"), "{ran:?}");
    let helper = helper();
    assert!(lives(helper), "{ran:?}");
    stage.home.write("go", "");
    assert!(eventually(|| !lives(helper)), "{ran:?}");
}

#[test]
fn children_of_fork_and_other_programs_are_told_with_their_ends() {
    let _guard = watchdog("forks");
    let text = "import os, subprocess, time\n\
        child = os.fork()\n\
        if child == 0:\n    time.sleep(0.3); os._exit(3)\n\
        os.waitpid(child, 0)\n\
        subprocess.run(['sh', '-c', 'sleep 0.3; exit 7'])\n\
        sleeper = subprocess.Popen(['sleep', '60'])\n\
        time.sleep(0.3); sleeper.kill(); sleeper.wait()\n";
    let Some(stage) = Stage::with(text) else {
        return;
    };
    let report = stage.json(&[]);
    let exits = |name| -> Vec<i64> {
        let named = named(&report, "process", name).into_iter();
        named
            .filter_map(|worker| worker["exitcode"].as_i64())
            .collect()
    };
    assert_eq!(exits("fork of MainProcess"), [3], "{report:#}");
    assert!(exits("sh").contains(&7), "{report:#}");
    assert!(exits("sleep").contains(&-9), "{report:#}");
    let ran = stage.run(&["try", "my.py"]);
    assert!(
        ran.out.contains("forked by `os.fork` in MainProcess"),
        "{ran:?}"
    );
}

#[test]
fn the_result_behind_many_lines_is_on_the_screen_and_all_are_saved() {
    let _guard = watchdog("many lines");
    let text = "for n in range(12000): print('step', n)\nprint('RESULT 42')\n";
    let Some(stage) = Stage::with(text) else {
        return;
    };
    let ran = stage.run(&["try", "my.py"]);
    let shown = ["step 0\n", "step 11999\n", "RESULT 42\n"];
    assert!(shown.iter().all(|line| ran.out.contains(line)), "{ran:?}");
    let ran = stage.run(&["try", "--save", "all.jsonl", "my.py"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let saved = fs::read_to_string(stage.home.file("all.jsonl")).unwrap();
    let events = saved
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap());
    let text = |event: Json| {
        let is_line = event["event"] == "output";
        is_line.then(|| event["text"].as_str().unwrap().to_owned())
    };
    let kept: Vec<String> = events.filter_map(text).collect();
    let all = (0..12_000).map(|n| format!("step {n}"));
    let all: Vec<String> = all.chain(["RESULT 42".to_owned()]).collect();
    assert!(kept == all, "{} lines", kept.len());
    let replayed = stage.run(&["replay", "all.jsonl", "--all"]);
    assert!(replayed.out.contains("RESULT 42"), "{replayed:?}");
}

#[test]
fn stacks_and_tracebacks_show_no_file_of_ours() {
    let _guard = watchdog("stacks");
    let text = r#"
import multiprocessing, os, threading, traceback

def show():
    traceback.print_stack()

if __name__ == "__main__":
    for kind in (multiprocessing.Process, threading.Thread):
        one = kind(target=show)
        one.start()
        one.join()
    try:
        os.waitpid(os.getpid(), 0)
    except ChildProcessError:
        traceback.print_exc()
"#;
    let Some(stage) = Stage::with(text) else {
        return;
    };
    let ran = stage.run(&["try", "my.py"]);
    let stacks = ran.out.matches("in show").count();
    assert!(
        stacks == 2 && ran.out.contains("ChildProcessError"),
        "{ran:?}"
    );
    assert!(!ran.out.contains("_forklore"), "{ran:?}");
}

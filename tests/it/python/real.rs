//! The Pythons of this machine, if it has any.

use std::fs;

use forklore::{
    python::{ChosenPython, LessonScript, Pythons, SearchEnvironment},
    record::{Backend, Interpreter, Params, Recording, RunStatus, Value, WorkerKind},
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{ANSWER, Stub, assert_gone, run};
use crate::{
    home::Home,
    support::{context, eventually, machine_python, machine_pythons, skipped, watchdog},
};

const METHODS: [&str; 3] = ["fork", "spawn", "forkserver"];

/// The Pythons of this machine and one of them; `None`, with a message, if it has none.
fn of_this_machine() -> Option<(Pythons, ChosenPython)> {
    Some((machine_pythons(), machine_python()?))
}

#[test]
fn every_start_method_gives_figures_and_says_which_it_is() {
    let _guard = watchdog("start methods");
    let Some((pythons, python)) = of_this_machine() else {
        return;
    };
    for method in METHODS {
        let params = Params {
            backends: vec![Backend::PythonSerial, Backend::PythonProcesses],
            workers: Some(2),
            trials: Some(1),
            size: Some(20_000),
            python: vec![python.path.display().to_string()],
            start_method: Some(method.to_owned()),
            ..Params::default()
        };
        let recording = run("parallel", params, pythons.clone());
        assert_eq!(recording.run().status(), RunStatus::Complete, "{method}");
        let parts = recording.run().python_runs();
        let [part] = parts[..] else {
            skipped(&format!("it does not know `{method}`"));
            continue;
        };
        assert_eq!(part.interpreter().unwrap().start_method, method);
        let workers = part.workers(Backend::PythonProcesses);
        assert_eq!(workers.len(), 2, "{method}");
        for worker in workers {
            assert_eq!(worker.kind, WorkerKind::Process);
            assert!(
                worker.usage.cpu_s.is_some_and(|cpu| cpu > 0.0),
                "{method}: {worker:?}"
            );
        }
        assert_eq!(part.trials(Backend::PythonProcesses).len(), 1);
    }
}

/// All Pythons of this kind on this machine; prints a message if there are none.
fn all_of_this_machine(
    kind: &str,
    is_one: impl Fn(&Interpreter) -> bool,
) -> (Pythons, Vec<ChosenPython>) {
    let pythons = Pythons::from_environment(context(), SearchEnvironment::from_process());
    let mut chosen = pythons.choose(&["all".to_owned()], None).chosen;
    chosen.retain(|python| is_one(&python.interpreter));
    if chosen.is_empty() {
        skipped(&format!("this machine has no {kind}"));
    }
    (pythons, chosen)
}

/// The result of a demo with one Python, with its default start method or another one.
fn run_under(
    demo: &str,
    python: &ChosenPython,
    pythons: &Pythons,
    method: Option<&str>,
) -> Recording {
    let params = Params {
        python: vec![python.path.display().to_string()],
        start_method: method.map(str::to_owned),
        ..Params::default()
    };
    let recording = run(demo, params, pythons.clone());
    assert_eq!(recording.run().status(), RunStatus::Complete, "{python:?}");
    assert_eq!(recording.run().python_runs().len(), 1, "{python:?}");
    recording
}

#[test]
fn a_fork_server_that_the_missing_guard_ended_is_an_answer() {
    let _guard = watchdog("a program without the guard");
    let newer = |python: &Interpreter| python.default_start_method == "forkserver";
    let (pythons, newer) = all_of_this_machine("CPython 3.14 or newer", newer);
    for python in newer {
        let recording = run_under("process", &python, &pythons, None);
        let part = recording.run().python_runs()[0];
        let ran = METHODS.map(|method| {
            let labels = [("start_method", method)];
            part.last_observed("unguarded_ran", &labels)
        });
        let expected = [true, false, false].map(|ran| Some(Value::Flag(ran)));
        assert_eq!(ran, expected, "{python:?}");
    }
}

#[test]
fn reading_no_memory_is_a_crash_under_every_implementation() {
    let _guard = watchdog("a crash elsewhere");
    let other = |python: &Interpreter| python.implementation != "CPython";
    let (pythons, others) = all_of_this_machine("Python but CPython", other);
    for python in others {
        let recording = run_under("crash", &python, &pythons, None);
        let part = recording.run().python_runs()[0];
        for place in ["thread", "process", "pool"] {
            let labels = [("crash", "segfault"), ("where", place)];
            let code = part.last_observed("exitcode", &labels);
            assert_eq!(code, Some(Value::Count(-11)), "{place}: {python:?}");
        }
    }
}

#[test]
fn an_implementation_without_subinterpreters_is_told_by_its_name() {
    let _guard = watchdog("no subinterpreters");
    let pypy = |python: &Interpreter| python.implementation == "PyPy";
    let (pythons, pypys) = all_of_this_machine("PyPy", pypy);
    for python in pypys {
        let params = Params {
            backends: vec![Backend::PythonInterpreters],
            trials: Some(1),
            size: Some(1000),
            python: vec![python.path.display().to_string()],
            ..Params::default()
        };
        let recording = run("parallel", params, pythons.clone());
        let part = recording.run().python_runs()[0];
        let why = "PyPy has no subinterpreters";
        assert_eq!(
            part.skipped_backends(),
            [(Backend::PythonInterpreters, why)]
        );
    }
}

#[test]
fn a_forked_child_reads_its_parents_list_whatever_the_start_method() {
    let _guard = watchdog("a list that fork shares");
    let Some((pythons, python)) = of_this_machine() else {
        return;
    };
    let recording = run_under("memory", &python, &pythons, Some("forkserver"));
    let part = recording.run().python_runs()[0];
    let private = |step| {
        let labels = [("kind", "process, fork"), ("step", step)];
        part.last_observed("private", &labels)
    };
    assert!(private("idle").is_some());
    assert!(private("read a list that fork shares").is_some());
}

#[test]
fn executors_of_python_do_the_same_work_with_each_start_method() {
    let _guard = watchdog("executors");
    let Some((pythons, python)) = of_this_machine() else {
        return;
    };
    for method in METHODS {
        let params = Params {
            backends: vec![Backend::PythonThreads, Backend::PythonProcesses],
            trials: Some(1),
            workers: Some(2),
            size: Some(2_000),
            python: vec![python.path.display().to_string()],
            start_method: Some(method.to_owned()),
            ..Params::default()
        };
        let recording = run("futures", params, pythons.clone());
        assert_eq!(recording.run().status(), RunStatus::Complete, "{method}");
        for part in recording.run().python_runs() {
            let orders = part.observations("map_order");
            assert_eq!(orders.len(), 2, "{method}");
            assert!(
                orders
                    .iter()
                    .all(|seen| *seen.value == Value::text("1 2 3"))
            );
            let sums = part.observations("checksum");
            assert!(sums.windows(2).all(|pair| pair[0].value == pair[1].value));
            let children = part.workers(Backend::PythonProcesses);
            assert!(children.iter().all(|child| child.exitcode == Some(0)));
        }
    }
}

#[test]
fn an_event_loop_of_python_waits_in_one_thread() {
    let _guard = watchdog("an event loop");
    let Some((pythons, python)) = of_this_machine() else {
        return;
    };
    let params = Params {
        trials: Some(1),
        size: Some(40),
        workers: Some(10),
        python: vec![python.path.display().to_string()],
        ..Params::default()
    };
    let recording = run("thousand-waits", params, pythons);
    let part = recording.run().python_runs()[0];
    let seen = |name: &str, label: (&str, &str)| part.number_series(name, &[label])[0];
    let threads = |way| seen("threads", ("way", way));
    let pool = threads("pool of threads");
    assert_eq!((threads("event loop"), pool), (1.0, 10.0));
    assert!(seen("took", ("way", "pool of threads")) >= 0.4);
    assert!(seen("tick_delay", ("call", "in the loop")) >= 0.08);
}

#[test]
fn pythons_deadlock_in_opposite_orders_and_in_the_same_order_never() {
    let _guard = watchdog("deadlock");
    let Some((pythons, python)) = of_this_machine() else {
        return;
    };
    let mut unseen = vec!["python-threads", "python-processes"];
    for method in METHODS.into_iter().cycle().take(30) {
        let params = Params {
            backends: vec![Backend::PythonThreads, Backend::PythonProcesses],
            trials: Some(1),
            size: Some(20),
            python: vec![python.path.display().to_string()],
            start_method: Some(method.to_owned()),
            ..Params::default()
        };
        let recording = run("deadlock", params, pythons.clone());
        assert_eq!(recording.run().status(), RunStatus::Complete, "{method}");
        let parts = recording.run().python_runs();
        for seen in parts.iter().flat_map(|part| part.observations("deadlocks")) {
            if *seen.value != Value::Count(0) {
                assert_eq!(seen.labels.get("order"), Some("opposite"));
                unseen.retain(|backend| seen.labels.get("backend") != Some(*backend));
            }
        }
        if unseen.is_empty() {
            return;
        }
    }
    panic!("no deadlock of {unseen:?}");
}

#[test]
fn only_a_forked_child_has_the_variables_and_the_held_lock_of_its_parent() {
    let _guard = watchdog("inherit");
    let Some((pythons, python)) = of_this_machine() else {
        return;
    };
    let params = Params {
        python: vec![python.path.display().to_string()],
        ..Params::default()
    };
    let recording = run("inherit", params, pythons);
    assert_eq!(recording.run().status(), RunStatus::Complete);
    let part = recording.run().python_runs()[0];
    let seen = |name: &str, labels: &[(&str, &str)]| part.last_observed(name, labels);
    for method in part.label_values("lock_held", "method") {
        let is_forked = Some(Value::Flag(method == "fork"));
        for thing in ["global", "file"] {
            let labels = [("thing", thing), ("method", method.as_str())];
            assert_eq!(seen("inherited", &labels), is_forked, "{method}: {thing}");
        }
        let labels = [("method", method.as_str())];
        assert_eq!(seen("lock_held", &labels), is_forked, "{method}");
        let runs = seen("thread_runs", &labels);
        assert_eq!(runs, Some(Value::Flag(false)), "{method}");
    }
}

#[test]
fn a_pool_is_silent_about_a_killed_worker_and_an_executor_is_not() {
    let _guard = watchdog("failures");
    let Some((pythons, python)) = of_this_machine() else {
        return;
    };
    let params = Params {
        python: vec![python.path.display().to_string()],
        ..Params::default()
    };
    let recording = run("failures", params, pythons);
    assert_eq!(recording.run().status(), RunStatus::Complete);
    let part = recording.run().python_runs()[0];
    let outcome = |way: &str, failure: &str| {
        let labels = [("way", way), ("failure", failure)];
        part.last_observed("outcome", &labels)
    };
    for failure in ["killed", "cannot be read"] {
        let silent = outcome("Pool", failure);
        assert_eq!(silent, Some(Value::text("no answer")), "{failure}");
        let broken = outcome("executor", failure);
        assert_eq!(broken, Some(Value::text("broken pool")), "{failure}");
    }
    let ends = outcome("threads", "killed");
    assert_eq!(ends, Some(Value::text("program ends")));
}

#[test]
fn no_child_of_any_start_method_outlives_us() {
    let _guard = watchdog("our end under a real Python");
    let Some((_, python)) = of_this_machine() else {
        return;
    };
    let path = python.path.display().to_string();
    for method in METHODS {
        let home = Home::new();
        let line = format!(
            "run parallel --backends python-processes --trials 1 --size 1000000000 --start-method {method} --python {path}"
        );
        let mut child = home
            .command(&line.split(' ').collect::<Vec<_>>())
            .spawn()
            .unwrap();
        // The program, its two workers, and the helpers of its multiprocessing.
        let group = || group_below(child.id());
        assert!(eventually(|| group().len() >= 3), "{method}: it never ran");
        let pids = group();
        kill(Pid::from_raw(child.id() as i32), Signal::SIGKILL).unwrap();
        child.wait().unwrap();
        assert_gone(&pids);
    }
}

/// Creates a named semaphore, writes its system name to a file, and waits.
const HAS_SEMAPHORE: &str = "import multiprocessing, os, time
lock = multiprocessing.get_context('METHOD').Lock()
with open('written', 'w') as file:
    file.write('/dev/shm/sem.' + lock._semlock.name.strip('/'))
os.rename('written', os.environ['HERE'] + '/semaphore')
time.sleep(1000)
";

#[test]
fn no_semaphore_of_a_python_outlives_us() {
    let _guard = watchdog("semaphores");
    let Some((_, python)) = of_this_machine() else {
        return;
    };
    let path = python.path.display();
    for method in ["spawn", "forkserver"] {
        for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGKILL] {
            let program = HAS_SEMAPHORE.replace("METHOD", method);
            let commands = format!(
                "export HERE=$here\ncat > own.py <<'END'\n{program}END\nexec {path} own.py"
            );
            let stub = Stub::new(ANSWER, &commands);
            let home = Home::new();
            let stub_path = stub.path().display().to_string();
            let mut command = home.command(&["run", "parallel", "--backends", "python-serial"]);
            command
                .args(["--python", &stub_path])
                .env("TMPDIR", stub.path().parent().unwrap());
            let mut child = command.spawn().unwrap();
            assert!(eventually(|| stub.wrote("semaphore").is_some()));
            let file = stub.wrote("semaphore").unwrap();
            assert!(fs::exists(&file).unwrap(), "{file}");
            kill(Pid::from_raw(child.id() as i32), signal).unwrap();
            child.wait().unwrap();
            let is_left = || fs::exists(&file).unwrap();
            assert!(eventually(|| !is_left()), "{method}, {signal}: {file}");
        }
    }
}

/// The largest process group that a child of this process leads: others are interpreters that are only queried.
fn group_below(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let fields = |pid: u32| -> Option<(u32, u32, u32)> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let mut rest = stat.rsplit_once(") ")?.1.split(' ').skip(1);
        Some((pid, rest.next()?.parse().ok()?, rest.next()?.parse().ok()?))
    };
    let all: Vec<(u32, u32, u32)> = pids.filter_map(fields).collect();
    let leaders = all
        .iter()
        .filter(|(pid, ppid, group)| pid == group && *ppid == parent);
    let group_of = |leader: u32| -> Vec<u32> {
        let members = all.iter().filter(|(_, _, group)| *group == leader);
        members.map(|(pid, _, _)| *pid).collect()
    };
    let groups = leaders.map(|(leader, _, _)| group_of(*leader));
    groups.max_by_key(Vec::len).unwrap_or_default()
}

#[test]
fn a_lessons_program_prints_what_it_prints() {
    let _guard = watchdog("a lesson's program");
    let Some((_, python)) = of_this_machine() else {
        return;
    };
    let script = LessonScript {
        file: "python/hello.py",
        text: "import sys, os\nprint('hello')\nprint(os.path.basename(__file__))\nsys.exit(3)\n",
        python: &python,
        limit: std::time::Duration::from_secs(30),
    };
    let printed = script.run(&context(), &|| false).unwrap();
    assert_eq!(printed.lines, ["hello", "hello.py"]);
    assert_eq!(printed.exit.map(forklore::mp::ProcessExit::code), Some(3));
    assert_eq!((printed.more, printed.was_cut), (0, false));
}

#[test]
fn pythons_share_numbers_and_lose_none_behind_a_lock() {
    let _guard = watchdog("sharing");
    let Some((pythons, python)) = of_this_machine() else {
        return;
    };
    for method in METHODS {
        for demo in ["sharing", "oversubscribe"] {
            let params = Params {
                trials: Some(1),
                size: Some(100),
                python: vec![python.path.display().to_string()],
                start_method: Some(method.to_owned()),
                ..Params::default()
            };
            let recording = run(demo, params, pythons.clone());
            assert_eq!(recording.run().status(), RunStatus::Complete, "{method}");
            let part = recording.run().python_runs()[0];
            assert_eq!(part.status(), RunStatus::Complete, "{demo}, {method}");
            for seen in part.observations("lost_updates") {
                let way = seen.labels.get("way").unwrap();
                if seen.labels.get("lock") == Some("yes") || way == "Queue" {
                    assert_eq!(*seen.value, Value::Count(0), "{way}, {method}");
                }
            }
            if demo == "sharing" {
                let seen = |way| part.last_observed("parent_sees", &[("way", way)]);
                assert_eq!(seen("Manager"), Some(Value::Flag(true)), "{method}");
                assert_eq!(seen("a copy"), Some(Value::Flag(false)), "{method}");
            }
        }
    }
}

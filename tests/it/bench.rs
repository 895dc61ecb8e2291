//! Processes and threads by hand: what is typed at the prompt, with real workers.

mod lessons;
mod python_words;

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{
    home::Home,
    support::{assert_gone, lives, watchdog},
    terminal::Terminal,
};

/// A prompt that reads commands from a pipe.
struct PipedPrompt {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// What workers printed, whenever it came.
    printed: String,
    _home: Home,
}

impl PipedPrompt {
    fn open() -> Self {
        Self::open_in(Home::new(), &[])
    }

    fn open_in(home: Home, arguments: &[&str]) -> Self {
        let mut command = home.command(arguments);
        command.stdin(Stdio::piped());
        let mut child = command.spawn().unwrap();
        Self {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().unwrap()),
            printed: String::new(),
            child,
            _home: home,
        }
    }

    /// Types a command, and returns what it shows.
    fn run(&mut self, command: &str) -> String {
        // `set gate` marks the end of the output.
        let lines = format!("{command}\nset gate on\n");
        let input = self.input.as_mut().expect("it is open");
        input.write_all(lines.as_bytes()).unwrap();
        let mut shown = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "{shown}");
            if line == "gate: on\n" {
                return shown;
            }
            let is_of_worker = line.contains(" │ ");
            let place = if is_of_worker {
                &mut self.printed
            } else {
                &mut shown
            };
            *place += &line;
        }
    }

    /// Starts workers, and returns their PIDs.
    fn spawn(&mut self, what: &str) -> Vec<u32> {
        let shown = self.run(&format!("spawn {what}"));
        let parts = shown.split("(PID ").skip(1);
        let pids: Vec<u32> = parts
            .map(|part| part.split(')').next().unwrap().parse().unwrap())
            .collect();
        assert!(!pids.is_empty(), "{shown}");
        pids
    }

    /// The cells of a worker's row, by the names of the columns.
    fn row(&mut self, name: &str) -> Option<serde_json::Map<String, serde_json::Value>> {
        let shown = self.run("ps --format json");
        let json: serde_json::Value = serde_json::from_str(&shown).expect(&shown);
        let table = &json["tables"][0];
        let rows = table["rows"].as_array().unwrap().iter();
        let mut rows = rows.map(|row| row.as_array().unwrap());
        let row = rows.find(|row| row[0] == name)?;
        let columns = table["columns"].as_array().unwrap().iter();
        let names = columns.map(|column| column["name"].as_str().unwrap().to_owned());
        Some(names.zip(row.iter().cloned()).collect())
    }

    /// Waits until a worker is in this state.
    fn await_state(&mut self, name: &str, state: &str) {
        let mut seen = None;
        while seen.as_ref().is_none_or(|row| *row != state) {
            let row = self.row(name).expect(name);
            seen = Some(row["state"].clone());
        }
    }

    fn end(&mut self) -> Option<i32> {
        self.input = None;
        self.child.wait().unwrap().code()
    }
}

impl Drop for PipedPrompt {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_process_is_started_seen_and_joined() {
    let _dog = watchdog("workers by hand");
    let mut prompt = PipedPrompt::open();
    assert!(prompt.run("ps").contains("there are no workers"));
    let pids = prompt.spawn("process idle --name a");
    prompt.await_state("a", "waiting for message");
    let row = prompt.row("a").unwrap();
    assert_eq!(
        (&row["kind"], &row["PID"]),
        (&"process".into(), &pids[0].into())
    );
    assert_eq!(row["parent"], prompt.child.id());
    assert!(prompt.run("send a end").contains("asked a to end"));
    prompt.await_state("a", "zombie");
    assert_eq!(prompt.row("a").unwrap()["exit code"], 0);
    let entry = format!("/proc/{}", pids[0]);
    assert!(
        std::fs::exists(&entry).unwrap(),
        "the system keeps a zombie"
    );
    assert_eq!(
        prompt.run("join a"),
        "a: exit code 0, received 0 messages\n"
    );
    assert_eq!(prompt.row("a"), None);
    assert!(!std::fs::exists(&entry).unwrap());
}

#[test]
fn signals_stop_resume_and_end_a_process() {
    let _dog = watchdog("workers by hand");
    let mut prompt = PipedPrompt::open();
    prompt.spawn("process primes --name a");
    prompt.run("stop a");
    assert_eq!(prompt.row("a").unwrap()["state"], "stopped");
    let shown = prompt.run("kill a");
    assert!(
        shown.contains("stopped: it acts on it after `cont a`"),
        "{shown}"
    );
    assert_eq!(prompt.row("a").unwrap()["state"], "stopped");
    prompt.run("cont a");
    prompt.await_state("a", "zombie");
    let shown = prompt.run("join all");
    assert!(
        shown.starts_with("a: exit code -15 (SIGTERM), found "),
        "{shown}"
    );
}

#[test]
fn a_crash_ends_a_thread_alone_or_with_its_process_and_never_the_prompt() {
    let _dog = watchdog("workers by hand");
    let mut prompt = PipedPrompt::open();
    let pids = prompt.spawn("thread 3 idle");
    assert_eq!((pids[0], pids[1]), (pids[1], pids[2]), "one host");
    prompt.run("crash t1 panic");
    prompt.await_state("t1", "ended");
    prompt.run("crash t2 error");
    prompt.await_state("t2", "ended");
    assert_eq!(prompt.run("join t1"), "t1: it panicked\n");
    prompt.await_state("t3", "waiting for message");
    prompt.run("crash t3 segfault");
    prompt.await_state("host", "zombie");
    assert_eq!(prompt.row("host").unwrap()["exit code"], -11);
    let shown = prompt.run("join t3");
    assert_eq!(
        shown,
        "t3: its process host ended, exit code -11 (SIGSEGV)\n"
    );
    prompt.spawn("process idle");
    prompt.run("crash p1 abort");
    prompt.await_state("p1", "zombie");
    // The start of another one leaves it a zombie.
    prompt.spawn("process idle");
    assert_eq!(prompt.row("p1").unwrap()["state"], "zombie");
    assert_eq!(prompt.row("p1").unwrap()["exit code"], -6);
}

#[test]
fn a_host_ends_with_its_last_thread() {
    let _dog = watchdog("workers by hand");
    let mut prompt = PipedPrompt::open();
    let pids = prompt.spawn("thread idle");
    prompt.run("send t1 end");
    assert_eq!(
        prompt.run("join t1"),
        "t1: its function returned, received 0 messages\n"
    );
    assert_eq!(prompt.row("host"), None);
    assert_gone(&pids);
}

#[test]
fn every_kind_of_work_is_done() {
    let _dog = watchdog("workers by hand");
    let mut prompt = PipedPrompt::open();
    for place in ["process", "thread", "thread --gil"] {
        for (work, done) in [
            ("primes --size 1000", "found 168 primes"),
            ("count --size 5000", "added 5000, saw 5000"),
            ("count --size 500 --lock", "added 500"),
            ("wait --size 1", "slept 1 s"),
            ("print --size 1", "printed 1 line"),
            ("ring --size 2", "passed 2 messages"),
        ] {
            prompt.spawn(&format!("{place} {work}"));
            let ended = prompt.run("join all");
            assert!(ended.contains(done), "{place} {work}: {ended}");
        }
    }
}

#[test]
fn a_broken_ring_names_the_neighbor_that_ended() {
    let _dog = watchdog("workers by hand");
    let mut prompt = PipedPrompt::open();
    prompt.spawn("process 2 ring");
    prompt.run("kill p2 KILL");
    prompt.await_state("p1", "zombie");
    prompt.run("join all");
    let message = "the ring is broken: its neighbor p2 has ended";
    assert!(prompt.printed.contains(message), "{}", prompt.printed);
}

#[test]
fn a_locked_counter_in_shared_memory_loses_nothing() {
    let _dog = watchdog("workers by hand");
    let mut prompt = PipedPrompt::open();
    for place in ["process", "thread"] {
        prompt.run("clear bench");
        prompt.spawn(&format!(
            "{place} 2 count --size 50000 --shared --lock --name a"
        ));
        let ended = prompt.run("join all");
        // The last one to end saw all additions of both.
        assert!(ended.contains("saw 100,000"), "{ended}");
    }
    prompt.spawn("process 2 count --size 3000");
    let ended = prompt.run("join all");
    assert_eq!(ended.matches("saw 3000").count(), 2, "{ended}");
}

#[test]
fn a_worker_says_what_it_waits_for() {
    let _dog = watchdog("workers by hand");
    let mut prompt = PipedPrompt::open();
    prompt.spawn("process wait --lock --name holder");
    prompt.await_state("holder", "sleeping");
    prompt.run("stop holder");
    prompt.spawn("process wait --lock --name waiter");
    prompt.await_state("waiter", "waiting for lock");
    prompt.spawn("thread wait --lock --name thread");
    prompt.await_state("thread", "waiting for lock");
    // A crash does not wait for the lock.
    prompt.run("crash waiter abort");
    prompt.await_state("waiter", "zombie");
    prompt.run("crash thread segfault");
    prompt.await_state("host", "zombie");
    prompt.spawn("thread 2 primes --gil");
    prompt.await_state("t1", "waiting for GIL");
    prompt.await_state("t2", "waiting for GIL");
}

#[test]
fn messages_reach_a_worker_and_are_printed() {
    let _dog = watchdog("workers by hand");
    let mut prompt = PipedPrompt::open();
    prompt.spawn("process idle --name a");
    prompt.run("send a good morning");
    while prompt.printed != "a │ received: good morning\n" {
        prompt.run("ps");
    }
    assert!(prompt.run("send a end").contains("asked"));
}

/// Commands, and the error that the last one ends with.
const REFUSED: [(&str, &str); 16] = [
    ("kill a", "no worker is called `a`: `ps` lists them"),
    (
        "join all",
        "there are no workers: `spawn process primes` starts one",
    ),
    (
        "spawn process prims",
        "no work is called `prims`; did you mean `primes`?",
    ),
    (
        "spawn process 65 idle",
        "`spawn` takes 1 to 64 workers, not `65`",
    ),
    (
        "spawn process idle --name all",
        "`all` is no name for a worker: use up to 12 letters, digits, `-` and `_`, and not `all`",
    ),
    (
        "spawn process idle --name a\nspawn process idle --name a",
        "a worker is called `a` already: take another name, or `join a` first",
    ),
    (
        "spawn process primes --gil",
        "`--gil` is for threads: each process has a GIL of its own",
    ),
    (
        "spawn thread idle\nkill t1",
        "t1 is a thread, and a signal is for a whole process: `kill host` reaches host with all \
             its threads, `send t1 end` asks the thread to return",
    ),
    (
        "spawn process idle 2",
        "the number comes before the work: `spawn process 2 idle`",
    ),
    (
        "spawn process primes idle",
        "`spawn` takes 1 to 64 workers, not `primes`",
    ),
    ("kill -9", "which worker? `kill p1 KILL`; `ps` lists them"),
    (
        "spawn process idle\nkill -KILL p1\nstop all",
        "all workers have ended: `join all` shows how",
    ),
    (
        "spawn thread idle\ncrash t1 abort\nstop t1",
        "t1 has ended: `join t1` shows how",
    ),
    (
        "spawn process idle\nkill p1 HURT",
        "no signal is called `HURT`: TERM, KILL, INT, STOP and CONT are some",
    ),
    (
        "spawn process idle\nkill p1 KILL\nsend p1 hello",
        "p1 has ended: `join p1` shows how",
    ),
    (
        "spawn thread idle\nsend host hello",
        "host only hosts threads: name one of them (`ps` lists them), or `kill host`",
    ),
];

#[test]
fn what_cannot_be_done_is_refused_with_the_remedy() {
    let home = Home::new();
    for (commands, message) in REFUSED {
        home.write("commands", commands);
        let file = std::fs::File::open(home.file("commands")).unwrap();
        let ended = home.command(&[]).stdin(file).output().unwrap();
        let error = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(error, format!("error: {message}\n"), "{commands}");
    }
}

/// Workers of each kind, and the PIDs of their processes.
fn open_with_workers() -> (PipedPrompt, Vec<u32>) {
    let mut prompt = PipedPrompt::open();
    let mut pids = prompt.spawn("process 2 primes");
    pids.extend(prompt.spawn("thread primes --gil"));
    pids.extend(prompt.spawn("process wait"));
    prompt.run("stop p3");
    (prompt, pids)
}

#[test]
fn no_worker_outlives_the_prompt() {
    let _dog = watchdog("workers by hand");
    let (mut prompt, pids) = open_with_workers();
    assert_eq!(prompt.end(), Some(0), "the end of the input");
    assert_gone(&pids);
    let (mut prompt, pids) = open_with_workers();
    prompt.input.as_mut().unwrap().write_all(b"quit\n").unwrap();
    assert_eq!(prompt.child.wait().unwrap().code(), Some(0));
    assert_gone(&pids);
    for signal in [
        Signal::SIGKILL,
        Signal::SIGTERM,
        Signal::SIGHUP,
        Signal::SIGINT,
    ] {
        let (mut prompt, pids) = open_with_workers();
        kill(Pid::from_raw(prompt.child.id() as i32), signal).unwrap();
        prompt.child.wait().unwrap();
        assert_gone(&pids);
    }
}

#[test]
fn all_are_those_that_live() {
    let _dog = watchdog("workers by hand");
    let mut prompt = PipedPrompt::open();
    prompt.spawn("process 2 idle --name a");
    prompt.run("kill -9 a-1");
    assert_eq!(prompt.run("send all end"), "asked a-2 to end\n");
    prompt.await_state("a-2", "zombie");
    prompt.run("clear bench");
    prompt.spawn("thread 2 idle");
    let shown = prompt.run("crash all abort");
    assert_eq!(
        shown,
        "asked t1 to crash: abort\nt2 has ended with its process\n"
    );
}

#[test]
fn what_was_done_is_the_last_result_and_can_be_saved() {
    let _dog = watchdog("workers by hand");
    let mut prompt = PipedPrompt::open();
    prompt.spawn("process idle --name a");
    prompt.spawn("thread idle --name b");
    prompt.run("stop a");
    prompt.run("kill a KILL");
    prompt.run("crash b panic");
    prompt.run("join a");
    prompt.run("join b");
    let shown = prompt.run("last");
    assert!(
        shown.contains("exit code -9") && shown.contains("panicked"),
        "{shown}"
    );
    assert!(prompt.run("more commands").contains("SIGSTOP"));
    prompt.run("save bench.jsonl");
    assert_eq!(prompt.run("replay bench.jsonl"), prompt.run("last"));
}

#[test]
fn a_closed_terminal_leaves_no_worker() {
    let _dog = watchdog("workers by hand");
    let home = Home::new();
    let mut terminal = Terminal::open(&home, 80, &[], &[]);
    terminal.wait_for_line("forklore ❯");
    terminal.type_line("spawn process primes");
    let screen = terminal.wait_for("started p1 (PID ");
    let pid = screen.split("(PID ").nth(1).unwrap();
    let pid: u32 = pid.split(')').next().unwrap().parse().unwrap();
    assert!(lives(pid));
    drop(terminal);
    assert_gone(&[pid]);
}

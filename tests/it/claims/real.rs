//! The claims of the real lessons on a busy, small or bare machine: no verdict may be wrong there.
//!
//! Checking that verdicts are stable takes minutes and a quiet machine:
//! `cargo test --release --test it -- --ignored claims::real`.

use std::{
    collections::BTreeMap,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use super::verdicts;
use crate::{
    home::{Ended, Home},
    support::skipped,
};

const FALSE_HERE: &str = "does not hold here";

/// Threads that keep every core busy, until this is dropped.
struct Busy {
    is_over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Busy {
    fn all_cores() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let is_over = Arc::new(AtomicBool::new(false));
        let spin = |_| {
            let is_over = Arc::clone(&is_over);
            std::thread::spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            })
        };
        let threads = (0..cores).map(spin).collect();
        Self { is_over, threads }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn lessons() -> String {
    format!("{}/lessons", env!("CARGO_MANIFEST_DIR"))
}

/// The ledger of one lesson, or of all. `under` is a program that starts ours in a special environment.
fn ledger(home: &Home, lesson: Option<&str>, under: &[&str]) -> Option<Ended> {
    let folder = lessons();
    let mut arguments = vec!["claims", "--lessons", &folder, "--format", "json"];
    arguments.extend(lesson.iter().flat_map(|lesson| ["--lesson", lesson]));
    let ours = home.command(&arguments);
    let Some((first, rest)) = under.split_first() else {
        return Some(home.run(&arguments));
    };
    let mut command = Command::new(first);
    command
        .args(rest)
        .arg(ours.get_program())
        .args(ours.get_args())
        .env_clear()
        .envs(home.environment())
        .current_dir(home.path());
    command.output().ok().map(Ended::from)
}

/// Nothing is refuted, every figure of a claim is measured, and at least one claim is decided.
#[track_caller]
fn refutes_nothing(ended: &Ended) {
    let verdicts = verdicts(ended);
    assert!(!verdicts.is_empty(), "{ended:?}");
    let refuted: Vec<_> = verdicts.iter().filter(|(_, of)| of == FALSE_HERE).collect();
    assert!(refuted.is_empty(), "{refuted:?}\n{}", ended.out);
    assert!(
        !ended.out.contains(" was not measured by "),
        "{}",
        ended.out
    );
    // Lesson 4 claims only times, and all of them may be too noisy beside busy cores.
    let is_all_times = verdicts.iter().all(|(id, _)| id.starts_with("q4-"));
    let decides =
        |verdict: &str| verdict == "holds" || is_all_times && verdict == "too noisy to tell";
    assert!(
        verdicts.iter().any(|(_, verdict)| decides(verdict)),
        "{}",
        ended.out
    );
}

#[test]
fn cores_that_others_keep_busy_refute_nothing() {
    let _busy = Busy::all_cores();
    let home = Home::new();
    for lesson in ["2", "5"] {
        refutes_nothing(&ledger(&home, Some(lesson), &[]).unwrap());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn one_core_refutes_nothing_of_the_lessons() {
    let home = Home::new();
    for lesson in ["2", "6"] {
        match ledger(&home, Some(lesson), &["taskset", "-c", "0"]) {
            Some(ended) if !ended.out.is_empty() => refutes_nothing(&ended),
            _ => return skipped("`taskset -c 0` is not to be had here"),
        }
    }
}

/// Without a Python, claims about Python cannot be shown; all others are decided.
#[test]
fn no_python_refutes_nothing() {
    let home = Home::new();
    for lesson in ["3", "4"] {
        let ended = ledger(&home, Some(lesson), &["/usr/bin/env", "PATH="]).unwrap();
        refutes_nothing(&ended);
        let verdicts: BTreeMap<String, String> = verdicts(&ended).into_iter().collect();
        let of_python = if lesson == "3" {
            "q3-guard"
        } else {
            "q4-killed-worker"
        };
        let verdict = verdicts.get(of_python).map(String::as_str);
        assert_eq!(verdict, Some("cannot be shown here"), "{}", ended.out);
        let json: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
        for claim in json["claims"].as_array().unwrap() {
            if claim["evidence"]
                .as_str()
                .unwrap()
                .contains("no Python took part")
            {
                assert_eq!(claim["verdict"], "cannot be shown here");
            }
        }
    }
}

/// Pythons measure all figures that claims about Python need.
#[test]
fn pythons_answer_what_is_claimed_of_them() {
    let home = Home::new();
    let under = ["/usr/bin/env", "FORKLORE_PYTHON=usual"];
    for lesson in ["3", "4"] {
        let ended = ledger(&home, Some(lesson), &under).unwrap();
        if ended.out.contains("no Python took part") {
            return skipped("there is no Python here");
        }
        refutes_nothing(&ended);
    }
}

/// A control group that grants half a core. It is removed when dropped.
#[cfg(target_os = "linux")]
struct HalfACore(std::path::PathBuf);

#[cfg(target_os = "linux")]
impl HalfACore {
    fn new() -> Option<Self> {
        use std::fs;

        let name = format!("forklore-it-{}", std::process::id());
        let first = std::path::Path::new("/sys/fs/cgroup/cpu").join(&name);
        if fs::create_dir(&first).is_ok() {
            let group = Self(first);
            fs::write(group.0.join("cpu.cfs_period_us"), "100000").ok()?;
            fs::write(group.0.join("cpu.cfs_quota_us"), "50000").ok()?;
            return Some(group);
        }
        let second = std::path::Path::new("/sys/fs/cgroup").join(&name);
        fs::create_dir(&second).ok()?;
        let group = Self(second);
        fs::write(group.0.join("cpu.max"), "50000 100000").ok()?;
        Some(group)
    }
}

#[cfg(target_os = "linux")]
impl Drop for HalfACore {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir(&self.0);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn half_a_core_refutes_nothing() {
    let Some(group) = HalfACore::new() else {
        return skipped("no control group with a quota can be made here");
    };
    let home = Home::new();
    let joins = format!(
        "echo $$ > '{}/cgroup.procs' && exec \"$@\"",
        group.0.display()
    );
    let under = ["/bin/sh", "-c", &joins, "sh"];
    let ended = ledger(&home, Some("5"), &under).unwrap();
    if ended.out.is_empty() {
        return skipped("nobody may join a control group here");
    }
    refutes_nothing(&ended);
    refutes_nothing(&ledger(&home, Some("4"), &under).unwrap());
}

/// Ten runs on a quiet machine: no verdict changes, and nothing is refuted.
#[test]
#[ignore = "takes many minutes of a quiet machine"]
fn no_verdict_flips_in_ten_runs() {
    let home = Home::new();
    let under = ["/usr/bin/env", "FORKLORE_PYTHON=usual"];
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for _ in 0..10 {
        let ended = ledger(&home, None, &under).unwrap();
        refutes_nothing(&ended);
        for (id, verdict) in verdicts(&ended) {
            seen.entry(id).or_default().push(verdict);
        }
    }
    seen.retain(|_, verdicts| verdicts.iter().any(|verdict| *verdict != verdicts[0]));
    assert!(seen.is_empty(), "{seen:#?}");
}

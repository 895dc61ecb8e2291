//! Samples of good and bad programs, and the advice for each, with each Python and each start method.
//!
//! A sample's first lines have the expectations: `# advice: none`, `# advice(spawn, forkserver):
//! cannot-pickle`, `# limit: 4` (seconds), `# until: it stands still`, `# says: chunksize=`, `# because: Process-1`. The start method is its argument.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use forklore::{
    measure,
    observe::{
        self, ObservedProgram, ObserverServices, ProgramCommand, WatchOptions,
        advice::collect_advice,
    },
    python::ChosenPython,
    record::{Backend, EventKind, HookEvent, Recording, WorkerKind},
};

use crate::support::{context, machine_pythons, skipped, watchdog};

/// Much longer than any sample that ends by itself takes.
const LIMIT_S: u64 = 60;

/// The expectations of a sample.
struct Sample {
    name: String,
    path: PathBuf,
    text: String,
}

impl Sample {
    fn all() -> Vec<Self> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/try_samples");
        let mut paths: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
            .collect();
        paths.sort();
        let samples = paths.into_iter().map(|path| Self {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            text: fs::read_to_string(&path).unwrap(),
            path,
        });
        samples.collect()
    }

    /// The value of a line `# key: value`, or of `# key(word, other): value` if one of the words matches.
    fn value(&self, key: &str, words: &[&str]) -> Option<&str> {
        let lines = self.text.lines().filter_map(|line| line.strip_prefix("# "));
        let mut fitting = lines.filter_map(|line| {
            let (head, value) = line.split_once(": ")?;
            let (name, only) = head.split_once('(').unwrap_or((head, ""));
            let only = only.trim_end_matches(')');
            let fits = only.is_empty() || only.split(", ").any(|word| words.contains(&word));
            (name == key && fits).then_some(value)
        });
        fitting.next()
    }

    fn expected(&self, words: &[&str]) -> Vec<String> {
        let ids = self
            .value("advice", words)
            .expect("it says what it expects");
        let ids = ids.split(", ").filter(|id| *id != "none");
        ids.map(str::to_owned).collect()
    }

    fn limit(&self) -> Duration {
        let own = self.value("limit", &[]).map(|limit| limit.parse().unwrap());
        Duration::from_secs(own.unwrap_or(LIMIT_S))
    }

    /// Whether it is watched until nothing in it moves any more.
    fn hangs(&self) -> bool {
        self.value("until", &[]).is_some()
    }

    /// Whether it starts processes in its own way.
    fn has_methods(&self) -> bool {
        self.text.contains("sys.argv[1]")
    }

    fn run(&self, python: &ChosenPython, method: &str) -> Recording {
        observe_script(&self.path, python, Some(method), self.limit(), self.hangs())
    }

    /// The difference between the given and the expected advice.
    fn check(&self, python: &ChosenPython, method: &str) -> Option<String> {
        let gil = if python.interpreter.gil {
            "gil"
        } else {
            "free"
        };
        let recording = self.run(python, method);
        let given = collect_advice(&recording.run());
        let ids: Vec<&str> = given.iter().map(|advice| advice.id.as_str()).collect();
        let says = self.value("says", &[]).unwrap_or_default();
        let is_said = given.iter().any(|advice| advice.says.contains(says));
        let because = self.value("because", &[]).unwrap_or_default();
        let is_founded = given.iter().any(|advice| advice.because.contains(because));
        let fits = ids == self.expected(&[method, gil])
            && (is_said || says.is_empty())
            && (is_founded || because.is_empty());
        (!fits).then(|| {
            let version = &python.interpreter.version;
            let facts: Vec<String> = recording
                .events()
                .iter()
                .filter(|event| !matches!(event.what, EventKind::RunStarted { .. }))
                .map(|event| format!("{:.1} {:?}", event.at_ns as f64 / 1e6, event.what))
                .collect();
            format!(
                "{} under {version}, {method}: {given:#?}\n{}",
                self.name,
                facts.join("\n")
            )
        })
    }
}

fn observe_script(
    path: &Path,
    python: &ChosenPython,
    argument: Option<&str>,
    limit: Duration,
    until_still: bool,
) -> Recording {
    let program = ObservedProgram {
        command: ProgramCommand::Script {
            path: path.to_owned(),
            python: python.clone(),
        },
        arguments: argument.into_iter().map(Into::into).collect(),
        folder: None,
        limit: Some(limit),
        options: WatchOptions::default(),
    };
    let is_still = Arc::new(AtomicBool::new(false));
    let stopped = is_still.clone();
    let env = ObserverServices {
        mp: context(),
        machine: measure::describe_machine(),
        observer: Some(Box::new(move |event| {
            let is_stall = matches!(
                &event.what,
                EventKind::Hook { what, .. } if matches!(**what, HookEvent::Stalled { .. })
            );
            is_still.fetch_or(is_stall, Ordering::Relaxed);
        })),
        stopped: Arc::new(move || {
            let is_over = until_still && stopped.load(Ordering::Relaxed);
            is_over.then(|| "it stands still".to_owned())
        }),
        lend_terminal: None,
    };
    observe::observe_program(&program, env).expect("it starts")
}

/// The oldest and the newest complete Python of this machine, and one without a GIL.
fn pythons() -> Vec<ChosenPython> {
    let found = machine_pythons().choose(&["all".to_owned()], None).chosen;
    let mut usable: Vec<ChosenPython> = found
        .into_iter()
        .filter(|python| {
            python.interpreter.implementation == "CPython" && feature(python) >= (3, 8)
        })
        .collect();
    usable.sort_by_key(|python| (feature(python), !python.interpreter.gil));
    if std::env::var_os("FORKLORE_ALL_PYTHONS").is_none() && usable.len() > 2 {
        let last = usable.len() - 1;
        let ends = |at: usize| at == 0 || at == last;
        let mut at = 0..;
        usable.retain(|python| ends(at.next().unwrap_or_default()) || !python.interpreter.gil);
    }
    usable
}

fn feature(python: &ChosenPython) -> (u32, u32) {
    let mut numbers = python
        .interpreter
        .version
        .split('.')
        .map(|n| n.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

fn check_all(wanted: impl Fn(&Sample) -> bool, what: &'static str) {
    let only = std::env::var("FORKLORE_SAMPLE").unwrap_or_default();
    let pythons = pythons();
    if pythons.is_empty() {
        skipped("no CPython from 3.8 on here");
        return;
    }
    let mut wrong = Vec::new();
    for sample in Sample::all() {
        if !wanted(&sample) || !sample.name.contains(&only) {
            continue;
        }
        for (at, python) in pythons.iter().enumerate() {
            let methods = ["fork", "spawn", "forkserver"];
            // All start methods with the newest; the oldest is there for what has changed since.
            let is_newest = at + 1 == pythons.len();
            let every = is_newest || std::env::var_os("FORKLORE_ALL_PYTHONS").is_some();
            let count = if sample.has_methods() && every { 3 } else { 1 };
            for method in &methods[..count] {
                let _guard = watchdog(what);
                // Advice that depends on figures may be missing on a busy machine; a false alarm never passes.
                let tries = if sample.name.starts_with("good") {
                    1
                } else {
                    4
                };
                let mut failures = (0..tries).map_while(|_| sample.check(python, method));
                let last = failures.nth(tries - 1);
                wrong.extend(last);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn good_programs_get_no_advice() {
    check_all(|sample| sample.name.starts_with("good"), "good samples");
}

#[test]
fn bad_programs_get_their_advice() {
    let is_quick = |sample: &Sample| !sample.name.starts_with("good") && !sample.hangs();
    check_all(is_quick, "bad samples");
}

#[test]
fn programs_that_hang_get_the_reason() {
    // Each takes some seconds to stand still, in which it uses no core.
    std::thread::scope(|scope| {
        for part in 0..8 {
            let is_in_part = move |sample: &Sample| {
                sample.hangs() && sample.name.bytes().map(usize::from).sum::<usize>() % 8 == part
            };
            scope.spawn(move || check_all(is_in_part, "samples that hang"));
        }
    });
}

/// A program of a list: `#### name: advice, advice, exit 1, limit 4, says text`, and its lines below.
struct ListedProgram<'t> {
    name: &'t str,
    advice: Vec<&'t str>,
    exitcode: Option<i32>,
    limit: Duration,
    says: &'t str,
    text: &'t str,
}

impl<'t> ListedProgram<'t> {
    fn parse_all(list: &'t str) -> Vec<Self> {
        list.split("#### ").skip(1).map(Self::parse).collect()
    }

    fn parse(entry: &'t str) -> Self {
        let (head, text) = entry.split_once('\n').expect("a program");
        let (name, words) = head.split_once(": ").unwrap_or((head, ""));
        let mut program = Self {
            name,
            advice: Vec::new(),
            exitcode: None,
            limit: Duration::from_secs(LIMIT_S),
            says: "",
            text,
        };
        for word in words.split(", ").filter(|word| !word.is_empty()) {
            match word.split_once(' ') {
                Some(("exit", code)) => program.exitcode = code.parse().ok(),
                Some(("limit", seconds)) => {
                    program.limit = Duration::from_secs(seconds.parse().unwrap());
                }
                Some(("says", says)) => program.says = says,
                _ => program.advice.push(word),
            }
        }
        // Who waits until the limit has no exit code of its own.
        if program.limit == Duration::from_secs(LIMIT_S)
            && !program.advice.contains(&"initializer-failed")
        {
            program.exitcode = program.exitcode.or(Some(0));
        }
        program
    }

    /// The difference between what it got and what it should get.
    fn check(&self, path: &Path, python: &ChosenPython) -> Option<String> {
        fs::write(path, self.text).unwrap();
        let recording = observe_script(path, python, None, self.limit, false);
        let run = recording.run();
        let given = collect_advice(&run);
        let ids: Vec<&str> = given.iter().map(|advice| advice.id.as_str()).collect();
        let workers = run.workers(Backend::Try);
        let main = workers
            .iter()
            .find(|worker| worker.kind == WorkerKind::Main);
        let exitcode = main.and_then(|main| main.exitcode);
        let is_said =
            self.says.is_empty() || given.iter().any(|advice| advice.says.contains(self.says));
        let fits = ids == self.advice
            && is_said
            && self.exitcode.is_none_or(|code| exitcode == Some(code));
        (!fits).then(|| format!("{} (exit code {exitcode:?}): {given:#?}", self.name))
    }
}

/// Checks each program of a list under the newest Python with a GIL; returns the number of programs.
fn check_list(list: &str, tries: usize, what: &'static str) -> usize {
    let only = std::env::var("FORKLORE_SAMPLE").unwrap_or_default();
    let programs = ListedProgram::parse_all(list);
    let Some(python) = pythons().into_iter().rfind(|python| python.interpreter.gil) else {
        skipped("no CPython from 3.8 on here");
        return programs.len();
    };
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for program in programs
        .iter()
        .filter(|program| program.name.contains(&only))
    {
        let _guard = watchdog(what);
        let path = folder.path().join(format!("{}.py", program.name));
        let mut failures = (0..tries).map_while(|_| program.check(&path, &python));
        wrong.extend(failures.nth(tries - 1));
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
    programs.len()
}

#[test]
fn correct_programs_of_many_kinds_get_no_advice() {
    assert!(
        check_list(
            include_str!("try_samples/correct.txt"),
            1,
            "correct programs"
        ) >= 30
    );
}

#[test]
fn each_mistake_gets_its_advice() {
    // Advice that depends on figures may be missing on a busy machine.
    check_list(include_str!("try_samples/mistakes.txt"), 3, "mistakes");
}

//! Samples of good and bad programs, and the advice for each, with each Python and each start method.
//!
//! A sample's first lines have the expectations: `# advice: none`, `# advice(spawn, forkserver):
//! cannot-pickle`, `# limit: 4` (seconds), `# until: it stands still`, `# says: chunksize=`, `# because: Process-1`. The start method is its argument.

use std::{
    fs,
    path::PathBuf,
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
    python::{ChosenPython, Pythons, SearchEnvironment},
    record::{EventKind, HookEvent, Recording},
};

use crate::support::{context, skipped, watchdog};

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
        let program = ObservedProgram {
            command: ProgramCommand::Script {
                path: self.path.clone(),
                python: python.clone(),
            },
            arguments: vec![method.into()],
            folder: None,
            limit: Some(self.limit()),
            options: WatchOptions::default(),
        };
        let is_still = Arc::new(AtomicBool::new(false));
        let stops = self.hangs();
        let stopped = is_still.clone();
        let env = ObserverServices {
            mp: context(),
            machine: measure::describe_machine(),
            observer: Some(Box::new(move |event| {
                let is_stall = matches!(
                    event.what,
                    EventKind::Hook {
                        what: HookEvent::Stalled { .. },
                        ..
                    }
                );
                is_still.fetch_or(is_stall, Ordering::Relaxed);
            })),
            stopped: Arc::new(move || {
                let is_over = stops && stopped.load(Ordering::Relaxed);
                is_over.then(|| "it stands still".to_owned())
            }),
            lend_terminal: None,
        };
        observe::observe_program(&program, env).expect("it starts")
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
                .events
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

/// The oldest and the newest complete Python of this machine, and one without a GIL.
fn pythons() -> Vec<ChosenPython> {
    let around = SearchEnvironment {
        variable: None,
        ..SearchEnvironment::from_process()
    };
    let found = Pythons::from_environment(context(), around)
        .choose(&["all".to_owned()], None)
        .chosen;
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

//! The Pythons of this machine: looked for and asked once, when somebody first wants to know.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use super::{
    answer::Answer,
    ask::{PATIENCE, ask},
    dedupe::{self, Asked},
    places::{Source, Surroundings, absolute, is_path},
};
use crate::{
    mp::{Context, Launcher},
    record::Interpreter,
};

/// So many are asked at the same time.
const AT_ONCE: usize = 4;

/// How often somebody who waits for the answers looks up.
const ROUND: Duration = Duration::from_millis(10);

/// An interpreter that was found, or what passes for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Who named it, in the order in which they were looked at.
    pub sources: Vec<Source>,
    /// What it is; or why it can run nothing of ours, in words for a student.
    pub answer: Result<Interpreter, String>,
    /// How it can start child processes, its default first.
    pub methods: Vec<String>,
}

impl Found {
    pub(super) fn new(path: PathBuf, sources: Vec<Source>, answer: Result<Answer, String>) -> Self {
        let methods = answer.iter().flat_map(|answer| answer.methods.clone());
        let methods: Vec<String> = methods.collect();
        let answer = answer.and_then(|answer| match answer.objection() {
            Some(why) => Err(why),
            None => Ok(answer.interpreter()),
        });
        Self {
            path,
            sources,
            answer,
            methods,
        }
    }

    /// `PATH, pyenv`.
    pub fn found_by(&self) -> String {
        let names: Vec<String> = self.sources.iter().map(Source::to_string).collect();
        names.join(", ")
    }
}

/// The Pythons of this machine. Clones share what was found.
///
/// Nothing is looked for before somebody asks: it costs a start of every interpreter.
#[derive(Clone)]
pub struct Pythons {
    shared: Arc<Shared>,
}

struct Shared {
    /// `None` where nobody is to be found.
    asking: Option<(Context, Surroundings)>,
    found: OnceLock<Vec<Found>>,
    /// Those that were named later.
    further: Mutex<Vec<Found>>,
}

impl Pythons {
    /// Those that the environment leads to, and those paths that `named` has.
    pub fn system(named: Vec<String>) -> Self {
        let mp = Context::with_start_timeout(Launcher::current(), PATIENCE);
        Self::around(mp, Surroundings::of_process(named))
    }

    /// Those that these surroundings lead to, asked by workers of that context.
    pub fn around(mp: Context, surroundings: Surroundings) -> Self {
        Self::with(Some((mp, surroundings)))
    }

    /// None, and nothing is said about it: for tests, and where Python is not wanted.
    pub fn none() -> Self {
        Self::with(None)
    }

    fn with(asking: Option<(Context, Surroundings)>) -> Self {
        Self {
            shared: Arc::new(Shared {
                asking,
                found: OnceLock::new(),
                further: Mutex::default(),
            }),
        }
    }

    /// All that were found, in the order in which a learner would mean them. The first call asks them.
    pub fn found(&self) -> &[Found] {
        self.shared.found.get_or_init(|| {
            let Some((mp, surroundings)) = &self.shared.asking else {
                return Vec::new();
            };
            let asked = dedupe::by_file(surroundings.candidates());
            dedupe::by_answer(ask_all(mp, asked))
        })
    }

    /// Asks whom [`choose`](Self::choose) will need for these words, and gives up waiting once `stopped` says so:
    /// then `false`, and the asking goes on behind the scenes, until its bound.
    pub fn look(&self, words: &[String], stopped: &dyn Fn() -> bool) -> bool {
        let (looking, words) = (self.clone(), words.to_vec());
        let asking = move || looking.prepare(&words);
        let began = thread::Builder::new().name("asking Pythons".to_owned());
        let Ok(asking) = began.spawn(asking) else {
            // Without a thread nobody can interrupt it.
            self.found();
            return true;
        };
        while !asking.is_finished() && !stopped() {
            thread::sleep(ROUND);
        }
        asking.is_finished()
    }

    fn prepare(&self, words: &[String]) {
        let words = self.meant(words);
        if words.is_empty() || words.iter().any(|word| !is_path(word) && word != "none") {
            self.found();
        }
        for path in words.iter().filter(|word| is_path(word)) {
            self.at(&absolute(path));
        }
    }

    /// The one at that path, asked now if it is not known yet.
    pub(super) fn at(&self, path: &Path) -> Option<Found> {
        let (mp, _) = self.shared.asking.as_ref()?;
        let is_it = |found: &&Found| found.path == path || same_file(&found.path, path);
        // Who names one path need not wait for all the others.
        let found = self.shared.found.get().map_or(&[][..], Vec::as_slice);
        let mut further = self.further();
        if let Some(found) = found.iter().chain(&*further).find(is_it) {
            return Some(found.clone());
        }
        let asked = Asked {
            path: path.to_owned(),
            sources: vec![Source::Named],
        };
        let answers = ask_all(mp, vec![asked]);
        further.extend(dedupe::by_answer(answers));
        // It must not go by the name of another one.
        let mut all: Vec<Found> = found.iter().chain(&*further).cloned().collect();
        dedupe::lengthen(&mut all);
        let new = all.pop()?;
        if let Some(last) = further.last_mut() {
            *last = new.clone();
        }
        Some(new)
    }

    /// All that are known by now: those found, and those that were named later.
    pub fn all(&self) -> Vec<Found> {
        let found = self.found();
        let further = self.further();
        let is_new = |one: &&Found| !found.iter().any(|known| same_file(&known.path, &one.path));
        let new = further.iter().filter(is_new);
        found.iter().chain(new).cloned().collect()
    }

    /// These words, or where there are none those of `FORKLORE_PYTHON`.
    pub(super) fn meant(&self, words: &[String]) -> Vec<String> {
        match &self.shared.asking {
            Some((_, around)) if words.is_empty() => around.words_of_variable(),
            _ => words.to_vec(),
        }
    }

    /// Whether nobody is to be found, on purpose.
    pub(super) fn is_none(&self) -> bool {
        self.shared.asking.is_none()
    }

    fn further(&self) -> std::sync::MutexGuard<'_, Vec<Found>> {
        self.shared
            .further
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Pythons {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pythons")
            .field("found", &self.shared.found.get())
            .finish_non_exhaustive()
    }
}

fn same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(one).is_some_and(|path| real(other) == Some(path))
}

/// Asks several at once; the answers come in the order of the questions.
fn ask_all(mp: &Context, asked: Vec<Asked>) -> Vec<(Asked, Result<Answer, String>)> {
    let next = AtomicUsize::new(0);
    let answers: Vec<OnceLock<Result<Answer, String>>> =
        asked.iter().map(|_| OnceLock::new()).collect();
    let go_on = || {
        while let at = next.fetch_add(1, Ordering::Relaxed)
            && let (Some(asked), Some(answer)) = (asked.get(at), answers.get(at))
        {
            // Each is set once: by whoever drew its number.
            let _ = answer.set(ask(mp, &asked.path));
        }
    };
    thread::scope(|scope| {
        for _ in 1..AT_ONCE.min(asked.len()) {
            // With fewer threads it only takes longer.
            let _ = thread::Builder::new().spawn_scoped(scope, go_on);
        }
        go_on();
    });
    let missing = || Err("it was not asked".to_owned());
    let answers = answers
        .into_iter()
        .map(|answer| answer.into_inner().unwrap_or_else(missing));
    asked.into_iter().zip(answers).collect()
}

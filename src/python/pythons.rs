//! The Pythons of this machine. They are searched for and queried once, when they are first needed.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use parking_lot::Mutex;

use super::{
    answer_cache::AnswerCache,
    ask::{PATIENCE, query_interpreter},
    dedupe::{self, InterpreterFile},
    interpreter_info::InterpreterInfo,
    locations::{PythonSource, SearchEnvironment, absolute_path, is_path},
};
use crate::{
    mp::{Context, Launcher, StartMethod},
    record::Interpreter,
};

/// At most this many are queried at the same time.
const AT_ONCE: usize = 4;

/// How often a thread that waits for the answers checks for a stop.
const ROUND: Duration = Duration::from_millis(2);

/// An interpreter that was found, or a file that only looks like one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPython {
    /// The path that is started.
    pub path: PathBuf,
    /// The paths that led to it.
    pub asked: Vec<PathBuf>,
    /// The sources that named it, in the order of the search.
    pub sources: Vec<PythonSource>,
    /// The interpreter; or the reason why it cannot run our programs, in words for a student.
    pub answer: Result<Interpreter, String>,
    /// How it can start child processes, its default first.
    pub methods: Vec<String>,
    /// The packages that some demo has a use for, as far as it has them.
    pub packages: Vec<String>,
}

impl FoundPython {
    pub(super) fn new(
        path: PathBuf,
        asked: &InterpreterFile,
        answer: Result<InterpreterInfo, String>,
    ) -> Self {
        let methods = answer.iter().flat_map(|answer| answer.methods.clone());
        let methods: Vec<String> = methods.collect();
        let packages = answer.iter().flat_map(|answer| answer.packages.clone());
        let packages = packages.collect();
        let answer = answer.and_then(|answer| match answer.why_unusable() {
            Some(why) => Err(why),
            None => Ok(answer.to_interpreter()),
        });
        Self {
            path,
            asked: vec![asked.path.clone()],
            sources: asked.sources.clone(),
            answer,
            methods,
            packages,
        }
    }

    /// Whether this path leads to it.
    pub fn is_at(&self, path: &Path) -> bool {
        self.path == path || self.asked.iter().any(|asked| asked == path)
    }

    /// Whether two paths to one file are the same interpreter. A learner's script may differ: `python3 -X
    /// gil=1`.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let runs_itself = |found: &Self| found.asked.contains(&found.path);
        let answers_alike = self.answer == other.answer && self.methods == other.methods;
        answers_alike || !runs_itself(self) && !runs_itself(other)
    }

    /// Merges another find of the same interpreter.
    pub(super) fn merge_sources(&mut self, other: Self) {
        for path in other.asked {
            dedupe::push_unique(&mut self.asked, path);
        }
        for source in other.sources {
            dedupe::push_unique(&mut self.sources, source);
        }
    }

    /// `PATH, pyenv`.
    pub fn found_by(&self) -> String {
        let names: Vec<String> = self.sources.iter().map(PythonSource::to_string).collect();
        names.join(", ")
    }
}

/// The Pythons of this machine. Clones share the results.
///
/// The search starts at the first request: it starts every interpreter once.
#[derive(Clone)]
pub struct Pythons {
    shared: Arc<PythonSearch>,
}

/// A file that was queried, and its answer.
type AnsweredFile = (InterpreterFile, Result<InterpreterInfo, String>);

/// An answer that other threads may be waiting for.
type PendingAnswer = Arc<OnceLock<Result<InterpreterInfo, String>>>;

struct PythonSearch {
    /// `None` if no Python should be found.
    asking: Option<(Context, SearchEnvironment)>,
    /// Where answers are kept between sessions.
    cache: Option<AnswerCache>,
    /// The answers by file: each file is queried once.
    answers: Mutex<HashMap<PathBuf, PendingAnswer>>,
    /// The Pythons that the search found.
    searched: OnceLock<Vec<AnsweredFile>>,
    found: OnceLock<Vec<FoundPython>>,
    /// The Pythons that were named by their path.
    named: Mutex<Vec<AnsweredFile>>,
}

impl Pythons {
    /// The Pythons of this system's environment. Their answers are kept in this cache.
    pub fn from_system(cache: Option<AnswerCache>) -> Self {
        let mp =
            Context::with_start_timeout(StartMethod::Spawn, Launcher::from_current_exe(), PATIENCE);
        Self::with_search(Some((mp, SearchEnvironment::from_process())), cache)
    }

    /// The Pythons of this search environment, queried by workers of this context.
    pub fn from_environment(mp: Context, surroundings: SearchEnvironment) -> Self {
        Self::with_search(Some((mp, surroundings)), None)
    }

    /// No Pythons, without an error: for tests, and where Python is not wanted.
    pub fn none() -> Self {
        Self::with_search(None, None)
    }

    /// A CPython 3.11 at this path, as if a search had found it.
    #[cfg(test)]
    pub(crate) fn with_one(path: &str) -> Self {
        let mp = Context::with_launcher(StartMethod::Spawn, Launcher::new("/nowhere/forklore"));
        let pythons = Self::from_environment(mp, SearchEnvironment::default());
        let file = InterpreterFile {
            path: PathBuf::from(path),
            sources: vec![PythonSource::Path],
        };
        let answer = r#"{"forklore": 1, "implementation": "CPython", "version": "3.11.9", "feature": [3, 11],
            "free_threaded": false, "methods": ["fork"], "subinterpreters": false, "cpus": 2, "executable": null,
            "gil": true}"#;
        let answer = InterpreterInfo::find_in_lines([answer]).ok_or_else(String::new);
        let _ = pythons.shared.searched.set(vec![(file, answer)]);
        pythons
    }

    fn with_search(
        asking: Option<(Context, SearchEnvironment)>,
        cache: Option<AnswerCache>,
    ) -> Self {
        Self {
            shared: Arc::new(PythonSearch {
                asking,
                cache,
                answers: Mutex::default(),
                searched: OnceLock::new(),
                found: OnceLock::new(),
                named: Mutex::default(),
            }),
        }
    }

    /// The Pythons that the search found, the most likely ones first. The first call queries them.
    pub fn list_found(&self) -> &[FoundPython] {
        self.shared
            .found
            .get_or_init(|| dedupe::group_by_interpreter(self.searched_files()))
    }

    fn searched_files(&self) -> &[AnsweredFile] {
        self.shared.searched.get_or_init(|| {
            let Some((mp, surroundings)) = &self.shared.asking else {
                return Vec::new();
            };
            self.query_all(mp, dedupe::group_by_file(surroundings.candidates()))
        })
    }

    /// Queries the Pythons that [`choose`](Self::choose) needs for these words, until `stopped` returns `true`.
    /// In that case it returns `false`, whether or not the answers have arrived, and the queries continue in
    /// the background until their time limit.
    pub fn search_until(&self, words: &[String], stopped: &dyn Fn() -> bool) -> bool {
        let words = words.to_vec();
        self.ask_until(move |pythons| pythons.prepare_answers(&words), stopped)
    }

    /// The same for [`choose_one`](Self::choose_one), which needs fewer answers.
    pub fn search_one_until(&self, words: &[String], stopped: &dyn Fn() -> bool) -> bool {
        let words = words.to_vec();
        self.ask_until(move |pythons| drop(pythons.choose_one(&words)), stopped)
    }

    fn ask_until(
        &self,
        ask: impl FnOnce(&Self) + Send + 'static,
        stopped: &dyn Fn() -> bool,
    ) -> bool {
        let asking = self.clone();
        let thread = thread::Builder::new().name("asking Pythons".to_owned());
        let Ok(asking) = thread.spawn(move || ask(&asking)) else {
            // Without a thread the search cannot be interrupted; whoever needs an answer asks for it.
            return !stopped();
        };
        while !asking.is_finished() && !stopped() {
            thread::sleep(ROUND);
        }
        !stopped()
    }

    fn prepare_answers(&self, words: &[String]) {
        let words = self.resolve_words(words);
        if words.is_empty() || words.iter().any(|word| !is_path(word) && word != "none") {
            self.list_found();
        }
        for path in words.iter().filter(|word| is_path(word)) {
            self.find_at_path(&absolute_path(path));
        }
    }

    /// The first usable Python that a learner who says `python3` means. No other Python is queried, unless the search for
    /// all is over.
    pub(super) fn find_default(&self) -> Option<FoundPython> {
        if self.shared.searched.get().is_some() {
            return self.usual_choice().into_iter().next();
        }
        let (mp, surroundings) = self.shared.asking.as_ref()?;
        let files = dedupe::group_by_file(surroundings.candidates()).into_iter();
        let mut meant = files.filter(|file| file.sources.iter().any(PythonSource::is_default));
        meant.find_map(|file| {
            let answers = self.query_all(mp, vec![file]);
            let mut found = dedupe::group_by_interpreter(&answers).into_iter();
            found.find(|one| one.answer.is_ok())
        })
    }

    /// The Python at this path, queried now if it is not known yet.
    pub(super) fn find_at_path(&self, path: &Path) -> Option<FoundPython> {
        let (mp, _) = self.shared.asking.as_ref()?;
        let asked = InterpreterFile {
            path: path.to_owned(),
            sources: vec![PythonSource::Named],
        };
        let runs_itself = asked.runs_itself();
        let answers = self.query_all(mp, vec![asked]);
        let mut named = self.shared.named.lock();
        for answered in answers {
            dedupe::push_unique(&mut named, answered);
        }
        drop(named);
        // A single named path does not require the search for all others.
        let searched = self.shared.searched.get().map_or(&[][..], Vec::as_slice);
        let known = self.merge_known(searched);
        let mut found = known.into_iter().find(|one| one.is_at(path))?;
        if runs_itself {
            path.clone_into(&mut found.path);
        }
        Some(found)
    }

    /// All Pythons that are known so far: those found, and those named by their path.
    pub fn list_all(&self) -> Vec<FoundPython> {
        self.merge_known(self.searched_files())
    }

    fn merge_known(&self, searched: &[AnsweredFile]) -> Vec<FoundPython> {
        let named = self.shared.named.lock();
        let all: Vec<AnsweredFile> = searched.iter().chain(&*named).cloned().collect();
        dedupe::group_by_interpreter(&all)
    }

    /// These words, or those of `FORKLORE_PYTHON` if there are none.
    pub(super) fn resolve_words(&self, words: &[String]) -> Vec<String> {
        let Some((_, around)) = &self.shared.asking else {
            return words.to_vec();
        };
        let words = if words.is_empty() {
            around.variable_words()
        } else {
            words.to_vec()
        };
        let as_typed = |word: String| around.find_command(&word).unwrap_or(word);
        words.into_iter().map(as_typed).collect()
    }

    /// Whether Pythons are disabled.
    pub(super) fn is_none(&self) -> bool {
        self.shared.asking.is_none()
    }

    /// Queries several at once. The answers are in the order of `asked`.
    fn query_all(&self, mp: &Context, asked: Vec<InterpreterFile>) -> Vec<AnsweredFile> {
        let next = AtomicUsize::new(0);
        let go_on = || {
            while let Some(asked) = asked.get(next.fetch_add(1, Ordering::Relaxed)) {
                // The answer is read below from `answers`.
                let _ = self.query_once(mp, &asked.path);
            }
        };
        thread::scope(|scope| {
            for _ in 1..AT_ONCE.min(asked.len()) {
                // With fewer threads it only takes longer.
                let _ = thread::Builder::new().spawn_scoped(scope, go_on);
            }
            go_on();
        });
        let answered = |asked: InterpreterFile| {
            let answer = self.query_once(mp, &asked.path);
            (asked, answer)
        };
        asked.into_iter().map(answered).collect()
    }

    /// The answer of one file. If another thread is already querying it, this waits for its answer.
    fn query_once(&self, mp: &Context, path: &Path) -> Result<InterpreterInfo, String> {
        let mut answers = self.shared.answers.lock();
        let pending = Arc::clone(answers.entry(dedupe::real_path(path)).or_default());
        drop(answers);
        let ask = || {
            let cache = self.shared.cache.as_ref();
            if let Some(answer) = cache.and_then(|cache| cache.load(path)) {
                return Ok(answer);
            }
            let answer = query_interpreter(mp, path);
            if let (Some(cache), Ok(answer)) = (cache, &answer) {
                cache.store(path, answer);
            }
            answer
        };
        pending.get_or_init(ask).clone()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_comes_as_somebody_stops_does_not_undo_the_stop() {
        let pythons = Pythons::none();
        // Long enough for the query to be over by then, whichever of the two is noticed first.
        let stopped = || {
            thread::sleep(ROUND * 5);
            true
        };
        assert!(!pythons.search_until(&[], &stopped));
        assert!(pythons.search_until(&[], &|| false));
    }
}

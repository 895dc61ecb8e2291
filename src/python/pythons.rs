//! The Pythons of this machine: looked for and asked once, when somebody first wants to know.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use super::{
    ask::{PATIENCE, query_interpreter},
    dedupe::{self, InterpreterFile},
    interpreter_info::InterpreterInfo,
    locations::{PythonSource, SearchEnvironment, absolute_path, is_path},
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
pub struct FoundPython {
    /// What is started to run it.
    pub path: PathBuf,
    /// The paths that led to it.
    pub asked: Vec<PathBuf>,
    /// Who named it, in the order in which they were looked at.
    pub sources: Vec<PythonSource>,
    /// What it is; or why it can run nothing of ours, in words for a student.
    pub answer: Result<Interpreter, String>,
    /// How it can start child processes, its default first.
    pub methods: Vec<String>,
}

impl FoundPython {
    pub(super) fn new(
        path: PathBuf,
        asked: &InterpreterFile,
        answer: Result<InterpreterInfo, String>,
    ) -> Self {
        let methods = answer.iter().flat_map(|answer| answer.methods.clone());
        let methods: Vec<String> = methods.collect();
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
        }
    }

    /// Whether that path leads to it.
    pub fn is_at(&self, path: &Path) -> bool {
        self.path == path || self.asked.iter().any(|asked| asked == path)
    }

    /// Whether two paths to one file make no difference. A script of the learner's may: `python3 -X gil=1`.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let runs_itself = |found: &Self| found.asked.contains(&found.path);
        let answers_alike = self.answer == other.answer && self.methods == other.methods;
        answers_alike || !runs_itself(self) && !runs_itself(other)
    }

    /// Takes over how else it was found.
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

/// The Pythons of this machine. Clones share what was found.
///
/// Nothing is looked for before somebody asks: it costs a start of every interpreter.
#[derive(Clone)]
pub struct Pythons {
    shared: Arc<PythonSearch>,
}

/// One that was asked, and its answer.
type AnsweredFile = (InterpreterFile, Result<InterpreterInfo, String>);

/// An answer that somebody may be waiting for.
type PendingAnswer = Arc<OnceLock<Result<InterpreterInfo, String>>>;

struct PythonSearch {
    /// `None` where nobody is to be found.
    asking: Option<(Context, SearchEnvironment)>,
    /// By the file that was asked: each is asked once, whoever leads to it.
    answers: Mutex<HashMap<PathBuf, PendingAnswer>>,
    /// Those that the environment led to.
    searched: OnceLock<Vec<AnsweredFile>>,
    found: OnceLock<Vec<FoundPython>>,
    /// Those that were named by their path.
    named: Mutex<Vec<AnsweredFile>>,
}

impl Pythons {
    /// Those that the environment leads to.
    pub fn from_system() -> Self {
        let mp = Context::with_start_timeout(Launcher::from_current_exe(), PATIENCE);
        Self::from_environment(mp, SearchEnvironment::from_process())
    }

    /// Those that these surroundings lead to, asked by workers of that context.
    pub fn from_environment(mp: Context, surroundings: SearchEnvironment) -> Self {
        Self::with_search(Some((mp, surroundings)))
    }

    /// None, and nothing is said about it: for tests, and where Python is not wanted.
    pub fn none() -> Self {
        Self::with_search(None)
    }

    fn with_search(asking: Option<(Context, SearchEnvironment)>) -> Self {
        Self {
            shared: Arc::new(PythonSearch {
                asking,
                answers: Mutex::default(),
                searched: OnceLock::new(),
                found: OnceLock::new(),
                named: Mutex::default(),
            }),
        }
    }

    /// Those that the environment leads to, in the order in which a learner would mean them. The first call asks them.
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

    /// Asks whom [`choose`](Self::choose) will need for these words, and gives up waiting once `stopped` says so:
    /// then `false`, whether or not the answers came, and the asking goes on behind the scenes, until its bound.
    pub fn search_until(&self, words: &[String], stopped: &dyn Fn() -> bool) -> bool {
        let (looking, words) = (self.clone(), words.to_vec());
        let asking = move || looking.prepare_answers(&words);
        let began = thread::Builder::new().name("asking Pythons".to_owned());
        let Ok(asking) = began.spawn(asking) else {
            // Without a thread nobody can interrupt it.
            self.list_found();
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

    /// The one at that path, asked now if it is not known yet.
    pub(super) fn find_at_path(&self, path: &Path) -> Option<FoundPython> {
        let (mp, _) = self.shared.asking.as_ref()?;
        let asked = InterpreterFile {
            path: path.to_owned(),
            sources: vec![PythonSource::Named],
        };
        let runs_itself = asked.runs_itself();
        let answers = self.query_all(mp, vec![asked]);
        let mut named = self.lock_named();
        for answered in answers {
            dedupe::push_unique(&mut named, answered);
        }
        drop(named);
        // Who names one path need not wait for all the others.
        let searched = self.shared.searched.get().map_or(&[][..], Vec::as_slice);
        let known = self.merge_known(searched);
        let mut found = known.into_iter().find(|one| one.is_at(path))?;
        if runs_itself {
            path.clone_into(&mut found.path);
        }
        Some(found)
    }

    /// All that are known by now: those found, and those that were named by their path.
    pub fn list_all(&self) -> Vec<FoundPython> {
        self.merge_known(self.searched_files())
    }

    fn merge_known(&self, searched: &[AnsweredFile]) -> Vec<FoundPython> {
        let named = self.lock_named();
        let all: Vec<AnsweredFile> = searched.iter().chain(&*named).cloned().collect();
        dedupe::group_by_interpreter(&all)
    }

    /// These words, or where there are none those of `FORKLORE_PYTHON`.
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

    /// Whether nobody is to be found, on purpose.
    pub(super) fn is_none(&self) -> bool {
        self.shared.asking.is_none()
    }

    fn lock_named(&self) -> MutexGuard<'_, Vec<AnsweredFile>> {
        let named = self.shared.named.lock();
        named.unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks several at once; the answers come in the order of the questions.
    fn query_all(&self, mp: &Context, asked: Vec<InterpreterFile>) -> Vec<AnsweredFile> {
        let next = AtomicUsize::new(0);
        let go_on = || {
            while let Some(asked) = asked.get(next.fetch_add(1, Ordering::Relaxed)) {
                // It is read below, from where it is kept.
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

    /// Its answer, waited for where somebody else is asking it.
    fn query_once(&self, mp: &Context, path: &Path) -> Result<InterpreterInfo, String> {
        let answers = self.shared.answers.lock();
        let mut answers = answers.unwrap_or_else(PoisonError::into_inner);
        let pending = Arc::clone(answers.entry(dedupe::real_path(path)).or_default());
        drop(answers);
        pending.get_or_init(|| query_interpreter(mp, path)).clone()
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
        // Long enough for the asking to be over by then, whichever of the two is noticed first.
        let stopped = || {
            thread::sleep(ROUND * 5);
            true
        };
        assert!(!pythons.search_until(&[], &stopped));
        assert!(pythons.search_until(&[], &|| false));
    }
}

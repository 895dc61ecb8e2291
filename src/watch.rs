//! Files that somebody edits: which of them were saved, so that a lesson or an exercise is looked at again.
//!
//! Editors save in many ways: in place, by renaming a finished copy, by removing first. So the *folder* of a file
//! is watched and not the file, which may be another one afterwards; and what comes within a moment is told as one
//! change. What is only read is no change, nor are the files that editors and Python leave beside those that count.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use notify::{
    Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{MetadataKind, ModifyKind},
};
use thiserror::Error;

/// A save is over when nothing has happened for so long.
const QUIET: Duration = Duration::from_millis(100);

/// A file that is written all the time is told of at least this often.
const LONGEST: Duration = Duration::from_secs(1);

/// How often to ask whether to stop.
const TICK: Duration = Duration::from_millis(50);

/// How often files are looked at where the system does not tell of changes.
const POLL: Duration = Duration::from_millis(500);

/// Why files cannot be watched.
#[derive(Debug, Error)]
pub enum WatchError {
    /// A file or folder is not there, or cannot be read.
    #[error("cannot watch `{}`: {source}", .path.display())]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Neither the system nor looking again and again works.
    #[error("cannot watch `{}`: {source}", .path.display())]
    Refused {
        /// Which one.
        path: PathBuf,
        /// What was said.
        source: notify::Error,
    },
}

/// Tells of changes to some files and folders, until it is dropped.
pub struct FileWatcher {
    watched: Vec<WatchedPath>,
    events: Receiver<notify::Result<Event>>,
    /// Why files are looked at again and again, where the system does not tell of changes.
    polls: Option<String>,
    _notify: Box<dyn notify::Watcher + Send>,
}

/// One file, or one folder with all that is in it.
struct WatchedPath {
    /// As it was named, so that it is told by that name.
    named: PathBuf,
    /// Without links, as the system may tell it.
    real: PathBuf,
    is_folder: bool,
}

/// What has come of one save so far.
#[derive(Default)]
struct PendingSave {
    changed: BTreeSet<PathBuf>,
    /// Files that were made meanwhile: those that are gone again were an editor's own.
    made: BTreeSet<PathBuf>,
}

impl FileWatcher {
    /// Watches these files and folders. A file may be missing for now, but not the folder that it lies in.
    ///
    /// # Errors
    /// One of them is out of reach, or nothing can be watched here.
    pub fn new(paths: impl IntoIterator<Item = impl AsRef<Path>>) -> Result<Self, WatchError> {
        let watched = paths
            .into_iter()
            .map(|path| WatchedPath::new(path.as_ref()))
            .collect::<Result<Vec<WatchedPath>, WatchError>>()?;
        let (tell, events) = mpsc::channel();
        let told = tell.clone();
        match start_system_watcher(&watched, told) {
            Ok(notify) => Ok(Self::from_parts(watched, events, None, notify)),
            Err(refused) => {
                let notify = start_polling_watcher(&watched, tell)?;
                Ok(Self::from_parts(watched, events, Some(refused), notify))
            }
        }
    }

    fn from_parts(
        watched: Vec<WatchedPath>,
        events: Receiver<notify::Result<Event>>,
        polls: Option<String>,
        notify: Box<dyn notify::Watcher + Send>,
    ) -> Self {
        Self {
            watched,
            events,
            polls,
            _notify: notify,
        }
    }

    /// Why changes are told late: the system does not tell of them, so the files are looked at now and then.
    pub fn polling_reason(&self) -> Option<&str> {
        self.polls.as_deref()
    }

    /// Waits for the next change: which files were saved, removed or renamed, by the names that were given.
    /// `None` once `stop` says so.
    pub fn next(&self, stop: &dyn Fn() -> bool) -> Option<Vec<PathBuf>> {
        loop {
            if stop() {
                return None;
            }
            let mut save = PendingSave::default();
            match self.events.recv_timeout(TICK) {
                Ok(event) => self.note_event(event, &mut save),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
            let changed = self.finish_save(save);
            if !changed.is_empty() {
                return Some(changed);
            }
        }
    }

    /// What has changed since it was asked last, without waiting for more than the end of a save.
    pub fn take_changed(&self) -> Vec<PathBuf> {
        let mut save = PendingSave::default();
        while let Ok(event) = self.events.try_recv() {
            self.note_event(event, &mut save);
        }
        self.finish_save(save)
    }

    /// The files of a save, once all that belongs to it has come.
    fn finish_save(&self, mut save: PendingSave) -> Vec<PathBuf> {
        let began = Instant::now();
        while !save.changed.is_empty() && began.elapsed() < LONGEST {
            match self.events.recv_timeout(QUIET) {
                Ok(event) => self.note_event(event, &mut save),
                Err(_) => break,
            }
        }
        let PendingSave { changed, made } = save;
        let was_spare = |path: &PathBuf| made.contains(path) && path.symlink_metadata().is_err();
        changed
            .into_iter()
            .filter(|path| !was_spare(path))
            .collect()
    }

    fn note_event(&self, event: notify::Result<Event>, save: &mut PendingSave) {
        match event {
            Ok(event) if event.need_rescan() => save.changed.extend(self.all_names()),
            Ok(event) if is_change(event.kind) => {
                for path in event.paths.iter().filter_map(|path| self.find_name(path)) {
                    if event.kind.is_create() {
                        save.made.insert(path.clone());
                    }
                    save.changed.insert(path);
                }
            }
            // Something was missed, so everything may have changed.
            Err(_) => save.changed.extend(self.all_names()),
            Ok(_) => {}
        }
    }

    fn all_names(&self) -> impl Iterator<Item = PathBuf> {
        self.watched.iter().map(|watched| watched.named.clone())
    }

    fn find_name(&self, path: &Path) -> Option<PathBuf> {
        self.watched
            .iter()
            .find_map(|watched| watched.name_of(path))
    }
}

impl WatchedPath {
    fn new(path: &Path) -> Result<Self, WatchError> {
        let unreadable = |source| WatchError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let named = path.to_owned();
        if path.is_dir() {
            return Ok(Self {
                named,
                real: path.canonicalize().map_err(unreadable)?,
                is_folder: true,
            });
        }
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let folder = folder.canonicalize().map_err(unreadable)?;
        let name = path
            .file_name()
            .ok_or_else(|| unreadable(io::ErrorKind::InvalidInput.into()))?;
        Ok(Self {
            named,
            real: folder.join(name),
            is_folder: false,
        })
    }

    /// What the system is asked to watch: a folder in any case.
    fn watched_folder(&self) -> (&Path, RecursiveMode) {
        match self.real.parent() {
            Some(parent) if !self.is_folder => (parent, RecursiveMode::NonRecursive),
            _ => (&self.real, RecursiveMode::Recursive),
        }
    }

    /// The name of a path that counts, in the words in which it was given.
    fn name_of(&self, path: &Path) -> Option<PathBuf> {
        if !self.is_folder {
            return (path == self.real).then(|| self.named.clone());
        }
        let below = path.strip_prefix(&self.real).ok()?;
        counts_as_source(below).then(|| self.named.join(below))
    }
}

/// Has the system tell of changes; the error says why it does not.
fn start_system_watcher(
    watched: &[WatchedPath],
    tell: mpsc::Sender<notify::Result<Event>>,
) -> Result<Box<dyn notify::Watcher + Send>, String> {
    let watcher = RecommendedWatcher::new(tell, Config::default());
    let mut watcher = watcher.map_err(|error| error.to_string())?;
    for watched in watched {
        let (folder, mode) = watched.watched_folder();
        watcher
            .watch(folder, mode)
            .map_err(|error| error.to_string())?;
    }
    Ok(Box::new(watcher))
}

/// Looks at the files now and then: at what is in them, because a time of the last change may be a whole second.
fn start_polling_watcher(
    watched: &[WatchedPath],
    tell: mpsc::Sender<notify::Result<Event>>,
) -> Result<Box<dyn notify::Watcher + Send>, WatchError> {
    let refused = |watched: &WatchedPath, source| WatchError::Refused {
        path: watched.named.clone(),
        source,
    };
    let config = Config::default()
        .with_poll_interval(POLL)
        .with_compare_contents(true);
    let watcher = PollWatcher::new(tell, config);
    let mut watcher = match (watcher, watched.first()) {
        (Ok(watcher), _) => watcher,
        (Err(error), Some(first)) => return Err(refused(first, error)),
        (Err(error), None) => {
            let path = PathBuf::new();
            return Err(WatchError::Refused {
                path,
                source: error,
            });
        }
    };
    for watched in watched {
        // Never the neighbours of a file: they may be large, and many.
        watcher
            .watch(&watched.real, RecursiveMode::Recursive)
            .map_err(|error| refused(watched, error))?;
    }
    Ok(Box::new(watcher))
}

/// Whether something is another than before: reading it is no change.
fn is_change(kind: EventKind) -> bool {
    let looked_at = ModifyKind::Metadata(MetadataKind::AccessTime);
    !kind.is_access() && kind != EventKind::Modify(looked_at)
}

/// Whether a file of a folder is one that somebody writes: not hidden, and no spare copy.
fn counts_as_source(below: &Path) -> bool {
    let mut parts = below
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    let spare = |name: &str| {
        let of_vim = name == "4913";
        of_vim
            || name.starts_with(['.', '#'])
            || name.ends_with(['~', '#'])
            || name == "__pycache__"
    };
    let ending = below.extension().and_then(|ending| ending.to_str());
    !parts.any(|name| spare(&name)) && !matches!(ending, Some("swp" | "swx" | "tmp" | "pyc"))
}

#[cfg(test)]
mod tests;

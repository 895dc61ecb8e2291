//! Watches files that a user edits, so that a lesson or an exercise is read again when a file is saved.
//!
//! Editors save in many ways: in place, by renaming a finished copy, or by removing the file first. So the
//! *folder* of a file is watched and not the file, which may be a different one afterwards, and all events
//! within a moment are reported as one change. Reading a file is no change, and temporary files of editors and
//! Python are ignored.

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

/// A save is complete when nothing has happened for this long.
const QUIET: Duration = Duration::from_millis(100);

/// A file that is written all the time is reported at least this often.
const LONGEST: Duration = Duration::from_secs(1);

/// How often to check for a stop.
const TICK: Duration = Duration::from_millis(50);

/// The polling interval where the system does not report changes.
const POLL: Duration = Duration::from_millis(500);

/// Why files cannot be watched.
#[derive(Debug, Error)]
pub enum WatchError {
    /// A file or folder does not exist or cannot be read.
    #[error("cannot watch `{}`: {source}", .path.display())]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// Neither the system's notifications nor polling works.
    #[error("cannot watch `{}`: {source}", .path.display())]
    Refused {
        /// Its path.
        path: PathBuf,
        /// The error.
        source: notify::Error,
    },
}

/// Reports changes to some files and folders until it is dropped.
pub struct FileWatcher {
    watched: Vec<WatchedPath>,
    events: Receiver<notify::Result<Event>>,
    /// Why the files are polled, if the system does not report changes.
    polls: Option<String>,
    _notify: Box<dyn notify::Watcher + Send>,
}

/// A file, or a folder with all its content.
struct WatchedPath {
    /// The given path, which is also the reported one.
    named: PathBuf,
    /// The path without links, as the system may report it.
    real: PathBuf,
    is_folder: bool,
}

/// The events of a save so far.
#[derive(Default)]
struct PendingSave {
    changed: BTreeSet<PathBuf>,
    /// Files that were created during the save. Those that are gone again were temporary.
    made: BTreeSet<PathBuf>,
}

impl FileWatcher {
    /// Watches these files and folders. A file may be missing for now, but its folder must exist.
    ///
    /// # Errors
    /// One of them cannot be accessed, or nothing can be watched here.
    pub fn new(paths: impl IntoIterator<Item = impl AsRef<Path>>) -> Result<Self, WatchError> {
        let watched = paths
            .into_iter()
            .map(|path| WatchedPath::new(path.as_ref()))
            .collect::<Result<Vec<WatchedPath>, WatchError>>()?;
        let (tell, events) = mpsc::channel();
        let fallback_sender = tell.clone();
        match start_system_watcher(&watched, fallback_sender) {
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

    /// Why changes are reported late: the system does not report them, so the files are polled.
    pub fn polling_reason(&self) -> Option<&str> {
        self.polls.as_deref()
    }

    /// Waits for the next change, and returns the files that were saved, removed or renamed, by their given
    /// paths. `None` once `stop` returns `true`.
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

    /// Collects the files of a save until it is complete.
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
            // Events were lost, so everything may have changed.
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

    /// What the system should watch: always a folder.
    fn watched_folder(&self) -> (&Path, RecursiveMode) {
        match self.real.parent() {
            Some(parent) if !self.is_folder => (parent, RecursiveMode::NonRecursive),
            _ => (&self.real, RecursiveMode::Recursive),
        }
    }

    /// The given path of a file that changed, if it counts.
    fn name_of(&self, path: &Path) -> Option<PathBuf> {
        if !self.is_folder {
            return (path == self.real).then(|| self.named.clone());
        }
        let below = path.strip_prefix(&self.real).ok()?;
        counts_as_source(below).then(|| self.named.join(below))
    }
}

/// Asks the system for notifications; the error says why it refuses.
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

/// Polls the files' contents, because modification times may be in whole seconds.
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
        // Never the other files in a file's folder: they may be large and many.
        watcher
            .watch(&watched.real, RecursiveMode::Recursive)
            .map_err(|error| refused(watched, error))?;
    }
    Ok(Box::new(watcher))
}

/// Whether an event is a change; reading is not.
fn is_change(kind: EventKind) -> bool {
    let looked_at = ModifyKind::Metadata(MetadataKind::AccessTime);
    !kind.is_access() && kind != EventKind::Modify(looked_at)
}

/// Whether a file in a folder counts: it is not hidden, and not a backup copy.
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

//! Reads lessons again when their author saves them.
//!
//! The session goes on with the new lessons, at the same step. If a lesson cannot be read, the error is shown, and the
//! last good version stays.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use super::{language::command_error::CommandError, screen::Screen};
use crate::{lesson::Library, watch::FileWatcher};

/// Writes a line above the prompt while the user types.
pub type SaveAnnouncer = Box<dyn FnMut(String) + Send>;

/// Watches the folder of a session's lessons, until it is dropped.
pub struct LessonWatcher {
    folder: PathBuf,
    /// The current lesson.
    lesson: u32,
    state: Arc<ReloadState>,
}

#[derive(Default)]
struct ReloadState {
    saved: Mutex<Vec<PathBuf>>,
    announce: Mutex<Option<SaveAnnouncer>>,
    is_over: AtomicBool,
}

/// The result of reading the lessons again.
pub enum ReloadOutcome {
    /// Nothing was saved.
    Same,
    /// A file was saved, but the lesson cannot be played in its present form.
    Broken,
    /// The lessons were read again.
    Read(Arc<Library>),
}

impl LessonWatcher {
    /// Watches the lessons of this folder; the built-in lessons have none.
    ///
    /// # Errors
    /// There is no folder, or it cannot be watched.
    pub fn watch_lessons(
        folder: Option<&Path>,
        lesson: u32,
        screen: &mut Screen,
    ) -> Result<Self, CommandError> {
        let folder = require_folder(folder)?;
        let watcher = start_watcher(folder, screen)?;
        let saves = Self {
            folder: folder.to_owned(),
            lesson,
            state: Arc::default(),
        };
        let state = Arc::clone(&saves.state);
        thread::Builder::new()
            .name("saves".to_owned())
            .spawn(move || state.gather_saves(&watcher))
            .map_err(|error| {
                CommandError::failed(format!("no thread is left to watch the lessons: {error}"))
            })?;
        Ok(saves)
    }

    /// From now on, announces each save with this function, in one line.
    pub fn set_announcer(&self, announce: Option<SaveAnnouncer>) {
        *lock_mutex(&self.state.announce) = announce;
    }

    /// Reads the lessons again if a file was saved; errors in the current lesson are shown.
    pub fn reload_if_saved(&self, screen: &mut Screen) -> ReloadOutcome {
        let saved = std::mem::take(&mut *lock_mutex(&self.state.saved));
        if saved.is_empty() {
            return ReloadOutcome::Same;
        }
        let problem = match Library::load_folder(&self.folder) {
            Ok(library) => match library.find_lesson(&self.lesson.to_string()) {
                Ok(_) => {
                    screen.write_message(&format!(
                        "{}; the lesson is read again",
                        saved_message(&saved)
                    ));
                    return ReloadOutcome::Read(Arc::new(library));
                }
                Err(error) => error.to_string(),
            },
            Err(error) => error.to_string(),
        };
        screen.write_message(&problem);
        screen.write_message(&format!(
            "{}; the lesson stays as it was",
            saved_message(&saved)
        ));
        ReloadOutcome::Broken
    }
}

impl Drop for LessonWatcher {
    fn drop(&mut self) {
        self.state.is_over.store(true, Ordering::Relaxed);
    }
}

impl ReloadState {
    fn gather_saves(&self, watcher: &FileWatcher) {
        while let Some(saved) = watcher.next(&|| self.is_over.load(Ordering::Relaxed)) {
            let line = format!("{}; Enter reads the lesson again\n", saved_message(&saved));
            lock_mutex(&self.saved).extend(saved);
            if let Some(announce) = &mut *lock_mutex(&self.announce) {
                announce(line);
            }
        }
    }
}

/// The folder of an author's lessons.
///
/// # Errors
/// The lessons in use are those of the binary.
pub fn require_folder(folder: Option<&Path>) -> Result<&Path, CommandError> {
    folder.ok_or_else(|| {
        CommandError::usage(
            "the built-in lessons never change; `--watch` needs `--lessons DIR` beside it",
        )
    })
}

/// Reports changes in a folder; shows a note if that is slower here.
///
/// # Errors
/// It cannot be watched.
pub fn start_watcher(folder: &Path, screen: &mut Screen) -> Result<FileWatcher, CommandError> {
    let watcher =
        FileWatcher::new([folder]).map_err(|error| CommandError::failed(error.to_string()))?;
    if let Some(why) = watcher.polling_reason() {
        screen.write_warning(&format!(
            "the system does not tell of changes ({why}); the files are looked at twice a second"
        ));
    }
    Ok(watcher)
}

/// "`a.md` was saved", "`a.md` and 2 more files were saved".
pub fn saved_message(paths: &[PathBuf]) -> String {
    let name = |path: &PathBuf| {
        let name = path.file_name().unwrap_or(path.as_os_str());
        format!("`{}`", name.display())
    };
    match paths {
        [] => "nothing was saved".to_owned(),
        [only] => format!("{} was saved", name(only)),
        [first, other] => format!("{} and {} were saved", name(first), name(other)),
        [first, others @ ..] => {
            format!("{} and {} more files were saved", name(first), others.len())
        }
    }
}

fn lock_mutex<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_fits_on_one_line() {
        let paths = ["mine/a.md", "mine/exercises/b.py", "c.py"].map(PathBuf::from);
        assert_eq!(saved_message(&paths[..1]), "`a.md` was saved");
        assert_eq!(saved_message(&paths[..2]), "`a.md` and `b.py` were saved");
        assert_eq!(saved_message(&paths), "`a.md` and 2 more files were saved");
    }
}

//! Files that a user saves while the program runs: a command is repeated, or lessons are read again.
//!
//! A session goes on with the new lessons, at the same step. If a lesson cannot be read, the error is shown, and the
//! last good version stays.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use anyhow::Result;
use parking_lot::Mutex;

use super::{
    idle_wait::WaitEnd, language::command_error::CommandError, screen::Screen, session::Session,
};
use crate::{lesson::Library, tutor::StopCondition, watch::FileWatcher};

/// Writes a line above the prompt while the user types.
pub type SaveAnnouncer = Box<dyn FnMut(String) + Send>;

/// Collects the saves of a file or of a folder's files, until it is dropped.
pub struct SaveWatcher {
    state: Arc<SaveState>,
}

#[derive(Default)]
struct SaveState {
    saved: Mutex<Vec<PathBuf>>,
    announce: Mutex<Option<SaveAnnouncer>>,
    is_over: AtomicBool,
}

impl SaveWatcher {
    /// Shows a note if saves are noticed later here than elsewhere.
    ///
    /// # Errors
    /// The file or folder cannot be watched.
    pub fn new(path: &Path, screen: &mut Screen) -> Result<Self, CommandError> {
        let watcher =
            FileWatcher::new([path]).map_err(|error| CommandError::failed(error.to_string()))?;
        if let Some(why) = watcher.polling_reason() {
            screen.write_warning(&format!(
                "the system does not tell of changes ({why}); the files are looked at twice a second"
            ));
        }
        let state: Arc<SaveState> = Arc::default();
        let collecting = Arc::clone(&state);
        thread::Builder::new()
            .name("saves".to_owned())
            .spawn(move || collecting.collect_saves(&watcher))
            .map_err(|error| {
                CommandError::failed(format!("no thread is left to watch the files: {error}"))
            })?;
        Ok(Self { state })
    }

    /// From now on, announces each save with this function, in one line.
    pub fn set_announcer(&self, announce: Option<SaveAnnouncer>) {
        *self.state.announce.lock() = announce;
    }

    fn has_saved(&self) -> bool {
        !self.state.saved.lock().is_empty()
    }

    fn take_saved(&self) -> Vec<PathBuf> {
        std::mem::take(&mut *self.state.saved.lock())
    }

    /// Stops a run at the next save.
    pub fn stop_at_save(&self) -> StopCondition {
        let state = Arc::clone(&self.state);
        Arc::new(move || {
            let is_saved = !state.saved.lock().is_empty();
            is_saved.then(|| "the file was saved again".to_owned())
        })
    }
}

impl Drop for SaveWatcher {
    fn drop(&mut self) {
        self.state.is_over.store(true, Ordering::Relaxed);
    }
}

impl SaveState {
    fn collect_saves(&self, watcher: &FileWatcher) {
        while let Some(saved) = watcher.next(&|| self.is_over.load(Ordering::Relaxed)) {
            let line = format!("{}; Enter reads the lesson again\n", saved_message(&saved));
            self.saved.lock().extend(saved);
            if let Some(announce) = &mut *self.announce.lock() {
                announce(line);
            }
        }
    }
}

/// Acts now, and again after each save, until Ctrl-C. `act` is given the saved files. Its errors are shown.
///
/// # Errors
/// The screen cannot be written to.
pub fn repeat_at_saves(
    session: &mut Session,
    saves: &SaveWatcher,
    instructions: &str,
    mut act: impl FnMut(&mut Session, &[PathBuf]) -> Result<()>,
) -> Result<()> {
    let _sequence = session.begin_sequence();
    let mut saved = Vec::new();
    loop {
        if let Err(error) = act(session, &saved) {
            match error.downcast_ref::<CommandError>() {
                Some(CommandError::Interrupted) => return Ok(()),
                Some(failure) if failure.is_shown() => {}
                _ => session.screen.write_error(&error),
            }
        }
        if !saves.has_saved() {
            session.screen.write_gap()?;
            session.screen.write_message(instructions);
            if session.wait_until(&|| saves.has_saved()) == WaitEnd::Interrupted {
                return Ok(());
            }
        }
        saved = saves.take_saved();
    }
}

/// The lessons of a folder, whose author edits them.
pub struct EditedLessons {
    folder: PathBuf,
    /// The current lesson.
    lesson: u32,
    /// The saves of all files in the folder.
    pub saves: SaveWatcher,
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

impl EditedLessons {
    /// Watches the lessons of this folder; the built-in lessons have none.
    ///
    /// # Errors
    /// There is no folder, or it cannot be watched.
    pub fn new(
        folder: Option<&Path>,
        lesson: u32,
        screen: &mut Screen,
    ) -> Result<Self, CommandError> {
        let folder = require_folder(folder)?.to_owned();
        let saves = SaveWatcher::new(&folder, screen)?;
        Ok(Self {
            folder,
            lesson,
            saves,
        })
    }

    /// Reads the lessons again if a file was saved; errors in the current lesson are shown.
    pub fn reload_if_saved(&self, screen: &mut Screen) -> ReloadOutcome {
        let saved = self.saves.take_saved();
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

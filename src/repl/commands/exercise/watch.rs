//! `check --watch`: checks again at every save, until Ctrl-C.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

use anyhow::Result;

use super::{
    check::{check_once, show_result},
    find::LessonExercise,
};
use crate::{
    python::ChosenPython,
    repl::{
        idle_wait::WaitEnd,
        language::command_error::CommandError,
        session::{Session, SessionFlow},
        settings::Settings,
    },
    tutor::{StopCondition, exercise::CheckError},
    watch::FileWatcher,
};

/// Checks a file now, and after each save. A save during a check starts it anew.
pub fn watch_exercise(
    session: &mut Session,
    task: &LessonExercise,
    (python, file): (ChosenPython, &Path),
    settings: &Settings,
) -> Result<SessionFlow> {
    let saves = SaveCounter::watch_file(file)?;
    let _series = session.begin_sequence();
    let mut is_solved = false;
    loop {
        let seen = saves.count();
        if file.is_file() {
            match check_once(
                session,
                task,
                (python.clone(), file),
                settings,
                saves.changed_since(seen),
            ) {
                Ok(checked) => {
                    is_solved = show_result(session, task, file, checked, settings).is_ok();
                }
                Err(CheckError::Changed) => continue,
                Err(CheckError::Interrupted) => break,
                Err(CheckError::Failed(why)) => session.screen.write_warning(&why),
            }
        } else {
            let shown = file.display();
            session.screen.write_message(&format!(
                "`{shown}` is gone; it is checked as soon as it is there again"
            ));
        }
        session.screen.write_gap()?;
        session.screen.write_message(&format!(
            "Watching {}\nSave it to check it again; Ctrl-C ends this.",
            file.display()
        ));
        if session.wait_until(&|| saves.count() != seen) == WaitEnd::Interrupted {
            break;
        }
    }
    if is_solved {
        return Ok(SessionFlow::Continue);
    }
    // The failed conditions are on the screen.
    Err(CommandError::Shown.into())
}

/// Counts the saves of a file, until it is dropped.
struct SaveCounter {
    count: Arc<AtomicU64>,
    is_over: Arc<AtomicBool>,
}

impl SaveCounter {
    fn watch_file(file: &Path) -> Result<Self, CommandError> {
        let failed = |why: String| CommandError::failed(why);
        let watcher =
            FileWatcher::new([PathBuf::from(file)]).map_err(|error| failed(error.to_string()))?;
        let saves = Self {
            count: Arc::default(),
            is_over: Arc::default(),
        };
        let (count, is_over) = (Arc::clone(&saves.count), Arc::clone(&saves.is_over));
        let counting = move || {
            while watcher.next(&|| is_over.load(Ordering::Relaxed)).is_some() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        };
        thread::Builder::new()
            .name("saves".to_owned())
            .spawn(counting)
            .map_err(|error| failed(format!("no thread is left to watch the file: {error}")))?;
        Ok(saves)
    }

    fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }

    /// Returns a reason to stop once the file was saved again.
    fn changed_since(&self, seen: u64) -> StopCondition {
        let count = Arc::clone(&self.count);
        Arc::new(move || {
            (count.load(Ordering::SeqCst) != seen).then(|| "the file was saved again".to_owned())
        })
    }
}

impl Drop for SaveCounter {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

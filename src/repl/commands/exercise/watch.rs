//! `check --watch`: checks again at every save, until Ctrl-C.

use std::path::Path;

use anyhow::Result;

use super::{
    check::{check_once, show_result},
    find::LessonExercise,
};
use crate::{
    python::ChosenPython,
    repl::{
        language::command_error::CommandError,
        saves::{SaveWatcher, repeat_at_saves},
        session::Session,
        settings::Settings,
    },
    tutor::exercise::CheckError,
};

/// Checks a file now, and after each save. A save during a check starts it anew.
pub fn watch_exercise(
    session: &mut Session,
    task: &LessonExercise,
    (python, file): (ChosenPython, &Path),
    settings: &Settings,
) -> Result<()> {
    let saves = SaveWatcher::new(file, &mut session.screen)?;
    let shown = file.display();
    let instructions = format!("Watching {shown}\nSave it to check it again; Ctrl-C ends this.");
    let mut is_solved = false;
    repeat_at_saves(session, &saves, &instructions, |session, _| {
        if !file.is_file() {
            session.screen.write_message(&format!(
                "`{shown}` is gone; it is checked as soon as it is there again"
            ));
            return Ok(());
        }
        let what = (python.clone(), file);
        match check_once(session, task, what, settings, saves.stop_at_save()) {
            Ok(checked) => {
                is_solved = show_result(session, task, file, checked, settings).is_ok();
            }
            Err(CheckError::Changed) => {}
            Err(CheckError::Interrupted) => return Err(CommandError::Interrupted.into()),
            Err(CheckError::Failed(why)) => session.screen.write_warning(&why),
        }
        Ok(())
    })?;
    if is_solved {
        return Ok(());
    }
    // The failed conditions are on the screen.
    Err(CommandError::Shown.into())
}

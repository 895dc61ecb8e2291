//! The learner's own editor: `$VISUAL`, or else `$EDITOR`, on our terminal.

use std::{env, path::Path, process::Command};

use super::language::shell_words;
use crate::terminal;

/// The result of opening a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditOutcome {
    /// The file was opened, and the editor is closed again.
    Done,
    /// The session is not interactive.
    Nobody,
    /// No editor is configured.
    NoEditor,
    /// It failed: one message, in lower case.
    Failed(String),
}

/// Opens a file and waits until the editor is closed; the terminal is then as it was.
pub fn edit_file(file: &Path) -> EditOutcome {
    if !terminal::is_interactive() {
        return EditOutcome::Nobody;
    }
    let Some((variable, line)) = configured_editor() else {
        return EditOutcome::NoEditor;
    };
    let words = match shell_words::split_words(&line) {
        Ok(words) => words,
        Err(error) => {
            return EditOutcome::Failed(format!("${variable} is not understood: {error}"));
        }
    };
    let mut words = words.into_iter().map(|word| word.text);
    let Some(program) = words.next() else {
        return EditOutcome::NoEditor;
    };
    let ended = Command::new(&program).args(words).arg(file).status();
    terminal::restore_modes();
    match ended {
        Ok(status) if status.success() => EditOutcome::Done,
        Ok(status) => EditOutcome::Failed(format!("the editor `{program}` ended with {status}")),
        Err(error) => EditOutcome::Failed(format!(
            "cannot start the editor `{program}` that ${variable} names: {error}"
        )),
    }
}

/// The variable that names an editor, and its value.
fn configured_editor() -> Option<(&'static str, String)> {
    ["VISUAL", "EDITOR"].into_iter().find_map(|variable| {
        let line = env::var(variable).ok()?;
        (!line.trim().is_empty()).then_some((variable, line))
    })
}

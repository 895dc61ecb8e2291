//! Shows what is longer than the screen in the user's pager, which keeps the first line on top.

use std::{
    env,
    io::{self, Write},
    process::{Command, Stdio},
};

use super::language::shell_words;
use crate::{signals::Signals, terminal};

/// The pager that is used unless `PAGER` names another.
const USUAL: &str = "less";
/// What `less` is told unless `LESS` says something else: quit if all fits on the screen, show colours, and leave the
/// text on the screen.
const LESS: &str = "FRX";

/// The user's pager.
pub struct UserPager {
    command: String,
    signals: Option<Signals>,
}

impl UserPager {
    /// The pager for a terminal; `None` if output is no terminal, if the terminal can only show lines, or if `PAGER`
    /// is empty or `cat`.
    pub fn from_environment(signals: Option<&Signals>) -> Option<Self> {
        if !terminal::is_interactive() || terminal::is_dumb() {
            return None;
        }
        let command = env::var("PAGER").unwrap_or_else(|_| USUAL.to_owned());
        let is_none = matches!(command.trim(), "" | "cat");
        (!is_none).then(|| Self {
            command,
            signals: signals.cloned(),
        })
    }

    /// Shows a text until the user leaves the pager. Returns whether there is such a pager.
    pub fn show_text(&self, text: &[u8]) -> io::Result<bool> {
        let Ok(words) = shell_words::split_words(&self.command) else {
            return Ok(false);
        };
        let mut words = words.into_iter().map(|word| word.text);
        let Some(program) = words.next() else {
            return Ok(false);
        };
        let _lent = self.signals.as_ref().map(Signals::lend_terminal);
        let mut command = Command::new(program);
        command.args(words).stdin(Stdio::piped());
        if env::var_os("LESS").is_none() {
            command.env("LESS", LESS);
        }
        let Ok(mut pager) = command.spawn() else {
            return Ok(false);
        };
        if let Some(mut input) = pager.stdin.take() {
            match input.write_all(text) {
                // The user left the pager before its end.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                written => written?,
            }
        }
        pager.wait()?;
        terminal::restore_modes();
        Ok(true)
    }
}

//! Shows what is longer than the screen in the user's pager, which keeps the first line on top.

use std::{
    env,
    io::{self, Write},
    process::{Command, Stdio},
};

use super::{language::shell_words, screen::count_lines};
use crate::{signals::Signals, terminal};

/// The pagers that are tried, in this order, unless `PAGER` names one.
const USUAL: [&str; 2] = ["less", "more"];
/// What `less` is told unless `LESS` says something else: quit if all fits on the screen, show colours, and leave the
/// text on the screen.
const LESS: &str = "FRX";
/// What `more` is told unless `MORE` says something else: name the keys.
const MORE: &str = "-d";

/// The user's pager.
pub struct UserPager {
    /// The commands that may start it, the preferred one first.
    commands: Vec<String>,
    signals: Option<Signals>,
}

impl UserPager {
    /// The pager for a terminal; `None` if output is no terminal, if the terminal can only show lines, or if `PAGER`
    /// is empty or `cat`.
    pub fn from_environment(signals: Option<&Signals>) -> Option<Self> {
        if !terminal::is_interactive() || terminal::is_dumb() {
            return None;
        }
        let commands = match env::var("PAGER") {
            Ok(own) if matches!(own.trim(), "" | "cat") => return None,
            Ok(own) => vec![own],
            Err(_) => USUAL.map(str::to_owned).to_vec(),
        };
        Some(Self {
            commands,
            signals: signals.cloned(),
        })
    }

    /// Shows a text until the user leaves the pager. Returns whether there is such a pager.
    pub fn show_text(&self, text: &[u8]) -> io::Result<bool> {
        let _lent = self.signals.as_ref().map(Signals::lend_terminal);
        let started = self.commands.iter().find_map(|command| {
            let mut command = build_command(command, count_lines(text))?;
            command.spawn().ok()
        });
        let Some(mut pager) = started else {
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

/// The command that shows so many lines; `None` if it is not understood.
fn build_command(line: &str, lines: usize) -> Option<Command> {
    let words = shell_words::split_words(line).ok()?;
    let mut words = words.into_iter().map(|word| word.text);
    let mut command = Command::new(words.next()?);
    command.args(words).stdin(Stdio::piped());
    command.env("LESS", less_options(env::var("LESS").ok(), lines));
    if env::var_os("MORE").is_none() {
        command.env("MORE", MORE);
    }
    Some(command)
}

/// The user's options of `less`, or ours, with a prompt that says what is shown and which keys go on, unless the user
/// has one.
fn less_options(own: Option<String>, lines: usize) -> String {
    let options = own.unwrap_or_else(|| LESS.to_owned());
    if options.contains('P') || options.contains("--prompt") {
        return options;
    }
    let keys = "?e(end, q\\: back):(Space\\: next page, q\\: back).";
    format!("{options} -Pslines %lt-%lb of {lines} {keys}$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_says_what_is_shown_unless_the_user_has_a_prompt() {
        let ours = less_options(None, 60);
        assert!(ours.starts_with("FRX -Pslines %lt-%lb of 60 "), "{ours}");
        let own = less_options(Some("-i".to_owned()), 60);
        assert!(own.starts_with("-i -Ps") && own.ends_with('$'), "{own}");
        for prompt in ["-RPmy prompt$", "-R --prompt=mine"] {
            assert_eq!(less_options(Some(prompt.to_owned()), 60), prompt);
        }
    }
}

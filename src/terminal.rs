//! The terminal as we found it, so that we can leave it so: after a panic, after a fatal signal, in the middle
//! of a line that is being edited.

use std::{
    io::{self, IsTerminal, Write},
    panic, thread,
};

/// Ends bracketed paste and shows the cursor: what the line editor and progress bars may have left.
const UNDO: &[u8] = b"\x1b[?2004l\x1b[?25h";

/// Puts the cursor at the top and erases what is below.
const CLEAR: &[u8] = b"\x1b[H\x1b[2J";

/// Whether somebody types: input and output are both a terminal.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Whether the terminal can do no more than lines (`TERM=dumb`).
pub fn is_dumb() -> bool {
    matches!(
        std::env::var("TERM").as_deref(),
        Ok("dumb" | "cons25" | "emacs")
    )
}

/// Notes how the terminal is set now. Call it before anything changes it.
pub fn remember_modes() {
    modes::remember_modes();
}

/// Sets the terminal as it was when it was noted. Does nothing without a terminal, or in the background.
pub fn restore_modes() {
    if !modes::restore_modes() {
        return;
    }
    let mut out = io::stdout();
    if out.is_terminal() && !is_dumb() {
        // Nobody is left to tell if this fails: the terminal itself is gone.
        let _ = out.write_all(UNDO).and_then(|()| out.flush());
    }
}

/// Forgets what was typed and not yet read. Does nothing without a terminal, or in the background.
pub fn discard_input() {
    if is_interactive() {
        modes::discard_input();
    }
}

/// Clears the screen. Does nothing without a terminal, or on one that can do no more than lines.
pub fn clear(out: &mut dyn Write) -> io::Result<()> {
    if !is_interactive() || is_dumb() {
        return Ok(());
    }
    out.write_all(CLEAR)?;
    out.flush()
}

/// Lets a panic of this thread restore the terminal before its message is written.
///
/// Only of this thread: a panic in a demo's thread ends that thread, while the line editor goes on.
pub fn restore_before_panics() {
    let ours = thread::current().id();
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == ours {
            restore_modes();
        }
        previous(info);
    }));
}

#[cfg(unix)]
mod modes {
    use std::{
        io,
        sync::{Mutex, OnceLock, PoisonError},
    };

    use nix::{
        sys::termios::{FlushArg, SetArg, Termios, tcflush, tcgetattr, tcsetattr},
        unistd::{getpgrp, tcgetpgrp},
    };

    static FOUND: OnceLock<Mutex<Termios>> = OnceLock::new();

    pub(super) fn remember_modes() {
        if let Ok(found) = tcgetattr(io::stdin()) {
            FOUND.get_or_init(|| Mutex::new(found));
        }
    }

    pub(super) fn restore_modes() -> bool {
        let Some(found) = FOUND.get() else {
            return false;
        };
        if !is_in_foreground() {
            return false;
        }
        let found = found.lock().unwrap_or_else(PoisonError::into_inner);
        tcsetattr(io::stdin(), SetArg::TCSANOW, &found).is_ok()
    }

    pub(super) fn discard_input() {
        if is_in_foreground() {
            // If the terminal is gone, so is what was typed.
            let _ = tcflush(io::stdin(), FlushArg::TCIFLUSH);
        }
    }

    /// A background process that sets the terminal is stopped by it.
    fn is_in_foreground() -> bool {
        tcgetpgrp(io::stdin()) == Ok(getpgrp())
    }
}

#[cfg(not(unix))]
mod modes {
    pub(super) fn remember_modes() {}

    pub(super) fn restore_modes() -> bool {
        true
    }

    pub(super) fn discard_input() {}
}

//! Saves the terminal's modes and restores them: after a panic, after a fatal signal, or while a line is being
//! edited. Hides what is typed while something runs.

use std::{
    io::{self, IsTerminal, Write},
    panic, thread,
    time::Duration,
};

/// Ends bracketed paste and shows the cursor, which the line editor and progress bars may have changed.
const UNDO: &[u8] = b"\x1b[?2004l\x1b[?25h";

/// Moves the cursor to the top and erases everything below.
const CLEAR: &[u8] = b"\x1b[H\x1b[2J";

/// Whether a user can type: input and output are both a terminal.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Whether the terminal can only show lines (`TERM=dumb`).
pub fn is_dumb() -> bool {
    matches!(
        std::env::var("TERM").as_deref(),
        Ok("dumb" | "cons25" | "emacs")
    )
}

/// The number of lines of the terminal; `None` without one.
pub fn height() -> Option<usize> {
    let (_, height) = terminal_size::terminal_size_of(io::stdout())?;
    Some(usize::from(height.0)).filter(|height| *height > 0)
}

/// Saves the terminal's modes. Call it before anything changes them.
pub fn remember_modes() {
    modes::remember_modes();
}

/// Restores the saved modes. Does nothing without a terminal, or in the background.
pub fn restore_modes() {
    if !modes::restore_modes() {
        return;
    }
    let mut out = io::stdout();
    if out.is_terminal() && !is_dumb() {
        // The terminal is gone; there is nowhere to report this.
        let _ = out.write_all(UNDO).and_then(|()| out.flush());
    }
}

/// Discards input that has not been read. Does nothing without a terminal, or in the background.
pub fn discard_input() {
    if is_interactive() {
        modes::discard_input();
    }
}

/// Clears the screen. Does nothing without a terminal, or if the terminal can only show lines.
pub fn clear(out: &mut dyn Write) -> io::Result<()> {
    if !is_interactive() || is_dumb() {
        return Ok(());
    }
    out.write_all(CLEAR)?;
    out.flush()
}

/// Draws what follows over what is on the screen, from its top. Ends with [`end_redraw`].
pub fn begin_redraw(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"\x1b[?25l\x1b[H")
}

/// Erases the rest of a line that was drawn over.
pub const ERASE_REST: &str = "\x1b[K";

/// Erases what is left below.
pub fn end_redraw(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"\x1b[J\x1b[?25h")?;
    out.flush()
}

/// Single keys without Enter, until this is dropped.
pub struct KeyMode(modes::KeyModes);

impl KeyMode {
    /// Begins to take single keys; `None` without a terminal that has them.
    pub fn begin() -> Option<Self> {
        if !is_interactive() || is_dumb() {
            return None;
        }
        modes::take_keys().map(Self)
    }

    /// Waits for a key, at most for this time. The key is discarded; what is typed after it is not.
    pub fn wait_for_key(&self, limit: Duration) -> bool {
        modes::wait_for_key(&self.0, limit)
    }
}

/// Keys are not echoed until this is dropped. Those that send signals, such as Ctrl-C, still do.
pub struct HiddenKeys {
    _before: modes::KeyModes,
}

impl HiddenKeys {
    /// Begins to hide keys; `None` without a terminal, or in the background.
    pub fn begin() -> Option<Self> {
        if !is_interactive() {
            return None;
        }
        modes::hide_keys().map(|before| Self { _before: before })
    }
}

/// Makes a panic of this thread restore the terminal before its message is written.
///
/// Only for this thread: a panic in a demo's thread ends that thread, while the line editor continues.
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
        os::fd::AsFd,
        sync::OnceLock,
        time::{Duration, Instant},
    };

    use nix::{
        poll::{PollFd, PollFlags, PollTimeout, poll},
        sys::termios::{FlushArg, LocalFlags, SetArg, Termios, tcflush, tcgetattr, tcsetattr},
        unistd::{getpgrp, read, tcgetpgrp},
    };
    use parking_lot::Mutex;

    /// The most bytes that a terminal sends for one key.
    const LONGEST_KEY: usize = 16;

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
        let found = found.lock();
        tcsetattr(io::stdin(), SetArg::TCSANOW, &found).is_ok()
    }

    pub(super) fn discard_input() {
        if is_in_foreground() {
            // If the terminal is gone, so is its input.
            let _ = tcflush(io::stdin(), FlushArg::TCIFLUSH);
        }
    }

    /// The modes before keys were taken or hidden.
    pub(super) struct KeyModes(Termios);

    impl Drop for KeyModes {
        fn drop(&mut self) {
            if is_in_foreground() {
                // If the terminal is gone, so are its modes.
                let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &self.0);
            }
        }
    }

    pub(super) fn take_keys() -> Option<KeyModes> {
        remove_flags(LocalFlags::ICANON | LocalFlags::ECHO)
    }

    pub(super) fn hide_keys() -> Option<KeyModes> {
        remove_flags(LocalFlags::ECHO)
    }

    fn remove_flags(flags: LocalFlags) -> Option<KeyModes> {
        if !is_in_foreground() {
            return None;
        }
        let before = tcgetattr(io::stdin()).ok()?;
        let mut modes = before.clone();
        modes.local_flags.remove(flags);
        tcsetattr(io::stdin(), SetArg::TCSANOW, &modes).ok()?;
        Some(KeyModes(before))
    }

    pub(super) fn wait_for_key(_: &KeyModes, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        loop {
            match has_input(end.saturating_duration_since(Instant::now())) {
                Ok(true) => {
                    discard_key(read_byte);
                    return true;
                }
                Ok(false) if Instant::now() >= end => return false,
                Ok(false) => {}
                // A signal: the caller looks whether it was Ctrl-C.
                Err(_) => return false,
            }
        }
    }

    fn has_input(limit: Duration) -> nix::Result<bool> {
        let input = io::stdin();
        let timeout = PollTimeout::try_from(limit).unwrap_or(PollTimeout::MAX);
        let mut files = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
        Ok(poll(&mut files, timeout)? > 0)
    }

    /// The next byte that was typed, if there is one.
    fn read_byte() -> Option<u8> {
        let mut bytes = [0; 1];
        let is_typed = has_input(Duration::ZERO).unwrap_or(false);
        (is_typed && read(io::stdin(), &mut bytes) == Ok(1)).then_some(bytes[0])
    }

    /// Takes one key: a byte, or all bytes of a letter beyond ASCII or of a key such as an arrow.
    fn discard_key(mut next_byte: impl FnMut() -> Option<u8>) {
        let Some(first) = next_byte() else {
            return;
        };
        // What begins with Escape has its own last byte; the first byte of a letter tells how many it has.
        let is_escape = first == b'\x1b';
        let most = if is_escape {
            LONGEST_KEY
        } else {
            first.leading_ones() as usize
        };
        for _ in 1..most {
            let is_last = match next_byte() {
                None => true,
                Some(b'O') => false,
                Some(byte) => is_escape && matches!(byte, b'@'..=b'Z' | b'a'..=b'z' | b'~'),
            };
            if is_last {
                return;
            }
        }
    }

    /// A background process that changes the terminal's modes is stopped by the system.
    fn is_in_foreground() -> bool {
        tcgetpgrp(io::stdin()) == Ok(getpgrp())
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_key_takes_nothing_that_is_typed_after_it() {
            for key in ["x", "é", "€", "\x1b[A", "\x1bOP", "\x1b[15~", "\x1b"] {
                let typed = format!("{key}z");
                let mut bytes = typed.bytes();
                discard_key(|| bytes.next());
                let is_alone = key == "\x1b";
                assert_eq!(bytes.next(), (!is_alone).then_some(b'z'), "{key:?}");
            }
        }
    }
}

#[cfg(not(unix))]
mod modes {
    pub(super) fn remember_modes() {}

    pub(super) fn restore_modes() -> bool {
        true
    }

    pub(super) fn discard_input() {}

    pub(super) struct KeyModes;

    pub(super) fn take_keys() -> Option<KeyModes> {
        None
    }

    pub(super) fn hide_keys() -> Option<KeyModes> {
        None
    }

    pub(super) fn wait_for_key(_: &KeyModes, limit: std::time::Duration) -> bool {
        std::thread::sleep(limit);
        false
    }
}

//! The program on a virtual terminal: tests send keys and check the screen.
//!
//! Nothing sleeps: each wait checks the screen again whenever the program has drawn something. A wait that
//! would never end fails after a minute, with the screen in its message.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::Parser;

use crate::home::{EXE, Home};

const HANGS: Duration = Duration::from_mins(1);

/// Keys as a terminal sends them.
pub const ENTER: &str = "\r";
pub const TAB: &str = "\t";
pub const UP: &str = "\x1b[A";
pub const RIGHT: &str = "\x1b[C";
pub const CTRL_C: &str = "\x03";
pub const CTRL_D: &str = "\x04";
pub const CTRL_R: &str = "\x12";
pub const CTRL_Z: &str = "\x1a";

/// A program on a terminal.
pub struct Terminal {
    drawn: Arc<Drawn>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
}

struct Drawn {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: Parser,
    /// The raw output of the program.
    raw: Vec<u8>,
    closed: bool,
}

impl Terminal {
    /// Starts the program on a terminal of 24 rows and this many columns.
    pub fn open(home: &Home, columns: u16, arguments: &[&str], more: &[(&str, &str)]) -> Self {
        Self::open_program(home, columns, EXE, arguments, more)
    }

    /// Starts another program on such a terminal.
    pub fn open_program(
        home: &Home,
        columns: u16,
        program: &str,
        arguments: &[&str],
        more: &[(&str, &str)],
    ) -> Self {
        let size = PtySize {
            rows: 24,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        for (name, value) in home.environment() {
            command.env(name, value);
        }
        for (name, value) in more {
            command.env(name, value);
        }
        command.cwd(home.path());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let drawn = Arc::new(Drawn {
            state: Mutex::new(State {
                parser: Parser::new(rows(24), rows(columns), 1000),
                raw: Vec::new(),
                closed: false,
            }),
            changed: Condvar::new(),
        });
        let reader = pair.master.try_clone_reader().unwrap();
        thread::spawn({
            let drawn = Arc::clone(&drawn);
            move || drawn.draw_all(reader)
        });
        Self {
            drawn,
            keys: pair.master.take_writer().unwrap(),
            child,
            master: pair.master,
        }
    }

    /// Types these keys.
    pub fn type_keys(&mut self, keys: &str) {
        self.type_bytes(keys.as_bytes());
    }

    /// Types bytes that may be no UTF-8.
    pub fn type_bytes(&mut self, bytes: &[u8]) {
        self.keys.write_all(bytes).unwrap();
        self.keys.flush().unwrap();
    }

    /// Types a line and Enter.
    pub fn type_line(&mut self, line: &str) {
        self.type_keys(&format!("{line}{ENTER}"));
    }

    /// Waits until the screen shows `text`. Returns the screen.
    #[track_caller]
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_until(&format!("shows `{text}`"), |screen| screen.contains(text))
    }

    /// Waits until the line of the cursor is `line`, perhaps with a hint after the cursor.
    #[track_caller]
    pub fn wait_for_line(&self, line: &str) -> String {
        let is_line = |state: &State| {
            let (whole, typed) = cursor_line(&state.parser);
            whole == line || typed == line
        };
        self.wait(&format!("is at `{line}`"), is_line)
    }

    /// Waits until the line of the cursor is exactly `line`, without a hint.
    #[track_caller]
    pub fn wait_for_whole_line(&self, line: &str) -> String {
        let is_line = |state: &State| cursor_line(&state.parser).0 == line;
        self.wait(&format!("is at `{line}`, with nothing after it"), is_line)
    }

    /// Waits until the screen meets a condition. Returns the screen.
    #[track_caller]
    pub fn wait_until(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        self.wait(what, |state| wanted(&state.parser.screen().contents()))
    }

    /// Whether the line of the cursor is `line` now, perhaps with a hint after the cursor.
    pub fn is_at(&self, line: &str) -> bool {
        let state = self
            .drawn
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (whole, typed) = cursor_line(&state.parser);
        whole == line || typed == line
    }

    #[track_caller]
    fn wait(&self, what: &str, wanted: impl Fn(&State) -> bool) -> String {
        let end = Instant::now() + HANGS;
        let mut state = self
            .drawn
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        while !wanted(&state) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !state.closed,
                "the screen never {what}:\n{}",
                state.parser.screen().contents()
            );
            state = self.drawn.changed.wait_timeout(state, left).unwrap().0;
        }
        state.parser.screen().contents()
    }

    /// Waits until the program has written `text`, even if it has scrolled away.
    #[track_caller]
    pub fn wait_for_output(&self, text: &str) {
        let written = |state: &State| String::from_utf8_lossy(&state.raw).contains(text);
        self.wait(&format!("showed `{text}`"), written);
    }

    /// Waits until the program has written `text` this many times.
    #[track_caller]
    pub fn wait_for_times(&self, times: usize, text: &str) {
        let written = |state: &State| String::from_utf8_lossy(&state.raw).matches(text).count();
        self.wait(&format!("showed `{text}` {times} times"), |state| {
            written(state) >= times
        });
    }

    /// The raw output of the program so far.
    pub fn raw(&self) -> String {
        String::from_utf8_lossy(
            &self
                .drawn
                .state
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .raw,
        )
        .into_owned()
    }

    /// Changes the terminal's width.
    pub fn resize(&self, columns: u16) {
        let size = PtySize {
            rows: 24,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        let mut state = self
            .drawn
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        state.parser.screen_mut().set_size(rows(24), rows(columns));
        self.master.resize(size).unwrap();
    }

    /// The program's process ID.
    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid() as i32), signal).unwrap();
    }

    /// Whether the terminal echoes input and is in canonical mode.
    pub fn is_cooked(&self) -> bool {
        let modes = self.master.get_termios().unwrap();
        format!("{:?}", modes.local_flags).contains("ICANON")
    }

    /// Waits until the program has ended and its output was drawn. Returns its exit code.
    #[track_caller]
    pub fn exit_code(&mut self) -> u32 {
        let end = Instant::now() + HANGS;
        let code = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.exit_code();
            }
            assert!(Instant::now() < end, "it never ends:\n{}", self.screen());
            thread::sleep(Duration::from_millis(5));
        };
        let mut state = self
            .drawn
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        while !state.closed && Instant::now() < end {
            state = self
                .drawn
                .changed
                .wait_timeout(state, Duration::from_secs(1))
                .unwrap()
                .0;
        }
        code
    }

    /// The screen as it is now.
    pub fn screen(&self) -> String {
        self.drawn
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .parser
            .screen()
            .contents()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drawn {
    fn draw_all(&self, mut reader: Box<dyn Read + Send>) {
        let mut bytes = [0; 4096];
        loop {
            let read = reader.read(&mut bytes).unwrap_or(0);
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.parser.process(&bytes[..read]);
            state.raw.extend(&bytes[..read]);
            state.closed = read == 0;
            self.changed.notify_all();
            if read == 0 {
                return;
            }
        }
    }
}

/// The line of the cursor, and its part before the cursor.
fn cursor_line(parser: &Parser) -> (String, String) {
    let screen = parser.screen();
    let (row, column) = screen.cursor_position();
    let (_, columns) = screen.size();
    let text_of = |width: u16| {
        let mut rows = screen.rows(0, width);
        let line = rows.nth(usize::from(row)).unwrap_or_default();
        line.trim_end().to_owned()
    };
    (text_of(columns.get()), text_of(column))
}

fn rows(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap()
}

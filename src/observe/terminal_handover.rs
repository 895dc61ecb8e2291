//! Lends our terminal to a watched program that reads from it, as a shell does.
//!
//! The program runs in a group of its own, in the background of the terminal. The system stops it when it reads from the
//! terminal, or changes its modes. Then its group gets the foreground: what is typed goes to the program, and so do
//! Ctrl-C, Ctrl-Z and Ctrl-D. A program that never reads leaves the terminal to us, and Ctrl-C too.

use std::sync::Arc;

use self::system::{StopCause, Terminal};

/// The terminal, and whether the program has it.
pub struct TerminalHandover {
    program: u32,
    terminal: Terminal,
    is_lent: bool,
    tell: Arc<dyn Fn(bool) + Send + Sync>,
}

impl TerminalHandover {
    /// Lends nothing yet. `program` leads the program's group; `tell` is called at each change.
    pub fn new(program: u32, tell: Arc<dyn Fn(bool) + Send + Sync>) -> Self {
        Self {
            program,
            terminal: Terminal::default(),
            is_lent: false,
            tell,
        }
    }

    /// Whether the program has the terminal.
    pub fn is_lent(&self) -> bool {
        self.is_lent
    }

    /// Lends the terminal if the program was stopped for want of it, and takes it back after a Ctrl-Z.
    pub fn update(&mut self) {
        match system::read_stop_cause(self.program) {
            Some(StopCause::WantsTerminal) => {
                if !self.is_lent {
                    self.is_lent = self.terminal.give_to(self.program);
                    (self.tell)(self.is_lent);
                }
                if self.is_lent {
                    system::resume_group(self.program);
                } else {
                    // We are in the background ourselves, and wait there with the program.
                    system::stop_own_group(StopCause::WantsTerminal);
                }
            }
            Some(StopCause::Suspended) if self.is_lent => {
                self.take_back();
                // Whoever resumes us resumes the program too.
                system::stop_own_group(StopCause::Suspended);
            }
            _ => {}
        }
    }

    /// Takes the terminal back, with the modes that it had.
    pub fn take_back(&mut self) {
        if std::mem::take(&mut self.is_lent) {
            self.terminal.take_back();
            (self.tell)(false);
        }
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::io;

    use nix::{
        sys::{
            signal::{SigSet, Signal, kill, killpg},
            termios::{SetArg, Termios, tcgetattr, tcsetattr},
        },
        unistd::{Pid, getpgrp, tcgetpgrp, tcsetpgrp},
    };
    use rustix::process::{WaitId, WaitIdOptions, waitid};

    /// Why a program is stopped.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum StopCause {
        /// It used the terminal from the background.
        WantsTerminal,
        /// Ctrl-Z.
        Suspended,
    }

    /// The modes of the terminal before it was lent.
    #[derive(Debug, Default)]
    pub struct Terminal {
        modes: Option<Termios>,
    }

    impl Terminal {
        /// Whether the group has the foreground now. It gets it only from us, not from another job of the shell.
        pub fn give_to(&mut self, group: u32) -> bool {
            let input = io::stdin();
            if tcgetpgrp(&input) != Ok(getpgrp()) {
                return false;
            }
            self.modes = tcgetattr(&input).ok();
            tcsetpgrp(&input, to_pid(group)).is_ok()
        }

        pub fn take_back(&mut self) {
            let input = io::stdin();
            // From the background, the calls below would stop us.
            let mut stops = SigSet::empty();
            stops.add(Signal::SIGTTOU);
            let blocked = stops.thread_block();
            // If the terminal is gone, there is nothing to take back.
            let _ = tcsetpgrp(&input, getpgrp());
            if let Some(modes) = self.modes.take() {
                let _ = tcsetattr(&input, SetArg::TCSANOW, &modes);
            }
            if blocked.is_ok() {
                let _ = stops.thread_unblock();
            }
        }
    }

    /// Why this child is stopped; `None` if it runs, or was stopped in another way.
    pub fn read_stop_cause(child: u32) -> Option<StopCause> {
        let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let child = rustix::process::Pid::from_raw(i32::try_from(child).ok()?)?;
        let status = waitid(WaitId::Pid(child), options).ok()??;
        match Signal::try_from(status.stopping_signal()?).ok()? {
            Signal::SIGTTIN | Signal::SIGTTOU => Some(StopCause::WantsTerminal),
            Signal::SIGTSTP => Some(StopCause::Suspended),
            _ => None,
        }
    }

    pub fn resume_group(group: u32) {
        // It fails if the group is gone.
        let _ = killpg(to_pid(group), Signal::SIGCONT);
    }

    /// Stops us, with all that the shell started together with us.
    pub fn stop_own_group(cause: StopCause) {
        let signal = match cause {
            StopCause::WantsTerminal => Signal::SIGTTIN,
            StopCause::Suspended => Signal::SIGTSTP,
        };
        // Without a shell that could resume us, the system ignores it.
        let _ = kill(Pid::from_raw(0), signal);
    }

    fn to_pid(group: u32) -> Pid {
        Pid::from_raw(i32::try_from(group).unwrap_or(i32::MAX))
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    //! There, a program gets no input from a terminal.

    pub enum StopCause {
        WantsTerminal,
        Suspended,
    }

    #[derive(Default)]
    pub struct Terminal;

    impl Terminal {
        pub fn give_to(&mut self, _: u32) -> bool {
            false
        }

        pub fn take_back(&mut self) {}
    }

    pub fn read_stop_cause(_: u32) -> Option<StopCause> {
        None
    }

    pub fn resume_group(_: u32) {}

    pub fn stop_own_group(_: StopCause) {}
}

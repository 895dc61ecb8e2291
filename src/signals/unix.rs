//! Unix signals: one thread receives them all.

use std::{io, sync::Arc, thread};

use nix::unistd::{getpgid, getpgrp, getppid, getsid};
use signal_hook::{
    consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGSTOP, SIGTERM, SIGTSTP, SIGXFSZ},
    flag,
    iterator::Signals,
    low_level,
};

use super::SignalState;

pub(super) fn spawn_listener(state: Arc<SignalState>) -> io::Result<()> {
    // A write beyond the limit of file sizes is an error of that write, and no end of the program.
    flag::register(SIGXFSZ, Arc::default())?;
    let mut wanted = vec![SIGINT, SIGTERM, SIGHUP, SIGQUIT];
    wanted.retain(|signal| !is_ignored(*signal));
    if can_be_continued() && !is_ignored(SIGTSTP) {
        // At the prompt, Ctrl-Z suspends the process at once, as by default; in a run, the thread below does
        // it.
        flag::register_conditional_default(SIGTSTP, Arc::clone(&state.is_idle))?;
        wanted.extend([SIGTSTP, SIGCONT]);
    }
    let mut signals = Signals::new(wanted)?;
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            for signal in signals.forever() {
                handle_signal(&state, signal);
            }
        })?;
    Ok(())
}

fn handle_signal(state: &SignalState, signal: i32) {
    match signal {
        SIGINT => state.handle_interrupt(),
        SIGTSTP => {
            state.with_target(|target| {
                target.suspend();
                state.show_keys();
                // Suspends the whole process. Execution continues here when it is resumed.
                let _ = low_level::raise(SIGSTOP);
                state.hide_keys(target.typed_keys());
            });
        }
        SIGCONT => {
            state.with_target(|target| target.resume());
        }
        signal => state.handle_termination(signal),
    }
}

/// Whether the signal was ignored when the process started (`nohup`, a background job). Then it stays ignored.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// Whether a shell of our session could resume us after a stop. Without one, we would stay suspended forever.
fn can_be_continued() -> bool {
    let parent = getppid();
    getsid(Some(parent)).is_ok_and(|session| getsid(None) == Ok(session))
        && getpgid(Some(parent)).is_ok_and(|group| group != getpgrp())
}

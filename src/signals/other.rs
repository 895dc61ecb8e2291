//! Ctrl-C where there are no Unix signals: a thread polls whether it was pressed.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use signal_hook::{consts::SIGINT, flag};

use super::{SignalState, TICK};

pub(super) fn spawn_listener(state: Arc<SignalState>) -> io::Result<()> {
    let pressed = Arc::new(AtomicBool::new(false));
    flag::register(SIGINT, Arc::clone(&pressed))?;
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            loop {
                thread::sleep(TICK);
                if pressed.swap(false, Ordering::SeqCst) {
                    state.handle_interrupt();
                }
            }
        })?;
    Ok(())
}

//! Commands of the bench that a lesson plays itself: in a session of their own, which ends with them.

use std::{io, sync::Arc};

use parking_lot::Mutex;

use super::{ScreenStyles, SessionRunner};
use crate::{
    lesson::Library,
    repl::{language::command_error::CommandError, screen::Screen, session::Session},
    signals::Signals,
    tutor::{BenchDemonstration, DemonstrationStep},
};

/// Executes commands, and returns what each shows.
pub(super) fn execute_commands(
    signals: &Signals,
    looks: ScreenStyles,
    commands: &[String],
) -> BenchDemonstration {
    let shown = SharedText::default();
    let (out, messages) = (Box::new(shown.clone()), Box::new(shown.clone()));
    let styles = (looks.out, looks.messages);
    let runner = Box::new(SessionRunner::new(signals.clone(), looks));
    let mut session = Session::new(
        Arc::new(Library::load_embedded()),
        Screen::new(out, messages, styles),
        runner,
        signals.clone(),
    );
    let lines = shown.clone();
    session.bench_output.set_announcer(Box::new(move |line| {
        lines.0.lock().extend(line.into_bytes());
    }));
    let mut played = BenchDemonstration::default();
    for command in commands {
        let outcome = session.execute_line(command);
        if let Err(error) = outcome {
            let failure = error.downcast_ref::<CommandError>();
            played.is_interrupted = failure == Some(&CommandError::Interrupted);
            session.screen.write_error(&error);
        }
        played.steps.push(DemonstrationStep {
            command: command.clone(),
            shown: shown.take(),
        });
        if played.is_interrupted {
            break;
        }
    }
    let machine = session.runner.machine().clone();
    played.recording = session.bench.recording(0, machine).map(Arc::new);
    session.bench.clear();
    played
}

/// Text that several writers add to.
#[derive(Clone, Default)]
struct SharedText(Arc<Mutex<Vec<u8>>>);

impl SharedText {
    fn take(&self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut *self.0.lock())).into_owned()
    }
}

impl io::Write for SharedText {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

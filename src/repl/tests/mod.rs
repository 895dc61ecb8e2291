//! Commands without a terminal and without a process: what each line writes.

mod about;
mod claims;
mod lessons;
mod programs;
mod progress;
mod runs;
mod step;
#[cfg(unix)]
mod watch;

use std::{
    fs, io,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use super::{
    language::command_error::CommandError,
    screen::Screen,
    session::{Session, SessionFlow},
};
use crate::{
    lesson::Library,
    observe,
    python::Pythons,
    record::{Backend, Params},
    render::Style,
    signals::Signals,
    tutor::testing::{DemoLog, PreparedRunner, ProgramLog},
};

/// What a session wrote.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    /// What was written since the last look.
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().expect("written"))).expect("text")
    }
}

impl io::Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("written").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const LESSON: &str = r#"+++
number = 3
slug = "one"
title = "One process"
question = "What is a process?"
minutes = 5
summary = "A process, from start to end."
+++

Welcome.

## Second

```forklore demo
run = "race"
workers = 2
```

```forklore quiz
id = "q"
question = "How many?"
[[choice]]
text = "One"
right = true
why = "Count them."
[[choice]]
text = "Two"
why = "Count again."
```

After the question.
"#;

/// A folder with one lesson, removed when the test is over.
struct Lessons(PathBuf);

impl Lessons {
    fn new() -> Self {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("forklore-session-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("one.md"), LESSON).expect("written");
        Self(folder)
    }

    fn library(&self) -> Arc<Library> {
        Arc::new(Library::load_folder(&self.0).expect("a library"))
    }
}

impl Drop for Lessons {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A session, what it wrote on either stream, and what it launched.
struct Test {
    session: Session,
    out: Paper,
    messages: Paper,
    asked: DemoLog,
    watched: ProgramLog,
}

impl Test {
    fn new(library: &Arc<Library>) -> Self {
        Self::with_runner(library, PreparedRunner::new())
    }

    fn with_runner(library: &Arc<Library>, runner: PreparedRunner<'static>) -> Self {
        let (out, messages) = (Paper::default(), Paper::default());
        let style = Style::without_color(80);
        let streams = (Box::new(out.clone()), Box::new(messages.clone()));
        let screen = Screen::new(streams.0, streams.1, (style, style));
        let runner = PreparedRunner {
            pythons: Pythons::with_one("/usr/bin/python3"),
            ..runner
        };
        let (asked, watched) = (
            DemoLog::clone(&runner.demos),
            ProgramLog::clone(&runner.programs),
        );
        let signals = Signals::unconnected();
        Self {
            session: Session::new(Arc::clone(library), screen, Box::new(runner), signals),
            out,
            messages,
            asked,
            watched,
        }
    }

    /// Obeys a line that works; what it wrote.
    #[track_caller]
    fn said(&mut self, line: &str) -> String {
        match self.session.execute_line(line) {
            Ok(flow) => assert_eq!(flow, SessionFlow::Continue, "{line}"),
            Err(error) => panic!("{line}: {error:#}"),
        }
        self.out.take()
    }

    /// Obeys a line that does not work; why not.
    #[track_caller]
    fn refused(&mut self, line: &str) -> String {
        self.session.execute_line(line).expect_err(line).to_string()
    }

    /// What was watched since the last look.
    #[cfg(unix)]
    fn watched(&self) -> Vec<(observe::ObservedProgram, Duration)> {
        std::mem::take(&mut *self.watched.lock().expect("watched"))
    }

    /// What was launched since the last look.
    fn launched(&self) -> Vec<(&'static str, Params, Duration)> {
        std::mem::take(&mut *self.asked.lock().expect("asked"))
    }
}

fn embedded() -> Arc<Library> {
    Arc::new(Library::load_embedded())
}

//! Runs a demo's program under one interpreter and records its events.

use std::{
    process,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::{
    channel::EventChannel,
    choice::ChosenPython,
    config::ProgramConfig,
    environment,
    error::ProgramError,
    error_lines,
    events::EventReader,
    folder::ProgramFolder,
    launch::ProcessPlan,
    wait::{WaitResult, kill_and_join, wait_for_exit},
};
use crate::{
    mp::{Context, OutputLine, Process, ProcessExit},
    record::{EventKind, Recorder, WorkerId, WorkerKind},
};

/// How long events are read after the program's end, in case a process that escaped still writes.
const LAST_EVENTS: Duration = Duration::from_secs(1);

/// At most this many printed lines are recorded.
const MOST_LINES: usize = 10_000;
const MOST_BYTES: usize = 4 << 20;

/// This many last lines of the error stream are kept to explain a failure.
const LAST_LINES: usize = 40;

/// A program of a demo, and how it runs.
pub struct DemoProgram<'a> {
    /// Its file, in `lessons/demos`.
    pub file: &'a str,
    /// The Python that runs it.
    pub python: &'a ChosenPython,
    /// Its configuration.
    pub config: ProgramConfig,
    /// The time limit.
    pub limit: Duration,
}

impl DemoProgram<'_> {
    /// Runs the program to its end, in a folder and an environment of its own. The program and all its child
    /// processes are killed when the time limit is reached, when `stopped` returns `true`, and when Forklore
    /// ends.
    ///
    /// # Errors
    /// If the program cannot be started, fails, sends no events, takes too long, or is stopped.
    pub fn run(
        mut self,
        mp: &Context,
        recorder: &Recorder,
        stopped: &dyn Fn() -> bool,
    ) -> Result<(), ProgramError> {
        let interpreter = &self.python.interpreter;
        self.config
            .start_method
            .clone_from(&interpreter.start_method);
        self.config.limit_s = self.limit.as_secs();
        let folder = ProgramFolder::with_programs(self.file)?;
        let config = serde_json::to_vec(&self.config).unwrap_or_default();
        folder.write_file("config.json", &config)?;
        let pipe = folder.path().join("events");
        let mut channel = EventChannel::create(&pipe).map_err(|source| ProgramError::Folder {
            path: pipe.clone(),
            source,
        })?;
        let mut environment = environment::for_program(folder.path());
        environment.push(("FORKLORE_EVENTS".into(), pipe.into()));
        let arguments = [self.file.into(), "config.json".into()];
        let plan =
            ProcessPlan::new(&self.python.path, arguments, environment).in_folder(folder.path());
        let mut process = plan.into_process(mp, &format!("Python {}", interpreter.name));
        let printed = OutputRecorder::attach_to(&mut process, recorder);
        process.start().map_err(|source| ProgramError::Start {
            name: interpreter.name.clone(),
            source: Box::new(source),
        })?;
        let mut events = EventReader::new(recorder.clone());
        let mut buffer = vec![0; 64 * 1024];
        let attended = wait_for_exit(&process, self.limit, stopped, |round| {
            if channel.wait_readable(round) {
                let count = channel.read(&mut buffer).unwrap_or(0);
                events.push_bytes(&buffer[..count]);
            }
        });
        // In every case, no process of its group is left running, and all its output is read.
        let is_gone = kill_and_join(&process);
        drain_channel(&mut channel, &mut events);
        let event_count = events.finish(&interpreter.name);
        printed.record_exit(process.exit());
        match attended {
            WaitResult::Stopped => Err(ProgramError::Stopped),
            _ if !is_gone => Err(ProgramError::NotEnded {
                name: interpreter.name.clone(),
            }),
            WaitResult::Ended => self.judge_exit(process.exit(), event_count, &printed),
            WaitResult::TooLong => Err(ProgramError::TooLong {
                name: interpreter.name.clone(),
                limit: self.limit,
                last: printed.last_error_line(),
            }),
        }
    }

    fn judge_exit(
        &self,
        exit: Option<ProcessExit>,
        event_count: usize,
        printed: &OutputRecorder,
    ) -> Result<(), ProgramError> {
        let name = self.python.interpreter.name.clone();
        let last = printed.last_error_line();
        match exit {
            Some(exit) if !exit.is_success() => Err(ProgramError::Failed { name, exit, last }),
            // Every demo program sends events. A wrapper that starts no Python may end successfully without
            // any.
            _ if event_count == 0 => Err(ProgramError::NoEvents { name, last }),
            _ => Ok(()),
        }
    }
}

/// Reads the rest of the pipe.
fn drain_channel(channel: &mut EventChannel, events: &mut EventReader) {
    let mut buffer = vec![0; 64 * 1024];
    let end = Instant::now() + LAST_EVENTS;
    while let Ok(count @ 1..) = channel.read(&mut buffer)
        && Instant::now() < end
    {
        events.push_bytes(&buffer[..count]);
    }
}

/// Records the output of the program's processes, as events of a worker that represents the program.
#[derive(Clone)]
struct OutputRecorder {
    recorder: Recorder,
    state: Arc<Mutex<RecordedOutput>>,
}

#[derive(Default)]
struct RecordedOutput {
    worker: Option<WorkerId>,
    lines: usize,
    bytes: usize,
    dropped: usize,
    last: Vec<String>,
}

impl OutputRecorder {
    fn attach_to(process: &mut Process, recorder: &Recorder) -> Self {
        let printing = Self {
            recorder: recorder.clone(),
            state: Arc::default(),
        };
        let to = printing.clone();
        process.on_output(move |line| to.record_line(line));
        printing
    }

    fn record_line(&self, line: &OutputLine) {
        let mut printed = self.state.lock();
        if line.stderr {
            if printed.last.len() == LAST_LINES {
                printed.last.remove(0);
            }
            printed.last.push(line.text.clone());
        }
        printed.lines += 1;
        printed.bytes += line.text.len();
        if printed.lines > MOST_LINES || printed.bytes > MOST_BYTES {
            printed.dropped += 1;
            return;
        }
        let worker = *printed
            .worker
            .get_or_insert_with(|| self.record_worker(line.pid));
        self.recorder.emit(EventKind::Output {
            worker,
            stderr: line.stderr,
            text: line.text.clone(),
        });
    }

    fn record_worker(&self, pid: u32) -> WorkerId {
        let worker = self.recorder.next_worker();
        self.recorder.emit(EventKind::WorkerStarted {
            worker,
            name: "MainProcess".to_owned(),
            kind: WorkerKind::Main,
            backend: None,
            trial: None,
            pid,
            tid: None,
            ppid: Some(process::id()),
        });
        worker
    }

    /// Records that the program has ended.
    fn record_exit(&self, exit: Option<ProcessExit>) {
        let printed = self.state.lock();
        if let Some(worker) = printed.worker {
            self.recorder.emit(EventKind::WorkerExited {
                worker,
                exitcode: exit.map(ProcessExit::code),
                usage: None,
            });
        }
        if printed.dropped > 0 {
            let more = printed.dropped;
            let text = format!("the program printed {more} more lines than a recording takes");
            self.recorder.emit(EventKind::Noted { text });
        }
    }

    fn last_error_line(&self) -> Option<String> {
        error_lines::find_failure_reason(self.state.lock().last.iter().map(String::as_str))
    }
}

//! Starts demos: the one place where the prompt and the command line call the lab.

mod watched;

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use self::watched::{WatchedProgram, nobody_reads};
use super::{
    language::command_error::CommandError,
    own_editor::{self, EditOutcome},
    screen::ScreenStyles,
};
use crate::{
    lab::{self, Demo, DemoServices, StopToken},
    measure, mp,
    observe::{self, ObserveError},
    python::{self, HOW_TO_GET_ONE, LessonScript, ProgramError, PythonChoice, Pythons},
    record::{Machine, Params, Recording},
    render::{self, Format, LiveDisplay},
    signals::{RunSequence, SignalTarget, Signals, StopReason},
    tutor::ProgramOutput,
};

/// The result of a run.
#[derive(Debug)]
pub struct RunOutcome {
    /// The recording.
    pub recording: Recording,
    /// The reason why it was stopped early, if it was.
    pub cut: Option<StopReason>,
}

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitEnd {
    /// The awaited event has happened.
    Over,
    /// Ctrl-C.
    Interrupted,
}

/// Returns the reason to stop a running program, once there is one.
pub type StopCondition = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// Never returns a reason.
pub fn never_stop() -> StopCondition {
    Arc::new(|| None)
}

/// Runs demos: for real, or in tests by returning prepared recordings.
pub trait DemoRunner {
    /// The machine that demos run on.
    fn machine(&mut self) -> &Machine;
    /// The Pythons of this machine and those that `words` name, asked once for the whole session; `None` after a
    /// Ctrl-C.
    fn pythons(&mut self, _words: &[String]) -> Option<Pythons> {
        Some(Pythons::none())
    }
    /// Checks that the Pythons are there that a run with these settings needs.
    ///
    /// # Errors
    /// [`CommandError::NoPython`] if a named one cannot run, or if only Pythons are to run and none can;
    /// [`CommandError::Interrupted`] after a Ctrl-C.
    fn require_pythons(&mut self, _params: &Params) -> Result<(), CommandError> {
        Ok(())
    }
    /// Runs a lesson's program under the first of the Pythons that `words` choose.
    fn run_program(
        &mut self,
        _file: &str,
        _text: &str,
        _words: &[String],
        _terms: RunOptions,
    ) -> ProgramOutput {
        ProgramOutput::Missing(format!("There is no Python here: {HOW_TO_GET_ONE}."))
    }
    /// The Python that runs a script of the learner's: the first of those that `words` choose.
    ///
    /// # Errors
    /// [`CommandError::NoPython`] with a remedy if there is none; [`CommandError::Interrupted`] after a Ctrl-C.
    fn python_for_script(
        &mut self,
        _words: &[String],
    ) -> Result<python::ChosenPython, CommandError> {
        Err(CommandError::NoPython(no_python_message()))
    }
    /// Runs a learner's program on these terms and watches it. Stops it as soon as `until` returns a reason. The
    /// program's own errors are in the recording.
    ///
    /// # Errors
    /// If it cannot be started or watched.
    fn observe_program(
        &mut self,
        _program: observe::ObservedProgram,
        _terms: RunOptions,
        _until: StopCondition,
    ) -> Result<RunOutcome, CommandError> {
        Err(CommandError::failed("programs cannot be watched here"))
    }
    /// Opens a file in the learner's own editor, and waits until that is closed.
    fn edit_file(&mut self, _file: &Path) -> EditOutcome {
        EditOutcome::Nobody
    }
    /// Waits until `is_over` says so.
    fn wait_until(&mut self, _is_over: &dyn Fn() -> bool) -> WaitEnd {
        WaitEnd::Interrupted
    }
    /// Treats the following runs as one for Ctrl-C, until the returned value is dropped.
    fn begin_sequence(&mut self) -> Option<RunSequence> {
        None
    }
    /// Runs a demo on these terms. Its errors are in the recording.
    fn launch_demo(&mut self, demo: &'static Demo, params: Params, terms: RunOptions)
    -> RunOutcome;
}

/// The terms of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunOptions {
    /// The time limit.
    pub limit: Duration,
    /// The format of the report: there is no live output with a format for programs.
    pub format: Format,
    /// Whether the output of its workers is shown while it runs.
    pub shows_lines: bool,
}

/// Checks that the demo can use these settings.
///
/// # Errors
/// One sentence that names the usable settings.
pub fn check_params(demo: &Demo, params: &Params) -> Result<(), CommandError> {
    lab::check_params(demo, params).map_err(|error| CommandError::usage(error.to_string()))
}

/// Runs demos in the lab. Signals can stop them, and a terminal shows them live.
pub struct SessionRunner {
    signals: Signals,
    looks: ScreenStyles,
    machine: Option<Machine>,
    pythons: Pythons,
}

impl SessionRunner {
    /// A lab whose demos `signals` stops, with this style of live output.
    pub fn new(signals: Signals, looks: ScreenStyles) -> Self {
        Self {
            signals,
            looks,
            machine: None,
            pythons: Pythons::from_system(),
        }
    }

    /// Finds the Pythons that `words` choose among; `false` after a Ctrl-C.
    fn find_pythons(&self, words: &[String]) -> bool {
        let running = RunningDemo::new();
        let stop = running.stop.clone();
        let watch = self.signals.watch_run(Arc::new(running), None);
        let has_looked = self.pythons.search_until(words, &|| stop.is_stopped());
        watch.finish().is_none() && has_looked
    }

    /// Child output belongs into the report only in formats for people.
    fn live_display(&self, terms: RunOptions) -> LiveDisplay {
        let ScreenStyles {
            out,
            messages,
            progress,
        } = self.looks;
        let is_for_people = matches!(terms.format, Format::Text | Format::Plain);
        if !terms.shows_lines {
            let nobody = Box::new(io::sink());
            return render::start_display(messages, progress, nobody, Box::new(io::stderr()));
        }
        let (style, sink): (_, render::DisplayOutput) = if is_for_people {
            (out, Box::new(io::stdout()))
        } else {
            (messages, Box::new(io::stderr()))
        };
        render::start_display(style, progress, sink, Box::new(io::stderr()))
    }
}

impl DemoRunner for SessionRunner {
    fn begin_sequence(&mut self) -> Option<RunSequence> {
        Some(self.signals.begin_sequence())
    }

    fn machine(&mut self) -> &Machine {
        self.machine.get_or_insert_with(measure::describe_machine)
    }

    fn pythons(&mut self, words: &[String]) -> Option<Pythons> {
        let mut words = words.to_vec();
        words.push("all".to_owned());
        self.find_pythons(&words).then(|| self.pythons.clone())
    }

    fn require_pythons(&mut self, params: &Params) -> Result<(), CommandError> {
        let words = &params.python;
        let only_pythons =
            !params.backends.is_empty() && params.backends.iter().all(|one| one.is_python());
        if words.is_empty() && !only_pythons {
            return Ok(());
        }
        if !self.find_pythons(words) {
            return Err(CommandError::Interrupted);
        }
        let method = params.start_method.as_deref();
        let choice = self.pythons.choose(words, method);
        missing_pythons(words, only_pythons, choice)
            .map_or(Ok(()), |why| Err(CommandError::NoPython(why)))
    }

    fn run_program(
        &mut self,
        file: &str,
        text: &str,
        words: &[String],
        terms: RunOptions,
    ) -> ProgramOutput {
        let running = RunningDemo::new();
        let (stop, mp) = (running.stop.clone(), running.mp.clone());
        let watch = self.signals.watch_run(Arc::new(running), Some(terms.limit));
        let stopped = || stop.is_stopped();
        if !self.pythons.search_until(words, &stopped) {
            return match watch.finish() {
                Some(StopReason::TimeLimit(_)) => ProgramOutput::Failed(
                    "Asking the Pythons of this machine took too long.".to_owned(),
                ),
                _ => ProgramOutput::Interrupted,
            };
        }
        let choice = self.pythons.choose_one(words);
        let Some(python) = choice.chosen.first() else {
            if watch.finish() == Some(StopReason::Interrupted) {
                return ProgramOutput::Interrupted;
            }
            let missing = choice.missing.first().cloned();
            return ProgramOutput::Missing(missing.unwrap_or_else(|| {
                "No Python is to run this program, as you said; it would show here what it prints.".to_owned()
            }));
        };
        let script = LessonScript {
            file,
            text,
            python,
            limit: LONGEST_PROGRAM.min(terms.limit),
        };
        let ended = script.run(&mp, &stopped);
        // The value that holds a folder must be dropped before the watch, which may end the program.
        drop(mp);
        if watch.finish() == Some(StopReason::Interrupted) {
            return ProgramOutput::Interrupted;
        }
        program_output(&python.interpreter.name, ended)
    }

    fn python_for_script(
        &mut self,
        words: &[String],
    ) -> Result<python::ChosenPython, CommandError> {
        if !self.find_pythons(words) {
            return Err(CommandError::Interrupted);
        }
        let choice = self.pythons.choose_one(words);
        let missing = choice.missing.into_iter().next();
        let python = choice.chosen.into_iter().next();
        python.ok_or_else(|| CommandError::NoPython(missing.unwrap_or_else(no_python_message)))
    }

    fn wait_until(&mut self, is_over: &dyn Fn() -> bool) -> WaitEnd {
        let waiting = Arc::new(IdleWait::default());
        let watch = self.signals.watch_run(waiting.clone(), None);
        while !is_over() && !waiting.stopped.load(Ordering::SeqCst) {
            thread::sleep(TICK);
        }
        match watch.finish() {
            Some(_) => WaitEnd::Interrupted,
            None => WaitEnd::Over,
        }
    }

    fn edit_file(&mut self, file: &Path) -> EditOutcome {
        let _lent = self.signals.lend_terminal();
        own_editor::edit_file(file)
    }

    fn observe_program(
        &mut self,
        mut program: observe::ObservedProgram,
        terms: RunOptions,
        until: StopCondition,
    ) -> Result<RunOutcome, CommandError> {
        let live = self.live_display(terms);
        let running = RunningDemo::new();
        let stop = running.stop.clone();
        let env = observe::ObserverServices {
            mp: running.mp.clone(),
            machine: self.machine().clone(),
            observer: Some(live.event_observer()),
            stopped: Arc::new(move || stop.stop_reason().or_else(|| until()).or_else(nobody_reads)),
        };
        let limit = program.limit.get_or_insert(terms.limit);
        // The observer ends the program at its limit; if it fails, the signals do.
        let watch = self.signals.watch_run(
            Arc::new(WatchedProgram::new(running)),
            Some(*limit + BEYOND_ITS_LIMIT),
        );
        let recording = observe::observe_program(&program, env);
        // If this fails, the reader of the output is gone, or the report will meet and show the same error.
        let _ = live.finish();
        let cut = watch.finish();
        let recording = recording.map_err(observe_error)?;
        Ok(RunOutcome { recording, cut })
    }

    fn launch_demo(
        &mut self,
        demo: &'static Demo,
        params: Params,
        terms: RunOptions,
    ) -> RunOutcome {
        let live = self.live_display(terms);
        let running = RunningDemo::new();
        let env = DemoServices {
            mp: running.mp.clone(),
            stop: running.stop.clone(),
            machine: self.machine().clone(),
            pythons: self.pythons.clone(),
            observer: Some(live.event_observer()),
        };
        let watch = self.signals.watch_run(Arc::new(running), Some(terms.limit));
        let recording = lab::run_demo(demo, params, env);
        // If this fails, the reader of the output is gone, or the report will meet and show the same error.
        let _ = live.finish();
        RunOutcome {
            recording,
            cut: watch.finish(),
        }
    }
}

/// The reason why a program was not watched: the command names no program, or there was another error.
fn observe_error(error: ObserveError) -> CommandError {
    match error {
        ObserveError::Unreadable { .. } | ObserveError::Private(_) | ObserveError::Start { .. } => {
            CommandError::failed(error.to_string())
        }
        _ => CommandError::usage(error.to_string()),
    }
}

/// The reason why no script can run.
fn no_python_message() -> String {
    format!("There is no Python to run it: {HOW_TO_GET_ONE}.")
}

/// The time after its own limit at which a watched program is ended from outside.
const BEYOND_ITS_LIMIT: Duration = Duration::from_secs(10);

/// The reason why a run cannot start without a missing Python.
fn missing_pythons(words: &[String], only_pythons: bool, choice: PythonChoice) -> Option<String> {
    let PythonChoice { chosen, missing } = choice;
    // `all` and `usual` name no particular Python: of these, the usable ones run.
    let names_one = words
        .iter()
        .any(|word| !matches!(word.as_str(), "all" | "usual" | python::NEWEST | "none"));
    if !chosen.is_empty() && !names_one {
        return None;
    }
    let nobody = || "Only backends of Python are to run, and no Python is.".to_owned();
    let lacks_all = only_pythons && chosen.is_empty();
    missing
        .into_iter()
        .next()
        .or_else(|| lacks_all.then(nobody))
}

/// The time limit of a lesson's program.
const LONGEST_PROGRAM: Duration = Duration::from_secs(20);

/// The result of a lesson's program.
fn program_output(name: &str, ended: Result<python::ScriptOutput, ProgramError>) -> ProgramOutput {
    let printed = match ended {
        Ok(printed) => printed,
        Err(error) => return ProgramOutput::Failed(error.to_string()),
    };
    let failed = printed.exit.filter(|exit| !exit.is_success());
    let remark = match failed {
        _ if printed.was_cut => Some("It took too long and was ended.".to_owned()),
        Some(exit) => Some(format!("It ended with {exit}.")),
        None => None,
    };
    let mut text = printed.lines.join("\n");
    if printed.more > 0 {
        text = format!("{text}\n… and {} more lines", printed.more);
    }
    ProgramOutput::Printed {
        by: format!("Python {name}"),
        text,
        remark,
        was_cut: printed.was_cut,
    }
}

/// A running demo, as signals reach it.
struct RunningDemo {
    stop: StopToken,
    mp: mp::Context,
}

impl RunningDemo {
    fn new() -> Self {
        Self {
            stop: StopToken::default(),
            mp: mp::Context::new(mp::Launcher::from_current_exe()),
        }
    }
}

impl SignalTarget for RunningDemo {
    fn stop(&self, why: &str) {
        self.stop.request_stop(why);
        self.mp.stop_all();
    }

    fn kill(&self) {
        self.mp.stop_all();
    }

    fn suspend(&self) {
        self.mp.suspend_all();
    }

    fn resume(&self) {
        self.stop.count_pause();
        self.mp.continue_all();
    }
}

/// The interval between two checks whether a wait is over.
const TICK: Duration = Duration::from_millis(20);

/// A wait for the user, while nothing runs.
#[derive(Default)]
struct IdleWait {
    stopped: AtomicBool,
}

impl SignalTarget for IdleWait {
    fn stop_message(&self) -> &'static str {
        "stopped watching"
    }

    fn stop(&self, _why: &str) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    fn kill(&self) {}

    fn suspend(&self) {}

    fn resume(&self) {}
}

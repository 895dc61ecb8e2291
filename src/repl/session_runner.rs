//! Runs demos and programs for real: the one place where the prompt and the command line call the lab.

mod demonstration;
mod watched;

use std::{
    io::{self, IsTerminal},
    sync::Arc,
    time::Duration,
};

use self::watched::{WatchedProgram, nobody_reads};
use super::{folders::cache_folder, screen::ScreenStyles};
use crate::{
    catalog::DemoSpec,
    lab::{self, DemoServices, StopToken},
    measure, mp,
    observe::{self, ObserveError, ObservedProgram},
    python::{self, AnswerCache, LessonScript, ProgramError, PythonChoice, Pythons},
    record::{Machine, Params},
    render::{self, FormatReader, LiveDisplay},
    signals::{SignalTarget, Signals, StopReason},
    tutor::{
        BenchDemonstration, LessonProgram, ProgramOutput, RunOptions, RunOutcome, Runner,
        StopCondition,
    },
};

/// The duration of the cores' probe.
const PROBE: Duration = Duration::from_millis(25);

/// Runs demos in the lab, and programs. Signals can stop them, and a terminal shows them live.
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
            pythons: Pythons::from_system(cache_folder("pythons").map(AnswerCache::in_folder)),
        }
    }

    /// Asks Pythons until Ctrl-C; `false` after it, whether or not they have answered.
    fn ask_pythons(&self, ask: impl FnOnce(&Pythons, &dyn Fn() -> bool) -> bool) -> bool {
        let running = RunningDemo::new();
        let stop = running.stop.clone();
        let watch = self.signals.watch_run(Arc::new(running), None);
        let has_looked = ask(&self.pythons, &|| stop.is_stopped());
        watch.finish().is_none() && has_looked
    }

    /// Child output belongs into the report only in formats for people.
    fn live_display(&self, options: RunOptions) -> LiveDisplay {
        let ScreenStyles {
            out,
            messages,
            progress,
        } = self.looks;
        let is_for_people = options.format.reader() == FormatReader::Screen;
        if !options.shows_lines {
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

impl Runner for SessionRunner {
    fn machine(&mut self) -> &Machine {
        self.machine.get_or_insert_with(measure::describe_machine)
    }

    fn find_pythons(&mut self, words: &[String]) -> Option<Pythons> {
        let has_looked = self.ask_pythons(|pythons, stopped| pythons.search_until(words, stopped));
        has_looked.then(|| self.pythons.clone())
    }

    fn find_python(&mut self, words: &[String]) -> Option<PythonChoice> {
        let has_looked =
            self.ask_pythons(|pythons, stopped| pythons.search_one_until(words, stopped));
        has_looked.then(|| self.pythons.choose_one(words))
    }

    fn available_cores(&mut self) -> Option<f64> {
        measure::available_cores(PROBE)
    }

    fn run_program(
        &mut self,
        program: LessonProgram<'_>,
        words: &[String],
        options: RunOptions,
    ) -> ProgramOutput {
        let running = RunningDemo::new();
        let (stop, mp) = (running.stop.clone(), running.mp.clone());
        let watch = self
            .signals
            .watch_run(Arc::new(running), Some(options.limit));
        let stopped = || stop.is_stopped();
        if !self.pythons.search_one_until(words, &stopped) {
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
            file: program.file,
            text: program.text,
            python,
            limit: LONGEST_PROGRAM.min(options.limit),
        };
        let ended = script.run(&mp, &stopped);
        // The value that holds a folder must be dropped before the watch, which may end the program.
        drop(mp);
        if watch.finish() == Some(StopReason::Interrupted) {
            return ProgramOutput::Interrupted;
        }
        program_output(&python.interpreter.name, ended)
    }

    fn demonstrate(&mut self, commands: &[String]) -> BenchDemonstration {
        demonstration::execute_commands(&self.signals, self.looks, commands)
    }

    fn watch_program(
        &mut self,
        mut program: ObservedProgram,
        options: RunOptions,
        until: StopCondition,
    ) -> Result<RunOutcome, ObserveError> {
        let live = self.live_display(options);
        let running = RunningDemo::new();
        let stop = running.stop.clone();
        let terminal = io::stdin().is_terminal().then(|| {
            let live = live.clone();
            Arc::new(move |is_lent| live.lend_terminal(is_lent)) as Arc<dyn Fn(bool) + Send + Sync>
        });
        let env = observe::ObserverServices {
            mp: running.mp.clone(),
            machine: self.machine().clone(),
            observer: Some(live.event_observer()),
            stopped: Arc::new(move || stop.stop_reason().or_else(|| until()).or_else(nobody_reads)),
            lend_terminal: terminal,
        };
        let limit = program.limit.get_or_insert(options.limit);
        // The observer ends the program at its limit; if it fails, the signals do.
        let watch = self.signals.watch_run(
            Arc::new(WatchedProgram::new(running)),
            Some(*limit + BEYOND_ITS_LIMIT),
        );
        let recording = observe::observe_program(&program, env);
        // If these fail, the reader of the output is gone, or the report will meet and show the same error.
        let _ = recording
            .as_ref()
            .map(|seen| live.show_last_lines(&seen.run()));
        let _ = live.finish();
        let was_stopped = watch.finish() == Some(StopReason::Interrupted);
        let recording = recording?;
        Ok(RunOutcome {
            is_interrupted: was_stopped || observe::was_interrupted(&recording.run()),
            recording: Arc::new(recording),
        })
    }

    fn run_demo(
        &mut self,
        demo: &'static DemoSpec,
        params: Params,
        options: RunOptions,
    ) -> RunOutcome {
        let live = self.live_display(options);
        let running = RunningDemo::new();
        let env = DemoServices {
            mp: running.mp.clone(),
            stop: running.stop.clone(),
            machine: self.machine().clone(),
            pythons: self.pythons.clone(),
            observer: Some(live.event_observer()),
        };
        let watch = self
            .signals
            .watch_run(Arc::new(running), Some(options.limit));
        let recording = lab::run_demo(demo, params, env);
        // If this fails, the reader of the output is gone, or the report will meet and show the same error.
        let _ = live.finish();
        RunOutcome {
            recording: Arc::new(recording),
            is_interrupted: watch.finish() == Some(StopReason::Interrupted),
        }
    }
}

/// The time after its own limit at which a watched program is ended from outside.
const BEYOND_ITS_LIMIT: Duration = Duration::from_secs(10);

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
            mp: mp::Context::new(mp::StartMethod::Spawn),
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
